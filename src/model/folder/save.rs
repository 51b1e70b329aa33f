//! Saving a pipeline folder, whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use super::{CONFIG, INDEX, SCHEDULER, SHARDS, WEIGHTS};
use crate::diffusion::sampler::SchedulerFile;
use crate::files::{Unfinished, end_of_links, folder_of};
use crate::imaging::{ImagingError, write_atomically};
use crate::model::config::{DIFFUSERS_VERSION, object};
use crate::model::weights::{self, WeightType};
use crate::model::{ModelError, UNet2DModel};

/// What the folder in the making is named by, where it lies in the folder that is written to.
pub(crate) const STAGE: &str = "pipeline";

/// Saves a network and its scheduler as a `DDPMPipeline` that diffusers opens unchanged.
///
/// Everything is written apart first: in `folder`, or beside it where it does not exist. A folder that does
/// not exist then appears in one step. In one that does, the four files take the places of the old ones,
/// each in one step and the weights last; whatever else is in it stays. When something fails before that, or
/// a signal ends the program, nothing has changed.
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
    let failed = |error: io::Error| ModelError::Write(ImagingError::making(folder, &error));
    let stage = stage(folder).map_err(failed)?;
    // The stage's own name would tell nobody anything.
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
    write_atomically(&files.weights, |writer| weights::write(writer, model, kind)).map_err(named)?;
    publish(stage, folder).map_err(failed)
}

/// `model_index.json` of a `DDPMPipeline` with this scheduler; where there is none, it says so as diffusers
/// does of a part that is left out.
fn index_text(scheduler: Option<&str>) -> Result<String, ModelError> {
    let named = |text| match SchedulerFile::class_of(text) {
        Ok(class) => Ok(class),
        // Says what is wrong with it.
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

/// A folder that a pipeline is written into before others see it, on the same disk, so that moving is a
/// single step.
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

/// Puts what was written in its place.
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
        // Split weights of an older network would be opened by diffusers instead of these.
        removed(&place.join("unet").join(SHARDS))?;
        fs::rename(from.index, to.index)?;
        if from.scheduler.exists() {
            fs::create_dir_all(place.join("scheduler"))?;
            fs::rename(from.scheduler, to.scheduler)?;
        } else {
            // An older network's says nothing about this one.
            removed(&to.scheduler)?;
        }
        fs::rename(from.config, to.config)?;
        fs::rename(from.weights, to.weights)
    })
}
