//! Training autoencoders with a weak pull of their latents towards N(0, 1) (Kingma & Welling 2014; Rombach et al. 2022,
//! section 3.1 and appendix G, "KL-reg."): an iterator over its steps, like [`Trainer`](super::Trainer) for U-Nets.
//!
//! Fidelity is measured by the absolute error of pixels, and by that of the differences of neighbouring pixels, which
//! keeps edges sharp without a second network as a judge.

use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Device, Tensor};
use serde::{Deserialize, Serialize};

use super::batch::{Batch, Batches};
use super::checkpoint::{FILE, Saved, check_finite, write};
use super::learned::{Learned, finite};
use super::{TrainError, TrainSettings};
use crate::dataset::Dataset;
use crate::diffusion::noise::{Key, Stream, plane};
use crate::model::weights::Tensors;
use crate::model::{AutoencoderKl, AutoencoderKlConfig, LatentDistribution, ModelError, Precision, Tape};

/// Largest norm of the gradient.
const CLIP: f64 = 1.0;
/// The number of iterations over which the learning rate rises.
const WARM_UP: u64 = 100;
/// The weight of the error of differences beside that of pixels.
const EDGES: f64 = 1.0;
/// The number of pictures whose latents the scaling factor is measured on.
const MEASURED: usize = 256;
/// The version of a checkpoint's header.
const VERSION: u32 = 1;
/// The number of pictures that pass through the network at a time.
const TOGETHER: usize = 8;

/// The settings of a run: everything that an autoencoder's weights depend on besides the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AutoencoderSettings {
    /// Pictures in one iteration, `1..=65_536`.
    pub batch: usize,
    /// Number of iterations, at least 1; the learning rate falls to 0 over them along a cosine.
    pub iterations: u64,
    /// Largest learning rate, in (0, 1].
    pub learning_rate: f64,
    /// Weight of the divergence of latents from N(0, 1), in nats per number of a latent, beside the errors per number of
    /// a picture.
    pub kl_weight: f64,
    /// Whether every picture is mirrored left to right with probability 1/2.
    pub flip: bool,
    /// Seed of everything that is random.
    pub seed: u64,
}

impl Default for AutoencoderSettings {
    fn default() -> Self {
        Self { batch: 16, iterations: 4000, learning_rate: 1e-3, kl_weight: 1e-4, flip: true, seed: 7 }
    }
}

impl AutoencoderSettings {
    /// The same settings in the form that the training of U-Nets uses.
    fn common(&self) -> TrainSettings {
        TrainSettings {
            batch: self.batch,
            learning_rate: self.learning_rate,
            warm_up: WARM_UP.min(self.iterations / 4),
            iterations: Some(self.iterations),
            weight_decay: 0.0,
            ema: 0.998,
            class_dropout: 0.0,
            flip: self.flip,
            clip_grad: Some(CLIP),
            seed: self.seed,
            ..TrainSettings::default()
        }
    }
}

/// Everything in a checkpoint that is not a tensor.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    /// The version of this header's format.
    autoencoder: u32,
    iteration: u64,
    settings: AutoencoderSettings,
    /// The text of the network's `config.json`.
    network: String,
    /// [`Dataset::fingerprint`] of the data.
    fingerprint: u64,
}

/// The result of one iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AutoencoderStep {
    /// Number of the iteration, from 1.
    pub iteration: u64,
    /// Mean absolute error of pixels, which are in `[-1, 1]`.
    pub error: f64,
    /// Mean divergence of latents from N(0, 1), in nats per number.
    pub kl: f64,
}

/// A run of training: an iterator over its steps, which ends after the last iteration or the first error.
pub struct AutoencoderTrainer {
    asked: AutoencoderSettings,
    /// The same in the form that the training of U-Nets uses.
    settings: TrainSettings,
    model: AutoencoderKl,
    learned: Learned,
    batches: Batches,
    iteration: u64,
    failed: bool,
}

/// The losses of some pictures.
struct Losses {
    total: Tensor,
    error: f64,
    kl: f64,
}

impl AutoencoderTrainer {
    /// A run that starts from fresh weights.
    ///
    /// # Errors
    /// If a setting is out of range, or network and pictures do not fit each other.
    pub fn new(
        config: &AutoencoderKlConfig,
        settings: &AutoencoderSettings,
        data: Arc<Dataset>,
    ) -> Result<Self, TrainError> {
        let common = settings.common();
        common.validate()?;
        if !(0.0..=1.0).contains(&settings.kl_weight) {
            let (expected, found) = ("from 0 to 1".to_owned(), settings.kl_weight.to_string());
            return Err(TrainError::Setting { setting: "weight of the divergence", expected, found });
        }
        let [channels, height, width] = data.shape();
        let factor = config.size_factor();
        if [config.in_channels, config.out_channels] != [channels; 2] {
            let reason =
                format!("it takes {} channels, and the pictures have {channels}", config.in_channels);
            return Err(TrainError::Network { reason });
        }
        if !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
            return Err(ModelError::SampleSize { width, height, factor }.into());
        }
        let plain =
            AutoencoderKlConfig { scaling_factor: 1.0, sample_size: Some([height, width]), ..config.clone() };
        let model = AutoencoderKl::init(&plain, settings.seed, Precision::F32)?;
        let learned = Learned::new(model.variables()?)?;
        let batches = Batches::new(data, &common);
        Ok(Self {
            asked: settings.clone(),
            settings: common,
            model,
            learned,
            batches,
            iteration: 0,
            failed: false,
        })
    }

    /// Saves what is needed to go on with the run, as [`FILE`] in a folder.
    ///
    /// # Errors
    /// [`TrainError::Diverged`] if a number is NaN or infinite, and errors of writing: the file is then as it was.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        check_finite(self.iteration, self.learned.states())?;
        let header = Header {
            autoencoder: VERSION,
            iteration: self.iteration,
            settings: self.asked.clone(),
            network: self.model.config().to_json(),
            fingerprint: self.batches.data().fingerprint(),
        };
        write(&folder.join(FILE), &header, self.learned.states())
    }

    /// Goes on with a run that was saved in a folder, exactly as if it had not been interrupted.
    ///
    /// # Errors
    /// [`TrainError::Checkpoint`] if the data is not the one that the run was trained on, or the file is damaged.
    pub fn resume(folder: &Path, data: Arc<Dataset>) -> Result<Self, TrainError> {
        let (saved, header): (_, Header) = Saved::open(&folder.join(FILE))?;
        saved.check_fingerprint(header.fingerprint, data.fingerprint())?;
        if header.autoencoder != VERSION || header.iteration > header.settings.iterations {
            return Err(saved.damaged(&format!("it is at iteration {}", header.iteration)));
        }
        let config = AutoencoderKlConfig::from_json(&header.network, saved.name())?;
        let mut trainer = Self::new(&config, &header.settings, data)?;
        let mut states = saved.into_states(header.iteration)?;
        trainer.learned.restore(&mut states)?;
        trainer.iteration = header.iteration;
        Ok(trainer)
    }

    /// Makes the next iteration.
    fn step(&mut self) -> Result<AutoencoderStep, TrainError> {
        let number = self.iteration + 1;
        let batch = self.batches.at(self.iteration);
        let samples = batch.shape[0];
        let mut gradients = self.learned.no_gradients();
        let (mut error, mut kl) = (0.0, 0.0);
        for (part, first) in batch.parts(TOGETHER).zip((0..).step_by(TOGETHER)) {
            let share = part.shape[0] as f64 / samples as f64;
            let (losses, tape) = Tape::record(|| self.losses(&part, first, share));
            let losses = losses?;
            (error, kl) = (error + share * losses.error, kl + share * losses.kl);
            let found = tape.gradients(&losses.total)?;
            self.learned.add(&mut gradients, |variable| found.get(variable))?;
        }
        let length = gradients.norm();
        finite(number, "loss", error + kl)?;
        finite(number, "gradient", length)?;
        self.learned.step(&self.settings, number, &gradients, length)?;
        self.iteration = number;
        Ok(AutoencoderStep { iteration: number, error, kl })
    }

    /// The losses of a part of a batch that begins at sample `first` and is this share of the batch.
    fn losses(&self, part: &Batch, first: u32, share: f64) -> Result<Losses, TrainError> {
        let pictures = Tensor::from_slice(&part.x0, &part.shape, &Device::Cpu)?;
        let LatentDistribution { mean, logvar } = self.model.encode(&pictures)?;
        let (samples, channels, height, width) = mean.dims4()?;
        let key = Key::from_seed(self.settings.seed);
        let node = self.iteration as u32;
        let planes = (0..samples as u32).flat_map(|sample| {
            (0..channels as u32).flat_map(move |channel| {
                plane(key, channel, Stream::Posterior, node, first + sample, height * width)
            })
        });
        let noise = Tensor::from_vec(planes.collect::<Vec<f32>>(), mean.shape(), &Device::Cpu)?;
        let latents = (&mean + ((&logvar * 0.5)?.exp()? * noise)?)?;
        let decoded = self.model.decode(&latents)?;
        let off = (decoded - &pictures)?;
        let error = off.abs()?.mean_all()?;
        // KL(N(μ, σ²) ‖ N(0, 1)) = ½(μ² + σ² − 1 − ln σ²).
        let squares = (mean.sqr()? + logvar.exp()?)?;
        let kl = (((squares - &logvar)? - 1.0)?.mean_all()? * 0.5)?;
        let fidelity = (&error + (edges(&off)? * EDGES)?)?;
        let total = (fidelity + (&kl * self.asked.kl_weight)?)?;
        let number = |tensor: &Tensor| tensor.to_dtype(DType::F64)?.to_scalar::<f64>();
        Ok(Losses { error: number(&error)?, kl: number(&kl)?, total: (total * share)? })
    }

    /// Changes the number of iterations, and with it how the learning rate falls from here on.
    ///
    /// # Errors
    /// [`TrainError::Setting`] if more iterations have been made already.
    pub fn set_iterations(&mut self, iterations: u64) -> Result<(), TrainError> {
        if iterations < self.iteration.max(1) {
            let expected = format!("at least {}, which have been made", self.iteration.max(1));
            return Err(TrainError::Setting {
                setting: "iterations",
                expected,
                found: iterations.to_string(),
            });
        }
        self.asked.iterations = iterations;
        self.settings = self.asked.common();
        Ok(())
    }

    /// The number of iterations that have been made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// Number of iterations.
    pub fn iterations(&self) -> u64 {
        self.settings.iterations.unwrap_or(self.iteration)
    }

    /// A copy of the network with the moving average of its weights, and with the scaling factor that brings its latents
    /// to variance 1 over pictures of the data.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn average(&self) -> Result<AutoencoderKl, TrainError> {
        let mut tensors: Tensors =
            self.model.tensors().map(|(name, tensor)| (name.to_owned(), tensor.detach())).collect();
        tensors.extend(self.learned.averages()?);
        let model = AutoencoderKl::given(self.model.config(), tensors)?;
        let deviation = deviation(&model, self.batches.data())?;
        Ok(model.with_scaling_factor(1.0 / deviation)?)
    }
}

/// The mean squared error of a picture that has passed through its latent's mean, with its values in `[-1, 1]`.
///
/// # Errors
/// If the picture does not fit the network, or candle fails.
///
/// # Panics
/// If there is no picture with this index.
pub fn round_trip_error(network: &AutoencoderKl, data: &Dataset, index: usize) -> Result<f64, TrainError> {
    let [channels, height, width] = data.shape();
    let mut values = Vec::new();
    data.extend_with(&mut values, index, false);
    let picture = Tensor::from_slice(&values, (1, channels, height, width), &Device::Cpu)?;
    let latents = network.scaled(&network.encode(&picture)?.mean)?;
    let back: Vec<f32> = network.decode(&latents)?.clamp(-1.0, 1.0)?.flatten_all()?.to_vec1()?;
    let squares: f64 = values.iter().zip(&back).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    Ok(squares / values.len() as f64)
}

/// The mean absolute error of differences between neighbours, to the right and below.
fn edges(off: &Tensor) -> candle_core::Result<Tensor> {
    let differences = |axis: usize| {
        let len = off.dim(axis)?;
        (off.narrow(axis, 1, len - 1)? - off.narrow(axis, 0, len - 1)?)?.abs()?.mean_all()
    };
    differences(2)? + differences(3)?
}

/// The standard deviation of the numbers of latents about their mean, over pictures of the data that are spread evenly.
fn deviation(model: &AutoencoderKl, data: &Dataset) -> Result<f64, TrainError> {
    let [channels, height, width] = data.shape();
    let count = data.len().min(MEASURED);
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    let indices: Vec<usize> = (0..count).map(|i| i * data.len() / count.max(1)).collect();
    for indices in indices.chunks(TOGETHER) {
        let mut values = Vec::new();
        for &index in indices {
            data.extend_with(&mut values, index, false);
        }
        let pictures = Tensor::from_vec(values, (indices.len(), channels, height, width), &Device::Cpu)?;
        let means: Vec<f32> = model.encode(&pictures)?.mean.flatten_all()?.to_vec1()?;
        for value in means.into_iter().map(f64::from) {
            (n, sum, squares) = (n + 1.0, sum + value, squares + value * value);
        }
    }
    let variance: f64 = squares / n - (sum / n) * (sum / n);
    Ok(variance.max(1e-12).sqrt())
}

impl Iterator for AutoencoderTrainer {
    type Item = Result<AutoencoderStep, TrainError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.iteration >= self.iterations() {
            return None;
        }
        let step = self.step();
        self.failed = step.is_err();
        Some(step)
    }
}
