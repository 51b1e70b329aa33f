//! The samplers on data for which everything is known: `N(m, s²)`.
//!
//! There `x_t ~ N(√ᾱ m, ᾱ s² + 1 − ᾱ)`, the best ε̂ is affine in the state, the probability-flow
//! ODE keeps `(x_t − √ᾱ m)/√(ᾱ s² + 1 − ᾱ)`, and the law of a stochastic run stays Gaussian, with a
//! mean and a variance that follow from the plan's weights.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use diffuscope::diffusion::sampler::{
    Call, FinalSigmas, MeanWeights, NoiseSource, PredictionType, Sampler, SamplerError, SamplerKind,
    SamplerSpec, SamplerStep, Stage, StepVariance, Thresholding, TimestepSpacing, Trajectory, VarianceType,
};
use diffuscope::diffusion::sampler::{Ddim, Ddpm, DpmSolverPlusPlus2M, Euler, EulerAncestral, Heun};
use diffuscope::diffusion::schedule::LogSnr;
use diffuscope::diffusion::{Schedule, ScheduleKind, ScheduleSpec};

const MEAN: f64 = 0.4;
const DEVIATION: f64 = 0.3;

fn marginal_variance(alpha_bar: f64) -> f64 {
    alpha_bar * DEVIATION * DEVIATION + 1.0 - alpha_bar
}

/// Slope and offset of the exact `ε̂ = slope · x_t + offset`, the mean of ε given `x_t`.
fn exact_eps(alpha_bar: f64) -> [f64; 2] {
    let slope = (1.0 - alpha_bar).sqrt() / marginal_variance(alpha_bar);
    [slope, -slope * alpha_bar.sqrt() * MEAN]
}

/// The state to which the probability-flow ODE leads from `x`, between two levels that are given by ᾱ.
fn exact_flow(x: f64, from: f64, to: f64) -> f64 {
    let standardised = (x - from.sqrt() * MEAN) / marginal_variance(from).sqrt();
    to.sqrt() * MEAN + marginal_variance(to).sqrt() * standardised
}

/// A network that predicts exactly, in the sampler's prediction type.
fn perfect(sampler: &Sampler) -> impl FnMut(Call<'_>) -> Result<Vec<f32>, SamplerError> + use<> {
    let prediction = sampler.spec().prediction_type;
    move |call| {
        let alpha_bar = call.alpha_bar;
        let [slope, offset] = exact_eps(alpha_bar);
        let output = |&x: &f32| {
            let x = f64::from(x);
            let eps = slope * x + offset;
            let x0 = (x - (1.0 - alpha_bar).sqrt() * eps) / alpha_bar.sqrt();
            prediction.target(alpha_bar, x0, eps) as f32
        };
        Ok(call.input.iter().map(output).collect())
    }
}

fn sampler(schedule: &Schedule, kind: SamplerKind, spacing: TimestepSpacing, steps: usize) -> Sampler {
    let mut spec = SamplerSpec::new(kind, steps);
    spec.timestep_spacing = spacing;
    spec.thresholding = Thresholding::None;
    spec.build(schedule).unwrap()
}

/// A schedule whose log-SNR falls evenly: all steps have the same length for solvers in log-SNR, so that
/// their order shows.
fn even_schedule() -> Schedule {
    let kind = ScheduleKind::LogSnr(LogSnr { logsnr_max: 8.0, logsnr_min: -6.0 });
    ScheduleSpec { kind, steps: 1000, zero_terminal_snr: false }.build().unwrap()
}

/// The largest error against the exact flow at `t = 1`. (After that comes one step over a fixed distance,
/// whatever the number of steps is.)
fn flow_error(sampler: &Sampler) -> f64 {
    let start = [-2.0_f32, -0.7, 0.3, 1.9];
    let trajectory =
        Trajectory::from_state(sampler, NoiseSource::seed(0), [1, 1, 2, 2], start.into()).unwrap();
    let records: Vec<_> = trajectory.run(perfect(sampler)).collect::<Result<_, _>>().unwrap();
    let end = records.iter().rfind(|record| record.t_prev == 1.0).unwrap();
    let from = sampler.steps()[0].alpha_bar;
    let errors = start
        .iter()
        .zip(end.x_prev.iter())
        .map(|(&x, &end)| (f64::from(end) - exact_flow(f64::from(x), from, end_level(sampler))).abs());
    errors.fold(0.0, f64::max)
}

fn end_level(sampler: &Sampler) -> f64 {
    sampler.steps().iter().rfind(|step| step.t_prev == 1.0).unwrap().alpha_bar_prev
}

/// The orders of convergence: `log₂ e(n)/e(2n)` for neighbouring errors, whose numbers of steps are n and 2n.
fn orders(errors: &[f64]) -> Vec<f64> {
    errors.windows(2).map(|pair| (pair[0] / pair[1]).log2()).collect()
}

#[test]
fn deterministic_samplers_follow_the_flow_at_their_order() {
    use TimestepSpacing::{Leading, Linspace};
    let schedule = even_schedule();
    let final_sigmas_type = FinalSigmas::SigmaMin;
    let multistep =
        DpmSolverPlusPlus2M { lower_order_final: false, euler_at_final: false, final_sigmas_type }.into();
    for (kind, spacing, order, bound) in [
        (Ddim { eta: 0.0, set_alpha_to_one: true }.into(), Leading, 1.0, 0.05),
        (Euler { final_sigmas_type }.into(), Linspace, 1.0, 0.05),
        (multistep, Linspace, 2.0, 0.005),
        (Heun {}.into(), Linspace, 2.0, 0.005),
    ] {
        for prediction in PredictionType::ALL {
            let errors = [25, 50, 100].map(|steps| {
                let mut spec = sampler(&schedule, kind, spacing, steps).spec().clone();
                spec.prediction_type = prediction;
                flow_error(&spec.build(&schedule).unwrap())
            });
            let found = orders(&errors);
            eprintln!("{} {}: errors {errors:?}, orders {found:.2?}", kind.name(), prediction.name());
            assert!(found.iter().all(|found| (found - order).abs() < 0.3), "{kind:?}: {found:?} {errors:?}");
            assert!(errors[2] < bound, "{kind:?}: {errors:?}");
        }
    }
}

/// Slope, offset and variance of one step with the exact ε̂:
/// `x_{t−1} = slope · x_t + offset + √variance · z`.
fn affine(step: &SamplerStep) -> [f64; 3] {
    assert_eq!(step.stage, Stage::Single);
    assert_eq!(step.mean.before, MeanWeights::default().before);
    let [slope, offset] = exact_eps(step.alpha_bar);
    let [state, predicted] = PredictionType::Epsilon.weights(step.alpha_bar).x0;
    let StepVariance::Fixed(variance) = step.variance else { panic!("{step:?}") };
    [
        step.mean.x_t + step.mean.x0 * (state + predicted * slope) + step.mean.eps * slope,
        (step.mean.x0 * predicted + step.mean.eps) * offset,
        variance,
    ]
}

/// The mean and the variance at the end of a run that starts with the right marginal.
fn law_of_the_end(sampler: &Sampler) -> [f64; 2] {
    let first = sampler.steps()[0].alpha_bar;
    let start = [first.sqrt() * MEAN, marginal_variance(first)];
    sampler.steps().iter().fold(start, |[mean, variance], step| {
        let [slope, offset, noise] = affine(step);
        [slope * mean + offset, slope * slope * variance + noise]
    })
}

#[test]
fn stochastic_samplers_converge_to_the_data_at_first_order() {
    let long = ScheduleKind::LogSnr(LogSnr { logsnr_max: 12.0, logsnr_min: -6.0 });
    let long = ScheduleSpec { kind: long, steps: 8000, zero_terminal_snr: false }.build().unwrap();
    let small = Ddpm { variance_type: VarianceType::FixedSmall }.into();
    let large = Ddpm { variance_type: VarianceType::FixedLarge }.into();
    let ddim = |eta| Ddim { eta, set_alpha_to_one: true }.into();
    for kind in [small, large, ddim(0.5), ddim(1.0), EulerAncestral {}.into()] {
        let errors = [200, 400, 800].map(|steps| {
            let [mean, variance] = law_of_the_end(&sampler(&long, kind, TimestepSpacing::Leading, steps));
            [(mean - MEAN).abs(), (variance - DEVIATION * DEVIATION).abs()]
        });
        let variance_orders = orders(&errors.map(|[_, variance]| variance));
        eprintln!("{kind:?}: errors {errors:?}, orders {variance_orders:.2?}");
        assert!(variance_orders.iter().all(|order| (order - 1.0).abs() < 0.2), "{kind:?}: {errors:?}");
        assert!(errors[2][0] < 1e-3 && errors[2][1] < 2e-3, "{kind:?}: {errors:?}");
    }
}

#[test]
fn runs_have_the_law_that_the_plan_says() {
    let schedule = ScheduleSpec::default().build().unwrap();
    let shape = [16, 3, 32, 32];
    for kind in [
        Ddpm { variance_type: VarianceType::FixedSmall }.into(),
        Ddim { eta: 0.7, set_alpha_to_one: true }.into(),
        EulerAncestral {}.into(),
    ] {
        let sampler = sampler(&schedule, kind, TimestepSpacing::Leading, 10);
        let scale = sampler.initial_scale();
        let [mean, variance] = sampler.steps().iter().fold([0.0, scale * scale], |[mean, variance], step| {
            let [slope, offset, noise] = affine(step);
            [slope * mean + offset, slope * slope * variance + noise]
        });
        let trajectory = Trajectory::new(&sampler, NoiseSource::seed(11), shape).unwrap();
        let last = trajectory.run(perfect(&sampler)).last().unwrap().unwrap();
        let count = last.x_prev.len() as f64;
        let sum: f64 = last.x_prev.iter().map(|&x| f64::from(x)).sum();
        let found = sum / count;
        let squares: f64 = last.x_prev.iter().map(|&x| (f64::from(x) - found).powi(2)).sum();
        // The tolerance is five standard errors.
        assert!((found - mean).abs() < 5.0 * (variance / count).sqrt(), "{kind:?} {found} {mean}");
        let error = squares / count / variance - 1.0;
        assert!(error.abs() < 5.0 * (2.0 / count).sqrt(), "{kind:?} {error}");
    }
}

#[test]
fn every_sampler_finds_the_data_with_the_usual_schedule() {
    let schedule = ScheduleSpec::default().build().unwrap();
    for name in SamplerKind::names() {
        let kind: SamplerKind = name.parse().unwrap();
        let sampler = sampler(&schedule, kind, SamplerSpec::new(kind, 1).timestep_spacing, 100);
        let trajectory = Trajectory::new(&sampler, NoiseSource::seed(3), [8, 3, 32, 32]).unwrap();
        let last = trajectory.run(perfect(&sampler)).last().unwrap().unwrap();
        let count = last.x_prev.len() as f64;
        let mean = last.x_prev.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
        let variance = last.x_prev.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / count;
        let deviation = variance.sqrt();
        eprintln!("{name}: mean {mean:.4}, deviation {deviation:.4}");
        assert!(
            (mean - MEAN).abs() < 0.02 && (deviation - DEVIATION).abs() < 0.04,
            "{name} {mean} {deviation}"
        );
    }
}

/// The timestep at which a run ends, as the sampler's parameters say it.
fn end_of(kind: SamplerKind) -> f64 {
    let parameters = serde_json::to_value(kind).unwrap();
    let stops = parameters["set_alpha_to_one"] == false || parameters["final_sigmas_type"] == "sigma_min";
    if stops { 1.0 } else { 0.0 }
}

#[test]
fn a_run_from_the_middle_denoises_to_the_data() {
    let schedule = ScheduleSpec::default().build().unwrap();
    for name in SamplerKind::names() {
        let kind: SamplerKind = name.parse().unwrap();
        if kind.is_stochastic() {
            continue;
        }
        for spacing in TimestepSpacing::ALL {
            let mut spec = sampler(&schedule, kind, spacing, 60).spec().clone();
            spec.num_inference_steps = 60;
            let sampler = spec.build_from(&schedule, 400).unwrap();
            assert_eq!(sampler.steps()[0].t, 400.0);
            assert_eq!(sampler.steps()[0].alpha_bar, schedule.alpha_bar(400));
            let start = [-1.0_f32, 0.2, 0.9, 1.4];
            let trajectory =
                Trajectory::from_state(&sampler, NoiseSource::seed(0), [4, 1, 1, 1], start.into()).unwrap();
            let last = trajectory.run(perfect(&sampler)).last().unwrap().unwrap();
            assert_eq!(last.t_prev, end_of(kind));
            for (&x, &end) in start.iter().zip(last.x_prev.iter()) {
                let exact = exact_flow(f64::from(x), schedule.alpha_bar(400), 1.0);
                assert!((f64::from(end) - exact).abs() < 0.02, "{name} {spacing:?}: {end} {exact}");
            }
        }
    }
}
