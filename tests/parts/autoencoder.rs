//! `AutoencoderKL` compared with diffusers.

use diffuscope::model::{AutoencoderKl, AutoencoderKlConfig, ModelError, Part, Precision};
use serde_json::{Value, json};

use super::support::{Io, largest_difference, numbers};
use super::{case, tiny};

fn open(precision: Precision) -> AutoencoderKl {
    let (part, remarks) = tiny().vae(precision).unwrap();
    assert!(remarks.is_empty(), "{remarks:?}");
    assert_eq!(part.bytes, std::fs::metadata(&part.file).unwrap().len());
    part.network
}

/// The largest differences of mean, log-variance and decoded picture.
fn errors(vae: &AutoencoderKl, io: &Io, size: &str) -> [f64; 3] {
    let name = |name: &str| format!("vae_{size}.{name}");
    let told = vae.encode(&io.tensor(&name("image"))).unwrap();
    let decoded = vae.decode(&io.tensor(&name("latents"))).unwrap();
    let found = [("mean", &told.mean), ("logvar", &told.logvar), ("decoded", &decoded)];
    found.map(|(what, found)| {
        let expected = io.values(&name(&format!("{what}_f64")));
        assert_eq!(found.dims(), io.0[&name(what)].0);
        largest_difference(&numbers(found), expected)
    })
}

#[test]
fn outputs_are_those_of_diffusers() {
    let io = Io::read(&case("sd-tiny"));
    let planned = open(Precision::F32);
    assert!(planned.is_prepared() && !planned.frozen().unwrap().is_prepared());
    for size in ["32x32", "40x24"] {
        let double = errors(&open(Precision::F64), &io, size);
        println!("{size} f64      {double:?}");
        assert!(double.iter().all(|error| *error <= 1e-9), "{double:?}");
        for (way, vae) in [("planned", planned.clone()), ("f32", planned.frozen().unwrap())] {
            let [mean, logvar, decoded] = errors(&vae, &io, size);
            println!("{size} {way:8} [{mean:.1e}, {logvar:.1e}, {decoded:.1e}]");
            // Means reach 30 and log-variances 20, so that a rounding is larger in them.
            assert!(mean <= 6e-5 && logvar <= 3e-5 && decoded <= 1e-5, "{way}: {mean} {logvar} {decoded}");
        }
    }
}

#[test]
fn a_latent_is_the_scaled_mean() {
    let io = Io::read(&case("sd-tiny"));
    let vae = open(Precision::F64);
    assert_eq!(vae.config().scaling_factor, 0.18215);
    let told = vae.encode(&io.tensor("vae_32x32.image")).unwrap();
    let latents = numbers(&vae.scaled(&told.mean).unwrap());
    assert!(largest_difference(&latents, io.values("vae_32x32.latents")) < 1e-5);
    // A draw has the mean where there is no noise, and the standard deviation beside it for a noise of 1.
    let zeros = told.mean.zeros_like().unwrap();
    assert_eq!(numbers(&told.draw(&zeros).unwrap()), numbers(&told.mean));
    let one = numbers(&told.draw(&told.mean.ones_like().unwrap()).unwrap());
    let expected = numbers(&told.mean).into_iter().zip(numbers(&told.logvar));
    let expected: Vec<f64> = expected.map(|(mean, logvar)| mean + (logvar / 2.0).exp()).collect();
    assert!(largest_difference(&one, &expected) < 1e-9);
    assert!(numbers(&told.logvar).iter().all(|logvar| (-30.0..=20.0).contains(logvar)));
}

#[test]
fn old_names_of_attention_are_understood() {
    let io = Io::read(&case("sd-tiny"));
    let folder = case("sd-tiny-other-layouts/vae");
    let (part, remarks) = Part::<AutoencoderKl>::open(&folder, Precision::F64).unwrap();
    assert!(remarks.is_empty(), "{remarks:?}");
    assert!(errors(&part.network, &io, "40x24").iter().all(|error| *error <= 1e-9));
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let vae = open(Precision::F32);
    let zeros = |shape: &[usize]| {
        candle_core::Tensor::zeros(shape, candle_core::DType::F32, &candle_core::Device::Cpu).unwrap()
    };
    let encoded = |shape: &[usize]| vae.encode(&zeros(shape)).unwrap_err();
    assert!(matches!(encoded(&[1, 3, 32, 31]), ModelError::SampleSize { factor: 2, .. }));
    assert!(matches!(encoded(&[1, 1, 32, 32]), ModelError::SampleShape { .. }));
    assert!(matches!(encoded(&[3, 32, 32]), ModelError::SampleShape { .. }));
    assert!(matches!(vae.decode(&zeros(&[1, 3, 8, 8])), Err(ModelError::SampleShape { .. })));
    assert_eq!(vae.decode(&zeros(&[2, 4, 3, 1])).unwrap().dims(), [2, 3, 6, 2]);
}

#[test]
fn configs_are_read_strictly() {
    let text = std::fs::read_to_string(case("sd-tiny/vae/config.json")).unwrap();
    let read = |field: &str, value: Value| {
        let mut config: Value = serde_json::from_str(&text).unwrap();
        config[field] = value;
        AutoencoderKlConfig::from_json(&config.to_string(), "config.json")
    };
    for (field, value) in [
        ("down_block_types", json!(["DownEncoderBlock2D", "AttnDownEncoderBlock2D"])),
        ("up_block_types", json!(["UpDecoderBlock2D", "AttnUpDecoderBlock2D"])),
        ("shift_factor", json!(0.1)),
        ("latents_mean", json!([0.1, 0.2, 0.3, 0.4])),
        ("act_fn", json!("tanh")),
    ] {
        let error = read(field, value).unwrap_err();
        assert!(matches!(error, ModelError::Unsupported { .. }), "{error}");
        assert!(error.to_string().contains(field), "{error}");
    }
    for (field, value) in [
        ("down_block_types", json!(["DownEncoderBlock2D"])),
        ("block_out_channels", json!([8, 15])),
        ("latent_channels", json!(0)),
        ("layers_per_block", json!(1.5)),
        ("norm_num_groups", json!(3)),
        ("scaling_factor", json!(0.0)),
    ] {
        let error = read(field, value).unwrap_err();
        assert!(matches!(error, ModelError::Field { .. }), "{field}: {error}");
    }
    assert!(matches!(read("tiling", json!(true)), Err(ModelError::UnknownField { .. })));
    assert!(matches!(read("_class_name", json!("VQModel")), Err(ModelError::Class { .. })));
    assert_eq!(read("force_upcast", json!(false)).unwrap(), read("sample_size", json!(32)).unwrap());
    // The config of Stable Diffusion 1.x is older than some fields.
    let published = r#"{"_class_name": "AutoencoderKL", "_diffusers_version": "0.2.2", "act_fn": "silu",
        "block_out_channels": [128, 256, 512, 512], "in_channels": 3, "latent_channels": 4, "layers_per_block": 2,
        "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
        "out_channels": 3, "sample_size": 512,
        "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;
    let config = AutoencoderKlConfig::from_json(published, "config.json").unwrap();
    assert_eq!((config.scaling_factor, config.size_factor()), (0.18215, 8));
}

/// The layers between latents and the network can be left out, and attention too.
#[test]
fn options_have_their_layers() {
    let config = |quant: bool, attention: bool| AutoencoderKlConfig {
        use_quant_conv: quant,
        use_post_quant_conv: quant,
        mid_block_add_attention: attention,
        ..open(Precision::F32).config().clone()
    };
    for (quant, attention) in [(false, true), (true, false)] {
        let vae = AutoencoderKl::init(&config(quant, attention), 3, Precision::F64).unwrap();
        let has = |part: &str| vae.tensors().any(|(name, _)| name.contains(part));
        assert_eq!((has("quant_conv"), has("attentions")), (quant, attention));
        let image =
            candle_core::Tensor::ones((1, 3, 8, 6), candle_core::DType::F32, &candle_core::Device::Cpu)
                .unwrap();
        let mean = vae.encode(&image).unwrap().mean;
        assert_eq!(mean.dims(), [1, 4, 4, 3]);
        assert_eq!(vae.decode(&mean).unwrap().dims(), [1, 3, 8, 6]);
    }
}
