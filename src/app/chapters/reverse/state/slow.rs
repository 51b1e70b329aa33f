//! Slow motion: the parts of a step are highlighted one after the other.

use crate::quantity::Quantity;

/// The parts of a step in the order in which they are computed.
pub const PARTS: [Quantity; 5] =
    [Quantity::Xt, Quantity::EpsHat, Quantity::X0Hat, Quantity::MuTheta, Quantity::XPrev];
/// How long each part is highlighted, in seconds.
const SECONDS: f64 = 0.9;

/// The progress of slow motion through a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slow {
    /// Seconds since the step began to be shown; `None` when slow motion is off.
    at: Option<f64>,
}

impl Slow {
    /// Begins to highlight the parts of a new step in turn.
    pub fn begin(&mut self) {
        self.at = Some(0.0);
    }

    /// Ends slow motion: all parts are highlighted.
    pub fn end(&mut self) {
        self.at = None;
    }

    /// Advances by this many seconds. Returns whether the last part of the step has been shown.
    pub fn advance(&mut self, seconds: f64) -> bool {
        let Some(at) = &mut self.at else { return false };
        let end = SECONDS * PARTS.len() as f64;
        let before = *at < end;
        *at = (*at + seconds).min(end);
        before && *at >= end
    }

    /// Whether a part of the step is highlighted.
    pub fn lights(&self, quantity: Quantity) -> bool {
        let Some(at) = self.at else { return true };
        let part = ((at / SECONDS) as usize).min(PARTS.len() - 1);
        PARTS[part] == quantity
    }

    /// Whether some part is dimmed.
    pub fn is_on(&self) -> bool {
        self.at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_lit_one_after_the_other() {
        let mut slow = Slow::default();
        assert!(PARTS.into_iter().all(|part| slow.lights(part)) && !slow.advance(10.0));
        slow.begin();
        for part in PARTS {
            assert!(PARTS.into_iter().all(|other| slow.lights(other) == (other == part)), "{part:?}");
            let over = slow.advance(SECONDS * 1.0001);
            assert_eq!(over, part == Quantity::XPrev);
        }
        assert!(!slow.advance(1.0));
        slow.end();
        assert!(slow.lights(Quantity::Xt));
    }
}
