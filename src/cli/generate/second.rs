//! The second stage of a cascade, which enlarges what the first one has drawn.

use std::path::Path;

use super::Options;
use super::prompt::{GUIDANCE_SCALE, Words, tokens};
use super::run::{Finished, Run};
use crate::cli::error::CliError;
use crate::cli::network;
use crate::diffusion::Schedule;
use crate::diffusion::sampler::Sampler;
use crate::model::{
    EmbeddedText, PartName, Precision, SecondStage, StableDiffusion, TextDenoiser, augmented, enlarged,
    enlargement, second_seed,
};

/// The second stage of a cascade, ready to run.
pub struct Second {
    denoiser: TextDenoiser,
    schedule: Schedule,
    sampler: Sampler,
    /// How many times as high and as wide as the first stage's pictures its own are.
    factor: usize,
    /// The timestep of the noise that pictures get first.
    noise: usize,
}

impl Options {
    /// Opens the second stage that is asked for, or that the pipeline has; `None` if there is none. `texts` are the prompt
    /// and the negative prompt, and what the first stage's text encoder made of them; `shape` is that of what it draws.
    ///
    /// # Errors
    /// If it cannot be opened, enlarges no pictures, or not those of the first stage; if an option does not fit.
    pub(super) fn second(
        &self,
        first: &StableDiffusion,
        words: &Words,
        (texts, embedded): ([&str; 2], &EmbeddedText),
        [_, channels, height, width]: [usize; 4],
    ) -> Result<Option<Second>, CliError> {
        let Some(SecondStage { parts, shares_text }) = self.second_stage(first, words)? else {
            return Ok(None);
        };
        // An option is named where one was given, and else the folder.
        let refused = |reason: &str| match &words.enlarge {
            Some(folder) => Err(CliError::Usage(format!("--enlarge {}: {reason}", folder.display()))),
            None => Err(CliError::Usage(format!("{}: {reason}", parts.name()))),
        };
        if first.has(PartName::Vae) {
            return refused("it enlarges pixels, and the first stage draws latents");
        }
        let folder = Path::new(parts.name());
        let (schedule, spec) = self.sampler_in(folder, &parts)?;
        let device = network::device(self.device)?;
        let own = if shares_text {
            None
        } else {
            let tokenizer = parts.tokenizer()?;
            let [prompt, negative] = texts.map(|text| tokens(&tokenizer, text));
            let text = network::told(folder, parts.text_encoder(Precision::F32)?).on(&device)?;
            Some(text.forward(&[prompt?, negative?])?)
        };
        let unet = network::told(folder, parts.unet(Precision::F32)?).on(&device)?;
        let config = unet.config();
        if config.in_channels == config.out_channels {
            return refused("it is given no pictures, so that it enlarges none");
        }
        let size = config.sample_size.unwrap_or([64; 2]);
        let factor = enlargement([height, width], size).filter(|factor| *factor > 1);
        let Some(factor) = factor.filter(|_| config.out_channels == channels) else {
            let [rows, columns] = size;
            return refused(&format!(
                "it draws {rows} × {columns}, which is no multiple of {height} × {width} pixels"
            ));
        };
        let noise = words.enlarge_noise.map_or(parts.noise_levels().usual, |level| level as usize);
        if noise > schedule.steps() {
            let reason = format!("there are {} timesteps", schedule.steps());
            return Err(CliError::Usage(format!("--enlarge-noise {noise}: {reason}")));
        }
        let scale = self.guidance_scale.unwrap_or(GUIDANCE_SCALE);
        let denoiser = TextDenoiser::new(unet, own.as_ref().unwrap_or(embedded), scale)?;
        let sampler = spec.build(&schedule)?;
        Ok(Some(Second { denoiser, schedule, sampler, factor, noise }))
    }

    /// The parts of the second stage that is asked for, or that the pipeline has.
    fn second_stage(&self, first: &StableDiffusion, words: &Words) -> Result<Option<SecondStage>, CliError> {
        if let Some(folder) = &words.enlarge {
            let parts = network::parts(folder)?;
            parts.check()?;
            return Ok(Some(SecondStage { parts, shares_text: false }));
        }
        let second = if words.no_enlarge { None } else { first.second_stage()? };
        let usage = |text: &str| Err(CliError::Usage(text.to_owned()));
        match &second {
            None if words.enlarge_noise.is_some() => {
                usage("--enlarge-noise: this pipeline has no second stage; give one with --enlarge")
            }
            Some(_) if self.raw.is_some() || self.trace.is_some() => usage(
                "--raw and --trace hold one run, and this pipeline makes two; add --no-enlarge for the first one",
            ),
            _ => Ok(second),
        }
    }
}

impl Second {
    /// The pictures enlarged, and their shape.
    ///
    /// # Errors
    /// If the run fails or is stopped.
    pub fn enlarged(
        &self,
        pictures: &[f32],
        [n, channels, height, width]: [usize; 4],
        seed: u64,
    ) -> Result<(Vec<f32>, [usize; 4]), CliError> {
        let small = augmented(pictures, [n, channels, height, width], (&self.schedule, self.noise), seed);
        let each = small.chunks_exact(channels * height * width);
        let beside =
            each.flat_map(|picture| enlarged(picture, [channels, height, width], self.factor)).collect();
        let denoiser = self.denoiser.clone().enlarging(beside, self.noise as u32);
        let shape = [n, channels, self.factor * height, self.factor * width];
        let run = Run::begin(&self.sampler, second_seed(seed), shape, None, None)?;
        let Finished { state, .. } = run.finish(&denoiser, |_| ())?;
        Ok((state.to_vec(), shape))
    }
}
