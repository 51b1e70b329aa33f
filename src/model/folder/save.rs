//! Saving a pipeline folder: either all of it is written, or nothing changes.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use candle_core::Tensor;
use serde_json::json;
use tempfile::TempDir;

use super::cascade::MAX_NOISE_LEVEL;
use super::{CONFIG, INDEX, SCHEDULER, SHARDS, WEIGHTS};
use crate::diffusion::sampler::SchedulerFile;
use crate::files::{Unfinished, end_of_links, folder_of, inputs};
use crate::imaging::{ImagingError, make_folder, write_atomically};
use crate::model::config::{DIFFUSERS_VERSION, object};
use crate::model::networks::FromCheckpoint as _;
use crate::model::weights::{self, WeightType};
use crate::model::{
    AutoencoderKl, ClipTextModel, ModelError, TokenizerFiles, UNet2DConditionModel, UNet2DModel,
};

/// Start of the name of the temporary folder that is written first.
pub(crate) const STAGE: &str = "pipeline";

/// Saves a network and its scheduler as a `DDPMPipeline` that diffusers opens unchanged.
///
/// Everything is first written to a temporary folder: inside `folder`, or beside it where it does not exist. A folder
/// that does not exist then appears in one step. In an existing one, the four files replace the old ones, each in one
/// step and the weights last; other files stay, and protected [inputs] too. If anything fails before that, or a signal
/// ends the program, nothing has changed.
///
/// `scheduler`: the text of a `scheduler_config.json`. If it is `None`, no scheduler is saved and an old one is
/// removed, since a made-up schedule would be taken for the true one. diffusers then asks for a scheduler when it opens
/// the folder.
///
/// # Errors
/// [`ModelError::Json`] if `scheduler` is not a JSON object; [`ModelError::NotFinite`] or [`ModelError::Overflow`] if
/// the weights cannot be saved; [`ModelError::Write`] if a file cannot be written.
pub fn save_pipeline<'a>(
    folder: &Path,
    model: &UNet2DModel,
    scheduler: impl Into<Option<&'a str>>,
    kind: WeightType,
) -> Result<(), ModelError> {
    let scheduler = scheduler.into();
    let index = index_text(scheduler)?;
    let tensors: Vec<_> = model.tensors().collect();
    weights::check(&tensors, kind)?;
    let failed = |error: io::Error| ModelError::Write(ImagingError::making(folder, &error));
    pipeline_files(folder).iter().try_for_each(|file| inputs::check(file)).map_err(failed)?;
    let stage = stage(folder).map_err(failed)?;
    // Errors name the folder that was asked for: the name of the temporary folder would tell the user
    // nothing.
    let named = |error| match error {
        ImagingError::Write { reason, advice, .. } => {
            ModelError::Write(ImagingError::Write { name: folder.display().to_string(), reason, advice })
        }
        error => ModelError::Write(error),
    };
    let text = |file: &Path, text: &str| write_atomically(file, |writer| writer.write_all(text.as_bytes()));
    let files = Files::of(stage.path());
    text(&files.index, &index).map_err(named)?;
    if let Some(scheduler) = scheduler {
        let place = stage.path().join("scheduler");
        fs::create_dir(&place).map_err(failed)?;
        text(&files.scheduler, scheduler).map_err(named)?;
    }
    text(&files.config, &model.config().to_json()).map_err(named)?;
    write_atomically(&files.weights, |writer| weights::write(writer, &tensors, kind)).map_err(named)?;
    publish(stage, folder).map_err(failed)
}

/// Saves an autoencoder as diffusers does: its `config.json` and its weights, in a folder that is made where it does not
/// exist. Each file appears in one step, the weights last.
///
/// # Errors
/// [`ModelError::NotFinite`] or [`ModelError::Overflow`] if the weights cannot be saved; [`ModelError::Write`] if a file
/// cannot be written.
pub fn save_autoencoder(folder: &Path, model: &AutoencoderKl, kind: WeightType) -> Result<(), ModelError> {
    save_part(folder, &model.config().to_json(), (WEIGHTS, model.tensors().collect()), kind)
}

/// The parts of a text-to-image pipeline that is to be saved.
#[derive(Clone, Copy, Debug)]
pub struct TextPipeline<'a> {
    /// The network that predicts.
    pub unet: &'a UNet2DConditionModel,
    /// What embeds texts.
    pub text_encoder: &'a ClipTextModel,
    /// What divides texts into tokens.
    pub tokenizer: &'a TokenizerFiles,
    /// What makes pictures of latents; `None` where the network draws pixels.
    pub autoencoder: Option<&'a AutoencoderKl>,
    /// The text of a `scheduler_config.json`.
    pub scheduler: &'a str,
    /// Where it enlarges pictures: the largest timestep of the noise that they had.
    pub max_noise_level: Option<usize>,
}

/// Saves a text-to-image pipeline: with an autoencoder as a `StableDiffusionPipeline` of diffusers, without one under the
/// name of its base class. Each file appears in one step, the index last.
///
/// # Errors
/// [`ModelError::Json`] if the scheduler is not a JSON object; [`ModelError::NotFinite`] or [`ModelError::Overflow`] if
/// weights cannot be saved; [`ModelError::Write`] if a file cannot be written.
pub fn save_text_pipeline(
    folder: &Path,
    pipeline: &TextPipeline<'_>,
    kind: WeightType,
) -> Result<(), ModelError> {
    let TextPipeline { unet, text_encoder, tokenizer, autoencoder, scheduler, max_noise_level } = *pipeline;
    let scheduler_class = SchedulerFile::class_of(scheduler).ok().flatten();
    object(scheduler, SCHEDULER)?;
    let unet_tensors = (WEIGHTS, unet.tensors().collect());
    save_part(&folder.join("unet"), &unet.config().to_json(), unet_tensors, kind)?;
    let prefixed: Vec<(String, Tensor)> = text_encoder
        .tensors()
        .map(|(name, tensor)| (format!("{}{name}", ClipTextModel::STORED.prefix), tensor))
        .collect();
    let tensors = prefixed.iter().map(|(name, tensor)| (name.as_str(), tensor.clone())).collect();
    let file = format!("{}.safetensors", ClipTextModel::STORED.stem);
    save_part(&folder.join("text_encoder"), &text_encoder.config().to_json(), (&file, tensors), kind)?;
    if let Some(autoencoder) = autoencoder {
        save_autoencoder(&folder.join("vae"), autoencoder, kind)?;
    }
    tokenizer.save(&folder.join("tokenizer"))?;
    let text = |file: PathBuf, text: &str| {
        write_atomically(&file, |writer| writer.write_all(text.as_bytes())).map_err(ModelError::Write)
    };
    make_folder(&folder.join("scheduler")).map_err(ModelError::Write)?;
    text(folder.join("scheduler").join(SCHEDULER), scheduler)?;
    let mut index = json!({
        "_class_name": if autoencoder.is_some() { "StableDiffusionPipeline" } else { "DiffusionPipeline" },
        "_diffusers_version": DIFFUSERS_VERSION,
        "scheduler": ["diffusers", scheduler_class.unwrap_or_else(|| "DDPMScheduler".to_owned())],
        "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"],
        "unet": ["diffusers", "UNet2DConditionModel"],
    });
    if autoencoder.is_some() {
        index["vae"] = json!(["diffusers", "AutoencoderKL"]);
        for part in ["safety_checker", "feature_extractor"] {
            index[part] = json!([null, null]);
        }
        index["requires_safety_checker"] = json!(false);
    }
    if let Some(most) = max_noise_level {
        index[MAX_NOISE_LEVEL] = json!(most);
    }
    text(folder.join(INDEX), &format!("{index:#}\n"))
}

/// Saves one network in a folder that is made where it does not exist.
fn save_part(
    folder: &Path,
    config: &str,
    (file, tensors): (&str, Vec<(&str, Tensor)>),
    kind: WeightType,
) -> Result<(), ModelError> {
    weights::check(&tensors, kind)?;
    make_folder(folder).map_err(ModelError::Write)?;
    write_atomically(&folder.join(CONFIG), |writer| writer.write_all(config.as_bytes()))
        .map_err(ModelError::Write)?;
    write_atomically(&folder.join(file), |writer| weights::write(writer, &tensors, kind))
        .map_err(ModelError::Write)
}

/// The text of `model_index.json` of a `DDPMPipeline` with this scheduler. Without one, the scheduler is
/// `[null, null]`, as in diffusers for a part that is left out.
fn index_text(scheduler: Option<&str>) -> Result<String, ModelError> {
    let named = |text| match SchedulerFile::class_of(text) {
        Ok(class) => Ok(class),
        // This error says what is wrong with the text.
        Err(_) => object(text, SCHEDULER).map(|_| None),
    };
    let class = scheduler.map(named).transpose()?;
    let class = class.map(|class| class.unwrap_or_else(|| "DDPMScheduler".to_owned()));
    let index = json!({
        "_class_name": "DDPMPipeline",
        "_diffusers_version": DIFFUSERS_VERSION,
        "scheduler": [class.as_ref().map(|_| "diffusers"), class],
        "unet": ["diffusers", "UNet2DModel"],
    });
    // The alternate form of `Display` is indented JSON; unlike a writer it cannot fail.
    Ok(format!("{index:#}\n"))
}

/// The files that [`save_pipeline`] replaces in a folder, or removes from it.
pub fn pipeline_files(folder: &Path) -> [PathBuf; 5] {
    let Files { index, scheduler, config, weights } = Files::of(folder);
    [index, scheduler, config, weights, folder.join("unet").join(SHARDS)]
}

/// The paths of a pipeline's files.
struct Files {
    index: PathBuf,
    scheduler: PathBuf,
    config: PathBuf,
    weights: PathBuf,
}

impl Files {
    fn of(folder: &Path) -> Self {
        Self {
            index: folder.join(INDEX),
            scheduler: folder.join("scheduler").join(SCHEDULER),
            config: folder.join("unet").join(CONFIG),
            weights: folder.join("unet").join(WEIGHTS),
        }
    }
}

/// A temporary folder for a pipeline, on the same disk as its destination, so that a rename is a single step.
fn stage(folder: &Path) -> io::Result<Unfinished<TempDir>> {
    let place = end_of_links(folder)?;
    let stage = if place.is_dir() {
        Unfinished::folder(&place, STAGE.as_ref())?
    } else if place.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    } else {
        Unfinished::folder(&folder_of(&place), place.file_name().unwrap_or_default())?
    };
    fs::create_dir(stage.path().join("unet"))?;
    Ok(stage)
}

/// Moves what was written to its destination.
fn publish(stage: Unfinished<TempDir>, folder: &Path) -> io::Result<()> {
    let place = end_of_links(folder)?;
    if !place.exists() {
        return stage.persist(&place);
    }
    let removed = |file: &Path| match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    stage.finish(|stage| {
        fs::create_dir_all(place.join("unet"))?;
        let (from, to) = (Files::of(stage.path()), Files::of(&place));
        // diffusers would open the split weights of an older network instead of these.
        removed(&place.join("unet").join(SHARDS))?;
        fs::rename(from.index, to.index)?;
        if from.scheduler.exists() {
            fs::create_dir_all(place.join("scheduler"))?;
            fs::rename(from.scheduler, to.scheduler)?;
        } else {
            // The scheduler of an older network says nothing about this one.
            removed(&to.scheduler)?;
        }
        fs::rename(from.config, to.config)?;
        fs::rename(from.weights, to.weights)
    })
}
