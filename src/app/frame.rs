//! A frame of the window: takes in what has happened since the last one, then draws.

use std::time::{Duration, Instant};

use egui::{Memory, Popup, Ui, Vec2};
use i18n_embed_fl::fl;

use super::chapters::Chapter;
use super::command::{Command, Intent};
use super::lessons::LessonOrder;
use super::outcome::Outcome;
use super::search::Sources;
use super::settings::Store;
use super::shell::Shell;
use super::theme::Theme;
use super::viewport::Viewport;
use super::wake::wake;
use super::words::{error_text, missing_text};
use super::{App, commands, focus, overlays, search};
use crate::background::Computed;
use crate::scene::Action;
use crate::signals;

/// Settings and scene are saved at this interval, in seconds, and when the window closes.
const REMEMBER_SECONDS: f64 = 30.0;
/// The least width and height, in points, to which an enlarged interface may shrink the window.
const LEAST_ROOM: [f32; 2] = [860.0, 540.0];
/// The interval at which work in the background is checked.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.guarded(|app| app.advance(ctx));
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.guarded(|app| app.draw(ui));
    }

    fn raw_input_hook(&mut self, ctx: &egui::Context, input: &mut egui::RawInput) {
        commands::clipboard_keys(ctx, input);
        if std::mem::take(&mut self.shell.pointer_lost) {
            input.events.push(egui::Event::PointerGone);
        }
    }

    fn on_exit(&mut self) {
        let _undisturbed = signals::undisturbed();
        self.shell.dialogs.close();
        match self.shell.remember() {
            Ok(()) => self.shell.recovery.end(),
            // Nobody sees this window any more: the caller shows the reason.
            Err(reason) => self.shell.parting.say(reason),
        }
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

impl App {
    /// The work that is done before a frame is drawn.
    fn advance(&mut self, ctx: &egui::Context) {
        self.take_outcomes(ctx);
        self.take_answers(ctx);
        self.take_dropped(ctx);
        self.take_pasted(ctx);
        self.poll_rooms(ctx);
        let shell = &mut self.shell;
        shell.play(ctx);
        shell.prepare_picture(ctx);
        shell.name_window(ctx);
        shell.remember_now_and_then(ctx);
        shell.stage.pictures.poll(ctx);
        shell.stage.stored.advance();
        shell.stage.probe.advance();
        shell.stage.pointed.advance();
        self.prepare_rooms(ctx);
        self.begin_step(ctx);
        let shell = &mut self.shell;
        if let Some(error) = shell.recovery.keep(ctx, shell.history.scene()) {
            shell
                .notices
                .fail(ctx, fl!(shell.words, "scene-not-kept", reason = error_text(&shell.words, &error)));
        }
        if self.is_busy() || self.shell.dialogs.is_open() {
            // A thread that ends in the middle of a frame of two passes does not wake the window: eframe takes its
            // request to repaint as fulfilled by the second pass. So the work is checked at intervals.
            ctx.request_repaint_after(LOOK_AGAIN);
        }
    }

    fn draw(&mut self, ui: &mut Ui) {
        let began = Instant::now();
        let ctx = ui.ctx().clone();
        if self.shell.presenting.is_none() {
            self.shell.zoom_due.take_if(|due| (*due - ctx.zoom_factor()).abs() < 1e-3);
            keep_room(&ctx);
        }
        let scene = self.shell.history.scene().clone();
        self.shell.discard_first_pass(&ctx);
        self.shell.blank(&ctx);
        let mut entries = if self.wants_commands(&ctx) {
            commands::entries(&scene, &self.rooms, &self.shell.words)
        } else {
            Vec::new()
        };
        self.shell.tick(&ctx, &mut entries);
        self.uncover_presentation(&ctx);
        let mut intents = Vec::new();
        if self.is_covered() {
            if ctx.memory(Memory::top_modal_layer).is_none() {
                // It has just opened: menus below it close.
                Popup::close_all(&ctx);
            }
            overlays::rest(ui);
        } else {
            intents.extend(commands::pressed(&ctx, &entries));
            self.close_failure(&ctx);
            if self.leaves_lesson(&ctx) {
                intents.push(Intent::Do(Command::Lesson(LessonOrder::Leave)));
            }
        }
        focus::follow(&ctx);
        let corner = if self.shell.presenting.is_some() {
            self.show_presentation(ui, &scene, &mut intents);
            Vec2::ZERO
        } else {
            self.show(ui, &scene, &entries, &mut intents)
        };
        let theme = Theme::of(&ctx);
        let presenting = self.shell.presenting.is_some();
        let Shell { notices, words, .. } = &mut self.shell;
        notices.show(&ctx, (theme, words), (corner, ui.is_enabled(), presenting), &mut intents);
        if self.palette.is_open() {
            let Shell { words, settings, .. } = &self.shell;
            let others = commands::entries(&scene, &self.rooms, self.palette.other(words));
            let sources = Sources {
                entries: &entries,
                others: &others,
                rooms: &self.rooms,
                recent: &settings.recent,
                models: &settings.models,
            };
            let items = search::items(&ctx, words, &sources);
            self.palette.show(&ctx, words, &items, &mut intents);
        }
        self.card.show(&ctx, &self.shell.words, &mut intents);
        let (words, choice) = (&self.shell.words, self.shell.settings.figure);
        self.figure.show(&ctx, words, choice, &self.shell.stage.plots, &mut intents);
        if self.keys_open {
            let presenting = self.shell.presenting.is_some();
            self.keys_open = overlays::keys(&ctx, &self.shell.words, &entries, presenting);
        }
        self.ask_path(&ctx);
        self.shell.ask_replace(&ctx);
        overlays::drop_hint(&ctx, theme, &self.shell.words);
        focus::ring(&ctx, theme);
        if self.shell.stage.probe.moves() || self.shell.stage.pointed.changes() {
            ctx.request_repaint();
        }
        self.carry_out(&ctx, intents);
        self.end_gesture_when_released(&ctx);
        let elapsed = began.elapsed().as_secs_f32() * 1e3;
        // A running mean, so that the number can be read.
        let mean = &mut self.shell.frame_ms;
        *mean = if *mean == 0.0 { elapsed } else { 0.9 * *mean + 0.1 * elapsed };
    }

    /// Closes the last failure by Escape, which then ends nothing else. A presentation takes failures away by itself.
    fn close_failure(&mut self, ctx: &egui::Context) {
        let elsewhere = self.shell.presenting.is_some() || Popup::is_any_open(ctx) || ctx.text_edit_focused();
        let pressed = |input: &egui::InputState| input.key_pressed(egui::Key::Escape);
        if !elsewhere && ctx.input(pressed) && self.shell.notices.close_last_failure() {
            ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape));
        }
    }

    /// Whether the key was pressed that ends a lesson, and nothing else ends by it.
    fn leaves_lesson(&self, ctx: &egui::Context) -> bool {
        let elsewhere = self.shell.presenting.is_some() || Popup::is_any_open(ctx) || ctx.text_edit_focused();
        let pressed = |input: &egui::InputState| input.key_pressed(egui::Key::Escape);
        self.shell.playing.is_some() && !elsewhere && ctx.input(pressed)
    }

    /// Whether something lies over the whole window and receives the keys and the pointer.
    pub(super) fn is_covered(&self) -> bool {
        let asking = self.shell.replacing.is_some() || self.shell.typed.is_some() || self.figure.is_open();
        self.palette.is_open() || self.card.is_open() || self.keys_open || asking
    }

    /// In a presentation, closes by the keys of a remote what lies over it: a remote has no other key that could.
    fn uncover_presentation(&mut self, ctx: &egui::Context) {
        if self.shell.presenting.is_none()
            || !(self.palette.is_open() || self.card.is_open() || self.keys_open)
        {
            return;
        }
        let pressed = |key| ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
        if pressed(egui::Key::PageDown) || pressed(egui::Key::PageUp) {
            self.palette.close();
            self.card.close();
            self.keys_open = false;
        }
    }

    /// Whether the list of commands may be needed in this frame: there are keys or clicks, or a menu, the palette or
    /// the list of keys is open.
    fn wants_commands(&self, ctx: &egui::Context) -> bool {
        let acted =
            ctx.input(|i| i.events.iter().any(|event| !matches!(event, egui::Event::PointerMoved(_))));
        acted || self.palette.is_open() || self.keys_open || Popup::is_any_open(ctx)
    }

    fn end_gesture_when_released(&mut self, ctx: &egui::Context) {
        let held = ctx.input(|i| i.pointer.any_down() || !i.keys_down.is_empty());
        let led = self.shell.playback.is_active() || self.rooms.iter().any(Chapter::leads_time);
        if !held && !led {
            self.shell.history.end_gesture();
        }
    }

    fn take_dropped(&mut self, ctx: &egui::Context) {
        for file in ctx.input(|i| i.raw.dropped_files.clone()) {
            self.open_path(ctx, file.path().to_owned());
        }
    }

    /// Opens what is pasted into the window, unless a text field is being edited, which takes it.
    fn take_pasted(&mut self, ctx: &egui::Context) {
        let pasted = ctx.input(|i| {
            i.events.iter().find_map(|event| match event {
                egui::Event::Paste(text) => Some(Some(text.clone())),
                egui::Event::PasteImage(_) => Some(None),
                _ => None,
            })
        });
        match pasted.filter(|_| !ctx.text_edit_focused()) {
            Some(Some(text)) => self.paste_text(ctx, &text),
            Some(None) => self.run(ctx, Command::Paste),
            None => {}
        }
    }

    fn take_outcomes(&mut self, ctx: &egui::Context) {
        for Computed { key: title, value: outcome } in self.shell.jobs.ended() {
            let shell = &mut self.shell;
            let outcome = outcome.unwrap_or_else(|missing| {
                let reason = missing_text(&shell.words, &missing).unwrap_or_default();
                Outcome::Failed(fl!(shell.words, "job-broken", title = title, reason = reason).into())
            });
            match outcome {
                Outcome::Saved(path) => shell.tell_saved(ctx, &path),
                Outcome::Failed(error) => {
                    shell.clipboard_busy = false;
                    shell.fail(ctx, &*error);
                }
                Outcome::Cancelled => shell.notices.tell(ctx, fl!(shell.words, "job-cancelled")),
                Outcome::Pasted(files) => self.open_pasted(ctx, files),
                Outcome::Opened(reference, loaded) => shell.opened(ctx, reference, loaded),
                Outcome::Drawn(image) => {
                    ctx.copy_image(image);
                    shell.notices.tell(ctx, fl!(shell.words, "figure-copied"));
                }
                Outcome::Prepared(prepared) => {
                    if prepared.reference != shell.stage.images.shown().reference {
                        shell.stage.viewport = Viewport::default();
                    }
                    shell.stage.pictures.set_image(&prepared.raster);
                    shell.stage.images.show(*prepared);
                }
                Outcome::Unprepared(error) => {
                    let reason = error_text(&shell.words, &error);
                    shell.notices.fail(ctx, fl!(shell.words, "picture-stays", reason = reason));
                }
            }
            ctx.request_repaint();
        }
        let shell = &mut self.shell;
        if let Some(error) = shell.stage.pictures.take_failure() {
            shell.device = shell.stage.pictures.device();
            shell.notices.fail(
                ctx,
                fl!(shell.words, "pictures-from-processor", reason = error_text(&shell.words, &error)),
            );
        }
    }
}

impl Shell {
    pub(super) fn play(&mut self, ctx: &egui::Context) {
        if !self.playback.is_active() {
            return;
        }
        let seconds = f64::from(ctx.input(|i| i.stable_dt)).min(0.25);
        if let Some(t) = self.playback.advance(self.history.scene(), seconds) {
            self.apply(ctx, Action::Timestep(t));
        }
        ctx.request_repaint();
    }

    pub(super) fn remember_now_and_then(&mut self, ctx: &egui::Context) {
        let now = ctx.input(|i| i.time);
        if now - self.remembered >= REMEMBER_SECONDS {
            self.remembered = now;
            if let Err(reason) = self.remember()
                && self.store.as_mut().is_some_and(Store::is_untold)
            {
                self.notices.fail(ctx, reason);
            }
        }
    }

    /// Sets the window's title, which contains the picture's name.
    pub(super) fn name_window(&mut self, ctx: &egui::Context) {
        let title = fl!(self.words, "window-title", picture = self.stage.images.shown().loaded.name.as_str());
        if self.title != title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    pub(super) fn prepare_picture(&mut self, ctx: &egui::Context) {
        if let Some(work) = self.stage.images.wanted(self.history.scene()) {
            self.jobs.start(&wake(ctx), "preparing", fl!(self.words, "job-preparing"), |_| match work() {
                Ok(prepared) => Outcome::Prepared(Box::new(prepared)),
                Err(error) => Outcome::Unprepared(error),
            });
        }
    }
}

/// Enlarges the interface no further than that everything has its room: at twice the size, the smallest window would have
/// no place for a plot.
fn keep_room(ctx: &egui::Context) {
    let zoom = ctx.zoom_factor();
    let size = ctx.content_rect().size() * zoom;
    let most = (size.x / LEAST_ROOM[0]).min(size.y / LEAST_ROOM[1]).max(1.0);
    if zoom > most + 1e-3 {
        ctx.set_zoom_factor(most);
    }
}
