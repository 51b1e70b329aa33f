//! The square that shows the visible part of the plane, and what is drawn in it.

use egui::{Color32, CursorIcon, Mesh, Rect, Response, Sense, Shape, Stroke, Ui, vec2};
use i18n_embed_fl::fl;

use super::act;
use crate::analysis::plane::{RADIUS, Swarm};
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::state::paintable;
use crate::app::chapters::layout::columns;
use crate::app::particles::Section;
use crate::app::theme::{Theme, title_font};
use crate::app::widgets::{Axis, Chart, captioned_in, held_at, paragraph, plate};
use crate::quantity::Quantity;
use crate::scene::{MAX_PAINTED, PlaneSource, Vectors};

/// The least distance between painted points, in units of the plane.
const APART: f64 = 0.07;

/// The least and the largest radius of a particle, in points, and the fraction of the square that all
/// particles together may cover.
const SIZES: [f32; 2] = [0.5, 1.6];
const COVERED: f32 = 0.22;

/// The radius, in points, of each of `count` particles in a square with sides of `side` points: the fewer
/// particles, the larger.
fn size(count: usize, side: f32) -> f32 {
    let each = COVERED * side * side / count.max(1) as f32;
    (each / std::f32::consts::PI).sqrt().clamp(SIZES[0], SIZES[1])
}

/// Squares that are narrower than this, in points, have captions of two rows.
const NARROW: f32 = 460.0;

/// A square of the plane with a caption.
pub struct Square {
    chart: Chart,
    /// Where it stands with its caption, in points.
    place: Rect,
}

impl Square {
    /// The largest square that fits into `rect` with its caption, at the left edge.
    pub fn new(ui: &Ui, rect: Rect, title: &str, legend: &[(Color32, &str)]) -> Self {
        let place = Self::outline(rect);
        // Squares beside each other have captions of the same height.
        let rows = if place.width() < NARROW { 2 } else { 1 };
        let below = captioned_in(ui, place, title, legend, rows);
        let side = below.height().min(below.width()).max(8.0);
        let frame = Rect::from_min_size(below.min, vec2(side, side));
        let range = [-RADIUS, RADIUS];
        Self { chart: Chart::new(frame, range, range), place }
    }

    /// The part of `rect` that the largest square and its caption fill.
    pub fn outline(rect: Rect) -> Rect {
        let side = (rect.height() - 20.0).min(rect.width());
        Rect::from_min_size(rect.min, vec2(side, side + 20.0))
    }

    /// Makes the square respond to clicks and drags, and lets it be copied and saved. `name` is its accessible name.
    pub fn respond(&self, ui: &Ui, view: &mut DistributionsView<'_, '_>, id: &str, name: &str) -> Response {
        let response = self.chart.respond(ui, id, name, Sense::click_and_drag());
        plate(view.shared, &response, (&format!("distributions/{id}"), name), self.place);
        response
    }

    /// Draws the density and the score as the scene's options say. The score has this opacity; at 0 it is
    /// left out.
    pub fn field(&self, ui: &Ui, view: &mut DistributionsView<'_, '_>, opacity: f32) {
        let theme = view.theme;
        let options = &view.scene.chapters.distributions.plane;
        let (density, contours) = (options.density, options.contours);
        let vectors = options.vectors;
        ui.painter().rect_filled(self.chart.frame, 0.0, theme.canvas);
        if density && let Some(texture) = view.room.plane.density_texture(ui, theme.dark) {
            self.chart.image(ui, texture);
        }
        if let Some(field) = view.room.plane.field().map(|field| &field.value) {
            if contours {
                self.contours(ui, &field.contours, theme.color(Quantity::X0));
            }
            let ink = theme.color(Quantity::Score).gamma_multiply(opacity);
            if vectors == Vectors::Streamlines && opacity > 0.0 {
                let stroke = Stroke::new(1.0, ink);
                for line in &field.streamlines {
                    self.chart.line(ui, line.iter().copied(), stroke);
                }
            }
            if vectors == Vectors::Arrows && opacity > 0.0 {
                let shown = field.arrows.iter().map(|[origin, by]| [*origin, by.map(|v| 0.32 * v)]);
                self.arrows(ui, shown, 1.0, ink);
            }
        }
        let frame = Stroke::new(1.0, theme.line);
        ui.painter().rect_stroke(self.chart.frame, 0.0, frame, egui::StrokeKind::Outside);
    }

    /// Draws contours, given as separate line segments.
    pub fn contours(&self, ui: &Ui, pieces: &[[[f64; 2]; 2]], color: Color32) {
        let stroke = Stroke::new(1.0, color);
        let segment = |piece: &[[f64; 2]; 2]| Shape::LineSegment {
            points: piece.map(|point| self.chart.at(point)),
            stroke,
        };
        self.chart.painter(ui).extend(pieces.iter().map(segment));
    }

    /// Draws an arrow from `origin` to `origin + by`. Its head is never longer than the arrow.
    pub fn arrow(&self, ui: &Ui, origin: [f64; 2], by: [f64; 2], width: f32, color: Color32) {
        self.arrows(ui, std::iter::once([origin, by]), width, color);
    }

    /// Draws arrows, given as pairs `[origin, by]`. Their shafts are lines; their heads form one mesh.
    fn arrows(&self, ui: &Ui, arrows: impl Iterator<Item = [[f64; 2]; 2]>, width: f32, color: Color32) {
        let mut heads = Mesh::default();
        let mut shafts = Vec::new();
        for [origin, by] in arrows {
            let from = self.chart.at(origin);
            let to = self.chart.at([origin[0] + by[0], origin[1] + by[1]]);
            let along = to - from;
            let length = along.length();
            if length < 0.5 {
                continue;
            }
            let (direction, head) = (along / length, (2.0 + 2.5 * width).min(0.6 * length));
            let back = to - head * direction;
            let side = 0.5 * head * direction.rot90();
            shafts.push(Shape::line_segment([from, back], Stroke::new(width, color)));
            let n = heads.vertices.len() as u32;
            for corner in [to, back + side, back - side] {
                heads.colored_vertex(corner, color);
            }
            heads.add_triangle(n, n + 1, n + 2);
        }
        let painter = self.chart.painter(ui);
        painter.extend(shafts);
        painter.add(Shape::mesh(heads));
    }

    /// Draws particles. `id` tells the chapter's clouds apart.
    pub fn cloud(&self, ui: &Ui, view: &DistributionsView<'_, '_>, id: &str, swarm: Swarm, color: Color32) {
        let count = swarm.points.len();
        let section = Section { frame: self.chart.frame, radius: RADIUS as f32 };
        let (number, painter) = (ui.scope_id().with(id).value(), self.chart.painter(ui));
        view.room.canvas.draw(&painter, number, swarm, section, size(count, self.chart.frame.width()), color);
    }

    /// Draws a path.
    pub fn path(&self, ui: &Ui, points: &[[f64; 2]], stroke: Stroke) {
        self.chart.line(ui, points.iter().copied(), stroke);
    }

    /// Draws a dot at a place.
    pub fn dot(&self, ui: &Ui, theme: Theme, place: [f64; 2], radius: f32, color: Color32) {
        self.chart.dot(ui, place, radius, color, theme.canvas);
    }

    /// Draws a picture that fills the square.
    pub fn image(&self, ui: &Ui, texture: egui::TextureId) {
        self.chart.image(ui, texture);
    }

    /// Selects the state under the pointer; if `paints` and the data are painted points, paints a point there
    /// instead.
    pub fn take(&self, ui: &Ui, view: &mut DistributionsView<'_, '_>, response: &Response, paints: bool) {
        if response.hovered() {
            ui.set_cursor_icon(CursorIcon::Crosshair);
        }
        let Some(pointer) = held_at(ui, response) else { return };
        let place = self.chart.value(pointer);
        act(view, |plane| match &mut plane.data {
            PlaneSource::Painted(points) if paints => paint(points, paintable(place)),
            _ => plane.point = place,
        });
    }
}

/// Adds a painted point, unless there is already one nearby or there are as many as allowed.
fn paint(points: &mut Vec<[f64; 2]>, place: [f64; 2]) {
    let near = |point: &[f64; 2]| (point[0] - place[0]).hypot(point[1] - place[1]) < APART;
    if points.len() < MAX_PAINTED && !points.iter().any(near) {
        points.push(place);
    }
}

/// Draws an empty square while there are no data, in which points can be painted.
pub fn blank(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    // The square stands where the square of the forward process will be, so that painting can go on there.
    let [left, _] = columns(rect, [1.0, 1.0]);
    let words = view.words;
    let square = Square::new(ui, left, &fl!(words, "distributions-no-data"), &[]);
    let response = square.respond(ui, view, "forward", &fl!(words, "distributions-no-data", "name"));
    ui.painter().rect_filled(square.chart.frame, 0.0, view.theme.panel);
    square.chart.axes(ui, view.theme, Axis::Bare, Axis::Bare);
    let text = if matches!(view.scene.chapters.distributions.plane.data, PlaneSource::Painted(_)) {
        fl!(words, "distributions-paint-hint")
    } else {
        fl!(words, "distributions-no-ink")
    };
    paragraph(ui, square.chart.frame, &text, title_font(), view.theme.weak);
    square.take(ui, view, &response, true);
}
