//! The likelihood of the same picture along the probability-flow ODE, to stand beside the bound.

use std::sync::Arc;

use super::{Networks, Subject};
use crate::analysis::AnalysisError;
use crate::diffusion::nll::OdeSettings;
use crate::eval::nll::{Flow, MOST_EXACT, Paths, path_seed};

/// The inputs of a likelihood along the ODE. The variance of the reverse steps and clipping have no part in it.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowSpec {
    /// The picture and the network.
    pub subject: Subject,
    /// Whether the divergence is exact, for which the network is asked once for each value of the picture at every point
    /// of the path; else it is estimated with random signs.
    pub exact: bool,
    /// The number of paths, at least 1. Each has signs and a noise within the levels of its own.
    pub paths: usize,
}

/// A likelihood along the ODE.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowLikelihood {
    /// Bits per dimension along each path, of a picture with uniform noise as wide as a level.
    pub bits: Paths,
    /// How often the network was asked.
    pub calls: usize,
    /// Whether the divergence is exact.
    pub exact: bool,
}

impl FlowLikelihood {
    /// Follows the ODE from the picture to noise, as often as is asked for. The paths of an `earlier` likelihood of the same
    /// picture are not followed again. `show` is told how much is behind, and says whether to go on; when it does not, the
    /// result is `None`.
    ///
    /// # Errors
    /// If the network cannot be asked, or a path leaves the finite numbers.
    pub fn of(
        spec: &FlowSpec,
        networks: &Networks,
        earlier: Option<Arc<Self>>,
        mut show: impl FnMut(f64) -> bool,
    ) -> Result<Option<Self>, AnalysisError> {
        let asked = networks.ask(&spec.subject)?;
        let [channels, height, width] = asked.facts.shape;
        let shape = [1, channels, height, width];
        let (schedule, prediction) = (&asked.facts.schedule, asked.facts.prediction);
        let of_point = if spec.exact { channels * height * width } else { 1 };
        let same = earlier.filter(|earlier| earlier.exact == spec.exact);
        let none = || Self { bits: Paths::default(), calls: 0, exact: spec.exact };
        let mut found = same.map_or_else(none, |earlier| Self::clone(&earlier));
        let first = found.bits.len();
        for path in first..spec.paths {
            let seed = path_seed(spec.subject.seed, 0, path);
            let flow = Flow::new(schedule, prediction, &asked.x0, shape, seed, OdeSettings::default())?;
            let mut flow = if spec.exact { flow.exactly() } else { flow };
            while !flow.path().is_complete() {
                networks.run(|| Ok(flow.step(&asked.denoiser)?))?;
                let behind = (path - first) as f64 + flow.path().progress();
                if !show(behind / (spec.paths - first) as f64) {
                    return Ok(None);
                }
            }
            found.bits.push(flow.bits_per_dim().and_then(|bits| bits.first().copied()).unwrap_or(f64::NAN));
            found.calls += of_point * flow.path().calls();
        }
        Ok(Some(found))
    }

    /// Whether pictures of these channels, height and width are small enough for the exact divergence.
    pub fn can_be_exact([channels, height, width]: [usize; 3]) -> bool {
        channels * height * width <= MOST_EXACT
    }
}
