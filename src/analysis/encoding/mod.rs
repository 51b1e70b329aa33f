//! A picture in the latent of an autoencoder, where latent diffusion adds its noise (Rombach et al. 2022), beside the same
//! picture in pixels.
//!
//! | module | what it is |
//! | --- | --- |
//! | `autoencoder` | the autoencoder that is open |
//! | `round_trip` | a picture as a latent and back, and what that costs and loses |
//! | `noised` | noise in pixels beside noise in the latent, at equal t or at equal signal-to-noise ratio |
//! | `between` | from one picture to another, in pixels and in latents |
//! | `colours` | the channels of a latent as the colours of a picture |
//! | `cost` | a call of a network in pixels beside one in latents |

mod autoencoder;
mod between;
mod colours;
mod cost;
mod noised;
mod round_trip;

pub use autoencoder::{AutoencoderFacts, Autoencoders};
pub use between::{Between, BetweenSpec, STEPS, between};
pub use colours::Colours;
pub use cost::{Cost, CostSpec, cost};
pub use noised::{Noised, NoisedSpec, alpha_bar_of_equal_snr, channels, noise, snr_of};
pub use round_trip::{Encoding, EncodingSpec, encode, psnr};

#[cfg(test)]
mod tests;
