//! `diffuscope bench training`.

use std::time::Duration;

use serde::Serialize;

use super::frame::WINDOW;
use super::median;
use crate::app::bench::training_rates;
use crate::cli::error::CliError;
use crate::cli::generate::on_threads;
use crate::cli::output::{print_json, progress, to_stdout};

/// Options of the command.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Write JSON: {turns, window, alone, ratio}
    #[arg(long)]
    json: bool,
    /// Turns, each in the window and then alone
    #[arg(long, value_name = "N", default_value_t = 3)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100))]
    turns: u32,
    /// Seconds of each measurement
    #[arg(long, value_name = "S", default_value_t = 10)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

#[derive(Serialize)]
struct Report {
    turns: usize,
    /// Iterations per second, the median of all turns.
    window: f64,
    alone: f64,
    /// The median of the turns' ratios of both.
    ratio: f64,
}

/// Runs the command.
///
/// # Errors
/// If the window cannot be laid out, or the training fails.
pub fn run(args: &Args) -> Result<(), CliError> {
    let bar = progress(u64::from(args.turns));
    let mut rates = Vec::new();
    for _ in 0..args.turns {
        let time = Duration::from_secs(args.seconds);
        rates.push(on_threads(None, || Ok(training_rates(WINDOW, time)?))?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let of = |rate: fn(&crate::app::bench::TrainingRates) -> f64| {
        median(&rates.iter().map(rate).collect::<Vec<_>>())
    };
    let report = Report {
        turns: rates.len(),
        window: of(|rates| rates.window),
        alone: of(|rates| rates.alone),
        ratio: of(|rates| rates.window / rates.alone),
    };
    if args.json {
        return print_json(&report);
    }
    let Report { turns, window, alone, ratio } = report;
    to_stdout(|w| {
        writeln!(
            w,
            "{window:.1} iterations/s in the window, {alone:.1} alone: {ratio:.2}, median of {turns} turns"
        )
    })
}
