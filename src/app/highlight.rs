//! What is lit up, while all else is dimmed: what a lesson speaks of, or what the pointer rests on.

use crate::quantity::Quantity;

/// How long what was asked for stays lit, in seconds.
const SHOWN: f64 = 4.0;

/// The quantities that keep their full colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lit(u64);

impl Lit {
    /// All quantities.
    pub const ALL: Self = Self(u64::MAX);

    /// These quantities, and those that have the colour of one of them: they are of one kind, as a picture, its
    /// coefficient and its curve. No quantities at all stand for all.
    pub fn of(quantities: &[Quantity]) -> Self {
        if quantities.is_empty() {
            return Self::ALL;
        }
        let alike =
            |other: &Quantity| quantities.iter().any(|quantity| quantity.rgb(true) == other.rgb(true));
        Self(
            Quantity::ALL
                .iter()
                .filter(|quantity| alike(quantity))
                .map(|&quantity| Self::bit(quantity))
                .sum(),
        )
    }

    /// These quantities and no others. No quantities at all stand for all.
    pub fn exactly(quantities: &[Quantity]) -> Self {
        if quantities.is_empty() {
            return Self::ALL;
        }
        Self(quantities.iter().fold(0, |bits, quantity| bits | Self::bit(*quantity)))
    }

    /// Whether a quantity is lit.
    pub fn contains(self, quantity: Quantity) -> bool {
        self.0 & Self::bit(quantity) != 0
    }

    const fn bit(quantity: Quantity) -> u64 {
        1 << quantity as u32
    }
}

/// The quantity under the pointer or with the keyboard's focus. Views find it while they draw; it takes effect in the
/// next frame, so that all views agree.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pointed {
    now: Option<Quantity>,
    next: Option<Quantity>,
    /// What has been asked to be shown, and until when, in seconds of egui's clock.
    shown: Option<(Lit, f64)>,
}

impl Pointed {
    /// Begins a frame: what the last one has found holds now. Returns whether that has changed.
    pub fn advance(&mut self) -> bool {
        let before = std::mem::replace(&mut self.now, self.next.take());
        before != self.now
    }

    /// Says that the pointer or the focus is on a quantity.
    pub fn point(&mut self, quantity: Quantity) {
        self.next = Some(quantity);
    }

    /// The quantity that is pointed at.
    pub fn now(self) -> Option<Quantity> {
        self.now
    }

    /// Lights quantities that were asked for, from this time on for a while. Returns for how long, in seconds.
    pub fn show(&mut self, quantities: &[Quantity], time: f64) -> f64 {
        self.shown = Some((Lit::of(quantities), time + SHOWN));
        SHOWN
    }

    /// What is lit at this time because it was asked for.
    pub fn shown(self, time: f64) -> Option<Lit> {
        self.shown.and_then(|(lit, until)| (time < until).then_some(lit))
    }

    /// Whether what is pointed at differs from what this frame was drawn with, so that another one has to be drawn.
    pub fn changes(self) -> bool {
        self.now != self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_of_one_colour_are_lit_together() {
        let lit = Lit::of(&[Quantity::X0]);
        assert!(lit.contains(Quantity::X0) && !lit.contains(Quantity::Epsilon));
        assert!(Quantity::ALL.iter().all(|quantity| Lit::ALL.contains(*quantity)));
        assert_eq!(Lit::of(&[]), Lit::ALL);
    }

    #[test]
    fn what_is_pointed_at_holds_in_the_next_frame() {
        let mut pointed = Pointed::default();
        pointed.point(Quantity::New);
        assert!(pointed.now().is_none() && pointed.changes());
        assert!(pointed.advance());
        assert_eq!(pointed.now(), Some(Quantity::New));
        assert!(pointed.advance());
        assert_eq!(pointed.now(), None);
    }

    #[test]
    fn what_was_asked_for_is_lit_for_a_while() {
        let mut pointed = Pointed::default();
        assert_eq!(pointed.shown(10.0), None);
        let seconds = pointed.show(&[Quantity::Beta], 10.0);
        assert_eq!(pointed.shown(10.1), Some(Lit::of(&[Quantity::Beta])));
        assert_eq!(pointed.shown(10.0 + seconds), None);
    }
}
