//! A text-to-image pipeline's folder (`StableDiffusionPipeline` of diffusers), and the folders of its parts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::cascade::{NoiseLevels, SECOND, Second};
use super::index::Index;
use super::open::{class_of_part, read_scheduler};
use super::part::{MAX_TEXT, open_bytes, open_part, read_config};
use super::{CONFIG, INDEX, Part, SCHEDULER, ShippedFiles, ShippedPart};
use crate::files;
use crate::model::config::{named, object};
use crate::model::error::shown;
use crate::model::networks::FromCheckpoint;
use crate::model::weights::{is_index, pickle};
use crate::model::{
    AutoencoderKl, AutoencoderKlConfig, ClipTextModel, ClipTokenizer, ModelError, Precision, TokenizerFiles,
    UNet2DConditionConfig, UNet2DConditionModel, VectorEmbedType,
};

named! {
    /// A part of a text-to-image pipeline, by its name in `model_index.json`, which is the name of its folder too.
    PartName {
        /// The network that predicts the noise, `UNet2DConditionModel`.
        Unet = "unet",
        /// The network between pictures and latents, `AutoencoderKL`.
        Vae = "vae",
        /// The network that embeds a text, `CLIPTextModel`.
        TextEncoder = "text_encoder",
        /// What divides a text into tokens, `CLIPTokenizer`.
        Tokenizer = "tokenizer",
        /// The schedule and sampler.
        Scheduler = "scheduler",
    }
}

impl PartName {
    /// All parts.
    pub const ALL: [Self; 5] = [Self::Unet, Self::Vae, Self::TextEncoder, Self::Tokenizer, Self::Scheduler];

    /// The class that can be opened; any scheduler can be read.
    fn class(self) -> Option<&'static str> {
        match self {
            Self::Unet => Some("UNet2DConditionModel"),
            Self::Vae => Some("AutoencoderKL"),
            Self::TextEncoder => Some("CLIPTextModel"),
            Self::Tokenizer => Some("CLIPTokenizer"),
            Self::Scheduler => None,
        }
    }
}

/// The parts of a text-to-image pipeline. Finding them reads neither weights nor vocabularies: each part is read when it
/// is asked for.
#[derive(Clone, Debug)]
pub struct StableDiffusion {
    /// The path that was given, for errors.
    pub(super) name: String,
    pub(super) parts: BTreeMap<&'static str, Place>,
    /// Where the second stage of a cascade is, if there is one.
    pub(super) second: Option<Second>,
    /// The noise on pictures that it enlarges.
    pub(super) noise: NoiseLevels,
    /// The assumptions that were made when it was found, for people to read: each a sentence without a full stop.
    pub remarks: Vec<String>,
    pub(super) told: Told,
}

/// What is told how much of a part has been read.
#[derive(Clone)]
pub(super) struct Told(Arc<dyn Fn(PartName, f64) + Send + Sync>);

impl Default for Told {
    fn default() -> Self {
        Self(Arc::new(|_, _| ()))
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Told")
    }
}

/// Where a part is.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In a folder.
    Folder {
        folder: PathBuf,
        /// The weights file, if the path names one.
        weights: Option<PathBuf>,
        /// The part's class according to the index.
        class: Option<String>,
    },
    /// In the program.
    Shipped(&'static ShippedFiles),
}

impl StableDiffusion {
    /// Finds the parts of a pipeline in its folder, or in the folder of a single part. `path` may also be the
    /// `model_index.json`, a part's `config.json` or its weights.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file, and what is wrong with it: a pipeline with parts that are not known here is
    /// refused.
    pub fn find(path: &Path) -> Result<Self, ModelError> {
        let (folder, weights) = folder_of(path)?;
        let name = path.display().to_string();
        if weights.is_none() && folder.join(INDEX).exists() {
            let Index { parts, second, noise, remarks } = Index::read(&folder)?;
            let second = second.map(Second::Folder);
            return Ok(Self { name, parts, second, noise, remarks, told: Told::default() });
        }
        let plain = |parts, remarks| Self {
            name,
            parts,
            second: None,
            noise: NoiseLevels::default(),
            remarks,
            told: Told::default(),
        };
        if let Some(part) = part_in(&folder)? {
            let place = Place::Folder { folder, weights, class: None };
            return Ok(plain([(part.name(), place)].into(), Vec::new()));
        }
        let there = PartName::ALL.into_iter().filter(|part| folder.join(part.name()).is_dir());
        let parts: BTreeMap<_, _> =
            there.map(|part| (part.name(), Place::plain(folder.join(part.name())))).collect();
        if parts.is_empty() {
            return Err(ModelError::Unreadable {
                name: path.display().to_string(),
                reason: format!("neither {INDEX} nor a part of a pipeline is in this folder"),
                advice: "choose the folder that diffusers' save_pretrained wrote",
            });
        }
        let second = Some(folder.join(SECOND)).filter(|folder| folder.is_dir()).map(Second::Folder);
        let remark = format!("there is no {INDEX}: parts are known by the names of their folders");
        Ok(Self { second, ..plain(parts, vec![remark]) })
    }

    /// The parts of a pipeline that comes with the program; `name` stands for its path.
    pub(in crate::model) fn shipped(name: &str, parts: &'static [ShippedPart]) -> Self {
        let parts = parts.iter().map(|part| (part.part.name(), Place::Shipped(&part.files))).collect();
        Self {
            name: name.to_owned(),
            parts,
            second: None,
            noise: NoiseLevels::default(),
            remarks: Vec::new(),
            told: Told::default(),
        }
    }

    /// The path or name that the pipeline was found by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// These parts; while the weights of one are read from files, `told` is told the share of them that have been read,
    /// from 0 to 1.
    #[must_use]
    pub fn telling(self, told: impl Fn(PartName, f64) + Send + Sync + 'static) -> Self {
        Self { told: Told(Arc::new(told)), ..self }
    }

    /// Whether there is such a part.
    pub fn has(&self, part: PartName) -> bool {
        self.parts.contains_key(part.name())
    }

    /// Whether there is all that is needed to draw a picture of a text; an autoencoder is not, where the network draws
    /// pixels.
    pub fn draws(&self) -> bool {
        [PartName::Unet, PartName::TextEncoder, PartName::Tokenizer, PartName::Scheduler]
            .into_iter()
            .all(|part| self.has(part))
    }

    /// Opens the network that predicts the noise. Also returns the assumptions that were made.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file and the field or tensor, or says that there is no such part.
    pub fn unet(
        &self,
        precision: Precision,
    ) -> Result<(Part<UNet2DConditionModel>, Vec<String>), ModelError> {
        self.open(PartName::Unet, precision)
    }

    /// Opens the network between pictures and latents. Also returns the assumptions that were made.
    ///
    /// # Errors
    /// The errors of [`unet`](Self::unet).
    pub fn vae(&self, precision: Precision) -> Result<(Part<AutoencoderKl>, Vec<String>), ModelError> {
        self.open(PartName::Vae, precision)
    }

    /// Opens the network that embeds a text. Also returns the assumptions that were made.
    ///
    /// # Errors
    /// The errors of [`unet`](Self::unet).
    pub fn text_encoder(
        &self,
        precision: Precision,
    ) -> Result<(Part<ClipTextModel>, Vec<String>), ModelError> {
        self.open(PartName::TextEncoder, precision)
    }

    /// Opens the tokenizer.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file, or says that there is no such part.
    pub fn tokenizer(&self) -> Result<ClipTokenizer, ModelError> {
        match self.place(PartName::Tokenizer)? {
            Place::Folder { folder, .. } => ClipTokenizer::open(folder),
            Place::Shipped(ShippedFiles::Tokenizer { vocabulary, merges, config }) => {
                let [vocabulary, merges, config] = [*vocabulary, *merges, *config].map(str::to_owned);
                TokenizerFiles { vocabulary, merges, config }.tokenizer()
            }
            Place::Shipped(_) => Err(self.lacks(PartName::Tokenizer)),
        }
    }

    /// The text of `scheduler_config.json`, and perhaps a remark about its class.
    ///
    /// # Errors
    /// If it cannot be read, or there is no such part.
    pub fn scheduler(&self) -> Result<(String, Option<String>), ModelError> {
        match self.place(PartName::Scheduler)? {
            Place::Folder { folder, class, .. } => read_scheduler(&folder.join(SCHEDULER), class.as_deref()),
            Place::Shipped(ShippedFiles::Scheduler(text)) => Ok(((*text).to_owned(), None)),
            Place::Shipped(_) => Err(self.lacks(PartName::Scheduler)),
        }
    }

    /// Checks that the parts fit together, of which the autoencoder may be missing, and both stages of a cascade; going by
    /// their configs and the vocabulary: no weights are read.
    ///
    /// # Errors
    /// [`ModelError::Apart`] if two of them do not, [`ModelError::Stages`] if two stages do not; the errors of reading
    /// them.
    pub fn check(&self) -> Result<(), ModelError> {
        self.check_parts()?;
        self.check_second()
    }

    /// Checks that the parts of one stage fit together.
    pub(super) fn check_parts(&self) -> Result<(), ModelError> {
        let unet = self.config::<UNet2DConditionModel>(PartName::Unet)?;
        // Without an autoencoder the network draws pixels, grey or in colour.
        let draws = !self.has(PartName::Vae) && matches!(unet.out_channels, 1 | 3);
        let vae = (!draws).then(|| self.config::<AutoencoderKl>(PartName::Vae)).transpose()?;
        let text = self.config::<ClipTextModel>(PartName::TextEncoder)?;
        let tokenizer = self.tokenizer()?;
        let same = |(a, one): (&str, usize), (b, other): (&str, usize)| {
            if one == other { Ok(()) } else { Err(format!("{a} is {one} and {b} is {other}")) }
        };
        let width = ("hidden_size of the text_encoder", text.hidden_size);
        let length = ("the number of positions of the text_encoder", text.max_position_embeddings);
        let [taken, made] =
            [("in_channels of the unet", unet.in_channels), ("out_channels of the unet", unet.out_channels)];
        let of_pictures = match vae {
            Some(vae) => {
                let latents = ("latent_channels of the vae", vae.latent_channels);
                same(latents, taken).and_then(|()| same(latents, made))
            }
            // A network that enlarges pictures is given them beside its state.
            None if self.enlarges(&unet) => Ok(()),
            None => same(taken, made),
        };
        let checked = of_pictures
            .and_then(|()| same(width, ("cross_attention_dim of the unet", unet.cross_attention_dim)))
            .and_then(|()| same(length, ("the length of the tokenizer's texts", tokenizer.length())))
            .and_then(|()| match tokenizer.vocabulary_size() {
                size if size <= text.vocab_size => Ok(()),
                size => Err(format!(
                    "the tokenizer has {size} tokens and vocab_size of the text_encoder is {}",
                    text.vocab_size
                )),
            });
        checked.map_err(|reason| ModelError::Apart { name: self.name.clone(), reason })
    }

    /// Whether a network enlarges pictures: it draws pixels, is given pictures beside its state, and is told their noise.
    pub(super) fn enlarges(&self, unet: &UNet2DConditionConfig) -> bool {
        !self.has(PartName::Vae)
            && unet.in_channels == 2 * unet.out_channels
            && unet.class_embed_type == Some(VectorEmbedType::Timestep)
    }

    /// The configuration of the network between pictures and latents; no weights are read.
    ///
    /// # Errors
    /// The errors of [`unet`](Self::unet).
    pub fn vae_config(&self) -> Result<AutoencoderKlConfig, ModelError> {
        self.config::<AutoencoderKl>(PartName::Vae)
    }

    pub(super) fn config<N: FromCheckpoint>(&self, part: PartName) -> Result<N::Config, ModelError> {
        match self.place(part)? {
            Place::Folder { folder, .. } => Ok(read_config::<N>(&folder.join(CONFIG))?.0),
            Place::Shipped(ShippedFiles::Network { config, .. }) => N::read_config(config, &self.name),
            Place::Shipped(_) => Err(self.lacks(part)),
        }
    }

    fn open<N: FromCheckpoint>(
        &self,
        part: PartName,
        precision: Precision,
    ) -> Result<(Part<N>, Vec<String>), ModelError> {
        match self.place(part)? {
            Place::Folder { folder, weights, .. } => {
                open_part(folder, weights.as_deref(), precision, &|share| (self.told.0)(part, share))
            }
            Place::Shipped(ShippedFiles::Network { config, weights }) => {
                let network = open_bytes((config, weights), &self.name, precision)?;
                let bytes = weights.len() as u64;
                Ok((Part { network, file: self.name.clone().into(), bytes }, Vec::new()))
            }
            Place::Shipped(_) => Err(self.lacks(part)),
        }
    }

    pub(super) fn lacks(&self, part: PartName) -> ModelError {
        self.missing(format!("there is no {} here", part.name()))
    }

    pub(super) fn missing(&self, reason: String) -> ModelError {
        let advice = "choose a whole StableDiffusionPipeline, or copy it again";
        ModelError::Unreadable { name: self.name.clone(), reason, advice }
    }

    /// Where a part is, if its class can be opened.
    fn place(&self, part: PartName) -> Result<&Place, ModelError> {
        let name = part.name();
        let place = self.parts.get(name).ok_or_else(|| self.lacks(part))?;
        let Place::Folder { folder, class, .. } = place else { return Ok(place) };
        if let (Some(found), Some(expected)) = (class, part.class())
            && found != expected
            && !(part == PartName::Tokenizer && found == "CLIPTokenizerFast")
        {
            let name = format!("{}: {name}", self.name);
            return Err(ModelError::Class { name, found: shown(found), expected });
        }
        if !folder.is_dir() {
            let reason = format!("{INDEX} names a {name}, and there is no folder of that name");
            return Err(self.missing(reason));
        }
        Ok(place)
    }
}

impl Place {
    fn plain(folder: PathBuf) -> Self {
        Self::Folder { folder, weights: None, class: None }
    }
}

/// The class of the U-Net at a path, which is that of a pipeline or a network's own: by the index, or by its
/// `config.json`. `None` if none is named, or the files cannot be read.
pub fn unet_class(path: &Path) -> Option<String> {
    let (folder, weights) = folder_of(path).ok()?;
    let read = |file: PathBuf| object(&files::read_text(&file, MAX_TEXT).ok()?, "").ok();
    if weights.is_none() && folder.join(INDEX).exists() {
        return read(folder.join(INDEX))?.get("unet").and_then(class_of_part);
    }
    let own = folder.join(CONFIG);
    let config = if own.exists() { own } else { folder.join(PartName::Unet.name()).join(CONFIG) };
    read(config)?.get("_class_name")?.as_str().map(str::to_owned)
}

/// The folder that a path means, and the weights file if it names one.
fn folder_of(path: &Path) -> Result<(PathBuf, Option<PathBuf>), ModelError> {
    if files::is_folder(path)? {
        return Ok((path.to_owned(), None));
    }
    let folder = files::folder_of(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_weights = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("safetensors"));
    match name.as_ref() {
        INDEX | CONFIG => Ok((folder, None)),
        _ if is_weights || is_index(&name) => Ok((folder, Some(path.to_owned()))),
        _ if pickle::is_called(path) => Err(pickle::refused(path)),
        _ => Err(ModelError::Unreadable {
            name: path.display().to_string(),
            reason: "this is neither a pipeline nor a part of one".to_owned(),
            advice: "open a diffusers folder or a .safetensors file",
        }),
    }
}

/// The part that a folder itself is, by its config or by the files of a tokenizer.
fn part_in(folder: &Path) -> Result<Option<PartName>, ModelError> {
    let config = folder.join(CONFIG);
    if !config.exists() {
        let files = ["tokenizer.json", "vocab.json", "merges.txt"];
        let is_tokenizer = files.iter().any(|file| folder.join(file).exists());
        let is_scheduler = folder.join(SCHEDULER).exists();
        return Ok(match (is_tokenizer, is_scheduler) {
            (true, _) => Some(PartName::Tokenizer),
            (_, true) => Some(PartName::Scheduler),
            _ => None,
        });
    }
    let name = config.display().to_string();
    let fields = object(&files::read_text(&config, MAX_TEXT)?, &name)?;
    let class = fields.get("_class_name").or_else(|| fields.get("architectures")?.get(0));
    let class = class.and_then(Value::as_str);
    let is = |part: &PartName| part.class() == class;
    match (class, fields.get("model_type").and_then(Value::as_str)) {
        (Some(_), _) if PartName::ALL.iter().any(is) => Ok(PartName::ALL.into_iter().find(is)),
        (None, Some("clip_text_model")) => Ok(Some(PartName::TextEncoder)),
        // As the oldest configs: the fields say what they are.
        (None, None) if fields.contains_key("latent_channels") => Ok(Some(PartName::Vae)),
        (None, None) if fields.contains_key("cross_attention_dim") => Ok(Some(PartName::Unet)),
        (found, _) => Err(ModelError::Class {
            name,
            found: shown(found.unwrap_or("missing")),
            expected: "UNet2DConditionModel, AutoencoderKL or CLIPTextModel",
        }),
    }
}
