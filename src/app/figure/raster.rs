//! Triangles into pixels: what egui has laid out, drawn into a texture and read back.

use std::sync::mpsc;

use eframe::egui_wgpu::{RenderState, ScreenDescriptor};

use crate::gpu::GpuError;

/// Pixels of a drawing: RGBA with the colours multiplied by alpha, row by row.
pub struct Pixmap {
    /// The bytes, four a pixel.
    pub rgba: Vec<u8>,
    /// Width and height in pixels.
    pub size: [u32; 2],
}

impl Pixmap {
    /// The part of the pixels from `min` to before `max`, both `[x, y]`, as far as there are any.
    pub fn part(&self, min: [u32; 2], max: [u32; 2]) -> Self {
        let max = [0, 1].map(|i| max[i].min(self.size[i]));
        let size = [0, 1].map(|i| max[i].saturating_sub(min[i]));
        let row = |y: u32| {
            let begin = 4 * (y as usize * self.size[0] as usize + min[0] as usize);
            &self.rgba[begin..begin + 4 * size[0] as usize]
        };
        let rows = if size[0] == 0 { 0..0 } else { min[1]..min[1] + size[1] };
        Self { rgba: rows.flat_map(|y| row(y).iter().copied()).collect(), size }
    }

    /// The bytes with colours that are not multiplied by alpha, as PNG has them.
    pub fn unmultiplied(mut self) -> Vec<u8> {
        for pixel in self.rgba.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            if alpha > 0 && alpha < 255 {
                for value in &mut pixel[..3] {
                    *value = ((u32::from(*value) * 255 + alpha / 2) / alpha).min(255) as u8;
                }
            }
        }
        self.rgba
    }
}

/// Draws triangles over nothing; `scale` is the number of pixels per point.
///
/// # Errors
/// When the device fails.
pub fn rasterise(
    state: &RenderState,
    triangles: &[egui::ClippedPrimitive],
    size: [u32; 2],
    scale: f32,
) -> Result<Pixmap, GpuError> {
    let (device, queue) = (&state.device, &state.queue);
    let [width, height] = size;
    let extent = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some("figure"),
        size: extent,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: state.target_format,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    let mut encoder =
        device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("figure") });
    let prepared = paint(state, triangles, &view, (size, scale), &mut encoder);
    let stride = (4 * width).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("figure"),
        size: u64::from(stride) * u64::from(height),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(stride), rows_per_image: None };
    let target = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
    encoder.copy_texture_to_buffer(texture.as_image_copy(), target, extent);
    queue.submit(prepared.into_iter().chain([encoder.finish()]));
    let bytes = read(device, &buffer)?;
    let row = 4 * width as usize;
    let mut rgba: Vec<u8> =
        bytes.chunks_exact(stride as usize).flat_map(|line| line[..row].iter().copied()).collect();
    if matches!(state.target_format, wgpu::TextureFormat::Bgra8Unorm) {
        for pixel in rgba.chunks_exact_mut(4) {
            pixel.swap(0, 2);
        }
    }
    Ok(Pixmap { rgba, size })
}

/// Records the drawing of the triangles; returns what has to be submitted before it.
fn paint(
    state: &RenderState,
    triangles: &[egui::ClippedPrimitive],
    view: &wgpu::TextureView,
    (size, scale): ([u32; 2], f32),
    encoder: &mut wgpu::CommandEncoder,
) -> Vec<wgpu::CommandBuffer> {
    let screen = ScreenDescriptor { size_in_pixels: size, pixels_per_point: scale };
    let mut renderer = state.renderer.write();
    let prepared = renderer.update_buffers(&state.device, &state.queue, encoder, triangles, &screen);
    let attachment = wgpu::RenderPassColorAttachment {
        view,
        resolve_target: None,
        ops: wgpu::Operations {
            load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
            store: wgpu::StoreOp::Store,
        },
        depth_slice: None,
    };
    let pass = wgpu::RenderPassDescriptor {
        label: Some("figure"),
        color_attachments: &[Some(attachment)],
        ..wgpu::RenderPassDescriptor::default()
    };
    let mut pass = encoder.begin_render_pass(&pass).forget_lifetime();
    renderer.render(&mut pass, triangles, &screen);
    prepared
}

fn read(device: &wgpu::Device, buffer: &wgpu::Buffer) -> Result<Vec<u8>, GpuError> {
    let (sender, receiver) = mpsc::channel();
    buffer.slice(..).map_async(wgpu::MapMode::Read, move |mapped| drop(sender.send(mapped)));
    let lost = |text: String| GpuError::Lost(text);
    device.poll(wgpu::PollType::wait_indefinitely()).map_err(|error| lost(error.to_string()))?;
    match receiver.recv() {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(lost(error.to_string())),
        Err(error) => return Err(lost(error.to_string())),
    }
    let bytes = buffer.slice(..).get_mapped_range().map_err(|error| lost(error.to_string()))?.to_vec();
    buffer.unmap();
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_inside_and_alpha_is_taken_out() {
        let raster = Pixmap { rgba: (0..24).collect(), size: [3, 2] };
        assert_eq!(raster.part([1, 1], [9, 9]).rgba, (16..24).collect::<Vec<u8>>());
        assert_eq!(raster.part([3, 0], [9, 9]).size, [0, 2]);
        assert!(raster.part([3, 0], [9, 9]).rgba.is_empty());
        let half = Pixmap { rgba: vec![64, 0, 128, 128, 9, 9, 9, 255], size: [2, 1] };
        assert_eq!(half.unmultiplied(), [128, 0, 255, 128, 9, 9, 9, 255]);
    }
}
