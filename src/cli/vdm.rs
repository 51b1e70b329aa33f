//! `diffuscope vdm`: the continuous-time loss of variational diffusion models, exactly, on the line.

use std::f64::consts::LN_2;
use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde_json::json;

use super::args;
use super::error::CliError;
use super::generate::on_threads;
use super::output::{print_json, remark, steps_bar, to_stdout};
use super::stop;
use crate::diffusion::data::{LineData, MixtureFile};
use crate::diffusion::exact::Density;
use crate::diffusion::vdm::{
    Curve, Ends, Estimation, Kind, LinearBeta, Profile, Schedule, TIMES, Tally, Times, Variance, VdmError,
    discrete_loss, loss,
};
use crate::files::{self, plain};

/// The number of estimates from one look at the clock to the next.
const BATCH: u32 = 1024;

const EXAMPLES: &str = "\
Data on the line are a mixture, {\"weights\": [0.4, 0.6], \"means\": [-1, 0.5], \"sds\": [0.1, 0.3]},
or one of toy1d's. Denoised as well as is possible at all, they have the loss (Kingma et al. 2021)
  loss            -1/2 ∫ SNR'(t) mmse(SNR(t)) dt, the same for all schedules with the same ends
  loss_at_steps   that of a chain of --steps N steps: larger, and not the same for all
  estimate        mean over the draws, each of them a mean over 64 random times, data and noises
  standard_error  of the estimate: √(variance/draws)
  variance        of one draw, exactly: this is what schedules and low-discrepancy times change
in nats; variance in nats². A schedule FILE is a diffusers scheduler_config.json (also its folder, or a
name that the command schedule knows, with T = 1000); its log-SNR over t/T is stretched to the ends.

Examples:
  diffuscope vdm --data mixture --logsnr-max 8 --logsnr-min -6
  diffuscope vdm --data mixture --logsnr-max 8 --logsnr-min -6 --schedule cosine --times low-discrepancy
  diffuscope vdm --data it.json --logsnr-max 13 --logsnr-min -5 --schedule linear-beta --steps 1000 --json";

/// Compute the continuous-time loss of known data on the line, and how well it can be estimated.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[arg(help = format!("The data: a file with weights, means and sds, or {}", names()))]
    #[arg(long, value_name = "FILE.json|NAME")]
    data: String,
    /// Log-SNR at t = 0, from -30 to 30
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    logsnr_max: f64,
    /// Log-SNR at t = 1, below that at t = 0
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    logsnr_min: f64,
    #[arg(help = format!("The schedule between the ends: {}, or a file", kinds()))]
    #[arg(long, value_name = "KIND|FILE", default_value = "linear-log-snr")]
    schedule: String,
    /// First beta of linear-beta [default: 0.1]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    beta_start: Option<f64>,
    /// Last beta of linear-beta [default: 20]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    beta_end: Option<f64>,
    /// How the 64 times of a draw are drawn
    #[arg(long, value_enum, value_name = "WAY", default_value = "iid")]
    times: Times,
    /// Number of estimates
    #[arg(long, value_name = "N", default_value_t = 10_000, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    draws: u32,
    /// Also the loss of so many steps
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    steps: Option<u32>,
    /// Of times, data and noise
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

impl ValueEnum for Times {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Iid => "Each by itself",
            Self::LowDiscrepancy => "Evenly spread from one random offset (Kingma et al. 2021)",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

fn names() -> String {
    LineData::ALL.map(LineData::name).join(", ")
}

fn kinds() -> String {
    Kind::all().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}

/// Runs the command.
///
/// # Errors
/// If an option is out of range or does not fit the others, a file cannot be read, or a signal stops it.
pub fn run(args: &Args) -> Result<(), CliError> {
    stop::listen();
    let ends = Ends::new(args.logsnr_max, args.logsnr_min)?;
    let data = args.density()?;
    let schedule = args.schedule(ends)?;
    let found = on_threads(args.threads, || args.compute(&data, &schedule).ok_or(CliError::Stopped))?;
    if args.json { found.print_json() } else { args.print(&found) }
}

/// All that the command computes, in nats.
struct Found {
    /// The integral over t.
    loss: f64,
    /// The integral over SNR.
    area: f64,
    loss_at_steps: Option<f64>,
    tally: Tally,
    variance: Variance,
}

impl Args {
    /// The data by name, or from a file.
    fn density(&self) -> Result<Density, CliError> {
        if let Some(data) = LineData::from_name(&self.data) {
            return Ok(data.density());
        }
        let path = PathBuf::from(&self.data);
        if !self.data.contains(['/', '\\', '.']) && !path.exists() {
            let reason = format!("unknown data {:?}; known: {}, and files", self.data, names());
            return Err(CliError::Usage(reason));
        }
        let file = MixtureFile::parse(&files::read_text(&path, files::MAX_CONFIG_BYTES)?);
        let file = file.map_err(|error| CliError::Input { path: path.clone(), reason: error.to_string() })?;
        file.remarks.iter().for_each(|line| remark(&format!("{}: {line}", path.display())));
        Ok(file.density)
    }

    /// The schedule by the name of its formula, or a curve through the timesteps of another schedule.
    fn schedule(&self, ends: Ends) -> Result<Schedule, CliError> {
        let mut kind = Kind::from_name(&self.schedule);
        if let Some(Kind::LinearBeta(LinearBeta { beta_start, beta_end })) = &mut kind {
            *beta_start = self.beta_start.unwrap_or(*beta_start);
            *beta_end = self.beta_end.unwrap_or(*beta_end);
        } else if let Some(option) =
            self.beta_start.map(|_| "--beta-start").or(self.beta_end.map(|_| "--beta-end"))
        {
            let reason = format!("{option} is for linear-beta alone; leave it out with {}", self.schedule);
            return Err(CliError::Usage(reason));
        }
        match kind {
            Some(kind) => Ok(Schedule::new(kind, ends)?),
            None => self.curve(ends),
        }
    }

    fn curve(&self, ends: Ends) -> Result<Schedule, CliError> {
        let looks_like_path =
            self.schedule.contains(['/', '\\', '.']) || PathBuf::from(&self.schedule).exists();
        if !looks_like_path && !args::is_family(&self.schedule) {
            let reason = format!("unknown schedule {:?}; known: {}, and files", self.schedule, kinds());
            return Err(CliError::Usage(reason));
        }
        let timesteps = args::schedule(&self.schedule, None)?.build()?;
        let refused = |error: VdmError| {
            let path = PathBuf::from(&self.schedule);
            CliError::Input { path, reason: error.to_string() }
        };
        let curve = Curve::of_schedule(&timesteps).map_err(refused)?;
        let points = curve.points();
        if points.len() < timesteps.steps() {
            remark(&format!("{}: its last step leaves no signal, and is left out", self.schedule));
        }
        if let [[_, top], .., [_, bottom]] = points {
            let [from, to] = [[*top, *bottom], [ends.max(), ends.min()]];
            remark(&format!(
                "{}: its log-SNR from {:.4} to {:.4} is stretched to {} to {}",
                self.schedule, from[0], from[1], to[0], to[1]
            ));
        }
        Schedule::new(curve.into(), ends).map_err(refused)
    }

    /// Computes everything; `None` if a signal comes.
    fn compute(&self, data: &Density, schedule: &Schedule) -> Option<Found> {
        let go_on = || !stop::wanted();
        let profile = Profile::of(data, schedule.ends(), &go_on)?;
        let loss_at_steps = match self.steps {
            Some(steps) => {
                let bar = steps_bar(u64::from(steps), "steps");
                let step = || {
                    bar.inc(1);
                    go_on()
                };
                let loss = discrete_loss(data, schedule, steps as usize, &step);
                bar.finish_and_clear();
                Some(loss?)
            }
            None => None,
        };
        let variance = Variance::of(&profile, schedule, self.times);
        let mut estimation = Estimation::new(data, schedule, self.times, self.seed);
        let bar = steps_bar(u64::from(self.draws), "draws");
        let mut left = self.draws;
        while left > 0 {
            if stop::wanted() {
                return None;
            }
            let batch = left.min(BATCH);
            estimation.advance(batch);
            left -= batch;
            bar.inc(u64::from(batch));
        }
        bar.finish_and_clear();
        let tally = estimation.tally();
        Some(Found { loss: loss(&profile, schedule), area: profile.loss(), loss_at_steps, tally, variance })
    }

    fn print(&self, found: &Found) -> Result<(), CliError> {
        let Found { loss, area, loss_at_steps, tally, variance } = found;
        to_stdout(|out| {
            let (data, schedule, times) = (plain(&self.data), &self.schedule, self.times.name());
            let (max, min) = (self.logsnr_max, self.logsnr_min);
            writeln!(
                out,
                "{data}, {schedule} from {max} to {min}, {} draws of {TIMES} times, {times}\n",
                self.draws
            )?;
            writeln!(out, "{:22}  {:>16}  {:>16}", "", "nats", "bits/dim")?;
            let mut row =
                |name: &str, nats: f64| writeln!(out, "{name:22}  {nats:>16.9}  {:>16.9}", nats / LN_2);
            row("loss", *loss)?;
            row("  as area over SNR", *area)?;
            if let (Some(steps), Some(loss)) = (self.steps, loss_at_steps) {
                row(&format!("loss at {steps} steps"), *loss)?;
            }
            row("estimate", tally.mean())?;
            row("  standard error", found.standard_error())?;
            writeln!(out, "\n{:22}  {:>16}", "", "nats²")?;
            writeln!(out, "{:22}  {:>16.9}", "variance of a draw", variance.total())?;
            writeln!(out, "{:22}  {:>16.9}", "  of times alone", variance.of_times)?;
            tally
                .variance()
                .map_or(Ok(()), |seen| writeln!(out, "{:22}  {seen:>16.9}", "  as these draws have it"))
        })
    }
}

impl Found {
    /// The standard deviation of the mean over all draws.
    fn standard_error(&self) -> f64 {
        (self.variance.total() / self.tally.count() as f64).sqrt()
    }

    fn print_json(&self) -> Result<(), CliError> {
        print_json(&json!({
            "loss": self.loss,
            "loss_at_steps": self.loss_at_steps,
            "estimate": self.tally.mean(),
            "standard_error": self.standard_error(),
            "variance": self.variance.total(),
            "unit": "nats",
        }))
    }
}
