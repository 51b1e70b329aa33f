//! The likelihood of the same picture along the probability-flow ODE, to stand beside the bound.

use super::{BoundError, Networks, Subject};
use crate::diffusion::nll::OdeSettings;
use crate::eval::nll::{Flow, MOST_EXACT};

/// The inputs of a likelihood along the ODE. The variance of the reverse steps and clipping have no part in it.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowSpec {
    /// The picture and the network.
    pub subject: Subject,
    /// Whether the divergence is exact, for which the network is asked once for each value of the picture at every point
    /// of the path; else it is estimated with random signs.
    pub exact: bool,
}

/// A likelihood along the ODE.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowLikelihood {
    /// Bits per dimension, of a picture with uniform noise as wide as a level.
    pub bits: f64,
    /// How often the network was asked.
    pub calls: usize,
    /// Whether the divergence is exact.
    pub exact: bool,
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
        let flow = Flow::new(schedule, prediction, &asked.x0, shape, spec.subject.seed, settings)?;
        let mut flow = if spec.exact { flow.exactly() } else { flow };
        while !flow.path().is_complete() {
            networks.on_threads(|| flow.step(&asked.denoiser))??;
            if !show(flow.path().progress()) {
                return Ok(None);
            }
        }
        let bits = flow.bits_per_dim().and_then(|bits| bits.first().copied()).unwrap_or(f64::NAN);
        let of_point = if spec.exact { channels * height * width } else { 1 };
        Ok(Some(Self { bits, calls: of_point * flow.path().calls(), exact: spec.exact }))
    }

    /// Whether pictures of these channels, height and width are small enough for the exact divergence.
    pub fn can_be_exact([channels, height, width]: [usize; 3]) -> bool {
        channels * height * width <= MOST_EXACT
    }
}
