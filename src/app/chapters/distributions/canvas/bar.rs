//! The row above the canvas: the choice between line and plane, the choice of what the plane shows, and the
//! computation that is under way.

use egui::{Align, Label, Layout, ProgressBar, Rect, RichText, Ui, UiBuilder};
use i18n_embed_fl::fl;

use super::act;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::commands::DistributionsCommand;
use crate::app::chapters::distributions::words::{activity, subject};
use crate::app::theme::caption_font;
use crate::app::widgets::{button_width, choose, segmented, segmented_width};
use crate::app::words::missing_text;
use crate::scene::{PlaneSubject, Space};

/// The widths, in points, that the two choices take at least. The second one is narrower in a narrow window.
const SPACES: f32 = 176.0;
const SUBJECTS: f32 = 400.0;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let chosen = view.scene.chapters.distributions.space;
    let words = view.words;
    let options = [
        (Space::Line, fl!(words, "distributions-line"), fl!(words, "distributions-line", "about")),
        (Space::Plane, fl!(words, "distributions-plane"), fl!(words, "distributions-plane", "about")),
    ];
    let spaces = rect.with_max_x(rect.left() + segmented_width(ui, &options).max(SPACES));
    within(ui, spaces, |ui| {
        if let Some(space) = segmented(ui, &fl!(words, "distributions-space"), chosen, &options) {
            act(view, |options| options.space = space);
        }
    });
    if chosen == Space::Line {
        return;
    }
    let subjects = rect.with_min_x(spaces.right() + 12.0);
    let right = self::subjects(ui, view, subjects);
    work(ui, view, rect.with_min_x(right + 12.0));
}

/// The choice of what the plane shows: segments, or a combo box where segments do not fit. Returns the right
/// edge of the choice.
fn subjects(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) -> f32 {
    let words = view.words;
    let options = PlaneSubject::ALL.map(|kind| {
        let (title, about) = subject(words, kind);
        (kind, title, about)
    });
    let (name, chosen) =
        (fl!(words, "distributions-subject"), view.scene.chapters.distributions.plane.subject);
    let least = segmented_width(ui, &options);
    let rect = rect.with_max_x(rect.right().min(rect.left() + least.max(SUBJECTS)));
    within(ui, rect, |ui| {
        let subject = if least <= rect.width() {
            segmented(ui, &name, chosen, &options)
        } else {
            choose(ui, &name, rect.width(), chosen, &options.map(|(kind, title, _)| (kind, title)))
        };
        if let Some(subject) = subject {
            act(view, |options| options.plane.subject = subject);
        }
    });
    rect.right()
}

fn within(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(rect), add);
}

/// What samplers and measurements are doing, with a button that stops them. After a stop or a failure, a
/// button that starts them again.
fn work(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let words = view.words;
    let layout = Layout::right_to_left(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(layout), |ui| {
        let small = |text: &str| RichText::new(text.to_owned()).font(caption_font());
        match (view.room.plane.work(), view.room.plane.missing().cloned()) {
            (Some((at, fraction)), _) => {
                let stop = fl!(words, "distributions-stop");
                let room = rect.width() - button_width(ui, &stop).max(56.0);
                if ui.small_button(stop).clicked() {
                    view.order(DistributionsCommand::Stop.order());
                }
                if room > 20.0 {
                    ui.add(ProgressBar::new(fraction).desired_width(room.min(60.0)).desired_height(8.0));
                }
                if room > 150.0 {
                    ui.add(Label::new(small(&activity(words, at)).color(view.theme.weak)).truncate());
                }
            }
            (None, Some(missing)) => {
                let failed =
                    missing_text(words, &missing).unwrap_or_else(|| fl!(words, "distributions-stopped"));
                if ui.small_button(fl!(words, "distributions-again")).on_hover_text(&failed).clicked() {
                    view.order(DistributionsCommand::Again.order());
                }
                if rect.width() > 110.0 {
                    let ink = if missing.is_cancelled() { view.theme.weak } else { view.theme.error };
                    ui.add(Label::new(small(&failed).color(ink)).truncate());
                }
            }
            (None, None) => {}
        }
    });
}
