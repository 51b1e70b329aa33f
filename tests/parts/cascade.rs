//! Pipelines with a second stage, and halves of them.

use std::fs;
use std::path::Path;

use diffuscope::model::{NoiseLevels, PartName, Precision, StableDiffusion};
use serde_json::{Value, json};

use super::{case, copy_of};

/// Changes a file of JSON.
fn change(file: &Path, field: &str, value: Value) {
    let mut all: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    all[field] = value;
    fs::write(file, all.to_string()).unwrap();
}

#[test]
fn the_second_stage_is_found_with_the_text_encoder_of_the_first() {
    let pipeline = StableDiffusion::find(&case("cascade-tiny")).unwrap();
    assert!(pipeline.is_cascade() && pipeline.draws() && pipeline.remarks.is_empty());
    pipeline.check().unwrap();
    let second = pipeline.second_stage().unwrap().unwrap();
    assert!(second.shares_text && second.parts.draws() && !second.parts.is_cascade());
    assert_eq!(second.parts.noise_levels(), NoiseLevels { usual: 50, most: Some(200) });
    assert_eq!(second.parts.unet(Precision::F32).unwrap().0.network.config().in_channels, 6);
    second.parts.text_encoder(Precision::F32).unwrap();
    assert!(!StableDiffusion::find(&case("sd-tiny")).unwrap().is_cascade());
    // A second stage with a text encoder and tokenizer of its own reads texts by those.
    let folder = copy_of("cascade-tiny");
    let inner = folder.path().join("super_resolution");
    for part in ["text_encoder", "tokenizer"] {
        fs::create_dir(inner.join(part)).unwrap();
        for entry in fs::read_dir(folder.path().join(part)).unwrap() {
            let file = entry.unwrap().path();
            fs::copy(&file, inner.join(part).join(file.file_name().unwrap())).unwrap();
        }
    }
    fs::remove_file(inner.join("model_index.json")).unwrap();
    let pipeline = StableDiffusion::find(folder.path()).unwrap();
    pipeline.check().unwrap();
    let second = pipeline.second_stage().unwrap().unwrap();
    assert!(!second.shares_text);
    assert_eq!(second.parts.noise_levels(), NoiseLevels::default());
    // A folder that the index does not name is taken all the same, which is said; and one that it says is absent is not.
    let index = folder.path().join("model_index.json");
    let mut fields: Value = serde_json::from_str(&fs::read_to_string(&index).unwrap()).unwrap();
    fields.as_object_mut().unwrap().remove("super_resolution");
    fs::write(&index, fields.to_string()).unwrap();
    let pipeline = StableDiffusion::find(folder.path()).unwrap();
    assert!(pipeline.is_cascade() && pipeline.remarks[0].contains("super_resolution"));
    change(&index, "super_resolution", json!([null, null]));
    assert!(!StableDiffusion::find(folder.path()).unwrap().is_cascade());
    // Without any index, folders count by their names.
    fs::remove_file(&index).unwrap();
    let pipeline = StableDiffusion::find(folder.path()).unwrap();
    assert!(pipeline.is_cascade());
    pipeline.check().unwrap();
}

#[test]
fn halves_of_cascades_are_refused_in_a_line() {
    let refused = |damage: &dyn Fn(&Path), reason: &str| {
        let folder = copy_of("cascade-tiny");
        damage(folder.path());
        let found = StableDiffusion::find(folder.path()).and_then(|parts| parts.check());
        let error = found.unwrap_err().to_string();
        assert!(error.contains(reason) && !error.contains('\n'), "{reason}: {error}");
    };
    let inner = |folder: &Path| folder.join("super_resolution");
    refused(&|folder| fs::remove_dir_all(inner(folder)).unwrap(), "no folder of that name");
    refused(
        &|folder| fs::remove_dir_all(inner(folder).join("unet")).unwrap(),
        "names a unet, and there is no folder",
    );
    refused(
        &|folder| change(&inner(folder).join("model_index.json"), "scheduler", json!([null, null])),
        "there is no scheduler here",
    );
    refused(
        &|folder| change(&folder.join("model_index.json"), "super_resolution", json!(["a", "Other"])),
        "super_resolution",
    );
    for (field, value, reason) in [
        ("in_channels", json!(3), "enlarges no pictures"),
        ("sample_size", json!(12), "no multiple of 8 × 8"),
        ("sample_size", json!(8), "no multiple of 8 × 8"),
        ("cross_attention_dim", json!(16), "cross_attention_dim"),
    ] {
        refused(&|folder| change(&inner(folder).join("unet/config.json"), field, value.clone()), reason);
    }
    for (field, value, reason) in [
        ("noise_level", json!(201), "noise_level is 201 and max_noise_level 200"),
        ("noise_level", json!(-1), "noise_level is -1"),
        ("max_noise_level", json!("much"), "max_noise_level is"),
    ] {
        refused(&|folder| change(&inner(folder).join("model_index.json"), field, value.clone()), reason);
    }
    refused(
        &|folder| fs::create_dir(inner(folder).join("super_resolution")).unwrap(),
        "a second stage of its own",
    );
    refused(
        &|folder| change(&folder.join("model_index.json"), "vae", json!(["diffusers", "AutoencoderKL"])),
        "no folder of that name",
    );
    // A second stage alone draws nothing by itself.
    let alone = StableDiffusion::find(&case("cascade-tiny").join("super_resolution")).unwrap();
    assert!(alone.has(PartName::Unet) && !alone.draws());
}
