//! The egui window: views of the scene, and the one place that acts on what they ask for.

mod background;
pub mod bench;
mod chapters;
mod commands;
mod dialogs;
mod distributions;
pub mod figure;
mod formula;
mod frame;
mod images;
mod jobs;
mod loss;
mod overlays;
mod panels;
mod particles;
mod pictures;
mod playback;
mod recovery;
mod reverse;
mod run;
mod saving;
mod settings;
mod stage;
mod theme;
mod thread;
mod view;
mod widgets;
pub mod window;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use eframe::CreationContext;
use eframe::egui_wgpu::RenderState;

pub use dialogs::{Answer, Chooser, Purpose, Question};
pub use images::Prepared;
pub use pictures::Pictures;

use self::dialogs::Dialogs;
use self::distributions::Distributions;
use self::images::Images;
use self::jobs::Jobs;
use self::overlays::{Notices, Palette};
use self::particles::Canvas;
use self::playback::Playback;
use self::recovery::Recovery;
use self::reverse::Reverse;
use self::run::Pending;
use self::saving::Output;
use self::settings::{Settings, Store};
use self::stage::Stage;
use self::view::{Intent, Probe, Viewport};
use crate::gpu::{Device, Engine, GpuError};
use crate::imaging::ImagingError;
use crate::scene::{Action, Derived, History, ImageRef, Scene, SceneError};
use crate::worker::Opener;

/// Why the window cannot start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The first picture.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// The first scene.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// Not even the processor serves.
    #[error(transparent)]
    Gpu(#[from] GpuError),
}

/// How the window starts.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The scene; the remembered or the default one when `None`.
    pub scene: Option<Scene>,
    /// Whether settings and the last scene are remembered from run to run.
    pub remember: bool,
    /// The folder where that is kept, and in which the scene of an open window is kept for an unexpected end.
    pub folder: Option<PathBuf>,
    /// The scene's picture, where it is at hand already.
    pub picture: Option<Prepared>,
    /// What computes the pictures.
    pub device: Device,
    /// Leave pictures empty, to measure the window's own work.
    pub without_pictures: bool,
    /// Another way to open networks than from their files.
    pub opener: Option<OpenModel>,
    /// Another way to ask for files than the system's dialogs.
    pub chooser: Option<Chooser>,
    /// Takes what the window has to say when it is closed already.
    pub parting: Parting,
}

/// What is left to say when there is no window any more to say it in.
#[derive(Clone, Debug, Default)]
pub struct Parting(Arc<Mutex<Option<String>>>);

impl Parting {
    fn say(&self, text: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }

    /// The words, if there are any.
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A way to open networks.
#[derive(Clone)]
pub struct OpenModel(pub Opener);

impl std::fmt::Debug for OpenModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenModel")
    }
}

/// The application.
pub struct App {
    history: History,
    stage: Stage,
    playback: Playback,
    jobs: Jobs,
    dialogs: Dialogs<Pending>,
    /// What waits for the answer whether this file is to be replaced.
    replacing: Option<(PathBuf, Output)>,
    notices: Notices,
    palette: Palette,
    settings: Settings,
    store: Option<Store>,
    /// When the settings were looked at last to be remembered, in seconds.
    remembered: f64,
    parting: Parting,
    keys_open: bool,
    recovery: Recovery,
    device: String,
    title: String,
    frame_ms: f32,
    clipboard_busy: bool,
    /// Passes that are drawn for the look of new controls alone, and not shown.
    passes_due: u8,
}

impl App {
    /// Starts the window's contents.
    ///
    /// # Errors
    /// When no engine can be had, or the first scene's picture cannot be decoded and neither can
    /// the default one.
    pub fn new(cc: &CreationContext<'_>, start: Start) -> Result<Self, AppError> {
        theme::install(&cc.egui_ctx);
        let mut notices = Notices::default();
        let (store, settings) = if start.remember {
            let (store, settings, told) = Store::open(start.folder.clone(), cc.storage);
            for text in told {
                notices.fail(&cc.egui_ctx, text);
            }
            (Some(store), settings)
        } else {
            (None, Settings::default())
        };
        cc.egui_ctx.set_theme(settings.theme);
        let asked = start.scene.is_some();
        let mut scene = start.scene.or_else(|| settings.scene.clone()).unwrap_or_default();
        scene.check()?;
        let mut recovery = Recovery::or_none(start.folder.filter(|_| start.remember), &scene);
        if !asked && recovery.has_ended_with(&scene) {
            // It may be what has ended the last run: this one begins without it, and offers it.
            scene = Scene::default();
            recovery.begin_with(&scene);
        }
        let at_hand = start.picture.filter(|picture| picture.serves(&scene));
        let prepared = match at_hand.map_or_else(|| Prepared::of_scene(&scene), Ok) {
            Ok(prepared) => prepared,
            Err(error) if asked => return Err(error.into()),
            Err(error) => {
                // The last run's picture is gone: start with the sample, and say so.
                notices.fail(&cc.egui_ctx, error.to_string());
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
        let derived = Derived::of(&scene).map_err(SceneError::from)?;
        let canvas = match &window {
            Some(window) => Canvas::of(window),
            None if start.without_pictures => Canvas::unseen(),
            None => Canvas::default(),
        };
        let pictures = Pictures::new(engine, window, &prepared.raster);
        let device = pictures.device();
        let reverse = Reverse::new(start.opener.map(|OpenModel(opener)| opener), settings.threads);
        let mut app = Self {
            history: History::new(scene),
            stage: Stage {
                derived,
                pictures,
                reverse,
                distributions: Distributions::new(canvas),
                images: Images::new(prepared),
                viewport: Viewport::default(),
                probe: Probe::default(),
            },
            playback: Playback::default(),
            jobs: Jobs::default(),
            dialogs: Dialogs::new(start.chooser),
            replacing: None,
            notices,
            palette: Palette::default(),
            settings,
            store,
            remembered: 0.0,
            parting: start.parting,
            keys_open: false,
            recovery,
            device,
            title: String::new(),
            frame_ms: 0.0,
            clipboard_busy: false,
            passes_due: 1,
        };
        if let ImageRef::File(path) = &app.history.scene().image {
            app.settings.remember_file(path.clone());
        }
        app.offer_found(&cc.egui_ctx);
        Ok(app)
    }

    /// The scene as it is.
    pub fn scene(&self) -> &Scene {
        self.history.scene()
    }

    /// Opens a picture or a scene, as if it had been dropped on the window.
    pub fn open(&mut self, ctx: &egui::Context, path: PathBuf) {
        self.open_path(ctx, path);
    }

    /// Whether work is going on in the background.
    pub fn is_busy(&self) -> bool {
        !self.jobs.running().is_empty()
            || self.stage.reverse.is_busy()
            || self.stage.distributions.is_busy()
            || !self.stage.images.shown().serves(self.history.scene())
    }

    fn apply(&mut self, ctx: &egui::Context, action: Action) {
        // Time passes without new controls; a dragged t needs no second look.
        let is_time = matches!(action, Action::Timestep(_) | Action::Click(..));
        if let Err(error) = self.history.apply(action) {
            self.notices.fail(ctx, error.to_string());
        }
        self.stage.update(self.history.scene());
        if is_time { ctx.request_repaint() } else { self.show_anew(ctx) }
    }

    fn show_anew(&mut self, ctx: &egui::Context) {
        self.passes_due = 1;
        ctx.request_repaint();
    }

    fn carry_out(&mut self, ctx: &egui::Context, intents: Vec<Intent>) {
        for intent in intents {
            match intent {
                Intent::Act(action) => {
                    if matches!(action, Action::Timestep(_) | Action::Click(..)) {
                        self.playback.pause();
                        self.stage.reverse.unfollow();
                    }
                    self.apply(ctx, action);
                }
                Intent::Do(command) => self.run(ctx, command),
            }
        }
    }

    /// Keeps settings and scene for the next run.
    fn remember(&mut self) -> Result<(), String> {
        let Some(store) = &mut self.store else { return Ok(()) };
        self.settings.scene = Some(self.history.scene().clone());
        store.save(&self.settings)
    }
}

/// The engine for a window. A software adapter draws the window, but this processor's own kernels
/// are several times faster than the same kernels through it.
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
