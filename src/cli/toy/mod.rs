//! `diffuscope toy`: samplers of every family, on data in the plane for which everything is known exactly.

mod names;
mod options;
mod report;
pub mod train;

use std::path::{Path, PathBuf};

pub use options::Sampling;
pub use report::{Reference, Report};

use super::error::CliError;
use super::generate::on_threads;
use super::stop;
use crate::cli::output::{check_apart, check_tensors};
use crate::diffusion::data::PlaneData;
use crate::diffusion::exact::Mixture;
use crate::diffusion::solvers::{Classifier, Exact, Guided, Score};
use crate::imaging::{NamedTensor, check_writable, save_tensors};
use crate::learned_score::{SavedNet, ScoreNet};

const EXAMPLES: &str = "\
Prints the energy distance (Székely & Rizzo 2013) of the samples to as many fresh data, network calls,
and how far mean and covariance are from the exact ones; also the sliced 2-Wasserstein distance (Bonneel et
al. 2015) over 100 directions. Two sets of fresh data have an energy distance of about 3.5/n.

With --class the fresh data are those of p(x) p(y|x)^W, the density that guidance promises.

Of an odd number of network calls, ode-heun makes a last step of Euler's and predictor-corrector one
without a corrector; ode-rk45 makes at most so many, and longer steps where they do not suffice.

Examples:
  diffuscope toy --data moons --process vp --sampler dpm++ --nfe 20
  diffuscope toy --data rings --process ve --sampler langevin --nfe 1000 --json
  diffuscope toy --data pinwheel --sampler ode-heun --nfe 51 --class 2 --guidance-scale 3 --raw x.safetensors
  diffuscope toy --data moons --sampler ddim --nfe 50 --score moons.safetensors   (see toy-train)";

/// Sample data in the plane from noise, and compare with the exact distribution.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The data
    #[arg(long, value_enum, value_name = "NAME")]
    data: PlaneData,
    #[command(flatten)]
    sampling: Sampling,
    /// The score: exact, or a file of toy-train
    #[arg(long, value_name = "exact|MODEL", default_value = "exact")]
    score: String,
    /// A class to guide to, from 0
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    class: Option<usize>,
    /// How much the classifier's gradient counts; 1 is the class itself [default: 1]
    #[arg(long, value_name = "W", requires = "class", allow_negative_numbers = true)]
    #[arg(value_parser = guidance_scale)]
    guidance_scale: Option<f64>,
    /// Where the samples go, f32 "samples" [n, 2]
    #[arg(long, value_name = "FILE.safetensors")]
    raw: Option<PathBuf>,
}

fn guidance_scale(text: &str) -> Result<f64, String> {
    let scale: f64 = text.parse().map_err(|_| "it is not a number".to_owned())?;
    if (0.0..=100.0).contains(&scale) { Ok(scale) } else { Err("it must be from 0 to 100".to_owned()) }
}

/// Runs the command.
///
/// # Errors
/// If an option does not fit the others, the model cannot be read or does not fit, or the samples cannot be written; no
/// file is left then.
pub fn run(args: &Args) -> Result<(), CliError> {
    stop::listen();
    if let Some(path) = &args.raw {
        check_tensors(path)?;
        check_writable(path)?;
    }
    let data = args.data.mixture();
    let report = on_threads(args.sampling.threads, || match args.score.as_str() {
        "exact" => args.sample(&data, Exact { data: &data, process: args.sampling.process() }),
        path => args.sample(&data, args.open(Path::new(path))?),
    })?;
    if let Some(path) = &args.raw {
        let values: Vec<f32> = report.samples.as_flattened().iter().map(|x| *x as f32).collect();
        let shape = [report.samples.len(), 2];
        save_tensors(path, &[NamedTensor { name: "samples", shape: &shape, data: &values }])?;
    }
    report.print(args.data.name(), args.sampling.json)
}

impl Args {
    /// Opens a learned score, and checks that it was made for what was asked and is not replaced.
    fn open(&self, path: &Path) -> Result<ScoreNet, CliError> {
        let SavedNet { data, network } = SavedNet::open(path)?;
        check_apart(&self.raw)?;
        let made_for = network.config();
        let fits = self.sampling.process.is_none_or(|process| process == made_for.process);
        if fits && self.data == data {
            return Ok(network);
        }
        let (data, process) = (data.name(), made_for.process.name());
        let reason = format!("was trained with --data {data} --process {process}; ask for these");
        Err(CliError::Usage(format!("{}: {reason}", path.display())))
    }

    fn sample(&self, data: &Mixture<2>, score: impl Score<2>) -> Result<Report<2>, CliError> {
        let process = score.process();
        let count = self.sampling.count;
        let seed = self.sampling.seed;
        let Some(number) = self.class else {
            return self.sampling.run(&score, &Reference::of_mixture(data, seed, count));
        };
        let Some(class) = data.of_class(number) else {
            let (name, last) = (self.data.name(), data.classes() - 1);
            return Err(CliError::Usage(format!("{name} has the classes 0 to {last}, not {number}")));
        };
        let scale = self.guidance_scale.unwrap_or(1.0);
        let classifier = Classifier { data, class: &class, process };
        let reference = Reference::of_tilted(data, number, scale, seed, count)?;
        self.sampling.run(&Guided { score, classifier, scale }, &reference)
    }
}
