//! `diffuscope toy-train`: trains a small network on the score of data in the plane.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::error::CliError;
use crate::cli::generate::on_threads;
use crate::cli::output::{check_tensors, training_bar, unfinished_place};
use crate::cli::stop;
use crate::diffusion::data::PlaneData;
use crate::diffusion::process::Process;
use crate::diffusion::sampler::PredictionType;
use crate::files::fixed;
use crate::imaging::check_writable;
use crate::learned_score::{NetConfig, SavedNet, ScoreSettings, ScoreTrainer};

const EXAMPLES: &str = "\
The network has three hidden layers with SiLU, and sines and cosines of the log-SNR beside the point.
Ctrl-C, kill and a terminal that is closed save what has been learned so far.

Examples:
  diffuscope toy-train --data moons -o moons.safetensors
  diffuscope toy-train --data rings --process ve --target v --hidden 256 --iterations 10000 -o rings.safetensors
  diffuscope toy --data moons --score moons.safetensors --sampler ddim --nfe 50";

/// What the network predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// The noise ε
    Epsilon,
    /// The clean point x_0
    Sample,
    /// v, between the two
    V,
}

/// Train a small network on data in the plane.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The data
    #[arg(long, value_enum, value_name = "NAME")]
    data: PlaneData,
    /// The process that is learned to be reversed
    #[arg(long, value_enum, default_value = "vp", value_name = "NAME")]
    process: Process,
    /// What the network predicts
    #[arg(long, value_enum, default_value = "epsilon", value_name = "NAME")]
    target: Target,
    /// Width of the hidden layers
    #[arg(long, value_name = "N", default_value_t = 128, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    hidden: u32,
    /// Steps of 512 points each
    #[arg(long, value_name = "N", default_value_t = 3000, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    iterations: u64,
    /// Of weights, data and noise
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Where the network goes
    #[arg(short, long, value_name = "FILE.safetensors")]
    output: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// If the training diverges, or the network cannot be written; [`CliError::Kept`] after a signal.
pub fn run(args: &Args) -> Result<(), CliError> {
    check_tensors(&args.output)?;
    check_writable(&args.output)?;
    stop::listen();
    on_threads(args.threads, || {
        let target = match args.target {
            Target::Epsilon => PredictionType::Epsilon,
            Target::Sample => PredictionType::Sample,
            Target::V => PredictionType::VPrediction,
        };
        let hidden = args.hidden as usize;
        let network = NetConfig { process: args.process, target, hidden };
        let settings = ScoreSettings::new(network, Some(args.iterations), args.seed);
        let mut trainer = ScoreTrainer::new(settings, args.data.mixture())?;
        let bar = training_bar(Some(args.iterations));
        while let Some(step) = trainer.next().transpose()? {
            bar.set_position(step.iteration);
            bar.set_message(format!("loss {}", fixed(step.ema_loss, 4)));
            if stop::wanted() {
                break;
            }
        }
        bar.finish_and_clear();
        let _undisturbed = crate::signals::undisturbed();
        let (made, all) = (trainer.iteration(), args.iterations);
        let path = if made == all { args.output.clone() } else { unfinished_place(&args.output) };
        SavedNet { data: args.data, network: trainer.network()? }.save(&path)?;
        if made == all {
            return Ok(());
        }
        let about = format!("what was learned in {made} of {all} iterations was saved in it");
        Err(CliError::Kept { path, about })
    })
}
