//! Draws the discs on a graphics device.

use std::collections::HashMap;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};
use wgpu::{
    BindGroup, BindGroupLayout, Buffer, BufferUsages, CommandEncoder, ComputePipeline, Device, Queue,
    RenderPass, RenderPipeline, ShaderStages, TextureFormat,
};

use super::super::adapter::{Params, bind_group, bind_layout, buffer, pipeline, serves};
use super::super::shaders;
use super::SwarmLook;
use crate::analysis::plane::{Noise, Swarm};
use crate::diffusion::noise::WalkPosition;

/// Bytes of one point.
const POINT: u64 = 8;

/// Draws swarms of particles. The caller gives each a number, under which its data are kept on the device.
pub struct SwarmPainter {
    look_layout: BindGroupLayout,
    walk_layout: BindGroupLayout,
    discs: RenderPipeline,
    walk: ComputePipeline,
    /// Whether the target's format encodes gamma itself, so that colours must be linear.
    linear: bool,
    kept: HashMap<u64, Kept>,
}

/// A swarm's data on the device.
struct Kept {
    points: Points,
    noise: Option<Points>,
    /// The walk, and the position on it, that `noise` belongs to.
    walked: Option<Walked>,
    /// Whether the swarm that was prepared last has noise.
    noisy: bool,
    look: Look,
    uniform: Buffer,
    group: BindGroup,
    count: u32,
}

/// Points on the device, and the points in memory that they were uploaded from.
struct Points {
    buffer: Buffer,
    of: Option<Arc<[[f32; 2]]>>,
}

/// What the noise of a walk depends on: seed, position and number of particles.
#[derive(Clone, Copy, PartialEq)]
struct Walked(u64, WalkPosition, usize);

/// `struct Look` in WGSL.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Look {
    size: [f32; 2],
    origin: [f32; 2],
    scale: f32,
    radius: f32,
    factors: [f32; 2],
    color: [f32; 4],
}

impl SwarmPainter {
    /// Whether a device can draw swarms.
    pub fn serves(device: &Device) -> bool {
        serves(device)
    }

    /// A painter for targets of this format, without depth or multisampling.
    pub fn new(device: &Device, format: TextureFormat) -> Self {
        let (uniform, write) =
            (wgpu::BufferBindingType::Uniform, wgpu::BufferBindingType::Storage { read_only: false });
        let look_layout =
            bind_layout(device, "discs", ShaderStages::VERTEX_FRAGMENT, &[(0, buffer(uniform))]);
        let walk_layout = bind_layout(
            device,
            "particles walk",
            ShaderStages::COMPUTE,
            &[(0, buffer(uniform)), (2, buffer(write))],
        );
        Self {
            discs: discs(device, &look_layout, format),
            walk: pipeline(device, &walk_layout, "particles walk"),
            look_layout,
            walk_layout,
            linear: format.is_srgb(),
            kept: HashMap::new(),
        }
    }

    /// Prepares what is to be drawn as `number`: uploads points and noise that are not on the device yet, records the
    /// walk's kernel if its position has changed, and sets the look.
    pub fn prepare(
        &mut self,
        device: &Device,
        queue: &Queue,
        encoder: &mut CommandEncoder,
        number: u64,
        swarm: &Swarm,
        look: &SwarmLook,
    ) {
        let look = self.look(swarm, look);
        let layout = &self.look_layout;
        let kept = self.kept.entry(number).or_insert_with(|| Kept::new(device, queue, layout, look));
        // As many particles as there is noise for, like the twin.
        let count = match &swarm.noise {
            Noise::Given(noise) => noise.len().min(swarm.points.len()),
            Noise::None | Noise::Walk(..) => swarm.points.len(),
        };
        kept.count = count as u32;
        kept.noisy = !matches!(swarm.noise, Noise::None);
        kept.points.hold(device, queue, &swarm.points);
        match &swarm.noise {
            Noise::None => {}
            Noise::Given(noise) => {
                kept.walked = None;
                kept.noise.get_or_insert_with(|| Points::new(device, noise.len())).hold(device, queue, noise);
            }
            Noise::Walk(seed, place) => {
                let walked = Walked(*seed, *place, swarm.points.len());
                if kept.walked != Some(walked) {
                    kept.walked = Some(walked);
                    let noise = kept.noise.get_or_insert_with(|| Points::new(device, walked.2));
                    noise.make_room(device, walked.2);
                    noise.of = None;
                    let params = Params::of_walk(walked.0, walked.1, 2 * walked.2);
                    record(device, encoder, (&self.walk, &self.walk_layout), &params, &noise.buffer);
                }
            }
        }
        if kept.look != look {
            kept.look = look;
            queue.write_buffer(&kept.uniform, 0, bytemuck::bytes_of(&look));
        }
    }

    /// Draws the swarm that was prepared as `number`. The pass's viewport must be the whole target.
    pub fn draw(&self, number: u64, pass: &mut RenderPass<'_>) {
        let Some(kept) = self.kept.get(&number) else { return };
        if kept.count == 0 {
            return;
        }
        // Without noise its factor is 0, so the points can be bound in its place.
        let noise = kept.noise.as_ref().filter(|_| kept.noisy).unwrap_or(&kept.points);
        let bytes = POINT * u64::from(kept.count);
        pass.set_pipeline(&self.discs);
        pass.set_bind_group(0, &kept.group, &[]);
        pass.set_vertex_buffer(0, kept.points.buffer.slice(..bytes));
        pass.set_vertex_buffer(1, noise.buffer.slice(..bytes));
        pass.draw(0..3, 0..kept.count);
    }

    fn look(&self, swarm: &Swarm, look: &SwarmLook) -> Look {
        let SwarmLook { size, origin, scale, radius, mut color } = *look;
        if self.linear {
            color[..3].iter_mut().for_each(|v| *v = linear(*v));
        }
        Look { size, origin, scale, radius, factors: swarm.factors, color }
    }
}

impl Kept {
    fn new(device: &Device, queue: &Queue, layout: &BindGroupLayout, look: Look) -> Self {
        let uniform = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("discs"),
            size: size_of::<Look>() as u64,
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        queue.write_buffer(&uniform, 0, bytemuck::bytes_of(&look));
        let group = bind_group(device, "discs", layout, &[(0, uniform.as_entire_binding())]);
        let points = Points::new(device, 1);
        Self { points, noise: None, walked: None, noisy: false, look, uniform, group, count: 0 }
    }
}

impl Points {
    fn new(device: &Device, count: usize) -> Self {
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("particles"),
            size: POINT * count.max(1) as u64,
            usage: BufferUsages::VERTEX | BufferUsages::STORAGE | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self { buffer, of: None }
    }

    /// Replaces the buffer, unless it has room for `count` points without much waste.
    fn make_room(&mut self, device: &Device, count: usize) {
        let size = POINT * count.max(1) as u64;
        if !(size..=4 * size).contains(&self.buffer.size()) {
            *self = Self::new(device, count);
        }
    }

    /// Uploads the points, unless they are there already.
    fn hold(&mut self, device: &Device, queue: &Queue, points: &Arc<[[f32; 2]]>) {
        if self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, points)) {
            return;
        }
        self.make_room(device, points.len());
        queue.write_buffer(&self.buffer, 0, bytemuck::cast_slice(points));
        self.of = Some(Arc::clone(points));
    }
}

/// Records the kernel that fills a buffer with the noise of the walks.
fn record(
    device: &Device,
    encoder: &mut CommandEncoder,
    (pipeline, layout): (&ComputePipeline, &BindGroupLayout),
    params: &Params,
    noise: &Buffer,
) {
    use wgpu::util::DeviceExt as _;
    let uniform = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
        label: Some("particles walk"),
        contents: bytemuck::bytes_of(params),
        usage: BufferUsages::UNIFORM,
    });
    let resources = [(0, uniform.as_entire_binding()), (2, noise.as_entire_binding())];
    let group = bind_group(device, "particles walk", layout, &resources);
    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
    pass.set_pipeline(pipeline);
    pass.set_bind_group(0, &group, &[]);
    pass.dispatch_workgroups(params.blocks().div_ceil(64), 1, 1);
}

fn discs(device: &Device, layout: &BindGroupLayout, format: TextureFormat) -> RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("particles"),
        source: wgpu::ShaderSource::Wgsl(shaders::module("particles").into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("discs"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    let [points, noise] =
        [&wgpu::vertex_attr_array![0 => Float32x2], &wgpu::vertex_attr_array![1 => Float32x2]].map(
            |attributes| {
                let step_mode = wgpu::VertexStepMode::Instance;
                Some(wgpu::VertexBufferLayout { array_stride: POINT, step_mode, attributes })
            },
        );
    let blend = wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING;
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("discs"),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("corner"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[points, noise],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some("disc"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(wgpu::ColorTargetState {
                format,
                blend: Some(blend),
                write_mask: wgpu::ColorWrites::ALL,
            })],
        }),
        multiview_mask: None,
        cache: None,
    })
}

/// Converts gamma-encoded sRGB to linear light (IEC 61966-2-1).
fn linear(v: f32) -> f32 {
    if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}
