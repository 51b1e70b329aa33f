//! Pictures as the latents of an autoencoder, made once before the first iteration.

use std::hash::Hasher as _;

use candle_core::{Device, Tensor};
use fnv::FnvHasher;

use super::super::batch::Pictures;
use super::TrainError;
use crate::dataset::Dataset;
use crate::model::AutoencoderKl;

/// The number of pictures that pass through the autoencoder at a time.
const TOGETHER: usize = 8;

/// The latents of a data set's pictures, and of the same pictures mirrored left to right.
#[derive(Clone, Debug)]
pub struct Latents {
    shape: [usize; 3],
    /// For each picture, its latent and that of its mirror image.
    values: Vec<f32>,
}

impl Latents {
    /// Encodes all pictures; `tick` is called with the number of pictures that are done, and ends the work by `false`.
    ///
    /// # Errors
    /// If the pictures do not fit the autoencoder, or candle fails. `None` if the work was ended.
    pub fn of(
        data: &Dataset,
        autoencoder: &AutoencoderKl,
        mut tick: impl FnMut(usize) -> bool,
    ) -> Result<Option<Self>, TrainError> {
        let [channels, height, width] = data.shape();
        let factor = autoencoder.config().size_factor();
        let shape = [autoencoder.config().latent_channels, height / factor, width / factor];
        let mut values = Vec::with_capacity(2 * data.len() * shape.iter().product::<usize>());
        for first in (0..data.len()).step_by(TOGETHER) {
            if !tick(first) {
                return Ok(None);
            }
            let mut pictures = Vec::new();
            let some = first..data.len().min(first + TOGETHER);
            let count = 2 * some.len();
            for index in some {
                data.extend_with(&mut pictures, index, false);
                data.extend_with(&mut pictures, index, true);
            }
            let pictures = Tensor::from_vec(pictures, (count, channels, height, width), &Device::Cpu)?;
            let latents = autoencoder.scaled(&autoencoder.encode(&pictures)?.mean)?;
            values.extend(latents.flatten_all()?.to_vec1::<f32>()?);
        }
        Ok(Some(Self { shape, values }))
    }
}

impl Pictures for Latents {
    fn shape(&self) -> [usize; 3] {
        self.shape
    }

    fn count(&self) -> usize {
        self.values.len() / (2 * self.shape.iter().product::<usize>())
    }

    fn extend_with(&self, values: &mut Vec<f32>, index: usize, flip: bool) {
        let size: usize = self.shape.iter().product();
        values.extend_from_slice(&self.values[(2 * index + usize::from(flip)) * size..][..size]);
    }

    fn fingerprint(&self) -> u64 {
        let mut hasher = FnvHasher::default();
        self.values.iter().for_each(|value| hasher.write(&value.to_le_bytes()));
        hasher.finish()
    }
}
