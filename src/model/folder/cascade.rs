//! The second stage of a cascade, which enlarges what the first has drawn (Ho et al. 2022, "Cascaded diffusion models";
//! Nichol et al. 2022, section 4.2). It lives in a folder inside the first one's.

use std::path::PathBuf;

use serde_json::{Map, Value};

use super::stable_diffusion::Place;
use super::{INDEX, PartName, ShippedSecond, StableDiffusion};
use crate::model::config::{object, whole};
use crate::model::error::shown;
use crate::model::{ModelError, UNet2DConditionConfig, UNet2DConditionModel, enlargement};

/// The name of the folder of the second stage, and of the field of the index.
pub(super) const SECOND: &str = "super_resolution";
/// The class that an index gives it: it is a pipeline itself.
pub(super) const SECOND_CLASS: &str = "DiffusionPipeline";
/// The field that holds the largest noise; `save_text_pipeline` writes it.
pub(super) const MAX_NOISE_LEVEL: &str = "max_noise_level";
/// The noise where an index names none, as a timestep.
const NOISE_LEVEL: usize = 50;

/// How much noise pictures get before they are enlarged, as timesteps of the second stage's own schedule; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoiseLevels {
    /// The level that suits the network.
    pub usual: usize,
    /// The largest that it learned; `None` if that is not known.
    pub most: Option<usize>,
}

impl Default for NoiseLevels {
    fn default() -> Self {
        Self { usual: NOISE_LEVEL, most: None }
    }
}

impl NoiseLevels {
    /// The levels in the fields of an index.
    pub(super) fn of(fields: &Map<String, Value>, name: &str) -> Result<Self, ModelError> {
        let level = |field: &str| -> Result<Option<usize>, ModelError> {
            let Some(value) = fields.get(field).filter(|value| !value.is_null()) else { return Ok(None) };
            let reason = || format!("{field} is {} and must be a timestep", shown(&value.to_string()));
            let wrong = || ModelError::Stages { name: name.to_owned(), reason: reason() };
            whole(value).map(Some).ok_or_else(wrong)
        };
        let most = level(MAX_NOISE_LEVEL)?;
        let usual = level("noise_level")?.unwrap_or(NOISE_LEVEL.min(most.unwrap_or(NOISE_LEVEL)));
        match most {
            Some(most) if usual > most => {
                let reason = format!("noise_level is {usual} and {MAX_NOISE_LEVEL} {most}");
                Err(ModelError::Stages { name: name.to_owned(), reason })
            }
            _ => Ok(Self { usual, most }),
        }
    }
}

/// Where a second stage is.
#[derive(Clone, Debug)]
pub(super) enum Second {
    /// In a folder.
    Folder(PathBuf),
    /// In the program.
    Shipped(&'static ShippedSecond),
}

/// The second stage of a cascade.
#[derive(Clone, Debug)]
pub struct SecondStage {
    /// Its parts, with the first stage's tokenizer and text encoder where it has none.
    pub parts: StableDiffusion,
    /// Whether it reads texts by those of the first stage.
    pub shares_text: bool,
}

impl StableDiffusion {
    /// Whether there are two stages: the pictures that are drawn are enlarged by a second network.
    pub fn is_cascade(&self) -> bool {
        self.second.is_some()
    }

    /// How much noise pictures get before this pipeline enlarges them.
    pub fn noise_levels(&self) -> NoiseLevels {
        self.noise
    }

    /// The parts of the second stage, if there is one; none of them is read yet.
    ///
    /// # Errors
    /// The errors of [`find`](Self::find) for its folder.
    pub fn second_stage(&self) -> Result<Option<SecondStage>, ModelError> {
        let Some(second) = &self.second else { return Ok(None) };
        let mut parts = match second {
            Second::Folder(folder) if !folder.is_dir() => {
                let reason = format!("{INDEX} names a {SECOND}, and there is no folder of that name");
                return Err(self.missing(reason));
            }
            Second::Folder(folder) => Self::find(folder)?,
            Second::Shipped(second) => {
                let name = format!("{}/{SECOND}", self.name);
                let noise = NoiseLevels::of(&object(second.index, &name)?, &name)?;
                Self { noise, ..Self::shipped(&name, second.parts) }
            }
        };
        let of_text = [PartName::Tokenizer, PartName::TextEncoder];
        let shares_text = of_text.iter().all(|part| !parts.has(*part));
        if shares_text {
            let places =
                of_text.iter().filter_map(|part| Some((part.name(), self.parts.get(part.name())?.clone())));
            let places: Vec<(&'static str, Place)> = places.collect();
            parts.parts.extend(places);
        }
        Ok(Some(SecondStage { parts, shares_text }))
    }

    /// The same pipeline with this second stage.
    pub(in crate::model) fn with_second(self, second: Option<&'static ShippedSecond>) -> Self {
        Self { second: second.map(Second::Shipped), ..self }
    }

    /// Checks that a second stage is whole, and enlarges what the first one draws.
    pub(super) fn check_second(&self) -> Result<(), ModelError> {
        let Some(SecondStage { parts: second, .. }) = self.second_stage()? else { return Ok(()) };
        if second.is_cascade() {
            return Err(second.apart("it has a second stage of its own, and more than two are not drawn"));
        }
        if !second.has(PartName::Scheduler) {
            return Err(second.lacks(PartName::Scheduler));
        }
        let [first, unet] = [self, &second].map(|stage| stage.config::<UNet2DConditionModel>(PartName::Unet));
        let (first, unet) = (first?, unet?);
        if self.has(PartName::Vae) || second.has(PartName::Vae) {
            return Err(second.apart("both stages draw pixels, and one of them has a vae"));
        }
        if !second.enlarges(&unet) {
            let reason = "its unet enlarges no pictures: in_channels must be twice out_channels, and class_embed_type timestep";
            return Err(second.apart(reason));
        }
        second.check_parts()?;
        second.check_sizes(&first, &unet)
    }

    /// Checks that pictures of the first network become larger by a whole number of times.
    fn check_sizes(
        &self,
        first: &UNet2DConditionConfig,
        second: &UNet2DConditionConfig,
    ) -> Result<(), ModelError> {
        if first.out_channels != second.out_channels {
            let [made, taken] = [first, second].map(|unet| unet.out_channels);
            return Err(
                self.apart(&format!("the first stage draws {made} channels, and it enlarges {taken}"))
            );
        }
        let (Some(small), Some(large)) = (first.sample_size, second.sample_size) else {
            return Err(self.apart("sample_size of both networks must be known"));
        };
        match enlargement(small, large) {
            Some(factor) if factor > 1 => Ok(()),
            _ => {
                let [small, large] = [small, large].map(|[height, width]| format!("{width} × {height}"));
                Err(self.apart(&format!("it draws {large} pixels, which is no multiple of {small}")))
            }
        }
    }

    fn apart(&self, reason: &str) -> ModelError {
        ModelError::Stages { name: self.name.clone(), reason: reason.to_owned() }
    }
}
