//! The Schedules chapter's controls.

use egui::{ComboBox, Ui};

use super::quantity_of_curve;
use crate::app::view::View;
use crate::app::widgets::{section, segmented, switch};
use crate::scene::{Action, CurveChoice, PairBy, SchedulesOptions};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Schedules");
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
        format!("{}  {}", quantity.symbol(), quantity.name())
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
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Curve");
        info.current_text_value = Some(shown.clone());
        info
    });
    ui.add_enabled_ui(options.curve != CurveChoice::LogSnr, |ui| {
        if let Some(on) =
            switch(ui, options.log_axis, "Logarithmic axis", "Powers of ten on the vertical axis")
        {
            options.log_axis = on;
        }
    });
    let hint = "Draw every other kind of schedule too, faintly, with its usual parameters";
    if let Some(on) = switch(ui, options.all_kinds, "All other kinds", hint) {
        options.all_kinds = on;
    }
    let paces = [
        (PairBy::EqualTimestep, "Equal t", "Both schedules at the same timestep"),
        (
            PairBy::EqualSnr,
            "Equal SNR",
            "The other schedule at its timestep of nearest signal-to-noise ratio",
        ),
    ];
    if let Some(pace) = segmented(ui, "Pictures at", options.pace, &paces) {
        options.pace = pace;
    }
    if options != view.scene.chapters.schedules {
        view.act(Action::options(options));
    }
}
