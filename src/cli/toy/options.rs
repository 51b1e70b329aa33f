//! The options of sampling points, the same in the plane and on the line.

use super::report::{Reference, Report};
use crate::cli::error::CliError;
use crate::cli::output::steps_bar;
use crate::cli::stop;
use crate::diffusion::process::{Process, Spacing};
use crate::diffusion::solvers::{Score, Solver, SolverRun, SolverSettings};

/// Process, sampler and amounts.
#[derive(clap::Args, Debug)]
pub struct Sampling {
    /// The process that is reversed (Song et al. 2021) [default: vp, or the model's own]
    #[arg(long, value_enum, value_name = "NAME")]
    pub process: Option<Process>,
    /// Way from noise to data
    #[arg(long, value_enum, default_value = "ddim", value_name = "NAME")]
    pub sampler: Solver,
    /// Network calls: evaluations of the score for all points
    #[arg(long, value_name = "N", default_value_t = 100, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub nfe: u32,
    /// Share of noise in ddim, from 0 (none) to 1 (as ddpm)
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = eta)]
    pub eta: Option<f64>,
    /// Where the steps lie in time [default: the sampler's own]
    #[arg(long, value_enum, value_name = "NAME")]
    pub spacing: Option<Spacing>,
    /// Number of samples, and of fresh data
    #[arg(short = 'n', value_name = "N", default_value_t = 10_000, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub count: u32,
    /// Of the noise and of the fresh data
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    pub seed: u64,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
}

fn eta(text: &str) -> Result<f64, String> {
    let eta: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if (0.0..=1.0).contains(&eta) { Ok(eta) } else { Err("it must be from 0 to 1".to_owned()) }
}

impl Sampling {
    /// The process; the default applies if no learned score has one of its own.
    pub fn process(&self) -> Process {
        self.process.unwrap_or(Process::VP)
    }

    /// The settings of a run.
    ///
    /// # Errors
    /// If an eta was given for a sampler that has none.
    pub fn settings(&self) -> Result<SolverSettings, CliError> {
        let solver = match (self.sampler, self.eta) {
            (Solver::Ddim { .. }, Some(eta)) => Solver::Ddim { eta },
            (solver, None) => solver,
            (solver, Some(_)) => {
                let reason = format!("--eta is for ddim alone; leave it out with {}", solver.name());
                return Err(CliError::Usage(reason));
            }
        };
        Ok(SolverSettings { solver, spacing: self.spacing, calls: self.nfe as usize, seed: self.seed })
    }

    /// Draws samples, and compares them with a reference of as many points.
    ///
    /// # Errors
    /// If there are too few calls, or the run fails or is stopped.
    pub fn run<const D: usize>(
        &self,
        score: &dyn Score<D>,
        reference: &Reference<D>,
    ) -> Result<Report<D>, CliError> {
        let settings = self.settings()?;
        let mut run = SolverRun::new(&settings, score, self.count as usize)?;
        let bar = steps_bar(u64::from(self.nfe), "network calls");
        while let Some(step) = run.next().transpose()? {
            bar.set_position(step.calls as u64);
            if stop::wanted() {
                return Err(CliError::Stopped);
            }
        }
        bar.finish_and_clear();
        Report::new(&run, &settings, reference, &|| !stop::wanted()).ok_or(CliError::Stopped)
    }
}
