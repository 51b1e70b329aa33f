//! Pipelines open by their folders, and only the parts that are asked for are read.

use std::fs;

use diffuscope::model::{ModelError, PartName, Precision, StableDiffusion, unet_class};
use serde_json::{Value, json};

use super::{case, copy, tiny};

#[test]
fn parts_are_found_without_reading_them() {
    let pipeline = tiny();
    assert!(pipeline.remarks.is_empty(), "{:?}", pipeline.remarks);
    assert!(PartName::ALL.into_iter().all(|part| pipeline.has(part)));
    pipeline.check().unwrap();
    assert!(pipeline.scheduler().unwrap().0.contains("PNDMScheduler"));
    let folder = copy();
    for part in ["unet", "text_encoder"] {
        for entry in fs::read_dir(folder.path().join(part)).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_some_and(|ending| ending == "safetensors") {
                fs::write(file, "cut").unwrap();
            }
        }
    }
    let pipeline = StableDiffusion::find(folder.path()).unwrap();
    pipeline.check().unwrap();
    pipeline.vae(Precision::F32).unwrap();
    pipeline.tokenizer().unwrap();
    assert!(matches!(pipeline.unet(Precision::F32), Err(ModelError::Damaged { .. })));
}

#[test]
fn a_pipeline_opens_by_any_of_its_parts() {
    let folder = case("sd-tiny");
    let weights = "diffusion_pytorch_model.safetensors";
    for path in ["", "model_index.json", "vae", "vae/config.json", &format!("vae/{weights}")] {
        StableDiffusion::find(&folder.join(path)).unwrap().vae(Precision::F32).unwrap();
    }
    for path in ["unet", "unet/config.json", &format!("unet/{weights}")] {
        StableDiffusion::find(&folder.join(path)).unwrap().unet(Precision::F32).unwrap();
        assert_eq!(unet_class(&folder.join(path)).as_deref(), Some("UNet2DConditionModel"));
    }
    let other = case("sd-tiny-other-layouts");
    for folder in [&folder, &other] {
        let part = |name: &str| StableDiffusion::find(&folder.join(name)).unwrap();
        part("text_encoder").text_encoder(Precision::F32).unwrap();
        part("tokenizer").tokenizer().unwrap();
        assert!(!part("tokenizer").has(PartName::Unet));
    }
    // Without an index, folders count by their names.
    let parts = StableDiffusion::find(&other).unwrap();
    assert!(parts.remarks[0].contains("names of their folders"));
    parts.text_encoder(Precision::F32).unwrap();
    let missing = parts.unet(Precision::F32).map(drop).unwrap_err().to_string();
    assert!(missing.contains("no unet here"), "{missing}");
    assert_eq!(unet_class(&other), None);
}

/// What is in an index but cannot be opened.
#[test]
fn an_index_is_read_strictly() {
    let find = |part: &str, value: Value| {
        let folder = copy();
        let file = folder.path().join("model_index.json");
        let mut index: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        index[part] = value;
        fs::write(file, index.to_string()).unwrap();
        (StableDiffusion::find(folder.path()), folder)
    };
    let (found, _folder) =
        find("safety_checker", json!(["stable_diffusion", "StableDiffusionSafetyChecker"]));
    assert_eq!(found.unwrap().remarks, ["left out: safety_checker"]);
    let (found, _folder) = find("text_encoder_2", json!(["transformers", "CLIPTextModelWithProjection"]));
    assert!(found.unwrap_err().to_string().contains("text_encoder_2"));
    let (found, _folder) = find("force_zeros_for_empty_prompt", json!(true));
    found.unwrap().vae(Precision::F32).unwrap();
    let (found, _folder) = find("tokenizer", json!(["transformers", "CLIPTokenizerFast"]));
    found.unwrap().tokenizer().unwrap();
    let (found, _folder) = find("vae", json!(["diffusers", "AutoencoderTiny"]));
    let pipeline = found.unwrap();
    pipeline.unet(Precision::F32).unwrap();
    let error = pipeline.vae(Precision::F32).map(drop).unwrap_err().to_string();
    assert!(error.contains("AutoencoderTiny") && error.contains("AutoencoderKL"), "{error}");
    let (found, _folder) = find("vae", json!([null, null]));
    let error = found.unwrap().vae(Precision::F32).map(drop).unwrap_err().to_string();
    assert!(error.contains("no vae here"), "{error}");
    let (found, folder) = find("vae", json!(["diffusers", "AutoencoderKL"]));
    fs::remove_dir_all(folder.path().join("vae")).unwrap();
    let error = found.unwrap().vae(Precision::F32).map(drop).unwrap_err().to_string();
    assert!(error.contains("no folder of that name"), "{error}");
}

#[test]
fn parts_of_different_pipelines_are_told() {
    for (part, field, value, reason) in [
        ("text_encoder", "hidden_size", 64, "cross_attention_dim"),
        ("text_encoder", "vocab_size", 1513, "1514 tokens"),
        ("text_encoder", "max_position_embeddings", 64, "77"),
        ("vae", "latent_channels", 8, "in_channels"),
        ("unet", "out_channels", 8, "out_channels"),
    ] {
        let folder = copy();
        let file = folder.path().join(part).join("config.json");
        let mut config: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        config[field] = json!(value);
        fs::write(file, config.to_string()).unwrap();
        let error = StableDiffusion::find(folder.path()).unwrap().check().unwrap_err();
        assert!(matches!(error, ModelError::Apart { .. }), "{error}");
        assert!(error.to_string().contains(reason) && !error.to_string().contains('\n'), "{error}");
    }
}
