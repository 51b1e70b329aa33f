//! A run in latents, as pictures: its states, their channels, and what is decoded.

use std::sync::Arc;

use half::f16;

use super::Drawing;
use crate::analysis::encoding::{Colours, channels};

/// A step of a run in latents.
#[derive(Clone, Debug)]
pub struct LatentFrame {
    /// The timestep, counted from 1.
    pub t: f64,
    /// `ᾱ_t`.
    pub alpha_bar: f64,
    /// The state `z_t` as colours.
    pub z_t: Arc<[f16]>,
    /// The channels of `z_t`, one after another.
    pub channels: Vec<Arc<[f16]>>,
    /// The estimate `ẑ_0` of the end as colours.
    pub z0_hat: Arc<[f16]>,
    /// What the decoder makes of the estimate.
    pub decoded: Arc<[f16]>,
}

/// The steps of a run of which a picture was decoded. The colours are those of the last of them, so that they can be
/// compared.
pub fn latent_frames(drawing: &Drawing) -> Vec<LatentFrame> {
    let Some(last) = drawing.steps.last() else { return Vec::new() };
    let colours = Colours::of(&last.x0_hat, drawing.facts.state);
    let places = drawing.facts.state[1] * drawing.facts.state[2];
    let frames = drawing.steps.iter().filter_map(|step| {
        Some(LatentFrame {
            t: step.t,
            alpha_bar: step.alpha_bar,
            z_t: colours.picture(&step.x_t),
            channels: channels(&step.x_t, places),
            z0_hat: colours.picture(&step.x0_hat),
            decoded: Arc::clone(step.shown.as_ref()?),
        })
    });
    frames.collect()
}
