//! The kernels for pictures: WGSL on wgpu, each with a multi-threaded SIMD twin on the CPU.
//!
//! An [`Engine`] keeps results in [`Slot`]s: [`Engine::compute`] fills a slot with a [`Job`]'s [`Field`]s,
//! [`Engine::display`] shows a field as a [`Picture`], and [`Engine::request_statistics`] counts its values. All three
//! do nothing if nothing has changed, so a window can call them in every frame.

mod adapter;
mod bench;
mod cpu;
mod display;
mod engine;
mod error;
mod info;
mod job;
mod particles;
pub mod shaders;

use std::sync::Arc;

pub use adapter::{check_adapter, open as open_device};
pub use bench::{Bench, bench_copy, bench_forward};
pub use cpu::render;
pub use display::{Display, Filter, Mapping, ViewRect, diverging};
pub use engine::{Device, Engine};
pub use error::GpuError;
pub use info::EngineInfo;
pub use job::{Field, Job, JobKind, JobTag, Slot, Source};
pub use particles::{SwarmLook, SwarmPainter, draw_swarm};

pub use crate::diffusion::noise::{Coefficients, NoiseMode};

/// The most pixels of a picture in one direction.
pub const MAX_SIDE: usize = 16_384;

/// A displayed field.
#[derive(Clone, Debug)]
pub enum Picture {
    /// A texture of the engine's device.
    Gpu(GpuPicture),
    /// Bytes in memory.
    Cpu(CpuPicture),
}

/// An `Rgba8Unorm` texture that holds sRGB bytes (gamma-encoded), transparent beyond the picture. The engine draws
/// later pictures of the same slot, field and size into the same texture.
#[derive(Clone, Debug)]
pub struct GpuPicture {
    /// The view to register with the window.
    pub view: wgpu::TextureView,
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// Changes whenever the texture is replaced by another one; unique in an engine.
    pub generation: u64,
}

/// RGBA bytes in sRGB, row after row, transparent beyond the picture.
#[derive(Clone, Debug)]
pub struct CpuPicture {
    /// `4 · width · height` bytes.
    pub rgba: Arc<[u8]>,
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// Changes whenever the bytes change.
    pub version: u64,
}
