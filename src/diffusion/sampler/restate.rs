//! A `scheduler_config.json` in which a person's word stands in place of the file's.

use serde_json::json;

use super::{ConfigError, PredictionType};
use crate::diffusion::ScheduleSpec;
use crate::diffusion::schedule::diffusers::{Config, DiffusersError};

/// The text of a scheduler with another schedule or prediction in place of its own; all else, such as its
/// class, spacing and clipping, stays.
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
        // What diffusers once had in place of it.
        config.remove("predict_epsilon");
    }
    if let Some(schedule) = schedule {
        let fields = schedule.diffusers_fields(false).map_err(DiffusersError::Schedule)?;
        config.extend(fields);
    }
    // As Python writes a bound that is off; reading has made a string of it.
    Ok(config.merged(json!({})).replace("\"-Infinity\"", "-Infinity"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ScheduleKind;
    use crate::diffusion::sampler::{SamplerKind, SamplerSpec};

    #[test]
    fn what_is_stated_wins_and_the_rest_stays() {
        let text = r#"{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity,
            "trained_betas": [0.1, 0.2], "prediction_type": "epsilon", "timestep_spacing": "trailing"}"#;
        let kind = ScheduleKind::default_of("sigmoid").unwrap();
        let schedule = ScheduleSpec { kind, steps: 100, zero_terminal_snr: false };
        let again = restated(text, Some(&schedule), Some(PredictionType::VPrediction)).unwrap();
        assert!(again.contains(": -Infinity"), "{again}");
        let (read, spec) =
            (ScheduleSpec::from_diffusers(&again).unwrap(), SamplerSpec::from_diffusers(&again).unwrap());
        assert_eq!(read.build().unwrap().betas(), schedule.build().unwrap().betas());
        assert!(matches!(spec.kind, SamplerKind::DpmSolverPlusPlus2M { .. }), "{spec:?}");
        assert_eq!(spec.prediction_type, PredictionType::VPrediction);
        assert_eq!(spec.timestep_spacing, super::super::TimestepSpacing::Trailing);
        let same = ScheduleSpec::from_diffusers(&restated(text, None, None).unwrap()).unwrap();
        assert_eq!(same, ScheduleSpec::from_diffusers(text).unwrap());
    }
}
