//! `diffuscope bench unet`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{median, quantile};
use crate::cli::error::CliError;
use crate::cli::generate::on_threads;
use crate::cli::output::{print_json, progress, to_stdout};
use crate::cli::stop;
use crate::dataset::Dataset;
use crate::diffusion::sampler::NoiseSource;
use crate::model::{Conditioning, Denoiser, PRESETS, UNet2DConfig, UNet2DModel, operations, simd};
use crate::train::{TrainSettings, Trainer};

/// Seed of weights and samples, which have no influence on the time.
const SEED: u64 = 7;
/// A timestep in the middle of the schedule.
const TIMESTEP: f64 = 500.0;
/// Height and width of the samples.
const SIDE: usize = 32;
/// The number of calls before the measurement begins.
const WARM_UP: usize = 3;
/// The fewest calls that are measured.
const FEWEST: usize = 5;

/// Options of the command.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The network
    #[arg(long, value_name = "NAME", default_value = "tiny32")]
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(PRESETS))]
    config: String,
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
    /// Write JSON: {config, batch, train, threads, simd, parameters, gflop, calls, median_ms, fast_ms,
    /// gflops, assumptions}
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
    let Report { calls, median_ms, fast_ms, gflops, .. } = &report;
    let what = if args.train { "training" } else { "call" };
    to_stdout(|w| {
        writeln!(w, "{config}: {:.2} million parameters, {gflop:.2} GFLOP", *parameters as f64 / 1e6)?;
        writeln!(
            w,
            "{what} of {batch}, {threads} threads, SIMD {simd}: {median_ms:.2} ms, {gflops:.0} GFLOP/s"
        )?;
        writeln!(w, "median of {calls}; a tenth took less than {fast_ms:.2} ms")
    })
}

impl Args {
    fn measure(&self) -> Result<Report, CliError> {
        // The parser of the arguments has checked the name.
        let config = UNet2DConfig::preset(&self.config).unwrap_or_default();
        let batch = self.batch as usize;
        let unet = UNet2DModel::init(&config, SEED)?;
        let parameters = unet.parameter_count();
        let milliseconds =
            if self.train { self.iterations(&config, batch)? } else { self.calls(unet.prepared()?, batch)? };
        let passes = if self.train { 3.0 } else { 1.0 };
        let gflop = operations(&config, [SIDE; 2])? as f64 * batch as f64 * passes / 1e9;
        let median_ms = median(&milliseconds);
        Ok(Report {
            config: self.config.clone(),
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
        })
    }

    /// The milliseconds of network calls.
    fn calls(&self, unet: UNet2DModel, batch: usize) -> Result<Vec<f64>, CliError> {
        let shape = [batch, unet.config().in_channels, SIDE, SIDE];
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
