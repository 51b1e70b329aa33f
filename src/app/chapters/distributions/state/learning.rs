//! Training the network of the plane on a thread of its own.

use crate::analysis::plane::{Lesson, ScoreModel, learn};
use crate::app::loss::LossCurve;
use crate::background::{Missing, Task, Wake, Work};
use crate::learned_score::{ScoreNet, ScoreSettings};

/// The name of the thread of the training.
const NAME: &str = "learning a score";
/// Iterations between two networks that are shown.
const EVERY: u64 = 100;

/// The network, and the training that makes it.
#[derive(Default)]
pub struct Learning {
    training: Option<Task<ScoreModel, Lesson, ()>>,
    /// The data and the process of the last training, to which loss and curve belong.
    taught: Option<ScoreModel>,
    /// Number of the network, the network, and the data and process that it knows.
    network: Option<(u64, ScoreNet, ScoreModel)>,
    networks: u64,
    curve: LossCurve,
    loss: Option<f64>,
    iteration: u64,
    total: u64,
    failure: Option<Missing>,
}

impl Learning {
    /// Starts a training in place of any other.
    pub fn start(&mut self, wake: &Wake, settings: ScoreSettings, score_model: ScoreModel) {
        self.training = None;
        (self.curve, self.loss) = (LossCurve::default(), None);
        (self.iteration, self.total, self.failure) = (0, settings.iterations.unwrap_or(0), None);
        self.taught = Some(score_model.clone());
        let teach = move |score_model: &ScoreModel, work: &Work<Lesson>| {
            learn(settings, score_model, EVERY, |lesson| work.tell(lesson)).map_err(Missing::failed)
        };
        match Task::start(wake, NAME, score_model, teach) {
            Ok(task) => self.training = Some(task),
            Err(error) => self.failure = Some(Missing::failed(error)),
        }
    }

    /// Stops the training; what was learned stays.
    pub fn stop(&self) {
        if let Some(training) = &self.training {
            training.cancel();
        }
    }

    /// Takes in the training's steps. If it has failed, returns the failure, once.
    pub fn poll(&mut self) -> Option<Missing> {
        let Some(training) = &self.training else { return self.failure.take() };
        // The end is looked for first, so that no step is told after the steps have been taken.
        let ended = training.ended();
        let (lessons, score_model) = (training.parts(), training.key().clone());
        for lesson in lessons {
            match lesson {
                Lesson::Step(step) => self.learned(step.iteration, step.loss, step.ema_loss),
                Lesson::Network(network) => {
                    self.networks += 1;
                    self.network = Some((self.networks, network, score_model.clone()));
                }
            }
        }
        let ended = ended?;
        self.training = None;
        ended.value.err().map(|missing| match missing {
            Missing::Panicked(text) => Missing::Panicked(format!("{NAME}: {text}")),
            missing => missing,
        })
    }

    fn learned(&mut self, iteration: u64, loss: f64, average: f64) {
        (self.iteration, self.loss) = (iteration, Some(average));
        self.curve.push(iteration, loss);
    }

    /// Whether a training is under way.
    pub fn is_open(&self) -> bool {
        self.training.is_some()
    }

    /// The network for these data and this process, with its number.
    pub fn network(&self, score_model: &ScoreModel) -> Option<(u64, ScoreNet)> {
        let (number, network, of) = self.network.as_ref()?;
        (*of == score_model.exact()).then(|| (*number, network.clone()))
    }

    /// Whether loss and curve are those of these data and this process.
    pub fn is_of(&self, score_model: &ScoreModel) -> bool {
        self.taught.as_ref().is_none_or(|taught| *taught == score_model.exact())
    }

    /// `[iteration, loss]` so far.
    pub fn curve(&self) -> &[[f64; 2]] {
        self.curve.points()
    }

    /// Moving average of the loss.
    pub fn loss(&self) -> Option<f64> {
        self.loss
    }

    /// The number of iterations made, and of all iterations.
    pub fn progress(&self) -> [u64; 2] {
        [self.iteration, self.total]
    }
}
