//! Saving a pipeline folder, whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{CONFIG, INDEX, SCHEDULER, SHARDS, WEIGHTS};
use crate::imaging::{ImagingError, write_atomically};
use crate::model::config::{DIFFUSERS_VERSION, object};
use crate::model::error::one_line;
use crate::model::weights::{self, WeightType};
use crate::model::{ModelError, UNet2DModel};

/// Saves a network and its scheduler as a `DDPMPipeline` that diffusers opens unchanged.
///
/// Everything is written beside `folder` first. A folder that does not exist then appears in one
/// step. In one that does, the four files take the places of the old ones, each in one step and the
/// weights last; whatever else is in it stays. When something fails before that, nothing has changed.
///
/// `scheduler`: the text of a `scheduler_config.json`. Without one, the folder is left without one too: a
/// network whose schedule is not known is not given one that others would take for known. diffusers then
/// wants a scheduler when it opens the folder.
///
/// # Errors
/// [`ModelError::Json`] for a scheduler that is not a JSON object; [`ModelError::NotFinite`] and
/// [`ModelError::Overflow`] for weights that cannot be saved; [`ModelError::Write`].
pub fn save_pipeline<'a>(
    folder: &Path,
    model: &UNet2DModel,
    scheduler: impl Into<Option<&'a str>>,
    kind: WeightType,
) -> Result<(), ModelError> {
    let scheduler = scheduler.into();
    let index = index_text(scheduler)?;
    weights::check(model, kind)?;
    if folder.exists() && !folder.is_dir() {
        return Err(writing(folder, &io::Error::new(io::ErrorKind::AlreadyExists, "this is a file")));
    }
    let stage = Stage::beside(folder)?;
    let text = |file: &Path, text: &str| write_atomically(file, |writer| writer.write_all(text.as_bytes()));
    let files = Files::of(&stage.path);
    text(&files.index, &index)?;
    if let Some(scheduler) = scheduler {
        let place = stage.path.join("scheduler");
        fs::create_dir(&place).map_err(|error| writing(&place, &error))?;
        text(&files.scheduler, scheduler)?;
    }
    text(&files.config, &model.config().to_json())?;
    write_atomically(&files.weights, |writer| weights::write(writer, model, kind))?;
    stage.publish(folder)
}

/// `model_index.json` of a `DDPMPipeline` with this scheduler; where there is none, it says so as diffusers
/// does of a part that is left out.
fn index_text(scheduler: Option<&str>) -> Result<String, ModelError> {
    let scheduler = scheduler.map(|text| object(text, SCHEDULER)).transpose()?;
    let class = scheduler.as_ref().map(|fields| fields.get("_class_name").and_then(Value::as_str));
    let class = class.map(|class| class.unwrap_or("DDPMScheduler"));
    let index = json!({
        "_class_name": "DDPMPipeline",
        "_diffusers_version": DIFFUSERS_VERSION,
        "scheduler": [class.map(|_| "diffusers"), class],
        "unet": ["diffusers", "UNet2DModel"],
    });
    // The alternate form of `Display` is indented JSON; unlike a writer it cannot fail.
    Ok(format!("{index:#}\n"))
}

/// The files of a pipeline.
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

/// A folder that a pipeline is written into before others see it; removed when dropped.
struct Stage {
    path: PathBuf,
}

impl Stage {
    /// A new folder beside `folder`, on the same disk, so that moving is a single step.
    fn beside(folder: &Path) -> Result<Self, ModelError> {
        let failed = |error: io::Error| writing(folder, &error);
        // `components` drops a slash at the end, and "." has no name of its own.
        let clean: PathBuf = folder.components().collect();
        let full = if clean.is_dir() { fs::canonicalize(&clean).map_err(failed)? } else { clean };
        let name = full.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidInput.into()))?;
        for attempt in 0..1000 {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!("-{}-{attempt}.part", std::process::id()));
            let path = full.with_file_name(hidden);
            match fs::create_dir(&path) {
                Ok(()) => {
                    let stage = Self { path };
                    fs::create_dir(stage.path.join("unet")).map_err(failed)?;
                    return Ok(stage);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(failed(io::ErrorKind::AlreadyExists.into()))
    }

    /// Puts what was written in its place.
    fn publish(self, folder: &Path) -> Result<(), ModelError> {
        let failed = |error: io::Error| writing(folder, &error);
        if !folder.exists() {
            return fs::rename(&self.path, folder).map_err(failed);
        }
        fs::create_dir_all(folder.join("unet")).map_err(failed)?;
        let (from, to) = (Files::of(&self.path), Files::of(folder));
        let removed = |file: &Path| match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        };
        // Split weights of an older network would be opened by diffusers instead of these.
        removed(&folder.join("unet").join(SHARDS))?;
        fs::rename(from.index, to.index).map_err(failed)?;
        if from.scheduler.exists() {
            fs::create_dir_all(folder.join("scheduler")).map_err(failed)?;
            fs::rename(from.scheduler, to.scheduler).map_err(failed)?;
        } else {
            // An older network's says nothing about this one.
            removed(&to.scheduler)?;
        }
        fs::rename(from.config, to.config).map_err(failed)?;
        fs::rename(from.weights, to.weights).map_err(failed)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // It is gone once it was moved; and there is nobody to tell otherwise.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// A failure to write `folder`, by its cause.
fn writing(folder: &Path, error: &io::Error) -> ModelError {
    let advice = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "make the folder above it first",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
        _ => "choose a place where you may write",
    };
    let (name, reason) = (folder.display().to_string(), one_line(error));
    ModelError::Write(ImagingError::Write { name, reason, advice: advice.to_owned() })
}
