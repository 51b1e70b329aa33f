//! The egui window: views of the scene, and the one place that carries out what they ask for.

pub mod bench;
mod chapters;
mod command;
mod commands;
mod dialogs;
mod drawings;
mod entry;
mod error;
pub mod figure;
mod focus;
mod fonts;
mod formula;
mod frame;
mod glossary;
mod highlight;
mod history;
mod images;
mod layout;
mod lessons;
mod loss;
mod opening;
mod outcome;
mod output;
mod overlays;
mod panels;
mod particles;
mod pictures;
mod playback;
mod plots;
mod present;
mod quantity;
mod recovery;
mod run;
mod saving;
mod search;
mod settings;
mod shell;
mod stage;
mod start;
mod theme;
mod ticks;
mod view;
mod viewport;
mod wake;
mod widgets;
pub mod window;
mod words;
mod workshop;

use std::path::PathBuf;

use eframe::CreationContext;
use eframe::egui_wgpu::RenderState;

pub use dialogs::{Answer, Chooser, DialogError, Purpose, Question};
pub use error::AppError;
pub use images::Prepared;
pub use lessons::{
    LessonExportError, export_lesson, exported_files, is_page, lesson_text, lesson_title, load_lesson,
};
pub use pictures::Pictures;
pub use start::{OpenModel, Parting, Start};
pub use words::{Language, Words, words};

pub use chapters::{ChapterError, about, tour};

use self::chapters::{Host, Rooms, Setup};
use self::command::Intent;
use self::figure::FigureDialog;
use self::glossary::Card;
use self::overlays::Notices;
use self::particles::Canvas;
use self::recovery::Recovery;
use self::search::Search;
use self::settings::{Sections, Settings, Store};
use self::shell::Shell;
use self::words::error_text;
use self::workshop::Workshop;
use crate::analysis::text::TextPipelines;
use crate::gpu::{Device, Engine, GpuError};
use crate::scene::{Action, Scene};

/// The application.
pub struct App {
    /// The chapters.
    rooms: Rooms,
    /// What chapters share of networks: runs and trainings.
    workshop: Workshop,
    /// The window without its chapters.
    shell: Shell,
    palette: Search,
    card: Card,
    figure: FigureDialog,
    keys_open: bool,
}

impl App {
    /// Starts the window's contents.
    ///
    /// # Errors
    /// When the given scene is not valid, when pictures cannot be computed on any device, or when neither the picture
    /// of the first scene nor the default one can be decoded.
    pub fn new(cc: &CreationContext<'_>, start: Start) -> Result<Self, AppError> {
        theme::install(&cc.egui_ctx);
        let (store, settings, troubles) = if start.remember {
            let (store, settings, troubles) = Store::open(start.folder.clone(), cc.storage);
            (Some(store), settings, troubles)
        } else {
            (None, Settings::default(), Vec::new())
        };
        let sections = if start.unfolded { Sections::ALL } else { settings.sections };
        let settings = Settings { sections, ..settings };
        let words = words(start.language.or(settings.language).unwrap_or_else(Language::of_system));
        let mut notices = Notices::default();
        for trouble in troubles {
            notices.fail(&cc.egui_ctx, trouble.text(&words));
        }
        cc.egui_ctx.set_theme(settings.theme);
        let asked = start.scene.is_some();
        let mut scene = start.scene.or_else(|| settings.scene.clone()).unwrap_or_default();
        scene.check()?;
        let folder = start.folder.filter(|_| start.remember);
        let mut recovery = Recovery::or_none(folder.clone(), &scene);
        if !asked && recovery.has_ended_with(&scene) {
            // This scene may have caused the unexpected end: the window begins without it, and offers to restore it.
            scene = Scene::default();
            recovery.begin_with(&scene);
        }
        let at_hand = start.picture.filter(|picture| picture.serves(&scene));
        let prepared = match at_hand.map_or_else(|| Prepared::of_scene(&scene), Ok) {
            Ok(prepared) => prepared,
            Err(error) if asked => return Err(error.into()),
            Err(error) => {
                // The last run's picture is gone: start with the sample, and say so.
                notices.fail(&cc.egui_ctx, error_text(&words, &error));
                scene.image = Scene::default().image;
                Prepared::of_scene(&scene)?
            }
        };
        let window = cc.wgpu_render_state.clone();
        let engine =
            if start.without_pictures { None } else { Some(open_engine(window.as_ref(), start.device)?) };
        for notice in &prepared.loaded.notices {
            notices.tell(&cc.egui_ctx, notice);
        }
        let canvas = match &window {
            Some(window) => Canvas::of(window),
            None if start.without_pictures => Canvas::unseen(),
            None => Canvas::default(),
        };
        let opener = start.opener.map(|OpenModel(opener)| opener);
        let workshop = Workshop::new(opener, settings.threads, folder);
        let rooms = Rooms::new(&Setup {
            workshop: workshop.clone(),
            pipelines: TextPipelines::new(settings.threads),
        });
        let pictures = Pictures::new(engine, window, &prepared.raster);
        let memory = shell::Memory { settings, store, recovery, parting: start.parting };
        let mut shell =
            Shell::new(scene, prepared, (pictures, canvas), notices, memory, words, start.chooser)?;
        shell.offer_found(&cc.egui_ctx);
        if let Some(lesson) = start.lesson {
            shell.settings.welcomed = true;
            shell.start_lesson(&cc.egui_ctx, lesson);
        } else if start.remember && !asked && !shell.settings.welcomed && shell.settings.scene.is_none() {
            shell.welcome(&cc.egui_ctx);
        }
        let (palette, card, figure) = (Search::default(), Card::default(), FigureDialog::default());
        Ok(Self { rooms, workshop, shell, palette, card, figure, keys_open: false })
    }

    /// The present scene.
    pub fn scene(&self) -> &Scene {
        self.shell.scene()
    }

    /// Opens a picture or a scene, as if it had been dropped on the window.
    pub fn open(&mut self, ctx: &egui::Context, path: PathBuf) {
        self.open_path(ctx, path);
    }

    /// Whether work is going on in the background.
    pub fn is_busy(&self) -> bool {
        self.shell.is_busy() || self.rooms.iter().any(chapters::Chapter::is_busy)
    }

    fn carry_out(&mut self, ctx: &egui::Context, intents: Vec<Intent>) {
        for intent in intents {
            match intent {
                Intent::Act(action) => {
                    if matches!(action, Action::Timestep(_) | Action::Click(..)) {
                        self.shell.playback.pause();
                        self.let_time_go();
                    }
                    self.shell.apply(ctx, action);
                }
                Intent::Do(command) => self.run(ctx, command),
            }
        }
    }

    /// Tells the chapters that the user has moved t.
    fn let_time_go(&mut self) {
        self.rooms.iter_mut().for_each(|room| room.let_time_go());
    }

    /// Lets each chapter take in what has happened since the last frame.
    fn poll_rooms(&mut self, ctx: &egui::Context) {
        for room in self.rooms.iter_mut() {
            room.poll(&mut Host::new(ctx, &mut self.shell));
        }
        for command in std::mem::take(&mut self.shell.later) {
            self.run(ctx, command);
        }
    }

    /// Lets each chapter request the computations that the scene needs.
    fn prepare_rooms(&mut self, ctx: &egui::Context) {
        for room in self.rooms.iter_mut() {
            let input = self.shell.stage.input(Some(ctx), self.shell.history.scene());
            if let Err(error) = room.prepare(&input) {
                self.shell.fail(ctx, &*error.0);
            }
        }
    }
}

/// The engine for a window. When the window is drawn by a software adapter, pictures are computed by the processor's
/// own kernels, which are several times faster than the same kernels through that adapter.
fn open_engine(window: Option<&RenderState>, device: Device) -> Result<Engine, GpuError> {
    let adapter = window.filter(|window| match device {
        Device::Auto => window.adapter.get_info().device_type != wgpu::DeviceType::Cpu,
        Device::Gpu => true,
        Device::Cpu => false,
    });
    let Some(adapter) = adapter else { return Engine::cpu(0) };
    match Engine::gpu(adapter.device.clone(), adapter.queue.clone()) {
        Err(error) if device == Device::Auto => {
            log::warn!("pictures come from the processor: {error}");
            Engine::cpu(0)
        }
        engine => engine,
    }
}
