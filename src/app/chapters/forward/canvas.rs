//! The canvas: `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε` as pictures.

use std::sync::Arc;

use egui::{Color32, Id, Rect, Stroke, Ui};
use egui_plot::{Bar, BarChart, Line, Plot, PlotPoints};
use i18n_embed_fl::fl;

use crate::app::chapters::layout::{alone, columns, inside, pictures_film_plots};
use crate::app::pictures::{PictureRequest, Pixels, Slot};
use crate::app::view::View;
use crate::app::widgets::film as strip;
use crate::app::widgets::{
    Coefficient, Frame, Item, PlotCaption, TimePlot, curve, name_axis, picture_row, picture_row_height,
    plate, styled, x_hints, y_hints,
};
use crate::app::words::{noise_label, schedule_label};
use crate::diffusion::Step;
use crate::diffusion::statistics::{Distribution, Statistics};
use crate::gpu::{Field, JobKind};
use crate::quantity::Quantity;
use crate::scene::Side;

/// The range of pixel values that the histogram shows, ±4, and its number of bars.
const RANGE: f64 = 4.0;
const BARS: usize = 80;
const LEGEND: [Quantity; 2] = [Quantity::AlphaBar, Quantity::NoiseVariance];

pub fn show(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    if let Some([histograms, shares]) = alone(view, rect, ["forward/histogram", "forward/shares"]) {
        if let Some(rect) = histograms {
            inside(ui, rect, |ui| histogram(ui, view, view.scene.active));
        }
        if let Some(rect) = shares {
            inside(ui, rect, |ui| signal_and_noise(ui, view));
        }
        return;
    }
    let items = formula_items(view);
    let sides: Vec<Side> = view.scene.sides().collect();
    let film = strip::height_over_time(view, rect.width()) * sides.len() as f32;
    let natural = picture_row_height(view, rect.width(), &items);
    let [pictures, film, plots] = pictures_film_plots(rect, (natural, film, sides.len()), view.with_plots());
    picture_row(ui, view, pictures, &items);
    strip::over_time_of_sides(ui, view, film);
    if !view.with_plots() {
        return;
    }
    if let [a, b] = sides[..] {
        let [left, middle, right] = columns(plots, [0.8, 0.8, 1.0]);
        inside(ui, left, |ui| histogram(ui, view, a));
        inside(ui, middle, |ui| histogram(ui, view, b));
        inside(ui, right, |ui| signal_and_noise(ui, view));
    } else {
        let [left, right] = columns(plots, [1.0, 1.0]);
        inside(ui, left, |ui| histogram(ui, view, view.scene.active));
        inside(ui, right, |ui| signal_and_noise(ui, view));
    }
}

fn formula_items(view: &View<'_>) -> Vec<Item> {
    let active = view.scene.active;
    let (first, second) = if view.scene.compare {
        (view.step(Side::A), Some(view.step(Side::B)))
    } else {
        (view.active_step(), None)
    };
    let request = |side: Side, field, view: &View<'_>| PictureRequest {
        slot: slot_of(view, side),
        kind: JobKind::Forward,
        field,
        step: view.step(side),
        gain: 1.0,
        thumbnail: false,
    };
    let size = format!("{} · {}×{}", view.image_name, view.image.width, view.image.height);
    let noise = view.scene.noise;
    let picture = |quantity, detail, field, term, value: fn(&Step) -> f64| {
        let mut frame = Frame::new(quantity, detail, Pixels::Computed(request(active, field, view)));
        let other = second.as_ref().map(value);
        frame.coefficient = Some(Coefficient { term, value: value(&first), other });
        Item::from(frame)
    };
    let seed = fl!(view.words, "forward-seed", seed = view.scene.seed.to_string());
    let mut items = vec![
        picture(Quantity::X0, size, Field::X0, "sqrt-alpha-bar", Step::sqrt_alpha_bar),
        Item::Operator("plus"),
        picture(
            Quantity::Epsilon,
            seed,
            Field::Eps,
            "sqrt-one-minus-alpha-bar",
            Step::sqrt_one_minus_alpha_bar,
        ),
        Item::Operator("equals"),
    ];
    let sides: Vec<Side> = view.scene.sides().collect();
    for side in sides {
        let kind = schedule_label(view.words, &view.scene.schedule(side).kind);
        let noise = noise_label(view.words, noise);
        let letter = if view.scene.compare { format!("{} ", side.letter()) } else { String::new() };
        let detail = format!("{noise} · {letter}{kind} · t = {}", view.derived.timestep(view.scene, side));
        let mut frame = Frame::new(Quantity::Xt, detail, Pixels::Computed(request(side, Field::Xt, view)));
        frame.side = view.told_apart(side);
        items.push(Item::from(frame));
    }
    items
}

fn signal_and_noise(ui: &mut Ui, view: &mut View<'_>) {
    let title = fl!(view.words, "forward-shares");
    TimePlot::new("forward/shares", &title).legend(&LEGEND).sides().y_range(0.0, 1.02).show(
        ui,
        view,
        |plot, view, axis| {
            let sides: Vec<Side> = view.scene.sides().collect();
            for side in sides {
                let schedule = &view.derived.side(side).schedule;
                for (quantity, noise) in [(Quantity::AlphaBar, false), (Quantity::NoiseVariance, true)] {
                    let color = view.theme.color(quantity);
                    let signal = |i: usize| schedule.alpha_bar(i + 1);
                    let value = |i: usize| if noise { 1.0 - signal(i) } else { signal(i) };
                    plot.line(curve(view, axis, side, quantity.symbol(), color, value));
                }
            }
        },
    );
}

/// The slot of the pictures of one side.
fn slot_of(view: &View<'_>, side: Side) -> Slot {
    if side == view.scene.active { Slot::MAIN } else { Slot::OTHER }
}

fn histogram(ui: &mut Ui, view: &mut View<'_>, side: Side) {
    let theme = view.theme;
    let whole = ui.max_rect();
    let title = if view.scene.compare {
        fl!(view.words, "forward-pixels-of-side", side = side.letter())
    } else {
        fl!(view.words, "forward-pixels")
    };
    let legend = &[Quantity::Xt, Quantity::Epsilon];
    let height = PlotCaption { title: &title, legend, ..PlotCaption::default() }.show(ui, view);
    ui.add_space(height);
    let statistics = view.pictures.statistics(ui.ctx(), slot_of(view, side), Field::Xt);
    let bars = statistics.as_ref().map(|statistics| bars_of(ui, (side, statistics)));
    // Both sides have one scale, so that they can be compared.
    let mut top: f64 = 0.44;
    for side in view.scene.sides().collect::<Vec<Side>>() {
        let statistics = view.pictures.statistics(ui.ctx(), slot_of(view, side), Field::Xt);
        let bars = statistics.as_ref().map(|statistics| bars_of(ui, (side, statistics)));
        top = bars.map_or(top, |bars| bars.top(top));
    }
    let shown = styled(Plot::new(("forward/histogram", side)), theme.grid)
        .allow_drag(false)
        .sense(egui::Sense::hover())
        .custom_x_axes(vec![x_hints(theme.weak)])
        .custom_y_axes(vec![y_hints(theme.weak)])
        .show(ui, |plot| {
            plot.set_plot_bounds_x(-RANGE..=RANGE);
            if let Some(bars) = &bars {
                let width = 2.0 * RANGE / BARS as f64;
                let fill = theme.color(Quantity::Xt).gamma_multiply(0.28);
                let pooled = bars
                    .pooled
                    .iter()
                    .map(|p| Bar::new(p[0], p[1]).width(width).fill(fill).stroke(Stroke::NONE))
                    .collect();
                plot.bar_chart(BarChart::new("pixels", pooled).color(fill).allow_hover(false));
                for (channel, points) in bars.channels.iter().enumerate() {
                    let color = theme.channel(channel, 3).gamma_multiply(0.85);
                    let points = PlotPoints::new(points.clone());
                    let line = Line::new(["red", "green", "blue"][channel], points);
                    plot.line(line.color(color).width(1.0).allow_hover(false));
                }
            }
            plot.set_plot_bounds_y(0.0..=top);
            plot.line(standard_normal(theme.color(Quantity::Epsilon)));
        });
    name_axis(ui, *shown.transform.frame(), &fl!(view.words, "axis-name-value"), theme.weak);
    let response = shown.response;
    let id = format!("forward/histogram-{}", side.letter());
    plate(view, &response, (&id, &title), whole);
    let name = match &statistics {
        Some(s) => {
            let [mean, variance] = [s.pooled.mean(), s.pooled.variance()].map(|v| format!("{v:.4}"));
            fl!(view.words, "forward-histogram-of", mean = mean, variance = variance)
        }
        None => fl!(view.words, "forward-histogram"),
    };
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
}

fn standard_normal<'a>(color: Color32) -> Line<'a> {
    let density = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    let points = PlotPoints::from_explicit_callback(density, -RANGE..=RANGE, 120);
    Line::new("N(0, 1)", points).color(color).width(2.0).allow_hover(false)
}

/// The bars of the histogram: points `[pixel value, density]` at the middle of [`BARS`] bars over ±[`RANGE`].
struct Bars {
    pooled: Vec<[f64; 2]>,
    /// The bars of each channel; empty if there is only one channel.
    channels: Vec<Vec<[f64; 2]>>,
}

impl Bars {
    /// The upper end of an axis on which all bars have room, at least `top`.
    fn top(&self, top: f64) -> f64 {
        let highest = |top: f64, p: &[f64; 2]| top.max(p[1] * 1.06);
        self.pooled.iter().chain(self.channels.iter().flatten()).fold(top, highest).min(2.5)
    }
}

/// The bars of these statistics of a side. They are kept from frame to frame until the statistics change.
fn bars_of(ui: &Ui, (side, statistics): (Side, &Arc<Statistics>)) -> Arc<Bars> {
    type Kept = (Arc<Statistics>, Arc<Bars>);
    let id = Id::unique(("bars", side));
    if let Some((of, bars)) = ui.data(|data| data.get_temp::<Kept>(id))
        && Arc::ptr_eq(&of, statistics)
    {
        return bars;
    }
    let colored = statistics.channels.len() > 1;
    let bars = Arc::new(Bars {
        pooled: densities(&statistics.pooled),
        channels: statistics.channels.iter().filter(|_| colored).map(densities).collect(),
    });
    ui.data_mut(|data| data.insert_temp::<Kept>(id, (statistics.clone(), bars.clone())));
    bars
}

fn densities(distribution: &Distribution) -> Vec<[f64; 2]> {
    let width = 2.0 * RANGE / BARS as f64;
    let mut counts = vec![0.0; BARS];
    let mut total = 0.0;
    let histogram = &distribution.histogram;
    let step = (histogram.high - histogram.low) / histogram.counts.len() as f64;
    for (i, &count) in histogram.counts.iter().enumerate() {
        let x = histogram.low + (i as f64 + 0.5) * step;
        let bar = ((x + RANGE) / width).floor();
        if (0.0..BARS as f64).contains(&bar) {
            counts[bar as usize] += f64::from(count);
        }
        total += f64::from(count);
    }
    let scale = 1.0 / (total.max(1.0) * width);
    counts.iter().enumerate().map(|(i, count)| [-RANGE + (i as f64 + 0.5) * width, count * scale]).collect()
}
