//! `diffuscope train-text`: trains a network that draws what a text says.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::data::{self, Data};
use super::error::CliError;
use super::generate::on_threads;
use super::network;
use super::output::{check_apart, in_line, remark, steps_bar, to_stdout};
use super::{kept_training, stop};
use crate::dataset::{Dataset, Part};
use crate::diffusion::ScheduleSpec;
use crate::diffusion::sampler::{PredictionType, SamplerFamily, SamplerSpec};
use crate::files::{self, fixed};
use crate::model::{
    AutoencoderKl, ClipTextConfig, ClipTextModel, PartName, Precision, TextPipeline, TokenizerFiles,
    UNet2DConditionConfig, WeightType, save_text_pipeline,
};
use crate::train::text::filled;
use crate::train::{
    Captions, Latents, Loss, LowRes, Pictures, RunLock, TextEncoder, TextSettings, TextStep, TextTrainer,
    TrainError, TrainSettings, checkpoint,
};

/// The longest text of a network's description, in bytes.
const MAX_CONFIG: u64 = 1 << 20;
/// γ of the weights min(SNR, γ).
const GAMMA: f64 = 5.0;

const EXAMPLES: &str = "\
DATA is as for train; a .json file of the same name holds a record for each picture, and --caption makes
texts of it: {label} stands for a field, or for the values of a list. FOLDER holds the networks with the
moving average of their weights as a text-to-image pipeline (f16), for sample --prompt; and
training.safetensors, from which --resume goes on exactly, with the same DATA and options. Ctrl-C, kill and
a terminal that is closed save before it ends.

Without --autoencoder the network draws pixels. With --enlarge it draws large pictures from small ones, which
it is given beside the noised ones, with some noise of their own: the second stage of a cascade.

Examples:
  diffuscope train-text emoji.npz -o base --size 32 --tokenizer clip --caption '{label}' --flip
  diffuscope train-text emoji.npz -o large --size 64 --text base --caption '{label}' --enlarge 2
  diffuscope train-text emoji.npz -o latent --size 64 --text base --caption '{label}' --autoencoder vae
  diffuscope sample --model base --prompt 'red apple' -o apple.png";

/// Train a network that draws what a text says.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Pictures with records: a folder, IDX files, .npz, .csv or CIFAR's batches
    data: PathBuf,
    /// Where the networks are kept
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Go on with the run in FOLDER
    #[arg(long, conflicts_with_all = ["config", "text_config", "enlarge", "batch", "lr", "dropout", "flip", "seed"])]
    #[arg(conflicts_with = "prediction")]
    resume: bool,
    #[command(flatten)]
    pictures: Data,
    /// A text for each picture, with {fields} of its record; repeat it for several, of which one is drawn each time
    #[arg(long = "caption", value_name = "TEMPLATE", required = true)]
    captions: Vec<String>,
    /// The tokenizer of the CLIP family whose vocabulary is used, as far as the captions need it
    #[arg(long, value_name = "FOLDER", required_unless_present = "text")]
    tokenizer: Option<PathBuf>,
    /// Take tokenizer and text encoder of this pipeline as they are
    #[arg(long, value_name = "FOLDER", conflicts_with = "tokenizer")]
    text: Option<PathBuf>,
    /// Tokens of a text [default: 16]
    #[arg(long, value_name = "N", conflicts_with = "text", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(2..=77))]
    tokens: Option<u32>,
    /// Learn in the latents of this autoencoder
    #[arg(long, value_name = "FOLDER", conflicts_with = "enlarge")]
    autoencoder: Option<PathBuf>,
    /// Enlarge pictures by this factor
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(2..=16))]
    enlarge: Option<u32>,
    /// The most timesteps of noise on the small pictures
    #[arg(long, value_name = "T", default_value_t = 200, requires = "enlarge")]
    noise: usize,
    /// The network: a config.json of a UNet2DConditionModel [default: a small one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The text encoder: a config.json of a CLIPTextModel [default: a small one]
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    text_config: Option<PathBuf>,
    /// What is learned [default: v]
    #[arg(long, value_name = "TYPE", default_value = "v_prediction", hide_default_value = true)]
    #[arg(value_parser = prediction)]
    prediction: PredictionType,
    /// Number of iterations [default: 10000]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=0xFFFF_FFFF))]
    iterations: Option<u64>,
    /// Pictures in one iteration [default: 32]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    batch: Option<usize>,
    /// Largest learning rate; it falls to 0 along a cosine [default: 0.0007]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    lr: Option<f64>,
    /// The share of pictures that are shown with the empty text, for guidance [default: 0.1]
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    dropout: Option<f64>,
    /// Mirror every second picture left to right, by chance
    #[arg(long)]
    flip: bool,
    /// Seed of everything random [default: 7]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

fn prediction(text: &str) -> Result<PredictionType, String> {
    match text {
        "epsilon" => Ok(PredictionType::Epsilon),
        "sample" => Ok(PredictionType::Sample),
        "v" | "v_prediction" => Ok(PredictionType::VPrediction),
        _ => Err("it is epsilon, sample or v_prediction".to_owned()),
    }
}

/// What a run needs besides its settings.
struct Ready {
    data: Arc<dyn Pictures>,
    captions: Captions,
    tokenizer: TokenizerFiles,
    /// The text encoder that stays as it is.
    fixed: Option<ClipTextModel>,
    /// The number of tokens in the vocabulary, and of a text.
    tokens: [usize; 2],
    autoencoder: Option<AutoencoderKl>,
}

/// Runs the command.
///
/// # Errors
/// If the data cannot be read, an option does not fit, another process trains into the folder, the training diverges,
/// or a file cannot be written. [`CliError::Kept`] after a signal.
pub fn run(args: &Args) -> Result<(), CliError> {
    on_threads(args.threads, || {
        kept_training::check(&args.output, args.resume)?;
        stop::listen();
        let ready = args.ready()?;
        check_apart(["model_index.json", checkpoint::FILE].map(|file| args.output.join(file)))?;
        let mut trainer = args.trainer(&ready)?;
        let lock = RunLock::take(&args.output)?;
        let show = |step: &TextStep| format!("loss {}", fixed(step.ema_loss, 4));
        let save = |trainer: &TextTrainer| args.save(trainer, &ready);
        kept_training::learn(&args.output, &mut trainer, show, save)?;
        args.save(&trainer, &ready)?;
        drop(lock);
        let iterations = trainer.iteration();
        to_stdout(|out| writeln!(out, "{}: {iterations} iterations", in_line(&args.output)))
    })
}

impl Args {
    fn ready(&self) -> Result<Ready, CliError> {
        let pictures = data::open(&self.data, &self.pictures.options(Part::All))?;
        let records = pictures.records(&self.data)?;
        let texts: Vec<Vec<String>> = records.iter().map(|record| filled(&self.captions, record)).collect();
        if let Some(without) = texts.iter().position(Vec::is_empty) {
            let reason = format!("no --caption can be made of the record of picture {}", without + 1);
            return Err(CliError::Usage(format!("{}: {reason}", self.data.display())));
        }
        let (folder, length, fixed) = match (&self.text, &self.tokenizer) {
            (Some(pipeline), _) => {
                let parts = network::parts(pipeline)?;
                let encoder = network::told(pipeline, parts.text_encoder(Precision::F32)?);
                (
                    pipeline.join(PartName::Tokenizer.name()),
                    encoder.config().max_position_embeddings,
                    Some(encoder),
                )
            }
            (None, Some(folder)) => (folder.clone(), self.tokens.unwrap_or(16) as usize, None),
            (None, None) => return Err(CliError::Usage("give --tokenizer or --text".to_owned())),
        };
        let of_captions = texts.iter().flatten().map(String::as_str);
        let tokenizer = if fixed.is_some() {
            TokenizerFiles::read(&folder)?
        } else {
            TokenizerFiles::reduced(&folder, of_captions, length)?
        };
        let divides = tokenizer.tokenizer()?;
        let cut = texts
            .iter()
            .flatten()
            .filter(|text| divides.fitted(text).is_ok_and(|fitted| fitted.left_out > 0));
        let cut = cut.count();
        if cut > 0 {
            remark(&format!("{cut} captions have more than {length} tokens and are cut"));
        }
        let captions = Captions::new(&divides, &texts)?;
        let tokens = [divides.vocabulary_size(), divides.length()];
        let autoencoder = self.autoencoder.as_ref().map(|folder| {
            Ok::<_, CliError>(network::told(folder, network::parts(folder)?.vae(Precision::F32)?))
        });
        let autoencoder = autoencoder.transpose()?;
        let data: Arc<dyn Pictures> = match &autoencoder {
            None => Arc::new(pictures),
            Some(autoencoder) => Arc::new(latents(&pictures, autoencoder)?),
        };
        Ok(Ready { data, captions, tokenizer, fixed, tokens, autoencoder })
    }

    fn settings(&self) -> TextSettings {
        let common = TrainSettings {
            schedule: ScheduleSpec {
                kind: crate::diffusion::ScheduleKind::default_of("cosine").unwrap_or_default(),
                ..ScheduleSpec::default()
            },
            prediction: self.prediction,
            loss: Loss::MinSnr { gamma: GAMMA },
            batch: self.batch.unwrap_or(32),
            iterations: Some(self.iterations.unwrap_or(10_000)),
            learning_rate: self.lr.unwrap_or(7e-4),
            class_dropout: self.dropout.unwrap_or(0.1),
            ema: 0.9995,
            flip: self.flip,
            seed: self.seed.unwrap_or(7),
            ..TrainSettings::default()
        };
        let low_res = self.enlarge.map(|factor| LowRes { factor: factor as usize, noise: self.noise });
        TextSettings { common, low_res }
    }

    fn trainer(&self, ready: &Ready) -> Result<TextTrainer, CliError> {
        let Ready { data, captions, fixed, tokens: [vocabulary, length], .. } = ready;
        if self.resume {
            let mut trainer =
                TextTrainer::resume(&self.output, fixed.clone(), data.clone(), captions.clone())?;
            self.iterations.map(|iterations| trainer.set_iterations(iterations)).transpose()?;
            return Ok(trainer);
        }
        let text = if let Some(encoder) = fixed {
            TextEncoder::Fixed(encoder.clone())
        } else {
            let config = match &self.text_config {
                Some(file) => ClipTextConfig::from_json(&read(file)?, &file.display().to_string())?,
                None => small_text_encoder()?,
            };
            TextEncoder::Learned(ClipTextConfig {
                vocab_size: *vocabulary,
                eos_token_id: vocabulary - 1,
                max_position_embeddings: *length,
                ..config
            })
        };
        let width = match &text {
            TextEncoder::Learned(config) => config.hidden_size,
            TextEncoder::Fixed(model) => model.config().hidden_size,
        };
        let config = match &self.config {
            Some(file) => UNet2DConditionConfig::from_json(&read(file)?, &file.display().to_string())?,
            None => small_unet()?,
        };
        let [channels, height, side] = data.shape();
        let beside = if self.enlarge.is_some() { channels } else { 0 };
        let config = UNet2DConditionConfig {
            sample_size: Some([height, side]),
            in_channels: channels + beside,
            out_channels: channels,
            cross_attention_dim: width,
            class_embed_type: self.enlarge.map(|_| crate::model::VectorEmbedType::Timestep),
            ..config
        };
        config.validate("the network")?;
        Ok(TextTrainer::new(&config, text, self.settings(), data.clone(), captions.clone())?)
    }

    /// Saves the run, and the networks as they are by now.
    fn save(&self, trainer: &TextTrainer, ready: &Ready) -> Result<(), CliError> {
        let (unet, text_encoder) = trainer.average()?;
        let common = &trainer.settings().common;
        // A text is drawn in a few steps without noise.
        // diffusers' pipelines that draw latents begin a timestep later, whatever the scheduler says.
        let steps_offset = usize::from(ready.autoencoder.is_some());
        let kind = SamplerFamily::Ddim.with_defaults();
        let sampler = SamplerSpec { kind, steps_offset, ..common.sampler() };
        let scheduler = sampler.to_diffusers(&common.schedule).map_err(TrainError::from)?;
        let pipeline = TextPipeline {
            unet: &unet,
            text_encoder: &text_encoder,
            tokenizer: &ready.tokenizer,
            autoencoder: ready.autoencoder.as_ref(),
            scheduler: scheduler.as_str(),
            max_noise_level: trainer.settings().low_res.map(|low_res| low_res.noise),
        };
        save_text_pipeline(&self.output, &pipeline, WeightType::F16)?;
        Ok(trainer.save(&self.output)?)
    }
}

/// The text of a network's description.
fn read(file: &Path) -> Result<String, CliError> {
    Ok(files::read_text(file, MAX_CONFIG)?)
}

/// The latents of all pictures.
fn latents(pictures: &Dataset, autoencoder: &AutoencoderKl) -> Result<Latents, CliError> {
    let bar = steps_bar(pictures.len() as u64, "pictures to latents");
    let found = Latents::of(pictures, autoencoder, |done| {
        bar.set_position(done as u64);
        !stop::wanted()
    })?;
    bar.finish_and_clear();
    found.ok_or(CliError::Stopped)
}

fn small_unet() -> Result<UNet2DConditionConfig, CliError> {
    let text = r#"{"block_out_channels": [48, 64, 96], "layers_per_block": 2, "norm_num_groups": 16,
        "attention_head_dim": 4, "cross_attention_dim": 128,
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]}"#;
    Ok(UNet2DConditionConfig::from_json(text, "the small network")?)
}

fn small_text_encoder() -> Result<ClipTextConfig, CliError> {
    let text = r#"{"hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2,
        "num_attention_heads": 4, "hidden_act": "quick_gelu"}"#;
    Ok(ClipTextConfig::from_json(text, "the small text encoder")?)
}
