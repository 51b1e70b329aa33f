//! What the user chose, as plain data.
//!
//! A [`Scene`] is cheap to clone: undo, files, tests and the command line all work on it.
//! Views never change it; they emit [`Action`]s, and [`Scene::apply`] is the one place that acts.
//!
//! ```
//! use diffuscope::scene::{Action, History, Scene};
//!
//! let mut history = History::new(Scene::default());
//! let before = history.scene().t;
//! history.apply(Action::Timestep(123))?;
//! assert_eq!(history.scene().t, 123);
//! assert!(history.apply(Action::Steps(1)).is_err(), "no schedule has one step");
//! assert!(history.undo());
//! assert_eq!(history.scene().t, before);
//! # Ok::<_, diffuscope::scene::SceneError>(())
//! ```

mod action;
pub mod chapters;
mod derived;
mod file;
mod history;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use action::{Action, SceneError};
pub use chapters::*;
pub use derived::{Derived, Side, SideCurves};
pub use file::{SCENE_VERSION, SceneFileError, load, looks_like_scene, save};
pub use history::History;

use crate::diffusion::noise::NoiseMode;
use crate::diffusion::{ScheduleKind, ScheduleSpec};
use crate::imaging::FitOptions;

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
pub enum Interpolation {
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

/// Everything the user chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scene {
    /// The chapter on the canvas.
    pub chapter: ChapterId,
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
    pub zoom: Interpolation,
    /// The axis of time.
    pub axis: TimeAxis,
    /// Steps per second while playing; negative plays towards `x_0`.
    pub speed: f64,
    /// What is chosen in each chapter.
    #[serde(flatten)]
    pub chapters: Chapters,
}

impl Default for Scene {
    fn default() -> Self {
        let schedule_a = ScheduleSpec::default();
        let schedule_b = ScheduleSpec { kind: ScheduleKind::Cosine { s: 0.008 }, ..schedule_a.clone() };
        Self {
            chapter: ChapterId::default(),
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
            zoom: Interpolation::Sharp,
            axis: TimeAxis::Timestep,
            speed: 100.0,
            chapters: Chapters::default(),
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
