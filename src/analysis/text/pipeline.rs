//! The text-to-image pipeline that is open.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::analysis::picture::numbers;
use crate::analysis::{AnalysisError, OpenedLast};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::{ConfigError, SamplerSpec, SchedulerFile};
use crate::memory;
use crate::model::{
    AutoencoderKl, ClipTextModel, ClipTokenizer, Compute, ModelRef, NoiseLevels, PartName, Precision,
    SecondStage, StableDiffusion, UNet2DConditionModel, as_pipelines_do, enlargement,
};

/// Height and width of a state where the network's configuration names none.
const SIDE: usize = 64;
/// Pictures that take no more multiplications than this for a call, as a rough guess, are drawn as soon as they are
/// wanted.
const QUICK: usize = 4_000_000_000;
/// How many bytes a run takes for each value of its state and each channel of the finest level, as a generous guess.
const KEPT: usize = 64;

/// What is known of a pipeline before anything is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct TextFacts {
    /// The pipeline.
    pub model: ModelRef,
    /// Channels, height and width of a state: a latent, or a picture where there is no autoencoder.
    pub state: [usize; 3],
    /// Channels, height and width of the pictures that are drawn.
    pub picture: [usize; 3],
    /// Whether states are latents.
    pub in_latents: bool,
    /// The number of tokens of a text.
    pub tokens: usize,
    /// The numbers of parameters of text encoder, U-Net and autoencoder.
    pub parameters: [usize; 3],
    /// Whether a picture takes so little time that it is drawn as soon as it is wanted.
    pub is_quick: bool,
    /// The schedule that the network was trained with.
    pub schedule: Schedule,
    /// The sampler that its scheduler file asks for, as diffusers' pipelines run it.
    pub sampler: SamplerSpec,
    /// The second stage of a cascade, if there is one.
    pub second: Option<SecondFacts>,
    /// The assumptions that were made, each a sentence without a full stop.
    pub remarks: Vec<String>,
}

/// What is known of the second stage of a cascade.
#[derive(Clone, Debug, PartialEq)]
pub struct SecondFacts {
    /// What is known of it as of a pipeline of its own.
    pub facts: Arc<TextFacts>,
    /// How many times as high and as wide as what it is given its pictures are.
    pub factor: usize,
    /// The timestep of its schedule whose noise the small pictures usually get; 0 is none.
    pub noise_level: usize,
    /// The largest that it knows.
    pub max_noise_level: usize,
}

/// A pipeline that is open.
#[derive(Clone)]
pub(super) struct Open {
    pub facts: Arc<TextFacts>,
    pub tokenizer: Arc<ClipTokenizer>,
    pub text: ClipTextModel,
    pub unet: UNet2DConditionModel,
    pub vae: Option<AutoencoderKl>,
    /// The second stage of a cascade.
    pub second: Option<Arc<Self>>,
}

/// The pipeline that was opened last, and the threads on which it computes. Clones share both.
#[derive(Clone)]
pub struct TextPipelines {
    last: OpenedLast<Open>,
}

impl Default for TextPipelines {
    fn default() -> Self {
        Self::new(None)
    }
}

impl TextPipelines {
    /// No pipeline yet. `threads` is the number of threads on which it computes; with `None`, one less than there are
    /// cores.
    pub fn new(threads: Option<usize>) -> Self {
        Self { last: OpenedLast::new("text-to-image", threads) }
    }

    /// The pipeline, which is opened unless it is the one that was opened last.
    pub(super) fn open(&self, model: &ModelRef) -> Result<Open, AnalysisError> {
        self.last.open(model, || Open::new(model))
    }

    /// What is known of a pipeline, which is opened for that.
    ///
    /// # Errors
    /// If it cannot be opened, or its parts do not fit together.
    pub fn facts(&self, model: &ModelRef) -> Result<Arc<TextFacts>, AnalysisError> {
        Ok(self.open(model)?.facts)
    }

    /// Runs `body` on the threads of the networks.
    pub(super) fn run<T: Send>(
        &self,
        body: impl FnOnce() -> Result<T, AnalysisError> + Send,
    ) -> Result<T, AnalysisError> {
        self.last.run(body)
    }
}

impl Open {
    fn new(model: &ModelRef) -> Result<Self, AnalysisError> {
        let parts = model.parts()?;
        parts.check()?;
        let mut open = Self::stage(model, &parts, None)?;
        let config = open.unet.config();
        if config.in_channels != config.out_channels {
            return Err(AnalysisError::Enlarges { name: model.title() });
        }
        if let Some(SecondStage { parts, shares_text }) = parts.second_stage()? {
            let text = shares_text.then(|| (Arc::clone(&open.tokenizer), open.text.clone()));
            let second = Self::stage(model, &parts, text)?;
            let facts = SecondFacts::new(&open.facts, &second.facts, parts.noise_levels());
            let of_both = Arc::make_mut(&mut open.facts);
            of_both.remarks.extend(second.facts.remarks.clone());
            of_both.second = Some(facts);
            open.second = Some(Arc::new(second));
        }
        Ok(open)
    }

    /// One stage; `text` is what reads its texts, where that is open already.
    fn stage(
        model: &ModelRef,
        parts: &StableDiffusion,
        text: Option<(Arc<ClipTokenizer>, ClipTextModel)>,
    ) -> Result<Self, AnalysisError> {
        let (schedule, sampler, mut remarks) = sampler(parts)?;
        let device = Compute::best().0;
        let (tokenizer, text) = if let Some(known) = text {
            known
        } else {
            let (text, of_text) = parts.text_encoder(Precision::F32)?;
            remarks.extend(of_text);
            (Arc::new(parts.tokenizer()?), text.network.on(&device)?)
        };
        let (unet, of_unet) = parts.unet(Precision::F32)?;
        let unet = unet.network.on(&device)?;
        remarks.extend(of_unet);
        let vae = if parts.has(PartName::Vae) {
            let (vae, of_vae) = parts.vae(Precision::F32)?;
            remarks.extend(of_vae);
            Some(vae.network.on(&device)?)
        } else {
            None
        };
        let config = unet.config();
        let [height, width] = config.sample_size.unwrap_or([SIDE; 2]);
        let (channels, factor) = match &vae {
            Some(vae) => (vae.config().out_channels, vae.config().size_factor()),
            None => (config.out_channels, 1),
        };
        if !matches!(channels, 1 | 3) {
            return Err(AnalysisError::Channels { channels });
        }
        let values = config.block_out_channels.first().copied().unwrap_or(1) * height * width;
        memory::enough_for((KEPT * values) as u64)?;
        let parameters = unet.parameter_count();
        let facts = Arc::new(TextFacts {
            model: model.clone(),
            state: [config.out_channels, height, width],
            picture: [channels, height * factor, width * factor],
            in_latents: vae.is_some(),
            tokens: tokenizer.length(),
            parameters: [
                text.parameter_count(),
                parameters,
                vae.as_ref().map_or(0, AutoencoderKl::parameter_count),
            ],
            is_quick: parameters.saturating_mul(height * width) <= QUICK,
            schedule,
            sampler,
            second: None,
            remarks,
        });
        Ok(Self { facts, tokenizer, text, unet, vae, second: None })
    }

    /// The pictures of states, one after another, as numbers.
    pub fn pictures(&self, states: &[f32]) -> Result<Vec<f32>, AnalysisError> {
        let Some(vae) = &self.vae else { return Ok(states.to_vec()) };
        let [channels, height, width] = self.facts.state;
        let mut pictures = Vec::new();
        // One after another, since a picture takes much more memory than its latent.
        for state in states.chunks_exact(channels * height * width) {
            let state = Tensor::from_slice(state, (1, channels, height, width), &Device::Cpu)?;
            pictures.extend(numbers(&vae.decode(&state)?)?);
        }
        Ok(pictures)
    }
}

impl SecondFacts {
    fn new(first: &TextFacts, second: &Arc<TextFacts>, noise: NoiseLevels) -> Self {
        let size = |facts: &TextFacts| [facts.picture[1], facts.picture[2]];
        let most = noise.most.unwrap_or(usize::MAX).min(second.schedule.steps());
        Self {
            // Pipelines that are opened have been checked: they enlarge.
            factor: enlargement(size(first), size(second)).unwrap_or(1),
            facts: Arc::clone(second),
            noise_level: noise.usual.min(most),
            max_noise_level: most,
        }
    }
}

/// The schedule and the sampler of a pipeline, as diffusers' pipelines run it, and the assumptions about them.
fn sampler(parts: &StableDiffusion) -> Result<(Schedule, SamplerSpec, Vec<String>), AnalysisError> {
    let mut remarks = parts.remarks.clone();
    let (text, reclassed) = parts.scheduler()?;
    remarks.extend(reclassed);
    let file = SchedulerFile::parse(&text).map_err(ConfigError::from)?;
    let chosen = file.sampler(None)?;
    remarks.extend(chosen.remarks);
    let mut sampler = chosen.spec;
    if parts.has(PartName::Vae) {
        remarks.extend(as_pipelines_do(&mut sampler));
    }
    Ok((file.schedule, sampler, remarks))
}
