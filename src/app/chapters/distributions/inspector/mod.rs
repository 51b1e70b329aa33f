//! The inspector's part for the Distributions chapter.

mod line;
mod plane;

use std::ops::RangeInclusive;

use egui::{DragValue, Role, Ui, WidgetInfo};

use crate::app::chapters::distributions::DistributionsView;
use crate::app::widgets::{NUMBER, labelled};
use crate::scene::{Action, Space};

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>) {
    let mut options = view.scene.chapters.distributions.clone();
    match options.space {
        Space::Line => line::show(ui, view, &mut options.line),
        Space::Plane => plane::show(ui, view, &mut options.plane),
    }
    if options != view.scene.chapters.distributions {
        view.act(Action::options(options));
    }
}

/// A number at the right edge, with a label at its left.
fn number(ui: &mut Ui, name: &str, hint: &str, value: &mut f64, range: RangeInclusive<f64>, speed: f64) {
    let label = labelled(ui, name, NUMBER, |ui, _| {
        let drag = DragValue::new(value).range(range).speed(speed).max_decimals(2);
        let drag = drag.clamp_existing_to_range(false);
        ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
    });
    label.on_hover_text(hint);
}

/// A whole number at the right edge, with a label at its left.
fn count(ui: &mut Ui, name: &str, hint: &str, value: &mut usize, range: RangeInclusive<usize>) {
    let label = labelled(ui, name, NUMBER, |ui, _| {
        let speed = (*value as f64 * 0.01).max(0.1);
        let drag = DragValue::new(value).range(range).speed(speed).clamp_existing_to_range(false);
        ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
    });
    label.on_hover_text(hint);
}
