//! Samplers as the `scheduler_config.json` of Hugging Face diffusers.
//!
//! The number of steps and η are not in these files; there they are arguments of a pipeline's call.

use serde_json::{Value, json};
use thiserror::Error;

use super::{
    FinalSigmas, PredictionType, SamplerKind, SamplerSpec, Thresholding, TimestepSpacing, VarianceType, plan,
};
use crate::diffusion::schedule::diffusers::{Config, DiffusersError};
use crate::diffusion::{ScheduleError, ScheduleKind, ScheduleSpec};

/// Names of the samplers and of diffusers' classes.
const CLASSES: [(&str, &str); 6] = [
    ("ddpm", "DDPMScheduler"),
    ("ddim", "DDIMScheduler"),
    ("dpm-solver++2m", "DPMSolverMultistepScheduler"),
    ("euler", "EulerDiscreteScheduler"),
    ("euler-ancestral", "EulerAncestralDiscreteScheduler"),
    ("heun", "HeunDiscreteScheduler"),
];

/// Switches for other timesteps or σ's than the schedule's own.
const RESHAPING: [&str; 6] = [
    "use_karras_sigmas",
    "use_exponential_sigmas",
    "use_beta_sigmas",
    "use_lu_lambdas",
    "use_flow_sigmas",
    "use_dynamic_shifting",
];

/// Why a `scheduler_config.json` cannot be read as a sampler, or a sampler be written as one. Every
/// message is one line.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file is broken.
    #[error(transparent)]
    Broken(#[from] DiffusersError),
    /// A sampler that this program does not have.
    #[error(
        "{class} is not a sampler of this program: choose one of {} in its place",
        SamplerKind::ALL_NAMED.join(", ")
    )]
    UnsupportedClass {
        /// The scheduler's class name.
        class: String,
    },
    /// A field asks for something that this program does not do.
    #[error("{field} = {found} of {class} is not supported; supported: {supported}")]
    UnsupportedValue {
        /// The scheduler's class name.
        class: String,
        /// Name of the field.
        field: &'static str,
        /// Its value as JSON.
        found: String,
        /// The values that are.
        supported: String,
    },
    /// diffusers' class has no field for a parameter.
    #[error("{class} of diffusers has no {what}, so the file could not say so")]
    Inexpressible {
        /// The class.
        class: &'static str,
        /// What it lacks.
        what: &'static str,
    },
    /// The schedule cannot be built.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

impl SamplerSpec {
    /// Reads the sampler from a diffusers `scheduler_config.json`; the schedule in it is read by
    /// [`ScheduleSpec::from_diffusers`].
    ///
    /// Missing fields have the defaults of the class, fields that the class does not have are
    /// ignored, both as in diffusers. The number of steps, which these files do not hold, becomes
    /// `T` for DDPM and 50 (or `T` if smaller) for the others; η becomes 0.
    ///
    /// # Errors
    /// If the text is not a JSON object, a field has the wrong type, or the class or a field's value
    /// is one that this program does not have; see [`from_diffusers_as`](Self::from_diffusers_as).
    pub fn from_diffusers(text: &str) -> Result<Self, ConfigError> {
        let reader = Reader::parse(text)?;
        let kind = reader.kind()?;
        reader.check_reshaping()?;
        reader.spec(kind)
    }

    /// Reads what does not depend on the sampler – prediction type, spacing, offset and clipping –
    /// and takes the caller's sampler instead of the file's, as diffusers' `from_config` does: the
    /// way on where [`from_diffusers`](Self::from_diffusers) meets something unsupported.
    ///
    /// # Errors
    /// If the text is not a JSON object, a field has the wrong type, or prediction type or spacing
    /// is unknown.
    pub fn from_diffusers_as(text: &str, kind: SamplerKind) -> Result<Self, ConfigError> {
        Reader::parse(text)?.spec(kind)
    }

    /// Writes a diffusers `scheduler_config.json` for this sampler and `schedule`.
    ///
    /// Families of schedules that the class has are named, all others become `trained_betas`. The
    /// number of steps and η have no place in the file.
    ///
    /// # Errors
    /// If the class has no such clipping or prediction type, or the schedule cannot be built.
    pub fn to_diffusers(&self, schedule: &ScheduleSpec) -> Result<String, ConfigError> {
        let class = class_of(self.kind);
        let mut fields = self.schedule_of(schedule)?.diffusers_fields(class == "DDPMScheduler")?;
        fields.set("_class_name", json!(class));
        fields.set("prediction_type", json!(self.prediction_type.name()));
        fields.set("timestep_spacing", json!(self.timestep_spacing.name()));
        fields.set("steps_offset", json!(self.steps_offset));
        Ok(fields.merged(self.own_fields(class)?))
    }

    /// The schedule in a form that the class has: where it lacks the switch for a zero terminal SNR,
    /// a table that ends where the solver takes it to end.
    fn schedule_of(&self, spec: &ScheduleSpec) -> Result<ScheduleSpec, ScheduleError> {
        let schedule = spec.build()?;
        let chain = matches!(self.kind, SamplerKind::Ddpm { .. } | SamplerKind::Ddim { .. });
        let switch = spec.zero_terminal_snr && self.kind != SamplerKind::Heun;
        let steps = schedule.steps();
        if chain || switch || schedule.alpha_bar(steps) > 0.0 {
            return Ok(spec.clone());
        }
        let before = schedule.alpha_bar(steps - 1);
        let mut betas = schedule.betas().to_vec();
        betas[steps - 1] = 1.0 - plan::terminal_alpha_bar(before) / before;
        Ok(ScheduleSpec {
            kind: ScheduleKind::Trained { betas: betas.into() },
            steps,
            zero_terminal_snr: false,
        })
    }

    /// The fields that only some classes have.
    fn own_fields(&self, class: &'static str) -> Result<Value, ConfigError> {
        let lacks = |what| ConfigError::Inexpressible { class, what };
        let has = Thresholds::of(self.kind);
        if self.kind == SamplerKind::EulerAncestral && self.prediction_type == PredictionType::Sample {
            return Err(lacks("x_0 prediction"));
        }
        let mut own = self.parameters();
        match self.thresholding {
            Thresholding::Clip { .. } if has.clip.is_none() => return Err(lacks("clipping to a range")),
            Thresholding::Dynamic { .. } if !has.dynamic => return Err(lacks("dynamic thresholding")),
            Thresholding::Clip { range } => own["clip_sample_range"] = json!(range),
            Thresholding::Dynamic { ratio, max } => {
                own["dynamic_thresholding_ratio"] = json!(ratio);
                own["sample_max_value"] = json!(max);
            }
            Thresholding::None => {}
        }
        if has.clip.is_some() {
            own["clip_sample"] = json!(matches!(self.thresholding, Thresholding::Clip { .. }));
        }
        if has.dynamic {
            own["thresholding"] = json!(matches!(self.thresholding, Thresholding::Dynamic { .. }));
        }
        Ok(own)
    }

    /// The kind's parameters, as far as they are fields.
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

/// Which thresholding diffusers' class of a sampler has.
struct Thresholds {
    /// The default of `clip_sample`, if it has that field.
    clip: Option<bool>,
    /// Whether it has `thresholding`.
    dynamic: bool,
}

impl Thresholds {
    fn of(kind: SamplerKind) -> Self {
        match kind {
            SamplerKind::Ddpm { .. } | SamplerKind::Ddim { .. } => Self { clip: Some(true), dynamic: true },
            SamplerKind::DpmSolverPlusPlus2M { .. } => Self { clip: None, dynamic: true },
            SamplerKind::Euler { .. } | SamplerKind::EulerAncestral => Self { clip: None, dynamic: false },
            SamplerKind::Heun => Self { clip: Some(false), dynamic: false },
        }
    }
}

/// diffusers' class for a sampler.
fn class_of(kind: SamplerKind) -> &'static str {
    CLASSES.iter().find(|(name, _)| *name == kind.name()).map_or(CLASSES[0].1, |(_, class)| class)
}

/// A config and its class.
struct Reader {
    config: Config,
    class: String,
}

impl Reader {
    fn parse(text: &str) -> Result<Self, ConfigError> {
        let config = Config::parse(text)?;
        let class = config.class()?.to_owned();
        Ok(Self { config, class })
    }

    /// The file's sampler with its parameters.
    fn kind(&self) -> Result<SamplerKind, ConfigError> {
        let Some((name, _)) = CLASSES.iter().find(|(_, class)| *class == self.class) else {
            return Err(ConfigError::UnsupportedClass { class: self.class.clone() });
        };
        Ok(match *name {
            "ddpm" => SamplerKind::Ddpm { variance_type: self.variance_type()? },
            "ddim" => SamplerKind::Ddim {
                eta: 0.0,
                set_alpha_to_one: self.config.boolean("set_alpha_to_one", true)?,
            },
            "dpm-solver++2m" => self.dpm_solver()?,
            "euler" => {
                self.only("interpolation_type", &["linear"], "linear")?;
                self.only("timestep_type", &["discrete"], "discrete")?;
                SamplerKind::Euler { final_sigmas_type: self.final_sigmas_type()? }
            }
            "euler-ancestral" => SamplerKind::EulerAncestral,
            _ => SamplerKind::Heun,
        })
    }

    fn dpm_solver(&self) -> Result<SamplerKind, ConfigError> {
        self.only("algorithm_type", &["dpmsolver++"], "dpmsolver++")?;
        self.only("solver_type", &["midpoint"], "midpoint")?;
        // The network's variance, if there is one, plays no part in an ODE solver.
        self.only("variance_type", &["learned", "learned_range"], "learned")?;
        if self.config.whole("solver_order", 2)? != 2 {
            return Err(self.unsupported("solver_order", "2"));
        }
        if self.config.get("lambda_min_clipped").is_some_and(|bound| bound != "-Infinity") {
            return Err(self.unsupported("lambda_min_clipped", "-Infinity"));
        }
        Ok(SamplerKind::DpmSolverPlusPlus2M {
            lower_order_final: self.config.boolean("lower_order_final", true)?,
            euler_at_final: self.config.boolean("euler_at_final", false)?,
            final_sigmas_type: self.final_sigmas_type()?,
        })
    }

    fn variance_type(&self) -> Result<VarianceType, ConfigError> {
        // The logarithm in between changes nothing in fixed_small_log. Of fixed_large_log, diffusers
        // takes the root of ln β, which is not a number.
        const NAMES: [&str; 5] =
            ["fixed_small", "fixed_small_log", "fixed_large", "learned", "learned_range"];
        Ok(match self.only("variance_type", &NAMES, "fixed_small")? {
            "fixed_large" => VarianceType::FixedLarge,
            "learned" => VarianceType::Learned,
            "learned_range" => VarianceType::LearnedRange,
            _ => VarianceType::FixedSmall,
        })
    }

    fn final_sigmas_type(&self) -> Result<FinalSigmas, ConfigError> {
        Ok(match self.only("final_sigmas_type", &["zero", "sigma_min"], "zero")? {
            "sigma_min" => FinalSigmas::SigmaMin,
            _ => FinalSigmas::Zero,
        })
    }

    /// Refuses what would change the timesteps or the σ's.
    fn check_reshaping(&self) -> Result<(), ConfigError> {
        for field in RESHAPING {
            if self.config.boolean(field, false)? {
                return Err(self.unsupported(field, "false"));
            }
        }
        Ok(())
    }

    /// All that does not depend on the sampler, and defaults that do.
    fn spec(&self, kind: SamplerKind) -> Result<SamplerSpec, ConfigError> {
        let steps = self.config.steps()?;
        let mut spec = SamplerSpec::new(kind, steps);
        if !matches!(kind, SamplerKind::Ddpm { .. }) {
            spec.num_inference_steps = steps.min(50);
        }
        let spacings = TimestepSpacing::ALL.map(TimestepSpacing::name);
        let spacing = self.only("timestep_spacing", &spacings, spec.timestep_spacing.name())?;
        if let Some(known) = TimestepSpacing::ALL.into_iter().find(|known| known.name() == spacing) {
            spec.timestep_spacing = known;
        }
        let predictions = PredictionType::ALL.map(PredictionType::name);
        let prediction = self.only("prediction_type", &predictions, spec.prediction_type.name())?;
        if let Some(known) = PredictionType::ALL.into_iter().find(|known| known.name() == prediction) {
            spec.prediction_type = known;
        }
        spec.steps_offset = self.config.whole("steps_offset", 0)?;
        spec.thresholding = self.thresholding(kind)?;
        Ok(spec)
    }

    /// Thresholding as far as diffusers' class of the sampler has it.
    fn thresholding(&self, kind: SamplerKind) -> Result<Thresholding, ConfigError> {
        let has = Thresholds::of(kind);
        if has.dynamic && self.config.boolean("thresholding", false)? {
            let ratio = self.config.number("dynamic_thresholding_ratio", 0.995)?;
            return Ok(Thresholding::Dynamic { ratio, max: self.config.number("sample_max_value", 1.0)? });
        }
        if let Some(default) = has.clip
            && self.config.boolean("clip_sample", default)?
        {
            return Ok(Thresholding::Clip { range: self.config.number("clip_sample_range", 1.0)? });
        }
        Ok(Thresholding::None)
    }

    /// A string that has to be one of a few.
    fn only<'a>(
        &'a self,
        field: &'static str,
        supported: &[&str],
        default: &'a str,
    ) -> Result<&'a str, ConfigError> {
        let found = self.config.string(field, default)?;
        if supported.contains(&found) {
            Ok(found)
        } else {
            Err(self.unsupported(field, &supported.join(", ")))
        }
    }

    fn unsupported(&self, field: &'static str, supported: &str) -> ConfigError {
        ConfigError::UnsupportedValue {
            class: self.class.clone(),
            field,
            found: self.config.get(field).map_or_else(|| "null".to_owned(), Value::to_string),
            supported: supported.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> String {
        SamplerSpec::from_diffusers(text).unwrap_err().to_string()
    }

    fn with(class: &str, more: &str) -> String {
        format!(r#"{{"_class_name": "{class}"{more}}}"#)
    }

    #[test]
    fn missing_fields_are_those_of_the_class() {
        for (name, class) in CLASSES {
            let spec = SamplerSpec::from_diffusers(&with(class, "")).unwrap();
            let steps = if name == "ddpm" { 1000 } else { 50 };
            assert_eq!(spec, SamplerSpec::new(name.parse().unwrap(), steps));
        }
        assert_eq!(SamplerSpec::from_diffusers("{}").unwrap().kind.name(), "ddpm");
        let short = with("DDIMScheduler", r#", "num_train_timesteps": 20"#);
        assert_eq!(SamplerSpec::from_diffusers(&short).unwrap().num_inference_steps, 20);
    }

    #[test]
    fn fields_of_other_classes_are_ignored() {
        let text =
            with("EulerDiscreteScheduler", r#", "clip_sample": true, "skip_prk_steps": true, "_x": 1"#);
        let spec = SamplerSpec::from_diffusers(&text).unwrap();
        assert_eq!(spec.thresholding, Thresholding::None);
    }

    #[test]
    fn a_replacement_takes_what_it_can() {
        let text = with(
            "PNDMScheduler",
            r#", "clip_sample": false, "steps_offset": 1, "timestep_spacing": "leading",
               "prediction_type": "v_prediction", "use_karras_sigmas": true"#,
        );
        assert_eq!(
            reason(&text),
            "PNDMScheduler is not a sampler of this program: choose one of ddpm, ddim, dpm-solver++2m, \
             euler, euler-ancestral, heun in its place"
        );
        let spec = SamplerSpec::from_diffusers_as(&text, SamplerKind::Heun).unwrap();
        assert_eq!(spec.kind, SamplerKind::Heun);
        assert_eq!((spec.steps_offset, spec.timestep_spacing), (1, TimestepSpacing::Leading));
        assert_eq!(spec.prediction_type, PredictionType::VPrediction);
        assert_eq!(spec.thresholding, Thresholding::None);
    }

    #[test]
    fn what_is_not_supported_is_named() {
        let dpm = "DPMSolverMultistepScheduler";
        for (class, field, value, supported) in [
            (dpm, "use_karras_sigmas", "true", "false"),
            ("EulerDiscreteScheduler", "use_exponential_sigmas", "true", "false"),
            (dpm, "solver_order", "3", "2"),
            (dpm, "solver_type", "\"heun\"", "midpoint"),
            (dpm, "algorithm_type", "\"sde-dpmsolver++\"", "dpmsolver++"),
            (dpm, "lambda_min_clipped", "-5.1", "-Infinity"),
            (dpm, "prediction_type", "\"flow_prediction\"", "epsilon, sample, v_prediction"),
            (dpm, "final_sigmas_type", "\"other\"", "zero, sigma_min"),
            ("EulerDiscreteScheduler", "interpolation_type", "\"log_linear\"", "linear"),
            ("EulerDiscreteScheduler", "timestep_type", "\"continuous\"", "discrete"),
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
}
