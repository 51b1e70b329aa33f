//! The parts of which a chapter's formula is composed.

use std::borrow::Cow;

use crate::quantity::Quantity;

/// One term or operator with the numbers under it.
pub struct Part {
    /// Name of the typeset term.
    pub term: Cow<'static, str>,
    /// The quantity whose colour the part has; `None` for an operator.
    pub quantity: Option<Quantity>,
    /// The lines of numbers under the part, one for each channel.
    pub lines: Vec<String>,
    /// Whether the part is dimmed, in slow motion, because another part of the step is explained.
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

/// A gap between formulas that stand side by side.
pub fn space() -> Part {
    operator("")
}
