//! Which network is meant: one that comes with the program, or a checkpoint of the user's own.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{ModelError, Pipeline, Precision, UNet2DConfig, UNet2DModel, weights};

/// A network by name or place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelRef {
    /// One of [`shipped`], by name.
    Shipped(String),
    /// A folder in diffusers' format, or a weights file in one.
    Folder(PathBuf),
}

/// A network that comes with the program.
#[derive(Debug)]
pub struct Shipped {
    /// Its name on the command line and in scenes.
    pub name: &'static str,
    /// What it draws, for people.
    pub title: &'static str,
    /// Names of its classes, without the last one, which stands for none.
    pub classes: &'static [&'static str],
    /// A guidance scale that suits it.
    pub guidance_scale: f64,
    config: &'static str,
    scheduler: &'static str,
    weights: &'static [u8],
}

/// The networks that come with the program, the first one the default.
pub fn shipped() -> &'static [Shipped] {
    SHIPPED
}

const SHIPPED: &[Shipped] = &[];

impl Default for ModelRef {
    fn default() -> Self {
        Self::Shipped(shipped().first().map_or("fashion", |model| model.name).to_owned())
    }
}

impl ModelRef {
    /// What a command line argument means: the name of a shipped network, unless something of that name
    /// exists here.
    pub fn from_argument(argument: &Path) -> Self {
        match argument.to_str() {
            Some(name) if !argument.exists() && Shipped::find(name).is_some() => {
                Self::Shipped(name.to_owned())
            }
            _ => Self::Folder(argument.to_owned()),
        }
    }

    /// Name for people: a shipped network's title, or the folder's last part.
    pub fn title(&self) -> String {
        match self {
            Self::Shipped(name) => {
                Shipped::find(name).map_or_else(|| name.clone(), |model| model.title.to_owned())
            }
            Self::Folder(path) => path
                .file_name()
                .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned()),
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// As [`Pipeline::open`]; for an unknown name those that there are.
    pub fn open(&self) -> Result<Pipeline, ModelError> {
        match self {
            Self::Folder(path) => Pipeline::open(path),
            Self::Shipped(name) => {
                let unknown = || ModelError::Unreadable {
                    name: name.clone(),
                    reason: "no such network comes with the program".to_owned(),
                    advice: "name a folder in diffusers' format",
                };
                Shipped::find(name).ok_or_else(unknown)?.open()
            }
        }
    }
}

impl Shipped {
    /// The one of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        shipped().iter().find(|model| model.name == name)
    }

    fn open(&self) -> Result<Pipeline, ModelError> {
        let config = UNet2DConfig::from_json(self.config, self.name)?;
        let unet: UNet2DModel = weights::from_bytes(self.weights, self.name, &config, Precision::F32)?;
        Ok(Pipeline { unet, scheduler: Some(self.scheduler.to_owned()), weights: PathBuf::from(self.name) })
    }
}
