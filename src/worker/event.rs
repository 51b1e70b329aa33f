//! What the worker tells.

use super::{KeptStep, WorkerError};
use crate::diffusion::ScheduleSpec;
use crate::diffusion::sampler::{Chosen, ConfigError, SamplerKind, SamplerSpec, SchedulerFile};
use crate::model::{Conditioning, ModelRef, Pipeline, Shipped, UNet2DConfig};
use crate::train::TrainStep;

/// Number of something that was asked for; each is greater than those before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Opening a network.
    Open,
    /// A run.
    Run,
    /// Training on a picture.
    Train,
}

/// Something that happened. Every request ends with exactly one of [`Event::Done`], [`Event::Failed`],
/// [`Event::Cancelled`] and, if it was replaced before it began, nothing.
#[derive(Debug)]
pub enum Event {
    /// A network is open.
    Opened(RunId, Box<Card>),
    /// A run has begun; so many calls in each lane.
    Began(RunId, Vec<usize>),
    /// What was taken for granted in it, a sentence without a full stop.
    Remarked(RunId, String),
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
    /// Names of its classes in the order of their numbers, without the last one where it is known to stand
    /// for none.
    pub classes: Vec<String>,
    /// The schedule it was trained with.
    pub schedule: ScheduleSpec,
    /// How it is sampled, by its own folder.
    pub sampler: SamplerSpec,
    /// The guidance scale that suits it.
    pub guidance_scale: f64,
    /// What was taken for granted, each a sentence without a full stop.
    pub remarks: Vec<String>,
}

impl Card {
    /// The card of an opened network.
    ///
    /// # Errors
    /// When the file of its scheduler cannot be read as a schedule with a sampler.
    pub(super) fn of(model: &ModelRef, pipeline: &Pipeline) -> Result<Self, ConfigError> {
        let config = pipeline.parts.unet.network.config();
        let [height, width] = config.sample_size.unwrap_or([32; 2]);
        let (schedule, Chosen { spec: sampler, remarks: of_scheduler }) =
            scheduler(pipeline.scheduler.as_deref())?;
        let shipped = match model {
            ModelRef::Shipped(name) => Shipped::find(name),
            ModelRef::Folder(_) => None,
        };
        let shipped_classes =
            shipped.map(|shipped| shipped.classes.iter().map(ToString::to_string).collect());
        Ok(Self {
            model: model.clone(),
            shape: [config.in_channels, height, width],
            parameters: pipeline.parts.unet.network.parameter_count(),
            classes: shipped_classes.unwrap_or_else(|| classes(config)),
            sampler,
            schedule,
            guidance_scale: shipped.map_or(1.0, |shipped| shipped.guidance_scale),
            remarks: remarks(pipeline).into_iter().chain(of_scheduler).collect(),
        })
    }
}

/// Classes by their numbers.
fn classes(config: &UNet2DConfig) -> Vec<String> {
    let Conditioning::Classes { classes } = config.conditioning() else { return Vec::new() };
    let shown = if config.null_class == Some(classes - 1) { classes - 1 } else { classes };
    let name = |class| {
        let none = if config.null_class == Some(class) { " (no class)" } else { "" };
        format!("{class}{none}")
    };
    (0..shown).map(name).collect()
}

/// What is assumed of a network whose files do not say it.
fn remarks(pipeline: &Pipeline) -> Vec<String> {
    let config = pipeline.parts.unet.network.config();
    let mut remarks = pipeline.remarks.clone();
    if pipeline.scheduler.is_none() {
        let reason = "it comes without a scheduler";
        remarks.push(format!("{reason}: a linear schedule and ε-prediction are assumed"));
    }
    if let (None, Some(class)) = (config.null_class, config.guiding_class()) {
        let reason = "it does not say which class stands for no class";
        remarks.push(format!("{reason}: guidance takes class {class} for it"));
    }
    if config.sample_size.is_none() {
        remarks.push("its config.json says no sample_size: 32 × 32 is assumed".to_owned());
    }
    remarks
}

/// The schedule and the sampler of a scheduler's file, or the usual ones without it. A sampler that this
/// program does not have is replaced by DDIM, since the window chooses samplers itself.
fn scheduler(text: Option<&str>) -> Result<(ScheduleSpec, Chosen), ConfigError> {
    let Some(text) = text else {
        let usual = Chosen { spec: SamplerSpec::default(), remarks: Vec::new() };
        return Ok((ScheduleSpec::default(), usual));
    };
    let file = SchedulerFile::parse(text)?;
    let chosen = match file.sampler(None) {
        Err(ConfigError::UnsupportedClass { .. } | ConfigError::UnsupportedValue { .. }) => {
            file.sampler(SamplerKind::default_of("ddim"))?
        }
        chosen => chosen?,
    };
    Ok((file.schedule.spec().clone(), chosen))
}
