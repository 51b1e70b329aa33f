//! The canvases of the Latent chapter, one for each part.

mod between;
mod cost;
mod noise;
mod run;
mod snr;

use egui::{Rect, Ui};
use i18n_embed_fl::fl;

use super::LatentView;
use crate::app::theme::body_font;
use crate::app::widgets::paragraph;
use crate::app::words::missing_text;
use crate::scene::LatentPart;

pub fn show(ui: &mut Ui, view: &mut LatentView<'_, '_>, rect: Rect) {
    let words = view.words;
    if let Some(text) = view.room.missing().and_then(|missing| missing_text(words, missing)) {
        let why = fl!(words, "latent-no-latent", reason = text);
        return paragraph(ui, rect, &why, body_font(15.0), view.theme.weak);
    }
    let Some(found) = view.room.encoding().cloned() else {
        let text = fl!(words, "latent-opening");
        return paragraph(ui, rect, &text, body_font(15.0), view.theme.weak);
    };
    match view.scene.chapters.latent.part {
        LatentPart::Noise => noise::show(ui, view, rect, &found),
        LatentPart::Between => between::show(ui, view, rect),
        LatentPart::Run => run::show(ui, view, rect),
    }
}
