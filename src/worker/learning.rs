//! A training under way or at its end, as the worker's thread holds it: what is told of it, and how it is kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Begun, LearnSpec, WorkerError, learn};
use crate::files::locks::LOCK;
use crate::files::{self, inputs};
use crate::imaging::{load_safetensors, make_folder, save_safetensors, write_atomically};
use crate::train::live::film::{self, FILM_BUDGET};
use crate::train::live::{FOLDERS, GammaSeen, Kept, Live, Probe, levels};
use crate::train::{RunLock, TrainStep};

/// The file in the folder of a kept training that says what it is, and the picture that it learns.
const FILE: &str = "run.json";
const PICTURE: &str = "picture.safetensors";
/// The film of what it has drawn so far.
const FILM: &str = "film.safetensors";
/// The largest such file, in bytes.
const MAX_BYTES: u64 = 4 << 20;
/// The time between two saves: at least this, and so much that saving takes a percent.
const SAVE_EVERY: Duration = Duration::from_secs(30);
const PER_SAVE: u32 = 100;
/// The time between two reports of iterations: a window draws no more often.
const TELL_EVERY: Duration = Duration::from_millis(50);
/// The number of points of a kept loss curve; when it is reached, every second one goes.
const POINTS: usize = 1000;

/// What is kept of a training besides its networks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptRun {
    /// What was asked for, without its picture.
    pub spec: LearnSpec,
    /// The number of iterations made.
    pub iteration: u64,
    /// The losses of each network: points `[iteration, loss]`.
    pub losses: Vec<Vec<[f64; 2]>>,
    /// Where a noise schedule is learned, the variance of the loss along each of the three schedules of [`GammaSeen`]:
    /// points `[iteration, variance]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variances: Vec<Vec<[f64; 2]>>,
}

/// A kept training that can go on.
#[derive(Clone, Debug)]
pub struct FoundRun {
    /// Its folder.
    pub folder: PathBuf,
    /// What is known of it.
    pub run: KeptRun,
}

impl FoundRun {
    /// Reads what a folder holds; `None` if it holds no training, or another process is at it.
    pub fn read(folder: &Path) -> Option<Self> {
        RunLock::check(folder).ok()?;
        Some(Self { folder: folder.to_owned(), run: read(folder)? })
    }

    /// The trainings in the folders of a folder that nothing is at, the latest first.
    pub fn all(place: &Path) -> Vec<Self> {
        let folders = place.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
        let mut found: Vec<Self> = folders.filter_map(|folder| Self::read(&folder)).collect();
        let changed = |run: &Self| run.folder.join(FILE).metadata().and_then(|data| data.modified()).ok();
        found.sort_by_cached_key(changed);
        found.reverse();
        found
    }

    /// Removes the folders of a folder in which a killed process has begun a training, and has saved nothing.
    pub fn clear(place: &Path) {
        for entry in place.read_dir().into_iter().flatten().flatten() {
            let folder = entry.path();
            if !folder.join(LOCK).is_file() || has_content(&folder) {
                continue;
            }
            // Only those that no living process holds.
            let Ok(lock) = RunLock::take(&folder) else { continue };
            if lock.doubt().is_none()
                && let Err(error) = fs::remove_dir_all(&folder)
            {
                log::warn!("{}: {error}", folder.display());
            }
        }
    }

    /// The request that lets it go on, into the same folder.
    pub fn request(&self) -> LearnSpec {
        let path = self.folder.join(PICTURE);
        let picture = load_safetensors(&path).ok();
        inputs::release(&path);
        LearnSpec {
            picture: picture.and_then(|tensors| tensors.into_iter().next()).map(|(_, picture)| picture),
            from: Some(self.folder.clone()),
            keep: Some(self.folder.clone()),
            ..self.run.spec.clone()
        }
    }
}

/// A training, and what has not been told of it yet.
pub(super) struct Learning {
    pub(super) spec: LearnSpec,
    pub(super) live: Live,
    /// Held as long as the training is kept in a folder.
    lock: Option<RunLock>,
    saved: Instant,
    saved_at: u64,
    save_cost: Duration,
    losses: Vec<Vec<[f64; 2]>>,
    every: u64,
    /// The variance along each of the schedules that a learned one is seen beside; empty if none is learned.
    variances: Vec<Vec<[f64; 2]>>,
    /// What is kept of its probes.
    film: Kept<Probe>,
    untold: Vec<Vec<TrainStep>>,
    told: Instant,
}

impl Learning {
    /// Prepares a training up to its first iteration.
    pub(super) fn begin(spec: &LearnSpec) -> Result<Self, WorkerError> {
        let live = learn::begin(spec)?;
        // Only now, so that a training that cannot begin leaves no folder.
        let lock = spec.keep.as_deref().map(RunLock::take).transpose()?;
        let mut losses = vec![Vec::new(); live.trainers().len()];
        let mut variances = Vec::new();
        if let Some(found) = spec.from.as_deref().and_then(read) {
            losses.iter_mut().zip(found.losses).for_each(|(losses, found)| *losses = found);
            variances = found.variances;
        }
        let (mut film, iteration) = (Kept::new(FILM_BUDGET), live.iteration());
        // A training that was interrupted between its saves may be behind its film.
        let fits =
            |probe: &Probe| probe.iteration <= iteration && probe.networks.len() == live.trainers().len();
        let earlier = spec.from.iter().flat_map(|folder| film::load(&folder.join(FILM)));
        earlier.filter(fits).for_each(|probe| film.push(probe, Probe::bytes));
        let now = Instant::now();
        let saved_at = iteration;
        let (save_cost, untold) = (Duration::ZERO, Vec::new());
        Ok(Self {
            spec: spec.clone(),
            live,
            lock,
            saved: now,
            saved_at,
            save_cost,
            losses,
            every: 1,
            variances,
            film,
            untold,
            told: now,
        })
    }

    /// What a window needs to know before the first iteration.
    pub(super) fn begun(&self) -> Result<Begun, WorkerError> {
        let (watch, trainers) = (self.live.watch(), self.live.trainers());
        let Some(first) = trainers.first() else { return Err(WorkerError::NotTrained) };
        Ok(Begun {
            shape: watch.picture(),
            block: watch.block(),
            settings: trainers.iter().map(|trainer| trainer.settings().clone()).collect(),
            parameters: first.model().parameter_count(),
            pictures: [watch.data().len(), watch.held_out().len()],
            measured: watch.measured(),
            classes: watch.data().classes().to_vec(),
            class: watch.class().map(str::to_owned),
            noised: self.live.noised_rows()?,
            levels: levels(first.settings().schedule.steps).into(),
            iteration: self.live.iteration(),
            losses: self.losses.clone(),
            variances: self.variances.clone(),
            film: self.film.list().to_vec(),
            remarks: watch.data().remarks().to_vec(),
        })
    }

    /// Makes an iteration. Returns the steps that are to be told now, if any, and whether there is more to learn.
    pub(super) fn advance(&mut self) -> Result<(Vec<Vec<TrainStep>>, bool), WorkerError> {
        let steps = self.live.advance()?;
        let more = steps.is_some();
        if let Some(steps) = steps {
            for (losses, step) in self.losses.iter_mut().zip(&steps) {
                if step.iteration.is_multiple_of(self.every) {
                    losses.push([step.iteration as f64, step.ema_loss]);
                }
            }
            self.untold.push(steps);
        }
        if self.losses.iter().any(|losses| losses.len() > POINTS) {
            self.every *= 2;
            self.losses.iter_mut().for_each(thin);
        }
        let due = !more || self.told.elapsed() >= TELL_EVERY;
        Ok((if due { self.take_untold() } else { Vec::new() }, more))
    }

    /// The schedule as it has been learned so far, beside two that are not; `None` if none is learned.
    pub(super) fn schedule(&mut self) -> Result<Option<GammaSeen>, WorkerError> {
        let Some(seen) = self.live.gamma()? else { return Ok(None) };
        self.variances.resize(seen.ways.len(), Vec::new());
        for (points, way) in self.variances.iter_mut().zip(&seen.ways) {
            let Some([_, variance]) = way.moments else { continue };
            points.push([seen.iteration as f64, variance]);
            if points.len() > POINTS {
                thin(points);
            }
        }
        Ok(Some(seen))
    }

    /// The iterations that have not been told yet.
    pub(super) fn take_untold(&mut self) -> Vec<Vec<TrainStep>> {
        self.told = Instant::now();
        std::mem::take(&mut self.untold)
    }

    /// A probe of what has been learned, if it is due, or `now`; never two of the same weights.
    pub(super) fn probe(&mut self, now: bool) -> Result<Option<Probe>, WorkerError> {
        if !self.live.has_news() || !(now || self.live.is_due()) {
            return Ok(None);
        }
        let probe = self.live.probe()?;
        if self.film.list().last().is_none_or(|last| last.iteration < probe.iteration) {
            self.film.push(probe.clone(), Probe::bytes);
        }
        Ok(Some(probe))
    }

    /// Saves the training into the folder in which it is kept, if that is due, or `now`.
    pub(super) fn keep(&mut self, now: bool) -> Result<(), WorkerError> {
        let Some(folder) = self.spec.keep.clone() else { return Ok(()) };
        let wait = SAVE_EVERY.max(self.save_cost * PER_SAVE);
        let news = self.live.iteration() != self.saved_at;
        if self.lock.is_none() || !news || !(now || self.saved.elapsed() >= wait) {
            return Ok(());
        }
        let began = Instant::now();
        if let Err(error) =
            self.live.save(&folder).map_err(WorkerError::from).and_then(|()| self.describe(&folder))
        {
            // It is not tried again: the training goes on without being kept.
            self.lock = None;
            return Err(error);
        }
        (self.saved, self.saved_at, self.save_cost) =
            (Instant::now(), self.live.iteration(), began.elapsed());
        Ok(())
    }

    /// Saves the training into a folder of the user's choice: one network in the folder itself, two in folders of
    /// their own. Returns the folder of the first network.
    pub(super) fn save(&self, folder: &Path) -> Result<PathBuf, WorkerError> {
        let [first] = self.live.trainers() else {
            self.live.save(folder)?;
            self.describe(folder)?;
            return Ok(folder.join(FOLDERS[0]));
        };
        first.save(folder)?;
        self.describe(folder)?;
        Ok(folder.to_owned())
    }

    /// Writes what the networks' own files do not say.
    fn describe(&self, folder: &Path) -> Result<(), WorkerError> {
        make_folder(folder)?;
        let mut spec = self.spec.clone();
        // It may have been let go on beyond what was asked for.
        if let Some(first) = self.live.trainers().first() {
            spec.settings.iterations = first.settings().iterations;
        }
        let run = KeptRun {
            spec,
            iteration: self.live.iteration(),
            losses: self.losses.clone(),
            variances: self.variances.clone(),
        };
        write_atomically(&folder.join(FILE), |writer| Ok(serde_json::to_writer(writer, &run)?))?;
        film::save(&folder.join(FILM), self.film.list())?;
        if let Some(picture) = &self.spec.picture {
            save_safetensors(&folder.join(PICTURE), &[("x0", picture)])?;
        }
        Ok(())
    }
}

/// Leaves every second point of a curve.
fn thin(points: &mut Vec<[f64; 2]>) {
    let mut place = 0..;
    points.retain(|_| place.next().is_none_or(|i: usize| i % 2 == 1));
}

/// Whether there are files in a folder, or in those below it, other than the lock and what is unfinished.
fn has_content(folder: &Path) -> bool {
    let Ok(entries) = folder.read_dir() else { return true };
    entries.into_iter().any(|entry| {
        let Ok(entry) = entry else { return true };
        let name = entry.file_name();
        match entry.file_type() {
            _ if name == LOCK || files::leftover_of(&name).is_some() => false,
            Ok(kind) if kind.is_dir() => has_content(&entry.path()),
            _ => true,
        }
    })
}

/// What a folder says of the training that is kept in it.
fn read(folder: &Path) -> Option<KeptRun> {
    let path = folder.join(FILE);
    let text = files::read_text(&path, MAX_BYTES);
    // A training that goes on replaces it.
    inputs::release(&path);
    serde_json::from_str(&text.ok()?).ok()
}
