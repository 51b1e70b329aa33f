//! The fields of diffusers' files, as samplers read them.

use std::ops::RangeInclusive;

use super::ConfigError;
use crate::diffusion::sampler::Thresholding;
use crate::diffusion::sampler::thresholding::{BOUNDS, RATIOS};
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
pub(in crate::diffusion::sampler) struct Reader<'a> {
    config: &'a Config,
    class: &'static Class,
    /// Notes of what the file asks for but this program does not support, for a sampler that the caller
    /// chose: it is left out. `None` for the file's own sampler: what is not supported is an error.
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

    /// The class that the file is read as.
    pub fn class(&self) -> &'static Class {
        self.class
    }

    /// Whether the sampler that the file names is read.
    pub fn is_own(&self) -> bool {
        self.left_out.is_none()
    }

    /// The notes of what was left out.
    pub fn left_out(self) -> Vec<String> {
        self.left_out.unwrap_or_default()
    }

    /// Whether the file has the field, with a value.
    pub fn is_set(&self, field: &str) -> bool {
        self.config.get(field).is_some()
    }

    /// Whether a lower bound is set, other than −∞.
    pub fn is_bounded(&self, field: &str) -> bool {
        self.config.get(field).is_some_and(|bound| bound != "-Infinity")
    }

    /// A string, or `default` if the field is missing.
    pub fn string<'b>(&'b self, field: &str, default: &'b str) -> Result<&'b str, DiffusersError> {
        self.config.string(field, default)
    }

    /// A number, or `default` if the field is missing.
    pub fn number(&self, field: &str, default: f64) -> Result<f64, DiffusersError> {
        self.config.number(field, default)
    }

    /// A whole number, or `default` if the field is missing.
    pub fn whole(&self, field: &str, default: usize) -> Result<usize, DiffusersError> {
        self.config.whole(field, default)
    }

    /// Refuses fields that would change the timesteps or the σ's.
    pub fn check_reshaping(&mut self) -> Result<(), ConfigError> {
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
    pub fn thresholding(&self) -> Result<Thresholding, DiffusersError> {
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
    pub fn switch(&self, field: &str, default: bool) -> Result<bool, DiffusersError> {
        if self.class.has(field) { self.config.boolean(field, default) } else { Ok(false) }
    }

    /// A string that has to be one of a few, for every sampler: the value that it stands for, or `default` if the field
    /// is missing.
    pub fn essential<T: Copy>(
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
    pub fn only<T: Copy>(
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
    pub fn refuse(&mut self, field: &'static str, supported: &str) -> Result<(), ConfigError> {
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
