//! The controls of the loss in continuous time, and the numbers of the schedule in front.

use egui::{DragValue, Role, Ui, WidgetInfo};
use i18n_embed_fl::fl;

use super::super::LikelihoodView;
use crate::app::widgets::{caption, choose_shape, fact, number, number_row, section, segmented};
use crate::app::words::Words;
use crate::diffusion::vdm::Times;
use crate::scene::{ContinuousSchedule, LikelihoodOptions};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &LikelihoodView<'_, '_>, options: &mut LikelihoodOptions) {
    let words = view.words;
    section(ui, &fl!(words, "likelihood-data"));
    choose_shape(ui, words, &fl!(words, "likelihood-data"), &mut options.shape);
    section(ui, &fl!(words, "likelihood-ends"));
    ends(ui, words, options);
    section(ui, &fl!(words, "likelihood-schedule"));
    let choices = ContinuousSchedule::ALL.map(|schedule| {
        let message = message(schedule);
        let label = format!("{} {}", schedule.index() + 1, words.get(&message));
        (schedule, label, words.get_attr(&message, "about"))
    });
    if let Some(schedule) = segmented(ui, &fl!(words, "likelihood-schedule"), options.schedule, &choices) {
        options.schedule = schedule;
    }
    if options.schedule == ContinuousSchedule::Drawn {
        caption(ui, fl!(words, "likelihood-drawing"));
        points(ui, words, options);
    }
    areas(ui, view);
    numbers(ui, view);
}

/// Name of the message that names a schedule.
pub fn message(schedule: ContinuousSchedule) -> String {
    format!("likelihood-schedule-{}", schedule.name())
}

/// Both ends as numbers.
fn ends(ui: &mut Ui, words: &Words, options: &mut LikelihoodOptions) {
    let [max, min] = options.log_snr;
    let rows = [
        (fl!(words, "likelihood-end-max"), fl!(words, "likelihood-end-max", "about"), min + 1.0..=20.0),
        (fl!(words, "likelihood-end-min"), fl!(words, "likelihood-end-min", "about"), -20.0..=max - 1.0),
    ];
    for ((name, hint, range), value) in rows.into_iter().zip(&mut options.log_snr) {
        number_row(ui, &name, &hint, value, range, 0.05);
    }
}

/// The points of the drawn curve between its ends, each with its t/T and its log-SNR.
fn points(ui: &mut Ui, words: &Words, options: &mut LikelihoodOptions) {
    for i in 1..options.drawn.points().len() - 1 {
        let [u, y] = options.drawn.points()[i];
        let mut new = [u, options.shown(y)];
        let names = [
            fl!(words, "likelihood-point-t", number = i),
            fl!(words, "likelihood-point-log-snr", number = i),
        ];
        ui.columns_const(|columns: &mut [Ui; 2]| {
            for (((ui, name), value), speed) in columns.iter_mut().zip(names).zip(&mut new).zip([0.002, 0.05])
            {
                let drag = DragValue::new(value).speed(speed).max_decimals(3);
                ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &name));
            }
        });
        if new != [u, options.shown(y)] {
            let kept = options.kept(new[1]);
            options.drawn.move_point(i, new[0], kept);
        }
    }
}

/// The loss as an area over t along each schedule, and over log-SNR, where no schedule is in it; and how far apart these
/// numbers are, each of which is an integral of its own.
fn areas(ui: &mut Ui, view: &LikelihoodView<'_, '_>) {
    let words = view.words;
    section(ui, &fl!(words, "likelihood-areas"));
    let comparison = view.room.continuous.comparison().map(|comparison| &comparison.value);
    let exact = comparison.map(|comparison| comparison.profile.loss());
    let areas = comparison.map(|comparison| comparison.paces.iter().map(|pace| pace.loss));
    let areas: Vec<f64> = areas.into_iter().flatten().collect();
    let text = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.9}"));
    // A lesson may ask which of them is the largest.
    let front = view.scene.chapters.likelihood.schedule;
    for schedule in ContinuousSchedule::ALL {
        let name = format!("{} {}", schedule.index() + 1, words.get(&message(schedule)));
        let told = !view.asking() && (!view.taught() || schedule == front);
        let area = areas.get(schedule.index()).copied().filter(|_| told);
        fact(ui, words, "continuous-loss", &name, &text(area));
    }
    let exact = exact.filter(|_| !view.asking());
    fact(ui, words, "continuous-loss", &fl!(words, "likelihood-exact"), &text(exact));
    let apart = exact
        .filter(|_| !view.taught())
        .map(|exact| areas.iter().map(|area| (area - exact).abs()).fold(0.0, f64::max));
    let apart = apart.map_or_else(|| "–".to_owned(), |apart| format!("{apart:.0e}").replace('-', "−"));
    fact(ui, words, "continuous-loss", &fl!(words, "likelihood-apart"), &apart);
}

/// How much estimates of the loss along the schedule in front scatter.
fn numbers(ui: &mut Ui, view: &LikelihoodView<'_, '_>) {
    let words = view.words;
    section(ui, &fl!(words, "likelihood-numbers"));
    let pace = view.room.continuous.in_front(&view.scene.chapters.likelihood);
    let text =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number(value).trim().to_owned());
    let variance = |times: usize| pace.map(|pace| pace.variances[times].total());
    for (i, times) in Times::ALL.into_iter().enumerate() {
        let name = match times {
            Times::Iid => fl!(words, "likelihood-variance-iid"),
            Times::LowDiscrepancy => fl!(words, "likelihood-variance-spread"),
        };
        fact(ui, words, "low-discrepancy", &name, &text(variance(i)));
    }
}
