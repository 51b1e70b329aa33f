//! `diffuscope encode` and `diffuscope decode`: a picture as a latent, and back.

use std::path::PathBuf;

use candle_core::{DType, Device, Tensor};

use super::error::CliError;
use super::generate::on_threads;
use super::grid::grid;
use super::network;
use super::output::{check_apart, check_outside, check_png, check_tensors, remark};
use super::tensors::TensorFile;
use crate::diffusion::Raster;
use crate::imaging::{
    FitMode, FitOptions, NamedTensor, check_writable, fill, fit, open_argument, save_raster_png,
    save_tensors, with_channels,
};
use crate::model::{AutoencoderKl, AutoencoderKlConfig, Compute, LatentDistribution, ModelError, Precision};

const ENCODE: &str = "\
The picture keeps its size, but for the few pixels by which a side is no multiple of what the network
divides it by (8 in Stable Diffusion): it is scaled to the next smaller multiples. The output holds
  latents       [1, latent channels, h, w], the mean, scaled as a run keeps it
  mean, logvar  what the encoder tells of the latent, not scaled

Example:
  diffuscope encode cat.jpg --model sd --size 512 -o latents.safetensors";

const DECODE: &str = "\
Reads the tensor latents, [n, latent channels, h, w], scaled as a run keeps it: of the command encode,
or the raw output of a run. Several pictures become one, side by side.

Example:
  diffuscope decode latents.safetensors --model sd -o back.png";

/// Turn a picture into a latent.
#[derive(clap::Args, Debug)]
#[command(after_help = ENCODE)]
pub struct EncodeArgs {
    /// A picture file, or the name of a built-in picture
    image: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Scale the picture first: its longer side has N pixels, 32 to 2048
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(32..=2048))]
    size: Option<u32>,
    /// Where the latent goes
    #[arg(short, long, value_name = "OUT.safetensors")]
    output: PathBuf,
}

/// Turn latents into pictures.
#[derive(clap::Args, Debug)]
#[command(after_help = DECODE)]
pub struct DecodeArgs {
    /// A file with the tensor latents
    latents: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Where the picture goes
    #[arg(short, long, value_name = "OUT.png")]
    output: PathBuf,
}

/// The autoencoder, and where it computes.
#[derive(clap::Args, Debug)]
struct Place {
    /// A StableDiffusionPipeline folder, its vae folder, or emoji-latent, which comes with the program
    #[arg(long, value_name = "FOLDER|NAME")]
    model: PathBuf,
    /// Where the network computes [default: the best there is]
    #[arg(long, value_enum)]
    device: Option<Compute>,
    /// Threads for the network [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

impl Place {
    fn open(&self) -> Result<AutoencoderKl, CliError> {
        let vae = network::parts(&self.model)?.vae(Precision::F32)?;
        Ok(network::told(&self.model, vae).on(&network::device(self.device)?)?)
    }
}

/// Runs the command `encode`.
///
/// # Errors
/// If the picture or the network cannot be read, or the output cannot be written; no file is left then.
pub fn encode(args: &EncodeArgs) -> Result<(), CliError> {
    check_tensors(&args.output)?;
    check_writable(&args.output)?;
    check_outside(&args.output, &args.place.model)?;
    let loaded = open_argument(&args.image)?;
    for notice in &loaded.notices {
        remark(&format!("{}: {notice}", args.image.display()));
    }
    let vae = args.place.open()?;
    check_apart([&args.output])?;
    let picture = match args.size {
        Some(size) => fit(&loaded.pixels, &FitOptions { size, mode: FitMode::Fit }),
        None => loaded.pixels,
    };
    let picture = fitted(&picture, vae.config(), &args.image.display().to_string())?;
    let tensors = on_threads(args.place.threads, || {
        let shape = (1, picture.channels, picture.height, picture.width);
        let pixels = Tensor::from_slice(&picture.data[..], shape, &Device::Cpu).map_err(ModelError::from)?;
        let LatentDistribution { mean, logvar } = vae.encode(&pixels)?;
        let latents = vae.scaled(&mean)?;
        [("latents", latents), ("mean", mean), ("logvar", logvar)]
            .map(|(name, tensor)| Ok((name, tensor.dims().to_vec(), numbers(&tensor)?)))
            .into_iter()
            .collect::<Result<Vec<_>, CliError>>()
    })?;
    let named = tensors.iter().map(|(name, shape, data)| NamedTensor { name, shape, data });
    Ok(save_tensors(&args.output, &named.collect::<Vec<_>>())?)
}

/// Runs the command `decode`.
///
/// # Errors
/// If the latents or the network cannot be read, they do not fit each other, or the picture cannot be written; no file
/// is left then.
pub fn decode(args: &DecodeArgs) -> Result<(), CliError> {
    check_png(&args.output)?;
    check_writable(&args.output)?;
    let vae = args.place.open()?;
    let channels = vae.config().out_channels;
    if !matches!(channels, 1 | 3) {
        let reason = format!("the pictures of the autoencoder have {channels} channels, and are none");
        return Err(CliError::Usage(format!("{}: {reason}", args.place.model.display())));
    }
    let input = TensorFile::read(&args.latents)?;
    check_apart([&args.output])?;
    let latents = input.need("latents")?;
    input.numbers("latents", latents)?;
    let picture = on_threads(args.place.threads, || {
        let decoded = vae.decode(latents)?;
        let shape: [usize; 4] = decoded.dims4().map_err(ModelError::from)?.into();
        Ok(grid(&numbers(&decoded)?, shape))
    })?;
    Ok(save_raster_png(&args.output, &picture)?)
}

/// The picture with the network's channels, and sides that the network can divide.
pub(super) fn fitted(picture: &Raster, config: &AutoencoderKlConfig, name: &str) -> Result<Raster, CliError> {
    let factor = config.size_factor();
    let [height, width] = [picture.height, picture.width].map(|side| (side / factor).max(1) * factor);
    if (height, width) != (picture.height, picture.width) {
        let reason = format!("sides must be multiples of {factor}");
        let (from, to) = (format!("{} × {}", picture.width, picture.height), format!("{width} × {height}"));
        remark(&format!("{name}: scaled from {from} to {to} pixels, since {reason}"));
    }
    let channels = config.in_channels;
    with_channels(&fill(picture, height, width), channels).ok_or_else(|| {
        CliError::Usage(format!("the autoencoder takes {channels} channels, which no picture has"))
    })
}

/// The numbers of a tensor in f32.
pub(super) fn numbers(tensor: &Tensor) -> Result<Vec<f32>, CliError> {
    let read = || tensor.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1();
    Ok(read().map_err(ModelError::from)?)
}
