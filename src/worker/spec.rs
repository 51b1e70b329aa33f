//! What the worker is asked for: plain data.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::diffusion::sampler::SamplerSpec;
use crate::diffusion::{Raster, ScheduleSpec};
use crate::model::ModelRef;

/// Lanes of a race, at most.
pub const MAX_LANES: usize = 4;
/// Largest height and width of a network's samples.
pub const MAX_SIDE: usize = 2048;

/// Who says what the noise is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PredictorKind {
    /// A U-Net.
    #[default]
    Network,
    /// One who knows `x_0`: with DDPM's variance β̃ the run is drawn from the tractable posterior
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
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Network, Self::Oracle, Self::Ideal, Self::Own];
}

/// The pictures of the [ideal denoiser](PredictorKind::Ideal).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataRef {
    /// The pictures that come with the program.
    #[default]
    Gallery,
    /// Data of the user's own, in any form that [`dataset`](crate::dataset) opens.
    Files(PathBuf),
}

/// Where a run starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// At T, from noise alone.
    Noise,
    /// From the picture noised to timestep `t`.
    Noised {
        /// `1..=T`.
        t: usize,
    },
}

/// One way to denoise.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneSpec {
    /// Who predicts.
    pub predictor: PredictorKind,
    /// How steps are made.
    pub sampler: SamplerSpec,
    /// The class that the network is told.
    pub class: Option<u32>,
    /// Strength w of classifier-free guidance; 1 is none.
    pub guidance_scale: f64,
}

/// A run of one or more lanes, all from the same start and noise.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSpec {
    /// `1..=`[`MAX_LANES`].
    pub lanes: Vec<LaneSpec>,
    /// The network of [`PredictorKind::Network`].
    pub model: ModelRef,
    /// The pictures of [`PredictorKind::Ideal`].
    pub data: DataRef,
    /// The schedule.
    pub schedule: ScheduleSpec,
    /// Where to start.
    pub start: Start,
    /// Channels, height and width.
    pub shape: [usize; 3],
    /// The picture in that shape, as far as it is known.
    pub picture: Option<Raster>,
    /// Seed of all noise.
    pub seed: u64,
}

/// Training on one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnSpec {
    /// The picture.
    pub picture: Raster,
    /// Height and width of the crops that are learned.
    pub size: usize,
    /// The schedule.
    pub schedule: ScheduleSpec,
    /// Number of iterations.
    pub iterations: u64,
    /// Seed of all that is random.
    pub seed: u64,
}

/// How a run or a training goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it can.
    #[default]
    Free,
    /// So many network calls or iterations, then wait.
    Steps(usize),
}

impl Pace {
    /// Whether there may be one more, which is then taken off.
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
