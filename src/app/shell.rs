//! The window without its chapters: the scene with its history, the data of the views, work in the background,
//! dialogs, notices, and what is remembered.

use std::error::Error;
use std::path::PathBuf;

use i18n_embed_fl::fl;

use super::chapters::Order;
use super::command::Command;
use super::dialogs::{Chooser, Dialogs, Typed};
use super::error::AppError;
use super::highlight::Pointed;
use super::images::{Images, Prepared};
use super::lessons::Playing;
use super::outcome::Jobs;
use super::output::Output;
use super::overlays::Notices;
use super::particles::Canvas;
use super::pictures::{Pictures, Stored};
use super::playback::Playback;
use super::plots::Plots;
use super::present::Presenting;
use super::recovery::Recovery;
use super::settings::{Settings, Store, unwritable};
use super::stage::Stage;
use super::start::Parting;
use super::viewport::{Probe, Viewport};
use super::words::{Language, Words, error_text, words};
use crate::gpu::EngineInfo;
use crate::scene::{Action, Derived, History, ImageRef, Scene, SceneError, Side};

/// The purpose of an open file dialog: what is done with its answer.
pub enum Pending {
    /// Open the file, whatever its kind.
    OpenAny,
    /// Import a schedule for a side.
    ImportSchedule(Side),
    /// Give the path to a chapter, as this order.
    Order(fn(PathBuf) -> Order),
    /// Write this to the path.
    Save(Output),
}

/// The data that outlive the window.
pub struct Memory {
    /// What is remembered from run to run.
    pub settings: Settings,
    /// The store of the settings; `None` when nothing is remembered.
    pub store: Option<Store>,
    /// The scene, kept for an unexpected end.
    pub recovery: Recovery,
    /// What is left to say when the window is closed.
    pub parting: Parting,
}

/// The window without its chapters.
pub struct Shell {
    /// The scene with its undo history.
    pub history: History,
    /// The data of the views.
    pub stage: Stage,
    /// Playing through time.
    pub playback: Playback,
    /// Work in the background.
    pub jobs: Jobs,
    /// The file dialog, if one is open.
    pub dialogs: Dialogs<Pending>,
    /// The question for a path that the system's dialogs could not ask, if it is open.
    pub typed: Option<(Typed, Pending)>,
    /// The path that was typed last.
    pub last_typed: Option<String>,
    /// The path and the output that wait for the answer whether the existing file is to be replaced.
    pub replacing: Option<(PathBuf, Output)>,
    /// The notices on show.
    pub notices: Notices,
    /// The words of the window.
    pub words: Words,
    /// What is remembered from run to run.
    pub settings: Settings,
    /// The store of the settings; `None` when nothing is remembered.
    pub store: Option<Store>,
    /// When the settings were last checked for changes to be saved, in seconds of egui's clock.
    pub remembered: f64,
    /// What is left to say when the window is closed.
    pub parting: Parting,
    /// The scene, kept for an unexpected end.
    pub recovery: Recovery,
    /// The device that computes the pictures.
    pub device: Option<EngineInfo>,
    /// The window's title.
    pub title: String,
    /// Running mean of the time that a frame takes, in milliseconds.
    pub frame_ms: f32,
    /// What has to be restored when the presentation ends; `None` while there is none.
    pub presenting: Option<Presenting>,
    /// The scale that the window has again after a presentation, until it is reached.
    pub zoom_due: Option<f32>,
    /// Whether the place of the pointer is not known until it moves.
    pub pointer_lost: bool,
    /// The lesson that is played, if any.
    pub playing: Option<Playing>,
    /// Whether the clipboard is being read.
    pub clipboard_busy: bool,
    /// The number of passes still to be drawn and discarded, so that new controls get their final look before they are
    /// shown.
    pub passes_due: u8,
    /// The number of frames in a row whose first pass was discarded.
    pub discarded: u8,
    /// Commands of chapters, to be carried out when the chapters have finished their own work.
    pub later: Vec<Command>,
    /// How far the lesson's step has begun.
    pub step: StepStart,
}

/// How far a step of a lesson has begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepStart {
    /// What the step is about is there, or is being made.
    #[default]
    Begun,
    /// The lesson has just gone to the step, and nothing has been made for it.
    Due,
    /// What the step is about is being made, and t goes back to this timestep when it has ended.
    Returns(usize),
}

impl Shell {
    /// A shell that begins with a scene and its picture.
    ///
    /// # Errors
    /// When the scene's schedules are not valid.
    pub fn new(
        scene: Scene,
        picture: Prepared,
        (pictures, canvas): (Pictures, Canvas),
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
                canvas,
                viewport: Viewport::default(),
                probe: Probe::default(),
                pointed: Pointed::default(),
                plots: Plots::default(),
            },
            history: History::new(scene),
            playback: Playback::default(),
            jobs: Jobs::default(),
            dialogs: Dialogs::new(chooser, fl!(words, "dialog-all-files")),
            typed: None,
            last_typed: None,
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
            presenting: None,
            zoom_due: None,
            pointer_lost: false,
            playing: None,
            clipboard_busy: false,
            passes_due: 1,
            discarded: 0,
            later: Vec::new(),
            step: StepStart::default(),
        })
    }

    /// The present scene.
    pub fn scene(&self) -> &Scene {
        self.history.scene()
    }

    /// Whether work is under way, apart from that of the chapters.
    pub fn is_busy(&self) -> bool {
        !self.jobs.running().is_empty() || !self.stage.images.shown().serves(self.scene())
    }

    /// Changes the scene. If that is not possible, a notice says why.
    pub fn apply(&mut self, ctx: &egui::Context, action: Action) {
        // A change of t brings no new controls, so no pass has to be discarded.
        let is_time = matches!(action, Action::Timestep(_) | Action::Click(..));
        if let Err(error) = self.history.apply(action) {
            self.fail(ctx, &error);
        }
        self.stage.update(self.history.scene());
        if is_time { ctx.request_repaint() } else { self.show_anew(ctx) }
    }

    /// Takes the words of another language.
    pub fn speak(&mut self, ctx: &egui::Context, language: Language) {
        self.words = words(language);
        self.dialogs.all_files = fl!(self.words, "dialog-all-files");
        self.show_anew(ctx);
    }

    /// Shows a notice of a failure, in the window's language.
    pub fn fail(&mut self, ctx: &egui::Context, error: &(dyn Error + 'static)) {
        let text = error_text(&self.words, error);
        self.notices.fail(ctx, text);
    }

    /// Draws the noise anew, with the seed that follows from the present one.
    pub fn new_seed(&mut self, ctx: &egui::Context) {
        let seed = self.scene().seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) >> 40;
        self.apply(ctx, Action::Seed(seed));
    }

    /// Has the next frame drawn in two passes, of which the first is discarded, as there may be new controls.
    pub fn show_anew(&mut self, ctx: &egui::Context) {
        self.passes_due = 1;
        ctx.request_repaint();
    }

    /// Has the first pass of this frame discarded if one is due: a control takes its look from the pass before, so in its
    /// first pass it looks disabled. No more than two frames in a row are drawn twice.
    pub fn discard_first_pass(&mut self, ctx: &egui::Context) {
        if ctx.current_pass_index() > 0 {
            return;
        }
        match self.passes_due.checked_sub(1) {
            Some(due) if self.discarded < 2 => {
                self.passes_due = due;
                self.discarded += 1;
                ctx.request_discard("controls may be new");
            }
            Some(_) => {
                self.discarded = 0;
                ctx.request_repaint();
            }
            None => self.discarded = 0,
        }
    }

    /// Saves settings and scene for the next start of the program. Returns why that failed, in words.
    pub fn remember(&mut self) -> Result<(), String> {
        let Some(store) = &mut self.store else { return Ok(()) };
        self.settings.scene = Some(self.history.scene().clone());
        store.save(&self.settings).map_err(|reason| unwritable(&self.words, &reason))
    }
}
