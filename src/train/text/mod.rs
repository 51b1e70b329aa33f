//! Training networks that draw what a text says: a U-Net that attends to the states of a text encoder, which learns with
//! it, or stays as it is (Nichol et al. 2022, section 2; Rombach et al. 2022, section 3.3).
//!
//! | module | what it is |
//! | --- | --- |
//! | `captions` | the texts of pictures, as tokens |
//! | `latents` | pictures as the latents of an autoencoder |
//! | `low_res` | smaller pictures that are given beside the noised ones, to be enlarged |

mod captions;
mod latents;
mod low_res;

use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Tensor};
use serde::{Deserialize, Serialize};

use super::batch::{Batch, Batches, Pictures};
use super::checkpoint::{FILE, Saved, check_finite, write};
use super::learned::{Learned, finite};
use super::loss::Weighting;
use super::optimiser::ema_decay;
use super::{TrainError, TrainSettings};
use crate::model::networks::FromCheckpoint as _;
use crate::model::weights::Tensors;
use crate::model::{
    ClassLabels, ClipTextConfig, ClipTextModel, Conditioning, Precision, Tape, UNet2DConditionConfig,
    UNet2DConditionModel,
};

pub use captions::{Captions, filled};
pub use latents::Latents;
pub use low_res::LowRes;

/// The number of pixels, in all samples together, that pass through the network at a time.
const PIXELS_TOGETHER: usize = 16_384;
/// Decay of the moving average of the loss.
const LOSS_DECAY: f64 = 0.99;
/// The version of a checkpoint's header.
const VERSION: u32 = 1;
/// What names of the text encoder's tensors begin with in a checkpoint.
const TEXT: &str = "text.";

/// The settings of a run: everything that its weights depend on besides the data and the networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextSettings {
    /// Those that all trainings of U-Nets have. The class dropout is the share of pictures that are shown with the empty
    /// text.
    #[serde(flatten)]
    pub common: TrainSettings,
    /// Where smaller pictures are enlarged: how they are given to the network.
    pub low_res: Option<LowRes>,
}

/// The network that embeds the texts.
#[derive(Clone, Debug)]
pub enum TextEncoder {
    /// A fresh one, which learns with the U-Net.
    Learned(ClipTextConfig),
    /// One that stays as it is.
    Fixed(ClipTextModel),
}

/// The result of one iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStep {
    /// Number of the iteration, from 1.
    pub iteration: u64,
    /// The batch's mean loss.
    pub loss: f64,
    /// The moving average of the loss, as that of [`TrainStep`](super::TrainStep).
    pub ema_loss: f64,
}

/// Everything in a checkpoint that is not a tensor.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    /// The version of this header's format.
    text: u32,
    iteration: u64,
    ema_loss: Option<f64>,
    settings: TextSettings,
    /// The texts of the networks' `config.json`.
    network: String,
    text_encoder: String,
    /// Those of the pictures and of their captions.
    fingerprints: [u64; 2],
}

/// A run of training: an iterator over its steps, which ends after the last iteration or the first error.
pub struct TextTrainer {
    settings: TextSettings,
    unet: UNet2DConditionModel,
    text: ClipTextModel,
    /// Whether the text encoder learns.
    learns_text: bool,
    learned: Learned,
    weighting: Weighting,
    batches: Batches<dyn Pictures>,
    captions: Captions,
    low_res: Option<low_res::Enlarging>,
    iteration: u64,
    ema_loss: Option<f64>,
    failed: bool,
}

impl TextTrainer {
    /// A run that starts from fresh weights.
    ///
    /// # Errors
    /// If a setting is out of range, or networks, pictures and captions do not fit each other.
    pub fn new(
        config: &UNet2DConditionConfig,
        text: TextEncoder,
        settings: TextSettings,
        data: Arc<dyn Pictures>,
        captions: Captions,
    ) -> Result<Self, TrainError> {
        let schedule = settings.common.validate()?;
        let seed = settings.common.seed;
        let learns_text = matches!(text, TextEncoder::Learned(_));
        let text = match text {
            TextEncoder::Learned(config) => ClipTextModel::init(&config, seed, Precision::F32)?,
            TextEncoder::Fixed(model) => model,
        };
        check_fit(config, text.config(), &settings, (&*data, &captions))?;
        let unet = UNet2DConditionModel::init(config, seed, Precision::F32)?;
        let of_text = if learns_text { text.variables()? } else { Vec::new() };
        let of_text = of_text.into_iter().map(|(name, variable)| (format!("{TEXT}{name}"), variable));
        let of_unet = unet.variables()?.into_iter().map(|(name, variable)| (name.to_owned(), variable));
        let learned = Learned::new(of_unet.chain(of_text))?;
        let low_res = settings.low_res.map(|low_res| low_res::Enlarging::new(low_res, &schedule, seed));
        Ok(Self {
            weighting: Weighting::new(&settings.common, &schedule),
            batches: Batches::new(data, &settings.common),
            settings,
            unet,
            text,
            learns_text,
            learned,
            captions,
            low_res,
            iteration: 0,
            ema_loss: None,
            failed: false,
        })
    }

    /// Goes on with a run that was saved in a folder, exactly as if it had not been interrupted. `fixed` is the text
    /// encoder of a run whose text encoder does not learn.
    ///
    /// # Errors
    /// [`TrainError::Checkpoint`] if the data is not the one that the run was trained on, or the file is damaged.
    pub fn resume(
        folder: &Path,
        fixed: Option<ClipTextModel>,
        data: Arc<dyn Pictures>,
        captions: Captions,
    ) -> Result<Self, TrainError> {
        let (saved, header): (_, Header) = Saved::open(&folder.join(FILE))?;
        let [of_data, of_captions] = header.fingerprints;
        saved.check_fingerprint(of_data, data.fingerprint())?;
        saved.check_fingerprint(of_captions, captions.fingerprint())?;
        if header.text != VERSION {
            return Err(saved.damaged(&format!("its version is {}", header.text)));
        }
        let config = UNet2DConditionConfig::from_json(&header.network, saved.name())?;
        let text = match fixed {
            Some(model) => TextEncoder::Fixed(model),
            None => TextEncoder::Learned(ClipTextConfig::from_json(&header.text_encoder, saved.name())?),
        };
        let mut trainer = Self::new(&config, text, header.settings, data, captions)?;
        trainer.learned.restore(&mut saved.into_states(header.iteration)?)?;
        (trainer.iteration, trainer.ema_loss) = (header.iteration, header.ema_loss);
        Ok(trainer)
    }

    /// Saves what is needed to go on with the run, as [`FILE`] in a folder.
    ///
    /// # Errors
    /// [`TrainError::Diverged`] if a number is NaN or infinite, and errors of writing: the file is then as it was.
    pub fn save(&self, folder: &Path) -> Result<(), TrainError> {
        check_finite(self.iteration, self.learned.states())?;
        let header = Header {
            text: VERSION,
            iteration: self.iteration,
            ema_loss: self.ema_loss,
            settings: self.settings.clone(),
            network: self.unet.config().to_json(),
            text_encoder: self.text.config().to_json(),
            fingerprints: [self.batches.data().fingerprint(), self.captions.fingerprint()],
        };
        write(&folder.join(FILE), &header, self.learned.states())
    }

    /// Makes the next iteration.
    fn step(&mut self) -> Result<TextStep, TrainError> {
        let number = self.iteration + 1;
        let batch = self.batches.at(self.iteration);
        let [samples, _, height, width] = batch.shape;
        let texts = self.captions.of(
            &batch,
            &self.batches.choices(self.iteration),
            self.settings.common.class_dropout,
        );
        let levels = self.weighting.levels(&batch.timesteps);
        let mut gradients = self.learned.no_gradients();
        let mut values: Vec<f64> = Vec::with_capacity(samples);
        let together = (PIXELS_TOGETHER / (height * width)).max(1);
        let parts = batch.parts(together).zip(levels.chunks(together)).zip(texts.chunks(together));
        for (((part, levels), texts), first) in parts.zip((0..).step_by(together)) {
            let (losses, tape) = Tape::record(|| {
                self.weighting.losses_of(&part, levels, |noised, timesteps| {
                    self.predict(noised, timesteps, (&part, first), texts)
                })
            });
            let losses = losses?;
            values.extend(losses.to_dtype(DType::F64)?.to_vec1::<f64>()?);
            finite(number, "loss", values.iter().sum())?;
            let found = tape.gradients(&(losses.sum_all()? / samples as f64)?)?;
            self.learned.add(&mut gradients, |variable| found.get(variable))?;
        }
        let loss = values.iter().sum::<f64>() / values.len() as f64;
        let length = gradients.norm();
        finite(number, "gradient", length)?;
        self.learned.step(&self.settings.common, number, &gradients, length)?;
        let decay = ema_decay(LOSS_DECAY, number);
        let ema_loss = self.ema_loss.map_or(loss, |old| decay * old + (1.0 - decay) * loss);
        (self.iteration, self.ema_loss) = (number, Some(ema_loss));
        Ok(TextStep { iteration: number, loss, ema_loss })
    }

    /// What the network says of the noised samples of a part of a batch, which begins at sample `first`.
    fn predict(
        &self,
        noised: &Tensor,
        timesteps: &[f64],
        (part, first): (&Batch, usize),
        texts: &[&[u32]],
    ) -> Result<Tensor, TrainError> {
        let states = self.text.forward(texts)?.states;
        let Some(low_res) = &self.low_res else {
            return Ok(self.unet.forward(noised, timesteps, &states, None)?);
        };
        let (beside, levels) = low_res.beside(part, first, self.iteration)?;
        let sample = Tensor::cat(&[noised, &beside], 1)?;
        Ok(self.unet.forward(&sample, timesteps, &states, Some(ClassLabels::Classes(&levels)))?)
    }

    /// The settings of the run.
    pub fn settings(&self) -> &TextSettings {
        &self.settings
    }

    /// The number of iterations that have been made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// Number of iterations.
    pub fn iterations(&self) -> u64 {
        self.settings.common.iterations.unwrap_or(self.iteration)
    }

    /// Changes the number of iterations, and with it how the learning rate falls from here on.
    ///
    /// # Errors
    /// [`TrainError::Setting`] if more iterations have been made already.
    pub fn set_iterations(&mut self, iterations: u64) -> Result<(), TrainError> {
        if iterations < self.iteration.max(1) {
            let expected = format!("at least {}, which have been made", self.iteration.max(1));
            return Err(TrainError::Setting {
                setting: "iterations",
                expected,
                found: iterations.to_string(),
            });
        }
        self.settings.common.iterations = Some(iterations);
        Ok(())
    }

    /// Copies of the networks with the moving averages of their weights.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn average(&self) -> Result<(UNet2DConditionModel, ClipTextModel), TrainError> {
        let own = |(name, tensor): (&str, Tensor)| (name.to_owned(), tensor.detach());
        let mut unet: Tensors = self.unet.tensors().map(own).collect();
        let mut text: Tensors = self.text.tensors().map(own).collect();
        for (name, average) in self.learned.averages()? {
            match name.strip_prefix(TEXT) {
                Some(name) => text.insert(name.to_owned(), average),
                None => unet.insert(name, average),
            };
        }
        let unet = UNet2DConditionModel::from_tensors(self.unet.config(), Precision::F32, unet)?;
        Ok((unet, ClipTextModel::from_tensors(self.text.config(), Precision::F32, text)?))
    }

    /// Whether the text encoder learns.
    pub fn learns_text(&self) -> bool {
        self.learns_text
    }
}

impl Iterator for TextTrainer {
    type Item = Result<TextStep, TrainError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.settings.common.iterations.is_some_and(|last| self.iteration >= last) {
            return None;
        }
        let step = self.step();
        self.failed = step.is_err();
        Some(step)
    }
}

/// Checks that networks, pictures and captions fit each other.
fn check_fit(
    config: &UNet2DConditionConfig,
    text: &ClipTextConfig,
    settings: &TextSettings,
    (data, captions): (&dyn Pictures, &Captions),
) -> Result<(), TrainError> {
    let refuse = |reason: String| Err(TrainError::Network { reason });
    let [channels, height, width] = data.shape();
    let beside = if settings.low_res.is_some() { channels } else { 0 };
    if [config.in_channels, config.out_channels] != [channels + beside, channels] {
        let (taken, made) = (config.in_channels, config.out_channels);
        return refuse(format!(
            "it takes {taken} channels and makes {made}, and it has to take {} and make {channels}",
            channels + beside
        ));
    }
    if config.cross_attention_dim != text.hidden_size {
        let (width, found) = (config.cross_attention_dim, text.hidden_size);
        return refuse(format!(
            "cross_attention_dim is {width}, and hidden_size of the text encoder {found}"
        ));
    }
    let factor = config.size_factor();
    if !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
        return refuse(format!(
            "both sides must be multiples of {factor}, and the pictures are {width} × {height}"
        ));
    }
    if let Some(low_res) = settings.low_res {
        low_res.check([height, width], settings.common.schedule.steps)?;
    }
    match (config.conditioning(), settings.low_res) {
        (Conditioning::None, None) | (Conditioning::Values, Some(_)) => {}
        (_, None) => return refuse("class_embed_type and num_class_embeds must be null".to_owned()),
        (_, Some(_)) => {
            return refuse("class_embed_type must be timestep, for the noise of small pictures".to_owned());
        }
    }
    captions.check(data.count(), text)
}
