//! The network against its definition, over random configurations.

use candle_core::DType;
use proptest::prelude::*;

use super::*;
use crate::model::kernels::tests::config as settings;

fn numbers(x: &Tensor) -> Vec<f64> {
    x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

prop_compose! {
    fn cases()(
        heads in 1..5usize,
        width in 1..7usize,
        between in 1..20usize,
        layers in 1..4usize,
        gelu in any::<bool>(),
        texts in (1..4usize, 1..12usize).prop_flat_map(|(n, length)| {
            prop::collection::vec(prop::collection::vec(0..30u32, length), n)
        }),
        seed in any::<u32>(),
    ) -> (ClipTextConfig, Vec<Vec<u32>>, u64) {
        let config = ClipTextConfig {
            vocab_size: 30,
            hidden_size: heads * width,
            intermediate_size: between,
            num_hidden_layers: layers,
            num_attention_heads: heads,
            max_position_embeddings: 12,
            hidden_act: if gelu { TextActivation::Gelu } else { TextActivation::QuickGelu },
            eos_token_id: 29,
            ..ClipTextConfig::from_json("{}", "defaults").unwrap()
        };
        (config, texts, seed.into())
    }
}

proptest! {
    #![proptest_config(settings(41, 40))]

    /// f32 agrees with f64, each text is embedded as if it were alone, and what follows a place does not change it.
    #[test]
    fn texts_do_not_know_of_others((config, texts, seed) in cases()) {
        let single = ClipTextModel::init(&config, seed, Precision::F32).unwrap();
        let double = ClipTextModel::init(&config, seed, Precision::F64).unwrap();
        let all = double.forward(&texts).unwrap();
        let states = numbers(&all.states);
        let rounded = numbers(&single.forward(&texts).unwrap().states);
        // Where a few values differ little from each other, their normalisation enlarges what is rounded.
        for (a, b) in states.iter().zip(rounded) {
            prop_assert!((a - b).abs() <= 1e-3 * a.abs().max(1.0), "{} {}", a, b);
        }
        let size = texts[0].len() * config.hidden_size;
        for (text, together) in texts.iter().zip(states.chunks(size)) {
            for length in [1, text.len()] {
                let alone = numbers(&double.forward(&[&text[..length]]).unwrap().states);
                for (a, b) in alone.iter().zip(together) {
                    prop_assert!((a - b).abs() <= 1e-10, "{} {}", a, b);
                }
            }
        }
    }
}

/// The numbers of parameters are the published ones of the text encoders of Stable Diffusion 1.x and 2.x.
#[test]
fn published_models_have_their_number_of_parameters() {
    let first = r#"{"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}"#;
    let second = r#"{"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 23,
        "num_attention_heads": 16, "hidden_act": "gelu"}"#;
    for (text, parameters) in [(first, 123_060_480), (second, 340_387_840)] {
        let config = ClipTextConfig::from_json(text, "config.json").unwrap();
        assert_eq!(ClipTextModel::graph(&config).unwrap().parameter_count(), parameters);
    }
}
