//! Training a family, one iteration at a time.

use candle_core::{Device, Tensor};
use candle_nn::{AdamW, Optimizer as _, ParamsAdamW};

use super::{
    Autoregressive, Elbo, Family, FamilyError, FamilyModel, FamilySettings, Flow, Gan, Objective, Vae,
    normals, tensor,
};
use crate::diffusion::exact::Mixture;
use crate::diffusion::noise::{Key, Stream, philox4x32};
use crate::diffusion::process::Process;
use crate::diffusion::sampler::PredictionType;
use crate::learned_score::{NetConfig, ScoreSettings, ScoreTrainer};

/// Width of the hidden layers of a diffusion model.
const HIDDEN: usize = 128;
/// Decay of `AdamW`'s mean of gradients where two networks move against each other, which a long memory makes swing
/// (Radford et al. 2016, "DCGAN").
const ADVERSARIAL_BETA1: f64 = 0.5;
/// Counter word 1 of the places between data and samples at which a critic's gradient is looked at.
const BETWEEN: u32 = 0xFFFF_FFEF;

/// The result of one iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FamilyStep {
    /// Number of the iteration, from 1.
    pub iteration: u64,
    /// The loss: a GAN's generator's, a VAE's negative bound, the negative mean log-likelihood of a flow or an
    /// autoregressive model, a diffusion model's mean squared error.
    pub loss: f64,
    /// The loss of a GAN's discriminator.
    pub discriminator_loss: Option<f64>,
}

/// A training: an iterator over its steps, which ends after the last iteration or the first error.
pub struct FamilyTrainer {
    settings: FamilySettings,
    data: Mixture<2>,
    learner: Learner,
    iteration: u64,
    failed: bool,
}

/// What learns, with its optimisers. The tensors of models are variables here.
enum Learner {
    Vae(Vae, AdamW),
    Flow(Flow, AdamW),
    Autoregressive(Autoregressive, AdamW),
    /// The optimisers are those of the generator and of the discriminator.
    Gan(Gan, [AdamW; 2]),
    Diffusion(Box<ScoreTrainer>),
}

impl FamilyTrainer {
    /// A training that starts from fresh weights.
    ///
    /// # Errors
    /// [`FamilyError::Setting`] if a setting is out of range.
    pub fn new(settings: FamilySettings, data: Mixture<2>) -> Result<Self, FamilyError> {
        settings.check()?;
        let learner = Learner::new(&settings, &data)?;
        Ok(Self { settings, data, learner, iteration: 0, failed: false })
    }

    /// The settings.
    pub fn settings(&self) -> &FamilySettings {
        &self.settings
    }

    /// The number of iterations that have been made.
    pub fn iteration(&self) -> u64 {
        self.iteration
    }

    /// A copy of the current model, which further steps do not change.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn model(&self) -> Result<FamilyModel, FamilyError> {
        Ok(match &self.learner {
            Learner::Vae(vae, _) => FamilyModel::Vae(vae.copy()?),
            Learner::Flow(flow, _) => FamilyModel::Flow(flow.copy()?),
            Learner::Autoregressive(model, _) => FamilyModel::Autoregressive(model.copy()?),
            Learner::Gan(gan, _) => FamilyModel::Gan(gan.copy()?),
            Learner::Diffusion(trainer) => FamilyModel::Diffusion(trainer.network()?),
        })
    }

    /// Makes the next iteration, even beyond the number of iterations in the settings.
    ///
    /// # Errors
    /// [`FamilyError::Diverged`] if a loss is not finite; other errors if candle fails.
    pub fn step(&mut self) -> Result<FamilyStep, FamilyError> {
        let number = self.iteration + 1;
        let learning_rate = self.learning_rate();
        let settings = self.settings;
        let batches = Batches { settings: &settings, data: &self.data };
        let x = || batches.points(self.iteration);
        let descend = |loss: Tensor, optimiser: &mut AdamW| {
            optimiser.set_learning_rate(learning_rate);
            descend(&settings, number, &loss, optimiser)
        };
        let mut discriminator_loss = None;
        let loss = match &mut self.learner {
            Learner::Vae(vae, optimiser) => {
                let noise = batches.latents(Stream::Training, self.iteration)?;
                let Elbo { reconstruction, kl } = vae.elbo(&x()?, &noise)?;
                descend(((kl * settings.kl_weight)? - reconstruction)?.mean_all()?, optimiser)?
            }
            Learner::Flow(flow, optimiser) => {
                descend(flow.log_density(&x()?)?.mean_all()?.neg()?, optimiser)?
            }
            Learner::Autoregressive(model, optimiser) => {
                descend(model.log_density(&x()?)?.mean_all()?.neg()?, optimiser)?
            }
            Learner::Gan(gan, [of_generator, of_discriminator]) => {
                of_discriminator.set_learning_rate(learning_rate * settings.discriminator_rate);
                let steps = settings.discriminator_steps as u64;
                for step in self.iteration * steps..number * steps {
                    let z = batches.latents(Stream::Step, step)?;
                    let loss = gan.discriminator_loss(&batches.points(step)?, &z, &batches.between(step)?)?;
                    discriminator_loss = Some(self::descend(&settings, number, &loss, of_discriminator)?);
                }
                let z = batches.latents(Stream::Training, self.iteration)?;
                descend(gan.generator_loss(&z)?, of_generator)?
            }
            Learner::Diffusion(trainer) => trainer.step()?.loss,
        };
        self.iteration = number;
        Ok(FamilyStep { iteration: number, loss, discriminator_loss })
    }

    /// The current learning rate, on a half cosine (Loshchilov & Hutter 2017).
    fn learning_rate(&self) -> f64 {
        let done =
            self.settings.iterations.map_or(0.0, |last| (self.iteration as f64 / last as f64).min(1.0));
        0.5 * self.settings.learning_rate * (1.0 + (std::f64::consts::PI * done).cos())
    }
}

impl Iterator for FamilyTrainer {
    type Item = Result<FamilyStep, FamilyError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.settings.iterations.is_some_and(|last| self.iteration >= last) {
            return None;
        }
        let step = self.step();
        self.failed = step.is_err();
        Some(step)
    }
}

impl Learner {
    fn new(settings: &FamilySettings, data: &Mixture<2>) -> Result<Self, FamilyError> {
        let FamilySettings { family, iterations, batch, learning_rate, seed, .. } = *settings;
        let usual = ParamsAdamW { lr: learning_rate, weight_decay: 0.0, ..ParamsAdamW::default() };
        let gan = |objective| {
            let gan = Gan::fresh(objective, seed)?;
            let [generator, discriminator] = gan.variables()?;
            let rate = ParamsAdamW { beta1: ADVERSARIAL_BETA1, ..usual.clone() };
            let optimisers = [AdamW::new(generator, rate.clone())?, AdamW::new(discriminator, rate)?];
            Ok::<_, FamilyError>(Self::Gan(gan, optimisers))
        };
        Ok(match family {
            Family::Vae => {
                let vae = Vae::fresh(seed)?;
                let optimiser = AdamW::new(vae.variables()?, usual)?;
                Self::Vae(vae, optimiser)
            }
            Family::Flow => {
                let flow = Flow::fresh(seed)?;
                let optimiser = AdamW::new(flow.variables()?, usual)?;
                Self::Flow(flow, optimiser)
            }
            Family::Autoregressive => {
                let model = Autoregressive::fresh(seed)?;
                let optimiser = AdamW::new(model.variables()?, usual)?;
                Self::Autoregressive(model, optimiser)
            }
            Family::Gan => gan(Objective::NonSaturating)?,
            Family::Wgan => gan(Objective::Wasserstein)?,
            Family::Diffusion => {
                let target = PredictionType::Epsilon;
                let network = NetConfig { process: Process::VP, target, hidden: HIDDEN };
                let settings = ScoreSettings { network, iterations, batch, learning_rate, seed };
                Self::Diffusion(Box::new(ScoreTrainer::new(settings, data.clone())?))
            }
        })
    }
}

/// Makes a step down a loss. Returns the loss.
fn descend(
    settings: &FamilySettings,
    iteration: u64,
    loss: &Tensor,
    optimiser: &mut AdamW,
) -> Result<f64, FamilyError> {
    let value = f64::from(loss.to_scalar::<f32>()?);
    if !value.is_finite() {
        return Err(FamilyError::Diverged { family: settings.family.name(), iteration, loss: value });
    }
    optimiser.backward_step(loss)?;
    Ok(value)
}

/// The random inputs of iterations: pure functions of seed and number.
struct Batches<'a> {
    settings: &'a FamilySettings,
    data: &'a Mixture<2>,
}

impl Batches<'_> {
    /// The points of a step, `[batch, 2]`: the same for all families.
    fn points(&self, step: u64) -> Result<Tensor, candle_core::Error> {
        let FamilySettings { batch, seed, .. } = *self.settings;
        let first = step.wrapping_mul(batch as u64) as usize;
        tensor(&self.data.sample_range(seed, first..first + batch))
    }

    /// Latents, `[batch, 2]`.
    fn latents(&self, stream: Stream, step: u64) -> Result<Tensor, candle_core::Error> {
        normals(self.settings.seed, stream, step as u32, self.settings.batch)
    }

    /// Uniform numbers, `[batch, 1]`.
    fn between(&self, step: u64) -> Result<Tensor, candle_core::Error> {
        let FamilySettings { batch, seed, .. } = *self.settings;
        let Key(key) = Key::from_seed(seed);
        let words =
            (0..batch.div_ceil(4)).flat_map(|block| philox4x32([block as u32, BETWEEN, step as u32, 0], key));
        let uniform: Vec<f32> =
            words.take(batch).map(|word| ((f64::from(word) + 0.5) / 4_294_967_296.0) as f32).collect();
        Tensor::from_vec(uniform, (batch, 1), &Device::Cpu)
    }
}
