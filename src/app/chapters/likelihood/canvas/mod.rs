//! The canvases of the Likelihood chapter, one for each part.

mod bound;
mod continuous;
mod learned;

use egui::{Rect, Response, Ui};

use super::LikelihoodView;
use crate::app::widgets::{Chart, held_at};
use crate::scene::{Action, LikelihoodPart};

pub fn show(ui: &mut Ui, view: &mut LikelihoodView<'_, '_>, rect: Rect) {
    match view.scene.chapters.likelihood.part {
        LikelihoodPart::Bound => bound::show(ui, view, rect),
        LikelihoodPart::Continuous => continuous::show(ui, view, rect),
        LikelihoodPart::Learned => learned::show(ui, view, rect),
    }
}

/// The scene's t as a fraction of T.
fn now(view: &LikelihoodView<'_, '_>) -> f64 {
    view.scene.t as f64 / view.scene.steps() as f64
}

/// Moves t to where the pointer is held on a chart over t/T.
fn follow_time(ui: &Ui, view: &mut LikelihoodView<'_, '_>, chart: &Chart, response: &Response) {
    if let Some(pointer) = held_at(ui, response) {
        set_time(view, chart.value(pointer)[0]);
    }
}

/// Moves t to this fraction of T.
fn set_time(view: &mut LikelihoodView<'_, '_>, share: f64) {
    let t = (share * view.scene.steps() as f64).round().max(1.0) as usize;
    view.act(Action::Timestep(t));
}
