//! The command line, a second interface to the same layers as the window.
//!
//! Commands return a `CliError`; [`main`] is the only place that prints it, as one line.

#![allow(clippy::doc_markdown, reason = "doc comments of arguments are help texts")]

mod args;
mod bench;
mod cousins;
mod data;
mod denoise;
mod doctor;
mod error;
mod eval;
mod figure;
mod generate;
mod grid;
mod kept_training;
mod latents;
mod lesson;
mod likelihood;
mod model;
mod network;
mod noise;
mod output;
mod predict;
mod sample;
mod schedule;
mod stop;
mod tensors;
mod tokenize;
mod tour;
mod toy;
mod toy1d;
mod trace;
mod train;
mod train_autoencoder;
mod train_classifier;
mod train_text;
mod vdm;
mod window;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::{Parser, Subcommand};

use self::error::CliError;
pub use self::output::without_stdout;
use crate::files::inputs;

const EXAMPLES: &str = "\
Examples:
  diffuscope                                    the window
  diffuscope cat.jpg                            the window, with a picture
  diffuscope FOLDER                             the window, with a network of diffusers
  diffuscope schedule cosine --steps 1000       every curve of a schedule, as CSV
  diffuscope noise cat.jpg --t 300 -o out.png   a picture after 300 steps of noise
  diffuscope figure ledger cat.jpg -o fig.png   a chapter as a figure, without a window
  diffuscope tour -o slides                     all chapters and a film, without a window
  diffuscope lesson --list                      lessons, to be played or printed
  diffuscope model FOLDER                       what a network of diffusers is made of
  diffuscope sample --model FOLDER -o grid.png  pictures out of noise
  diffuscope encode cat.jpg --model FOLDER -o latents.safetensors   a picture as a latent; decode goes back
  diffuscope tokenize --model FOLDER -- a cat   the tokens of a text
  diffuscope likelihood cat.jpg --model FOLDER  bits per dimension, term by term
  diffuscope train photos --size 32 -o run      a network that learns from pictures
  diffuscope eval run --data photos             how good its pictures are, by numbers
  diffuscope toy --data moons --sampler ddim    samplers where everything is known
  diffuscope vdm --data mixture --logsnr-max 8 --logsnr-min -6   a loss that is known exactly
  diffuscope doctor                             what this machine can do, and what is missing

Pictures are PNG, JPEG, WebP, GIF, BMP or TIFF files, or the name of a built-in one:
chelsea, astronaut, coffee, camera, rocket, coins, hubble.
Timesteps count from 1 to T; t = 0 is the clean picture.";

/// An interactive instrument for looking into diffusion models.
///
/// Without a command it opens the window; where there is no display it makes a tour instead.
#[derive(Parser)]
#[command(name = "diffuscope", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// A picture, a scene saved by the window, a network's folder, or a diffusers scheduler_config.json
    file: Option<PathBuf>,
    #[command(flatten)]
    lang: args::Lang,
}

#[derive(Subcommand)]
enum Command {
    Schedule(schedule::Args),
    Noise(noise::Args),
    Figure(figure::Args),
    Tour(tour::Args),
    Lesson(lesson::Args),
    Model(model::Args),
    Sample(sample::Args),
    Denoise(denoise::Args),
    Predict(predict::Args),
    Tokenize(tokenize::Args),
    Encode(latents::EncodeArgs),
    Decode(latents::DecodeArgs),
    Likelihood(likelihood::Args),
    Train(train::Args),
    TrainClassifier(train_classifier::Args),
    TrainAutoencoder(train_autoencoder::Args),
    TrainText(Box<train_text::Args>),
    Eval(eval::Args),
    Toy(toy::Args),
    Toy1d(toy1d::Args),
    Vdm(vdm::Args),
    ToyTrain(toy::train::Args),
    Cousins(cousins::Args),
    Doctor(doctor::Args),
    Bench(bench::Args),
}

impl Command {
    /// Whether the command's results are printed in any case, perhaps after long work.
    fn prints(&self) -> bool {
        matches!(
            self,
            Self::Bench(_)
                | Self::Doctor(_)
                | Self::Eval(_)
                | Self::Likelihood(_)
                | Self::Toy(_)
                | Self::Toy1d(_)
                | Self::Vdm(_)
                | Self::Cousins(_)
        )
    }
}

/// Runs the program with the arguments of the process.
///
/// Exit codes: 0 for success, 1 for a failure, 2 for wrong arguments, 128 + n if signal n stopped it: 130 for Ctrl-C,
/// 143 for `kill`, 129 for a closed terminal.
pub fn main() -> ExitCode {
    stop::watch();
    keep_panics_to_one_line();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let cli = Cli::try_parse().map_err(CliError::from)?;
        run(cli)
    }));
    let result = result.unwrap_or_else(|_| Err(ended(last_panic())));
    match result {
        Ok(()) => {
            output::say_remarks();
            ExitCode::SUCCESS
        }
        Err(error) => error.report(),
    }
}

fn run(cli: Cli) -> Result<(), CliError> {
    inputs::protect(true);
    if cli.command.as_ref().is_some_and(Command::prints) {
        output::check_stdout()?;
    }
    match cli.command {
        None => window::run(cli.file.as_deref(), cli.lang),
        Some(Command::Schedule(args)) => schedule::run(&args),
        Some(Command::Noise(args)) => noise::run(&args),
        Some(Command::Figure(args)) => figure::run(&args),
        Some(Command::Tour(args)) => tour::run(&args),
        Some(Command::Lesson(args)) => lesson::run(&args),
        Some(Command::Model(args)) => model::run(&args),
        Some(Command::Sample(args)) => sample::run(&args),
        Some(Command::Denoise(args)) => denoise::run(&args),
        Some(Command::Predict(args)) => predict::run(&args),
        Some(Command::Tokenize(args)) => tokenize::run(&args),
        Some(Command::Encode(args)) => latents::encode(&args),
        Some(Command::Decode(args)) => latents::decode(&args),
        Some(Command::Likelihood(args)) => likelihood::run(&args),
        Some(Command::Train(args)) => train::run(&args),
        Some(Command::TrainClassifier(args)) => train_classifier::run(&args),
        Some(Command::TrainAutoencoder(args)) => train_autoencoder::run(&args),
        Some(Command::TrainText(args)) => train_text::run(&args),
        Some(Command::Eval(args)) => eval::run(&args),
        Some(Command::Toy(args)) => toy::run(&args),
        Some(Command::Toy1d(args)) => toy1d::run(&args),
        Some(Command::Vdm(args)) => vdm::run(&args),
        Some(Command::ToyTrain(args)) => toy::train::run(&args),
        Some(Command::Cousins(args)) => cousins::run(&args),
        Some(Command::Doctor(_)) => doctor::run(),
        Some(Command::Bench(args)) => bench::run(&args),
    }
}

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// A panic is a mistake in the program, and is reported as one line like any other failure. With `RUST_BACKTRACE` set,
/// the usual report comes before it.
fn keep_panics_to_one_line() {
    let usual = std::panic::take_hook();
    let verbose = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    std::panic::set_hook(Box::new(move |info| {
        if verbose {
            usual(info);
        }
        log::error!("{info}");
        let text = info.payload_as_str().unwrap_or("unknown");
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        *LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner) = format!("{text}{place}");
    }));
}

/// What a panic means. The window library has no other way to tell that the display server is gone.
fn ended(panic: String) -> CliError {
    if panic.contains("/winit-") { CliError::DisplayGone } else { CliError::Internal(panic) }
}

fn last_panic() -> String {
    LAST_PANIC.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_parser_is_sound() {
        super::Cli::command().debug_assert();
    }
}
