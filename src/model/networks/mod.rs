//! The networks, each described by its blocks (`model/blocks`) from a config of diffusers.
//!
//! A network is a graph with the values that are given and wanted, its tensors, and what is known of them
//! beside: checks of its inputs, and which parts of the graph are planned.

mod unet_2d;

pub(crate) use unet_2d::graph as unet_2d_graph;
#[cfg(test)]
pub(crate) use unet_2d::planned;
pub use unet_2d::{ClassLabels, UNet2DModel};
