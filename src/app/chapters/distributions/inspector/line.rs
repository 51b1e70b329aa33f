//! The inspector's part for the line.

use std::ops::RangeInclusive;

use egui::{DragValue, Role, Ui, WidgetInfo, vec2};

use super::{count, number};
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::commands::DistributionsCommand;
use crate::app::widgets::{caption, section, segmented};
use crate::diffusion::toy::{LineShape, REACH};
use crate::scene::{LineAspect, LineOptions, StartShape};

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, line: &mut LineOptions) {
    section(ui, "Data");
    shape(ui, line);
    parts(ui, &mut line.shape);
    section(ui, "State and paths");
    number(ui, "xₜ", "Click the map, or drag here", &mut line.x, -4.0..=4.0, 0.01);
    let hint = "Ancestral sampling: a point of the data, then noise";
    if ui.button("Draw from q(xₜ)").on_hover_text(hint).clicked() {
        view.order(DistributionsCommand::Draw.order());
    }
    let hint = "Paths of the forward and of the reverse SDE; of the ODE there is one";
    count(ui, "Paths", hint, &mut line.paths, 1..=64);
    section(ui, "Reverse kernel");
    let hint = "The kernel leads so many steps back at once";
    count(ui, "Steps merged", hint, &mut line.merge, 1..=view.scene.steps() - 1);
    section(ui, "Third plot");
    let aspects = [
        (
            LineAspect::Merging,
            "Merging",
            "Is the reverse kernel Gaussian? Its divergence as steps are merged",
        ),
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

/// The numbers of a shape's parts, one row each.
fn parts(ui: &mut Ui, shape: &mut LineShape) {
    // A value that no hand could set is not taken.
    let before = shape.clone();
    match shape {
        LineShape::Mixture(bumps) => {
            for (i, bump) in bumps.iter_mut().enumerate() {
                let of = |name: &str| format!("Bump {} {name}", i + 1);
                row(
                    ui,
                    [
                        (of("mean"), "μ ", &mut bump.mean, -REACH..=REACH),
                        (of("deviation"), "σ ", &mut bump.deviation, 0.03..=2.0),
                        (of("weight"), "w ", &mut bump.weight, 0.001..=10.0),
                    ],
                );
            }
        }
        LineShape::Uniform(blocks) => {
            for (i, block) in blocks.iter_mut().enumerate() {
                let of = |name: &str| format!("Block {} {name}", i + 1);
                row(
                    ui,
                    [
                        (of("start"), "", &mut block.start, -REACH..=REACH),
                        (of("end"), "… ", &mut block.end, -REACH..=REACH),
                        (of("height"), "h ", &mut block.height, 0.02..=4.0),
                    ],
                );
            }
        }
        LineShape::Spikes(spikes) => {
            for (i, spike) in spikes.iter_mut().enumerate() {
                let of = |name: &str| format!("Spike {} {name}", i + 1);
                row(
                    ui,
                    [
                        (of("place"), "x ", &mut spike.place, -REACH..=REACH),
                        (of("weight"), "w ", &mut spike.weight, 0.02..=4.0),
                    ],
                );
            }
        }
        LineShape::Drawn(_) => {}
    }
    if shape.density().is_none() {
        *shape = before;
    }
}

/// Numbers side by side: accessible name, what stands before it, the value, its range.
fn row<const N: usize>(ui: &mut Ui, cells: [(String, &str, &mut f64, RangeInclusive<f64>); N]) {
    ui.columns(N, |columns| {
        for ((name, prefix, value, range), ui) in cells.into_iter().zip(columns) {
            let drag = DragValue::new(value).range(range).speed(0.01).fixed_decimals(2).prefix(prefix);
            let drag = drag.clamp_existing_to_range(false);
            let size = vec2(ui.available_width(), 22.0);
            ui.add_sized(size, drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &name));
        }
    });
}
