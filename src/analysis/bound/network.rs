//! Networks that are open, with the chains that they were trained for.

use std::sync::Arc;

use super::Subject;
use crate::analysis::{AnalysisError, OpenedLast};
use crate::diffusion::sampler::{
    ConfigError, PredictionType, SamplerKind, SamplerSpec, SchedulerFile, VarianceType,
};
use crate::diffusion::{Schedule, ScheduleSpec};
use crate::eval::nll::LikelihoodError;
use crate::memory;
use crate::model::{Compute, Conditioning, Denoiser, ModelError, ModelRef, Pipeline, UNet2DModel};

/// The function that opens networks: [`ModelRef::open`], except in tests.
pub type Opener = Arc<dyn Fn(&ModelRef) -> Result<Pipeline, ModelError> + Send + Sync>;

/// Height and width of the pictures of a network that names none.
const SIDE: usize = 32;
/// Bytes that a network call takes for each value of its picture, as a generous guess.
const BYTES: u64 = 512;

/// What is known of a network before it is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkFacts {
    /// The network.
    pub model: ModelRef,
    /// Channels, height and width of its pictures.
    pub shape: [usize; 3],
    /// The schedule that it was trained with.
    pub schedule: Schedule,
    /// What it predicts.
    pub prediction: PredictionType,
    /// The variance of the reverse steps that its scheduler names, if it does.
    pub own_variance: Option<VarianceType>,
    /// Whether it gives a variance.
    pub gives_variance: bool,
    /// The number of classes that it can be told, without the one that stands for none; 0 if it is told none.
    pub classes: usize,
    /// The class that stands for none.
    null_class: Option<u32>,
}

/// A network that is open.
#[derive(Clone)]
struct Open {
    facts: Arc<NetworkFacts>,
    unet: UNet2DModel,
}

/// The network that was opened last, and the threads on which it computes. Clones share both.
#[derive(Clone)]
pub struct Networks {
    opener: Opener,
    last: OpenedLast<Open>,
}

/// A network that is ready to be asked about one picture.
pub(super) struct Asked {
    pub facts: Arc<NetworkFacts>,
    pub denoiser: Denoiser,
    /// The picture, `[channels, height, width]` with values of 8 bits.
    pub x0: Arc<[f32]>,
}

impl Networks {
    /// No network yet. `threads` is the number of threads on which networks compute; with `None`, one less than there
    /// are cores, so that one is left for the window.
    pub fn new(opener: Opener, threads: Option<usize>) -> Self {
        Self { opener, last: OpenedLast::new("bound", threads) }
    }

    /// The network of a subject, told its class, and the subject's picture as the network takes it.
    pub(super) fn ask(&self, subject: &Subject) -> Result<Asked, AnalysisError> {
        let Open { facts, unet } = self.open(&subject.model)?;
        let [channels, height, width] = facts.shape;
        let factor = unet.config().size_factor();
        if !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
            return Err(ModelError::SampleSize { width, height, factor }.into());
        }
        memory::enough_for(BYTES * (channels * height * width) as u64)?;
        let x0 = subject.picture.fitted(facts.shape).ok_or(AnalysisError::Channels { channels })?;
        let class = subject.class.filter(|&class| (class as usize) < facts.classes).or(facts.null_class);
        let denoiser = Denoiser::new(unet, class.map(|class| vec![class]), 1.0)?;
        Ok(Asked { facts, denoiser, x0 })
    }

    /// Runs `body` on the threads of networks.
    pub(super) fn run<T: Send>(
        &self,
        body: impl FnOnce() -> Result<T, AnalysisError> + Send,
    ) -> Result<T, AnalysisError> {
        self.last.run(body)
    }

    /// The network, which is opened unless it is the one that was opened last.
    fn open(&self, model: &ModelRef) -> Result<Open, AnalysisError> {
        self.last.open(model, || {
            let pipeline = (self.opener)(model)?;
            let facts = Arc::new(facts(model, &pipeline)?);
            let unet = pipeline.parts.unet.network.on(&Compute::best().0)?;
            Ok(Open { facts, unet })
        })
    }
}

fn facts(model: &ModelRef, pipeline: &Pipeline) -> Result<NetworkFacts, AnalysisError> {
    let config = pipeline.parts.unet.network.config();
    let (schedule, sampler) = chain(pipeline.scheduler.as_deref())?;
    let [height, width] = config.sample_size.unwrap_or([SIDE; 2]);
    let own_variance = match &sampler.kind {
        SamplerKind::Ddpm(ddpm) => Some(ddpm.variance_type),
        _ => None,
    };
    let null_class = config.guiding_class().map(|class| class as u32);
    let classes = match config.conditioning() {
        Conditioning::Classes { classes } => classes - usize::from(config.null_class == Some(classes - 1)),
        _ => 0,
    };
    Ok(NetworkFacts {
        model: model.clone(),
        shape: [config.in_channels, height, width],
        schedule,
        prediction: sampler.prediction_type,
        own_variance,
        gives_variance: config.out_channels == 2 * config.in_channels,
        classes,
        null_class: null_class.filter(|_| config.conditioning() != Conditioning::None),
    })
}

/// The schedule and the sampler that a scheduler file names; without one, a linear schedule and ε-prediction. The bound
/// takes of the sampler what the network predicts and its variance, so that one which this program does not have will
/// do.
fn chain(text: Option<&str>) -> Result<(Schedule, SamplerSpec), AnalysisError> {
    let Some(text) = text else {
        return Ok((ScheduleSpec::default().build()?, SamplerSpec::default()));
    };
    let file = SchedulerFile::parse(text).map_err(ConfigError::from)?;
    let chosen = match file.sampler(None) {
        Ok(chosen) => chosen,
        Err(_) => file.sampler(SamplerKind::default_of("ddim"))?,
    };
    Ok((file.schedule, chosen.spec))
}

impl NetworkFacts {
    /// The variance of the reverse steps that a choice means.
    ///
    /// # Errors
    /// If it is the network's, and the network gives none.
    pub(super) fn variance(&self, choice: super::VarianceChoice) -> Result<VarianceType, LikelihoodError> {
        let variance = choice.of(self.own_variance, self.gives_variance);
        if variance.is_learned() && !self.gives_variance {
            return Err(LikelihoodError::NoVariance);
        }
        Ok(variance)
    }
}
