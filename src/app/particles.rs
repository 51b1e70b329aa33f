//! Particles on the canvas: discs drawn by the window's device, or a mesh where it cannot.

use eframe::egui_wgpu::{Callback, CallbackResources, CallbackTrait, RenderState, ScreenDescriptor};
use egui::{Color32, Mesh, PaintCallbackInfo, Painter, Rect, Shape, pos2};
use wgpu::{CommandBuffer, CommandEncoder, Device, Queue, RenderPass, TextureFormat};

use crate::analysis::plane::Swarm;
use crate::gpu::{SwarmLook, SwarmPainter};

/// Particles that a graphics card draws without effort, and those that a processor does.
const MANY: usize = 100_000;
const FEWER: usize = 20_000;

/// How particles get to the screen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Canvas {
    /// What the window draws into; nothing where its device cannot draw discs.
    format: Option<TextureFormat>,
    /// Whether the device is a graphics card.
    is_card: bool,
}

impl Canvas {
    /// That of a window.
    pub fn of(window: &RenderState) -> Self {
        Self {
            format: SwarmPainter::serves(&window.device).then_some(window.target_format),
            is_card: window.adapter.get_info().device_type != wgpu::DeviceType::Cpu,
        }
    }

    /// The same with as many particles on every device: for figures.
    #[must_use]
    pub fn alike(self) -> Self {
        Self { is_card: false, ..self }
    }

    /// One that no device draws: for measurements of the window's own work.
    pub fn unseen() -> Self {
        Self { format: Some(TextureFormat::Rgba8Unorm), is_card: false }
    }

    /// How many particles move without lag.
    pub fn particles(&self) -> usize {
        if self.is_card && self.format.is_some() { MANY } else { FEWER }
    }

    /// Draws particles as discs of a radius in points. What is drawn as the same number shares the device's
    /// memory: nothing is uploaded while its particles stay the same.
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

/// A square of the plane on the screen, its origin in the middle.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Where it is, in points.
    pub frame: Rect,
    /// Half its width, in units of the plane.
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
