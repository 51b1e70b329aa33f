//! Shader modules, layouts and pipelines: created once per device.

use wgpu::{
    BindGroupLayout, BindGroupLayoutEntry, BindingType, BufferBindingType, ComputePipeline, Device,
    ShaderStages, StorageTextureAccess, TextureFormat, TextureViewDimension,
};

use super::super::{JobKind, NoiseMode, shaders};

/// The layouts of the shaders' bindings, and the pipelines that use them.
pub struct Pipelines {
    pub kernel_layout: BindGroupLayout,
    pub display_layout: BindGroupLayout,
    pub histogram_layout: BindGroupLayout,
    pub display: ComputePipeline,
    pub histogram: ComputePipeline,
    kernels: [ComputePipeline; 6],
}

impl Pipelines {
    pub fn new(device: &Device) -> Self {
        let (uniform, read, write) = (
            BufferBindingType::Uniform,
            BufferBindingType::Storage { read_only: true },
            BufferBindingType::Storage { read_only: false },
        );
        let kernel_layout = layout(device, "kernel", &[uniform, read, write].map(buffer));
        let histogram_layout = layout(device, "histogram", &[uniform, read, write].map(buffer));
        let screen = BindingType::StorageTexture {
            access: StorageTextureAccess::WriteOnly,
            format: TextureFormat::Rgba8Unorm,
            view_dimension: TextureViewDimension::D2,
        };
        let [a, b, c, d, e] = [uniform, read, read, read, read].map(buffer);
        let display_layout = layout(device, "display", &[a, b, c, d, e, screen]);
        let kernel = |name| pipeline(device, &kernel_layout, name);
        Self {
            kernels: [
                kernel("jump noised"),
                kernel("jump noise split"),
                kernel("jump posterior mean"),
                kernel("walk noised"),
                kernel("walk noise split"),
                kernel("walk posterior mean"),
            ],
            display: pipeline(device, &display_layout, "display"),
            histogram: pipeline(device, &histogram_layout, "histogram"),
            kernel_layout,
            display_layout,
            histogram_layout,
        }
    }

    pub fn kernel(&self, mode: NoiseMode, kind: JobKind) -> &ComputePipeline {
        let [jump_forward, jump_ledger, jump_posterior, walk_forward, walk_ledger, walk_posterior] =
            &self.kernels;
        match (mode, kind) {
            (NoiseMode::Jump, JobKind::Forward) => jump_forward,
            (NoiseMode::Jump, JobKind::Ledger) => jump_ledger,
            (NoiseMode::Jump, JobKind::Posterior) => jump_posterior,
            (NoiseMode::Walk, JobKind::Forward) => walk_forward,
            (NoiseMode::Walk, JobKind::Ledger) => walk_ledger,
            (NoiseMode::Walk, JobKind::Posterior) => walk_posterior,
        }
    }
}

/// The binding of a whole buffer of this type.
pub fn buffer(ty: BufferBindingType) -> BindingType {
    BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None }
}

fn layout(device: &Device, label: &str, types: &[BindingType]) -> BindGroupLayout {
    let numbered: Vec<(u32, BindingType)> = (0..).zip(types.iter().copied()).collect();
    bind_layout(device, label, ShaderStages::COMPUTE, &numbered)
}

/// A layout with these bindings, each given by its number and its type.
pub fn bind_layout(
    device: &Device,
    label: &str,
    visibility: ShaderStages,
    types: &[(u32, BindingType)],
) -> BindGroupLayout {
    let entry = |&(binding, ty)| BindGroupLayoutEntry { binding, visibility, ty, count: None };
    let entries: Vec<BindGroupLayoutEntry> = types.iter().map(entry).collect();
    device
        .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(label), entries: &entries })
}

/// The pipeline of one of the modules of [`shaders`].
pub fn pipeline(device: &Device, layout: &BindGroupLayout, name: &str) -> ComputePipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(name),
        source: wgpu::ShaderSource::Wgsl(shaders::module(name).into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(name),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some(name),
        layout: Some(&layout),
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    })
}
