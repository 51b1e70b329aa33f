//! The engine on a graphics device: compute shaders through wgpu.

mod counting;
mod device;
mod params;
mod picture;
mod pipelines;
mod slot;

use std::collections::HashMap;
use std::sync::Arc;

use wgpu::{Buffer, BufferUsages, Device, PollType, Queue};

use self::counting::Counting;
use self::device::Guarded;
use self::picture::Shown;
use self::pipelines::Pipelines;
use self::slot::{Contents, Uploaded};
use super::{Display, EngineInfo, Field, GpuError, GpuPicture, Job, JobTag, Slot, Source};
use crate::diffusion::Raster;
use crate::diffusion::statistics::Statistics;

pub(super) use self::device::serves;
pub use self::device::{check_adapter, open};
pub(super) use self::params::Params;
pub(super) use self::pipelines::{bind_layout, buffer, pipeline};
pub(super) use self::slot::bind_group;

/// Computes slots on a device. No function here waits for the device, except those that read back.
pub(super) struct AdapterEngine {
    gpu: Guarded,
    pipelines: Pipelines,
    sources: HashMap<u64, Uploaded>,
    slots: HashMap<Slot, Contents>,
    counting: Counting,
    last_tag: u64,
    last_generation: u64,
}

impl AdapterEngine {
    pub fn new(device: Device, queue: Queue) -> Result<Self, GpuError> {
        let gpu = Guarded::new(device, queue)?;
        let pipelines = gpu.attempt(Pipelines::new)?;
        Ok(Self {
            gpu,
            pipelines,
            sources: HashMap::new(),
            slots: HashMap::new(),
            counting: Counting::default(),
            last_tag: 0,
            last_generation: 0,
        })
    }

    pub fn compute(&mut self, slot: Slot, job: &Job) -> Result<JobTag, GpuError> {
        self.gpu.check()?;
        if let Some(contents) = self.slots.get(&slot)
            && contents.job == *job
        {
            return Ok(contents.tag);
        }
        self.last_tag += 1;
        let tag = JobTag(self.last_tag);
        let contents = match self.slots.remove(&slot) {
            Some(mut contents) if contents.suits(job) => {
                contents.job = job.clone();
                contents.tag = tag;
                contents
            }
            old => {
                let x0 = self.upload(&job.source)?;
                Contents::new(&self.gpu, &self.pipelines, job, &x0, tag, old)?
            }
        };
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        contents.record(&self.gpu, &self.pipelines, &mut encoder);
        self.gpu.queue.submit([encoder.finish()]);
        self.slots.insert(slot, contents);
        Ok(tag)
    }

    /// The buffer of `x_0`, which is uploaded once. Buffers of pictures that nobody holds any more are freed.
    fn upload(&mut self, source: &Arc<Source>) -> Result<Buffer, GpuError> {
        self.sources.retain(|_, uploaded| uploaded.source.strong_count() > 0);
        if let Some(uploaded) = self.sources.get(&source.id()) {
            return Ok(uploaded.buffer.clone());
        }
        let uploaded = Uploaded::new(&self.gpu, source)?;
        let buffer = uploaded.buffer.clone();
        self.sources.insert(source.id(), uploaded);
        Ok(buffer)
    }

    pub fn display(&mut self, slot: Slot, field: Field, display: &Display) -> Result<GpuPicture, GpuError> {
        self.gpu.check()?;
        let missing = GpuError::NoField { slot, field };
        let contents = self.slots.get_mut(&slot).ok_or(missing.clone())?;
        let mut shown = match contents.pictures.remove(&field) {
            Some(shown) if shown.size() == display.size => shown,
            _ => {
                self.last_generation += 1;
                Shown::new(&self.gpu, display.size, self.last_generation)?
            }
        };
        shown.draw(&self.gpu, &self.pipelines, contents, field, display).ok_or(missing)?;
        let picture = shown.picture();
        contents.pictures.insert(field, shown);
        Ok(picture)
    }

    pub fn request_statistics(&mut self, slot: Slot, field: Field) -> Result<(), GpuError> {
        self.gpu.check()?;
        let contents = self.slots.get(&slot).ok_or(GpuError::NoField { slot, field })?;
        self.counting.request(&self.gpu, &self.pipelines, contents, (slot, field))
    }

    pub fn poll(&mut self) -> Result<bool, GpuError> {
        if !self.counting.is_idle()
            && let Err(error) = self.gpu.device.poll(PollType::Poll)
        {
            return Err(GpuError::Device(error.to_string()));
        }
        self.gpu.check()?;
        Ok(self.counting.collect())
    }

    pub fn is_counting(&self) -> bool {
        !self.counting.is_idle()
    }

    pub fn finish(&mut self) -> Result<(), GpuError> {
        self.wait()?;
        self.counting.collect();
        Ok(())
    }

    pub fn latest_statistics(&self, slot: Slot, field: Field) -> Option<(JobTag, Arc<Statistics>)> {
        self.counting.latest(slot, field)
    }

    pub fn read(&self, slot: Slot, field: Field) -> Result<Raster, GpuError> {
        let missing = GpuError::NoField { slot, field };
        let contents = self.slots.get(&slot).ok_or(missing.clone())?;
        let raster = contents.job.source.raster();
        if field == Field::X0 {
            return Ok(raster.clone());
        }
        let mut data = Vec::with_capacity(raster.data.len());
        for channel in 0..raster.channels {
            let plane = contents.plane(field, channel).ok_or(missing.clone())?;
            let size = 4 * raster.plane_len() as u64;
            let bytes = self.fetch(size, |encoder, staging| {
                encoder.copy_buffer_to_buffer(plane.buffer, plane.offset, staging, 0, size);
            })?;
            data.extend(bytemuck::pod_collect_to_vec::<u8, f32>(&bytes));
        }
        Ok(Raster::new(raster.channels, raster.height, raster.width, data))
    }

    pub fn read_picture(&self, slot: Slot, field: Field) -> Result<Vec<u8>, GpuError> {
        let missing = GpuError::NoField { slot, field };
        let shown =
            self.slots.get(&slot).and_then(|contents| contents.pictures.get(&field)).ok_or(missing)?;
        let (width, height) = shown.size();
        let line = (4 * width).next_multiple_of(256);
        let bytes = self.fetch((line * height) as u64, |encoder, staging| {
            let layout = wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(line as u32),
                rows_per_image: None,
            };
            encoder.copy_texture_to_buffer(
                shown.texture.as_image_copy(),
                wgpu::TexelCopyBufferInfo { buffer: staging, layout },
                shown.texture.size(),
            );
        })?;
        Ok(bytes.chunks(line).flat_map(|row| &row[..4 * width]).copied().collect())
    }

    /// Lets `copy` copy into a buffer of `size` bytes, and waits for its contents.
    fn fetch(
        &self,
        size: u64,
        copy: impl FnOnce(&mut wgpu::CommandEncoder, &Buffer),
    ) -> Result<Vec<u8>, GpuError> {
        let allowed = self.gpu.device.limits().max_buffer_size;
        if size > allowed {
            return Err(GpuError::TooLarge { what: "reading a picture back", needed: size, allowed });
        }
        let staging = self.gpu.attempt(|device| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("read back"),
                size,
                usage: BufferUsages::MAP_READ | BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        })?;
        let mut encoder = self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        copy(&mut encoder, &staging);
        self.gpu.queue.submit([encoder.finish()]);
        staging.map_async(wgpu::MapMode::Read, .., |_| {});
        self.wait()?;
        let view = staging.get_mapped_range(..).map_err(|error| GpuError::Device(error.to_string()))?;
        Ok(view.to_vec())
    }

    fn wait(&self) -> Result<(), GpuError> {
        let polled = self.gpu.device.poll(PollType::wait_indefinitely());
        self.gpu.check()?;
        polled.map(|_| ()).map_err(|error| GpuError::Device(error.to_string()))
    }

    pub fn release(&mut self, slot: Slot) {
        self.slots.remove(&slot);
        self.counting.forget(slot);
        self.sources.retain(|_, uploaded| uploaded.source.strong_count() > 0);
    }

    pub fn info(&self) -> EngineInfo {
        EngineInfo::adapter(&self.gpu.device)
    }
}
