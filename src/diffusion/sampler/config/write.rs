//! Samplers written as diffusers' files.

use serde_json::{Value, json};

use super::ConfigError;
use crate::diffusion::sampler::{
    PredictionType, SamplerFamily, SamplerKind, SamplerSpec, Thresholding, plan,
};
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
        let class = Class::find(self.kind.family().class())?;
        let has_sigmoid = self.kind.family() == SamplerFamily::Ddpm;
        let mut fields = self.schedule_of(schedule)?.diffusers_fields(has_sigmoid)?;
        fields.set("_class_name", json!(class.name));
        fields.set("prediction_type", json!(self.prediction_type.name()));
        fields.set("timestep_spacing", json!(self.timestep_spacing.name()));
        fields.set("steps_offset", json!(self.steps_offset));
        Ok(fields.merged(self.own_fields(class)?))
    }

    /// The schedule in a form that the class has: where the class lacks the switch for a zero terminal SNR, a table of
    /// β's that ends with the value that the solver uses in place of zero.
    fn schedule_of(&self, spec: &ScheduleSpec) -> Result<ScheduleSpec, ScheduleError> {
        let schedule = spec.build()?;
        let chain = self.kind.family().is_chain();
        let switch = spec.zero_terminal_snr && self.kind != SamplerKind::Heun;
        let steps = schedule.steps();
        if chain || switch || schedule.alpha_bar(steps) > 0.0 {
            return Ok(spec.clone());
        }
        let before = schedule.alpha_bar(steps - 1);
        let mut betas = schedule.betas().to_vec();
        betas[steps - 1] = 1.0 - plan::terminal_alpha_bar(before) / before;
        Ok(ScheduleSpec { kind: Trained { betas: betas.into() }.into(), steps, zero_terminal_snr: false })
    }

    /// The fields that only some classes have.
    fn own_fields(&self, class: &'static Class) -> Result<Value, ConfigError> {
        let lacks = |what| ConfigError::Inexpressible { class: class.name, what };
        let has = |field| class.has(field);
        if self.kind == SamplerKind::EulerAncestral && self.prediction_type == PredictionType::Sample {
            return Err(lacks("x_0 prediction"));
        }
        let mut own = self.parameters();
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

    /// The sampler's parameters that are fields of its class.
    fn parameters(&self) -> Value {
        match self.kind {
            SamplerKind::Ddpm { variance_type } => json!({ "variance_type": variance_type.name() }),
            SamplerKind::Ddim { set_alpha_to_one, .. } => json!({ "set_alpha_to_one": set_alpha_to_one }),
            SamplerKind::DpmSolverPlusPlus2M { lower_order_final, euler_at_final, final_sigmas_type } => {
                json!({
                    "algorithm_type": "dpmsolver++",
                    "euler_at_final": euler_at_final,
                    "final_sigmas_type": final_sigmas_type.name(),
                    "lower_order_final": lower_order_final,
                    "solver_order": 2,
                    "solver_type": "midpoint",
                })
            }
            SamplerKind::Euler { final_sigmas_type } => json!({
                "final_sigmas_type": final_sigmas_type.name(),
                "interpolation_type": "linear",
                "timestep_type": "discrete",
            }),
            SamplerKind::EulerAncestral | SamplerKind::Heun => json!({}),
        }
    }
}
