//! `diffuscope train-classifier`: trains a classifier, with which `eval` judges samples.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::data::{self, Data, minutes};
use super::error::CliError;
use super::generate::on_threads;
use super::output::{
    check_apart, check_tensors, in_line, steps_bar, to_stdout, training_bar, unfinished_place,
};
use super::stop;
use crate::classifier::{Answers, Classifier};
use crate::dataset::{Dataset, Part};
use crate::files::fixed;
use crate::imaging::check_writable;
use crate::signals;
use crate::train::{ClassifierSettings, ClassifierTrainer, ema_decay};

/// The speed of a training is not known well before this number of iterations and this time.
const MEASURED_ITERATIONS: u64 = 30;
const MEASURED_TIME: Duration = Duration::from_secs(20);
/// The number of pictures that are classified between two checks for signals.
const CHUNK: usize = 256;
/// Decay of the moving average of the loss that is shown.
const LOSS_DECAY: f64 = 0.98;

const EXAMPLES: &str = "\
DATA is as for train. The classifier learns from the data's part for learning and is measured on its
part for testing: of IDX folders the files t10k-..., of anything else every tenth picture. FILE holds
its weights (safetensors, f16), the names of the classes, and how the pictures were prepared, which eval
then does too. The same seed gives the same file. Ctrl-C, kill and a terminal that is closed save what has
been learned so far, untested.

Examples:
  diffuscope train-classifier fashion-mnist -o fashion.safetensors --size 32 --pad
  diffuscope train-classifier photos -o photos.safetensors --size 32 --flip --minutes 10
  diffuscope eval run --data photos --classifier photos.safetensors";

/// Train a small network to tell classes apart, which eval then judges samples with.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Pictures with classes: a folder, IDX files, .npz, .csv or CIFAR's batches
    data: PathBuf,
    /// The classifier
    #[arg(short, long, value_name = "FILE.safetensors")]
    output: PathBuf,
    #[command(flatten)]
    pictures: Data,
    /// Number of iterations [default: 4000]
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "minutes")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=0xFFFF_FFFF))]
    iterations: Option<u64>,
    /// So many minutes instead: the number of iterations is found from the speed of the first ones
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = minutes)]
    minutes: Option<f64>,
    /// Pictures in one iteration [default: 64]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    batch: Option<usize>,
    /// Largest learning rate; it falls to 0 along a cosine [default: 0.002]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    lr: Option<f64>,
    /// Move each picture by up to N pixels in each direction, by chance [default: 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    shift: Option<usize>,
    /// Mirror every second picture left to right, by chance
    #[arg(long)]
    flip: bool,
    /// Seed of everything random [default: 7]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

/// Runs the command.
///
/// # Errors
/// If the data cannot be read or has no classes, an option does not fit, the training diverges, or the file cannot be
/// written; no file is left then. [`CliError::Kept`] after a signal.
pub fn run(args: &Args) -> Result<(), CliError> {
    check_tensors(&args.output)?;
    check_writable(&args.output)?;
    on_threads(args.threads, || {
        let open = |part| data::open(&args.data, &args.pictures.options(part));
        let (train, test) = (open(Part::Train)?, open(Part::Test)?);
        check_apart([&args.output])?;
        let mut trainer = ClassifierTrainer::new(&args.settings(), Arc::new(train))?;
        stop::listen();
        args.learn(&mut trainer)?;
        let mut classifier = trainer.average()?;
        let answers = match answers(&classifier, &test, "testing") {
            Err(CliError::Stopped) => {
                let _undisturbed = signals::undisturbed();
                let path = unfinished_place(&args.output);
                classifier.save(&path)?;
                let (made, all) = (trainer.iteration(), trainer.iterations());
                let about =
                    format!("the classifier after {made} of {all} iterations was saved in it, untested");
                return Err(CliError::Kept { path, about });
            }
            answers => answers?,
        };
        let accuracy = answers.accuracy((0..test.len()).filter_map(|index| test.label(index)));
        classifier.set_accuracy(accuracy);
        classifier.save(&args.output)?;
        let (file, iterations) = (in_line(&args.output), trainer.iteration());
        let (percent, pictures) = (100.0 * accuracy, test.len());
        to_stdout(|out| {
            writeln!(out, "{file}: {iterations} iterations, {percent:.2} % of {pictures} test pictures right")
        })
    })
}

impl Args {
    fn settings(&self) -> ClassifierSettings {
        let default = ClassifierSettings::default();
        ClassifierSettings {
            batch: self.batch.unwrap_or(default.batch),
            iterations: self.iterations.unwrap_or(default.iterations),
            learning_rate: self.lr.unwrap_or(default.learning_rate),
            shift: self.shift.unwrap_or(default.shift),
            flip: self.flip,
            seed: self.seed.unwrap_or(default.seed),
            ..default
        }
    }

    fn learn(&self, trainer: &mut ClassifierTrainer) -> Result<(), CliError> {
        let (bar, began) = (training_bar(Some(trainer.iterations())), Instant::now());
        let (mut shown, mut unmeasured) = (None, self.minutes);
        while let Some(step) = trainer.next().transpose()? {
            if stop::wanted() {
                break;
            }
            let decay = ema_decay(LOSS_DECAY, step.iteration);
            let loss = shown.map_or(step.loss, |old| decay * old + (1.0 - decay) * step.loss);
            shown = Some(loss);
            bar.set_message(format!("loss {}", fixed(loss, 4)));
            bar.set_position(step.iteration);
            let elapsed = began.elapsed();
            if let Some(minutes) = unmeasured
                && (step.iteration >= MEASURED_ITERATIONS || elapsed >= MEASURED_TIME)
            {
                let speed = step.iteration as f64 / elapsed.as_secs_f64();
                trainer.set_iterations((speed * minutes * 60.0) as u64);
                bar.set_length(trainer.iterations());
                unmeasured = None;
            }
        }
        bar.finish_and_clear();
        Ok(())
    }
}

/// A classifier's answers for a whole data set.
///
/// # Errors
/// [`CliError::Stopped`] after a signal; other errors if the computation fails.
pub fn answers(classifier: &Classifier, data: &Dataset, what: &'static str) -> Result<Answers, CliError> {
    let bar = steps_bar(data.len() as u64, what);
    let (mut answers, mut pictures) = (Answers::default(), Vec::new());
    for start in (0..data.len()).step_by(CHUNK) {
        if stop::wanted() {
            return Err(CliError::Stopped);
        }
        let chunk = start..data.len().min(start + CHUNK);
        pictures.clear();
        chunk.clone().for_each(|index| data.extend_with(&mut pictures, index, false));
        classifier.answer(&pictures, &mut answers)?;
        bar.inc(chunk.len() as u64);
    }
    bar.finish_and_clear();
    Ok(answers)
}
