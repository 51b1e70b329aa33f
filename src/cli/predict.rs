//! `diffuscope predict`: one pass through a network, for comparison with other programs.

use std::path::PathBuf;

use candle_core::{Device, Tensor};
use clap::ValueEnum;

use super::error::CliError;
use super::generate::on_threads;
use super::network;
use super::tensors::TensorFile;
use crate::cli::output::{check_apart, check_outside};
use crate::imaging::{check_writable, write_atomically};
use crate::model::{ClassLabels, Compute, Conditioning, ModelError, Precision, UNet2DModel};

const EXAMPLES: &str = "\
Reads from the input, in any number type:
  sample        [n, channels, height, width]
  timestep      one number or n, from 0 as diffusers counts (this program's t minus 1)
  class_labels  one or n, where the network is told a class; vectors where its embedding is the identity
and writes output, [n, out_channels, height, width]. Other tensors of the input are left alone.

Example:
  diffuscope predict --model ddpm-cifar10-32 --input io.safetensors -o ours.safetensors";

/// The numbers that the network computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Numbers {
    /// Single precision
    F32,
    /// Double precision
    F64,
}

/// Pass a sample through a network once.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A diffusers folder, its unet folder, or a .safetensors file beside its config.json
    #[arg(long, value_name = "FOLDER")]
    model: PathBuf,
    /// Sample, timestep and class labels
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
    check_writable(&args.output)?;
    check_outside(&args.output, &args.model)?;
    let unet =
        network::open(&args.model, precision)?.parts.unet.network.on(&network::device(args.device)?)?;
    let input = TensorFile::read(&args.input)?;
    check_apart([&args.output])?;
    let output = on_threads(args.threads, || {
        Ok(pass(&input, &unet)?.to_device(&Device::Cpu).map_err(ModelError::from)?)
    })?;
    write_atomically(&args.output, |writer| {
        use std::io::Write as _;
        let bytes = safetensors::serialize([("output", &output)], None).map_err(std::io::Error::other)?;
        writer.write_all(&bytes)
    })?;
    Ok(())
}

/// Passes the tensors of the input file through the network.
fn pass(input: &TensorFile, unet: &UNet2DModel) -> Result<Tensor, CliError> {
    let sample = input.need("sample")?;
    input.numbers("sample", sample)?;
    let timesteps = input.numbers("timestep", input.need("timestep")?)?;
    let labels = match unet.config().conditioning() {
        // Labels are passed on although the network has no classes, so that the network refuses them.
        Conditioning::None => input.get("class_labels").map(|_| Labels::Classes(Vec::new())),
        conditioning => Some(labels(input, conditioning)?),
    };
    let labels = labels.as_ref().map(|labels| match labels {
        Labels::Classes(classes) => ClassLabels::Classes(classes),
        Labels::Values(values) => ClassLabels::Values(values),
        Labels::Embeddings(vectors) => ClassLabels::Embeddings(vectors),
    });
    let output = unet.forward(sample, &timesteps, labels)?;
    input.numbers("output", &output)?;
    Ok(output)
}

fn labels(input: &TensorFile, conditioning: Conditioning) -> Result<Labels, CliError> {
    let labels = input.need("class_labels")?;
    let numbers = input.numbers("class_labels", labels)?;
    Ok(match conditioning {
        Conditioning::Embeddings { .. } => Labels::Embeddings(labels.clone()),
        Conditioning::Values => Labels::Values(numbers),
        Conditioning::None | Conditioning::Classes { .. } => Labels::Classes(input.classes(&numbers)?),
    })
}

/// Class labels, owned by this value.
enum Labels {
    Classes(Vec<u32>),
    Values(Vec<f64>),
    Embeddings(Tensor),
}
