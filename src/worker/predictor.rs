//! The predictors that answer the network calls of a run.

use std::sync::Arc;

use super::{LaneSpec, PredictorKind, RunSpec, WorkerError};
use crate::dataset::blocks::{to_blocks, to_pixels};
use crate::diffusion::Raster;
use crate::diffusion::ideal::IdealDenoiser;
use crate::diffusion::sampler::{Call, PredictionType, SamplerSpec};
use crate::model::{Conditioning, Denoise, Denoiser, ModelError, UNet2DModel};

/// The predictor of one lane. Its calls are batches of one sample.
pub(super) type Predictor = Box<dyn Denoise + Send>;

/// The opened network with the class and the guidance of a lane.
pub(super) fn network(unet: UNet2DModel, lane: &LaneSpec) -> Result<Predictor, WorkerError> {
    let (class, guidance) = match (unet.config().conditioning(), lane.class) {
        (Conditioning::Classes { .. }, Some(class)) => (Some(class), lane.guidance_scale),
        // Without a class, the class that stands for "no class" is used, and guidance has no effect.
        (Conditioning::Classes { .. }, None) => {
            (unet.config().guiding_class().map(|class| class as u32), 1.0)
        }
        _ => (None, 1.0),
    };
    Ok(Box::new(Denoiser::new(unet, class.map(|class| vec![class]), guidance)?))
}

/// The network that was trained on the loaded picture, which sees blocks of pixels.
pub(super) struct Blocks {
    denoiser: Denoiser,
    side: usize,
}

impl Blocks {
    pub(super) fn new(unet: UNet2DModel, side: usize) -> Result<Self, WorkerError> {
        Ok(Self { denoiser: Denoiser::new(unet, None, 1.0)?, side })
    }
}

impl Denoise for Blocks {
    fn denoise(&self, call: &Call<'_>) -> Result<Vec<f32>, ModelError> {
        let [_, channels, height, width] = call.shape;
        let shape = [channels, height, width];
        let side = self.side;
        let blocks = to_blocks(call.input, shape, side);
        let seen = [1, channels * side * side, height / side, width / side];
        Ok(to_pixels(&self.denoiser.predict(&blocks, seen, self.denoiser.timestep_of(call))?, shape, side))
    }
}

/// A predictor that always answers `x_0`, whatever the state is.
pub(super) struct Oracle(Arc<[f32]>);

impl Oracle {
    /// An oracle that knows the picture of a run.
    pub(super) fn new(spec: &RunSpec) -> Result<Self, WorkerError> {
        let picture = spec.picture.as_ref().ok_or(WorkerError::NoPicture)?;
        Ok(Self(picture.data.clone()))
    }
}

impl Denoise for Oracle {
    fn denoise(&self, _: &Call<'_>) -> Result<Vec<f32>, ModelError> {
        Ok(self.0.to_vec())
    }
}

/// A predictor that answers the exact `E[x_0 | x_t]` over a small data set.
pub(super) struct Ideal(pub(super) Arc<IdealDenoiser>);

impl Denoise for Ideal {
    fn denoise(&self, call: &Call<'_>) -> Result<Vec<f32>, ModelError> {
        Ok(self.0.posterior_mean(call.input, call.alpha_bar))
    }
}

/// The lane's sampler, with the prediction type set to what the lane's predictor predicts; `own` is what the network
/// predicts that was trained on the loaded picture.
pub fn sampler_of(lane: &LaneSpec, own: PredictionType) -> SamplerSpec {
    let mut sampler = lane.sampler.clone();
    match lane.predictor {
        PredictorKind::Network => {}
        PredictorKind::Own => sampler.prediction_type = own,
        PredictorKind::Oracle | PredictorKind::Ideal => sampler.prediction_type = PredictionType::Sample,
    }
    sampler
}

/// An ideal denoiser over pictures of `len` values each.
pub(super) fn ideal_of(pictures: &[Raster], len: usize) -> Result<Arc<IdealDenoiser>, WorkerError> {
    let points: Vec<f32> = pictures.iter().flat_map(|picture| picture.data.iter().copied()).collect();
    IdealDenoiser::new(points.into(), len).map(Arc::new).ok_or(WorkerError::NoPicture)
}
