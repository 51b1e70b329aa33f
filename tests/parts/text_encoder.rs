//! `CLIPTextModel` compared with transformers.

use diffuscope::model::{
    ClipTextConfig, ClipTextModel, EmbeddedText, ModelError, Part, Precision, TextActivation,
};
use serde_json::{Value, json};

use super::case;
use super::support::{Io, largest_difference, numbers};

/// The folders of the two layouts: with the prefix `text_model.` and the positions, and without both.
const LAYOUTS: [&str; 2] = ["sd-tiny/text_encoder", "sd-tiny-other-layouts/text_encoder"];

fn open(folder: &str, precision: Precision) -> ClipTextModel {
    let (part, remarks) = Part::<ClipTextModel>::open(&case(folder), precision).unwrap();
    assert!(remarks.is_empty(), "{remarks:?}");
    part.network
}

fn texts(io: &Io) -> Vec<Vec<u32>> {
    io.values("text.input_ids").chunks(77).map(|ids| ids.iter().map(|&id| id as u32).collect()).collect()
}

#[test]
fn outputs_are_those_of_transformers() {
    let io = Io::read(&case("sd-tiny"));
    for (folder, precision, bound) in [
        (LAYOUTS[0], Precision::F32, 1e-5),
        (LAYOUTS[1], Precision::F32, 1e-5),
        (LAYOUTS[0], Precision::F64, 1e-12),
    ] {
        let EmbeddedText { states, pooled } = open(folder, precision).forward(&texts(&io)).unwrap();
        for (name, found) in [("last_hidden_state", states), ("pooler_output", pooled)] {
            assert_eq!(found.dims(), io.0[&format!("text.{name}")].0);
            let expected = io.values(&format!("text.{name}_f64"));
            let error = largest_difference(&numbers(&found), expected);
            println!("{folder} {precision:?} {name}: {error:.1e}");
            assert!(error <= bound, "{folder} {name}: {error}");
        }
    }
}

/// A place knows nothing of those that follow.
#[test]
fn what_follows_changes_nothing() {
    let text = open(LAYOUTS[0], Precision::F64);
    let whole = text.forward(&[[1512, 320, 511, 7, 1513]]).unwrap().states;
    let other = text.forward(&[[1512, 320, 511, 9, 8]]).unwrap().states;
    let short = text.forward(&[[1512, 320, 511]]).unwrap().states;
    let start = |states: &candle_core::Tensor| numbers(&states.narrow(1, 0, 3).unwrap());
    assert!(largest_difference(&start(&whole), &numbers(&short)) < 1e-12);
    assert!(largest_difference(&start(&other), &numbers(&short)) < 1e-12);
    assert_ne!(numbers(&whole), numbers(&other));
}

/// Without an end token the first place counts; with `eos_token_id` 2 the largest token is the end.
#[test]
fn the_pooled_state_is_that_of_the_end() {
    for folder in LAYOUTS {
        let text = open(folder, Precision::F64);
        let pooled = |ids: &[u32], place: usize| {
            let EmbeddedText { states, pooled } = text.forward(&[ids]).unwrap();
            assert_eq!(numbers(&states.narrow(1, place, 1).unwrap()), numbers(&pooled), "{ids:?}");
        };
        pooled(&[1512, 5, 1513, 1513], 2);
        pooled(&[1513, 5], 0);
        pooled(&[5, 6, 7], if folder == LAYOUTS[0] { 2 } else { 0 });
    }
}

#[test]
fn tokens_that_do_not_fit_are_refused() {
    let text = open(LAYOUTS[0], Precision::F32);
    let refused = |texts: &[Vec<u32>]| text.forward(texts).unwrap_err();
    for texts in [vec![], vec![vec![]], vec![vec![1; 78]], vec![vec![1; 3], vec![1; 4]]] {
        let error = refused(&texts);
        assert!(matches!(error, ModelError::TokenCount { most: 77, .. }), "{error}");
    }
    let error = refused(&[vec![1, 1514]]).to_string();
    assert!(error.contains("1514") && error.contains("from 0 to 1513"), "{error}");
}

#[test]
fn configs_are_read_strictly() {
    let text = std::fs::read_to_string(case(LAYOUTS[0]).join("config.json")).unwrap();
    let read = |field: &str, value: Value| {
        let mut config: Value = serde_json::from_str(&text).unwrap();
        config[field] = value;
        ClipTextConfig::from_json(&config.to_string(), "config.json")
    };
    assert_eq!(read("hidden_act", json!("gelu")).unwrap().hidden_act, TextActivation::Gelu);
    let error = read("hidden_act", json!("gelu_new")).unwrap_err().to_string();
    assert!(error.contains("gelu_new") && error.contains("quick_gelu, gelu"), "{error}");
    for (field, value) in
        [("architectures", json!(["CLIPTextModelWithProjection"])), ("_class_name", json!("T5EncoderModel"))]
    {
        assert!(matches!(read(field, value), Err(ModelError::Class { .. })));
    }
    assert!(matches!(read("model_type", json!("t5")), Err(ModelError::Unsupported { .. })));
    for (field, value) in
        [("hidden_size", json!(30)), ("num_hidden_layers", json!(0)), ("eos_token_id", json!([1, 2]))]
    {
        let error = read(field, value).unwrap_err();
        assert!(matches!(error, ModelError::Field { .. }), "{field}: {error}");
    }
    assert!(matches!(read("rotary", json!(true)), Err(ModelError::UnknownField { .. })));
}
