//! One interface to both kinds of engine.

use std::sync::Arc;

use super::adapter::{AdapterEngine, open};
use super::cpu::CpuEngine;
use super::{Display, EngineInfo, Field, GpuError, Job, JobTag, MAX_SIDE, Picture, Slot};
use crate::diffusion::Raster;
use crate::diffusion::statistics::Statistics;

/// Which engine is used where there is no window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Device {
    /// The graphics adapter if there is a real one, else the CPU.
    #[default]
    Auto,
    /// A graphics adapter, even one in software; an error if there is none.
    Gpu,
    /// The CPU.
    Cpu,
}

/// Computes fields, shows them and counts their values.
pub struct Engine(Kind);

enum Kind {
    Adapter(Box<AdapterEngine>),
    Cpu(CpuEngine),
}

impl Engine {
    /// An engine on a device that a window has opened. It takes over the device's error handling: a failure becomes an
    /// error of the next call instead of ending the program.
    ///
    /// # Errors
    /// If the device lacks what the kernels need, or cannot compile them.
    pub fn gpu(device: wgpu::Device, queue: wgpu::Queue) -> Result<Self, GpuError> {
        Ok(Self(Kind::Adapter(Box::new(AdapterEngine::new(device, queue)?))))
    }

    /// An engine on the CPU with `threads` threads; 0 means one for each core.
    ///
    /// # Errors
    /// If the system cannot start the threads.
    pub fn cpu(threads: usize) -> Result<Self, GpuError> {
        Ok(Self(Kind::Cpu(CpuEngine::new(threads, false)?)))
    }

    /// An engine on the CPU without SIMD extensions, for comparisons: it gives the same bits, but is slower.
    ///
    /// # Errors
    /// If the system cannot start the threads.
    pub fn cpu_portable(threads: usize) -> Result<Self, GpuError> {
        Ok(Self(Kind::Cpu(CpuEngine::new(threads, true)?)))
    }

    /// An engine without a window, for the command line, figures and tests.
    ///
    /// # Errors
    /// For [`Device::Gpu`], if there is no adapter that can run the kernels.
    pub fn headless(device: Device) -> Result<Self, GpuError> {
        let adapter = || open().and_then(|(device, queue)| Self::gpu(device, queue));
        match device {
            Device::Cpu => Self::cpu(0),
            Device::Gpu => adapter(),
            Device::Auto => match adapter() {
                // A software adapter would be a slower way to use the same processor.
                Ok(engine) if !engine.info().is_software => Ok(engine),
                _ => Self::cpu(0),
            },
        }
    }

    /// Computes `job` into `slot`, unless the slot holds exactly this already. Returns a tag that names the slot's
    /// contents.
    ///
    /// # Errors
    /// If the picture does not fit on the device, or the device has failed.
    pub fn compute(&mut self, slot: Slot, job: &Job) -> Result<JobTag, GpuError> {
        let raster = job.source.raster();
        size("a picture", (raster.width, raster.height), MAX_SIDE)?;
        size("the picture that keys the noise", job.source.key_size(), MAX_SIDE)?;
        match &mut self.0 {
            Kind::Adapter(engine) => engine.compute(slot, job),
            Kind::Cpu(engine) => Ok(engine.compute(slot, job)),
        }
    }

    /// Shows a field of a slot; only what has changed is drawn again.
    ///
    /// # Errors
    /// [`GpuError::NoField`] if the slot's job does not compute the field; other errors if the size is not possible on
    /// the device or the device has failed.
    pub fn display(&mut self, slot: Slot, field: Field, display: &Display) -> Result<Picture, GpuError> {
        size("a displayed picture", display.size, self.max_output())?;
        match &mut self.0 {
            Kind::Adapter(engine) => engine.display(slot, field, display).map(Picture::Gpu),
            Kind::Cpu(engine) => engine.display(slot, field, display).map(Picture::Cpu),
        }
    }

    /// Starts counting the values of a field, unless that is done or in progress. On the CPU the result is there on
    /// return.
    ///
    /// # Errors
    /// The errors of [`Engine::display`].
    pub fn request_statistics(&mut self, slot: Slot, field: Field) -> Result<(), GpuError> {
        match &mut self.0 {
            Kind::Adapter(engine) => engine.request_statistics(slot, field),
            Kind::Cpu(engine) => engine.request_statistics(slot, field),
        }
    }

    /// Takes in finished statistics without waiting; call it once in each frame. True if any arrived.
    ///
    /// # Errors
    /// If the device has failed.
    pub fn poll(&mut self) -> Result<bool, GpuError> {
        match &mut self.0 {
            Kind::Adapter(engine) => engine.poll(),
            Kind::Cpu(_) => Ok(false),
        }
    }

    /// Whether statistics are in progress, so that the window should draw another frame soon.
    pub fn is_counting(&self) -> bool {
        match &self.0 {
            Kind::Adapter(engine) => engine.is_counting(),
            Kind::Cpu(_) => false,
        }
    }

    /// Waits until everything that was started is finished.
    ///
    /// # Errors
    /// If the device has failed.
    pub fn finish(&mut self) -> Result<(), GpuError> {
        match &mut self.0 {
            Kind::Adapter(engine) => engine.finish(),
            Kind::Cpu(_) => Ok(()),
        }
    }

    /// The newest statistics of a field, for each channel, with the tag of the contents that they were computed from
    /// (which may be older than the slot's current contents).
    pub fn latest_statistics(&self, slot: Slot, field: Field) -> Option<(JobTag, Arc<Statistics>)> {
        match &self.0 {
            Kind::Adapter(engine) => engine.latest_statistics(slot, field),
            Kind::Cpu(engine) => engine.latest_statistics(slot, field),
        }
    }

    /// The values of a field; waits for the device.
    ///
    /// # Errors
    /// The errors of [`Engine::display`].
    pub fn read(&mut self, slot: Slot, field: Field) -> Result<Raster, GpuError> {
        match &self.0 {
            Kind::Adapter(engine) => engine.read(slot, field),
            Kind::Cpu(engine) => engine.read(slot, field),
        }
    }

    /// A displayed field as RGBA bytes, row after row; waits for the device.
    ///
    /// # Errors
    /// The errors of [`Engine::display`].
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
