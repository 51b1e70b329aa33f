//! Every field of a config is either understood or refused.

use std::fs;

use diffuscope::model::{ModelError, Pipeline, UNet2DConfig, UNet2DModel, summary};

use super::broken::Copy;
use super::support::{cases, reference};

#[test]
fn config_fields_are_never_ignored() {
    use serde_json::json;
    for (field, value, expected) in [
        ("cross_attention_dim", json!(768), "the field \"cross_attention_dim\" is not known"),
        ("_class_name", json!("UNet2DConditionModel"), "_class_name is \"UNet2DConditionModel\""),
        ("act_fn", json!("tanh"), "act_fn \"tanh\" is not supported; supported: silu, swish, mish"),
        ("act_fn", json!(3), "act_fn must be a string, got 3"),
        (
            "down_block_types",
            json!(["SkipDownBlock2D"]),
            "down_block_types[0] \"SkipDownBlock2D\" is not supported; supported: DownBlock2D",
        ),
        ("up_block_types", json!(["UpBlock2D", "UpBlock2D"]), "up_block_types must be as many as"),
        ("mid_block_type", json!("UNetMidBlock2DCrossAttn"), "mid_block_type \"UNetMidBlock2DCrossAttn\""),
        ("resnet_time_scale_shift", json!("spatial"), "resnet_time_scale_shift \"spatial\" is not supported"),
        ("time_embedding_type", json!("rotary"), "time_embedding_type \"rotary\" is not supported"),
        ("class_embed_type", json!("projection"), "class_embed_type \"projection\" is not supported"),
        ("downsample_type", json!("fir"), "downsample_type \"fir\" is not supported"),
        ("downsample_padding", json!(2), "downsample_padding must be 0 or 1, got 2"),
        ("norm_num_groups", json!(null), "norm_num_groups must be a whole number, got null"),
        ("norm_num_groups", json!(0), "norm_num_groups must be from 1 to"),
        ("norm_num_groups", json!(3), "block_out_channels[0] must be divisible by norm_num_groups, 3, got 8"),
        ("attn_norm_num_groups", json!(3), "block_out_channels[0] must be divisible by attn_norm_num_groups"),
        ("attention_head_dim", json!(9), "attention_head_dim must be at most block_out_channels[0], 8"),
        ("block_out_channels", json!([]), "block_out_channels must be a list of 1 to 12 numbers"),
        ("block_out_channels", json!([8.5]), "block_out_channels must be a list of whole numbers"),
        ("block_out_channels", json!([1e9 as u64]), "block_out_channels[0] must be from 1 to 16384"),
        ("layers_per_block", json!(0), "layers_per_block must be from 1 to"),
        ("in_channels", json!(0), "in_channels must be from 1 to"),
        ("sample_size", json!([8, 8, 8]), "sample_size must be null, a whole number or a list of two"),
        ("sample_size", json!(0), "sample_size[0] must be from 1 to"),
        ("freq_shift", json!(4), "freq_shift must be a number other than 4"),
        ("time_embedding_type", json!("learned"), "num_train_timesteps must be given when"),
        ("mid_block_scale_factor", json!(0), "mid_block_scale_factor must be a number other than 0"),
        ("dropout", json!(1.5), "dropout must be from 0 to 1"),
        ("norm_eps", json!(-1), "norm_eps must be from 0 to 1"),
        ("add_attention", json!("yes"), "add_attention must be true or false, got \"yes\""),
    ] {
        let copy = Copy::new();
        copy.config(|config| {
            config.insert(field.to_owned(), value);
        });
        let reason = copy.reason();
        assert!(reason.contains(expected) && reason.contains("config.json"), "{reason}");
    }
}

#[test]
fn harmless_notes_and_missing_fields_are_accepted() {
    let copy = Copy::new();
    copy.config(|config| {
        for (field, value) in [("_name_or_path", "ddpm"), ("_note", "x")] {
            config.insert(field.to_owned(), value.into());
        }
        // A field that averaged weights are saved with.
        config.insert("decay".to_owned(), 0.9999.into());
        config.remove("_class_name");
        config["down_block_types"] = serde_json::json!(["UNetResAttnDownBlock2D"]);
    });
    assert!(copy.open().is_ok());
    assert_eq!(UNet2DConfig::from_json("{}", "config.json").unwrap(), UNet2DConfig::default());
    let text = UNet2DConfig::default().to_json();
    assert_eq!(UNet2DConfig::from_json(&text, "config.json").unwrap(), UNet2DConfig::default());
}

#[test]
fn a_config_that_is_too_large_is_refused_before_memory_is_taken() {
    let config = UNet2DConfig {
        block_out_channels: vec![16384; 4],
        layers_per_block: 64,
        norm_num_groups: 32,
        ..UNet2DConfig::default()
    };
    assert!(matches!(UNet2DModel::init(&config, 0), Err(ModelError::TooLarge { .. })));
}

#[test]
fn configs_survive_the_round_trip() {
    for case in cases(&reference().join("unets")) {
        let text = fs::read_to_string(case.join("config.json")).unwrap();
        let config = UNet2DConfig::from_json(&text, "config.json").unwrap();
        let written = config.to_json();
        assert_eq!(UNet2DConfig::from_json(&written, "config.json").unwrap(), config);
        // The written config has every field that diffusers writes, with equal values except for other
        // spellings.
        let [theirs, ours]: [serde_json::Value; 2] =
            [&text, &written].map(|text| serde_json::from_str(text).unwrap());
        for (field, value) in theirs.as_object().unwrap() {
            let same =
                value == &ours[field] || value.as_f64().is_some() && value.as_f64() == ours[field].as_f64();
            assert!(same || ["_diffusers_version", "act_fn"].contains(&field.as_str()), "{field}: {value}");
        }
    }
}

#[test]
fn the_summary_adds_up() {
    for case in cases(&reference().join("unets")) {
        let model = Pipeline::open(&case).unwrap().parts.unet.network;
        let factor = model.config().size_factor();
        let blocks = summary(model.config(), [2 * factor, 3 * factor]).unwrap();
        let total: usize = blocks.iter().map(|block| block.parameters).sum();
        assert_eq!(total, model.parameter_count(), "{}", case.display());
        for pair in blocks.windows(2) {
            if pair[0].channels != [0, 0] {
                assert_eq!(pair[0].output, pair[1].input, "{} → {}", pair[0].name, pair[1].name);
                assert_eq!(pair[0].channels[1], pair[1].channels[0], "{} → {}", pair[0].name, pair[1].name);
            }
        }
        let smallest = blocks.iter().map(|block| block.output).min().unwrap();
        assert_eq!(smallest, [2, 3]);
    }
    let default = summary(&UNet2DConfig::default(), [64, 64]).unwrap();
    // The expected number is that of diffusers' UNet2DModel() without arguments.
    assert_eq!(default.iter().map(|block| block.parameters).sum::<usize>(), DEFAULT_PARAMETERS);
    assert!(summary(&UNet2DConfig::default(), [63, 64]).is_err());
}

const DEFAULT_PARAMETERS: usize = 274_056_163;
