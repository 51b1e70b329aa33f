//! Opening files: pictures, scenes, lessons, schedules, and what chapters know how to open.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use i18n_embed_fl::fl;

use super::command::Command;
use super::dialogs::{Ended, Typed};
use super::outcome::Outcome;
use super::shell::{Pending, Shell};
use super::wake::wake;
use super::words::{error_text, schedule_label};
use super::{App, images, lessons};
use crate::diffusion::sampler::SchedulerFile;
use crate::files;
use crate::imaging::{self, LoadedImage, Pasted};
use crate::lesson;
use crate::scene::{self, Action, ImageRef, Side};

impl App {
    /// Opens a picture, a scene, a diffusers schedule or a path that a chapter knows how to open. The kind of a file is
    /// found out from its content.
    pub(super) fn open_path(&mut self, ctx: &egui::Context, path: PathBuf) {
        let shown = self.shell.scene().chapter;
        let order = self.rooms.get(shown).opens(&path, true);
        let order = order.or_else(|| self.rooms.iter().find_map(|room| room.opens(&path, false)));
        match order {
            Some(order) => self.tell_room(ctx, &order),
            None => self.shell.open_file(ctx, path),
        }
    }

    /// Opens the file that pasted text names. For other text, the clipboard is searched for a picture or files.
    pub(super) fn paste_text(&mut self, ctx: &egui::Context, text: &str) {
        let files = imaging::clipboard::paths(text);
        if files.is_empty() {
            self.run(ctx, Command::Paste);
        } else {
            self.open_pasted(ctx, files);
        }
    }

    /// Opens the first of copied files: one scene or picture is shown at a time.
    pub(super) fn open_pasted(&mut self, ctx: &egui::Context, files: Vec<PathBuf>) {
        self.shell.clipboard_busy = false;
        let others = files.len().saturating_sub(1);
        let Some(first) = files.into_iter().next() else { return };
        if others > 0 {
            let name = files::plain(&first.display().to_string());
            let all = others + 1;
            let text = fl!(self.shell.words, "files-copied", count = all, name = name);
            self.shell.notices.tell(ctx, text);
        }
        self.open_path(ctx, first);
    }

    /// Takes the answer of the file dialog, if there is one, and acts on it.
    pub(super) fn take_answers(&mut self, ctx: &egui::Context) {
        let Some(Ended { question, answer, then }) = self.shell.dialogs.poll(ctx) else { return };
        match answer {
            Ok(Some(path)) => self.take_path(ctx, path, then),
            Ok(None) => {}
            Err(error) => {
                log::warn!("no file dialog: {error}");
                let reason = error_text(&self.shell.words, &error);
                let last = self.shell.last_typed.as_deref();
                self.shell.typed = Some((Typed::new(question, reason, last), then));
                ctx.request_repaint();
            }
        }
    }

    /// Shows the question for a path that the system's dialogs could not ask, if it is open, and acts on the answer.
    pub(super) fn ask_path(&mut self, ctx: &egui::Context) {
        let Some((mut typed, then)) = self.shell.typed.take() else { return };
        let reply = typed.show(ctx, &self.shell.words);
        if matches!(reply, Some(Some(_))) {
            // Whoever has mistyped a path need not type all of it again.
            self.shell.last_typed = Some(typed.text().to_owned());
        }
        match (reply, then) {
            (None, then) => self.shell.typed = Some((typed, then)),
            (Some(None), _) => {}
            // Nobody has asked yet whether a file is to be replaced.
            (Some(Some(path)), Pending::Save(output)) => self.shell.save_unasked(ctx, &path, output),
            (Some(Some(path)), then) => self.take_path(ctx, path, then),
        }
    }

    fn take_path(&mut self, ctx: &egui::Context, path: PathBuf, then: Pending) {
        match then {
            Pending::OpenAny => self.open_path(ctx, path),
            Pending::ImportSchedule(side) => self.shell.import_schedule(ctx, &path, side),
            Pending::Order(order) => self.tell_room(ctx, &order(path)),
            Pending::Save(output) => self.shell.save_at(ctx, &path, output),
        }
    }
}

impl Shell {
    /// Opens a picture, a scene or a diffusers schedule.
    pub(super) fn open_file(&mut self, ctx: &egui::Context, path: PathBuf) {
        if lesson::looks_like_lesson(&path) {
            return match lessons::load_lesson(&path) {
                Ok(lesson) => {
                    self.settings.remember_file(path);
                    self.start_lesson(ctx, lesson);
                }
                Err(error) => self.fail(ctx, &error),
            };
        }
        if scene::looks_like_scheduler(&path) {
            return self.import_schedule(ctx, &path, self.scene().active);
        }
        if scene::looks_like_scene(&path) {
            return match scene::load(&path) {
                Ok(scene) => {
                    self.settings.remember_file(path);
                    self.apply(ctx, Action::Replace(Box::new(scene)));
                }
                Err(error) => self.fail(ctx, &error),
            };
        }
        let reference = ImageRef::File(std::path::absolute(&path).unwrap_or(path));
        self.jobs.start(&wake(ctx), "opening", fl!(self.words, "job-opening"), move |progress| {
            match images::load(&reference) {
                // A decoder cannot be stopped half-way, but its result can be dropped.
                Ok(_) if progress.is_cancelled() => Outcome::Cancelled,
                Ok(loaded) => Outcome::Opened(reference, Arc::new(loaded)),
                Err(error) => Outcome::Failed(error.into()),
            }
        });
    }

    pub(super) fn opened(&mut self, ctx: &egui::Context, reference: ImageRef, loaded: Arc<LoadedImage>) {
        self.clipboard_busy = false;
        for notice in &loaded.notices {
            self.notices.tell(ctx, notice);
        }
        let reference = match reference {
            ImageRef::Pasted(_) => self.stage.images.next_pasted(),
            other => other,
        };
        if let ImageRef::File(path) = &reference {
            self.settings.remember_file(path.clone());
        }
        self.stage.images.keep(reference.clone(), loaded);
        self.apply(ctx, Action::Image(reference));
    }

    pub(super) fn paste(&mut self, ctx: &egui::Context) {
        if self.clipboard_busy {
            return;
        }
        self.clipboard_busy = true;
        self.jobs.start(&wake(ctx), "pasting", fl!(self.words, "job-pasting"), |_| {
            match imaging::clipboard::read() {
                Ok(Pasted::Picture(loaded)) => Outcome::Opened(ImageRef::Pasted(0), Arc::new(loaded)),
                Ok(Pasted::Files(files)) => Outcome::Pasted(files),
                Err(error) => Outcome::Failed(error.into()),
            }
        });
    }

    fn import_schedule(&mut self, ctx: &egui::Context, path: &Path, side: Side) {
        let text = match files::read_text(path, files::MAX_CONFIG_BYTES) {
            Ok(text) => text,
            Err(error) => return self.fail(ctx, &error),
        };
        match SchedulerFile::parse(&text) {
            Ok(file) => {
                let spec = file.schedule.spec().clone();
                let kind = schedule_label(&self.words, &spec.kind);
                self.apply(ctx, Action::Schedule(side, spec));
                let (side, path_shown) = (side.letter(), path.display().to_string());
                let text = fl!(self.words, "schedule-imported", side = side, kind = kind, path = path_shown);
                self.notices.tell(ctx, text);
                for line in file.remarks {
                    self.notices.tell(ctx, format!("{}: {line}", path.display()));
                }
            }
            Err(error) => {
                let text = error_text(&self.words, &error);
                self.notices.fail(ctx, format!("{}: {text}", path.display()));
            }
        }
    }
}
