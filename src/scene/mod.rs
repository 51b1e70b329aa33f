//! The user's choices, as plain data.
//!
//! A [`Scene`] is cheap to clone: undo, files, tests and the command line all work on scenes. Views never change a
//! scene; they emit [`Action`]s, and [`Scene::apply`] is the only place that carries these out.
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
use serde_json::{Map, Value};

pub use action::{Action, SceneError};
pub use chapters::*;
pub use derived::{Derived, Side, SideCurves};
pub use file::{SCENE_VERSION, SceneFileError, load, looks_like_scene, looks_like_scheduler, save};
pub use history::History;

use crate::diffusion::ScheduleSpec;
use crate::diffusion::noise::NoiseMode;
use crate::diffusion::schedule::Cosine;
use crate::imaging::FitOptions;

/// Where the picture comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageRef {
    /// One of the built-in samples, by name.
    Sample(String),
    /// A picture file.
    File(PathBuf),
    /// A picture that exists only while this program runs: pasted, or dropped without a path.
    Pasted(u32),
}

/// How pixel values become colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShowAs {
    /// `[−1, 1]` becomes black to white; values outside are clipped.
    #[default]
    Clip,
    /// Values are first divided by their standard deviation, so that noise does not saturate.
    Rescale,
    /// The mean over the channels, in a diverging colour map around 0.
    Signed,
}

/// How pixels are drawn when the picture is enlarged or reduced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Interpolation {
    /// Each pixel is a sharp square.
    #[default]
    Sharp,
    /// Pixels are interpolated when enlarged, and averaged when reduced.
    Smooth,
}

/// What the time axes of the timeline and of plots show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeAxis {
    /// The timestep.
    #[default]
    Timestep,
    /// The logarithm of the signal-to-noise ratio.
    LogSnr,
}

/// Everything that the user chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scene {
    /// The chapter that is shown on the canvas.
    pub chapter: ChapterId,
    /// The picture.
    pub image: ImageRef,
    /// The picture's working size.
    pub fit: FitOptions,
    /// Schedule A.
    pub schedule_a: ScheduleSpec,
    /// Schedule B, which always has as many steps as A.
    pub schedule_b: ScheduleSpec,
    /// Whether B is shown beside A.
    pub compare: bool,
    /// The schedule that the pictures are computed with.
    pub active: Side,
    /// Timestep, `1..=T`.
    pub t: usize,
    /// Seed of all noise.
    pub seed: u64,
    /// How noise is drawn: one ε for all t, or one Markov path.
    pub noise: NoiseMode,
    /// How pixel values become colours.
    pub show_as: ShowAs,
    /// Sharp or smooth pixels.
    pub zoom: Interpolation,
    /// What the axes of time show.
    pub axis: TimeAxis,
    /// Steps per second while playing; negative values play towards `x_0`.
    pub speed: f64,
    /// The options of each chapter.
    #[serde(flatten)]
    pub chapters: Chapters,
}

impl Default for Scene {
    fn default() -> Self {
        let schedule_a = ScheduleSpec::default();
        let schedule_b = ScheduleSpec { kind: Cosine { s: 0.008 }.into(), ..schedule_a.clone() };
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
    /// The names in scene files of the parts in which this scene differs from another, such as `t` or
    /// `reverse.lane.sampler`; where the user is and how fast time is played are no parts.
    pub fn changed_parts(&self, other: &Self) -> Vec<String> {
        let mut changed = Vec::new();
        // A path that is no text cannot be written; everything else can be compared without it.
        let [mine, theirs] = [self, other].map(|scene| serde_json::to_value(scene).unwrap_or_default());
        differ("", &mine, &theirs, &mut changed);
        changed.retain(|name| name != "chapter" && name != "speed");
        changed
    }

    /// The number of steps, `T`.
    pub fn steps(&self) -> usize {
        self.schedule_a.steps
    }

    /// The specification of the schedule on one side.
    pub fn schedule(&self, side: Side) -> &ScheduleSpec {
        match side {
            Side::A => &self.schedule_a,
            Side::B => &self.schedule_b,
        }
    }

    /// The sides that are shown: the active one, or when comparing A and then B, whichever is active.
    pub fn sides(&self) -> impl Iterator<Item = Side> {
        Side::BOTH.into_iter().filter(|side| self.compare || *side == self.active)
    }
}
/// Adds the paths at which two values differ, below the path of both.
fn differ(path: &str, mine: &Value, theirs: &Value, changed: &mut Vec<String>) {
    let (Value::Object(mine), Value::Object(theirs)) = (mine, theirs) else {
        if mine != theirs {
            changed.push(path.to_owned());
        }
        return;
    };
    let names = mine.keys().chain(theirs.keys().filter(|name| !mine.contains_key(*name)));
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let value = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
        differ(&below, &value(mine), &value(theirs), changed);
    }
}
