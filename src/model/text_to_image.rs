//! A U-Net with the texts that it attends to, which answers a sampler's network calls.

use candle_core::{Device, Tensor};

use super::{ClassLabels, Denoise, EmbeddedText, ModelError, UNet2DConditionModel};
use crate::diffusion::sampler::{Call, SamplerSpec, Thresholding, guided};

/// Added to leading timesteps in diffusers' pipelines, whatever the scheduler says.
const STEPS_OFFSET: usize = 1;
/// The most samples that pass through the network together, each with and without the text.
const BATCH: usize = 4;

/// Changes a sampler as diffusers' pipelines that draw latents do, whatever their scheduler says. Returns what was changed:
/// each a sentence without a full stop.
pub fn as_pipelines_do(spec: &mut SamplerSpec) -> Vec<String> {
    let mut changed = Vec::new();
    if spec.steps_offset != STEPS_OFFSET {
        let found = spec.steps_offset;
        changed.push(format!(
            "steps_offset is taken as {STEPS_OFFSET}, not {found}, as in diffusers' pipelines"
        ));
        spec.steps_offset = STEPS_OFFSET;
    }
    if let Thresholding::Clip { .. } = spec.thresholding {
        changed.push(
            "latents are not clipped as the scheduler would do it, as in diffusers' pipelines".to_owned(),
        );
        spec.thresholding = Thresholding::None;
    }
    changed
}

/// A U-Net that is told a text, with classifier-free guidance (Ho & Salimans 2022; Nichol et al. 2022, section 2.2).
#[derive(Clone, Debug)]
pub struct TextDenoiser {
    unet: UNet2DConditionModel,
    /// The text, `[1, length, width]`.
    text: Tensor,
    /// The text to lead away from, and w in `ε̂_u + w (ε̂_c − ε̂_u)`; none if there is no guidance.
    guidance: Option<(Tensor, f32)>,
    /// What every sample is given beside its state, where the network enlarges pictures.
    beside: Option<Beside>,
}

/// The smaller pictures that a network enlarges.
#[derive(Clone, Debug)]
struct Beside {
    /// The pictures of all samples, enlarged to the size of the state, `[n, channels, height, width]`.
    pictures: Vec<f32>,
    /// The timestep of their noise, which the network is told.
    level: u32,
}

impl TextDenoiser {
    /// A denoiser for the first of two embedded texts, which leads away from the second one, the negative prompt.
    ///
    /// `guidance_scale` is w in `ε̂_u + w (ε̂_c − ε̂_u)`. Up to 1 there is no guidance, as in diffusers: then the second
    /// text is not used, and every call needs one pass instead of two.
    ///
    /// # Errors
    /// [`ModelError::Range`] if the scale is not finite; [`ModelError::ContextShape`] if there are not two texts of the
    /// network's width.
    pub fn new(
        unet: UNet2DConditionModel,
        texts: &EmbeddedText,
        guidance_scale: f64,
    ) -> Result<Self, ModelError> {
        if !guidance_scale.is_finite() {
            let expected = "a finite number".to_owned();
            return Err(ModelError::Range { what: "guidance scale", found: guidance_scale, expected });
        }
        let width = unet.config().cross_attention_dim;
        match *texts.states.dims() {
            [2, length, w] if length > 0 && w == width => {}
            _ => {
                let found = texts.states.dims().to_vec();
                return Err(ModelError::ContextShape { found, width, samples: 2 });
            }
        }
        let [text, other] = [0, 1].map(|i| texts.states.narrow(0, i, 1));
        let guidance = if guidance_scale > 1.0 { Some((other?, guidance_scale as f32)) } else { None };
        Ok(Self { unet, text: text?, guidance, beside: None })
    }

    /// The same for a network that enlarges pictures (Nichol et al. 2022, section 4.2): `pictures` are given beside the
    /// states of its samples, `[n, channels, height, width]`, already enlarged; the timestep of their noise is `level`.
    #[must_use]
    pub fn enlarging(self, pictures: Vec<f32>, level: u32) -> Self {
        Self { beside: Some(Beside { pictures, level }), ..self }
    }

    /// The network.
    pub fn unet(&self) -> &UNet2DConditionModel {
        &self.unet
    }

    /// The prediction for n samples from `first` on, all at one timestep, which counts from 0.
    fn predict(
        &self,
        values: &[f32],
        (shape, first): ([usize; 4], usize),
        timestep: f64,
    ) -> Result<Vec<f32>, ModelError> {
        let n = shape[0];
        let samples = Tensor::from_slice(values, &shape[..], &Device::Cpu)?;
        let level = self.beside.as_ref().map(|beside| [beside.level]);
        let labels = level.as_ref().map(|level| ClassLabels::Classes(level));
        let samples = match &self.beside {
            None => samples,
            Some(beside) => {
                let size = values.len() / n;
                let own = beside.pictures.get(first * size..first * size + values.len()).unwrap_or_default();
                let own = Tensor::from_slice(own, &shape[..], &Device::Cpu)?;
                Tensor::cat(&[samples, own], 1)?
            }
        };
        let each = |text: &Tensor| text.repeat((n, 1, 1));
        let numbers = |output: &Tensor| output.to_device(&Device::Cpu)?.flatten_all()?.to_vec1::<f32>();
        let Some((other, scale)) = &self.guidance else {
            return Ok(numbers(&self.unet.forward(&samples, &[timestep], &self.text, labels)?)?);
        };
        let texts = Tensor::cat(&[each(other)?, each(&self.text)?], 0)?;
        let both = self.unet.forward(&samples.repeat((2, 1, 1, 1))?, &[timestep], &texts, labels)?;
        let both = numbers(&both)?;
        let (plain, told) = both.split_at(both.len() / 2);
        Ok(plain.iter().zip(told).map(|(&plain, &told)| guided(plain, told, *scale)).collect())
    }
}

impl Denoise for TextDenoiser {
    fn denoise(&self, call: &Call<'_>) -> Result<Vec<f32>, ModelError> {
        let [_, channels, height, width] = call.shape;
        let sample = channels * height * width;
        let mut output = Vec::with_capacity(call.input.len());
        for (values, first) in call.input.chunks(BATCH * sample).zip((0..).step_by(BATCH)) {
            let shape = [values.len() / sample, channels, height, width];
            output.extend(self.predict(values, (shape, first), call.timestep)?);
        }
        Ok(output)
    }
}
