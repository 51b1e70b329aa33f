//! The inspector's part for the plane.

use egui::{Button, DragValue, ProgressBar, RichText, Role, Ui, WidgetInfo};
use i18n_embed_fl::fl;

use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::commands::DistributionsCommand;
use crate::app::chapters::distributions::words::{data_label, process, solver_label};
use crate::app::theme::caption_font;
use crate::app::widgets::{
    COMBO, button_width, caption, choose, choose_term, count_row, labelled, number_row, number_width,
    room_beside_combo, section, segmented, side_by_side, switch,
};
use crate::app::words::Words;
use crate::diffusion::data::PlaneData;
use crate::diffusion::process::Process;
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::solvers::Solver;
use crate::scene::{MAX_RACERS, PlaneOptions, PlaneSource, PlaneSubject, Racer, Vectors};

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    let words = view.words;
    data(ui, view, plane);
    match plane.subject {
        PlaneSubject::Particles => particles(ui, words, plane),
        PlaneSubject::Race => race(ui, view, plane),
        PlaneSubject::Guidance => guidance(ui, view, plane),
        PlaneSubject::Learning | PlaneSubject::Likelihood => {}
    }
    score(ui, view, plane);
    look(ui, words, plane);
    section(ui, &fl!(words, "distributions-state"));
    let hint = fl!(words, "distributions-state", "about");
    let [x, y] = &mut plane.point;
    number_row(ui, "x", &hint, x, -4.0..=4.0, 0.01);
    number_row(ui, "y", &hint, y, -4.0..=4.0, 0.01);
}

fn command(view: &mut DistributionsView<'_, '_>, command: DistributionsCommand) {
    view.order(command.order());
}

/// The choice of the data's source: a named set, or one of the sources numbered after them.
fn data(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    let words = view.words;
    section(ui, &fl!(words, "distributions-data"));
    let painted = PlaneData::ALL.len();
    let current = match &plane.data {
        PlaneSource::Named(data) => PlaneData::ALL.iter().position(|known| known == data).unwrap_or(0),
        PlaneSource::Painted(_) => painted,
        PlaneSource::Picture => painted + 1,
    };
    let named = PlaneData::ALL.into_iter().map(|data| data_label(words, data));
    let others = [fl!(words, "distributions-data-painted"), fl!(words, "distributions-data-picture")];
    let choices: Vec<(usize, String)> = named.chain(others).enumerate().collect();
    let width = ui.available_width();
    if let Some(chosen) = choose(ui, &fl!(words, "distributions-data-of-plane"), width, current, &choices) {
        plane.class = 0;
        plane.data = match PlaneData::ALL.get(chosen) {
            Some(data) => PlaneSource::Named(*data),
            None if chosen == painted => PlaneSource::Painted(Vec::new()),
            None => PlaneSource::Picture,
        };
    }
    if let PlaneSource::Painted(points) = &plane.data {
        ui.horizontal_wrapped(|ui| {
            caption(ui, fl!(words, "distributions-painted", points = points.len()));
            let clear = Button::new(fl!(words, "distributions-clear")).small();
            let clear = ui.add_enabled(!points.is_empty(), clear);
            if clear.clicked() {
                command(view, DistributionsCommand::Clear);
            }
        });
    }
    let processes = Process::ALL.map(|kind| {
        let (label, about) = process(words, kind);
        (kind, label, about)
    });
    if let Some(process) = segmented(ui, &fl!(words, "distributions-process"), plane.process, &processes) {
        plane.process = process;
    }
}

fn particles(ui: &mut Ui, words: &Words, plane: &mut PlaneOptions) {
    section(ui, &fl!(words, "distributions-sampler"));
    sampler(ui, words, 0, &mut plane.sampler);
    let counts = [
        (
            None,
            fl!(words, "distributions-particles-auto"),
            fl!(words, "distributions-particles-auto", "about"),
        ),
        (
            Some(2000),
            fl!(words, "distributions-particles-2k"),
            fl!(words, "distributions-particles-2k", "about"),
        ),
        (
            Some(20_000),
            fl!(words, "distributions-particles-20k"),
            fl!(words, "distributions-particles-20k", "about"),
        ),
        (
            Some(100_000),
            fl!(words, "distributions-particles-100k"),
            fl!(words, "distributions-particles-100k", "about"),
        ),
    ];
    if let Some(particles) = segmented(ui, &fl!(words, "distributions-particles"), plane.particles, &counts) {
        plane.particles = particles;
    }
}

/// The choice of a sampler, of its number of network calls, and of its own parameters. `of` is the number of
/// the racer, from 1; 0 stands for the sampler of the particles.
fn sampler(ui: &mut Ui, words: &Words, of: usize, racer: &mut Racer) {
    let kinds: Vec<(&str, String)> =
        Solver::ALL.iter().map(|solver| (solver.name(), solver_label(words, *solver))).collect();
    let unit = format!(" {}", fl!(words, "distributions-racer-calls", "unit", calls = racer.calls));
    let calls = number_width(ui, &format!("{}{unit}", racer.calls));
    let calls = room_beside_combo(ui, &solver_label(words, racer.solver), 92.0, calls);
    side_by_side(ui, COMBO, calls, |ui, width| {
        let name = fl!(words, "distributions-racer-sampler", racer = of);
        let chosen = choose_term(ui, (words, "sampler"), (&name, width), racer.solver.name(), &kinds);
        if let Some(solver) = chosen.and_then(Solver::from_name) {
            racer.solver = solver;
        }
        let drag = DragValue::new(&mut racer.calls).range(1..=2000).speed(0.3).suffix(unit);
        let name = fl!(words, "distributions-racer-calls", racer = of);
        ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &name));
    });
    match &mut racer.solver {
        Solver::Ddim { eta } => {
            let name = fl!(words, "distributions-racer-eta", racer = of);
            number_row(ui, &name, &fl!(words, "distributions-racer-eta", "about"), eta, 0.0..=1.0, 0.01);
        }
        Solver::PredictorCorrector { snr } => {
            let name = fl!(words, "distributions-racer-ratio", racer = of);
            number_row(ui, &name, &fl!(words, "distributions-racer-ratio", "about"), snr, 0.0..=1.0, 0.005);
        }
        Solver::Langevin { step } => {
            let name = fl!(words, "distributions-racer-step", racer = of);
            number_row(ui, &name, &fl!(words, "distributions-racer-step", "about"), step, 0.01..=1.0, 0.005);
        }
        Solver::OdeRk45 { tolerance } => {
            let mut digits = -tolerance.log10();
            let name = fl!(words, "distributions-racer-digits", racer = of);
            let hint = fl!(words, "distributions-racer-digits", "about");
            number_row(ui, &name, &hint, &mut digits, 1.0..=8.0, 0.02);
            if (digits + tolerance.log10()).abs() > 1e-9 {
                *tolerance = 10_f64.powf(-digits);
            }
        }
        _ => {}
    }
}

fn race(ui: &mut Ui, view: &DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    let words = view.words;
    section(ui, &fl!(words, "distributions-race"));
    let mut gone = None;
    let several = plane.racers.len() > 1;
    for (i, racer) in plane.racers.iter_mut().enumerate() {
        let number = i + 1;
        let name = RichText::new(fl!(words, "distributions-racer", racer = number));
        let name = name.font(caption_font()).color(view.theme.weak);
        let label = fl!(words, "distributions-racer-remove");
        labelled(ui, name, button_width(ui, &label), |ui, _| {
            let remove = Button::new(label).small();
            let remove = ui.add_enabled(several, remove);
            let name = fl!(words, "distributions-racer-remove", "name", racer = number);
            remove.widget_info(|| WidgetInfo::labeled(Role::Button, several, &name));
            if remove.clicked() {
                gone = Some(i);
            }
        });
        sampler(ui, words, number, racer);
    }
    if let Some(i) = gone {
        plane.racers.remove(i);
    }
    let add = Button::new(fl!(words, "distributions-racer-add"));
    let add = ui.add_enabled(plane.racers.len() < MAX_RACERS, add);
    if add.on_hover_text(fl!(words, "distributions-racer-add", "about")).clicked() {
        plane.racers.push(next(&plane.racers));
    }
}

/// A new racer, with a sampler that no other racer has if there is one left.
fn next(racers: &[Racer]) -> Racer {
    let taken = |solver: &Solver| racers.iter().any(|racer| racer.solver.name() == solver.name());
    let solver = Solver::ALL.into_iter().find(|solver| !taken(solver)).unwrap_or(Solver::Ddpm);
    let calls = if matches!(solver, Solver::Langevin { .. }) { 200 } else { 50 };
    Racer { solver, calls }
}

fn guidance(ui: &mut Ui, view: &DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    let words = view.words;
    section(ui, &fl!(words, "distributions-guidance"));
    let classes = view.room.plane.score_model().map_or(1, |score_model| score_model.data.classes());
    if classes < 2 {
        caption(ui, fl!(words, "distributions-one-class"));
    }
    let hint = fl!(words, "distributions-class", "about");
    count_row(ui, &fl!(words, "distributions-class"), &hint, &mut plane.class, 0..=classes.max(1) - 1);
    let hint = fl!(words, "distributions-guidance-scale", "about");
    ui.horizontal(|ui| {
        ui.spacing_mut().slider_width = ui.available_width() - 76.0;
        let slider = egui::Slider::new(&mut plane.scale, 0.0..=8.0).max_decimals(2).prefix("w ");
        let slider = slider.clamping(egui::SliderClamping::Edits);
        let response = ui.add(slider).on_hover_text(hint);
        let name = fl!(words, "distributions-guidance-scale");
        response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &name));
    });
}

/// The choice between the exact score and a network, and the training of the network.
fn score(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, plane: &mut PlaneOptions) {
    let words = view.words;
    section(ui, &fl!(words, "distributions-score"));
    let known = [
        (false, fl!(words, "distributions-score-exact"), fl!(words, "distributions-score-exact", "about")),
        (true, fl!(words, "distributions-score-learned"), fl!(words, "distributions-score-learned", "about")),
    ];
    if let Some(learned) = segmented(ui, &fl!(words, "distributions-score"), plane.learned, &known) {
        plane.learned = learned;
    }
    let learning = &view.room.plane.learning;
    let (open, [done, total]) = (learning.is_open(), learning.progress());
    let there =
        view.room.plane.score_model().is_some_and(|score_model| learning.network(score_model).is_some());
    ui.horizontal(|ui| {
        if open {
            if ui.button(fl!(words, "distributions-training-stop")).clicked() {
                command(view, DistributionsCommand::StopTraining);
            }
        } else {
            let train = ui.button(fl!(words, "distributions-train"));
            if train.on_hover_text(fl!(words, "distributions-train", "about")).clicked() {
                command(view, DistributionsCommand::Train);
            }
        }
    });
    if open {
        ui.add(ProgressBar::new(done as f32 / total.max(1) as f32).desired_height(6.0));
        caption(ui, fl!(words, "distributions-training", done = done, total = total));
    } else if there {
        caption(ui, fl!(words, "distributions-learned", iterations = done));
    } else {
        caption(ui, fl!(words, "distributions-no-network"));
    }
    if plane.subject != PlaneSubject::Learning {
        return;
    }
    ui.add_enabled_ui(!open, |ui| {
        let targets = [
            (PredictionType::Epsilon, "ε", fl!(words, "distributions-target", "noise")),
            (PredictionType::Sample, "x₀", fl!(words, "distributions-target", "data")),
            (PredictionType::VPrediction, "v", fl!(words, "distributions-target", "velocity")),
        ];
        if let Some(target) = segmented(ui, &fl!(words, "distributions-target"), plane.target, &targets) {
            plane.target = target;
        }
        let hint = fl!(words, "distributions-hidden", "about");
        count_row(ui, &fl!(words, "distributions-hidden"), &hint, &mut plane.hidden, 8..=256);
        let mut iterations = plane.iterations as usize;
        let hint = fl!(words, "distributions-iterations", "about");
        count_row(ui, &fl!(words, "distributions-iterations"), &hint, &mut iterations, 100..=100_000);
        plane.iterations = iterations as u64;
    });
}

fn look(ui: &mut Ui, words: &Words, plane: &mut PlaneOptions) {
    section(ui, &fl!(words, "distributions-show"));
    ui.columns(2, |columns| {
        let choices = [
            (
                &mut plane.density,
                fl!(words, "distributions-density"),
                fl!(words, "distributions-density", "about"),
            ),
            (
                &mut plane.contours,
                fl!(words, "distributions-contours"),
                fl!(words, "distributions-contours", "about"),
            ),
        ];
        for ((on, label, hint), ui) in choices.into_iter().zip(columns) {
            if let Some(new) = switch(ui, *on, &label, &hint) {
                *on = new;
            }
        }
    });
    let choices = [
        (
            Vectors::Arrows,
            fl!(words, "distributions-vectors-arrows"),
            fl!(words, "distributions-vectors-arrows", "about"),
        ),
        (
            Vectors::Streamlines,
            fl!(words, "distributions-vectors-lines"),
            fl!(words, "distributions-vectors-lines", "about"),
        ),
        (
            Vectors::None,
            fl!(words, "distributions-vectors-none"),
            fl!(words, "distributions-vectors-none", "about"),
        ),
    ];
    if let Some(vectors) = segmented(ui, &fl!(words, "distributions-vectors"), plane.vectors, &choices) {
        plane.vectors = vectors;
    }
}
