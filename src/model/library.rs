//! References to networks: those that come with the program, and checkpoints of the user's own.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::networks::FromCheckpoint as _;
use super::{ModelError, Part, Parts, Pipeline, Precision, UNet2DConfig, UNet2DModel, weights};

/// A network, by name or by path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelRef {
    /// A network that comes with the program, by its name in [`shipped`].
    Shipped(String),
    /// The path of a folder in diffusers' format, or of a weights file in one.
    Folder(PathBuf),
}

/// A network that comes with the program.
#[derive(Debug)]
pub struct Shipped {
    /// The network's name on the command line and in scenes.
    pub name: &'static str,
    /// What the network draws, in a word for people to read.
    pub title: &'static str,
    /// Names of the network's classes, without the last class, which stands for "no class".
    pub classes: &'static [&'static str],
    /// A scale of classifier-free guidance that suits the network.
    pub guidance_scale: f64,
    config: &'static str,
    scheduler: &'static str,
    weights: &'static [u8],
}

/// The networks that come with the program; the first one is the default.
pub fn shipped() -> &'static [Shipped] {
    SHIPPED
}

const SHIPPED: &[Shipped] = &[
    Shipped {
        name: "fashion",
        title: "Fashion",
        classes: &[
            "T-shirt",
            "trousers",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ],
        guidance_scale: 1.5,
        config: include_str!("../../assets/models/fashion/unet/config.json"),
        scheduler: include_str!("../../assets/models/fashion/scheduler/scheduler_config.json"),
        weights: include_bytes!("../../assets/models/fashion/unet/diffusion_pytorch_model.safetensors"),
    },
    Shipped {
        name: "emoji",
        title: "Emoji",
        classes: &["animals", "food", "faces"],
        guidance_scale: 1.5,
        config: include_str!("../../assets/models/emoji/unet/config.json"),
        scheduler: include_str!("../../assets/models/emoji/scheduler/scheduler_config.json"),
        weights: include_bytes!("../../assets/models/emoji/unet/diffusion_pytorch_model.safetensors"),
    },
];

impl Default for ModelRef {
    fn default() -> Self {
        Self::Shipped(shipped().first().map_or("fashion", |model| model.name).to_owned())
    }
}

impl ModelRef {
    /// What a command line argument refers to: the shipped network of that name, unless a file or folder of that name
    /// exists.
    pub fn from_argument(argument: &Path) -> Self {
        match argument.to_str() {
            Some(name) if !argument.exists() && Shipped::find(name).is_some() => {
                Self::Shipped(name.to_owned())
            }
            _ => Self::Folder(argument.to_owned()),
        }
    }

    /// A name that people read: a shipped network's title, or the last part of the path.
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

    /// Opens the network.
    ///
    /// # Errors
    /// The errors of [`Pipeline::open`]; [`ModelError::Unreadable`] if no network of that name comes with the
    /// program.
    pub fn open(&self) -> Result<Pipeline, ModelError> {
        self.open_with(Precision::F32)
    }

    /// Like [`open`](Self::open), with the weights converted to `precision`.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub fn open_with(&self, precision: Precision) -> Result<Pipeline, ModelError> {
        match self {
            Self::Folder(path) => Pipeline::open_with(path, precision),
            Self::Shipped(name) => {
                let unknown = || ModelError::Unreadable {
                    name: name.clone(),
                    reason: "no such network comes with the program".to_owned(),
                    advice: "name a folder in diffusers' format",
                };
                Shipped::find(name).ok_or_else(unknown)?.open(precision)
            }
        }
    }
}

impl Shipped {
    /// The shipped network with that name, if there is one.
    pub fn find(name: &str) -> Option<&'static Self> {
        shipped().iter().find(|model| model.name == name)
    }

    fn open(&self, precision: Precision) -> Result<Pipeline, ModelError> {
        let config = UNet2DConfig::from_json(self.config, self.name)?;
        let graph = UNet2DModel::graph(&config)?;
        let tensors = weights::from_bytes(self.weights, self.name, graph.parameters(), precision)?;
        let network = UNet2DModel::from_tensors(&config, precision, tensors)?;
        let bytes = self.weights.len() as u64;
        Ok(Pipeline {
            parts: Parts { unet: Part { network, file: self.name.into(), bytes } },
            scheduler: Some(self.scheduler.to_owned()),
            remarks: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Conditioning;

    #[test]
    fn shipped_networks_are_whole() {
        for model in shipped() {
            let pipeline = model.open(Precision::F32).unwrap();
            let classes = model.classes.len() + 1;
            assert_eq!(
                pipeline.parts.unet.network.config().conditioning(),
                Conditioning::Classes { classes },
                "{}",
                model.name
            );
            assert!(model.weights.len() <= 8_000_000 && pipeline.scheduler.is_some(), "{}", model.name);
        }
        assert_eq!(ModelRef::default(), ModelRef::Shipped(shipped()[0].name.to_owned()));
    }

    #[test]
    fn what_exists_comes_before_a_name() {
        assert_eq!(ModelRef::from_argument(Path::new("fashion")), ModelRef::Shipped("fashion".to_owned()));
        let folder = ModelRef::Folder("src".into());
        assert_eq!(ModelRef::from_argument(Path::new("src")), folder);
        let unknown = ModelRef::Shipped("nothing".to_owned()).open().map(drop).unwrap_err();
        assert!(unknown.to_string().contains("nothing"), "{unknown}");
    }
}
