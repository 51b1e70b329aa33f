//! Opening one network: its config and its weights.

use std::fs;
use std::path::{Path, PathBuf};

use super::{CONFIG, Part};
use crate::files::{self, is_repeated, repeated_fields};
use crate::model::error::shown;
use crate::model::networks::FromCheckpoint;
use crate::model::parameters::Precision;
use crate::model::weights::{self, Files, Wanted, Weights, pickle};
use crate::model::{AutoencoderKl, ClipTextModel, ModelError, UNet2DConditionModel, memory};

/// A config or index larger than this, in bytes, is refused.
pub(super) const MAX_TEXT: u64 = 1 << 20;

/// Networks that are opened from folders of their own.
macro_rules! opened {
    ($($network:ty),*) => { $(
        impl Part<$network> {
            /// Opens the network in a folder of its own, with `config.json` and the weights, which are converted to
            /// `precision`. Also returns the assumptions that were made, for people to read.
            ///
            /// # Errors
            /// A [`ModelError`] that names the file and the field or tensor.
            pub fn open(folder: &Path, precision: Precision) -> Result<(Self, Vec<String>), ModelError> {
                open_part(folder, None, precision, &|_| ())
            }
        }
    )* };
}

opened!(UNet2DConditionModel, AutoencoderKl, ClipTextModel);

/// Opens the network in a folder; its weights are in `file` if one is named. `told` is told the share of the weights that
/// have been read, from 0 to 1.
pub(super) fn open_part<N: FromCheckpoint>(
    folder: &Path,
    file: Option<&Path>,
    precision: Precision,
    told: &dyn Fn(f64),
) -> Result<(Part<N>, Vec<String>), ModelError> {
    let (config, repeated) = read_config::<N>(&folder.join(CONFIG))?;
    let files = file.map_or_else(|| weights_in(folder, N::STORED.stem), Files::of)?;
    let (part, remarks) = read_part(&files, &config, precision, told)?;
    Ok((part, repeated.into_iter().chain(remarks).collect()))
}

/// Opens a network from the text of its config and the bytes of its weights; `name` stands for both in errors.
pub(in crate::model) fn open_bytes<N: FromCheckpoint>(
    (config, bytes): (&str, &[u8]),
    name: &str,
    precision: Precision,
) -> Result<N, ModelError> {
    let config = N::read_config(config, name)?;
    let graph = N::graph(&config)?;
    let need = |kind| memory::of_weights::<N>(&config, precision, kind);
    let wanted = Wanted { specs: graph.parameters(), precision, need: &need, told: &|_| () };
    let tensors = weights::from_bytes(bytes, name, wanted)?;
    N::from_tensors(&config, precision, tensors)
}

/// Reads the weights of a network with this config, which must be valid. Also returns the assumptions that
/// were made.
pub(super) fn read_part<N: FromCheckpoint>(
    files: &Files,
    config: &N::Config,
    precision: Precision,
    told: &dyn Fn(f64),
) -> Result<(Part<N>, Vec<String>), ModelError> {
    let graph = N::graph(config)?;
    let need = |kind| memory::of_weights::<N>(config, precision, kind);
    let wanted = Wanted { specs: graph.parameters(), precision, need: &need, told };
    let Weights { tensors, bytes, remarks } = weights::read(files, N::STORED, wanted)?;
    let network = N::from_tensors(config, precision, tensors)?;
    Ok((Part { network, file: files.name().to_owned(), bytes }, remarks))
}

/// Reads a network's config. Also returns a remark for each field that the file has more than once.
pub(super) fn read_config<N: FromCheckpoint>(file: &Path) -> Result<(N::Config, Vec<String>), ModelError> {
    let text = files::read_text(file, MAX_TEXT)?;
    let config = N::read_config(&text, &file.display().to_string())?;
    let repeated = repeated_fields(&text).unwrap_or_default();
    Ok((config, repeated.iter().map(|name| format!("{CONFIG}: {}", is_repeated(name))).collect()))
}

/// Finds the weights in a folder, in files whose names begin with `stem`. Only safetensors are opened; a pickle gives an
/// error that says why.
pub(super) fn weights_in(folder: &Path, stem: &str) -> Result<Files, ModelError> {
    if let Some(files) = Files::in_folder(folder, stem)? {
        return Ok(files);
    }
    let entries = fs::read_dir(folder).map_err(|error| ModelError::reading(folder, &error))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    if let Some(pickle) = files.iter().find(|file| pickle::is_called(file)) {
        return Err(pickle::refused(pickle));
    }
    let other = files.iter().find(|file| file.extension().is_some_and(|end| end == "safetensors"));
    let other = other.and_then(|file| file.file_name()).map(|name| shown(&name.to_string_lossy()));
    let other = other.map_or(String::new(), |name| format!(", but there is {name}"));
    Err(ModelError::Unreadable {
        name: folder.display().to_string(),
        reason: format!("there is no {stem}.safetensors in this folder{other}"),
        advice: "copy or download it again, or open the .safetensors file itself",
    })
}
