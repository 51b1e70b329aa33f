//! Options of the Likelihood chapter.

use serde::{Deserialize, Serialize};

use super::{Change, Options};
use crate::analysis::bound::{BatchSource, VarianceChoice};
use crate::diffusion::data::LineShape;
use crate::diffusion::schedule::DrawnCurve;
use crate::diffusion::vdm::{Cosine, Curve, Ends, Kind, LinearBeta, LinearLogSnr, Schedule, VdmError};
use crate::scene::SceneError;
use crate::scene::action::within;

/// What the chapter is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LikelihoodPart {
    /// The variational bound of a network on the loaded picture.
    #[default]
    Bound,
    /// The loss in continuous time, where everything is known exactly.
    Continuous,
    /// The schedule that a training learns.
    Learned,
}

impl LikelihoodPart {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Bound, Self::Continuous, Self::Learned];

    /// Its identifier, in files and in names of messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bound => "bound",
            Self::Continuous => "continuous",
            Self::Learned => "learned",
        }
    }

    /// What the chapter showed before it had parts: scenes of that time say none beside their other options.
    const fn before_there_were_parts() -> Self {
        Self::Continuous
    }
}

/// What is drawn of the bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoundAspect {
    /// Its terms over t, and its three parts.
    #[default]
    Terms,
    /// Rate against distortion, and the levels of a pixel.
    Rate,
    /// The bounds of other pictures beside that of the loaded one.
    Batch,
}

impl BoundAspect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Terms, Self::Rate, Self::Batch];

    /// Its identifier, in files and in names of messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Rate => "rate",
            Self::Batch => "batch",
        }
    }
}

/// Options of the variational bound. The network is that of the chapter Reverse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BoundOptions {
    /// What is drawn.
    pub aspect: BoundAspect,
    /// The variance of the reverse steps.
    pub variance: VarianceChoice,
    /// Whether `x̂_0` is clipped to `[-1, 1]`.
    pub clip: bool,
    /// At how many timesteps the network is asked; `None` for all.
    pub times: Option<usize>,
    /// The class that the network is told; `None` for the one that stands for none.
    pub class: Option<u32>,
    /// Whether the terms are drawn on an axis of powers of ten, and not as an area.
    pub log: bool,
    /// The pixel `[x, y]` of the network's picture whose levels are shown; `None` for the one in the middle.
    pub pixel: Option<[usize; 2]>,
    /// Where the pictures beside the loaded one are from.
    pub batch: BatchSource,
}

impl BoundOptions {
    /// A few timesteps, from which the bound is known within a percent or so.
    pub const FEW: usize = 50;
}

impl Default for BoundOptions {
    fn default() -> Self {
        Self {
            aspect: BoundAspect::default(),
            variance: VarianceChoice::default(),
            clip: false,
            // A large network takes long for all of them.
            times: Some(Self::FEW),
            class: None,
            log: false,
            pixel: None,
            batch: BatchSource::default(),
        }
    }
}

/// A schedule in continuous time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContinuousSchedule {
    /// Log-SNR that falls evenly.
    LinearLogSnr,
    /// The cosine schedule.
    #[default]
    Cosine,
    /// β that rises evenly.
    LinearBeta,
    /// The curve that is drawn by hand.
    Drawn,
}

impl ContinuousSchedule {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::LinearLogSnr, Self::Cosine, Self::LinearBeta, Self::Drawn];

    /// Its identifier, in files and in names of messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LinearLogSnr => "linear-log-snr",
            Self::Cosine => "cosine",
            Self::LinearBeta => "linear-beta",
            Self::Drawn => "drawn",
        }
    }

    /// Its index in [`ALL`](Self::ALL), which is that of whatever is computed for each schedule.
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|other| *other == self).unwrap_or_default()
    }
}

/// Options of the Likelihood chapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LikelihoodOptions {
    /// What is shown.
    #[serde(default = "LikelihoodPart::before_there_were_parts")]
    pub part: LikelihoodPart,
    /// The variational bound of a network.
    pub bound: BoundOptions,
    /// The data, on the line.
    pub shape: LineShape,
    /// Log-SNR at t = 0 and at t = T: the ends that all schedules share.
    pub log_snr: [f64; 2],
    /// The schedule in front of the others.
    pub schedule: ContinuousSchedule,
    /// The curve that is drawn by hand: log-SNR over t/T. It is stretched to the ends.
    pub drawn: DrawnCurve,
}

impl Default for LikelihoodOptions {
    fn default() -> Self {
        // A curve that falls fast, rests, and falls fast again: quite unlike the others.
        let drawn = DrawnCurve::from_curve(6, |u| 6.0 - 12.0 * (0.5 + 4.0 * (u - 0.5).powi(3)));
        Self {
            part: LikelihoodPart::default(),
            bound: BoundOptions::default(),
            shape: LineShape::default(),
            log_snr: [6.0, -6.0],
            schedule: ContinuousSchedule::default(),
            drawn,
        }
    }
}

impl LikelihoodOptions {
    /// The ends that all schedules share.
    ///
    /// # Errors
    /// Unless log-SNR falls from a sound value to a lower one.
    pub fn ends(&self) -> Result<Ends, VdmError> {
        let [max, min] = self.log_snr;
        Ends::new(max, min)
    }

    /// Log-SNR, between the ends, of a point of the drawn curve, which is stretched to them.
    pub fn shown(&self, log_snr: f64) -> f64 {
        let (scale, top) = self.stretch();
        self.log_snr[0] - scale * (top - log_snr)
    }

    /// The drawn curve's own log-SNR of a point that is [`shown`](Self::shown) at this log-SNR.
    pub fn kept(&self, log_snr: f64) -> f64 {
        let (scale, top) = self.stretch();
        top - (self.log_snr[0] - log_snr) / scale
    }

    /// By how much the drawn curve is stretched, and its log-SNR at t = 0.
    fn stretch(&self) -> (f64, f64) {
        let ([max, min], points) = (self.log_snr, self.drawn.points());
        let (top, bottom) = (points[0][1], points[points.len() - 1][1]);
        ((max - min) / (top - bottom), top)
    }

    /// All schedules, in the order of [`ContinuousSchedule::ALL`].
    ///
    /// # Errors
    /// If the drawn curve falls nowhere.
    pub fn kinds(&self) -> Result<Vec<Kind>, VdmError> {
        ContinuousSchedule::ALL.into_iter().map(|schedule| self.kind(schedule)).collect()
    }

    /// The schedule in front of the others, between the ends.
    ///
    /// # Errors
    /// Unless log-SNR falls between the ends, and along the schedule.
    pub fn front(&self) -> Result<Schedule, VdmError> {
        Schedule::new(self.kind(self.schedule)?, self.ends()?)
    }

    fn kind(&self, schedule: ContinuousSchedule) -> Result<Kind, VdmError> {
        Ok(match schedule {
            ContinuousSchedule::LinearLogSnr => LinearLogSnr.into(),
            ContinuousSchedule::Cosine => Cosine.into(),
            ContinuousSchedule::LinearBeta => LinearBeta::default().into(),
            ContinuousSchedule::Drawn => Curve::new(self.drawn.points().to_vec())?.into(),
        })
    }
}

impl Options for LikelihoodOptions {
    fn follow(&mut self, change: Change) {
        if change == Change::Image {
            self.bound.pixel = None;
        }
    }

    fn check(&self) -> Result<(), SceneError> {
        if let Some(times) = self.bound.times {
            within((1..=10_000).contains(&times), "likelihood.bound.times", "1 to 10000", times)?;
        }
        let name = self.shape.name();
        within(self.shape.density().is_some(), "likelihood.shape", "a density", name)?;
        let [max, min] = self.log_snr;
        let sound = self.ends().is_ok() && max - min >= 1.0 && self.kinds().is_ok();
        let expected = "two numbers from 30 to -30, the second lower by at least 1";
        within(sound, "likelihood.log_snr", expected, format!("{:?}", self.log_snr))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Action, Scene};

    #[test]
    fn every_schedule_reaches_all_ends_that_are_possible() {
        for log_snr in [[6.0, -6.0], [30.0, -30.0], [-29.0, -30.0], [30.0, 29.0]] {
            let options = LikelihoodOptions { log_snr, ..LikelihoodOptions::default() };
            options.check().unwrap();
            let (ends, kinds) = (options.ends().unwrap(), options.kinds().unwrap());
            assert_eq!(kinds.len(), ContinuousSchedule::ALL.len());
            for (schedule, name) in ContinuousSchedule::ALL.into_iter().zip(Kind::NAMES) {
                if schedule != ContinuousSchedule::Drawn {
                    assert_eq!(*name, schedule.name());
                }
                let kind = kinds[schedule.index()].clone();
                assert_eq!(kind.name(), *name);
                let schedule = LikelihoodOptions { schedule, ..options.clone() }.front().unwrap();
                assert_eq!(schedule, Schedule::new(kind, ends).unwrap());
                assert_eq!([0.0, 1.0].map(|t| schedule.log_snr(t)), log_snr);
            }
        }
    }

    #[test]
    fn scenes_from_before_there_were_parts_show_what_they_showed() {
        let mut scene = serde_json::to_value(Scene::default()).unwrap();
        assert_eq!(scene["likelihood"]["part"], "bound");
        scene["likelihood"].as_object_mut().unwrap().remove("part").unwrap();
        let scene: Scene = serde_json::from_value(scene).unwrap();
        assert_eq!(scene.chapters.likelihood.part, LikelihoodPart::Continuous);
    }

    #[test]
    fn impossible_options_are_refused_by_name() {
        for log_snr in [[-6.0, 6.0], [6.0, 5.5], [31.0, 0.0], [f64::NAN, 0.0]] {
            let mut scene = Scene::default();
            let options = LikelihoodOptions { log_snr, ..LikelihoodOptions::default() };
            let error = scene.apply(Action::options(options)).unwrap_err();
            assert!(error.to_string().contains("likelihood.log_snr"), "{error}");
            assert_eq!(scene, Scene::default());
        }
    }
}
