//! `diffuscope toy1d`: shows how Gaussian the true reverse kernel is, on the line.

use serde_json::{Value, json};

use super::error::CliError;
use super::generate::on_threads;
use super::output::{print_json, to_stdout};
use super::stop;
use super::toy::{Reference, Report, Sampling};
use crate::diffusion::data::LineData;
use crate::diffusion::exact::{Density, ReverseKernel};
use crate::diffusion::process::{Level, Transition};
use crate::diffusion::solvers::Exact;

const EXAMPLES: &str = "\
Prints energy distance, network calls and moments as toy does; then, for each β of a step that leads
from ᾱ to ᾱ (1 − β), the divergence of the true reverse kernel q(x_{t-1} | x_t) in nats
  kl         from the Gaussian with its own mean and variance (it falls as β³)
  kl_beta    from the one with its mean and DDPM's variance β (it falls as β²)
averaged over x_t ~ q(x_t), or at one x_t with --at. Data have mean 0 and variance 1.

Examples:
  diffuscope toy1d --data mixture
  diffuscope toy1d --data spikes --alpha-bar 0.9 --betas 0.5,0.05,0.005 --at 0.3 --json";

/// Sample data on the line, and say how Gaussian the reverse kernels are.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The data
    #[arg(long, value_enum, value_name = "NAME")]
    data: LineData,
    #[command(flatten)]
    sampling: Sampling,
    /// Steps whose reverse kernels are looked at, above 0 and below 1
    #[arg(long, value_name = "X,…", value_delimiter = ',', allow_negative_numbers = true)]
    #[arg(default_values_t = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.9], value_parser = inside)]
    betas: Vec<f64>,
    /// ᾱ before the step, above 0 and below 1
    #[arg(long, value_name = "X", default_value_t = 0.7, allow_negative_numbers = true)]
    #[arg(value_parser = inside)]
    alpha_bar: f64,
    /// The x_t at which to look [default: the mean over all]
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = place)]
    at: Option<f64>,
}

fn inside(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if (1e-6..=0.999_999).contains(&value) {
        Ok(value)
    } else {
        Err("it must be from 1e-6 to 0.999999".to_owned())
    }
}

fn place(text: &str) -> Result<f64, String> {
    let x: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if x.abs() <= 100.0 { Ok(x) } else { Err("it must be from -100 to 100".to_owned()) }
}

/// Runs the command.
///
/// # Errors
/// If an option does not fit the others, or a run fails or is stopped.
pub fn run(args: &Args) -> Result<(), CliError> {
    stop::listen();
    let data = args.data.density();
    let (report, kernels) = on_threads(args.sampling.threads, || {
        let score = Exact { data: &data, process: args.sampling.process() };
        let reference = Reference::of_density(&data, args.sampling.seed, args.sampling.count);
        let report = args.sampling.run(&score, &reference)?;
        let kernel = |beta: &f64| {
            if stop::wanted() { Err(CliError::Stopped) } else { Ok(args.divergences(&data, *beta)) }
        };
        Ok((report, args.betas.iter().map(kernel).collect::<Result<Vec<_>, CliError>>()?))
    })?;
    args.print(&report, &kernels)
}

impl Args {
    /// The divergences of the kernel from its own Gaussian and from DDPM's.
    fn divergences(&self, data: &Density, beta: f64) -> [f64; 2] {
        let (from, step) = (Level::of_alpha_bar(self.alpha_bar), Transition::of_beta(beta));
        let Some(x) = self.at else { return ReverseKernel::mean_kl(data, from, step) };
        let kernel = ReverseKernel::new(data, from, step, x);
        [kernel.kl(kernel.gaussian()), kernel.kl(kernel.fixed_gaussian())]
    }

    fn print(&self, report: &Report<1>, kernels: &[[f64; 2]]) -> Result<(), CliError> {
        let name = self.data.name();
        if self.sampling.json {
            let mut object = report.json(name);
            let rows = self.betas.iter().zip(kernels);
            let row = |(beta, [kl, kl_beta]): (&f64, &[f64; 2])| json!({"beta": beta, "kl": kl, "kl_beta": kl_beta});
            object["alpha_bar"] = self.alpha_bar.into();
            object["at"] = self.at.into();
            object["kernels"] = rows.map(row).collect::<Value>();
            return print_json(&object);
        }
        report.print(name, false)?;
        to_stdout(|out| {
            writeln!(out, "\n{:>10}  {:>12}  {:>12}", "beta", "kl", "kl_beta")?;
            self.betas.iter().zip(kernels).try_for_each(|(beta, [kl, kl_beta])| {
                writeln!(out, "{beta:>10}  {kl:>12.4e}  {kl_beta:>12.4e}")
            })
        })
    }
}
