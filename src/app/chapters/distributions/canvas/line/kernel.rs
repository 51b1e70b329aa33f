//! What is known at the clicked `x_t`: the reverse kernel and `p(x_0 | x_t)`.

use egui::{Color32, Rect, Sense, Stroke, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::caption;
use crate::analysis::line::RANGE;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::theme::{Theme, figures};
use crate::app::widgets::{Axis, Chart, number, plate};
use crate::background::Computed;
use crate::diffusion::Gaussian;
use crate::diffusion::process::Level;
use crate::quantity::Quantity;

/// Height, in points, of a line of numbers.
const LINE: f32 = 14.0;
/// The number of line segments with which a Gaussian is drawn.
const POINTS: usize = 160;

/// The reverse kernel `q(x_s | x_t)`: the exact one, and the two Gaussians that stand in for it.
pub fn reverse(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [exact, nearest, fixed] =
        [Quantity::Sample, Quantity::PosteriorMean, Quantity::Beta].map(|q| theme.color(q));
    let words = view.words;
    let below = caption(
        ui,
        rect,
        &fl!(words, "distributions-kernel-plot"),
        &[
            (exact, &fl!(words, "distributions-exact")),
            (nearest, &fl!(words, "distributions-gaussian")),
            (fixed, &fl!(words, "distributions-with-beta")),
        ],
    );
    let Some(Computed { key, value }) = view.room.line.point() else { return };
    let (t, end, kernel) = (key.t, key.end, &value.kernel);
    let peak = |g: Gaussian| g.pdf(g.mean);
    let highest = kernel.exact.iter().map(|p| p[1]).fold(peak(kernel.nearest), f64::max);
    // A spike of the exact kernel may extend beyond the chart, but the Gaussian may not.
    let highest = highest.min(4.0 * peak(kernel.nearest));
    let chart = Chart::with_axes(below, kernel.window, [0.0, head_room(below, 4) * highest]);
    let divergence = format!("{:.3e}", kernel.kl.nearest);
    let name = fl!(words, "distributions-kernel-plot", "name", t = t, end = end, kl = divergence);
    let response = chart.respond(ui, "kernel", &name, Sense::hover());
    plate(view.shared, &response, ("distributions/kernel", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(view.words, "axis-name-x"));
    chart.area(ui, &kernel.exact, exact.gamma_multiply(0.2));
    chart.line(ui, kernel.exact.iter().copied(), Stroke::new(2.0, exact));
    for (gaussian, color) in [(kernel.fixed, fixed), (kernel.nearest, nearest)] {
        let [low, high] = kernel.window;
        let place = |i: usize| low + (high - low) * i as f64 / POINTS as f64;
        chart.dashed(ui, (0..=POINTS).map(|i| [place(i), gaussian.pdf(place(i))]), Stroke::new(1.6, color));
    }
    chart.vline(ui, kernel.nearest.mean, Stroke::new(1.0, nearest));
    let mean = format!("μ = {}", number(kernel.nearest.mean).trim());
    let kl = |value: f64| fl!(words, "distributions-kl", kl = number(value).trim().to_owned());
    let span = format!("t = {t} → {end}");
    let lines =
        [(span, theme.weak), (mean, nearest), (kl(kernel.kl.nearest), nearest), (kl(kernel.kl.fixed), fixed)];
    numbers(ui, &chart, &lines);
}

/// Lines of numbers at the upper left of a chart.
pub fn numbers(ui: &Ui, chart: &Chart, lines: &[(String, Color32)]) {
    for (i, (text, color)) in lines.iter().enumerate() {
        let at = pos2(chart.frame.left() + 8.0, chart.frame.top() + 4.0 + LINE * i as f32);
        let galley = ui.painter().layout_no_wrap(text.clone(), figures(11.0), *color);
        // A spike may be as high as the chart.
        let ground = Rect::from_min_size(at, galley.size()).expand2(vec2(3.0, 0.0));
        ui.painter().rect_filled(ground, 2.0, Theme::of(ui.ctx()).canvas.gamma_multiply(0.8));
        ui.painter().galley(at, galley, *color);
    }
}

/// The factor by which the height of a chart in `rect` must exceed its highest curve, so that `lines` lines
/// of numbers fit above.
pub fn head_room(rect: Rect, lines: usize) -> f64 {
    let share = (LINE * lines as f32 + 8.0) / (rect.height() - 18.0).max(1.0);
    1.0 / (1.0 - f64::from(share).clamp(0.1, 0.7))
}

/// `p(x_0 | x_t)` beside the data, and its mean.
pub fn clean(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let [posterior, mean, data] =
        [Quantity::X0Hat, Quantity::PosteriorMean, Quantity::Residual].map(|q| theme.color(q));
    let words = view.words;
    let below = caption(
        ui,
        rect,
        "p(x₀ | xₜ)",
        &[
            (posterior, &fl!(words, "distributions-exact")),
            (mean, &fl!(words, "distributions-mean-and-deviation")),
            (data, &fl!(words, "distributions-data-legend")),
        ],
    );
    let Some(Computed { key, value: point }) = view.room.line.point() else { return };
    let only_points = point.posterior.iter().all(|p| p[1] == 0.0);
    let highest = point.posterior.iter().map(|p| p[1]).fold(0.0, f64::max);
    let highest = if only_points { 1.0 } else { highest };
    let chart = Chart::with_axes(below, RANGE, [0.0, head_room(below, 2) * highest]);
    let name = fl!(words, "distributions-clean-plot", mean = format!("{:.3}", point.clean[0]));
    let response = chart.respond(ui, "clean", &name, Sense::hover());
    plate(view.shared, &response, ("distributions/clean", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(view.words, "axis-name-x"));
    let (density, clean) = (&key.spec.data, Level::CLEAN);
    let prior = point.posterior.iter().map(|p| [p[0], density.log_pdf(clean, p[0]).exp()]);
    chart.line(ui, prior, Stroke::new(1.0, data));
    for spike in density.gaussians().iter().filter(|c| c.variance == 0.0) {
        let stem = [[spike.mean[0], 0.0], [spike.mean[0], spike.weight]];
        chart.line(ui, stem, Stroke::new(1.0, data));
    }
    chart.area(ui, &point.posterior, posterior.gamma_multiply(0.2));
    if !only_points {
        chart.line(ui, point.posterior.iter().copied(), Stroke::new(2.0, posterior));
    }
    for &[x, share] in &point.posterior_points {
        chart.line(ui, [[x, 0.0], [x, share]], Stroke::new(3.0, posterior));
    }
    let [expected, deviation] = point.clean;
    chart.vline(ui, expected, Stroke::new(1.5, mean));
    let foot = [[expected - deviation, 0.06 * highest], [expected + deviation, 0.06 * highest]];
    chart.line(ui, foot, Stroke::new(3.0, mean));
    let at = format!("xₜ = {:.2}", key.spec.x).replace('-', "−");
    let moments = format!("{expected:.3} ± {deviation:.3}").replace('-', "−");
    numbers(ui, &chart, &[(at, theme.weak), (moments, mean)]);
}
