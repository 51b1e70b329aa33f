//! Rivals of the run: other ways to denoise from the same noise.

use egui::{Button, Role, Ui, WidgetInfo};
use i18n_embed_fl::fl;

use super::lane;
use crate::app::chapters::reverse::ReverseView;
use crate::app::chapters::reverse::words::predictor_label;
use crate::app::widgets::{COMBO, button_width, choose, section, side_by_side};
use crate::diffusion::sampler::SamplerKind;
use crate::scene::{LaneOptions, ReverseOptions};
use crate::worker::{MAX_LANES, PredictorKind};

pub fn show(ui: &mut Ui, view: &ReverseView<'_, '_>, options: &mut ReverseOptions) {
    let words = view.words;
    section(ui, &fl!(words, "reverse-race"));
    let choices = PredictorKind::ALL.map(|predictor| (predictor, predictor_label(words, predictor)));
    let mut gone = None;
    for (i, rival) in options.rivals.iter_mut().enumerate() {
        let number = i + 1;
        let label = fl!(words, "reverse-rival-remove");
        let button = button_width(ui, &label).max(84.0);
        side_by_side(ui, COMBO, button, |ui, width| {
            let name = fl!(words, "reverse-rival-predictor", rival = number);
            if let Some(predictor) = choose(ui, &name, width, rival.predictor, &choices) {
                rival.predictor = predictor;
            }
            let remove = ui.button(label);
            let name = fl!(words, "reverse-rival-remove", "name", rival = number);
            remove.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            if remove.clicked() {
                gone = Some(i);
            }
        });
        lane::show(ui, words, Some(number), rival);
        ui.add_space(4.0);
    }
    if let Some(i) = gone {
        options.rivals.remove(i);
    }
    let room = options.rivals.len() + 1 < MAX_LANES;
    let add = ui.add_enabled(room, Button::new(fl!(words, "reverse-rival-add")));
    if add.on_hover_text(fl!(words, "reverse-rival-add", "about")).clicked() {
        options.rivals.push(next(options));
    }
}

/// A new rival that differs from the run itself and from the rivals that are there.
fn next(options: &ReverseOptions) -> LaneOptions {
    let first = ["dpm-solver++2m", "ddpm", "heun", "euler", "ddim"];
    let taken: Vec<&str> = options.lanes().map(|lane| lane.sampler.name()).collect();
    let mut names = first.into_iter().chain(SamplerKind::names());
    let name = names.find(|name| !taken.contains(name)).unwrap_or("ddim");
    let sampler = SamplerKind::default_of(name).unwrap_or(options.lane.sampler);
    LaneOptions { sampler, steps: if name == "ddpm" { 200 } else { 15 }, ..options.lane }
}
