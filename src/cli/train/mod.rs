//! `diffuscope train`: trains a U-Net on pictures.

mod log;
mod options;
mod samples;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use self::log::Log;
use self::options::{Learning, Pace};
use super::data::{Data, tell};
use super::error::CliError;
use super::generate::on_threads;
use super::output::{check_apart, check_unused, in_line, remark, say, to_stdout, training_bar};
use super::stop;
use crate::dataset::{Dataset, Part};
use crate::files::{fixed, plain, same_place};
use crate::imaging::{check_folder, write_atomically};
use crate::signals;
use crate::train::checkpoint::LEARNED;
use crate::train::{Checkpoint, RunLock, TrainSettings, TrainStep, Trainer, config_for};

/// The speed of a training is not known well before this number of iterations and this time.
const MEASURED_ITERATIONS: u64 = 30;
const MEASURED_TIME: Duration = Duration::from_secs(20);
/// The number of unused pictures that are named on standard error; all of them are listed in a file.
const NAMED: usize = 5;

const EXAMPLES: &str = "\
DATA is a folder of pictures (sub-folders are classes), IDX files, NumPy's .npz or .npy (pictures x or
images, classes y or labels), a .csv (a row of pixels each; the header says which column is the class),
CIFAR's binary batches, or a folder with one of these as MNIST, Fashion-MNIST, KMNIST, QMNIST, EMNIST, CIFAR
and MedMNIST come; IDX, .npy and .csv also gzipped. Of a folder with several sets, --set NAME chooses one.
What is assumed where the data does not say it is told on standard error.
Transparent pictures are put on white; pictures are scaled with a Lanczos kernel, their values as they
are coded. A .json file of the same name beside the data may hold a list with a record for each picture
in its order: --class-key names the field that is the class, --where keeps some of the pictures.

FOLDER holds the network with the moving average of its weights as a diffusers pipeline, for sample,
denoise and predict; in raw the weights as they are; loss.csv; samples; and training.safetensors, from
which --resume goes on exactly. Ctrl-C, kill and a terminal that is closed save before it ends.

With --gamma learned the noise schedule is learned beside the network (Kingma et al. 2021): its two ends by
the variational bound, its shape by the variance of the loss. FOLDER/learned_scheduler_config.json holds it
as a table, which --schedule takes everywhere; the folder's own scheduler has the same ends and falls evenly
in log-SNR, as the network is told the level of noise.

Examples:
  diffuscope train photos --size 32 -o run --minutes 60
  diffuscope train fashion-mnist -o run --config tiny32 --size 32 --pad --iterations 20000
  diffuscope train fashion-mnist -o run --resume
  diffuscope train digits.csv -o vdm --config tiny32 --size 8 --gamma learned
  diffuscope figure schedules --schedule vdm/learned_scheduler_config.json -o learned.png
  diffuscope train emoji.npz -o run --size 32 --class-key group --where style=noto,fluent-flat
  diffuscope sample --model run --class 3 --guidance-scale 3 -o threes.png";

/// Train a network on pictures, or go on training it.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Pictures: a folder, IDX files, .npz, .csv or CIFAR's batches
    data: PathBuf,
    /// Where the run is kept
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// Go on with the run in FOLDER, with its own settings
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    pictures: Data,
    /// Leave out what eval tests with: every tenth picture, where the data has no test part of its own
    #[arg(long)]
    hold_out: bool,
    #[command(flatten)]
    learning: Learning,
    #[command(flatten)]
    pace: Pace,
}

/// Runs the command.
///
/// # Errors
/// If the data cannot be read, an option does not fit, another process trains into the folder, the training diverges,
/// or a file cannot be written; the last checkpoint stays. [`CliError::Paused`] after a signal.
pub fn run(args: &Args) -> Result<(), CliError> {
    on_threads(args.pace.threads, || {
        let (trainer, lock) = if args.resume { args.go_on()? } else { args.begin()? };
        let ended = TrainingLoop::new(args, trainer).finish();
        drop(lock);
        ended
    })
}

impl Args {
    /// Begins a new run. It is saved once before anything is learned: this shows that its files can be
    /// written, and makes sure that there is always a checkpoint to resume from.
    fn begin(&self) -> Result<(Trainer, RunLock), CliError> {
        RunLock::check(&self.output)?;
        self.check_new()?;
        self.check_apart_from_data()?;
        check_folder(&self.output)?;
        let settings = TrainSettings { iterations: self.pace.iterations(), ..self.learning.settings()? };
        settings.validate()?;
        if let (Some(_), Some(iterations)) = (settings.gamma_rate, settings.iterations)
            && iterations <= settings.warm_up
        {
            let warm_up = settings.warm_up;
            remark(&format!(
                "the noise schedule rests during the warm-up of {warm_up} iterations, and these are {iterations}: it stays \
                 as it is; give a smaller --warm-up to have it learned"
            ));
        }
        let network = self.learning.network()?;
        let part = if self.hold_out { Part::Train } else { Part::All };
        let data = Dataset::open(&self.data, &self.pictures.options(part))?;
        tell(&data, &self.data);
        self.check_files()?;
        let trainer = Trainer::new(&config_for(&network, &data)?, settings, Arc::new(data))?;
        stop::listen();
        let lock = self.lock()?;
        // Another run may have begun and ended meanwhile.
        self.check_new()?;
        lock.clear();
        trainer.save(&self.output)?;
        tell_skipped(trainer.data(), &self.output)?;
        Ok((trainer, lock))
    }

    /// Checks that the folder holds neither a run nor a network, which would be replaced.
    fn check_new(&self) -> Result<(), CliError> {
        if Checkpoint::exists(&self.output) {
            let reason = "there is a run in it; go on with --resume, or choose another folder";
            return Err(CliError::Usage(format!("{}: {reason}", self.output.display())));
        }
        check_unused(&self.output)
    }

    /// Checks that the run's folder does not lie among the pictures to learn from.
    fn check_apart_from_data(&self) -> Result<(), CliError> {
        let is_within = |path: &Path| path.ancestors().any(|above| same_place(above, &self.data));
        let output = std::path::absolute(&self.output).unwrap_or_else(|_| self.output.clone());
        let is_used = self.output.read_dir().is_ok_and(|mut entries| entries.next().is_some());
        if same_place(&self.data, &self.output) || (is_used && is_within(&output)) {
            let reason = "the run would lie among its own data; choose another folder for it";
            return Err(CliError::Usage(format!("{}: {reason}", self.output.display())));
        }
        Ok(())
    }

    /// Checks that none of the files that the run replaces is one that it reads.
    fn check_files(&self) -> Result<(), CliError> {
        let samples = self.output.join("samples").read_dir().into_iter().flatten().flatten();
        let named = ["loss.csv", "skipped.txt"].map(|name| self.output.join(name));
        let files = Checkpoint::files(&self.output).into_iter().chain(named);
        check_apart(files.chain(samples.map(|entry| entry.path())))
    }

    fn lock(&self) -> Result<RunLock, CliError> {
        for part in ["unet", "scheduler", "raw", "samples"] {
            let path = self.output.join(part);
            if path.symlink_metadata().is_ok() && !path.is_dir() {
                let reason = "this stands where the run has a folder; move it away";
                return Err(CliError::Usage(format!("{}: {reason}", path.display())));
            }
        }
        let lock = RunLock::take(&self.output)?;
        if let Some(doubt) = lock.doubt() {
            let reason = format!("this file system has no locks ({doubt})");
            let advice = "see to it that nothing else trains into the folder";
            remark(&format!("{}: {reason}; {advice}", self.output.display()));
        }
        Ok(lock)
    }

    fn go_on(&self) -> Result<(Trainer, RunLock), CliError> {
        let held_out = self.hold_out.then_some("--hold-out");
        if let Some(option) = self.pictures.given().or(held_out).or(self.learning.given()) {
            let reason = "was settled when the run began; leave it out with --resume";
            return Err(CliError::Usage(format!("{option} {reason}")));
        }
        if !Checkpoint::exists(&self.output) {
            // This error says what is missing, and nothing is created.
            Checkpoint::open(&self.output)?;
        }
        let lock = self.lock()?;
        let checkpoint = Checkpoint::open(&self.output)?;
        let data = Dataset::open(&self.data, checkpoint.data_options())?;
        tell(&data, &self.data);
        self.check_files()?;
        let mut trainer = Trainer::resume(checkpoint, Arc::new(data))?;
        match self.pace.asked_iterations() {
            Some(iterations) => trainer.set_iterations(iterations)?,
            None if self.pace.minutes.is_none() && trainer.settings().iterations.is_none() => {
                let reason = "the run has no end yet; say --iterations N or --minutes M";
                return Err(CliError::Usage(reason.to_owned()));
            }
            None => {}
        }
        stop::listen();
        lock.clear();
        Ok((trainer, lock))
    }
}

/// Reports pictures that could not be used, and lists all of them in a file.
fn tell_skipped(data: &Dataset, folder: &Path) -> Result<(), CliError> {
    let skipped = data.skipped();
    if skipped.is_empty() {
        return Ok(());
    }
    let path = folder.join("skipped.txt");
    write_atomically(&path, |writer| {
        use std::io::Write as _;
        skipped.iter().try_for_each(|skipped| writeln!(writer, "{}", plain(&skipped.reason)))
    })?;
    let (count, all) = (skipped.len(), path.display());
    say(&format!("{count} of {} pictures cannot be used; {all} names them:", count + data.len()));
    skipped.iter().take(NAMED).for_each(|skipped| say(&skipped.reason));
    Ok(())
}

/// A run in progress.
struct TrainingLoop<'a> {
    args: &'a Args,
    trainer: Trainer,
    log: Log,
    bar: ProgressBar,
    began: Instant,
    first: u64,
    /// Whether the number of iterations still has to be computed from the time that was given.
    unmeasured: bool,
}

impl<'a> TrainingLoop<'a> {
    fn new(args: &'a Args, trainer: Trainer) -> Self {
        let first = trainer.iteration();
        let log = Log::open(&args.output.join("loss.csv"), first, trainer.gamma().is_some());
        let bar = training_bar(trainer.settings().iterations);
        bar.set_position(first);
        bar.reset_eta();
        let unmeasured = args.pace.minutes.is_some();
        Self { args, trainer, log, bar, began: Instant::now(), first, unmeasured }
    }

    fn finish(mut self) -> Result<(), CliError> {
        // If a time was given, the number of iterations in the checkpoint does not end the run.
        while let Some(step) = if self.unmeasured { Some(self.trainer.step()) } else { self.trainer.next() } {
            let step = match step {
                Ok(step) => step,
                Err(error) => {
                    self.log.flush()?;
                    return Err(error.into());
                }
            };
            if let Err(error) = self.log.write(&step) {
                self.trainer.save(&self.args.output)?;
                return Err(error);
            }
            self.show(&step);
            self.measure()?;
            if stop::wanted() {
                let _undisturbed = signals::undisturbed();
                self.save()?;
                self.bar.finish_and_clear();
                let (data, folder) = (self.args.data.clone(), self.args.output.clone());
                let (iteration, options) = (step.iteration, self.args.pace.repeated());
                return Err(CliError::Paused { iteration, data, folder, options });
            }
            if self.args.pace.saves_at(step.iteration) {
                self.save()?;
            }
            if self.args.pace.samples_at(step.iteration) {
                self.sample()?;
            }
        }
        self.save()?;
        if !self.args.pace.samples_at(self.trainer.iteration()) {
            self.sample()?;
        }
        self.bar.finish_and_clear();
        let (folder, iterations) = (in_line(&self.args.output), self.trainer.iteration());
        let loss = fixed(self.trainer.ema_loss().unwrap_or(f64::NAN), 4);
        let learned = self.trainer.gamma().map_or_else(String::new, |gamma| {
            let [max, min] = gamma.ends().map(|end| -end);
            format!(", log-SNR from {max:.2} to {min:.2} in {LEARNED}")
        });
        to_stdout(|out| writeln!(out, "{folder}: {iterations} iterations, loss {loss}{learned}"))
    }

    fn show(&self, step: &TrainStep) {
        let made = (step.iteration - self.first) as f64;
        let images = made * self.trainer.settings().batch as f64 / self.began.elapsed().as_secs_f64();
        self.bar.set_message(format!("loss {}  {images:.0} images/s", fixed(step.ema_loss, 4)));
        self.bar.set_position(step.iteration);
    }

    /// Computes the number of iterations from the time that was given, once the speed is known. From then on it is a
    /// setting like any other, so that the run can be resumed.
    fn measure(&mut self) -> Result<(), CliError> {
        let (true, Some(minutes)) = (self.unmeasured, self.args.pace.minutes) else { return Ok(()) };
        let (made, elapsed) = (self.trainer.iteration() - self.first, self.began.elapsed());
        let total = minutes * 60.0;
        if made < MEASURED_ITERATIONS && elapsed < MEASURED_TIME && elapsed.as_secs_f64() < total {
            return Ok(());
        }
        let more = (total * made as f64 / elapsed.as_secs_f64()) as u64;
        self.trainer.set_iterations((self.first + more).max(self.trainer.iteration()))?;
        self.bar.set_length(self.trainer.settings().iterations.unwrap_or(0));
        self.unmeasured = false;
        Ok(())
    }

    fn save(&mut self) -> Result<(), CliError> {
        // The log is flushed first, so that it has all iterations of the checkpoint. An error of it is returned only
        // after the checkpoint was saved.
        let logged = self.log.flush();
        self.trainer.save(&self.args.output)?;
        logged
    }

    fn sample(&self) -> Result<(), CliError> {
        if self.args.pace.samples() { samples::draw(&self.trainer, &self.args.output) } else { Ok(()) }
    }
}
