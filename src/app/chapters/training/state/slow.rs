//! Slow motion: the parts of a step are lit one after the other.

use crate::quantity::Quantity;
use crate::worker::SeeSpec;

/// The parts of a step in the order in which they are made: picture, noise, state, prediction, difference.
pub const PARTS: [Quantity; 5] =
    [Quantity::X0, Quantity::Epsilon, Quantity::Xt, Quantity::EpsHat, Quantity::Residual];
/// How long each part is lit, in seconds.
const SECONDS: f64 = 1.2;

/// The progress of slow motion through a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Slow {
    /// Seconds since the step began to be shown; `None` when everything is lit.
    at: Option<f64>,
    /// The step that is shown slowly, or was.
    of: Option<SeeSpec>,
}

impl Slow {
    /// Begins anew where another step is on show, if slow motion is on.
    pub fn follow(&mut self, on: bool, spec: &SeeSpec) {
        if !on {
            (self.at, self.of) = (None, None);
        } else if self.of.as_ref() != Some(spec) {
            (self.at, self.of) = (Some(0.0), Some(spec.clone()));
        }
    }

    /// Advances by this many seconds. After the last part everything is lit.
    pub fn advance(&mut self, seconds: f64) {
        self.at = self.at.map(|at| at + seconds).filter(|at| *at < SECONDS * PARTS.len() as f64);
    }

    /// Whether a part of the step is lit.
    pub fn lights(&self, quantity: Quantity) -> bool {
        let Some(at) = self.at else { return true };
        PARTS.get((at / SECONDS) as usize) == Some(&quantity)
    }

    /// Whether some part is dimmed.
    pub fn is_on(&self) -> bool {
        self.at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::BuiltIn;
    use crate::diffusion::sampler::PredictionType;

    #[test]
    fn parts_are_lit_one_after_the_other_and_once_for_each_step() {
        let (shipped, target) = (BuiltIn::Fashion, PredictionType::Epsilon);
        let spec = SeeSpec { picture: 0, t: [1, 2], steps: 2, shipped, target, seed: 1, own: true };
        let mut slow = Slow::default();
        slow.follow(false, &spec);
        assert!(PARTS.into_iter().all(|part| slow.lights(part)));
        slow.follow(true, &spec);
        for part in PARTS {
            assert!(PARTS.into_iter().all(|other| slow.lights(other) == (other == part)), "{part:?}");
            slow.advance(SECONDS * 1.0001);
        }
        assert!(!slow.is_on());
        slow.follow(true, &spec);
        assert!(!slow.is_on(), "the same step is not shown again");
        slow.follow(true, &SeeSpec { picture: 1, ..spec });
        assert!(slow.is_on() && slow.lights(Quantity::X0));
    }
}
