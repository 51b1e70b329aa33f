//! Actions, which are the only way to change a scene.

use std::mem::{Discriminant, discriminant};

use super::{Change, ChapterId, ChapterOptions, ImageRef, Interpolation, Scene, ShowAs, Side, TimeAxis};
use crate::diffusion::noise::NoiseMode;
use crate::diffusion::{ScheduleError, ScheduleSpec};
use crate::imaging::FitOptions;

/// What the user wants to change. Views queue actions; [`Scene::apply`] carries them out.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Show a chapter.
    Chapter(ChapterId),
    /// Choose a picture.
    Image(ImageRef),
    /// Change the working size of the picture.
    Fit(FitOptions),
    /// Replace the schedule of one side. If its T differs, both sides get the new T.
    Schedule(Side, ScheduleSpec),
    /// Change T of both schedules; t keeps its place relative to T.
    Steps(usize),
    /// Show B beside A.
    Compare(bool),
    /// Choose the side that the pictures are computed with.
    Active(Side),
    /// Go to a timestep (clamped to `1..=T`).
    Timestep(usize),
    /// Choose the seed of the noise.
    Seed(u64),
    /// Choose jump or walk.
    Noise(NoiseMode),
    /// Choose how pixel values become colours.
    ShowAs(ShowAs),
    /// Choose sharp or smooth pixels.
    Interpolation(Interpolation),
    /// Choose the axis of time.
    Axis(TimeAxis),
    /// Choose the steps per second while playing.
    Speed(f64),
    /// Change the options of a chapter.
    Options(Box<ChapterOptions>),
    /// A click, which changes the options of a chapter and t at once.
    Click(Box<ChapterOptions>, usize),
    /// Several changes at once: all of them, or none if one is impossible.
    All(Vec<Action>),
    /// Replace everything, as when a scene file is opened.
    Replace(Box<Scene>),
}

/// Why a change of the scene is impossible; the scene is left as it was.
#[derive(Debug, thiserror::Error)]
pub enum SceneError {
    /// The schedule cannot be built.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The number of steps cannot change, because the schedule is a table.
    #[error("T is fixed at {0} by the table of betas of schedule {1}; choose another schedule to change it")]
    FixedSteps(usize, &'static str),
    /// A file has a value that no control can produce.
    #[error("{field} must be {range}, got {value}")]
    OutOfRange {
        /// Name of the field.
        field: &'static str,
        /// The allowed values.
        range: String,
        /// The value that was found.
        value: String,
    },
}

/// The kind of an action: its variant, and the chapter whose options it changes.
pub(super) type ActionKind = (Discriminant<Action>, Option<Discriminant<ChapterOptions>>);

impl Action {
    /// Changes the options of a chapter.
    pub fn options(options: impl Into<ChapterOptions>) -> Self {
        Self::Options(Box::new(options.into()))
    }

    /// Changes the options of a chapter and goes to a timestep.
    pub fn click(options: impl Into<ChapterOptions>, t: usize) -> Self {
        Self::Click(Box::new(options.into()), t)
    }

    /// Whether the action is a step worth undoing; navigation is not.
    pub fn is_undoable(&self) -> bool {
        match self {
            Self::Chapter(_) | Self::Speed(_) => false,
            Self::All(actions) => actions.iter().any(Self::is_undoable),
            _ => true,
        }
    }

    /// The kind of the action. Actions of equal kind within one gesture (a drag, a held key) are undone together.
    pub(super) fn kind(&self) -> ActionKind {
        let chapter = match self {
            Self::Options(options) | Self::Click(options, _) => Some(discriminant(&**options)),
            _ => None,
        };
        (discriminant(self), chapter)
    }
}

impl Scene {
    /// Carries out an action.
    ///
    /// # Errors
    /// If the result would be impossible; the scene is then unchanged.
    pub fn apply(&mut self, action: Action) -> Result<(), SceneError> {
        match action {
            Action::Chapter(chapter) => self.chapter = chapter,
            Action::Image(image) => {
                self.image = image;
                self.chapters.follow(Change::Image);
            }
            Action::Fit(fit) => {
                self.fit = fit;
                self.chapters.follow(Change::Image);
            }
            Action::Schedule(side, spec) => self.set_schedule(side, spec)?,
            Action::Steps(steps) => self.set_steps(steps)?,
            Action::Compare(compare) => self.compare = compare,
            Action::Active(side) => {
                self.active = side;
                self.chapters.follow(Change::Transition);
            }
            Action::Timestep(t) => self.go_to(t),
            Action::Seed(seed) => self.seed = seed,
            Action::Noise(noise) => self.noise = noise,
            Action::ShowAs(show_as) => self.show_as = show_as,
            Action::Interpolation(zoom) => self.zoom = zoom,
            Action::Axis(axis) => self.axis = axis,
            Action::Speed(speed) => self.speed = speed,
            Action::Options(options) => {
                options.check()?;
                self.chapters.set(*options);
            }
            Action::Click(options, t) => {
                options.check()?;
                self.chapters.set(*options);
                self.go_to(t);
            }
            Action::All(actions) => {
                let mut next = self.clone();
                actions.into_iter().try_for_each(|action| next.apply(action))?;
                *self = next;
            }
            Action::Replace(scene) => {
                scene.check()?;
                *self = *scene;
            }
        }
        Ok(())
    }

    fn go_to(&mut self, t: usize) {
        self.t = t.clamp(1, self.steps());
        self.chapters.follow(Change::Transition);
    }

    fn set_schedule(&mut self, side: Side, spec: ScheduleSpec) -> Result<(), SceneError> {
        spec.build()?;
        let mut next = self.clone();
        match side {
            Side::A => next.schedule_a = spec,
            Side::B => next.schedule_b = spec,
        }
        let steps = next.schedule(side).steps;
        if steps != self.steps() {
            next.set_steps_of(side.other(), steps)?;
            next.rescale_times(self.steps(), steps);
        }
        next.chapters.follow(Change::Transition);
        *self = next;
        Ok(())
    }

    fn set_steps(&mut self, steps: usize) -> Result<(), SceneError> {
        let mut next = self.clone();
        next.set_steps_of(Side::A, steps)?;
        next.set_steps_of(Side::B, steps)?;
        next.rescale_times(self.steps(), steps);
        next.chapters.follow(Change::Transition);
        *self = next;
        Ok(())
    }

    /// Moves t, and the timesteps in chapters' options, to the same fraction of the new T.
    fn rescale_times(&mut self, old: usize, new: usize) {
        self.t = rescaled_t(self.t, old, new);
        self.chapters.follow(Change::Steps { old, new });
    }

    fn set_steps_of(&mut self, side: Side, steps: usize) -> Result<(), SceneError> {
        let spec = match side {
            Side::A => &mut self.schedule_a,
            Side::B => &mut self.schedule_b,
        };
        if spec.kind.kind().fixed_steps().is_some() && spec.steps != steps {
            return Err(SceneError::FixedSteps(spec.steps, side.letter()));
        }
        spec.steps = steps;
        spec.build()?;
        Ok(())
    }

    /// Checks that a scene from a file is possible.
    ///
    /// # Errors
    /// Names the first impossible field.
    pub fn check(&self) -> Result<(), SceneError> {
        self.schedule_a.build()?;
        self.schedule_b.build()?;
        let (steps, other) = (self.schedule_a.steps, self.schedule_b.steps);
        within(steps == other, "schedule_b.steps", &format!("{steps} as in schedule_a"), other)?;
        within((1..=steps).contains(&self.t), "t", &format!("from 1 to {steps}"), self.t)?;
        within((32..=2048).contains(&self.fit.size), "fit.size", "from 32 to 2048", self.fit.size)?;
        let speed = self.speed;
        within(speed.is_finite() && speed.abs() <= 1e5, "speed", "within ±100000", speed)?;
        self.chapters.check()
    }
}

/// An error that names the field, if `ok` is false.
pub(super) fn within<V: std::fmt::Display>(
    ok: bool,
    field: &'static str,
    range: &str,
    value: V,
) -> Result<(), SceneError> {
    if ok {
        return Ok(());
    }
    Err(SceneError::OutOfRange { field, range: range.to_owned(), value: value.to_string() })
}

/// The timestep at the same fraction of T as `t`, when `T` changes from `old` to `new`.
pub(super) fn rescaled_t(t: usize, old: usize, new: usize) -> usize {
    ((t as f64 * new as f64 / old as f64).round() as usize).clamp(1, new.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::schedule::{Linear, Trained};

    #[test]
    fn timestep_is_clamped_and_steps_keep_its_place() {
        let mut scene = Scene::default();
        scene.apply(Action::Timestep(5000)).unwrap();
        assert_eq!(scene.t, 1000);
        scene.apply(Action::Timestep(500)).unwrap();
        scene.apply(Action::Steps(50)).unwrap();
        assert_eq!((scene.t, scene.schedule_a.steps, scene.schedule_b.steps), (25, 50, 50));
    }

    #[test]
    fn impossible_schedules_leave_the_scene_alone() {
        let mut scene = Scene::default();
        let before = scene.clone();
        assert!(scene.apply(Action::Steps(1)).is_err());
        let kind = Linear { beta_start: f64::NAN, beta_end: 0.02 }.into();
        let spec = ScheduleSpec { kind, ..ScheduleSpec::default() };
        assert!(scene.apply(Action::Schedule(Side::A, spec)).is_err());
        assert_eq!(scene, before);
    }

    #[test]
    fn several_changes_are_made_together_or_not_at_all() {
        let mut scene = Scene::default();
        let kind = Linear { beta_start: f64::NAN, beta_end: 0.02 }.into();
        let impossible = Action::Schedule(Side::A, ScheduleSpec { kind, ..ScheduleSpec::default() });
        let before = scene.clone();
        assert!(scene.apply(Action::All(vec![Action::Seed(1), impossible])).is_err());
        assert_eq!(scene, before);
        scene.apply(Action::All(vec![Action::Seed(1), Action::Timestep(5)])).unwrap();
        assert_eq!((scene.seed, scene.t), (1, 5));
        assert!(!Action::All(vec![Action::Speed(2.0)]).is_undoable());
        assert!(Action::All(vec![Action::Speed(2.0), Action::Seed(1)]).is_undoable());
    }

    #[test]
    fn a_table_of_betas_fixes_the_number_of_steps() {
        let mut scene = Scene::default();
        let kind = Trained { betas: vec![0.01; 40].into() }.into();
        let spec = ScheduleSpec { kind, steps: 40, zero_terminal_snr: false };
        scene.apply(Action::Schedule(Side::B, spec)).unwrap();
        assert_eq!((scene.steps(), scene.t), (40, 12));
        let error = scene.apply(Action::Steps(100)).unwrap_err();
        assert!(error.to_string().contains("fixed at 40"), "{error}");
    }
}
