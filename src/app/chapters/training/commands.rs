//! The commands of the Training chapter.

use std::path::PathBuf;

use egui::Key;
use i18n_embed_fl::fl;

use super::state::{Training, plan};
use crate::app::chapters::{Host, Order};
use crate::app::command::Command;
use crate::app::entry::{Entry, Menu, NONE, key};
use crate::app::words::Words;
use crate::app::workshop::{RunState, TrainingNews};
use crate::scene::{Action, ChapterId, ReverseOptions, RunSize, Scene};
use crate::worker::{LearnData, LearnSpec, PredictorKind};

/// A command to the Training chapter.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingCommand {
    /// Begin a training; if one is under way, pause it or let it go on.
    Go,
    /// Begin a training as the scene says, in place of any other.
    Begin,
    /// Let a training that has ended go on, for as many iterations again.
    TrainOn,
    /// Stop the training; what the network has learned stays.
    Stop,
    /// Stop the training, and show none; it can go on later.
    SetAside,
    /// Ask for a folder in which the network is saved.
    Save,
    /// Save the network in this folder.
    SaveIn(PathBuf),
    /// Show the network in Reverse.
    Denoise,
    /// Save the network in this folder, and show it in Reverse.
    DenoiseFrom(PathBuf),
    /// Ask for the data to learn from.
    AskData,
    /// Learn from the data at this path.
    TakeData(PathBuf),
    /// Let the kept training in this folder go on.
    TakeUp(PathBuf),
    /// Discard the kept training in this folder.
    Discard(PathBuf),
    /// Bring back the training that was discarded last.
    BringBack,
    /// Choose the kept training in this folder.
    Choose(PathBuf),
    /// Ask for the folder of a saved training.
    AskRun,
    /// Let the training go on that is saved in this folder.
    GoOnFrom(PathBuf),
}

impl TrainingCommand {
    /// The command as an order that is addressed to the chapter.
    pub fn order(self) -> Order {
        Order::new(ChapterId::Training, self)
    }
}

/// The chapter's entries in menus, palette and keys.
pub fn entries(scene: &Scene, words: &Words) -> Vec<Entry> {
    use Menu::{File, Time};
    use TrainingCommand as T;
    // Some keys are used in this chapter only.
    let here = |code| if scene.chapter == ChapterId::Training { key(NONE, code) } else { None };
    [
        (File, fl!(words, "command-save-network"), None, T::Save),
        (File, fl!(words, "command-go-on-training"), None, T::AskRun),
        (Time, fl!(words, "command-train-pause-or-go-on"), here(Key::Space), T::Go),
        (Time, fl!(words, "command-train-anew"), here(Key::R), T::Begin),
        (Time, fl!(words, "command-stop-training"), here(Key::X), T::Stop),
    ]
    .map(|(menu, label, shortcut, command)| Entry::order(menu, label, shortcut, command.order()))
    .into()
}

impl Training {
    /// Carries out a command.
    pub fn carry_out(&mut self, command: TrainingCommand, host: &mut Host<'_>) {
        match command {
            TrainingCommand::Go => {
                let open = self.workshop.training().is_some_and(|training| training.is_open());
                if open { self.workshop.lock().pause_training() } else { self.begin(host) }
            }
            TrainingCommand::Begin => self.begin(host),
            TrainingCommand::TrainOn => {
                // As many as the training had: the scene may describe the next one.
                let training = self.workshop.training();
                let own = training.and_then(|training| training.spec.settings.iterations);
                let more = own.unwrap_or(host.scene().chapters.training.iterations);
                self.workshop.lock().train_on(more);
                self.shown = None;
            }
            TrainingCommand::Stop => self.workshop.lock().stop_training(),
            TrainingCommand::SetAside => {
                self.workshop.lock().set_aside();
                self.shown = None;
            }
            TrainingCommand::Save => {
                if self.has_learned(host) {
                    let title = fl!(host.words(), "training-dialog-save");
                    host.ask_folder(title, |path| TrainingCommand::SaveIn(path).order());
                }
            }
            TrainingCommand::SaveIn(folder) => self.save(host, folder, false),
            TrainingCommand::Denoise => self.denoise(host),
            TrainingCommand::DenoiseFrom(folder) => self.save(host, folder, true),
            TrainingCommand::AskData => {
                let title = fl!(host.words(), "training-dialog-data");
                host.ask_folder(title, |path| TrainingCommand::TakeData(path).order());
            }
            TrainingCommand::TakeData(path) => {
                let options = plan::suited(&host.scene().chapters.training, LearnData::Files(path));
                host.apply(Action::options(options));
            }
            TrainingCommand::TakeUp(folder) => {
                self.workshop.lock().take_up(host.ctx, &folder);
                self.shown = None;
            }
            TrainingCommand::Discard(folder) => self.workshop.lock().discard(&folder),
            TrainingCommand::BringBack => self.workshop.lock().bring_back(),
            TrainingCommand::Choose(folder) => self.workshop.lock().choose_kept(folder),
            TrainingCommand::AskRun => {
                let title = fl!(host.words(), "training-dialog-run");
                host.ask_folder(title, |path| TrainingCommand::GoOnFrom(path).order());
            }
            TrainingCommand::GoOnFrom(folder) => self.go_on_from(host, folder),
        }
    }

    fn begin(&mut self, host: &mut Host<'_>) {
        let spec = plan::training(host.scene(), host.image());
        self.start(host, spec);
    }

    fn start(&mut self, host: &mut Host<'_>, spec: LearnSpec) {
        host.pause();
        self.shown = None;
        self.workshop.lock().train(host.ctx, spec);
        host.show_anew();
    }

    /// Lets a saved training go on: one of this window's, or one of the command `train` on the scene's data.
    fn go_on_from(&mut self, host: &mut Host<'_>, folder: PathBuf) {
        host.apply(Action::Chapter(ChapterId::Training));
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        let saved = crate::worker::FoundRun::read(&folder).map(|found| found.request());
        let spec = saved.unwrap_or_else(|| plan::training(host.scene(), host.image()));
        // It is kept in a folder of its own from now on: the saved one stays as it is.
        self.start(host, LearnSpec { from: Some(folder), keep: None, ..spec });
    }

    /// Whether there is a network to save; else a notice says that there is none.
    fn has_learned(&self, host: &mut Host<'_>) -> bool {
        let learned = self.workshop.training().is_some_and(|training| training.iteration() > 0);
        if !learned {
            host.fail(fl!(host.words(), "training-notice-nothing"));
        }
        learned
    }

    /// Saves the network in a folder, or in a new one within it if there is something in it already.
    fn save(&self, host: &mut Host<'_>, folder: PathBuf, show: bool) {
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        let used = folder.read_dir().is_ok_and(|mut entries| entries.next().is_some());
        let Some(training) = self.workshop.training() else { return };
        let mut shared = self.workshop.lock();
        let own = shared.own_folder().is_some_and(|own| own == folder);
        let name = format!("{}-{}", plan::data_name(&training.spec.data), training.iteration());
        let folder = if used && !own { folder.join(name) } else { folder };
        shared.save(folder, show);
        drop(shared);
        host.ctx.request_repaint();
    }

    /// Shows the network in Reverse: what has learned the picture predicts there as Own, any other is saved and opened.
    fn denoise(&self, host: &mut Host<'_>) {
        if !self.has_learned(host) {
            return;
        }
        let of_picture = self.workshop.training().is_some_and(|training| training.is_of_picture());
        if of_picture {
            let mut options =
                ReverseOptions { size: RunSize::Picture, ..host.scene().chapters.reverse.clone() };
            options.lane.predictor = PredictorKind::Own;
            host.apply(Action::All(vec![Action::options(options), Action::Chapter(ChapterId::Reverse)]));
            return;
        }
        let own = self.workshop.lock().own_folder();
        if let Some(folder) = own {
            self.save(host, folder, true);
        } else {
            let title = fl!(host.words(), "training-dialog-save");
            host.ask_folder(title, |path| TrainingCommand::DenoiseFrom(path).order());
        }
    }

    /// Takes in what has happened to trainings since the last frame.
    pub fn take_news(&mut self, host: &mut Host<'_>) {
        let news = self.workshop.lock().take_news();
        for news in news {
            match news {
                TrainingNews::Prepared(begun) => {
                    if !begun.remarks.is_empty() {
                        host.tell(begun.remarks.join("; "));
                    }
                    host.show_anew();
                }
                TrainingNews::Learned => {
                    let of_picture =
                        self.workshop.training().is_some_and(|training| training.is_of_picture());
                    host.tell(if of_picture {
                        fl!(host.words(), "training-notice-learned-picture")
                    } else {
                        fl!(host.words(), "training-notice-learned")
                    });
                    host.show_anew();
                }
                TrainingNews::Saved(folder, show) => {
                    host.remember_model(folder.clone());
                    let path = folder.display().to_string();
                    host.tell(fl!(host.words(), "training-notice-saved", path = path));
                    if show {
                        host.later(Command::OpenPath(folder));
                    }
                }
                TrainingNews::Remarked(text) => host.tell(text),
                TrainingNews::Failed(error) => host.fail_with(&error),
            }
            host.ctx.request_repaint();
        }
    }
}

/// The label of the main button, by the state of the training: its message's name.
pub fn main_label(words: &Words, state: Option<RunState>) -> (String, String) {
    match state {
        Some(RunState::Running) => (fl!(words, "training-pause"), fl!(words, "training-pause", "about")),
        Some(RunState::Paused) => (fl!(words, "training-go-on"), fl!(words, "training-go-on", "about")),
        _ => (fl!(words, "training-begin"), fl!(words, "training-begin", "about")),
    }
}
