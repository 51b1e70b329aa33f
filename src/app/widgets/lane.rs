//! Lines of those who race. Colours mean quantities, so racers differ in the style of their lines.

use egui::{Color32, Pos2, Shape, Stroke, Ui, vec2};
use egui_plot::LineStyle;

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Style {
    Solid,
    /// With dashes and gaps of these lengths, in points.
    Dashed(f32, f32),
    /// With dots this far apart, in points.
    Dotted(f32),
}

const fn style(lane: usize) -> Style {
    match lane % 6 {
        0 => Style::Solid,
        1 => Style::Dashed(9.0, 5.6),
        2 => Style::Dotted(5.0),
        3 => Style::Dashed(4.0, 2.5),
        4 => Style::Dashed(16.0, 9.9),
        _ => Style::Dotted(9.0),
    }
}

/// The style of a lane's lines in a plot.
pub fn lane_style(lane: usize) -> LineStyle {
    match style(lane) {
        Style::Solid => LineStyle::Solid,
        // A plot makes gaps in the golden ratio to the dashes, as above.
        Style::Dashed(length, _) => LineStyle::Dashed { length },
        Style::Dotted(spacing) => LineStyle::Dotted { spacing },
    }
}

/// A lane's line through points of the screen.
pub fn lane_line(points: &[Pos2], lane: usize, stroke: Stroke) -> Vec<Shape> {
    match style(lane) {
        Style::Solid => vec![Shape::line(points.to_vec(), stroke)],
        Style::Dashed(dash, gap) => Shape::dashed_line(points, stroke, dash, gap),
        Style::Dotted(spacing) => Shape::dotted_line(points, stroke.color, spacing, 0.7 * stroke.width),
    }
}

/// Draws a sample of a lane's line from `left` on, `width` points long.
pub fn lane_sample(ui: &Ui, left: Pos2, width: f32, lane: usize, color: Color32) {
    let ends = [left, left + vec2(width, 0.0)];
    ui.painter().extend(lane_line(&ends, lane, Stroke::new(2.0, color)));
}
