//! The chapter Schedules: curves of two schedules, and pictures under each.

mod canvas;
mod formula;
mod inspector;

use egui::{Rect, Ui};

use super::{Chapter, Formula, Group, Panels};
use crate::app::view::View;
use crate::quantity::Quantity;
use crate::scene::{ChapterId, CurveChoice, Scene};

/// The room.
pub struct Schedules;

impl Chapter for Schedules {
    fn id(&self) -> ChapterId {
        ChapterId::Schedules
    }

    fn group(&self) -> Group {
        Group::Noise
    }

    fn emblem(&self) -> Quantity {
        Quantity::AlphaBar
    }

    fn canvas(&mut self, ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
        canvas::show(ui, view, rect);
    }

    fn panels(&self, _scene: &Scene) -> Panels {
        Panels { both_schedules: true, ..Panels::default() }
    }

    fn inspector(&mut self, ui: &mut Ui, view: &mut View<'_>) {
        inspector::show(ui, view);
    }

    fn formula(&self, view: &View<'_>) -> Formula {
        formula::formula(view)
    }

    fn tour(&self, scene: &mut Scene) {
        scene.compare = true;
    }
}

/// The quantity that is drawn for a choice of curve.
pub fn quantity_of_curve(choice: CurveChoice) -> Quantity {
    match choice {
        CurveChoice::Beta => Quantity::Beta,
        CurveChoice::AlphaBar => Quantity::AlphaBar,
        CurveChoice::SqrtAlphaBar => Quantity::SqrtAlphaBar,
        CurveChoice::Snr => Quantity::Snr,
        CurveChoice::LogSnr => Quantity::LogSnr,
        CurveChoice::NewShare => Quantity::NewShare,
        CurveChoice::VlbWeight => Quantity::VlbWeight,
    }
}
