//! The inspector: the scene's controls, and the live numbers at t.

use egui::{ComboBox, DragValue, Ui};

use super::schedule_editor;
use crate::app::chapters::quantity_of_curve;
use crate::app::commands::Command;
use crate::app::pictures::Slot;
use crate::app::view::View;
use crate::app::widgets::{caption, number, section, segmented, switch, value_row};
use crate::diffusion::noise::NoiseMode;
use crate::gpu::Field;
use crate::imaging::{FitMode, FitOptions};
use crate::quantity::Quantity;
use crate::scene::{
    Action, Chapter, CurveChoice, LedgerOptions, Pace, PlaneSubject, PosteriorOptions, SchedulesOptions,
    ShowAs, Side, Space, Zoom,
};

/// Reads a number off a transition.
type ValueOf = fn(&crate::diffusion::Step) -> f64;

/// Draws the inspector.
pub fn show(ui: &mut Ui, view: &mut View<'_>, models: &[std::path::PathBuf]) {
    match view.scene.chapter {
        Chapter::Forward => {}
        Chapter::Schedules => schedules_options(ui, view),
        Chapter::Ledger => ledger_options(ui, view),
        Chapter::Posterior => posterior_options(ui, view),
        Chapter::Reverse => super::reverse::show(ui, view, models),
        Chapter::Distributions => super::distributions::show(ui, view),
    }
    noise(ui, view);
    for side in Side::BOTH {
        let shown = view.scene.compare || view.scene.chapter == Chapter::Schedules;
        if side == view.scene.active || shown {
            schedule_editor::show(ui, view, side);
        }
    }
    schedule_editor::steps(ui, view);
    if view.scene.chapter != Chapter::Distributions {
        pictures(ui, view);
    }
    values(ui, view);
    if view.scene.chapter == Chapter::Forward {
        distance(ui, view);
    }
    ui.add_space(12.0);
}

fn noise(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Noise");
    let options = &view.scene.distributions;
    let particles = options.space == Space::Plane && options.plane.subject == PlaneSubject::Particles;
    let moded = match view.scene.chapter {
        Chapter::Reverse => false,
        Chapter::Distributions => particles,
        _ => true,
    };
    if moded {
        noise_mode(ui, view);
    }
    ui.horizontal(|ui| {
        let mut seed = view.scene.seed;
        let label = ui.label("Seed");
        let drag = DragValue::new(&mut seed).speed(0.1);
        if ui.add(drag).labelled_by(label.id).changed() {
            view.act(Action::Seed(seed));
        }
        if ui.button("New").on_hover_text("Another realisation of the noise (N)").clicked() {
            view.command(Command::NewSeed);
        }
    });
}

fn noise_mode(ui: &mut Ui, view: &mut View<'_>) {
    let options = [
        (NoiseMode::Jump, "Jump", "One ε for every t: xₜ = √ᾱₜ x₀ + √(1−ᾱₜ) ε"),
        (
            NoiseMode::Walk,
            "Walk",
            "A true Markov chain: each step keeps the old noise, faded, and adds its own",
        ),
    ];
    if let Some(mode) = segmented(ui, "Noise", view.scene.noise, &options) {
        view.act(Action::Noise(mode));
    }
}

fn pictures(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Pictures");
    let options = [
        (ShowAs::Clip, "Clip", "[−1, 1] to black … white; what lies outside is clipped"),
        (ShowAs::Rescale, "Rescale", "Divided by the standard deviation, so that nothing saturates"),
        (ShowAs::Signed, "Signed", "Below zero blue, above zero orange; the mean of the channels"),
    ];
    if let Some(show_as) = segmented(ui, "Show as", view.scene.show_as, &options) {
        view.act(Action::ShowAs(show_as));
    }
    let options = [
        (Zoom::Sharp, "Sharp", "Each pixel a square"),
        (Zoom::Smooth, "Smooth", "Interpolated when enlarged, averaged when reduced"),
    ];
    if let Some(zoom) = segmented(ui, "Pixels", view.scene.zoom, &options) {
        view.act(Action::Zoom(zoom));
    }
    let fit = view.scene.fit;
    ui.horizontal(|ui| {
        let mut size = fit.size;
        let combo = ComboBox::from_id_salt("size").selected_text(format!("{size} px")).width(84.0);
        let response = combo.show_ui(ui, |ui| {
            for choice in [32, 64, 128, 256, 512, 1024, 2048] {
                ui.selectable_value(&mut size, choice, format!("{choice} px"));
            }
        });
        response.response.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Picture size");
            info.current_text_value = Some(format!("{} px", fit.size));
            info
        });
        let options = [
            (FitMode::Crop, "Crop", "The middle square of the picture"),
            (FitMode::Fit, "Fit", "The whole picture, its longer side that long"),
        ];
        let mode = segmented(ui, "Fit", fit.mode, &options).unwrap_or(fit.mode);
        if (size, mode) != (fit.size, fit.mode) {
            view.act(Action::Fit(FitOptions { size, mode }));
        }
    });
}

fn values(ui: &mut Ui, view: &mut View<'_>) {
    let sides: Vec<Side> = view.scene.sides().collect();
    section(ui, &format!("At t = {}", view.scene.t));
    let steps: Vec<_> = sides.iter().map(|&side| view.step(side)).collect();
    if sides.len() > 1 {
        let heads: Vec<&str> = sides.iter().map(|side| side.letter()).collect();
        ui.horizontal(|ui| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                caption(ui, heads[1]);
                ui.add_space(78.0);
                caption(ui, heads[0]);
            });
        });
    }
    let rows: [(Quantity, ValueOf); 8] = [
        (Quantity::Beta, |s| s.beta),
        (Quantity::Alpha, |s| s.alpha),
        (Quantity::AlphaBar, |s| s.alpha_bar),
        (Quantity::NoiseVariance, crate::diffusion::Step::noise_variance),
        (Quantity::Snr, crate::diffusion::Step::snr),
        (Quantity::LogSnr, crate::diffusion::Step::log_snr),
        (Quantity::NewShare, crate::diffusion::Step::new_share),
        (Quantity::PosteriorVariance, crate::diffusion::Step::posterior_variance),
    ];
    for (quantity, value) in rows {
        value_row(ui, quantity, &steps.iter().map(value).collect::<Vec<f64>>());
    }
}

fn distance(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "xₜ: distance from N(0, 1)");
    let statistics = view.pictures.statistics(ui.ctx(), Slot::MAIN, Field::Xt);
    let rows: [(&str, &str, Option<f64>); 4] = [
        ("mean", "Mean of all pixels and channels", statistics.as_ref().map(|s| s.pooled.mean())),
        ("variance", "Variance of all pixels and channels", statistics.as_ref().map(|s| s.pooled.variance())),
        (
            "KL",
            "Kullback–Leibler divergence in nats of the Gaussian with this mean and variance from N(0, 1)",
            statistics.as_ref().map(|s| s.pooled.kl_from_standard_normal()),
        ),
        (
            "KS",
            "Kolmogorov–Smirnov: the largest distance between the pixels' distribution and that of N(0, 1)",
            statistics.as_ref().map(|s| s.pooled.ks_from_standard_normal()),
        ),
    ];
    for (name, hint, value) in rows {
        let text = value.map_or_else(|| "…".to_owned(), number);
        ui.horizontal(|ui| {
            ui.label(egui::RichText::new(name).color(view.theme.weak)).on_hover_text(hint);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.label(egui::RichText::new(text.trim()).font(crate::app::theme::figures(12.0)));
            });
        });
    }
}

fn schedules_options(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Schedules");
    let mut options: SchedulesOptions = view.scene.schedules.clone();
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
        (Pace::EqualTimestep, "Equal t", "Both schedules at the same timestep"),
        (Pace::EqualSnr, "Equal SNR", "The other schedule at its timestep of nearest signal-to-noise ratio"),
    ];
    if let Some(pace) = segmented(ui, "Pictures at", options.pace, &paces) {
        options.pace = pace;
    }
    if options != view.scene.schedules {
        view.act(Action::Schedules(options));
    }
}

fn ledger_options(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Noise ledger");
    let mut options: LedgerOptions = view.scene.ledger.clone();
    let hint = "Show the new noise as strong as all the noise; the factor is written over the picture";
    if let Some(on) = switch(ui, options.amplify, "Amplify the new noise", hint) {
        options.amplify = on;
    }
    caption(ui, "Steps looked at");
    let all = "All steps of the schedule";
    let few = "The same schedule with few steps: inherited and new become comparable";
    let choices = [(None, "All", all), (Some(50), "50", few), (Some(20), "20", few), (Some(10), "10", few)];
    if let Some(choice) = segmented(ui, "Steps looked at", options.few_steps, &choices) {
        options.few_steps = choice;
    }
    caption(ui, "Areas show");
    let choices = [
        (false, "Variance", "Signal, inherited and new: they sum to 1"),
        (true, "Share", "Inherited and new as shares of the noise: 1 − λₜ and λₜ"),
    ];
    if let Some(shares) = segmented(ui, "Areas show", options.shares, &choices) {
        options.shares = shares;
    }
    if options != view.scene.ledger {
        view.act(Action::Ledger(options));
    }
}

fn posterior_options(ui: &mut Ui, view: &mut View<'_>) {
    section(ui, "Posterior");
    let mut options: PosteriorOptions = view.scene.posterior.clone();
    let own = view.active_step().beta;
    ui.horizontal(|ui| {
        let mut beta = options.beta.unwrap_or(own);
        let label = ui.label("β of step");
        let drag = DragValue::new(&mut beta).range(1e-9..=0.999_999).speed(own * 0.02).max_decimals(7);
        if ui.add(drag).labelled_by(label.id).changed() {
            options.beta = Some(beta);
        }
        let reset = ui.add_enabled(options.beta.is_some(), egui::Button::new("Reset"));
        if reset.on_hover_text("The schedule's own β").clicked() {
            options.beta = None;
        }
    });
    if view.image.channels == 3 {
        let channels = [(0, "Red", ""), (1, "Green", ""), (2, "Blue", "")];
        if let Some(channel) = segmented(ui, "Channel", options.channel, &channels) {
            options.channel = channel;
        }
    }
    if options != view.scene.posterior {
        view.act(Action::Posterior(options));
    }
}
