//! The options of a training, and what they mean.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::args;
use crate::cli::data::{first, minutes};
use crate::cli::error::CliError;
use crate::cli::output::remark;
use crate::diffusion::ScheduleSpec;
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::vdm::gamma::USUAL_ENDS;
use crate::files;
use crate::model::{PRESETS, UNet2DConfig};
use crate::train::{Loss, TimestepSampling, TrainSettings, gamma};

/// The γ of the min-SNR weights (Hang et al. 2023).
const GAMMA: f64 = 5.0;
/// The largest config of a network, in bytes.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// How errors at different timesteps count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LossName {
    /// Alike (Ho et al. 2020)
    Simple,
    /// As in the variational bound (Ho et al. 2020)
    Vlb,
    /// By min(SNR, 5) on the clean picture (Hang et al. 2023)
    MinSnr,
}

/// How timesteps are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Timesteps {
    /// Independently
    Uniform,
    /// Evenly spread over the batch (Kingma et al. 2021)
    LowDiscrepancy,
}

/// Whether the noise schedule is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GammaName {
    /// It stays as it is
    Fixed,
    /// Its ends follow the bound, and between them it comes to the least variance of the loss (Kingma et al. 2021)
    Learned,
}

/// How it learns.
#[derive(clap::Args, Debug)]
pub struct Learning {
    /// The network: tiny32, small32, ddpm-cifar10, or a config.json of diffusers' UNet2DModel; channels, size and
    /// classes follow the data [default: small32]
    #[arg(long, value_name = "FILE|NAME")]
    config: Option<String>,
    /// A family of schedules, or a scheduler_config.json [default: linear]
    #[arg(long, value_name = "KIND")]
    schedule: Option<String>,
    /// Number of timesteps T [default: 1000]
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    steps: Option<usize>,
    /// Multiply the schedule's betas by 1000/T (at most to 0.999): customary ones are made for T = 1000
    #[arg(long)]
    scale_betas: bool,
    /// Whether the noise schedule is learned too [default: fixed]
    #[arg(long, value_enum)]
    gamma: Option<GammaName>,
    /// Learning rate of a learned schedule; it rests during the warm-up, then falls like --lr [default: 0.01]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    gamma_lr: Option<f64>,
    /// What the network predicts [default: epsilon]
    #[arg(long, value_enum)]
    prediction: Option<PredictionType>,
    /// How errors at different timesteps count [default: simple; vlb with --gamma learned]
    #[arg(long, value_enum)]
    loss: Option<LossName>,
    /// How timesteps are drawn [default: low-discrepancy]
    #[arg(long, value_enum)]
    timesteps: Option<Timesteps>,
    /// Pictures in one iteration [default: 64]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    batch: Option<usize>,
    /// Largest learning rate; it falls to 0 along a cosine [default: 0.0005]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    lr: Option<f64>,
    /// Iterations in which the learning rate rises [default: 200]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    warm_up: Option<u64>,
    /// Decay of the weights (AdamW) [default: 0]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    weight_decay: Option<f64>,
    /// Largest decay of the moving average of weights [default: 0.999]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    ema: Option<f64>,
    /// Share of pictures shown without their class, for guidance [default: 0.1]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    class_dropout: Option<f64>,
    /// Mirror every second picture left to right, by chance
    #[arg(long)]
    flip: bool,
    /// Largest norm of the gradient; 0 for any [default: 1]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    clip_grad: Option<f64>,
    /// Seed of everything random [default: 7]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u64>,
}

impl Learning {
    /// The name of the first option that was given.
    pub fn given(&self) -> Option<&'static str> {
        first(&[
            ("--config", self.config.is_some()),
            ("--schedule", self.schedule.is_some()),
            ("--steps", self.steps.is_some()),
            ("--scale-betas", self.scale_betas),
            ("--gamma", self.gamma.is_some()),
            ("--gamma-lr", self.gamma_lr.is_some()),
            ("--prediction", self.prediction.is_some()),
            ("--loss", self.loss.is_some()),
            ("--timesteps", self.timesteps.is_some()),
            ("--batch", self.batch.is_some()),
            ("--lr", self.lr.is_some()),
            ("--warm-up", self.warm_up.is_some()),
            ("--weight-decay", self.weight_decay.is_some()),
            ("--ema", self.ema.is_some()),
            ("--class-dropout", self.class_dropout.is_some()),
            ("--flip", self.flip),
            ("--clip-grad", self.clip_grad.is_some()),
            ("--seed", self.seed.is_some()),
        ])
    }

    /// The settings, without the number of iterations.
    ///
    /// # Errors
    /// If the schedule is not known or cannot be read.
    pub fn settings(&self) -> Result<TrainSettings, CliError> {
        let learned = self.learned_gamma()?;
        let default = TrainSettings::default();
        let mut prediction = self.prediction;
        let mut schedule = match &self.schedule {
            Some(text) => {
                if !args::is_family(text) {
                    prediction = prediction.or(prediction_of(text)?);
                }
                args::schedule(text, self.steps)?
            }
            None => ScheduleSpec { steps: self.steps.unwrap_or(1000), ..ScheduleSpec::default() },
        };
        if self.scale_betas {
            args::scale_betas(&mut schedule)?;
        }
        if learned.is_none() {
            args::tell_signal_left(&schedule, self.scale_betas)?;
        }
        let loss = match self.loss {
            None | Some(LossName::Simple) => Loss::Simple,
            Some(LossName::Vlb) => Loss::Vlb,
            Some(LossName::MinSnr) => Loss::MinSnr { gamma: GAMMA },
        };
        let timesteps = match self.timesteps {
            Some(Timesteps::Uniform) => TimestepSampling::Uniform,
            None | Some(Timesteps::LowDiscrepancy) => TimestepSampling::LowDiscrepancy,
        };
        let settings = TrainSettings {
            schedule,
            prediction: prediction.unwrap_or_default(),
            loss,
            timesteps,
            batch: self.batch.unwrap_or(default.batch),
            learning_rate: self.lr.unwrap_or(default.learning_rate),
            warm_up: self.warm_up.unwrap_or(default.warm_up),
            iterations: None,
            weight_decay: self.weight_decay.unwrap_or(default.weight_decay),
            ema: self.ema.unwrap_or(default.ema),
            class_dropout: self.class_dropout.unwrap_or(default.class_dropout),
            flip: self.flip,
            clip_grad: self.clip_grad.or(default.clip_grad).filter(|&norm| norm != 0.0),
            seed: self.seed.unwrap_or(default.seed),
            gamma_rate: None,
        };
        let Some(rate) = learned else { return Ok(settings) };
        let settings = settings.with_learned_gamma(rate);
        let [max, min] = USUAL_ENDS.map(|end| -end);
        remark(&format!(
            "--gamma learned: log-SNR begins with {max} to {min}, evenly; the loss is the variational bound in continuous \
             time"
        ));
        Ok(settings)
    }

    /// The learning rate of a schedule that is learned; `None` if it stays as it is.
    ///
    /// # Errors
    /// If another option contradicts it.
    fn learned_gamma(&self) -> Result<Option<f64>, CliError> {
        if self.gamma != Some(GammaName::Learned) {
            return match self.gamma_lr {
                Some(_) => Err(CliError::Usage("--gamma-lr is for --gamma learned; leave it out".to_owned())),
                None => Ok(None),
            };
        }
        let contradicts =
            first(&[("--schedule", self.schedule.is_some()), ("--scale-betas", self.scale_betas)]);
        if let Some(option) = contradicts {
            let reason = "does not go with --gamma learned, which learns the schedule; leave it out";
            return Err(CliError::Usage(format!("{option} {reason}")));
        }
        if matches!(self.loss, Some(LossName::Simple | LossName::MinSnr)) {
            let reason = "--gamma learned needs --loss vlb, as the ends of the schedule follow the bound";
            return Err(CliError::Usage(reason.to_owned()));
        }
        Ok(Some(self.gamma_lr.unwrap_or(gamma::USUAL_RATE)))
    }

    /// The network's config, before it is adapted to the data.
    ///
    /// # Errors
    /// If it is neither a known name nor a file that can be read.
    pub fn network(&self) -> Result<UNet2DConfig, CliError> {
        let name = self.config.as_deref().unwrap_or("small32");
        if let Some(config) = UNet2DConfig::preset(name) {
            return Ok(config);
        }
        let path = PathBuf::from(name);
        if !path.exists() && !name.contains(['/', '\\', '.']) {
            let known = PRESETS.join(", ");
            return Err(CliError::Usage(format!("--config {name}: neither one of {known} nor a file")));
        }
        let text = files::read_text(&path, MAX_CONFIG_BYTES)?;
        Ok(UNet2DConfig::from_json(&text, name)?)
    }
}

/// The default numbers of iterations between samples and between checkpoints.
const SAMPLE_EVERY: u64 = 1000;
const SAVE_EVERY: u64 = 500;

/// How long, and what is written meanwhile.
#[derive(clap::Args, Debug)]
pub struct Pace {
    /// Number of iterations [default: 10000]
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "minutes")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=0xFFFF_FFFF))]
    iterations: Option<u64>,
    /// So many minutes instead: the number of iterations is found from the speed of the first ones
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = minutes)]
    pub minutes: Option<f64>,
    /// Threads [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,
    /// Draw samples after every N iterations; 0 never
    #[arg(long, value_name = "N", default_value_t = SAMPLE_EVERY, allow_negative_numbers = true)]
    sample_every: u64,
    /// Save after every N iterations
    #[arg(long, value_name = "N", default_value_t = SAVE_EVERY, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    save_every: u64,
}

impl Pace {
    /// Number of iterations of a new run; `None` if it has to be computed from the time.
    pub fn iterations(&self) -> Option<u64> {
        match self.minutes {
            Some(_) => None,
            None => self.iterations.or(TrainSettings::default().iterations),
        }
    }

    /// The number of iterations that was asked for.
    pub fn asked_iterations(&self) -> Option<u64> {
        self.iterations
    }

    /// Options that have to be given again when the run is resumed, unless they have their defaults.
    pub fn repeated(&self) -> String {
        let options = [
            ("--sample-every", self.sample_every, SAMPLE_EVERY),
            ("--save-every", self.save_every, SAVE_EVERY),
        ];
        let unusual = options.into_iter().filter(|(_, value, usual)| value != usual);
        let texts: Vec<String> = unusual.map(|(name, value, _)| format!(" {name} {value}")).collect();
        texts.concat()
    }

    /// Whether samples are drawn at all.
    pub fn samples(&self) -> bool {
        self.sample_every > 0
    }

    /// Whether samples are drawn after this iteration.
    pub fn samples_at(&self, iteration: u64) -> bool {
        self.samples() && iteration.is_multiple_of(self.sample_every)
    }

    /// Whether the run is saved after this iteration.
    pub fn saves_at(&self, iteration: u64) -> bool {
        iteration.is_multiple_of(self.save_every)
    }
}

/// What a scheduler's file says that networks predict, if it says so. A remark tells what else in the file is
/// not used in a training.
fn prediction_of(schedule: &str) -> Result<Option<PredictionType>, CliError> {
    let path = args::scheduler_file(schedule)?;
    let file = args::scheduler_config(&path)?;
    remark(&format!(
        "{}: its schedule and prediction are taken; how it samples (class, spacing, clipping) is not for a training",
        path.display()
    ));
    file.prediction().map_err(|source| CliError::Sampler { path, source })
}
