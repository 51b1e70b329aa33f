//! The arguments of `diffuscope likelihood`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::data::Data;
use crate::cli::network::Stated;
use crate::diffusion::sampler::VarianceType;
use crate::model::Compute;

const EXAMPLES: &str = "\
-log p(x0) <= L_T + sum of L_{t-1} over t = 2 ... T + L_0 (Ho et al. 2020, eq. 5), in bits/dim: nats
divided by ln 2 and by the values of a picture. L_T compares x_T with N(0, I); L_{t-1} is the divergence
of the network's step from the posterior, at one x_t for each t; L_0 is the exact probability of the 8-bit
values under the last step, whose variance is that of the posterior at t = 2.

Pictures are cropped and scaled to the network's size, and rounded to 8 bits again. --input holds, in any
number type, x0 [n, channels, height, width] from -1 to 1 and, if the noise is given, eps
[T, n, channels, height, width], where eps[i] is for t = i + 1; class_labels for networks with classes.
Without --class, pictures have their own class if they come with one, else the one that stands for none.

--times N asks the network at N timesteps instead of all T: t = 1 and a choice from groups of
neighbouring t, which make an unbiased estimate with its standard error (from N = 3 on; of the choice of
timesteps alone). L is null where it was not computed.

--ode also follows the probability-flow ODE from each picture to noise, along which -log p(x0) itself is
an integral (Song et al. 2021, eq. 39), for pictures with uniform noise as wide as a level: N times, each
with other noise and other random signs for Hutchinson's estimate of the divergence, whose mean has a
standard error from N = 2 on; or once, with the exact divergence, for small pictures.

JSON: unit; L_T [picture]; L [picture][i], L_0 first, then t = i + 1; total [picture]; standard_error
[picture], 0 with all timesteps, null where there are too few; distortion [picture][i], the root mean
square of x0 - x0_hat in levels from 0 to 255; mean over the pictures of L_T, total (with standard_error);
T; timesteps, those computed; variance; clip; with --ode ode: total [picture], standard_error [picture],
null with one path, calls of the network, divergence; assumptions.

--raw holds f32 tensors: t [k], L_T [n], L [k, n], total [n], and with the shape of the pictures
map_L_T [n, ...] and map_L, eps, eps_hat, x0_hat [k, n, ...]. Maps are bits of each value, whose mean over
a picture is its term. These take 16 k n bytes for each value of a picture: 197 MB for one of 3 x 64 x 64
at k = 1000.

Examples:
  diffuscope likelihood cat.jpg dog.jpg --model ddpm-cifar10-32 --times 50
  diffuscope likelihood camera --model FOLDER --times 50 --ode 4
  diffuscope likelihood --data photos -n 100 --model run --variance fixed-large --json
  diffuscope likelihood --input io.safetensors --model FOLDER --clip --raw terms.safetensors";

/// The variance of the reverse steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Variance {
    /// That of the posterior q(x_{t-1} | x_t, x_0)
    FixedSmall,
    /// beta_t, which adds a constant to every term
    FixedLarge,
    /// The network's own, of networks with twice the channels
    Learned,
}

impl Variance {
    /// The fixed variance, or the network's, of the kind that its scheduler names: a range between both
    /// (Nichol & Dhariwal 2021) if none.
    pub fn kind(self, own: Option<VarianceType>) -> VarianceType {
        match self {
            Self::FixedSmall => VarianceType::FixedSmall,
            Self::FixedLarge => VarianceType::FixedLarge,
            Self::Learned => own.filter(|own| own.is_learned()).unwrap_or(VarianceType::LearnedRange),
        }
    }
}

/// At which timesteps the network is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// At all of them.
    All,
    /// At this many.
    Some(usize),
}

/// How the ODE is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ode {
    /// So many times, with an estimate of the divergence.
    Times(usize),
    /// Once, with the exact divergence.
    Exact,
}

impl Ode {
    /// The number of paths from each picture.
    pub fn paths(self) -> usize {
        match self {
            Self::Times(count) => count,
            Self::Exact => 1,
        }
    }
}

fn ode(text: &str) -> Result<Ode, String> {
    match text.parse() {
        _ if text == "exact" => Ok(Ode::Exact),
        Ok(count) if (1..=1000).contains(&count) => Ok(Ode::Times(count)),
        _ => Err("exact, or how many times from 1 to 1000".to_owned()),
    }
}

fn times(text: &str) -> Result<Times, String> {
    match text.parse() {
        _ if text == "all" => Ok(Times::All),
        Ok(count) if count > 0 => Ok(Times::Some(count)),
        _ => Err("all, or a number of timesteps from 1 to T".to_owned()),
    }
}

/// Bound a picture's bits per dimension, term by term.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group = clap::ArgGroup::new("pictures").required(true))]
pub struct Args {
    /// Picture files, or names of built-in pictures
    #[arg(value_name = "IMAGE", group = "pictures")]
    pub images: Vec<PathBuf>,
    /// A diffusers folder, its unet folder, or a .safetensors file beside its config.json
    #[arg(long, value_name = "FOLDER")]
    pub model: PathBuf,
    /// Pictures, and the noise if it is given
    #[arg(long, value_name = "IO.safetensors", group = "pictures")]
    pub input: Option<PathBuf>,
    /// A data set: its part for testing if there are enough pictures in it, else all
    #[arg(long, value_name = "DATA", group = "pictures")]
    pub data: Option<PathBuf>,
    /// How many pictures of the data, evenly spread [default: 16]
    #[arg(short = 'n', value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub count: Option<u32>,
    #[command(flatten)]
    pub stated: Stated,
    /// [default: as its scheduler says, else fixed-small]
    #[arg(long, value_enum)]
    pub variance: Option<Variance>,
    /// Clip x0_hat to [-1, 1], as samplers may do
    #[arg(long)]
    pub clip: bool,
    /// all, or at how many timesteps the network is asked
    #[arg(long, value_name = "all|N", default_value = "all", value_parser = times, allow_negative_numbers = true)]
    pub times: Times,
    /// Follow the ODE too: how many times with an estimate of its divergence, or with the exact one
    #[arg(long, value_name = "N|exact", value_parser = ode, allow_negative_numbers = true)]
    pub ode: Option<Ode>,
    /// Class of all pictures, from 0
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    pub class: Option<u32>,
    /// Seed of the noise and of the choice of timesteps
    #[arg(long, value_name = "N", default_value_t = 7, allow_negative_numbers = true)]
    pub seed: u64,
    /// Where the network computes [default: the best there is]
    #[arg(long, value_enum)]
    pub device: Option<Compute>,
    /// Threads for the network [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Write the results as JSON
    #[arg(long)]
    pub json: bool,
    /// Write terms, maps, noise and predictions
    #[arg(long, value_name = "FILE.safetensors")]
    pub raw: Option<PathBuf>,
    #[command(flatten)]
    pub pictures: Data,
}
