//! The parts that a chapter's formula is set from.

use std::borrow::Cow;

use crate::quantity::Quantity;

/// One term or operator with the numbers under it.
pub struct Part {
    /// Name of the typeset term.
    pub term: Cow<'static, str>,
    /// Whose colour it has.
    pub quantity: Option<Quantity>,
    /// The numbers under it, one for each channel.
    pub lines: Vec<String>,
    /// Whether it stands back, in slow motion.
    pub dimmed: bool,
}

/// A term with its numbers.
pub fn part(term: impl Into<Cow<'static, str>>, quantity: Quantity, lines: Vec<String>) -> Part {
    Part { term: term.into(), quantity: Some(quantity), lines, dimmed: false }
}

/// An operator.
pub fn operator(term: &'static str) -> Part {
    Part { term: term.into(), quantity: None, lines: Vec::new(), dimmed: false }
}

/// Room between formulas that stand side by side.
pub fn space() -> Part {
    operator("")
}
