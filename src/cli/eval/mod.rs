//! `diffuscope eval`: how good a network's samples are, by numbers.

mod draw;
mod judge;
mod report;

use std::path::PathBuf;

use self::draw::Drawing;
use self::judge::Judge;
use self::report::Report;
use super::data::Data;
use super::error::CliError;
use super::generate::{SamplerName, on_threads};
use super::grid::rows;
use super::network::{self, Stated};
use super::output::{check_png, print_json, to_stdout};
use super::stop;
use crate::dataset::Dataset;
use crate::diffusion::Raster;
use crate::eval::Nearest;
use crate::imaging::{check_writable, save_raster_png};
use crate::model::Compute;

/// Samples on the sheet of neighbours, never more than there are, and how many in a row.
const SHEET: usize = 128;
const COLUMNS: usize = 16;

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
    model: PathBuf,
    /// The pictures it learned from, and their like to test with
    #[arg(long, value_name = "DATA")]
    data: PathBuf,
    /// A classifier of train-classifier [default: one that comes with the program, if it fits]
    #[arg(long, value_name = "FILE.safetensors")]
    classifier: Option<PathBuf>,
    /// How many samples of each sampler
    #[arg(short = 'n', value_name = "N", default_value_t = 2000, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    samples: u32,
    /// One or several with commas [default: the folder's own]
    #[arg(long, value_enum, value_delimiter = ',')]
    sampler: Vec<SamplerName>,
    /// Numbers of steps, 1 to T, with commas [default: the sampler's own]
    #[arg(long, value_name = "N,...", value_delimiter = ',', allow_negative_numbers = true)]
    steps: Vec<usize>,
    #[command(flatten)]
    stated: Stated,
    /// Strength w of classifier-free guidance; 1 is none
    #[arg(long, value_name = "W", default_value_t = 1.0, allow_negative_numbers = true)]
    guidance_scale: f64,
    /// Seed of all noise
    #[arg(long, value_name = "N", default_value_t = 7, allow_negative_numbers = true)]
    seed: u64,
    /// Samples that are drawn together; the results are the same
    #[arg(long, value_name = "N", default_value_t = 64, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=4096))]
    batch: u32,
    /// Where the network computes [default: the best there is]
    #[arg(long, value_enum)]
    device: Option<Compute>,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Write the results as JSON
    #[arg(long)]
    json: bool,
    /// Write the samples that are nearest to training pictures, each above its nearest
    #[arg(long, value_name = "FILE.png")]
    neighbours: Option<PathBuf>,
    #[command(flatten)]
    pictures: Data,
}

/// Runs the command.
///
/// # Errors
/// When network, data and classifier do not go together, something cannot be read, there are too few
/// pictures, or after Ctrl-C; the rows of samplers that were complete are there.
pub fn run(args: &Args) -> Result<(), CliError> {
    if let Some(path) = &args.neighbours {
        check_png(path)?;
        check_writable(path)?;
    }
    let mut pipeline = args.stated.open(&args.model)?.pipeline;
    pipeline.parts.unet.network = pipeline.parts.unet.network.on(&network::device(args.device)?)?;
    let judge = Judge::open(args, &pipeline)?;
    let drawings = Drawing::all(args, &pipeline, &judge)?;
    if args.neighbours.is_some() && drawings.len() > 1 {
        let reason = "one sheet shows the samples of one sampler; give one, and one number of steps";
        return Err(CliError::Usage(format!("--neighbours: {reason}")));
    }
    on_threads(args.threads, || {
        stop::listen();
        let reference = judge.reference()?;
        let mut report = Report::new(args, &judge, &reference);
        let mut score = |drawing: &Drawing| -> Result<(), CliError> {
            let samples = drawing.draw()?;
            let (score, nearest) = judge.score(drawing, &samples, &reference)?;
            report.add(score);
            if !args.json {
                to_stdout(|out| report.write_last(out))?;
            }
            if let Some(path) = &args.neighbours {
                let order = nearest_first(&nearest);
                save_raster_png(path, &sheet(&samples.pictures, &nearest, &order, judge.train()))?;
            }
            Ok(())
        };
        let ended = drawings.iter().try_for_each(&mut score);
        // What was complete before a signal is not lost.
        if args.json && (ended.is_ok() || stop::wanted()) {
            print_json(&report.json())?;
        }
        ended
    })
}

/// The samples that are nearest to a training picture, in this order.
fn nearest_first(nearest: &[Nearest]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..nearest.len()).collect();
    order.sort_by(|&a, &b| nearest[a].distance.total_cmp(&nearest[b].distance));
    order.truncate(SHEET);
    order
}

/// Rows of samples, and below each row one of their nearest training pictures.
fn sheet(samples: &[f32], nearest: &[Nearest], order: &[usize], train: &Dataset) -> Raster {
    let [channels, height, width] = train.shape();
    let values = channels * height * width;
    let mut pictures = Vec::with_capacity(2 * order.len() * values);
    for row in order.chunks(COLUMNS) {
        for &i in row {
            pictures.extend_from_slice(&samples[i * values..][..values]);
        }
        for &i in row {
            train.extend_with(&mut pictures, nearest[i].index, false);
        }
    }
    let shape = [pictures.len() / values, channels, height, width];
    rows(&pictures, shape, COLUMNS)
}
