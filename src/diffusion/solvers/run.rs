//! A run from noise to data, one step at a time.

use super::runge_kutta::DormandPrince;
use super::{Score, Solver, SolverError};
use crate::diffusion::noise::{Key, Stream, plane};
use crate::diffusion::process::{Process, Spacing};

/// The settings of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SolverSettings {
    /// How points get from noise to data.
    pub solver: Solver,
    /// How its times are spaced; `None` for the solver's own default.
    pub spacing: Option<Spacing>,
    /// The number of network calls: exactly this many, or at most this many where steps are adaptive.
    pub calls: usize,
    /// Seed of the start and of all noise on the way. Point k's noise at step i is the same for all solvers.
    pub seed: u64,
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advance {
    /// The time at which it began.
    pub from: f64,
    /// The time that the points are at now.
    pub t: f64,
    /// Network calls so far.
    pub calls: usize,
}

/// A run: an iterator over its steps, which ends after the last step or the first error.
///
/// To record paths, copy [`points`](Self::points) before the first step and after each.
pub struct SolverRun<'a, const D: usize> {
    pub(super) score: &'a dyn Score<D>,
    pub(super) process: Process,
    pub(super) points: Vec<[f64; D]>,
    pub(super) calls: usize,
    pub(super) limit: usize,
    /// The previous step's level and `x̂_0`, for the multistep method.
    pub(super) memory: Option<super::dpm::Memory<D>>,
    /// For Langevin dynamics, the scale of the level of the previous step.
    pub(super) scale: Option<f64>,
    /// The adaptive method, once it has begun.
    pub(super) adaptive: Option<DormandPrince>,
    solver: Solver,
    seed: u64,
    times: Vec<f64>,
    step: usize,
    failed: bool,
}

impl<'a, const D: usize> SolverRun<'a, D> {
    /// A run of `count` points from the process's prior.
    ///
    /// # Errors
    /// [`SolverError::Calls`] if there are too few calls for one step.
    pub fn new(
        settings: &SolverSettings,
        score: &'a dyn Score<D>,
        count: usize,
    ) -> Result<Self, SolverError> {
        let deviation = score.process().prior_variance().sqrt();
        let mut points = normals(settings.seed, Stream::Initial, 0, count);
        points.iter_mut().flatten().for_each(|x| *x *= deviation);
        Self::from_points(settings, score, points)
    }

    /// A run from given points at t = 1.
    ///
    /// # Errors
    /// The errors of [`new`](Self::new).
    pub fn from_points(
        settings: &SolverSettings,
        score: &'a dyn Score<D>,
        points: Vec<[f64; D]>,
    ) -> Result<Self, SolverError> {
        let SolverSettings { solver, spacing, calls: limit, seed } = *settings;
        let process = score.process();
        let spacing = spacing.unwrap_or_else(|| solver.spacing(&process));
        let times = solver.times(&process, spacing, limit)?;
        Ok(Self {
            score,
            process,
            points,
            calls: 0,
            limit,
            memory: None,
            scale: None,
            adaptive: None,
            solver,
            seed,
            times,
            step: 0,
            failed: false,
        })
    }

    /// The current points.
    pub fn points(&self) -> &[[f64; D]] {
        &self.points
    }

    /// The process that is reversed.
    pub fn process(&self) -> Process {
        self.process
    }

    /// Network calls so far.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// For the adaptive solver, the largest error of an accepted step in units of the tolerance. It is above 1 if there
    /// were not enough calls for smaller steps.
    pub fn largest_error(&self) -> Option<f64> {
        self.adaptive.as_ref().map(DormandPrince::largest_error)
    }

    /// Makes all remaining steps.
    ///
    /// # Errors
    /// The first error of a step.
    pub fn finish(&mut self) -> Result<(), SolverError> {
        self.try_for_each(|step| step.map(|_| ()))
    }

    /// The scores of `points` at time t: one network call.
    pub(super) fn call(&mut self, t: f64, points: &[[f64; D]]) -> Result<Vec<[f64; D]>, SolverError> {
        self.calls += 1;
        self.score.scores(t, points)
    }

    /// The scores at the current points: one network call.
    pub(super) fn call_here(&mut self, t: f64) -> Result<Vec<[f64; D]>, SolverError> {
        self.calls += 1;
        self.score.scores(t, &self.points)
    }

    /// The noise of the current step. `cell` distinguishes the two kinds of noise that a step may draw.
    pub(super) fn noise(&self, cell: u32) -> Vec<[f64; D]> {
        let values =
            plane(Key::from_seed(self.seed), 0, Stream::Step, self.step as u32, cell, self.points.len() * D);
        values.as_chunks::<D>().0.iter().map(|z| z.map(f64::from)).collect()
    }

    fn advance(&mut self) -> Result<Advance, SolverError> {
        let (t, s) = (self.times[self.step], self.times[self.step + 1]);
        match self.solver {
            Solver::Ddpm => self.ancestral(t, s, 1.0)?,
            Solver::Ddim { eta } => self.ancestral(t, s, eta)?,
            Solver::ReverseSde => self.euler_maruyama(t, s)?,
            Solver::PredictorCorrector { snr } => self.predict_and_correct(t, s, snr)?,
            Solver::Langevin { step } => self.langevin(t, step)?,
            Solver::OdeEuler => self.euler(t, s)?,
            Solver::OdeHeun => self.heun(t, s)?,
            Solver::DpmPlusPlus => self.dpm(t, s, self.step + 2 == self.times.len())?,
            Solver::OdeRk45 { tolerance } => return self.adaptive_step(s, tolerance),
        }
        self.step += 1;
        self.checked(t, s)
    }

    /// Makes one step of the adaptive method between two of the planned times. The error decides how many
    /// such steps there are.
    fn adaptive_step(&mut self, end: f64, tolerance: f64) -> Result<Advance, SolverError> {
        let [from, t] = self.runge_kutta(end, tolerance)?;
        if t == end {
            self.step += 1;
        }
        self.checked(from, t)
    }

    fn checked(&self, from: f64, t: f64) -> Result<Advance, SolverError> {
        if self.points.as_flattened().iter().all(|x| x.is_finite()) {
            return Ok(Advance { from, t, calls: self.calls });
        }
        Err(SolverError::NotFinite { t })
    }
}

impl<const D: usize> Iterator for SolverRun<'_, D> {
    type Item = Result<Advance, SolverError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.step + 1 >= self.times.len() {
            return None;
        }
        let advance = self.advance();
        self.failed = advance.is_err();
        Some(advance)
    }
}

/// Standard normals for `count` points.
pub(super) fn normals<const D: usize>(seed: u64, stream: Stream, node: u32, count: usize) -> Vec<[f64; D]> {
    let values = plane(Key::from_seed(seed), 0, stream, node, 0, count * D);
    values.as_chunks::<D>().0.iter().map(|z| z.map(f64::from)).collect()
}
