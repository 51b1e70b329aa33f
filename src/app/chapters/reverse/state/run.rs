//! A run, under way or ended, with its kept steps.

use std::sync::Arc;

use crate::app::workshop::{Clock, RunState};
use crate::diffusion::Schedule;
use crate::worker::{KeptPictures, KeptStep, RunId, RunSpec, Start, distance};

/// A run of one or more lanes.
#[derive(Debug)]
pub struct Run {
    /// Number of the request for the run.
    pub id: RunId,
    /// The specification of the run.
    pub spec: RunSpec,
    /// Network calls of each lane; empty until it has begun.
    pub calls: Vec<usize>,
    /// The kept steps of each lane, in their order.
    pub lanes: Vec<Vec<Arc<KeptStep>>>,
    /// Whether the run is under way, paused or at an end.
    pub state: RunState,
    /// The schedule of the specification, built once.
    schedule: Option<Schedule>,
    /// Measures the time during which the run is under way.
    clock: Clock,
}

impl Run {
    /// A run that has just been requested.
    pub fn new(id: RunId, spec: RunSpec) -> Self {
        Self {
            id,
            calls: Vec::new(),
            lanes: vec![Vec::new(); spec.lanes.len()],
            state: RunState::Running,
            schedule: spec.schedule.build().ok(),
            clock: Clock::started(),
            spec,
        }
    }

    /// A complete run, for figures. It has no speed, since that does not follow from the scene.
    pub fn complete(spec: RunSpec, lanes: Vec<Vec<KeptStep>>) -> Self {
        let mut run = Self::new(RunId::default(), spec);
        run.calls = lanes.iter().map(Vec::len).collect();
        run.lanes = lanes.into_iter().map(|lane| lane.into_iter().map(Arc::new).collect()).collect();
        (run.state, run.clock) = (RunState::Done, Clock::default());
        run
    }

    /// A copy that does not go on.
    pub fn still(&self) -> Self {
        let mut clock = self.clock.clone();
        clock.set(false);
        let (spec, calls, lanes) = (self.spec.clone(), self.calls.clone(), self.lanes.clone());
        Self { id: self.id, spec, calls, lanes, state: self.state, schedule: self.schedule.clone(), clock }
    }

    /// Changes the state; the clock runs while the run does.
    pub fn enter(&mut self, state: RunState) {
        self.clock.set(state == RunState::Running);
        self.state = state;
    }

    /// Whether the run is under way or paused.
    pub fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// The schedule of the run; `None` if it is not valid, in which case the run fails.
    pub fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_ref()
    }

    /// The number of network calls made so far, in all lanes together.
    pub fn made(&self) -> usize {
        self.lanes.iter().map(Vec::len).sum()
    }

    /// The number of network calls of the whole run, in all lanes together.
    pub fn total(&self) -> usize {
        self.calls.iter().sum()
    }

    /// Network calls per second of running time; `None` before enough calls have been made.
    pub fn rate(&self) -> Option<f64> {
        let seconds = self.clock.elapsed().as_secs_f64();
        (self.made() >= 3 && seconds > 0.0).then(|| self.made() as f64 / seconds)
    }

    /// Bytes that the kept pictures take.
    pub fn bytes(&self) -> usize {
        let values = self.spec.shape.iter().product();
        let kept = self.lanes.iter().flatten().filter(|step| step.pictures.is_some()).count();
        kept * KeptPictures::bytes(values)
    }

    /// The kept step with pictures that is nearest to the run's timestep `t` in a lane; `None` if there is none.
    pub fn nearest(&self, lane: usize, t: f64) -> Option<&Arc<KeptStep>> {
        let steps = self.lanes.get(lane)?.iter().filter(|step| step.pictures.is_some());
        steps.min_by(|a, b| (a.t - t).abs().total_cmp(&(b.t - t).abs()))
    }

    /// The kept step of a lane by its index.
    pub fn step(&self, lane: usize, index: usize) -> Option<&Arc<KeptStep>> {
        self.lanes.get(lane)?.get(index)
    }

    /// The run's timestep that corresponds to timestep `t` of a scene with `steps` timesteps.
    pub fn t_of(&self, t: usize, steps: usize) -> f64 {
        t as f64 * self.spec.schedule.steps as f64 / steps as f64
    }

    /// The timestep of a scene with `steps` timesteps that corresponds to the run's timestep `t`.
    pub fn timestep(&self, t: f64, steps: usize) -> usize {
        let scaled = t * steps as f64 / self.spec.schedule.steps as f64;
        (scaled.round() as usize).clamp(1, steps)
    }

    /// The timestep at which the run started, in the run's own timesteps.
    pub fn start(&self) -> usize {
        match self.spec.start {
            Start::Noise => self.spec.schedule.steps,
            Start::Noised { t } => t,
        }
    }

    /// Mean square of the clean picture: of the known one, or else of the first lane's result; `None` while there is
    /// neither.
    pub fn mean_square(&self) -> Option<f64> {
        let of = |values: &mut dyn Iterator<Item = f64>| {
            let (n, sum) = values.fold((0_usize, 0.0), |(n, sum), v| (n + 1, sum + v * v));
            sum / n.max(1) as f64
        };
        if let (Start::Noised { .. }, Some(picture)) = (self.spec.start, &self.spec.picture) {
            return Some(of(&mut picture.data.iter().map(|&v| f64::from(v))));
        }
        let last = self.lanes.first()?.iter().rev().find_map(|step| step.pictures.as_ref())?;
        Some(of(&mut last.x0_hat.iter().map(|v| v.to_f64())))
    }

    /// For each lane, the root mean square difference of its `x̂_0` at `t` from the result of the lane with the most
    /// calls; `None` for that lane itself, and while it is under way.
    pub fn distances(&self, t: f64) -> Vec<Option<f64>> {
        let none = vec![None; self.lanes.len()];
        let Some((longest, calls)) =
            self.calls.iter().enumerate().max_by_key(|(i, calls)| (**calls, usize::MAX - i))
        else {
            return none;
        };
        let end = self.step(longest, calls.saturating_sub(1)).and_then(|step| step.pictures.as_ref());
        let Some(end) = end else { return none };
        let end: Vec<f32> = end.x_prev.iter().map(|v| v.to_f32()).collect();
        let of = |lane: usize| {
            let step = self.nearest(lane, t).filter(|_| lane != longest)?;
            let values: Vec<f32> = step.pictures.as_ref()?.x0_hat.iter().map(|v| v.to_f32()).collect();
            Some(distance(&values, &end))
        };
        (0..self.lanes.len()).map(of).collect()
    }
}
