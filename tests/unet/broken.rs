//! Errors name what is wrong with a checkpoint.

use std::fs;
use std::path::PathBuf;

use diffuscope::model::{ModelError, Pipeline};
use safetensors::{Dtype, SafeTensors};

use super::support::{Io, WEIGHTS, reference};

#[test]
fn a_pipeline_opens_by_any_of_its_parts() {
    let folder = reference().join("unet-plain");
    let scheduler = fs::read_to_string(folder.join("scheduler/scheduler_config.json")).unwrap();
    let unet = folder.join("unet");
    for path in [folder.clone(), folder.join("model_index.json"), unet.clone(), unet.join("config.json")] {
        let pipeline = Pipeline::open(&path).unwrap();
        assert_eq!(pipeline.scheduler.as_deref(), Some(scheduler.as_str()), "{}", path.display());
        assert_eq!(pipeline.parts.unet.file.file_name().unwrap(), WEIGHTS);
    }
    let pipeline = Pipeline::open(&unet.join(WEIGHTS)).unwrap();
    assert!(Io::read(&folder).error(&pipeline.parts.unet.network) <= 1e-5);
    assert!(Pipeline::open(&reference().join("unets/four-levels")).unwrap().scheduler.is_none());
}

/// A copy of the small case "one-level-attention" that tests can damage.
pub struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let case = reference().join("unets/one-level-attention");
        for file in ["config.json", WEIGHTS] {
            fs::copy(case.join(file), folder.path().join(file)).unwrap();
        }
        Self { folder }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub fn config(&self, change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>)) {
        let text = fs::read_to_string(self.path("config.json")).unwrap();
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        change(value.as_object_mut().unwrap());
        fs::write(self.path("config.json"), value.to_string()).unwrap();
    }

    fn weights(&self, change: impl FnOnce(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>)) {
        let bytes = fs::read(self.path(WEIGHTS)).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors: Vec<_> = file
            .tensors()
            .into_iter()
            .map(|(name, view)| (name, view.dtype(), view.shape().to_vec(), view.data().to_vec()))
            .collect();
        tensors.sort_by(|a, b| a.0.cmp(&b.0));
        change(&mut tensors);
        let views = tensors.iter().map(|(name, dtype, shape, data)| {
            (name.as_str(), safetensors::tensor::TensorView::new(*dtype, shape.clone(), data).unwrap())
        });
        fs::write(self.path(WEIGHTS), safetensors::serialize(views, None).unwrap()).unwrap();
    }

    pub fn open(&self) -> Result<Pipeline, ModelError> {
        Pipeline::open(self.folder.path())
    }

    pub fn reason(&self) -> String {
        let reason = self.open().unwrap_err().to_string();
        assert!(!reason.contains('\n'), "{reason}");
        reason
    }
}

fn tensor<'a>(
    tensors: &'a mut [(String, Dtype, Vec<usize>, Vec<u8>)],
    name: &str,
) -> &'a mut (String, Dtype, Vec<usize>, Vec<u8>) {
    tensors.iter_mut().find(|tensor| tensor.0 == name).unwrap()
}

#[test]
fn weights_that_do_not_fit_are_named() {
    let name = "mid_block.resnets.1.conv2.bias";
    let copy = Copy::new();
    assert!(copy.open().is_ok());
    copy.weights(|tensors| tensors.retain(|tensor| tensor.0 != name));
    assert!(copy.reason().contains(&format!("tensor {name} is missing;")), "{}", copy.reason());

    let copy = Copy::new();
    copy.weights(|tensors| tensors.retain(|tensor| !tensor.0.starts_with("mid_block")));
    assert!(copy.reason().contains("tensor mid_block.attentions.0.group_norm.bias is missing (and 2"));

    let copy = Copy::new();
    copy.weights(|tensors| {
        let mut extra = tensor(tensors, name).clone();
        extra.0 = "mid_block.resnets.2.conv2.bias".to_owned();
        tensors.push(extra);
    });
    assert!(copy.reason().contains("tensor mid_block.resnets.2.conv2.bias has no place"));

    let copy = Copy::new();
    copy.weights(|tensors| {
        // The tensor is there both under its old name and under its new name.
        let mut double = tensor(tensors, "mid_block.attentions.0.to_q.bias").clone();
        double.0 = "mid_block.attentions.0.query.bias".to_owned();
        tensors.push(double);
    });
    assert!(copy.reason().contains("tensor mid_block.attentions.0.query.bias has no place"));

    let copy = Copy::new();
    copy.weights(|tensors| tensor(tensors, name).2 = vec![2, 4]);
    assert!(copy.reason().contains(&format!("tensor {name} has shape [2, 4] where the config asks for [8]")));

    let copy = Copy::new();
    copy.weights(|tensors| tensor(tensors, name).1 = Dtype::I32);
    assert!(copy.reason().contains(&format!("tensor {name} is of type I32")));

    for (value, shown) in [(f32::NAN, "NaN"), (f32::NEG_INFINITY, "-inf")] {
        let copy = Copy::new();
        copy.weights(|tensors| tensor(tensors, name).3[8..12].copy_from_slice(&value.to_le_bytes()));
        assert!(copy.reason().contains(&format!("tensor {name} holds {shown} at index 2")));
    }
}

#[test]
fn damaged_files_are_refused() {
    let whole = fs::read(Copy::new().path(WEIGHTS)).unwrap();
    for (bytes, expected) in [
        (&whole[..whole.len() - 1], "damaged or cut short"),
        (&whole[..whole.len() / 2], "damaged or cut short"),
        (&whole[..40], "damaged or cut short"),
        (&whole[..5], "only 5 bytes"),
        (b"", "only 0 bytes"),
        (b"<!DOCTYPE html> a text file of some length", "damaged or cut short"),
        (b"PK\x03\x04 pretends to be safetensors", "pickle"),
        (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P", "pickle"),
        (&[0xFF; 64], "damaged or cut short"),
    ] {
        let copy = Copy::new();
        fs::write(copy.path(WEIGHTS), bytes).unwrap();
        assert!(copy.reason().contains(expected), "{} for {:?}", copy.reason(), &bytes[..bytes.len().min(8)]);
    }
    let mut longer = whole.clone();
    longer.push(0);
    let copy = Copy::new();
    fs::write(copy.path(WEIGHTS), longer).unwrap();
    assert!(copy.reason().contains("bytes of tensors instead of"));
}

#[test]
fn pickles_are_not_opened() {
    for name in ["diffusion_pytorch_model.bin", "model.ckpt", "last.PT", "model.pth"] {
        let copy = Copy::new();
        fs::rename(copy.path(WEIGHTS), copy.path(name)).unwrap();
        assert!(matches!(copy.open(), Err(ModelError::Pickle { .. })), "{name} in a folder");
        assert!(matches!(Pipeline::open(&copy.path(name)), Err(ModelError::Pickle { .. })), "{name} itself");
        assert!(copy.reason().contains("safe_serialization=True"));
    }
}

#[test]
fn other_files_and_folders_are_explained() {
    let copy = Copy::new();
    assert!(Pipeline::open(&copy.path("nothing")).unwrap_err().to_string().contains("no such file"));
    fs::write(copy.path("notes.txt"), "notes").unwrap();
    assert!(Pipeline::open(&copy.path("notes.txt")).unwrap_err().to_string().contains("not a network"));
    fs::rename(copy.path(WEIGHTS), copy.path("diffusion_pytorch_model.fp16.safetensors")).unwrap();
    assert!(copy.open().unwrap().parts.unet.file.ends_with("diffusion_pytorch_model.fp16.safetensors"));
    fs::write(copy.path("diffusion_pytorch_model.safetensors.index.json"), "{}").unwrap();
    assert!(copy.reason().contains("split over several files"));
    let empty = tempfile::tempdir().unwrap();
    assert!(Pipeline::open(empty.path()).unwrap_err().to_string().contains("neither model_index.json nor"));
    fs::copy(copy.path("config.json"), empty.path().join("config.json")).unwrap();
    assert!(Pipeline::open(empty.path()).unwrap_err().to_string().contains("there is no diffusion_pytorch"));
}

#[test]
fn an_index_with_other_parts_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (index, expected) in [
        (r#"{"unet": ["diffusers", "UNet2DConditionModel"]}"#, "_class_name is \"UNet2DConditionModel\""),
        (r#"{"vae": ["diffusers", "AutoencoderKL"]}"#, "the pipeline has no unet"),
        (
            r#"{"unet": ["diffusers", "UNet2DModel"], "vqvae": ["diffusers", "VQModel"]}"#,
            "the pipeline also has vqvae",
        ),
        ("[]", "not a valid JSON object (it is a list)"),
        ("{", "not a valid JSON object"),
    ] {
        fs::write(folder.path().join("model_index.json"), index).unwrap();
        let reason = Pipeline::open(folder.path()).unwrap_err().to_string();
        assert!(reason.contains(expected) && reason.contains("model_index.json"), "{reason}");
    }
}

/// Pipelines such as google/ddpm-cifar10-32 have no folders for their parts.
#[test]
fn a_pipeline_in_one_folder_opens() {
    let folder = tempfile::tempdir().unwrap();
    let source = reference().join("unet-plain");
    let copy = |from: &str, to: &str| fs::copy(source.join(from), folder.path().join(to)).unwrap();
    copy("model_index.json", "model_index.json");
    copy("unet/config.json", "config.json");
    copy(&format!("unet/{WEIGHTS}"), WEIGHTS);
    copy("scheduler/scheduler_config.json", "scheduler_config.json");
    let whole = Pipeline::open(&source).unwrap();
    for path in [folder.path().to_owned(), folder.path().join(WEIGHTS), folder.path().join("config.json")] {
        let flat = Pipeline::open(&path).unwrap();
        assert_eq!(flat.parts.unet.network.config(), whole.parts.unet.network.config());
        assert_eq!(flat.scheduler, whole.scheduler);
    }
    fs::remove_file(folder.path().join("scheduler_config.json")).unwrap();
    assert_eq!(Pipeline::open(folder.path()).unwrap().scheduler, None);
}
