//! The inspector's part for the Training chapter: what is learned, by which network, and how.

use std::ops::RangeInclusive;

use egui::{DragValue, Role, Ui, WidgetInfo};
use i18n_embed_fl::fl;

use super::TrainingView;
use super::commands::TrainingCommand;
use super::kept::kept_trainings;
use super::state::plan::{rivals, suited};
use super::words::{data_label, loss_label, network_label, rival_label, set_label, target_symbol};
use crate::app::glossary::{define_term, find};
use crate::app::widgets::{
    COMBO, NUMBER, button_width, caption, choose, labelled, section, segmented, side_by_side, switch,
};
use crate::app::words::{Words, missing_text, schedule_label};
use crate::dataset::BuiltIn;
use crate::diffusion::sampler::PredictionType;
use crate::scene::{Action, LossChoice, TrainingOptions, TrainingSubject};
use crate::worker::{LearnData, LearnNetwork};

/// The sizes that can be chosen.
const SIZES: [usize; 4] = [8, 16, 32, 64];

pub fn show(ui: &mut Ui, view: &mut TrainingView<'_, '_>) {
    let mut options = view.scene.chapters.training.clone();
    let words = view.words;
    section(ui, &fl!(words, "training-show"));
    let subjects = [
        (TrainingSubject::Live, fl!(words, "training-live"), fl!(words, "training-live", "about")),
        (TrainingSubject::Step, fl!(words, "training-step"), fl!(words, "training-step", "about")),
    ];
    if let Some(subject) = segmented(ui, &fl!(words, "training-show"), options.subject, &subjects) {
        options.subject = subject;
    }
    match options.subject {
        TrainingSubject::Live => weights(ui, words, &mut options),
        TrainingSubject::Step => step(ui, words, &mut options),
    }
    let workshop = view.room.workshop.clone();
    kept_trainings(ui, view.shared, &workshop, |_| true);
    data(ui, view, &mut options);
    network(ui, words, &mut options);
    learning(ui, view, &mut options);
    if options != view.scene.chapters.training {
        view.act(Action::options(options));
    }
}

/// The choice of the weights that draw.
fn weights(ui: &mut Ui, words: &Words, options: &mut TrainingOptions) {
    let choices = [
        (true, fl!(words, "training-averaged"), fl!(words, "training-averaged", "about")),
        (false, fl!(words, "training-raw"), fl!(words, "training-raw", "about")),
    ];
    if let Some(averaged) = segmented(ui, &fl!(words, "training-weights-of"), options.averaged, &choices) {
        options.averaged = averaged;
    }
}

/// The choice of the picture whose step is looked at.
fn step(ui: &mut Ui, words: &Words, options: &mut TrainingOptions) {
    let mut picture = options.picture + 1;
    whole(ui, words, "training-picture", &mut picture, 1..=100_000, 0.1);
    options.picture = picture - 1;
    let hint = fl!(words, "training-slow", "about");
    if let Some(slow) = switch(ui, options.slow, &fl!(words, "training-slow"), &hint) {
        options.slow = slow;
    }
}

/// The choice of what is learned, and of its size.
fn data(ui: &mut Ui, view: &mut TrainingView<'_, '_>, options: &mut TrainingOptions) {
    let words = view.words;
    section(ui, &fl!(words, "training-data"));
    let folder = fl!(words, "training-data-open");
    let button = button_width(ui, &folder).max(76.0);
    side_by_side(ui, COMBO, button, |ui, width| {
        let mut known: Vec<(usize, LearnData, String)> = BuiltIn::ALL
            .into_iter()
            .map(|set| (LearnData::BuiltIn(set), set_label(words, set)))
            .chain(
                [LearnData::Gallery, LearnData::Picture].map(|data| (data.clone(), data_label(words, &data))),
            )
            .enumerate()
            .map(|(i, (data, label))| (i, data, label))
            .collect();
        if let LearnData::Files(_) = &options.data {
            known.push((known.len(), options.data.clone(), data_label(words, &options.data)));
        }
        let current = known.iter().position(|(_, data, _)| *data == options.data).unwrap_or(0);
        let choices: Vec<(usize, &str)> = known.iter().map(|(i, _, label)| (*i, label.as_str())).collect();
        if let Some(chosen) = choose(ui, &fl!(words, "training-data"), width, current, &choices)
            && let Some((_, data, _)) = known.get(chosen)
        {
            *options = suited(options, data.clone());
        }
        let open = ui.button(folder);
        if open.on_hover_text(fl!(words, "training-data-open", "about")).clicked() {
            view.order(TrainingCommand::AskData.order());
        }
    });
    let own = fl!(words, "training-size-own");
    let native = matches!(options.data, LearnData::BuiltIn(_) | LearnData::Files(_));
    let own = native.then(|| (None, own, fl!(words, "training-size-own", "about")));
    let sizes = SIZES.map(|size| (Some(size), size.to_string(), fl!(words, "training-size", "about")));
    let sizes: Vec<_> = own.into_iter().chain(sizes).collect();
    if let Some(size) = segmented(ui, &fl!(words, "training-size"), options.size, &sizes) {
        options.size = size;
    }
    let missing = view.room.missing_data().and_then(|missing| missing_text(words, missing));
    match (missing, view.room.facts()) {
        (Some(reason), _) => drop(ui.colored_label(view.theme.error, reason)),
        (None, Some(data)) => {
            let shape = data.shape.map(|side| side.to_string()).join("×");
            let [learned, held_out] = data.counts;
            caption(
                ui,
                fl!(
                    words,
                    "training-data-facts",
                    learned = learned,
                    held = held_out,
                    classes = data.classes,
                    shape = shape
                ),
            );
        }
        (None, None) => {}
    }
}

fn network(ui: &mut Ui, words: &Words, options: &mut TrainingOptions) {
    section(ui, &fl!(words, "training-network"));
    let networks = LearnNetwork::ALL.map(|network| {
        let [label, about] = network_label(words, network);
        (network, label, about)
    });
    if let Some(network) = segmented(ui, &fl!(words, "training-network"), options.network, &networks) {
        options.network = network;
    }
}

/// What the network predicts, how errors are weighted, who learns beside it, and the numbers of the optimiser.
fn learning(ui: &mut Ui, view: &TrainingView<'_, '_>, options: &mut TrainingOptions) {
    let words = view.words;
    section(ui, &fl!(words, "training-learning"));
    let targets = [
        (
            PredictionType::Epsilon,
            target_symbol(PredictionType::Epsilon),
            fl!(words, "training-target", "noise"),
        ),
        (
            PredictionType::Sample,
            target_symbol(PredictionType::Sample),
            fl!(words, "training-target", "data"),
        ),
        (
            PredictionType::VPrediction,
            target_symbol(PredictionType::VPrediction),
            fl!(words, "training-target", "velocity"),
        ),
    ];
    if let Some(target) = segmented(ui, &fl!(words, "training-target"), options.target, &targets) {
        options.target = target;
    }
    let hint = fl!(words, "training-gamma", "about");
    if let Some(gamma) = switch(ui, options.gamma, &fl!(words, "training-gamma"), &hint) {
        options.gamma = gamma;
    }
    if !options.gamma {
        let losses = LossChoice::ALL.map(|loss| {
            let [label, about] = loss_label(words, loss);
            (loss, label, about)
        });
        if let Some(loss) = segmented(ui, &fl!(words, "training-weighting"), options.loss, &losses) {
            options.loss = loss;
        }
    }
    caption(ui, fl!(words, "training-rival"));
    let mut choices = vec![(None, rival_label(words, view.scene, None))];
    choices.extend(rivals(options).into_iter().map(|r| (Some(r), rival_label(words, view.scene, Some(r)))));
    let width = ui.available_width();
    let current = options.rival.filter(|rival| rivals(options).contains(rival));
    if let Some(rival) = choose(ui, &fl!(words, "training-rival"), width, current, &choices) {
        options.rival = rival;
    } else {
        options.rival = current;
    }
    if options.gamma {
        caption(ui, fl!(words, "training-schedule-learned", steps = view.scene.steps()));
    } else {
        let schedule = schedule_label(words, &view.scene.schedule_a.kind);
        caption(ui, fl!(words, "training-schedule", schedule = schedule, steps = view.scene.steps()));
    }
    let mut iterations = options.iterations as usize;
    whole(ui, words, "training-iterations", &mut iterations, 1..=1_000_000, 10.0);
    options.iterations = iterations as u64;
    whole(ui, words, "training-batch", &mut options.batch, 1..=1024, 0.2);
    let mut rate = 1e3 * options.learning_rate;
    decimal(ui, words, "training-learning-rate", &mut rate, 0.01..=100.0);
    options.learning_rate = rate / 1e3;
    decimal(ui, words, "training-ema", &mut options.ema, 0.0..=0.9999);
    decimal(ui, words, "training-class-dropout", &mut options.class_dropout, 0.0..=1.0);
}

/// A row with a whole number; the message has its name and `about`.
fn whole(
    ui: &mut Ui,
    words: &Words,
    message: &str,
    value: &mut usize,
    range: RangeInclusive<usize>,
    speed: f64,
) {
    row(ui, words, message, |ui| ui.add(DragValue::new(value).range(range).speed(speed)));
}

/// A row with a decimal number; the message has its name and `about`.
fn decimal(ui: &mut Ui, words: &Words, message: &str, value: &mut f64, range: RangeInclusive<f64>) {
    row(ui, words, message, |ui| ui.add(DragValue::new(value).range(range).speed(0.002).max_decimals(4)));
}

fn row(ui: &mut Ui, words: &Words, message: &str, add: impl FnOnce(&mut Ui) -> egui::Response) {
    let (name, about) = (words.get(message), words.get_attr(message, "about"));
    let label = labelled(ui, &name, NUMBER, |ui, label| {
        let response = add(ui).labelled_by(label).on_hover_text(&about);
        response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &name));
    });
    match find(message.trim_start_matches("training-")) {
        Some(term) => define_term(words, &label, term),
        None => drop(label.on_hover_text(about)),
    }
}
