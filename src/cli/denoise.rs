//! `diffuscope denoise`: a picture noised to a timestep and brought back.

use std::path::PathBuf;
use std::sync::Arc;

use super::args;
use super::error::CliError;
use super::generate::{Options, Setup};
use super::output::remark;
use crate::app::load_picture;
use crate::diffusion::Raster;
use crate::diffusion::noise::{Key, Stream, plane};
use crate::imaging::fill;

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
/// As for `sample`, and when the picture cannot be read.
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
    let loaded = load_picture(&args::picture(&args.image))?;
    for notice in &loaded.notices {
        remark(&format!("{}: {notice}", args.image.display()));
    }
    let x0 = as_sample(&loaded.pixels, &setup)?;
    let samples = options.samples(1);
    let start = noised(&x0, setup.schedule.alpha_bar(args.from_t), options.seed(), samples);
    options.on_threads(|| options.run(setup, samples, &sampler, Some(start)))
}

/// The picture in the network's size and channels.
fn as_sample(picture: &Raster, setup: &Setup) -> Result<Raster, CliError> {
    let [height, width] = setup.size;
    let fitted = fill(picture, height, width);
    match (fitted.channels, setup.unet.config().in_channels) {
        (have, want) if have == want => Ok(fitted),
        (3, 1) => Ok(grey(&fitted)),
        (1, 3) => Ok(Raster::new(3, height, width, [&fitted.data[..]; 3].concat())),
        (_, want) => Err(CliError::Usage(format!("the network takes {want} channels, which no picture has"))),
    }
}

/// Luma of Rec. 601, as image editors make grey of colour.
fn grey(picture: &Raster) -> Raster {
    let [red, green, blue] = [0, 1, 2].map(|channel| picture.plane(channel));
    let pixels = red.iter().zip(green).zip(blue).map(|((r, g), b)| 0.299 * r + 0.587 * g + 0.114 * b);
    Raster::new(1, picture.height, picture.width, pixels.collect::<Vec<f32>>())
}

/// `x_t = √ᾱ x_0 + √(1−ᾱ) ε`, with an ε of its own for every sample.
fn noised(x0: &Raster, alpha_bar: f64, seed: u64, samples: usize) -> Arc<[f32]> {
    let (signal, noise) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
    let key = Key::from_seed(seed);
    let mut state = Vec::with_capacity(samples * x0.data.len());
    for sample in 0..samples {
        for channel in 0..x0.channels {
            let eps = plane(key, channel as u32, Stream::Epsilon, 0, sample as u32, x0.plane_len());
            state.extend(x0.plane(channel).iter().zip(eps).map(|(x, eps)| signal * x + noise * eps));
        }
    }
    state.into()
}
