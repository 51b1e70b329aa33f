//! The formulas of the Likelihood chapter, one for each part.

mod bound;
mod continuous;
mod learned;

use super::state::Likelihood;
use crate::app::chapters::Formula;
use crate::app::view::View;
use crate::scene::LikelihoodPart;

/// The formula with its present numbers.
pub fn formula(room: &Likelihood, view: &View<'_>) -> Formula {
    match view.scene.chapters.likelihood.part {
        LikelihoodPart::Bound => bound::formula(&room.bound, view),
        LikelihoodPart::Continuous => continuous::formula(&room.continuous, view),
        LikelihoodPart::Learned => learned::formula(&room.learned, view),
    }
}
