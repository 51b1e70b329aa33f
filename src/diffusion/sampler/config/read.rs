//! Samplers read from diffusers' files, field by field.

use std::ops::RangeInclusive;

use super::ConfigError;
use crate::diffusion::Schedule;
use crate::diffusion::sampler::thresholding::{BOUNDS, RATIOS};
use crate::diffusion::sampler::{
    FinalSigmas, PredictionType, SamplerFamily, SamplerKind, SamplerSpec, Thresholding, TimestepSpacing,
    VarianceType,
};
use crate::diffusion::schedule::diffusers::{Class, Config, DiffusersError};

/// Switches that change the timesteps or σ's from those of the schedule.
const RESHAPING: [&str; 5] = [
    "use_karras_sigmas",
    "use_exponential_sigmas",
    "use_beta_sigmas",
    "use_lu_lambdas",
    "use_dynamic_shifting",
];

/// Reads a file as one of the classes.
pub(super) struct Reader<'a> {
    config: &'a Config,
    class: &'static Class,
    /// What the file asks for and this program does not support. Where the caller chose the sampler, it is left out and
    /// noted here; if this is `None`, it is an error.
    left_out: Option<Vec<String>>,
}

impl<'a> Reader<'a> {
    /// Reads the sampler that the file names.
    pub fn own(config: &'a Config, class: &'static Class) -> Self {
        Self { config, class, left_out: None }
    }

    /// Reads the file's fields for another sampler, as `from_config` does.
    pub fn other(config: &'a Config, class: &'static Class) -> Self {
        Self { config, class, left_out: Some(Vec::new()) }
    }

    /// Notes of what was left out.
    pub fn left_out(self) -> Vec<String> {
        self.left_out.unwrap_or_default()
    }

    /// The sampler. Missing fields have the defaults of the class.
    pub fn spec(&mut self, schedule: &Schedule) -> Result<SamplerSpec, ConfigError> {
        let Some(family) = SamplerFamily::of_class(self.class.name) else {
            return Err(ConfigError::UnsupportedClass { class: self.class.name.to_owned() });
        };
        let kind = self.kind(family, schedule)?;
        self.check_reshaping()?;
        let steps = schedule.steps();
        let mut spec = SamplerSpec::new(kind, steps);
        if family != SamplerFamily::Ddpm {
            spec.num_inference_steps = steps.min(50);
        }
        let spacings = TimestepSpacing::ALL.map(|spacing| (spacing.name(), spacing));
        spec.timestep_spacing = self.essential("timestep_spacing", &spacings, spec.timestep_spacing)?;
        spec.steps_offset = self.config.whole("steps_offset", 0)?;
        let predictions = PredictionType::ALL.map(|prediction| (prediction.name(), prediction));
        spec.prediction_type = self.essential("prediction_type", &predictions, spec.prediction_type)?;
        spec.thresholding = self.thresholding()?;
        Ok(spec)
    }

    /// The sampler of `family` with the file's parameters.
    fn kind(&mut self, family: SamplerFamily, schedule: &Schedule) -> Result<SamplerKind, ConfigError> {
        Ok(match family {
            SamplerFamily::Ddpm => SamplerKind::Ddpm { variance_type: self.variance_type()? },
            SamplerFamily::Ddim => {
                SamplerKind::Ddim { eta: 0.0, set_alpha_to_one: self.switch("set_alpha_to_one", true)? }
            }
            SamplerFamily::DpmSolverPlusPlus2M => self.dpm_solver(schedule)?,
            SamplerFamily::Euler => {
                self.only("interpolation_type", &[("linear", ())], ())?;
                // The field only matters with v-prediction.
                if self.config.string("prediction_type", "epsilon")? == "v_prediction" {
                    self.only("timestep_type", &[("discrete", ())], ())?;
                }
                SamplerKind::Euler { final_sigmas_type: self.final_sigmas_type()? }
            }
            SamplerFamily::EulerAncestral => SamplerKind::EulerAncestral,
            SamplerFamily::Heun => SamplerKind::Heun,
        })
    }

    fn dpm_solver(&mut self, schedule: &Schedule) -> Result<SamplerKind, ConfigError> {
        // diffusers treats the names of related solvers as these two. A network's variance, if there is one, has no
        // effect in an ODE solver, whatever `variance_type` says.
        self.only("algorithm_type", &[("dpmsolver++", ()), ("deis", ())], ())?;
        let solvers = ["midpoint", "logrho", "bh1", "bh2"].map(|name| (name, ()));
        self.only("solver_type", &solvers, ())?;
        if self.config.whole("solver_order", 2)? != 2 {
            self.refuse("solver_order", "2")?;
        }
        if self.config.get("lambda_min_clipped").is_some_and(|bound| bound != "-Infinity") {
            // λ is half the log-SNR; a bound below all λ of the schedule clips nothing.
            let lowest = 0.5 * schedule.log_snr(schedule.steps());
            if self.config.number("lambda_min_clipped", f64::NEG_INFINITY)? > lowest {
                self.refuse("lambda_min_clipped", "-Infinity")?;
            }
        }
        Ok(SamplerKind::DpmSolverPlusPlus2M {
            lower_order_final: self.switch("lower_order_final", true)?,
            euler_at_final: self.switch("euler_at_final", false)?,
            final_sigmas_type: self.final_sigmas_type()?,
        })
    }

    fn variance_type(&mut self) -> Result<VarianceType, ConfigError> {
        // With fixed_small_log the logarithm in between changes nothing. For fixed_large_log diffusers takes the root
        // of ln β, which is not a number.
        const NAMES: [(&str, VarianceType); 5] = [
            ("fixed_small", VarianceType::FixedSmall),
            ("fixed_small_log", VarianceType::FixedSmall),
            ("fixed_large", VarianceType::FixedLarge),
            ("learned", VarianceType::Learned),
            ("learned_range", VarianceType::LearnedRange),
        ];
        if self.config.get("variance_type").is_none() {
            // A null, which solvers write for a network without a variance, means β̃ for DDPM.
            return Ok(VarianceType::FixedSmall);
        }
        self.only("variance_type", &NAMES, VarianceType::FixedSmall)
    }

    fn final_sigmas_type(&mut self) -> Result<FinalSigmas, ConfigError> {
        let ends = FinalSigmas::ALL.map(|end| (end.name(), end));
        self.only("final_sigmas_type", &ends, FinalSigmas::Zero)
    }

    /// Refuses fields that would change the timesteps or the σ's.
    fn check_reshaping(&mut self) -> Result<(), ConfigError> {
        for field in RESHAPING {
            if self.class.has(field) && self.config.boolean(field, false)? {
                self.refuse(field, "false")?;
            }
        }
        if self.class.has("timestep_values") && self.config.get("timestep_values").is_some() {
            self.refuse("timestep_values", "null")?;
        }
        Ok(())
    }

    /// The thresholding, for classes that have its fields.
    fn thresholding(&self) -> Result<Thresholding, DiffusersError> {
        if self.switch("thresholding", false)? {
            let ratio = self.within("dynamic_thresholding_ratio", 0.995, RATIOS)?;
            return Ok(Thresholding::Dynamic { ratio, max: self.within("sample_max_value", 1.0, BOUNDS)? });
        }
        // Classes with both fields clip by default; Heun's class does not.
        if self.switch("clip_sample", self.class.has("thresholding"))? {
            return Ok(Thresholding::Clip { range: self.within("clip_sample_range", 1.0, BOUNDS)? });
        }
        Ok(Thresholding::None)
    }

    /// A number that has to lie in a range, or `default` if the field is missing.
    fn within(
        &self,
        field: &'static str,
        default: f64,
        range: RangeInclusive<f64>,
    ) -> Result<f64, DiffusersError> {
        let found = self.config.number(field, default)?;
        if range.contains(&found) {
            return Ok(found);
        }
        let (low, high) = range.into_inner();
        Err(DiffusersError::OutOfRange { field, low, high, found })
    }

    /// A switch; off where the class does not have it.
    fn switch(&self, field: &str, default: bool) -> Result<bool, DiffusersError> {
        if self.class.has(field) { self.config.boolean(field, default) } else { Ok(false) }
    }

    /// A string that has to be one of a few, for every sampler: the value that it stands for, or `default` if the field
    /// is missing.
    fn essential<T: Copy>(
        &self,
        field: &'static str,
        supported: &[(&'static str, T)],
        default: T,
    ) -> Result<T, ConfigError> {
        if !self.config.is_there(field) {
            return Ok(default);
        }
        let found = self.config.string(field, "")?;
        let known = supported.iter().find(|(name, _)| *name == found);
        known.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let names: Vec<&str> = supported.iter().map(|(name, _)| *name).collect();
            self.unsupported(field, &names.join(", "))
        })
    }

    /// A string that has to be one of a few: the value that it stands for. `default` is used if the field is missing or
    /// left out.
    fn only<T: Copy>(
        &mut self,
        field: &'static str,
        supported: &[(&'static str, T)],
        default: T,
    ) -> Result<T, ConfigError> {
        match self.essential(field, supported, default) {
            Err(ConfigError::UnsupportedValue { supported, .. }) => {
                self.refuse(field, &supported).map(|()| default)
            }
            found => found,
        }
    }

    /// Returns an error, or notes that the field is left out.
    fn refuse(&mut self, field: &'static str, supported: &str) -> Result<(), ConfigError> {
        match &mut self.left_out {
            Some(left_out) => {
                left_out.push(self.config.quoted(field));
                Ok(())
            }
            None => Err(self.unsupported(field, supported)),
        }
    }

    fn unsupported(&self, field: &'static str, supported: &str) -> ConfigError {
        ConfigError::UnsupportedValue {
            class: self.class.name.to_owned(),
            field,
            found: self.config.value(field),
            supported: supported.to_owned(),
        }
    }
}
