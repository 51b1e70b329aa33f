//! Drawing the samples that are evaluated.

use std::time::{Duration, Instant};

use super::Args;
use crate::cli::error::CliError;
use crate::cli::generate::{scheduler, tell_signal_left};
use crate::cli::network;
use crate::cli::output::steps_bar;
use crate::cli::stop;
use crate::diffusion::sampler::{Call, NoiseSource, Sampler, SamplerSpec, Trajectory};
use crate::model::{Conditioning, Denoise, Denoiser, Pipeline, UNet2DConfig, UNet2DModel};

/// The samples of one sampler, before they are drawn.
pub struct Drawing {
    unet: UNet2DModel,
    spec: SamplerSpec,
    sampler: Sampler,
    shape: [usize; 3],
    samples: usize,
    /// The network's label for each class of the data, if the network is told the class.
    labels: Option<Vec<u32>>,
    guidance_scale: f64,
    seed: u64,
    batch: usize,
}

/// The samples of one sampler.
pub struct Samples {
    /// `[n, channels, height, width]`, rounded to the values that a file of 8 bits can have.
    pub pictures: Vec<f32>,
    /// How long drawing took.
    pub time: Duration,
}

impl Drawing {
    /// The drawings of each sampler with each number of steps.
    ///
    /// # Errors
    /// If a number of steps is not possible, or the network cannot be told the classes or be guided.
    pub fn all(
        args: &Args,
        pipeline: &Pipeline,
        shape: [usize; 3],
        classes: usize,
    ) -> Result<Vec<Self>, CliError> {
        let names = match args.sampler.as_slice() {
            [] => vec![None],
            names => names.iter().copied().map(Some).collect(),
        };
        let labels = labels(pipeline.parts.unet.network.config(), classes);
        let mut drawings = Vec::new();
        for name in names {
            let (schedule, spec) = scheduler(&args.model, pipeline.scheduler.as_deref(), name)?;
            tell_signal_left(&schedule);
            let steps = match args.steps.as_slice() {
                [] => vec![spec.num_inference_steps],
                steps => steps.to_vec(),
            };
            for steps in steps {
                let spec = SamplerSpec { num_inference_steps: steps, ..spec.clone() };
                let drawing = Self {
                    unet: pipeline.parts.unet.network.clone(),
                    sampler: spec.build(&schedule)?,
                    spec,
                    shape,
                    samples: args.samples as usize,
                    labels: labels.clone(),
                    guidance_scale: args.guidance_scale,
                    seed: args.seed,
                    batch: args.batch as usize,
                };
                drawing.denoiser(0, 1)?;
                drawings.push(drawing);
            }
        }
        let asked = labels.as_deref().unwrap_or_default();
        network::remark_guidance(pipeline.parts.unet.network.config(), args.guidance_scale, asked);
        Ok(drawings)
    }

    /// The sampler's short name.
    pub fn sampler(&self) -> &'static str {
        self.spec.kind.name()
    }

    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.spec.num_inference_steps
    }

    /// The number of passes through the network for each sample.
    pub fn passes(&self) -> usize {
        self.sampler.calls() * if self.guidance_scale == 1.0 { 1 } else { 2 }
    }

    /// The class that each sample is asked to be: all classes in turn.
    pub fn asked(&self) -> Option<impl Iterator<Item = u32>> {
        let classes = self.labels.as_ref()?.len();
        Some((0..self.samples).map(move |i| (i % classes) as u32))
    }

    /// The network for a batch of samples: `count` of them, from number `first` on.
    fn denoiser(&self, first: usize, count: usize) -> Result<Denoiser, CliError> {
        let label = |labels: &Vec<u32>| (first..first + count).map(|i| labels[i % labels.len()]).collect();
        let classes = self.labels.as_ref().map(label);
        Ok(Denoiser::new(self.unet.clone(), classes, self.guidance_scale)?)
    }

    /// Draws all samples. They do not depend on how many are drawn together.
    ///
    /// # Errors
    /// If the network fails; [`CliError::Stopped`] after Ctrl-C.
    pub fn draw(&self) -> Result<Samples, CliError> {
        let began = Instant::now();
        let bar = steps_bar((self.samples * self.sampler.calls()) as u64, "drawing");
        let [channels, height, width] = self.shape;
        let mut pictures = Vec::with_capacity(self.samples * channels * height * width);
        for first in (0..self.samples).step_by(self.batch) {
            let count = self.batch.min(self.samples - first);
            let denoiser = self.denoiser(first, count)?;
            let noise = NoiseSource::Counter { seed: self.seed, first_sample: first as u32 };
            let trajectory = Trajectory::new(&self.sampler, noise, [count, channels, height, width])?;
            let mut last = None;
            for record in trajectory.run(|call: Call<'_>| {
                if stop::wanted() {
                    return Err(CliError::Stopped);
                }
                Ok(denoiser.denoise(&call)?)
            }) {
                last = Some(record?.x_prev);
                bar.inc(count as u64);
            }
            pictures.extend(last.iter().flat_map(|samples| samples.iter()).map(|&value| as_byte(value)));
        }
        bar.finish_and_clear();
        Ok(Samples { pictures, time: began.elapsed() })
    }
}

/// The value rounded as in a picture of 8 bits: real pictures have no other values.
fn as_byte(value: f32) -> f32 {
    ((value + 1.0) * 127.5).round().clamp(0.0, 255.0) / 127.5 - 1.0
}

/// The network's labels for this number of classes, in order: all labels, without the one that stands for "no class" if
/// the network has more labels than there are classes.
fn labels(config: &UNet2DConfig, classes: usize) -> Option<Vec<u32>> {
    let Conditioning::Classes { classes: told } = config.conditioning() else { return None };
    let left_out = config.guiding_class().filter(|_| told > classes);
    Some((0..told).filter(|&label| Some(label) != left_out).map(|label| label as u32).collect())
}

/// The number of classes that a network can be told, one of which may stand for "no class".
pub fn told(unet: &UNet2DModel) -> Option<usize> {
    match unet.config().conditioning() {
        Conditioning::Classes { classes } => Some(classes),
        _ => None,
    }
}
