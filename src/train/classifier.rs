//! Training classifiers: an iterator over its steps, like [`Trainer`](super::Trainer) for U-Nets.

use std::sync::Arc;

use candle_core::{Device, Tensor};
use candle_nn::loss::cross_entropy;

use super::batch::{Batch, Batches};
use super::learned::{Learned, finite};
use super::{TrainError, TrainSettings};
use crate::classifier::{Classifier, ClassifierError, Purpose};
use crate::dataset::Dataset;
use crate::diffusion::noise::{Key, philox4x32};

/// Counter word 1 of shifts, with one word for each sample and iteration; see [`super::batch`].
const SHIFT: u32 = 0xFFFF_FFFB;
/// Largest decay of the moving average of the weights.
const EMA: f64 = 0.99;
/// Largest norm of the gradient.
const CLIP: f64 = 1.0;
/// The number of iterations over which the learning rate rises.
const WARM_UP: u64 = 50;

/// The settings of a run: everything that a classifier's weights depend on besides the data.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassifierSettings {
    /// Pictures in one iteration, `1..=65_536`.
    pub batch: usize,
    /// Number of iterations, at least 1; the learning rate falls to 0 over them along a cosine.
    pub iterations: u64,
    /// Largest learning rate, in (0, 1].
    pub learning_rate: f64,
    /// Decay of weights in each iteration, as a multiple of the learning rate, in `0..1`.
    pub weight_decay: f64,
    /// The largest random shift of a picture in each direction, in pixels; pixels at its border are repeated.
    pub shift: usize,
    /// Whether every picture is mirrored left to right with probability 1/2.
    pub flip: bool,
    /// Seed of everything that is random.
    pub seed: u64,
}

impl Default for ClassifierSettings {
    fn default() -> Self {
        Self {
            batch: 64,
            iterations: 4000,
            learning_rate: 2e-3,
            weight_decay: 0.05,
            shift: 1,
            flip: false,
            seed: 7,
        }
    }
}

impl ClassifierSettings {
    /// The same settings in the form that the training of U-Nets uses.
    fn common(&self) -> TrainSettings {
        TrainSettings {
            batch: self.batch,
            learning_rate: self.learning_rate,
            warm_up: WARM_UP.min(self.iterations / 4),
            iterations: Some(self.iterations),
            weight_decay: self.weight_decay,
            ema: EMA,
            class_dropout: 0.0,
            flip: self.flip,
            clip_grad: Some(CLIP),
            seed: self.seed,
            ..TrainSettings::default()
        }
    }
}

/// The result of one iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassifierStep {
    /// Number of the iteration, from 1.
    pub iteration: u64,
    /// Mean cross entropy of the batch, in nats.
    pub loss: f64,
}

/// A run of training: an iterator over its steps, which ends after the last iteration or the first
/// error.
pub struct ClassifierTrainer {
    settings: TrainSettings,
    shift: usize,
    model: Classifier,
    learned: Learned,
    batches: Batches,
    iteration: u64,
    failed: bool,
}

impl ClassifierTrainer {
    /// A run that starts from fresh weights.
    ///
    /// # Errors
    /// If a setting is out of range, or the data has no classes or too small pictures.
    pub fn new(settings: &ClassifierSettings, data: Arc<Dataset>) -> Result<Self, TrainError> {
        let common = settings.common();
        common.validate()?;
        let purpose = Purpose::of(&data)?;
        let [_, height, width] = data.shape();
        let most = height.min(width) / 4;
        if settings.shift > most {
            let (expected, found) = (format!("at most {most}, a quarter of the pictures"), settings.shift);
            return Err(TrainError::Setting { setting: "shift", expected, found: found.to_string() });
        }
        let model = Classifier::init(purpose, settings.seed)?;
        let learned = Learned::new(model.variables()?)?;
        let batches = Batches::new(data, &common);
        let shift = settings.shift;
        Ok(Self { settings: common, shift, model, learned, batches, iteration: 0, failed: false })
    }

    /// Makes the next iteration.
    ///
    /// # Errors
    /// [`TrainError::Diverged`] if the loss is not finite, and errors of the computation.
    fn step(&mut self) -> Result<ClassifierStep, TrainError> {
        let number = self.iteration + 1;
        let batch = self.batches.at(self.iteration);
        let loss = self.loss(batch)?;
        let store = loss.backward()?;
        let mut gradients = self.learned.no_gradients();
        self.learned.add(&mut gradients, |variable| store.get(variable))?;
        let length = gradients.norm();
        let loss = f64::from(loss.to_scalar::<f32>()?);
        finite(number, "loss", loss)?;
        finite(number, "gradient", length)?;
        self.learned.step(&self.settings, number, &gradients, length)?;
        self.iteration = number;
        Ok(ClassifierStep { iteration: number, loss })
    }

    /// The mean cross entropy of a batch.
    fn loss(&self, batch: Batch) -> Result<Tensor, TrainError> {
        let pictures = self.shifted(&batch);
        let pictures = Tensor::from_vec(pictures, &batch.shape, &Device::Cpu)?;
        let labels = batch.labels.unwrap_or_default();
        let labels = Tensor::from_vec(labels, batch.shape[0], &Device::Cpu)?;
        let [_, logits] = self.model.forward(&pictures)?;
        Ok(cross_entropy(&logits, &labels)?)
    }

    /// The pictures of the batch, each shifted by a few pixels.
    fn shifted(&self, batch: &Batch) -> Vec<f32> {
        let [_, channels, height, width] = batch.shape;
        let Key(key) = Key::from_seed(self.settings.seed);
        let (low, high) = (self.iteration as u32, (self.iteration >> 32) as u32);
        let reach = self.shift as u64;
        let mut moved = Vec::with_capacity(batch.x0.len());
        for (i, picture) in batch.x0.chunks_exact(channels * height * width).enumerate() {
            let [down, right, ..] = philox4x32([i as u32, SHIFT, low, high], key);
            let [down, right] =
                [down, right].map(|word| ((u64::from(word) * (2 * reach + 1)) >> 32) as usize);
            // Beyond the border, the pixels at the border are repeated.
            let from = |at: usize, by: usize, side: usize| (at + by).saturating_sub(self.shift).min(side - 1);
            for plane in picture.chunks_exact(height * width) {
                for y in 0..height {
                    let row = &plane[from(y, down, height) * width..][..width];
                    moved.extend((0..width).map(|x| row[from(x, right, width)]));
                }
            }
        }
        moved
    }

    /// The number of iterations that have been made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// Number of iterations.
    pub fn iterations(&self) -> u64 {
        self.settings.iterations.unwrap_or(self.iteration)
    }

    /// Changes the number of iterations, but to no fewer than have been made.
    pub fn set_iterations(&mut self, iterations: u64) {
        self.settings.iterations = Some(iterations.max(self.iteration).max(1));
    }

    /// A copy of the classifier with the moving average of its weights, rounded as in a file.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn average(&self) -> Result<Classifier, TrainError> {
        let averages = self.learned.averages()?;
        Ok(Classifier::from_tensors(self.model.purpose().clone(), averages)?.rounded()?)
    }
}

impl Iterator for ClassifierTrainer {
    type Item = Result<ClassifierStep, TrainError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.iteration >= self.iterations() {
            return None;
        }
        let step = self.step();
        self.failed = step.is_err();
        Some(step)
    }
}

impl From<ClassifierError> for TrainError {
    fn from(error: ClassifierError) -> Self {
        match error {
            ClassifierError::Model(error) => Self::Model(error),
            ClassifierError::File(error) => Self::File(error),
            other => Self::Classifier(Box::new(other)),
        }
    }
}
