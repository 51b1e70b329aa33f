//! Finding and opening a graphics device, and reporting its failures.

use std::sync::{Arc, Mutex, PoisonError};

use wgpu::{
    Adapter, Device, DeviceDescriptor, DeviceLostReason, DownlevelFlags, ErrorFilter, Features, Instance,
    InstanceDescriptor, Limits, PowerPreference, Queue, RequestAdapterOptions,
};

use super::super::GpuError;

/// Whether an adapter can run the kernels.
///
/// # Errors
/// [`GpuError::Unsupported`] says what is missing.
pub fn check_adapter(adapter: &Adapter) -> Result<(), GpuError> {
    let name = || adapter.get_info().name;
    if !adapter.get_downlevel_capabilities().flags.contains(DownlevelFlags::COMPUTE_SHADERS) {
        return Err(GpuError::Unsupported { adapter: name(), reason: "it has no compute shaders".into() });
    }
    check_limits(&adapter.limits(), name)
}

/// Whether a device can run the kernels.
pub fn serves(device: &Device) -> bool {
    check_limits(&device.limits(), String::new).is_ok()
}

fn check_limits(limits: &Limits, name: impl Fn() -> String) -> Result<(), GpuError> {
    let wanted = [
        ("storage buffers per stage", limits.max_storage_buffers_per_shader_stage, 4),
        ("storage textures per stage", limits.max_storage_textures_per_shader_stage, 1),
        ("threads per workgroup", limits.max_compute_invocations_per_workgroup, 256),
        ("threads per workgroup in x", limits.max_compute_workgroup_size_x, 256),
        ("workgroup storage bytes", limits.max_compute_workgroup_storage_size, 10_240),
    ];
    for (what, have, need) in wanted {
        if have < need {
            return Err(GpuError::Unsupported {
                adapter: name(),
                reason: format!("{need} {what} are needed, it has {have}"),
            });
        }
    }
    Ok(())
}

/// Opens the fastest adapter. Environment variables such as `WGPU_BACKEND` and `WGPU_ADAPTER_NAME` narrow the choice,
/// as wgpu reads them.
///
/// # Errors
/// If there is no adapter that can run the kernels.
pub fn open() -> Result<(Device, Queue), GpuError> {
    let instance = Instance::new(InstanceDescriptor::new_without_display_handle_from_env());
    let options =
        RequestAdapterOptions { power_preference: PowerPreference::HighPerformance, ..Default::default() };
    let adapter = pollster::block_on(instance.request_adapter(&options))
        .map_err(|error| GpuError::NoAdapter(error.to_string()))?;
    check_adapter(&adapter)?;
    let has = adapter.limits();
    // The limits that all devices with compute shaders share, but with room for large pictures.
    let limits = Limits {
        max_buffer_size: has.max_buffer_size,
        max_storage_buffer_binding_size: has.max_storage_buffer_binding_size,
        max_texture_dimension_2d: has.max_texture_dimension_2d,
        ..Limits::downlevel_defaults()
    }
    .or_worse_values_from(&has);
    let descriptor = DeviceDescriptor {
        label: Some("diffuscope"),
        required_features: Features::empty(),
        required_limits: limits,
        ..Default::default()
    };
    pollster::block_on(adapter.request_device(&descriptor))
        .map_err(|error| GpuError::NoDevice(error.to_string()))
}

/// A device that reports its failures instead of ending the program.
pub struct Guarded {
    pub device: Device,
    pub queue: Queue,
    failure: Arc<Mutex<Option<GpuError>>>,
}

impl Guarded {
    pub fn new(device: Device, queue: Queue) -> Result<Self, GpuError> {
        check_limits(&device.limits(), || device.adapter_info().name)?;
        let failure = Arc::new(Mutex::new(None));
        let heard = failure.clone();
        device.on_uncaptured_error(Arc::new(move |error| {
            log::error!("graphics device: {error}");
            note(&heard, translate(&error));
        }));
        let heard = failure.clone();
        device.set_device_lost_callback(move |reason, message| {
            // The program destroys the device itself when it ends.
            if reason != DeviceLostReason::Destroyed {
                log::error!("graphics device lost: {message}");
                note(&heard, GpuError::Lost(message));
            }
        });
        Ok(Self { device, queue, failure })
    }

    /// Returns the failure that has happened since the last call, if any; a lost device stays lost.
    pub fn check(&self) -> Result<(), GpuError> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        match &*failure {
            None => Ok(()),
            Some(lost @ GpuError::Lost(_)) => Err(lost.clone()),
            Some(_) => failure.take().map_or(Ok(()), Err),
        }
    }

    /// Runs something that allocates or compiles, and turns errors that the device reports into an error.
    pub fn attempt<T>(&self, action: impl FnOnce(&Device) -> T) -> Result<T, GpuError> {
        self.check()?;
        let memory = self.device.push_error_scope(ErrorFilter::OutOfMemory);
        let validation = self.device.push_error_scope(ErrorFilter::Validation);
        let internal = self.device.push_error_scope(ErrorFilter::Internal);
        let value = action(&self.device);
        let errors = [
            pollster::block_on(internal.pop()),
            pollster::block_on(validation.pop()),
            pollster::block_on(memory.pop()),
        ];
        match errors.iter().flatten().last() {
            Some(error) => Err(translate(error)),
            None => Ok(value),
        }
    }
}

fn note(failure: &Mutex<Option<GpuError>>, error: GpuError) {
    let mut failure = failure.lock().unwrap_or_else(PoisonError::into_inner);
    if !matches!(*failure, Some(GpuError::Lost(_))) {
        *failure = Some(error);
    }
}

fn translate(error: &wgpu::Error) -> GpuError {
    match error {
        wgpu::Error::OutOfMemory { source } => GpuError::OutOfMemory(source.to_string()),
        wgpu::Error::Validation { description, .. } | wgpu::Error::Internal { description, .. } => {
            GpuError::Device(description.clone())
        }
    }
}
