//! The chain as a variational autoencoder: its encoder is fixed, every code is as large as the picture, and only the
//! decoder is learned. Below it the three parts of the bound as one bar.

use egui::{Align2, Color32, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::{Found, now};
use crate::app::formula::{sentence, sentence_width, symbol, symbol_width};
use crate::app::glossary::define;
use crate::app::theme::caption_font;
use crate::app::widgets::{fitted_line, number, plate};
use crate::quantity::Quantity;

/// Bits of a value that nothing is known of.
const RAW: f64 = 8.0;
/// Height of the bar, and of the row of numbers below it, in points.
const BAR: f32 = 16.0;
const NUMBERS: f32 = 20.0;
/// Radius of a state of the chain, in points.
const STATE: f32 = 12.0;
/// Size of a state's symbol, in points per em.
const EM: f32 = 13.0;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let words = view.words;
    let parts = found.value.parts();
    let text = |value: f64| number(value).trim().to_owned();
    let total = parts.map_or_else(|| "–".to_owned(), |parts| text(parts.total));
    let name = fl!(words, "likelihood-chain", "name", total = total);
    let response = ui.interact(rect, ui.scope_id().with("chain"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    plate(view.shared, &response, ("likelihood/chain", &name), rect);
    states(ui, view, rect.with_max_y(rect.bottom() - BAR - NUMBERS - 6.0), found);
    bar(ui, view, rect.with_min_y(rect.bottom() - BAR - NUMBERS), found);
}

/// The states from `x_0` to `x_T`: the encoder leads to the right above them, the decoder to the left below them.
fn states(ui: &Ui, view: &LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let (theme, words) = (view.theme, view.words);
    let steps = found.value.setting.steps();
    let t = now(view, found);
    let y = rect.center().y;
    let ends = [rect.left() + STATE + 2.0, rect.right() - STATE - 2.0];
    // The chain from x_1 to x_T, on which x_t lies where log t is.
    let first = ends[0] + 0.16 * rect.width();
    let share = (t as f32).ln() / (steps as f32).ln().max(1e-6);
    let room = [first + 2.6 * STATE, ends[1] - 2.6 * STATE];
    let middle = room[0] + (room[1] - room[0]) * share;
    let (clean, noised) = (theme.color(Quantity::X0), theme.color(Quantity::Xt));
    let decoder = theme.color(Quantity::EpsHat);
    let off = 7.0;
    for (from, to) in [(ends[0], first), (first, ends[1])] {
        let [from, to] = [from + STATE + 3.0, to - STATE - 3.0];
        arrow(ui, [pos2(from, y - off), pos2(to, y - off)], theme.weak);
        arrow(ui, [pos2(to, y + off), pos2(from, y + off)], decoder);
    }
    for (x, label, color) in [(ends[0], "0", clean), (first, "1", noised), (ends[1], "T", noised)] {
        state(ui, theme.canvas, pos2(x, y), label, color);
    }
    if t > 1 && t < steps {
        state(ui, theme.canvas, pos2(middle, y), "t", noised);
    }
    let half = rect.height() / 2.0;
    let line = |top: f32| {
        Rect::from_min_max(pos2(first + STATE + 6.0, top), pos2(ends[1] - STATE - 6.0, top + 14.0))
    };
    let font = caption_font;
    // What decides over L_T may be what is asked.
    if !view.asking() {
        let above = line(y - half - 1.0);
        fitted_line(ui, above, Align2::LEFT_CENTER, &fl!(words, "likelihood-encoder"), font(), theme.weak);
    }
    let below = line(y + half - 13.0);
    fitted_line(ui, below, Align2::RIGHT_CENTER, &fl!(words, "likelihood-decoder"), font(), decoder);
}

fn arrow(ui: &Ui, [from, to]: [Pos2; 2], color: Color32) {
    let stroke = Stroke::new(1.5, color);
    let direction = (to - from).normalized();
    let side = vec2(-direction.y, direction.x) * 3.0;
    ui.painter().line_segment([from, to], stroke);
    for side in [side, -side] {
        ui.painter().line_segment([to - direction * 6.0 + side, to], stroke);
    }
}

/// A state of the chain: x with an index.
fn state(ui: &Ui, ground: Color32, at: Pos2, index: &str, color: Color32) {
    ui.painter().circle(at, STATE, ground, Stroke::new(1.5, color));
    let font = egui::FontId::proportional;
    let x = ui.painter().text(at - vec2(2.5, 1.0), Align2::CENTER_CENTER, "x", font(EM), color);
    let corner = pos2(x.right() + 0.5, at.y + 1.0);
    ui.painter().text(corner, Align2::LEFT_CENTER, index, caption_font(), color);
}

/// The three parts as one bar from `L_0`, beside the picture, to `L_T`, beside the noise.
fn bar(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let theme = view.theme;
    let words = view.words;
    let frame = rect.with_max_y(rect.top() + BAR);
    ui.painter().rect_stroke(frame, 2.0, Stroke::new(1.0, theme.line), egui::StrokeKind::Inside);
    let Some(parts) = found.value.parts() else { return };
    let most = (1.04 * RAW).max(1.04 * parts.total);
    let place = |bits: f64| frame.left() + frame.width() * (bits / most) as f32;
    let shares = [
        (Quantity::DecoderTerm, parts.decoder),
        (Quantity::DenoiserTerm, parts.denoiser),
        (Quantity::PriorTerm, parts.prior),
    ];
    let mut from = 0.0;
    for (quantity, bits) in shares {
        let [left, right] = [place(from), place(from + bits)];
        // What is nearly nothing can be seen too.
        let area = Rect::from_x_y_ranges(left..=right.max(left + 2.0), frame.y_range());
        ui.painter().rect_filled(area, 0.0, theme.color(quantity).gamma_multiply(0.85));
        from += bits;
    }
    ui.painter().vline(place(RAW), frame.expand2(vec2(0.0, 3.0)).y_range(), Stroke::new(1.5, theme.ink));
    if let Some(flow) = view.room.bound.flow() {
        let at = place(flow.bits.mean().clamp(0.0, most));
        ui.painter().vline(at, frame.expand2(vec2(0.0, 3.0)).y_range(), Stroke::new(2.0, theme.accent));
    }
    let row = rect.with_min_y(rect.bottom() - NUMBERS + 3.0);
    let text = |value: f64| number(value).trim().to_owned();
    let mut x = row.left();
    let names = [
        fl!(words, "likelihood-bar-decoder"),
        fl!(words, "likelihood-bar-denoiser"),
        fl!(words, "likelihood-bar-encoder"),
    ];
    // Names stand where they leave room for the numbers.
    let named = row.width() >= NAMED;
    for (i, (quantity, bits)) in shares.into_iter().enumerate() {
        let color = theme.color(quantity);
        let sum = if quantity == Quantity::DenoiserTerm { "Σ " } else { "" };
        let name = if named { format!("{} ", names[i]) } else { String::new() };
        let before = format!("{}{name}{sum}", if i == 0 { "" } else { "+ " });
        let start = x;
        x += written(ui, pos2(x, row.top()), &before, color);
        symbol(ui, quantity, pos2(x, row.top() + 11.0), EM, color);
        x += symbol_width(quantity, EM) + 4.0;
        x += written(ui, pos2(x, row.top()), &text(bits), color) + 8.0;
        let area = Rect::from_min_max(pos2(start, row.top()), pos2(x, row.bottom()));
        let response = ui.interact(area, ui.scope_id().with(("part", i)), Sense::hover());
        define(view.shared, &response, quantity);
    }
    let error = match parts.standard_error {
        Some(0.0) => String::new(),
        Some(error) if error >= 1e-3 => format!(" ± {error:.3}"),
        Some(error) => format!(" ± {}", text(error)),
        None => " ± ?".to_owned(),
    };
    let sum = fl!(words, "likelihood-sum", bits = format!("{}{error}", text(parts.total)));
    x += sentence(ui, pos2(x, row.top()), &sum, theme.ink) + 12.0;
    let along = view.room.bound.flow().map(|flow| {
        let error = flow.bits.standard_error().map(|error| format!(" ± {error:.3}")).unwrap_or_default();
        fl!(words, "likelihood-beside-flow", bits = format!("{}{error}", text(flow.bits.mean())))
    });
    let raw = (fl!(words, "likelihood-beside"), Stroke::new(1.5, theme.ink));
    let along = along.map(|along| (along, Stroke::new(2.0, theme.accent)));
    let mut right = row.right();
    for (meaning, line) in [Some(raw), along].into_iter().flatten() {
        let left = right - sentence_width(ui, &meaning);
        if x + SAMPLE > left {
            break;
        }
        // The same line as the one in the bar that is meant.
        ui.painter().vline(left - SAMPLE, row.with_max_y(row.top() + 13.0).y_range(), line);
        sentence(ui, pos2(left, row.top()), &meaning, theme.weak);
        right = left - 4.0 * SAMPLE;
    }
}

/// The width, in points, from which the parts of the bar are named.
const NAMED: f32 = 760.0;
/// Room for the sample of a line before its meaning, in points.
const SAMPLE: f32 = 5.0;

/// Writes a few letters, and returns their width.
fn written(ui: &Ui, at: Pos2, text: &str, color: Color32) -> f32 {
    ui.painter().text(at, Align2::LEFT_TOP, text, caption_font(), color).width()
}
