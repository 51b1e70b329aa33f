//! Training the network of the plane on a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::analysis::plane::{Lesson, ScoreModel, learn};
use crate::app::loss::LossCurve;
use crate::app::thread::Thread;
use crate::learned_score::{ScoreError, ScoreNet, ScoreSettings};

/// What it and its thread are called.
const NAME: &str = "learning a score";
/// Iterations between two networks that are shown.
const EVERY: u64 = 100;

/// The network, and the training that makes it.
#[derive(Default)]
pub struct Learning {
    training: Option<Training>,
    /// The data and the process of the last training, which loss and curve are of.
    taught: Option<ScoreModel>,
    /// Number of the network, the network, and the data and process that it knows.
    network: Option<(u64, ScoreNet, ScoreModel)>,
    networks: u64,
    curve: LossCurve,
    loss: Option<f64>,
    iteration: u64,
    total: u64,
    error: Option<String>,
}

/// A training under way.
struct Training {
    score_model: ScoreModel,
    stop: Arc<AtomicBool>,
    news: Receiver<Result<Lesson, ScoreError>>,
    thread: Thread<()>,
}

impl Learning {
    /// Starts a training in place of any other.
    pub fn start(&mut self, ctx: &egui::Context, settings: ScoreSettings, score_model: ScoreModel) {
        self.training = None;
        (self.curve, self.loss) = (LossCurve::default(), None);
        (self.iteration, self.total, self.error) = (0, settings.iterations.unwrap_or(0), None);
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, news) = channel();
        let (waker, asked, data) = (ctx.clone(), Arc::clone(&stop), score_model.clone());
        self.taught = Some(score_model.clone());
        match Thread::start(ctx, NAME, move || teach(settings, &data, &asked, &sender, &waker)) {
            Ok(thread) => self.training = Some(Training { score_model, stop, news, thread }),
            Err(error) => self.error = Some(format!("{NAME}: {error}")),
        }
    }

    /// Stops the training; what was learned stays.
    pub fn stop(&self) {
        if let Some(training) = &self.training {
            training.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Takes in what the training has told. Returns how it failed, once.
    pub fn poll(&mut self) -> Option<String> {
        let Some(training) = &self.training else { return self.error.take() };
        // Asked first: what has ended tells nothing more.
        let ended = training.thread.ended();
        let (news, score_model): (Vec<_>, ScoreModel) =
            (training.news.try_iter().collect(), training.score_model.clone());
        for lesson in news {
            match lesson {
                Ok(Lesson::Step(step)) => self.learned(step.iteration, step.loss, step.ema_loss),
                Ok(Lesson::Network(network)) => {
                    self.networks += 1;
                    self.network = Some((self.networks, network, score_model.clone()));
                }
                Err(error) => self.error = Some(error.to_string()),
            }
        }
        if let Some(result) = ended {
            self.training = None;
            if let Err(panic) = result {
                self.error = Some(format!("{NAME}: {panic}"));
            }
        }
        self.error.take()
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

    /// Iterations made, and how many there shall be.
    pub fn progress(&self) -> [u64; 2] {
        [self.iteration, self.total]
    }
}

/// The thread: learns, and tells.
fn teach(
    settings: ScoreSettings,
    score_model: &ScoreModel,
    stop: &AtomicBool,
    news: &Sender<Result<Lesson, ScoreError>>,
    ctx: &egui::Context,
) {
    let told = learn(settings, score_model, EVERY, |lesson| {
        let heard = news.send(Ok(lesson)).is_ok();
        ctx.request_repaint();
        heard && !stop.load(Ordering::Relaxed)
    });
    if let Err(error) = told {
        // Whoever is gone need not hear of it.
        let _ = news.send(Err(error));
        ctx.request_repaint();
    }
}

impl Drop for Training {
    fn drop(&mut self) {
        // The thread is waited for.
        self.stop.store(true, Ordering::Relaxed);
    }
}
