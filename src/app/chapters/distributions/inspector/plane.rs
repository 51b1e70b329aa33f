//! The inspector's part for the plane.

use egui::{Button, ProgressBar, Role, Ui, WidgetInfo};

use super::{count, number};
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::commands::DistributionsCommand;
use crate::app::chapters::distributions::state::solver_label;
use crate::app::widgets::{caption, choose, section, segmented, switch};
use crate::diffusion::process::Process;
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::solvers::Solver;
use crate::diffusion::toy::PlaneData;
use crate::scene::{MAX_RACERS, PlaneOptions, PlaneSource, PlaneSubject, Racer, Vectors};

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    data(ui, view, plane);
    match plane.subject {
        PlaneSubject::Particles => particles(ui, plane),
        PlaneSubject::Race => race(ui, plane),
        PlaneSubject::Guidance => guidance(ui, view, plane),
        PlaneSubject::Learning | PlaneSubject::Likelihood => {}
    }
    score(ui, view, plane);
    look(ui, plane);
    section(ui, "State");
    let hint = "Click a square, or drag here; in units of unit variance";
    let [x, y] = &mut plane.point;
    number(ui, "x", hint, x, -4.0..=4.0, 0.01);
    number(ui, "y", hint, y, -4.0..=4.0, 0.01);
}

fn command(view: &mut DistributionsView<'_, '_>, command: DistributionsCommand) {
    view.order(command.order());
}

fn title(data: PlaneData) -> &'static str {
    match data {
        PlaneData::EightGaussians => "Eight Gaussians",
        PlaneData::Moons => "Moons",
        PlaneData::SwissRoll => "Swiss roll",
        PlaneData::Checkerboard => "Checkerboard",
        PlaneData::Pinwheel => "Pinwheel",
        PlaneData::Spiral => "Spiral",
        PlaneData::Rings => "Rings",
    }
}

/// Which of the sources: a named set, or the numbers after them.
fn data(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    section(ui, "Data");
    let painted = PlaneData::ALL.len();
    let current = match &plane.data {
        PlaneSource::Named(data) => PlaneData::ALL.iter().position(|known| known == data).unwrap_or(0),
        PlaneSource::Painted(_) => painted,
        PlaneSource::Picture => painted + 1,
    };
    let mut choices: Vec<(usize, &str)> =
        PlaneData::ALL.into_iter().enumerate().map(|(i, data)| (i, title(data))).collect();
    choices.extend([(painted, "Painted by hand"), (painted + 1, "The picture")]);
    let width = ui.available_width();
    if let Some(chosen) = choose(ui, "Data of the plane", width, current, &choices) {
        plane.class = 0;
        plane.data = match PlaneData::ALL.get(chosen) {
            Some(data) => PlaneSource::Named(*data),
            None if chosen == painted => PlaneSource::Painted(Vec::new()),
            None => PlaneSource::Picture,
        };
    }
    if let PlaneSource::Painted(points) = &plane.data {
        ui.horizontal(|ui| {
            caption(ui, format!("{} points; drag in the left square", points.len()));
            let clear = ui.add_enabled(!points.is_empty(), Button::new("Clear").small());
            if clear.clicked() {
                command(view, DistributionsCommand::Clear);
            }
        });
    }
    let processes = [
        (Process::VP, "VP", "Variance preserving: DDPM in continuous time"),
        (Process::VE, "VE", "Variance exploding: NCSN in continuous time"),
        (Process::SUB_VP, "sub-VP", "The drift of VP, and less noise"),
    ];
    if let Some(process) = segmented(ui, "Process", plane.process, &processes) {
        plane.process = process;
    }
}

fn particles(ui: &mut Ui, plane: &mut PlaneOptions) {
    section(ui, "Sampler");
    sampler(ui, "", &mut plane.sampler);
    let counts = [
        (None, "Auto", "100,000 where a graphics card draws them, else 20,000"),
        (Some(2000), "2k", "2,000 particles"),
        (Some(20_000), "20k", "20,000 particles"),
        (Some(100_000), "100k", "100,000 particles"),
    ];
    if let Some(particles) = segmented(ui, "Particles", plane.particles, &counts) {
        plane.particles = particles;
    }
}

/// Sampler, network calls, and what else the sampler has.
fn sampler(ui: &mut Ui, prefix: &str, racer: &mut Racer) {
    let kinds: Vec<(&str, &str)> =
        Solver::ALL.iter().map(|solver| (solver.name(), solver_label(solver))).collect();
    ui.horizontal(|ui| {
        let width = ui.available_width() - 92.0;
        let chosen = choose(ui, &format!("{prefix}Sampler"), width, racer.solver.name(), &kinds);
        if let Some(solver) = chosen.and_then(Solver::from_name) {
            racer.solver = solver;
        }
        let drag = egui::DragValue::new(&mut racer.calls).range(1..=2000).speed(0.3).suffix(" calls");
        let name = format!("{prefix}Calls");
        ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &name));
    });
    let of = |name: &str| format!("{prefix}{name}");
    match &mut racer.solver {
        Solver::Ddim { eta } => {
            number(ui, &of("η"), "Noise in each step: 0 is the ODE, 1 is DDPM", eta, 0.0..=1.0, 0.01);
        }
        Solver::PredictorCorrector { snr } => {
            number(ui, &of("r"), "Signal-to-noise ratio of the corrector", snr, 0.0..=1.0, 0.005);
        }
        Solver::Langevin { step } => {
            number(ui, &of("ε/σ_L²"), "Length of a step relative to the noise", step, 0.01..=1.0, 0.005);
        }
        Solver::OdeRk45 { tolerance } => {
            let mut digits = -tolerance.log10();
            let hint = "The error of a step may be 10 to the minus this";
            number(ui, &of("digits"), hint, &mut digits, 1.0..=8.0, 0.02);
            if (digits + tolerance.log10()).abs() > 1e-9 {
                *tolerance = 10_f64.powf(-digits);
            }
        }
        _ => {}
    }
}

fn race(ui: &mut Ui, plane: &mut PlaneOptions) {
    section(ui, "Race");
    let mut gone = None;
    let several = plane.racers.len() > 1;
    for (i, racer) in plane.racers.iter_mut().enumerate() {
        let number = i + 1;
        ui.horizontal(|ui| {
            caption(ui, format!("Racer {number}"));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let remove = ui.add_enabled(several, Button::new("Remove").small());
                remove.widget_info(|| {
                    WidgetInfo::labeled(Role::Button, several, format!("Remove racer {number}"))
                });
                if remove.clicked() {
                    gone = Some(i);
                }
            });
        });
        sampler(ui, &format!("Racer {number} "), racer);
    }
    if let Some(i) = gone {
        plane.racers.remove(i);
    }
    let add = ui.add_enabled(plane.racers.len() < MAX_RACERS, Button::new("Add a racer"));
    if add.on_hover_text("Another sampler, from the same start noise").clicked() {
        plane.racers.push(next(&plane.racers));
    }
}

/// A racer that differs from those that are there.
fn next(racers: &[Racer]) -> Racer {
    let taken = |solver: &Solver| racers.iter().any(|racer| racer.solver.name() == solver.name());
    let solver = Solver::ALL.into_iter().find(|solver| !taken(solver)).unwrap_or(Solver::Ddpm);
    let calls = if matches!(solver, Solver::Langevin { .. }) { 200 } else { 50 };
    Racer { solver, calls }
}

fn guidance(ui: &mut Ui, view: &DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    section(ui, "Guidance");
    let classes = view.room.plane.score_model().map_or(1, |score_model| score_model.data.classes());
    if classes < 2 {
        caption(ui, "These data have one class alone");
    }
    count(ui, "Class", "The class that is guided to", &mut plane.class, 0..=classes.max(1) - 1);
    let hint = "0 is unconditional, 1 the class itself, more exaggerates";
    ui.horizontal(|ui| {
        ui.spacing_mut().slider_width = ui.available_width() - 76.0;
        let slider = egui::Slider::new(&mut plane.scale, 0.0..=8.0).max_decimals(2).prefix("w ");
        let slider = slider.clamping(egui::SliderClamping::Edits);
        let response = ui.add(slider).on_hover_text(hint);
        response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, "Guidance scale"));
    });
}

/// Who knows the score, and the training of who learns it.
fn score(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    section(ui, "Score");
    let known = [
        (false, "Exact", "The closed form of the data"),
        (true, "Learned", "The network, once it has learned from these data under this process"),
    ];
    if let Some(learned) = segmented(ui, "Score", plane.learned, &known) {
        plane.learned = learned;
    }
    let learning = &view.room.plane.learning;
    let (open, [done, total]) = (learning.is_open(), learning.progress());
    let there =
        view.room.plane.score_model().is_some_and(|score_model| learning.network(score_model).is_some());
    ui.horizontal(|ui| {
        if open {
            if ui.button("Stop training").clicked() {
                command(view, DistributionsCommand::StopTraining);
            }
        } else if ui.button("Train a network").on_hover_text("It learns these data here and now").clicked() {
            command(view, DistributionsCommand::Train);
        }
    });
    if open {
        ui.add(ProgressBar::new(done as f32 / total.max(1) as f32).desired_height(6.0));
        caption(ui, format!("{done} of {total} iterations"));
    } else if there {
        caption(ui, format!("learned in {done} iterations"));
    } else {
        caption(ui, "no network for these data yet");
    }
    if plane.subject != PlaneSubject::Learning {
        return;
    }
    ui.add_enabled_ui(!open, |ui| {
        let targets = [
            (PredictionType::Epsilon, "ε", "The network predicts the noise"),
            (PredictionType::Sample, "x₀", "The network predicts the clean data"),
            (PredictionType::VPrediction, "v", "The network predicts √ᾱ ε − √(1−ᾱ) x₀"),
        ];
        if let Some(target) = segmented(ui, "Target", plane.target, &targets) {
            plane.target = target;
        }
        count(ui, "Hidden width", "Of each of three hidden layers", &mut plane.hidden, 8..=256);
        let mut iterations = plane.iterations as usize;
        count(ui, "Iterations", "Of 512 points each", &mut iterations, 100..=100_000);
        plane.iterations = iterations as u64;
    });
}

fn look(ui: &mut Ui, plane: &mut PlaneOptions) {
    section(ui, "Show");
    ui.columns(2, |columns| {
        let choices = [
            (&mut plane.density, "Density", "Brightness of q(xₜ)"),
            (&mut plane.contours, "Contours", "Lines of equal density"),
        ];
        for ((on, label, hint), ui) in choices.into_iter().zip(columns) {
            if let Some(new) = switch(ui, *on, label, hint) {
                *on = new;
            }
        }
    });
    let choices = [
        (Vectors::Arrows, "Arrows", "The score as arrows; long ones are shortened"),
        (Vectors::Streamlines, "Lines", "Lines along the score"),
        (Vectors::None, "No score", "Neither"),
    ];
    if let Some(vectors) = segmented(ui, "Score drawn as", plane.vectors, &choices) {
        plane.vectors = vectors;
    }
}
