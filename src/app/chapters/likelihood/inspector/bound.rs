//! The controls of the bound, and its numbers.

use egui::{RichText, Ui};
use i18n_embed_fl::fl;

use super::super::LikelihoodView;
use super::super::commands::LikelihoodCommand;
use crate::analysis::bound::{Batch, BatchSource, FlowLikelihood, NetworkFacts, VarianceChoice};
use crate::app::theme::caption_font;
use crate::app::widgets::{caption, choose, count_row, fact, number, section, segmented, switch};
use crate::app::words::{class_label, missing_text, model_label, schedule_label};
use crate::diffusion::nll::narrow_decoder;
use crate::scene::{BoundAspect, BoundOptions};

/// Bits of a value that nothing is known of.
const RAW: f64 = 8.0;

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, options: &mut BoundOptions) {
    let words = view.words;
    let choices = BoundAspect::ALL.map(|aspect| {
        let message = format!("likelihood-aspect-{}", aspect.name());
        (aspect, words.get(&message), words.get_attr(&message, "about"))
    });
    if let Some(aspect) = segmented(ui, &fl!(words, "likelihood-aspect"), options.aspect, &choices) {
        options.aspect = aspect;
    }
    numbers(ui, view);
    if options.aspect == BoundAspect::Batch {
        others(ui, view, options);
    }
    along_the_ode(ui, view);
    network(ui, view, options);
    chain(ui, view, options);
}

/// The three parts of the bound, and what they add up to.
fn numbers(ui: &mut Ui, view: &LikelihoodView<'_, '_>) {
    let words = view.words;
    section(ui, &fl!(words, "likelihood-bits"));
    let parts = view.room.bound.evaluation().and_then(|found| found.value.parts());
    let text =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number(value).trim().to_owned());
    fact(
        ui,
        words,
        "elbo-prior",
        &fl!(words, "likelihood-part-prior"),
        &text(parts.map(|parts| parts.prior)),
    );
    fact(
        ui,
        words,
        "elbo-step",
        &fl!(words, "likelihood-part-denoiser"),
        &text(parts.map(|parts| parts.denoiser)),
    );
    fact(
        ui,
        words,
        "elbo-data",
        &fl!(words, "likelihood-part-decoder"),
        &text(parts.map(|parts| parts.decoder)),
    );
    fact(ui, words, "elbo", &fl!(words, "likelihood-total"), &text(parts.map(|parts| parts.total)));
    let error = match parts.map(|parts| parts.standard_error) {
        Some(Some(error)) if error > 0.0 => format!("± {}", number(error).trim()),
        Some(Some(_)) => fl!(words, "likelihood-exactly"),
        _ => "–".to_owned(),
    };
    fact(ui, words, "elbo", &fl!(words, "likelihood-standard-error"), &error);
    fact(ui, words, "bits-per-dim", &fl!(words, "likelihood-raw"), &format!("{RAW}"));
    let narrow = view.room.bound.evaluation().and_then(|found| {
        let chain = found.value.setting.bound.spec();
        narrow_decoder(&chain.schedule).filter(|_| !chain.variance.is_learned())
    });
    if let Some(pair) = narrow {
        let [decoder, noise] = pair.map(|value| format!("{value:.1e}").replace('-', "−"));
        caption(ui, fl!(words, "likelihood-narrow-decoder", decoder = decoder, noise = noise));
    }
    if let Some(found) = view.room.bound.evaluation() {
        let (count, steps) = (found.value.count, found.value.setting.steps());
        caption(ui, fl!(words, "likelihood-terms-known", count = count, steps = steps));
    }
}

/// Where the pictures beside the loaded one are from, and what they cost on average.
fn others(ui: &mut Ui, view: &LikelihoodView<'_, '_>, options: &mut BoundOptions) {
    let words = view.words;
    section(ui, &fl!(words, "likelihood-batch-others"));
    let label = |source: BatchSource| match source {
        BatchSource::Gallery => fl!(words, "training-data-gallery"),
        BatchSource::Set(set) => words.get(&format!("training-data-{}", set.name())),
    };
    let choices = BatchSource::ALL.map(|source| (source, label(source)));
    let width = ui.available_width();
    if let Some(source) = choose(ui, &fl!(words, "likelihood-batch-others"), width, options.batch, &choices) {
        options.batch = source;
    }
    let Some(batch) = view.room.bound.batch() else { return };
    fact(ui, words, "elbo", &fl!(words, "likelihood-batch-mean"), &mean_text(&batch.value));
    let (done, count) = (batch.value.members.len(), batch.value.count);
    caption(ui, fl!(words, "likelihood-batch-known", done = done, count = count));
}

/// The mean of the pictures beside the loaded one, with its standard error.
pub fn mean_text(batch: &Batch) -> String {
    let Some(mean) = batch.mean() else { return "–".to_owned() };
    let sum = number(mean.sum).trim().to_owned();
    mean.standard_error.map_or_else(|| sum.clone(), |error| format!("{sum} ± {}", number(error).trim()))
}

/// The likelihood along the ODE, or the button that asks for it.
fn along_the_ode(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>) {
    let words = view.words;
    let small = view.room.bound.network().is_some_and(|network| FlowLikelihood::can_be_exact(network.shape));
    let under_way = view.room.bound.flow_progress().is_some();
    let found = view.room.bound.flow().filter(|_| !under_way);
    if let Some(flow) = &found {
        let bits = number(flow.bits.mean()).trim().to_owned();
        let error = flow.bits.standard_error().map(|error| format!(" ± {}", number(error).trim()));
        let bits = format!("{bits}{}", error.unwrap_or_default());
        fact(ui, words, "likelihood", &fl!(words, "likelihood-flow"), &bits);
        caption(ui, fl!(words, "likelihood-flow", "calls", paths = flow.bits.len(), calls = flow.calls));
        let how = if flow.exact {
            fl!(words, "likelihood-flow-is-exact")
        } else {
            fl!(words, "likelihood-flow-is-estimated")
        };
        caption(ui, how);
    }
    let asked = found.as_ref().map_or_else(|| flow_button(view), |flow| another(view, flow));
    // It takes as many calls as the picture has values, at every point of the path.
    let exact = (small && !under_way && found.as_ref().is_none_or(|flow| !flow.exact)).then(|| {
        let hint = fl!(words, "likelihood-flow-exactly", "about");
        (fl!(words, "likelihood-flow-exactly"), hint, LikelihoodCommand::ExactFlow)
    });
    for (label, hint, command) in std::iter::once(asked).chain(exact) {
        if ui.button(label).on_hover_text(hint).clicked() {
            view.order(command.order());
        }
    }
    if let Some(text) = view.room.bound.flow_missing().and_then(|missing| missing_text(words, missing)) {
        ui.label(RichText::new(text).font(caption_font()).color(view.theme.warn));
    }
}

/// The button that asks for one more path, by which the error becomes known.
fn another(view: &LikelihoodView<'_, '_>, flow: &FlowLikelihood) -> (String, String, LikelihoodCommand) {
    let command = if flow.exact { LikelihoodCommand::ExactFlow } else { LikelihoodCommand::Flow };
    let hint = fl!(view.words, "likelihood-flow-another", "about");
    (fl!(view.words, "likelihood-flow-another"), hint, command)
}

/// The button that asks for the likelihood along the ODE, or stops it.
fn flow_button(view: &LikelihoodView<'_, '_>) -> (String, String, LikelihoodCommand) {
    let words = view.words;
    if let Some(share) = view.room.bound.flow_progress() {
        let percent = format!("{:.0}", 100.0 * share);
        let label = fl!(words, "likelihood-flow-stop", percent = percent);
        return (label, fl!(words, "likelihood-flow-stop", "about"), LikelihoodCommand::StopFlow);
    }
    let hint = fl!(words, "likelihood-flow-ask", "about");
    (fl!(words, "likelihood-flow-ask"), hint, LikelihoodCommand::Flow)
}

/// The network, what it makes of the picture, and its class.
fn network(ui: &mut Ui, view: &LikelihoodView<'_, '_>, options: &mut BoundOptions) {
    let words = view.words;
    section(ui, &fl!(words, "likelihood-network"));
    let model = model_label(words, &view.scene.chapters.reverse.model);
    caption(ui, fl!(words, "likelihood-network-of-reverse", model = model));
    let Some(network) = view.room.bound.network() else { return };
    let [channels, height, width] = network.shape;
    let shape = format!("{channels}×{height}×{width}");
    caption(ui, fl!(words, "likelihood-picture", shape = shape));
    own_schedule(ui, view, network);
    if network.classes > 0 {
        class(ui, view, network, options);
    }
}

/// Says that the network's own schedule counts.
fn own_schedule(ui: &mut Ui, view: &LikelihoodView<'_, '_>, network: &NetworkFacts) {
    let words = view.words;
    let own = network.schedule.spec();
    let kind = schedule_label(words, &own.kind);
    let text = if own == view.scene.schedule(view.scene.active) {
        fl!(words, "likelihood-own-schedule", schedule = kind, steps = own.steps)
    } else {
        fl!(words, "likelihood-other-schedule", schedule = kind, steps = own.steps)
    };
    caption(ui, text);
}

/// The class that the network is told.
fn class(ui: &mut Ui, view: &LikelihoodView<'_, '_>, network: &NetworkFacts, options: &mut BoundOptions) {
    let words = view.words;
    let none = fl!(words, "likelihood-class-none");
    let shipped = match &network.model {
        crate::model::ModelRef::Shipped(name) => crate::model::Shipped::find(name),
        crate::model::ModelRef::Folder(_) => None,
    };
    let name = |class: usize| {
        let name =
            shipped.and_then(|shipped| shipped.classes.get(class)).map(|name| class_label(words, name));
        (Some(class as u32), name.unwrap_or_else(|| class.to_string()))
    };
    let choices: Vec<(Option<u32>, String)> =
        std::iter::once((None, none)).chain((0..network.classes).map(name)).collect();
    let known = options.class.filter(|&class| (class as usize) < network.classes);
    let width = ui.available_width();
    if let Some(class) = choose(ui, &fl!(words, "likelihood-class"), width, known, &choices) {
        options.class = class;
    }
}

/// The choices of the chain: its variance, clipping, and at how many timesteps the network is asked.
fn chain(ui: &mut Ui, view: &LikelihoodView<'_, '_>, options: &mut BoundOptions) {
    let words = view.words;
    section(ui, &fl!(words, "likelihood-variance"));
    let gives = view.room.bound.network().is_some_and(|network| network.gives_variance);
    let shown = |choice: &VarianceChoice| {
        *choice != VarianceChoice::Learned || gives || options.variance == VarianceChoice::Learned
    };
    let choices: Vec<_> = VarianceChoice::ALL
        .into_iter()
        .filter(shown)
        .map(|choice| {
            let message = format!("likelihood-variance-{}", choice.name());
            (choice, words.get(&message), words.get_attr(&message, "about"))
        })
        .collect();
    if let Some(choice) = segmented(ui, &fl!(words, "likelihood-variance"), options.variance, &choices) {
        options.variance = choice;
    }
    let hint = fl!(words, "likelihood-clip", "about");
    if let Some(clip) = switch(ui, options.clip, &fl!(words, "likelihood-clip"), &hint) {
        options.clip = clip;
    }
    section(ui, &fl!(words, "likelihood-times"));
    let choices = [
        (false, fl!(words, "likelihood-times-all"), fl!(words, "likelihood-times-all", "about")),
        (true, fl!(words, "likelihood-times-few"), fl!(words, "likelihood-times-few", "about")),
    ];
    let few = options.times.is_some();
    if let Some(few) = segmented(ui, &fl!(words, "likelihood-times"), few, &choices) {
        options.times = few.then_some(BoundOptions::FEW);
    }
    if let Some(times) = &mut options.times {
        let hint = fl!(words, "likelihood-times-count", "about");
        count_row(ui, &fl!(words, "likelihood-times-count"), &hint, times, 3..=10_000);
    }
    if options.aspect == BoundAspect::Terms {
        let hint = fl!(words, "likelihood-log", "about");
        if let Some(log) = switch(ui, options.log, &fl!(words, "likelihood-log"), &hint) {
            options.log = log;
        }
    }
}
