//! Slow motion: one part of a step after the other.

use crate::quantity::Quantity;

/// The parts of a step in the order in which they come about.
pub const PARTS: [Quantity; 5] =
    [Quantity::Xt, Quantity::EpsHat, Quantity::X0Hat, Quantity::MuTheta, Quantity::XPrev];
/// How long each part is lit.
const SECONDS: f64 = 0.9;

/// Where in the step the lecture is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slow {
    /// Seconds into the step; `None` where nothing moves slowly.
    at: Option<f64>,
}

impl Slow {
    /// A step has been made: its parts are lit in turn.
    pub fn begin(&mut self) {
        self.at = Some(0.0);
    }

    /// All parts are lit again.
    pub fn end(&mut self) {
        self.at = None;
    }

    /// Goes on by so many seconds. Returns true when the step has been shown to its end.
    pub fn advance(&mut self, seconds: f64) -> bool {
        let Some(at) = &mut self.at else { return false };
        let end = SECONDS * PARTS.len() as f64;
        let before = *at < end;
        *at = (*at + seconds).min(end);
        before && *at >= end
    }

    /// Whether a part of the step is lit.
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
