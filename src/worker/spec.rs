//! Descriptions of runs and trainings, as plain data: what the worker can be asked for.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::dataset::BuiltIn;
use crate::diffusion::sampler::{PredictionType, SamplerSpec};
use crate::diffusion::{Raster, ScheduleSpec};
use crate::model::ModelRef;
use crate::train::TrainSettings;

/// The largest number of lanes that one run can have.
pub const MAX_LANES: usize = 4;
/// The largest height and width of a network's samples, in pixels.
pub const MAX_SIDE: usize = 2048;

/// What predicts the noise in a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PredictorKind {
    /// The opened U-Net.
    #[default]
    Network,
    /// An oracle that knows `x_0`: with DDPM's variance β̃ the run is drawn from the tractable posterior
    /// `q(x_{t−1} | x_t, x_0)` (Ho et al. 2020, eq. 6).
    Oracle,
    /// The exact posterior mean over a small data set: see [`IdealDenoiser`].
    ///
    /// [`IdealDenoiser`]: crate::diffusion::ideal::IdealDenoiser
    Ideal,
    /// A U-Net that was trained here, on the loaded picture alone.
    Own,
}

impl PredictorKind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Network, Self::Oracle, Self::Ideal, Self::Own];
}

/// The pictures of the [ideal denoiser](PredictorKind::Ideal).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataRef {
    /// The pictures that come with the program.
    #[default]
    Gallery,
    /// The user's own data at this path, in any form that [`dataset`](crate::dataset) opens.
    Files(PathBuf),
}

/// Where a run starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// At timestep T, from pure noise.
    Noise,
    /// From the picture noised to timestep `t`.
    Noised {
        /// `1..=T`.
        t: usize,
    },
}

/// One lane of a run: a predictor with a sampler.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneSpec {
    /// What predicts the noise.
    pub predictor: PredictorKind,
    /// The sampler, with its number of steps.
    pub sampler: SamplerSpec,
    /// The class on which the network is conditioned; `None` for no class.
    pub class: Option<u32>,
    /// The scale w of classifier-free guidance; 1 means no guidance.
    pub guidance_scale: f64,
}

/// A run of one or more lanes, all from the same start and noise.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSpec {
    /// The lanes, from 1 to [`MAX_LANES`] of them.
    pub lanes: Vec<LaneSpec>,
    /// The network of [`PredictorKind::Network`].
    pub model: ModelRef,
    /// The pictures of [`PredictorKind::Ideal`].
    pub data: DataRef,
    /// The schedule.
    pub schedule: ScheduleSpec,
    /// The state from which all lanes start.
    pub start: Start,
    /// Channels, height and width of the state.
    pub shape: [usize; 3],
    /// The loaded picture in that shape; `None` if there is none. The oracle and [`Start::Noised`] need it.
    pub picture: Option<Raster>,
    /// Seed of all noise of the run.
    pub seed: u64,
}

/// What a network learns from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LearnData {
    /// A set that comes with the program.
    BuiltIn(BuiltIn),
    /// Crops of the pictures that come with the program.
    Gallery,
    /// Crops of the loaded picture.
    Picture,
    /// The user's own data at this path, in any form that [`dataset`](crate::dataset) opens.
    Files(PathBuf),
}

impl Default for LearnData {
    fn default() -> Self {
        Self::BuiltIn(BuiltIn::default())
    }
}

/// The network that learns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LearnNetwork {
    /// Two levels without attention: the fastest, for a first look.
    Mini,
    /// Three levels without attention.
    #[default]
    Plain,
    /// `tiny32`: a million parameters, with attention.
    Tiny,
    /// `small32`: six million parameters, with attention.
    Small,
}

impl LearnNetwork {
    /// All networks, the fastest first.
    pub const ALL: [Self; 4] = [Self::Mini, Self::Plain, Self::Tiny, Self::Small];

    /// Identifier in files and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mini => "mini",
            Self::Plain => "plain",
            Self::Tiny => "tiny",
            Self::Small => "small",
        }
    }
}

/// A training of one network, or of two side by side on the same data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnSpec {
    /// What is learned.
    pub data: LearnData,
    /// The picture of [`LearnData::Picture`].
    #[serde(skip)]
    pub picture: Option<Raster>,
    /// Height and width of the pictures that are learned; `None` for those of the data.
    pub size: Option<usize>,
    /// Side of the blocks of pixels that the network sees as one pixel with more channels, for crops; 1 for none.
    pub block: usize,
    /// The network.
    pub network: LearnNetwork,
    /// How it learns.
    pub settings: TrainSettings,
    /// How the second network learns; `None` where there is one network alone.
    pub rival: Option<TrainSettings>,
    /// The folder of a kept training that goes on; its own settings count.
    #[serde(skip)]
    pub from: Option<PathBuf>,
    /// The folder in which the training is kept from time to time, so that nothing is lost.
    #[serde(skip)]
    pub keep: Option<PathBuf>,
}

impl LearnSpec {
    /// Side of the blocks in which a network sees crops of the loaded picture.
    pub const BLOCK: usize = 2;

    /// The training on the loaded picture alone, whose network predicts in Reverse as
    /// [`Own`](PredictorKind::Own): crops of `size` pixels, a multiple of 8, learned in iterations that are short.
    pub fn of_picture(
        picture: Raster,
        size: usize,
        schedule: ScheduleSpec,
        iterations: u64,
        seed: u64,
    ) -> Self {
        let settings = TrainSettings {
            schedule,
            // At high noise the network then learns the picture's layout within a few hundred iterations, where ε̂ would
            // have to be right to a percent to say anything of it.
            prediction: PredictionType::Sample,
            batch: 4,
            // With a rate half as large again, the network sometimes never recovers from a bad step.
            learning_rate: 2e-3,
            warm_up: 20,
            iterations: Some(iterations),
            ema: 0.98,
            // Crops are mirrored before they become blocks.
            flip: false,
            seed,
            ..TrainSettings::default()
        };
        Self {
            data: LearnData::Picture,
            picture: Some(picture),
            size: Some(size),
            block: Self::BLOCK,
            network: LearnNetwork::Plain,
            settings,
            rival: None,
            from: None,
            keep: None,
        }
    }
}

/// One step of training that is to be looked at, of the network that is learning, or else of one that comes with the
/// program, on its own data.
#[derive(Clone, Debug, PartialEq)]
pub struct SeeSpec {
    /// Number of the picture among the data, from 0; numbers beyond begin again.
    pub picture: usize,
    /// Two timesteps, of `steps`.
    pub t: [usize; 2],
    /// The T that the timesteps are of. They are scaled to that of the network.
    pub steps: usize,
    /// What is looked at where nothing is learning.
    pub shipped: BuiltIn,
    /// What is compared with the truth there; a network that is learning is compared by what it learns.
    pub target: PredictionType,
    /// Seed of the noise, where nothing is learning.
    pub seed: u64,
    /// Whether the network that is learning, or has learned last, is looked at, if there is one.
    pub own: bool,
}

/// How far a run or a training may go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As fast as possible.
    #[default]
    Free,
    /// This many more network calls of a run, or iterations of a training; then it waits.
    Steps(usize),
}

impl Pace {
    /// Whether one more network call or iteration may be made. If so, it is subtracted from those that are left.
    pub(super) fn take(&mut self) -> bool {
        match self {
            Self::Free => true,
            Self::Steps(0) => false,
            Self::Steps(left) => {
                *left -= 1;
                true
            }
        }
    }
}
