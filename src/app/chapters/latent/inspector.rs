//! The inspector's part for the Latent chapter: what is shown, the autoencoder, and its numbers.

use egui::Ui;
use i18n_embed_fl::fl;

use super::LatentView;
use super::commands::LatentCommand;
use crate::app::widgets::{ModelChoice, ModelRow, caption, choose, fact, number, section, segmented};
use crate::app::words::sample_label;
use crate::imaging::samples;
use crate::model::{ModelRef, PartName, shipped_parts};
use crate::scene::{Action, EqualNoise, LatentOptions, LatentPart};

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut LatentView<'_, '_>) {
    let words = view.words;
    let mut options = view.scene.chapters.latent.clone();
    let choices = LatentPart::ALL.map(|part| {
        let message = format!("latent-part-{}", part.name());
        (part, words.get(&message), words.get_attr(&message, "about"))
    });
    ui.add_space(6.0);
    if let Some(part) = segmented(ui, &fl!(words, "latent-part"), options.part, &choices) {
        options.part = part;
    }
    match options.part {
        LatentPart::Noise => equal(ui, view, &mut options),
        LatentPart::Between => other(ui, view, &mut options),
        LatentPart::Run => run(ui, view),
    }
    autoencoder(ui, view, &mut options);
    numbers(ui, view);
    if options != view.scene.chapters.latent {
        view.act(Action::options(options));
    }
}

/// What is equal in both spaces.
fn equal(ui: &mut Ui, view: &LatentView<'_, '_>, options: &mut LatentOptions) {
    let words = view.words;
    section(ui, &fl!(words, "latent-equal"));
    let choices = EqualNoise::ALL.map(|equal| {
        let message = format!("latent-equal-{}", equal.name());
        (equal, words.get(&message), words.get_attr(&message, "about"))
    });
    if let Some(equal) = segmented(ui, &fl!(words, "latent-equal"), options.equal, &choices) {
        options.equal = equal;
    }
}

/// The picture to which the way leads.
fn other(ui: &mut Ui, view: &LatentView<'_, '_>, options: &mut LatentOptions) {
    let words = view.words;
    section(ui, &fl!(words, "latent-to"));
    let choices: Vec<(&str, String)> =
        samples().iter().map(|sample| (sample.name, sample_label(words, sample.name))).collect();
    let width = ui.available_width();
    let chosen = choose(ui, &fl!(words, "latent-to"), width, options.to.as_str(), &choices);
    if let Some(name) = chosen.map(str::to_owned) {
        options.to = name;
    }
}

/// The text that is drawn, and the order to draw it where that takes long.
fn run(ui: &mut Ui, view: &mut LatentView<'_, '_>) {
    let words = view.words;
    let prompt = view.scene.chapters.text.prompt.as_str();
    section(ui, &fl!(words, "latent-run-text"));
    caption(ui, fl!(words, "latent-run-of", text = prompt));
    if view.room.run.waits() && ui.button(fl!(words, "text-draw")).clicked() {
        view.order(LatentCommand::Draw.order());
    }
    if view.room.run.share().is_some() && ui.button(fl!(words, "text-stop")).clicked() {
        view.order(LatentCommand::Stop.order());
    }
}

/// The autoencoder, and the size of the picture that it is given.
fn autoencoder(ui: &mut Ui, view: &mut LatentView<'_, '_>, options: &mut LatentOptions) {
    let words = view.words;
    section(ui, &fl!(words, "latent-autoencoder"));
    let [name, open] = [fl!(words, "latent-autoencoder"), fl!(words, "latent-open")];
    let row = ModelRow { name: &name, open: [&open, &fl!(words, "latent-open", "about")] };
    let shipped = shipped_parts().iter().filter(|parts| parts.has(PartName::Vae));
    let known = shipped.map(|parts| ModelRef::Shipped(parts.name.to_owned()));
    match row.show(ui, words, &options.autoencoder, known) {
        Some(ModelChoice::Take(model)) => options.autoencoder = model,
        Some(ModelChoice::Open) => view.order(LatentCommand::Ask.order()),
        None => {}
    }
    let choices =
        LatentOptions::SIDES.map(|side| (side, side.to_string(), fl!(words, "latent-side", "about")));
    if let Some(side) = segmented(ui, &fl!(words, "latent-side"), options.side, &choices) {
        options.side = side;
    }
    let Some(found) = view.room.encoding() else { return };
    let facts = &found.value.facts;
    let millions = format!("{:.2}", facts.parameters as f64 / 1e6);
    caption(
        ui,
        fl!(
            words,
            "latent-facts",
            millions = millions,
            factor = facts.factor,
            channels = facts.latent_channels
        ),
    );
}

/// What the latent is, and what it loses.
fn numbers(ui: &mut Ui, view: &LatentView<'_, '_>) {
    let words = view.words;
    let Some(found) = view.room.encoding() else { return };
    let encoding = &found.value;
    section(ui, &fl!(words, "latent-numbers"));
    let text = |value: f64| number(value).trim().to_owned();
    let values = (encoding.latent_shape.iter().product::<usize>() as f64).max(1.0);
    let rows = [
        ("latent", fl!(words, "latent-fewer"), format!("{:.1}", encoding.fewer())),
        ("autoencoder", fl!(words, "latent-psnr"), format!("{:.2} dB", encoding.psnr())),
        ("kl-regularisation", fl!(words, "latent-kl"), text(encoding.kl / values)),
        ("kl-regularisation", fl!(words, "latent-deviation"), text(encoding.deviation)),
        ("scaling-factor", fl!(words, "latent-scaling-factor"), text(encoding.facts.scaling_factor)),
        ("scaling-factor", fl!(words, "latent-variance-pixels"), text(encoding.variances[0])),
        ("scaling-factor", fl!(words, "latent-variance-latent"), text(encoding.variances[1])),
    ];
    for (term, name, value) in rows {
        fact(ui, words, term, &name, &value);
    }
    let [to, back] = encoding.milliseconds.map(|ms| format!("{ms:.1}"));
    caption(ui, fl!(words, "latent-times", to = to, back = back));
}
