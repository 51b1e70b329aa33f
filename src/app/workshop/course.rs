//! A training, as the window follows it.

use std::sync::Arc;
use std::time::Duration;

use super::clock::Clock;
use super::state::RunState;
use crate::app::loss::LossCurve;
use crate::train::TrainStep;
use crate::train::live::{BUDGET, GammaSeen, Kept, Probe};
use crate::worker::{Begun, LearnData, LearnSpec, RunId};

/// A training that is under way, or the last one.
#[derive(Clone, Debug)]
pub struct Training {
    /// Number of the request for the training.
    pub id: RunId,
    /// What was asked for.
    pub spec: LearnSpec,
    /// Whether the training is under way, paused or at an end.
    pub state: RunState,
    /// The number of iterations at which it ends.
    pub total: u64,
    begun: Option<Arc<Begun>>,
    iteration: u64,
    /// The iteration at which the clock was started.
    first: u64,
    curves: Vec<Curves>,
    probes: Kept<Arc<Probe>>,
    schedule: Option<Arc<GammaSeen>>,
    /// The variance of the loss along the three schedules of [`GammaSeen`] so far.
    variances: [LossCurve; 3],
    clock: Clock,
}

/// The losses of one network.
#[derive(Clone, Debug, Default)]
pub struct Curves {
    /// As they were.
    pub raw: LossCurve,
    /// Their moving average.
    pub smooth: LossCurve,
    /// The last moving average.
    pub now: Option<f64>,
}

impl Training {
    /// A training that has just been requested.
    pub fn new(id: RunId, spec: LearnSpec) -> Self {
        let total = spec.settings.iterations.unwrap_or(0);
        let curves = vec![Curves::default(); 1 + usize::from(spec.rival.is_some())];
        Self {
            id,
            spec,
            state: RunState::Running,
            total,
            begun: None,
            iteration: 0,
            first: 0,
            curves,
            probes: Kept::new(BUDGET),
            schedule: None,
            variances: <[LossCurve; 3]>::default(),
            clock: Clock::started(),
        }
    }

    /// Takes in what is known before the first iteration.
    pub(super) fn prepared(&mut self, begun: Begun) {
        (self.iteration, self.first) = (begun.iteration, begun.iteration);
        if let Some(total) = begun.settings.first().and_then(|settings| settings.iterations) {
            self.total = total;
        }
        self.curves = begun.settings.iter().map(|_| Curves::default()).collect();
        // Of losses as they were nothing is kept, only their moving average.
        for (curves, losses) in self.curves.iter_mut().zip(&begun.losses) {
            curves.smooth.begin_with(losses);
            curves.now = losses.last().map(|point| point[1]);
        }
        self.variances = <[LossCurve; 3]>::default();
        for (curve, variances) in self.variances.iter_mut().zip(&begun.variances) {
            curve.begin_with(variances);
        }
        self.probes = Kept::new(BUDGET);
        for probe in &begun.film {
            self.probes.push(Arc::new(probe.clone()), |probe| probe.bytes());
        }
        self.clock = Clock::started();
        self.clock.set(self.state == RunState::Running);
        self.begun = Some(Arc::new(begun));
    }

    /// Takes in an iteration.
    pub(super) fn learned(&mut self, steps: &[TrainStep]) {
        for (curves, step) in self.curves.iter_mut().zip(steps) {
            self.iteration = step.iteration;
            curves.raw.push(step.iteration, step.loss);
            curves.smooth.push(step.iteration, step.ema_loss);
            curves.now = Some(step.ema_loss);
        }
    }

    /// Takes in what has been learned so far.
    pub(super) fn probed(&mut self, probe: Probe) {
        // One that goes on looks once more at what its film ends with.
        if self.probes.list().last().is_none_or(|last| last.iteration < probe.iteration) {
            self.probes.push(Arc::new(probe), |probe| probe.bytes());
        }
    }

    /// Takes in the schedule as it has been learned so far.
    pub(super) fn saw_schedule(&mut self, seen: GammaSeen) {
        // Each stands for the iterations since the one before.
        let since = self.schedule.as_ref().map_or(seen.iteration.saturating_sub(1), |last| last.iteration);
        for (curve, way) in self.variances.iter_mut().zip(&seen.ways) {
            if let Some([_, variance]) = way.moments {
                ((since + 1)..=seen.iteration).for_each(|iteration| curve.push(iteration, variance));
            }
        }
        self.schedule = Some(Arc::new(seen));
    }

    /// The schedule that is learned, beside two that are not; `None` where it stays as it is.
    pub fn schedule(&self) -> Option<&Arc<GammaSeen>> {
        self.schedule.as_ref()
    }

    /// The variance of the loss along the three schedules over iterations.
    pub fn variances(&self) -> [&[[f64; 2]]; 3] {
        self.variances.each_ref().map(LossCurve::points)
    }

    /// Lets a training that has ended go on under another number.
    pub(super) fn go_on(&mut self, id: RunId, iterations: u64) {
        self.id = id;
        self.total = self.iteration + iterations;
        self.first = self.iteration;
        self.clock = Clock::default();
        self.enter(RunState::Running);
    }

    /// Changes the state; the clock runs while the training does.
    pub fn enter(&mut self, state: RunState) {
        self.clock.set(state == RunState::Running);
        self.state = state;
    }

    /// A copy that does not go on.
    pub fn still(&self) -> Self {
        let mut still = self.clone();
        still.clock.set(false);
        still
    }

    /// Whether the training is under way or paused.
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// Whether it learns the loaded picture.
    pub fn is_of_picture(&self) -> bool {
        self.spec.data == LearnData::Picture
    }

    /// What was known before the first iteration; `None` while data and networks are being prepared.
    pub fn begun(&self) -> Option<&Arc<Begun>> {
        self.begun.as_ref()
    }

    /// The number of networks that learn side by side.
    pub fn networks(&self) -> usize {
        self.curves.len()
    }

    /// The number of iterations made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// The losses of each network.
    pub fn curves(&self) -> &[Curves] {
        &self.curves
    }

    /// What was learned after some of the iterations, in their order.
    pub fn probes(&self) -> &[Arc<Probe>] {
        self.probes.list()
    }

    /// The probe that is nearest to an iteration; the last one without one. `None` before the first probe.
    pub fn probe(&self, iteration: Option<u64>) -> Option<&Arc<Probe>> {
        let list = self.probes.list();
        match iteration {
            Some(wanted) => list.iter().min_by_key(|probe| probe.iteration.abs_diff(wanted)),
            None => list.last(),
        }
    }

    /// Iterations per second of running time; `None` before enough have been made.
    pub fn rate(&self) -> Option<f64> {
        let seconds = self.clock.elapsed().as_secs_f64();
        let made = self.iteration.saturating_sub(self.first);
        (made >= 5 && seconds > 0.0).then(|| made as f64 / seconds)
    }

    /// The estimated time that is left, from the time so far; `None` before it can be estimated.
    pub fn left(&self) -> Option<Duration> {
        let rate = self.rate().filter(|_| self.is_open())?;
        Duration::try_from_secs_f64(self.total.saturating_sub(self.iteration) as f64 / rate).ok()
    }
}
