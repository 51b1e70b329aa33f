//! Estimates of the loss by chance, with independent and with evenly spread times.

use egui::{Rect, Sense, Stroke, Ui, pos2};
use i18n_embed_fl::fl;

use super::super::super::LikelihoodView;
use crate::analysis::vdm::Sample;
use crate::app::chapters::layout::rows;
use crate::app::widgets::{Axis, Chart, captioned, plate};
use crate::diffusion::vdm::Times;
use crate::quantity::Quantity;
use crate::scene::ContinuousSchedule;

/// The estimates are shown over this many standard deviations of those with independent times, the largest of all
/// schedules: so the axis rests while schedules are compared.
const REACH: f64 = 4.0;
/// Height of the row of times above the estimates, in points.
const RUG: f32 = 7.0;

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    let words = view.words;
    let below = captioned(ui, rect, &fl!(words, "likelihood-estimates"), &[]);
    let room = &view.room.continuous;
    let Some(pace) = room.in_front(&view.scene.chapters.likelihood) else { return };
    let (loss, variances) = (pace.loss, pace.variances);
    let [iid, spread] = variances.map(|variance| variance.total().sqrt());
    let name = fl!(
        words,
        "likelihood-estimates",
        "name",
        iid = format!("{iid:.4}"),
        spread = format!("{spread:.4}")
    );
    let id = ui.scope_id().with("estimates");
    let response = ui.interact(below, id, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
    plate(view.shared, &response, ("likelihood/estimates", &name), rect);
    // A curve drawn by hand can have any variance; it counts while it is in front.
    let formulas = ContinuousSchedule::ALL.iter().filter(|schedule| **schedule != ContinuousSchedule::Drawn);
    let paces = room.comparison().map(|comparison| comparison.value.paces.as_slice()).unwrap_or_default();
    let others = formulas.filter_map(|schedule| paces.get(schedule.index()));
    let widest = others.map(|pace| pace.variances[0].total().sqrt()).fold(iid, f64::max);
    let reach = (REACH * widest).max(1e-6);
    // Estimates along another schedule, or of other data, would lie beside the wrong value.
    let found = room.comparison().zip(room.estimates()).filter(|(comparison, estimates)| {
        pace.schedule == estimates.key.schedule && comparison.key.data == estimates.key.data
    });
    let samples = found.map(|(_, estimates)| &estimates.value.samples);
    for ((i, times), half) in Times::ALL.into_iter().enumerate().zip(rows(below, [1.0, 1.0])) {
        let deviation = [iid, spread][i];
        let sample = samples.map(|samples| &samples[i]);
        draw(ui, view, half, (times, sample), ([loss - reach, loss + reach], loss, deviation));
    }
}

/// The times of one estimate as ticks, and many estimates as dots around the exact value, with one standard deviation to
/// either side.
fn draw(
    ui: &Ui,
    view: &LikelihoodView<'_, '_>,
    rect: Rect,
    (times, found): (Times, Option<&Sample>),
    (range, exact, deviation): ([f64; 2], f64, f64),
) {
    let theme = view.theme;
    let words = view.words;
    let ink = theme.color(Quantity::ContinuousLoss);
    let measured = found.and_then(|sample| sample.tally.variance()).map_or(f64::NAN, f64::sqrt);
    // Until it has been measured there is no number.
    let shown = |value: f64| if value.is_finite() { format!("{value:.4}") } else { "–".to_owned() };
    let [deviation_text, measured] = [deviation, measured].map(shown);
    let title = match times {
        Times::Iid => {
            fl!(words, "likelihood-iid", exact = deviation_text.as_str(), measured = measured.as_str())
        }
        Times::LowDiscrepancy => {
            fl!(words, "likelihood-spread", exact = deviation_text.as_str(), measured = measured.as_str())
        }
    };
    let below = captioned(ui, rect, &title, &[]);
    let chart = Chart::with_axes(below.with_min_y(below.top() + RUG + 4.0), range, [0.0, 1.0]);
    let rug = Rect::from_x_y_ranges(chart.frame.x_range(), below.top()..=below.top() + RUG);
    for time in found.map_or(&[][..], |sample| &sample.times) {
        let x = rug.left() + rug.width() * *time as f32;
        ui.painter().line_segment([pos2(x, rug.top()), pos2(x, rug.bottom())], Stroke::new(1.0, theme.weak));
    }
    chart.axes(ui, theme, Axis::Plain, Axis::Bare);
    let band = [exact - deviation, exact + deviation];
    chart.band(ui, band.map(|x| [[x, 0.0], [x, 1.0]]), ink.gamma_multiply(0.18));
    chart.vline(ui, exact, Stroke::new(1.2, theme.ink));
    let estimates = found.map_or(&[][..], |sample| &sample.first);
    for (n, estimate) in estimates.iter().enumerate() {
        // Spread evenly over the height, so that dots do not cover each other.
        let height = (n as f64 * 0.618_033_988_75).fract();
        chart.painter(ui).circle_filled(chart.at([*estimate, 0.06 + 0.88 * height]), 1.5, ink);
    }
}
