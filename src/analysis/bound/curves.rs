//! What is drawn of an evaluation: few enough points that a frame has time for them, whatever T is.

use std::f64::consts::LN_10;
use std::sync::Arc;

use super::Evaluation;
use super::maps::GroupMaps;
use crate::diffusion::nll::{RatePoint, Term, rate_distortion};

/// Points of a curve over log t.
const POINTS: usize = 200;

/// The curves of an evaluation. Where the network has not been asked, they go straight, in logarithms, from one known
/// term to the next.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// `[t, L_{t−1}]` in bits per dimension, with t from 2.
    pub terms: Vec<[f64; 2]>,
    /// The same per decade of t: the area over log₁₀ t is the sum of the terms.
    pub per_decade: Vec<[f64; 2]>,
    /// `[t, L_{t−1}]` of the timesteps that the network was asked at, if they are few.
    pub asked: Vec<[f64; 2]>,
    /// `[t, λ_t / mean λ]` with t from 2; the mean is over all t.
    pub weights: Vec<[f64; 2]>,
    /// Rate and distortion, from T down to 0.
    pub rate: Vec<RatePoint>,
    /// Bits per dimension of each pixel in all terms, row by row.
    pub map: Arc<[f32]>,
}

impl Curves {
    /// The curves of an evaluation.
    pub(super) fn of(evaluation: &Evaluation, maps: &GroupMaps) -> Self {
        let steps = evaluation.terms.len();
        let known = |value: &dyn Fn(&super::TermNumbers) -> f64| -> Vec<[f64; 2]> {
            evaluation.known().map(|(t, term)| [t as f64, value(&term)]).collect()
        };
        let bits = of_steps(&known(&|term| term.bits), steps);
        let errors = filled(&known(&|term| term.x0_mse), steps);
        let prior = evaluation.setting.prior.bits.first().copied().unwrap_or(0.0);
        if bits.is_empty() {
            return Self::default();
        }
        let places = places(steps);
        let at =
            |values: &[f64]| -> Vec<[f64; 2]> { places.iter().map(|&t| [t as f64, values[t - 1]]).collect() };
        let terms = at(&bits);
        let few = evaluation.count < steps;
        let asked = evaluation.known().filter(|(t, _)| few && *t > 1);
        Self {
            per_decade: terms.iter().map(|&[t, bits]| [t, bits * t * LN_10]).collect(),
            asked: asked.map(|(t, term)| [t as f64, term.bits]).collect(),
            weights: at(&weights(evaluation)),
            rate: rate_distortion(prior, &bits, &errors),
            map: maps.whole(&bits).into(),
            terms,
        }
    }
}

/// `λ_t` over its mean, index t − 1.
fn weights(evaluation: &Evaluation) -> Vec<f64> {
    let chain = evaluation.setting.bound.spec();
    let steps = evaluation.terms.len();
    let weights: Vec<f64> = if chain.variance.is_learned() {
        let known: Vec<[f64; 2]> = evaluation.known().map(|(t, term)| [t as f64, term.weight]).collect();
        filled(&known, steps)
    } else {
        let weight = |t| {
            let term = Term::new(&chain.schedule, t, chain.variance);
            term.weight(term.sigma2(0.0))
        };
        (1..=steps).map(weight).collect()
    };
    // The last step of a chain without any signal at T has an infinite weight; L_0 is of another kind.
    let sound = || weights.iter().skip(1).filter(|weight| weight.is_finite());
    let mean = sound().sum::<f64>() / sound().count().max(1) as f64;
    weights.into_iter().map(|weight| weight / mean).collect()
}

/// The timesteps, from 2, that a curve has points at.
fn places(steps: usize) -> Vec<usize> {
    let last = steps as f64;
    let log =
        (0..=POINTS).map(|i| (2.0_f64.ln() + (last / 2.0).max(1.0).ln() * i as f64 / POINTS as f64).exp());
    let mut places: Vec<usize> =
        log.map(|t| (t.round() as usize).clamp(1, steps)).filter(|t| *t > 1).collect();
    places.dedup();
    places
}

/// Positive values at t from 1 to T from some that are known, `[t, value]` in order of t: between two of them the
/// logarithm goes straight, and beyond the first and the last it stays. Empty if none is known.
fn filled(known: &[[f64; 2]], steps: usize) -> Vec<f64> {
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return Vec::new() };
    let mut values = Vec::with_capacity(steps);
    values.resize((first[0] as usize).min(steps), first[1]);
    for pair in known.windows(2) {
        let [[from, low], [to, high]] = [pair[0], pair[1]];
        let [low, high] = [low, high].map(|value| value.max(f64::MIN_POSITIVE).ln());
        let share = |t: f64| (t - from) / (to - from);
        let between = (from as usize + 1..to as usize).map(|t| (low + (high - low) * share(t as f64)).exp());
        values.extend(between);
        values.push(pair[1][1]);
    }
    values.resize(steps, last[1]);
    values
}

/// The terms of all steps from some that are known. `L_0` is of another kind: no term of a step is drawn towards it.
fn of_steps(known: &[[f64; 2]], steps: usize) -> Vec<f64> {
    match known {
        [[1.0, decoder], rest @ ..] if !rest.is_empty() => {
            let mut values = filled(rest, steps);
            values[0] = *decoder;
            values
        }
        all => filled(all, steps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_lies_between_its_neighbours() {
        let found = filled(&[[2.0, 1.0], [4.0, 100.0]], 6);
        let expected = [1.0, 1.0, 10.0, 100.0, 100.0, 100.0];
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?}");
        assert_eq!(filled(&[], 3), [0.0; 0]);
        assert_eq!(filled(&[[1.0, 2.0], [2.0, 3.0]], 2), [2.0, 3.0]);
    }

    #[test]
    fn no_step_is_drawn_towards_the_decoder() {
        let known = [[1.0, 40.0], [11.0, 0.1], [20.0, 0.2]];
        let values = of_steps(&known, 20);
        assert_eq!((values[0], values[19]), (40.0, 0.2));
        assert!(values[1..11].iter().all(|value| *value == 0.1), "{values:?}");
        assert_eq!(of_steps(&known[..1], 3), [40.0; 3]);
    }

    #[test]
    fn curves_have_the_ends_and_few_points() {
        for steps in [1, 2, 3, 50, 10_000] {
            let places = places(steps);
            assert!(places.is_sorted_by(|a, b| a < b) && places.len() <= POINTS + 1, "{places:?}");
            assert_eq!(places.first().copied(), (steps > 1).then_some(2));
            assert_eq!(places.last().copied(), (steps > 1).then_some(steps));
        }
    }
}
