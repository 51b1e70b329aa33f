//! What the chapter can be told to do.

use std::path::{Path, PathBuf};

use super::super::App;
use super::super::jobs::{Outcome, Progress};
use super::super::run::Pending;
use super::super::saving::Output;
use super::{News, Run, RunState, Training, plan};
use crate::export;
use crate::imaging::{FilmFormat, ImagingError};
use crate::model::ModelRef;
use crate::scene::{Action, Chapter, ReverseOptions, RunSize, StartAt};
use crate::worker::{DataRef, Pace, PredictorKind, RunSpec};

/// An order to the Reverse chapter.
#[derive(Clone, Debug, PartialEq)]
pub enum ReverseCommand {
    /// Start a run; pause it, or go on, while there is one under way.
    Go,
    /// Start a run of the scene as it is, in place of any other.
    Run,
    /// Start a run from the picture at the timeline's t.
    FromHere,
    /// Make one network call and wait.
    Step,
    /// Make the last run again.
    Again,
    /// Start from other noise.
    NewNoise,
    /// Stop what the worker is doing.
    Stop,
    /// Train a network on the picture.
    Train,
    /// Open a network.
    OpenModel(ModelRef),
    /// Ask for a network's folder.
    AskModel,
    /// Ask for the folder of pictures that the ideal denoiser knows.
    AskData,
    /// Take the schedule that the network was trained with.
    TakeSchedule,
    /// Export the run as a film.
    ExportFilm(FilmFormat),
    /// Export every kept state of the run.
    ExportTrajectory,
}

impl App {
    /// Carries out a command of the Reverse chapter.
    pub(in crate::app) fn reverse(&mut self, ctx: &egui::Context, command: ReverseCommand) {
        match command {
            ReverseCommand::Go => self.go(ctx),
            ReverseCommand::Run => self.denoise(ctx, Pace::Free),
            ReverseCommand::FromHere => self.denoise_here(ctx),
            ReverseCommand::Step => self.step_once(ctx),
            ReverseCommand::Again => match self.stage.reverse.run.as_ref().map(|run| run.spec.clone()) {
                Some(spec) => self.start(ctx, spec, Pace::Free),
                None => self.denoise(ctx, Pace::Free),
            },
            ReverseCommand::NewNoise => {
                self.run(ctx, super::super::commands::Command::NewSeed);
                self.denoise(ctx, Pace::Free);
            }
            ReverseCommand::Stop => self.stage.reverse.stop(),
            ReverseCommand::Train => self.train(ctx),
            ReverseCommand::OpenModel(model) => self.stage.reverse.open(ctx, model),
            ReverseCommand::AskModel => self.dialogs.ask_folder(ctx, "Open model", Pending::Model),
            ReverseCommand::AskData => self.dialogs.ask_folder(ctx, "Pictures to know", Pending::IdealData),
            ReverseCommand::TakeSchedule => {
                if let Some(card) = self.stage.reverse.card() {
                    let schedule = card.schedule.clone();
                    self.apply(ctx, Action::Schedule(self.scene().active, schedule));
                }
            }
            ReverseCommand::ExportFilm(format) => self.ask_save(ctx, Output::RunFilm(format), "reverse"),
            ReverseCommand::ExportTrajectory => self.ask_save(ctx, Output::Trajectory, "run"),
        }
    }

    /// The one key: start, pause, go on; and once the run is complete, play through what is kept.
    fn go(&mut self, ctx: &egui::Context) {
        match self.stage.reverse.run.as_ref().map(|run| run.state) {
            Some(RunState::Running) => self.stage.reverse.pause(),
            Some(RunState::Paused) => {
                let slow = self.scene().reverse.slow;
                self.stage.reverse.go_on(slow);
            }
            Some(RunState::Done) => self.run(ctx, super::super::commands::Command::Play(false)),
            Some(RunState::Stopped) | None => self.denoise(ctx, Pace::Free),
        }
    }

    fn denoise(&mut self, ctx: &egui::Context, pace: Pace) {
        let start_t = self.stage.reverse.start_t(self.scene());
        self.denoise_from(ctx, start_t, pace);
    }

    fn denoise_here(&mut self, ctx: &egui::Context) {
        let options = ReverseOptions { start: StartAt::Picture, ..self.scene().reverse.clone() };
        self.apply(ctx, Action::Reverse(options));
        self.denoise_from(ctx, self.scene().t, Pace::Free);
    }

    fn denoise_from(&mut self, ctx: &egui::Context, start_t: usize, pace: Pace) {
        let image = &self.stage.images.shown().raster;
        match plan::run(self.history.scene(), self.stage.reverse.card(), image, start_t) {
            Some(spec) => self.start(ctx, spec, pace),
            None if self.stage.reverse.is_opening() => {
                self.notices.tell(ctx, "The network is being opened; try again in a moment");
            }
            None => self.notices.fail(ctx, "There is no network to denoise with; open one"),
        }
    }

    fn start(&mut self, ctx: &egui::Context, spec: RunSpec, pace: Pace) {
        self.playback.pause();
        let slow = self.scene().reverse.slow;
        self.stage.reverse.start(ctx, spec, slow, pace);
        if let Some(run) = self.stage.reverse.run() {
            let t = run.timestep(run.start() as f64, self.scene().steps());
            self.apply(ctx, Action::Timestep(t));
        }
    }

    fn step_once(&mut self, ctx: &egui::Context) {
        if self.stage.reverse.run().is_some_and(Run::is_open) {
            self.stage.reverse.step();
        } else {
            self.denoise(ctx, Pace::Steps(1));
        }
    }

    /// Trains, for runs in which this network predicts: unless these are set up already, of 64 × 64 pixels in
    /// the picture's colours.
    fn train(&mut self, ctx: &egui::Context) {
        if !self.scene().reverse.uses(PredictorKind::Own) {
            let mut options = ReverseOptions { size: RunSize::Picture, ..self.scene().reverse.clone() };
            options.lane.predictor = PredictorKind::Own;
            self.apply(ctx, Action::Reverse(options));
        }
        let image = &self.stage.images.shown().raster;
        let Some(spec) = plan::training(self.history.scene(), self.stage.reverse.card(), image) else {
            return self
                .notices
                .fail(ctx, "There is no size to train for: choose 64 × 64, or open a network");
        };
        self.stage.reverse.train(ctx, spec);
    }

    /// Opens a network and shows the chapter: what a dropped folder does.
    pub(in crate::app) fn open_model(&mut self, ctx: &egui::Context, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.apply(ctx, Action::Chapter(Chapter::Reverse));
        self.stage.reverse.open(ctx, ModelRef::Folder(path));
    }

    /// Takes the data of the ideal denoiser.
    pub(in crate::app) fn take_ideal_data(&mut self, ctx: &egui::Context, path: PathBuf) {
        let options = ReverseOptions { data: DataRef::Files(path), ..self.scene().reverse.clone() };
        self.apply(ctx, Action::Reverse(options));
    }

    /// Takes in what the worker has told since the last frame.
    pub(in crate::app) fn take_news(&mut self, ctx: &egui::Context) {
        for news in self.stage.reverse.poll(self.history.scene()) {
            match news {
                News::Opened(model) => {
                    if let ModelRef::Folder(path) = &model {
                        self.settings.remember_model(path.clone());
                    }
                    if self.scene().reverse.model != model {
                        let options = ReverseOptions { model, ..self.scene().reverse.clone() };
                        self.apply(ctx, Action::Reverse(options));
                    }
                    self.show_anew(ctx);
                }
                News::Time(t) => self.apply(ctx, Action::Timestep(t)),
                News::Told(text) => self.notices.tell(ctx, text),
                News::Failed(text) => self.notices.fail(ctx, text),
            }
            ctx.request_repaint();
        }
        self.stage.reverse.prepare(ctx, self.history.scene());
    }

    /// Exports the run in the background.
    pub(in crate::app) fn export_run(
        &mut self,
        ctx: &egui::Context,
        path: PathBuf,
        format: Option<FilmFormat>,
    ) {
        let Some(run) = self.stage.reverse.run() else {
            return self.notices.fail(ctx, "There is no run to export yet: denoise first");
        };
        let (lanes, shape) = (run.lanes.clone(), run.spec.shape);
        self.jobs.start(ctx, "exporting the run", move |progress: &Progress| {
            let report = |done: u32, total: u32| {
                use std::ops::ControlFlow::{Break, Continue};
                if progress.report(done as usize, total as usize) { Continue(()) } else { Break(()) }
            };
            let written = match format {
                Some(format) => export::run_film(&path, format, &lanes, shape, report),
                None => export::trajectory(&path, &lanes, shape),
            };
            match written {
                Ok(()) => Outcome::Notice(format!("Saved {}", path.display())),
                Err(export::ExportError::Imaging(ImagingError::Cancelled { .. })) => Outcome::Cancelled,
                Err(error) => Outcome::Failed(error.to_string()),
            }
        });
    }
}

impl super::Reverse {
    /// Stops what the worker is doing.
    pub fn stop(&mut self) {
        if let Some(worker) = &self.worker {
            worker.cancel();
        }
        self.stop_training();
    }

    fn pause(&mut self) {
        self.pace(Pace::Steps(0));
        if let Some(run) = &mut self.run {
            run.enter(RunState::Paused);
        }
    }

    fn go_on(&mut self, slow: bool) {
        self.following = true;
        // In slow motion the next call is made when the step has been shown.
        self.pace(match (slow, self.slow.is_on()) {
            (true, true) => Pace::Steps(0),
            (true, false) => Pace::Steps(1),
            (false, _) => Pace::Free,
        });
        if let Some(run) = &mut self.run {
            run.enter(RunState::Running);
        }
    }

    fn step(&mut self) {
        self.following = true;
        self.pace(Pace::Steps(1));
        if let Some(run) = &mut self.run {
            run.enter(RunState::Paused);
        }
    }

    fn train(&mut self, ctx: &egui::Context, spec: crate::worker::OwnSpec) {
        let (shape, total) = ([spec.picture.channels, spec.size, spec.size], spec.iterations);
        let Some(worker) = self.worker(ctx) else { return };
        let id = worker.train(spec);
        self.training = Some(Training::new(id, shape, total));
        self.own = None;
        if let Some(run) = self.run.as_mut().filter(|run| run.is_open()) {
            run.enter(RunState::Stopped);
        }
    }
}
