//! A run of a sampler: calls of the network, one after another, written down and shown as progress.

use std::path::Path;
use std::sync::Arc;

use crate::cli::error::CliError;
use crate::cli::output::steps_bar;
use crate::cli::stop;
use crate::cli::trace::Trace;
use crate::diffusion::sampler::{Call, NoiseSource, Record, Sampler, Trajectory};
use crate::model::Denoise;

/// A run that has begun.
pub struct Run {
    trajectory: Trajectory,
    /// The folder that the steps are written into, if they are.
    trace: Option<Trace>,
}

/// What a run has led to.
pub struct Finished {
    /// The last state.
    pub state: Arc<[f32]>,
    /// The folder with all steps, to be [finished](Trace::finish) when the other results are written.
    pub trace: Option<Trace>,
}

impl Run {
    /// Begins a run of samples in this shape from pure noise, or from `start`, with all noise from `seed`. `trace` is
    /// the folder for its steps.
    ///
    /// # Errors
    /// If the shape does not suit the sampler or the start, or the folder cannot be begun.
    pub fn begin(
        sampler: &Sampler,
        seed: u64,
        shape: [usize; 4],
        start: Option<Arc<[f32]>>,
        trace: Option<&Path>,
    ) -> Result<Self, CliError> {
        let noise = NoiseSource::seed(seed);
        let trajectory = match start {
            Some(state) => Trajectory::from_state(sampler, noise, shape, state)?,
            None => Trajectory::new(sampler, noise, shape)?,
        };
        let trace = trace.map(|folder| Trace::begin(folder, shape)).transpose()?;
        Ok(Self { trajectory, trace })
    }

    /// The first state.
    pub fn state(&self) -> &[f32] {
        self.trajectory.state()
    }

    /// Makes all steps with this network, and shows each to `seen`.
    ///
    /// # Errors
    /// If the network fails, a state is not finite, a step cannot be written, or the user has stopped the command.
    pub fn finish(self, network: &impl Denoise, mut seen: impl FnMut(&Record)) -> Result<Finished, CliError> {
        let Self { trajectory, mut trace } = self;
        let mut state = trajectory.state().clone();
        stop::listen();
        let bar = steps_bar(trajectory.sampler().calls() as u64, "denoising");
        let answer = |call: Call<'_>| {
            if stop::wanted() {
                return Err(CliError::Stopped);
            }
            Ok(network.denoise(&call)?)
        };
        for record in trajectory.run(answer) {
            let record = record?;
            if let Some(trace) = &mut trace {
                trace.step(&record)?;
            }
            seen(&record);
            state = record.x_prev;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(Finished { state, trace })
    }
}
