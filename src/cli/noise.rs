//! `diffuscope noise`: adds the noise of one timestep to a picture.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args;
use super::error::CliError;
use super::output::{check_apart, check_png, check_tensors, remark};
use crate::diffusion::Raster;
use crate::diffusion::noise::{Coefficients, NoiseMode};
use crate::files::same_place;
use crate::gpu::{Device, Engine, Field, GpuError, Job, JobKind, Slot, Source};
use crate::imaging::{
    FitMode, FitOptions, ImagingError, PixelBytes, check_writable, encode_png, fit, open_argument,
    raster_to_rgb8, save_raster_png, save_safetensors, write_atomically,
};

const EXAMPLES: &str = "\
The picture keeps its size, up to 2048 pixels a side; --size N scales it so that its longer side
has N pixels. Values live in [-1, 1]; the PNG shows x_t clipped to 8 bits, the safetensors file
holds everything exactly, as f32 of shape [channels, height, width]:
  x0 = the picture, eps = the noise at unit variance,
  xt = sqrt(alpha_bar) x0 + sqrt(1 - alpha_bar) eps = signal + inherited + new.
The same seed gives the same noise, also in the window and on every device (to 1e-5).

Examples:
  diffuscope noise cat.jpg --t 300 -o noised.png
  diffuscope noise cat.jpg --t 12 --steps 20 --schedule cosine --walk -o step.png
  diffuscope noise chelsea --t 500 --size 256 --raw parts.safetensors";

/// Add the noise of one timestep to a picture.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(group = clap::ArgGroup::new("result").required(true).multiple(true))]
pub struct Args {
    /// A picture file, or the name of a built-in picture
    image: PathBuf,
    /// Timestep, 1 to T
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    t: usize,
    /// A family's name or a scheduler_config.json
    #[arg(long, value_name = "KIND", default_value = "linear")]
    schedule: String,
    /// Number of timesteps T [default: 1000, or the file's]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    steps: Option<usize>,
    /// Seed of the noise
    #[arg(long, value_name = "N", default_value_t = 7, allow_negative_numbers = true)]
    seed: u64,
    /// Noise of a Markov walk instead of one ε for all t
    #[arg(long)]
    walk: bool,
    /// Scale the picture: its longer side has N pixels, 32 to 2048
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(32..=2048))]
    size: Option<u32>,
    /// What computes
    #[arg(long, value_enum, default_value_t = Device::Auto)]
    device: Device,
    /// Write x0, eps, xt, signal, inherited and new, exactly
    #[arg(long, value_name = "FILE.safetensors", group = "result")]
    raw: Option<PathBuf>,
    /// Write x_t as a picture
    #[arg(short, long, value_name = "OUT.png", group = "result")]
    output: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// If the picture cannot be read, an option is out of range, or a file cannot be written; no file is left then.
pub fn run(args: &Args) -> Result<(), CliError> {
    if let Some(path) = &args.output {
        check_png(path)?;
        if args.raw.as_ref().is_some_and(|raw| same_place(raw, path)) {
            return Err(CliError::Usage(format!("{}: -o and --raw are the same file", path.display())));
        }
    }
    if let Some(path) = &args.raw {
        check_tensors(path)?;
    }
    for path in args.output.iter().chain(&args.raw) {
        check_writable(path)?;
    }
    let schedule = args::schedule(&args.schedule, args.steps)?.build()?;
    args::check_timestep(args.t, schedule.steps())?;
    let loaded = open_argument(&args.image)?;
    for notice in &loaded.notices {
        remark(&format!("{}: {notice}", args.image.display()));
    }
    check_apart(args.output.iter().chain(&args.raw))?;
    let x0 = match args.size {
        Some(size) => fit(&loaded.pixels, &FitOptions { size, mode: FitMode::Fit }),
        None => loaded.pixels,
    };
    let mut engine = Engine::headless(args.device)?;
    let job = Job {
        kind: JobKind::Ledger,
        source: Source::new(x0),
        seed: args.seed,
        mode: if args.walk { NoiseMode::Walk } else { NoiseMode::Jump },
        coefficients: Coefficients::of(&schedule.step(args.t)),
    };
    write(&mut engine, &job, args.output.as_deref(), args.raw.as_deref())
}

/// Computes what is wanted, and writes both files or none.
fn write(engine: &mut Engine, job: &Job, output: Option<&Path>, raw: Option<&Path>) -> Result<(), CliError> {
    const SLOT: Slot = Slot(0);
    let forward = Job { kind: JobKind::Forward, ..job.clone() };
    engine.compute(SLOT, &forward)?;
    let xt = engine.read(SLOT, Field::Xt)?;
    let Some(raw) = raw else {
        return output.map_or(Ok(()), |output| Ok(save_raster_png(output, &xt)?));
    };
    let eps = engine.read(SLOT, Field::Eps)?;
    engine.compute(SLOT, job)?;
    let mut part = |field| -> Result<Raster, GpuError> { engine.read(SLOT, field) };
    let (signal, inherited, new) = (part(Field::Signal)?, part(Field::Inherited)?, part(Field::New)?);
    let tensors = [
        ("x0", job.source.raster()),
        ("eps", &eps),
        ("xt", &xt),
        ("signal", &signal),
        ("inherited", &inherited),
        ("new", &new),
    ];
    let Some(output) = output else { return Ok(save_safetensors(raw, &tensors)?) };
    // When the tensors are written, the picture is complete but has not been moved to its place; so either both files
    // appear or none.
    write_atomically(output, |writer| {
        let mut bytes = raster_to_rgb8(&xt);
        let (width, height) = (xt.width as u32, xt.height as u32);
        if xt.channels == 1 {
            bytes = bytes.into_iter().step_by(3).collect();
            encode_png(&mut *writer, PixelBytes::Grey(&bytes), width, height)?;
        } else {
            encode_png(&mut *writer, PixelBytes::Rgb(&bytes), width, height)?;
        }
        writer.flush()?;
        save_safetensors(raw, &tensors).map_err(std::io::Error::other)
    })
    .map_err(|error: ImagingError| error.into())
}
