//! `L_0` of one pixel: what the last step makes of its 256 levels, and the one that is true.

use egui::{Rect, Sense, Stroke, Ui};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use super::Found;
use crate::app::widgets::{Axis, Chart, captioned, plate};
use crate::diffusion::nll::decoder::{LEVELS, log_probabilities};
use crate::quantity::Quantity;

/// How many levels are shown beyond those that matter.
const MARGIN: usize = 3;
/// A level matters if it is this probable.
const LIKELY: f64 = 1e-3;

/// A channel of the pixel: the level that is true, and the probabilities of all.
struct Channel {
    level: usize,
    probabilities: Vec<f64>,
}

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect, found: &Found) {
    let theme = view.theme;
    let words = view.words;
    let [channels, height, width] = found.value.setting.network.shape;
    let [x, y] = view.scene.chapters.likelihood.bound.pixel.unwrap_or([width / 2, height / 2]);
    let [x, y] = [x.min(width - 1), y.min(height - 1)];
    let all: Vec<Channel> =
        (0..channels).filter_map(|channel| of(found, (channel * height + y) * width + x)).collect();
    let bits = |channel: &Channel| -channel.probabilities[channel.level].max(f64::MIN_POSITIVE).log2();
    let cost = all.iter().map(bits).sum::<f64>() / all.len().max(1) as f64;
    let title = fl!(words, "likelihood-levels", x = x, y = y, bits = format!("{cost:.2}"));
    let title = view.with_hint(ui, rect.width(), &title, &fl!(words, "likelihood-levels", "hint"));
    let below = captioned(ui, rect, &title, &[]);
    let matters = |channel: &Channel| {
        let likely = (0..LEVELS).filter(|&level| channel.probabilities[level] > LIKELY);
        likely.chain([channel.level]).collect::<Vec<_>>()
    };
    let shown: Vec<usize> = all.iter().flat_map(matters).collect();
    let low = shown.iter().min().copied().unwrap_or(0).saturating_sub(MARGIN);
    let high = (shown.iter().max().copied().unwrap_or(LEVELS - 1) + MARGIN).min(LEVELS - 1);
    let most = all.iter().flat_map(|channel| channel.probabilities.iter().copied()).fold(1e-9, f64::max);
    let chart = Chart::with_axes(below, [low as f64 - 0.5, high as f64 + 0.5], [0.0, 1.1 * most]);
    let name = fl!(words, "likelihood-levels", "name", x = x, y = y);
    let response = chart.respond(ui, "levels", &name, Sense::hover());
    plate(view.shared, &response, ("likelihood/levels", &name), rect);
    chart.axes(ui, theme, Axis::Plain, Axis::Plain);
    chart.name_axis(ui, theme, &fl!(words, "likelihood-axis-level"));
    for (i, channel) in all.iter().enumerate() {
        let ink = if channels == 1 { theme.color(Quantity::DecoderTerm) } else { theme.channel(i, channels) };
        let step = |level: usize| {
            let probability = channel.probabilities[level];
            [[level as f64 - 0.5, probability], [level as f64 + 0.5, probability]]
        };
        let outline: Vec<[f64; 2]> = (low..=high).flat_map(step).collect();
        chart.area(ui, &outline, ink.gamma_multiply(0.25));
        chart.line(ui, outline, Stroke::new(1.5, ink));
        chart.area(ui, &step(channel.level), ink);
        chart.vline(ui, channel.level as f64, Stroke::new(1.0, ink));
    }
}

/// The value of this index, from 0, as the last step sees it; `None` before that step is known.
fn of(found: &Found, index: usize) -> Option<Channel> {
    let [mean, deviation] = found.value.decoder.as_ref()?.at(index)?;
    let value = f64::from(*found.value.setting.x0.get(index)?);
    let level = (((value + 1.0) * 127.5).round().clamp(0.0, 255.0)) as usize;
    let probabilities = log_probabilities(mean, deviation).iter().map(|log| log.exp()).collect();
    Some(Channel { level, probabilities })
}
