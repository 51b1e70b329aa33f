//! What follows from a scene: schedules built, curves computed, both kept until their
//! specification changes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Pace, Scene};
use crate::diffusion::{Curves, Schedule, ScheduleError, ScheduleSpec, Step};

/// One of the two schedules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The first.
    #[default]
    A,
    /// The one it is compared with.
    B,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// Its letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// A built schedule with all its curves.
#[derive(Clone, Debug)]
pub struct SideCurves {
    /// The schedule.
    pub schedule: Schedule,
    /// Every derived curve.
    pub curves: Curves,
}

impl SideCurves {
    fn of(spec: &ScheduleSpec) -> Result<Arc<Self>, ScheduleError> {
        let schedule = spec.build()?;
        let curves = Curves::of(&schedule);
        Ok(Arc::new(Self { schedule, curves }))
    }
}

/// Everything that is computed from a scene's schedules.
#[derive(Clone, Debug)]
pub struct Derived {
    a: Arc<SideCurves>,
    b: Arc<SideCurves>,
}

impl Derived {
    /// Computes everything.
    ///
    /// # Errors
    /// When a schedule of the scene is impossible; scenes changed through
    /// [`Scene::apply`] never are.
    pub fn of(scene: &Scene) -> Result<Self, ScheduleError> {
        Ok(Self { a: SideCurves::of(&scene.schedule_a)?, b: SideCurves::of(&scene.schedule_b)? })
    }

    /// Recomputes what has changed.
    ///
    /// # Errors
    /// As [`Self::of`]; what was there stays.
    pub fn update(&mut self, scene: &Scene) -> Result<(), ScheduleError> {
        if self.a.schedule.spec() != &scene.schedule_a {
            self.a = SideCurves::of(&scene.schedule_a)?;
        }
        if self.b.schedule.spec() != &scene.schedule_b {
            self.b = SideCurves::of(&scene.schedule_b)?;
        }
        Ok(())
    }

    /// One side's schedule and curves.
    pub fn side(&self, side: Side) -> &Arc<SideCurves> {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }

    /// The timestep at which a side is looked at: the scene's t on the active side, and on the
    /// other one the same t or, at equal SNR, the one of nearest log-SNR.
    pub fn timestep(&self, scene: &Scene, side: Side) -> usize {
        if side == scene.active || scene.schedules.pace == Pace::EqualTimestep {
            return scene.t;
        }
        let log_snr = self.side(scene.active).schedule.step(scene.t).log_snr();
        self.side(side).schedule.nearest_timestep_at_log_snr(log_snr)
    }

    /// The transition that a side shows.
    pub fn step(&self, scene: &Scene, side: Side) -> Step {
        self.side(side).schedule.step(self.timestep(scene, side))
    }
}
