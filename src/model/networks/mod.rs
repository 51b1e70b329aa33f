//! The networks, each described by its blocks (`model/blocks`) from a config of diffusers.
//!
//! A network is a graph whose inputs and outputs are known, with its tensors, the checks of its inputs, and the choice
//! of which part of the graph is planned.

mod unet_2d;

pub(crate) use unet_2d::graph as unet_2d_graph;
#[cfg(test)]
pub(crate) use unet_2d::planned;
pub use unet_2d::{ClassLabels, UNet2DModel};
