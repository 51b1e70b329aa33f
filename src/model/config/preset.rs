//! Networks by name.

use super::{DownBlockType, UNet2DConfig, UpBlockType};

/// Names of the networks that [`UNet2DConfig::preset`] knows.
pub const PRESETS: [&str; 3] = ["tiny32", "small32", "ddpm-cifar10"];

impl UNet2DConfig {
    /// A network by name, for pictures of 32 × 32:
    ///
    /// - `tiny32`: a million parameters, grey, ten classes and one for "no class";
    /// - `small32`: six million parameters, colour, ten classes and one for "no class";
    /// - `ddpm-cifar10`: the network of Ho et al. 2020 for CIFAR-10, 36 million parameters, without
    ///   classes (diffusers' conversion, `google/ddpm-cifar10-32`).
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "tiny32" => Some(Self::small(1, 1, [32, 64, 64], 8)),
            "small32" => Some(Self::small(3, 2, [64, 128, 128], 32)),
            "ddpm-cifar10" => Some(Self::ddpm_cifar10()),
            _ => None,
        }
    }

    fn small(channels: usize, layers_per_block: usize, widths: [usize; 3], norm_num_groups: usize) -> Self {
        use DownBlockType::{AttnDownBlock2D, DownBlock2D};
        use UpBlockType::{AttnUpBlock2D, UpBlock2D};
        Self {
            sample_size: Some([32; 2]),
            in_channels: channels,
            out_channels: channels,
            layers_per_block,
            block_out_channels: widths.to_vec(),
            norm_num_groups,
            down_block_types: vec![DownBlock2D, AttnDownBlock2D, DownBlock2D],
            up_block_types: vec![UpBlock2D, AttnUpBlock2D, UpBlock2D],
            attention_head_dim: Some(8),
            num_class_embeds: Some(11),
            ..Self::default()
        }
    }

    fn ddpm_cifar10() -> Self {
        use DownBlockType::{AttnDownBlock2D, DownBlock2D};
        use UpBlockType::{AttnUpBlock2D, UpBlock2D};
        Self {
            sample_size: Some([32; 2]),
            freq_shift: 1.0,
            flip_sin_to_cos: false,
            downsample_padding: 0,
            block_out_channels: vec![128, 256, 256, 256],
            down_block_types: vec![DownBlock2D, AttnDownBlock2D, DownBlock2D, DownBlock2D],
            up_block_types: vec![UpBlock2D, UpBlock2D, AttnUpBlock2D, UpBlock2D],
            attention_head_dim: None,
            norm_eps: 1e-6,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::summary;

    /// Each network has the number of parameters that its documentation states; for `ddpm-cifar10`, it is
    /// published.
    #[test]
    fn presets_have_their_number_of_parameters() {
        let parameters = |name| -> usize {
            let config = UNet2DConfig::preset(name).unwrap();
            summary(&config, [32; 2]).unwrap().iter().map(|block| block.parameters).sum()
        };
        assert_eq!(PRESETS.map(parameters), [1_114_209, 6_475_011, 35_746_307]);
        assert!(UNet2DConfig::preset("huge").is_none());
    }
}
