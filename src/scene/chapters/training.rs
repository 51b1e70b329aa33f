//! Options of the Training chapter.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::diffusion::sampler::PredictionType;
use crate::scene::SceneError;
use crate::scene::action::within;
use crate::train::Loss;
use crate::worker::{LearnData, LearnNetwork};

/// The γ of the min-SNR weights (Hang et al. 2023).
const GAMMA: f64 = 5.0;

/// What the canvas shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrainingSubject {
    /// How a network learns: its samples, its loss, its errors over t.
    #[default]
    Live,
    /// One step: a picture, a timestep and noise, and what the network makes of them.
    Step,
}

impl TrainingSubject {
    /// All subjects.
    pub const ALL: [Self; 2] = [Self::Live, Self::Step];
}

/// How errors at different timesteps are weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossChoice {
    /// Alike.
    #[default]
    Simple,
    /// As in the variational bound.
    Vlb,
    /// By `min(SNR, 5)` on the clean picture.
    MinSnr,
}

impl LossChoice {
    /// All weightings.
    pub const ALL: [Self; 3] = [Self::Simple, Self::Vlb, Self::MinSnr];

    /// Identifier in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Vlb => "vlb",
            Self::MinSnr => "min-snr",
        }
    }
}

impl From<LossChoice> for Loss {
    fn from(choice: LossChoice) -> Self {
        match choice {
            LossChoice::Simple => Self::Simple,
            LossChoice::Vlb => Self::Vlb,
            LossChoice::MinSnr => Self::MinSnr { gamma: GAMMA },
        }
    }
}

/// In what a second network differs, which learns beside the first from the same data in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LearnRival {
    /// What it predicts.
    Target(PredictionType),
    /// How its errors are weighted.
    Loss(LossChoice),
    /// Its schedule, which is B.
    Schedule,
}

/// Options of the Training chapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainingOptions {
    /// What the canvas shows.
    pub subject: TrainingSubject,
    /// What is learned.
    pub data: LearnData,
    /// Height and width of the pictures that are learned; `None` for those of the data.
    pub size: Option<usize>,
    /// The network.
    pub network: LearnNetwork,
    /// What the network predicts.
    pub target: PredictionType,
    /// How errors are weighted.
    pub loss: LossChoice,
    /// Whether the noise schedule is learned beside the network, from the variational bound; the scene's schedules and
    /// the weighting do not count then.
    pub gamma: bool,
    /// In what a second network differs; `None` where there is one network alone.
    pub rival: Option<LearnRival>,
    /// Largest learning rate.
    pub learning_rate: f64,
    /// Pictures in an iteration.
    pub batch: usize,
    /// Number of iterations.
    pub iterations: u64,
    /// Largest decay of the moving average of the weights.
    pub ema: f64,
    /// Share of pictures that are shown without their class.
    pub class_dropout: f64,
    /// Whether samples are drawn with the averaged weights, or else with the weights as they are.
    pub averaged: bool,
    /// Number of the picture whose step is looked at, from 0.
    pub picture: usize,
    /// Whether the parts of the step are shown slowly, one after the other.
    pub slow: bool,
}

impl Default for TrainingOptions {
    fn default() -> Self {
        Self {
            subject: TrainingSubject::default(),
            data: LearnData::default(),
            size: None,
            network: LearnNetwork::default(),
            target: PredictionType::default(),
            loss: LossChoice::default(),
            gamma: false,
            rival: None,
            learning_rate: 2e-3,
            batch: 32,
            iterations: 2000,
            ema: 0.995,
            class_dropout: 0.1,
            averaged: true,
            picture: 0,
            slow: false,
        }
    }
}

impl TrainingOptions {
    /// How errors are weighted: a schedule that is learned asks for the weights of the variational bound.
    pub fn loss_in_use(&self) -> LossChoice {
        if self.gamma { LossChoice::Vlb } else { self.loss }
    }
}

impl Options for TrainingOptions {
    fn check(&self) -> Result<(), SceneError> {
        let size = self.size.unwrap_or(8);
        within((4..=256).contains(&size), "training.size", "4 to 256", size)?;
        let rate = self.learning_rate;
        within(rate > 0.0 && rate <= 1.0, "training.learning_rate", "above 0, at most 1", rate)?;
        within((1..=1024).contains(&self.batch), "training.batch", "1 to 1024", self.batch)?;
        let iterations = self.iterations;
        within((1..=1_000_000).contains(&iterations), "training.iterations", "1 to 1000000", iterations)?;
        within((0.0..1.0).contains(&self.ema), "training.ema", "from 0 to below 1", self.ema)?;
        let dropout = self.class_dropout;
        within((0.0..=1.0).contains(&dropout), "training.class_dropout", "from 0 to 1", dropout)?;
        within(self.picture < 1_000_000, "training.picture", "below 1000000", self.picture)
    }
}
