//! The inspector's part for the line.

use egui::Ui;

use super::{count, number};
use crate::app::view::View;
use crate::app::widgets::{caption, section, segmented};
use crate::diffusion::toy::LineShape;
use crate::scene::{LineAspect, LineOptions, StartShape};

pub fn show(ui: &mut Ui, view: &View<'_>, line: &mut LineOptions) {
    section(ui, "Data");
    shape(ui, line);
    section(ui, "State and paths");
    number(ui, "xₜ", "Click the map, or drag here", &mut line.x, -4.0..=4.0, 0.01);
    let hint = "Paths of the forward and of the reverse SDE; of the ODE there is one";
    count(ui, "Paths", hint, &mut line.paths, 1..=64);
    section(ui, "Reverse kernel");
    let hint = "The kernel leads so many steps back at once";
    count(ui, "Steps merged", hint, &mut line.merge, 1..=view.scene.steps() - 1);
    section(ui, "Third plot");
    let aspects = [
        (LineAspect::Merging, "Merging", "Is the reverse kernel Gaussian? Its divergence as steps are merged"),
        (LineAspect::Normalising, "Scaling", "Why not just normalise? Standardised data beside x_T"),
        (LineAspect::Forgetting, "Forgetting", "Any start distribution pushed through the reverse kernels"),
    ];
    if let Some(aspect) = segmented(ui, "Third plot", line.aspect, &aspects) {
        line.aspect = aspect;
    }
    caption(ui, "Pushed start");
    let starts = [
        (StartShape::Narrow, "At xₜ", "A narrow Gaussian at the clicked place"),
        (StartShape::Uniform, "Uniform", "Uniform over all that is on show"),
        (StartShape::Data, "Data", "The data themselves"),
    ];
    if let Some(start) = segmented(ui, "Pushed start", line.start, &starts) {
        line.start = start;
    }
}

/// The kind of shape, and how a hand changes it.
fn shape(ui: &mut Ui, line: &mut LineOptions) {
    let kinds = LineShape::all();
    let index = kinds.iter().position(|kind| kind.name() == line.shape.name()).unwrap_or(0);
    let hints = [
        "Gaussians: drag tops and sides",
        "Uniform pieces: drag corners",
        "Points that have mass: drag tips",
        "Draw the density with the pointer",
    ];
    let names: Vec<(usize, &str, &str)> =
        kinds.iter().enumerate().map(|(i, kind)| (i, kind.name(), hints[i])).collect();
    if let Some(chosen) = segmented(ui, "Data", index, &names) {
        line.shape = kinds[chosen].clone();
    }
    let how = if index == 3 { "draw at the left" } else { "double-click adds, right-click removes" };
    caption(ui, how);
}
