//! Diffusion and its relatives, each as small as it can be: five families of generative models that learn data in the
//! plane, with about as many parameters, from the same points in the same order.
//!
//! | family | draws a point | `log p(x)` |
//! | --- | --- | --- |
//! | [VAE](Vae) | in one pass through the decoder | a lower bound, the ELBO |
//! | [GAN](Gan), also Wasserstein's | in one pass through the generator | none |
//! | [normalising flow](Flow) | in one pass back through all couplings | exact |
//! | [autoregressive model](Autoregressive) | one coordinate after the other | exact |
//! | diffusion, a [`ScoreNet`](crate::learned_score::ScoreNet) | in many passes through the network | along the probability-flow ODE |
//!
//! A [`FamilyTrainer`] is an iterator over its steps; [`measure`] says how good a model is, and how fast.

mod autoregressive;
mod error;
mod flow;
mod gan;
mod measure;
mod model;
mod settings;
mod trainer;
mod vae;

use candle_core::{Device, Tensor};

use crate::diffusion::noise::{Key, Stream, plane};

pub use autoregressive::Autoregressive;
pub use error::FamilyError;
pub use flow::Flow;
pub use gan::{Gan, Objective};
pub use measure::{Coverage, Measures, measure};
pub use model::{FamilyModel, LikelihoodKind};
pub use settings::{Family, FamilySettings};
pub use trainer::{FamilyStep, FamilyTrainer};
pub use vae::{Elbo, Vae};

/// The number of a latent's coordinates, in those families that have latents: as many as a point has.
pub const LATENT: usize = 2;

/// Points as a tensor `[n, 2]`.
fn tensor(points: &[[f64; 2]]) -> Result<Tensor, candle_core::Error> {
    let values: Vec<f32> = points.as_flattened().iter().map(|x| *x as f32).collect();
    Tensor::from_vec(values, (points.len(), 2), &Device::Cpu)
}

/// Points of a tensor `[n, 2]`.
fn points(tensor: &Tensor) -> Result<Vec<[f64; 2]>, candle_core::Error> {
    let values = tensor.flatten_all()?.to_vec1::<f32>()?;
    Ok(values.as_chunks().0.iter().map(|x: &[f32; 2]| x.map(f64::from)).collect())
}

/// The numbers of a tensor, in f64.
fn numbers(tensor: &Tensor) -> Result<Vec<f64>, candle_core::Error> {
    Ok(tensor.flatten_all()?.to_vec1::<f32>()?.into_iter().map(f64::from).collect())
}

/// `count` points of the standard normal, a pure function of seed, stream and node.
fn normals(seed: u64, stream: Stream, node: u32, count: usize) -> Result<Tensor, candle_core::Error> {
    let values = plane(Key::from_seed(seed), 0, stream, node, 0, 2 * count);
    Tensor::from_vec(values, (count, 2), &Device::Cpu)
}

/// `ln N(x; 0, I)` of each point of a tensor `[n, 2]`.
fn log_standard_normal(x: &Tensor) -> Result<Tensor, candle_core::Error> {
    x.sqr()?.sum(1)?.affine(-0.5, -std::f64::consts::TAU.ln())
}

#[cfg(test)]
mod tests;
