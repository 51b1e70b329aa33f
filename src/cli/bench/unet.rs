//! `diffuscope bench unet`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use candle_core::{Device, Tensor};
use serde::Serialize;

use super::{median, quantile};
use crate::cli::error::CliError;
use crate::cli::generate::on_threads;
use crate::cli::output::{print_json, progress, to_stdout};
use crate::cli::stop;
use crate::dataset::Dataset;
use crate::diffusion::sampler::NoiseSource;
use crate::memory;
use crate::model::{
    Conditioning, Denoiser, ModelError, PRESETS, UNet2DConditionConfig, UNet2DConditionModel, UNet2DConfig,
    UNet2DModel, WeightType, operations, simd,
};
use crate::train::{TrainSettings, Trainer};

/// Seed of weights and samples, which have no influence on the time.
const SEED: u64 = 7;
/// A timestep in the middle of the schedule.
const TIMESTEP: f64 = 500.0;
/// Height and width of the pictures of a training.
const SIDE: usize = 32;
/// The name of the network of Stable Diffusion 1.x, and the number of its tokens.
const SD15: &str = "sd15";
const TOKENS: usize = 77;
/// The number of calls before the measurement begins.
const WARM_UP: usize = 3;
/// The fewest calls that are measured.
const FEWEST: usize = 5;

/// Options of the command.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The network; sd15 is that of Stable Diffusion 1.x, with weights of 16 bits and a context of 77 tokens
    #[arg(long, value_name = "NAME", default_value = "tiny32")]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(PRESETS.into_iter().chain([SD15])))]
    config: String,
    /// Height and width of a call's samples [default: 32]
    #[arg(long, value_name = "N", conflicts_with = "train")]
    #[arg(value_parser = clap::value_parser!(u32).range(8..=256))]
    size: Option<u32>,
    /// Samples in a call
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    batch: u32,
    /// Measure an iteration of training: forward, backward, AdamW and the average of weights
    #[arg(long)]
    train: bool,
    /// Threads for the network [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// How long to measure
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    #[arg(value_parser = seconds)]
    seconds: f64,
    /// Write JSON: {config, size, batch, train, threads, simd, parameters, gflop, calls, median_ms, fast_ms,
    /// gflops, open_ms, peak_gb, assumptions}
    #[arg(long)]
    json: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("it must be from 0 to 3600".to_owned()),
    }
}

#[derive(Serialize)]
struct Report {
    config: String,
    /// Height and width of samples.
    size: usize,
    batch: usize,
    train: bool,
    threads: usize,
    /// The vector instructions that are used.
    simd: &'static str,
    parameters: usize,
    /// 10⁹ operations in one call.
    gflop: f64,
    calls: usize,
    median_ms: f64,
    /// The time, in milliseconds, that a tenth of the calls stayed below.
    fast_ms: f64,
    /// 10⁹ operations per second, in the median call.
    gflops: f64,
    /// The time until the network was ready for its first call, random weights included.
    open_ms: f64,
    /// The most memory that the program held in 10⁹ bytes, where the system says.
    peak_gb: Option<f64>,
}

/// What was measured of a network.
struct Measured {
    parameters: usize,
    /// In one call with one sample.
    operations: u64,
    open_ms: f64,
    milliseconds: Vec<f64>,
}

/// Runs the command.
///
/// # Errors
/// If the threads cannot be started, or the run is stopped.
pub fn run(args: &Args) -> Result<(), CliError> {
    stop::listen();
    let report = on_threads(args.threads, || args.measure())?;
    if args.json {
        return print_json(&report);
    }
    let Report { config, batch, threads, simd, parameters, gflop, .. } = &report;
    let Report { calls, median_ms, fast_ms, gflops, size, open_ms, peak_gb, .. } = &report;
    let what = if args.train { "training" } else { "call" };
    to_stdout(|w| {
        writeln!(w, "{config}: {:.2} million parameters, {gflop:.2} GFLOP", *parameters as f64 / 1e6)?;
        writeln!(
            w,
            "{what} of {batch} × {size}×{size}, {threads} threads, SIMD {simd}: {median_ms:.2} ms, {gflops:.0} GFLOP/s"
        )?;
        writeln!(w, "median of {calls}; a tenth took less than {fast_ms:.2} ms")?;
        let peak =
            peak_gb.map_or(String::new(), |peak| format!("; at most {peak:.2} GB of memory were held"));
        writeln!(w, "ready after {open_ms:.0} ms{peak}")
    })
}

impl Args {
    fn measure(&self) -> Result<Report, CliError> {
        let batch = self.batch as usize;
        let size = self.size.map_or(SIDE, |size| size as usize);
        let Measured { parameters, operations, open_ms, milliseconds } =
            if self.config == SD15 { self.condition(batch, size)? } else { self.plain(batch, size)? };
        let passes = if self.train { 3.0 } else { 1.0 };
        let gflop = operations as f64 * batch as f64 * passes / 1e9;
        let median_ms = median(&milliseconds);
        Ok(Report {
            config: self.config.clone(),
            size,
            batch,
            train: self.train,
            threads: rayon::current_num_threads(),
            simd: simd::name(),
            parameters,
            gflop,
            calls: milliseconds.len(),
            median_ms,
            fast_ms: quantile(&milliseconds, 0.1),
            gflops: gflop / median_ms * 1e3,
            open_ms,
            peak_gb: memory::peak().map(|bytes| bytes as f64 / 1e9),
        })
    }

    /// A network that is told nothing but a class.
    fn plain(&self, batch: usize, size: usize) -> Result<Measured, CliError> {
        // The parser of the arguments has checked the name.
        let config = UNet2DConfig::preset(&self.config).unwrap_or_default();
        let start = Instant::now();
        let unet = UNet2DModel::init(&config, SEED)?;
        let parameters = unet.parameter_count();
        let prepared = if self.train { None } else { Some(unet.prepared()?) };
        drop(unet);
        let open_ms = start.elapsed().as_secs_f64() * 1e3;
        let milliseconds = match prepared {
            Some(unet) => self.calls(unet, batch, size)?,
            None => self.iterations(&config, batch)?,
        };
        Ok(Measured { parameters, operations: operations(&config, [size; 2])?, open_ms, milliseconds })
    }

    /// The network of Stable Diffusion 1.x.
    fn condition(&self, batch: usize, size: usize) -> Result<Measured, CliError> {
        if self.train {
            return Err(CliError::Usage(format!("the training of {SD15} is not measured")));
        }
        let config = UNet2DConditionConfig::stable_diffusion_1()?;
        let start = Instant::now();
        let unet = UNet2DConditionModel::drawn(&config, SEED, WeightType::F16)?;
        let open_ms = start.elapsed().as_secs_f64() * 1e3;
        let noise = |seed, shape: [usize; 4]| {
            let numbers = NoiseSource::seed(seed).initial(shape)?;
            Ok::<_, CliError>(Tensor::from_slice(&numbers, &shape, &Device::Cpu).map_err(ModelError::from)?)
        };
        let x = noise(SEED, [batch, config.in_channels, size, size])?;
        let context = noise(SEED + 1, [1, 1, TOKENS, config.cross_attention_dim])?;
        let context = context.squeeze(0).map_err(ModelError::from)?;
        let milliseconds = self.timed(|| unet.forward(&x, &[TIMESTEP], &context, None))?;
        let operations = UNet2DConditionModel::operations(&config, [size; 2], TOKENS)?;
        Ok(Measured { parameters: unet.parameter_count(), operations, open_ms, milliseconds })
    }

    /// The milliseconds of network calls.
    fn calls(&self, unet: UNet2DModel, batch: usize, size: usize) -> Result<Vec<f64>, CliError> {
        let shape = [batch, unet.config().in_channels, size, size];
        let classes = match unet.config().conditioning() {
            Conditioning::Classes { classes } => Some((0..batch).map(|i| (i % classes) as u32).collect()),
            _ => None,
        };
        let denoiser = Denoiser::new(unet, classes, 1.0)?;
        let x = NoiseSource::seed(SEED).initial(shape)?;
        self.timed(|| denoiser.predict(&x, shape, TIMESTEP))
    }

    /// The milliseconds of training iterations on random pictures.
    fn iterations(&self, config: &UNet2DConfig, batch: usize) -> Result<Vec<f64>, CliError> {
        let settings = TrainSettings { batch, iterations: None, ..TrainSettings::default() };
        let data = random_pictures(config, batch)?;
        let mut trainer = Trainer::new(config, settings, Arc::new(data))?;
        self.timed(|| trainer.step())
    }

    /// The milliseconds of every call after warming up, until the time is over.
    fn timed<T, E: Into<CliError>>(
        &self,
        mut call: impl FnMut() -> Result<T, E>,
    ) -> Result<Vec<f64>, CliError> {
        let bar = progress((self.seconds * 1e3) as u64).with_message(self.config.clone());
        let whole = Duration::from_secs_f64(self.seconds);
        for _ in 0..WARM_UP {
            call().map_err(Into::into)?;
        }
        let (began, mut times) = (Instant::now(), Vec::new());
        while began.elapsed() < whole || times.len() < FEWEST {
            if stop::wanted() {
                return Err(CliError::Stopped);
            }
            let start = Instant::now();
            call().map_err(Into::into)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            bar.set_position((began.elapsed().as_millis() as u64).min(whole.as_millis() as u64));
        }
        bar.finish_and_clear();
        Ok(times)
    }
}

/// A batch of pictures of noise, with classes if the network has them.
fn random_pictures(config: &UNet2DConfig, n: usize) -> Result<Dataset, CliError> {
    let shape = [n, config.in_channels, SIDE, SIDE];
    let noise = NoiseSource::seed(SEED).initial(shape)?;
    let pixels = noise.iter().map(|value| (value * 64.0 + 128.0) as u8).collect();
    let classes: Vec<String> = match config.conditioning() {
        // The last class stands for "no class", which is not a class of pictures.
        Conditioning::Classes { classes } => (1..classes).map(|class| class.to_string()).collect(),
        _ => Vec::new(),
    };
    let labels = (!classes.is_empty()).then(|| (0..n).map(|i| (i % classes.len()) as u32).collect());
    Ok(Dataset::from_bytes("random pictures", shape, pixels, labels, classes)?)
}
