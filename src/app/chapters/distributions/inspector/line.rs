//! The inspector's part for the line.

use std::ops::RangeInclusive;

use egui::{DragValue, Role, Ui, WidgetInfo, vec2};
use i18n_embed_fl::fl;

use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::commands::DistributionsCommand;
use crate::app::widgets::{caption, choose_shape, count_row, number_row, section, segmented};
use crate::app::words::Words;
use crate::diffusion::data::{Block, Bump, LineShape, REACH, Spike};
use crate::scene::{LineAspect, LineOptions, StartShape};

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, line: &mut LineOptions) {
    let words = view.words;
    section(ui, &fl!(words, "distributions-data"));
    shape(ui, words, line);
    parts(ui, words, &mut line.shape);
    section(ui, &fl!(words, "distributions-state-and-paths"));
    number_row(ui, "xₜ", &fl!(words, "distributions-state-hint"), &mut line.x, -4.0..=4.0, 0.01);
    let hint = fl!(words, "distributions-draw-state", "about");
    if ui.button(fl!(words, "distributions-draw-state")).on_hover_text(hint).clicked() {
        view.order(DistributionsCommand::Draw.order());
    }
    let hint = fl!(words, "distributions-paths", "about");
    count_row(ui, &fl!(words, "distributions-paths"), &hint, &mut line.paths, 1..=64);
    section(ui, &fl!(words, "distributions-kernel"));
    let hint = fl!(words, "distributions-merged", "about");
    count_row(ui, &fl!(words, "distributions-merged"), &hint, &mut line.merge, 1..=view.scene.steps() - 1);
    let third = fl!(words, "distributions-third-plot");
    section(ui, &third);
    let aspects = [
        (
            LineAspect::Merging,
            fl!(words, "distributions-merging"),
            fl!(words, "distributions-merging", "about"),
        ),
        (
            LineAspect::Normalising,
            fl!(words, "distributions-scaling"),
            fl!(words, "distributions-scaling", "about"),
        ),
        (
            LineAspect::Forgetting,
            fl!(words, "distributions-forgetting"),
            fl!(words, "distributions-forgetting", "about"),
        ),
    ];
    if let Some(aspect) = segmented(ui, &third, line.aspect, &aspects) {
        line.aspect = aspect;
    }
    let pushed = fl!(words, "distributions-pushed-start");
    caption(ui, pushed.as_str());
    let starts = [
        (
            StartShape::Narrow,
            fl!(words, "distributions-start-narrow"),
            fl!(words, "distributions-start-narrow", "about"),
        ),
        (
            StartShape::Uniform,
            fl!(words, "distributions-start-uniform"),
            fl!(words, "distributions-start-uniform", "about"),
        ),
        (
            StartShape::Data,
            fl!(words, "distributions-start-data"),
            fl!(words, "distributions-start-data", "about"),
        ),
    ];
    if let Some(start) = segmented(ui, &pushed, line.start, &starts) {
        line.start = start;
    }
}

/// The choice of the kind of shape, and a caption that says how to change the shape by hand.
fn shape(ui: &mut Ui, words: &Words, line: &mut LineOptions) {
    choose_shape(ui, words, &fl!(words, "distributions-data"), &mut line.shape);
    let how = if matches!(line.shape, LineShape::Drawn(_)) {
        fl!(words, "distributions-shape-drawing")
    } else {
        fl!(words, "distributions-shape-dragging")
    };
    caption(ui, how);
}

/// The parameters of a shape's parts, one row for each part.
fn parts(ui: &mut Ui, words: &Words, shape: &mut LineShape) {
    // A value that no hand could set is not taken.
    let before = shape.clone();
    match shape {
        LineShape::Mixture(parts) => each(ui, parts, |ui, part, i| bump(ui, words, part, i)),
        LineShape::Uniform(parts) => each(ui, parts, |ui, part, i| block(ui, words, part, i)),
        LineShape::Spikes(parts) => each(ui, parts, |ui, part, i| spike(ui, words, part, i)),
        LineShape::Drawn(_) => {}
    }
    if shape.density().is_none() {
        *shape = before;
    }
}

/// Shows all parts, which are counted from 1.
fn each<P>(ui: &mut Ui, parts: &mut [P], mut show: impl FnMut(&mut Ui, &mut P, usize)) {
    for (i, part) in parts.iter_mut().enumerate() {
        show(ui, part, i + 1);
    }
}

fn bump(ui: &mut Ui, words: &Words, bump: &mut Bump, number: usize) {
    let mean = fl!(words, "distributions-bump-mean", number = number);
    let deviation = fl!(words, "distributions-bump-deviation", number = number);
    let weight = fl!(words, "distributions-bump-weight", number = number);
    row(
        ui,
        [
            (mean, "μ ", &mut bump.mean, -REACH..=REACH),
            (deviation, "σ ", &mut bump.deviation, 0.03..=2.0),
            (weight, "w ", &mut bump.weight, 0.001..=10.0),
        ],
    );
}

fn block(ui: &mut Ui, words: &Words, block: &mut Block, number: usize) {
    let start = fl!(words, "distributions-block-start", number = number);
    let end = fl!(words, "distributions-block-end", number = number);
    let height = fl!(words, "distributions-block-height", number = number);
    row(
        ui,
        [
            (start, "", &mut block.start, -REACH..=REACH),
            (end, "… ", &mut block.end, -REACH..=REACH),
            (height, "h ", &mut block.height, 0.02..=4.0),
        ],
    );
}

fn spike(ui: &mut Ui, words: &Words, spike: &mut Spike, number: usize) {
    let place = fl!(words, "distributions-spike-place", number = number);
    let weight = fl!(words, "distributions-spike-weight", number = number);
    row(ui, [(place, "x ", &mut spike.place, -REACH..=REACH), (weight, "w ", &mut spike.weight, 0.02..=4.0)]);
}

/// A row of numbers. Each has an accessible name, a symbol before it, its value and its range.
fn row<const N: usize>(ui: &mut Ui, cells: [(String, &str, &mut f64, RangeInclusive<f64>); N]) {
    let gap = std::mem::replace(&mut ui.spacing_mut().item_spacing.x, 4.0);
    ui.columns(N, |columns| {
        for ((name, prefix, value, range), ui) in cells.into_iter().zip(columns) {
            // Three numbers have little room beside each other.
            ui.spacing_mut().button_padding.x = 3.0;
            let drag = DragValue::new(value).range(range).speed(0.01).fixed_decimals(2).prefix(prefix);
            let drag = drag.clamp_existing_to_range(false);
            let size = vec2(ui.available_width(), 22.0);
            ui.add_sized(size, drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &name));
        }
    });
    ui.spacing_mut().item_spacing.x = gap;
}
