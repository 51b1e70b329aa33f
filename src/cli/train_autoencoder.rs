//! `diffuscope train-autoencoder`: trains an autoencoder, in whose latents U-Nets can draw.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::data::{self, Data};
use super::error::CliError;
use super::generate::on_threads;
use super::output::{check_apart, in_line, steps_bar, to_stdout};
use super::{kept_training, stop};
use crate::analysis::encoding::psnr;
use crate::dataset::{Crops, Dataset, Part};
use crate::diffusion::Raster;
use crate::files::{self, fixed};
use crate::imaging::{self, with_channels};
use crate::model::{AutoencoderKl, AutoencoderKlConfig, WeightType, save_autoencoder};
use crate::train::autoencoder::round_trip_error;
use crate::train::{
    AutoencoderSettings, AutoencoderStep, AutoencoderTrainer, RunLock, checkpoint, ema_decay,
};

/// The network where no other is given: pictures become latents of a quarter of their height and width.
const NETWORK: &str = r#"{"block_out_channels": [24, 48, 64], "norm_num_groups": 8, "latent_channels": 4,
    "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
    "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;
/// The longest text of a network's description, in bytes.
const MAX_CONFIG: u64 = 1 << 20;
/// How much longer the shorter sides of pictures are than their crops: crops show a whole picture, a half and a quarter.
const ROOM: [f64; 3] = [1.1, 2.0, 4.0];
/// The number of held-out crops of each size.
const HELD_OUT: usize = 64;
/// The most held-out pictures that are measured.
const MEASURED: usize = 512;
/// Decay of the moving average of the error that is shown.
const ERROR_DECAY: f64 = 0.98;

const EXAMPLES: &str = "\
DATA is as for train. FOLDER holds the network with the moving average of its weights, as diffusers saves an
AutoencoderKL (f16), for encode, decode and predict; and training.safetensors, from which --resume goes on
exactly, with the same DATA and --crops. Ctrl-C, kill and a terminal that is closed save before it ends. At
the end it is measured on pictures that it did not learn from: of IDX folders the files t10k-..., of anything
else every tenth picture, and other crops.

Examples:
  diffuscope train-autoencoder photos -o autoencoder --size 64 --iterations 10000
  diffuscope train-autoencoder emoji.npz -o autoencoder --size 64 --crops photos --flip
  diffuscope encode picture.png --model autoencoder -o latents.safetensors";

/// Train an autoencoder, which makes small latents of pictures and pictures of latents.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Pictures: a folder, IDX files, .npz, .csv or CIFAR's batches
    data: PathBuf,
    /// Where the network is kept
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Go on with the run in FOLDER
    #[arg(long, conflicts_with_all = ["config", "batch", "lr", "kl_weight", "flip", "seed"])]
    resume: bool,
    #[command(flatten)]
    pictures: Data,
    /// Learn from as many square pieces of the pictures in this folder too
    #[arg(long, value_name = "FOLDER")]
    crops: Option<PathBuf>,
    /// The network: a config.json of an AutoencoderKL [default: a small one; latents have 4 channels, and a quarter of
    /// the height and width]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Number of iterations [default: 4000]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=0xFFFF_FFFF))]
    iterations: Option<u64>,
    /// Pictures in one iteration [default: 16]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    batch: Option<usize>,
    /// Largest learning rate; it falls to 0 along a cosine [default: 0.001]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    lr: Option<f64>,
    /// Weight of the latents' divergence from N(0, 1) beside the error of pixels [default: 0.0001]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    kl_weight: Option<f64>,
    /// Mirror every second picture left to right, by chance
    #[arg(long)]
    flip: bool,
    /// Seed of everything random [default: 7]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

/// Runs the command.
///
/// # Errors
/// If the data cannot be read, an option does not fit, another process trains into the folder, the training diverges,
/// or a file cannot be written. [`CliError::Kept`] after a signal.
pub fn run(args: &Args) -> Result<(), CliError> {
    on_threads(args.threads, || {
        kept_training::check(&args.output, args.resume)?;
        let crops = args.crops.as_deref().map(pictures).transpose()?.unwrap_or_default();
        let train = args.train(&crops)?;
        check_apart(
            ["config.json", "diffusion_pytorch_model.safetensors", checkpoint::FILE]
                .map(|file| args.output.join(file)),
        )?;
        let mut trainer = args.trainer(Arc::new(train))?;
        stop::listen();
        let lock = RunLock::take(&args.output)?;
        let save = |trainer: &AutoencoderTrainer| args.save(trainer).map(drop);
        kept_training::learn(&args.output, &mut trainer, shown(), save)?;
        let network = args.save(&trainer)?;
        drop(lock);
        let mut results = vec![format!("{} iterations", trainer.iteration())];
        for (data, what) in args.held_out(&crops)? {
            let decibels = signal_to_noise(&network, &data, what)?;
            results.push(format!("{} dB over {} {what}", fixed(decibels, 2), data.len().min(MEASURED)));
        }
        to_stdout(|out| writeln!(out, "{}: {}", in_line(&args.output), results.join(", ")))
    })
}

/// The pictures in a folder, all with three channels.
fn pictures(folder: &Path) -> Result<Vec<Raster>, CliError> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| CliError::Usage(format!("{}: {error}", folder.display())))?;
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    let pictures = files.iter().map(|file| Ok(imaging::load::open(file)?.pixels));
    let pictures: Vec<Raster> = pictures.collect::<Result<_, CliError>>()?;
    Ok(pictures.iter().filter_map(|picture| with_channels(picture, 3)).collect())
}

impl Args {
    /// What is learned from.
    fn train(&self, crops: &[Raster]) -> Result<Dataset, CliError> {
        let train = data::open(&self.data, &self.pictures.options(Part::Train))?;
        if crops.is_empty() {
            return Ok(train);
        }
        let [_, size, _] = train.shape();
        let count = train.len() / ROOM.len();
        cropped(crops, size, count, 0)?.iter().try_fold(train, |all, crops| Ok(all.joined(crops)?))
    }

    /// What it is measured on, with what that is.
    fn held_out(&self, crops: &[Raster]) -> Result<Vec<(Dataset, &'static str)>, CliError> {
        let test = data::open(&self.data, &self.pictures.options(Part::Test))?;
        let [_, size, _] = test.shape();
        let mut all = vec![(test, "held-out pictures")];
        if !crops.is_empty() {
            let [first, more @ ..] = cropped(crops, size, HELD_OUT, 1)?;
            let joined = more.iter().try_fold(first, Dataset::joined)?;
            all.push((joined, "held-out crops"));
        }
        Ok(all)
    }

    fn trainer(&self, train: Arc<Dataset>) -> Result<AutoencoderTrainer, CliError> {
        if self.resume {
            let mut trainer = AutoencoderTrainer::resume(&self.output, train)?;
            self.iterations.map(|iterations| trainer.set_iterations(iterations)).transpose()?;
            return Ok(trainer);
        }
        let config = match &self.config {
            None => AutoencoderKlConfig::from_json(NETWORK, "the small autoencoder")?,
            Some(file) => {
                let text = files::read(file, MAX_CONFIG)?;
                AutoencoderKlConfig::from_json(&String::from_utf8_lossy(&text), &file.display().to_string())?
            }
        };
        let default = AutoencoderSettings::default();
        let settings = AutoencoderSettings {
            batch: self.batch.unwrap_or(default.batch),
            iterations: self.iterations.unwrap_or(default.iterations),
            learning_rate: self.lr.unwrap_or(default.learning_rate),
            kl_weight: self.kl_weight.unwrap_or(default.kl_weight),
            flip: self.flip,
            seed: self.seed.unwrap_or(default.seed),
        };
        Ok(AutoencoderTrainer::new(&config, &settings, train)?)
    }

    /// Saves the run, and the network as it is by now.
    fn save(&self, trainer: &AutoencoderTrainer) -> Result<AutoencoderKl, CliError> {
        let network = trainer.average()?;
        save_autoencoder(&self.output, &network, WeightType::F16)?;
        trainer.save(&self.output)?;
        Ok(network)
    }
}

/// What stands beside the bar: the error, averaged over the last iterations, and the divergence.
fn shown() -> impl FnMut(&AutoencoderStep) -> String {
    let mut shown = None;
    move |step| {
        let decay = ema_decay(ERROR_DECAY, step.iteration);
        let error = shown.map_or(step.error, |old| decay * old + (1.0 - decay) * step.error);
        shown = Some(error);
        format!("error {}  KL {}", fixed(error, 4), fixed(step.kl, 3))
    }
}

/// Crops of pictures, of each size.
fn cropped(pictures: &[Raster], size: usize, count: usize, part: u32) -> Result<[Dataset; 3], CliError> {
    let crops = |seed: u64| {
        let room = ROOM[seed as usize];
        Crops { size, room, count: count.max(1), block: 1, seed, part }.of(pictures)
    };
    Ok([crops(0)?, crops(1)?, crops(2)?])
}

/// The ratio of the largest signal to the noise of pictures that pass through their latents, in dB.
fn signal_to_noise(network: &AutoencoderKl, data: &Dataset, what: &'static str) -> Result<f64, CliError> {
    let count = data.len().min(MEASURED);
    let bar = steps_bar(count as u64, what);
    let mut errors = 0.0;
    for index in 0..count {
        if stop::wanted() {
            return Err(CliError::Stopped);
        }
        errors += round_trip_error(network, data, index * data.len() / count)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(psnr(errors / count as f64))
}
