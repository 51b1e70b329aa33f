//! Small controls with accessible names.

use egui::{
    Align2, ComboBox, EventFilter, Response, RichText, Role, Sense, TextStyle, Ui, WidgetInfo, WidgetText,
    pos2, vec2,
};

use super::{number, text_width};
use crate::app::formula::symbol;
use crate::app::glossary::{define_here, define_term, find};
use crate::app::theme::{Theme, caption_font, figures, heading_font};
use crate::app::view::View;
use crate::app::words::Words;
use crate::quantity::Quantity;

/// A heading with a little space above.
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

/// The label of a button that is filled with the accent's colour, since it is what is most likely wanted.
pub fn primary(theme: Theme, label: impl Into<String>) -> RichText {
    let ink = if theme.dark { theme.canvas } else { theme.panel };
    RichText::new(label).color(ink).font(heading_font())
}

/// A combo box with an accessible name; returns the value that was chosen in this frame, if any.
pub fn choose<V: Copy + PartialEq, L: AsRef<str>>(
    ui: &mut Ui,
    name: &str,
    width: f32,
    current: V,
    choices: &[(V, L)],
) -> Option<V> {
    choose_with(ui, name, width, current, choices, |_, _| {})
}

/// A combo box of things that the glossary explains, each by the identifier `PREFIX-NAME`; returns the name that was
/// chosen in this frame, if any.
pub fn choose_term<'a, L: AsRef<str>>(
    ui: &mut Ui,
    (words, prefix): (&Words, &str),
    (name, width): (&str, f32),
    current: &'a str,
    choices: &[(&'a str, L)],
) -> Option<&'a str> {
    choose_with(ui, name, width, current, choices, |response, value| {
        if let Some(term) = find(&format!("{prefix}-{value}")) {
            define_term(words, response, term);
        }
    })
}

fn choose_with<V: Copy + PartialEq, L: AsRef<str>>(
    ui: &mut Ui,
    name: &str,
    width: f32,
    current: V,
    choices: &[(V, L)],
    explain: impl Fn(&Response, V),
) -> Option<V> {
    let text = choices.iter().find(|choice| choice.0 == current).map_or("", |choice| choice.1.as_ref());
    let mut chosen = None;
    combo(ui, name, width, (text, text), |ui| {
        for (value, label) in choices {
            let (value, label) = (*value, label.as_ref());
            let response = ui.selectable_label(value == current, label);
            explain(&response, value);
            if response.clicked() && value != current {
                chosen = Some(value);
            }
        }
    });
    chosen
}

/// The width that a combo box keeps where there is no room.
const LEAST_COMBO: f32 = 24.0;

/// A combo box with an accessible name that is no wider than this, whatever is chosen in it; `list` draws the choices.
pub fn combo(
    ui: &mut Ui,
    name: &str,
    width: f32,
    (current, chosen): (impl Into<WidgetText>, &str),
    list: impl FnOnce(&mut Ui),
) {
    let current = current.into();
    let text = current.text().to_owned();
    let width = width.max(LEAST_COMBO);
    let response = ui
        .scope(|ui| {
            // A combo box grows with its text up to the available width.
            ui.set_max_width(width);
            let salt = ui.next_auto_id();
            let combo = ComboBox::from_id_salt(salt).selected_text(current).width(width).height(320.0);
            combo.truncate().show_ui(ui, list).response
        })
        .inner;
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(chosen.to_owned());
        info
    });
    if combo_width(ui, &text) > width {
        response.on_hover_text(text);
    }
}

/// The width, in points, at which a combo box shows the whole of this text.
pub fn combo_width(ui: &Ui, text: &str) -> f32 {
    let spacing = ui.spacing();
    let around = 2.0 * spacing.button_padding.x + spacing.icon_width + spacing.icon_spacing;
    (text_width(ui, text, &TextStyle::Button) + around).ceil()
}

/// An on/off switch with its label. Returns the new state when it was toggled.
pub fn switch(ui: &mut Ui, on: bool, label: &str, hint: &str) -> Option<bool> {
    let mut value = on;
    let response = ui.checkbox(&mut value, label).on_hover_text(hint);
    response.changed().then_some(value)
}

/// The width of a column of numbers beside the symbols, in a row of this width with so many columns, in points.
pub fn value_column(width: f32, columns: usize) -> f32 {
    ((width - VALUE_SYMBOL) / columns.max(1) as f32).min(92.0)
}

/// Room for a symbol beside its numbers, and between two numbers, in points.
const VALUE_SYMBOL: f32 = 50.0;
const VALUE_GAP: f32 = 6.0;

/// A quantity's symbol, and its number (one per column) right-aligned in tabular figures.
pub fn value_row(ui: &mut Ui, view: &mut View<'_>, quantity: Quantity, values: &[f64]) {
    let theme = view.theme;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let color = theme.color(quantity);
    symbol(ui, quantity, pos2(rect.left(), rect.bottom() - 6.0), 14.0, color);
    let column = value_column(rect.width(), values.len());
    for (i, &value) in values.iter().rev().enumerate() {
        let right = pos2(rect.right() - column * i as f32, rect.center().y);
        let layout =
            |text: &str| ui.painter().layout_no_wrap(text.trim().to_owned(), figures(12.0), theme.ink);
        let text = number(value);
        let mut galley = layout(&text);
        // A sign takes the place of the last decimal where the columns would touch.
        if galley.size().x > column - VALUE_GAP && text.contains('.') && !text.contains('e') {
            galley = layout(&text[..text.len() - 1]);
        }
        let place = Align2::RIGHT_CENTER.anchor_size(right, galley.size());
        ui.painter().galley(place.min, galley, theme.ink);
    }
    let numbers = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let name = quantity.name(view.words);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("{name} {}: {numbers}", quantity.symbol()))
    });
    define_here(view, &response, quantity, &numbers);
}

/// Lets arrow keys change the control while it has the focus, instead of moving the focus.
pub fn keep_arrow_keys(ui: &Ui, response: &Response) {
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
}
