//! A field shown as a texture.

use wgpu::{BindGroup, Buffer, BufferUsages, Texture, TextureFormat, TextureUsages, TextureView};

use super::super::display::{Tap, taps};
use super::super::{Display, Field, GpuError, GpuPicture, JobTag};
use super::device::Guarded;
use super::params::Look;
use super::pipelines::Pipelines;
use super::slot::{Contents, group};

/// A texture, what it shows, and what draws it.
pub struct Shown {
    pub texture: Texture,
    view: TextureView,
    generation: u64,
    size: (usize, usize),
    look: Buffer,
    taps: Buffer,
    /// The bind group, with the layout that it was made for: see [`Contents::layout`].
    bound: Option<(u64, BindGroup)>,
    drawn: Option<(JobTag, Display, (usize, usize))>,
}

impl Shown {
    pub fn new(gpu: &Guarded, size: (usize, usize), generation: u64) -> Result<Self, GpuError> {
        gpu.attempt(|device| {
            let texture = device.create_texture(&wgpu::TextureDescriptor {
                label: Some("picture"),
                size: wgpu::Extent3d {
                    width: size.0 as u32,
                    height: size.1 as u32,
                    depth_or_array_layers: 1,
                },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: TextureFormat::Rgba8Unorm,
                usage: TextureUsages::STORAGE_BINDING
                    | TextureUsages::TEXTURE_BINDING
                    | TextureUsages::COPY_SRC,
                view_formats: &[],
            });
            let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
            let buffer = |label, size, usage| {
                let usage = usage | BufferUsages::COPY_DST;
                let label = Some(label);
                device.create_buffer(&wgpu::BufferDescriptor {
                    label,
                    size,
                    usage,
                    mapped_at_creation: false,
                })
            };
            let look = buffer("look", size_of::<Look>() as u64, BufferUsages::UNIFORM);
            let taps = buffer("taps", 16 * (size.0 + size.1) as u64, BufferUsages::STORAGE);
            Self { texture, view, generation, size, look, taps, bound: None, drawn: None }
        })
    }

    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    pub fn picture(&self) -> GpuPicture {
        GpuPicture { view: self.view.clone(), size: self.size, generation: self.generation }
    }

    /// Draws the field, unless the texture already shows exactly this.
    pub fn draw(
        &mut self,
        gpu: &Guarded,
        pipelines: &Pipelines,
        contents: &Contents,
        field: Field,
        display: &Display,
    ) -> Option<()> {
        let raster = contents.job.source.raster();
        let source = (raster.width, raster.height);
        if self.drawn == Some((contents.tag, *display, source)) {
            return Some(());
        }
        let geometry = |d: &Display| (d.filter, d.view, d.size);
        let same_taps = self.drawn.is_some_and(|(_, d, s)| geometry(&d) == geometry(display) && s == source);
        if !same_taps {
            let view = display.view;
            let columns = taps(display.filter, view.x, view.width, raster.width, display.size.0);
            let rows = taps(display.filter, view.y, view.height, raster.height, display.size.1);
            let words: Vec<[u32; 4]> = columns.iter().chain(&rows).map(Tap::words).collect();
            gpu.queue.write_buffer(&self.taps, 0, bytemuck::cast_slice(&words));
        }
        let look = Look::of(display, raster.width, raster.channels);
        gpu.queue.write_buffer(&self.look, 0, bytemuck::bytes_of(&look));
        let bound = match self.bound.take() {
            Some(bound) if bound.0 == contents.layout => bound,
            _ => (contents.layout, self.bind(gpu, pipelines, contents, field)?),
        };
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(&pipelines.display);
            pass.set_bind_group(0, &bound.1, &[]);
            pass.dispatch_workgroups(self.size.0.div_ceil(8) as u32, self.size.1.div_ceil(8) as u32, 1);
        }
        gpu.queue.submit([encoder.finish()]);
        self.bound = Some(bound);
        self.drawn = Some((contents.tag, *display, source));
        Some(())
    }

    fn bind(
        &self,
        gpu: &Guarded,
        pipelines: &Pipelines,
        contents: &Contents,
        field: Field,
    ) -> Option<BindGroup> {
        let last = contents.job.source.raster().channels - 1;
        let resources = [
            self.look.as_entire_binding(),
            self.taps.as_entire_binding(),
            wgpu::BindingResource::Buffer(contents.plane(field, 0)?),
            wgpu::BindingResource::Buffer(contents.plane(field, last.min(1))?),
            wgpu::BindingResource::Buffer(contents.plane(field, last.min(2))?),
            wgpu::BindingResource::TextureView(&self.view),
        ];
        Some(group(&gpu.device, "display", &pipelines.display_layout, &resources))
    }
}
