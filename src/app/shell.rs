//! The window without its chapters: the scene with its history, what stands between scene and views, work in the
//! background, dialogs, notices, and what is remembered.

use std::error::Error;
use std::path::PathBuf;

use i18n_embed_fl::fl;

use super::chapters::Order;
use super::command::Command;
use super::dialogs::{Chooser, Dialogs};
use super::error::AppError;
use super::images::{Images, Prepared};
use super::outcome::Jobs;
use super::output::Output;
use super::overlays::Notices;
use super::pictures::{Pictures, Stored};
use super::playback::Playback;
use super::recovery::Recovery;
use super::settings::{Settings, Store, unwritable};
use super::stage::Stage;
use super::start::Parting;
use super::viewport::{Probe, Viewport};
use super::words::{Words, error_text};
use crate::scene::{Action, Derived, History, ImageRef, Scene, SceneError, Side};

/// What a file dialog was opened for.
pub enum Pending {
    /// A picture, a scene, or whatever it is.
    OpenAny,
    /// The schedule of a side.
    ImportSchedule(Side),
    /// Something that a chapter has asked for.
    Order(fn(PathBuf) -> Order),
    /// A place to write to.
    Save(Output),
}

/// What outlives the window.
pub struct Memory {
    /// What is remembered from run to run.
    pub settings: Settings,
    /// Where; nothing where nothing is remembered.
    pub store: Option<Store>,
    /// The scene, kept for an unexpected end.
    pub recovery: Recovery,
    /// What is left to say when the window is closed.
    pub parting: Parting,
}

/// The window without its chapters.
pub struct Shell {
    /// The scene, with those before and after it.
    pub history: History,
    /// What stands between the scene and its views.
    pub stage: Stage,
    /// Time that goes by itself.
    pub playback: Playback,
    /// Work in the background.
    pub jobs: Jobs,
    /// Questions for files.
    pub dialogs: Dialogs<Pending>,
    /// What waits for the answer whether this file is to be replaced.
    pub replacing: Option<(PathBuf, Output)>,
    /// What is told.
    pub notices: Notices,
    /// The words of the window.
    pub words: Words,
    /// What is remembered from run to run.
    pub settings: Settings,
    /// Where it is remembered.
    pub store: Option<Store>,
    /// When the settings were looked at last to be remembered, in seconds.
    pub remembered: f64,
    /// What is left to say when the window is closed.
    pub parting: Parting,
    /// The scene, kept for an unexpected end.
    pub recovery: Recovery,
    /// What pictures are computed on.
    pub device: String,
    /// The window's title.
    pub title: String,
    /// A running mean of the time that a frame takes.
    pub frame_ms: f32,
    /// Whether the clipboard is being read.
    pub clipboard_busy: bool,
    /// Passes that are drawn for the look of new controls alone, and not shown.
    pub passes_due: u8,
    /// What chapters have asked to be done when they are through.
    pub later: Vec<Command>,
}

impl Shell {
    /// Begins with a scene and its picture.
    ///
    /// # Errors
    /// When the scene's schedules are impossible.
    pub fn new(
        scene: Scene,
        picture: Prepared,
        pictures: Pictures,
        notices: Notices,
        memory: Memory,
        words: Words,
        chooser: Option<Chooser>,
    ) -> Result<Self, AppError> {
        let Memory { mut settings, store, recovery, parting } = memory;
        if let ImageRef::File(path) = &scene.image {
            settings.remember_file(path.clone());
        }
        Ok(Self {
            device: pictures.device(),
            stage: Stage {
                derived: Derived::of(&scene).map_err(SceneError::from)?,
                pictures,
                stored: Stored::default(),
                images: Images::new(picture),
                viewport: Viewport::default(),
                probe: Probe::default(),
            },
            history: History::new(scene),
            playback: Playback::default(),
            jobs: Jobs::default(),
            dialogs: Dialogs::new(chooser, fl!(words, "dialog-all-files")),
            replacing: None,
            notices,
            words,
            settings,
            store,
            remembered: 0.0,
            parting,
            recovery,
            title: String::new(),
            frame_ms: 0.0,
            clipboard_busy: false,
            passes_due: 1,
            later: Vec::new(),
        })
    }

    /// The scene as it is.
    pub fn scene(&self) -> &Scene {
        self.history.scene()
    }

    /// Whether work is going on that no chapter has begun.
    pub fn is_busy(&self) -> bool {
        !self.jobs.running().is_empty() || !self.stage.images.shown().serves(self.scene())
    }

    /// Changes the scene; why that cannot be, the user is told.
    pub fn apply(&mut self, ctx: &egui::Context, action: Action) {
        // Time passes without new controls; a dragged t needs no second look.
        let is_time = matches!(action, Action::Timestep(_) | Action::Click(..));
        if let Err(error) = self.history.apply(action) {
            self.fail(ctx, &error);
        }
        self.stage.update(self.history.scene());
        if is_time { ctx.request_repaint() } else { self.show_anew(ctx) }
    }

    /// Tells of a failure, in the window's language.
    pub fn fail(&mut self, ctx: &egui::Context, error: &(dyn Error + 'static)) {
        let text = error_text(&self.words, error);
        self.notices.fail(ctx, text);
    }

    /// Another realisation of the noise.
    pub fn new_seed(&mut self, ctx: &egui::Context) {
        let seed = self.scene().seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) >> 40;
        self.apply(ctx, Action::Seed(seed));
    }

    /// Draws once more, as there may be other controls now.
    pub fn show_anew(&mut self, ctx: &egui::Context) {
        self.passes_due = 1;
        ctx.request_repaint();
    }

    /// Keeps settings and scene for the next run.
    pub fn remember(&mut self) -> Result<(), String> {
        let Some(store) = &mut self.store else { return Ok(()) };
        self.settings.scene = Some(self.history.scene().clone());
        store.save(&self.settings).map_err(|reason| unwritable(&self.words, &reason))
    }
}
