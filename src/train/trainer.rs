//! The training loop: one iteration at a time, whenever its consumer asks for it.

use std::sync::Arc;

use candle_core::DType;

use super::batch::{Batch, Batches};
use super::gamma::{AtEnds, GammaLearner, GammaStep};
use super::learned::{Learned, finite};
use super::loss::{Level, Weighting};
use super::optimiser::{AdamState, ema_decay, learning_rate};
use super::settings::{TrainSettings, check_network};
use super::{Checkpoint, TrainError};
use crate::dataset::Dataset;
use crate::diffusion::vdm::Gamma;
use crate::diffusion::vdm::gamma::{self, Draw, Point};
use crate::model::networks::FromCheckpoint as _;
use crate::model::weights::Tensors;
use crate::model::{Conditioning, Precision, Tape, UNet2DConfig, UNet2DModel};

/// The number of equal parts of `1..=T` whose losses are reported separately.
pub const BINS: usize = 10;
/// The number of pixels, in all samples together, that pass through the network at a time, so that memory does not grow
/// with the batch. Smaller numbers were no faster.
const PIXELS_TOGETHER: usize = 16_384;
/// The name of a learned schedule among the tensors of a checkpoint.
pub(super) const GAMMA: &str = "gamma";
/// Decay of the moving average of the loss.
const LOSS_DECAY: f64 = 0.99;

/// The result of one iteration.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainStep {
    /// Number of the iteration, from 1.
    pub iteration: u64,
    /// The batch's mean loss.
    pub loss: f64,
    /// The moving average of the loss, which begins with the first loss: its decay is 0.99, and at first as
    /// [`ema_decay`] says.
    pub ema_loss: f64,
    /// Euclidean norm of the gradient, before it is shortened.
    pub gradient_norm: f64,
    /// The learning rate that was used.
    pub learning_rate: f64,
    /// Mean loss of the batch's samples in each tenth of `1..=T`, or of time where the schedule is learned; `None` where
    /// there were none.
    pub bins: [Option<f64>; BINS],
    /// What was learned of the noise schedule; `None` where it stays as it is.
    pub gamma: Option<GammaStep>,
}

/// A run of training: an iterator over its steps, which ends after the last iteration or the first
/// error.
///
/// ```no_run
/// use std::{path::Path, sync::Arc};
/// use diffuscope::dataset::{Dataset, DatasetOptions};
/// use diffuscope::model::UNet2DConfig;
/// use diffuscope::train::{TrainSettings, Trainer, config_for};
///
/// let data = Arc::new(Dataset::open(Path::new("pictures"), &DatasetOptions::default())?);
/// let config = config_for(&UNet2DConfig::preset("small32").unwrap(), &data)?;
/// let mut trainer = Trainer::new(&config, TrainSettings::default(), data)?;
/// while let Some(step) = trainer.next().transpose()? {
///     if step.iteration % 500 == 0 {
///         trainer.save(Path::new("run"))?;
///     }
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub struct Trainer {
    settings: TrainSettings,
    model: UNet2DModel,
    learned: Learned,
    weighting: Weighting,
    gamma: Option<GammaLearner>,
    batches: Batches,
    iteration: u64,
    ema_loss: Option<f64>,
    failed: bool,
}

impl Trainer {
    /// A run that starts from fresh weights. Without class dropout the network gets no class for "no class", since it
    /// would never be learned.
    ///
    /// # Errors
    /// If a setting is out of range, or network, schedule and data do not fit each other.
    pub fn new(
        config: &UNet2DConfig,
        settings: TrainSettings,
        data: Arc<Dataset>,
    ) -> Result<Self, TrainError> {
        let mut config = config.clone();
        let classes = data.classes().len();
        if settings.class_dropout == 0.0 && config.num_class_embeds == Some(classes + 1) && classes > 0 {
            (config.num_class_embeds, config.null_class) = (Some(classes), None);
        }
        Self::fresh(&config, settings, data)
    }

    /// A run with fresh weights of exactly this network.
    fn fresh(config: &UNet2DConfig, settings: TrainSettings, data: Arc<Dataset>) -> Result<Self, TrainError> {
        let schedule = settings.validate()?;
        check_fit(config, &settings, &data)?;
        let gamma = GammaLearner::new(&settings)?;
        let mut model = UNet2DModel::init(config, settings.seed)?;
        if let Some(gamma) = &gamma {
            model.set_logsnr_timesteps(gamma.timesteps(settings.schedule.steps));
        }
        let learned = Learned::new(model.variables()?)?;
        let weighting = Weighting::new(&settings, &schedule);
        let batches = Batches::new(data, &settings);
        Ok(Self {
            settings,
            model,
            learned,
            weighting,
            gamma,
            batches,
            iteration: 0,
            ema_loss: None,
            failed: false,
        })
    }

    /// Resumes a run from a checkpoint, exactly as if it had not been interrupted.
    ///
    /// # Errors
    /// [`TrainError::Checkpoint`] if the data is not the one that the run was trained on, or the checkpoint is damaged.
    pub fn resume(checkpoint: Checkpoint, data: Arc<Dataset>) -> Result<Self, TrainError> {
        checkpoint.check_data(&data)?;
        let mut trainer = Self::fresh(checkpoint.config(), checkpoint.settings().clone(), data)?;
        (trainer.iteration, trainer.ema_loss) = (checkpoint.iteration(), checkpoint.ema_loss());
        let mut states = checkpoint.into_states()?;
        trainer.learned.restore(&mut states)?;
        if let Some(gamma) = &mut trainer.gamma {
            gamma.set(states.take(GAMMA, gamma.adam.weight.len())?)?;
        }
        Ok(trainer)
    }

    /// Makes the next iteration, even beyond the number of iterations in the settings.
    ///
    /// # Errors
    /// [`TrainError::Diverged`], with the weights as they were before; and errors of the computation.
    pub fn step(&mut self) -> Result<TrainStep, TrainError> {
        let number = self.iteration + 1;
        let batch = self.batches.at(self.iteration);
        let [samples, _, height, width] = batch.shape;
        let mut values: Vec<f64> = Vec::with_capacity(samples);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let mut gradients = self.learned.no_gradients();
        let (points, levels) = self.levels(&batch);
        let together = (PIXELS_TOGETHER / (height * width)).max(1);
        for (part, levels) in batch.parts(together).zip(levels.chunks(together)) {
            let (losses, tape) = Tape::record(|| self.weighting.losses_at(&self.model, &part, levels));
            let losses = losses?;
            values.extend(losses.to_dtype(DType::F64)?.to_vec1::<f64>()?);
            finite(number, "loss", mean(&values))?;
            let found = tape.gradients(&(losses.sum_all()? / samples as f64)?)?;
            self.learned.add(&mut gradients, |variable| found.get(variable))?;
        }
        let loss = mean(&values);
        let gradient_norm = gradients.norm();
        finite(number, "gradient", gradient_norm)?;
        let draws = self.draws(&points, &values);
        let seen = self.at_ends(&batch)?;
        let at_ends = seen.map_or(0.0, |seen| seen.errors.iter().sum());
        finite(number, "error at an end of the schedule", at_ends)?;
        let learning_rate = learning_rate(&self.settings, self.iteration);
        self.learned.step(&self.settings, number, &gradients, gradient_norm)?;
        let gamma = seen.map(|seen| self.learn_gamma(draws, seen)).transpose()?.flatten();
        // The first losses, of a network that has learned nothing, are soon forgotten.
        let decay = ema_decay(LOSS_DECAY, number);
        let ema_loss = self.ema_loss.map_or(loss, |old| decay * old + (1.0 - decay) * loss);
        (self.iteration, self.ema_loss) = (number, Some(ema_loss));
        let bins = self.bins(&batch, &values);
        Ok(TrainStep { iteration: number, loss, ema_loss, gradient_norm, learning_rate, bins, gamma })
    }

    /// The level of noise of each sample: that of its timestep, or where the schedule is learned, γ at its time.
    fn levels(&self, batch: &Batch) -> (Vec<Point>, Vec<Level>) {
        let Some(gamma) = &self.gamma else { return (Vec::new(), self.weighting.levels(&batch.timesteps)) };
        let points = gamma.points(&self.batches.times(self.iteration));
        let levels = gamma.levels(&self.settings, &points);
        (points, levels)
    }

    /// The losses with the times at which they were drawn; none if the schedule is not learned.
    fn draws(&self, points: &[Point], losses: &[f64]) -> Vec<Draw> {
        let times = if points.is_empty() { Vec::new() } else { self.batches.times(self.iteration) };
        let drawn = times.into_iter().zip(points).zip(losses);
        drawn.map(|((t, &point), &loss)| Draw { t, point, loss }).collect()
    }

    /// What the ends of a learned schedule learn from: two pictures of the batch, one at either end. More of them would not
    /// be more exact by much, as the error is a mean over all dimensions of a picture; and a window of times near the ends
    /// would be off, as errors change fastest there.
    fn at_ends(&self, batch: &Batch) -> Result<Option<AtEnds>, TrainError> {
        let Some(gamma) = &self.gamma else { return Ok(None) };
        let (pictures, levels) = (batch.first(2), gamma.end_levels(&self.settings));
        let errors = self.weighting.losses_at(&self.model, &pictures, &levels)?;
        let errors = errors.to_dtype(DType::F64)?.to_vec1::<f64>()?;
        let [start, end] = [0, 1].map(|i| errors.get(i).copied().unwrap_or(f64::NAN));
        Ok(Some(AtEnds::new(&batch.x0, [start, end])))
    }

    /// Lets γ learn from the iteration that has just been counted. It rests during the warm-up: losses of a network that
    /// has learned nothing say nothing of the noise.
    fn learn_gamma(&mut self, draws: Vec<Draw>, seen: AtEnds) -> Result<Option<GammaStep>, TrainError> {
        let Some(gamma) = &mut self.gamma else { return Ok(None) };
        let share = learning_rate(&self.settings, self.iteration) / self.settings.learning_rate;
        let number = (self.iteration + 1).saturating_sub(self.settings.warm_up);
        if number > 0 {
            let by_ends = seen.gradient(gamma.gamma().ends());
            gamma.learn(&draws, by_ends, (share, number))?;
            let steps = self.settings.schedule.steps;
            self.settings.schedule = gamma.schedule(steps);
            self.model.set_logsnr_timesteps(gamma.timesteps(steps));
        }
        Ok(Some(GammaStep { ends: gamma.gamma().ends(), draws }))
    }

    fn bins(&self, batch: &Batch, losses: &[f64]) -> [Option<f64>; BINS] {
        let mut sums = [(0.0, 0_u32); BINS];
        for (&t, loss) in batch.timesteps.iter().zip(losses) {
            let (sum, count) = &mut sums[(t - 1) * BINS / self.settings.schedule.steps];
            (*sum, *count) = (*sum + loss, *count + 1);
        }
        sums.map(|(sum, count)| (count > 0).then(|| sum / f64::from(count)))
    }

    /// The settings of the run.
    pub fn settings(&self) -> &TrainSettings {
        &self.settings
    }

    /// Changes the number of iterations, and with it how the learning rate falls from here on.
    ///
    /// # Errors
    /// [`TrainError::Setting`] if more iterations have been made already.
    pub fn set_iterations(&mut self, iterations: u64) -> Result<(), TrainError> {
        if iterations < self.iteration.max(1) {
            return Err(TrainError::Setting {
                setting: "iterations",
                expected: format!("at least {}, which have been made", self.iteration.max(1)),
                found: iterations.to_string(),
            });
        }
        let settings = TrainSettings { iterations: Some(iterations), ..self.settings.clone() };
        settings.validate()?;
        self.settings = settings;
        Ok(())
    }

    /// The noise schedule as it has been learned; `None` where it stays as it is. The settings' own schedule is linear
    /// between its ends.
    pub fn gamma(&self) -> Option<&Gamma> {
        self.gamma.as_ref().map(GammaLearner::gamma)
    }

    /// The data set.
    pub fn data(&self) -> &Arc<Dataset> {
        self.batches.data()
    }

    /// The number of iterations that have been made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// The moving average of the loss; `None` before the first iteration.
    pub fn ema_loss(&self) -> Option<f64> {
        self.ema_loss
    }

    /// The network that is being trained. It holds the run's variables: changing them changes the run.
    pub fn model(&self) -> &UNet2DModel {
        &self.model
    }

    /// A copy of the network with the moving average of its weights, which samples are drawn with.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn average(&self) -> Result<UNet2DModel, TrainError> {
        let mut tensors: Tensors =
            self.model.tensors().map(|(name, tensor)| (name.to_owned(), tensor.detach())).collect();
        tensors.extend(self.learned.averages()?);
        Ok(UNet2DModel::from_tensors(self.model.config(), Precision::F32, tensors)?)
    }

    /// Name, state and shape of every tensor that is learned, that of a schedule among them.
    pub(super) fn states(&self) -> impl Iterator<Item = (&str, &AdamState, &[usize])> {
        let gamma = self.gamma.as_ref().map(|gamma| (GAMMA, &gamma.adam, &[gamma::PARAMETERS][..]));
        self.learned.states().chain(gamma)
    }
}

impl Iterator for Trainer {
    type Item = Result<TrainStep, TrainError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.settings.iterations.is_some_and(|last| self.iteration >= last) {
            return None;
        }
        let step = self.step();
        self.failed = step.is_err();
        Some(step)
    }
}

/// Checks that the network can be trained, and fits the pictures and classes.
fn check_fit(config: &UNet2DConfig, settings: &TrainSettings, data: &Dataset) -> Result<(), TrainError> {
    check_network(config)?;
    let [channels, height, width] = data.shape();
    let classes = data.classes().len();
    let refuse = |reason: String| Err(TrainError::Network { reason });
    if config.in_channels != channels {
        return refuse(format!("it takes {} channels, and the pictures have {channels}", config.in_channels));
    }
    let factor = config.size_factor();
    if !(height.is_multiple_of(factor) && width.is_multiple_of(factor)) {
        return refuse(format!(
            "both sides must be multiples of {factor}, and the pictures are {width} × {height}"
        ));
    }
    match config.conditioning() {
        Conditioning::None if classes == 0 => Ok(()),
        Conditioning::Classes { classes: known } if classes > 0 && known == classes + 1 => Ok(()),
        Conditioning::Classes { classes: known }
            if classes > 0 && known == classes && settings.class_dropout == 0.0 =>
        {
            Ok(())
        }
        _ => refuse(format!(
            "num_class_embeds is {:?}, and the data has {classes} classes; it must be one more than them, or \
             null without any",
            config.num_class_embeds
        )),
    }
}
