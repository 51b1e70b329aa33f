//! `diffuscope cousins`: trains a generative model of any family on data in the plane, and measures it.

use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde_json::{Value, json};

use super::error::CliError;
use super::generate::on_threads;
use super::output::{check_tensors, print_json, to_stdout, training_bar};
use super::stop;
use crate::diffusion::data::PlaneData;
use crate::families::{Family, FamilyModel, FamilySettings, FamilyTrainer, Measures, measure};
use crate::files::fixed;
use crate::imaging::{NamedTensor, check_writable, save_tensors};

const EXAMPLES: &str = "\
All families have about as many parameters, and learn from the same points in the same order.
  energy_distance       of the samples to as many fresh data; 0 for equal distributions
  energy_distance_floor between two sets of fresh data: smaller distances cannot be told from 0
  modes_covered         classes of the data with at least a tenth of the samples that are due to them
  log_likelihood        mean over fresh data, in nats; exact, a lower bound, or none at all
  calls_per_sample      network calls for a sample that wait for each other

Examples:
  diffuscope cousins --data eight-gaussians --family gan --seed 3
  diffuscope cousins --data moons --family flow --iterations 5000 --raw moons.safetensors --json";

/// Train a relative of diffusion on data in the plane, and measure it.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The data
    #[arg(long, value_enum, value_name = "NAME")]
    data: PlaneData,
    /// What learns it
    #[arg(long, value_enum, value_name = "NAME")]
    family: Family,
    /// Steps of 512 points each
    #[arg(long, value_name = "N", default_value_t = 3000, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    iterations: u64,
    /// Of weights, data, noise and samples
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,
    /// Number of samples, and of fresh data
    #[arg(short = 'n', value_name = "N", default_value_t = 5000, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(10..=50_000))]
    count: u32,
    /// The weight of the VAE's KL divergence [default: 1]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    kl_weight: Option<f64>,
    /// Steps of a GAN's discriminator for each of the generator's [default: 1; wgan: 3]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100))]
    discriminator_steps: Option<u32>,
    /// Learning rate of a GAN's discriminator, as a multiple of the generator's [default: 1]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    discriminator_rate: Option<f64>,
    /// The samples as a tensor (samples)
    #[arg(long, value_name = "FILE.safetensors")]
    raw: Option<PathBuf>,
    /// Print one JSON object: {family, data, seed, parameters, iterations, train_seconds, sample_microseconds,
    /// calls_per_sample, energy_distance, …}
    #[arg(long)]
    json: bool,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

impl ValueEnum for Family {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

/// What came of a training.
struct Report {
    model: FamilyModel,
    measures: Measures,
    train_seconds: f64,
}

/// Runs the command.
///
/// # Errors
/// If an option does not belong to the family, the training diverges or is stopped, or the samples cannot be written.
pub fn run(args: &Args) -> Result<(), CliError> {
    let settings = args.settings()?;
    stop::listen();
    if let Some(path) = &args.raw {
        check_tensors(path)?;
        check_writable(path)?;
    }
    let report = on_threads(args.threads, || args.train(settings))?;
    if let Some(path) = &args.raw {
        let samples = &report.measures.samples;
        let values: Vec<f32> = samples.as_flattened().iter().map(|x| *x as f32).collect();
        let shape = [samples.len(), 2];
        save_tensors(path, &[NamedTensor { name: "samples", shape: &shape, data: &values }])?;
    }
    if args.json {
        return print_json(&args.json(&report));
    }
    args.print(&report)
}

impl Args {
    fn settings(&self) -> Result<FamilySettings, CliError> {
        let mut settings = FamilySettings::new(self.family, Some(self.iterations), self.seed);
        let only = |option: &str, whose: &str| {
            Err(CliError::Usage(format!("{option} is for {whose}, not for {}", self.family.name())))
        };
        if let Some(weight) = self.kl_weight {
            if self.family != Family::Vae {
                return only("--kl-weight", "vae");
            }
            settings.kl_weight = weight;
        }
        if let Some(steps) = self.discriminator_steps {
            if !self.family.is_adversarial() {
                return only("--discriminator-steps", "gan and wgan");
            }
            settings.discriminator_steps = steps as usize;
        }
        if let Some(rate) = self.discriminator_rate {
            if !self.family.is_adversarial() {
                return only("--discriminator-rate", "gan and wgan");
            }
            settings.discriminator_rate = rate;
        }
        settings.check()?;
        Ok(settings)
    }

    fn train(&self, settings: FamilySettings) -> Result<Report, CliError> {
        let data = self.data.mixture();
        let mut trainer = FamilyTrainer::new(settings, data.clone())?;
        let bar = training_bar(Some(self.iterations));
        let began = Instant::now();
        while let Some(step) = trainer.next().transpose()? {
            bar.set_position(step.iteration);
            bar.set_message(format!("loss {}", fixed(step.loss, 4)));
            if stop::wanted() {
                return Err(CliError::Stopped);
            }
        }
        let train_seconds = began.elapsed().as_secs_f64();
        bar.finish_and_clear();
        let model = trainer.model()?;
        let measures = measure(&model, &data, self.seed, self.count as usize)?;
        Ok(Report { model, measures, train_seconds })
    }

    fn json(&self, Report { model, measures, train_seconds }: &Report) -> Value {
        let coverage = &measures.coverage;
        let likelihood = measures.log_likelihood;
        json!({
            "family": self.family.name(),
            "data": self.data.name(),
            "seed": self.seed,
            "n": self.count,
            "parameters": model.parameters(),
            "iterations": self.iterations,
            "train_seconds": train_seconds,
            "sample_microseconds": measures.sample_microseconds,
            "calls_per_sample": model.calls_per_sample(),
            "energy_distance": measures.energy_distance,
            "energy_distance_error": measures.energy_distance_error,
            "energy_distance_floor": measures.energy_distance_floor,
            "modes_covered": coverage.modes_covered(),
            "modes": coverage.counts.len(),
            "mode_counts": coverage.counts,
            "stray": coverage.stray,
            "log_likelihood": likelihood.map(|([mean, _], _)| mean),
            "log_likelihood_error": likelihood.map(|([_, error], _)| error),
            "log_likelihood_kind": likelihood.map(|(_, kind)| kind.name()),
        })
    }

    fn print(&self, Report { model, measures, train_seconds }: &Report) -> Result<(), CliError> {
        let coverage = &measures.coverage;
        let likelihood = measures.log_likelihood.map_or_else(
            || "none".to_owned(),
            |([mean, error], kind)| format!("{} ± {} ({})", fixed(mean, 4), fixed(error, 4), kind.name()),
        );
        let [distance, error, floor] =
            [measures.energy_distance, measures.energy_distance_error, measures.energy_distance_floor]
                .map(|value| fixed(value, 5));
        let (family, data, parameters) = (self.family.name(), self.data.name(), model.parameters());
        let (covered, modes, stray) = (coverage.modes_covered(), coverage.counts.len(), coverage.stray);
        to_stdout(|out| {
            writeln!(out, "{family} on {data}: {parameters} parameters, {} iterations", self.iterations)?;
            writeln!(out, "trained in         {} s", fixed(*train_seconds, 1))?;
            writeln!(out, "time of a sample   {} µs", fixed(measures.sample_microseconds, 2))?;
            writeln!(out, "network calls      {}", model.calls_per_sample())?;
            writeln!(out, "energy distance    {distance} ± {error}, of fresh data {floor}")?;
            writeln!(out, "modes covered      {covered} of {modes}, {:?}; stray: {stray}", coverage.counts)?;
            writeln!(out, "log-likelihood     {likelihood}")
        })
    }
}
