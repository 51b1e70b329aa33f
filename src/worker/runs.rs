//! Runs: several lanes side by side, which advance by one network call at a time.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::kept::{Keeper, stride};
use super::predictor::{Predictor, sampler_of};
use super::store::Store;
use super::{Card, KeptStep, LaneSpec, RunSpec, SeeSpec, Start, WorkerError};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::{NoiseSource, PredictionType, Record, SamplerError, Trajectory, noised};
use crate::model::ModelRef;
use crate::train::live::Seen;

/// A lane of a run under way.
struct Lane {
    predictor: Predictor,
    trajectory: Trajectory,
    keeper: Keeper,
}

/// A run under way.
pub(super) struct Running {
    lanes: Vec<Lane>,
}

impl Running {
    /// Prepares a run up to its first network call: opens what its lanes need and draws the initial states.
    pub(super) fn begin(spec: &RunSpec, store: &mut Store) -> Result<Self, WorkerError> {
        let schedule = spec.schedule.build()?;
        let trajectories =
            spec.lanes.iter().map(|lane| trajectory(spec, lane, (store.own_prediction(), &schedule)));
        let trajectories = trajectories.collect::<Result<Vec<_>, _>>()?;
        let calls = trajectories.iter().map(|trajectory| trajectory.sampler().calls()).max().unwrap_or(0);
        let every = stride(calls, spec.lanes.len(), spec.shape.iter().product());
        let x0 = match spec.start {
            Start::Noise => None,
            Start::Noised { .. } => spec.picture.as_ref().map(|picture| picture.data.clone()),
        };
        let lanes = spec.lanes.iter().zip(trajectories).map(|(lane, trajectory)| {
            let predictor = store.predictor(spec, lane)?;
            let keeper = Keeper::new(trajectory.sampler().calls(), every, x0.clone());
            Ok(Lane { predictor, trajectory, keeper })
        });
        Ok(Self { lanes: lanes.collect::<Result<Vec<_>, WorkerError>>()? })
    }

    /// The number of network calls of each lane.
    pub(super) fn calls(&self) -> Vec<usize> {
        self.lanes.iter().map(|lane| lane.trajectory.sampler().calls()).collect()
    }

    /// The index of the lane to advance next: the one at the greatest timestep, so that all lanes pass the same noise
    /// levels together. `None` when all lanes are complete.
    pub(super) fn next_lane(&self) -> Option<usize> {
        let place = |lane: &Lane| lane.trajectory.call().map(|call| call.t);
        let waiting = self.lanes.iter().enumerate().filter_map(|(i, lane)| Some((i, place(lane)?)));
        // Among equals, the first lane.
        waiting.reduce(|most, this| if this.1 > most.1 { this } else { most }).map(|(i, _)| i)
    }

    /// Makes the next network call of a lane.
    pub(super) fn step(&mut self, lane: usize) -> Result<KeptStep, WorkerError> {
        let record = self.lanes[lane].advance()?;
        Ok(self.lanes[lane].keeper.keep(&record))
    }
}

impl Lane {
    fn advance(&mut self) -> Result<Record, WorkerError> {
        let calls = self.trajectory.sampler().calls();
        let complete = SamplerError::Complete { calls };
        let call = self.trajectory.call().ok_or(complete)?;
        let output = self.predictor.denoise(&call)?;
        Ok(self.trajectory.answer(&output)?)
    }
}

/// The trajectory of a lane from the run's start.
fn trajectory(
    spec: &RunSpec,
    lane: &LaneSpec,
    (own, schedule): (PredictionType, &Schedule),
) -> Result<Trajectory, WorkerError> {
    let [channels, height, width] = spec.shape;
    let shape = [1, channels, height, width];
    let mut sampler = sampler_of(lane, own);
    let noise = NoiseSource::seed(spec.seed);
    match spec.start {
        Start::Noise => {
            sampler.num_inference_steps = sampler.num_inference_steps.clamp(1, schedule.steps());
            Ok(Trajectory::new(&sampler.build(schedule)?, noise, shape)?)
        }
        Start::Noised { t } => {
            let picture = spec.picture.as_ref().ok_or(WorkerError::NoPicture)?;
            // The number of steps is for the whole way from T; from `t` it is reduced in proportion.
            let share = t as f64 / schedule.steps() as f64;
            let steps = (sampler.num_inference_steps as f64 * share).round() as usize;
            sampler.num_inference_steps = steps.clamp(1, t.max(1));
            let sampler = sampler.build_from(schedule, t)?;
            let state = noised(picture, schedule.alpha_bar(t), spec.seed, 1);
            Ok(Trajectory::from_state(&sampler, noise, shape, state)?)
        }
    }
}

/// Opens a network on the calling thread and describes it.
///
/// # Errors
/// When the network or its scheduler file cannot be read.
pub fn describe(model: &ModelRef) -> Result<Card, WorkerError> {
    Ok(Card::of(model, &model.open()?)?)
}

/// Looks at a step of training of a network that comes with the program, on the calling thread, for figures.
///
/// # Errors
/// When the network or its data cannot be opened, or the step cannot be computed.
pub fn see(spec: &SeeSpec) -> Result<Vec<Seen>, WorkerError> {
    Store::new(Arc::new(ModelRef::open)).see(spec)
}

/// Makes a whole run on the calling thread, for figures. Returns the steps of each lane. `progress` is called after
/// each step with the index of its lane, and can end the run early; the steps so far are then returned.
///
/// # Errors
/// When the specification is not valid, or a network or data cannot be opened, or a step cannot be computed.
pub fn record(
    spec: &RunSpec,
    mut progress: impl FnMut(usize, &KeptStep) -> ControlFlow<()>,
) -> Result<Vec<Vec<KeptStep>>, WorkerError> {
    let mut running = Running::begin(spec, &mut Store::new(Arc::new(ModelRef::open)))?;
    let mut lanes = vec![Vec::new(); spec.lanes.len()];
    while let Some(lane) = running.next_lane() {
        let step = running.step(lane)?;
        let flow = progress(lane, &step);
        lanes[lane].push(step);
        if flow.is_break() {
            break;
        }
    }
    Ok(lanes)
}
