//! Reads a `scheduler_config.json`: the schedule and sampler that it describes, and remarks about it.

use super::{ConfigError, Reader};
use crate::diffusion::sampler::{PredictionType, SamplerFamily, SamplerKind, SamplerSpec};
use crate::diffusion::schedule::diffusers::{Class, Config, DiffusersError};
use crate::diffusion::{Schedule, ScheduleSpec};

/// Fields that belong to the schedule, whatever the sampler is.
const OF_SCHEDULES: [&str; 2] = ["rescale_betas_zero_snr", "snr_shift_scale"];

/// A `scheduler_config.json` that has been read.
///
/// Only classes and fields that this program knows are accepted. A field that no class of diffusers has is an error,
/// since it could change what comes out. A field that only other classes have has no effect, and is named in the
/// [`remarks`](Self::remarks).
pub struct SchedulerFile {
    config: Config,
    class: &'static Class,
    /// The schedule.
    pub schedule: Schedule,
    /// What a person should know about the file, one line each: what was assumed or renamed, and which fields have no
    /// effect.
    pub remarks: Vec<String>,
    /// Remarks on what was assumed or renamed.
    general: Vec<String>,
    /// Names of the fields without effect.
    idle: Vec<String>,
}

/// A sampler for a file's schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The sampler.
    pub spec: SamplerSpec,
    /// What a person should know about the sampler and the file, one line each.
    pub remarks: Vec<String>,
}

impl SchedulerFile {
    /// The class that the text of a `scheduler_config.json` names, if it names one.
    ///
    /// # Errors
    /// If the text is not a JSON object (as Python writes it), or the class's name is not a string.
    pub fn class_of(text: &str) -> Result<Option<String>, DiffusersError> {
        Ok(Config::parse(text)?.class()?.map(str::to_owned))
    }

    /// Reads the text of a `scheduler_config.json`.
    ///
    /// # Errors
    /// If the text is not a JSON object; the class is unknown or has no β's; a field is unknown, has the wrong type or
    /// contradicts its old name; or the schedule cannot be built. Fields that only matter to a sampler are read by
    /// [`sampler`](Self::sampler).
    pub fn parse(text: &str) -> Result<Self, DiffusersError> {
        let mut config = Config::parse(text)?;
        let mut general: Vec<String> = config.repeated().collect();
        let class = if let Some(name) = config.class()? {
            Class::find(name)?
        } else {
            general.push("the scheduler names no class: DDPMScheduler is assumed".to_owned());
            Class::find("DDPMScheduler")?
        };
        general.extend(config.rename()?);
        let schedule = ScheduleSpec::from_config(&config, class)?.build()?;
        let idle = class.without_effect(&config)?;
        let remarks = general.iter().cloned().chain(no_effect(&idle, class)).collect();
        Ok(Self { config, class, schedule, remarks, general, idle })
    }

    /// What the network predicts, if the file says so.
    ///
    /// # Errors
    /// If it is none of the prediction types of this program.
    pub fn prediction(&self) -> Result<Option<PredictionType>, ConfigError> {
        let is_said = self.config.is_there("prediction_type");
        let reader = Reader::own(&self.config, self.class);
        is_said.then(|| reader.prediction(PredictionType::default())).transpose()
    }

    /// The file's sampler; or, if another one is `wanted`, that one with all fields of the file that it has, as
    /// diffusers' `from_config` does.
    ///
    /// The number of steps, which is not in these files, becomes `T` for DDPM and 50 (or `T` if that is smaller) for
    /// the others; η becomes 0. With a `wanted` sampler, fields that this program does not support are left out and
    /// named in the remarks.
    ///
    /// # Errors
    /// If a field has the wrong type, or the prediction type or spacing is not supported; and, if no other sampler is
    /// `wanted`, if the class or any other value is not supported.
    pub fn sampler(&self, wanted: Option<SamplerKind>) -> Result<Chosen, ConfigError> {
        let own = Reader::own(&self.config, self.class).spec(&self.schedule);
        let Some(wanted) = wanted.map(SamplerKind::family) else {
            return Ok(Chosen { spec: own?, remarks: self.remarks.clone() });
        };
        // If the file names the wanted sampler, perhaps with other parameters, the parameters of the file are
        // used.
        if SamplerFamily::of_class(self.class.name) == Some(wanted)
            && let Ok(spec) = own
        {
            return Ok(Chosen { spec, remarks: self.remarks.clone() });
        }
        let class = Class::find(wanted.about().class)?;
        let mut reader = Reader::other(&self.config, class);
        let spec = reader.spec(&self.schedule)?;
        let left_out = reader.left_out();
        let idle =
            self.idle.iter().filter(|field| OF_SCHEDULES.contains(&field.as_str()) || !class.has(field));
        let idle: Vec<String> = idle.cloned().collect();
        let said = (!left_out.is_empty()).then(|| {
            format!("{}: not supported, left out of the sampler {}", left_out.join(", "), wanted.name())
        });
        let remarks = self.general.iter().cloned().chain(no_effect(&idle, self.class)).chain(said).collect();
        Ok(Chosen { spec, remarks })
    }
}

/// A line that names the fields without effect in a class, if there are any.
fn no_effect(fields: &[String], class: &Class) -> Option<String> {
    let verb = if fields.len() == 1 { "has" } else { "have" };
    (!fields.is_empty()).then(|| format!("{} {verb} no effect in {}", fields.join(", "), class.name))
}
