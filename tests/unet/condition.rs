//! `UNet2DConditionModel` compared with diffusers, and the configs that it refuses.

use std::fs;
use std::path::PathBuf;

use candle_core::{Device, Tensor};
use diffuscope::model::{
    ClassLabels, ModelError, Part, Pipeline, Precision, UNet2DConditionConfig, UNet2DConditionModel,
};
use serde_json::{Value, json};

use super::support::{Io, largest_difference, numbers, reference};

/// The folder of each case, and the prefix of the names of its tensors.
const CASES: [(&str, &str); 3] = [(LINEAR, ""), ("sd-tiny", "unet."), ("sd-tiny", "unet_odd.")];

const LINEAR: &str = "unet-condition-linear";

fn case(folder: &str) -> PathBuf {
    reference().join("parts").join(folder)
}

fn open(folder: &str, precision: Precision) -> UNet2DConditionModel {
    let folder = case(folder).join("unet");
    let (part, remarks) = Part::<UNet2DConditionModel>::open(&folder, precision).unwrap();
    assert!(remarks.is_empty(), "{remarks:?}");
    assert_eq!(part.bytes, fs::metadata(&part.file).unwrap().len());
    part.network
}

fn config(folder: &str) -> UNet2DConditionConfig {
    read(&changed(folder, &[])).unwrap()
}

/// The text of a case's config, with some fields changed.
fn changed(folder: &str, changes: &[(&str, Value)]) -> String {
    let text = fs::read_to_string(case(folder).join("unet/config.json")).unwrap();
    let mut config: Value = serde_json::from_str(&text).unwrap();
    for (field, value) in changes {
        config[field] = value.clone();
    }
    config.to_string()
}

fn read(text: &str) -> Result<UNet2DConditionConfig, ModelError> {
    UNet2DConditionConfig::from_json(text, "config.json")
}

#[test]
fn outputs_are_those_of_diffusers() {
    for (folder, prefix) in CASES {
        let io = Io::read(&case(folder));
        let name = |name: &str| format!("{prefix}{name}");
        let expected = io.values(&name("output_f64"));
        let error = |network: &UNet2DConditionModel| {
            let [sample, context] = ["sample", "encoder_hidden_states"].map(|input| io.tensor(&name(input)));
            let output = network.forward(&sample, io.values(&name("timestep")), &context, None).unwrap();
            assert_eq!(output.dims(), io.0[&name("output")].0);
            largest_difference(&numbers(&output), expected)
        };
        let planned = open(folder, Precision::F32);
        assert!(planned.is_prepared());
        let plain = planned.frozen().unwrap();
        assert!(!plain.is_prepared());
        let [planned, plain] = [planned, plain].map(|network| error(&network));
        let double = error(&open(folder, Precision::F64));
        println!("{folder:8} {prefix:9} planned {planned:.2e}  f32 {plain:.2e}  f64 {double:.2e}");
        assert!(planned <= 1e-5, "{folder} {prefix}: {planned:e} with plans");
        assert!(plain <= 1e-5, "{folder} {prefix}: {plain:e} in f32");
        // The remaining difference is in the last digits of sines, which PyTorch computes in f32; where these
        // agree, it is 1e-14.
        assert!(double <= 1e-8, "{folder} {prefix}: {double:e} in f64");
    }
}

#[test]
fn one_value_stands_for_all_levels() {
    let lists = [
        ("attention_head_dim", json!([2, 2, 2])),
        ("layers_per_block", json!([1, 1, 1])),
        ("transformer_layers_per_block", json!([1, 1, 1])),
        ("only_cross_attention", json!([false, false, false])),
    ];
    assert_eq!(read(&changed("sd-tiny", &lists)).unwrap(), config("sd-tiny"));
    assert_eq!(config(LINEAR).attention_heads, [4, 2]);
    // The defaults of diffusers describe the network of Stable Diffusion 1.x.
    let default = read("{}").unwrap();
    assert_eq!(default.attention_heads, [8; 4]);
    assert_eq!(default.block_out_channels, [320, 640, 1280, 1280]);
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    for (field, value) in [
        ("down_block_types", json!(["CrossAttnDownBlock2D", "DownBlock2D", "SimpleCrossAttnDownBlock2D"])),
        ("up_block_types", json!(["UpBlock2D", "UpBlock2D", "AttnUpBlock2D"])),
        ("mid_block_type", json!("UNetMidBlock2DSimpleCrossAttn")),
        ("addition_embed_type", json!("text_time")),
        ("attention_type", json!("gated")),
        ("class_embeddings_concat", json!(true)),
        ("conv_in_kernel", json!(5)),
        ("cross_attention_norm", json!("layer_norm")),
        ("dual_cross_attention", json!(true)),
        ("encoder_hid_dim", json!(16)),
        ("encoder_hid_dim_type", json!("text_proj")),
        ("num_attention_heads", json!(4)),
        ("resnet_out_scale_factor", json!(2.0)),
        ("resnet_skip_time_act", json!(true)),
        ("time_embedding_type", json!("fourier")),
        ("timestep_post_act", json!("silu")),
        ("reverse_transformer_layers_per_block", json!([1, 1, 1])),
        ("class_embed_type", json!("other")),
    ] {
        let error = read(&changed("sd-tiny", &[(field, value)])).unwrap_err();
        assert!(matches!(error, ModelError::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains(field), "{error}");
    }
    for (field, value) in [
        ("cross_attention_dim", json!([32, 32, 32])),
        ("attention_head_dim", json!([2, 2])),
        ("attention_head_dim", json!(17)),
        ("transformer_layers_per_block", json!([[1], [1], [1]])),
        ("transformer_layers_per_block", json!(0)),
        ("norm_num_groups", json!(null)),
        ("norm_num_groups", json!(7)),
        ("only_cross_attention", json!("yes")),
        ("class_embed_type", json!("projection")),
        ("downsample_padding", json!(2)),
    ] {
        let error = read(&changed("sd-tiny", &[(field, value)])).unwrap_err();
        assert!(matches!(error, ModelError::Field { .. }), "{error}");
    }
    let error = read(&changed("sd-tiny", &[("gated", json!(1))])).unwrap_err();
    assert!(matches!(error, ModelError::UnknownField { .. }), "{error}");
    let error = read(&changed("sd-tiny", &[("_class_name", json!("UNet2DModel"))])).unwrap_err();
    assert!(matches!(error, ModelError::Class { .. }), "{error}");
    // Fields that change nothing.
    let harmless = [("upcast_attention", json!(true)), ("addition_embed_type_num_heads", json!(1))];
    assert_eq!(read(&changed("sd-tiny", &harmless)).unwrap(), config("sd-tiny"));
}

/// Pipelines with such a network are refused.
#[test]
fn pipelines_refuse_it_by_name() {
    let error = Pipeline::open(&case(LINEAR).join("unet")).unwrap_err().to_string();
    assert!(error.contains("UNet2DConditionModel") && error.contains("only UNet2DModel"), "{error}");
    let error = Pipeline::open(&case("sd-tiny")).unwrap_err().to_string();
    assert!(error.contains("UNet2DConditionModel") && error.contains("--prompt"), "{error}");
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let network = open(LINEAR, Precision::F32);
    let zeros = |shape: &[usize]| Tensor::zeros(shape, candle_core::DType::F32, &Device::Cpu).unwrap();
    let refused = |sample: &[usize], timesteps: &[f64], context: &[usize]| {
        network.forward(&zeros(sample), timesteps, &zeros(context), None).unwrap_err()
    };
    for context in [&[2, 9, 21][..], &[3, 9, 20], &[2, 0, 20], &[9, 20]] {
        let error = refused(&[2, 3, 8, 8], &[1.0], context);
        assert!(matches!(error, ModelError::ContextShape { .. }), "{error}");
    }
    assert!(matches!(refused(&[2, 4, 8, 8], &[1.0], &[1, 9, 20]), ModelError::SampleShape { .. }));
    assert!(matches!(refused(&[2, 3, 8, 8], &[1.0; 3], &[1, 9, 20]), ModelError::Count { .. }));
    assert!(matches!(refused(&[2, 3, 8, 8], &[f64::NAN], &[1, 9, 20]), ModelError::Range { .. }));
    let labelled =
        network.forward(&zeros(&[1, 3, 8, 8]), &[1.0], &zeros(&[1, 9, 20]), Some(ClassLabels::Classes(&[0])));
    assert!(matches!(labelled, Err(ModelError::LabelsUnexpected)));
    // One context for all samples gives the same result as that context for each sample.
    let one = network.forward(&zeros(&[2, 3, 5, 7]), &[1.0], &zeros(&[1, 9, 20]), None).unwrap();
    let each = network.forward(&zeros(&[2, 3, 5, 7]), &[1.0], &zeros(&[2, 9, 20]), None).unwrap();
    assert_eq!(numbers(&one), numbers(&each));
    // Without padding on all sides, the sizes on the way up do not match those on the way down if they are
    // odd.
    let config = read(&changed(LINEAR, &[("downsample_padding", json!(0))])).unwrap();
    let network = UNet2DConditionModel::init(&config, 0, Precision::F32).unwrap();
    let odd = network.forward(&zeros(&[1, 3, 5, 7]), &[1.0], &zeros(&[1, 9, 20]), None).unwrap_err();
    assert!(matches!(odd, ModelError::SampleSize { factor: 2, .. }), "{odd}");
}
