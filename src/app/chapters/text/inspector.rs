//! The inspector's part for the Text chapter: what is shown, how the picture is drawn, and what the pipeline is.

use egui::{Slider, TextEdit, Ui};
use i18n_embed_fl::fl;

use super::TextView;
use super::commands::TextCommand;
use crate::app::widgets::{ModelChoice, ModelRow, NUMBER, caption, choose, fact, section, segmented};
use crate::model::{ModelRef, shipped_parts};
use crate::scene::{Action, TextOptions, TextPart};

/// The most unfamiliar words that are named.
const NAMED: usize = 3;

/// Shows the controls.
pub fn show(ui: &mut Ui, view: &mut TextView<'_, '_>) {
    let words = view.words;
    let mut options = view.scene.chapters.text.clone();
    let choices = TextPart::ALL.map(|part| {
        let message = format!("text-part-{}", part.name());
        (part, words.get(&message), words.get_attr(&message, "about"))
    });
    ui.add_space(6.0);
    if let Some(part) = segmented(ui, &fl!(words, "text-part"), options.part, &choices) {
        options.part = part;
    }
    guidance(ui, view, &mut options);
    if options.part == TextPart::Words {
        attention(ui, view, &mut options);
    }
    if options.part == TextPart::Cascade {
        second_stage(ui, view, &mut options);
    }
    pipeline(ui, view, &mut options);
    numbers(ui, view);
    if options != view.scene.chapters.text {
        view.act(Action::options(options));
    }
}

/// Guidance, what it leads away from, and the number of steps.
fn guidance(ui: &mut Ui, view: &TextView<'_, '_>, options: &mut TextOptions) {
    let words = view.words;
    section(ui, &fl!(words, "text-guidance"));
    let [least, most] = TextOptions::GUIDANCE;
    let name = fl!(words, "text-guidance-scale");
    ui.horizontal(|ui| {
        ui.label("w");
        // The number stands at the right of the slider.
        ui.spacing_mut().slider_width = (ui.available_width() - NUMBER - 8.0).max(40.0);
        let slider = Slider::new(&mut options.guidance_scale, least..=most).step_by(0.1).fixed_decimals(1);
        let response = ui.add(slider).on_hover_text(fl!(words, "text-guidance-scale", "about"));
        response.widget_info(|| egui::WidgetInfo::slider(true, options.guidance_scale, &name));
    });
    let label = ui.label(fl!(words, "text-negative"));
    let width = ui.available_width();
    let field = TextEdit::singleline(&mut options.negative_prompt)
        .char_limit(TextOptions::LONGEST / 4)
        .hint_text(fl!(words, "text-negative-hint"))
        .desired_width(width);
    ui.add(field).labelled_by(label.id).on_hover_text(fl!(words, "text-negative", "about"));
    let [fewest, _] = TextOptions::STEPS;
    let steps = view.room.runs[0].facts().map_or(1000, |facts| facts.schedule.steps());
    ui.horizontal(|ui| {
        let label = ui.label(fl!(words, "text-steps"));
        let drag = egui::DragValue::new(&mut options.num_inference_steps)
            .range(fewest..=steps.min(TextOptions::STEPS[1]));
        ui.add(drag).labelled_by(label.id);
    });
}

/// Whose attention is shown.
fn attention(ui: &mut Ui, view: &TextView<'_, '_>, options: &mut TextOptions) {
    let words = view.words;
    let Some(looked) = view.room.looked() else { return };
    let layers = &looked.value.layers;
    section(ui, &fl!(words, "text-attention"));
    let width = ui.available_width();
    let mut choices = vec![(None, fl!(words, "text-all-layers"))];
    for (layer, number) in layers.iter().zip(1_usize..) {
        let size = layer.size.map(|side| side.to_string()).join("×");
        choices.push((Some(number - 1), fl!(words, "text-layer", layer = number, size = size)));
    }
    let current = options.layer.filter(|layer| *layer < layers.len());
    if let Some(layer) = choose(ui, &fl!(words, "text-layers"), width, current, &choices) {
        (options.layer, options.head) = (layer, None);
    }
    let Some(layer) = current.and_then(|layer| layers.get(layer)) else { return };
    let mut choices = vec![(None, fl!(words, "text-all-heads"))];
    for number in 1..=layer.heads {
        choices.push((Some(number - 1), fl!(words, "text-head", head = number)));
    }
    let head = options.head.filter(|head| *head < layer.heads);
    if let Some(head) = choose(ui, &fl!(words, "text-heads"), width, head, &choices) {
        options.head = head;
    }
    caption(ui, layer.layer.clone());
}

/// The noise that the small picture gets before it is enlarged.
fn second_stage(ui: &mut Ui, view: &TextView<'_, '_>, options: &mut TextOptions) {
    let words = view.words;
    let Some(second) = view.room.runs[0].facts().and_then(|facts| facts.second.clone()) else { return };
    let name = fl!(words, "text-noise-level");
    section(ui, &name);
    let before = options.noise_level.unwrap_or(second.noise_level).min(second.max_noise_level);
    let mut level = before;
    ui.horizontal(|ui| {
        ui.label("s");
        // The number stands at the right of the slider.
        ui.spacing_mut().slider_width = (ui.available_width() - NUMBER - 8.0).max(40.0);
        let slider = Slider::new(&mut level, 0..=second.max_noise_level);
        let response = ui.add(slider).on_hover_text(fl!(words, "text-noise-level", "about"));
        response.widget_info(|| egui::WidgetInfo::slider(true, level as f64, &name));
    });
    if level != before {
        options.noise_level = Some(level);
    }
}

/// The pipeline that draws.
fn pipeline(ui: &mut Ui, view: &mut TextView<'_, '_>, options: &mut TextOptions) {
    let words = view.words;
    section(ui, &fl!(words, "text-pipeline"));
    let [name, open] = [fl!(words, "text-pipeline"), fl!(words, "text-open")];
    let row = ModelRow { name: &name, open: [&open, &fl!(words, "text-open", "about")] };
    let known = shipped_parts().iter().map(|parts| ModelRef::Shipped(parts.name.to_owned()));
    match row.show(ui, words, &options.pipeline, known) {
        Some(ModelChoice::Take(model)) => {
            (options.pipeline, options.layer, options.head) = (model, None, None);
        }
        Some(ModelChoice::Open) => view.order(TextCommand::Ask.order()),
        None => {}
    }
}

/// What is known of it.
fn numbers(ui: &mut Ui, view: &TextView<'_, '_>) {
    let words = view.words;
    let Some(facts) = view.room.runs[0].facts() else { return };
    let millions = |count: usize| format!("{:.2}", count as f64 / 1e6);
    let size = |shape: [usize; 3]| shape.map(|n| n.to_string()).join("×");
    let [text, unet, vae] = facts.parameters;
    let mut rows = vec![
        (
            "text-encoder",
            fl!(words, "text-fact-text"),
            fl!(words, "text-millions", millions = millions(text)),
        ),
        (
            "cross-attention",
            fl!(words, "text-fact-unet"),
            fl!(words, "text-millions", millions = millions(unet)),
        ),
    ];
    if facts.in_latents {
        let vae = fl!(words, "text-millions", millions = millions(vae));
        rows.push(("autoencoder", fl!(words, "text-fact-vae"), vae));
        rows.push(("latent", fl!(words, "text-fact-latent"), size(facts.state)));
    }
    if let Some(second) = &facts.second {
        let unet = fl!(words, "text-millions", millions = millions(second.facts.parameters[1]));
        rows.push(("cross-attention", fl!(words, "text-fact-second"), unet));
    }
    rows.push(("text-encoder", fl!(words, "text-fact-tokens"), facts.tokens.to_string()));
    for (term, name, value) in rows {
        fact(ui, words, term, &name, &value);
    }
    if let Some(run) = view.room.runs[0].drawn() {
        let left_out = run.value.texts[0].left_out;
        if left_out > 0 {
            caption(ui, fl!(words, "text-left-out", count = left_out));
        }
        let unfamiliar: Vec<&str> =
            run.value.texts[0].unfamiliar().map(|word| word.text.as_str()).take(NAMED).collect();
        if !unfamiliar.is_empty() {
            caption(ui, fl!(words, "text-unfamiliar", unfamiliar = unfamiliar.join(", ")));
        }
    }
    for remark in &facts.remarks {
        caption(ui, remark.clone());
    }
}
