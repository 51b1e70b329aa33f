//! What the user chose, as plain data.
//!
//! A [`Scene`] is cheap to clone: undo, files, tests and the command line all work on it.
//! Views never change it; they emit [`Action`]s, and [`Scene::apply`] is the one place that acts.

mod action;
mod derived;
mod distributions;
mod file;
mod history;
mod reverse;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use action::{Action, SceneError};
pub use derived::{Derived, Side, SideCurves};
pub use distributions::{
    DistributionsOptions, LineAspect, LineOptions, MAX_PAINTED, MAX_RACERS, PlaneOptions, PlaneSource,
    PlaneSubject, Racer, Space, StartShape, Vectors,
};
pub use file::{SceneFileError, load, looks_like_scene, save};
pub use history::History;
pub use reverse::{LaneOptions, ReverseOptions, RunSize, StartAt};

use crate::diffusion::noise::NoiseMode;
use crate::diffusion::{ScheduleKind, ScheduleSpec};
use crate::imaging::FitOptions;

/// One subject of the instrument; the canvas shows one chapter at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chapter {
    /// `x_0`, ε and `x_t`.
    #[default]
    Forward,
    /// Curves and pictures of two schedules.
    Schedules,
    /// Signal, inherited and new noise.
    Ledger,
    /// `q(x_{t−1} | x_t, x_0)`.
    Posterior,
    /// From noise to a picture, by a network.
    Reverse,
    /// The line and the plane, where everything is exact.
    Distributions,
}

impl Chapter {
    /// All chapters in their order.
    pub const ALL: [Self; 6] =
        [Self::Forward, Self::Schedules, Self::Ledger, Self::Posterior, Self::Reverse, Self::Distributions];

    /// Name on the command line and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Schedules => "schedules",
            Self::Ledger => "ledger",
            Self::Posterior => "posterior",
            Self::Reverse => "reverse",
            Self::Distributions => "distributions",
        }
    }

    /// Title in the window.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Forward => "Forward",
            Self::Schedules => "Schedules",
            Self::Ledger => "Noise ledger",
            Self::Posterior => "Posterior",
            Self::Reverse => "Reverse",
            Self::Distributions => "Distributions",
        }
    }

    /// What the chapter shows, in one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Forward => "A picture fades into noise: xₜ is a mix of x₀ and ε.",
            Self::Schedules => "How fast the picture fades: the same picture and noise under two schedules.",
            Self::Ledger => {
                "Where the noise in xₜ comes from: inherited from earlier steps, or new in this one."
            }
            Self::Posterior => "What xₜ₋₁ was, for one who knows both xₜ and x₀.",
            Self::Reverse => {
                "From noise to a picture: what a network takes for noise is taken away, step by step."
            }
            Self::Distributions => "In one and two dimensions everything about diffusion is known exactly.",
        }
    }

    /// The chapter of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|chapter| chapter.name() == name)
    }
}

/// Where the picture comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageRef {
    /// One of the built-in samples, by name.
    Sample(String),
    /// A file.
    File(PathBuf),
    /// A picture that lives only in this run of the program: pasted, or dropped without a path.
    Pasted(u32),
}

/// How values become colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShowAs {
    /// `[−1, 1]` to black … white; what lies outside is clipped.
    #[default]
    Clip,
    /// Divided by the standard deviation first, so that nothing saturates.
    Rescale,
    /// A diverging colour map around zero, averaged over the channels.
    Signed,
}

/// How pixels are enlarged or reduced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zoom {
    /// Each pixel a sharp square.
    #[default]
    Sharp,
    /// Interpolated when enlarged, averaged when reduced.
    Smooth,
}

/// What the time axis of timeline and plots shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeAxis {
    /// The timestep.
    #[default]
    Timestep,
    /// The logarithm of the signal-to-noise ratio.
    LogSnr,
}

/// At which point of schedule B its pictures are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// The same t.
    #[default]
    EqualTimestep,
    /// The t of nearest signal-to-noise ratio.
    EqualSnr,
}

/// The curve that the Schedules chapter draws large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CurveChoice {
    /// `β_t`.
    Beta,
    /// `ᾱ_t`.
    #[default]
    AlphaBar,
    /// `√ᾱ_t`.
    SqrtAlphaBar,
    /// `SNR_t`.
    Snr,
    /// `ln SNR_t`.
    LogSnr,
    /// `λ_t`.
    NewShare,
    /// Weight of the simple loss in the variational bound.
    VlbWeight,
}

/// Options of the Schedules chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SchedulesOptions {
    /// The curve drawn large.
    pub curve: CurveChoice,
    /// Whether that curve has a logarithmic axis where its values allow one.
    pub log_axis: bool,
    /// Which steps of A and B are compared.
    pub pace: Pace,
    /// Whether every other kind of schedule is drawn too, faintly.
    pub all_kinds: bool,
}

/// Options of the Noise ledger chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerOptions {
    /// Show the new part amplified to the strength of all noise.
    pub amplify: bool,
    /// Look at the schedule with that many steps instead of all.
    pub few_steps: Option<usize>,
    /// Plot shares of the noise instead of variances.
    pub shares: bool,
}

/// Options of the Posterior chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PosteriorOptions {
    /// The pixel `[x, y]` whose Gaussians are drawn; the middle one when `None`.
    pub pixel: Option<[usize; 2]>,
    /// Its channel.
    pub channel: usize,
    /// What if this one step had another β? `None`: the schedule's own.
    pub beta: Option<f64>,
}

/// Everything the user chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scene {
    /// The chapter on the canvas.
    pub chapter: Chapter,
    /// The picture.
    pub image: ImageRef,
    /// Its working size.
    pub fit: FitOptions,
    /// Schedule A.
    pub schedule_a: ScheduleSpec,
    /// Schedule B; always as many steps as A.
    pub schedule_b: ScheduleSpec,
    /// Whether B is shown beside A.
    pub compare: bool,
    /// The schedule that drives the pictures.
    pub active: Side,
    /// Timestep, `1..=T`.
    pub t: usize,
    /// Seed of all noise.
    pub seed: u64,
    /// One ε for all t, or one Markov path.
    pub noise: NoiseMode,
    /// Pixel values to colours.
    pub show_as: ShowAs,
    /// Sharp or smooth pixels.
    pub zoom: Zoom,
    /// The axis of time.
    pub axis: TimeAxis,
    /// Steps per second while playing; negative plays towards `x_0`.
    pub speed: f64,
    /// Options of the Schedules chapter.
    pub schedules: SchedulesOptions,
    /// Options of the Noise ledger chapter.
    pub ledger: LedgerOptions,
    /// Options of the Posterior chapter.
    pub posterior: PosteriorOptions,
    /// Options of the Reverse chapter.
    pub reverse: ReverseOptions,
    /// Options of the Distributions chapter.
    pub distributions: DistributionsOptions,
}

impl Default for Scene {
    fn default() -> Self {
        let schedule_a = ScheduleSpec::default();
        let schedule_b = ScheduleSpec { kind: ScheduleKind::Cosine { s: 0.008 }, ..schedule_a.clone() };
        Self {
            chapter: Chapter::Forward,
            image: ImageRef::Sample("chelsea".to_owned()),
            fit: FitOptions::default(),
            t: 300,
            schedule_a,
            schedule_b,
            compare: false,
            active: Side::A,
            seed: 7,
            noise: NoiseMode::Jump,
            show_as: ShowAs::Clip,
            zoom: Zoom::Sharp,
            axis: TimeAxis::Timestep,
            speed: 100.0,
            schedules: SchedulesOptions::default(),
            ledger: LedgerOptions::default(),
            posterior: PosteriorOptions::default(),
            reverse: ReverseOptions::default(),
            distributions: DistributionsOptions::default(),
        }
    }
}

impl Scene {
    /// `T`, the number of steps.
    pub fn steps(&self) -> usize {
        self.schedule_a.steps
    }

    /// The specification of one side's schedule.
    pub fn schedule(&self, side: Side) -> &ScheduleSpec {
        match side {
            Side::A => &self.schedule_a,
            Side::B => &self.schedule_b,
        }
    }

    /// The sides on show: the active one, and the other when comparing.
    pub fn sides(&self) -> impl Iterator<Item = Side> {
        let other = self.compare.then(|| self.active.other());
        std::iter::once(self.active).chain(other)
    }
}
