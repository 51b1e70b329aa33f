//! Statistics on the device: they are computed there and fetched when they are ready.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use wgpu::{Buffer, BufferBinding, BufferUsages};

use super::super::cpu::statistics::{BINS, GROUP, HIGH, LOW, moments};
use super::super::{Field, GpuError, JobTag, Slot};
use super::device::Guarded;
use super::pipelines::Pipelines;
use super::slot::{Contents, group};
use crate::diffusion::statistics::{Histogram, Statistics};

const WAITING: u8 = 0;
const READY: u8 = 1;
const FAILED: u8 = 2;

/// Requests in progress, and the latest results.
#[derive(Default)]
pub struct Counting {
    latest: HashMap<(Slot, Field), (JobTag, Arc<Statistics>)>,
    under_way: Vec<Request>,
    /// Buffers of finished requests, kept for later requests of the same size.
    spare: Vec<Buffers>,
}

struct Request {
    slot: Slot,
    field: Field,
    tag: JobTag,
    pixels: usize,
    buffers: Buffers,
    state: Arc<AtomicU8>,
}

struct Buffers {
    range: Buffer,
    result: Buffer,
    staging: Buffer,
}

/// Bytes of one channel's result: the counters, then two sums for each group, rounded up so that it can be bound by
/// itself.
fn section(pixels: usize) -> usize {
    (4 * (BINS + 2 * pixels.div_ceil(GROUP))).next_multiple_of(256)
}

impl Buffers {
    fn new(gpu: &Guarded, size: u64) -> Result<Self, GpuError> {
        gpu.attempt(|device| {
            let buffer = |label, size, usage| {
                let label = Some(label);
                device.create_buffer(&wgpu::BufferDescriptor {
                    label,
                    size,
                    usage,
                    mapped_at_creation: false,
                })
            };
            let result = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
            Self {
                range: buffer("range", 16, BufferUsages::UNIFORM | BufferUsages::COPY_DST),
                result: buffer("counts", size, result),
                staging: buffer("counts", size, BufferUsages::MAP_READ | BufferUsages::COPY_DST),
            }
        })
    }
}

impl Counting {
    /// Starts counting, unless the result is there or in progress already.
    pub fn request(
        &mut self,
        gpu: &Guarded,
        pipelines: &Pipelines,
        contents: &Contents,
        (slot, field): (Slot, Field),
    ) -> Result<(), GpuError> {
        let known = self.latest.get(&(slot, field)).is_some_and(|(tag, _)| *tag == contents.tag);
        // One request at a time for each field: a slow device answers only for every second picture.
        if known || self.under_way.iter().any(|r| (r.slot, r.field) == (slot, field)) {
            return Ok(());
        }
        let raster = contents.job.source.raster();
        let (pixels, channels) = (raster.plane_len(), raster.channels);
        let section = section(pixels) as u64;
        let size = section * channels as u64;
        let buffers = match self.spare.iter().position(|b| b.result.size() == size) {
            Some(index) => self.spare.swap_remove(index),
            None => Buffers::new(gpu, size)?,
        };
        gpu.queue.write_buffer(&buffers.range, 0, bytemuck::bytes_of(&[0, pixels as u32, 0, 0]));
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.clear_buffer(&buffers.result, 0, None);
        for channel in 0..channels {
            let plane = contents.plane(field, channel).ok_or(GpuError::NoField { slot, field })?;
            let result = BufferBinding {
                buffer: &buffers.result,
                offset: section * channel as u64,
                size: std::num::NonZeroU64::new(section),
            };
            let resources = [
                buffers.range.as_entire_binding(),
                wgpu::BindingResource::Buffer(plane),
                wgpu::BindingResource::Buffer(result),
            ];
            let group = group(&gpu.device, "histogram", &pipelines.histogram_layout, &resources);
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(&pipelines.histogram);
            pass.set_bind_group(0, &group, &[]);
            pass.dispatch_workgroups(pixels.div_ceil(GROUP) as u32, 1, 1);
        }
        encoder.copy_buffer_to_buffer(&buffers.result, 0, &buffers.staging, 0, size);
        gpu.queue.submit([encoder.finish()]);
        let state = Arc::new(AtomicU8::new(WAITING));
        let heard = state.clone();
        buffers.staging.map_async(wgpu::MapMode::Read, .., move |result| {
            heard.store(if result.is_ok() { READY } else { FAILED }, Ordering::Release);
        });
        self.under_way.push(Request { slot, field, tag: contents.tag, pixels, buffers, state });
        Ok(())
    }

    /// Takes in the results that have arrived; true if there were any.
    pub fn collect(&mut self) -> bool {
        let is_waiting = |r: &Request| r.state.load(Ordering::Acquire) == WAITING;
        let (waiting, done): (Vec<Request>, Vec<Request>) =
            std::mem::take(&mut self.under_way).into_iter().partition(is_waiting);
        self.under_way = waiting;
        let mut arrived = false;
        for request in done {
            // A failed request is dropped with its buffers; the next frame asks again.
            if request.state.load(Ordering::Acquire) == READY
                && let Ok(view) = request.buffers.staging.get_mapped_range(..)
            {
                let statistics = Arc::new(parse(&view, request.pixels));
                drop(view);
                request.buffers.staging.unmap();
                self.spare.push(request.buffers);
                self.latest.insert((request.slot, request.field), (request.tag, statistics));
                arrived = true;
            }
        }
        self.spare.truncate(8);
        arrived
    }

    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    pub fn latest(&self, slot: Slot, field: Field) -> Option<(JobTag, Arc<Statistics>)> {
        self.latest.get(&(slot, field)).cloned()
    }

    pub fn forget(&mut self, slot: Slot) {
        self.latest.retain(|(s, _), _| *s != slot);
    }
}

fn parse(bytes: &[u8], pixels: usize) -> Statistics {
    let mut all = (Vec::new(), Vec::new());
    for section in bytes.chunks(section(pixels)) {
        let words: Vec<u32> = bytemuck::pod_collect_to_vec(section);
        let (counts, sums) = words.split_at(BINS);
        let sums = &sums[..2 * pixels.div_ceil(GROUP)];
        let pairs = sums.as_chunks::<2>().0.iter().map(|pair| pair.map(f32::from_bits));
        all.0.push(moments(pixels, pairs));
        all.1.push(Histogram { low: LOW, high: HIGH, counts: counts.to_vec() });
    }
    Statistics::new(all.0, all.1)
}
