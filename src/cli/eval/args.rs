//! The arguments of `diffuscope eval`.

use std::path::PathBuf;

use crate::cli::data::Data;
use crate::cli::generate::SamplerName;
use crate::cli::network::Stated;
use crate::model::Compute;

const EXAMPLES: &str = "\
Samples are compared with the data's part for testing, which the network should not have learned from:
of IDX folders the files t10k-..., of anything else every tenth picture (train --hold-out leaves them
out). A classifier that train-classifier has made says how the pictures are to be prepared, unless
options are given here, and gives the features; one for Fashion-MNIST on 32 x 32 comes with the program.

frechet     squared Frechet distance between the features of samples and of test pictures (Heusel et
            al. 2017); it depends on the classifier and on -n. The floor is what training pictures, as
            many as samples and of the same classes, have (mean and standard deviation of up to five
            such sets): a perfect network comes to it
class       share of samples that the classifier takes for the class that was asked for
nearest     median distance to the nearest training picture: root mean square of values in [-1, 1],
            beside that of test pictures
< 1 %, 50 % share of samples nearer than that share of test pictures; far more is memorised
NFE         passes through the network for each sample; guidance makes two of each call

Examples:
  diffuscope eval run --data fashion-mnist --sampler ddim,ddpm --steps 5,10,20,50,100
  diffuscope eval run --data fashion-mnist --guidance-scale 2 --sampler ddim --steps 50 --json
  diffuscope eval run --data photos --classifier photos.safetensors -n 500 --neighbours near.png";

/// Measure a network's samples: Fréchet distance, class accuracy, nearest training pictures.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A diffusers folder, its unet folder, or a .safetensors file beside its config.json
    pub model: PathBuf,
    /// The pictures it learned from, and their like to test with
    #[arg(long, value_name = "DATA")]
    pub data: PathBuf,
    /// A classifier of train-classifier [default: one that comes with the program, if it fits]
    #[arg(long, value_name = "FILE.safetensors")]
    pub classifier: Option<PathBuf>,
    /// How many samples of each sampler
    #[arg(short = 'n', value_name = "N", default_value_t = 2000, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub samples: u32,
    /// One or several with commas [default: the folder's own]
    #[arg(long, value_enum, value_delimiter = ',')]
    pub sampler: Vec<SamplerName>,
    /// Numbers of steps, 1 to T, with commas [default: the sampler's own]
    #[arg(long, value_name = "N,...", value_delimiter = ',', allow_negative_numbers = true)]
    pub steps: Vec<usize>,
    #[command(flatten)]
    pub stated: Stated,
    /// Strength w of classifier-free guidance; 1 is none
    #[arg(long, value_name = "W", default_value_t = 1.0, allow_negative_numbers = true)]
    pub guidance_scale: f64,
    /// Seed of all noise
    #[arg(long, value_name = "N", default_value_t = 7, allow_negative_numbers = true)]
    pub seed: u64,
    /// Samples that are drawn together; the results are the same
    #[arg(long, value_name = "N", default_value_t = 64, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub batch: u32,
    /// Where the network computes [default: the best there is]
    #[arg(long, value_enum)]
    pub device: Option<Compute>,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Write the results as JSON
    #[arg(long)]
    pub json: bool,
    /// Write the samples that are nearest to training pictures, each above its nearest
    #[arg(long, value_name = "FILE.png")]
    pub neighbours: Option<PathBuf>,
    #[command(flatten)]
    pub pictures: Data,
}
