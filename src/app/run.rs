//! Carries out commands.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::ViewportCommand;

use super::commands::Command;
use super::dialogs::Filter;
use super::jobs::{Outcome, Progress};
use super::saving::{Output, SCENES};
use super::widgets::Pixels;
use super::{App, figure, images};
use crate::diffusion::sampler::SchedulerFile;
use crate::export::{self, TableFormat};
use crate::files;
use crate::gpu::Engine;
use crate::imaging::{self, FilmFormat, ImagingError, LoadedImage, Pasted};
use crate::scene::{self, Action, ImageRef, Scene, Side};

/// What a file dialog was opened for.
pub enum Pending {
    OpenAny,
    ImportSchedule(Side),
    Model,
    IdealData,
    Save(Output),
}

const PICTURES: Filter = ("Pictures", &["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]);

impl App {
    pub(super) fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::OpenImage => self.dialogs.ask_open(ctx, "Open image", PICTURES, Pending::OpenAny),
            Command::OpenScene => self.dialogs.ask_open(ctx, "Open scene", SCENES, Pending::OpenAny),
            Command::OpenPath(path) => self.open_path(ctx, path),
            Command::OpenSample(name) => self.apply(ctx, Action::Image(ImageRef::Sample(name.to_owned()))),
            Command::ImportSchedule(side) => {
                let filter: Filter = ("scheduler_config.json", &["json"]);
                self.dialogs.ask_open(ctx, "Import schedule", filter, Pending::ImportSchedule(side));
            }
            Command::Paste => self.paste(ctx),
            Command::SaveScene => self.ask_save(ctx, Output::Scene, "scene"),
            Command::SavePicture(pixels, quantity) => {
                let stem = format!("{}-t{}", quantity.column(), self.scene().t);
                if let Some((rgba, width, height)) = self.rendered(ctx, &pixels) {
                    self.ask_save(ctx, Output::Picture(rgba, width, height), &stem);
                }
            }
            Command::CopyPicture(pixels) => {
                if let Some((rgba, width, height)) = self.rendered(ctx, &pixels) {
                    ctx.copy_image(egui::ColorImage::from_rgba_unmultiplied([width, height], &rgba));
                    self.notices.tell(ctx, "Picture copied");
                }
            }
            Command::ExportFilm(format) => self.ask_save(ctx, Output::Film(format), "forward"),
            Command::ExportCurves(format) => {
                let diffusers = format == TableFormat::Diffusers;
                let stem = if diffusers { "scheduler_config" } else { "curves" };
                self.ask_save(ctx, Output::Table(format), stem);
            }
            Command::ExportFigure => {
                let stem = self.scene().chapter.name();
                self.ask_save(ctx, Output::Figure, stem);
            }
            Command::Reverse(command) => self.reverse(ctx, command),
            Command::Distributions(command) => self.distributions(ctx, command),
            Command::Recovered(take_back) => self.recovered(ctx, take_back),
            Command::ResetScene => self.apply(ctx, Action::Replace(Box::default())),
            Command::Undo => {
                self.history.undo();
                self.stage.update(self.history.scene());
            }
            Command::Redo => {
                self.history.redo();
                self.stage.update(self.history.scene());
            }
            Command::Play(onwards) => {
                self.stage.reverse.unfollow();
                if let Some(t) = self.playback.toggle(onwards, self.history.scene()) {
                    self.apply(ctx, Action::Timestep(t));
                }
            }
            Command::StepBy(n) => {
                self.playback.pause();
                self.stage.reverse.unfollow();
                let t = self.scene().t as i64 + n;
                self.apply(ctx, Action::Timestep(t.max(1) as usize));
            }
            Command::NewSeed => {
                let seed = self.scene().seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) >> 40;
                self.apply(ctx, Action::Seed(seed));
            }
            Command::ToggleTheme => {
                let dark = ctx.theme() == egui::Theme::Dark;
                self.settings.theme =
                    if dark { egui::ThemePreference::Light } else { egui::ThemePreference::Dark };
                ctx.set_theme(self.settings.theme);
            }
            Command::ToggleInspector => self.settings.inspector = !self.settings.inspector,
            Command::Palette => self.palette.toggle(),
            Command::Keys => self.keys_open = !self.keys_open,
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
        }
        self.show_anew(ctx);
    }

    /// A picture at its own resolution; a failure becomes a notice.
    fn rendered(&mut self, ctx: &egui::Context, pixels: &Pixels) -> Option<(Vec<u8>, usize, usize)> {
        let request = match pixels {
            Pixels::Computed(request) => request,
            Pixels::Kept(kept) => return self.stage.reverse.rendered(*kept, self.history.scene()),
            Pixels::Start | Pixels::None => return None,
        };
        let rendered = self.stage.pictures.render(self.history.scene(), request);
        rendered.inspect_err(|error| self.notices.fail(ctx, error.to_string())).ok()
    }

    /// Opens a picture, a scene, a network or a diffusers schedule; what it is shows in its content.
    pub(super) fn open_path(&mut self, ctx: &egui::Context, path: PathBuf) {
        if is_model(&path) {
            return self.open_model(ctx, &path);
        }
        if is_scheduler_config(&path) {
            return self.import_schedule(ctx, &path, self.scene().active);
        }
        if scene::looks_like_scene(&path) {
            return match scene::load(&path) {
                Ok(scene) => {
                    self.settings.remember_file(path);
                    self.apply(ctx, Action::Replace(Box::new(scene)));
                }
                Err(error) => self.notices.fail(ctx, error.to_string()),
            };
        }
        let reference = ImageRef::File(std::path::absolute(&path).unwrap_or(path));
        self.jobs.start(ctx, "opening the picture", move |progress| match images::load(&reference) {
            // A decoder cannot be stopped half-way; what it brings can be left.
            Ok(_) if progress.is_cancelled() => Outcome::Cancelled,
            Ok(loaded) => Outcome::Opened(reference, Arc::new(loaded)),
            Err(error) => Outcome::Failed(error.to_string()),
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

    fn paste(&mut self, ctx: &egui::Context) {
        if self.clipboard_busy {
            return;
        }
        self.clipboard_busy = true;
        self.jobs.start(ctx, "pasting", |_| match imaging::clipboard::read() {
            Ok(Pasted::Picture(loaded)) => Outcome::Opened(ImageRef::Pasted(0), Arc::new(loaded)),
            Ok(Pasted::Files(files)) => Outcome::Pasted(files),
            Err(error) => Outcome::Failed(error.to_string()),
        });
    }

    /// Opens what pasted text names; other text came with a picture or files, or cannot be pasted.
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
        self.clipboard_busy = false;
        let others = files.len().saturating_sub(1);
        let Some(first) = files.into_iter().next() else { return };
        if others > 0 {
            let name = files::plain(&first.display().to_string());
            self.notices.tell(ctx, format!("{} files were copied; opening the first, {name}", others + 1));
        }
        self.open_path(ctx, first);
    }

    fn import_schedule(&mut self, ctx: &egui::Context, path: &Path, side: Side) {
        let text = match files::read_text(path, files::MAX_CONFIG_BYTES) {
            Ok(text) => text,
            Err(error) => return self.notices.fail(ctx, error.to_string()),
        };
        match SchedulerFile::parse(&text) {
            Ok(file) => {
                let spec = file.schedule.spec().clone();
                let label = spec.kind.label();
                self.apply(ctx, Action::Schedule(side, spec));
                self.notices
                    .tell(ctx, format!("Schedule {}: {label}, from {}", side.letter(), path.display()));
                for line in file.remarks {
                    self.notices.tell(ctx, format!("{}: {line}", path.display()));
                }
            }
            Err(error) => self.notices.fail(ctx, format!("{}: {error}", path.display())),
        }
    }

    /// Does what file dialogs were opened for.
    pub(super) fn take_answers(&mut self, ctx: &egui::Context) {
        let Some((answer, pending)) = self.dialogs.poll(ctx) else { return };
        let path = match answer {
            Ok(Some(path)) => path,
            Ok(None) => return,
            Err(reason) => return self.notices.fail(ctx, reason),
        };
        match pending {
            Pending::OpenAny => self.open_path(ctx, path),
            Pending::ImportSchedule(side) => self.import_schedule(ctx, &path, side),
            Pending::Model => self.open_model(ctx, &path),
            Pending::IdealData => self.take_ideal_data(ctx, path),
            Pending::Save(output) => self.save_at(ctx, &path, output),
        }
    }

    pub(super) fn export_film(&mut self, ctx: &egui::Context, path: PathBuf, format: FilmFormat) {
        let scene = self.scene().clone();
        let schedule = self.stage.derived.side(scene.active).schedule.clone();
        let image = self.stage.images.shown().raster.clone();
        self.jobs.start(ctx, "exporting the film", move |progress: &Progress| {
            let report = |done: u32, total: u32| {
                if progress.report(done as usize, total as usize) {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            };
            let engine = Engine::cpu(0).map_err(export::ExportError::from);
            let written = engine.and_then(|mut engine| {
                export::film(&path, format, &scene, &schedule, &image, &mut engine, report)
            });
            match written {
                Ok(()) => Outcome::Notice(format!("Saved {}", path.display())),
                Err(export::ExportError::Imaging(ImagingError::Cancelled { .. })) => Outcome::Cancelled,
                Err(error) => Outcome::Failed(error.to_string()),
            }
        });
    }

    pub(super) fn export_figure(&mut self, ctx: &egui::Context, path: PathBuf) {
        let scene: Scene = self.scene().clone();
        let prepared = self.stage.images.shown().clone();
        let dark = ctx.theme() == egui::Theme::Dark;
        self.jobs.start(ctx, "exporting the figure", move |_| {
            let options = figure::FigureOptions { dark, ..figure::FigureOptions::default() };
            let written = figure::Studio::open(crate::gpu::Device::Auto)
                .and_then(|mut studio| studio.save(&path, &scene, prepared, options));
            match written {
                Ok(()) => Outcome::Notice(format!("Saved {}", path.display())),
                Err(error) => Outcome::Failed(error.to_string()),
            }
        });
    }
}

/// A folder, or a file of weights: a network, or nothing.
fn is_model(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|extension| extension == "safetensors")
}

fn is_scheduler_config(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("scheduler_config.json"))
}
