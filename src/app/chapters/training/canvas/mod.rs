//! The canvas: how a network learns, or one step of it.

mod bar;
mod film;
mod live;
mod plots;
mod step;
mod tile;

use egui::{Rect, Ui, vec2};

use super::TrainingView;
use crate::scene::TrainingSubject;

/// Height of the row of buttons, in points.
const BAR: f32 = 30.0;

pub fn show(ui: &mut Ui, view: &mut TrainingView<'_, '_>, rect: Rect) {
    let mut below = rect;
    // Figures and presentations have no buttons.
    if view.hints {
        let bar = Rect::from_min_size(rect.min, vec2(rect.width(), BAR));
        bar::show(ui, view, bar);
        below.min.y = bar.bottom() + 4.0;
    }
    match view.room.subject(view.scene) {
        TrainingSubject::Live => live::show(ui, view, below),
        TrainingSubject::Step => step::show(ui, view, below),
    }
}
