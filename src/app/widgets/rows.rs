//! Rows of controls. Texts differ in length from language to language: a control that has no room at the right of its
//! label is placed below it.

use std::ops::RangeInclusive;

use egui::{
    Align, Align2, DragValue, Id, Layout, Response, Role, Sense, TextStyle, Ui, WidgetInfo, WidgetText, vec2,
};

use super::{combo_width, fitted_line};
use crate::app::glossary::{define_term, find};
use crate::app::theme::Theme;
use crate::app::words::Words;

/// The least width of a combo box at the right of something, with the gap before it, in points.
pub const COMBO: f32 = 100.0;
/// The room, in points, of a number at the right of its label.
pub const NUMBER: f32 = 80.0;
/// Height of a fact, in points.
const FACT: f32 = 20.0;

/// The width of a text in this style, in points.
pub fn text_width(ui: &Ui, text: &str, style: &TextStyle) -> f32 {
    ui.painter().layout_no_wrap(text.to_owned(), style.resolve(ui.style()), egui::Color32::WHITE).size().x
}

/// The width of a button with the gap before it, in points.
pub fn button_width(ui: &Ui, label: &str) -> f32 {
    control_width(ui, label, &TextStyle::Button)
}

/// The width of a number that can be dragged, with the gap before it, in points.
pub fn number_width(ui: &Ui, text: &str) -> f32 {
    control_width(ui, text, &ui.style().drag_value_text_style)
}

fn control_width(ui: &Ui, text: &str, style: &TextStyle) -> f32 {
    let spacing = ui.spacing();
    let padded = text_width(ui, text, style) + 2.0 * spacing.button_padding.x;
    padded.max(spacing.interact_size.x) + spacing.item_spacing.x
}

/// Places two controls side by side, of which the second needs `second` points. `add` draws both and is given the width
/// that the first may have. If that is less than `first`, they are placed one below the other.
pub fn side_by_side<R>(ui: &mut Ui, first: f32, second: f32, add: impl FnOnce(&mut Ui, f32) -> R) -> R {
    let room = ui.available_width() - second;
    if room >= first {
        ui.horizontal(|ui| add(ui, room)).inner
    } else {
        let width = ui.available_width();
        ui.vertical(|ui| add(ui, width)).inner
    }
}

/// The width of a control beside a combo box with this text: `usual`, so that the boxes of several rows align, or less
/// where the text would be cut off otherwise, but never less than `needed`.
pub fn room_beside_combo(ui: &Ui, text: &str, usual: f32, needed: f32) -> f32 {
    (ui.available_width() - combo_width(ui, text)).clamp(needed, usual.max(needed))
}

/// A label, and a control that needs this much room at the right edge: beside the label, or below it if the label is
/// too long. `add` draws the control and is given the id of its label. Returns the label's response.
pub fn labelled(
    ui: &mut Ui,
    label: impl Into<WidgetText>,
    room: f32,
    add: impl FnOnce(&mut Ui, Id),
) -> Response {
    let label = label.into();
    let width = text_width(ui, label.text(), &TextStyle::Body);
    let at_right = |ui: &mut Ui, id| ui.with_layout(Layout::right_to_left(Align::Center), |ui| add(ui, id));
    if width + ui.spacing().item_spacing.x + room <= ui.available_width() {
        let row = ui.horizontal(|ui| {
            let label = ui.label(label);
            at_right(ui, label.id);
            label
        });
        row.inner
    } else {
        let label = ui.label(label);
        ui.horizontal(|ui| at_right(ui, label.id));
        label
    }
}

/// A number at the right edge, with a label at its left.
pub fn number_row(
    ui: &mut Ui,
    name: &str,
    hint: &str,
    value: &mut f64,
    range: RangeInclusive<f64>,
    speed: f64,
) {
    let label = labelled(ui, name, NUMBER, |ui, _| {
        let drag = DragValue::new(value).range(range).speed(speed).max_decimals(2);
        let drag = drag.clamp_existing_to_range(false);
        ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
    });
    label.on_hover_text(hint);
}

/// A whole number at the right edge, with a label at its left.
pub fn count_row(ui: &mut Ui, name: &str, hint: &str, value: &mut usize, range: RangeInclusive<usize>) {
    let label = labelled(ui, name, NUMBER, |ui, _| {
        let speed = (*value as f64 * 0.01).max(0.1);
        let drag = DragValue::new(value).range(range).speed(speed).clamp_existing_to_range(false);
        ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
    });
    label.on_hover_text(hint);
}

/// A row that states a fact: its name, and what it is at the right edge. The term of the glossary explains it.
pub fn fact(ui: &mut Ui, words: &Words, term: &str, name: &str, value: &str) {
    let theme = Theme::of(ui.ctx());
    let sense = Sense::focusable_noninteractive() | Sense::hover();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), FACT), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {value}")));
    let font = TextStyle::Body.resolve(ui.style());
    let value = fitted_line(ui, rect, Align2::RIGHT_CENTER, value, font.clone(), theme.ink);
    let rest = rect.with_max_x(value.left() - ui.spacing().item_spacing.x);
    fitted_line(ui, rest, Align2::LEFT_CENTER, name, font, theme.ink);
    if let Some(term) = find(term) {
        define_term(words, &response, term);
    }
}
