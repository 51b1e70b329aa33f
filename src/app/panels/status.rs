//! The status bar: the work under way, the device, and the time of a frame.

use egui::{Align, Button, Layout, RichText, TextWrapMode, Ui};
use i18n_embed_fl::fl;

use crate::app::command::Command;
use crate::app::outcome::Jobs;
use crate::app::theme::{caption_font, figures};
use crate::app::view::View;
use crate::app::widgets::button_width;
use crate::app::words::device_label;
use crate::gpu::EngineInfo;

/// What the bar shows.
pub struct Status<'a> {
    /// The graphics adapter, or the CPU, in words.
    pub device: Option<&'a EngineInfo>,
    /// The time that a frame takes on the window's thread, in milliseconds.
    pub frame_ms: f32,
    /// The work under way in the background.
    pub jobs: &'a Jobs,
}

/// Draws the bar.
pub fn show(ui: &mut Ui, view: &mut View<'_>, status: &Status<'_>) {
    let keys = fl!(view.words, "status-keys");
    let room = (ui.available_width() - button_width(ui, &keys)).max(0.0);
    ui.horizontal_centered(|ui| {
        ui.scope(|ui| {
            // A text that does not fit to the left of the keys ends in "…".
            ui.set_max_width(room);
            ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
            work(ui, view, status);
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let keys = RichText::new(keys).font(caption_font()).color(view.theme.weak);
            if ui.add(Button::new(keys).frame(false)).clicked() {
                view.command(Command::Keys);
            }
        });
    });
}

/// Draws the work under way, the device, and the time of a frame.
fn work(ui: &mut Ui, view: &View<'_>, status: &Status<'_>) {
    let theme = view.theme;
    let small = |text: String| RichText::new(text).font(caption_font()).color(theme.weak);
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
    ui.label(small(device_label(view.words, status.device)));
    ui.separator();
    let frame = fl!(view.words, "status-frame", ms = format!("{:>4.1}", status.frame_ms));
    ui.label(RichText::new(frame).font(figures(11.0)).color(theme.weak));
}
