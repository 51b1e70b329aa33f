//! The status bar: what is going on, on which device, how fast.

use egui::{Align, Layout, RichText, Ui};
use i18n_embed_fl::fl;

use crate::app::command::Command;
use crate::app::outcome::Jobs;
use crate::app::theme::{caption_font, figures};
use crate::app::view::View;

/// What the bar tells.
pub struct Status<'a> {
    /// Adapter or CPU.
    pub device: &'a str,
    /// Work of one frame on this thread, in milliseconds.
    pub frame_ms: f32,
    /// Work in the background.
    pub jobs: &'a Jobs,
}

/// Draws the bar.
pub fn show(ui: &mut Ui, view: &mut View<'_>, status: &Status<'_>) {
    let theme = view.theme;
    let small = |text: String| RichText::new(text).font(caption_font()).color(theme.weak);
    ui.horizontal_centered(|ui| {
        let mut idle = true;
        for job in status.jobs.running() {
            idle = false;
            ui.label(small(job.key().clone()));
            let bar = egui::ProgressBar::new(job.fraction()).desired_width(120.0).desired_height(8.0);
            ui.add(bar);
            if ui.small_button(fl!(view.words, "job-cancel")).clicked() {
                job.cancel();
            }
        }
        if idle {
            ui.label(small(fl!(view.words, "status-ready")));
        }
        ui.separator();
        ui.label(small(status.device.to_owned()));
        ui.separator();
        let frame = fl!(view.words, "status-frame", ms = format!("{:>4.1}", status.frame_ms));
        ui.label(RichText::new(frame).font(figures(11.0)).color(theme.weak));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui.add(egui::Button::new(small(fl!(view.words, "status-keys"))).frame(false)).clicked() {
                view.command(Command::Keys);
            }
        });
    });
}
