//! From one picture to another, in pixels and in latents.

use std::sync::Arc;

use half::f16;

use super::{Autoencoders, EncodingSpec, encode};
use crate::analysis::picture::halves;
use crate::analysis::{AnalysisError, Picture};
use crate::imaging::sample;

/// The number of pictures on the way, with both ends.
pub const STEPS: usize = 5;

/// Both pictures, which are encoded by one autoencoder at one size.
#[derive(Clone, Debug, PartialEq)]
pub struct BetweenSpec {
    /// Where the way begins.
    pub from: EncodingSpec,
    /// Where it ends: the name of a picture that comes with the program.
    pub to: String,
}

/// The way from one picture to another.
#[derive(Clone, Debug)]
pub struct Between {
    /// Channels, height and width of the pictures.
    pub shape: [usize; 3],
    /// The weighted means of both pictures' pixels.
    pub pixels: Vec<Arc<[f16]>>,
    /// The decoded weighted means of both latents.
    pub latents: Vec<Arc<[f16]>>,
}

/// The way from one picture to another. `show` says whether to go on; when it does not, the result is `None`.
///
/// # Errors
/// The errors of [`encode`].
pub fn between(
    spec: &BetweenSpec,
    autoencoders: &Autoencoders,
    mut show: impl FnMut(f64) -> bool,
) -> Result<Option<Between>, AnalysisError> {
    let sample = sample(&spec.to).ok_or_else(|| AnalysisError::Sample { name: spec.to.clone() })?;
    let to = EncodingSpec { picture: Picture(sample.load()?.pixels), ..spec.from.clone() };
    let [from, to] = [encode(&spec.from, autoencoders)?, encode(&to, autoencoders)?];
    let open = autoencoders.open(&spec.from.model)?;
    let mut found = Between { shape: from.shape, pixels: Vec::new(), latents: Vec::new() };
    for step in 0..STEPS {
        let share = step as f32 / (STEPS - 1) as f32;
        let mean = |a: &[f32], b: &[f32]| -> Vec<f32> {
            a.iter().zip(b).map(|(a, b)| (1.0 - share) * a + share * b).collect()
        };
        found.pixels.push(halves(&mean(&from.x0, &to.x0)));
        let latent = mean(&from.z0, &to.z0);
        let decoded = autoencoders.run(|| open.decoded(&latent, 1, from.shape[1]))?;
        found.latents.push(halves(&decoded));
        if !show((step + 1) as f64 / STEPS as f64) {
            return Ok(None);
        }
    }
    Ok(Some(found))
}
