//! The likelihood of the same picture along the probability-flow ODE, to stand beside the bound.

use super::{BoundError, Networks, Subject};
use crate::diffusion::nll::OdeSettings;
use crate::eval::nll::Flow;

/// The inputs of a likelihood along the ODE. The variance of the reverse steps and clipping have no part in it.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowSpec {
    /// The picture and the network.
    pub subject: Subject,
}

/// A likelihood along the ODE.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowLikelihood {
    /// Bits per dimension, of a picture with uniform noise as wide as a level.
    pub bits: f64,
    /// How often the network was asked.
    pub calls: usize,
}

impl FlowLikelihood {
    /// Follows the ODE from the picture to noise. `show` is told how much of the path is behind, and says whether to go
    /// on; when it does not, the result is `None`.
    ///
    /// # Errors
    /// If the network cannot be asked, or the path leaves the finite numbers.
    pub fn of(
        spec: &FlowSpec,
        networks: &Networks,
        mut show: impl FnMut(f64) -> bool,
    ) -> Result<Option<Self>, BoundError> {
        let asked = networks.ask(&spec.subject)?;
        let [channels, height, width] = asked.facts.shape;
        let shape = [1, channels, height, width];
        let (schedule, prediction) = (&asked.facts.schedule, asked.facts.prediction);
        let settings = OdeSettings::default();
        let mut flow = Flow::new(schedule, prediction, &asked.x0, shape, spec.subject.seed, settings)?;
        while !flow.path().is_complete() {
            networks.on_threads(|| flow.step(&asked.denoiser))??;
            if !show(flow.path().progress()) {
                return Ok(None);
            }
        }
        let bits = flow.bits_per_dim().and_then(|bits| bits.first().copied()).unwrap_or(f64::NAN);
        Ok(Some(Self { bits, calls: flow.path().calls() }))
    }
}
