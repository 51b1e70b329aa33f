//! The channels of a latent as the colours of a picture.

use std::sync::Arc;

use half::f16;
use nalgebra::{DMatrix, SymmetricEigen};

/// How many deviations of a component fill the range of a colour.
const DEVIATIONS: f64 = 2.5;
/// The least deviation that counts, so that a component that hardly varies does not become the brightest noise.
const LEAST: f64 = 0.5;

/// The three directions among a latent's channels along which it varies most, its principal components: red, green and
/// blue. Other latents, such as the noised one, are shown along the same directions, so that colours can be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Colours {
    /// The mean of each channel.
    means: Vec<f64>,
    /// For each of up to three components the weights of the channels, which make −1 to 1 of `DEVIATIONS` deviations.
    components: Vec<Vec<f64>>,
}

impl Colours {
    /// The components of a latent `[channels, height, width]`.
    pub fn of(latent: &[f32], [channels, height, width]: [usize; 3]) -> Self {
        let places = (height * width).max(1);
        let planes: Vec<&[f32]> = latent.chunks_exact(places).take(channels).collect();
        let mean = |plane: &&[f32]| plane.iter().map(|value| f64::from(*value)).sum::<f64>() / places as f64;
        let means: Vec<f64> = planes.iter().map(mean).collect();
        let covariance = DMatrix::from_fn(planes.len(), planes.len(), |i, j| {
            let products = planes[i]
                .iter()
                .zip(planes[j])
                .map(|(a, b)| (f64::from(*a) - means[i]) * (f64::from(*b) - means[j]));
            products.sum::<f64>() / places as f64
        });
        let found = SymmetricEigen::new(covariance);
        let mut order: Vec<usize> = (0..found.eigenvalues.len()).collect();
        order.sort_by(|&a, &b| found.eigenvalues[b].total_cmp(&found.eigenvalues[a]));
        let component = |&at: &usize| {
            let direction: Vec<f64> = found.eigenvectors.column(at).iter().copied().collect();
            // A direction and its opposite are equally good: the one whose largest weight is above 0 is taken.
            let largest = direction.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs()));
            let sign = largest.unwrap_or(1.0).signum();
            let deviation = found.eigenvalues[at].max(0.0).sqrt().max(LEAST);
            direction.into_iter().map(|weight| sign * weight / (DEVIATIONS * deviation)).collect()
        };
        Self { means, components: order.iter().take(3).map(component).collect() }
    }

    /// A latent of the same channels as a picture `[3, height, width]` with values from −1 to 1. A latent of fewer than
    /// three channels has as many colours, and the last of them again.
    pub fn picture(&self, latent: &[f32]) -> Arc<[f16]> {
        let places = latent.len() / self.means.len().max(1);
        let value = |component: &[f64], i: usize| {
            let channels = component.iter().zip(&self.means).enumerate();
            let sum = channels
                .map(|(channel, (weight, mean))| weight * (f64::from(latent[channel * places + i]) - mean));
            f16::from_f64(sum.sum::<f64>().clamp(-1.0, 1.0))
        };
        let last = self.components.len().saturating_sub(1);
        let components = (0..3).filter_map(|color| self.components.get(color.min(last)));
        components.flat_map(|component| (0..places).map(|i| value(component, i))).collect()
    }
}
