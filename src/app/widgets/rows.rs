//! Rows of controls. Words differ in length from language to language: what has no room beside stands below.

use egui::{Align, Id, Layout, Response, TextStyle, Ui, WidgetText};

use super::combo_width;

/// The least width of a combo box beside something, and the gap before it.
pub const COMBO: f32 = 100.0;
/// Room that a number takes at the right of its label.
pub const NUMBER: f32 = 80.0;

/// Width of a text in this style.
pub fn text_width(ui: &Ui, text: &str, style: &TextStyle) -> f32 {
    ui.painter().layout_no_wrap(text.to_owned(), style.resolve(ui.style()), egui::Color32::WHITE).size().x
}

/// Width of a button, and the gap before it.
pub fn button_width(ui: &Ui, label: &str) -> f32 {
    control_width(ui, label, &TextStyle::Button)
}

/// Width of a number that can be dragged, and the gap before it.
pub fn number_width(ui: &Ui, text: &str) -> f32 {
    control_width(ui, text, &ui.style().drag_value_text_style)
}

fn control_width(ui: &Ui, text: &str, style: &TextStyle) -> f32 {
    let spacing = ui.spacing();
    let padded = text_width(ui, text, style) + 2.0 * spacing.button_padding.x;
    padded.max(spacing.interact_size.x) + spacing.item_spacing.x
}

/// Something, and what takes `second` points at its right: `add` is told how wide the first may be. Where that is
/// less than `first`, they stand one below the other.
pub fn side_by_side<R>(ui: &mut Ui, first: f32, second: f32, add: impl FnOnce(&mut Ui, f32) -> R) -> R {
    let room = ui.available_width() - second;
    if room >= first {
        ui.horizontal(|ui| add(ui, room)).inner
    } else {
        let width = ui.available_width();
        ui.vertical(|ui| add(ui, width)).inner
    }
}

/// What something takes beside a combo box of this text: the usual room, so that boxes in several rows are alike, or
/// less, but what it needs, where the text would be cut off otherwise.
pub fn room_beside_combo(ui: &Ui, text: &str, usual: f32, needed: f32) -> f32 {
    (ui.available_width() - combo_width(ui, text)).clamp(needed, usual.max(needed))
}

/// A label, and at the right edge what takes so much room: beside it, or below where the label is too long. `add` is
/// told what it is labelled by. Returns the label.
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
