//! The Schedules chapter's controls.

use egui::Ui;
use i18n_embed_fl::fl;

use super::quantity_of_curve;
use crate::app::view::View;
use crate::app::widgets::{choose, section, segmented, switch};
use crate::scene::{Action, CurveChoice, PairBy, SchedulesOptions};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut View<'_>) {
    let words = view.words;
    section(ui, &fl!(words, "schedules-options"));
    let mut options: SchedulesOptions = view.scene.chapters.schedules.clone();
    let choices = [
        CurveChoice::Beta,
        CurveChoice::AlphaBar,
        CurveChoice::SqrtAlphaBar,
        CurveChoice::Snr,
        CurveChoice::LogSnr,
        CurveChoice::NewShare,
        CurveChoice::VlbWeight,
    ];
    let choices = choices.map(|choice| {
        let quantity = quantity_of_curve(choice);
        (choice, format!("{}  {}", quantity.symbol(), quantity.name(words)))
    });
    let (name, width) = (fl!(words, "schedules-choice"), ui.available_width());
    if let Some(curve) = choose(ui, &name, width, options.curve, &choices) {
        options.curve = curve;
    }
    ui.add_enabled_ui(options.curve != CurveChoice::LogSnr, |ui| {
        if let Some(on) = switch(
            ui,
            options.log_axis,
            &fl!(words, "schedules-log-axis"),
            &fl!(words, "schedules-log-axis", "about"),
        ) {
            options.log_axis = on;
        }
    });
    let (label, hint) = (fl!(words, "schedules-all-kinds"), fl!(words, "schedules-all-kinds", "about"));
    if let Some(on) = switch(ui, options.all_kinds, &label, &hint) {
        options.all_kinds = on;
    }
    let paces = [
        (PairBy::EqualTimestep, fl!(words, "schedules-equal-t"), fl!(words, "schedules-equal-t", "about")),
        (PairBy::EqualSnr, fl!(words, "schedules-equal-snr"), fl!(words, "schedules-equal-snr", "about")),
    ];
    if let Some(pace) = segmented(ui, &fl!(words, "schedules-pictures-at"), options.pace, &paces) {
        options.pace = pace;
    }
    if options != view.scene.chapters.schedules {
        view.act(Action::options(options));
    }
}
