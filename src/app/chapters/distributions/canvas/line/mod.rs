//! The line: marginals above; the reverse kernel, `p(x_0 | x_t)` and one more plot below.

mod aspect;
mod kernel;
mod marginals;
mod shape;

use egui::{Color32, Rect, Ui};

use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::layout::{alone, columns, rows};
use crate::app::widgets::{captioned, captioned_in};
use crate::scene::LineOptions;

/// The lower plots have captions of two rows when they are narrower than this, in points.
const NARROW: f32 = 270.0;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    if presented(ui, view, rect) {
        return;
    }
    if view.presenting && view.taught() && !view.with_plots() {
        // The words are about the map.
        return marginals::show(ui, view, rect);
    }
    let [upper, lower] = rows(rect, [1.35, 1.0]);
    marginals::show(ui, view, upper);
    let [left, middle, right] = columns(lower, [1.0, 1.0, 1.0]);
    kernel::reverse(ui, view, left);
    kernel::clean(ui, view, middle);
    aspect::show(ui, view, right);
}

/// Draws the lower plots that a presentation's step is about. Returns whether there are any.
fn presented(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) -> bool {
    let plots = ["distributions/kernel", "distributions/clean", "distributions/aspect"];
    let Some([kernel, clean, aspect]) = alone(view, rect, plots) else { return false };
    if let Some(rect) = kernel {
        kernel::reverse(ui, view, rect);
    }
    if let Some(rect) = clean {
        kernel::clean(ui, view, rect);
    }
    if let Some(rect) = aspect {
        aspect::show(ui, view, rect);
    }
    true
}

/// Draws the caption of a lower plot and returns the rectangle below it. All three captions have the same
/// number of rows, so that the plots are aligned.
fn caption(ui: &Ui, rect: Rect, title: &str, legend: &[(Color32, &str)]) -> Rect {
    if rect.width() < NARROW {
        captioned_in(ui, rect, title, legend, 2)
    } else {
        captioned(ui, rect, title, legend)
    }
}

/// Requests a change of the line's options.
fn act(view: &mut DistributionsView<'_, '_>, change: impl FnOnce(&mut LineOptions)) {
    super::act(view, |options| change(&mut options.line));
}
