//! The block in the middle: `UNetMidBlock2D`, `UNetMidBlock2DCrossAttn` (`diffusers.models.unets.unet_2d_blocks`).

use super::{Attending, Resnet, Style};
use crate::model::graph::{Builder, Value};

/// Two residual blocks, perhaps with attention between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MidBlock {
    pub(crate) attention: Option<Attending>,
    /// The outputs of the residual blocks are divided by this.
    pub(crate) divisor: f64,
}

impl MidBlock {
    /// `x`: a picture; `time`: as for [`Resnet::describe`]. The result has the channels and size of `x`.
    pub(crate) fn describe(self, to: &mut Builder, style: Style, x: Value, time: Option<Value>) -> Value {
        let Self { attention, divisor } = self;
        let resnet = Resnet { divisor, ..style.resnet(to.width(x)) };
        let mut x = to.within("resnets.0", |to| resnet.describe(to, x, time));
        if let Some(attention) = attention {
            x = to.within("attentions.0", |to| attention.describe(to, x));
        }
        to.within("resnets.1", |to| resnet.describe(to, x, time))
    }
}
