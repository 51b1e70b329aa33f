//! Opens the network that a command line names, together with what the user states beside its files.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;

use super::args;
use super::error::CliError;
use super::output::{percent_bar, remark};
use crate::diffusion::ScheduleSpec;
use crate::diffusion::sampler::{PredictionType, SchedulerFile, restated};
use crate::model::{Compute, ModelRef, Part, PartName, Pipeline, Precision, StableDiffusion, UNet2DConfig};

/// What is known of a network beside its files.
#[derive(clap::Args, Debug, Default)]
pub struct Stated {
    /// What the network predicts [default: as its scheduler_config.json says]
    #[arg(long, value_enum)]
    prediction: Option<PredictionType>,
    /// The schedule it was trained with: a family's name or a scheduler_config.json [default: the folder's
    /// own]
    #[arg(long, value_name = "KIND|FILE")]
    schedule: Option<String>,
    /// The class that stands for no class [default: as the network's config.json notes, or the last]
    #[arg(long, value_name = "K", allow_negative_numbers = true)]
    null_class: Option<u32>,
}

/// A network that was opened with what the user stated.
#[derive(Debug)]
pub struct Opened {
    /// The network. Its scheduler is that of the folder, except for what the user stated.
    pub pipeline: Pipeline,
    /// Whether both schedule and prediction type are known, from the folder or as stated, so that neither was assumed.
    pub is_known: bool,
}

/// Opens a network, and reports what was assumed.
///
/// # Errors
/// The errors of [`ModelRef::open_with`].
pub fn open(model: &Path, precision: Precision) -> Result<Pipeline, CliError> {
    let pipeline = ModelRef::from_argument(model).open_with(precision)?;
    for text in &pipeline.remarks {
        remark(&format!("{}: {text}", model.display()));
    }
    Ok(pipeline)
}

/// Finds the parts of a text-to-image pipeline, and reports what was assumed. None of them is read yet.
///
/// # Errors
/// The errors of [`ModelRef::parts`].
pub fn parts(model: &Path) -> Result<StableDiffusion, CliError> {
    let parts = ModelRef::from_argument(model).parts()?.telling(reading());
    for text in &parts.remarks {
        remark(&format!("{}: {text}", model.display()));
    }
    Ok(parts)
}

/// Shows how much of a large part has been read, on a terminal.
fn reading() -> impl Fn(PartName, f64) + Send + Sync {
    let shown: Mutex<Option<ProgressBar>> = Mutex::new(None);
    move |part, share| {
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = shown.get_or_insert_with(|| percent_bar(part.name()));
        bar.set_position((share * 100.0) as u64);
        if share >= 1.0 {
            bar.finish_and_clear();
            *shown = None;
        }
    }
}

/// The network of a part that was opened; what was assumed in opening it is reported.
pub fn told<N>(model: &Path, (part, remarks): (Part<N>, Vec<String>)) -> N {
    for text in remarks {
        remark(&format!("{}: {text}", model.display()));
    }
    part.network
}

/// The wanted device, or else the best that there is.
///
/// # Errors
/// [`ModelError::Device`](crate::model::ModelError::Device) if the wanted device is not there.
pub fn device(wanted: Option<Compute>) -> Result<candle_core::Device, CliError> {
    if let Some(wanted) = wanted {
        return Ok(wanted.open()?);
    }
    let (device, failed) = Compute::best();
    if let Some(failed) = failed.filter(|_| device.is_cpu()) {
        remark(&format!("the network computes on the CPU: {failed}"));
    }
    Ok(device)
}

impl Stated {
    /// Whether anything was stated.
    pub fn is_any(&self) -> bool {
        self.prediction.is_some() || self.schedule.is_some() || self.null_class.is_some()
    }

    /// Opens a network, where what was stated takes precedence over its files.
    ///
    /// # Errors
    /// The errors of [`open`]; also if what was stated is not possible, or does not fit the network.
    pub fn open(&self, model: &Path) -> Result<Opened, CliError> {
        let mut pipeline = open(model, Precision::F32)?;
        if let Some(class) = self.null_class {
            pipeline.parts.unet.network.set_null_class(class as usize)?;
        }
        // A file says everything that the folder's own scheduler would say.
        let file = self.schedule.as_ref().filter(|name| !args::is_family(name));
        let file = file.map(|name| args::scheduler_file(name)).transpose()?;
        let is_known = pipeline.scheduler.is_some()
            || file.is_some()
            || (self.prediction.is_some() && self.schedule.is_some());
        if let Some(file) = file {
            let text = restated(&args::scheduler_text(&file)?, None, self.prediction);
            let text = text.map_err(|source| CliError::Sampler { path: file.clone(), source })?;
            // Errors in it are reported with the path of this file.
            SchedulerFile::parse(&text).map_err(|source| CliError::Config { path: file, source })?;
            pipeline.scheduler = Some(text);
        } else if self.prediction.is_some() || self.schedule.is_some() {
            pipeline.scheduler = Some(self.scheduler(model, pipeline.scheduler.as_deref())?);
        }
        Ok(Opened { pipeline, is_known })
    }

    /// The text of the scheduler, where what was stated takes precedence.
    fn scheduler(&self, model: &Path, own: Option<&str>) -> Result<String, CliError> {
        let assumed = match (own, &self.schedule, self.prediction) {
            (None, None, _) => Some("a linear schedule is assumed; say which with --schedule"),
            (None, _, None) => Some("ε-prediction is assumed; say what it predicts with --prediction"),
            _ => None,
        };
        if let Some(assumed) = assumed {
            remark(&format!("the model comes without a scheduler: {assumed}"));
        }
        // A kind's name says nothing about T, so the folder's own T is used if it is known.
        let steps = own.and_then(|text| Some(SchedulerFile::parse(text).ok()?.schedule.steps()));
        let stated = |name: &String| args::schedule(name, steps.filter(|_| args::is_family(name)));
        let schedule = self.schedule.as_ref().map(stated).transpose()?;
        let path = || model.join("scheduler").join("scheduler_config.json");
        let restated = |text: &str| {
            restated(text, schedule.as_ref(), self.prediction)
                .map_err(|source| CliError::Sampler { path: path(), source })
        };
        let usual = restated(&ScheduleSpec::default().to_diffusers()?)?;
        let Some(own) = own else { return Ok(usual) };
        let text = restated(own)?;
        // If the scheduler's text gives no schedule, and everything was stated by the user, the text is not
        // needed.
        let is_useless = schedule.is_some() && SchedulerFile::parse(&text).is_err();
        Ok(if is_useless && self.prediction.is_some() { usual } else { text })
    }
}

/// Reports the classes of the samples, if none was asked for.
pub fn remark_turns(config: &UNet2DConfig, in_turn: &[u32]) {
    let (Some(least), Some(most)) = (in_turn.iter().min(), in_turn.iter().max()) else { return };
    let none = config.null_class.filter(|&none| in_turn.iter().any(|&class| class as usize == none));
    let none = none.map_or(String::new(), |class| format!("; {class} stands for no class"));
    let classes =
        if least == most { format!("class {least}") } else { format!("classes {least} to {most} in turn") };
    remark(&format!("no class is asked for: samples are of {classes}{none}"));
}

/// Reports which class guidance takes for "no class", if this is not known, and for which samples guidance
/// changes nothing. `asked` holds the classes of the samples.
pub fn remark_guidance(config: &UNet2DConfig, guidance_scale: f64, asked: &[u32]) {
    let (true, Some(none)) = (guidance_scale != 1.0, config.guiding_class()) else { return };
    if config.null_class.is_none() {
        let reason = "the network does not say which class stands for no class";
        remark(&format!("{reason}: guidance takes class {none} for it; say which with --null-class"));
    }
    if asked.iter().any(|&class| class as usize == none) {
        let reason = "stands for no class, so that guidance changes nothing in samples of it";
        remark(&format!("class {none} {reason}"));
    }
}
