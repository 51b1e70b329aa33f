//! Particles drawn by a graphics device are equal to those that the processor draws.
//!
//! Without a device these tests fail, unless `DIFFUSCOPE_NO_GPU=1` says that there is none and
//! `DIFFUSCOPE_REQUIRE_GPU` is not set.
#![allow(clippy::unwrap_used, reason = "what cannot be had fails the test")]

use std::sync::Arc;

use diffuscope::analysis::plane::{Cloud, Swarm};
use diffuscope::diffusion::data::PlaneData;
use diffuscope::diffusion::noise::NoiseMode;
use diffuscope::diffusion::process::Process;
use diffuscope::gpu::{SwarmLook, SwarmPainter, draw_swarm, open_device};
use wgpu::{Device, Queue, TextureFormat};

const SIZE: [u32; 2] = [256, 192];
const GROUND: [u8; 4] = [30, 60, 90, 255];

/// A device, with a texture to draw into.
struct Easel {
    device: Device,
    queue: Queue,
    painter: SwarmPainter,
    target: wgpu::Texture,
}

impl Easel {
    /// Opens a device; `None` if there is none and the environment says so.
    fn new() -> Option<Self> {
        let (device, queue) = match open_device() {
            Ok(opened) => opened,
            Err(error) if may_skip() => {
                eprintln!("skipped: {error}");
                return None;
            }
            Err(error) => panic!("no device ({error}); set DIFFUSCOPE_NO_GPU=1 to do without"),
        };
        assert!(SwarmPainter::serves(&device));
        let format = TextureFormat::Rgba8Unorm;
        let target = device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: SIZE[0], height: SIZE[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let painter = SwarmPainter::new(&device, format);
        Some(Self { device, queue, painter, target })
    }

    /// Draws particles, and reads the bytes of the picture back.
    fn draw(&mut self, number: u64, swarm: &Swarm, look: &SwarmLook) -> Vec<u8> {
        let (device, queue) = (&self.device, &self.queue);
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        self.painter.prepare(device, queue, &mut encoder, number, swarm, look);
        let view = self.target.create_view(&wgpu::TextureViewDescriptor::default());
        let [r, g, b, a] = GROUND.map(|v| f64::from(v) / 255.0);
        let attachment = wgpu::RenderPassColorAttachment {
            view: &view,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a }),
                store: wgpu::StoreOp::Store,
            },
            depth_slice: None,
        };
        let pass = wgpu::RenderPassDescriptor {
            color_attachments: &[Some(attachment)],
            ..wgpu::RenderPassDescriptor::default()
        };
        self.painter.draw(number, &mut encoder.begin_render_pass(&pass));
        // A row has 1024 bytes, a multiple of the alignment that copies need.
        let [width, height] = SIZE;
        let staging = device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: u64::from(4 * width * height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let layout =
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * width), rows_per_image: None };
        encoder.copy_texture_to_buffer(
            self.target.as_image_copy(),
            wgpu::TexelCopyBufferInfo { buffer: &staging, layout },
            self.target.size(),
        );
        queue.submit([encoder.finish()]);
        staging.map_async(wgpu::MapMode::Read, .., |_| {});
        device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        staging.get_mapped_range(..).unwrap().to_vec()
    }
}

fn may_skip() -> bool {
    std::env::var_os("DIFFUSCOPE_REQUIRE_GPU").is_none()
        && std::env::var("DIFFUSCOPE_NO_GPU").as_deref() == Ok("1")
}

fn look(radius: f32) -> SwarmLook {
    SwarmLook {
        size: SIZE.map(|v| v as f32),
        origin: [120.3, 99.8],
        scale: 31.7,
        radius,
        color: [0.5, 0.3, 0.1, 0.55],
    }
}

/// Checks that every byte differs by at most 2 from the one that the processor computes. At most one byte in
/// a hundred may differ by up to 6, where a disc's rim just misses the centre of a pixel in one of the two
/// pictures, or the roundings of many layers add up.
fn assert_alike(device: &[u8], twin: &[u8], what: &str) {
    assert_eq!(device.len(), twin.len());
    let differences: Vec<u8> = device.iter().zip(twin).map(|(a, b)| a.abs_diff(*b)).collect();
    let largest = differences.iter().copied().max().unwrap_or(0);
    let off = differences.iter().filter(|difference| **difference > 2).count();
    eprintln!("{what}: largest difference {largest}, more than 2 in {off} of {}", differences.len());
    assert!(largest <= 6 && 100 * off <= differences.len(), "{what}: {largest}, {off}");
    let drawn = twin.as_chunks::<4>().0.iter().filter(|pixel| **pixel != GROUND).count();
    assert!(drawn > 1000, "{what}: {drawn} pixels are drawn");
}

#[test]
fn the_device_draws_what_its_twin_draws() {
    let Some(mut easel) = Easel::new() else { return };
    let cloud = Cloud::of(&PlaneData::Moons.mixture(), 3001, 0x1234_5678_9abc);
    for mode in [NoiseMode::Jump, NoiseMode::Walk] {
        for (process, t) in
            [(Process::VP, 0.02), (Process::VP, 0.4), (Process::VE, 0.7), (Process::SUB_VP, 1.0)]
        {
            let swarm = cloud.at(process.level(t), mode);
            for radius in [0.6, 1.4, 5.0] {
                let what = format!("{mode:?} {process:?} {t}, radius {radius}");
                let look = look(radius);
                assert_alike(&easel.draw(7, &swarm, &look), &draw_swarm(&swarm, &look, GROUND), &what);
            }
        }
    }
}

#[test]
fn what_changes_is_uploaded_and_what_has_gone_is_not_drawn() {
    let Some(mut easel) = Easel::new() else { return };
    let state = |count: usize, shift: f32| -> Swarm {
        let points: Vec<[f32; 2]> =
            (0..count).map(|i| [0.01 * i as f32 - 2.0, (0.1 * i as f32).sin() + shift]).collect();
        Swarm::still(points.into())
    };
    let cloud = Cloud::of(&PlaneData::Rings.mixture(), 900, 3);
    let [a, b] = [0.2, 0.6].map(|t| cloud.at(Process::VP.level(t), NoiseMode::Walk));
    let jump = cloud.at(Process::VP.level(0.2), NoiseMode::Jump);
    // Under the same number, these are drawn in turn: more particles, fewer, others, both kinds of noise, and
    // none again.
    let swarms = [
        state(300, 0.0),
        state(40, 0.4),
        state(800, -0.3),
        state(800, 0.3),
        a.clone(),
        jump,
        b,
        state(300, 0.1),
    ];
    for (i, swarm) in swarms.iter().enumerate() {
        let twin = draw_swarm(swarm, &look(1.4), GROUND);
        let drawn = easel.draw(0, swarm, &look(1.4));
        let off = drawn.iter().zip(&twin).filter(|(a, b)| a.abs_diff(**b) > 6).count();
        assert_eq!(off, 0, "swarm {i}");
        // Particles under another number keep their own buffers meanwhile.
        if i == 0 {
            easel.draw(1, &a, &look(1.4));
        }
    }
    let again = easel.draw(1, &a, &look(1.4));
    assert_eq!(again, easel.draw(2, &a, &look(1.4)));
    let none = Swarm::still(Arc::from([]));
    assert!(easel.draw(1, &none, &look(1.4)).as_chunks::<4>().0.iter().all(|pixel| *pixel == GROUND));
}
