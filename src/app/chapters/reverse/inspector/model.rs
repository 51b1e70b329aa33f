//! The network that is open, the facts about it, and its conditioning.

use egui::{DragValue, RichText, Role, Ui, WidgetInfo};
use i18n_embed_fl::fl;

use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::commands::ReverseCommand;
use crate::app::chapters::reverse::state::with_sampler_of;
use crate::app::chapters::reverse::words::sampler_label;
use crate::app::theme::caption_font;
use crate::app::widgets::{COMBO, ModelChoice, ModelRow, caption, choose, section, side_by_side};
use crate::app::words::{class_label, schedule_label};
use crate::model::{ModelRef, shipped};
use crate::scene::ReverseOptions;
use crate::worker::Card;

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    section(ui, &fl!(words, "reverse-model"));
    let [name, open] = [fl!(words, "reverse-model"), fl!(words, "reverse-model-open")];
    let row = ModelRow { name: &name, open: [&open, &fl!(words, "reverse-model-open", "about")] };
    let known = shipped().iter().map(|model| ModelRef::Shipped(model.name.to_owned()));
    let known = known.chain(view.models.iter().cloned().map(ModelRef::Folder));
    match row.show(ui, words, &options.model, known) {
        Some(ModelChoice::Take(model)) => view.order(ReverseCommand::OpenModel(model).order()),
        Some(ModelChoice::Open) => view.order(ReverseCommand::AskModel.order()),
        None => {}
    }
    match view.room.card().cloned() {
        Some(card) if card.model == options.model => facts(ui, view, &card, options),
        _ if view.room.is_opening() => drop(caption(ui, fl!(words, "reverse-model-opening"))),
        _ => drop(caption(ui, fl!(words, "reverse-model-not-open"))),
    }
}

/// Shows facts about the open network, and the controls of its class and guidance.
fn facts(ui: &mut Ui, view: &mut ReverseView<'_, '_>, card: &Card, options: &mut ReverseOptions) {
    let words = view.words;
    let [channels, height, width] = card.shape;
    let (size, shape) = (card.parameters as f64 / 1e6, format!("{channels}×{height}×{width}"));
    caption(ui, fl!(words, "reverse-model-size", millions = format!("{size:.2}"), shape = shape));
    let (kind, steps) = (schedule_label(words, &card.schedule.kind), card.schedule.steps);
    caption(ui, fl!(words, "reverse-model-schedule", schedule = kind, steps = steps));
    if card.schedule != *view.scene.schedule(view.scene.active) {
        let warning = RichText::new(fl!(words, "reverse-model-other-schedule"));
        ui.label(warning.font(caption_font()).color(view.theme.warn));
        let take = ui.button(fl!(words, "reverse-model-take-schedule"));
        let sampler = sampler_label(words, with_sampler_of(card, options).lane.sampler);
        let hint = fl!(words, "reverse-model-take-schedule", "about", sampler = sampler);
        if take.on_hover_text(hint).clicked() {
            view.order(ReverseCommand::TakeSchedule.order());
        }
    }
    if !card.classes.is_empty() {
        class(ui, view, card, options);
    }
}

/// The controls of the class to be drawn, and of the scale of guidance.
fn class(ui: &mut Ui, view: &ReverseView<'_, '_>, card: &Card, options: &mut ReverseOptions) {
    let words = view.words;
    let known = |class: Option<u32>| class.filter(|&class| (class as usize) < card.classes.len());
    let none = fl!(words, "reverse-class-none");
    let names = card.classes.iter().enumerate().map(|(i, name)| (Some(i as u32), class_label(words, name)));
    let choices: Vec<(Option<u32>, String)> = std::iter::once((None, none)).chain(names).collect();
    side_by_side(ui, COMBO, 96.0, |ui, width| {
        if let Some(class) = choose(ui, &fl!(words, "reverse-class"), width, known(options.class), &choices) {
            options.class = class;
        }
        let mut scale = options.guidance_scale.unwrap_or(card.guidance_scale);
        let label = ui.label("w").on_hover_text(fl!(words, "reverse-guidance-scale", "about"));
        let drag = DragValue::new(&mut scale).range(0.0..=20.0).speed(0.02).max_decimals(2);
        let drag = ui.add_enabled(known(options.class).is_some(), drag).labelled_by(label.id);
        drag.widget_info(|| {
            WidgetInfo::labeled(Role::SpinButton, true, fl!(words, "reverse-guidance-scale"))
        });
        if drag.changed() {
            options.guidance_scale = Some(scale);
        }
    });
}
