//! Training that is watched: one or two trainings on the same data, advanced iteration by iteration, with probes of
//! what has been learned so far.
//!
//! | module | what it is |
//! | --- | --- |
//! | `watch` | what probes look at |
//! | `probe` | samples, a held-out picture at several noise levels, errors over t |
//! | `seen` | one step of training, with its gradient |
//! | `sheet` | several small pictures as one |
//! | `schedule` | a schedule that is learned, beside two that are not |
//! | `kept` | a history of bounded size |
//! | `film` | a history of probes in a file |
//!
//! Probes are pure functions of the weights: a training with probes gives the same weights, to the last bit, as one
//! without. Two trainings that learn side by side see the same pictures and noise in the same order, as far as their
//! seeds and batches agree.

pub mod film;
mod kept;
mod probe;
mod schedule;
mod seen;
mod sheet;
mod watch;

use std::path::Path;
use std::time::Instant;

pub use kept::{BUDGET, Kept};
pub use probe::{Drawn, LevelError, NetworkProbe, Probe, noised_row, pictures_sheet};
pub use schedule::{GammaSeen, Way};
pub use seen::{Seen, SharedSeen, see};
pub use sheet::{Layout, Sheet};
pub use watch::{LEVELS, STRATA, Watch, levels, strata};

use self::schedule::Moments;
use super::{TrainError, TrainStep, Trainer};

/// How many times as long as a probe takes is trained before the next one.
const PER_PROBE: f64 = 16.0;
/// The names of the folders of the two networks within a folder in which trainings are kept.
pub const FOLDERS: [&str; 2] = ["first", "second"];

/// One or two trainings that advance together.
pub struct Live {
    trainers: Vec<Trainer>,
    watch: Watch,
    /// What the losses of the first network say of schedules, where one is learned.
    moments: Moments,
    /// Seconds that one probe took, and seconds trained since it was made; `None` before the first one.
    rhythm: Option<[f64; 2]>,
    /// The iteration of the last probe.
    probed: Option<u64>,
}

impl Live {
    /// Puts trainings side by side. They must have made the same number of iterations.
    pub fn new(trainers: Vec<Trainer>, watch: Watch) -> Self {
        Self { trainers, watch, moments: Moments::default(), rhythm: None, probed: None }
    }

    /// The trainings.
    pub fn trainers(&self) -> &[Trainer] {
        &self.trainers
    }

    /// What probes look at.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The number of iterations that all networks have made.
    pub fn iteration(&self) -> u64 {
        self.trainers.iter().map(Trainer::iteration).min().unwrap_or(0)
    }

    /// The held-out picture with the noise of each level, as each network gets to see it.
    ///
    /// # Errors
    /// If a schedule cannot be built.
    pub fn noised_rows(&self) -> Result<Vec<Sheet>, TrainError> {
        let row = |trainer: &Trainer| Ok(noised_row(&self.watch, &trainer.settings().schedule.build()?));
        self.trainers.iter().map(row).collect()
    }

    /// Makes the next iteration of every network; `None` after the last one.
    ///
    /// # Errors
    /// The errors of [`Trainer::step`].
    pub fn advance(&mut self) -> Result<Option<Vec<TrainStep>>, TrainError> {
        let began = Instant::now();
        let mut steps = Vec::with_capacity(self.trainers.len());
        for trainer in &mut self.trainers {
            match trainer.next().transpose()? {
                Some(step) => steps.push(step),
                None => return Ok(None),
            }
        }
        if let Some(step) = steps.first().and_then(|step| step.gamma.as_ref()) {
            self.moments.take(step);
        }
        if let Some([_, since]) = &mut self.rhythm {
            *since += began.elapsed().as_secs_f64();
        }
        Ok(Some(steps))
    }

    /// The first network's schedule, where it is learned, beside two that are not.
    ///
    /// # Errors
    /// If its ends are none of a schedule.
    pub fn gamma(&self) -> Result<Option<GammaSeen>, TrainError> {
        self.trainers.first().map_or(Ok(None), |trainer| self.moments.see(trainer))
    }

    /// Whether a probe should be made now: before anything is learned, and whenever so much time has been spent on
    /// learning that probes take a few percent of it.
    pub fn is_due(&self) -> bool {
        self.rhythm.is_none_or(|[cost, since]| since >= PER_PROBE * cost)
    }

    /// Whether something has been learned since the last probe.
    pub fn has_news(&self) -> bool {
        self.probed != Some(self.iteration())
    }

    /// Looks at what has been learned. The weights stay as they are.
    ///
    /// # Errors
    /// If a network cannot be computed.
    pub fn probe(&mut self) -> Result<Probe, TrainError> {
        let began = Instant::now();
        let networks = self.trainers.iter().map(|trainer| probe::probe(trainer, &self.watch));
        let networks = networks.collect::<Result<Vec<_>, _>>()?;
        let iteration = self.iteration();
        self.rhythm = Some([began.elapsed().as_secs_f64(), 0.0]);
        self.probed = Some(iteration);
        Ok(Probe { iteration, networks })
    }

    /// Makes a step of the first network with one picture of the data at two timesteps, without changing anything.
    ///
    /// # Errors
    /// If the network cannot be computed.
    pub fn see(&self, index: usize, timesteps: [usize; 2]) -> Result<Vec<Seen>, TrainError> {
        let Some(trainer) = self.trainers.first() else { return Ok(Vec::new()) };
        let (settings, schedule) = (trainer.settings(), trainer.settings().schedule.build()?);
        let at = |t| see(trainer.model(), settings, &schedule, &self.watch, (index, t), settings.prediction);
        timesteps.into_iter().map(at).collect()
    }

    /// Saves every training into its folder, `first` and `second`, from which it goes on exactly.
    ///
    /// # Errors
    /// The errors of [`Trainer::save`].
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        self.trainers.iter().zip(FOLDERS).try_for_each(|(trainer, name)| trainer.save(&folder.join(name)))
    }

    /// Sets how many iterations there are, for every network.
    ///
    /// # Errors
    /// If more have been made already.
    pub fn set_iterations(&mut self, iterations: u64) -> Result<(), TrainError> {
        self.trainers.iter_mut().try_for_each(|trainer| trainer.set_iterations(iterations))
    }
}
