//! Options of the Latent chapter.

use serde::{Deserialize, Serialize};

use super::Options;
use crate::imaging::{DEFAULT_SAMPLE, sample, samples};
use crate::model::{ModelRef, shipped_parts};
use crate::scene::SceneError;
use crate::scene::action::within;

/// What the Latent chapter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LatentPart {
    /// Noise in pixels beside noise in the latent.
    #[default]
    Noise,
    /// The way from the picture to another one, in pixels and in latents.
    Between,
    /// A run of the reverse process in latents, decoded step by step: the text of chapter Text is drawn.
    Run,
}

impl LatentPart {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Noise, Self::Between, Self::Run];

    /// Its identifier, in files and in names of messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Between => "between",
            Self::Run => "run",
        }
    }
}

/// What is equal where noise in pixels and noise in the latent are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EqualNoise {
    /// The timestep.
    #[default]
    Timestep,
    /// The signal-to-noise ratio, with the variances that picture and latent have.
    Snr,
}

impl EqualNoise {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Timestep, Self::Snr];

    /// Its identifier, in files and in names of messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timestep => "timestep",
            Self::Snr => "snr",
        }
    }
}

/// Options of the Latent chapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LatentOptions {
    /// What is shown.
    pub part: LatentPart,
    /// The autoencoder: one that comes with the program, or a pipeline's folder.
    pub autoencoder: ModelRef,
    /// Height and width of the picture that is encoded, in pixels.
    pub side: usize,
    /// What is equal where noise in both spaces is compared.
    pub equal: EqualNoise,
    /// The picture to which the way from the loaded one leads: one of those that come with the program, by its name.
    pub to: String,
}

impl LatentOptions {
    /// The sizes that can be chosen.
    pub const SIDES: [usize; 4] = [64, 128, 256, 512];
}

impl Default for LatentOptions {
    fn default() -> Self {
        let name = shipped_parts().first().map_or("", |parts| parts.name);
        let other = samples().iter().find(|sample| sample.name != DEFAULT_SAMPLE);
        Self {
            part: LatentPart::default(),
            autoencoder: ModelRef::Shipped(name.to_owned()),
            side: 128,
            equal: EqualNoise::default(),
            to: other.map_or(DEFAULT_SAMPLE, |sample| sample.name).to_owned(),
        }
    }
}

impl Options for LatentOptions {
    fn models_mut(&mut self) -> Vec<&mut ModelRef> {
        vec![&mut self.autoencoder]
    }

    fn check(&self) -> Result<(), SceneError> {
        within((8..=1024).contains(&self.side), "latent.side", "8 to 1024", self.side)?;
        within(sample(&self.to).is_some(), "latent.to", "a picture that comes with the program", &self.to)
    }
}
