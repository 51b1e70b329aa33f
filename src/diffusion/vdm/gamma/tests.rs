use proptest::prelude::*;

use super::ends::{prior, reconstruction};
use super::{BEFORE, Draw, END, Gamma, START};
use crate::diffusion::exact::quadrature::nodes;
use crate::diffusion::nll::decoder;

/// The parameters of a γ with some units that are not where they start.
fn stirred(units: usize, seed: u64) -> Vec<f32> {
    let mut parameters = Gamma::parameters([-6.0, 4.0], units);
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    for value in &mut parameters[2..] {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *value += ((state >> 40) as f32 / (1 << 24) as f32 - 0.5) * 1.5;
    }
    // Not so steep that differences say nothing of derivatives.
    for unit in parameters[BEFORE..].as_chunks_mut::<3>().0 {
        (unit[0], unit[1]) = (unit[0].min(2.5), unit[1].clamp(-9.0, 9.0));
    }
    parameters
}

/// For data from N(0, 1), `ε − ε̂` is normal with variance `σ(−γ)`: all moments of `g` are known.
fn gaussian_m2(gamma: f64) -> f64 {
    3.0 * (1.0 + gamma.exp()).powi(-2)
}

/// `E[L²] = ¼ ∫ γ′² m_2(γ) dt`.
fn mean_square(gamma: &Gamma, m2: impl Fn(f64) -> f64) -> f64 {
    let term = |[t, weight]: [f64; 2]| {
        let at = gamma.at(t);
        weight * 0.25 * at.slope * at.slope * m2(at.value)
    };
    nodes(0.0..1.0, 400).map(term).sum()
}

proptest! {
    #[test]
    fn gamma_rises_between_its_ends_and_has_its_derivatives(seed in 0_u64..1000, t in 0.01..0.99_f64) {
        let gamma = Gamma::new(&stirred(24, seed)).unwrap();
        prop_assert_eq!([gamma.at(0.0).value, gamma.at(1.0).value], [-6.0, 4.0]);
        let h = 1e-5;
        let [before, at, after] = [t - h, t, t + h].map(|t| gamma.at(t));
        prop_assert!(before.value < at.value && at.value < after.value && at.slope > 0.0);
        let slope = (after.value - before.value) / (2.0 * h);
        prop_assert!((slope - at.slope).abs() < 1e-2 * at.slope, "{} {}", slope, at.slope);
        let curvature = (after.slope - before.slope) / (2.0 * h);
        let scale = at.curvature.abs().max(at.slope);
        prop_assert!((curvature - at.curvature).abs() < 1e-1 * scale, "{} {}", curvature, at.curvature);
        prop_assert!(gamma.log_snrs(50).is_sorted_by(|a, b| a > b));
    }
}

/// The estimate is the gradient: with all t in place of a few, and the mean of g² in place of draws, it is that of
/// finite differences, by every parameter.
#[test]
fn the_gradient_is_that_of_the_mean_square_of_the_loss() {
    for seed in 0..4 {
        // In f64, as f32 has too few digits for differences.
        let parameters = stirred(6, seed);
        let gamma = Gamma::new(&parameters).unwrap();
        let times: Vec<[f64; 2]> = nodes(0.0..1.0, 400).collect();
        let draws: Vec<Draw> = times
            .iter()
            .map(|&[t, weight]| {
                let point = gamma.at(t);
                let g2 = gaussian_m2(point.value) * weight * times.len() as f64;
                Draw { t, point, loss: 0.5 * point.slope * g2.sqrt() }
            })
            .collect();
        let gradient = gamma.variance_gradient(&draws);
        assert_eq!(gradient[..2], [0.0; 2]);
        let largest = gradient.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
        for (i, found) in gradient.iter().enumerate().skip(2) {
            let at = |change: f32| {
                let mut moved = parameters.clone();
                moved[i] += change;
                (f64::from(moved[i]), mean_square(&Gamma::new(&moved).unwrap(), gaussian_m2))
            };
            let ([(x, before), (y, after)], [(u, far_before), (v, far_after)]) =
                ([at(-4e-3), at(4e-3)], [at(-8e-3), at(8e-3)]);
            // Richardson's extrapolation takes the error of the second order away.
            let (near, far) = ((after - before) / (y - x), (far_after - far_before) / (v - u));
            let expected = (4.0 * near - far) / 3.0;
            assert!((found - expected).abs() < 1e-5 * largest, "{seed} {i}: {found} {expected}");
        }
    }
}

#[test]
fn parts_of_the_bound_at_the_ends_are_those_of_their_definitions() {
    for end in [0.5, 3.0, 8.0] {
        let [nats, slope] = prior(end, 0.3);
        let expected = crate::diffusion::nll::prior(1.0 / (1.0 + f64::exp(end)), 0.3_f64.sqrt());
        assert!((nats - expected).abs() < 1e-14, "{nats} {expected}");
        let h = 1e-5;
        let expected = (prior(end + h, 0.3)[0] - prior(end - h, 0.3)[0]) / (2.0 * h);
        assert!((slope / expected - 1.0).abs() < 1e-6, "{slope} {expected}");
    }
    for start in [-13.0, -10.0, -6.0, -2.0] {
        for outer in [0.0, 0.4, 1.0] {
            let [nats, slope] = reconstruction(start, outer);
            let h = 1e-4;
            let expected =
                (reconstruction(start + h, outer)[0] - reconstruction(start - h, outer)[0]) / (2.0 * h);
            assert!((slope - expected).abs() < 1e-6 * expected.max(1e-3), "{start}: {slope} {expected}");
            // The decoder itself, for a value within and one at the end.
            let sd = f64::exp(0.5 * start);
            let mean = |x: f64| -> f64 {
                let term = |[eps, weight]: [f64; 2]| {
                    let density = (-0.5 * eps * eps).exp() / std::f64::consts::TAU.sqrt();
                    -weight * density * decoder::log_probability(x, x + sd * eps, sd)
                };
                nodes(-9.0..9.0, 200).map(term).sum()
            };
            let expected = (1.0 - outer) * mean(decoder::value_of(100)) + outer * mean(1.0);
            assert!((nats - expected).abs() < 1e-6 * expected.max(1.0), "{start}: {nats} {expected}");
        }
    }
}

#[test]
fn what_makes_no_gamma_is_refused_and_ends_stay_apart() {
    let good = Gamma::parameters([-6.0, 4.0], 3);
    assert!(Gamma::new(&good).is_ok() && Gamma::new(&good[..BEFORE]).is_ok());
    assert!(Gamma::new(&good[..2]).is_err() && Gamma::new(&good[..=BEFORE]).is_err());
    for (place, value) in [(0, f32::NAN), (0, 5.0), (5, f32::INFINITY)] {
        let mut wrong = good.clone();
        wrong[place] = value;
        assert!(Gamma::new(&wrong).is_err(), "{place} {value}");
    }
    let mut far = good;
    (far[0], far[1], far[2], far[4]) = (9.0, -9.0, 1e9, -1e9);
    Gamma::keep_in_range(&mut far);
    let gamma = Gamma::new(&far).unwrap();
    assert_eq!(gamma.ends(), [START[1], END[0]]);
    assert!(gamma.at(0.5).slope.is_finite());
}
