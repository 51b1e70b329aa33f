//! `diffuscope denoise`: adds noise to a picture up to a timestep, and denoises it again.

use std::path::PathBuf;

use super::error::CliError;
use super::generate::{Options, Setup};
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
  diffuscope denoise cat.jpg --from-t 700 --model ddpm-cifar10-32 -n 9 --sampler ddim --steps 50 -o nine.png";

/// Noise a picture to a timestep and denoise it with a network.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A picture file, or the name of a built-in picture
    image: PathBuf,
    /// Timestep to start from, 1 to T
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    from_t: usize,
    #[command(flatten)]
    options: Options,
}

/// Runs the command.
///
/// # Errors
/// The errors of `sample`; also if the picture cannot be read.
pub fn run(args: &Args) -> Result<(), CliError> {
    let options = &args.options;
    let mut setup = options.open()?;
    let steps = setup.schedule.steps();
    if !(1..=steps).contains(&args.from_t) {
        return Err(CliError::Usage(format!("--from-t must be from 1 to T = {steps}, got {}", args.from_t)));
    }
    if options.steps().is_none() {
        setup.spec.num_inference_steps = setup.spec.num_inference_steps.min(args.from_t);
    }
    let sampler = setup.spec.build_from(&setup.schedule, args.from_t)?;
    let loaded = open_argument(&args.image)?;
    for notice in &loaded.notices {
        remark(&format!("{}: {notice}", args.image.display()));
    }
    let x0 = as_sample(&loaded.pixels, &setup)?;
    let samples = options.samples(1);
    let start = noised(&x0, setup.schedule.alpha_bar(args.from_t), options.seed(), samples);
    options.on_threads(|| options.run(setup, samples, &sampler, Some(start)))
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
