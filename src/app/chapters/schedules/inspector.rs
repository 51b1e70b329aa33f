//! The Schedules chapter's controls.

use egui::{ComboBox, Ui};
use i18n_embed_fl::fl;

use super::quantity_of_curve;
use crate::app::view::View;
use crate::app::widgets::{section, segmented, switch};
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
    let text = |choice| {
        let quantity = quantity_of_curve(choice);
        format!("{}  {}", quantity.symbol(), quantity.name(words))
    };
    let combo =
        ComboBox::from_id_salt("curve").selected_text(text(options.curve)).width(ui.available_width());
    let response = combo.show_ui(ui, |ui| {
        for choice in choices {
            ui.selectable_value(&mut options.curve, choice, text(choice));
        }
    });
    let shown = text(options.curve);
    response.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, fl!(words, "schedules-choice"));
        info.current_text_value = Some(shown.clone());
        info
    });
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
