//! Samplers read from diffusers' files.

use super::{ConfigError, Reader};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::{PredictionType, SamplerFamily, SamplerSpec, TimestepSpacing};

impl Reader<'_> {
    /// The sampler. Missing fields have the defaults of the class.
    pub fn spec(&mut self, schedule: &Schedule) -> Result<SamplerSpec, ConfigError> {
        let Some(family) = SamplerFamily::of_class(self.class().name) else {
            return Err(ConfigError::UnsupportedClass { class: self.class().name.to_owned() });
        };
        let kind = family.read(self, schedule)?;
        self.check_reshaping()?;
        let steps = schedule.steps();
        let mut spec = SamplerSpec::new(kind, steps);
        if !family.about().all_steps {
            spec.num_inference_steps = steps.min(50);
        }
        let spacings = TimestepSpacing::ALL.map(|spacing| (spacing.name(), spacing));
        spec.timestep_spacing = self.essential("timestep_spacing", &spacings, spec.timestep_spacing)?;
        spec.steps_offset = self.whole("steps_offset", 0)?;
        spec.prediction_type = self.prediction(spec.prediction_type)?;
        spec.thresholding = self.thresholding()?;
        Ok(spec)
    }

    /// What the network predicts; `default` if the file does not say it.
    pub fn prediction(&self, default: PredictionType) -> Result<PredictionType, ConfigError> {
        let predictions = PredictionType::ALL.map(|prediction| (prediction.name(), prediction));
        self.essential("prediction_type", &predictions, default)
    }
}
