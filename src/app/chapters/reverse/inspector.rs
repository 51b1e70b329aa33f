//! The inspector's part for the Reverse chapter: model, run, race, training.

use egui::{Button, ComboBox, DragValue, ProgressBar, RichText, Role, Ui, WidgetInfo, vec2};
use egui_plot::{Line, Plot, PlotPoints};

use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::commands::ReverseCommand;
use crate::app::chapters::reverse::state::{Training, beside};
use crate::app::theme::caption_font;
use crate::app::widgets::{caption, choose, section, segmented, styled, switch, x_hints, y_hints};
use crate::diffusion::sampler::{SamplerKind, StepTo, TimestepSpacing, VarianceType};
use crate::files::plain;
use crate::model::{ModelRef, shipped};
use crate::quantity::Quantity;
use crate::scene::{Action, LaneOptions, ReverseOptions, RunSize, StartAt};
use crate::worker::{Card, DataRef, MAX_LANES, PredictorKind};

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>) {
    let mut options = view.scene.chapters.reverse.clone();
    model(ui, view, &mut options);
    run(ui, view, &mut options);
    race(ui, &mut options);
    own(ui, view, &mut options);
    if options != view.scene.chapters.reverse {
        view.act(Action::options(options));
    }
}

fn command(view: &mut ReverseView<'_, '_>, command: ReverseCommand) {
    view.order(command.order());
}

fn model(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    section(ui, "Model");
    ui.horizontal(|ui| {
        let current = options.model.title();
        let width = ui.available_width() - 76.0;
        let combo = ComboBox::from_id_salt("model").selected_text(&current).width(width).truncate();
        let shown = combo.show_ui(ui, |ui| {
            let known = shipped().iter().map(|model| ModelRef::Shipped(model.name.to_owned()));
            for model in known.chain(view.models.iter().cloned().map(ModelRef::Folder)) {
                let chosen = ui.selectable_label(model == options.model, model.title());
                if chosen.clicked() && model != options.model {
                    view.order(ReverseCommand::OpenModel(model).order());
                }
            }
        });
        shown.response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Model");
            info.current_text_value = Some(current.clone());
            info
        });
        let open =
            ui.button("Open…").on_hover_text("A folder in the format of diffusers (Ctrl M, or drop it)");
        if open.clicked() {
            view.order(ReverseCommand::AskModel.order());
        }
    });
    match view.room.card().cloned() {
        Some(card) if card.model == options.model => facts(ui, view, &card, options),
        _ if view.room.is_opening() => drop(caption(ui, "opening…")),
        _ => drop(caption(ui, "not open")),
    }
}

/// What is worth knowing of the open network, and what it is told.
fn facts(ui: &mut Ui, view: &mut ReverseView<'_, '_>, card: &Card, options: &mut ReverseOptions) {
    let [channels, height, width] = card.shape;
    let kind = card.schedule.kind.label();
    let size = card.parameters as f64 / 1e6;
    caption(ui, format!("{size:.2} M parameters · {channels}×{height}×{width}"));
    caption(ui, format!("trained with {kind}, T = {}", card.schedule.steps));
    if card.schedule != *view.scene.schedule(view.scene.active) {
        let warn =
            RichText::new("The scene has another schedule").font(caption_font()).color(view.theme.warn);
        ui.label(warn);
        let hint = "A network knows the noise of its own schedule alone";
        if ui.button("Take the model's schedule").on_hover_text(hint).clicked() {
            command(view, ReverseCommand::TakeSchedule);
        }
    }
    if card.classes.is_empty() {
        return;
    }
    let known = |class: Option<u32>| class.filter(|&class| (class as usize) < card.classes.len());
    let names = card.classes.iter().enumerate().map(|(i, name)| (Some(i as u32), name.as_str()));
    let choices: Vec<(Option<u32>, &str)> = std::iter::once((None, "no class")).chain(names).collect();
    ui.horizontal(|ui| {
        let width = ui.available_width() - 96.0;
        if let Some(class) = choose(ui, "Class", width, known(options.class), &choices) {
            options.class = class;
        }
        let mut scale = options.guidance_scale.unwrap_or(card.guidance_scale);
        let label = ui.label("w").on_hover_text("Guidance scale: 1 is none; more is more like the class");
        let drag = DragValue::new(&mut scale).range(0.0..=20.0).speed(0.02).max_decimals(2);
        let drag = ui.add_enabled(known(options.class).is_some(), drag).labelled_by(label.id);
        drag.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Guidance scale"));
        if drag.changed() {
            options.guidance_scale = Some(scale);
        }
    });
}

fn run(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    section(ui, "Run");
    let predictors = PredictorKind::ALL.map(|predictor| (predictor, predictor.label(), predictor.sentence()));
    if let Some(predictor) = segmented(ui, "Who predicts", options.lane.predictor, &predictors) {
        options.lane.predictor = predictor;
        match predictor {
            PredictorKind::Network => options.size = RunSize::Model,
            PredictorKind::Own => {
                options.size = view.room.own().map_or(RunSize::Picture, |own| {
                    let model = view.room.card().map(|card| card.shape);
                    if model == Some(own) { RunSize::Model } else { RunSize::Picture }
                });
            }
            PredictorKind::Oracle | PredictorKind::Ideal => {}
        }
    }
    lane(ui, "", &mut options.lane);
    levels(ui, view, options);
    let (t, start_t) = (view.scene.t, view.room.start_t(view.scene));
    let at = format!("Picture at {start_t}");
    let starts = [
        (StartAt::Noise, "Pure noise", "Begin at T with noise alone"),
        (StartAt::Picture, at.as_str(), "Noise the picture to this t, and see how much comes back"),
    ];
    if let Some(start) = segmented(ui, "Start", options.start, &starts) {
        options.start = start;
    }
    if options.start == StartAt::Picture && view.room.run().is_some() {
        let from_here =
            Button::new(format!("Denoise from t = {t}")).min_size(vec2(ui.available_width(), 0.0));
        let hint = "Noise the picture to the timeline's t, and denoise";
        if ui.add_enabled(t != start_t, from_here).on_hover_text(hint).clicked() {
            command(view, ReverseCommand::FromHere);
        }
    }
    let sizes = [
        (RunSize::Model, "Model's size", "Channels and size of the model's samples"),
        (RunSize::Picture, "64 × 64", "The picture's channels, 64 × 64: for all but the model"),
    ];
    if let Some(size) = segmented(ui, "Size", options.size, &sizes) {
        options.size = size;
    }
    let hint = "One part of each step after the other, for a lecture; space stops the time";
    if let Some(slow) = switch(ui, options.slow, "Slow motion", hint) {
        options.slow = slow;
    }
    if options.uses(PredictorKind::Ideal) {
        known_pictures(ui, view, options);
    }
}

/// How the timesteps are spread, and, where it makes a difference, to which level steps lead.
fn levels(ui: &mut Ui, view: &ReverseView<'_, '_>, options: &mut ReverseOptions) {
    ui.horizontal(|ui| {
        ui.label("Timesteps").on_hover_text("How they are spread over T: leading ones do not visit T itself");
        let named = TimestepSpacing::ALL.map(|spacing| (Some(spacing), spacing.name()));
        let choices: Vec<_> = std::iter::once((None, "usual")).chain(named).collect();
        let width = ui.available_width();
        if let Some(spacing) = choose(ui, "Timestep spacing", width, options.spacing, &choices) {
            options.spacing = spacing;
        }
    });
    let schedule = &view.active().schedule;
    if let Some([to, next]) = beside(view.scene, view.room.card(), schedule) {
        let hint = format!(
            "As published, a step of DDIM leads to t − T/n, wherever the next call is: to t = {to}, where the \
             network is then told t = {next}"
        );
        if let Some(on) = switch(ui, options.step_to == StepTo::Listed, "Exactly to the next call", &hint) {
            options.step_to = if on { StepTo::Listed } else { StepTo::Published };
        }
    }
}

/// The pictures that the ideal denoiser knows.
fn known_pictures(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    caption(ui, "The ideal denoiser knows");
    ui.horizontal(|ui| {
        let name = match &options.data {
            DataRef::Gallery => "the built-in pictures".to_owned(),
            DataRef::Files(path) => plain(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()),
        };
        let width = ui.available_width() - 132.0;
        ui.scope(|ui| {
            ui.set_max_width(width);
            ui.add(egui::Label::new(name).truncate());
        });
        if ui.button("Folder…").on_hover_text("A folder of pictures, at most 4096 of them").clicked() {
            command(view, ReverseCommand::AskData);
        }
        let built_in = ui.add_enabled(options.data != DataRef::Gallery, Button::new("Built-in"));
        if built_in.clicked() {
            options.data = DataRef::Gallery;
        }
    });
}

/// Sampler, steps and what else the sampler has. Names are made unique by `prefix`.
fn lane(ui: &mut Ui, prefix: &str, lane: &mut LaneOptions) {
    let kinds: Vec<(&str, &str)> = SamplerKind::ALL_NAMED
        .into_iter()
        .filter_map(|name| Some((name, short_label(SamplerKind::default_of(name)?))))
        .collect();
    ui.horizontal(|ui| {
        let width = ui.available_width() - 94.0;
        let chosen = choose(ui, &format!("{prefix}Sampler"), width, lane.sampler.name(), &kinds);
        if let Some(kind) = chosen.and_then(SamplerKind::default_of) {
            lane.sampler = kind;
        }
        let drag = DragValue::new(&mut lane.steps).range(1..=1000).speed(0.2).suffix(" steps");
        let name = format!("{prefix}Steps");
        ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &name));
    });
    match &mut lane.sampler {
        SamplerKind::Ddim { eta, .. } => {
            ui.horizontal(|ui| {
                ui.spacing_mut().slider_width = ui.available_width() - 76.0;
                let slider = egui::Slider::new(eta, 0.0..=1.0).max_decimals(2).prefix("η ");
                let hint = "Noise in each step: 0 is deterministic, 1 is like DDPM";
                let name = format!("{prefix}Eta");
                let response = ui.add(slider).on_hover_text(hint);
                response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &name));
            });
        }
        SamplerKind::Ddpm { variance_type } => {
            let choices = [
                (VarianceType::FixedSmall, "σ² = β̃", "Right for a point of data"),
                (VarianceType::FixedLarge, "σ² = β", "Right for data of unit variance"),
            ];
            if let Some(kind) = segmented(ui, &format!("{prefix}Variance"), *variance_type, &choices) {
                *variance_type = kind;
            }
        }
        _ => {}
    }
}

/// A sampler's name that fits.
fn short_label(sampler: SamplerKind) -> &'static str {
    match sampler {
        SamplerKind::DpmSolverPlusPlus2M { .. } => "DPM-Solver++",
        SamplerKind::EulerAncestral => "Euler ancest.",
        other => other.label(),
    }
}

fn race(ui: &mut Ui, options: &mut ReverseOptions) {
    section(ui, "Race");
    let mut gone = None;
    for (i, rival) in options.rivals.iter_mut().enumerate() {
        let prefix = format!("Rival {} ", i + 1);
        ui.horizontal(|ui| {
            let choices = PredictorKind::ALL.map(|predictor| (predictor, predictor.label()));
            let width = ui.available_width() - 84.0;
            if let Some(predictor) =
                choose(ui, &format!("{prefix}predictor"), width, rival.predictor, &choices)
            {
                rival.predictor = predictor;
            }
            let remove = ui.button("Remove");
            remove.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Remove rival {}", i + 1)));
            if remove.clicked() {
                gone = Some(i);
            }
        });
        lane(ui, &prefix, rival);
        ui.add_space(4.0);
    }
    if let Some(i) = gone {
        options.rivals.remove(i);
    }
    let room = options.rivals.len() + 1 < MAX_LANES;
    let add = ui.add_enabled(room, Button::new("Add a rival"));
    if add.on_hover_text("Another way to denoise, beside this one, from the same noise").clicked() {
        options.rivals.push(next_rival(options));
    }
}

/// A rival that differs from those that are there.
fn next_rival(options: &ReverseOptions) -> LaneOptions {
    let names = ["dpm-solver++2m", "ddpm", "heun", "euler", "ddim"];
    let taken: Vec<&str> = options.lanes().map(|lane| lane.sampler.name()).collect();
    let name = names.into_iter().find(|name| !taken.contains(name)).unwrap_or("ddim");
    let sampler = SamplerKind::default_of(name).unwrap_or(options.lane.sampler);
    LaneOptions { sampler, steps: if name == "ddpm" { 200 } else { 15 }, ..options.lane }
}

fn own(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    section(ui, "Own U-Net");
    let open = view.room.training().is_some_and(Training::is_open);
    ui.horizontal(|ui| {
        if open {
            if ui.button("Stop training").clicked() {
                command(view, ReverseCommand::Stop);
            }
        } else {
            let hint = "A small network learns this one picture, from random crops of it";
            if ui.button("Train on this picture").on_hover_text(hint).clicked() {
                command(view, ReverseCommand::Train);
            }
        }
        let drag = DragValue::new(&mut options.own_iterations).range(1..=100_000).speed(5.0);
        ui.add_enabled(!open, drag)
            .on_hover_text("Iterations")
            .widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Training iterations"));
    });
    let line = match (view.room.training(), view.room.own()) {
        (Some(training), _) if training.is_open() => {
            let left =
                training.left().map_or_else(String::new, |left| format!(" · {} s left", left.as_secs()));
            let share = training.iteration() as f32 / training.total as f32;
            ui.add(ProgressBar::new(share).desired_height(6.0));
            format!("{} of {}{left}", training.iteration(), training.total)
        }
        (_, Some([channels, height, width])) => {
            format!("trained for {channels}×{height}×{width}")
        }
        _ => "not trained yet".to_owned(),
    };
    caption(ui, line);
    if let Some(training) = view.room.training().filter(|training| training.curve().len() > 1) {
        loss_curve(ui, view, training);
    }
}

fn loss_curve(ui: &mut Ui, view: &ReverseView<'_, '_>, training: &Training) {
    let color = view.theme.color(Quantity::EpsHat);
    let name = format!("plot: loss {:.4}", training.loss());
    let points: Vec<[f64; 2]> = training.curve().iter().map(|[x, loss]| [*x, loss.log10()]).collect();
    let plot = styled(Plot::new("own/loss"), view.theme.grid)
        .height(84.0)
        .sense(egui::Sense::hover())
        .allow_drag(false)
        .custom_x_axes(vec![x_hints(view.theme.weak)])
        .custom_y_axes(vec![y_hints(view.theme.weak)]);
    caption(ui, format!("log₁₀ of the loss; now {:.4}", training.loss()));
    let response = plot.show(ui, |plot| {
        plot.line(Line::new("loss", PlotPoints::new(points)).color(color).width(1.5).allow_hover(false));
    });
    response.response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
}
