//! The families, and with what they are trained.

use serde::{Deserialize, Serialize};

use super::FamilyError;

/// A family of generative models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// A variational autoencoder (Kingma & Welling 2014).
    Vae,
    /// A generative adversarial network with the non-saturating loss (Goodfellow et al. 2014).
    Gan,
    /// A generative adversarial network with Wasserstein's distance and a gradient penalty (Gulrajani et al. 2017).
    Wgan,
    /// A normalising flow of affine couplings (Dinh et al. 2017, "Real NVP").
    Flow,
    /// An autoregressive model, `p(x_1) p(x_2 | x_1)`, with mixtures of Gaussians (Bishop 1994).
    Autoregressive,
    /// A diffusion model (Ho et al. 2020).
    Diffusion,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 6] =
        [Self::Vae, Self::Gan, Self::Wgan, Self::Flow, Self::Autoregressive, Self::Diffusion];

    /// Identifier for the command line and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vae => "vae",
            Self::Gan => "gan",
            Self::Wgan => "wgan",
            Self::Flow => "flow",
            Self::Autoregressive => "autoregressive",
            Self::Diffusion => "diffusion",
        }
    }

    /// The family with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }

    /// Whether two networks are trained against each other.
    pub const fn is_adversarial(self) -> bool {
        matches!(self, Self::Gan | Self::Wgan)
    }
}

/// The settings of a training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilySettings {
    /// What is trained.
    pub family: Family,
    /// The number of iterations, over which learning rates fall to 0 along a cosine. With `None` the training goes on
    /// for ever at a constant rate.
    pub iterations: Option<u64>,
    /// Number of points in one iteration, `1..=65_536`.
    pub batch: usize,
    /// The learning rate of `AdamW` at the start, in `(0, 1]`.
    pub learning_rate: f64,
    /// Seed of weights, data and noise.
    pub seed: u64,
    /// The VAE's weight β of the KL divergence, from 0; 1 makes the loss the bound (Higgins et al. 2017).
    pub kl_weight: f64,
    /// How many steps a GAN's discriminator makes before each of the generator's, `1..=100`.
    pub discriminator_steps: usize,
    /// The learning rate of a GAN's discriminator, as a multiple of the generator's, in `(0, 100]`.
    pub discriminator_rate: f64,
}

impl FamilySettings {
    /// The usual settings of a family.
    pub fn new(family: Family, iterations: Option<u64>, seed: u64) -> Self {
        let (learning_rate, discriminator_steps) = match family {
            Family::Gan => (5e-4, 1),
            Family::Wgan => (1e-3, 3),
            _ => (2e-3, 1),
        };
        Self {
            family,
            iterations,
            batch: 512,
            learning_rate,
            seed,
            kl_weight: 1.0,
            discriminator_steps,
            discriminator_rate: 1.0,
        }
    }

    /// Checks that every setting is in its range.
    ///
    /// # Errors
    /// [`FamilyError::Setting`] for the first one that is not.
    pub fn check(&self) -> Result<(), FamilyError> {
        let refuse =
            |setting, expected, found: String| Err(FamilyError::Setting { setting, expected, found });
        if !(1..=65_536).contains(&self.batch) {
            return refuse("batch", "from 1 to 65536", self.batch.to_string());
        }
        if !(self.learning_rate > 0.0 && self.learning_rate <= 1.0) {
            return refuse("learning rate", "above 0 and at most 1", self.learning_rate.to_string());
        }
        if !(0.0..=1000.0).contains(&self.kl_weight) {
            return refuse("weight of the KL divergence", "from 0 to 1000", self.kl_weight.to_string());
        }
        if !(1..=100).contains(&self.discriminator_steps) {
            return refuse("discriminator's steps", "from 1 to 100", self.discriminator_steps.to_string());
        }
        if !(self.discriminator_rate > 0.0 && self.discriminator_rate <= 100.0) {
            let found = self.discriminator_rate.to_string();
            return refuse("discriminator's rate", "above 0 and at most 100", found);
        }
        Ok(())
    }
}
