//! The settings of a run: plain data, saved with it.

use serde::{Deserialize, Serialize};

use super::TrainError;
use crate::dataset::Dataset;
use crate::diffusion::sampler::{PredictionType, SamplerFamily, SamplerSpec, Thresholding, TimestepSpacing};
use crate::diffusion::schedule::LogSnr;
use crate::diffusion::vdm::gamma;
use crate::diffusion::{Schedule, ScheduleKind, ScheduleSpec};
use crate::files::number;
use crate::model::{Conditioning, UNet2DConfig};

/// How errors at different timesteps are weighted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "loss")]
pub enum Loss {
    /// The mean square error of what the network predicts (`L_simple` of Ho et al. 2020, eq. 14, for ε).
    #[default]
    Simple,
    /// The variational bound with `σ_t² = β_t` (Ho et al. 2020, eq. 12). T times the mean over t is the bound in nats
    /// per dimension, up to terms that do not depend on the network.
    Vlb,
    /// The mean square error of `x̂_0`, weighted by `min(SNR_t, γ)` (Hang et al. 2023, eq. 9).
    MinSnr {
        /// γ; 5 in the paper.
        gamma: f64,
    },
}

/// How the timesteps of a batch are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimestepSampling {
    /// Independently, uniform in `1..=T`.
    Uniform,
    /// `t_i = (u_0 + i/k) mod 1` with one uniform `u_0` for the whole batch of k (Kingma et al. 2021, appendix I.1):
    /// each timestep is uniform by itself, and together they are evenly spread.
    #[default]
    LowDiscrepancy,
}

/// The settings of a run: everything that its weights depend on besides the data and the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainSettings {
    /// The noise schedule.
    pub schedule: ScheduleSpec,
    /// What the network learns to predict.
    pub prediction: PredictionType,
    /// How errors at different timesteps are weighted.
    #[serde(flatten)]
    pub loss: Loss,
    /// How timesteps are drawn.
    pub timesteps: TimestepSampling,
    /// Pictures in one iteration, `1..=65_536`.
    pub batch: usize,
    /// Largest learning rate, in (0, 1].
    pub learning_rate: f64,
    /// The number of iterations over which the learning rate rises linearly from 0.
    pub warm_up: u64,
    /// Number of iterations, at least 1, over which the learning rate falls to 0 along a cosine. With `None` it does
    /// not fall, and the run goes on until nobody asks for the next step.
    pub iterations: Option<u64>,
    /// Decay of weights in each iteration, as a multiple of the learning rate, in `0..1`.
    pub weight_decay: f64,
    /// Largest decay of the moving average of the weights, in `0..1`.
    pub ema: f64,
    /// The share of pictures, in `0..=1`, that are shown without their class, for classifier-free guidance.
    pub class_dropout: f64,
    /// Whether every picture is mirrored left to right with probability 1/2.
    pub flip: bool,
    /// Largest norm of the gradient; a longer gradient is shortened to it. `None` for no limit.
    pub clip_grad: Option<f64>,
    /// Seed of everything that is random, including the first weights.
    pub seed: u64,
    /// Where the noise schedule is learned beside the network: its learning rate, in (0, 1]. Then `schedule` is linear in
    /// log-SNR, and its ends are those that are learned, as they are now; the loss is [`Loss::Vlb`] in continuous time.
    /// `None` for a schedule that stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gamma_rate: Option<f64>,
}

impl Default for TrainSettings {
    fn default() -> Self {
        Self {
            schedule: ScheduleSpec::default(),
            prediction: PredictionType::Epsilon,
            loss: Loss::Simple,
            timesteps: TimestepSampling::LowDiscrepancy,
            batch: 64,
            learning_rate: 5e-4,
            warm_up: 200,
            iterations: Some(10_000),
            weight_decay: 0.0,
            ema: 0.999,
            class_dropout: 0.1,
            flip: false,
            clip_grad: Some(1.0),
            seed: 7,
            gamma_rate: None,
        }
    }
}

impl TrainSettings {
    /// Checks every setting and builds the schedule.
    ///
    /// # Errors
    /// [`TrainError::Setting`]; also if the schedule, or a sampler for it, is not possible, since a network that cannot
    /// be sampled is not trained.
    pub fn validate(&self) -> Result<Schedule, TrainError> {
        let check = |setting, valid: bool, expected: &str, found: f64| {
            let error = TrainError::Setting { setting, expected: expected.to_owned(), found: number(found) };
            if valid { Ok(()) } else { Err(error) }
        };
        let share = 0.0..1.0;
        check("batch", (1..=65_536).contains(&self.batch), "from 1 to 65536", self.batch as f64)?;
        let rate = self.learning_rate;
        check("learning rate", rate > 0.0 && rate <= 1.0, "above 0 and at most 1", rate)?;
        let iterations = self.iterations.unwrap_or(1);
        check(
            "iterations",
            (1..=u64::from(u32::MAX)).contains(&iterations),
            "from 1 to 2³²",
            iterations as f64,
        )?;
        check("weight decay", share.contains(&self.weight_decay), "from 0 to below 1", self.weight_decay)?;
        check("ema", share.contains(&self.ema), "from 0 to below 1", self.ema)?;
        let dropout = self.class_dropout;
        check("class dropout", (0.0..=1.0).contains(&dropout), "from 0 to 1", dropout)?;
        if let Some(norm) = self.clip_grad {
            check("norm of the gradient", norm > 0.0 && norm.is_finite(), "above 0", norm)?;
        }
        if let Loss::MinSnr { gamma } = self.loss {
            check("gamma", gamma > 0.0 && gamma.is_finite(), "above 0", gamma)?;
        }
        let schedule = self.schedule.build()?;
        self.sampler().build(&schedule)?;
        if let Some(rate) = self.gamma_rate {
            check("learning rate of gamma", rate > 0.0 && rate <= 1.0, "above 0 and at most 1", rate)?;
            self.check_gamma()?;
        }
        if self.loss == Loss::Vlb && schedule.alpha_bar(schedule.steps()) == 0.0 {
            return Err(TrainError::Setting {
                setting: "loss",
                expected: "simple or min-snr where no signal is left at T".to_owned(),
                found: "vlb".to_owned(),
            });
        }
        Ok(schedule)
    }

    /// The settings with a noise schedule that is learned, from the usual ends on, at this rate.
    #[must_use]
    pub fn with_learned_gamma(self, rate: f64) -> Self {
        let [logsnr_max, logsnr_min] = gamma::USUAL_ENDS.map(|end| -end);
        let kind = LogSnr { logsnr_max, logsnr_min }.into();
        let schedule = ScheduleSpec { kind, zero_terminal_snr: false, ..self.schedule };
        Self { schedule, loss: Loss::Vlb, gamma_rate: Some(rate), ..self }
    }

    /// Checks what a learned schedule asks of the other settings.
    fn check_gamma(&self) -> Result<(), TrainError> {
        let refuse = |setting, expected: &str, found: String| {
            Err(TrainError::Setting { setting, expected: expected.to_owned(), found })
        };
        if self.loss != Loss::Vlb {
            let found = serde_json::to_string(&self.loss).unwrap_or_default();
            return refuse("loss", "vlb where the schedule is learned, since ends follow the bound", found);
        }
        let ends = match &self.schedule.kind {
            ScheduleKind::LogSnr(LogSnr { logsnr_max, logsnr_min }) if !self.schedule.zero_terminal_snr => {
                [-logsnr_max, -logsnr_min]
            }
            _ => {
                let expected = "linear in log-SNR (logsnr) where it is learned, and not rescaled";
                return refuse("schedule", expected, self.schedule.kind.name().to_owned());
            }
        };
        for (end, [low, high], name) in
            [(ends[0], gamma::START, "logsnr_max"), (ends[1], gamma::END, "logsnr_min")]
        {
            if !(low..=high).contains(&end) {
                let expected = format!("from {:?} to {:?} where the schedule is learned", -high, -low);
                return refuse(name, &expected, (-end).to_string());
            }
        }
        Ok(())
    }

    /// The ancestral sampler (Ho et al. 2020, algorithm 2) that fits the training.
    ///
    /// `x̂_0` is clipped only if ε is predicted: there, errors of the prediction are magnified by `√(1−ᾱ_t)/√ᾱ_t`,
    /// which is not so for v and `x_0`. Clipping has a price: DDIM steps along the ε̂ before clipping, and under
    /// guidance, where `x̂_0` often overshoots, the two no longer fit together.
    pub fn sampler(&self) -> SamplerSpec {
        let mut spec = SamplerSpec::new(SamplerFamily::Ddpm.with_defaults(), self.schedule.steps);
        spec.prediction_type = self.prediction;
        if self.prediction != PredictionType::Epsilon {
            spec.thresholding = Thresholding::None;
        }
        if self.schedule.zero_terminal_snr {
            spec.timestep_spacing = TimestepSpacing::Trailing;
        }
        spec
    }
}

/// The network's config with the channels, size and classes of the data. It has one class more than the data: the last
/// one, which stands for "no class"; [`Trainer::new`](super::Trainer::new) leaves it out where there is no class dropout.
///
/// # Errors
/// [`TrainError::Network`] if the pictures cannot be halved as often as the network does, or if it cannot be trained:
/// with dropout, noise levels in place of timesteps, or classes that are not indices.
pub fn config_for(network: &UNet2DConfig, data: &Dataset) -> Result<UNet2DConfig, TrainError> {
    let [channels, height, width] = data.shape();
    let classes = data.classes().len();
    let config = UNet2DConfig {
        in_channels: channels,
        out_channels: channels,
        sample_size: Some([height, width]),
        num_class_embeds: (classes > 0).then_some(classes + 1),
        // Training with class dropout uses the last class for pictures without their class.
        null_class: (classes > 0).then_some(classes),
        ..network.clone()
    };
    check_network(&config)?;
    Ok(config)
}

/// Checks that the network can be trained.
pub(super) fn check_network(config: &UNet2DConfig) -> Result<(), TrainError> {
    let refuse = |reason: String| Err(TrainError::Network { reason });
    if config.dropout != 0.0 {
        return refuse(format!("dropout is {}, and only 0 is implemented", config.dropout));
    }
    if config.time_embedding_type == crate::model::config::TimeEmbeddingType::Fourier {
        return refuse("time_embedding_type is fourier, which takes noise levels".to_owned());
    }
    if !matches!(config.conditioning(), Conditioning::None | Conditioning::Classes { .. }) {
        return refuse("class_embed_type must be null".to_owned());
    }
    if config.in_channels != config.out_channels {
        return refuse("it must have as many output channels as input channels".to_owned());
    }
    let factor = config.size_factor();
    if let Some([height, width]) = config.sample_size
        && !(height.is_multiple_of(factor) && width.is_multiple_of(factor))
    {
        let multiple = (height.max(width) / factor).max(1) * factor;
        return refuse(format!(
            "it halves pictures until their sides are divided by {factor}, which those of {width} × {height} \
             cannot be; choose a size such as {multiple}"
        ));
    }
    Ok(())
}
