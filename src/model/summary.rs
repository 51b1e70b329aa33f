//! A network at a glance: its blocks and where its parameters are.

use super::networks::unet_2d_graph;
use super::{ModelError, UNet2DConfig};

/// One part of a network. Parts are listed in the order in which a sample passes through them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSummary {
    /// The part's name in a checkpoint, such as `down_blocks.0`.
    pub name: String,
    /// The part's class in diffusers, such as `AttnDownBlock2D`.
    pub kind: &'static str,
    /// Channels in and out; 0 for parts without a picture (time and class embeddings).
    pub channels: [usize; 2],
    /// Height and width of the input picture; for parts without a picture, of the sample.
    pub input: [usize; 2],
    /// Height and width of the output picture; for parts without a picture, of the sample.
    pub output: [usize; 2],
    /// Whether the part has attention.
    pub attention: bool,
    /// The number of parameters in the part.
    pub parameters: usize,
}

/// The parts of a network for samples of this height and width. Their numbers of parameters add up to the
/// network's number of parameters.
///
/// # Errors
/// If the configuration is not valid, or the size is not divisible by [`UNet2DConfig::size_factor`].
pub fn summary(config: &UNet2DConfig, [height, width]: [usize; 2]) -> Result<Vec<BlockSummary>, ModelError> {
    config.validate("config")?;
    let factor = config.size_factor();
    if height == 0 || width == 0 || !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
        return Err(ModelError::SampleSize { width, height, factor });
    }
    let graph = unet_2d_graph(config)?;
    let blocks = graph.blocks().iter().map(|block| {
        let channels = |value| graph.node(value).width;
        let size = |value| graph.size(value, [height, width]);
        let (channels, input, output) = match block.input {
            Some(input) => ([input, block.output].map(channels), size(input), size(block.output)),
            None => ([0, 0], [height, width], [height, width]),
        };
        BlockSummary {
            name: block.name.clone(),
            kind: block.class,
            channels,
            input,
            output,
            attention: graph.has_attention(block),
            parameters: graph.parameters_of(block),
        }
    });
    // Embeddings without parameters are left out.
    Ok(blocks.filter(|block| block.parameters > 0).collect())
}
