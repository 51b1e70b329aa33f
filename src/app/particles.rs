//! Particles on the canvas: discs drawn by the window's device, or a mesh where it cannot.

use eframe::egui_wgpu::{Callback, CallbackResources, CallbackTrait, RenderState, ScreenDescriptor};
use egui::{Color32, Mesh, PaintCallbackInfo, Painter, Rect, Shape, pos2};
use wgpu::{CommandBuffer, CommandEncoder, Device, Queue, RenderPass, TextureFormat};

use crate::analysis::plane::Swarm;
use crate::gpu::{SwarmLook, SwarmPainter};

/// The number of particles that a graphics card draws without lag, and the number that a processor does.
const MANY: usize = 100_000;
const FEWER: usize = 20_000;

/// How particles are drawn: as discs by the window's device, or as a mesh.
#[derive(Clone, Copy, Debug, Default)]
pub struct Canvas {
    /// The texture format of the window; `None` if its device cannot draw discs.
    format: Option<TextureFormat>,
    /// Whether the device is a graphics card.
    is_card: bool,
}

impl Canvas {
    /// The canvas of a window.
    pub fn of(window: &RenderState) -> Self {
        Self {
            format: SwarmPainter::serves(&window.device).then_some(window.target_format),
            is_card: window.adapter.get_info().device_type != wgpu::DeviceType::Cpu,
        }
    }

    /// The same canvas with the smaller number of particles, so that figures look alike on every device.
    #[must_use]
    pub fn alike(self) -> Self {
        Self { is_card: false, ..self }
    }

    /// A canvas whose discs are never drawn by a device, to measure the window's own work.
    pub fn unseen() -> Self {
        Self { format: Some(TextureFormat::Rgba8Unorm), is_card: false }
    }

    /// The number of particles that can be drawn without lag.
    pub fn particles(&self) -> usize {
        if self.is_card && self.format.is_some() { MANY } else { FEWER }
    }

    /// Draws particles as discs whose radius is in points. `number` identifies a cloud of particles on the device: they
    /// are uploaded again only when the particles of that cloud change.
    pub fn draw(
        &self,
        painter: &Painter,
        number: u64,
        swarm: Swarm,
        section: Section,
        radius: f32,
        color: Color32,
    ) {
        let Some(format) = self.format else {
            painter.add(Shape::mesh(mesh(&swarm, section, radius, color)));
            return;
        };
        let discs = Discs { number, swarm, section, radius, color, format };
        painter.add(Callback::new_paint_callback(section.frame, discs));
    }
}

/// A square section of the plane on the screen, with the origin in the middle.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// The section's rectangle on the screen, in points.
    pub frame: Rect,
    /// Half the section's width, in units of the plane.
    pub radius: f32,
}

impl Section {
    fn scale(&self) -> f32 {
        self.frame.width() / (2.0 * self.radius)
    }
}

/// Particles that the device draws.
struct Discs {
    number: u64,
    swarm: Swarm,
    section: Section,
    radius: f32,
    color: Color32,
    format: TextureFormat,
}

impl Discs {
    fn look(&self, screen: &ScreenDescriptor) -> SwarmLook {
        let ppp = screen.pixels_per_point;
        let center = self.section.frame.center();
        SwarmLook {
            size: screen.size_in_pixels.map(|v| v as f32),
            origin: [ppp * center.x, ppp * center.y],
            scale: ppp * self.section.scale(),
            radius: ppp * self.radius,
            color: self.color.to_array().map(|v| f32::from(v) / 255.0),
        }
    }
}

impl CallbackTrait for Discs {
    fn prepare(
        &self,
        device: &Device,
        queue: &Queue,
        screen: &ScreenDescriptor,
        encoder: &mut CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<CommandBuffer> {
        let painter = resources.entry().or_insert_with(|| SwarmPainter::new(device, self.format));
        painter.prepare(device, queue, encoder, self.number, &self.swarm, &self.look(screen));
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut RenderPass<'static>, resources: &CallbackResources) {
        let Some(painter) = resources.get::<SwarmPainter>() else { return };
        let [width, height] = info.screen_size_px.map(|v| v as f32);
        pass.set_viewport(0.0, 0.0, width, height, 0.0, 1.0);
        painter.draw(self.number, pass);
    }
}

/// Particles as triangles of one mesh.
fn mesh(swarm: &Swarm, section: Section, size: f32, color: Color32) -> Mesh {
    let (frame, scale) = (section.frame, section.scale());
    let center = frame.center();
    let places = swarm.places();
    let mut mesh = Mesh::default();
    mesh.reserve_vertices(3 * places.len());
    mesh.reserve_triangles(places.len());
    for [x, y] in places {
        let at = pos2(center.x + scale * x, center.y - scale * y);
        if !frame.contains(at) {
            continue;
        }
        let n = mesh.vertices.len() as u32;
        mesh.colored_vertex(pos2(at.x, at.y - 1.2 * size), color);
        mesh.colored_vertex(pos2(at.x - size, at.y + 0.6 * size), color);
        mesh.colored_vertex(pos2(at.x + size, at.y + 0.6 * size), color);
        mesh.add_triangle(n, n + 1, n + 2);
    }
    mesh
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mesh_has_what_the_square_shows() {
        let points = vec![[0.0, 0.0], [1.0, -2.0], [5.0, 0.0]];
        let frame = Rect::from_min_max(pos2(100.0, 50.0), pos2(300.0, 250.0));
        let section = Section { frame, radius: 4.0 };
        let mesh = mesh(&Swarm::still(points.into()), section, 1.0, Color32::RED);
        assert_eq!((mesh.vertices.len(), mesh.indices.len()), (6, 6));
        // 25 points for each unit, upwards.
        assert_eq!(mesh.vertices[3].pos, pos2(225.0, 200.0 - 1.2));
    }
}
