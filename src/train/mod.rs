//! Training U-Nets. [`Trainer`] is an iterator that makes a step whenever it is asked for the next [`TrainStep`], so
//! that threads, plots and files can all consume one stream.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`settings`] | the settings of a run: plain data, saved with it |
//! | [`batch`] | which pictures, timesteps, noise and classes an iteration sees |
//! | `learned` | the tensors that a run learns, with the state of their optimiser |
//! | [`loss`] | weights of the loss over t, and the loss of a batch |
//! | [`gamma`] | the noise schedule that is learned beside the network |
//! | [`optimiser`] | AdamW, the learning rate over time, and the moving average of weights |
//! | [`trainer`] | the training loop |
//! | [`checkpoint`] | saving a run, and resuming it exactly |
//! | [`live`] | training that is watched: two side by side, probes of what has been learned |
//! | [`lock`] | one training at a time in a folder |
//! | [`classifier`] | training of classifiers, which judge what U-Nets draw |
//! | [`text`] | training of U-Nets that attend to texts |
//! | [`autoencoder`] | training of autoencoders, in whose latents U-Nets can draw |
//!
//! Everything random is a pure function of the seed and the iteration, so that a run that was killed and resumed gives
//! the same weights as one that was not.

pub mod autoencoder;
pub mod batch;
pub mod checkpoint;
pub mod classifier;
mod error;
pub mod gamma;
mod learned;
pub mod live;
pub mod lock;
pub mod loss;
pub mod optimiser;
pub mod settings;
pub mod text;
pub mod trainer;

pub use autoencoder::{AutoencoderSettings, AutoencoderStep, AutoencoderTrainer};
pub use batch::{Batch, Batches, Pictures};
pub use checkpoint::Checkpoint;
pub use classifier::{ClassifierSettings, ClassifierStep, ClassifierTrainer};
pub use error::TrainError;
pub use gamma::GammaStep;
pub use lock::RunLock;
pub use optimiser::ema_decay;
pub use settings::{Loss, TimestepSampling, TrainSettings, config_for};
pub use text::{Captions, Latents, LowRes, TextEncoder, TextSettings, TextStep, TextTrainer};
pub use trainer::{BINS, TrainStep, Trainer};
