//! What answers the network calls of a run.

use std::sync::Arc;

use super::{LaneSpec, PredictorKind, RunSpec, WorkerError, own};
use crate::diffusion::Raster;
use crate::diffusion::ideal::IdealDenoiser;
use crate::diffusion::sampler::{Call, PredictionType, SamplerSpec};
use crate::model::{Conditioning, Denoiser, UNet2DModel};

/// A predictor that is ready to answer the calls of one lane.
pub(super) enum Predictor {
    Network(Box<Denoiser>),
    /// A network that sees blocks of pixels.
    Own(Box<Denoiser>),
    /// Says x_0, whatever it sees.
    Oracle(Arc<[f32]>),
    /// Says `E[x_0 | x_t]`.
    Ideal(Arc<IdealDenoiser>),
}

impl Predictor {
    /// A network for one sample of a lane.
    pub(super) fn network(unet: UNet2DModel, lane: &LaneSpec) -> Result<Self, WorkerError> {
        let (class, guidance) = match (unet.config().conditioning(), lane.class) {
            (Conditioning::Classes { .. }, Some(class)) => (Some(class), lane.guidance_scale),
            // Without a class: the one that stands for none. There is nothing to strengthen.
            (Conditioning::Classes { .. }, None) => {
                (unet.config().guiding_class().map(|class| class as u32), 1.0)
            }
            _ => (None, 1.0),
        };
        Ok(Self::Network(Box::new(Denoiser::new(unet, class.map(|class| vec![class]), guidance)?)))
    }

    /// The network that was trained here.
    pub(super) fn own(unet: UNet2DModel) -> Result<Self, WorkerError> {
        Ok(Self::Own(Box::new(Denoiser::new(unet, None, 1.0)?)))
    }

    /// A predictor that knows the picture.
    pub(super) fn oracle(spec: &RunSpec) -> Result<Self, WorkerError> {
        let picture = spec.picture.as_ref().ok_or(WorkerError::NoPicture)?;
        Ok(Self::Oracle(picture.data.clone()))
    }

    /// The answer to a call.
    pub(super) fn answer(&self, call: &Call<'_>) -> Result<Vec<f32>, WorkerError> {
        match self {
            Self::Network(denoiser) => Ok(denoiser.predict(call.input, call.shape, call.timestep)?),
            Self::Own(denoiser) => {
                // Runs are of one sample.
                let [_, channels, height, width] = call.shape;
                let shape = [channels, height, width];
                let side = own::BLOCK;
                let blocks = own::to_blocks(call.input, shape);
                let seen = [1, channels * side * side, height / side, width / side];
                Ok(own::to_pixels(&denoiser.predict(&blocks, seen, call.timestep)?, shape))
            }
            Self::Oracle(x0) => Ok(x0.to_vec()),
            Self::Ideal(ideal) => Ok(ideal.posterior_mean(call.input, call.alpha_bar)),
        }
    }
}

/// The lane's sampler, told what its predictor predicts.
pub(super) fn sampler_of(lane: &LaneSpec) -> SamplerSpec {
    let mut sampler = lane.sampler.clone();
    match lane.predictor {
        PredictorKind::Network => {}
        PredictorKind::Own => sampler.prediction_type = own::PREDICTION,
        PredictorKind::Oracle | PredictorKind::Ideal => sampler.prediction_type = PredictionType::Sample,
    }
    sampler
}

/// The pictures as points of an ideal denoiser.
pub(super) fn ideal_of(pictures: &[Raster], len: usize) -> Result<Arc<IdealDenoiser>, WorkerError> {
    let points: Vec<f32> = pictures.iter().flat_map(|picture| picture.data.iter().copied()).collect();
    IdealDenoiser::new(points.into(), len).map(Arc::new).ok_or(WorkerError::NoPicture)
}
