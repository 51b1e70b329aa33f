//! Other code bases whose checkpoints people have, recognised by the names of their tensors.

/// Another code base that weights come from, and what can be done with them.
#[derive(Debug)]
pub(super) struct Origin {
    /// The code base.
    pub(super) who: &'static str,
    /// What to do, as the end of a sentence.
    pub(super) advice: &'static str,
    /// Beginnings of names, each of which must occur, at the start of a name or after a dot.
    marks: &'static [&'static str],
}

/// The code base that networks here are named after.
pub(super) const DIFFUSERS: &str = "diffusers";

const ORIGINS: [Origin; 6] = [
    Origin {
        who: DIFFUSERS,
        advice: "put its config.json beside it, name it diffusion_pytorch_model.bin, and in Python: \
                 UNet2DModel.from_pretrained(folder).save_pretrained(folder, safe_serialization=True)",
        marks: &["conv_in.", "down_blocks.", "time_embedding."],
    },
    Origin {
        who: "latent diffusion (CompVis)",
        advice: "make a diffusers folder of it with diffusers' \
                 scripts/convert_ldm_original_checkpoint_to_diffusers.py, and open its unet folder",
        marks: &["diffusion_model.input_blocks."],
    },
    Origin {
        who: "guided-diffusion or improved-diffusion (OpenAI)",
        advice: "make a diffusers folder of it in Python; diffusers' \
                 scripts/convert_consistency_to_diffusers.py renames such tensors",
        marks: &["input_blocks.", "time_embed."],
    },
    Origin {
        who: "denoising-diffusion-pytorch (lucidrains)",
        advice: "its network has layers that UNet2DModel does not have, so sample it with its own code, or \
                 train one here",
        marks: &["init_conv.", "downs.", "time_mlp."],
    },
    Origin {
        who: "score_sde (Song et al.)",
        advice: "make a diffusers folder of it with diffusers' \
                 scripts/convert_ncsnpp_original_checkpoint_to_diffusers.py",
        marks: &["all_modules."],
    },
    Origin {
        who: "the first PyTorch port of DDPM",
        advice: "make a diffusers folder of it with diffusers' \
                 scripts/convert_ddpm_original_checkpoint_to_diffusers.py",
        marks: &["temb.dense.", "down.0.block."],
    },
];

/// The code base that uses such names, if it is known.
pub(super) fn origin(names: &[impl AsRef<str>]) -> Option<&'static Origin> {
    let has = |mark: &str| {
        names.iter().any(|name| {
            let name = name.as_ref();
            name.starts_with(mark) || name.contains(&format!(".{mark}"))
        })
    };
    ORIGINS.iter().find(|origin| origin.marks.iter().all(|mark| has(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_bases_are_known_by_their_names() {
        for (names, who) in [
            (["time_embed.0.weight", "input_blocks.0.0.weight", "out.2.bias"], "guided"),
            (
                [
                    "model.diffusion_model.input_blocks.0.0.weight",
                    "model.diffusion_model.time_embed.0.bias",
                    "x",
                ],
                "latent",
            ),
            (
                ["model.init_conv.weight", "model.time_mlp.1.weight", "model.downs.0.0.mlp.1.weight"],
                "lucidrains",
            ),
            (
                ["module.conv_in.weight", "module.down_blocks.0.x", "module.time_embedding.linear_1.bias"],
                "diffusers",
            ),
        ] {
            assert!(origin(&names).unwrap().who.contains(who), "{who}");
        }
        assert!(origin(&["a.weight", "b.bias"]).is_none());
    }
}
