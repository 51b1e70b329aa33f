//! The choice of a distribution on the line.

use egui::Ui;

use super::segmented;
use crate::app::words::{Words, shape_label};
use crate::diffusion::data::LineShape;

/// A choice between the kinds of distributions on the line. Another kind replaces the shape; `name` is the choice's name
/// for screen readers.
pub fn choose_shape(ui: &mut Ui, words: &Words, name: &str, shape: &mut LineShape) {
    let kinds = LineShape::all();
    let index = kinds.iter().position(|kind| kind.name() == shape.name()).unwrap_or(0);
    let choices: Vec<(usize, String, String)> = kinds
        .iter()
        .enumerate()
        .map(|(i, kind)| {
            let (label, about) = shape_label(words, kind);
            (i, label, about)
        })
        .collect();
    if let Some(chosen) = segmented(ui, name, index, &choices) {
        *shape = kinds[chosen].clone();
    }
}
