//! The block in the middle (`diffusers.models.unets.unet_2d_blocks.UNetMidBlock2D`).

use super::{Attention, Resnet, Style};
use crate::model::graph::{Builder, Value};

/// Two residual blocks, perhaps with attention between them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MidBlock {
    pub(crate) attention: bool,
    /// Groups of the normalisation before the attention; none if there is no normalisation.
    pub(crate) attention_groups: Option<usize>,
    /// The outputs of all three parts are divided by this.
    pub(crate) divisor: f64,
}

impl MidBlock {
    /// `x`: a picture; `time`: as for [`Resnet::describe`]. The result has the channels and size of `x`.
    pub(crate) fn describe(self, to: &mut Builder, style: Style, x: Value, time: Option<Value>) -> Value {
        let Self { attention, attention_groups: groups, divisor } = self;
        let resnet = Resnet { divisor, ..style.resnet(to.width(x)) };
        let mut x = to.within("resnets.0", |to| resnet.describe(to, x, time));
        if attention {
            let attention = Attention { groups, divisor, ..style.attention() };
            x = to.within("attentions.0", |to| attention.describe(to, x));
        }
        to.within("resnets.1", |to| resnet.describe(to, x, time))
    }
}
