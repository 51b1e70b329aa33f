//! `diffuscope predict`: one pass through a network, for comparison with other programs.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use clap::ValueEnum;

use super::error::CliError;
use super::generate::on_threads;
use super::network;
use crate::cli::output::{check_apart, check_outside};
use crate::imaging::{ImagingError, check_writable, read_safetensors, write_atomically};
use crate::model::{ClassLabels, Compute, Conditioning, ModelError, Precision, UNet2DModel};

const EXAMPLES: &str = "\
Reads from the input, in any number type:
  sample        [n, channels, height, width]
  timestep      one number or n, from 0 as diffusers counts (this program's t minus 1)
  class_labels  one or n, where the network is told a class; vectors where its embedding is the identity
and writes output, [n, out_channels, height, width]. Other tensors of the input are left alone.

Example:
  diffuscope predict --model ddpm-cifar10-32 --input io.safetensors -o ours.safetensors";

/// The largest input file, in bytes; a larger one would not fit into memory beside the network.
const MAX_BYTES: u64 = 4 << 30;

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
    let input = Input::read(&args.input)?;
    check_apart([&args.output])?;
    let output = on_threads(args.threads, || {
        Ok(input.pass(&unet)?.to_device(&Device::Cpu).map_err(ModelError::from)?)
    })?;
    write_atomically(&args.output, |writer| {
        use std::io::Write as _;
        let bytes = safetensors::serialize([("output", &output)], None).map_err(std::io::Error::other)?;
        writer.write_all(&bytes)
    })?;
    Ok(())
}

/// The tensors of the input file.
struct Input {
    path: PathBuf,
    tensors: HashMap<String, Tensor>,
}

impl Input {
    fn read(path: &Path) -> Result<Self, CliError> {
        let bytes = read_safetensors(path, MAX_BYTES)?;
        let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).map_err(|error| {
            let name = path.display().to_string();
            let reason = error.to_string().lines().next().unwrap_or_default().to_owned();
            ImagingError::Damaged { name, format: "safetensors file".to_owned(), reason }
        })?;
        Ok(Self { path: path.to_owned(), tensors })
    }

    fn pass(&self, unet: &UNet2DModel) -> Result<Tensor, CliError> {
        let missing = |name: &str| self.wrong(&format!("there is no tensor called {name}"));
        let sample = self.tensors.get("sample").ok_or_else(|| missing("sample"))?;
        self.numbers("sample", sample)?;
        let timesteps = self.tensors.get("timestep").ok_or_else(|| missing("timestep"))?;
        let timesteps = self.numbers("timestep", timesteps)?;
        let labels = match unet.config().conditioning() {
            // Labels are passed on although the network has no classes, so that the network refuses them.
            Conditioning::None => self.tensors.get("class_labels").map(|_| Labels::Classes(Vec::new())),
            conditioning => {
                let labels = self.tensors.get("class_labels").ok_or_else(|| missing("class_labels"))?;
                Some(self.labels(labels, conditioning)?)
            }
        };
        let labels = labels.as_ref().map(|labels| match labels {
            Labels::Classes(classes) => ClassLabels::Classes(classes),
            Labels::Values(values) => ClassLabels::Values(values),
            Labels::Embeddings(vectors) => ClassLabels::Embeddings(vectors),
        });
        let output = unet.forward(sample, &timesteps, labels)?;
        self.numbers("output", &output)?;
        Ok(output)
    }

    fn labels(&self, labels: &Tensor, conditioning: Conditioning) -> Result<Labels, CliError> {
        let numbers = self.numbers("class_labels", labels)?;
        Ok(match conditioning {
            Conditioning::Embeddings { .. } => Labels::Embeddings(labels.clone()),
            Conditioning::Values => Labels::Values(numbers),
            Conditioning::None | Conditioning::Classes { .. } => {
                let index = |&value: &f64| {
                    let whole = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
                    whole.then_some(value as u32)
                };
                let classes = numbers.iter().map(index).collect::<Option<Vec<u32>>>();
                Labels::Classes(
                    classes.ok_or_else(|| self.wrong("class_labels must be whole numbers from 0"))?,
                )
            }
        })
    }

    /// The values of a tensor, all of which must be finite.
    fn numbers(&self, name: &str, tensor: &Tensor) -> Result<Vec<f64>, CliError> {
        let read = || tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>();
        let values = read().map_err(ModelError::from)?;
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(self.wrong(&format!("{name} holds {value}; check the numbers that go in"))),
            None => Ok(values),
        }
    }

    fn wrong(&self, reason: &str) -> CliError {
        CliError::Input { path: self.path.clone(), reason: reason.to_owned() }
    }
}

/// Class labels, owned by this value.
enum Labels {
    Classes(Vec<u32>),
    Values(Vec<f64>),
    Embeddings(Tensor),
}
