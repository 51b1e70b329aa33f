//! The continuous-time loss of variational diffusion models, against reference numbers and closed forms.
//!
//! `reference/vdm.json` was computed with independent code (numpy and scipy in f64): losses as differences of mutual
//! informations and along three schedules, losses of T steps, and variances of the estimate from 64 times.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use diffuscope::diffusion::data::LineData;
use diffuscope::diffusion::exact::{Component, Density};
use diffuscope::diffusion::vdm::{
    Curve, Denoising, Ends, Estimation, Formula as _, Kind, LinearBeta, Profile, Schedule, Times, Variance,
    VdmError, discrete_loss, integrand, loss,
};
use diffuscope::diffusion::{Schedule as Timesteps, ScheduleKind, ScheduleSpec};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;

const GO_ON: &(dyn Fn() -> bool + Sync) = &|| true;

fn cases() -> Vec<Value> {
    let reference: Value = serde_json::from_str(include_str!("reference/vdm.json")).unwrap();
    reference["cases"].as_array().unwrap().clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

/// A mixture from `[weight, mean, standard deviation]`.
fn mixture(parts: &[[f64; 3]]) -> Density {
    let part =
        |&[weight, mean, sd]: &[f64; 3]| Component { weight, mean: [mean], variance: sd * sd, class: 0 };
    Density::new(parts.iter().map(part).collect(), Vec::new()).unwrap()
}

fn data(case: &Value) -> Density {
    let [weights, means, sds] = ["weights", "means", "sds"].map(|field| numbers(&case[field]));
    let parts: Vec<_> = (0..weights.len()).map(|i| [weights[i], means[i], sds[i]]).collect();
    mixture(&parts)
}

fn ends(case: &Value) -> Ends {
    Ends::new(number(&case["log_snr_max"]), number(&case["log_snr_min"])).unwrap()
}

/// Each case with its data, its profile, and its schedules beside what is known of them.
fn for_each_schedule(mut check: impl FnMut(&str, &Density, &Profile, &Schedule, &Value)) {
    let mut count = 0;
    for case in cases() {
        let (data, ends) = (data(&case), ends(&case));
        let profile = Profile::of(&data, ends, GO_ON).unwrap();
        for known in case["schedules"].as_array().unwrap() {
            let kind = Kind::from_name(known["kind"].as_str().unwrap()).unwrap();
            if let Kind::LinearBeta(LinearBeta { beta_start, beta_end }) = kind {
                assert_eq!([beta_start, beta_end], ["b0", "b1"].map(|name| number(&known[name])));
            }
            let name = format!("{} {}", case["name"], known["kind"]);
            check(&name, &data, &profile, &Schedule::new(kind, ends).unwrap(), known);
            count += 1;
        }
    }
    assert_eq!(count, 6);
}

#[test]
fn denoising_is_that_of_the_reference() {
    for case in cases() {
        let data = data(&case);
        let profile = Profile::of(&data, ends(&case), GO_ON).unwrap();
        for known in case["mmse"].as_array().unwrap() {
            let (log_snr, mmse) = (number(&known["log_snr"]), number(&known["mmse"]));
            let found = Denoising::at(&data, log_snr).mmse;
            assert!((found / mmse - 1.0).abs() < 1e-12, "{log_snr}: {found} {mmse}");
            assert!((profile.mmse(log_snr) / mmse - 1.0).abs() < 1e-11, "{log_snr}: {found} {mmse}");
        }
    }
}

#[test]
fn schedules_and_losses_are_those_of_the_reference() {
    for_each_schedule(|name, _, profile, schedule, known| {
        for (i, t) in numbers(&known["t"]).into_iter().enumerate() {
            let near = |found: f64, field: &str, tolerance: f64| {
                let expected = number(&known[field][i]);
                let error = (found - expected).abs();
                assert!(
                    error < tolerance * expected.abs().max(1e-3),
                    "{name} {field} {t}: {found} {expected}"
                );
            };
            near(schedule.log_snr(t), "log_snr", 1e-12);
            near(schedule.snr_derivative(t), "snr_derivative", 1e-10);
            near(integrand(profile, schedule, t), "integrand", 1e-10);
        }
        let expected = number(&known["loss"]);
        let (over_time, over_snr) = (loss(profile, schedule), profile.loss());
        assert!((over_time - expected).abs() < 1e-11, "{name}: {over_time} {expected}");
        assert!((over_snr - expected).abs() < 1e-11, "{name}: {over_snr} {expected}");
    });
}

#[test]
fn losses_of_steps_are_those_of_the_reference_and_fall() {
    for_each_schedule(|name, data, profile, schedule, known| {
        let mut before = f64::INFINITY;
        for steps in [1, 10, 100, 1000] {
            let expected = number(&known["discrete_loss"][steps.to_string()]);
            let found = discrete_loss(data, schedule, steps, GO_ON).unwrap();
            assert!((found - expected).abs() < 1e-8, "{name} {steps}: {found} {expected}");
            assert!(found < before && found > profile.loss(), "{name} {steps}: {found}");
            before = found;
        }
        // The excess falls as 1/T (Kingma et al. 2021, appendix F).
        let excess =
            [1000, 4000].map(|steps| discrete_loss(data, schedule, steps, GO_ON).unwrap() - profile.loss());
        assert!((excess[0] / excess[1] - 4.0).abs() < 0.1, "{name}: {excess:?}");
    });
}

#[test]
fn variances_are_those_of_the_reference() {
    for_each_schedule(|name, _, profile, schedule, known| {
        let [iid, spread] = Times::ALL.map(|times| Variance::of(profile, schedule, times));
        for (found, field) in [
            (iid.total(), "variance_iid"),
            (spread.total(), "variance_low_discrepancy"),
            (iid.of_times, "variance_iid_time_only"),
            (spread.of_times, "variance_low_discrepancy_time_only"),
        ] {
            let expected = number(&known[field]);
            assert!((found / expected - 1.0).abs() < 1e-6, "{name} {field}: {found} {expected}");
        }
        assert!(spread.total() <= iid.total() && spread.of_noise == iid.of_noise, "{name}");
    });
}

#[test]
fn estimates_are_spread_as_the_variance_says() {
    // Estimates have long tails: 40,000 of them know their variance to 2 to 3 %.
    const COUNT: u32 = 40_000;
    for_each_schedule(|name, data, profile, schedule, _| {
        for times in Times::ALL {
            let exact = Variance::of(profile, schedule, times).total();
            let mut estimation = Estimation::new(data, schedule, times, 1);
            estimation.advance(COUNT);
            let tally = estimation.tally();
            let (found, error) = (tally.variance().unwrap(), (exact / f64::from(COUNT)).sqrt());
            assert!((found / exact - 1.0).abs() < 0.08, "{name} {times:?}: {found} {exact}");
            let off = (tally.mean() - profile.loss()) / error;
            assert!(off.abs() < 4.0, "{name} {times:?}: the mean is off by {off} standard errors");
        }
    });
}

#[test]
fn the_loss_is_a_difference_of_mutual_informations() {
    for case in cases() {
        let (data, ends) = (data(&case), ends(&case));
        let [high, low] = [ends.max(), ends.min()].map(|end| Denoising::at(&data, end).information);
        let expected = number(&case["mutual_information_difference"]);
        assert!((high - low - expected).abs() < 1e-11, "{} {expected}", high - low);
    }
    for data in LineData::ALL {
        for (max, min) in [(13.3, -5.0), (6.0, -6.0), (30.0, -30.0)] {
            let density = data.density();
            let profile = Profile::of(&density, Ends::new(max, min).unwrap(), GO_ON).unwrap();
            let [high, low] = [max, min].map(|end| Denoising::at(&density, end).information);
            let (found, expected) = (profile.loss(), high - low);
            assert!((found - expected).abs() < 1e-8, "{data:?} {max} {min}: {found} {expected}");
        }
    }
}

#[test]
fn one_gaussian_has_closed_forms() {
    for (mean, sd) in [(0.3, 0.5), (-1e6, 1e-12), (0.0, 1e-3), (1000.0, 1e5)] {
        let data = mixture(&[[1.0, mean, sd]]);
        let variance: f64 = sd * sd;
        let (max, min) = (20.0_f64, -25.0_f64);
        let left = |log_snr: f64| variance / (1.0 + variance * log_snr.exp());
        for log_snr in [max, 3.0, 0.0, min] {
            let found = Denoising::at(&data, log_snr);
            assert!((found.mmse / left(log_snr) - 1.0).abs() < 1e-12, "{mean} {sd} {log_snr} {found:?}");
            let fourth = 3.0 * left(log_snr).powi(2);
            assert!((found.fourth / fourth - 1.0).abs() < 1e-12, "{mean} {sd} {log_snr} {found:?}");
        }
        let profile = Profile::of(&data, Ends::new(max, min).unwrap(), GO_ON).unwrap();
        let exact = 0.5 * ((variance * max.exp()).ln_1p() - (variance * min.exp()).ln_1p());
        assert!((profile.loss() - exact).abs() < 1e-10, "{mean} {sd}: {} {exact}", profile.loss());
    }
}

#[test]
fn points_are_known_to_their_entropy_and_no_more() {
    // With all noise gone, the information about points is their entropy.
    let entropy = |weights: &[f64]| -weights.iter().map(|w| w * w.ln()).sum::<f64>();
    let ends = Ends::new(30.0, -30.0).unwrap();
    for sd in [0.0, 1e-12] {
        let data = mixture(&[[0.2, -1.0, sd], [0.5, 0.1, sd], [0.3, 2.0, sd]]);
        let found = Profile::of(&data, ends, GO_ON).unwrap().loss();
        assert!((found - entropy(&[0.2, 0.5, 0.3])).abs() < 1e-9, "{sd}: {found}");
    }
    // Two points of equal weight far apart: mmse ~ e^(−SNR/2), down to the smallest numbers.
    let data = mixture(&[[0.5, -1.0, 0.0], [0.5, 1.0, 0.0]]);
    for log_snr in [1.0, 3.0, 5.0, 6.0, 7.0] {
        let snr = f64::exp(log_snr);
        // E (1 − tanh²(SNR + √SNR z)) (Guo et al. 2005, eq. 17), with the Gaussian factor e^(−SNR/2) taken out:
        // sech²(y) N(y; SNR, SNR) = 4 e^(−SNR/2) N(y; 0, SNR) e^y/(e^y + e^−y)².
        let term = |y: f64| (y - 0.5 * y * y / snr).exp() / (y.exp() + (-y).exp()).powi(2);
        let sum: f64 = (-4000..=4000).map(|i| term(f64::from(i) * 0.01)).sum::<f64>() * 0.01;
        let exact = (4.0 * sum / (std::f64::consts::TAU * snr).sqrt()).ln() - 0.5 * snr;
        let found = Denoising::at(&data, log_snr).mmse;
        assert!((found.ln() - exact).abs() < 1e-9 * exact.abs(), "{log_snr}: {} {exact}", found.ln());
    }
}

#[test]
fn narrow_parts_within_wide_ones_are_seen() {
    let data = mixture(&[[0.5, 0.0, 1.0], [0.3, 0.2, 1e-4], [0.2, 0.2001, 1e-9]]);
    for (max, min) in [(30.0, -6.0), (12.0, 10.0)] {
        let profile = Profile::of(&data, Ends::new(max, min).unwrap(), GO_ON).unwrap();
        let [high, low] = [max, min].map(|end| Denoising::at(&data, end).information);
        assert!((profile.loss() - (high - low)).abs() < 1e-9, "{} {}", profile.loss(), high - low);
    }
}

/// Points of a curve that falls, with flat pieces among them.
fn falling() -> impl Strategy<Value = Vec<[f64; 2]>> {
    let step = (0.001..1.0_f64, prop_oneof![1 => Just(0.0_f64), 3 => 0.0..1.0_f64]);
    prop::collection::vec(step, 1..40).prop_filter_map("it has to fall", |steps| {
        let mut points = vec![[0.0, 5.0]];
        for (width, fall) in steps {
            let [u, y] = points[points.len() - 1];
            points.push([u + width, y - fall * fall * 3.0]);
        }
        (points[0][1] > points[points.len() - 1][1]).then_some(points)
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Only the ends matter (Kingma et al. 2021, section 5.1).
    #[test]
    fn the_area_does_not_depend_on_the_schedule(
        points in falling(), weight in 0.05..0.95_f64, sd in 0.01..0.5_f64, max in 2.0..10.0_f64
    ) {
        let data = mixture(&[[weight, -0.8, sd], [1.0 - weight, 0.7, 0.3]]);
        let ends = Ends::new(max, -5.0).unwrap();
        let profile = Profile::of(&data, ends, GO_ON).unwrap();
        let schedule = Schedule::new(Curve::new(points).unwrap().into(), ends).unwrap();
        prop_assert_eq!([schedule.log_snr(0.0), schedule.log_snr(1.0)], [max, -5.0]);
        let falls: Vec<f64> = (0..=500).map(|i| schedule.log_snr(f64::from(i) / 500.0)).collect();
        prop_assert!(falls.is_sorted_by(|a, b| a >= b));
        let (found, exact) = (loss(&profile, &schedule), profile.loss());
        prop_assert!((found - exact).abs() < 1e-9, "{} {}", found, exact);
        // A discrete loss is never below, and spread times never worse.
        prop_assert!(discrete_loss(&data, &schedule, 20, GO_ON).unwrap() > exact);
        let [iid, spread] = Times::ALL.map(|times| Variance::of(&profile, &schedule, times));
        prop_assert!(spread.of_times <= iid.of_times && iid.of_noise > 0.0);
    }

    #[test]
    fn times_lead_back_to_their_log_snr(points in falling(), at in 0.0..1.0_f64, beta in 0.0..30.0_f64) {
        let ends = Ends::new(9.0, -7.0).unwrap();
        let linear = LinearBeta { beta_start: beta, beta_end: 12.0 };
        for kind in Kind::all().chain([linear.into(), Curve::new(points).unwrap().into()]) {
            let schedule = Schedule::new(kind, ends).unwrap();
            let log_snr = -7.0 + 16.0 * at;
            let found = schedule.log_snr(schedule.time_of_log_snr(log_snr));
            prop_assert!((found - log_snr).abs() < 1e-6, "{:?} {} {}", schedule.kind(), log_snr, found);
            // The slope is the derivative.
            let (t, h) = (0.02 + 0.96 * at, 1e-7);
            let slope = (schedule.log_snr(t + h) - schedule.log_snr(t - h)) / (2.0 * h);
            let error = (schedule.slope(t) - slope).abs();
            prop_assert!(error < 1e-3 * (1.0 + slope.abs()), "{:?} {}: {}", schedule.kind(), slope, error);
        }
    }
}

#[test]
fn timesteps_become_a_curve_between_any_ends() {
    let build = |name: &str, zero_terminal_snr| -> Timesteps {
        let kind = ScheduleKind::default_of(name).unwrap();
        ScheduleSpec { kind, steps: 1000, zero_terminal_snr }.build().unwrap()
    };
    let data = LineData::Mixture.density();
    let ends = Ends::new(9.0, -9.0).unwrap();
    let profile = Profile::of(&data, ends, GO_ON).unwrap();
    for name in ScheduleKind::named() {
        for zero_terminal_snr in [false, true] {
            let timesteps = build(name, zero_terminal_snr);
            let curve = Curve::of_schedule(&timesteps).unwrap();
            assert_eq!(curve.points().len(), if zero_terminal_snr { 999 } else { 1000 });
            let schedule = Schedule::new(curve.into(), ends).unwrap();
            let found = loss(&profile, &schedule);
            assert!((found - profile.loss()).abs() < 1e-9, "{name}: {found} {}", profile.loss());
        }
    }
    // With its own ends, a schedule of timesteps keeps its values.
    let timesteps = build("sigmoid", false);
    let curve = Curve::of_schedule(&timesteps).unwrap();
    let own = Ends::new(timesteps.log_snr(1), timesteps.log_snr(1000)).unwrap();
    let schedule = Schedule::new(curve.into(), own).unwrap();
    for t in [1, 2, 500, 999, 1000] {
        let found = schedule.log_snr((t - 1) as f64 / 999.0);
        assert!((found - timesteps.log_snr(t)).abs() < 1e-9, "{t}: {found}");
    }
}

#[test]
fn what_cannot_be_a_schedule_is_refused() {
    assert!(matches!(Ends::new(f64::NAN, 0.0), Err(VdmError::Range { name: "logsnr-max", .. })));
    assert!(matches!(Ends::new(1.0, -1e6), Err(VdmError::Range { name: "logsnr-min", .. })));
    assert!(matches!(Ends::new(-1.0, 1.0), Err(VdmError::Ends { .. })));
    let ends = Ends::new(5.0, -5.0).unwrap();
    let beta = |beta_start, beta_end| Schedule::new(LinearBeta { beta_start, beta_end }.into(), ends);
    assert!(matches!(beta(-0.1, 20.0), Err(VdmError::Range { .. })));
    assert!(matches!(beta(0.1, f64::INFINITY), Err(VdmError::Range { .. })));
    assert!(matches!(beta(1.0, 0.1), Err(VdmError::Unreachable { .. })));
    assert!(matches!(beta(0.0, 0.0), Err(VdmError::Unreachable { .. })));
    assert!(beta(0.0, 20.0).is_ok() && beta(20.0, 0.1).is_ok() && beta(5.0, 5.0).is_ok());
    let curve = |points: &[[f64; 2]]| Curve::new(points.to_vec());
    assert!(matches!(curve(&[]), Err(VdmError::Few { got: 0 })));
    assert!(matches!(curve(&[[0.0, 1.0]]), Err(VdmError::Few { got: 1 })));
    assert!(matches!(curve(&[[0.0, 1.0], [1.0, 1.0]]), Err(VdmError::Flat { .. })));
    assert!(matches!(curve(&[[0.0, 1.0], [1.0, 2.0]]), Err(VdmError::Rising { index: 1, .. })));
    assert!(matches!(curve(&[[0.0, 1.0], [0.0, 0.0]]), Err(VdmError::Rising { .. })));
    assert!(matches!(curve(&[[0.0, 1.0], [1.0, f64::NAN]]), Err(VdmError::Rising { .. })));
}

#[test]
fn a_flat_piece_adds_nothing() {
    let ends = Ends::new(4.0, -4.0).unwrap();
    let points = vec![[0.0, 1.0], [0.2, 1.0], [0.4, 0.5], [0.7, 0.5], [0.9, 0.0], [1.0, 0.0]];
    let curve = Curve::new(points).unwrap();
    assert_eq!([0.1, 0.5, 0.95].map(|u| curve.slope(u)), [0.0; 3]);
    let data = LineData::Spikes.density();
    let profile = Profile::of(&data, ends, GO_ON).unwrap();
    let schedule = Schedule::new(curve.into(), ends).unwrap();
    assert_eq!([0.1, 0.5, 0.95].map(|t| integrand(&profile, &schedule, t)), [0.0; 3]);
    assert_eq!([0.0, 0.1, 0.2].map(|t| schedule.log_snr(t)), [4.0; 3]);
    assert!((loss(&profile, &schedule) - profile.loss()).abs() < 1e-10);
}

#[test]
fn estimates_do_not_depend_on_threads() {
    let data = LineData::Curve.density();
    let ends = Ends::new(6.0, -6.0).unwrap();
    let schedule = Schedule::new(Kind::from_name("cosine").unwrap(), ends).unwrap();
    let found = [1, 3].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut estimation = Estimation::new(&data, &schedule, Times::LowDiscrepancy, 5);
            estimation.advance(200);
            estimation.tally()
        })
    });
    assert_eq!(found[0], found[1]);
    // The mean is that of the single terms, whose times are evenly spread.
    let estimation = Estimation::new(&data, &schedule, Times::LowDiscrepancy, 5);
    let terms: Vec<_> = (0..200).flat_map(|number| estimation.terms(number)).collect();
    let mean = terms.iter().map(|[_, value]| value).sum::<f64>() / terms.len() as f64;
    assert!((mean - found[0].mean()).abs() < 1e-12 * mean);
    let mut times: Vec<f64> = terms[..64].iter().map(|[t, _]| *t).collect();
    times.sort_by(f64::total_cmp);
    assert!(times.windows(2).all(|pair| (pair[1] - pair[0] - 1.0 / 64.0).abs() < 1e-12), "{times:?}");
}

#[test]
fn what_is_not_wanted_any_more_ends() {
    let (data, ends) = (LineData::Curve.density(), Ends::new(6.0, -6.0).unwrap());
    let schedule = Schedule::new(Kind::from_name("cosine").unwrap(), ends).unwrap();
    assert_eq!(Profile::of(&data, ends, &|| false), None);
    assert_eq!(discrete_loss(&data, &schedule, 10, &|| false), None);
}
