//! Trainings that are kept in a folder while they run: the bar, saving now and then, and stopping by a signal.

use std::path::Path;
use std::time::{Duration, Instant};

use super::error::CliError;
use super::output::{check_unused, training_bar};
use super::stop;
use crate::imaging::check_folder;
use crate::signals;
use crate::train::{AutoencoderStep, AutoencoderTrainer, RunLock, TextStep, TextTrainer, TrainError};

/// How often a training is saved.
const SAVED: Duration = Duration::from_mins(5);

/// A training that can be saved after each of its steps.
pub trait Training: Iterator<Item = Result<Self::Step, TrainError>> {
    /// The result of an iteration.
    type Step;

    /// The number of iterations that have been made.
    fn iteration(&self) -> u64;

    /// The number of iterations in all.
    fn iterations(&self) -> u64;
}

impl Training for AutoencoderTrainer {
    type Step = AutoencoderStep;

    fn iteration(&self) -> u64 {
        self.iteration()
    }

    fn iterations(&self) -> u64 {
        self.iterations()
    }
}

impl Training for TextTrainer {
    type Step = TextStep;

    fn iteration(&self) -> u64 {
        self.iteration()
    }

    fn iterations(&self) -> u64 {
        self.iterations()
    }
}

/// Checks, before long work, that a training can be kept in this folder.
///
/// # Errors
/// If there is a network in it and the training is a new one, another process trains into it, or it cannot be made.
pub fn check(output: &Path, resume: bool) -> Result<(), CliError> {
    if !resume {
        check_unused(output)?;
    }
    RunLock::check(output)?;
    Ok(check_folder(output)?)
}

/// Makes all iterations that are left. A new training is saved before the first one, which shows that its files can be
/// written; then every few minutes, and when a signal stops it. `show` says what stands beside the bar.
///
/// # Errors
/// The errors of the training and of `save`; [`CliError::Kept`] after a signal.
pub fn learn<T: Training>(
    output: &Path,
    trainer: &mut T,
    mut show: impl FnMut(&T::Step) -> String,
    save: impl Fn(&T) -> Result<(), CliError>,
) -> Result<(), CliError> {
    if trainer.iteration() == 0 {
        save(trainer)?;
    }
    let bar = training_bar(Some(trainer.iterations()));
    bar.set_position(trainer.iteration());
    bar.reset_eta();
    let mut saved = Instant::now();
    while let Some(step) = trainer.next().transpose()? {
        bar.set_message(show(&step));
        bar.set_position(trainer.iteration());
        if stop::wanted() {
            let _undisturbed = signals::undisturbed();
            save(trainer)?;
            bar.finish_and_clear();
            let (made, all) = (trainer.iteration(), trainer.iterations());
            let about = format!("saved after {made} of {all} iterations; --resume goes on");
            return Err(CliError::Kept { path: output.to_owned(), about });
        }
        if saved.elapsed() > SAVED {
            save(trainer)?;
            saved = Instant::now();
        }
    }
    bar.finish_and_clear();
    Ok(())
}
