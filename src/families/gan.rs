//! Generative adversarial networks of points in the plane.

use candle_core::{Error, Tensor, Var};

use super::{LATENT, normals, numbers, points, tensor};
use crate::diffusion::noise::Stream;
use crate::perceptron::{Activation, Perceptron, Shape};

/// Width of the hidden layers.
const HIDDEN: usize = 128;
/// The weights of the discriminator are drawn with the seed and this.
const DISCRIMINATOR: u64 = 0xD15C_0000_0000_0001;
/// The weight of the gradient penalty. In the plane, where distances are of the order of 1, a tenth serves better than the
/// 10 of pictures (Gulrajani et al. 2017 use the same for their sets in the plane).
const PENALTY: f64 = 0.1;

/// What the two networks of a GAN play for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// `−E ln D(x) − E ln(1 − D(G(z)))` for the discriminator and `−E ln D(G(z))` for the generator, where D is a
    /// probability (Goodfellow et al. 2014, section 3).
    NonSaturating,
    /// `E f(G(z)) − E f(x) + λ E (‖∇f‖ − 1)²` for the critic f and `−E f(G(z))` for the generator, with the gradient
    /// between data and samples (Gulrajani et al. 2017, eq. 3).
    Wasserstein,
}

/// A generator `x = G(z)` with `z ~ N(0, I)`, and the discriminator (or critic) that teaches it.
#[derive(Clone, Debug)]
pub struct Gan {
    objective: Objective,
    generator: Perceptron,
    discriminator: Perceptron,
}

impl Gan {
    pub(super) fn fresh(objective: Objective, seed: u64) -> Result<Self, Error> {
        let [generator, discriminator] = Self::shapes();
        Ok(Self {
            objective,
            generator: Perceptron::fresh(&generator, seed)?,
            discriminator: Perceptron::fresh(&discriminator, seed ^ DISCRIMINATOR)?,
        })
    }

    fn shapes() -> [Shape; 2] {
        [
            Shape::two_layers([LATENT, HIDDEN, 2], Activation::Silu, 0.5),
            Shape::two_layers([2, HIDDEN, 1], Activation::Leaky, 0.5),
        ]
    }

    /// The number of parameters of both networks.
    pub fn parameters() -> usize {
        Self::shapes().iter().map(Shape::parameters).sum()
    }

    /// The variables of the generator, and those of the discriminator.
    pub(super) fn variables(&self) -> Result<[Vec<Var>; 2], Error> {
        Ok([self.generator.variables()?, self.discriminator.variables()?])
    }

    pub(super) fn copy(&self) -> Result<Self, Error> {
        let [generator, discriminator] = [&self.generator, &self.discriminator].map(Perceptron::copy);
        Ok(Self { objective: self.objective, generator: generator?, discriminator: discriminator? })
    }

    /// What the discriminator wants to be small: for data and latents, both `[n, 2]`. `between` are places `[n, 1]` from 0
    /// (data) to 1 (samples), at which the gradient is looked at.
    pub(super) fn discriminator_loss(
        &self,
        x: &Tensor,
        z: &Tensor,
        between: &Tensor,
    ) -> Result<Tensor, Error> {
        // The generator is not taught here.
        let fake = self.generator.forward(z)?.detach();
        let [of_data, of_fake] = [self.discriminator.forward(x)?, self.discriminator.forward(&fake)?];
        match self.objective {
            Objective::NonSaturating => {
                // −ln sigmoid(a) = softplus(−a), and −ln(1 − sigmoid(a)) = softplus(a).
                softplus(&of_data.neg()?)?.mean_all()? + softplus(&of_fake)?.mean_all()?
            }
            Objective::Wasserstein => {
                let places = (x + (&fake - x)?.broadcast_mul(between)?)?;
                let gradient = self.discriminator.input_gradient(&places)?;
                // The root is steep at 0.
                let length = (gradient.sqr()?.sum(1)? + 1e-12)?.sqrt()?;
                let penalty = (length - 1.0)?.sqr()?.mean_all()?;
                (of_fake.mean_all()? - of_data.mean_all()?)? + (penalty * PENALTY)?
            }
        }
    }

    /// What the generator wants to be small, for latents `[n, 2]`.
    pub(super) fn generator_loss(&self, z: &Tensor) -> Result<Tensor, Error> {
        let of_fake = self.discriminator.forward(&self.generator.forward(z)?)?;
        match self.objective {
            Objective::NonSaturating => softplus(&of_fake.neg()?)?.mean_all(),
            Objective::Wasserstein => of_fake.mean_all()?.neg(),
        }
    }

    /// What the two networks play for.
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// The generator's points `G(z)`.
    ///
    /// # Errors
    /// If candle fails.
    pub fn generate(&self, z: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, Error> {
        points(&self.generator.forward(&tensor(z)?)?)
    }

    /// What the discriminator says of points: the probability `D(x)` that a point is of the data; for a critic its number
    /// `f(x)`, which only differences of have a meaning.
    ///
    /// # Errors
    /// If candle fails.
    pub fn judge(&self, x: &[[f64; 2]]) -> Result<Vec<f64>, Error> {
        let values = numbers(&self.discriminator.forward(&tensor(x)?)?)?;
        Ok(match self.objective {
            Objective::NonSaturating => values.into_iter().map(|a| 1.0 / (1.0 + (-a).exp())).collect(),
            Objective::Wasserstein => values,
        })
    }

    /// Draws points.
    ///
    /// # Errors
    /// If candle fails.
    pub fn sample(&self, seed: u64, count: usize) -> Result<Vec<[f64; 2]>, Error> {
        points(&self.generator.forward(&normals(seed, Stream::Initial, 0, count)?)?)
    }

    #[cfg(test)]
    pub(super) fn discriminator(&self) -> &Perceptron {
        &self.discriminator
    }
}

/// `ln(1 + eˣ)`, which does not overflow.
fn softplus(x: &Tensor) -> Result<Tensor, Error> {
    x.relu()? + (x.abs()?.neg()?.exp()? + 1.0)?.log()?
}
