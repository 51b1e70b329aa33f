//! A normalising flow of points in the plane.

use candle_core::{Error, Tensor, Var};

use super::{log_standard_normal, normals, numbers, points, tensor};
use crate::diffusion::noise::Stream;
use crate::perceptron::{Activation, Perceptron, Shape};

/// The number of couplings, and the width of the hidden layers of each.
const COUPLINGS: usize = 10;
const HIDDEN: usize = 56;
/// The largest logarithm by which a coupling stretches or shrinks.
const STRETCH: f64 = 2.0;

/// A normalising flow (Dinh et al. 2017, "Real NVP"): affine couplings, each of which moves and stretches one coordinate by
/// amounts that depend on the other. They take data to `N(0, I)` and back, and
/// `ln p(x) = ln N(z; 0, I) + ln |det ∂z/∂x|` exactly.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Networks of the couplings, from data to latents. Each gives a stretch and a shift.
    couplings: Vec<Perceptron>,
}

impl Flow {
    pub(super) fn fresh(seed: u64) -> Result<Self, Error> {
        // Couplings do nothing at first.
        let coupling = |number: usize| Perceptron::fresh(&Self::shape(), seed ^ (number as u64) << 32);
        Ok(Self { couplings: (0..COUPLINGS).map(coupling).collect::<Result<_, Error>>()? })
    }

    fn shape() -> Shape {
        Shape::two_layers([1, HIDDEN, 2], Activation::Silu, 0.0)
    }

    /// The number of parameters.
    pub fn parameters() -> usize {
        COUPLINGS * Self::shape().parameters()
    }

    pub(super) fn variables(&self) -> Result<Vec<Var>, Error> {
        let all = self.couplings.iter().map(Perceptron::variables).collect::<Result<Vec<_>, Error>>()?;
        Ok(all.concat())
    }

    pub(super) fn copy(&self) -> Result<Self, Error> {
        Ok(Self { couplings: self.couplings.iter().map(Perceptron::copy).collect::<Result<_, Error>>()? })
    }

    /// The latents `[n, 2]` of points `[n, 2]`, and `ln |det ∂z/∂x|` of each, `[n]`.
    pub(super) fn forward(&self, x: &Tensor) -> Result<[Tensor; 2], Error> {
        let mut coordinates = [x.narrow(1, 0, 1)?, x.narrow(1, 1, 1)?];
        let mut log_determinant = x.zeros_like()?.narrow(1, 0, 1)?;
        for (number, coupling) in self.couplings.iter().enumerate() {
            let moved = number % 2;
            let [stretch, shift] = amounts(coupling, &coordinates[1 - moved])?;
            coordinates[moved] = ((&coordinates[moved] * stretch.exp()?)? + shift)?;
            log_determinant = (log_determinant + stretch)?;
        }
        Ok([Tensor::cat(&coordinates, 1)?, log_determinant.squeeze(1)?])
    }

    /// The points `[n, 2]` of latents `[n, 2]`.
    pub(super) fn backward(&self, z: &Tensor) -> Result<Tensor, Error> {
        let mut coordinates = [z.narrow(1, 0, 1)?, z.narrow(1, 1, 1)?];
        for (number, coupling) in self.couplings.iter().enumerate().rev() {
            let moved = number % 2;
            let [stretch, shift] = amounts(coupling, &coordinates[1 - moved])?;
            coordinates[moved] = ((&coordinates[moved] - shift)? * stretch.neg()?.exp()?)?;
        }
        Tensor::cat(&coordinates, 1)
    }

    /// `ln p(x)` of points `[n, 2]`, in nats, `[n]`.
    pub(super) fn log_density(&self, x: &Tensor) -> Result<Tensor, Error> {
        let [z, log_determinant] = self.forward(x)?;
        log_standard_normal(&z)? + log_determinant
    }

    /// The latents of points, and `ln |det ∂z/∂x|` of each.
    ///
    /// # Errors
    /// If candle fails.
    pub fn encode(&self, x: &[[f64; 2]]) -> Result<(Vec<[f64; 2]>, Vec<f64>), Error> {
        let [z, log_determinant] = self.forward(&tensor(x)?)?;
        Ok((points(&z)?, numbers(&log_determinant)?))
    }

    /// The points of latents.
    ///
    /// # Errors
    /// If candle fails.
    pub fn decode(&self, z: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, Error> {
        points(&self.backward(&tensor(z)?)?)
    }

    /// `ln p(x)` of points, in nats.
    ///
    /// # Errors
    /// If candle fails.
    pub fn log_densities(&self, x: &[[f64; 2]]) -> Result<Vec<f64>, Error> {
        numbers(&self.log_density(&tensor(x)?)?)
    }

    /// Draws points.
    ///
    /// # Errors
    /// If candle fails.
    pub fn sample(&self, seed: u64, count: usize) -> Result<Vec<[f64; 2]>, Error> {
        points(&self.backward(&normals(seed, Stream::Initial, 0, count)?)?)
    }
}

/// The logarithm of the stretch, and the shift, that a coupling takes from the other coordinate; each `[n, 1]`.
fn amounts(coupling: &Perceptron, other: &Tensor) -> Result<[Tensor; 2], Error> {
    let both = coupling.forward(other)?;
    let stretch = ((both.narrow(1, 0, 1)? / STRETCH)?.tanh()? * STRETCH)?;
    Ok([stretch, both.narrow(1, 1, 1)?])
}
