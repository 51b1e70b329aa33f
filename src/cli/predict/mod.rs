//! `diffuscope predict`: one pass through a network, for comparison with other programs.

mod parts;

use std::path::PathBuf;

use candle_core::{Device, Tensor};
use clap::ValueEnum;

use self::parts::Network;
use super::error::CliError;
use super::generate::on_threads;
use super::network;
use super::tensors::TensorFile;
use crate::cli::output::{check_apart, check_outside, check_tensors};
use crate::imaging::{check_writable, write_atomically};
use crate::model::{Compute, ModelError, Precision};

const EXAMPLES: &str = "\
Reads from the input, in any number type, and writes:
  unet          sample                [n, channels, height, width]
                timestep              one number or n, from 0 as diffusers counts (this program's t minus 1)
                encoder_hidden_states [1 or n, length, width], where the network attends to a context
                class_labels          one or n, where the network is told a class; vectors where it takes vectors
                output                [n, out_channels, height, width]
  text-encoder  input_ids             [n, length], whole numbers
                last_hidden_state     [n, length, width], after the last normalisation
                pooler_output         [n, width], at the end token
  vae-encoder   image                 [n, 3, height, width] in [-1, 1]
                mean, logvar          [n, latent channels, h, w], not scaled
  vae-decoder   latents               [n, latent channels, h, w], scaled as a run keeps them
                decoded               [n, 3, height, width], not clamped
Other tensors of the input are left alone.

Examples:
  diffuscope predict --model ddpm-cifar10-32 --input io.safetensors -o ours.safetensors
  diffuscope predict --model sd --part vae-encoder --input picture.safetensors -o latent.safetensors";

/// The numbers that the network computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Numbers {
    /// Single precision
    F32,
    /// Double precision
    F64,
}

/// A part of a text-to-image pipeline that can be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum PartArg {
    /// The network that predicts the noise
    #[default]
    Unet,
    /// From a picture to its latent
    VaeEncoder,
    /// From a latent to its picture
    VaeDecoder,
    /// From tokens to the states that a U-Net attends to
    TextEncoder,
}

/// Pass numbers through a network once.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A diffusers folder, the folder of one of its parts, or a .safetensors file beside its config.json
    #[arg(long, value_name = "FOLDER")]
    model: PathBuf,
    /// The part that is called
    #[arg(long, value_enum, default_value_t)]
    part: PartArg,
    /// Tensors by the names below
    #[arg(long, value_name = "IO.safetensors")]
    input: PathBuf,
    /// What computes, and the type of the output
    #[arg(long, value_enum, default_value_t = Numbers::F32)]
    precision: Numbers,
    /// Where the network computes [default: the best there is]
    #[arg(long, value_enum)]
    device: Option<Compute>,
    /// Threads for the network [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Where the output goes
    #[arg(short, long, value_name = "OUT.safetensors")]
    output: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// If the network or the input cannot be read, they do not fit each other, or the output cannot be written; no file is
/// left then.
pub fn run(args: &Args) -> Result<(), CliError> {
    let precision = match args.precision {
        Numbers::F32 => Precision::F32,
        Numbers::F64 => Precision::F64,
    };
    check_tensors(&args.output)?;
    check_writable(&args.output)?;
    check_outside(&args.output, &args.model)?;
    let network = Network::open(&args.model, args.part, precision)?;
    let network = network.on(&network::device(args.device)?)?;
    let input = TensorFile::read(&args.input)?;
    check_apart([&args.output])?;
    let outputs: Vec<(&str, Tensor)> = on_threads(args.threads, || {
        let outputs = network.pass(&input)?.into_iter();
        let back = outputs.map(|(name, output)| {
            input.numbers(name, &output)?;
            Ok((name, output.to_device(&Device::Cpu).map_err(ModelError::from)?))
        });
        back.collect::<Result<_, CliError>>()
    })?;
    write_atomically(&args.output, |writer| {
        use std::io::Write as _;
        let outputs = outputs.iter().map(|(name, output)| (*name, output));
        let bytes = safetensors::serialize(outputs, None).map_err(std::io::Error::other)?;
        writer.write_all(&bytes)
    })?;
    Ok(())
}
