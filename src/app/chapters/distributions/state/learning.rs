//! Training the network of the plane on a thread of its own.

use crate::analysis::plane::{Lesson, ScoreModel, learn};
use crate::app::loss::LossCurve;
use crate::background::{Missing, Task, Wake, Work};
use crate::learned_score::{ScoreNet, ScoreSettings};

/// The name of the thread that trains.
const NAME: &str = "learning a score";
/// The number of iterations between two states of the network that are shown.
const EVERY: u64 = 100;

/// The network, and the training that makes it.
#[derive(Default)]
pub struct Learning {
    training: Option<Task<ScoreModel, Lesson, ()>>,
    /// The data and the process of the last training. Loss and curve are of this training.
    taught: Option<ScoreModel>,
    /// The network, with a number that is new for each state of a network, and with the data and process it
    /// was trained on.
    network: Option<(u64, ScoreNet, ScoreModel)>,
    networks: u64,
    curve: LossCurve,
    loss: Option<f64>,
    iteration: u64,
    total: u64,
    failure: Option<Missing>,
}

impl Learning {
    /// Starts a training. If one is under way, it is stopped.
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

    /// Stops the training. The network keeps what it has learned.
    pub fn stop(&self) {
        if let Some(training) = &self.training {
            training.cancel();
        }
    }

    /// Takes in the steps that the training has made. If it has failed, returns the failure, once.
    pub fn poll(&mut self) -> Option<Missing> {
        let Some(training) = &self.training else { return self.failure.take() };
        // Whether it has ended is asked before the steps are taken, so that a step made in between is not
        // lost.
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

    /// A copy in which no training is under way, with the network and the loss that there are now.
    pub fn still(&self) -> Self {
        Self {
            training: None,
            taught: self.taught.clone(),
            network: self.network.clone(),
            networks: self.networks,
            curve: self.curve.clone(),
            loss: self.loss,
            iteration: self.iteration,
            total: self.total,
            failure: None,
        }
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

    /// Whether loss and curve belong to a training on these data with this process, or there was no training
    /// yet.
    pub fn is_of(&self, score_model: &ScoreModel) -> bool {
        self.taught.as_ref().is_none_or(|taught| *taught == score_model.exact())
    }

    /// The loss so far, as points `[iteration, loss]`.
    pub fn curve(&self) -> &[[f64; 2]] {
        self.curve.points()
    }

    /// Moving average of the loss.
    pub fn loss(&self) -> Option<f64> {
        self.loss
    }

    /// The number of iterations made, and the number of all iterations of the training.
    pub fn progress(&self) -> [u64; 2] {
        [self.iteration, self.total]
    }
}
