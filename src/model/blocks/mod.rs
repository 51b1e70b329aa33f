//! The parts that networks are built of, as diffusers names them (`diffusers.models`): each describes its
//! operations, its layers and their names to a [`Builder`], once.
//!
//! | module | what it is |
//! | --- | --- |
//! | `resnet` | the residual block, with or without the time embedding |
//! | `attention` | attention over the pixels, and the maps around any attention |
//! | `transformer` | transformer layers, which attend to a context as well |
//! | `text` | layers of a text transformer |
//! | `down`, `mid`, `up` | the levels of a U-Net |
//! | `embedding` | timesteps as vectors |

mod attention;
mod down;
mod embedding;
mod mid;
mod resnet;
mod text;
mod transformer;
mod up;

use super::graph::{Builder, Value};
use super::layers::{Activation, TimeAdd};

pub(crate) use attention::{Attending, Attention};
pub(crate) use down::{DownBlock, Downsample};
pub(crate) use embedding::{ClassEmbedding, Embedding, Projection};
pub(crate) use mid::MidBlock;
pub(crate) use resnet::{Resize, Resnet};
pub(crate) use text::TextLayer;
pub(crate) use transformer::Transformer;
pub(crate) use up::{UpBlock, Upsample};

/// What all blocks of a network have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Groups of every group normalisation.
    pub(crate) groups: usize,
    /// Added to the variance in every group normalisation.
    pub(crate) eps: f64,
    /// The non-linearity of residual blocks.
    pub(crate) activation: Activation,
    /// How the time embedding enters residual blocks.
    pub(crate) time_add: TimeAdd,
}

impl Style {
    /// A residual block that keeps the size.
    fn resnet(self, outputs: usize) -> Resnet {
        Resnet { style: self, outputs, resize: Resize::Keep, divisor: 1.0 }
    }

    /// Residual block number `i` of a level, with attention after it where the level has some.
    fn layer(
        self,
        to: &mut Builder,
        i: usize,
        (x, time): (Value, Option<Value>),
        outputs: usize,
        attention: Option<Attending>,
    ) -> Value {
        let x = to.within(format_args!("resnets.{i}"), |to| self.resnet(outputs).describe(to, x, time));
        match attention {
            Some(attention) => to.within(format_args!("attentions.{i}"), |to| attention.describe(to, x)),
            None => x,
        }
    }
}
