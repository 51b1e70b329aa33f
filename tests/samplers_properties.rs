//! Properties that every sampler has with every schedule and number of steps.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use diffuscope::diffusion::sampler::{
    Call, FinalSigmas, MeanWeights, NoiseSource, PredictionType, Record, RecordVariance, Sampler,
    SamplerError, SamplerKind, SamplerSpec, SchedulerFile, Stage, StepTo, Thresholding, TimestepSpacing,
    Trajectory, VarianceType,
};
use diffuscope::diffusion::sampler::{
    Ddim, Ddpm, DpmSolverPlusPlus2M, Euler, EulerAncestral, Heun, Pndm, SamplerFamily, SamplerStep,
};
use diffuscope::diffusion::{Schedule, ScheduleKind, ScheduleSpec};
use proptest::prelude::*;

/// A network with bounded output. With `learned`, it has a second half of channels with variances in (0, 1).
fn network(learned: bool) -> impl FnMut(Call<'_>) -> Result<Vec<f32>, SamplerError> {
    move |call| {
        let sample = call.input.len() / call.shape[0];
        let output = |x: &[f32]| -> Vec<f32> {
            let prediction = x.iter().map(|x| (0.9 * x).sin());
            let variance = x.iter().map(|x| 0.5 + 0.4 * x.sin());
            if learned { prediction.chain(variance).collect() } else { prediction.collect() }
        };
        Ok(call.input.chunks(sample).flat_map(output).collect())
    }
}

fn kinds() -> impl Strategy<Value = SamplerKind> {
    let finals = || prop_oneof![Just(FinalSigmas::Zero), Just(FinalSigmas::SigmaMin)];
    prop_oneof![
        prop::sample::select(&VarianceType::ALL[..]).prop_map(|variance_type| Ddpm { variance_type }.into()),
        (0.0..=1.0, any::<bool>()).prop_map(|(eta, set_alpha_to_one)| Ddim { eta, set_alpha_to_one }.into()),
        (any::<bool>(), any::<bool>(), finals()).prop_map(
            |(lower_order_final, euler_at_final, final_sigmas_type)| {
                DpmSolverPlusPlus2M { lower_order_final, euler_at_final, final_sigmas_type }.into()
            }
        ),
        finals().prop_map(|final_sigmas_type| Euler { final_sigmas_type }.into()),
        Just(EulerAncestral {}.into()),
        Just(Heun {}.into()),
        any::<bool>().prop_map(|set_alpha_to_one| Pndm { set_alpha_to_one }.into()),
        prop::sample::select(SamplerFamily::ALL).prop_map(SamplerFamily::with_defaults),
    ]
}

fn specs() -> impl Strategy<Value = (SamplerSpec, ScheduleSpec)> {
    let thresholding = prop_oneof![
        Just(Thresholding::None),
        (0.5..2.0).prop_map(|range| Thresholding::Clip { range }),
        (0.0..=1.0, 0.5..4.0).prop_map(|(ratio, max)| Thresholding::Dynamic { ratio, max }),
    ];
    let schedules = prop::sample::select(ScheduleKind::named().collect::<Vec<_>>());
    (2_usize..80, schedules, any::<bool>()).prop_flat_map(move |(steps, schedule, zero_terminal_snr)| {
        let kind = ScheduleKind::default_of(schedule).unwrap();
        let schedule = ScheduleSpec { kind, steps, zero_terminal_snr };
        let spec = (
            kinds(),
            1..=steps,
            prop::sample::select(&TimestepSpacing::ALL[..]),
            0_usize..3,
            prop::sample::select(&StepTo::ALL[..]),
            prop::sample::select(&PredictionType::ALL[..]),
            thresholding.clone(),
        );
        spec.prop_map(
            move |(
                kind,
                num_inference_steps,
                timestep_spacing,
                steps_offset,
                step_to,
                prediction_type,
                thresholding,
            )| {
                let spec = SamplerSpec {
                    kind,
                    num_inference_steps,
                    timestep_spacing,
                    steps_offset,
                    step_to,
                    prediction_type,
                    thresholding,
                };
                (spec, schedule.clone())
            },
        )
    })
}

fn is_learned(kind: SamplerKind) -> bool {
    matches!(kind, SamplerKind::Ddpm(Ddpm { variance_type }) if variance_type.is_learned())
}

fn run(sampler: &Sampler, noise: NoiseSource, shape: [usize; 4]) -> Vec<Record> {
    let network = network(is_learned(sampler.spec().kind));
    Trajectory::new(sampler, noise, shape).unwrap().run(network).collect::<Result<_, _>>().unwrap()
}

/// The plan of a run; rejects the case if ε̂ would have to give `x̂_0` where there is no signal.
fn plan(spec: &SamplerSpec, schedule: &Schedule) -> Result<Sampler, TestCaseError> {
    match spec.build(schedule) {
        Ok(sampler) => Ok(sampler),
        Err(SamplerError::NoSignal { t }) => {
            prop_assert_eq!(spec.prediction_type, PredictionType::Epsilon);
            prop_assert_eq!(schedule.alpha_bar(t as usize), 0.0);
            Err(TestCaseError::reject("no signal"))
        }
        Err(error) => Err(TestCaseError::fail(error.to_string())),
    }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_descends_and_runs((spec, schedule) in specs(), seed in any::<u64>()) {
        let schedule = schedule.build().unwrap();
        let sampler = plan(&spec, &schedule)?;
        let n = spec.num_inference_steps;
        let correctors = sampler.steps().iter().filter(|step| step.stage == Stage::Corrector).count();
        prop_assert_eq!(sampler.calls(), n + correctors);
        match spec.kind {
            SamplerKind::Heun(_) => prop_assert_eq!(correctors, n - 1),
            SamplerKind::Pndm(_) => prop_assert_eq!(correctors, usize::from(n > 1)),
            SamplerKind::Ddpm(_) | SamplerKind::Ddim(_) | SamplerKind::Euler(_) => {
                prop_assert_eq!(correctors, 0);
            }
            _ => {}
        }
        let predictors = sampler.steps().iter().filter(|step| step.stage != Stage::Corrector);
        let timesteps: Vec<f64> = predictors.clone().map(|step| step.t).collect();
        prop_assert!(timesteps.is_sorted_by(|a, b| a > b), "{:?}", timesteps);
        prop_assert!(timesteps[0] <= schedule.steps() as f64 && timesteps[n - 1] >= 1.0);
        for step in predictors {
            prop_assert!(step.t_prev < step.t || step.t == 1.0);
            prop_assert!(step.alpha_bar_prev >= step.alpha_bar);
        }
        let records = run(&sampler, NoiseSource::seed(seed), [2, 2, 1, 3]);
        prop_assert_eq!(records.len(), sampler.calls());
        for (i, record) in records.iter().enumerate() {
            prop_assert_eq!(record.index, i);
            prop_assert!(record.x_prev.iter().all(|x| x.is_finite()));
            if i > 0 {
                prop_assert_eq!(&record.x_t, &records[i - 1].x_prev);
            }
        }
    }

    #[test]
    fn records_say_what_they_are((spec, schedule) in specs(), seed in any::<u64>()) {
        let sampler = plan(&spec, &schedule.build().unwrap())?;
        for record in run(&sampler, NoiseSource::seed(seed), [1, 1, 2, 3]) {
            let (signal, noise) = (record.alpha_bar.sqrt(), (1.0 - record.alpha_bar).sqrt());
            for i in 0..record.x_t.len() {
                let at = |values: &[f32]| f64::from(values[i]);
                let x_t = at(&record.x_t);
                if spec.thresholding == Thresholding::None {
                    let again = signal * at(&record.x0_hat) + noise * at(&record.eps_hat);
                    let size = signal * at(&record.x0_hat).abs() + noise * at(&record.eps_hat).abs();
                    prop_assert!((again - x_t).abs() <= 1e-6 * size, "{} {}", again, x_t);
                }
                let variance = match &record.variance {
                    RecordVariance::Scalar(variance) => *variance,
                    RecordVariance::PerValue(variance) => at(variance),
                };
                let z = record.noise.as_ref().map_or(0.0, |noise| at(noise));
                let again = at(&record.mean) + variance.sqrt() * z;
                prop_assert!((again - at(&record.x_prev)).abs() <= 1e-6 * (1.0 + again.abs()));
            }
            prop_assert_eq!(record.noise.is_none(), record.variance == RecordVariance::Scalar(0.0));
            // If a run ends in the clean picture without noise, the end is equal to x̂_0; or else to that of a sum of
            // several outputs, none of which is clipped.
            let mean = sampler.steps()[record.index].mean;
            let is_clipped = spec.thresholding != Thresholding::None && (mean.x_t, mean.eps) != (0.0, 0.0);
            let is_sum = is_clipped || mean.before != MeanWeights::default().before;
            if record.t_prev == 0.0 && record.noise.is_none() && !is_sum {
                prop_assert_eq!(record.alpha_bar_prev, 1.0);
                prop_assert_eq!(bits(&record.x_prev), bits(&record.x0_hat));
            }
        }
    }

    #[test]
    fn a_sample_is_the_same_in_every_batch((spec, schedule) in specs(), seed in any::<u64>()) {
        let sampler = plan(&spec, &schedule.build().unwrap())?;
        let whole = run(&sampler, NoiseSource::seed(seed), [3, 2, 2, 3]);
        for n in 0..3 {
            let alone = NoiseSource::Counter { seed, first_sample: n as u32 };
            let alone = run(&sampler, alone, [1, 2, 2, 3]);
            for (whole, alone) in whole.iter().zip(&alone) {
                prop_assert_eq!(bits(&whole.x_prev[n * 12..][..12]), bits(&alone.x_prev));
            }
        }
    }

    #[test]
    fn a_run_from_the_middle_starts_there((spec, schedule) in specs(), part in 0.0..1.0) {
        let schedule = schedule.build().unwrap();
        let n = spec.num_inference_steps;
        let from_t = n + (part * (schedule.steps() - n + 1) as f64) as usize;
        let from_t = from_t.min(schedule.steps());
        let sampler = match spec.build_from(&schedule, from_t) {
            Err(SamplerError::NoSignal { .. }) => return Err(TestCaseError::reject("no signal")),
            other => other.unwrap(),
        };
        prop_assert_eq!(sampler.steps()[0].t, from_t as f64);
        let descending: Vec<f64> =
            sampler.steps().iter().filter(|step| step.stage != Stage::Corrector).map(|step| step.t).collect();
        prop_assert!(descending.is_sorted_by(|a, b| a > b));
        prop_assert_eq!(descending.len(), n);
        // Each step leads to the level of the next call.
        for pair in sampler.steps().windows(2) {
            prop_assert_eq!(pair[0].t_prev, pair[1].t);
            prop_assert_eq!(pair[0].alpha_bar_prev, pair[1].alpha_bar);
        }
    }

    #[test]
    fn specs_survive_json((spec, schedule) in specs()) {
        let text = serde_json::to_string(&spec).unwrap();
        prop_assert_eq!(&serde_json::from_str::<SamplerSpec>(&text).unwrap(), &spec);
        if let Ok(text) = spec.to_diffusers(&schedule) {
            let file = SchedulerFile::parse(&text).unwrap();
            prop_assert!(file.remarks.is_empty(), "{:?}", file.remarks);
            let mut back = file.sampler(None).unwrap().spec;
            // These settings cannot be stored in diffusers' files.
            back.num_inference_steps = spec.num_inference_steps;
            back.step_to = spec.step_to;
            if let SamplerKind::Ddim(Ddim { eta, .. }) = &mut back.kind
                && let SamplerKind::Ddim(Ddim { eta: own, .. }) = spec.kind
            {
                *eta = own;
            }
            prop_assert_eq!(back, spec);
        }
    }
}

/// The timestep at which a run ends, as the sampler's parameters say it.
fn end_of(kind: SamplerKind) -> f64 {
    let parameters = serde_json::to_value(kind).unwrap();
    let stops = parameters["set_alpha_to_one"] == false || parameters["final_sigmas_type"] == "sigma_min";
    if stops { 1.0 } else { 0.0 }
}

#[test]
fn all_steps_of_a_long_schedule() {
    for zero_terminal_snr in [false, true] {
        let schedule = ScheduleSpec { zero_terminal_snr, ..ScheduleSpec::default() }.build().unwrap();
        for name in SamplerKind::names() {
            for spacing in TimestepSpacing::ALL {
                let mut spec = SamplerSpec::new(name.parse().unwrap(), 1000);
                spec.timestep_spacing = spacing;
                spec.prediction_type = PredictionType::VPrediction;
                let sampler = spec.build(&schedule).unwrap();
                assert_eq!(sampler.steps()[0].t, 1000.0);
                let levels = sampler.steps().iter().filter(|step| step.stage != Stage::Corrector);
                // Where it ends at t = 1, the last step leads from there to there.
                let end = end_of(spec.kind);
                let rises = |step: &SamplerStep| step.alpha_bar_prev > step.alpha_bar || step.t <= end;
                assert!(levels.clone().all(rises), "{name}");
                let records = run(&sampler, NoiseSource::seed(5), [1, 1, 2, 2]);
                assert_eq!(records.last().unwrap().t_prev, end, "{name}");
            }
        }
    }
}
