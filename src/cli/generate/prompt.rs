//! Pictures from a text: runs of a text-to-image pipeline.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{Device, Tensor};

use super::from_picture::{FromPicture, noised_latents};
use super::run::{Finished, Run};
use super::second::Second;
use super::{Options, on_threads, scheduler};
use crate::cli::error::CliError;
use crate::cli::grid::grid;
use crate::cli::latents::numbers;
use crate::cli::network;
use crate::cli::output::{check_apart, remark};
use crate::cli::stop;
use crate::cli::tensors::TensorFile;
use crate::cli::trace::Trace;
use crate::diffusion::Schedule;
use crate::diffusion::sampler::{Sampler, SamplerSpec};
use crate::imaging::{NamedTensor, save_raster_png, save_tensors};
use crate::model::{
    AutoencoderKl, ClipTokenizer, ModelError, PartName, Precision, StableDiffusion, TextDenoiser,
    as_pipelines_do,
};

/// The strength of guidance and the number of steps in diffusers' pipelines.
pub(super) const GUIDANCE_SCALE: f64 = 7.5;
const STEPS: usize = 50;

/// What a text-to-image pipeline is asked for.
#[derive(clap::Args, Debug)]
pub struct Words {
    /// What the picture is of: for a StableDiffusionPipeline folder
    #[arg(long, value_name = "TEXT")]
    pub prompt: Option<String>,
    /// What guidance leads away from [default: the empty text]
    #[arg(long, value_name = "TEXT", requires = "prompt", default_value = "", hide_default_value = true)]
    negative_prompt: String,
    /// Height of the picture [default: the pipeline's own]
    #[arg(long, value_name = "N", requires = "prompt", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(8..=2048))]
    height: Option<u32>,
    /// Width of the picture [default: the pipeline's own]
    #[arg(long, value_name = "N", requires = "prompt", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(8..=2048))]
    width: Option<u32>,
    /// Take the noise of the start from the tensor latents of this file, standard normals, instead of the
    /// seed's
    #[arg(long, value_name = "FILE.safetensors", requires = "prompt")]
    latents: Option<PathBuf>,
    /// Enlarge the pictures by this pipeline, the second stage of a cascade, which reads the same text
    #[arg(long, value_name = "FOLDER", requires = "prompt", conflicts_with_all = ["raw", "trace"])]
    pub(super) enlarge: Option<PathBuf>,
    /// The timestep of the noise that pictures get before they are enlarged [default: as the second stage says, or 50]
    #[arg(long, value_name = "T", requires = "prompt", allow_negative_numbers = true)]
    pub(super) enlarge_noise: Option<u32>,
    /// Draw with the first stage of a cascade alone
    #[arg(long, requires = "prompt", conflicts_with_all = ["enlarge", "enlarge_noise"])]
    pub(super) no_enlarge: bool,
}

/// An opened pipeline, ready to run.
struct Ready {
    denoiser: TextDenoiser,
    /// What makes pictures of latents; `None` where the network draws pixels.
    vae: Option<AutoencoderKl>,
    sampler: Sampler,
    /// Samples, channels, height and width of the latents.
    shape: [usize; 4],
    /// The first state, if it was given.
    start: Option<Arc<[f32]>>,
    /// The second stage of a cascade.
    second: Option<Second>,
}

impl Options {
    /// Draws pictures of a text, from noise or from a picture, and writes the results.
    ///
    /// # Errors
    /// If the pipeline cannot be opened, an option does not fit it, the run fails or is stopped, or a file cannot be
    /// written. No unfinished file is left.
    pub fn run_prompt(
        &self,
        words: &Words,
        prompt: &str,
        from: Option<&FromPicture>,
    ) -> Result<(), CliError> {
        self.check_files()?;
        self.check_for_prompt()?;
        let ready = self.ready(words, prompt, from)?;
        check_apart(self.files())?;
        on_threads(self.threads, || self.draw(&ready))
    }

    /// Refuses options that belong to other networks.
    fn check_for_prompt(&self) -> Result<(), CliError> {
        let others = [
            ("--class", self.class.is_some()),
            ("--size", self.size.is_some()),
            ("--gif", self.gif.is_some()),
            ("--prediction, --schedule and --null-class", self.stated.is_any()),
        ];
        match others.into_iter().find(|(_, is_given)| *is_given) {
            Some((option, _)) => {
                Err(CliError::Usage(format!("{option}: not for pictures of a --prompt; leave it out")))
            }
            None => Ok(()),
        }
    }

    fn ready(&self, words: &Words, prompt: &str, from: Option<&FromPicture>) -> Result<Ready, CliError> {
        let parts = network::parts(&self.model)?;
        parts.check()?;
        let (schedule, spec) = self.sampler_in(&self.model, &parts)?;
        let sampler = match from {
            Some(from) => from.sampler(&spec, &schedule)?,
            None => spec.build(&schedule)?,
        };
        let tokenizer = parts.tokenizer()?;
        let texts = [prompt, words.negative_prompt.as_str()];
        let [prompt, negative] = texts.map(|text| tokens(&tokenizer, text));
        let device = network::device(self.device)?;
        let text = network::told(&self.model, parts.text_encoder(Precision::F32)?).on(&device)?;
        let embedded = text.forward(&[prompt?, negative?])?;
        let vae = parts
            .has(PartName::Vae)
            .then(|| Ok::<_, CliError>(network::told(&self.model, parts.vae(Precision::F32)?).on(&device)?));
        let vae = vae.transpose()?;
        let unet = network::told(&self.model, parts.unet(Precision::F32)?).on(&device)?;
        if unet.config().in_channels != unet.config().out_channels {
            let reason = "it enlarges pictures: give it as --enlarge to a pipeline that draws small ones";
            return Err(CliError::Usage(format!("{}: {reason}", self.model.display())));
        }
        let factor = vae.as_ref().map_or(1, |vae| vae.config().size_factor());
        let asked = [words.height, words.width].map(|side| side.map(|side| side as usize));
        let size = |own: [usize; 2]| {
            let [height, width] = [asked[0].unwrap_or(own[0]), asked[1].unwrap_or(own[1])];
            if height.is_multiple_of(factor) && width.is_multiple_of(factor) {
                return Ok([height, width]);
            }
            Err(ModelError::SampleSize { width, height, factor })
        };
        let channels = unet.config().in_channels;
        let (shape, start) = if let Some(from) = from {
            let Some(vae) = &vae else {
                let reason = "this pipeline draws pixels; --strength is for those with an autoencoder";
                return Err(CliError::Usage(format!("{}: {reason}", self.model.display())));
            };
            let own = [from.pixels.height, from.pixels.width];
            let size = asked.iter().any(Option::is_some).then(|| size(own)).transpose()?;
            let picture = from.fitted(vae, size)?;
            let [height, width] = [picture.height / factor, picture.width / factor];
            let mut shape = [self.samples(1), channels, height, width];
            let given = words.latents.as_deref().map(|file| normals(file, &mut shape)).transpose()?;
            if shape[2..] != [height, width] {
                let [_, _, rows, columns] = shape;
                let reason =
                    format!("its latents are {rows} × {columns}, those of the picture {height} × {width}");
                return Err(CliError::Usage(format!("--latents: {reason}")));
            }
            let draws = (self.seed, shape[0]);
            let (state, shape) = noised_latents(&picture, vae, &sampler, draws, given.as_deref())?;
            (shape, Some(state))
        } else {
            let [height, width] =
                size(unet.config().sample_size.unwrap_or([64; 2]).map(|side| side * factor))?;
            let mut shape = [self.samples(1), channels, height / factor, width / factor];
            let given = words.latents.as_deref().map(|file| normals(file, &mut shape)).transpose()?;
            let scale = sampler.initial_scale() as f32;
            (shape, given.map(|given| given.iter().map(|value| scale * value).collect()))
        };
        let scale = self.guidance_scale.unwrap_or(GUIDANCE_SCALE);
        let denoiser = TextDenoiser::new(unet, &embedded, scale)?;
        let second = self.second(&parts, words, (texts, &embedded), shape)?;
        Ok(Ready { denoiser, vae, sampler, shape, start, second })
    }

    /// The pipeline's schedule and sampler, with what diffusers' pipelines change in it.
    pub(super) fn sampler_in(
        &self,
        folder: &Path,
        parts: &StableDiffusion,
    ) -> Result<(Schedule, SamplerSpec), CliError> {
        let (text, reclassed) = parts.scheduler()?;
        if let Some(line) = reclassed {
            remark(&format!("{}: {line}", folder.display()));
        }
        let (schedule, mut spec) = scheduler(folder, Some(&text), self.sampler)?;
        spec.num_inference_steps = self.steps.unwrap_or(STEPS.min(schedule.steps()));
        spec.timestep_spacing = self.spacing.unwrap_or(spec.timestep_spacing);
        spec.step_to = self.step_to.unwrap_or(spec.step_to);
        self.with_eta(&mut spec)?;
        if !parts.has(PartName::Vae) {
            return Ok((schedule, spec));
        }
        for line in as_pipelines_do(&mut spec) {
            remark(&line);
        }
        Ok((schedule, spec))
    }

    /// Runs the sampler, decodes the latents and writes the results.
    fn draw(&self, ready: &Ready) -> Result<(), CliError> {
        let Ready { denoiser, vae, sampler, shape, start, second } = ready;
        let run = Run::begin(sampler, self.seed, *shape, start.clone(), self.trace.as_deref())?;
        let Finished { state: latents, trace } = run.finish(denoiser, |_| ())?;
        let (pictures, size) = match vae {
            Some(vae) => decoded(vae, &latents, *shape)?,
            None => (latents.to_vec(), *shape),
        };
        let (pictures, size) = match second {
            Some(second) => second.enlarged(&pictures, size, self.seed)?,
            None => (pictures, size),
        };
        if let Some(path) = &self.raw {
            let tensors = [
                NamedTensor { name: "latents", shape, data: &latents },
                NamedTensor { name: "samples", shape: &size, data: &pictures },
            ];
            save_tensors(path, &tensors)?;
        }
        if let Some(path) = &self.output {
            save_raster_png(path, &grid(&pictures, size))?;
        }
        trace.map_or(Ok(()), Trace::finish)
    }
}

/// The tokens of a text as the text encoder is given them; those that are left out are reported.
pub(super) fn tokens(tokenizer: &ClipTokenizer, text: &str) -> Result<Vec<u32>, CliError> {
    let fitted = tokenizer.fitted(text)?;
    if fitted.left_out > 0 {
        let (left, most) = (fitted.left_out, tokenizer.length());
        remark(&format!("a text encoder reads {most} tokens: the last {left} of the text are left out"));
    }
    Ok(fitted.ids)
}

/// The standard normals of a file, whose number and size count.
fn normals(file: &Path, shape: &mut [usize; 4]) -> Result<Vec<f32>, CliError> {
    let input = TensorFile::read(file)?;
    let latents = input.need("latents")?;
    let channels = shape[1];
    match *latents.dims() {
        [n, c, height, width] if c == channels && n * height * width > 0 => {
            *shape = [n, c, height, width];
        }
        _ => {
            let found = latents.dims();
            let expected = format!("[n, {channels}, height, width]");
            return Err(input.wrong(&format!("latents has shape {found:?}; it must be {expected}")));
        }
    }
    Ok(input.numbers("latents", latents)?.into_iter().map(|value| value as f32).collect())
}

/// The pictures of latents, one after another, and their shape.
fn decoded(
    vae: &AutoencoderKl,
    latents: &[f32],
    [n, channels, height, width]: [usize; 4],
) -> Result<(Vec<f32>, [usize; 4]), CliError> {
    let (mut pictures, mut shape) = (Vec::new(), [n, 0, 0, 0]);
    // One after another, since a picture takes much more memory than its latent.
    for latent in latents.chunks(channels * height * width) {
        if stop::wanted() {
            return Err(CliError::Stopped);
        }
        let latent = Tensor::from_slice(latent, (1, channels, height, width), &Device::Cpu);
        let picture = vae.decode(&latent.map_err(ModelError::from)?)?;
        let (_, colours, rows, columns) = picture.dims4().map_err(ModelError::from)?;
        pictures.extend(numbers(&picture)?);
        shape = [n, colours, rows, columns];
    }
    Ok((pictures, shape))
}
