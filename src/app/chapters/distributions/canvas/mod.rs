//! The canvas: the line and the plane, where everything about diffusion is known exactly.

mod bar;
mod line;
mod plane;

use egui::{Rect, Ui, pos2, vec2};

use crate::app::chapters::distributions::DistributionsView;
use crate::scene::{Action, DistributionsOptions, Space};

/// Height, in points, of the row of choices.
const BAR: f32 = 24.0;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    // Figures and presentations have no controls.
    let below = if view.hints {
        let bar = Rect::from_min_size(rect.min, vec2(rect.width(), BAR));
        bar::show(ui, view, bar);
        Rect::from_min_max(pos2(rect.left(), bar.bottom() + 10.0), rect.max)
    } else {
        rect
    };
    match view.scene.chapters.distributions.space {
        Space::Line => line::show(ui, view, below),
        Space::Plane => plane::show(ui, view, below),
    }
}

/// Requests a change of the chapter's options.
fn act(view: &mut DistributionsView<'_, '_>, change: impl FnOnce(&mut DistributionsOptions)) {
    let mut options = view.scene.chapters.distributions.clone();
    change(&mut options);
    if options != view.scene.chapters.distributions {
        view.act(Action::options(options));
    }
}
