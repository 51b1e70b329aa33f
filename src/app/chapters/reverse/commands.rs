//! The commands of the Reverse chapter.

use std::ops::ControlFlow::{Break, Continue};
use std::path::PathBuf;

use egui::Key;
use i18n_embed_fl::fl;

use super::state::{News, Reverse, Run, RunState, plan};
use super::words::sampler_label;
use crate::app::chapters::{Host, Order};
use crate::app::command::Command;
use crate::app::dialogs::Filter;
use crate::app::entry::{COMMAND, Entry, Menu, NONE, SHIFT, key};
use crate::app::output::{Work, film_filter};
use crate::app::words::{Words, model_label, schedule_label};
use crate::background::Progress;
use crate::export;
use crate::imaging::FilmFormat;
use crate::model::ModelRef;
use crate::scene::{Action, ChapterId, ReverseOptions, RunSize, Scene, StartAt};
use crate::worker::{DataRef, Pace, PredictorKind, RunSpec};

/// A command to the Reverse chapter.
#[derive(Clone, Debug, PartialEq)]
pub enum ReverseCommand {
    /// Start a run; if one is under way, pause it or let it go on.
    Go,
    /// Start a run of the scene as it is, in place of any other.
    Run,
    /// Start a run from the picture, noised to the timeline's t.
    FromHere,
    /// Make one network call and wait.
    Step,
    /// Make the last run again.
    Again,
    /// Draw other noise, and start a run from it.
    NewNoise,
    /// Stop the run that is under way, or else the training.
    Stop,
    /// Take the run away, and show what there is without one.
    Forget,
    /// Train a network on the picture.
    Train,
    /// Stop the training; what the network has learned stays.
    StopTraining,
    /// Open a network.
    OpenModel(ModelRef),
    /// Open a network, and show the chapter.
    ShowModel(ModelRef),
    /// Ask for a network's folder.
    AskModel,
    /// Ask for the folder of pictures that the ideal denoiser knows.
    AskData,
    /// Use this folder of pictures for the ideal denoiser.
    TakeData(PathBuf),
    /// Set the scene's schedule to the one that the network was trained with, and the run's sampler to the one that the
    /// network's folder names.
    TakeSchedule,
    /// Export the run as a film.
    ExportFilm(FilmFormat),
    /// Export every kept state of the run.
    ExportTrajectory,
}

impl ReverseCommand {
    /// The command as an order that is addressed to the chapter.
    pub fn order(self) -> Order {
        Order::new(ChapterId::Reverse, self)
    }
}

/// The chapter's entries in menus, palette and keys.
pub fn entries(scene: &Scene, words: &Words) -> Vec<Entry> {
    use Menu::{File, Time};
    use ReverseCommand as R;
    // Some keys are used in this chapter only.
    let here =
        |modifiers, code| if scene.chapter == ChapterId::Reverse { key(modifiers, code) } else { None };
    [
        (File, fl!(words, "command-open-model"), key(COMMAND, Key::M), R::AskModel),
        (File, fl!(words, "command-export-run-as-gif"), None, R::ExportFilm(FilmFormat::Gif)),
        (File, fl!(words, "command-export-run-as-apng"), None, R::ExportFilm(FilmFormat::Apng)),
        (File, fl!(words, "command-export-runs-states"), None, R::ExportTrajectory),
        (Time, fl!(words, "command-denoise-pause-or-play-the-run"), here(NONE, Key::Space), R::Go),
        (Time, fl!(words, "command-denoise-anew"), here(NONE, Key::R), R::Run),
        (Time, fl!(words, "command-one-network-call"), here(NONE, Key::Period), R::Step),
        (Time, fl!(words, "command-denoise-other-noise"), here(SHIFT, Key::N), R::NewNoise),
        (Time, fl!(words, "command-stop-denoising-or-training"), here(NONE, Key::X), R::Stop),
        (Time, fl!(words, "command-train-on-this-picture"), None, R::Train),
    ]
    .map(|(menu, label, shortcut, command)| Entry::order(menu, label, shortcut, command.order()))
    .into()
}

impl Reverse {
    /// Carries out a command.
    pub fn carry_out(&mut self, command: ReverseCommand, host: &mut Host<'_>) {
        match command {
            ReverseCommand::Go => self.go(host),
            ReverseCommand::Run => self.denoise(host, Pace::Free),
            ReverseCommand::FromHere => self.denoise_here(host),
            ReverseCommand::Step => self.step_once(host),
            ReverseCommand::Again => match self.run().map(|run| run.spec.clone()) {
                Some(spec) => self.begin(host, spec, Pace::Free),
                None => self.denoise(host, Pace::Free),
            },
            ReverseCommand::NewNoise => {
                host.new_seed();
                self.denoise(host, Pace::Free);
            }
            ReverseCommand::Stop => self.stop(),
            ReverseCommand::Forget => {
                if self.run().is_some_and(Run::is_open) {
                    self.stop_run();
                }
                self.forget();
            }
            ReverseCommand::Train => self.train_own(host),
            ReverseCommand::StopTraining => self.workshop.lock().stop_training(),
            ReverseCommand::OpenModel(model) => self.open(host.ctx, model),
            ReverseCommand::ShowModel(model) => {
                // What cannot be opened leaves the window where it is.
                self.shown_when_open = Some((model.clone(), host.scene().chapter));
                self.open(host.ctx, model);
            }
            ReverseCommand::AskModel => {
                let title = fl!(host.words(), "reverse-dialog-model");
                host.ask_folder(title, |path| {
                    let path = std::path::absolute(&path).unwrap_or(path);
                    ReverseCommand::ShowModel(ModelRef::Folder(path)).order()
                });
            }
            ReverseCommand::AskData => {
                let title = fl!(host.words(), "reverse-dialog-data");
                host.ask_folder(title, |path| ReverseCommand::TakeData(path).order());
            }
            ReverseCommand::TakeData(path) => {
                let data = DataRef::Files(path);
                let options = ReverseOptions { data, ..host.scene().chapters.reverse.clone() };
                host.apply(Action::options(options));
            }
            ReverseCommand::TakeSchedule => self.take_schedule(host),
            ReverseCommand::ExportFilm(format) => self.export(host, Some(format)),
            ReverseCommand::ExportTrajectory => self.export(host, None),
        }
    }

    /// The command of the main button: starts a run, pauses it, or lets it go on; when it is complete, plays through
    /// its kept steps.
    fn go(&mut self, host: &mut Host<'_>) {
        match self.run().map(|run| run.state) {
            Some(RunState::Running) => self.pause(),
            Some(RunState::Paused) => self.go_on(host.scene().chapters.reverse.slow),
            Some(RunState::Done) => host.later(Command::Play(false)),
            Some(RunState::Stopped) | None => self.denoise(host, Pace::Free),
        }
    }

    fn denoise(&mut self, host: &mut Host<'_>, pace: Pace) {
        let start_t = Self::start_t(host.scene());
        self.denoise_from(host, start_t, pace);
    }

    fn denoise_here(&mut self, host: &mut Host<'_>) {
        let (start, start_t) = (StartAt::Picture, host.scene().t);
        let options = ReverseOptions { start, start_t, ..host.scene().chapters.reverse.clone() };
        host.apply(Action::options(options));
        self.denoise_from(host, start_t, Pace::Free);
    }

    fn denoise_from(&mut self, host: &mut Host<'_>, start_t: usize, pace: Pace) {
        match plan::run(host.scene(), self.card(), host.image(), start_t) {
            Some(spec) => self.begin(host, spec, pace),
            None if self.is_opening() => {
                host.tell(fl!(host.words(), "reverse-notice-opening"));
            }
            None => host.fail(fl!(host.words(), "reverse-notice-no-network")),
        }
    }

    fn begin(&mut self, host: &mut Host<'_>, spec: RunSpec, pace: Pace) {
        host.pause();
        let slow = host.scene().chapters.reverse.slow;
        self.start(host.ctx, spec, slow, pace);
        if let Some(run) = self.run() {
            host.apply(Action::Timestep(run.timestep(run.start() as f64, host.scene().steps())));
        }
    }

    fn step_once(&mut self, host: &mut Host<'_>) {
        if self.run().is_some_and(Run::is_open) {
            self.step();
        } else {
            self.denoise(host, Pace::Steps(1));
        }
    }

    /// Takes over the schedule and the sampler of the open network, as one change.
    fn take_schedule(&self, host: &mut Host<'_>) {
        let Some(card) = self.card() else { return };
        let (scene, schedule) = (host.scene(), card.schedule.clone());
        let side = scene.active;
        let options = plan::with_sampler_of(card, &scene.chapters.reverse);
        let sampler = sampler_label(host.words(), options.lane.sampler);
        let change = vec![Action::options(options), Action::Schedule(side, schedule)];
        host.apply(Action::All(change));
        if *host.scene().schedule(side) == card.schedule {
            let (model, kind) =
                (model_label(host.words(), &card.model), schedule_label(host.words(), &card.schedule.kind));
            host.tell(fl!(
                host.words(),
                "reverse-notice-taken",
                model = model,
                schedule = kind,
                steps = card.schedule.steps,
                sampler = sampler
            ));
        }
    }

    /// Trains a network on the picture, and sets the scene up for runs in which it predicts, of 64 × 64 pixels in the
    /// picture's colours, unless the scene is set up for it already.
    fn train_own(&mut self, host: &mut Host<'_>) {
        if !host.scene().chapters.reverse.uses(PredictorKind::Own) {
            let mut options =
                ReverseOptions { size: RunSize::Picture, ..host.scene().chapters.reverse.clone() };
            options.lane.predictor = PredictorKind::Own;
            host.apply(Action::options(options));
        }
        match plan::training(host.scene(), self.card(), host.image()) {
            Some(spec) => self.workshop.lock().train(host.ctx, spec),
            None => host.fail(fl!(host.words(), "reverse-notice-no-size")),
        }
    }

    /// Takes in the worker's events since the last frame.
    pub fn take_news(&mut self, host: &mut Host<'_>) {
        for news in self.take_events(host.scene()) {
            match news {
                News::Opened(model) => {
                    let shown = self.shown_when_open.take().filter(|(wanted, _)| *wanted == model);
                    // Whoever has gone elsewhere meanwhile stays there.
                    if shown.is_some_and(|(_, from)| from == host.scene().chapter) {
                        host.apply(Action::Chapter(ChapterId::Reverse));
                    }
                    if let ModelRef::Folder(path) = &model {
                        host.remember_model(path.clone());
                    }
                    if host.scene().chapters.reverse.model != model {
                        let options = ReverseOptions { model, ..host.scene().chapters.reverse.clone() };
                        host.apply(Action::options(options));
                    }
                    host.show_anew();
                }
                News::Time(t) => host.apply(Action::Timestep(t)),
                News::Remarks(model, remarks) => {
                    let (model, remarks) = (model_label(host.words(), &model), remarks.join("; "));
                    host.tell(fl!(host.words(), "reverse-notice-remarks", model = model, remarks = remarks));
                }
                News::Remarked(text) => host.tell(text),
                News::Failed(error) => host.fail_with(&error),
            }
            host.ctx.request_repaint();
        }
    }

    /// Exports the run, as a film or, without a format, every kept state.
    fn export(&mut self, host: &mut Host<'_>, format: Option<FilmFormat>) {
        let Some(run) = self.run() else {
            return host.fail(fl!(host.words(), "reverse-notice-no-run"));
        };
        let (lanes, shape) = (run.lanes.clone(), run.spec.shape);
        let words = host.words();
        let name = fl!(words, "reverse-job-run");
        let work = match format {
            Some(format) => {
                Work { title: fl!(words, "reverse-dialog-run"), filter: film_filter(format), name }
            }
            None => Work {
                title: fl!(words, "reverse-dialog-trajectory"),
                filter: Filter::of("safetensors", &["safetensors"]),
                name,
            },
        };
        let stem = if format.is_some() { "reverse" } else { "run" };
        host.ask_save(work, stem, move |path, progress: &Progress| match format {
            Some(format) => export::run_film(path, format, &lanes, shape, |done, total| {
                if progress.report(done as usize, total as usize) { Continue(()) } else { Break(()) }
            }),
            None => export::trajectory(path, &lanes, shape),
        });
    }

    /// Stops the run that is under way, or else the training.
    pub fn stop(&mut self) {
        if self.run().is_some_and(Run::is_open) {
            self.stop_run();
        } else {
            self.workshop.lock().stop_training();
        }
    }

    fn stop_run(&mut self) {
        if let Some(worker) = self.workshop.lock().at_work() {
            worker.cancel();
        }
    }

    fn pause(&mut self) {
        self.pace(Pace::Steps(0));
        if let Some(run) = &mut self.run {
            run.enter(RunState::Paused);
        }
    }

    fn go_on(&mut self, slow: bool) {
        self.following = true;
        // In slow motion the next call is made only when all parts of the step have been shown.
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
}
