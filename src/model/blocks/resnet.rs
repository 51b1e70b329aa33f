//! The residual block (`diffusers.models.resnet.ResnetBlock2D`).

use super::Style;
use crate::model::graph::{Builder, Value};
use crate::model::layers::TimeAdd;

/// What a residual block does to height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resize {
    /// Nothing.
    Keep,
    /// Takes the mean of every 2×2 block of pixels.
    Halve,
    /// Repeats every pixel in both directions.
    Double,
}

impl Resize {
    fn describe(self, to: &mut Builder, x: Value) -> Value {
        match self {
            Self::Keep => x,
            Self::Halve => to.halve(x),
            Self::Double => to.double(x),
        }
    }
}

/// `(x + f(x, t)) / divisor`, with f two normalised convolutions and the time embedding between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resnet {
    pub(crate) style: Style,
    pub(crate) outputs: usize,
    pub(crate) resize: Resize,
    pub(crate) divisor: f64,
}

impl Resnet {
    /// `x`: a picture; `time`: the time embedding after its non-linearity, or none for networks that are not told the
    /// time.
    pub(crate) fn describe(self, to: &mut Builder, x: Value, time: Option<Value>) -> Value {
        let Self { style: Style { groups, eps, activation, time_add, .. }, outputs, resize, divisor } = self;
        let hidden = to.group_norm("norm1", x, groups, eps);
        let hidden = to.activation(hidden, activation);
        let hidden = resize.describe(to, hidden);
        let mut hidden = to.conv("conv1", hidden, outputs);
        let time = time.map(|time| to.linear("time_emb_proj", time, outputs * time_add.width()));
        if let (Some(time), TimeAdd::Shift) = (time, time_add) {
            hidden = to.shift(hidden, time);
        }
        hidden = to.group_norm("norm2", hidden, groups, eps);
        if let (Some(time), TimeAdd::ScaleShift) = (time, time_add) {
            hidden = to.scale_shift(hidden, time);
        }
        let hidden = to.activation(hidden, activation);
        let hidden = to.conv("conv2", hidden, outputs);
        let mut input = resize.describe(to, x);
        if to.width(x) != outputs {
            input = to.pointwise("conv_shortcut", input, outputs);
        }
        to.add(input, hidden, divisor)
    }
}
