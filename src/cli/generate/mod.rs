//! What `sample` and `denoise` share: opening a network, running a sampler, and writing the results.

mod film;
mod from_picture;
mod prompt;
mod run;
mod second;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::error::CliError;
use super::grid::grid;
use super::network::{self, Stated};
use super::output::{check_apart, check_outside, check_png, check_tensors, remark};
use super::trace::Trace;
use crate::diffusion::sampler::{
    Ddim, Sampler, SamplerFamily, SamplerKind, SamplerSpec, SchedulerFile, StepTo, TimestepSpacing,
};
use crate::diffusion::{Schedule, ScheduleSpec};
use crate::files::same_place;
use crate::imaging::{FilmFormat, NamedTensor, check_writable, save_raster_png, save_tensors};
use crate::model::{Compute, Conditioning, Denoiser, UNet2DConfig, UNet2DModel};

use self::film::Frames;
pub use self::from_picture::FromPicture;
pub use self::prompt::Words;
use self::run::{Finished, Run};

/// A sampler by its short name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SamplerName(SamplerFamily);

impl ValueEnum for SamplerName {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [SamplerName; SamplerFamily::ALL.len()] = {
            let mut all = [SamplerName(SamplerFamily::ALL[0]); SamplerFamily::ALL.len()];
            let mut i = 0;
            while i < all.len() {
                all[i] = SamplerName(SamplerFamily::ALL[i]);
                i += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let about = self.0.about();
        let value = PossibleValue::new(about.short).help(about.help);
        Some(if self.0.name() == about.short { value } else { value.alias(self.0.name()) })
    }
}

/// Options of both commands.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("result").required(true).multiple(true))]
pub struct Options {
    /// A diffusers folder, its unet folder, or a .safetensors file beside its config.json
    #[arg(long, value_name = "FOLDER")]
    model: PathBuf,
    /// How many samples
    #[arg(short = 'n', value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=4096))]
    samples: Option<u32>,
    /// Class of all samples, from 0 [default: all classes in turn]
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    class: Option<u32>,
    #[command(flatten)]
    stated: Stated,
    /// Strength w of classifier-free guidance; 1 is none [default: 1, with --prompt 7.5]
    #[arg(long, value_name = "W", allow_negative_numbers = true)]
    guidance_scale: Option<f64>,
    /// [default: the folder's own]
    #[arg(long, value_enum)]
    sampler: Option<SamplerName>,
    /// Number of steps, 1 to T [default: T for ddpm, else 50]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    steps: Option<usize>,
    /// Noise of ddim: 0 is deterministic, 1 is like ddpm
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    eta: Option<f64>,
    /// How the timesteps are spread over T [default: the folder's own]. With linspace and trailing, most
    /// steps of ddim and pndm lead a little beside the level that the next call is told: see --step-to
    #[arg(long, value_enum)]
    spacing: Option<TimestepSpacing>,
    /// To which level a step of ddim or pndm leads [default: published]
    #[arg(long, value_enum)]
    step_to: Option<StepTo>,
    /// Seed of all noise
    #[arg(long, value_name = "N", default_value_t = 7, allow_negative_numbers = true)]
    seed: u64,
    /// Where the network computes [default: the best there is]
    #[arg(long, value_enum)]
    device: Option<Compute>,
    /// Threads for the network [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
    /// Height and width of the samples [default: the network's own]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    size: Option<u32>,
    /// Write the samples exactly: f32 of shape [n, channels, height, width], named samples
    #[arg(long, value_name = "FILE.safetensors", group = "result")]
    raw: Option<PathBuf>,
    /// Write the run as a film
    #[arg(long, value_name = "FILE.gif", group = "result")]
    gif: Option<PathBuf>,
    /// Write every step into a folder: x_t, eps_hat, x0_hat, mean, noise, x_prev, t and
    /// t_prev, the level of x_prev
    #[arg(long, value_name = "DIR", group = "result")]
    trace: Option<PathBuf>,
    /// Write all samples as one picture
    #[arg(short, long, value_name = "GRID.png", group = "result")]
    output: Option<PathBuf>,
}

/// An opened network, with its schedule and sampler.
pub struct Setup {
    /// The network.
    pub unet: UNet2DModel,
    /// The schedule that it was trained with.
    pub schedule: Schedule,
    /// The sampler.
    pub spec: SamplerSpec,
    /// Height and width of the samples.
    pub size: [usize; 2],
}

impl Options {
    /// Seed of all noise.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Number of samples, where `default` is the command's own.
    pub fn samples(&self, default: u32) -> usize {
        self.samples.unwrap_or(default) as usize
    }

    /// The number of steps that was asked for.
    pub fn steps(&self) -> Option<usize> {
        self.steps
    }

    /// The files that are written.
    fn files(&self) -> Vec<&PathBuf> {
        [&self.output, &self.gif, &self.raw].into_iter().flatten().collect()
    }

    /// Checks the names and places of files before any long work begins.
    ///
    /// # Errors
    /// [`CliError::Usage`] if a name is wrong, or two are the same; a write error if a file could not be written.
    fn check_files(&self) -> Result<(), CliError> {
        if let Some(path) = &self.output {
            check_png(path)?;
        }
        if let Some(path) = &self.gif
            && FilmFormat::from_path(path).is_none()
        {
            let reason = "films are written as GIF or APNG; choose a name that ends in .gif or .apng";
            return Err(CliError::Usage(format!("{}: {reason}", path.display())));
        }
        let files = self.files();
        for (i, file) in files.iter().enumerate() {
            if files[..i].iter().any(|other| same_place(other, file)) {
                return Err(CliError::Usage(format!("{}: two results have this name", file.display())));
            }
            // The folder of steps is moved to its place last; nothing may be at that place then.
            if self.trace.as_ref().is_some_and(|folder| file.ancestors().any(|part| same_place(part, folder)))
            {
                let reason = "the folder of --trace holds nothing but the steps; choose another place";
                return Err(CliError::Usage(format!("{}: {reason}", file.display())));
            }
            check_writable(file)?;
            check_outside(file, &self.model)?;
        }
        if let Some(path) = &self.raw {
            check_tensors(path)?;
        }
        if let Some(folder) = &self.trace {
            Trace::check(folder)?;
        }
        Ok(())
    }

    /// Opens the network and reads its scheduler.
    ///
    /// # Errors
    /// Names the file or the option, and says what is wrong with it.
    pub fn open(&self) -> Result<Setup, CliError> {
        self.check_files()?;
        let mut pipeline = self.stated.open(&self.model)?.pipeline;
        pipeline.parts.unet.network = pipeline.parts.unet.network.on(&network::device(self.device)?)?;
        let size = match (self.size, pipeline.parts.unet.network.config().sample_size) {
            (Some(side), _) => [side as usize; 2],
            (None, Some(size)) => size,
            (None, None) => {
                let reason = "its config.json says no sample_size; give --size N";
                return Err(CliError::Usage(format!("{}: {reason}", self.model.display())));
            }
        };
        let (schedule, mut spec) = scheduler(&self.model, pipeline.scheduler.as_deref(), self.sampler)?;
        if let Some(steps) = self.steps {
            spec.num_inference_steps = steps;
        }
        spec.timestep_spacing = self.spacing.unwrap_or(spec.timestep_spacing);
        spec.step_to = self.step_to.unwrap_or(spec.step_to);
        self.with_eta(&mut spec)?;
        Ok(Setup { unet: pipeline.parts.unet.network, schedule, spec, size })
    }

    /// Sets the noise of ddim that was asked for.
    fn with_eta(&self, spec: &mut SamplerSpec) -> Result<(), CliError> {
        let Some(wanted) = self.eta else { return Ok(()) };
        let SamplerKind::Ddim(Ddim { eta, .. }) = &mut spec.kind else {
            let sampler = spec.kind.name();
            return Err(CliError::Usage(format!("--eta belongs to ddim, the sampler is {sampler}")));
        };
        *eta = wanted;
        Ok(())
    }

    /// Strength of classifier-free guidance towards a class; 1 is none.
    fn class_guidance(&self) -> f64 {
        self.guidance_scale.unwrap_or(1.0)
    }

    /// Runs `body` with the number of threads that was asked for.
    ///
    /// # Errors
    /// If the threads cannot be started, and the errors of `body`.
    pub fn on_threads<T: Send>(
        &self,
        body: impl FnOnce() -> Result<T, CliError> + Send,
    ) -> Result<T, CliError> {
        on_threads(self.threads, body)
    }

    /// Runs the sampler from pure noise, or from `start`, and writes the results.
    ///
    /// # Errors
    /// If a class does not fit the network, the run fails or is stopped, or a file cannot be written. No unfinished
    /// file is left.
    pub fn run(
        &self,
        setup: Setup,
        samples: usize,
        sampler: &Sampler,
        start: Option<Arc<[f32]>>,
    ) -> Result<(), CliError> {
        check_apart(self.files())?;
        let [height, width] = setup.size;
        let shape = [samples, setup.unet.config().in_channels, height, width];
        if (self.output.is_some() || self.gif.is_some()) && !matches!(shape[1], 1 | 3) {
            let reason = format!("the network's samples have {} channels and are no pictures", shape[1]);
            return Err(CliError::Usage(format!("{reason}; ask for --raw or --trace alone")));
        }
        let classes = self.classes(setup.unet.config(), samples);
        let asked = classes.clone().unwrap_or_default();
        if start.is_none() {
            tell_signal_left(&setup.schedule);
        }
        if let Some([to, next]) = sampler.beside() {
            let line = "--step-to listed goes from call to call";
            remark(&format!(
                "a step leads to t = {to}, the next call is told t = {next}, as published; {line}"
            ));
        }
        let denoiser = Denoiser::new(setup.unet, classes, self.class_guidance())?;
        if self.class.is_none() {
            network::remark_turns(denoiser.unet().config(), &asked);
        }
        network::remark_guidance(denoiser.unet().config(), self.class_guidance(), &asked);
        let run = Run::begin(sampler, self.seed, shape, start, self.trace.as_deref())?;
        let mut film = self.gif.as_ref().map(|_| Frames::begin(sampler.calls(), shape, run.state()));
        let Finished { state, trace } = run.finish(&denoiser, |record| {
            if let Some(film) = &mut film {
                film.step(record);
            }
        })?;
        self.write(&state, shape, film)?;
        trace.map_or(Ok(()), Trace::finish)
    }

    fn write(&self, samples: &[f32], shape: [usize; 4], film: Option<Frames>) -> Result<(), CliError> {
        if let Some(path) = &self.raw {
            save_tensors(path, &[NamedTensor { name: "samples", shape: &shape, data: samples }])?;
        }
        if let (Some(path), Some(film)) = (&self.gif, film) {
            film.save(path)?;
        }
        if let Some(path) = &self.output {
            save_raster_png(path, &grid(samples, shape))?;
        }
        Ok(())
    }

    /// The class of each sample, if the network is told the class.
    fn classes(&self, config: &UNet2DConfig, samples: usize) -> Option<Vec<u32>> {
        if let Some(class) = self.class {
            return Some(vec![class; samples]);
        }
        let Conditioning::Classes { classes } = config.conditioning() else { return None };
        // There is nothing to guide towards with the class that stands for "no class".
        let left_out = config.guiding_class().filter(|_| self.class_guidance() != 1.0 && classes > 1);
        let in_turn = (0..classes).filter(|&class| Some(class) != left_out).map(|class| class as u32);
        Some(in_turn.cycle().take(samples).collect())
    }
}

/// The schedule and sampler of a `scheduler_config.json`, or diffusers' defaults if there is none.
///
/// # Errors
/// Names the file, and says what is wrong with it.
pub fn scheduler(
    model: &Path,
    text: Option<&str>,
    sampler: Option<SamplerName>,
) -> Result<(Schedule, SamplerSpec), CliError> {
    let wanted = sampler.map(|SamplerName(family)| family);
    let Some(text) = text else {
        remark("the model comes without a scheduler: a linear schedule and ε-prediction are assumed");
        let schedule = ScheduleSpec::default().build()?;
        let family = wanted.unwrap_or(SamplerFamily::Ddpm);
        let steps = if family.about().all_steps { schedule.steps() } else { 50 };
        return Ok((schedule, SamplerSpec::new(family.with_defaults(), steps)));
    };
    let path = || model.join("scheduler").join("scheduler_config.json");
    let file = SchedulerFile::parse(text).map_err(|source| CliError::Config { path: path(), source })?;
    let wanted = wanted.map(SamplerFamily::with_defaults);
    let chosen = file.sampler(wanted).map_err(|source| CliError::Sampler { path: path(), source })?;
    for line in &chosen.remarks {
        remark(&format!("{}: {line}", path().display()));
    }
    Ok((file.schedule, chosen.spec))
}

/// Reports if a network that is sampled from pure noise has seen much of the picture at T in its training.
pub fn tell_signal_left(schedule: &Schedule) {
    if let Some(left) = schedule.signal_left() {
        remark(&format!("{left}, which the network was not shown there"));
    }
}

/// Runs `body` on a pool with this number of threads, or with one thread for each core.
///
/// # Errors
/// If the threads cannot be started, and the errors of `body`.
pub fn on_threads<T: Send>(
    threads: Option<u32>,
    body: impl FnOnce() -> Result<T, CliError> + Send,
) -> Result<T, CliError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0) as usize)
        .thread_name(|i| format!("network-{i}"))
        .build()
        .map_err(|error| CliError::Gpu(crate::gpu::GpuError::Threads(error.to_string())))?;
    pool.install(body)
}
