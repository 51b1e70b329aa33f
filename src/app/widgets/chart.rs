//! A chart whose frame is known before it is drawn, so that pictures, handles and curves that lie on their side can
//! share it.

use egui::{
    Align2, Color32, Mesh, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, TextureId, Ui,
    WidgetInfo, pos2, vec2,
};

use super::fitted_sentence;
use super::plot::{name_axis, nice_step};
use crate::app::formula::{sentence, sentence_width};
use crate::app::theme::{Theme, caption_font};

/// Height of a caption, in points.
const CAPTION: f32 = 20.0;
/// Room for the numbers of the vertical and of the horizontal axis, in points.
const NUMBERS: [f32; 2] = [34.0, 18.0];

/// How an axis is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Plain numbers.
    Plain,
    /// Whole numbers.
    Whole,
    /// Powers of ten; the values are log₁₀.
    Log,
    /// Grid lines without numbers.
    Bare,
}

/// A rectangle of the screen with a coordinate system.
#[derive(Clone, Copy, Debug)]
pub struct Chart {
    /// The rectangle of the curves, in points.
    pub frame: Rect,
    x: [f64; 2],
    y: [f64; 2],
}

impl Chart {
    /// A chart that fills `frame`; ranges go from left to right and from bottom to top.
    pub fn new(frame: Rect, x: [f64; 2], y: [f64; 2]) -> Self {
        // Without any room for it, a chart is a point, and not turned inside out.
        let frame = Rect::from_min_max(frame.min, frame.max.max(frame.min + vec2(1.0, 1.0)));
        Self { frame, x, y }
    }

    /// A chart in `rect`, with room for numbers at the left and below.
    pub fn with_axes(rect: Rect, x: [f64; 2], y: [f64; 2]) -> Self {
        let frame = Rect::from_min_max(
            pos2(rect.left() + NUMBERS[0], rect.top()),
            pos2(rect.right(), rect.bottom() - NUMBERS[1]),
        );
        Self::new(frame, x, y)
    }

    /// The place of a point on the screen.
    pub fn at(&self, [x, y]: [f64; 2]) -> Pos2 {
        let share = |value: f64, [low, high]: [f64; 2]| ((value - low) / (high - low)) as f32;
        pos2(
            self.frame.left() + self.frame.width() * share(x, self.x),
            self.frame.bottom() - self.frame.height() * share(y, self.y),
        )
    }

    /// The point at a place on the screen; places outside the frame are moved to its edge.
    pub fn value(&self, place: Pos2) -> [f64; 2] {
        let along = |share: f32, [low, high]: [f64; 2]| low + (high - low) * f64::from(share.clamp(0.0, 1.0));
        [
            along((place.x - self.frame.left()) / self.frame.width(), self.x),
            along((self.frame.bottom() - place.y) / self.frame.height(), self.y),
        ]
    }

    /// Listens to the pointer; `name` is the accessible name.
    pub fn respond(&self, ui: &Ui, id: &str, name: &str, sense: Sense) -> Response {
        let response = ui.interact(self.frame, ui.scope_id().with(id), sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
        response
    }

    /// A painter that is clipped to the frame.
    pub fn painter(&self, ui: &Ui) -> Painter {
        ui.painter().with_clip_rect(self.frame.expand(0.5).intersect(ui.clip_rect()))
    }

    /// Draws grid lines and numbers.
    pub fn axes(&self, ui: &Ui, theme: Theme, x: Axis, y: Axis) {
        let painter = self.painter(ui);
        let line = Stroke::new(1.0, theme.grid);
        for (value, text) in marks(self.x, self.frame.width() / 46.0, x) {
            let at = self.at([value, self.y[0]]).x;
            painter.vline(at, self.frame.y_range(), line);
            // A number in the corner would overlap the lowest number of the vertical axis.
            if at > self.frame.left() + 8.0 {
                let place = pos2(at, self.frame.bottom() + 4.0);
                ui.painter().text(place, Align2::CENTER_TOP, text, caption_font(), theme.weak);
            }
        }
        for (value, text) in marks(self.y, self.frame.height() / 24.0, y) {
            let at = self.at([self.x[0], value]).y;
            painter.hline(self.frame.x_range(), at, line);
            let place = pos2(self.frame.left() - 5.0, at);
            ui.painter().text(place, Align2::RIGHT_CENTER, text, caption_font(), theme.weak);
        }
    }

    /// Writes what the horizontal axis shows into the free corner below the vertical axis' numbers.
    pub fn name_axis(&self, ui: &Ui, theme: Theme, name: &str) {
        name_axis(ui, self.frame, name, theme.weak);
    }

    /// Draws a curve.
    pub fn line(&self, ui: &Ui, points: impl IntoIterator<Item = [f64; 2]>, stroke: Stroke) {
        let points: Vec<Pos2> = points.into_iter().map(|point| self.at(point)).collect();
        if points.len() > 1 {
            self.painter(ui).add(Shape::line(points, stroke));
        }
    }

    /// Draws a dashed curve.
    pub fn dashed(&self, ui: &Ui, points: impl IntoIterator<Item = [f64; 2]>, stroke: Stroke) {
        let points: Vec<Pos2> = points.into_iter().map(|point| self.at(point)).collect();
        if points.len() > 1 {
            self.painter(ui).extend(Shape::dashed_line(&points, stroke, 5.0, 4.0));
        }
    }

    /// Fills the area between pairs of points, one below the other.
    pub fn band(&self, ui: &Ui, pairs: impl IntoIterator<Item = [[f64; 2]; 2]>, color: Color32) {
        let mut mesh = Mesh::default();
        for (i, pair) in pairs.into_iter().enumerate() {
            for point in pair {
                mesh.colored_vertex(self.at(point), color);
            }
            if i > 0 {
                let n = 2 * i as u32;
                mesh.add_triangle(n - 2, n - 1, n);
                mesh.add_triangle(n - 1, n, n + 1);
            }
        }
        self.painter(ui).add(Shape::mesh(mesh));
    }

    /// Fills the area between a curve and the horizontal axis.
    pub fn area(&self, ui: &Ui, points: &[[f64; 2]], color: Color32) {
        self.band(ui, points.iter().map(|&[x, y]| [[x, self.y[0].max(0.0)], [x, y]]), color);
    }

    /// Draws a picture that fills the frame.
    pub fn image(&self, ui: &Ui, texture: TextureId) {
        self.image_between(ui, texture, self.x);
    }

    /// Draws a picture of the frame's height whose left and right edges are at these x coordinates.
    pub fn image_between(&self, ui: &Ui, texture: TextureId, [left, right]: [f64; 2]) {
        let [left, right] = [left, right].map(|x| self.at([x, self.y[0]]).x);
        let area = Rect::from_x_y_ranges(left..=right, self.frame.y_range());
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        self.painter(ui).image(texture, area, whole, Color32::WHITE);
    }

    /// Draws a vertical line.
    pub fn vline(&self, ui: &Ui, x: f64, stroke: Stroke) {
        self.painter(ui).vline(self.at([x, self.y[0]]).x, self.frame.y_range(), stroke);
    }

    /// Draws a horizontal line.
    pub fn hline(&self, ui: &Ui, y: f64, stroke: Stroke) {
        self.painter(ui).hline(self.frame.x_range(), self.at([self.x[0], y]).y, stroke);
    }

    /// Draws a disc with a number in it: the number and the rim in the first colour, the disc in the second.
    pub fn mark(&self, ui: &Ui, point: [f64; 2], radius: f32, number: &str, [ink, disc]: [Color32; 2]) {
        let at = self.at(point);
        ui.painter().circle(at, radius, disc, Stroke::new(1.2, ink));
        ui.painter().text(at, Align2::CENTER_CENTER, number, egui::FontId::proportional(11.0), ink);
    }

    /// Draws a point as a disc.
    pub fn dot(&self, ui: &Ui, point: [f64; 2], radius: f32, color: Color32, rim: Color32) {
        self.painter(ui).circle(self.at(point), radius, color, Stroke::new(1.5, rim));
    }
}

/// The places and texts of an axis' numbers, of which about `most` have room.
fn marks([low, high]: [f64; 2], most: f32, axis: Axis) -> Vec<(f64, String)> {
    let (low, high) = (low.min(high), low.max(high));
    let least = (high - low) / f64::from(most.max(1.0));
    let step = nice_step(if matches!(axis, Axis::Log | Axis::Whole) { least.max(1.0) } else { least });
    let count = (high - low) / step;
    if !(count.is_finite() && count < 1000.0) {
        return Vec::new();
    }
    let decimals = (-step.log10()).ceil().clamp(0.0, 9.0) as usize;
    let first = (low / step - 1e-9).ceil() as i64;
    (0..=count.ceil() as i64)
        .map(|i| (first + i) as f64 * step)
        .filter(|value| *value <= high + 1e-9 * step)
        .map(|value| {
            let text = match axis {
                Axis::Plain | Axis::Whole => format!("{:.decimals$}", value + 0.0),
                Axis::Log => power(value),
                Axis::Bare => String::new(),
            };
            (value, text.replace('-', "−"))
        })
        .collect()
}

/// `10^value`, as a plain number where that is short.
fn power(value: f64) -> String {
    if (-1.0..=3.0).contains(&value) { format!("{}", 10_f64.powf(value)) } else { format!("1e{value}") }
}

/// For a legend with enough room, and for a narrow one: the width of a swatch, and the width that an entry takes
/// besides its text, in points.
const SWATCHES: [[f32; 2]; 2] = [[11.0, 27.0], [9.0, 19.0]];

/// Draws a title at the left and a legend at the right, or below the title if both do not fit into one row. Returns the
/// rest of `rect` below them.
pub fn captioned(ui: &Ui, rect: Rect, title: &str, legend: &[(Color32, &str)]) -> Rect {
    let both = sentence_width(ui, title) + legend_width(ui, legend, SWATCHES[1]);
    let rows = if title.is_empty() || legend.is_empty() || both <= rect.width() { 1 } else { 2 };
    captioned_in(ui, rect, title, legend, rows)
}

/// As [`captioned`], but in one row or in two as `rows` says, so that neighbouring charts can look alike.
pub fn captioned_in(ui: &Ui, rect: Rect, title: &str, legend: &[(Color32, &str)], rows: usize) -> Rect {
    let theme = Theme::of(ui.ctx());
    let width = fitted_sentence(ui, rect.left_top(), rect.width(), title, theme.weak);
    let room = rect.width() - if rows > 1 { 0.0 } else { width };
    let fits = |swatch: &&[f32; 2]| legend_width(ui, legend, **swatch) <= room;
    let swatch = *SWATCHES.iter().find(fits).unwrap_or(&SWATCHES[1]);
    let below = if rows > 1 {
        // The legend begins at the left, below the title.
        let [width, beside] = swatch;
        let right = rect.left() + legend_width(ui, legend, swatch) - (beside - width - 4.0);
        let top = rect.top() + CAPTION - 4.0;
        draw_legend(ui, pos2(right.min(rect.right()), top), rect.left(), legend, swatch);
        2.0 * CAPTION - 4.0
    } else {
        draw_legend(ui, rect.right_top(), rect.left(), legend, swatch);
        CAPTION
    };
    Rect::from_min_max(pos2(rect.left(), rect.top() + below), rect.max)
}

/// The width of a legend with the gap before it, in points.
fn legend_width(ui: &Ui, legend: &[(Color32, &str)], [_, beside]: [f32; 2]) -> f32 {
    legend.iter().map(|(_, text)| sentence_width(ui, text) + beside).sum()
}

/// Draws a legend that ends at the right in `corner`. When there is no room for all entries to the right of `left`, the
/// first ones are left out.
fn draw_legend(ui: &Ui, corner: Pos2, left: f32, legend: &[(Color32, &str)], [swatch, beside]: [f32; 2]) {
    let theme = Theme::of(ui.ctx());
    let mut x = corner.x;
    for (color, text) in legend.iter().rev() {
        x -= sentence_width(ui, text);
        if x - swatch - 4.0 < left - 0.5 {
            break;
        }
        sentence(ui, pos2(x, corner.y), text, theme.weak);
        let place = pos2(x - swatch - 4.0, corner.y + 6.0);
        ui.painter().rect_filled(Rect::from_min_size(place, vec2(swatch, 3.0)), 1.0, *color);
        x -= beside;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lead_back_to_their_places() {
        let frame = Rect::from_min_max(pos2(10.0, 20.0), pos2(210.0, 120.0));
        let chart = Chart::new(frame, [5.0, -5.0], [0.0, 1.0]);
        assert_eq!(chart.at([5.0, 1.0]), frame.left_top());
        assert_eq!(chart.at([-5.0, 0.0]), frame.right_bottom());
        let [x, y] = chart.value(chart.at([1.25, 0.75]));
        assert!((x - 1.25).abs() < 1e-5 && (y - 0.75).abs() < 1e-5);
        assert_eq!(chart.value(pos2(-100.0, 500.0)), [5.0, 0.0]);
    }

    #[test]
    fn marks_are_round_and_inside() {
        let of = |range, most, axis| -> Vec<String> {
            marks(range, most, axis).into_iter().map(|mark| mark.1).collect()
        };
        assert_eq!(of([-4.0, 4.0], 5.0, Axis::Plain), ["−4", "−2", "0", "2", "4"]);
        assert_eq!(of([0.0, 1.0], 3.0, Axis::Plain), ["0.0", "0.5", "1.0"]);
        assert_eq!(of([-4.2, 0.3], 10.0, Axis::Log), ["1e−4", "1e−3", "1e−2", "0.1", "1"]);
        assert_eq!(of([1.0, f64::NAN], 5.0, Axis::Plain), [""; 0]);
    }
}
