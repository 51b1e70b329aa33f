//! The measurements: how far the noised picture is from pure noise.

use egui::{RichText, Ui};
use i18n_embed_fl::fl;

use crate::app::pictures::Slot;
use crate::app::theme::figures;
use crate::app::view::View;
use crate::app::widgets::{NUMBER, labelled, number, section};
use crate::gpu::Field;

/// Shows the measurements.
pub fn measurements(ui: &mut Ui, view: &mut View<'_>) {
    let words = view.words;
    section(ui, &fl!(words, "forward-distance"));
    let statistics = view.pictures.statistics(ui.ctx(), Slot::MAIN, Field::Xt);
    let rows: [(String, String, Option<f64>); 4] = [
        (
            fl!(words, "forward-mean"),
            fl!(words, "forward-mean", "about"),
            statistics.as_ref().map(|s| s.pooled.mean()),
        ),
        (
            fl!(words, "forward-variance"),
            fl!(words, "forward-variance", "about"),
            statistics.as_ref().map(|s| s.pooled.variance()),
        ),
        (
            fl!(words, "forward-kl"),
            fl!(words, "forward-kl", "about"),
            statistics.as_ref().map(|s| s.pooled.kl_from_standard_normal()),
        ),
        (
            fl!(words, "forward-ks"),
            fl!(words, "forward-ks", "about"),
            statistics.as_ref().map(|s| s.pooled.ks_from_standard_normal()),
        ),
    ];
    for (name, hint, value) in rows {
        let text = value.map_or_else(|| "…".to_owned(), number);
        let label = labelled(ui, RichText::new(name).color(view.theme.weak), NUMBER, |ui, _| {
            ui.label(RichText::new(text.trim()).font(figures(12.0)));
        });
        label.on_hover_text(hint);
    }
}
