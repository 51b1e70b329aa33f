//! The row above the canvas: line or plane, what the plane is looked at for, and what is under way.

use egui::{Align, Layout, ProgressBar, Rect, RichText, Ui, UiBuilder, pos2};
use i18n_embed_fl::fl;

use super::act;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::distributions::commands::DistributionsCommand;
use crate::app::chapters::distributions::words::{activity, subject};
use crate::app::theme::caption_font;
use crate::app::widgets::segmented;
use crate::app::words::missing_text;
use crate::scene::{PlaneSubject, Space};

/// Widths of the two choices; the second gives way in a narrow window.
const SPACES: f32 = 176.0;
const SUBJECTS: f32 = 400.0;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let spaces = rect.with_max_x(rect.left() + SPACES);
    let chosen = view.scene.chapters.distributions.space;
    let words = view.words;
    let options = [
        (Space::Line, fl!(words, "distributions-line"), fl!(words, "distributions-line", "about")),
        (Space::Plane, fl!(words, "distributions-plane"), fl!(words, "distributions-plane", "about")),
    ];
    within(ui, spaces, |ui| {
        if let Some(space) = segmented(ui, &fl!(words, "distributions-space"), chosen, &options) {
            act(view, |options| options.space = space);
        }
    });
    if chosen == Space::Line {
        return;
    }
    let left = spaces.right() + 12.0;
    let subjects =
        Rect::from_min_max(pos2(left, rect.top()), pos2((left + SUBJECTS).min(rect.right()), rect.bottom()));
    let options = PlaneSubject::ALL.map(|kind| {
        let (title, about) = subject(words, kind);
        (kind, title, about)
    });
    let chosen = view.scene.chapters.distributions.plane.subject;
    within(ui, subjects, |ui| {
        if let Some(subject) = segmented(ui, &fl!(words, "distributions-subject"), chosen, &options) {
            act(view, |options| options.plane.subject = subject);
        }
    });
    work(ui, view, Rect::from_min_max(pos2(subjects.right() + 12.0, rect.top()), rect.max));
}

fn within(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(rect), add);
}

/// What samplers and measurements are doing, with a way to stop them.
fn work(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let words = view.words;
    let layout = Layout::right_to_left(Align::Center);
    ui.scope_builder(UiBuilder::new().max_rect(rect).layout(layout), |ui| {
        let small = |text: &str| RichText::new(text.to_owned()).font(caption_font());
        match (view.room.plane.work(), view.room.plane.missing().cloned()) {
            (Some((at, fraction)), _) => {
                if ui.small_button(fl!(words, "distributions-stop")).clicked() {
                    view.order(DistributionsCommand::Stop.order());
                }
                let room = rect.width() - 56.0;
                if room > 20.0 {
                    ui.add(ProgressBar::new(fraction).desired_width(room.min(60.0)).desired_height(8.0));
                }
                if room > 150.0 {
                    ui.label(small(&activity(words, at)).color(view.theme.weak));
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
                    ui.add(egui::Label::new(small(&failed).color(ink)).truncate());
                }
            }
            (None, None) => {}
        }
    });
}
