//! Denoising score matching in the plane, one iteration at a time.

use candle_core::{Device, Tensor};
use candle_nn::{AdamW, Optimizer as _, ParamsAdamW};

use super::network::{INPUTS, ScoreNet, time_features, unit};
use super::{NetConfig, ScoreError};
use crate::diffusion::exact::Mixture;
use crate::diffusion::noise::{Key, Stream, philox4x32, plane};
use crate::train::ema_decay;

/// Decay of the moving average of the loss.
const LOSS_DECAY: f64 = 0.99;

/// The settings of a training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreSettings {
    /// Process, target and size of the network.
    pub network: NetConfig,
    /// The number of iterations, over which the learning rate falls to 0 along a cosine. With `None` the training goes
    /// on for ever at a constant rate.
    pub iterations: Option<u64>,
    /// Number of points in one iteration.
    pub batch: usize,
    /// The learning rate of `AdamW` at the start.
    pub learning_rate: f64,
    /// Seed of weights, data and noise.
    pub seed: u64,
}

impl ScoreSettings {
    /// Settings with 512 points in an iteration and a learning rate of 0.002.
    pub fn new(network: NetConfig, iterations: Option<u64>, seed: u64) -> Self {
        Self { network, iterations, batch: 512, learning_rate: 2e-3, seed }
    }
}

/// The result of one iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreStep {
    /// Number of the iteration, from 1.
    pub iteration: u64,
    /// Mean squared error of the predicted target.
    pub loss: f64,
    /// The moving average of the loss with decay 0.99, which begins with the first loss.
    pub ema_loss: f64,
}

/// A training: an iterator over its steps, which ends after the last iteration or the first error.
pub struct ScoreTrainer {
    settings: ScoreSettings,
    data: Mixture<2>,
    network: ScoreNet,
    optimiser: AdamW,
    iteration: u64,
    ema_loss: Option<f64>,
    failed: bool,
}

impl ScoreTrainer {
    /// A training that starts from fresh weights.
    ///
    /// # Errors
    /// [`ScoreError::Setting`] if a setting is out of range.
    pub fn new(settings: ScoreSettings, data: Mixture<2>) -> Result<Self, ScoreError> {
        let refuse = |setting, expected, found: String| Err(ScoreError::Setting { setting, expected, found });
        if !(1..=1024).contains(&settings.network.hidden) {
            return refuse("hidden", "from 1 to 1024", settings.network.hidden.to_string());
        }
        if !(1..=65_536).contains(&settings.batch) {
            return refuse("batch", "from 1 to 65536", settings.batch.to_string());
        }
        if !(settings.learning_rate > 0.0 && settings.learning_rate <= 1.0) {
            return refuse("learning rate", "above 0 and at most 1", settings.learning_rate.to_string());
        }
        let network = ScoreNet::fresh(settings.network, settings.seed)?;
        let rate = ParamsAdamW { lr: settings.learning_rate, weight_decay: 0.0, ..ParamsAdamW::default() };
        let optimiser = AdamW::new(network.variables()?, rate)?;
        Ok(Self { settings, data, network, optimiser, iteration: 0, ema_loss: None, failed: false })
    }

    /// The settings.
    pub fn settings(&self) -> &ScoreSettings {
        &self.settings
    }

    /// The number of iterations that have been made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// A copy of the current network, which further steps do not change.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn network(&self) -> Result<ScoreNet, ScoreError> {
        Ok(self.network.copy()?)
    }

    /// Makes the next iteration, even beyond the number of iterations in the settings.
    ///
    /// # Errors
    /// [`ScoreError::Diverged`] if the loss is not finite; other errors if candle fails.
    pub fn step(&mut self) -> Result<ScoreStep, ScoreError> {
        let (inputs, targets) = self.batch()?;
        let loss = (self.network.forward(&inputs)? - targets)?.sqr()?.mean_all()?;
        let value = f64::from(loss.to_scalar::<f32>()?);
        let iteration = self.iteration + 1;
        if !value.is_finite() {
            return Err(ScoreError::Diverged { iteration, loss: value });
        }
        self.optimiser.set_learning_rate(self.learning_rate());
        self.optimiser.backward_step(&loss)?;
        self.iteration = iteration;
        // The first losses are soon forgotten.
        let decay = ema_decay(LOSS_DECAY, iteration);
        let ema_loss = self.ema_loss.map_or(value, |old| decay * old + (1.0 - decay) * value);
        self.ema_loss = Some(ema_loss);
        Ok(ScoreStep { iteration, loss: value, ema_loss })
    }

    /// The current learning rate, on a half cosine (Loshchilov & Hutter 2017).
    fn learning_rate(&self) -> f64 {
        let done =
            self.settings.iterations.map_or(0.0, |last| (self.iteration as f64 / last as f64).min(1.0));
        0.5 * self.settings.learning_rate * (1.0 + (std::f64::consts::PI * done).cos())
    }

    /// The inputs and targets of the current iteration: a pure function of seed and iteration. Times are spread evenly
    /// from one random offset (Kingma et al. 2021, appendix I.1).
    fn batch(&self) -> Result<(Tensor, Tensor), candle_core::Error> {
        let ScoreSettings { network, batch, seed, .. } = self.settings;
        let (key, iteration) = (Key::from_seed(seed), self.iteration as u32);
        let first = self.iteration.wrapping_mul(batch as u64) as usize;
        let clean = self.data.sample_range(seed, first..first + batch);
        let noise = plane(key, 0, Stream::Training, iteration, 0, 2 * batch);
        let offset = philox4x32([0, 1 | (Stream::Training as u32) << 8, iteration, 0], key.0)[0];
        let offset = (f64::from(offset) + 0.5) / 4_294_967_296.0;
        let cut_off = network.process.cut_off();
        let (mut inputs, mut targets) = (Vec::with_capacity(batch * INPUTS), Vec::with_capacity(2 * batch));
        for (k, (x0, eps)) in clean.iter().zip(noise.as_chunks::<2>().0).enumerate() {
            let u = (offset + k as f64 / batch as f64).fract();
            let level = network.process.level(cut_off + u * (1.0 - cut_off));
            let (alpha_bar, _) = unit(level);
            for d in 0..2 {
                let eps = f64::from(eps[d]);
                inputs.push((alpha_bar.sqrt() * x0[d] + (1.0 - alpha_bar).sqrt() * eps) as f32);
                targets.push(network.target.target(alpha_bar, x0[d], eps) as f32);
            }
            inputs.extend(time_features(level));
        }
        let inputs = Tensor::from_vec(inputs, (batch, INPUTS), &Device::Cpu)?;
        Ok((inputs, Tensor::from_vec(targets, (batch, 2), &Device::Cpu)?))
    }
}

impl Iterator for ScoreTrainer {
    type Item = Result<ScoreStep, ScoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.settings.iterations.is_some_and(|last| self.iteration >= last) {
            return None;
        }
        let step = self.step();
        self.failed = step.is_err();
        Some(step)
    }
}
