//! Carries out commands.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::ViewportCommand;

use super::commands::Command;
use super::jobs::{Outcome, Progress};
use super::widgets::Pixels;
use super::{App, figure, images};
use crate::diffusion::ScheduleSpec;
use crate::export::{self, TableFormat};
use crate::files;
use crate::gpu::Engine;
use crate::imaging::{self, Clipboard, FilmFormat, ImagingError, LoadedImage, PixelBytes};
use crate::scene::{self, Action, ImageRef, Scene, Side};

/// What a file dialog was opened for.
pub enum Pending {
    OpenAny,
    ImportSchedule(Side),
    SaveScene,
    SavePicture(Vec<u8>, usize, usize),
    Film(FilmFormat),
    Table(TableFormat),
    Figure,
    Model,
    IdealData,
    RunFilm(FilmFormat),
    Trajectory,
}

const PICTURES: (&str, &[&str]) = ("Pictures", &["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]);
const SCENES: (&str, &[&str]) = ("Scenes", &["diffuscope"]);

impl App {
    pub(super) fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::OpenImage => self.dialogs.ask_open("Open image", PICTURES, Pending::OpenAny),
            Command::OpenScene => self.dialogs.ask_open("Open scene", SCENES, Pending::OpenAny),
            Command::OpenPath(path) => self.open_path(ctx, path),
            Command::OpenSample(name) => self.apply(ctx, Action::Image(ImageRef::Sample(name.to_owned()))),
            Command::ImportSchedule(side) => {
                let filter = ("scheduler_config.json", &["json"] as &[&str]);
                self.dialogs.ask_open("Import schedule", filter, Pending::ImportSchedule(side));
            }
            Command::Paste => self.paste(ctx),
            Command::SaveScene => {
                self.dialogs.ask_save("Save scene", "scene.diffuscope", SCENES, Pending::SaveScene);
            }
            Command::SavePicture(pixels, quantity) => {
                let name = format!("{}-t{}.png", quantity.column(), self.scene().t);
                if let Some((rgba, width, height)) = self.rendered(ctx, &pixels) {
                    let pending = Pending::SavePicture(rgba, width, height);
                    self.dialogs.ask_save("Save picture", &name, ("PNG", &["png"]), pending);
                }
            }
            Command::CopyPicture(pixels) => {
                if let Some((rgba, width, height)) = self.rendered(ctx, &pixels) {
                    ctx.copy_image(egui::ColorImage::from_rgba_unmultiplied([width, height], &rgba));
                    self.notices.tell(ctx, "Picture copied");
                }
            }
            Command::ExportFilm(format) => {
                let (name, filter): (_, (_, &[&str])) = match format {
                    FilmFormat::Gif => ("forward.gif", ("GIF", &["gif"])),
                    FilmFormat::Apng => ("forward.png", ("Animated PNG", &["png", "apng"])),
                };
                self.dialogs.ask_save("Export film", name, filter, Pending::Film(format));
            }
            Command::ExportCurves(format) => {
                let (name, filter): (_, (_, &[&str])) = match format {
                    TableFormat::Csv => ("curves.csv", ("CSV", &["csv"])),
                    TableFormat::Json => ("curves.json", ("JSON", &["json"])),
                    TableFormat::Diffusers => ("scheduler_config.json", ("JSON", &["json"])),
                };
                self.dialogs.ask_save("Export", name, filter, Pending::Table(format));
            }
            Command::ExportFigure => {
                let name = format!("{}.png", self.scene().chapter.name());
                self.dialogs.ask_save("Export figure", &name, ("PNG", &["png"]), Pending::Figure);
            }
            Command::Reverse(command) => self.reverse(ctx, command),
            Command::Distributions(command) => self.distributions(ctx, command),
            Command::ResetScene => self.apply(ctx, Action::Replace(Box::default())),
            Command::Undo => drop(self.history.undo()),
            Command::Redo => drop(self.history.redo()),
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
        self.jobs.start(ctx, "pasting", |_| {
            let pasted = Clipboard::new().and_then(|mut clipboard| clipboard.read_image());
            match pasted {
                Ok(loaded) => {
                    let reference = loaded.path.clone().map_or(ImageRef::Pasted(0), ImageRef::File);
                    Outcome::Opened(reference, Arc::new(loaded))
                }
                Err(error) => Outcome::Failed(error.to_string()),
            }
        });
    }

    fn import_schedule(&mut self, ctx: &egui::Context, path: &Path, side: Side) {
        let text = files::read_text(path, files::MAX_CONFIG_BYTES).map_err(|error| error.to_string());
        let spec = text.and_then(|text| {
            ScheduleSpec::from_diffusers(&text).map_err(|error| format!("{}: {error}", path.display()))
        });
        match spec {
            Ok(spec) => {
                let label = spec.kind.label();
                self.apply(ctx, Action::Schedule(side, spec));
                self.notices
                    .tell(ctx, format!("Schedule {}: {label}, from {}", side.letter(), path.display()));
            }
            Err(error) => self.notices.fail(ctx, error),
        }
    }

    /// Does what file dialogs were opened for.
    pub(super) fn take_answers(&mut self, ctx: &egui::Context) {
        let Some((Some(path), pending)) = self.dialogs.poll(ctx) else { return };
        match pending {
            Pending::OpenAny => self.open_path(ctx, path),
            Pending::ImportSchedule(side) => self.import_schedule(ctx, &path, side),
            Pending::SaveScene => {
                let path = with_extension(path, "diffuscope");
                let written = scene::save(&path, self.history.scene());
                self.tell_written(ctx, &path, written);
            }
            Pending::SavePicture(rgba, width, height) => {
                let path = with_extension(path, "png");
                let written = imaging::save_png(&path, PixelBytes::Rgba(&rgba), width as u32, height as u32);
                self.tell_written(ctx, &path, written);
            }
            Pending::Table(format) => {
                let schedule = self.stage.derived.side(self.scene().active).schedule.clone();
                match export::save_table(&path, format, &schedule) {
                    Ok(()) => self.notices.tell(ctx, format!("Saved {}", path.display())),
                    Err(error) => self.notices.fail(ctx, error.to_string()),
                }
            }
            Pending::Film(format) => self.export_film(ctx, path, format),
            Pending::Figure => self.export_figure(ctx, with_extension(path, "png")),
            Pending::Model => self.open_model(ctx, &path),
            Pending::IdealData => self.take_ideal_data(ctx, path),
            Pending::RunFilm(format) => self.export_run(ctx, path, Some(format)),
            Pending::Trajectory => self.export_run(ctx, with_extension(path, "safetensors"), None),
        }
    }

    fn tell_written(&mut self, ctx: &egui::Context, path: &Path, written: Result<(), ImagingError>) {
        match written {
            Ok(()) => self.notices.tell(ctx, format!("Saved {}", path.display())),
            Err(error) => self.notices.fail(ctx, error.to_string()),
        }
    }

    fn export_film(&mut self, ctx: &egui::Context, path: PathBuf, format: FilmFormat) {
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

    fn export_figure(&mut self, ctx: &egui::Context, path: PathBuf) {
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

fn with_extension(path: PathBuf, extension: &str) -> PathBuf {
    if path.extension().is_some() { path } else { path.with_extension(extension) }
}
