//! What the worker tells.

use super::{KeptStep, WorkerError};
use crate::diffusion::ScheduleSpec;
use crate::diffusion::sampler::SamplerSpec;
use crate::model::{Conditioning, ModelRef, Pipeline, Shipped};
use crate::train::TrainStep;

/// Number of something that was asked for; each is greater than those before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

/// What a wish was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Opening a network.
    Open,
    /// A run.
    Run,
    /// Training on a picture.
    Train,
}

/// Something that happened. Every wish ends with exactly one of [`Event::Done`], [`Event::Failed`],
/// [`Event::Cancelled`] and, if it was replaced before it began, nothing.
#[derive(Debug)]
pub enum Event {
    /// A network is open.
    Opened(RunId, Box<Card>),
    /// A run has begun; so many calls in each lane.
    Began(RunId, Vec<usize>),
    /// A lane made a step.
    Step(RunId, usize, Box<KeptStep>),
    /// Training made an iteration.
    Learned(RunId, Box<TrainStep>),
    /// It is complete.
    Done(RunId, Task),
    /// It could not be done.
    Failed(RunId, Task, WorkerError),
    /// The user stopped it, or wished for something else.
    Cancelled(RunId, Task),
}

/// What is worth knowing of an open network.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Which one.
    pub model: ModelRef,
    /// Channels, height and width of its samples; 32 × 32 where it does not say.
    pub shape: [usize; 3],
    /// Number of its parameters.
    pub parameters: usize,
    /// Names of its classes, without the one that stands for none.
    pub classes: Vec<String>,
    /// The schedule it was trained with.
    pub schedule: ScheduleSpec,
    /// How it is sampled, by its own folder.
    pub sampler: SamplerSpec,
    /// The guidance scale that suits it.
    pub guidance_scale: f64,
}

impl Card {
    /// The card of an opened network.
    pub(super) fn of(model: &ModelRef, pipeline: &Pipeline) -> Self {
        let config = pipeline.unet.config();
        let [height, width] = config.sample_size.unwrap_or([32; 2]);
        let text = pipeline.scheduler.as_deref();
        let schedule = text.and_then(|text| ScheduleSpec::from_diffusers(text).ok()).unwrap_or_default();
        let sampler = text.and_then(|text| SamplerSpec::from_diffusers(text).ok());
        let shipped = match model {
            ModelRef::Shipped(name) => Shipped::find(name),
            ModelRef::Folder(_) => None,
        };
        let count = match config.conditioning() {
            Conditioning::Classes { classes } => classes.saturating_sub(1),
            _ => 0,
        };
        let named = shipped.map(|shipped| shipped.classes).filter(|names| names.len() == count);
        let classes = named.map_or_else(
            || (0..count).map(|class| class.to_string()).collect(),
            |names| names.iter().map(ToString::to_string).collect(),
        );
        Self {
            model: model.clone(),
            shape: [config.in_channels, height, width],
            parameters: pipeline.unet.parameter_count(),
            classes,
            sampler: sampler.unwrap_or_else(|| SamplerSpec {
                num_inference_steps: 50.min(schedule.steps),
                ..SamplerSpec::default()
            }),
            schedule,
            guidance_scale: shipped.map_or(1.0, |shipped| shipped.guidance_scale),
        }
    }
}
