//! Small sound files of every kind that is read, and the functions that open them.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diffuscope::classifier::Classifier;
use diffuscope::dataset::records::Filter;
use diffuscope::dataset::{Dataset, DatasetOptions, Part};
use diffuscope::diffusion::data::{MixtureFile, PlaneData};
use diffuscope::diffusion::process::Process;
use diffuscope::diffusion::sampler::{PredictionType, SchedulerFile};
use diffuscope::diffusion::vdm::Denoising;
use diffuscope::diffusion::{Raster, ScheduleKind, ScheduleSpec};
use diffuscope::imaging::{self, load_safetensors};
use diffuscope::learned_score::{NetConfig, SavedNet, ScoreSettings, ScoreTrainer};
use diffuscope::model::{
    ClipTokenizer, DownBlockType, Pipeline, Precision, StableDiffusion, UNet2DConfig, UpBlockType,
};
use diffuscope::scene::{self, Action, Scene, Side};
use diffuscope::train::{
    Checkpoint, ClassifierSettings, ClassifierTrainer, TrainSettings, Trainer, config_for,
};
use image::{DynamicImage, ImageFormat, Rgba, Rgba32FImage, RgbaImage};

/// How the bytes of a file are packed after they have been changed.
#[derive(Clone, Copy, PartialEq)]
pub enum Packing {
    None,
    Gzip,
    /// A `.npz` archive with the file under the name `x.npy`, and labels.
    Npz,
}

/// Files that lie together in a folder.
pub struct Case {
    /// The names of the files, with their bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// The indices of the files that are changed.
    pub changed: Vec<usize>,
    pub packing: Packing,
    /// The name of the file that is opened, or of the folder.
    pub opened: String,
}

type Open = fn(&Path) -> Result<(), String>;

/// Files of one kind, with the function that opens them.
pub struct Kind {
    pub name: &'static str,
    pub open: Open,
    pub cases: Vec<Case>,
}

/// A case that consists of one file.
fn alone(name: &str, bytes: Vec<u8>) -> Case {
    let files = vec![(name.to_owned(), bytes)];
    Case { files, changed: vec![0], packing: Packing::None, opened: name.to_owned() }
}

/// A case that consists of files of a folder, each of which may be changed.
fn folder(place: &Path, names: &[&str], opened: &str) -> Case {
    let read = |name: &&str| ((*name).to_owned(), fs::read(place.join(name)).unwrap());
    let files: Vec<_> = names.iter().map(read).collect();
    let changed = (0..files.len()).collect();
    Case { files, changed, packing: Packing::None, opened: opened.to_owned() }
}

fn told<E: std::fmt::Display>(error: E) -> String {
    error.to_string()
}

/// All kinds of files.
pub fn kinds() -> Vec<Kind> {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    trained(place);
    vec![
        Kind {
            name: "picture",
            open: |path| imaging::load::open(path).map(drop).map_err(told),
            cases: pictures(),
        },
        Kind { name: "scene", open: |path| scene::load(path).map(drop).map_err(told), cases: scenes(place) },
        Kind { name: "scheduler", open: scheduler, cases: schedulers() },
        Kind {
            name: "network",
            open: |path| Pipeline::open(path).map(drop).map_err(told),
            cases: vec![
                folder(
                    &place.join("run"),
                    &[
                        "unet/config.json",
                        "unet/diffusion_pytorch_model.safetensors",
                        "model_index.json",
                        "scheduler/scheduler_config.json",
                    ],
                    "",
                ),
                in_parts(&place.join("run/unet")),
            ],
        },
        Kind { name: "pipeline", open: pipeline, cases: vec![parts()] },
        Kind { name: "tokenizer", open: tokenizer, cases: tokenizers() },
        Kind {
            name: "checkpoint",
            open: checkpoint,
            cases: vec![folder(&place.join("run"), &["training.safetensors"], "")],
        },
        Kind { name: "mixture", open: mixture, cases: mixtures() },
        Kind { name: "data", open: data, cases: data_sets() },
        Kind {
            name: "score",
            open: |path| SavedNet::open(path).map(drop).map_err(told),
            cases: vec![folder(place, &["score.safetensors"], "score.safetensors")],
        },
        Kind {
            name: "classifier",
            open: |path| Classifier::open(path).map(drop).map_err(told),
            cases: vec![folder(place, &["classifier.safetensors"], "classifier.safetensors")],
        },
        Kind {
            name: "tensors",
            open: |path| load_safetensors(path).map(drop).map_err(told),
            cases: vec![folder(place, &["raster.safetensors"], "raster.safetensors")],
        },
    ]
}

/// Opens a mixture on the line, and asks its ideal denoiser, as `vdm` does at many levels of noise.
fn mixture(path: &Path) -> Result<(), String> {
    let text = diffuscope::files::read_text(path, 4 << 20).map_err(told)?;
    let density = MixtureFile::parse(&text).map_err(told)?.density;
    let found = [-6.0, 0.0, 6.0].map(|log_snr| Denoising::at(&density, log_snr).mmse);
    assert!(found.iter().all(|mmse| mmse.is_finite() && *mmse >= 0.0), "{found:?}");
    Ok(())
}

fn mixtures() -> Vec<Case> {
    let files = [
        r#"{"weights": [0.4, 0.6], "means": [-1, 0.5], "sds": [0.1, 0.3]}"#,
        r#"{"means": [0.0, 1e-3, -7.25e2], "sds": [1e-6, 1, 5e5], "weights": [1, 2e-5, 1000000], "name": "three"}"#,
    ];
    files.map(|text| alone("mixture.json", text.as_bytes().to_vec())).into()
}

/// The networks of a text-to-image pipeline that are not U-Nets.
fn parts() -> Case {
    let files = [
        "model_index.json",
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
    ];
    folder(&reference("sd-tiny"), &files, "")
}

fn pipeline(path: &Path) -> Result<(), String> {
    let parts = StableDiffusion::find(path).map_err(told)?;
    parts.vae(Precision::F32).map_err(told)?;
    parts.text_encoder(Precision::F32).map(drop).map_err(told)
}

/// A tokenizer in both forms.
fn tokenizers() -> Vec<Case> {
    let of_parts = ["vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"];
    let whole = ["tokenizer.json", "tokenizer_config.json"];
    vec![
        folder(&reference("sd-tiny/tokenizer"), &of_parts, ""),
        folder(&reference("sd-tiny-other-layouts/tokenizer"), &whole, ""),
    ]
}

fn tokenizer(path: &Path) -> Result<(), String> {
    let tokenizer = ClipTokenizer::open(path).map_err(told)?;
    tokenizer.fitted("A photo of two cats, 고양이 🐱").map(drop).map_err(told)
}

fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts").join(name)
}

/// The same network, with its weights in a part that an index names.
fn in_parts(unet: &Path) -> Case {
    let part = "diffusion_pytorch_model-00001-of-00001.safetensors";
    let weights = fs::read(unet.join("diffusion_pytorch_model.safetensors")).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&weights).unwrap();
    let map: serde_json::Map<_, _> =
        tensors.names().iter().map(|name| ((*name).to_owned(), part.into())).collect();
    let index = serde_json::json!({ "metadata": { "total_size": weights.len() }, "weight_map": map });
    let files = vec![
        ("diffusion_pytorch_model.safetensors.index.json".to_owned(), index.to_string().into_bytes()),
        ("config.json".to_owned(), fs::read(unet.join("config.json")).unwrap()),
        (part.to_owned(), weights),
    ];
    Case { files, changed: vec![0, 1, 2], packing: Packing::None, opened: String::new() }
}

/// Makes files of a training run, a classifier and a learned score, each after one step.
fn trained(place: &Path) {
    let pixels = (0..6 * 64).map(|i| (i * 37 % 256) as u8).collect();
    let labels = Some(vec![0, 1, 2, 0, 1, 2]);
    let classes = ["a", "b", "c"].map(str::to_owned).to_vec();
    let data = Arc::new(Dataset::from_bytes("pictures", [6, 1, 8, 8], pixels, labels, classes).unwrap());
    let network = UNet2DConfig {
        block_out_channels: vec![4, 8],
        down_block_types: vec![DownBlockType::DownBlock2D, DownBlockType::AttnDownBlock2D],
        up_block_types: vec![UpBlockType::AttnUpBlock2D, UpBlockType::UpBlock2D],
        layers_per_block: 1,
        norm_num_groups: 2,
        attention_head_dim: Some(4),
        ..UNet2DConfig::default()
    };
    let settings = TrainSettings { batch: 2, warm_up: 1, iterations: Some(1), ..TrainSettings::default() };
    let mut run = Trainer::new(&config_for(&network, &data).unwrap(), settings, data.clone()).unwrap();
    run.next().unwrap().unwrap();
    run.save(&place.join("run")).unwrap();

    let settings = ClassifierSettings { batch: 2, iterations: 1, ..ClassifierSettings::default() };
    let mut run = ClassifierTrainer::new(&settings, data).unwrap();
    run.next().unwrap().unwrap();
    let classifier = run.average().unwrap().rounded().unwrap();
    classifier.save(&place.join("classifier.safetensors")).unwrap();

    let network = NetConfig { process: Process::VP, target: PredictionType::Epsilon, hidden: 8 };
    let settings = ScoreSettings { batch: 16, ..ScoreSettings::new(network, Some(1), 5) };
    let mut run = ScoreTrainer::new(settings, PlaneData::Rings.mixture()).unwrap();
    run.next().unwrap().unwrap();
    let score = SavedNet { data: PlaneData::Rings, network: run.network().unwrap() };
    score.save(&place.join("score.safetensors")).unwrap();

    let raster = Raster::new(3, 4, 5, vec![0.25; 60]);
    imaging::save_safetensors(&place.join("raster.safetensors"), &[("x_t", &raster)]).unwrap();
}

fn pictures() -> Vec<Case> {
    let rgba = RgbaImage::from_fn(19, 13, |x, y| {
        Rgba([(x * 13) as u8, (y * 19) as u8, (x * y) as u8, if x % 5 == 0 { 100 } else { 255 }])
    });
    let rgba = DynamicImage::from(rgba);
    let float = Rgba32FImage::from_fn(5, 4, |x, y| Rgba([x as f32 / 4.0, y as f32 / 3.0, 0.5, 1.0]));
    let encode = |image: &DynamicImage, format: ImageFormat| {
        let mut bytes = Vec::new();
        image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        alone("picture", bytes)
    };
    let grey = DynamicImage::from(rgba.to_luma8());
    let mut cases = vec![
        encode(&rgba.to_rgb8().into(), ImageFormat::Jpeg),
        encode(&grey, ImageFormat::Jpeg),
        encode(&float.into(), ImageFormat::Tiff),
        encode(&rgba, ImageFormat::Gif),
        encode(&grey, ImageFormat::Bmp),
    ];
    for format in [ImageFormat::Png, ImageFormat::Tiff, ImageFormat::WebP, ImageFormat::Bmp] {
        cases.push(encode(&rgba, format));
        cases.push(encode(&rgba.to_rgb8().into(), format));
    }
    for format in [ImageFormat::Png, ImageFormat::Tiff] {
        cases.push(encode(&DynamicImage::from(rgba.to_rgb16()), format));
        cases.push(encode(&DynamicImage::from(rgba.to_luma16()), format));
    }
    for name in ["cmyk-adobe.jpg", "progressive.jpg", "exif-6.jpg"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images").join(name);
        cases.push(alone("picture", fs::read(path).unwrap()));
    }
    cases.extend(compressed_tiffs().into_iter().map(|bytes| alone("picture", bytes)));
    cases
}

fn compressed_tiffs() -> Vec<Vec<u8>> {
    use tiff::encoder::{Compression, Predictor, TiffEncoder, colortype, compression::DeflateLevel};
    let values: Vec<u16> = (0..12 * 9).map(|i| i * 600).collect();
    let one = |compression, predictor| {
        let mut bytes = Vec::new();
        let encoder = TiffEncoder::new(Cursor::new(&mut bytes)).unwrap();
        let mut encoder = encoder.with_compression(compression).with_predictor(predictor);
        encoder.write_image::<colortype::Gray16>(12, 9, &values).unwrap();
        encoder.write_image::<colortype::Gray16>(9, 12, &values).unwrap();
        bytes
    };
    vec![
        one(Compression::Lzw, Predictor::Horizontal),
        one(Compression::Deflate(DeflateLevel::Fast), Predictor::None),
        one(Compression::Packbits, Predictor::None),
    ]
}

fn scenes(place: &Path) -> Vec<Case> {
    let mut compared = Scene::default();
    let cosine = ScheduleKind::default_of("cosine").unwrap();
    compared
        .apply(Action::Schedule(Side::B, ScheduleSpec { kind: cosine, ..ScheduleSpec::default() }))
        .unwrap();
    compared.apply(Action::Compare(true)).unwrap();
    let saved = |scene: &Scene| {
        scene::save(&place.join("it.diffuscope"), scene).unwrap();
        folder(place, &["it.diffuscope"], "it.diffuscope")
    };
    vec![saved(&Scene::default()), saved(&compared)]
}

fn schedulers() -> Vec<Case> {
    let mut texts = vec![ScheduleSpec::default().to_diffusers().unwrap()];
    texts.extend(
        [
            r#"{"_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule":
             "scaled_linear", "clip_sample": false, "set_alpha_to_one": false, "steps_offset": 1,
             "num_train_timesteps": 1000, "prediction_type": "v_prediction", "timestep_spacing": "trailing",
             "rescale_betas_zero_snr": true, "thresholding": true, "dynamic_thresholding_ratio": 0.995}"#,
            r#"{"_class_name": "DPMSolverMultistepScheduler", "num_train_timesteps": 100, "solver_order": 2,
             "use_karras_sigmas": false, "algorithm_type": "dpmsolver++", "beta_schedule": "squaredcos_cap_v2"}"#,
            r#"{"_class_name": "DDPMScheduler", "trained_betas": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
             "num_train_timesteps": 6, "variance_type": "fixed_small", "clip_sample_range": 2.0}"#,
        ]
        .map(str::to_owned),
    );
    texts.into_iter().map(|text| alone("scheduler_config.json", text.into_bytes())).collect()
}

fn scheduler(path: &Path) -> Result<(), String> {
    let text = diffuscope::files::read_text(path, 4 << 20).map_err(told)?;
    SchedulerFile::parse(&text).map_err(told)?.sampler(None).map(drop).map_err(told)
}

/// Opens a checkpoint and resumes its training.
fn checkpoint(path: &Path) -> Result<(), String> {
    let pixels = (0..6 * 64).map(|i| (i * 37 % 256) as u8).collect();
    let labels = Some(vec![0, 1, 2, 0, 1, 2]);
    let classes = ["a", "b", "c"].map(str::to_owned).to_vec();
    let data = Dataset::from_bytes("pictures", [6, 1, 8, 8], pixels, labels, classes).map_err(told)?;
    Trainer::resume(Checkpoint::open(path).map_err(told)?, Arc::new(data)).map(drop).map_err(told)
}

/// Opens pictures to learn from. If there is a file of records beside them, it is used too.
fn data(path: &Path) -> Result<(), String> {
    let options = if path.with_extension("json").exists() {
        DatasetOptions {
            class_key: Some("kind".to_owned()),
            filters: vec![Filter { field: "size".to_owned(), values: vec!["1".to_owned()] }],
            ..DatasetOptions::default()
        }
    } else {
        DatasetOptions { size: Some(8), part: Part::All, ..DatasetOptions::default() }
    };
    Dataset::open(path, &options).map(drop).map_err(told)
}

fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
}

fn idx(magic: u32, sizes: &[u32], data: &[u8]) -> Vec<u8> {
    let words = std::iter::once(&magic).chain(sizes);
    words.flat_map(|word| word.to_be_bytes()).chain(data.iter().copied()).collect()
}

fn data_sets() -> Vec<Case> {
    let pixels: Vec<u8> = (0..4 * 16).map(|i| (i * 11 % 256) as u8).collect();
    let images = ("train-images-idx3-ubyte".to_owned(), idx(0x803, &[4, 4, 4], &pixels));
    let labels = ("train-labels-idx1-ubyte".to_owned(), idx(0x801, &[4], &[0, 1, 2, 1]));
    let singles: Vec<u8> = pixels.iter().flat_map(|&v| (f32::from(v) / 255.0).to_le_bytes()).collect();
    let csv = "a,b,c,d,class\n0,8,16,4,1\n16.0,0,0,0,0\n1,2,3,4,1\n".as_bytes();
    let records = br#"[{"kind": "pear", "size": 1}, {"kind": "apple", "size": [1, 2]}, {"kind": "pear",
        "size": 2}, {"kind": 7, "size": 1}]"#;
    let arrays = [
        npy("|u1", "(4, 4, 4)", &pixels),
        npy("<f4", "(4, 4, 4)", &singles),
        npy("|u1", "(4, 4, 4, 1)", &pixels),
    ];
    let mut cases = vec![
        Case {
            files: vec![images.clone(), labels.clone()],
            changed: vec![0, 1],
            packing: Packing::None,
            opened: String::new(),
        },
        alone("it.csv", csv.to_vec()),
        Case { packing: Packing::Gzip, ..alone("it.csv.gz", csv.to_vec()) },
        Case { packing: Packing::Gzip, ..alone("it-idx3-ubyte.gz", images.1) },
        alone("named.csv", b"label,pixel1,pixel2,pixel3,pixel4\n3,0,8,16,4\n7,255,0,0,0\n".to_vec()),
        Case {
            files: vec![
                ("data_batch_1.bin".to_owned(), [[1; 3073], [2; 3073]].concat()),
                ("batches.meta.txt".to_owned(), b"plane\ncar\nbird\n".to_vec()),
            ],
            changed: vec![0, 1],
            packing: Packing::None,
            opened: String::new(),
        },
        alone("it.npz", packed(Packing::Npz, &arrays[0])),
        Case {
            files: vec![
                ("it.npz".to_owned(), packed(Packing::Npz, &arrays[0])),
                ("it.json".to_owned(), records.to_vec()),
            ],
            changed: vec![1],
            packing: Packing::None,
            opened: "it.npz".to_owned(),
        },
    ];
    cases.extend(arrays.map(|array| Case { packing: Packing::Npz, ..alone("it.npz", array) }));
    cases
}

/// The contents of a file after packing.
pub fn packed(packing: Packing, bytes: &[u8]) -> Vec<u8> {
    match packing {
        Packing::None => bytes.to_vec(),
        Packing::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        Packing::Npz => {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let options = zip::write::SimpleFileOptions::default();
            let labels = npy("|u1", "(4,)", &[0, 1, 1, 0]);
            for (name, bytes) in [("x.npy", bytes), ("y.npy", &labels)] {
                archive.start_file(name, options).unwrap();
                archive.write_all(bytes).unwrap();
            }
            archive.finish().unwrap().into_inner()
        }
    }
}
