//! A few mutually exclusive choices as one control.

use egui::{Align2, Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, TextStyle, Ui};
use egui::{WidgetInfo, pos2, vec2};

use super::{fitted_line, text_width};
use crate::app::theme::Theme;

/// Height of a row of segments.
const HEIGHT: f32 = 24.0;
/// The least space, in points, between a segment's label and its sides: where all segments have the same width, and
/// where each has its own.
const PADDING: [f32; 2] = [2.0, 4.0];

/// Mutually exclusive choices as one control, in one row, or in several rows where one is too narrow for the labels.
/// Returns the choice that was clicked.
///
/// `name` groups the options for screen readers; each option is `(value, label, hint)`.
pub fn segmented<V: Copy + PartialEq, L: AsRef<str>, H: AsRef<str>>(
    ui: &mut Ui,
    name: &str,
    current: V,
    options: &[(V, L, H)],
) -> Option<V> {
    let theme = Theme::of(ui.ctx());
    let widths: Vec<f32> = options.iter().map(|option| label_width(ui, option.1.as_ref())).collect();
    let cells = cells(&widths, ui.available_width());
    let height = cells.iter().map(Rect::bottom).fold(HEIGHT, f32::max);
    let (rect, whole) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    ui.painter().rect(rect, 4.0, theme.canvas, Stroke::new(1.0, theme.line), StrokeKind::Inside);
    let mut chosen = None;
    for (i, ((value, label, hint), cell)) in options.iter().zip(cells).enumerate() {
        let (value, label, hint) = (*value, label.as_ref(), hint.as_ref());
        let cell = cell.translate(rect.min.to_vec2());
        let response = ui.interact(cell, whole.id.with(i), Sense::click());
        let selected = value == current;
        response.widget_info(|| {
            WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), selected, format!("{name}: {label}"))
        });
        segment(ui, cell, &response, label, selected);
        if response.clicked() && !selected {
            chosen = Some(value);
        }
        if !hint.is_empty() {
            response.on_hover_text(hint);
        }
    }
    chosen
}

/// The width at which all segments stand in one row.
pub fn segmented_width<V, L: AsRef<str>, H>(ui: &Ui, options: &[(V, L, H)]) -> f32 {
    options.iter().map(|option| label_width(ui, option.1.as_ref()) + 2.0 * PADDING[1]).sum()
}

fn label_width(ui: &Ui, label: &str) -> f32 {
    text_width(ui, label, &TextStyle::Button)
}

/// The rectangles of segments whose labels have these widths, in as few rows as fit into a width of `room` points.
fn cells(widths: &[f32], room: f32) -> Vec<Rect> {
    let fit =
        |per_row: &usize| widths.chunks(*per_row).all(|row| is_even(row, room) || spare(row, room) >= 0.0);
    let per_row = (1..=widths.len()).rev().find(fit).unwrap_or(1);
    // The segments are spread over the rows as evenly as possible.
    let per_row = widths.len().div_ceil(widths.len().div_ceil(per_row));
    let rows = widths.chunks(per_row).enumerate();
    rows.flat_map(|(i, row)| in_row(row, room, HEIGHT * i as f32)).collect()
}

/// The rectangles of segments that fill a row. All have the same width, unless a label needs more: then each has the
/// width that its label needs and an equal part of the rest.
fn in_row(widths: &[f32], room: f32, top: f32) -> Vec<Rect> {
    let n = widths.len() as f32;
    let (even, spare) = (is_even(widths, room), spare(widths, room) / n);
    let mut left = 0.0;
    let cell = |width: &f32| {
        let width = if even { room / n } else { width + 2.0 * PADDING[1] + spare };
        let cell = Rect::from_min_size(pos2(left, top), vec2(width, HEIGHT));
        left += width;
        cell
    };
    widths.iter().map(cell).collect()
}

/// Whether segments of the same width are wide enough for every label.
fn is_even(widths: &[f32], room: f32) -> bool {
    let widest = widths.iter().copied().fold(0.0, f32::max);
    widest + 2.0 * PADDING[0] <= room / widths.len() as f32
}

/// The width that is left in a row of segments that are only as wide as their labels need.
fn spare(widths: &[f32], room: f32) -> f32 {
    room - widths.iter().map(|width| width + 2.0 * PADDING[1]).sum::<f32>()
}

fn segment(ui: &Ui, cell: Rect, response: &Response, label: &str, selected: bool) {
    let theme = Theme::of(ui.ctx());
    let fill = if selected {
        theme.raised
    } else if response.hovered() {
        theme.raised.gamma_multiply(0.5)
    } else {
        Color32::TRANSPARENT
    };
    let inner = cell.shrink(2.0);
    ui.painter().rect_filled(inner, CornerRadius::same(3), fill);
    let ink = if selected { theme.ink } else { theme.weak };
    fitted_line(ui, inner, Align2::CENTER_CENTER, label, TextStyle::Button.resolve(ui.style()), ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_fill_as_few_rows_as_there_is_room_for() {
        let places = |widths: &[f32], room| -> Vec<[f32; 3]> {
            cells(widths, room).iter().map(|cell| [cell.left(), cell.right(), cell.top()]).collect()
        };
        assert_eq!(places(&[10.0, 36.0], 80.0), [[0.0, 40.0, 0.0], [40.0, 80.0, 0.0]]);
        // The longer label has more room.
        assert_eq!(places(&[10.0, 50.0], 80.0), [[0.0, 20.0, 0.0], [20.0, 80.0, 0.0]]);
        let two_rows = [[0.0, 40.0, 0.0], [40.0, 80.0, 0.0], [0.0, 40.0, 24.0], [40.0, 80.0, 24.0]];
        assert_eq!(places(&[20.0, 36.0, 20.0, 20.0], 80.0), two_rows);
        assert_eq!(places(&[72.0, 20.0], 80.0), [[0.0, 80.0, 0.0], [0.0, 80.0, 24.0]]);
    }
}
