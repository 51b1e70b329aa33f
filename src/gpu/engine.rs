//! One face for both kinds of engine.

use std::sync::Arc;

use super::adapter::{AdapterEngine, open};
use super::cpu::CpuEngine;
use super::{Display, EngineInfo, Field, GpuError, Job, JobTag, MAX_SIDE, Picture, Slot};
use crate::diffusion::Raster;
use crate::diffusion::statistics::Statistics;

/// Which engine to take where there is no window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Device {
    /// The graphics adapter if there is a real one, else the CPU.
    #[default]
    Auto,
    /// An adapter, also a software one; an error if there is none.
    Gpu,
    /// The CPU.
    Cpu,
}

/// Computes, shows and counts fields.
pub struct Engine(Kind);

enum Kind {
    Adapter(Box<AdapterEngine>),
    Cpu(CpuEngine),
}

impl Engine {
    /// On a device that a window has opened. Takes over its error handling, so that a failure
    /// becomes an error of the next call rather than the program's end.
    ///
    /// # Errors
    /// When the device lacks what the kernels need, or cannot compile them.
    pub fn gpu(device: wgpu::Device, queue: wgpu::Queue) -> Result<Self, GpuError> {
        Ok(Self(Kind::Adapter(Box::new(AdapterEngine::new(device, queue)?))))
    }

    /// On the CPU with `threads` threads; 0 is one per core.
    ///
    /// # Errors
    /// When the system refuses the threads.
    pub fn cpu(threads: usize) -> Result<Self, GpuError> {
        Ok(Self(Kind::Cpu(CpuEngine::new(threads, false)?)))
    }

    /// On the CPU without SIMD extensions: the same bits, slower. For comparisons.
    ///
    /// # Errors
    /// When the system refuses the threads.
    pub fn cpu_portable(threads: usize) -> Result<Self, GpuError> {
        Ok(Self(Kind::Cpu(CpuEngine::new(threads, true)?)))
    }

    /// Without a window: for the command line, figures and tests.
    ///
    /// # Errors
    /// [`Device::Gpu`]: when there is no adapter that can run the kernels.
    pub fn headless(device: Device) -> Result<Self, GpuError> {
        let adapter = || open().and_then(|(device, queue)| Self::gpu(device, queue));
        match device {
            Device::Cpu => Self::cpu(0),
            Device::Gpu => adapter(),
            Device::Auto => match adapter() {
                // A software adapter is a slower way to use the same processor.
                Ok(engine) if !engine.info().is_software => Ok(engine),
                _ => Self::cpu(0),
            },
        }
    }

    /// Computes `job` into `slot` unless it holds just that. Names what the slot then holds.
    ///
    /// # Errors
    /// When the picture does not fit the device, or the device has failed.
    pub fn compute(&mut self, slot: Slot, job: &Job) -> Result<JobTag, GpuError> {
        let raster = job.source.raster();
        size("a picture", (raster.width, raster.height), MAX_SIDE)?;
        size("the picture that keys the noise", job.source.key_size(), MAX_SIDE)?;
        match &mut self.0 {
            Kind::Adapter(engine) => engine.compute(slot, job),
            Kind::Cpu(engine) => Ok(engine.compute(slot, job)),
        }
    }

    /// Shows a field of a slot, redrawing only what changed.
    ///
    /// # Errors
    /// [`GpuError::NoField`] when the slot's job does not compute it; a size that the device
    /// cannot have; a device that has failed.
    pub fn display(&mut self, slot: Slot, field: Field, display: &Display) -> Result<Picture, GpuError> {
        size("a displayed picture", display.size, self.max_output())?;
        match &mut self.0 {
            Kind::Adapter(engine) => engine.display(slot, field, display).map(Picture::Gpu),
            Kind::Cpu(engine) => engine.display(slot, field, display).map(Picture::Cpu),
        }
    }

    /// Starts counting a field, unless its slot's contents are counted or being counted already.
    /// The CPU engine is done on return.
    ///
    /// # Errors
    /// As [`Engine::display`].
    pub fn request_statistics(&mut self, slot: Slot, field: Field) -> Result<(), GpuError> {
        match &mut self.0 {
            Kind::Adapter(engine) => engine.request_statistics(slot, field),
            Kind::Cpu(engine) => engine.request_statistics(slot, field),
        }
    }

    /// Takes in finished statistics without waiting; once per frame. True if any arrived.
    ///
    /// # Errors
    /// When the device has failed.
    pub fn poll(&mut self) -> Result<bool, GpuError> {
        match &mut self.0 {
            Kind::Adapter(engine) => engine.poll(),
            Kind::Cpu(_) => Ok(false),
        }
    }

    /// Whether statistics are under way, so that the window should draw another frame soon.
    pub fn is_counting(&self) -> bool {
        match &self.0 {
            Kind::Adapter(engine) => engine.is_counting(),
            Kind::Cpu(_) => false,
        }
    }

    /// Waits for everything that was begun.
    ///
    /// # Errors
    /// When the device has failed.
    pub fn finish(&mut self) -> Result<(), GpuError> {
        match &mut self.0 {
            Kind::Adapter(engine) => engine.finish(),
            Kind::Cpu(_) => Ok(()),
        }
    }

    /// The newest statistics of a field, per channel, and the contents that they are of (which may
    /// be older than what the slot holds now).
    pub fn latest_statistics(&self, slot: Slot, field: Field) -> Option<(JobTag, Arc<Statistics>)> {
        match &self.0 {
            Kind::Adapter(engine) => engine.latest_statistics(slot, field),
            Kind::Cpu(engine) => engine.latest_statistics(slot, field),
        }
    }

    /// A field's values; waits for the device.
    ///
    /// # Errors
    /// As [`Engine::display`].
    pub fn read(&mut self, slot: Slot, field: Field) -> Result<Raster, GpuError> {
        match &self.0 {
            Kind::Adapter(engine) => engine.read(slot, field),
            Kind::Cpu(engine) => engine.read(slot, field),
        }
    }

    /// A displayed field as RGBA bytes, row after row; waits for the device.
    ///
    /// # Errors
    /// As [`Engine::display`].
    pub fn read_display(&mut self, slot: Slot, field: Field, display: &Display) -> Result<Vec<u8>, GpuError> {
        match self.display(slot, field, display)? {
            Picture::Cpu(picture) => Ok(picture.rgba.to_vec()),
            Picture::Gpu(_) => match &self.0 {
                Kind::Adapter(engine) => engine.read_picture(slot, field),
                Kind::Cpu(_) => Err(GpuError::NoField { slot, field }),
            },
        }
    }

    /// Forgets a slot and frees its memory.
    pub fn release(&mut self, slot: Slot) {
        match &mut self.0 {
            Kind::Adapter(engine) => engine.release(slot),
            Kind::Cpu(engine) => engine.release(slot),
        }
    }

    /// What the engine runs on.
    pub fn info(&self) -> EngineInfo {
        match &self.0 {
            Kind::Adapter(engine) => engine.info(),
            Kind::Cpu(engine) => engine.info(),
        }
    }

    fn max_output(&self) -> usize {
        self.info().max_output.min(MAX_SIDE)
    }
}

fn size(what: &'static str, (width, height): (usize, usize), max: usize) -> Result<(), GpuError> {
    if (1..=max).contains(&width) && (1..=max).contains(&height) {
        return Ok(());
    }
    Err(GpuError::Size { what, width, height, max })
}
