//! Opening a pipeline folder, a `unet` folder or a weights file.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::part::{MAX_TEXT, read_config, read_part, weights_in};
use super::{CONFIG, INDEX, Parts, Pipeline, SCHEDULER};
use crate::diffusion::sampler::reclassed;
use crate::files;
use crate::model::config::object;
use crate::model::error::shown;
use crate::model::networks::FromCheckpoint as _;
use crate::model::parameters::Precision;
use crate::model::weights::{self, Files, pickle};
use crate::model::{ModelError, UNet2DConfig, UNet2DModel};

impl Pipeline {
    /// Opens a pipeline folder (with `model_index.json`), a folder with a network's `config.json`, or a `.safetensors`
    /// file or `config.json` in such a folder. Weights can be f32, f16, bf16 or f64, in one file or split over several.
    /// Attention weights may have the names of any version of diffusers, and all names may have the prefixes that
    /// PyTorch's wrappers add.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file and the field or tensor.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::open_with(path, Precision::F32)
    }

    /// Like [`open`](Self::open), with the weights converted to `precision`.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub fn open_with(path: &Path, precision: Precision) -> Result<Self, ModelError> {
        let place = Place::find(path)?;
        let (config, repeated) = place.config()?;
        let (scheduler, reclassed) = place.scheduler()?;
        let (unet, remarks) = read_part(&place.files()?, &config, precision, &|_| ())?;
        Ok(Self {
            parts: Parts { unet },
            scheduler,
            remarks: place.remark.into_iter().chain(repeated).chain(reclassed).chain(remarks).collect(),
        })
    }

    /// Checks that [`open`](Self::open) would find a network at `path`, going by its files and its config. The weights
    /// are not read.
    ///
    /// # Errors
    /// The errors that [`open`](Self::open) would return for the same reasons.
    pub fn check(path: &Path) -> Result<(), ModelError> {
        let place = Place::find(path)?;
        place.config()?;
        place.files().map(drop)
    }
}

/// Where the parts of a checkpoint are.
struct Place {
    /// The folder of the network's config.
    unet: PathBuf,
    /// The weights file, if the path names one.
    weights: Option<PathBuf>,
    /// The folder of the whole pipeline, if there is a `model_index.json`.
    pipeline: Option<PathBuf>,
    /// The scheduler's class according to the index.
    scheduler_class: Option<String>,
    /// An assumption that was made in finding the parts, for [`Pipeline::remarks`].
    remark: Option<String>,
}

impl Place {
    fn find(path: &Path) -> Result<Self, ModelError> {
        if files::is_folder(path)? {
            return Self::in_folder(path);
        }
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        match path.file_name().and_then(|name| name.to_str()) {
            Some(INDEX | CONFIG) => return Self::in_folder(folder),
            Some(name) if name.ends_with(".bin.index.json") => return Err(pickle::refused(path)),
            _ => {}
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_safetensors =
            path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("safetensors"));
        if pickle::is_called(path) {
            return Err(pickle::refused(path));
        }
        if !is_safetensors && !weights::is_index(&name) {
            return Err(ModelError::Unreadable {
                name: path.display().to_string(),
                reason: "this is not a network".to_owned(),
                advice: "open a diffusers folder or a .safetensors file",
            });
        }
        Ok(Self { weights: Some(path.to_owned()), ..Self::network(folder) })
    }

    /// A folder with a network's config.
    fn network(folder: &Path) -> Self {
        Self { unet: folder.to_owned(), weights: None, pipeline: None, scheduler_class: None, remark: None }
    }

    fn in_folder(folder: &Path) -> Result<Self, ModelError> {
        let index = folder.join(INDEX);
        if index.exists() {
            let name = index.display().to_string();
            let index = object(&files::read_text(&index, MAX_TEXT)?, &name)?;
            check_index(&index, &name)?;
            // Early pipelines, such as google/ddpm-cifar10-32, have all files in one folder.
            let inside = folder.join("unet");
            let unet = if inside.is_dir() { inside } else { folder.to_owned() };
            let scheduler_class = index.get("scheduler").and_then(class_of_part);
            return Ok(Self { pipeline: Some(folder.to_owned()), scheduler_class, ..Self::network(&unet) });
        }
        if folder.join(CONFIG).exists() {
            return Ok(Self::network(folder));
        }
        // A checkpoint that diffusers' training scripts saved through accelerate: the weights in one folder,
        // and their moving average in another.
        let parts = ["unet", "unet_ema"].map(|part| folder.join(part));
        let mut there = parts.iter().filter(|part| part.join(CONFIG).exists());
        if let Some(unet) = there.next() {
            let remark = there.next().map(|other| {
                let other = other.file_name().unwrap_or_default().to_string_lossy();
                format!("the network in unet is taken; open {other} for the one beside it")
            });
            return Ok(Self { pipeline: Some(folder.to_owned()), remark, ..Self::network(unet) });
        }
        Err(ModelError::Unreadable {
            name: folder.display().to_string(),
            reason: format!("this is a folder without a network: neither {INDEX} nor {CONFIG} is in it"),
            advice: "choose the folder that diffusers' save_pretrained wrote",
        })
    }

    /// The network's config, with a remark for each field that the file has more than once.
    fn config(&self) -> Result<(UNet2DConfig, Vec<String>), ModelError> {
        let file = self.unet.join(CONFIG);
        if let (Some(weights), false) = (&self.weights, file.exists()) {
            return Err(ModelError::Unreadable {
                name: weights.display().to_string(),
                reason: format!("there is no {CONFIG} beside it, which says what the network is"),
                advice: "copy the network's own config.json into the same folder",
            });
        }
        read_config::<UNet2DModel>(&file)
    }

    fn files(&self) -> Result<Files, ModelError> {
        self.weights.as_deref().map_or_else(|| weights_in(&self.unet, UNet2DModel::STORED.stem), Files::of)
    }

    /// The scheduler's text, and a remark where its class differs from the one that the index names, which is then
    /// used. The file is looked for in the pipeline, beside a `unet` folder that is part of a pipeline, and in the
    /// network's own folder.
    fn scheduler(&self) -> Result<(Option<String>, Option<String>), ModelError> {
        let beside = || {
            let unet = fs::canonicalize(&self.unet).ok()?;
            let named = unet.file_name().is_some_and(|name| name == "unet");
            let parent = unet.parent()?;
            (named && parent.join(INDEX).is_file()).then(|| parent.to_owned())
        };
        let in_pipeline = self.pipeline.clone().or_else(beside).map(|folder| folder.join("scheduler"));
        let folders = in_pipeline.into_iter().chain([self.unet.clone()]);
        let file = folders.map(|folder| folder.join(SCHEDULER)).find(|file| file.symlink_metadata().is_ok());
        let Some(file) = file else { return Ok((None, None)) };
        let (text, remark) = read_scheduler(&file, self.scheduler_class.as_deref())?;
        Ok((Some(text), remark))
    }
}

/// The text of a scheduler's config, and a remark where its class differs from the one that the index names, which is
/// then used.
pub(super) fn read_scheduler(
    file: &Path,
    class: Option<&str>,
) -> Result<(String, Option<String>), ModelError> {
    let text = files::read_text(file, MAX_TEXT)?;
    let reclassed = class.and_then(|class| reclassed(&text, class));
    Ok(reclassed.unwrap_or((text, None)))
}

/// The class of a part in an index. Each part is `[library, class]` there, or `[null, null]` if it is absent.
pub(super) fn class_of_part(part: &Value) -> Option<String> {
    part.get(1)?.as_str().map(str::to_owned)
}

/// Checks that the index names a `UNet2DModel`, and no part that would change what the network's output means.
fn check_index(index: &Map<String, Value>, name: &str) -> Result<(), ModelError> {
    match index.get("unet").map(class_of_part) {
        Some(Some(found)) if found == "UNet2DModel" => {}
        Some(Some(found)) if found == "UNet2DConditionModel" && index.contains_key("text_encoder") => {
            return Err(ModelError::Unreadable {
                name: name.to_owned(),
                reason: "this is a text-to-image pipeline, whose UNet2DConditionModel needs a text"
                    .to_owned(),
                advice: "draw with the commands sample and denoise and a --prompt, or call its parts with predict --part",
            });
        }
        Some(Some(found)) => {
            let (name, found) = (name.to_owned(), shown(&found));
            return Err(ModelError::Class { name, found, expected: "UNet2DModel" });
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
        !["unet", "scheduler"].contains(&key.as_str())
            && !key.starts_with('_')
            && class_of_part(value).is_some()
    });
    let parts: Vec<&str> = others.map(|(key, _)| key.as_str()).collect();
    if parts.is_empty() {
        return Ok(());
    }
    Err(ModelError::Parts { name: name.to_owned(), parts: shown(&parts.join(", ")) })
}
