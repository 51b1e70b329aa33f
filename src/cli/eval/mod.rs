//! `diffuscope eval`: measures how good a network's samples are.

mod args;
mod draw;
mod judge;
mod report;
mod score;

pub use self::args::Args;
use self::draw::Drawing;
use self::judge::Judge;
use self::report::Report;
use super::error::CliError;
use super::generate::on_threads;
use super::grid::rows;
use super::network;
use super::output::{check_apart, check_png, print_json, to_stdout};
use super::stop;
use crate::dataset::Dataset;
use crate::diffusion::Raster;
use crate::eval::Nearest;
use crate::imaging::{check_writable, save_raster_png};

/// The most samples on the sheet of neighbours, and how many are in a row.
const SHEET: usize = 128;
const COLUMNS: usize = 16;

/// Runs the command.
///
/// # Errors
/// If network, data and classifier do not fit each other, something cannot be read, or there are too few pictures; also
/// after Ctrl-C, when the rows of complete samplers have been printed.
pub fn run(args: &Args) -> Result<(), CliError> {
    if let Some(path) = &args.neighbours {
        check_png(path)?;
        check_writable(path)?;
    }
    let mut pipeline = args.stated.open(&args.model)?.pipeline;
    pipeline.parts.unet.network = pipeline.parts.unet.network.on(&network::device(args.device)?)?;
    let judge = Judge::open(args, &pipeline)?;
    let drawings = Drawing::all(args, &pipeline, judge.shape(), judge.classes())?;
    if args.neighbours.is_some() && drawings.len() > 1 {
        let reason = "one sheet shows the samples of one sampler; give one, and one number of steps";
        return Err(CliError::Usage(format!("--neighbours: {reason}")));
    }
    check_apart(&args.neighbours)?;
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
        // Results that were complete before a signal are not lost.
        if args.json && (ended.is_ok() || stop::wanted()) {
            print_json(&report.json())?;
        }
        ended
    })
}

/// The indices of the samples that are nearest to a training picture, the nearest first.
fn nearest_first(nearest: &[Nearest]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..nearest.len()).collect();
    order.sort_by(|&a, &b| nearest[a].distance.total_cmp(&nearest[b].distance));
    order.truncate(SHEET);
    order
}

/// Rows of samples, each above a row of their nearest training pictures.
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
