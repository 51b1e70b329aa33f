//! Small controls with accessible names.

use egui::{
    Align2, Color32, ComboBox, CornerRadius, EventFilter, Response, RichText, Role, Sense, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};

use super::number;
use crate::app::formula::symbol;
use crate::app::theme::{Theme, caption_font, figures, heading_font};
use crate::app::words::Words;
use crate::quantity::Quantity;

/// A heading with a little air above.
pub fn section(ui: &mut Ui, title: &str) {
    ui.add_space(10.0);
    let theme = Theme::of(ui.ctx());
    ui.label(RichText::new(title).font(heading_font()).color(theme.ink));
    ui.add_space(2.0);
}

/// A caption in weak ink.
pub fn caption(ui: &mut Ui, text: impl Into<String>) -> Response {
    let theme = Theme::of(ui.ctx());
    ui.label(RichText::new(text).font(caption_font()).color(theme.weak))
}

/// A row of mutually exclusive choices as one control. Returns the choice that was clicked.
///
/// `name` groups the options for screen readers; each option is `(value, label, hint)`.
pub fn segmented<V: Copy + PartialEq, L: AsRef<str>, H: AsRef<str>>(
    ui: &mut Ui,
    name: &str,
    current: V,
    options: &[(V, L, H)],
) -> Option<V> {
    let theme = Theme::of(ui.ctx());
    let (rect, whole) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let width = rect.width() / options.len() as f32;
    let mut chosen = None;
    ui.painter().rect(rect, 4.0, theme.canvas, egui::Stroke::new(1.0, theme.line), StrokeKind::Inside);
    for (i, (value, label, hint)) in options.iter().enumerate() {
        let (value, label, hint) = (*value, label.as_ref(), hint.as_ref());
        let cell = egui::Rect::from_min_size(
            pos2(rect.left() + width * i as f32, rect.top()),
            vec2(width, rect.height()),
        );
        let response = ui.interact(cell, whole.id.with(i), Sense::click());
        let selected = value == current;
        response.widget_info(|| {
            WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), selected, format!("{name}: {label}"))
        });
        let fill = if selected {
            theme.raised
        } else if response.hovered() {
            theme.raised.gamma_multiply(0.5)
        } else {
            Color32::TRANSPARENT
        };
        let inner = cell.shrink(2.0);
        ui.painter().rect_filled(inner, CornerRadius::same(3), fill);
        if response.has_focus() {
            let focus = egui::Stroke::new(1.5, theme.accent);
            ui.painter().rect_stroke(inner, 3.0, focus, StrokeKind::Inside);
        }
        let ink = if selected { theme.ink } else { theme.weak };
        let font = egui::TextStyle::Button.resolve(ui.style());
        ui.painter().text(cell.center(), Align2::CENTER_CENTER, label, font, ink);
        if response.clicked() && !selected {
            chosen = Some(value);
        }
        if !hint.is_empty() {
            response.on_hover_text(hint);
        }
    }
    chosen
}

/// A combo box with an accessible name; returns what was chosen.
pub fn choose<V: Copy + PartialEq, L: AsRef<str>>(
    ui: &mut Ui,
    name: &str,
    width: f32,
    current: V,
    choices: &[(V, L)],
) -> Option<V> {
    let text = choices.iter().find(|choice| choice.0 == current).map_or("", |choice| choice.1.as_ref());
    let mut chosen = None;
    let combo =
        ComboBox::from_id_salt(ui.next_auto_id()).selected_text(text).width(width).height(320.0).truncate();
    let combo = combo.show_ui(ui, |ui| {
        for (value, label) in choices {
            let (value, label) = (*value, label.as_ref());
            if ui.selectable_label(value == current, label).clicked() && value != current {
                chosen = Some(value);
            }
        }
    });
    combo.response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(text.to_owned());
        info
    });
    chosen
}

/// An on/off switch with its label. Returns the new state when it was toggled.
pub fn switch(ui: &mut Ui, on: bool, label: &str, hint: &str) -> Option<bool> {
    let mut value = on;
    let response = ui.checkbox(&mut value, label).on_hover_text(hint);
    response.changed().then_some(value)
}

/// A quantity's symbol, and its number (one per column) right-aligned in tabular figures.
pub fn value_row(ui: &mut Ui, words: &Words, quantity: Quantity, values: &[f64]) {
    let theme = Theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let color = theme.color(quantity);
    symbol(ui, quantity, pos2(rect.left(), rect.bottom() - 6.0), 14.0, color);
    let column = 92.0;
    for (i, &value) in values.iter().rev().enumerate() {
        let right = pos2(rect.right() - column * i as f32, rect.center().y);
        ui.painter().text(right, Align2::RIGHT_CENTER, number(value).trim(), figures(12.0), theme.ink);
    }
    let numbers = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (name, about) = (quantity.name(words), quantity.about(words));
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("{name} {}: {numbers}", quantity.symbol()))
    });
    response.on_hover_text(format!("{} · {name}\n{about}\n{numbers}", quantity.symbol()));
}

/// Arrow keys turn a control that has the focus, instead of taking the focus elsewhere.
pub fn keep_arrow_keys(ui: &Ui, response: &Response) {
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
}
