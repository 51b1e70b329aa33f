//! What makes a plot one that can be copied and saved.

use egui::{Rect, Response, Sense};
use i18n_embed_fl::fl;

use crate::app::command::Command;
use crate::app::figure::Order;
use crate::app::view::View;

/// Notes a plot that has been drawn into `rect` with its title, and gives it a menu by which it is copied and saved.
/// `id` identifies it among all plots; it becomes the proposed file name.
pub fn plate(view: &mut View<'_>, response: &Response, (id, title): (&str, &str), rect: Rect) {
    view.plots.note(id, title, rect);
    // A plot that can only be looked at has a menu as well, but no stop for the focus: the dialog for figures lists all.
    response.interact(Sense::CLICK).context_menu(|ui| {
        for (label, order) in [
            (fl!(view.words, "plot-copy"), Order::Copy(Some(id.to_owned()))),
            (fl!(view.words, "plot-save"), Order::Ask(Some(id.to_owned()))),
        ] {
            if ui.button(label).clicked() {
                view.command(Command::Figure(order));
            }
        }
    });
}
