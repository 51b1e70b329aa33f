//! Descriptions of runs and trainings, as plain data: what the worker can be asked for.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::diffusion::sampler::SamplerSpec;
use crate::diffusion::{Raster, ScheduleSpec};
use crate::model::ModelRef;

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

/// A training of a small network on one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSpec {
    /// The picture.
    pub picture: Raster,
    /// Height and width, in pixels, of the crops that are learned.
    pub size: usize,
    /// The schedule.
    pub schedule: ScheduleSpec,
    /// Number of iterations.
    pub iterations: u64,
    /// Seed of the weights, the crops and the noise.
    pub seed: u64,
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
