//! The uniforms of the kernels, in the layout of `shaders/params.wgsl` and the other shaders.

use bytemuck::{Pod, Zeroable};

use super::super::Job;
use super::super::display::{DIVERGING, Display};
use crate::diffusion::noise::{Key, LEVELS, WalkPosition, bridges};

/// `struct Place` in WGSL.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct Place {
    cell: u32,
    position: u32,
    pad: [u32; 2],
    weights: [f32; 4],
}

impl Place {
    fn of(position: WalkPosition) -> Self {
        let [left, right, free] = position.leaf_weights();
        Self {
            cell: position.cell as u32,
            position: position.position,
            pad: [0; 2],
            weights: [left, right, free, 0.0],
        }
    }
}

/// `struct Params` in WGSL.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Params {
    key: [u32; 2],
    size: [u32; 2],
    key_size: [u32; 2],
    channel: u32,
    stride: u32,
    sqrt_alpha_bar: f32,
    sqrt_noise: f32,
    sqrt_inherited: f32,
    sqrt_new: f32,
    sqrt_inherited_share: f32,
    sqrt_new_share: f32,
    mean_x0: f32,
    mean_xt: f32,
    sqrt_posterior: f32,
    direct: u32,
    pad: [u32; 2],
    now: Place,
    before: Place,
    bridges: [[f32; 2]; LEVELS],
}

impl Params {
    /// The parameters for one channel's plane; fields begin `stride` values apart.
    pub fn of(job: &Job, channel: usize, stride: usize) -> Self {
        let (c, source) = (&job.coefficients, &job.source);
        let (key_width, key_height) = source.key_size();
        Self {
            key: Key::from_seed(job.seed).0,
            size: [source.raster().width as u32, source.raster().height as u32],
            key_size: [key_width as u32, key_height as u32],
            channel: channel as u32,
            stride: stride as u32,
            sqrt_alpha_bar: c.sqrt_alpha_bar,
            sqrt_noise: c.sqrt_noise,
            sqrt_inherited: c.sqrt_inherited,
            sqrt_new: c.sqrt_new,
            sqrt_inherited_share: c.sqrt_inherited_share,
            sqrt_new_share: c.sqrt_new_share,
            mean_x0: c.mean_x0,
            mean_xt: c.mean_xt,
            sqrt_posterior: c.sqrt_posterior,
            direct: u32::from(source.is_direct()),
            pad: [0; 2],
            now: Place::of(c.now),
            before: Place::of(c.before),
            bridges: bridges().map(|bridge| [bridge.mean, bridge.deviation]),
        }
    }
}

impl Params {
    /// The parameters for the noise of a plane of `values` values, at one position on the walks of a seed.
    pub fn of_walk(seed: u64, place: WalkPosition, values: usize) -> Self {
        let size = [values as u32, 1];
        let place = Place::of(place);
        let bridges = bridges().map(|bridge| [bridge.mean, bridge.deviation]);
        let key = Key::from_seed(seed).0;
        Self { key, size, key_size: size, direct: 1, now: place, before: place, bridges, ..Self::zeroed() }
    }

    /// The number of blocks of four values in a plane.
    pub fn blocks(&self) -> u32 {
        (self.size[0] * self.size[1]).div_ceil(4)
    }
}

/// `struct Look` in WGSL.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Look {
    size: [u32; 2],
    signed_map: u32,
    grey: u32,
    source_width: u32,
    pad: [u32; 2],
    factor: f32,
    map: [[f32; 4]; 33],
}

impl Look {
    pub fn of(display: &Display, source_width: usize, channels: usize) -> Self {
        Self {
            size: [display.size.0 as u32, display.size.1 as u32],
            signed_map: u32::from(display.mapping.is_signed()),
            grey: u32::from(channels == 1),
            source_width: source_width as u32,
            pad: [0; 2],
            factor: display.mapping.factor(),
            map: DIVERGING.map(|[r, g, b]| [f32::from(r), f32::from(g), f32::from(b), 0.0]),
        }
    }
}
