//! Networks that draw what a text says learn, are saved, and go on where they were stopped.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diffuscope::dataset::Dataset;
use diffuscope::model::{
    AutoencoderKl, AutoencoderKlConfig, ClipTextConfig, Precision, StableDiffusion, TextPipeline,
    TokenizerFiles, UNet2DConditionConfig, WeightType, save_text_pipeline,
};
use diffuscope::train::checkpoint::FILE;
use diffuscope::train::{
    Captions, Latents, LowRes, Pictures, TextEncoder, TextSettings, TextTrainer, TrainSettings,
};

use super::support::{pictures, settings};

const UNET: &str = r#"{"block_out_channels": [8, 8], "norm_num_groups": 4, "layers_per_block": 1,
    "attention_head_dim": 2, "cross_attention_dim": 8, "in_channels": 1, "out_channels": 1, "sample_size": 8,
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
    "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"]}"#;
const TEXT: &str =
    r#"{"hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}"#;
const CAPTIONS: [&str; 3] = ["a cat", "two dogs", "red apple"];

fn tokenizer() -> TokenizerFiles {
    let folder: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/sd-tiny/tokenizer");
    TokenizerFiles::reduced(&folder, CAPTIONS, 8).unwrap()
}

fn captions(count: usize) -> Captions {
    let texts: Vec<Vec<String>> =
        (0..count).map(|i| vec![CAPTIONS[i % 3].to_owned(), format!("{} again", CAPTIONS[i % 3])]).collect();
    Captions::new(&tokenizer().tokenizer().unwrap(), &texts).unwrap()
}

fn text_config() -> ClipTextConfig {
    let vocabulary = tokenizer().tokenizer().unwrap().vocabulary_size();
    let config = ClipTextConfig::from_json(TEXT, "text").unwrap();
    let (vocab_size, eos_token_id) = (vocabulary, vocabulary - 1);
    ClipTextConfig { vocab_size, eos_token_id, max_position_embeddings: 8, ..config }
}

fn of(low_res: Option<LowRes>, iterations: u64) -> TextSettings {
    TextSettings { common: TrainSettings { flip: true, ..settings(iterations) }, low_res }
}

fn go_to(trainer: &mut TextTrainer, iteration: u64) {
    while trainer.iteration() < iteration {
        trainer.next().unwrap().unwrap();
    }
}

/// One run of six iterations, and one that is interrupted after three, leave the same file.
fn resumes(
    config: &str,
    text: &TextEncoder,
    low_res: Option<LowRes>,
    data: &Arc<dyn Pictures>,
) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let [whole, halves] = ["whole", "halves"].map(|name| folder.path().join(name));
    let config = UNet2DConditionConfig::from_json(config, "unet").unwrap();
    let captions = captions(data.count());
    let new = || {
        let settings = of(low_res, 6);
        TextTrainer::new(&config, text.clone(), settings, data.clone(), captions.clone())
    };
    let save = |trainer: &TextTrainer, folder: &Path| {
        fs::create_dir_all(folder).unwrap();
        trainer.save(folder).unwrap();
    };
    let mut one = new().map_err(|error| error.to_string())?;
    go_to(&mut one, 6);
    save(&one, &whole);
    let mut two = new().unwrap();
    go_to(&mut two, 3);
    save(&two, &halves);
    let fixed = match text {
        TextEncoder::Fixed(model) => Some(model.clone()),
        TextEncoder::Learned(_) => None,
    };
    let mut three = TextTrainer::resume(&halves, fixed.clone(), data.clone(), captions.clone()).unwrap();
    go_to(&mut three, 6);
    save(&three, &halves);
    assert!(fs::read(whole.join(FILE)).unwrap() == fs::read(halves.join(FILE)).unwrap());
    let other = TextTrainer::resume(&halves, fixed, data.clone(), crate::text::captions(data.count() + 1));
    assert!(other.map(|_| ()).unwrap_err().to_string().contains("other data"));
    Ok(())
}

#[test]
fn resumed_equals_uninterrupted_to_the_last_bit() {
    let data: Arc<dyn Pictures> = pictures(12, false);
    resumes(UNET, &TextEncoder::Learned(text_config()), None, &data).unwrap();
    let model = diffuscope::model::ClipTextModel::init(&text_config(), 3, Precision::F32).unwrap();
    let fixed = TextEncoder::Fixed(model);
    resumes(UNET, &fixed, None, &data).unwrap();
    let enlarging =
        UNET.replace(r#""in_channels": 1"#, r#""in_channels": 2, "class_embed_type": "timestep""#);
    resumes(&enlarging, &fixed, Some(LowRes { factor: 2, noise: 50 }), &data).unwrap();
    let reason = |config: &str, low_res| resumes(config, &fixed, low_res, &data).unwrap_err();
    assert!(reason(UNET, Some(LowRes { factor: 2, noise: 50 })).contains("takes 1 channels"));
    assert!(reason(&enlarging, None).contains("takes 2 channels"));
    assert!(reason(&enlarging, Some(LowRes { factor: 3, noise: 5 })).contains("factor of small pictures"));
    assert!(reason(&enlarging, Some(LowRes { factor: 2, noise: 101 })).contains("from 0 to 100"));
}

#[test]
fn latents_are_learned_as_pictures_are() {
    let data: Arc<Dataset> = pictures(12, false);
    let network = r#"{"block_out_channels": [8, 8], "norm_num_groups": 4, "in_channels": 1, "out_channels": 1,
        "latent_channels": 2, "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
        "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"]}"#;
    let config = AutoencoderKlConfig::from_json(network, "vae").unwrap();
    let autoencoder = AutoencoderKl::init(&config, 3, Precision::F32).unwrap().frozen().unwrap();
    let latents = Latents::of(&data, &autoencoder, |_| true).unwrap().unwrap();
    assert_eq!((latents.shape(), latents.count()), ([2, 4, 4], 12));
    let (mut plain, mut mirrored) = (Vec::new(), Vec::new());
    latents.extend_with(&mut plain, 5, false);
    latents.extend_with(&mut mirrored, 5, true);
    let mut pixels = Vec::new();
    Dataset::extend_with(&data, &mut pixels, 5, true);
    let picture = candle_core::Tensor::from_vec(pixels, (1, 1, 8, 8), &candle_core::Device::Cpu).unwrap();
    let own = autoencoder.scaled(&autoencoder.encode(&picture).unwrap().mean).unwrap();
    for (a, b) in own.flatten_all().unwrap().to_vec1::<f32>().unwrap().iter().zip(&mirrored) {
        assert!((a - b).abs() < 1e-5);
    }
    assert_ne!(plain, mirrored);
    assert!(Latents::of(&data, &autoencoder, |done| done < 8).unwrap().is_none());
    let config =
        UNET.replace(r#""in_channels": 1, "out_channels": 1"#, r#""in_channels": 2, "out_channels": 2"#);
    resumes(&config, &TextEncoder::Learned(text_config()), None, &(Arc::new(latents) as _)).unwrap();
}

#[test]
fn what_has_been_learned_opens_as_a_pipeline() {
    let data: Arc<dyn Pictures> = pictures(12, false);
    let config = UNet2DConditionConfig::from_json(UNET, "unet").unwrap();
    let text = TextEncoder::Learned(text_config());
    let mut trainer = TextTrainer::new(&config, text, of(None, 80), data, captions(12)).unwrap();
    let losses: Vec<f64> = trainer.by_ref().map(|step| step.unwrap().loss).collect();
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    assert!(mean(&losses[70..]) < 0.9 * mean(&losses[..10]), "{losses:?}");
    let folder = tempfile::tempdir().unwrap();
    let (unet, text_encoder) = trainer.average().unwrap();
    let common = &trainer.settings().common;
    let scheduler = common.sampler().to_diffusers(&common.schedule).unwrap();
    let tokenizer = tokenizer();
    let pipeline = TextPipeline {
        unet: &unet,
        text_encoder: &text_encoder,
        tokenizer: &tokenizer,
        autoencoder: None,
        scheduler: scheduler.as_str(),
        max_noise_level: None,
    };
    save_text_pipeline(folder.path(), &pipeline, WeightType::F32).unwrap();
    let found = StableDiffusion::find(folder.path()).unwrap();
    found.check().unwrap();
    let tokens = found.tokenizer().unwrap().fitted("red apple").unwrap().ids;
    let states = found
        .text_encoder(Precision::F32)
        .unwrap()
        .0
        .network
        .forward(std::slice::from_ref(&tokens))
        .unwrap()
        .states;
    let own = text_encoder.forward(&[tokens]).unwrap().states;
    let numbers = |x: &candle_core::Tensor| x.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    assert_eq!(numbers(&states), numbers(&own));
    let tensors = |unet: &diffuscope::model::UNet2DConditionModel| -> Vec<Vec<f32>> {
        unet.tensors().map(|(_, tensor)| numbers(&tensor)).collect()
    };
    assert_eq!(tensors(&found.unet(Precision::F32).unwrap().0.network), tensors(&unet));
}
