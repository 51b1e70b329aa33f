//! `diffuscope denoise`: adds noise to a picture up to a timestep, and denoises it again.

use std::path::PathBuf;

use super::error::CliError;
use super::generate::{FromPicture, Options, Setup, Words};
use super::output::remark;
use crate::diffusion::Raster;
use crate::diffusion::sampler::noised;
use crate::imaging::{fill, open_argument, with_channels};

const EXAMPLES: &str = "\
The picture is cropped and scaled to the network's size, noised to timestep N and denoised from there:
how much comes back? With a small N nearly everything, with N = T only what the network makes up.
The first sample's noise is that of `diffuscope noise` with the same seed.

Examples:
  diffuscope denoise cat.jpg --from-t 400 --model ddpm-cifar10-32 -o back.png
  diffuscope denoise cat.jpg --from-t 700 --model ddpm-cifar10-32 -n 9 --sampler ddim --steps 50 -o nine.png

With --prompt, a StableDiffusionPipeline folder changes the picture's latent towards a text. --strength S
makes the last S of the run's steps, as diffusers' image-to-image pipelines do: 0.3 keeps most of the
picture, 1 nearly nothing. The picture keeps its size if --height and --width say no other.

  diffuscope denoise cat.jpg --strength 0.6 --prompt 'a tiger' --model sd --height 512 --width 512 -o tiger.png";

/// Noise a picture to a timestep and denoise it with a network.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A picture file, or the name of a built-in picture
    image: PathBuf,
    /// Timestep to start from, 1 to T
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(required_unless_present = "prompt", conflicts_with = "prompt")]
    from_t: Option<usize>,
    /// With --prompt, the share of the steps that are made, above 0, at most 1 [default: 0.8]
    #[arg(long, value_name = "S", requires = "prompt", allow_negative_numbers = true)]
    strength: Option<f64>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    words: Words,
}

/// The strength in diffusers' pipelines.
const STRENGTH: f64 = 0.8;

/// Runs the command.
///
/// # Errors
/// The errors of `sample`; also if the picture cannot be read.
pub fn run(args: &Args) -> Result<(), CliError> {
    if let Some(prompt) = &args.words.prompt {
        return towards(args, prompt);
    }
    let options = &args.options;
    let from_t = args.from_t.unwrap_or_default();
    let mut setup = options.open()?;
    let steps = setup.schedule.steps();
    if !(1..=steps).contains(&from_t) {
        return Err(CliError::Usage(format!("--from-t must be from 1 to T = {steps}, got {from_t}")));
    }
    if options.steps().is_none() {
        setup.spec.num_inference_steps = setup.spec.num_inference_steps.min(from_t);
    }
    let sampler = setup.spec.build_from(&setup.schedule, from_t)?;
    let x0 = as_sample(&picture(args)?, &setup)?;
    let samples = options.samples(1);
    let start = noised(&x0, setup.schedule.alpha_bar(from_t), options.seed(), samples);
    options.on_threads(|| options.run(setup, samples, &sampler, Some(start)))
}

/// Changes the picture towards a text.
fn towards(args: &Args, prompt: &str) -> Result<(), CliError> {
    let strength = args.strength.unwrap_or(STRENGTH);
    if !(strength > 0.0 && strength <= 1.0) {
        return Err(CliError::Usage(format!("--strength must be above 0, at most 1, got {strength}")));
    }
    let from = FromPicture { pixels: picture(args)?, name: args.image.display().to_string(), strength };
    args.options.run_prompt(&args.words, prompt, Some(&from))
}

/// The picture that the command line names.
fn picture(args: &Args) -> Result<Raster, CliError> {
    let loaded = open_argument(&args.image)?;
    for notice in &loaded.notices {
        remark(&format!("{}: {notice}", args.image.display()));
    }
    Ok(loaded.pixels)
}

/// The picture with the network's size and channels.
fn as_sample(picture: &Raster, setup: &Setup) -> Result<Raster, CliError> {
    let [height, width] = setup.size;
    let fitted = fill(picture, height, width);
    let channels = setup.unet.config().in_channels;
    with_channels(&fitted, channels).ok_or_else(|| {
        CliError::Usage(format!("the network takes {channels} channels, which no picture has"))
    })
}
