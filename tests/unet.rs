//! The U-Net against PyTorch, and against everything that can be wrong with a checkpoint.
//!
//! `reference/unet-*` and `reference/unets/*` were made with diffusers (`reference/unets.py`).

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]
#![allow(clippy::print_stdout, reason = "measured errors are worth reading")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use diffuscope::model::{
    ClassLabels, Conditioning, ModelError, Pipeline, Precision, UNet2DConfig, UNet2DModel, WeightType,
    save_pipeline, summary,
};
use safetensors::{Dtype, SafeTensors};

const SCHEDULER: &str = r#"{"_class_name": "DDPMScheduler", "num_train_timesteps": 1000}"#;
const WEIGHTS: &str = "diffusion_pytorch_model.safetensors";

fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")
}

fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("io.safetensors").is_file());
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    cases
}

/// Inputs and outputs of a case, all as f64 with their shapes.
struct Io(HashMap<String, (Vec<usize>, Vec<f64>, Dtype)>);

impl Io {
    fn read(case: &Path) -> Self {
        let bytes = fs::read(case.join("io.safetensors")).unwrap();
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

    fn values(&self, name: &str) -> &[f64] {
        &self.0[name].1
    }

    fn tensor(&self, name: &str) -> Tensor {
        let (shape, values, _) = &self.0[name];
        Tensor::from_slice(values, shape.as_slice(), &Device::Cpu).unwrap()
    }

    fn forward(&self, model: &UNet2DModel) -> Tensor {
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

    /// The largest difference from `output_f64`.
    fn error(&self, model: &UNet2DModel) -> f64 {
        let output = self.forward(model);
        assert_eq!(output.dims(), self.0["output_f64"].0);
        largest_difference(&numbers(&output), self.values("output_f64"))
    }
}

fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor.flatten_all().unwrap().to_dtype(candle_core::DType::F64).unwrap().to_vec1().unwrap()
}

fn largest_difference(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    // Not `f64::max`, which would pass over NaN.
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |most, d| if d <= most { most } else { d })
}

/// Errors in f32 and f64.
fn errors(case: &Path) -> [f64; 2] {
    let io = Io::read(case);
    let errors = [Precision::F32, Precision::F64]
        .map(|precision| io.error(&Pipeline::open_with(case, precision).unwrap().unet));
    let name = case.file_name().unwrap().to_string_lossy();
    println!("{name:30} f32 {:.2e}  f64 {:.2e}", errors[0], errors[1]);
    errors
}

#[test]
fn outputs_are_those_of_pytorch() {
    for case in cases(&reference()).into_iter().chain(cases(&reference().join("unets"))) {
        let [single, double] = errors(&case);
        assert!(single <= 1e-5, "{}: {single:e} in f32", case.display());
        // What is left are last digits of sines and logarithms, which PyTorch takes in f32.
        assert!(double <= 1e-6, "{}: {double:e} in f64", case.display());
    }
}

/// `DIFFUSCOPE_UNETS` is a folder that `reference/unets.py sweep` wrote.
#[test]
#[ignore = "needs a folder of random networks"]
fn outputs_are_those_of_pytorch_for_many_more() {
    let folder = std::env::var("DIFFUSCOPE_UNETS").unwrap();
    let all: Vec<_> = cases(Path::new(&folder)).iter().map(|case| (errors(case), case.clone())).collect();
    for (i, name) in ["f32", "f64"].into_iter().enumerate() {
        let (worst, case) = all.iter().max_by(|a, b| a.0[i].total_cmp(&b.0[i])).unwrap();
        println!("{name}: at most {:.2e} ({}) in {} networks", worst[i], case.display(), all.len());
        assert!(worst[i] <= 1e-4, "{}", case.display());
    }
}

/// Gradient · parameter and |gradient|² of every parameter, for the loss sum(output²)/2.
#[test]
fn gradients_are_those_of_pytorch() {
    for case in cases(&reference().join("unets")) {
        let io = Io::read(&case);
        let model = Pipeline::open_with(&case, Precision::F64).unwrap().unet.trainable().unwrap();
        let loss = (io.forward(&model).sqr().unwrap().sum_all().unwrap() * 0.5).unwrap();
        let gradients = loss.backward().unwrap();
        let variables = model.variables().unwrap();
        let expected = io.values("gradient");
        assert_eq!(expected.len(), 2 * variables.len());
        let scale = expected.iter().skip(1).step_by(2).fold(0.0, |most: f64, &v| most.max(v));
        let mut worst = 0.0;
        for ((name, variable), expected) in variables.iter().zip(expected.chunks(2)) {
            let gradient = gradients.get(variable).unwrap_or_else(|| panic!("{name} has no gradient"));
            let along = (gradient * variable.as_tensor()).unwrap();
            let found = [along, gradient.sqr().unwrap()].map(|x| numbers(&x).iter().sum::<f64>());
            for (found, &expected) in found.iter().zip(expected) {
                let error = (found - expected).abs() / expected.abs().max(1e-3 * scale);
                assert!(error <= 1e-5, "{}: {name}: {found} is not {expected}", case.display());
                worst = f64::max(worst, error);
            }
        }
        println!("{:30} {} gradients, {worst:.2e}", case.file_name().unwrap().display(), variables.len());
    }
}

#[test]
fn a_pipeline_opens_by_any_of_its_parts() {
    let folder = reference().join("unet-plain");
    let scheduler = fs::read_to_string(folder.join("scheduler/scheduler_config.json")).unwrap();
    let unet = folder.join("unet");
    for path in [folder.clone(), folder.join("model_index.json"), unet.clone(), unet.join("config.json")] {
        let pipeline = Pipeline::open(&path).unwrap();
        assert_eq!(pipeline.scheduler.as_deref(), Some(scheduler.as_str()), "{}", path.display());
        assert_eq!(pipeline.weights.file_name().unwrap(), WEIGHTS);
    }
    let pipeline = Pipeline::open(&unet.join(WEIGHTS)).unwrap();
    assert!(Io::read(&folder).error(&pipeline.unet) <= 1e-5);
    assert!(Pipeline::open(&reference().join("unets/four-levels")).unwrap().scheduler.is_none());
}

/// A copy of the small case "one-level-attention" that can be spoiled.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Self {
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

    fn config(&self, change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>)) {
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

    fn open(&self) -> Result<Pipeline, ModelError> {
        Pipeline::open(self.folder.path())
    }

    fn reason(&self) -> String {
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
        // The old name of a tensor that is also there under its new one.
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
    assert!(copy.open().unwrap().weights.ends_with("diffusion_pytorch_model.fp16.safetensors"));
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
        // What averaged weights are saved with.
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
        // And it has every field that diffusers writes, with equal values but for other spellings.
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
fn wrong_inputs_are_explained() {
    let plain = Pipeline::open(&reference().join("unet-plain")).unwrap().unet;
    let classes = Pipeline::open(&reference().join("unets/learned-time-class-table")).unwrap().unet;
    let fourier = Pipeline::open(&reference().join("unets/mish-scale-shift-fourier")).unwrap().unet;
    let identity = Pipeline::open(&reference().join("unets/class-identity")).unwrap().unet;
    let sample = |shape: &[usize]| Tensor::zeros(shape, candle_core::DType::F32, &Device::Cpu).unwrap();
    let reason =
        |model: &UNet2DModel, shape: &[usize], timesteps: &[f64], labels: Option<ClassLabels<'_>>| {
            model.forward(&sample(shape), timesteps, labels).unwrap_err().to_string()
        };
    let good = [2, 1, 8, 8];
    assert!(reason(&plain, &[2, 3, 8, 8], &[1.0], None).contains("takes [n, 1, height, width]"));
    assert!(reason(&plain, &[1, 8, 8], &[1.0], None).contains("shape [1, 8, 8]"));
    assert!(reason(&plain, &[0, 1, 8, 8], &[1.0], None).contains("none of them 0"));
    assert!(reason(&plain, &[1, 1, 7, 8], &[1.0], None).contains("8 × 7 is not divisible by 2"));
    assert!(reason(&plain, &good, &[1.0; 3], None).contains("3 timesteps for 2 samples"));
    assert!(reason(&plain, &good, &[], None).contains("0 timesteps for 2 samples"));
    assert!(reason(&plain, &good, &[f64::NAN], None).contains("timestep NaN must be a finite number"));
    assert!(reason(&plain, &good, &[1.0], Some(ClassLabels::Classes(&[1]))).contains("not conditioned"));
    assert!(reason(&classes, &good, &[1.0], None).contains("give class labels"));
    let labels = Some(ClassLabels::Classes(&[0, 3]));
    assert!(reason(&classes, &good, &[1.0], labels).contains("class label 3 must be from 0 to 2"));
    assert!(reason(&classes, &good, &[20.0], Some(ClassLabels::Classes(&[0]))).contains("from 0 to 19"));
    assert!(reason(&classes, &good, &[0.5], Some(ClassLabels::Classes(&[0]))).contains("a whole number"));
    assert!(
        reason(&classes, &good, &[1.0], Some(ClassLabels::Values(&[0.0]))).contains("indices of classes")
    );
    assert!(reason(&fourier, &[1, 2, 8, 8], &[0.0], None).contains("timestep 0 must be above 0"));
    let vectors = sample(&[2, 47]);
    let labels = Some(ClassLabels::Embeddings(&vectors));
    assert!(reason(&identity, &good, &[1.0], labels).contains("[2, 48], got vectors of shape [2, 47]"));
}

fn tiny() -> UNet2DConfig {
    let text = fs::read_to_string(reference().join("unets/gelu-resnet-samplers/config.json")).unwrap();
    UNet2DConfig::from_json(&text, "config.json").unwrap()
}

#[test]
fn fresh_networks_depend_on_the_seed_alone() {
    let weights = |seed| {
        let model = UNet2DModel::init(&tiny(), seed).unwrap();
        model.tensors().flat_map(|(_, tensor)| numbers(tensor)).collect::<Vec<_>>()
    };
    assert_eq!(weights(1), weights(1));
    assert_ne!(weights(1), weights(2));
    let model = UNet2DModel::init(&tiny(), 1).unwrap();
    for (name, tensor) in model.tensors() {
        let values = numbers(tensor);
        match name.rsplit_once('.').unwrap() {
            (layer, "weight") if layer.contains("norm") => {
                assert!(values.iter().all(|&v| v == 1.0), "{name}");
            }
            (layer, "bias") if layer.contains("norm") => assert!(values.iter().all(|&v| v == 0.0), "{name}"),
            (_, "weight") => {
                let bound = 1.0 / (tensor.elem_count() as f64 / tensor.dim(0).unwrap() as f64).sqrt();
                let most = values.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
                assert!(most <= bound && most > 0.9 * bound, "{name}: {most} of {bound}");
            }
            _ => assert!(values.iter().any(|&v| v != 0.0), "{name}"),
        }
    }
}

#[test]
fn gradients_reach_every_variable_of_fresh_networks() {
    for case in cases(&reference().join("unets")) {
        let text = fs::read_to_string(case.join("config.json")).unwrap();
        let model = UNet2DModel::init(&UNet2DConfig::from_json(&text, "config.json").unwrap(), 3).unwrap();
        let loss = Io::read(&case).forward(&model).sqr().unwrap().mean_all().unwrap();
        let gradients = loss.backward().unwrap();
        let variables = model.variables().unwrap();
        // All but the frequencies of a Fourier embedding, which are not learned.
        let fixed = usize::from(text.contains("\"fourier\""));
        assert_eq!(variables.len() + fixed, model.tensors().len());
        for (name, variable) in variables {
            let gradient =
                numbers(gradients.get(&variable).unwrap_or_else(|| panic!("no gradient for {name}")));
            assert!(gradient.iter().all(|g| g.is_finite()), "{name}");
            // Keys' biases shift all scores of a query alike, which softmax does not see.
            let nothing = name.ends_with("to_k.bias");
            assert!(nothing || gradient.iter().any(|&g| g != 0.0), "{name} in {}", case.display());
        }
    }
}

#[test]
fn a_frozen_network_follows_the_variables_it_came_from() {
    let model = UNet2DModel::init(&tiny(), 1).unwrap();
    let frozen = model.frozen().unwrap();
    assert!(frozen.variables().unwrap().is_empty());
    let sample = Tensor::ones((1, 1, 8, 8), candle_core::DType::F32, &Device::Cpu).unwrap();
    let run = |model: &UNet2DModel| numbers(&model.forward(&sample, &[10.0], None).unwrap());
    let before = run(&frozen);
    assert_eq!(before, run(&model));
    let copy = model.trainable().unwrap();
    for (_, variable) in model.variables().unwrap() {
        variable.set(&(variable.as_tensor() * 0.9).unwrap().detach()).unwrap();
    }
    assert_ne!(run(&frozen), before);
    assert_eq!(run(&frozen), run(&model));
    assert_eq!(run(&copy), before, "a trainable copy has weights of its own");
    assert!(!frozen.forward(&sample, &[10.0], None).unwrap().track_op());
}

#[test]
fn what_is_saved_opens_as_the_same_network() {
    let folder = tempfile::tempdir().unwrap();
    for case in cases(&reference().join("unets")) {
        let opened = Pipeline::open(&case).unwrap().unet;
        let target = folder.path().join(case.file_name().unwrap());
        save_pipeline(&target, &opened, SCHEDULER, WeightType::F32).unwrap();
        let again = Pipeline::open(&target).unwrap();
        assert_eq!(again.scheduler.as_deref(), Some(SCHEDULER));
        assert_eq!(again.unet.config(), opened.config());
        let io = Io::read(&case);
        assert_eq!(numbers(&io.forward(&again.unet)), numbers(&io.forward(&opened)));
        let bytes = fs::read(&again.weights).unwrap();
        // Over an existing one, which may have other files.
        fs::write(target.join("notes.txt"), "mine").unwrap();
        save_pipeline(&target, &again.unet, SCHEDULER, WeightType::F32).unwrap();
        assert_eq!(fs::read(&again.weights).unwrap(), bytes);
        assert_eq!(fs::read_to_string(target.join("notes.txt")).unwrap(), "mine");
        // The library that diffusers uses reads it too.
        assert_eq!(SafeTensors::deserialize(&bytes).unwrap().len(), opened.tensors().len());
    }
    let hidden = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "temporary folders are left");
}

#[test]
fn sixteen_bits_are_exact_where_the_weights_are() {
    let folder = tempfile::tempdir().unwrap();
    // These weights come from f16, so nothing may be lost.
    let case = reference().join("unets/four-levels");
    let opened = Pipeline::open(&case).unwrap().unet;
    let target = folder.path().join("half");
    save_pipeline(&target, &opened, SCHEDULER, WeightType::F16).unwrap();
    let again = Pipeline::open(&target).unwrap();
    assert!(fs::metadata(&again.weights).unwrap().len() < 3 * opened.parameter_count() as u64);
    for ((name, before), (_, after)) in opened.tensors().zip(again.unet.tensors()) {
        assert_eq!(numbers(before), numbers(after), "{name}");
    }
}

#[test]
fn what_cannot_be_saved_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("network");
    let model = UNet2DModel::init(&tiny(), 1).unwrap();
    assert!(matches!(save_pipeline(&target, &model, "[]", WeightType::F32), Err(ModelError::Json { .. })));
    let (_, variable) = model.variables().unwrap().swap_remove(0);
    variable.set(&(variable.as_tensor() * 1e7).unwrap().detach()).unwrap();
    let overflow = save_pipeline(&target, &model, SCHEDULER, WeightType::F16).unwrap_err();
    assert!(overflow.to_string().contains("which f16 cannot represent"), "{overflow}");
    variable.set(&(variable.as_tensor() * f64::NAN).unwrap().detach()).unwrap();
    let broken = save_pipeline(&target, &model, SCHEDULER, WeightType::F32);
    assert!(matches!(broken, Err(ModelError::NotFinite { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let model = UNet2DModel::init(&tiny(), 1).unwrap();
    fs::write(&target, "a file").unwrap();
    assert!(matches!(save_pipeline(&target, &model, SCHEDULER, WeightType::F32), Err(ModelError::Write(_))));
    let nowhere = folder.path().join("a/b");
    assert!(matches!(save_pipeline(&nowhere, &model, SCHEDULER, WeightType::F32), Err(ModelError::Write(_))));
    assert_eq!(fs::read_to_string(&target).unwrap(), "a file");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_summary_adds_up() {
    for case in cases(&reference().join("unets")) {
        let model = Pipeline::open(&case).unwrap().unet;
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
    // The parameter count of diffusers' UNet2DModel() with no arguments.
    assert_eq!(default.iter().map(|block| block.parameters).sum::<usize>(), DEFAULT_PARAMETERS);
    assert!(summary(&UNet2DConfig::default(), [63, 64]).is_err());
}

const DEFAULT_PARAMETERS: usize = 274_056_163;

/// Saves fresh networks with their outputs to `DIFFUSCOPE_SAVED`, for `reference/unets.py check`.
#[test]
#[ignore = "writes files for diffusers to open"]
fn fresh_networks_for_diffusers() {
    let folder = PathBuf::from(std::env::var("DIFFUSCOPE_SAVED").unwrap());
    for case in cases(&reference().join("unets")) {
        let text = fs::read_to_string(case.join("config.json")).unwrap();
        let config = UNet2DConfig::from_json(&text, "config.json").unwrap();
        let model = UNet2DModel::init_with(&config, 5, Precision::F64).unwrap();
        let io = Io::read(&case);
        let output: Vec<u8> = numbers(&io.forward(&model)).iter().flat_map(|v| v.to_le_bytes()).collect();
        let target = folder.join(case.file_name().unwrap());
        save_pipeline(&target, &model, SCHEDULER, WeightType::F32).unwrap();
        let bytes = fs::read(case.join("io.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let views = file.tensors().into_iter().map(|(name, view)| {
            let data = if name == "output_f64" { output.as_slice() } else { view.data() };
            let view = safetensors::tensor::TensorView::new(view.dtype(), view.shape().to_vec(), data);
            (name, view.unwrap())
        });
        fs::write(target.join("io.safetensors"), safetensors::serialize(views, None).unwrap()).unwrap();
    }
}
