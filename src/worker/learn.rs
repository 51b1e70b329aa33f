//! What a training needs before its first iteration: data, networks, and what is left of an earlier one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{LearnData, LearnNetwork, LearnSpec, WorkerError};
use crate::dataset::{Crops, Dataset, DatasetOptions, Part};
use crate::diffusion::Raster;
use crate::imaging::{samples, with_channels};
use crate::model::{DownBlockType, UNet2DConfig, UpBlockType};
use crate::train::live::{FOLDERS, Live, Sheet, Watch, levels, noised_row, pictures_sheet};
use crate::train::{Checkpoint, Trainer, config_for};

/// Number of crops of one picture, and of all pictures of the gallery. More crops did not change the result.
const CROPS: usize = 512;
const GALLERY_CROPS: usize = 1024;
/// Number of crops that are held out.
const HELD_OUT_CROPS: usize = 32;
/// How much longer a picture's shorter side is than a crop: of one picture, enough for variation, little enough that
/// every crop shows nearly all of it and a few hundred iterations are enough to learn the whole.
const ROOM: f64 = 1.08;
const GALLERY_ROOM: f64 = 1.6;
/// Height and width of crops where no other size is asked for.
const CROP_SIZE: usize = 32;
/// With batches up to this size, iterations are short.
const QUICK: usize = 8;

/// The data that a training learns from, and those that it is tested with.
pub(super) struct Opened {
    pub(super) data: Arc<Dataset>,
    pub(super) held_out: Arc<Dataset>,
}

/// Opens the data of a training.
pub(super) fn open(spec: &LearnSpec) -> Result<Opened, WorkerError> {
    let crops = |pictures: &[Raster], count, room| -> Result<Opened, WorkerError> {
        let size = spec.size.unwrap_or(CROP_SIZE);
        let of = |count, part| {
            Crops { size, room, count, block: spec.block, seed: spec.settings.seed, part }.of(pictures)
        };
        Ok(Opened { data: Arc::new(of(count, 0)?), held_out: Arc::new(of(HELD_OUT_CROPS, 1)?) })
    };
    match &spec.data {
        LearnData::Picture => {
            let picture = spec.picture.clone().ok_or(WorkerError::NoPicture)?;
            crops(&[picture], CROPS, ROOM)
        }
        LearnData::Gallery => {
            let pictures = samples().iter().map(|sample| Ok(with_channels(&sample.load()?.pixels, 3)));
            let pictures: Vec<Option<Raster>> = pictures.collect::<Result<_, WorkerError>>()?;
            crops(&pictures.into_iter().flatten().collect::<Vec<_>>(), GALLERY_CROPS, GALLERY_ROOM)
        }
        LearnData::BuiltIn(set) => {
            // Small pictures are not enlarged but get a border, as MNIST's usually do.
            let pad = spec.size.is_some_and(|size| size >= set.side());
            let of =
                |part| set.open(&DatasetOptions { size: spec.size, pad, part, ..DatasetOptions::default() });
            Ok(Opened { data: Arc::new(of(Part::Train)?), held_out: Arc::new(of(Part::Test)?) })
        }
        LearnData::Files(path) => {
            let of = |part| {
                let options = DatasetOptions { size: spec.size, part, ..DatasetOptions::default() };
                Dataset::open(path, &options)
            };
            let data = Arc::new(of(Part::Train)?);
            // A set that is too small to be divided is tested with what it has.
            let held_out = of(Part::Test).map_or_else(|_| Arc::clone(&data), Arc::new);
            let same = held_out.shape() == data.shape() && held_out.classes() == data.classes();
            Ok(Opened { held_out: if same { held_out } else { Arc::clone(&data) }, data })
        }
    }
}

/// What a training would learn from.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The first pictures.
    pub pictures: Sheet,
    /// The held-out picture with noise, in a row over [`levels`](Self::levels).
    pub noised: Sheet,
    /// The timesteps of the row.
    pub levels: Vec<usize>,
    /// Channels, height and width of the pictures.
    pub shape: [usize; 3],
    /// The numbers of pictures to learn and held out.
    pub counts: [usize; 2],
    /// The number of classes; 0 if there are none.
    pub classes: usize,
}

/// Opens the data of a training, to show what it would learn from.
///
/// # Errors
/// When the data cannot be opened, or the schedule is not valid.
pub fn preview(spec: &LearnSpec) -> Result<Preview, WorkerError> {
    let Opened { data, held_out } = open(spec)?;
    let schedule = spec.settings.schedule.build()?;
    let counts = [data.len(), held_out.len()];
    let classes = data.classes().len();
    let watch = Watch::new(data, held_out, spec.block, spec.settings.batch <= QUICK, spec.settings.seed);
    let (pictures, noised) = (pictures_sheet(&watch), noised_row(&watch, &schedule));
    let levels = levels(schedule.steps()).into();
    Ok(Preview { pictures, noised, levels, shape: watch.picture(), counts, classes })
}

/// Puts a training together: anew, or from the folder that it goes on from.
pub(crate) fn begin(spec: &LearnSpec) -> Result<Live, WorkerError> {
    let Opened { data, held_out } = open(spec)?;
    let trainers = if let Some(folder) = &spec.from {
        resumed(folder, &data)?
    } else {
        let config = config_for(&network(spec.network), &data)?;
        let all = std::iter::once(&spec.settings).chain(&spec.rival);
        let begun = all.map(|settings| Trainer::new(&config, settings.clone(), Arc::clone(&data)));
        begun.collect::<Result<Vec<_>, _>>()?
    };
    let quick = spec.settings.batch <= QUICK;
    Ok(Live::new(trainers, Watch::new(data, held_out, spec.block, quick, spec.settings.seed)))
}

/// The trainings that are kept in a folder: two side by side in folders of their own, or one in the folder itself.
fn resumed(folder: &Path, data: &Arc<Dataset>) -> Result<Vec<Trainer>, WorkerError> {
    let parts = FOLDERS.map(|name| folder.join(name));
    let mut folders: Vec<PathBuf> = parts.into_iter().filter(|folder| Checkpoint::exists(folder)).collect();
    if folders.is_empty() {
        folders.push(folder.to_owned());
    }
    let resume = |folder: &PathBuf| Ok(Trainer::resume(Checkpoint::open(folder)?, Arc::clone(data))?);
    let mut trainers: Vec<Trainer> = folders.iter().map(resume).collect::<Result<_, WorkerError>>()?;
    // Two that were interrupted between their saves are not side by side any more; the first goes on alone.
    trainers.dedup_by(|second, first| second.iteration() != first.iteration());
    Ok(trainers)
}

/// The network, before it is adapted to the data.
pub(super) fn network(network: LearnNetwork) -> UNet2DConfig {
    match network {
        LearnNetwork::Mini => without_attention(&[24, 48]),
        LearnNetwork::Plain => without_attention(&[32, 64, 96]),
        LearnNetwork::Tiny => UNet2DConfig::preset("tiny32").unwrap_or_default(),
        LearnNetwork::Small => UNet2DConfig::preset("small32").unwrap_or_default(),
    }
}

/// A network whose levels have these channels.
fn without_attention(channels: &[usize]) -> UNet2DConfig {
    UNet2DConfig {
        layers_per_block: 1,
        block_out_channels: channels.to_vec(),
        norm_num_groups: 8,
        down_block_types: vec![DownBlockType::DownBlock2D; channels.len()],
        up_block_types: vec![UpBlockType::UpBlock2D; channels.len()],
        add_attention: false,
        ..UNet2DConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::BuiltIn;
    use crate::model::summary;

    /// The window says how large each network is.
    #[test]
    fn networks_have_their_number_of_parameters() {
        let data = BuiltIn::Digits.open(&DatasetOptions::default()).unwrap();
        let millions = LearnNetwork::ALL.map(|kind| {
            let config = config_for(&network(kind), &data).unwrap();
            let parameters: usize =
                summary(&config, [8, 8]).unwrap().iter().map(|block| block.parameters).sum();
            (parameters as f64 / 1e5).round() / 10.0
        });
        assert_eq!(millions, [0.4, 1.7, 1.1, 6.5]);
    }
}
