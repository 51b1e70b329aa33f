//! One step of training at two timesteps: x₀ and ε by the express train to xₜ, what the network sees in it – noise,
//! picture or v, as is chosen for its target –, and how far that is from the truth.

use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};
use egui_plot::{Line, PlotPoints};
use i18n_embed_fl::fl;

use super::tile::Place;
use crate::app::chapters::layout::{alone, columns, inside, rows};
use crate::app::chapters::training::TrainingView;
use crate::app::chapters::training::words::{block_label, loss_label, set_label, target_symbol};
use crate::app::formula::Symbol;
use crate::app::pictures::Pixels;
use crate::app::theme::caption_font;
use crate::app::widgets::{
    Axis, Chart, Coefficient, Frame, Item, TimePlot, captioned, fitted_line, label_curves, picture_row,
    plate, points, show_picture,
};
use crate::app::words::class_label;
use crate::app::workshop::Look;
use crate::diffusion::sampler::PredictionType;
use crate::quantity::Quantity;
use crate::scene::LossChoice;
use crate::train::Loss;
use crate::train::live::{Seen, Sheet};

/// The least height of the plots, in points.
const PLOTS: f32 = 112.0;
/// Space between pictures, in points.
const GAP: f32 = 14.0;
/// The plots that can be shown alone.
const ALONE: [&str; 2] = ["training/gradient", "training/weights"];
/// The smallest weight that is drawn.
const SMALLEST: f64 = 1e-6;

pub fn show(ui: &mut Ui, view: &mut TrainingView<'_, '_>, rect: Rect) {
    let look = view.room.look();
    if let Some([left, right]) = alone(view, rect, ALONE) {
        if let Some(rect) = left {
            gradient(ui, view, rect, look.as_ref());
        }
        if let Some(rect) = right {
            inside(ui, rect, |ui| weights(ui, view));
        }
        return;
    }
    let heading = Rect::from_min_size(rect.min, vec2(rect.width(), 16.0));
    let said = said(view, look.as_ref());
    fitted_line(ui, heading, Align2::LEFT_CENTER, &said, caption_font(), view.theme.weak);
    let rest = rect.with_min_y(heading.bottom() + 6.0);
    let natural = 2.0 * (rest.width() / 5.0 + 24.0) + 12.0;
    let room = if view.with_plots() { rest.height() - PLOTS - 12.0 } else { rest.height() };
    let above = rest.with_max_y(rest.top() + natural.min(room));
    let seen = look.as_ref().map(|look| look.seen.clone());
    for (i, row) in rows(above, [1.0, 1.0]).into_iter().enumerate() {
        let seen = seen.as_ref().and_then(|seen| seen.get(i));
        // Both rows have the same pictures, which are told apart by the row.
        ui.push_id(i, |ui| inside(ui, row, |ui| step(ui, view, row, i, seen)));
    }
    if view.with_plots() {
        let below = rest.with_min_y(above.bottom() + 12.0);
        let [left, right] = columns(below, [1.2, 1.0]);
        gradient(ui, view, left, look.as_ref());
        inside(ui, right, |ui| weights(ui, view));
    }
}

/// Whose step it is, and of which picture.
fn said(view: &TrainingView<'_, '_>, look: Option<&Look>) -> String {
    let words = view.words;
    let Some(look) = look else { return fl!(words, "training-step-waiting") };
    let class = look.seen.first().and_then(|seen| seen.class.as_deref());
    let class = class.map_or_else(|| "–".to_owned(), |class| class_label(words, class));
    let picture = look.of.0.picture + 1;
    if look.own {
        fl!(words, "training-step-own", iteration = look.of.1, picture = picture, class = class)
    } else {
        let name = set_label(words, look.of.0.shipped);
        // In a figure or a presentation nobody asks why it is not one's own.
        if view.hints {
            fl!(words, "training-step-shipped", name = name, picture = picture, class = class)
        } else {
            fl!(words, "training-step-of", name = name, picture = picture, class = class)
        }
    }
}

/// The pictures of one step, in the order in which they are made.
fn step(ui: &mut Ui, view: &mut TrainingView<'_, '_>, rect: Rect, row: usize, seen: Option<&Seen>) {
    let lights = |quantity| view.room.slow.lights(quantity);
    let dimmed = [Quantity::X0, Quantity::Epsilon, Quantity::Xt, Quantity::EpsHat, Quantity::Residual]
        .map(|quantity| !lights(quantity));
    let words = view.words;
    let size = seen.map_or([1, 1], |seen| [seen.x0.shape[2], seen.x0.shape[1]]);
    let frame =
        |view: &mut TrainingView<'_, '_>, i: usize, quantity, sheet: Option<&Sheet>, detail: String| {
            let pixels = sheet.map_or(Pixels::None(size), |sheet| {
                let key = Place::Step(row, i).key();
                view.stored.put(key, &sheet.values, sheet.shape);
                Pixels::Stored(key)
            });
            Frame { dimmed: dimmed[i], ..Frame::new(quantity, detail, pixels) }
        };
    // Three fifths of the row for the sum, one for the estimate and one for the difference.
    let width = ((rect.width() - 2.0 * GAP) / 5.0)
        .min((rect.height() - 24.0).max(16.0) * size[0] as f32 / size[1].max(1) as f32);
    let total = 5.0 * width + 2.0 * GAP;
    let left = rect.center().x - total / 2.0;
    let place = |from: f32, widths: f32| {
        Rect::from_min_size(pos2(left + from, rect.top()), vec2(widths * width, rect.height()))
    };
    let t = seen.map_or_else(String::new, |seen| format!("t = {}", seen.t));
    let number = seen.filter(|_| !view.asking()).map(|seen| format!("{:.4}", seen.error)).unwrap_or_default();
    let error = fl!(words, "training-step-error", error = number.as_str());
    let error = if number.is_empty() { String::new() } else { error };
    let mut x0 = frame(view, 0, Quantity::X0, seen.map(|seen| &seen.x0), String::new());
    let mut eps = frame(view, 1, Quantity::Epsilon, seen.map(|seen| &seen.eps), String::new());
    if let Some(seen) = seen {
        let (signal, noise) = (seen.alpha_bar.sqrt(), (1.0 - seen.alpha_bar).sqrt());
        x0.coefficient = Some(Coefficient { term: "sqrt-alpha-bar", value: signal, other: None });
        eps.coefficient = Some(Coefficient { term: "sqrt-one-minus-alpha-bar", value: noise, other: None });
    }
    let x_t = frame(view, 2, Quantity::Xt, seen.map(|seen| &seen.x_t), t);
    let items = [x0.into(), Item::Operator("plus"), eps.into(), Item::Operator("equals"), x_t.into()];
    picture_row(ui, view, place(0.0, 3.0), &items);
    let target = seen.map_or(view.scene.chapters.training.target, |seen| seen.target);
    let [(quantity, hat), (_, residual)] = compared(target);
    // A presentation has no room for more than the symbol.
    let guess = if view.presenting { String::new() } else { fl!(words, "training-step-guess") };
    let mut estimate = frame(view, 3, quantity, seen.map(|seen| &seen.estimate), guess);
    estimate.symbol = hat;
    let mut difference = frame(view, 4, Quantity::Residual, seen.map(|seen| &seen.difference), error);
    let brief = seen.filter(|_| !number.is_empty()).map(|seen| format!("{:.4}", seen.error));
    (difference.symbol, difference.brief) = (residual, brief);
    // The captions stand above pictures of the same height as in the row.
    let height = (width - 4.0) * size[1] as f32 / size[0].max(1) as f32;
    let alone = [(3.0 * width + GAP, estimate), (4.0 * width + 2.0 * GAP, difference)];
    for (from, shown) in alone {
        let outer = Rect::from_min_size(place(from, 1.0).min, vec2(width - 4.0, 24.0 + height));
        show_picture(ui, view, outer, &shown);
    }
}

/// The quantity of what is compared with the truth, with its symbol, and that of the difference.
const fn compared(target: PredictionType) -> [(Quantity, Symbol); 2] {
    let (quantity, hat, residual) = match target {
        PredictionType::Epsilon => (Quantity::EpsHat, ("eps-hat", "ε̂"), ("eps-error", "ε̂ − ε")),
        PredictionType::Sample => (Quantity::X0Hat, ("x0-hat", "x̂₀"), ("x0-error", "x̂₀ − x₀")),
        PredictionType::VPrediction => (Quantity::EpsHat, ("v-hat", "v̂"), ("v-error", "v̂ − v")),
    };
    [
        (quantity, Symbol { glyph: hat.0, text: hat.1 }),
        (Quantity::Residual, Symbol { glyph: residual.0, text: residual.1 }),
    ]
}

/// What the gradient of the step would move: its norm in each block of the network, at both timesteps.
fn gradient(ui: &mut Ui, view: &mut TrainingView<'_, '_>, rect: Rect, look: Option<&Look>) {
    let (theme, words) = (view.theme, view.words);
    // Both are of one quantity, so they differ in strength and not in colour.
    let ink = theme.color(Quantity::Loss);
    let inks = [ink, ink.gamma_multiply(0.45)];
    let seen = look.map_or_else(|| [].into(), |look| look.seen.clone());
    let legend: Vec<String> = seen.iter().map(|seen| format!("t = {}", seen.t)).collect();
    let legend: Vec<_> = inks.into_iter().zip(legend.iter().map(String::as_str)).collect();
    let title = fl!(words, "training-gradient");
    let below = captioned(ui, rect, &title, &legend);
    let blocks: Vec<String> = seen
        .first()
        .map(|seen| seen.gradient.iter().map(|(name, _)| block_label(words, name)).collect())
        .unwrap_or_default();
    let most = seen.iter().flat_map(|seen| &seen.gradient).map(|(_, norm)| *norm).fold(0.0, f64::max);
    let n = blocks.len().max(1);
    let chart = Chart::with_axes(below, [0.0, n as f64], [0.0, if most > 0.0 { 1.08 * most } else { 1.0 }]);
    let response = chart.respond(ui, "training-gradient", &title, Sense::hover());
    plate(view.shared, &response, ("training/gradient", &title), rect);
    chart.axes(ui, theme, Axis::Bare, Axis::Plain);
    let width = chart.frame.width() / n as f32;
    for (i, name) in blocks.iter().enumerate() {
        for (at, seen) in seen.iter().enumerate() {
            let Some((_, norm)) = seen.gradient.get(i) else { continue };
            let left = chart.frame.left() + (i as f32 + 0.16 + 0.36 * at as f32) * width;
            let top = chart.at([0.0, *norm]).y;
            let bar = Rect::from_min_max(pos2(left, top), pos2(left + 0.32 * width, chart.frame.bottom()));
            ui.painter().rect_filled(bar, 1.0, inks[at.min(1)]);
        }
        let label = Rect::from_center_size(
            pos2(chart.frame.left() + (i as f32 + 0.5) * width, chart.frame.bottom() + 9.0),
            vec2(width, 12.0),
        );
        fitted_line(ui, label, Align2::CENTER_CENTER, name, egui::FontId::proportional(9.5), theme.weak);
    }
    ui.painter().hline(chart.frame.x_range(), chart.frame.bottom(), Stroke::new(1.0, theme.line));
}

/// What each weighting asks of ε̂ over t, for what the network predicts.
fn weights(ui: &mut Ui, view: &mut TrainingView<'_, '_>) {
    let options = view.scene.chapters.training.clone();
    let words = view.words;
    let [name, _] = loss_label(words, options.loss_in_use());
    let target = target_symbol(options.target);
    let title = fl!(words, "training-weights", loss = name, target = target);
    let plot = TimePlot::new("training/weights", &title).log_y(true);
    plot.show(ui, view.shared, |plot, view, axis| {
        let schedule = &view.derived.side(crate::scene::Side::A).schedule;
        let (mut names, mut curves) = (Vec::new(), Vec::new());
        for choice in LossChoice::ALL {
            let loss = Loss::from(choice);
            let weight =
                |i: usize| loss.eps_weight(options.target, &schedule.step(i + 1)).max(SMALLEST).log10();
            let points = points(axis, schedule, weight);
            let chosen = choice == options.loss_in_use();
            let color = view.theme.color(Quantity::VlbWeight).gamma_multiply(if chosen { 1.0 } else { 0.7 });
            let line = Line::new(choice.name(), PlotPoints::new(points.clone())).color(color);
            plot.line(line.width(if chosen { 3.0 } else { 1.4 }).allow_hover(false));
            let [name, _] = loss_label(view.words, choice);
            names.push(name);
            curves.push(points);
        }
        label_curves(plot, view, axis, (&names, &curves));
    });
}
