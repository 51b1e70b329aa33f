//! The events with which the worker reports what has happened to each request.

use std::path::PathBuf;

use super::{KeptStep, WorkerError};
use crate::diffusion::ScheduleSpec;
use crate::diffusion::sampler::{Chosen, ConfigError, SamplerKind, SamplerSpec, SchedulerFile};
use crate::model::{Conditioning, ModelRef, Pipeline, Shipped, UNet2DConfig};
use crate::train::live::{GammaSeen, Probe, SharedSeen, Sheet};
use crate::train::{TrainSettings, TrainStep};

/// Number of a request to the worker. Each request has a greater number than the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub u64);

/// The kind of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Opening a network.
    Open,
    /// Denoising: one run of one or more lanes.
    Run,
    /// Training a network.
    Train,
    /// Looking at a step of training.
    See,
    /// Saving a training.
    Save,
}

/// Something that happened to a request. A request ends with exactly one of [`Event::Done`], [`Event::Failed`] and
/// [`Event::Cancelled`]; one that was replaced before it began has no events at all.
#[derive(Debug)]
pub enum Event {
    /// A network is open.
    Opened(RunId, Box<Card>),
    /// A run has begun; holds the number of network calls of each lane.
    Began(RunId, Vec<usize>),
    /// An assumption that was made for a run: a sentence without a full stop.
    Remarked(RunId, String),
    /// The lane with this index, from 0, has made a network call.
    Step(RunId, usize, Box<KeptStep>),
    /// A training is about to begin or to go on.
    Prepared(RunId, Box<Begun>),
    /// A training has made iterations: for each of them, the steps of its networks. They are told together as often as a
    /// window can show them.
    Learned(RunId, Vec<Vec<TrainStep>>),
    /// The noise schedule that a training learns, as often as iterations are told.
    Schedule(RunId, Box<GammaSeen>),
    /// What a training has learned so far.
    Probed(RunId, Box<Probe>),
    /// A step of training at two timesteps; the switch says whether it is of the network that is learning.
    Seen(RunId, bool, SharedSeen),
    /// A training was saved; holds the folder of its (first) network.
    Saved(RunId, PathBuf),
    /// The request is complete.
    Done(RunId, Task),
    /// The request could not be carried out.
    Failed(RunId, Task, WorkerError),
    /// The request was stopped, or replaced by another of its kind.
    Cancelled(RunId, Task),
}

/// What a window needs to know of a training before its first iteration.
#[derive(Clone, Debug, PartialEq)]
pub struct Begun {
    /// Channels, height and width of the pictures that are learned.
    pub shape: [usize; 3],
    /// Side of the blocks of pixels that the networks see as one; 1 for none.
    pub block: usize,
    /// The settings of each network.
    pub settings: Vec<TrainSettings>,
    /// Number of parameters of each network.
    pub parameters: usize,
    /// The numbers of pictures that are learned and that are held out.
    pub pictures: [usize; 2],
    /// How many of each are asked about when errors are measured.
    pub measured: usize,
    /// Names of the classes; empty if there are none.
    pub classes: Vec<String>,
    /// The class of the held-out picture that is shown, if it has one.
    pub class: Option<String>,
    /// That picture with noise, in a row over [`levels`](Self::levels), as each network gets to see it.
    pub noised: Vec<Sheet>,
    /// The timesteps of the row.
    pub levels: Vec<usize>,
    /// The number of iterations that have been made already.
    pub iteration: u64,
    /// The losses of each network so far: points `[iteration, loss]`.
    pub losses: Vec<Vec<[f64; 2]>>,
    /// The variances of the loss so far along each schedule that a learned one is seen beside: points
    /// `[iteration, variance]`. Empty if none is learned.
    pub variances: Vec<Vec<[f64; 2]>>,
    /// What had been learned after some of these iterations, in their order.
    pub film: Vec<Probe>,
    /// Assumptions that were made about the data, each a sentence without a full stop.
    pub remarks: Vec<String>,
}

/// What the window shows of an open network.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The network.
    pub model: ModelRef,
    /// Channels, height and width of the network's samples; 32 × 32 pixels where its configuration names no size.
    pub shape: [usize; 3],
    /// Number of the network's parameters.
    pub parameters: usize,
    /// Names of the network's classes in the order of their numbers; empty for a network without classes. The last
    /// class is left out where it is known to stand for "no class".
    pub classes: Vec<String>,
    /// The schedule that the network was trained with.
    pub schedule: ScheduleSpec,
    /// The sampler that the scheduler file in the network's folder asks for.
    pub sampler: SamplerSpec,
    /// The recommended scale of classifier-free guidance; 1, which is none, where no other is known.
    pub guidance_scale: f64,
    /// The assumptions that were made about the network, each a sentence without a full stop.
    pub remarks: Vec<String>,
}

impl Card {
    /// The card of an opened network.
    ///
    /// # Errors
    /// When the network's scheduler file cannot be read as a schedule with a sampler.
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

/// The numbers of the network's classes, as names.
fn classes(config: &UNet2DConfig) -> Vec<String> {
    let Conditioning::Classes { classes } = config.conditioning() else { return Vec::new() };
    let shown = if config.null_class == Some(classes - 1) { classes - 1 } else { classes };
    let name = |class| {
        let none = if config.null_class == Some(class) { " (no class)" } else { "" };
        format!("{class}{none}")
    };
    (0..shown).map(name).collect()
}

/// The assumptions about what the network's files leave open.
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

/// The schedule and the sampler of a scheduler file with this text; the default schedule and sampler when
/// there is no file. A sampler that this program does not have is replaced by DDIM, since the user chooses
/// samplers in the window anyway.
fn scheduler(text: Option<&str>) -> Result<(ScheduleSpec, Chosen), ConfigError> {
    let Some(text) = text else {
        let usual = Chosen { spec: SamplerSpec::default(), remarks: Vec::new() };
        return Ok((ScheduleSpec::default(), usual));
    };
    let file = SchedulerFile::parse(text)?;
    let chosen = match file.sampler(None) {
        Err(ConfigError::UnsupportedClass { class }) => {
            let mut chosen = file.sampler(SamplerKind::default_of("ddim"))?;
            chosen.remarks.push(format!("{class} is not a sampler of this program: DDIM takes its place"));
            chosen
        }
        Err(ConfigError::UnsupportedValue { .. }) => file.sampler(SamplerKind::default_of("ddim"))?,
        chosen => chosen?,
    };
    Ok((file.schedule.spec().clone(), chosen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sampler_that_is_not_there_is_replaced_and_said() {
        let (_, chosen) = scheduler(Some(r#"{"_class_name": "LMSDiscreteScheduler"}"#)).unwrap();
        assert_eq!(chosen.spec.kind.name(), "ddim");
        let said = "LMSDiscreteScheduler is not a sampler of this program: DDIM takes its place";
        assert_eq!(chosen.remarks, [said]);
        let (_, chosen) = scheduler(Some(r#"{"_class_name": "DDPMScheduler"}"#)).unwrap();
        assert_eq!((chosen.spec.kind.name(), chosen.remarks.len()), ("ddpm", 0));
    }
}
