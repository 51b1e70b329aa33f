//! Reference networks with their inputs and outputs.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use diffuscope::model::{ClassLabels, Conditioning, UNet2DConfig, UNet2DModel};
use safetensors::{Dtype, SafeTensors};

pub const SCHEDULER: &str = r#"{"_class_name": "DDPMScheduler", "num_train_timesteps": 1000}"#;
pub const WEIGHTS: &str = "diffusion_pytorch_model.safetensors";

pub fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")
}

pub fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("io.safetensors").is_file());
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    cases
}

/// The inputs and outputs of a case, all as f64, with their shapes and original types.
pub struct Io(pub HashMap<String, (Vec<usize>, Vec<f64>, Dtype)>);

impl Io {
    pub fn read(case: &Path) -> Self {
        Self::open(&case.join("io.safetensors"))
    }

    pub fn open(file: &Path) -> Self {
        let bytes = fs::read(file).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let widened = |dtype, data: &[u8]| -> Vec<f64> {
            match dtype {
                Dtype::F64 => data.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b)).collect(),
                Dtype::F32 => data.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b) as f64).collect(),
                Dtype::I64 => data.as_chunks().0.iter().map(|&b| i64::from_le_bytes(b) as f64).collect(),
                other => panic!("{other:?}"),
            }
        };
        let tensors = file.tensors().into_iter();
        Self(
            tensors
                .map(|(name, view)| {
                    (name, (view.shape().to_vec(), widened(view.dtype(), view.data()), view.dtype()))
                })
                .collect(),
        )
    }

    pub fn values(&self, name: &str) -> &[f64] {
        &self.0[name].1
    }

    pub fn tensor(&self, name: &str) -> Tensor {
        let (shape, values, _) = &self.0[name];
        Tensor::from_slice(values, shape.as_slice(), &Device::Cpu).unwrap()
    }

    pub fn forward(&self, model: &UNet2DModel) -> Tensor {
        let sample = self.tensor("sample");
        let timesteps = self.values("timestep");
        let labels = self.0.get("class_labels").map(|(_, values, _)| values);
        let classes: Vec<u32> = labels.map_or(Vec::new(), |l| l.iter().map(|&label| label as u32).collect());
        let vectors = labels.map(|_| self.tensor("class_labels"));
        let labels = match model.config().conditioning() {
            Conditioning::None => None,
            Conditioning::Classes { .. } => Some(ClassLabels::Classes(&classes)),
            Conditioning::Values => labels.map(|values| ClassLabels::Values(values)),
            Conditioning::Embeddings { .. } => vectors.as_ref().map(ClassLabels::Embeddings),
        };
        model.forward(&sample, timesteps, labels).unwrap()
    }

    /// The largest difference between the network's output and `output_f64`.
    pub fn error(&self, model: &UNet2DModel) -> f64 {
        let output = self.forward(model);
        assert_eq!(output.dims(), self.0["output_f64"].0);
        largest_difference(&numbers(&output), self.values("output_f64"))
    }
}

pub fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor.flatten_all().unwrap().to_dtype(DType::F64).unwrap().to_vec1().unwrap()
}

pub fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    // `f64::max` is not used, as it would ignore NaN.
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |most, d| if d <= most { most } else { d })
}

/// The config of a very small network.
pub fn tiny() -> UNet2DConfig {
    let text = fs::read_to_string(reference().join("unets/gelu-resnet-samplers/config.json")).unwrap();
    UNet2DConfig::from_json(&text, "config.json").unwrap()
}
