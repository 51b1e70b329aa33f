//! Writing files where the user chooses, and the question before a file is replaced.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use i18n_embed_fl::fl;

use super::App;
use super::dialogs::with_ending;
use super::figure::{Order, Still};
use super::outcome::Outcome;
use super::output::{Output, Write};
use super::overlays;
use super::shell::{Pending, Shell};
use super::wake::wake;
use super::words::Language;
use crate::background::Progress;
use crate::export::{self, ExportError};
use crate::gpu::Engine;
use crate::imaging::{self, FilmFormat, ImagingError, PixelBytes};
use crate::lesson;
use crate::scene;

impl App {
    /// Carries out a command about figures.
    pub(super) fn figure_order(&mut self, ctx: &egui::Context, order: Order) {
        match order {
            Order::Ask(plot) => self.figure.ask(plot),
            Order::Choose(choice) => self.shell.settings.figure = choice,
            Order::Save(plot) => {
                let stem = match &plot {
                    Some(id) => id.replace('/', "-"),
                    None => self.shell.scene().chapter.name().to_owned(),
                };
                let format = self.shell.settings.figure.format;
                let still = Box::new(self.still(ctx, plot));
                self.shell.ask_save(ctx, Output::Figure(still, format), &stem);
            }
            Order::Copy(plot) => {
                let still = self.still(ctx, plot);
                let name = fl!(self.shell.words, "job-figure");
                self.shell.jobs.start(&wake(ctx), "figure", name, move |_| match still.draw() {
                    Ok(image) => Outcome::Drawn(image),
                    Err(error) => Outcome::Failed(error.into()),
                });
            }
        }
    }

    /// All that a figure of the chapter on show, or of one of its plots, is drawn from.
    fn still(&self, ctx: &egui::Context, plot: Option<String>) -> Still {
        let shell = &self.shell;
        let dark = ctx.theme() == egui::Theme::Dark;
        let canvas = plot.as_ref().map(|_| shell.stage.plots.canvas);
        Still {
            scene: shell.scene().clone(),
            picture: shell.stage.images.shown().clone(),
            room: self.rooms.get(shell.scene().chapter).still(),
            viewport: shell.stage.viewport,
            options: shell.settings.figure.options(dark, Language::of(&shell.words), canvas),
            plot,
        }
    }
}

impl Shell {
    /// Asks where to write. The proposed name is `stem` with the usual extension.
    pub(super) fn ask_save(&mut self, ctx: &egui::Context, output: Output, stem: &str) {
        let (title, filter) = (output.title(&self.words), output.filter(&self.words));
        let name = Output::proposed(stem, &filter);
        self.dialogs.ask_save(ctx, title, name, filter, Pending::Save(output));
    }

    /// Writes to the chosen path, with the kind's extension added if it is missing. The dialog has asked before
    /// replacing the path as it was typed; before replacing the one with the added extension, the window asks.
    pub(super) fn save_at(&mut self, ctx: &egui::Context, typed: &Path, output: Output) {
        let path = with_ending(typed, &output.filter(&self.words));
        if path == typed {
            self.write(ctx, &path, output);
        } else {
            self.write_or_ask(ctx, path, output);
        }
    }

    /// Writes to the path, with the kind's extension added if it is missing. Before a file is replaced, the window asks.
    pub(super) fn save_unasked(&mut self, ctx: &egui::Context, typed: &Path, output: Output) {
        let path = with_ending(typed, &output.filter(&self.words));
        self.write_or_ask(ctx, path, output);
    }

    fn write_or_ask(&mut self, ctx: &egui::Context, path: PathBuf, output: Output) {
        // `symlink_metadata` also finds a link whose target does not exist.
        if path.symlink_metadata().is_ok_and(|metadata| !metadata.is_dir()) {
            self.replacing = Some((path, output));
        } else {
            self.write(ctx, &path, output);
        }
    }

    /// Shows the question whether a file is to be replaced, if it is open, and acts on the answer.
    pub(super) fn ask_replace(&mut self, ctx: &egui::Context) {
        let Some((path, output)) = self.replacing.take() else { return };
        match overlays::replace(ctx, &self.words, &path) {
            None => self.replacing = Some((path, output)),
            Some(true) => self.write(ctx, &path, output),
            Some(false) => {}
        }
    }

    /// Shows a notice that a file was written.
    pub(super) fn tell_saved(&mut self, ctx: &egui::Context, path: &Path) {
        let text = fl!(self.words, "saved", path = path.display().to_string());
        self.notices.tell(ctx, text);
    }

    fn export_figure(&mut self, ctx: &egui::Context, path: PathBuf, still: Still) {
        let name = fl!(self.words, "job-figure");
        self.jobs.start(&wake(ctx), "figure", name, move |_| match still.save(&path) {
            Ok(()) => Outcome::Saved(path.clone()),
            Err(error) => Outcome::Failed(error.into()),
        });
    }

    /// Writes a chapter's file in the background; `name` is what the work is called meanwhile.
    fn export(&mut self, ctx: &egui::Context, name: String, path: PathBuf, write: Write) {
        self.jobs.start(&wake(ctx), "writing", name, move |progress: &Progress| {
            ended(&path, write(&path, progress))
        });
    }

    fn export_film(&mut self, ctx: &egui::Context, path: PathBuf, format: FilmFormat) {
        let scene = self.scene().clone();
        let schedule = self.stage.derived.side(scene.active).schedule.clone();
        let image = self.stage.images.shown().raster.clone();
        self.jobs.start(&wake(ctx), "film", fl!(self.words, "job-film"), move |progress: &Progress| {
            let report = |done: u32, total: u32| {
                if progress.report(done as usize, total as usize) {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            };
            let engine = Engine::cpu(0).map_err(ExportError::from);
            let written = engine.and_then(|mut engine| {
                export::film(&path, format, &scene, &schedule, &image, &mut engine, report)
            });
            ended(&path, written)
        });
    }

    fn write(&mut self, ctx: &egui::Context, path: &Path, output: Output) {
        let written = match output {
            Output::Scene => scene::save(path, self.history.scene()).map_err(ExportError::from),
            Output::Lesson(lesson) => {
                let saved = lesson::save(path, &lesson).map_err(ExportError::from);
                if let (Ok(()), Some(recording)) = (&saved, &mut self.settings.recording) {
                    recording.note_saved();
                }
                saved
            }
            Output::Picture(rgba, width, height) => {
                let saved = imaging::save_png(path, PixelBytes::Rgba(&rgba), width as u32, height as u32);
                saved.map_err(ExportError::from)
            }
            Output::Table(format) => {
                let schedule = &self.stage.derived.side(self.scene().active).schedule;
                export::save_table(path, format, schedule, &[])
            }
            Output::Film(format) => return self.export_film(ctx, path.to_owned(), format),
            Output::Figure(still, _) => return self.export_figure(ctx, path.to_owned(), *still),
            Output::Work(work, write) => return self.export(ctx, work.name, path.to_owned(), write),
        };
        match written {
            Ok(()) => self.tell_saved(ctx, path),
            Err(error) => self.fail(ctx, &error),
        }
    }
}

/// The outcome of writing a file.
fn ended(path: &Path, written: Result<(), ExportError>) -> Outcome {
    match written {
        Ok(()) => Outcome::Saved(path.to_owned()),
        Err(ExportError::Imaging(ImagingError::Cancelled { .. })) => Outcome::Cancelled,
        Err(error) => Outcome::Failed(error.into()),
    }
}
