//! What an engine runs on, for the status line and bug reports.

use super::cpu::kernels::simd_level;

/// Description of an engine.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineInfo {
    /// The adapter's name, or "CPU".
    pub name: String,
    /// The driver and its version; empty on the CPU.
    pub driver: String,
    /// `Vulkan`, `Metal`, `Dx12`, `Gl` or `CPU`.
    pub backend: String,
    /// The type as wgpu names it: `DiscreteGpu`, `IntegratedGpu`, `VirtualGpu`, `Cpu` or `Other`.
    pub device_type: String,
    /// Whether the pictures are computed by the processor: the CPU engine, or a software adapter.
    pub is_software: bool,
    /// Largest buffer, in bytes; 0 on the CPU.
    pub max_buffer_bytes: u64,
    /// Largest part of a buffer that a kernel can access, in bytes; 0 on the CPU.
    pub max_binding_bytes: u64,
    /// The most pixels of an output in one direction.
    pub max_output: usize,
    /// Threads of the CPU engine; 0 on an adapter.
    pub threads: usize,
    /// SIMD level of this processor.
    pub simd: &'static str,
}

impl EngineInfo {
    pub(super) fn cpu(threads: usize, portable: bool) -> Self {
        Self {
            name: "CPU".to_owned(),
            driver: String::new(),
            backend: "CPU".to_owned(),
            device_type: "Cpu".to_owned(),
            is_software: true,
            max_buffer_bytes: 0,
            max_binding_bytes: 0,
            max_output: super::MAX_SIDE,
            threads,
            simd: if portable { "portable" } else { simd_level() },
        }
    }

    pub(super) fn adapter(device: &wgpu::Device) -> Self {
        let (info, limits) = (device.adapter_info(), device.limits());
        Self {
            driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
            backend: format!("{:?}", info.backend),
            device_type: format!("{:?}", info.device_type),
            is_software: info.device_type == wgpu::DeviceType::Cpu,
            max_buffer_bytes: limits.max_buffer_size,
            max_binding_bytes: limits.max_storage_buffer_binding_size,
            max_output: limits.max_texture_dimension_2d as usize,
            threads: 0,
            simd: simd_level(),
            name: info.name,
        }
    }
}

impl std::fmt::Display for EngineInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.threads > 0 {
            return write!(f, "CPU · {} threads · {}", self.threads, self.simd);
        }
        write!(f, "{} · {}", self.name, self.backend)?;
        if self.is_software { write!(f, " · software") } else { Ok(()) }
    }
}
