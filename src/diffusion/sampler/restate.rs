//! Changes a `scheduler_config.json` where the user states something other than the file does.

use serde_json::json;

use super::{ConfigError, PredictionType};
use crate::diffusion::ScheduleSpec;
use crate::diffusion::schedule::Trained;
use crate::diffusion::schedule::diffusers::{Class, Config, DiffusersError};
use crate::files::{plain, shortened};

/// The text of a scheduler with its schedule or prediction type replaced; everything else, such as its class, spacing
/// and clipping, is kept. (A class whose schedule is built in becomes `DDPMScheduler`.)
///
/// # Errors
/// If the text is not a JSON object, or the schedule cannot be built.
pub fn restated(
    text: &str,
    schedule: Option<&ScheduleSpec>,
    prediction: Option<PredictionType>,
) -> Result<String, ConfigError> {
    let mut config = Config::parse(text)?;
    if let Some(prediction) = prediction {
        config.set("prediction_type", json!(prediction.name()));
        // The field that diffusers had before `prediction_type`.
        config.remove("predict_epsilon");
    }
    if let Some(schedule) = schedule {
        state_schedule(&mut config, schedule)?;
    }
    Ok(written(config))
}

/// The text of a config. A bound of minus infinity, which was read as a string, is written as Python writes
/// it.
fn written(config: Config) -> String {
    config.merged(json!({})).replace("\"-Infinity\"", "-Infinity")
}

/// The text of a scheduler, changed to the class that the pipeline's index names, since diffusers makes this
/// class; with a remark if the file names another class. `None` if the file names the index's class already,
/// or if it does not describe a scheduler that has β's: then its fields mean nothing to the index's class.
pub fn reclassed(text: &str, class: &str) -> Option<(String, Option<String>)> {
    let mut config = Config::parse(text).ok()?;
    let own = config.class().ok()?.map(str::to_owned);
    let same = |own: &str| match (Class::find(own), Class::find(class)) {
        (Ok(own), Ok(class)) => own == class,
        _ => own == class,
    };
    let has_betas = |own: &str| Class::find(own).is_ok_and(Class::has_betas);
    if own.as_deref().is_some_and(|own| same(own) || !has_betas(own)) {
        return None;
    }
    let remark = own.map(|own| {
        let [own, class] = [&own, class].map(|name| shortened(&plain(name), 100));
        format!(
            "the index of the pipeline makes its scheduler a {class}, and counts: its own file says {own}"
        )
    });
    config.set("_class_name", json!(class));
    Some((written(config), remark))
}

fn state_schedule(config: &mut Config, schedule: &ScheduleSpec) -> Result<(), DiffusersError> {
    let class = config.class()?.and_then(|name| Class::find(name).ok());
    let has = |field: &str| class.is_none_or(|class| class.has(field));
    if !has("trained_betas") {
        config.set("_class_name", json!("DDPMScheduler"));
    } else if schedule.zero_terminal_snr && !has("rescale_betas_zero_snr") {
        // A class without the switch gets the β's that result from it, as a table.
        let kind = Trained { betas: schedule.build()?.betas().into() }.into();
        let told = ScheduleSpec { kind, steps: schedule.steps, zero_terminal_snr: false };
        config.extend(told.diffusers_fields(false)?);
        return Ok(());
    }
    if class.is_some_and(|class| class.has("snr_shift_scale")) {
        config.set("snr_shift_scale", json!(1.0));
    }
    // The name of `num_train_timesteps` in the first releases.
    config.remove("timesteps");
    config.extend(schedule.diffusers_fields(false)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ScheduleKind;
    use crate::diffusion::sampler::{SamplerKind, SchedulerFile};

    #[test]
    fn what_is_stated_wins_and_the_rest_stays() {
        let text = r#"{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity,
            "trained_betas": [0.1, 0.2], "num_train_timesteps": 2, "prediction_type": "epsilon",
            "timestep_spacing": "trailing"}"#;
        let kind = ScheduleKind::default_of("sigmoid").unwrap();
        let schedule = ScheduleSpec { kind, steps: 100, zero_terminal_snr: false };
        let again = restated(text, Some(&schedule), Some(PredictionType::VPrediction)).unwrap();
        assert!(again.contains(": -Infinity"), "{again}");
        let file = SchedulerFile::parse(&again).unwrap();
        let spec = file.sampler(None).unwrap().spec;
        assert_eq!(file.schedule.betas(), schedule.build().unwrap().betas());
        assert!(matches!(spec.kind, SamplerKind::DpmSolverPlusPlus2M(_)), "{spec:?}");
        assert_eq!(spec.prediction_type, PredictionType::VPrediction);
        assert_eq!(spec.timestep_spacing, super::super::TimestepSpacing::Trailing);
        let same = SchedulerFile::parse(&restated(text, None, None).unwrap()).unwrap();
        assert_eq!(same.schedule, SchedulerFile::parse(text).unwrap().schedule);
    }

    #[test]
    fn a_stated_schedule_counts_in_every_class() {
        for class in [
            "DDPMScheduler",
            "HeunDiscreteScheduler",
            "PNDMScheduler",
            "UnCLIPScheduler",
            "CogVideoXDDIMScheduler",
            "RePaintScheduler",
        ] {
            for zero_terminal_snr in [false, true] {
                let schedule = ScheduleSpec { steps: 60, zero_terminal_snr, ..ScheduleSpec::default() };
                let text = format!(r#"{{"_class_name": "{class}", "num_train_timesteps": 200}}"#);
                let again = restated(&text, Some(&schedule), None).unwrap();
                let file = SchedulerFile::parse(&again).unwrap();
                for (found, stated) in
                    file.schedule.alpha_bars().iter().zip(schedule.build().unwrap().alpha_bars())
                {
                    // The ᾱ of a table is a product of 1 − β.
                    assert!((found - stated).abs() <= 1e-12 * stated, "{class} {found} {stated}");
                }
            }
        }
    }
}
