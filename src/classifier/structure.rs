//! The classifier's layers.

use super::{FEATURES, Purpose};
use crate::model::graph::{Builder, Graph, Kind, Value};
use crate::model::layers::{Activation, Padding};

/// Channels after each halving.
const WIDTHS: [usize; 3] = [32, 64, FEATURES];
/// Groups of a normalisation.
const GROUPS: usize = 8;
/// Added to the variance in a normalisation.
const EPS: f64 = 1e-5;

/// The network's operations, and which of their values are inputs and outputs.
#[derive(Clone, Debug)]
pub(super) struct Structure {
    pub(super) graph: Graph,
    pub(super) pictures: Value,
    /// The features, [`FEATURES`] numbers for each picture.
    pub(super) features: Value,
    /// The logits, one number for each class.
    pub(super) logits: Value,
}

impl Structure {
    /// The structure of a classifier for a purpose.
    pub(super) fn of(purpose: &Purpose) -> Self {
        let [channels, ..] = purpose.shape;
        let mut to = Builder::default();
        let pictures = to.input(Kind::Picture, channels);
        let mut x = pictures;
        for (i, width) in WIDTHS.into_iter().enumerate() {
            x = to.within(format_args!("levels.{i}"), |to| level(to, x, width));
        }
        let features = to.mean(x);
        let logits = to.linear("head", features, purpose.classes.len());
        Self { graph: to.finish(), pictures, features, logits }
    }
}

/// Two convolutions, the second of which halves the size.
fn level(to: &mut Builder, x: Value, width: usize) -> Value {
    let x = to.conv("conv", x, width);
    let x = to.group_norm("norm", x, GROUPS, EPS);
    let x = to.activation(x, Activation::Silu);
    let x = to.halving("halving", x, width, Padding::Even(1));
    let x = to.group_norm("norm_halved", x, GROUPS, EPS);
    to.activation(x, Activation::Silu)
}
