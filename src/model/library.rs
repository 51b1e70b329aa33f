//! References to networks: those that come with the program, and checkpoints of the user's own.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::folder::{ShippedFiles, ShippedPart, ShippedSecond, open_bytes};
use super::{ModelError, Part, PartName, Parts, Pipeline, Precision, StableDiffusion};

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

/// Parts of a text-to-image pipeline that come with the program, such as an autoencoder.
#[derive(Debug)]
pub struct ShippedParts {
    /// The name on the command line and in scenes.
    pub name: &'static str,
    /// What it is about, in a word or two for people to read.
    pub title: &'static str,
    parts: &'static [ShippedPart],
    /// The second stage of a cascade.
    second: Option<&'static ShippedSecond>,
}

/// The parts of pipelines that come with the program.
pub fn shipped_parts() -> &'static [ShippedParts] {
    PARTS
}

/// A part of a pipeline that is a network.
macro_rules! network {
    ($name:ident, $folder:literal, $weights:literal) => {
        ShippedPart {
            part: PartName::$name,
            files: ShippedFiles::Network {
                config: include_str!(concat!("../../assets/models/", $folder, "/config.json")),
                weights: include_bytes!(concat!(
                    "../../assets/models/",
                    $folder,
                    "/",
                    $weights,
                    ".safetensors"
                )),
            },
        }
    };
}

const PARTS: &[ShippedParts] = &[ShippedParts {
    name: "emoji-latent",
    title: "Emoji",
    parts: &[
        network!(Vae, "emoji-latent/vae", "diffusion_pytorch_model"),
        network!(Unet, "emoji-latent/unet", "diffusion_pytorch_model"),
        network!(TextEncoder, "emoji-latent/text_encoder", "model"),
        ShippedPart {
            part: PartName::Tokenizer,
            files: ShippedFiles::Tokenizer {
                vocabulary: include_str!("../../assets/models/emoji-latent/tokenizer/vocab.json"),
                merges: include_str!("../../assets/models/emoji-latent/tokenizer/merges.txt"),
                config: include_str!("../../assets/models/emoji-latent/tokenizer/tokenizer_config.json"),
            },
        },
        ShippedPart {
            part: PartName::Scheduler,
            files: ShippedFiles::Scheduler(include_str!(
                "../../assets/models/emoji-latent/scheduler/scheduler_config.json"
            )),
        },
    ],
    second: None,
}];

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
            Some(name) if !argument.exists() && is_shipped(name) => Self::Shipped(name.to_owned()),
            _ => Self::Folder(argument.to_owned()),
        }
    }

    /// A name that people read: a shipped network's title, or the last part of the path.
    pub fn title(&self) -> String {
        match self {
            Self::Shipped(name) => {
                let network = Shipped::find(name).map(|model| model.title);
                let title = network.or_else(|| ShippedParts::find(name).map(|parts| parts.title));
                title.map_or_else(|| name.clone(), str::to_owned)
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
                let reason = if ShippedParts::find(name).is_some() {
                    "this draws pictures of texts, in the chapter Text and with sample --prompt"
                } else {
                    "no such network comes with the program"
                };
                Shipped::find(name).ok_or_else(|| unknown(name, reason))?.open(precision)
            }
        }
    }

    /// Finds the parts of a text-to-image pipeline, none of which is read yet.
    ///
    /// # Errors
    /// The errors of [`StableDiffusion::find`]; [`ModelError::Unreadable`] if nothing of that name comes with the
    /// program, or a network without such parts.
    pub fn parts(&self) -> Result<StableDiffusion, ModelError> {
        match self {
            Self::Folder(path) => StableDiffusion::find(path),
            Self::Shipped(name) => {
                let reason = if Shipped::find(name).is_some() {
                    "this network draws pixels, and has no parts"
                } else {
                    "nothing of this name comes with the program"
                };
                let found = ShippedParts::find(name).ok_or_else(|| unknown(name, reason))?;
                Ok(StableDiffusion::shipped(name, found.parts).with_second(found.second))
            }
        }
    }
}

fn unknown(name: &str, reason: &str) -> ModelError {
    let advice = "name a folder in diffusers' format";
    ModelError::Unreadable { name: name.to_owned(), reason: reason.to_owned(), advice }
}

/// Whether a network or parts of a pipeline of this name come with the program.
fn is_shipped(name: &str) -> bool {
    Shipped::find(name).is_some() || ShippedParts::find(name).is_some()
}

impl ShippedParts {
    /// The parts with that name, if there are any.
    pub fn find(name: &str) -> Option<&'static Self> {
        shipped_parts().iter().find(|parts| parts.name == name)
    }

    /// Whether there is such a part.
    pub fn has(&self, part: PartName) -> bool {
        self.parts.iter().any(|own| own.part == part)
    }

    /// Whether what is drawn is enlarged by a second stage.
    pub fn is_cascade(&self) -> bool {
        self.second.is_some()
    }
}

impl Shipped {
    /// The shipped network with that name, if there is one.
    pub fn find(name: &str) -> Option<&'static Self> {
        shipped().iter().find(|model| model.name == name)
    }

    fn open(&self, precision: Precision) -> Result<Pipeline, ModelError> {
        let network = open_bytes((self.config, self.weights), self.name, precision)?;
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
        for shipped in shipped_parts() {
            let parts = ModelRef::Shipped(shipped.name.to_owned()).parts().unwrap();
            assert!(parts.remarks.is_empty() && Shipped::find(shipped.name).is_none(), "{}", shipped.name);
            parts.check().unwrap();
            assert!(parts.draws() && parts.scheduler().unwrap().0.contains("DDIMScheduler"));
            let mut bytes = parts.unet(Precision::F32).unwrap().0.bytes;
            bytes += parts.text_encoder(Precision::F32).unwrap().0.bytes;
            assert_eq!(shipped.has(PartName::Vae), parts.has(PartName::Vae));
            if parts.has(PartName::Vae) {
                let (vae, remarks) = parts.vae(Precision::F32).unwrap();
                assert_eq!(vae.network.config(), &parts.vae_config().unwrap());
                assert!(remarks.is_empty(), "{remarks:?}");
                bytes += vae.bytes;
            }
            let second = parts.second_stage().unwrap();
            assert_eq!(shipped.is_cascade(), second.is_some());
            if let Some(second) = second {
                bytes += second.parts.unet(Precision::F32).unwrap().0.bytes;
            }
            assert!(bytes <= 6_000_000, "{}", shipped.name);
        }
        assert_eq!(ModelRef::default(), ModelRef::Shipped(shipped()[0].name.to_owned()));
    }

    #[test]
    fn what_exists_comes_before_a_name() {
        assert_eq!(ModelRef::from_argument(Path::new("fashion")), ModelRef::Shipped("fashion".to_owned()));
        let folder = ModelRef::Folder("src".into());
        assert_eq!(ModelRef::from_argument(Path::new("src")), folder);
        let latent = ModelRef::from_argument(Path::new("emoji-latent"));
        assert_eq!(latent, ModelRef::Shipped("emoji-latent".to_owned()));
        let error = latent.open().map(drop).unwrap_err().to_string();
        assert!(error.contains("--prompt"), "{error}");
        let error = ModelRef::default().parts().map(drop).unwrap_err().to_string();
        assert!(error.contains("draws pixels"), "{error}");
        let unknown = ModelRef::Shipped("nothing".to_owned()).open().map(drop).unwrap_err();
        assert!(unknown.to_string().contains("nothing"), "{unknown}");
    }
}
