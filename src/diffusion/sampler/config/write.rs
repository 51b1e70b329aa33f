//! Samplers written as diffusers' files.

use serde_json::{Value, json};

use super::ConfigError;
use crate::diffusion::sampler::kinds::Form;
use crate::diffusion::sampler::levels::terminal_alpha_bar;
use crate::diffusion::sampler::{SamplerSpec, Thresholding};
use crate::diffusion::schedule::Trained;
use crate::diffusion::schedule::diffusers::Class;
use crate::diffusion::{ScheduleError, ScheduleSpec};

impl SamplerSpec {
    /// Writes a diffusers `scheduler_config.json` for this sampler and `schedule`.
    ///
    /// Kinds of schedules that the class has are named; all others become `trained_betas`. The number of steps, η and
    /// [`StepTo`](crate::diffusion::sampler::StepTo) cannot be stored in the file.
    ///
    /// # Errors
    /// If the class does not have this clipping or prediction type, or the schedule cannot be built.
    pub fn to_diffusers(&self, schedule: &ScheduleSpec) -> Result<String, ConfigError> {
        let about = self.kind.about();
        let class = Class::find(about.class)?;
        if !class.has_betas() {
            return Err(ConfigError::Inexpressible { class: class.name, what: "table of betas" });
        }
        let mut fields = self.schedule_of(schedule, class)?.diffusers_fields(about.has_sigmoid)?;
        fields.set("_class_name", json!(class.name));
        fields.set("prediction_type", json!(self.prediction_type.name()));
        fields.set("timestep_spacing", json!(self.timestep_spacing.name()));
        fields.set("steps_offset", json!(self.steps_offset));
        Ok(fields.merged(self.own_fields(class)?))
    }

    /// The schedule in a form that the class can store. If the class has no switch for a zero terminal SNR,
    /// this is a table of β's that ends with the value that the solver uses in place of zero.
    fn schedule_of(&self, spec: &ScheduleSpec, class: &'static Class) -> Result<ScheduleSpec, ScheduleError> {
        let schedule = spec.build()?;
        let chain = self.kind.about().form == Form::Chain;
        let switch = spec.zero_terminal_snr && class.has("rescale_betas_zero_snr");
        let steps = schedule.steps();
        if chain || switch || schedule.alpha_bar(steps) > 0.0 {
            return Ok(spec.clone());
        }
        let before = schedule.alpha_bar(steps - 1);
        let mut betas = schedule.betas().to_vec();
        betas[steps - 1] = 1.0 - terminal_alpha_bar(before) / before;
        Ok(ScheduleSpec { kind: Trained { betas: betas.into() }.into(), steps, zero_terminal_snr: false })
    }

    /// The fields that only some classes have.
    fn own_fields(&self, class: &'static Class) -> Result<Value, ConfigError> {
        let lacks = |what| ConfigError::Inexpressible { class: class.name, what };
        let has = |field| class.has(field);
        if let Some((prediction, what)) = self.kind.about().lacks
            && self.prediction_type == prediction
        {
            return Err(lacks(what));
        }
        let mut own = self.kind.method().fields();
        match self.thresholding {
            Thresholding::Clip { .. } if !has("clip_sample") => return Err(lacks("clipping to a range")),
            Thresholding::Dynamic { .. } if !has("thresholding") => {
                return Err(lacks("dynamic thresholding"));
            }
            Thresholding::Clip { range } => own["clip_sample_range"] = json!(range),
            Thresholding::Dynamic { ratio, max } => {
                own["dynamic_thresholding_ratio"] = json!(ratio);
                own["sample_max_value"] = json!(max);
            }
            Thresholding::None => {}
        }
        if has("clip_sample") {
            own["clip_sample"] = json!(matches!(self.thresholding, Thresholding::Clip { .. }));
        }
        if has("thresholding") {
            own["thresholding"] = json!(matches!(self.thresholding, Thresholding::Dynamic { .. }));
        }
        Ok(own)
    }
}
