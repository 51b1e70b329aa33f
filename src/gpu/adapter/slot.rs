//! A slot's buffers and bind groups.
//!
//! Every channel has its own buffer with the job's fields one after another. So no binding exceeds the 128 MiB, and no
//! shader stage the 4 storage buffers, that every device allows.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use wgpu::{BindGroup, Buffer, BufferBinding, BufferUsages, Device};

use super::super::{Field, GpuError, Job, JobTag, Source};
use super::device::Guarded;
use super::params::Params;
use super::picture::Shown;
use super::pipelines::Pipelines;

/// Bytes between the channels' uniforms: a multiple of any device's alignment.
const PARAMS_STEP: usize = 512;

/// Distance from one plane to the next, in values: planes start at multiples of 256 bytes, so that each can be bound by
/// itself.
pub fn stride(plane_len: usize) -> usize {
    plane_len.next_multiple_of(64)
}

/// A picture `x_0` on the device.
pub struct Uploaded {
    pub source: Weak<Source>,
    pub buffer: Buffer,
}

impl Uploaded {
    pub fn new(gpu: &Guarded, source: &Arc<Source>) -> Result<Self, GpuError> {
        let raster = source.raster();
        let plane = 4 * stride(raster.plane_len()) as u64;
        let buffer = storage(gpu, "x_0", plane * raster.channels as u64, BufferUsages::COPY_DST)?;
        for channel in 0..raster.channels {
            let bytes = bytemuck::cast_slice(raster.plane(channel));
            gpu.queue.write_buffer(&buffer, plane * channel as u64, bytes);
        }
        Ok(Self { source: Arc::downgrade(source), buffer })
    }
}

/// A storage buffer that can be read back, if the device has room for it.
pub fn storage(
    gpu: &Guarded,
    what: &'static str,
    size: u64,
    extra: BufferUsages,
) -> Result<Buffer, GpuError> {
    let allowed = gpu.device.limits().max_buffer_size;
    if size > allowed {
        return Err(GpuError::TooLarge { what, needed: size, allowed });
    }
    gpu.attempt(|device| {
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC | extra;
        let descriptor = wgpu::BufferDescriptor { label: Some(what), size, usage, mapped_at_creation: false };
        device.create_buffer(&descriptor)
    })
}

/// The contents of a slot.
pub struct Contents {
    pub job: Job,
    pub tag: JobTag,
    /// One buffer per channel.
    planes: Vec<Buffer>,
    x0: Buffer,
    params: Buffer,
    groups: Vec<BindGroup>,
    /// Changes whenever the place of a field changes, so that pictures know when to bind it again.
    pub layout: u64,
    pub pictures: HashMap<Field, Shown>,
}

impl Contents {
    pub fn new(
        gpu: &Guarded,
        pipelines: &Pipelines,
        job: &Job,
        x0: &Buffer,
        tag: JobTag,
        old: Option<Self>,
    ) -> Result<Self, GpuError> {
        let raster = job.source.raster();
        let fields = job.kind.fields().len();
        let size = 4 * (fields * stride(raster.plane_len())) as u64;
        let allowed = gpu.device.limits().max_storage_buffer_binding_size;
        if size > allowed {
            return Err(GpuError::TooLarge { what: "a picture's results", needed: size, allowed });
        }
        let (old_planes, pictures) = old.map_or_else(Default::default, |old| (old.planes, old.pictures));
        // A slot that alternates between kinds of jobs keeps its largest buffers.
        let fits = old_planes.len() == raster.channels
            && old_planes.iter().all(|plane| plane.size() >= size && plane.size() <= 4 * size);
        let planes = if fits {
            old_planes
        } else {
            drop(old_planes);
            let plane = |_| storage(gpu, "a picture's results", size, BufferUsages::empty());
            (0..raster.channels).map(plane).collect::<Result<_, _>>()?
        };
        let (params, groups) = gpu.attempt(|device| {
            let params = device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("params"),
                size: (PARAMS_STEP * raster.channels) as u64,
                usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            let groups = (0..raster.channels)
                .map(|channel| {
                    kernel_group(device, pipelines, &params, x0, &planes, raster.plane_len(), channel)
                })
                .collect();
            (params, groups)
        })?;
        Ok(Self { job: job.clone(), tag, planes, x0: x0.clone(), params, groups, layout: tag.0, pictures })
    }

    /// Whether the buffers can be used for `job` as they are.
    pub fn suits(&self, job: &Job) -> bool {
        self.job.kind == job.kind && self.job.source.id() == job.source.id()
    }

    /// Uploads the job's parameters and records its kernels.
    pub fn record(&self, gpu: &Guarded, pipelines: &Pipelines, encoder: &mut wgpu::CommandEncoder) {
        let raster = self.job.source.raster();
        let mut bytes = vec![0; PARAMS_STEP * raster.channels];
        for (channel, part) in bytes.chunks_mut(PARAMS_STEP).enumerate() {
            let params = Params::of(&self.job, channel, stride(raster.plane_len()));
            part[..size_of::<Params>()].copy_from_slice(bytemuck::bytes_of(&params));
        }
        gpu.queue.write_buffer(&self.params, 0, &bytes);
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(pipelines.kernel(self.job.mode, self.job.kind));
        for group in &self.groups {
            pass.set_bind_group(0, group, &[]);
            pass.dispatch_workgroups(raster.plane_len().div_ceil(4 * 64) as u32, 1, 1);
        }
    }

    /// The place of one channel of a field, if the job computes the field.
    pub fn plane(&self, field: Field, channel: usize) -> Option<BufferBinding<'_>> {
        let plane_len = self.job.source.raster().plane_len();
        let bytes = 4 * stride(plane_len) as u64;
        let (buffer, offset) = if field == Field::X0 {
            (&self.x0, bytes * channel as u64)
        } else {
            let index = self.job.kind.fields().iter().position(|f| *f == field)?;
            (self.planes.get(channel)?, bytes * index as u64)
        };
        Some(BufferBinding { buffer, offset, size: std::num::NonZeroU64::new(4 * plane_len as u64) })
    }
}

fn kernel_group(
    device: &Device,
    pipelines: &Pipelines,
    params: &Buffer,
    x0: &Buffer,
    planes: &[Buffer],
    plane_len: usize,
    channel: usize,
) -> BindGroup {
    let part = |buffer, offset: usize, size: usize| {
        let size = std::num::NonZeroU64::new(size as u64);
        wgpu::BindingResource::Buffer(BufferBinding { buffer, offset: offset as u64, size })
    };
    let resources = [
        part(params, PARAMS_STEP * channel, size_of::<Params>()),
        part(x0, 4 * stride(plane_len) * channel, 4 * plane_len),
        planes[channel].as_entire_binding(),
    ];
    group(device, "kernel", &pipelines.kernel_layout, &resources)
}

/// A bind group with the resources at bindings 0, 1, ….
pub fn group(
    device: &Device,
    label: &str,
    layout: &wgpu::BindGroupLayout,
    resources: &[wgpu::BindingResource<'_>],
) -> BindGroup {
    let numbered: Vec<_> = (0..).zip(resources.iter().cloned()).collect();
    bind_group(device, label, layout, &numbered)
}

/// A bind group with the resources at the given bindings.
pub fn bind_group(
    device: &Device,
    label: &str,
    layout: &wgpu::BindGroupLayout,
    resources: &[(u32, wgpu::BindingResource<'_>)],
) -> BindGroup {
    let entries: Vec<wgpu::BindGroupEntry<'_>> = resources
        .iter()
        .map(|(binding, resource)| wgpu::BindGroupEntry { binding: *binding, resource: resource.clone() })
        .collect();
    device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some(label), layout, entries: &entries })
}
