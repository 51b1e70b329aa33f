//! A network at a glance: its blocks and where its parameters are.

use super::unet::layout;
use super::{ModelError, UNet2DConfig};

/// One part of a network, in the order in which a sample passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSummary {
    /// Its name in a checkpoint, such as `down_blocks.0`.
    pub name: String,
    /// Its class in diffusers, such as `AttnDownBlock2D`.
    pub kind: &'static str,
    /// Channels in and out. 0 where there is no picture (time and class embeddings).
    pub channels: [usize; 2],
    /// Height and width of what comes in.
    pub input: [usize; 2],
    /// Height and width of what goes out.
    pub output: [usize; 2],
    /// Whether pixels look at each other.
    pub attention: bool,
    /// How many numbers it consists of.
    pub parameters: usize,
}

/// The parts of a network for samples of this height and width; its parameters are their sum.
///
/// # Errors
/// If the configuration is not valid, or the size not divisible by
/// [`UNet2DConfig::size_factor`].
pub fn summary(config: &UNet2DConfig, [height, width]: [usize; 2]) -> Result<Vec<BlockSummary>, ModelError> {
    config.validate("config")?;
    let factor = config.size_factor();
    if height == 0 || width == 0 || !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
        return Err(ModelError::SampleSize { width, height, factor });
    }
    let layout = layout(config)?;
    let parameters = |name: &str| {
        let inside = |tensor: &str| tensor.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        layout
            .iter()
            .filter(|(tensor, _)| inside(tensor))
            .map(|(_, shape)| shape.iter().product::<usize>())
            .sum()
    };
    let size = |level: usize| [height >> level, width >> level];
    let channels = &config.block_out_channels;
    let last = channels.len() - 1;
    let first = config.first_channels();
    let mut blocks = Vec::new();
    let mut push = |name: String, kind, channels, [from, to]: [usize; 2], attention| {
        let parameters = parameters(&name);
        let (input, output) = (size(from), size(to));
        blocks.push(BlockSummary { name, kind, channels, input, output, attention, parameters });
    };
    for (name, kind) in [
        ("time_proj", "Timesteps"),
        ("time_embedding", "TimestepEmbedding"),
        ("class_embedding", "Embedding"),
    ] {
        push(name.to_owned(), kind, [0, 0], [0, 0], false);
    }
    push("conv_in".to_owned(), "Conv2d", [config.in_channels, first], [0, 0], false);
    for (level, block) in config.down_block_types.iter().enumerate() {
        let around = [channels[level.saturating_sub(1)], channels[level]];
        let levels = [level, (level + 1).min(last)];
        push(format!("down_blocks.{level}"), block.name(), around, levels, block.has_attention());
    }
    if config.mid_block {
        let around = [config.last_channels(); 2];
        push("mid_block".to_owned(), "UNetMidBlock2D", around, [last, last], config.add_attention);
    }
    for (i, block) in config.up_block_types.iter().enumerate() {
        let level = last - i;
        let around = [channels[(level + 1).min(last)], channels[level]];
        let levels = [level, level.saturating_sub(1)];
        push(format!("up_blocks.{i}"), block.name(), around, levels, block.has_attention());
    }
    push("conv_norm_out".to_owned(), "GroupNorm", [first, first], [0, 0], false);
    push("conv_out".to_owned(), "Conv2d", [first, config.out_channels], [0, 0], false);
    // Embeddings without numbers of their own are not there at all.
    blocks.retain(|block| block.parameters > 0);
    Ok(blocks)
}
