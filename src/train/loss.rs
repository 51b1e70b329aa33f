//! The loss: a weighted mean square error of what the network predicts.

use candle_core::{Device, Tensor};

use super::TrainError;
use super::batch::Batch;
use super::settings::{Loss, TrainSettings};
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::{Schedule, Step};
use crate::model::{ClassLabels, UNet2DModel};

impl Loss {
    /// The factor on the mean square error of the network's **output** at a step. It makes the loss independent of what
    /// is predicted: `‖ε − ε̂‖² = SNR ‖x_0 − x̂_0‖² = ᾱ ‖v − v̂‖²`, and `‖x_0 − x̂_0‖² = (1−ᾱ) ‖v − v̂‖²`.
    ///
    /// With [`Loss::Simple`] it is 1: the loss is the error of the output itself.
    pub fn weight(self, prediction: PredictionType, step: &Step) -> f64 {
        let (alpha_bar, noise, snr) = (step.alpha_bar, step.noise_variance(), step.snr());
        match self {
            Self::Simple => 1.0,
            Self::Vlb => {
                let eps = step.beta / (2.0 * step.alpha * noise);
                match prediction {
                    PredictionType::Epsilon => eps,
                    PredictionType::Sample => eps * snr,
                    PredictionType::VPrediction => eps * alpha_bar,
                }
            }
            // Written so that SNR = 0, where no signal is left, is not a division by 0.
            Self::MinSnr { gamma } => match prediction {
                PredictionType::Epsilon if snr <= gamma => 1.0,
                PredictionType::Epsilon => gamma / snr,
                PredictionType::Sample => snr.min(gamma),
                PredictionType::VPrediction => snr.min(gamma) * noise,
            },
        }
    }
}

impl Loss {
    /// The factor on the mean square error of **ε̂** at a step, whatever the network predicts: what a loss asks of the
    /// network at each noise level, in units that are comparable.
    pub fn eps_weight(self, prediction: PredictionType, step: &Step) -> f64 {
        let output = self.weight(prediction, step);
        match prediction {
            PredictionType::Epsilon => output,
            PredictionType::Sample => output / step.snr(),
            PredictionType::VPrediction => output / step.alpha_bar,
        }
    }
}

impl PredictionType {
    /// The factor on the mean square error of the network's output that stands for `weight` on that of ε̂.
    pub(super) fn output_weight(self, weight: f64, alpha_bar: f64) -> f64 {
        match self {
            Self::Epsilon => weight,
            Self::Sample => weight * alpha_bar / (1.0 - alpha_bar),
            Self::VPrediction => weight * alpha_bar,
        }
    }
}

/// What the loss needs to know of the noise in one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// ᾱ.
    pub alpha_bar: f64,
    /// The timestep that the network is told, from 0.
    pub time: f64,
    /// The factor on the mean square error of the network's output.
    pub weight: f64,
}

/// What the loss needs to know of the schedule: numbers for each timestep, from 1.
#[derive(Clone, Debug)]
pub struct Weighting {
    prediction: PredictionType,
    alpha_bars: Vec<f64>,
    weights: Vec<f64>,
}

impl Weighting {
    /// The weighting for these settings.
    pub fn new(settings: &TrainSettings, schedule: &Schedule) -> Self {
        Self {
            prediction: settings.prediction,
            alpha_bars: schedule.iter().map(|step| step.alpha_bar).collect(),
            weights: schedule.iter().map(|step| settings.loss.weight(settings.prediction, &step)).collect(),
        }
    }

    /// The levels of noise at timesteps, from 1.
    pub fn levels(&self, timesteps: &[usize]) -> Vec<Level> {
        let (alpha_bars, weights) = (&self.alpha_bars, &self.weights);
        let level =
            |&t: &usize| Level { alpha_bar: alpha_bars[t - 1], time: (t - 1) as f64, weight: weights[t - 1] };
        timesteps.iter().map(level).collect()
    }

    /// The weighted mean square error of each sample, `[n]`, in the network's precision, at the timesteps of the batch.
    /// Gradients flow to the network's variables.
    ///
    /// # Errors
    /// If the network cannot be computed.
    pub fn losses(&self, model: &UNet2DModel, batch: &Batch) -> Result<Tensor, TrainError> {
        self.losses_at(model, batch, &self.levels(&batch.timesteps))
    }

    /// Like [`losses`](Self::losses), with a level of noise for each sample of the batch in place of its timesteps.
    ///
    /// # Errors
    /// If the network cannot be computed.
    pub fn losses_at(
        &self,
        model: &UNet2DModel,
        batch: &Batch,
        levels: &[Level],
    ) -> Result<Tensor, TrainError> {
        let labels = batch.labels.as_deref().map(ClassLabels::Classes);
        self.losses_of(batch, levels, |noised, timesteps| Ok(model.forward(noised, timesteps, labels)?))
    }

    /// Like [`losses_at`](Self::losses_at), for any network: `predict` answers noised samples, with the timestep that it is
    /// told of each.
    ///
    /// # Errors
    /// If the network cannot be computed.
    pub fn losses_of(
        &self,
        batch: &Batch,
        levels: &[Level],
        predict: impl FnOnce(&Tensor, &[f64]) -> Result<Tensor, TrainError>,
    ) -> Result<Tensor, TrainError> {
        let sample = batch.x0.len() / batch.shape[0];
        let mut noised = Vec::with_capacity(batch.x0.len());
        let mut target = Vec::with_capacity(batch.x0.len());
        let pictures = batch.x0.chunks_exact(sample).zip(batch.eps.chunks_exact(sample));
        for ((x0, eps), &Level { alpha_bar, .. }) in pictures.zip(levels) {
            let (signal, noise) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
            noised.extend(x0.iter().zip(eps).map(|(x0, eps)| signal * x0 + noise * eps));
            match self.prediction {
                PredictionType::Epsilon => target.extend_from_slice(eps),
                PredictionType::Sample => target.extend_from_slice(x0),
                PredictionType::VPrediction => {
                    target.extend(x0.iter().zip(eps).map(|(x0, eps)| signal * eps - noise * x0));
                }
            }
        }
        let timesteps: Vec<f64> = levels.iter().map(|level| level.time).collect();
        let noised = Tensor::from_vec(noised, &batch.shape, &Device::Cpu)?;
        let output = predict(&noised, &timesteps)?;
        let target = Tensor::from_vec(target, &batch.shape, &Device::Cpu)?.to_dtype(output.dtype())?;
        let weights: Vec<f64> = levels.iter().map(|level| level.weight).collect();
        let weights = Tensor::from_vec(weights, batch.shape[0], &Device::Cpu)?.to_dtype(output.dtype())?;
        let errors = (output - target)?.sqr()?.flatten_from(1)?.mean(1)?;
        Ok((errors * weights)?)
    }
}
