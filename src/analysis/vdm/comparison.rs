//! Several schedules with the same ends: their curves differ, the areas under them do not.

use std::sync::Arc;

use rayon::prelude::*;

use crate::diffusion::exact::Density;
use crate::diffusion::vdm::{Ends, Kind, Profile, Schedule, Times, Variance, VdmError, integrand, loss};

/// The number of points of a curve.
const POINTS: usize = 240;
/// The numbers of steps T of the curve of losses: `2^(i/2)`.
pub const STEPS: [usize; 19] = [1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 1024];

/// The inputs of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonSpec {
    /// The data.
    pub data: Density,
    /// The ends that all schedules have.
    pub ends: Ends,
    /// The schedules.
    pub kinds: Vec<Kind>,
}

/// One schedule of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// The schedule.
    pub schedule: Schedule,
    /// `[t, log SNR(t)]`.
    pub log_snr: Vec<[f64; 2]>,
    /// `[t, −½ SNR′(t) mmse(SNR(t))]`, in nats.
    pub integrand: Vec<[f64; 2]>,
    /// The area under the integrand, in nats: the loss, computed along this schedule.
    pub loss: f64,
    /// `[T, L_T]`: the loss of each of the numbers of steps in [`STEPS`], in nats.
    pub discrete: Vec<[f64; 2]>,
    /// The variance of an estimate from 64 times, for each of [`Times::ALL`].
    pub variances: [Variance; 2],
}

/// Curves and areas of several schedules with the same ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The error of the ideal denoiser over log-SNR.
    pub profile: Arc<Profile>,
    /// `[log SNR, ½ SNR mmse(SNR)]` from the lower end to the upper one, in nats: the area under it is the loss.
    pub over_log_snr: Vec<[f64; 2]>,
    /// The schedules, in the order of the spec.
    pub paces: Vec<Pace>,
}

impl Comparison {
    /// The comparison. What is the same in an `earlier` one is taken from there. `go_on` is asked from time to time; when
    /// it returns false, the result is `None`.
    ///
    /// # Errors
    /// If a schedule does not reach an end.
    pub fn of(
        spec: &ComparisonSpec,
        earlier: Option<(&ComparisonSpec, &Self)>,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, VdmError> {
        let same =
            |(before, _): &(&ComparisonSpec, &Self)| (&before.data, before.ends) == (&spec.data, spec.ends);
        let earlier = earlier.filter(same).map(|(_, comparison)| comparison);
        let profile = match earlier {
            Some(earlier) => Arc::clone(&earlier.profile),
            None => match Profile::of(&spec.data, spec.ends, go_on) {
                Some(profile) => Arc::new(profile),
                None => return Ok(None),
            },
        };
        let schedules: Result<Vec<Schedule>, VdmError> =
            spec.kinds.iter().map(|kind| Schedule::new(kind.clone(), spec.ends)).collect();
        let known = |schedule: &Schedule| {
            earlier.and_then(|earlier| earlier.paces.iter().find(|pace| pace.schedule == *schedule)).cloned()
        };
        let pace = |schedule: Schedule| {
            go_on().then(|| known(&schedule).unwrap_or_else(|| Pace::of(&profile, schedule)))
        };
        let paces: Option<Vec<Pace>> = schedules?.into_par_iter().map(pace).collect();
        let over_log_snr = over_log_snr(&profile);
        Ok(paces.map(|paces| Self { profile, over_log_snr, paces }))
    }
}

impl Pace {
    fn of(profile: &Profile, schedule: Schedule) -> Self {
        let discrete = |steps: usize| [steps as f64, profile.discrete_loss(&schedule, steps)];
        Self {
            log_snr: over_time(|t| schedule.log_snr(t)),
            integrand: over_time(|t| integrand(profile, &schedule, t)),
            loss: loss(profile, &schedule),
            discrete: STEPS.into_iter().map(discrete).collect(),
            variances: Times::ALL.map(|times| Variance::of(profile, &schedule, times)),
            schedule,
        }
    }
}

/// The points of a curve over t, closer together near both ends, where log-SNR falls steeply.
fn over_time(value: impl Fn(f64) -> f64) -> Vec<[f64; 2]> {
    let time = |i: usize| 0.5 - 0.5 * (std::f64::consts::PI * i as f64 / POINTS as f64).cos();
    (0..=POINTS).map(|i| [time(i), value(time(i))]).collect()
}

fn over_log_snr(profile: &Profile) -> Vec<[f64; 2]> {
    let (ends, fall) = (profile.ends(), profile.ends().fall());
    let place = |i: usize| ends.min() + fall * i as f64 / POINTS as f64;
    let value = |log_snr: f64| 0.5 * log_snr.exp() * profile.mmse(log_snr);
    (0..=POINTS).map(|i| [place(i), value(place(i))]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineShape;

    #[test]
    fn areas_are_equal_and_the_rest_differs() {
        let ends = Ends::new(6.0, -6.0).unwrap();
        for shape in LineShape::all() {
            let spec = ComparisonSpec { data: shape.density().unwrap(), ends, kinds: Kind::all().collect() };
            let comparison = Comparison::of(&spec, None, &|| true).unwrap().unwrap();
            let exact = comparison.profile.loss();
            // The area under the curve that is drawn: by trapezia, and so not exactly.
            let drawn = |points: &[[f64; 2]]| -> f64 {
                points.windows(2).map(|p| 0.5 * (p[1][0] - p[0][0]) * (p[0][1] + p[1][1])).sum()
            };
            assert!((drawn(&comparison.over_log_snr) - exact).abs() < 2e-3 * exact, "{}", shape.name());
            for pace in &comparison.paces {
                assert!((pace.loss - exact).abs() < 1e-9, "{}: {:?}", shape.name(), pace.schedule.kind());
                assert!((drawn(&pace.integrand) - exact).abs() < 1e-2 * exact);
                let falling = pace.discrete.windows(2).all(|pair| pair[1][1] < pair[0][1]);
                assert!(falling && pace.discrete.last().unwrap()[1] > exact, "{:?}", pace.discrete);
                assert!(pace.variances[1].total() <= pace.variances[0].total());
            }
            let firsts: Vec<f64> = comparison.paces.iter().map(|pace| pace.discrete[4][1]).collect();
            assert!(firsts.windows(2).all(|pair| (pair[0] - pair[1]).abs() > 1e-3), "{firsts:?}");
            // With another schedule, what is the same is taken over, and the result does not depend on it.
            let fewer = ComparisonSpec { kinds: Kind::all().skip(1).collect(), ..spec.clone() };
            let again = Comparison::of(&fewer, Some((&spec, &comparison)), &|| true).unwrap().unwrap();
            assert!(Arc::ptr_eq(&again.profile, &comparison.profile));
            assert_eq!(again, Comparison::of(&fewer, None, &|| true).unwrap().unwrap());
        }
        assert!(STEPS.is_sorted_by(|a, b| a < b));
    }
}
