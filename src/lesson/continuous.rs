//! What lessons can claim of the loss in continuous time, which the chapter Likelihood shows.

use super::LessonError;
use crate::diffusion::vdm::{Profile, Times, Variance, VdmError, loss};
use crate::scene::Scene;

/// A number about the schedule in front and the data of the chapter Likelihood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuous {
    /// The loss along the schedule, in nats.
    Loss,
    /// The variance of an estimate of it from 64 times, in nats².
    Variance(Times),
}

impl Continuous {
    const ALL: [Self; 3] = [Self::Loss, Self::Variance(Times::Iid), Self::Variance(Times::LowDiscrepancy)];

    const fn name(self) -> &'static str {
        match self {
            Self::Loss => "continuous_loss",
            Self::Variance(Times::Iid) => "variance_iid",
            Self::Variance(Times::LowDiscrepancy) => "variance_low_discrepancy",
        }
    }

    /// The number called so; `None` if there is none.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|number| number.name() == name)
    }

    /// The number in a scene.
    ///
    /// # Errors
    /// If the scene's options are not possible.
    pub fn of(self, scene: &Scene) -> Result<f64, LessonError> {
        let options = &scene.chapters.likelihood;
        let wrong = |error: VdmError| LessonError::Scene(error.to_string());
        let missing = || LessonError::Scene("the chapter Likelihood has no data".to_owned());
        let data = options.shape.density().ok_or_else(missing)?;
        let ends = options.ends().map_err(wrong)?;
        let schedule = options.front().map_err(wrong)?;
        let profile = Profile::of(&data, ends, &|| true).ok_or_else(missing)?;
        Ok(match self {
            Self::Loss => loss(&profile, &schedule),
            Self::Variance(times) => Variance::of(&profile, &schedule, times).total(),
        })
    }
}
