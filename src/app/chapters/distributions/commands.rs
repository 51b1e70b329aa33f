//! The commands of the Distributions chapter.

use egui::Key;
use i18n_embed_fl::fl;

use super::state::Distributions;
use crate::app::chapters::{Host, Order};
use crate::app::command::Intent;
use crate::app::entry::{Entry, Menu, NONE, key};
use crate::app::wake::wake;
use crate::app::words::Words;
use crate::learned_score::{NetConfig, ScoreSettings};
use crate::scene::{Action, ChapterId, DistributionsOptions, PlaneSource, Scene, Space};

/// A command to the Distributions chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistributionsCommand {
    /// Stop samplers, measurements and training.
    Stop,
    /// Compute again what was stopped.
    Again,
    /// Train a network on the data of the plane.
    Train,
    /// Stop the training.
    StopTraining,
    /// Remove all painted points.
    Clear,
    /// Draw a state of the line from `q(x_t)`, and look at it.
    Draw,
}

impl DistributionsCommand {
    /// The command as an order that is addressed to the chapter.
    pub fn order(self) -> Order {
        Order::new(ChapterId::Distributions, self)
    }
}

/// The chapter's entries in menus, palette and keys.
pub fn entries(scene: &Scene, words: &Words) -> Vec<Entry> {
    use DistributionsCommand as D;
    // Some keys mean something in this chapter alone.
    let here = |code| if scene.chapter == ChapterId::Distributions { key(NONE, code) } else { None };
    let (label, other) = other_space(scene, words);
    vec![
        Entry::order(
            Menu::Time,
            fl!(words, "command-train-on-the-data-of-the-plane"),
            None,
            D::Train.order(),
        ),
        Entry::order(
            Menu::Time,
            fl!(words, "command-stop-sampling-or-training-in-the-plane"),
            here(Key::X),
            D::Stop.order(),
        ),
        Entry::order(Menu::Time, fl!(words, "command-sample-the-plane-anew"), here(Key::R), D::Again.order()),
        Entry::new(Menu::View, label, here(Key::L), Intent::Act(Action::options(other))),
    ]
}

/// The entry that changes between the line and the plane: its text, and the options it sets.
fn other_space(scene: &Scene, words: &Words) -> (String, DistributionsOptions) {
    let mut options = scene.chapters.distributions.clone();
    let (label, space) = match options.space {
        Space::Line => (fl!(words, "command-plane-instead-of-line"), Space::Plane),
        Space::Plane => (fl!(words, "command-line-instead-of-plane"), Space::Line),
    };
    options.space = space;
    (label, options)
}

impl Distributions {
    /// Carries out a command.
    pub fn carry_out(&mut self, command: DistributionsCommand, host: &mut Host<'_>) {
        match command {
            DistributionsCommand::Stop => {
                self.plane.stop();
                self.plane.learning.stop();
            }
            DistributionsCommand::Again => self.plane.again(),
            DistributionsCommand::StopTraining => self.plane.learning.stop(),
            DistributionsCommand::Train => self.train(host),
            DistributionsCommand::Draw => {
                let scene = host.scene();
                let schedule = &host.derived().side(scene.active).schedule;
                let Some(x) = self.line.draw(scene, schedule) else { return };
                let mut options = scene.chapters.distributions.clone();
                (options.line.x, options.line.from) = (x, scene.t);
                host.apply(Action::options(options));
            }
            DistributionsCommand::Clear => {
                let mut options = host.scene().chapters.distributions.clone();
                options.plane.data = PlaneSource::Painted(Vec::new());
                host.apply(Action::options(options));
            }
        }
    }

    fn train(&mut self, host: &mut Host<'_>) {
        let options = &host.scene().chapters.distributions.plane;
        // The data of the present scene are used, which may differ from those of the last frame.
        let Some(score_model) = self.plane.exact(options, host.image()) else {
            return host.fail(fl!(host.words(), "distributions-notice-no-data"));
        };
        let network = NetConfig { process: options.process, target: options.target, hidden: options.hidden };
        let settings = ScoreSettings::new(network, Some(options.iterations), host.scene().seed);
        self.plane.learning.start(&wake(host.ctx), settings, score_model);
    }
}
