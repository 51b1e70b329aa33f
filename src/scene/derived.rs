//! What follows from a scene: built schedules and computed curves, which are kept until their specifications change.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{PairBy, Scene};
use crate::diffusion::{Curves, Schedule, ScheduleError, ScheduleKind, ScheduleSpec, Step};

/// One of the two schedules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Side {
    /// The first schedule.
    #[default]
    A,
    /// The schedule that the first one is compared with.
    B,
}

impl Side {
    /// Both sides.
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// The side's letter.
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
    others: Others,
}

impl Derived {
    /// Computes everything.
    ///
    /// # Errors
    /// If a schedule of the scene cannot be built, which never happens if the scene is only changed by
    /// [`Scene::apply`].
    pub fn of(scene: &Scene) -> Result<Self, ScheduleError> {
        let (a, b) = (SideCurves::of(&scene.schedule_a)?, SideCurves::of(&scene.schedule_b)?);
        Ok(Self { a, b, others: Others::of(Others::wanted(scene)) })
    }

    /// Recomputes what has changed in the scene.
    ///
    /// # Errors
    /// The errors of [`Self::of`]; what was computed before is then kept.
    pub fn update(&mut self, scene: &Scene) -> Result<(), ScheduleError> {
        let wanted = Others::wanted(scene);
        if self.others.wanted != wanted {
            self.others = Others::of(wanted);
        }
        if self.a.schedule.spec() != &scene.schedule_a {
            self.a = SideCurves::of(&scene.schedule_a)?;
        }
        if self.b.schedule.spec() != &scene.schedule_b {
            self.b = SideCurves::of(&scene.schedule_b)?;
        }
        Ok(())
    }

    /// The schedule and curves of one side.
    pub fn side(&self, side: Side) -> &Arc<SideCurves> {
        match side {
            Side::A => &self.a,
            Side::B => &self.b,
        }
    }

    /// Schedules of all kinds except those of A and B, with their customary parameters and the scene's T; empty unless
    /// the scene asks for them.
    pub fn others(&self) -> &[Schedule] {
        &self.others.schedules
    }

    /// The timestep that is shown on a side: the scene's t on the active side; on the other side the same t or, for
    /// comparison at equal SNR, the timestep with the nearest log-SNR.
    pub fn timestep(&self, scene: &Scene, side: Side) -> usize {
        if side == scene.active || scene.chapters.schedules.pace == PairBy::EqualTimestep {
            return scene.t;
        }
        let log_snr = self.side(scene.active).schedule.step(scene.t).log_snr();
        self.side(side).schedule.nearest_timestep_at_log_snr(log_snr)
    }

    /// The scene's t at which a side stands at its timestep `t`: the inverse of [`timestep`](Self::timestep).
    pub fn scene_timestep(&self, scene: &Scene, side: Side, t: usize) -> usize {
        if side == scene.active || scene.chapters.schedules.pace == PairBy::EqualTimestep {
            return t;
        }
        let log_snr = self.side(side).schedule.step(t).log_snr();
        self.side(scene.active).schedule.nearest_timestep_at_log_snr(log_snr)
    }

    /// The transition that a side shows.
    pub fn step(&self, scene: &Scene, side: Side) -> Step {
        self.side(side).schedule.step(self.timestep(scene, side))
    }
}

/// Schedules besides A and B, and what they depend on: T, and the kinds of A and B.
#[derive(Clone, Debug)]
struct Others {
    wanted: Option<(usize, [&'static str; 2])>,
    schedules: Vec<Schedule>,
}

impl Others {
    fn wanted(scene: &Scene) -> Option<(usize, [&'static str; 2])> {
        let taken = [scene.schedule_a.kind.name(), scene.schedule_b.kind.name()];
        scene.chapters.schedules.all_kinds.then(|| (scene.steps(), taken))
    }

    fn of(wanted: Option<(usize, [&'static str; 2])>) -> Self {
        let Some((steps, taken)) = wanted else { return Self { wanted, schedules: Vec::new() } };
        let schedules = ScheduleKind::named()
            .filter(|name| *name != "drawn" && !taken.contains(name))
            .filter_map(ScheduleKind::default_of)
            // A kind that cannot have this many steps is left out.
            .filter_map(|kind| ScheduleSpec { kind, steps, zero_terminal_snr: false }.build().ok())
            .collect();
        Self { wanted, schedules }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_other_kinds_are_those_that_are_not_on_show() {
        let mut scene = Scene::default();
        let mut derived = Derived::of(&scene).unwrap();
        assert!(derived.others().is_empty());
        scene.chapters.schedules.all_kinds = true;
        derived.update(&scene).unwrap();
        let shows_all_but = |derived: &Derived, on_show: [&str; 2]| {
            let names = derived.others().iter().map(|schedule| schedule.spec().kind.name());
            // A drawn schedule is what a person has drawn.
            names.eq(ScheduleKind::named().filter(|name| *name != "drawn" && !on_show.contains(name)))
        };
        assert!(shows_all_but(&derived, ["linear", "cosine"]));
        assert!(derived.others().iter().all(|schedule| schedule.steps() == scene.steps()));
        scene.schedule_a.kind = ScheduleKind::default_of("sigmoid").unwrap();
        derived.update(&scene).unwrap();
        assert!(shows_all_but(&derived, ["sigmoid", "cosine"]));
    }

    #[test]
    fn sides_at_equal_snr_lead_to_each_other() {
        let mut scene = Scene { compare: true, ..Scene::default() };
        for (pace, expected) in [(PairBy::EqualTimestep, 300), (PairBy::EqualSnr, 563)] {
            scene.chapters.schedules.pace = pace;
            scene.t = 300;
            let derived = Derived::of(&scene).unwrap();
            assert_eq!(derived.timestep(&scene, Side::A), 300);
            assert_eq!(derived.timestep(&scene, Side::B), expected);
            assert_eq!(derived.scene_timestep(&scene, Side::B, expected), 300);
            assert_eq!(derived.scene_timestep(&scene, Side::A, 300), 300);
        }
    }
}
