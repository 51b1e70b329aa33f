//! Carries out commands.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Key, ViewportCommand};
use i18n_embed_fl::fl;

use super::chapters::{Host, Order};
use super::command::{Command, First, Intent};
use super::dialogs::{Ended, Filter, Typed};
use super::entry::{NONE, key};
use super::lessons::LessonOrder;
use super::outcome::Outcome;
use super::output::{Output, SCENES_AND_LESSONS, Write};
use super::pictures::Pixels;
use super::shell::{Pending, Shell};
use super::wake::wake;
use super::words::{error_text, schedule_label};
use super::{App, glossary, images};
use crate::background::Progress;
use crate::diffusion::sampler::SchedulerFile;
use crate::export::{self, ExportError, TableFormat};
use crate::files;
use crate::gpu::Engine;
use crate::imaging::{self, FilmFormat, ImagingError, LoadedImage, Pasted};
use crate::lesson;
use crate::scene::{self, Action, ChapterId, ImageRef, Side};

/// Into how many parts the keys to turn pages divide all timesteps.
const PARTS: usize = 20;

/// File name extensions of pictures, scenes and lessons, all of which can be opened alike.
const OPENED: &[&str] =
    &["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "diffuscope", lesson::ENDING];

impl App {
    /// Carries out a command.
    pub(super) fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::OpenPath(path) => self.open_path(ctx, path),
            Command::Order(order) => self.tell_room(ctx, &order),
            Command::Play(onwards) => {
                self.let_time_go();
                self.shell.play_or_pause(ctx, onwards);
            }
            Command::StepBy(n) => {
                self.let_time_go();
                self.shell.step_by(ctx, n);
            }
            Command::Turn(on) if self.shell.playing.is_some() => {
                self.shell.lesson(ctx, if on { LessonOrder::Next } else { LessonOrder::Back });
            }
            Command::Turn(on) => {
                let part = self.shell.scene().steps().div_ceil(PARTS) as i64;
                self.run(ctx, Command::StepBy(if on { part } else { -part }));
            }
            Command::Palette => self.palette.toggle(),
            Command::Glossary => self.palette.open_glossary(),
            Command::Begin(first) => self.begin(ctx, first),
            Command::Term(id) => self.card.open(&id),
            Command::Keys => self.keys_open = !self.keys_open,
            Command::Figure(order) => self.figure_order(ctx, order),
            command => self.shell.run(ctx, command),
        }
        self.shell.show_anew(ctx);
    }

    /// Does what the invitation of the first start offers; it is not shown again then.
    fn begin(&mut self, ctx: &egui::Context, first: First) {
        self.shell.settings.welcomed = true;
        match first {
            First::Lesson => {
                if let Some(lesson) = lesson::shipped().first() {
                    self.shell.start_lesson(ctx, lesson.clone());
                }
            }
            First::Picture => self.run(ctx, Command::OpenImage),
            First::Denoise => {
                self.shell.apply(ctx, Action::Chapter(ChapterId::Reverse));
                self.press_space(ctx, ChapterId::Reverse);
            }
            First::Nothing => {}
        }
    }

    /// Does what the space bar does in a chapter: what one most likely wants there.
    fn press_space(&mut self, ctx: &egui::Context, chapter: ChapterId) {
        let commands = self.rooms.get(chapter).commands(self.shell.scene(), &self.shell.words);
        let space = commands.into_iter().find(|entry| entry.shortcut == key(NONE, Key::Space));
        if let Some(Intent::Do(command)) = space.map(|entry| entry.intent) {
            self.run(ctx, command);
        }
    }

    /// In a presentation, which has no buttons, a step of a lesson makes what it is about, once there is no question to be
    /// answered first, and the chapter is ready. Until then, what was made for another scene is no part of it.
    pub(super) fn begin_step(&mut self, ctx: &egui::Context) {
        let shell = &mut self.shell;
        let (Some(playing), true) = (&shell.playing, shell.turned && shell.presenting.is_some()) else {
            return;
        };
        let room = self.rooms.get(shell.scene().chapter);
        let (scene, image) = (shell.scene(), &shell.stage.images.shown().raster);
        let order = if let Some(order) = room.outdated(scene, image) {
            Some(order)
        } else if playing.asks() || room.is_busy() {
            None
        } else {
            let order = room.awaited(scene, image);
            shell.turned = false;
            order
        };
        if let Some(order) = order {
            self.tell_room(ctx, &order);
            ctx.request_repaint();
        }
    }

    /// Has a chapter carry out an order.
    fn tell_room(&mut self, ctx: &egui::Context, order: &Order) {
        self.rooms.get_mut(order.chapter).execute(order, &mut Host::new(ctx, &mut self.shell));
        for command in std::mem::take(&mut self.shell.later) {
            self.run(ctx, command);
        }
    }

    /// Opens a picture, a scene, a diffusers schedule or a path that a chapter knows how to open. The kind of a file is
    /// found out from its content.
    pub(super) fn open_path(&mut self, ctx: &egui::Context, path: PathBuf) {
        let order = self.rooms.iter().find_map(|room| room.opens(&path));
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
                self.shell.typed = Some((Typed::new(question, reason), then));
                ctx.request_repaint();
            }
        }
    }

    /// Shows the question for a path that the system's dialogs could not ask, if it is open, and acts on the answer.
    pub(super) fn ask_path(&mut self, ctx: &egui::Context) {
        let Some((mut typed, then)) = self.shell.typed.take() else { return };
        match (typed.show(ctx, &self.shell.words), then) {
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
    /// Carries out a command that does not concern the chapters.
    fn run(&mut self, ctx: &egui::Context, command: Command) {
        match command {
            Command::OpenImage => {
                let title = fl!(self.words, "dialog-open-image");
                let filter = Filter::of(fl!(self.words, "files-opened"), OPENED);
                self.dialogs.ask_open(ctx, title, filter, Pending::OpenAny);
            }
            Command::OpenScene => {
                let title = fl!(self.words, "dialog-open-scene");
                let filter = Filter::of(fl!(self.words, "files-scenes"), SCENES_AND_LESSONS);
                self.dialogs.ask_open(ctx, title, filter, Pending::OpenAny);
            }
            Command::OpenSample(name) => self.apply(ctx, Action::Image(ImageRef::Sample(name.to_owned()))),
            Command::ImportSchedule(side) => {
                let title = fl!(self.words, "dialog-import-schedule");
                let filter = Filter::of("scheduler_config.json", &["json"]);
                self.dialogs.ask_open(ctx, title, filter, Pending::ImportSchedule(side));
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
                    self.notices.tell(ctx, fl!(self.words, "picture-copied"));
                }
            }
            Command::ExportFilm(format) => self.ask_save(ctx, Output::Film(format), "forward"),
            Command::ExportCurves(format) => {
                let diffusers = format == TableFormat::Diffusers;
                let stem = if diffusers { "scheduler_config" } else { "curves" };
                self.ask_save(ctx, Output::Table(format), stem);
            }
            Command::Recovered(take_back) => self.recovered(ctx, take_back),
            Command::ResetScene => self.apply(ctx, Action::Replace(Box::default())),
            Command::Undo => self.go_through_history(ctx, false),
            Command::Redo => self.go_through_history(ctx, true),
            Command::NewSeed => self.new_seed(ctx),
            Command::ToggleTheme => {
                let dark = ctx.theme() == egui::Theme::Dark;
                self.settings.theme =
                    if dark { egui::ThemePreference::Light } else { egui::ThemePreference::Dark };
                ctx.set_theme(self.settings.theme);
            }
            Command::Lesson(order) => self.lesson(ctx, order),
            Command::Speak(language) => {
                self.settings.language = Some(language);
                self.speak(ctx, language);
            }
            Command::Welcome => self.welcome(ctx),
            Command::Explain if self.playing.is_some() => {}
            Command::Explain => {
                self.settings.explain = !self.settings.explain;
                self.show_anew(ctx);
            }
            Command::ShowTerm(id) => self.show_term(ctx, &id),
            Command::Present => self.present(ctx, self.presenting.is_none()),
            Command::Fold(section, open) => {
                self.settings.sections.set(section, open);
                self.show_anew(ctx);
            }
            Command::ToggleFormula => self.settings.formula = !self.settings.formula,
            Command::ToggleInspector => self.settings.inspector = !self.settings.inspector,
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            // These commands need the chapters or the palette and are carried out by `App::run`.
            Command::OpenPath(_)
            | Command::Order(_)
            | Command::Play(_)
            | Command::StepBy(_)
            | Command::Turn(_)
            | Command::Palette
            | Command::Glossary
            | Command::Begin(_)
            | Command::Term(_)
            | Command::Figure(_)
            | Command::Keys => {}
        }
    }

    /// Shows the invitation of the first start.
    pub(super) fn welcome(&mut self, ctx: &egui::Context) {
        let words = &self.words;
        let answers = vec![
            (fl!(words, "welcome-lesson"), Command::Begin(First::Lesson)),
            (fl!(words, "welcome-picture"), Command::Begin(First::Picture)),
            (fl!(words, "welcome-denoise"), Command::Begin(First::Denoise)),
            (fl!(words, "welcome-nothing"), Command::Begin(First::Nothing)),
        ];
        let text = fl!(words, "welcome");
        self.notices.ask(ctx, text, answers);
    }

    /// Changes the scene to one that shows a term.
    fn show_term(&mut self, ctx: &egui::Context, id: &str) {
        let Some(term) = glossary::find(id) else { return };
        let Some(show) = &term.show else { return };
        match lesson::with(self.scene(), show) {
            Ok(scene) => {
                self.apply(ctx, Action::Replace(Box::new(scene)));
                if !term.quantities.is_empty() {
                    let seconds = self.stage.pointed.show(&term.quantities, ctx.input(|input| input.time));
                    ctx.request_repaint_after_secs(seconds as f32 + 0.05);
                }
            }
            Err(reason) => self.notices.fail(ctx, reason),
        }
    }

    fn play_or_pause(&mut self, ctx: &egui::Context, onwards: bool) {
        if let Some(t) = self.playback.toggle(onwards, self.history.scene()) {
            self.apply(ctx, Action::Timestep(t));
        }
    }

    fn step_by(&mut self, ctx: &egui::Context, n: i64) {
        self.playback.pause();
        let t = self.scene().t as i64 + n;
        self.apply(ctx, Action::Timestep(t.max(1) as usize));
    }

    /// A picture at its own resolution: RGBA bytes, width and height. After a failure, `None`, and a notice says why.
    fn rendered(&mut self, ctx: &egui::Context, pixels: &Pixels) -> Option<(Vec<u8>, usize, usize)> {
        let request = match pixels {
            Pixels::Computed(request) => request,
            Pixels::Stored(key) => return self.stage.stored.rendered(*key, self.history.scene()),
            Pixels::None(_) => return None,
        };
        let rendered = self.stage.pictures.render(self.history.scene(), request);
        rendered.inspect_err(|error| self.fail(ctx, error)).ok()
    }

    /// Opens a picture, a scene or a diffusers schedule.
    fn open_file(&mut self, ctx: &egui::Context, path: PathBuf) {
        if lesson::looks_like_lesson(&path) {
            return match lesson::load(&path) {
                Ok(lesson) => {
                    self.settings.remember_file(path);
                    self.start_lesson(ctx, lesson);
                }
                Err(error) => self.fail(ctx, &error),
            };
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

    fn paste(&mut self, ctx: &egui::Context) {
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

    /// Writes a chapter's file in the background; `name` is what the work is called meanwhile.
    pub(super) fn export(&mut self, ctx: &egui::Context, name: String, path: PathBuf, write: Write) {
        self.jobs.start(&wake(ctx), "writing", name, move |progress: &Progress| {
            ended(&path, write(&path, progress))
        });
    }

    pub(super) fn export_film(&mut self, ctx: &egui::Context, path: PathBuf, format: FilmFormat) {
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
}

fn is_scheduler_config(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("scheduler_config.json"))
}

/// The outcome of writing a file.
fn ended(path: &Path, written: Result<(), ExportError>) -> Outcome {
    match written {
        Ok(()) => Outcome::Saved(path.to_owned()),
        Err(ExportError::Imaging(ImagingError::Cancelled { .. })) => Outcome::Cancelled,
        Err(error) => Outcome::Failed(error.into()),
    }
}
