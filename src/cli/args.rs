//! The meaning of arguments: schedules by name or file, pictures by name or file, and sizes.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::error::CliError;
use super::output::remark;
use crate::app::figure::{LETTERINGS, SIDES};
use crate::app::{Language, about};
use crate::diffusion::noise::NoiseMode;
use crate::diffusion::sampler::{PredictionType, SchedulerFile, StepTo, TimestepSpacing};
use crate::diffusion::{ScheduleError, ScheduleKind, ScheduleSpec};
use crate::files;
use crate::gpu::Device;
use crate::imaging::sample_meant;
use crate::model::{Compute, ModelRef, PartName, Pipeline, StableDiffusion};
use crate::scene::{
    self, Action, ChapterId, ImageRef, LatentOptions, ReverseOptions, Scene, Side, TextOptions,
};

const ZERO_SNR_ADVICE: &str = "a zero terminal SNR with v-prediction takes the rest away";

impl ValueEnum for ChapterId {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(about(*self).1))
    }
}

impl ValueEnum for Device {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Gpu, Self::Cpu]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Auto => PossibleValue::new("auto").help("A real graphics adapter, else the processor"),
            Self::Gpu => PossibleValue::new("gpu").help("A graphics adapter, also a software one"),
            Self::Cpu => PossibleValue::new("cpu").help("The processor"),
        })
    }
}

impl ValueEnum for PredictionType {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let value = PossibleValue::new(self.name());
        Some(match self {
            Self::Epsilon => value.help("The noise (Ho et al. 2020)"),
            Self::Sample => value.help("The clean picture"),
            Self::VPrediction => {
                value.aliases(["v", "v-prediction"]).help("√ᾱ ε − √(1−ᾱ) x₀ (Salimans & Ho 2022)")
            }
        })
    }
}

impl ValueEnum for TimestepSpacing {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Leading => "Multiples of T/n from the clean end; T itself is not visited",
            Self::Trailing => "Multiples of T/n from the noisy end, T first",
            Self::Linspace => "Evenly from T to 1, both ends included",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

impl ValueEnum for StepTo {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Published => "To t − T/n, as published and in diffusers, wherever the next call is",
            Self::Listed => "To the timestep of the next call, exactly",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

impl ValueEnum for Compute {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Cpu, Self::Cuda, Self::Metal]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Cpu => PossibleValue::new("cpu").help("The processor, with kernels of this program"),
            Self::Cuda => PossibleValue::new("cuda").help("A card of NVIDIA (in builds with that feature)"),
            Self::Metal => PossibleValue::new("metal").help("A card of Apple (in builds with that feature)"),
        })
    }
}

/// Background of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// For projectors in dark rooms
    Dark,
    /// For bright rooms and for paper
    Light,
}

impl ValueEnum for Language {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::English, Self::Korean, Self::Pseudo]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.tag()).help(self.name()).hide(*self == Self::Pseudo))
    }
}

/// The language of windows and figures.
#[derive(clap::Args, Clone, Copy, Debug, Default)]
pub struct Lang {
    /// Language of the words [default: DIFFUSCOPE_LANG, or the system's]
    #[arg(long, value_enum, ignore_case = true)]
    lang: Option<Language>,
}

impl Lang {
    /// The name of the variable of the environment that chooses a language.
    const VARIABLE: &'static str = "DIFFUSCOPE_LANG";

    /// The language that was asked for, by the option or by the environment; `None` if neither says any. A language
    /// of the environment that is not spoken is reported.
    pub fn asked(self) -> Option<Language> {
        let environment = || {
            let name = std::env::var(Self::VARIABLE).ok().filter(|name| !name.is_empty())?;
            let language = Language::of_locale(&name);
            if language.is_none() {
                let all = Language::ALL.map(Language::tag).join(" and ");
                remark(&format!("{}={name}: the languages are {all}", Self::VARIABLE));
            }
            language
        };
        self.lang.or_else(environment)
    }

    /// The language that was asked for, or that of the system.
    pub fn language(self) -> Language {
        self.asked().unwrap_or_else(Language::of_system)
    }
}

/// Reads a size such as `1600x1000`.
pub fn size(text: &str) -> Result<[u32; 2], String> {
    let sides = text.split_once(['x', 'X', '×']);
    let sides = sides.and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    match sides {
        Some(size) if size.iter().all(|side| SIDES.contains(side)) => Ok(size),
        Some(_) => Err(format!("each side must be from {} to {}", SIDES.start(), SIDES.end())),
        None => Err("a size is WIDTHxHEIGHT in pixels, such as 1600x1000".to_owned()),
    }
}

/// A factor for the lettering of figures.
///
/// # Errors
/// If it is no number in [`LETTERINGS`].
pub fn lettering(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(factor) if LETTERINGS.contains(&factor) => Ok(factor),
        _ => Err(format!("it must be a number from {} to {}", LETTERINGS.start(), LETTERINGS.end())),
    }
}

/// Whether this is the name of a kind of schedules.
pub fn is_family(text: &str) -> bool {
    ScheduleKind::default_of(&text.replace('_', "-")).is_some()
}

/// A schedule by the name of its kind, or from a diffusers `scheduler_config.json` (or the folder of a pipeline that
/// has one). `steps` takes precedence over the 1000 steps of named schedules and over a file's own number.
///
/// # Errors
/// If there is neither such a kind nor such a file, or the file holds no schedule. The schedule that is returned may
/// still be impossible to build.
pub fn schedule(text: &str, steps: Option<usize>) -> Result<ScheduleSpec, CliError> {
    if let Some(kind) = ScheduleKind::default_of(&text.replace('_', "-")) {
        return Ok(ScheduleSpec { kind, steps: steps.unwrap_or(1000), zero_terminal_snr: false });
    }
    let path = scheduler_file(text)?;
    let mut spec = scheduler_config(&path)?.schedule.spec().clone();
    if let Some(steps) = steps {
        if spec.kind.kind().fixed_steps().is_some() && spec.steps != steps {
            let reason = format!("{}: its table of betas fixes T at {}", path.display(), spec.steps);
            return Err(CliError::Usage(format!("{reason}; leave out --steps {steps}")));
        }
        spec.steps = steps;
    }
    Ok(spec)
}

/// The `scheduler_config.json` that an argument means if it is not the name of a kind: the file itself, or
/// the file in a folder.
///
/// # Errors
/// If there is no such file, and the argument does not look like a path.
pub fn scheduler_file(text: &str) -> Result<PathBuf, CliError> {
    let path = PathBuf::from(text);
    let looks_like_path = text.contains(['/', '\\', '.']);
    if !looks_like_path && !path.exists() {
        return Err(ScheduleError::UnknownKind { name: text.to_owned() }.into());
    }
    if !path.is_dir() {
        return Ok(path);
    }
    let inside = ["scheduler_config.json", "scheduler/scheduler_config.json"].map(|name| path.join(name));
    Ok(inside.into_iter().find(|path| path.is_file()).unwrap_or(path))
}

/// The text of a `scheduler_config.json`.
///
/// # Errors
/// Names the file.
pub fn scheduler_text(path: &Path) -> Result<String, CliError> {
    if path.is_dir() {
        let reason = "there is no scheduler_config.json in this folder".to_owned();
        return Err(CliError::Input { path: path.to_owned(), reason });
    }
    Ok(files::read_text(path, files::MAX_CONFIG_BYTES)?)
}

/// Reads a `scheduler_config.json`, and reports what was assumed.
///
/// # Errors
/// Names the file.
pub fn scheduler_config(path: &Path) -> Result<SchedulerFile, CliError> {
    let file = SchedulerFile::parse(&scheduler_text(path)?);
    let file = file.map_err(|source| CliError::Config { path: path.to_owned(), source })?;
    file.remarks.iter().for_each(|line| remark(&format!("{}: {line}", path.display())));
    Ok(file)
}

/// Scales the betas of a schedule to its T, for `--scale-betas`.
///
/// # Errors
/// [`CliError::Usage`] if the kind has no betas to scale.
pub fn scale_betas(spec: &mut ScheduleSpec) -> Result<(), CliError> {
    let Some(scaled) = spec.with_scaled_betas() else {
        let family = spec.kind.name();
        let reason = "whose betas are not parameters; leave it out";
        return Err(CliError::Usage(format!("--scale-betas does not apply to {family}, {reason}")));
    };
    *spec = scaled;
    Ok(())
}

/// Reports if much of the picture is left at T, and what helps; the betas may be scaled already.
///
/// # Errors
/// If the schedule cannot be built.
pub fn tell_signal_left(spec: &ScheduleSpec, is_scaled: bool) -> Result<(), CliError> {
    if let Some(left) = spec.build()?.signal_left() {
        let fewer = !is_scaled && spec.with_scaled_betas().is_some_and(|scaled| scaled != *spec);
        let advice =
            if fewer { "--scale-betas fits betas made for T = 1000 to this T" } else { ZERO_SNR_ADVICE };
        remark(&format!("{left}; {advice}"));
    }
    Ok(())
}

/// A picture by its file, or by the name of a built-in one if there is no such file.
pub fn picture(path: &Path) -> ImageRef {
    match sample_meant(path) {
        Some(sample) => ImageRef::Sample(sample.name.to_owned()),
        None => ImageRef::File(path.to_owned()),
    }
}

/// Checks a timestep of a schedule with T steps.
///
/// # Errors
/// [`CliError::Usage`] unless the timestep is in `1..=T`.
pub fn check_timestep(t: usize, steps: usize) -> Result<(), CliError> {
    if (1..=steps).contains(&t) {
        return Ok(());
    }
    Err(CliError::Usage(format!("--t must be from 1 to T = {steps}, got {t}")))
}

/// The options that make up a scene, shared by `figure` and `tour`.
#[derive(clap::Args, Debug, Default)]
pub struct SceneArgs {
    /// A picture, the name of a built-in one, or a scene saved by the window
    pub image: Option<PathBuf>,
    /// Timestep, 1 to T [default: 300 of 1000]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub t: Option<usize>,
    /// Schedule A: a family's name or a scheduler_config.json [default: linear]
    #[arg(long, value_name = "KIND")]
    pub schedule: Option<String>,
    /// Schedule B, shown beside A
    #[arg(long, value_name = "KIND")]
    pub compare: Option<String>,
    /// Number of timesteps T [default: 1000]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub steps: Option<usize>,
    /// Scale the betas of A and B, which are made for T = 1000, to T
    #[arg(long)]
    pub scale_betas: bool,
    /// Seed of all noise [default: 7]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Noise of a Markov walk instead of one ε for all t
    #[arg(long)]
    pub walk: bool,
}

impl SceneArgs {
    /// The scene that these options describe.
    ///
    /// # Errors
    /// If a file cannot be read, or an option is out of range.
    pub fn scene(&self) -> Result<Scene, CliError> {
        let mut scene = match &self.image {
            Some(path) => scene_of(path)?,
            None => Scene::default(),
        };
        if let Some(text) = &self.schedule {
            scene.apply(Action::Schedule(Side::A, schedule(text, self.steps)?))?;
        } else if let Some(steps) = self.steps {
            scene.apply(Action::Steps(steps))?;
        }
        if let Some(text) = &self.compare {
            let steps = scene.steps();
            let mut spec = schedule(text, None)?;
            if spec.kind.kind().fixed_steps().is_none() {
                spec.steps = steps;
            } else if spec.steps != steps {
                let reason = format!("its table of betas has {}, schedule A has {steps}", spec.steps);
                return Err(CliError::Usage(format!("{text}: T must be the same: {reason}")));
            }
            scene.apply(Action::Schedule(Side::B, spec))?;
            scene.apply(Action::Compare(true))?;
        }
        if self.scale_betas {
            for side in Side::BOTH {
                let mut spec = scene.schedule(side).clone();
                // B only needs betas to scale if it is shown.
                match scale_betas(&mut spec) {
                    Err(error) if side == Side::A || self.compare.is_some() => return Err(error),
                    Err(_) => {}
                    Ok(()) => scene.apply(Action::Schedule(side, spec))?,
                }
            }
        }
        if let Some(t) = self.t {
            check_timestep(t, scene.steps())?;
            scene.apply(Action::Timestep(t))?;
        }
        if let Some(seed) = self.seed {
            scene.apply(Action::Seed(seed))?;
        }
        if self.walk {
            scene.apply(Action::Noise(NoiseMode::Walk))?;
        }
        Ok(scene)
    }
}

/// The scene that a file stands for: a saved scene; or the default scene with a schedule, with a network (its folder or
/// its weights) in the chapter that runs it, or with a picture.
///
/// # Errors
/// Names the file, and says what is wrong with it. A picture is not decoded yet.
pub fn scene_of(path: &Path) -> Result<Scene, CliError> {
    let mut scene = Scene::default();
    if path.is_dir() || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("safetensors")) {
        let model = ModelRef::Folder(path.to_owned());
        if let Ok(parts) = StableDiffusion::find(path)
            && (parts.has(PartName::Vae) || parts.draws())
        {
            return pipeline_scene(scene, &parts, &model);
        }
        Pipeline::check(path)?;
        scene.apply(Action::Chapter(ChapterId::Reverse))?;
        scene.apply(Action::options(ReverseOptions { model, ..ReverseOptions::default() }))?;
    } else if scene::looks_like_scheduler(path) {
        let schedule = scheduler_config(path)?.schedule.spec().clone();
        scene.apply(Action::Schedule(Side::A, schedule))?;
    } else if scene::looks_like_scene(path) {
        scene = scene::load(path)?;
    } else {
        scene.apply(Action::Image(picture(path)))?;
    }
    Ok(scene)
}

/// A scene with parts of a text-to-image pipeline, in the chapter that shows them, as in the window: what draws pictures of
/// texts, or an autoencoder.
fn pipeline_scene(mut scene: Scene, parts: &StableDiffusion, model: &ModelRef) -> Result<Scene, CliError> {
    if parts.has(PartName::Vae) {
        parts.vae_config()?;
        let options = LatentOptions { autoencoder: model.clone(), ..LatentOptions::default() };
        scene.apply(Action::options(options))?;
        scene.apply(Action::Chapter(ChapterId::Latent))?;
    }
    if parts.draws() {
        parts.check()?;
        let options = TextOptions { pipeline: model.clone(), ..TextOptions::default() };
        scene.apply(Action::options(options))?;
        scene.apply(Action::Chapter(ChapterId::Text))?;
    }
    Ok(scene)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_two_sides_in_range() {
        assert_eq!(size("1600x1000"), Ok([1600, 1000]));
        assert_eq!(size("320×8192"), Ok([320, 8192]));
        for wrong in ["", "x", "0x0", "1600", "1600x", "1600x99999999999", "-5x7", "8193x1000"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn schedules_go_by_name() {
        assert_eq!(schedule("scaled_linear", Some(50)).unwrap().steps, 50);
        let unknown = schedule("quadratic", None).unwrap_err().to_string();
        assert!(unknown.contains("quadratic") && unknown.contains("cosine"), "{unknown}");
        let missing = schedule("./no/such.json", None).unwrap_err().to_string();
        assert!(missing.contains("./no/such.json"), "{missing}");
    }
}
