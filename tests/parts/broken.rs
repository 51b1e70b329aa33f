//! Errors name what is wrong with a part's files.

use std::fs;
use std::path::Path;

use diffuscope::model::{ModelError, Precision, StableDiffusion};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::json;

use super::copy;

type Stored = Vec<(String, Dtype, Vec<usize>, Vec<u8>)>;

fn read(path: &Path) -> Stored {
    let bytes = fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tensors = file.tensors().into_iter();
    let mut all: Stored = tensors
        .map(|(name, view)| (name, view.dtype(), view.shape().to_vec(), view.data().to_vec()))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

fn write(path: &Path, tensors: &[(String, Dtype, Vec<usize>, Vec<u8>)]) {
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        (name.clone(), TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

const VAE: &str = "vae/diffusion_pytorch_model.safetensors";
const TEXT: &str = "text_encoder/model.safetensors";

/// The error of opening the part in a copy whose weights were changed.
fn refused(file: &str, change: impl FnOnce(&mut Stored)) -> ModelError {
    let folder = copy();
    let mut tensors = read(&folder.path().join(file));
    change(&mut tensors);
    write(&folder.path().join(file), &tensors);
    let pipeline = StableDiffusion::find(folder.path()).unwrap();
    let error = if file == VAE {
        pipeline.vae(Precision::F32).map(drop).unwrap_err()
    } else {
        pipeline.text_encoder(Precision::F32).map(drop).unwrap_err()
    };
    let text = error.to_string();
    assert!(!text.contains('\n') && text.contains(file), "{text}");
    error
}

#[test]
fn weights_are_checked() {
    for file in [VAE, TEXT] {
        assert!(matches!(refused(file, |all| drop(all.pop())), ModelError::MissingTensor { .. }));
        let extra = refused(file, |all| {
            let (_, dtype, shape, data) = all[0].clone();
            all.push(("other.weight".to_owned(), dtype, shape, data));
        });
        assert!(matches!(extra, ModelError::ExtraTensor { .. }), "{extra}");
        let narrow = refused(file, |all| {
            let (_, dtype, shape, data) = &mut all[0];
            shape[0] -= 1;
            data.truncate(shape.iter().product::<usize>() * dtype.bitsize() / 8);
        });
        assert!(matches!(narrow, ModelError::TensorShape { .. }), "{narrow}");
        let nan = refused(file, |all| {
            let (_, dtype, _, data) = &mut all[0];
            let width = dtype.bitsize() / 8;
            data[..width].fill(0xff);
        });
        assert!(matches!(nan, ModelError::NotFinite { .. }), "{nan}");
    }
    // A model with an image encoder, and one with a projection.
    for name in ["vision_model.post_layernorm.bias", "text_projection.weight"] {
        let error = refused(TEXT, |all| all.push((name.to_owned(), Dtype::F32, vec![1], vec![0; 4])));
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn split_weights_are_put_together() {
    let folder = copy();
    let at = |file: &str| folder.path().join("text_encoder").join(file);
    let all = read(&at("model.safetensors"));
    let names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
    let halves = all.split_at(all.len() / 2);
    let open = || StableDiffusion::find(folder.path()).unwrap().text_encoder(Precision::F32);
    let whole = open().unwrap().0.network;
    fs::remove_file(at("model.safetensors")).unwrap();
    write(&at(names[0]), halves.0);
    let missing = open().map(drop).unwrap_err();
    assert!(matches!(missing, ModelError::Shards { .. }), "{missing}");
    write(&at(names[1]), halves.1);
    let file_of = |i: usize| names[usize::from(i >= halves.0.len())];
    let map: serde_json::Map<String, serde_json::Value> =
        all.iter().enumerate().map(|(i, (name, ..))| (name.clone(), json!(file_of(i)))).collect();
    fs::write(at("model.safetensors.index.json"), json!({ "weight_map": map }).to_string()).unwrap();
    let split = open().unwrap().0.network;
    let same = whole.tensors().zip(split.tensors()).all(|((name, a), (other, b))| {
        let numbers = |x: &candle_core::Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        name == other && numbers(&a) == numbers(&b)
    });
    assert!(same && whole.tensors().len() == split.tensors().len());
    // A file that was written in part.
    let bytes = fs::read(at(names[1])).unwrap();
    fs::write(at(names[1]), &bytes[..bytes.len() / 2]).unwrap();
    let cut = open().map(drop).unwrap_err();
    assert!(matches!(&cut, ModelError::Damaged { name, .. } if name.contains(names[1])), "{cut}");
}

#[test]
fn half_precision_is_read_where_there_is_no_other() {
    let folder = copy();
    let file = folder.path().join("text_encoder/model.safetensors");
    fs::rename(&file, file.with_file_name("model.fp16.safetensors")).unwrap();
    let pipeline = StableDiffusion::find(folder.path()).unwrap();
    assert!(pipeline.text_encoder(Precision::F32).unwrap().0.file.ends_with("model.fp16.safetensors"));
}

#[test]
fn pickles_and_empty_folders_are_refused() {
    let folder = copy();
    let file = folder.path().join(TEXT);
    fs::remove_file(&file).unwrap();
    let open = || {
        let pipeline = StableDiffusion::find(folder.path()).unwrap();
        pipeline.text_encoder(Precision::F32).map(drop).unwrap_err().to_string()
    };
    assert!(open().contains("there is no model.safetensors"), "{}", open());
    fs::write(file.with_file_name("pytorch_model.bin"), b"\x80\x02}q\x00.").unwrap();
    assert!(open().contains("CLIPTextModel.from_pretrained"), "{}", open());
}
