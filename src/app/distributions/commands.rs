//! What the chapter can be told to do.

use crate::app::App;
use crate::scene::{Action, PlaneSource};
use crate::toy::{NetConfig, ToySettings};

/// An order to the Distributions chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistributionsCommand {
    /// Stop samplers, measurements and training.
    Stop,
    /// Make anew what was stopped.
    Again,
    /// Train a network on the data of the plane.
    Train,
    /// Stop the training.
    StopTraining,
    /// Take away all painted points.
    Clear,
    /// Take a state of the line drawn from `q(x_t)`.
    Draw,
}

impl App {
    /// Carries out a command of the Distributions chapter.
    pub(in crate::app) fn distributions(&mut self, ctx: &egui::Context, command: DistributionsCommand) {
        let plane = &mut self.stage.distributions.plane;
        match command {
            DistributionsCommand::Stop => {
                plane.stop();
                plane.learning.stop();
            }
            DistributionsCommand::Again => plane.again(),
            DistributionsCommand::StopTraining => plane.learning.stop(),
            DistributionsCommand::Train => {
                let options = &self.history.scene().distributions.plane;
                // Of the scene as it is, which need not be the one that was drawn last.
                let Some(score_model) = plane.exact(options, &self.stage.images.shown().raster) else {
                    return self.notices.fail(ctx, "There are no data to learn from; paint some points");
                };
                let network =
                    NetConfig { process: options.process, target: options.target, hidden: options.hidden };
                let settings = ToySettings::new(network, Some(options.iterations), self.history.scene().seed);
                plane.learning.start(ctx, settings, score_model);
            }
            DistributionsCommand::Draw => {
                let scene = self.history.scene();
                let schedule = &self.stage.derived.side(scene.active).schedule;
                let Some(x) = self.stage.distributions.line.draw(scene, schedule) else { return };
                let mut options = scene.distributions.clone();
                (options.line.x, options.line.from) = (x, scene.t);
                self.apply(ctx, Action::Distributions(Box::new(options)));
            }
            DistributionsCommand::Clear => {
                let mut options = self.history.scene().distributions.clone();
                options.plane.data = PlaneSource::Painted(Vec::new());
                self.apply(ctx, Action::Distributions(Box::new(options)));
            }
        }
    }

    /// Takes in what the training, and what has failed elsewhere, has told since the last frame.
    pub(in crate::app) fn take_lessons(&mut self, ctx: &egui::Context) {
        let distributions = &mut self.stage.distributions;
        for error in distributions.plane.learning.poll().into_iter().chain(distributions.take_panics()) {
            self.notices.fail(ctx, error);
        }
    }
}
