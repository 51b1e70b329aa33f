//! Opening a pipeline folder, a `unet` folder or a weights file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::{CONFIG, INDEX, Pipeline, SCHEDULER, SHARDS, WEIGHTS};
use crate::model::config::object;
use crate::model::parameters::Precision;
use crate::model::{ModelError, UNet2DConfig, weights};

/// Weights in 16 bits, which diffusers opens with `variant="fp16"`.
const VARIANTS: [&str; 2] =
    ["diffusion_pytorch_model.fp16.safetensors", "diffusion_pytorch_model.bf16.safetensors"];
/// Files that PyTorch pickles into.
const PICKLES: [&str; 5] = ["bin", "ckpt", "pt", "pth", "pkl"];
/// A config or index of more bytes is none.
const MAX_TEXT: u64 = 1 << 20;

impl Pipeline {
    /// Opens a pipeline folder (with `model_index.json`), a folder with a network's `config.json`, or
    /// a `.safetensors` file or `config.json` in one. Weights in f32, f16, bf16 and f64 are read, with
    /// the names of attention weights of all versions of diffusers.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file and the field or tensor.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::open_with(path, Precision::F32)
    }

    /// As [`open`](Self::open), in a chosen precision.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: &Path, precision: Precision) -> Result<Self, ModelError> {
        let place = Place::find(path)?;
        let config_file = place.unet.join(CONFIG);
        let config = UNet2DConfig::from_json(&read_text(&config_file)?, &config_file.display().to_string())?;
        let scheduler = place.scheduler()?;
        let weights_file = place.weights.map_or_else(|| find_weights(&place.unet), Ok)?;
        let unet = weights::read(&weights_file, &config, precision)?;
        let weights_bytes = weights_file.metadata().map_or(0, |metadata| metadata.len());
        Ok(Self { scheduler, weights_bytes, ..Self::of(unet, weights_file) })
    }

    /// Whether [`open`](Self::open) would find a network there, going by its files and its config. The weights
    /// are not read.
    ///
    /// # Errors
    /// What [`open`](Self::open) would say.
    pub fn check(path: &Path) -> Result<(), ModelError> {
        let place = Place::find(path)?;
        let config = place.unet.join(CONFIG);
        UNet2DConfig::from_json(&read_text(&config)?, &config.display().to_string())?;
        place.weights.map_or_else(|| find_weights(&place.unet), Ok).map(drop)
    }
}

/// Where the parts of a checkpoint are.
struct Place {
    /// The folder of the network's config.
    unet: PathBuf,
    /// The file, when it was named.
    weights: Option<PathBuf>,
    /// The folder of the whole pipeline, when it has an index.
    pipeline: Option<PathBuf>,
}

impl Place {
    fn find(path: &Path) -> Result<Self, ModelError> {
        let metadata = path.metadata().map_err(|error| ModelError::reading(path, &error))?;
        if metadata.is_dir() {
            return Self::in_folder(path);
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        match path.file_name().and_then(|name| name.to_str()) {
            Some(INDEX | CONFIG) => return Self::in_folder(folder),
            Some(SHARDS) => return Err(sharded(path)),
            _ => {}
        }
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
        if PICKLES.contains(&extension.as_str()) {
            return Err(ModelError::Pickle { name: path.display().to_string() });
        }
        if extension != "safetensors" {
            return Err(ModelError::Unreadable {
                name: path.display().to_string(),
                reason: "this is not a network".to_owned(),
                advice: "open a diffusers folder or a .safetensors file",
            });
        }
        Ok(Self { unet: folder.to_owned(), weights: Some(path.to_owned()), pipeline: None })
    }

    fn in_folder(folder: &Path) -> Result<Self, ModelError> {
        let index = folder.join(INDEX);
        if index.is_file() {
            let name = index.display().to_string();
            check_index(&object(&read_text(&index)?, &name)?, &name)?;
            // Early pipelines, such as google/ddpm-cifar10-32, have all files in one folder.
            let inside = folder.join("unet");
            let unet = if inside.is_dir() { inside } else { folder.to_owned() };
            return Ok(Self { unet, weights: None, pipeline: Some(folder.to_owned()) });
        }
        if folder.join(CONFIG).is_file() {
            return Ok(Self { unet: folder.to_owned(), weights: None, pipeline: None });
        }
        if folder.join("unet").join(CONFIG).is_file() {
            let pipeline = Some(folder.to_owned());
            return Ok(Self { unet: folder.join("unet"), weights: None, pipeline });
        }
        Err(ModelError::Unreadable {
            name: folder.display().to_string(),
            reason: format!("there is neither {INDEX} nor {CONFIG} in this folder"),
            advice: "choose the folder that diffusers' save_pretrained wrote",
        })
    }

    /// The scheduler's text: in a pipeline, beside a `unet` folder that is part of one, or in the
    /// network's own folder.
    fn scheduler(&self) -> Result<Option<String>, ModelError> {
        let beside = || {
            let unet = fs::canonicalize(&self.unet).ok()?;
            let named = unet.file_name().is_some_and(|name| name == "unet");
            let parent = unet.parent()?;
            (named && parent.join(INDEX).is_file()).then(|| parent.to_owned())
        };
        let in_pipeline = self.pipeline.clone().or_else(beside).map(|folder| folder.join("scheduler"));
        let folders = in_pipeline.into_iter().chain([self.unet.clone()]);
        let file = folders.map(|folder| folder.join(SCHEDULER)).find(|file| file.exists());
        file.map(|file| read_text(&file)).transpose()
    }
}

/// The index must name a `UNet2DModel`, and nothing that changes what the network's output means.
fn check_index(index: &Map<String, Value>, name: &str) -> Result<(), ModelError> {
    // Each part is [library, class]; optional ones that are not there are [null, null].
    let class = |part: &Value| part.get(1)?.as_str().map(str::to_owned);
    match index.get("unet").map(class) {
        Some(Some(found)) if found == "UNet2DModel" => {}
        Some(Some(found)) => {
            return Err(ModelError::Class { name: name.to_owned(), found, expected: "UNet2DModel" });
        }
        _ => {
            return Err(ModelError::Unreadable {
                name: name.to_owned(),
                reason: "the pipeline has no unet".to_owned(),
                advice: "choose one with a UNet2DModel, such as a DDPMPipeline",
            });
        }
    }
    let others = index.iter().filter(|(key, value)| {
        !["unet", "scheduler"].contains(&key.as_str()) && !key.starts_with('_') && class(value).is_some()
    });
    let parts: Vec<&str> = others.map(|(key, _)| key.as_str()).collect();
    if parts.is_empty() {
        return Ok(());
    }
    Err(ModelError::Parts { name: name.to_owned(), parts: parts.join(", ") })
}

/// The weights in a folder: safetensors before 16-bit variants, and never pickles.
fn find_weights(folder: &Path) -> Result<PathBuf, ModelError> {
    let whole = folder.join(WEIGHTS);
    if whole.is_file() {
        return Ok(whole);
    }
    if folder.join(SHARDS).is_file() {
        return Err(sharded(&folder.join(SHARDS)));
    }
    if let Some(variant) = VARIANTS.iter().map(|name| folder.join(name)).find(|file| file.is_file()) {
        return Ok(variant);
    }
    let entries = fs::read_dir(folder).map_err(|error| ModelError::reading(folder, &error))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let is_pickle = |file: &&PathBuf| {
        file.extension()
            .and_then(|e| e.to_str())
            .is_some_and(|e| PICKLES.contains(&e.to_lowercase().as_str()))
    };
    if let Some(pickle) = files.iter().find(is_pickle) {
        return Err(ModelError::Pickle { name: pickle.display().to_string() });
    }
    Err(ModelError::Unreadable {
        name: folder.display().to_string(),
        reason: format!("there is no {WEIGHTS} in this folder"),
        advice: "copy or download it again, or open the .safetensors file itself",
    })
}

fn sharded(path: &Path) -> ModelError {
    ModelError::Unreadable {
        name: path.display().to_string(),
        reason: "the weights are split over several files, which is not supported".to_owned(),
        advice: "save them in Python with save_pretrained(folder, max_shard_size=\"100GB\")",
    }
}

fn read_text(path: &Path) -> Result<String, ModelError> {
    let reading = |error: io::Error| ModelError::reading(path, &error);
    let len = path.metadata().map_err(reading)?.len();
    if len > MAX_TEXT {
        let reason = format!("{len} bytes are too many for it");
        return Err(ModelError::Json { name: path.display().to_string(), reason });
    }
    let bytes = fs::read(path).map_err(reading)?;
    String::from_utf8(bytes).map_err(|_| ModelError::Json {
        name: path.display().to_string(),
        reason: "it is not UTF-8 text".to_owned(),
    })
}
