//! Estimates of the loss by chance, as each batch of a training is one.

use crate::diffusion::exact::Density;
use crate::diffusion::vdm::{Estimation, Schedule, TIMES, Tally, Times};

/// How many estimates are kept to be drawn.
pub const KEPT: usize = 300;
/// How many estimates are made in all, and how many at a time.
const ALL: u32 = 8192;
const TOGETHER: u32 = 256;

/// The inputs of estimates.
#[derive(Clone, Debug, PartialEq)]
pub struct EstimatesSpec {
    /// The data.
    pub data: Density,
    /// The schedule.
    pub schedule: Schedule,
    /// The seed of times, data and noise.
    pub seed: u64,
}

/// Estimates with times of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// The first estimates, in nats.
    pub first: Vec<f64>,
    /// The times of the very first one.
    pub times: Vec<f64>,
    /// All estimates so far.
    pub tally: Tally,
}

/// Estimates with independent and with evenly spread times, in the order of [`Times::ALL`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimates {
    /// The estimates of each kind.
    pub samples: [Sample; 2],
}

impl Estimates {
    /// Makes the estimates. `show` is told the fraction done and what there is so far, and says whether to go on; when it
    /// does not, the result is `None`.
    pub fn of(spec: &EstimatesSpec, show: impl Fn(f64, &Self) -> bool) -> Option<Self> {
        let start = |times| Estimation::new(&spec.data, &spec.schedule, times, spec.seed);
        let mut estimations = Times::ALL.map(start);
        let mut estimates = Self { samples: [0, 1].map(|i| first(&estimations[i])) };
        for done in (TOGETHER..=ALL).step_by(TOGETHER as usize) {
            for (estimation, sample) in estimations.iter_mut().zip(&mut estimates.samples) {
                estimation.advance(TOGETHER);
                sample.tally = estimation.tally();
            }
            if !show(f64::from(done) / f64::from(ALL), &estimates) {
                return None;
            }
        }
        Some(estimates)
    }
}

/// The estimates that are drawn.
fn first(estimation: &Estimation<'_>) -> Sample {
    let mean = |number: usize| {
        let terms = estimation.terms(number as u64);
        terms.iter().map(|term| term[1]).sum::<f64>() / TIMES as f64
    };
    Sample {
        first: (0..KEPT).map(mean).collect(),
        times: estimation.terms(0).iter().map(|term| term[0]).collect(),
        tally: Tally::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::data::LineShape;
    use crate::diffusion::vdm::{Ends, Kind, Profile, Variance};

    #[test]
    fn estimates_scatter_as_their_variance_says() {
        let (data, ends) = (LineShape::default().density().unwrap(), Ends::new(6.0, -6.0).unwrap());
        let profile = Profile::of(&data, ends, &|| true).unwrap();
        let schedule = Schedule::new(Kind::from_name("cosine").unwrap(), ends).unwrap();
        let spec = EstimatesSpec { data, schedule, seed: 3 };
        let estimates = Estimates::of(&spec, |_, _| true).unwrap();
        for (times, sample) in Times::ALL.into_iter().zip(&estimates.samples) {
            let exact = Variance::of(&profile, &spec.schedule, times).total();
            let (mean, variance) = (sample.tally.mean(), sample.tally.variance().unwrap());
            assert!((mean - profile.loss()).abs() < 4.0 * (exact / f64::from(ALL)).sqrt(), "{mean}");
            assert!((variance / exact - 1.0).abs() < 0.1, "{times:?}: {variance} for {exact}");
            assert_eq!((sample.first.len(), sample.times.len()), (KEPT, TIMES));
        }
        assert_eq!(Estimates::of(&spec, |_, _| false), None);
    }
}
