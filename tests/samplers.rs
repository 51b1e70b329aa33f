//! The samplers compared with trajectories of diffusers' schedulers.
//!
//! `reference/samplers.json` holds eight runs for each of two schedules and two numbers of steps.
//! `reference/samplers_more.json` (written by `reference/samplers.py`) holds other spacings, predictions,
//! thresholdings and special cases, each with the scheduler's own config. Numbers in both files have nine
//! digits. diffusers keeps ᾱ and σ in f32, so states are compared with a tolerance of 1e-4, relative to the
//! largest magnitude in each state.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::sync::Arc;

use diffuscope::diffusion::sampler::{
    Call, ConfigError, NoiseSource, PredictionType, Record, Sampler, SamplerError, SamplerKind, SamplerSpec,
    SchedulerFile, Thresholding, Trajectory, VarianceType,
};
use diffuscope::diffusion::sampler::{Ddim, Ddpm, Heun};
use diffuscope::diffusion::schedule::Linear;
use diffuscope::diffusion::{ScheduleKind, ScheduleSpec};
use serde::Deserialize;

const TOLERANCE: f64 = 1e-4;

#[derive(Deserialize)]
struct Reference {
    runs: Vec<GivenRun>,
}

/// A run of `samplers.json`.
#[derive(Deserialize)]
struct GivenRun {
    sampler: String,
    num_steps: usize,
    timesteps: Vec<f64>,
    init_noise_sigma: f64,
    sigmas: Vec<f64>,
    trajectory: Vec<Vec<f64>>,
    noise: Vec<Vec<f32>>,
    beta_schedule: String,
    variance_type: Option<String>,
    eta: Option<f64>,
}

/// A run of `samplers_more.json`.
#[derive(Deserialize)]
struct ConfiguredRun {
    config: String,
    num_steps: usize,
    eta: f64,
    timesteps: Vec<f64>,
    sigmas: Vec<f64>,
    initial: Vec<f32>,
    noise: Vec<Vec<f32>>,
    trajectory: Vec<Vec<f64>>,
}

/// The network of the reference: `tanh(0.7 x + 0.3) cos(0.002 t)`, with t counted from 0.
#[expect(clippy::unnecessary_wraps, reason = "what a run asks for")]
fn network(call: Call<'_>) -> Result<Vec<f32>, SamplerError> {
    let factor = (0.002 * call.timestep).cos();
    Ok(call.input.iter().map(|&x| ((0.7 * f64::from(x) + 0.3).tanh() * factor) as f32).collect())
}

/// Like [`network`], with a second half of channels for the variance.
fn network_with_variance(variance_type: VarianceType, call: Call<'_>) -> Result<Vec<f32>, SamplerError> {
    let output = network(call)?;
    let sample = output.len() / call.shape[0];
    let variance = |&x: &f32| match variance_type {
        VarianceType::LearnedRange => 0.9 * (3.0 * x).sin(),
        _ => 0.01 + 0.005 * (3.0 * x).sin(),
    };
    Ok(output
        .chunks(sample)
        .zip(call.input.chunks(sample))
        .flat_map(|(output, x)| output.iter().copied().chain(x.iter().map(variance)).collect::<Vec<_>>())
        .collect())
}

fn given(initial: &[f32], noise: &[Vec<f32>]) -> NoiseSource {
    NoiseSource::Given {
        initial: initial.into(),
        calls: noise.iter().map(|noise| Arc::from(noise.as_slice())).collect(),
    }
}

/// The largest error of a whole trajectory, where each state is compared relative to its largest magnitude.
/// In the reference, states of the samplers in σ are multiplied by `√(1+σ²)`.
fn worst_error(sampler: &Sampler, start: &[f32], records: &[Record], expected: &[Vec<f64>]) -> f64 {
    let in_sigma = matches!(sampler.spec().kind.name(), "euler" | "euler-ancestral" | "heun");
    let scale = |sigma: f64| if in_sigma { (1.0 + sigma * sigma).sqrt() } else { 1.0 };
    let ends = sampler.steps().iter().map(|step| scale(step.sigma_prev()));
    let states = std::iter::once(start).chain(records.iter().map(|record| &record.x_prev[..]));
    let scales = std::iter::once(scale(sampler.steps()[0].sigma())).chain(ends);
    assert_eq!(records.len() + 1, expected.len());
    states
        .zip(scales)
        .zip(expected)
        .map(|((state, scale), expected)| {
            let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
            let errors = state.iter().zip(expected).map(|(&x, y)| (f64::from(x) * scale - y).abs());
            errors.fold(0.0, f64::max) / largest
        })
        .fold(0.0, f64::max)
}

fn assert_same_timesteps(sampler: &Sampler, timesteps: &[f64]) {
    assert_eq!(sampler.calls(), timesteps.len());
    for (step, &timestep) in sampler.steps().iter().zip(timesteps) {
        assert_eq!(step.timestep() as f32, timestep as f32);
    }
}

/// Checks the σ of each step. The reference computes them from f32, where `1 − ᾱ` has only three digits if
/// there is little noise.
fn assert_same_sigmas(sampler: &Sampler, sigmas: &[f64]) {
    for (step, sigma) in sampler.steps().iter().zip(sigmas) {
        let error = (step.sigma() / sigma - 1.0).abs();
        assert!(error <= 1e-3, "σ at t = {}: {} instead of {sigma}", step.t, step.sigma());
    }
}

#[test]
fn trajectories_equal_the_reference() {
    let reference: Reference = serde_json::from_str(include_str!("reference/samplers.json")).unwrap();
    assert_eq!(reference.runs.len(), 32);
    let mut worst = 0.0_f64;
    for run in &reference.runs {
        let name = format!("{} {} {}", run.sampler, run.beta_schedule, run.num_steps);
        let schedule = ScheduleSpec { kind: schedule_kind(run), ..ScheduleSpec::default() }.build().unwrap();
        let mut spec = SamplerSpec::new(run.sampler.parse().unwrap(), run.num_steps);
        spec.thresholding = Thresholding::None;
        if let SamplerKind::Ddpm(Ddpm { variance_type }) = &mut spec.kind
            && run.variance_type.as_deref() == Some("fixed_large")
        {
            *variance_type = VarianceType::FixedLarge;
        }
        if let SamplerKind::Ddim(Ddim { eta, .. }) = &mut spec.kind {
            *eta = run.eta.unwrap();
        }
        let sampler = spec.build(&schedule).unwrap();
        assert_same_timesteps(&sampler, &run.timesteps);
        assert_same_sigmas(&sampler, &run.sigmas);

        let initial: Vec<f32> = run.trajectory[0].iter().map(|x| (x / run.init_noise_sigma) as f32).collect();
        let shape = [1, 1, 1, initial.len()];
        let trajectory = Trajectory::new(&sampler, given(&initial, &run.noise), shape).unwrap();
        let start = trajectory.state().clone();
        let records: Vec<_> = trajectory.run(network).collect::<Result<_, _>>().unwrap();
        let error = worst_error(&sampler, &start, &records, &run.trajectory);
        assert!(error <= TOLERANCE, "{name}: {error:e}");
        worst = worst.max(error);
    }
    eprintln!("largest relative error {worst:.2e}");
}

/// The schedule of a run. Heun's runs in the reference use the default β's of their class, as their σ's show.
fn schedule_kind(run: &GivenRun) -> ScheduleKind {
    match (run.beta_schedule.as_str(), run.sampler.as_str()) {
        ("linear", "heun") => ScheduleKind::Linear(Linear { beta_start: 0.00085, beta_end: 0.012 }),
        ("linear", _) => ScheduleKind::default_of("linear").unwrap(),
        _ => ScheduleKind::default_of("cosine").unwrap(),
    }
}

#[test]
fn configured_trajectories_equal_diffusers() {
    let runs: Vec<ConfiguredRun> =
        serde_json::from_str(include_str!("reference/samplers_more.json")).unwrap();
    assert!(runs.len() > 100, "{}", runs.len());
    let (mut worst, mut failures, mut without_signal) = (0.0_f64, Vec::new(), 0);
    for (index, run) in runs.iter().enumerate() {
        let file = SchedulerFile::parse(&run.config).unwrap();
        let schedule = file.schedule.clone();
        let mut spec = file.sampler(None).unwrap().spec;
        spec.num_inference_steps = run.num_steps;
        let mut learned = VarianceType::FixedSmall;
        match &mut spec.kind {
            SamplerKind::Ddim(Ddim { eta, .. }) => *eta = run.eta,
            SamplerKind::Ddpm(Ddpm { variance_type }) => learned = *variance_type,
            _ => {}
        }
        let sampler = match spec.build(&schedule) {
            Ok(sampler) => sampler,
            // In place of ᾱ_T = 0, diffusers takes another level, and uses an x̂_0 that ε̂ cannot determine
            // there.
            Err(SamplerError::NoSignal { t }) => {
                assert_eq!((t, spec.prediction_type), (1000.0, PredictionType::Epsilon));
                without_signal += 1;
                continue;
            }
            Err(error) => panic!("{error}"),
        };
        assert_same_timesteps(&sampler, &run.timesteps);
        if run.sigmas.len() == sampler.calls() + 1 {
            assert_same_sigmas(&sampler, &run.sigmas);
        }
        let trajectory = Trajectory::new(&sampler, given(&run.initial, &run.noise), [2, 2, 1, 2]).unwrap();
        let start = trajectory.state().clone();
        let records: Vec<_> = if learned.is_learned() {
            trajectory.run(|call| network_with_variance(learned, call)).collect::<Result<_, _>>().unwrap()
        } else {
            trajectory.run(network).collect::<Result<_, _>>().unwrap()
        };
        let error = worst_error(&sampler, &start, &records, &run.trajectory);
        worst = worst.max(error);
        if error > TOLERANCE {
            failures.push(format!("run {index}, error {error:e}: {spec:?}"));
        }
    }
    assert_eq!(without_signal, 3);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    eprintln!("largest relative error {worst:.2e}");
}

#[test]
fn configs_survive_the_round_trip() {
    let runs: Vec<ConfiguredRun> =
        serde_json::from_str(include_str!("reference/samplers_more.json")).unwrap();
    for run in &runs {
        let file = SchedulerFile::parse(&run.config).unwrap();
        assert!(file.remarks.is_empty(), "{:?}", file.remarks);
        let (schedule, spec) = (file.schedule.spec().clone(), file.sampler(None).unwrap().spec);
        let text = spec.to_diffusers(&schedule).unwrap();
        let back = SchedulerFile::parse(&text).unwrap();
        assert_eq!(back.sampler(None).unwrap().spec, spec);
        assert!(back.remarks.is_empty(), "{:?}", back.remarks);
        // A kind that the class does not have is read back as a table of the same β's.
        assert_eq!(back.schedule.betas(), schedule.build().unwrap().betas());
    }
}

#[test]
fn what_a_class_lacks_is_not_written() {
    let schedule = ScheduleSpec::default();
    let reason = |spec: &SamplerSpec| match spec.to_diffusers(&schedule) {
        Err(error @ ConfigError::Inexpressible { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let mut euler = SamplerSpec::new(SamplerKind::default_of("euler").unwrap(), 10);
    euler.thresholding = Thresholding::Clip { range: 1.0 };
    assert_eq!(
        reason(&euler),
        "EulerDiscreteScheduler of diffusers has no clipping to a range, so the file could not say so"
    );
    let mut heun = SamplerSpec::new(Heun {}.into(), 10);
    heun.thresholding = Thresholding::Dynamic { ratio: 0.995, max: 2.0 };
    assert!(reason(&heun).contains("no dynamic thresholding"));
}
