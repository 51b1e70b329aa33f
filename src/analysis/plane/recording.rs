//! A run of a sampler of which some states are kept.

use std::sync::Arc;

use super::{ScoreModel, Swarm, unit};
use crate::diffusion::process::Process;
use crate::diffusion::solvers::{Classifier, Guided, Score, Solver, SolverError, SolverRun, SolverSettings};

/// The largest number of states that are kept, besides the first and the last.
const FRAMES: usize = 60;

/// The specification of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordingSpec {
    /// Computes the score.
    pub score_model: ScoreModel,
    /// The sampler.
    pub solver: Solver,
    /// Number of network calls.
    pub calls: usize,
    /// Number of particles.
    pub count: usize,
    /// Seed of the start and of the noise.
    pub seed: u64,
    /// The class to guide towards, and the guidance scale w.
    pub guidance: Option<(usize, f64)>,
}

/// The state of all particles at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The time, in the units of the process.
    pub t: f64,
    /// Network calls so far.
    pub calls: usize,
    /// Positions of the particles, in the units that are shown.
    pub points: Arc<[[f32; 2]]>,
}

/// The kept states of a run, from noise to data.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// The states, at least one.
    frames: Vec<Frame>,
}

/// A run in progress.
pub struct SoFar<'a> {
    /// The fraction of the network calls that have been made.
    pub done: f64,
    kept: &'a [Frame],
    /// Time and number of calls of the current state.
    now: (f64, usize),
    points: &'a [[f64; 2]],
    process: Process,
}

impl SoFar<'_> {
    /// The states up to now: those that are kept, and the current one.
    pub fn recording(&self) -> Recording {
        let (mut frames, (t, calls)) = (self.kept.to_vec(), self.now);
        if frames.last().is_none_or(|last| last.calls < calls) {
            frames.push(frame(&self.process, t, calls, self.points));
        }
        Recording { frames }
    }
}

impl RecordingSpec {
    /// Makes the run. `go_on` is called with the run so far before each step; when it returns false, the
    /// result is `None`.
    ///
    /// # Errors
    /// If the sampler fails.
    pub fn record(&self, go_on: impl FnMut(&SoFar<'_>) -> bool) -> Result<Option<Recording>, SolverError> {
        let ScoreModel { data, process, .. } = &self.score_model;
        let class = self.guidance.and_then(|(class, scale)| Some((data.of_class(class)?, scale)));
        match &class {
            Some((class, scale)) => {
                let classifier = Classifier { data, class, process: *process };
                let score = Guided { score: self.score_model.clone(), classifier, scale: *scale };
                self.run(&score, go_on)
            }
            None => self.run(&self.score_model, go_on),
        }
    }

    fn run(
        &self,
        score: &dyn Score<2>,
        mut go_on: impl FnMut(&SoFar<'_>) -> bool,
    ) -> Result<Option<Recording>, SolverError> {
        let Self { solver, calls, seed, .. } = *self;
        let settings = SolverSettings { solver, spacing: None, calls, seed };
        let mut run = SolverRun::new(&settings, score, self.count)?;
        let process = run.process();
        let mut kept = vec![frame(&process, 1.0, 0, run.points())];
        let every = calls.div_ceil(FRAMES);
        let mut now = (1.0, 0);
        loop {
            let done = run.calls() as f64 / calls as f64;
            if !go_on(&SoFar { done, kept: &kept, now, points: run.points(), process }) {
                return Ok(None);
            }
            let Some(step) = run.next().transpose()? else { break };
            now = (step.t, step.calls);
            if step.calls >= kept[kept.len() - 1].calls + every {
                kept.push(frame(&process, step.t, step.calls, run.points()));
            }
        }
        let all = SoFar { done: 1.0, kept: &kept, now, points: run.points(), process };
        Ok(Some(all.recording()))
    }
}

fn frame(process: &Process, t: f64, calls: usize, points: &[[f64; 2]]) -> Frame {
    let factor = unit(process.level(t));
    Frame { t, calls, points: points.iter().map(|x| x.map(|v| (factor * v) as f32)).collect() }
}

impl Frame {
    /// The particles, ready to be drawn.
    pub fn swarm(&self) -> Swarm {
        Swarm::still(Arc::clone(&self.points))
    }

    /// The index of the particle nearest to a place.
    pub fn nearest(&self, place: [f64; 2]) -> usize {
        let distance = |x: &[f32; 2]| (f64::from(x[0]) - place[0]).hypot(f64::from(x[1]) - place[1]);
        let points = self.points.iter().enumerate();
        points.min_by(|a, b| distance(a.1).total_cmp(&distance(b.1))).map_or(0, |(i, _)| i)
    }
}

impl Recording {
    /// The states, from noise to data.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// The state nearest to a time; if several are equally near (as with Langevin dynamics), the last of them.
    pub fn nearest(&self, t: f64) -> &Frame {
        let distance = |frame: &Frame| (frame.t - t).abs();
        let mut best = &self.frames[0];
        for frame in &self.frames {
            if distance(frame) <= distance(best) {
                best = frame;
            }
        }
        best
    }

    /// The last state.
    pub fn end(&self) -> &Frame {
        &self.frames[self.frames.len() - 1]
    }

    /// The positions of one particle in all states.
    pub fn path(&self, particle: usize) -> Vec<[f64; 2]> {
        let place = |frame: &Frame| frame.points.get(particle).map(|x| x.map(f64::from));
        self.frames.iter().filter_map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diffusion::data::{PlaneData, energy_distance};

    fn spec(solver: Solver, calls: usize) -> RecordingSpec {
        let data = Arc::new(PlaneData::EightGaussians.mixture());
        let score_model = ScoreModel { data, process: Process::VP, network: None };
        RecordingSpec { score_model, solver, calls, count: 400, seed: 3, guidance: None }
    }

    #[test]
    fn states_lead_from_noise_to_data_and_few_are_kept() {
        for (solver, calls) in
            [(Solver::Ddpm, 25), (Solver::OdeHeun, 200), (Solver::Langevin { step: 0.2 }, 400)]
        {
            let spec = spec(solver, calls);
            let recording = spec.record(|_| true).unwrap().unwrap();
            let frames = recording.frames();
            assert!(frames.len() <= FRAMES + 2 && frames.windows(2).all(|pair| pair[0].t >= pair[1].t));
            assert_eq!((frames[0].calls, recording.end().calls), (0, calls), "{solver:?}");
            let end: Vec<[f64; 2]> = recording.end().points.iter().map(|x| x.map(f64::from)).collect();
            let distance = energy_distance(&end, &spec.score_model.data.sample(9, 400));
            assert!(distance < 0.06, "{solver:?}: {distance}");
            assert_eq!(recording.path(7).len(), frames.len());
        }
    }

    #[test]
    fn guided_runs_end_in_their_class() {
        let spec = RecordingSpec { guidance: Some((2, 1.5)), ..spec(Solver::Ddim { eta: 0.0 }, 40) };
        let recording = spec.record(|_| true).unwrap().unwrap();
        // The third of the Gaussians is at the top.
        assert!(recording.end().points.iter().all(|[x, y]| x.abs() < 0.7 && *y > 0.7));
    }

    #[test]
    fn a_run_is_told_state_by_state_and_can_be_left() {
        let spec = spec(Solver::Ddpm, 130);
        let mut told = Vec::new();
        let left = spec.record(|so_far| {
            told.push(so_far.recording());
            so_far.done < 0.5
        });
        assert!(left == Ok(None) && told.len() == 66, "{}", told.len());
        for (calls, recording) in told.iter().enumerate() {
            // Every third state is kept, and the run's current state is always included.
            assert_eq!((recording.end().calls, recording.frames().len()), (calls, calls.div_ceil(3) + 1));
        }
        let whole = spec.record(|_| true).unwrap().unwrap();
        assert!(whole.frames()[..22] == told[65].frames()[..22], "what was told is another run");
        let [x, y] = whole.frames()[9].points[31].map(f64::from);
        assert_eq!(whole.frames()[9].nearest([x + 1e-6, y]), 31);
    }
}
