//! What diffusers' files mean.

use super::*;
use crate::diffusion::sampler::{Ddim, Ddpm, Heun, Pndm};
use crate::diffusion::sampler::{PredictionType, SamplerSpec, Thresholding, TimestepSpacing, VarianceType};

fn read(text: &str) -> SamplerSpec {
    SchedulerFile::parse(text).unwrap().sampler(None).unwrap().spec
}

fn reason(text: &str) -> String {
    match SchedulerFile::parse(text) {
        Ok(file) => file.sampler(None).unwrap_err().to_string(),
        Err(error) => error.to_string(),
    }
}

fn with(class: &str, more: &str) -> String {
    format!(r#"{{"_class_name": "{class}"{more}}}"#)
}

#[test]
fn missing_fields_are_those_of_the_class() {
    for (name, class) in [
        ("ddpm", "DDPMScheduler"),
        ("ddim", "DDIMScheduler"),
        ("dpm-solver++2m", "DPMSolverMultistepScheduler"),
        ("euler", "EulerDiscreteScheduler"),
        ("euler-ancestral", "EulerAncestralDiscreteScheduler"),
        ("heun", "HeunDiscreteScheduler"),
        ("ddpm", "DDPMParallelScheduler"),
        ("ddim", "DDIMParallelScheduler"),
    ] {
        let spec = read(&with(class, ""));
        let steps = if name == "ddpm" { 1000 } else { 50 };
        assert_eq!(spec, SamplerSpec::new(name.parse().unwrap(), steps));
    }
    assert_eq!(read("{}").kind.name(), "ddpm");
    let short = with("DDIMScheduler", r#", "num_train_timesteps": 20"#);
    assert_eq!(read(&short).num_inference_steps, 20);
}

fn remarks(text: &str) -> Vec<String> {
    SchedulerFile::parse(text).unwrap().remarks
}

#[test]
fn fields_of_other_classes_have_no_effect_and_are_named() {
    let text = with(
        "EulerDiscreteScheduler",
        r#", "clip_sample": true, "skip_prk_steps": true, "_x": 1, "shift": 3.0, "thresholding": false"#,
    );
    assert_eq!(read(&text).thresholding, Thresholding::None);
    assert_eq!(
        remarks(&text),
        ["_x, clip_sample, shift, skip_prk_steps have no effect in EulerDiscreteScheduler"]
    );
    let karras = with("DDIMScheduler", r#", "use_karras_sigmas": true, "tensor_format": "pt""#);
    assert_eq!(read(&karras), read(&with("DDIMScheduler", "")));
    assert_eq!(remarks(&karras), ["tensor_format, use_karras_sigmas have no effect in DDIMScheduler"]);
    let own = with("DDIMScheduler", r#", "_diffusers_version": "0.9.0", "clip_sample": false"#);
    assert!(remarks(&own).is_empty());
    assert_eq!(remarks("{}"), ["the scheduler names no class: DDPMScheduler is assumed"]);
}

#[test]
fn a_field_that_no_class_has_is_refused() {
    for (field, value) in [("beta_min_start", "0.1"), ("clip_samples", "false"), ("hidden_size", "null")] {
        assert_eq!(
            reason(&with("DDIMScheduler", &format!(r#", "{field}": {value}"#))),
            format!(
                "field {field} is none of DDIMScheduler that this program knows, and could change what comes \
                 out: correct its name, or delete it"
            )
        );
    }
    let long = reason(&with("DDIMScheduler", &format!(r#", "{}": 1"#, "y".repeat(4000))));
    assert!(long.chars().count() < 300, "{long}");
}

#[test]
fn a_leftover_without_effect_in_the_class_is_no_reason_to_refuse() {
    // Since pull request 3314 of diffusers, the class only checks whether the variance is learned.
    let plain = read(&with("DPMSolverMultistepScheduler", ""));
    for more in [
        r#", "variance_type": "fixed_small""#,
        r#", "variance_type": "fixed_large_log""#,
        r#", "variance_type": "learned_range""#,
        r#", "variance_type": null"#,
        r#", "lambda_min_clipped": -Infinity"#,
        // Below λ_T = −5.06, the smallest λ of the schedule.
        r#", "lambda_min_clipped": -5.1"#,
        r#", "flow_shift": 3.0, "time_shift_type": "exponential""#,
        // diffusers replaces the names of related solvers by those of this class.
        r#", "solver_type": "logrho""#,
        r#", "solver_type": "bh2", "algorithm_type": "deis""#,
    ] {
        assert_eq!(read(&with("DPMSolverMultistepScheduler", more)), plain, "{more}");
    }
    let euler = "EulerDiscreteScheduler";
    let bounds = with(euler, r#", "sigma_min": 0.002, "sigma_max": 80.0, "timestep_type": "continuous""#);
    assert_eq!(read(&bounds), read(&with(euler, "")));
    let continuous = r#", "prediction_type": "v_prediction", "timestep_type": "continuous""#;
    assert_eq!(
        reason(&with(euler, continuous)),
        "timestep_type = \"continuous\" of EulerDiscreteScheduler is not supported; supported: discrete"
    );
    // A null, as solvers write it, means β̃ for DDPM.
    assert_eq!(read(&with("DDPMScheduler", r#", "variance_type": null"#)), read(&with("DDPMScheduler", "")));
}

#[test]
fn old_files_mean_what_they_meant() {
    let flag = with("DDPMScheduler", r#", "predict_epsilon": false"#);
    let today = with("DDPMScheduler", r#", "prediction_type": "sample""#);
    assert_eq!(read(&flag), read(&today));
    assert_eq!(
        remarks(&flag),
        ["predict_epsilon = false is read as prediction_type = sample, its form of today"]
    );
    assert_eq!(
        read(&with("EulerDiscreteScheduler", r#", "predict_epsilon": false"#)).prediction_type.name(),
        "sample"
    );
    let first =
        r#"{"_class_name": "GaussianDDPMScheduler", "timesteps": 40, "variance_type": "fixed_large"}"#;
    let spec = read(first);
    assert_eq!(spec.num_inference_steps, 40);
    assert_eq!(spec.kind, Ddpm { variance_type: VarianceType::FixedLarge }.into());
    let unclipped = with("DDIMScheduler", r#", "clip_predicted_image": false, "tensor_format": "np""#);
    assert_eq!(read(&unclipped).thresholding, Thresholding::None);
    let flax = with("FlaxDDIMScheduler", r#", "set_alpha_to_one": false, "dtype": "float32""#);
    assert_eq!(read(&flax).kind, Ddim { eta: 0.0, set_alpha_to_one: false }.into());
}

#[test]
fn a_replacement_takes_what_it_can() {
    let text = with(
        "LMSDiscreteScheduler",
        r#", "clip_sample": false, "steps_offset": 1, "timestep_spacing": "leading",
           "prediction_type": "v_prediction", "use_karras_sigmas": true"#,
    );
    let names: Vec<_> = SamplerKind::names().collect();
    let names = names.join(", ");
    assert_eq!(
        reason(&text),
        format!("LMSDiscreteScheduler is not a sampler of this program: choose one of {names} in its place")
    );
    let spec = SchedulerFile::parse(&text).unwrap().sampler(Some(Heun {}.into())).unwrap().spec;
    assert_eq!(spec.kind, Heun {}.into());
    assert_eq!((spec.steps_offset, spec.timestep_spacing), (1, TimestepSpacing::Leading));
    assert_eq!(spec.prediction_type, PredictionType::VPrediction);
    assert_eq!(spec.thresholding, Thresholding::None);
}

#[test]
fn pndm_is_read_without_its_runge_kutta_steps() {
    let text = with(
        "PNDMScheduler",
        r#", "skip_prk_steps": true, "set_alpha_to_one": false, "steps_offset": 1, "clip_sample": false"#,
    );
    let spec = read(&text);
    assert_eq!(spec.kind, Pndm { set_alpha_to_one: false }.into());
    assert_eq!((spec.timestep_spacing, spec.steps_offset), (TimestepSpacing::Leading, 1));
    assert_eq!(spec.thresholding, Thresholding::None);
    for fields in ["", r#", "skip_prk_steps": false"#] {
        let text = with("PNDMScheduler", fields);
        assert!(reason(&text).contains("skip_prk_steps"), "{}", reason(&text));
        let wanted = SchedulerFile::parse(&text).unwrap().sampler(SamplerKind::default_of("pndm")).unwrap();
        assert_eq!(wanted.remarks.is_empty(), fields.is_empty(), "{:?}", wanted.remarks);
    }
}

#[test]
fn another_sampler_takes_all_fields_that_it_has() {
    let stable_diffusion = with(
        "PNDMScheduler",
        r#", "set_alpha_to_one": false, "steps_offset": 1, "skip_prk_steps": true, "clip_sample": false,
           "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012"#,
    );
    let file = SchedulerFile::parse(&stable_diffusion).unwrap();
    let ddim = file.sampler(SamplerKind::default_of("ddim")).unwrap();
    assert_eq!(ddim.spec.kind, Ddim { eta: 0.0, set_alpha_to_one: false }.into());
    assert_eq!((ddim.spec.steps_offset, ddim.spec.thresholding), (1, Thresholding::None));
    assert!(ddim.remarks.is_empty(), "{:?}", ddim.remarks);

    let learned = with("DDIMScheduler", r#", "variance_type": "learned_range""#);
    let ddpm = SchedulerFile::parse(&learned).unwrap().sampler(SamplerKind::default_of("ddpm")).unwrap();
    assert_eq!(ddpm.spec.kind, Ddpm { variance_type: VarianceType::LearnedRange }.into());
    assert!(ddpm.remarks.is_empty(), "{:?}", ddpm.remarks);

    // What the program does not support is left out of a sampler that the caller chose, and named in the
    // remarks.
    let karras = with("EulerDiscreteScheduler", r#", "use_karras_sigmas": true, "sigma_max": 10.0"#);
    let file = SchedulerFile::parse(&karras).unwrap();
    assert!(file.sampler(None).is_err());
    for (sampler, remarks) in [
        ("euler", &["use_karras_sigmas = true: not supported, left out of the sampler euler"][..]),
        ("heun", &["use_karras_sigmas = true: not supported, left out of the sampler heun"]),
        ("ddim", &[]),
    ] {
        assert_eq!(file.sampler(SamplerKind::default_of(sampler)).unwrap().remarks, remarks);
    }
    // What the network predicts cannot be left out.
    let score = with("DDIMScheduler", r#", "prediction_type": "score""#);
    assert!(SchedulerFile::parse(&score).unwrap().sampler(SamplerKind::default_of("heun")).is_err());
}

#[test]
fn what_is_not_supported_is_named() {
    let dpm = "DPMSolverMultistepScheduler";
    for (class, field, value, supported) in [
        (dpm, "use_karras_sigmas", "true", "false"),
        ("EulerDiscreteScheduler", "use_exponential_sigmas", "true", "false"),
        (dpm, "solver_order", "3", "2"),
        (dpm, "solver_type", "\"heun\"", "midpoint, logrho, bh1, bh2"),
        (dpm, "algorithm_type", "\"sde-dpmsolver++\"", "dpmsolver++, deis"),
        (dpm, "lambda_min_clipped", "-3.1", "-Infinity"),
        (dpm, "prediction_type", "\"score\"", "epsilon, sample, v_prediction"),
        (dpm, "final_sigmas_type", "\"other\"", "zero, sigma_min"),
        ("EulerDiscreteScheduler", "interpolation_type", "\"log_linear\"", "linear"),
        ("DDIMScheduler", "timestep_values", "\"3, 2\"", "null"),
        ("DDIMScheduler", "timestep_spacing", "\"even\"", "leading, trailing, linspace"),
        (
            "DDPMScheduler",
            "variance_type",
            "\"fixed_large_log\"",
            "fixed_small, fixed_small_log, fixed_large, learned, learned_range",
        ),
    ] {
        assert_eq!(
            reason(&with(class, &format!(r#", "{field}": {value}"#))),
            format!("{field} = {value} of {class} is not supported; supported: {supported}")
        );
    }
    assert_eq!(
        reason(&with(dpm, r#", "solver_order": "2""#)),
        "solver_order in the scheduler config must be a whole number, got \"2\""
    );
    assert_eq!(reason("[]"), "scheduler config must be a JSON object, got a list");
}
