//! The controls of the next run.

use egui::{Button, DragValue, TextStyle, Ui, vec2};
use i18n_embed_fl::fl;

use super::lane;
use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::commands::ReverseCommand;
use crate::app::chapters::reverse::state::{Reverse, beside, lane_spec, usual_sampler};
use crate::app::chapters::reverse::words::{
    clipping_label, predictor_about, predictor_label, sampler_label, spacing_label, target_symbol,
    timesteps_label,
};
use crate::app::glossary::{define_term, find};
use crate::app::widgets::{
    COMBO, NUMBER, button_width, caption, choose, fact, labelled, section, segmented, side_by_side, switch,
    text_width,
};
use crate::diffusion::sampler::{PredictionType, StepTo, TimestepSpacing};
use crate::files::plain;
use crate::scene::{ReverseOptions, RunSize, StartAt};
use crate::worker::{DataRef, PredictorKind, sampler_of};

pub fn show(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    section(ui, &fl!(words, "reverse-run"));
    predictor(ui, view, options);
    lane::show(ui, words, None, &mut options.lane);
    facts(ui, view, options);
    levels(ui, view, options);
    start(ui, view, options);
    let sizes = [
        (RunSize::Model, fl!(words, "reverse-size-model"), fl!(words, "reverse-size-model", "about")),
        (RunSize::Picture, fl!(words, "reverse-size-picture"), fl!(words, "reverse-size-picture", "about")),
    ];
    if let Some(size) = segmented(ui, &fl!(words, "reverse-size"), options.size, &sizes) {
        options.size = size;
    }
    let hint = fl!(words, "reverse-slow-motion", "about");
    if let Some(slow) = switch(ui, options.slow, &fl!(words, "reverse-slow-motion"), &hint) {
        options.slow = slow;
    }
    if options.uses(PredictorKind::Ideal) {
        known_pictures(ui, view, options);
    }
}

/// The choice of the predictor.
fn predictor(ui: &mut Ui, view: &ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    let choices =
        PredictorKind::ALL.map(|kind| (kind, predictor_label(words, kind), predictor_about(words, kind)));
    let chosen = segmented(ui, &fl!(words, "reverse-predictor"), options.lane.predictor, &choices);
    let Some(predictor) = chosen else { return };
    options.lane.predictor = predictor;
    match predictor {
        PredictorKind::Network => options.size = RunSize::Model,
        PredictorKind::Own => {
            options.size = view.room.own().map_or(RunSize::Picture, |own| {
                let model = view.room.card().map(|card| card.shape);
                if model == Some(own.shape) { RunSize::Model } else { RunSize::Picture }
            });
        }
        PredictorKind::Oracle | PredictorKind::Ideal => {}
    }
}

/// What the predictor predicts, and what is done to `x̂_0`: that is not chosen but given.
fn facts(ui: &mut Ui, view: &ReverseView<'_, '_>, options: &ReverseOptions) {
    let (words, card) = (view.words, view.room.card());
    if options.lane.predictor == PredictorKind::Network && card.is_none() {
        return;
    }
    let own = view.room.own().map_or(PredictionType::Sample, |own| own.prediction);
    let sampler = sampler_of(&lane_spec(view.scene, card, &options.lane), own);
    let target = target_symbol(sampler.prediction_type);
    fact(ui, words, "prediction-type", &fl!(words, "reverse-prediction"), target);
    let clipping = clipping_label(words, sampler.thresholding);
    fact(ui, words, "clipping", &fl!(words, "reverse-clipping"), &clipping);
}

/// The choice of where the run starts.
fn start(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    let (t, start_t) = (view.scene.t, Reverse::start_t(view.scene));
    let starts = [
        (StartAt::Noise, fl!(words, "reverse-start-noise"), fl!(words, "reverse-start-noise", "about")),
        (
            StartAt::Picture,
            fl!(words, "reverse-start-picture", t = start_t),
            fl!(words, "reverse-start-picture", "about"),
        ),
    ];
    if let Some(start) = segmented(ui, &fl!(words, "reverse-start"), options.start, &starts) {
        options.start = start;
    }
    if options.start == StartAt::Picture {
        labelled(ui, fl!(words, "reverse-start-t"), NUMBER, |ui, label| {
            let range = 1..=view.scene.steps();
            let mut at = start_t;
            if ui.add(DragValue::new(&mut at).range(range).prefix("t = ")).labelled_by(label).changed() {
                options.start_t = at;
            }
        });
    }
    if options.start == StartAt::Picture && view.room.run().is_some() {
        let label = fl!(words, "reverse-denoise-from", t = t);
        let from_here = Button::new(label).min_size(vec2(ui.available_width(), 0.0));
        let from_here = ui.add_enabled(t != start_t, from_here);
        if from_here.on_hover_text(fl!(words, "reverse-denoise-from", "about")).clicked() {
            view.order(ReverseCommand::FromHere.order());
        }
    }
}

/// The choice of how timesteps are spaced, and, where it makes a difference, of the levels to which steps lead.
fn levels(ui: &mut Ui, view: &ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    let label = fl!(words, "reverse-timesteps");
    let width = text_width(ui, &label, &TextStyle::Body);
    side_by_side(ui, width, COMBO, |ui, _| {
        let label = ui.label(label);
        if let Some(term) = find("spacing") {
            define_term(words, &label, term);
        }
        let named = TimestepSpacing::ALL.map(|spacing| (Some(spacing), spacing_label(words, spacing)));
        let usual = timesteps_label(words, &usual_sampler(view.room.card(), &options.lane));
        let usual = (None, fl!(words, "reverse-spacing-usual", spacing = usual));
        let choices: Vec<_> = std::iter::once(usual).chain(named).collect();
        let width = ui.available_width();
        let chosen = choose(ui, &fl!(words, "reverse-spacing"), width, options.spacing, &choices);
        if let Some(spacing) = chosen {
            options.spacing = spacing;
        }
    });
    let schedule = &view.active().schedule;
    if let Some((sampler, [to, next])) = beside(view.scene, view.room.card(), schedule) {
        let (to, next) = (to.to_string(), next.to_string());
        let sampler = sampler_label(words, sampler);
        let hint = fl!(words, "reverse-exactly", "about", sampler = sampler, to = to, next = next);
        let exactly = options.step_to == StepTo::Listed;
        if let Some(on) = switch(ui, exactly, &fl!(words, "reverse-exactly"), &hint) {
            options.step_to = if on { StepTo::Listed } else { StepTo::Published };
        }
    }
}

/// The choice of the pictures that the ideal denoiser knows.
fn known_pictures(ui: &mut Ui, view: &mut ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    caption(ui, fl!(words, "reverse-known"));
    let labels = [fl!(words, "reverse-known-folder"), fl!(words, "reverse-known-built-in")];
    let buttons = labels.each_ref().map(|label| button_width(ui, label)).into_iter().sum::<f32>().max(132.0);
    side_by_side(ui, 80.0, buttons, |ui, width| {
        let name = match &options.data {
            DataRef::Gallery => fl!(words, "reverse-known-gallery"),
            DataRef::Files(path) => plain(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()),
        };
        ui.scope(|ui| {
            ui.set_max_width(width);
            ui.add(egui::Label::new(name).truncate());
        });
        let [folder, built_in] = labels;
        ui.horizontal_wrapped(|ui| {
            let folder = ui.button(folder);
            if folder.on_hover_text(fl!(words, "reverse-known-folder", "about")).clicked() {
                view.order(ReverseCommand::AskData.order());
            }
            if ui.add_enabled(options.data != DataRef::Gallery, Button::new(built_in)).clicked() {
                options.data = DataRef::Gallery;
            }
        });
    });
}
