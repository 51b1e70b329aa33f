//! A model of any of the families.

use super::{Autoregressive, Family, FamilyError, Flow, Gan, Objective, Vae};
use crate::diffusion::solvers::{LIKELIHOOD_CUT_OFF, Solver, SolverRun, SolverSettings, log_likelihood};
use crate::learned_score::ScoreNet;

/// The sampler of diffusion models, and the number of network calls that it makes.
const SOLVER: Solver = Solver::Ddim { eta: 0.0 };
const CALLS: usize = 50;
/// The tolerance of the integration along the ODE.
const TOLERANCE: f64 = 1e-4;

/// A model, which training does not change.
#[derive(Clone, Debug)]
pub enum FamilyModel {
    /// A variational autoencoder.
    Vae(Vae),
    /// A generative adversarial network, of either objective.
    Gan(Gan),
    /// A normalising flow.
    Flow(Flow),
    /// An autoregressive model.
    Autoregressive(Autoregressive),
    /// A diffusion model.
    Diffusion(ScoreNet),
}

/// What a number that stands for `ln p(x)` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LikelihoodKind {
    /// `ln p(x)` itself; that of a diffusion model is of its probability-flow ODE, up to the tolerance of the integration.
    Exact,
    /// A lower bound.
    Bound,
}

impl LikelihoodKind {
    /// Identifier for files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Bound => "bound",
        }
    }
}

impl FamilyModel {
    /// The family.
    pub fn family(&self) -> Family {
        match self {
            Self::Vae(_) => Family::Vae,
            Self::Gan(gan) => match gan.objective() {
                Objective::NonSaturating => Family::Gan,
                Objective::Wasserstein => Family::Wgan,
            },
            Self::Flow(_) => Family::Flow,
            Self::Autoregressive(_) => Family::Autoregressive,
            Self::Diffusion(_) => Family::Diffusion,
        }
    }

    /// The number of parameters, of all networks together.
    pub fn parameters(&self) -> usize {
        match self {
            Self::Vae(_) => Vae::parameters(),
            Self::Gan(_) => Gan::parameters(),
            Self::Flow(_) => Flow::parameters(),
            Self::Autoregressive(_) => Autoregressive::parameters(),
            Self::Diffusion(net) => net.parameters(),
        }
    }

    /// How many times a network is called, one after the other, for a point: the coordinates of an autoregressive model,
    /// and the steps of a diffusion model's sampler, depend on each other.
    pub fn calls_per_sample(&self) -> usize {
        match self {
            Self::Vae(_) | Self::Gan(_) | Self::Flow(_) => 1,
            Self::Autoregressive(_) => 2,
            Self::Diffusion(_) => CALLS,
        }
    }

    /// Draws points; the same seed gives the same points.
    ///
    /// # Errors
    /// If the model cannot be computed.
    pub fn sample(&self, seed: u64, count: usize) -> Result<Vec<[f64; 2]>, FamilyError> {
        match self {
            Self::Vae(vae) => Ok(vae.sample(seed, count)?),
            Self::Gan(gan) => Ok(gan.sample(seed, count)?),
            Self::Flow(flow) => Ok(flow.sample(seed, count)?),
            Self::Autoregressive(model) => Ok(model.sample(seed, count)?),
            Self::Diffusion(net) => {
                let settings = SolverSettings { solver: SOLVER, spacing: None, calls: CALLS, seed };
                let mut run = SolverRun::new(&settings, net, count)?;
                while run.next().transpose()?.is_some() {}
                Ok(run.points().to_vec())
            }
        }
    }

    /// What the model says of `ln p(x)` of points, in nats, and what kind of number it is; `None` if it says nothing.
    /// `seed` is that of the latents of a bound.
    ///
    /// # Errors
    /// If the model cannot be computed.
    pub fn log_likelihoods(
        &self,
        x: &[[f64; 2]],
        seed: u64,
    ) -> Result<Option<(LikelihoodKind, Vec<f64>)>, FamilyError> {
        Ok(match self {
            Self::Vae(vae) => Some((LikelihoodKind::Bound, vae.bounds(x, seed)?)),
            Self::Gan(_) => None,
            Self::Flow(flow) => Some((LikelihoodKind::Exact, flow.log_densities(x)?)),
            Self::Autoregressive(model) => Some((LikelihoodKind::Exact, model.log_densities(x)?)),
            Self::Diffusion(net) => {
                let found = log_likelihood(net, x, LIKELIHOOD_CUT_OFF, TOLERANCE)?;
                Some((LikelihoodKind::Exact, found.log_densities))
            }
        })
    }
}
