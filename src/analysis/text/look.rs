//! A step of a run once more: what the network says with and without the text, and where its pixels look.

use std::sync::Arc;

use candle_core::{Device, Tensor};
use half::f16;

use super::attention::LayerAttention;
use super::pipeline::Open;
use super::{Drawing, DrawingSpec, TextPipelines, TokenizedText};
use crate::analysis::AnalysisError;
use crate::analysis::encoding::Colours;
use crate::analysis::picture::{halves, numbers};
use crate::diffusion::sampler::SamplerError;
use crate::memory;

/// How many bytes the attention of all places to each other takes for each pair of them, as a generous guess: here it is
/// computed with its scores in memory.
const KEPT: u64 = 192;

/// Which step.
#[derive(Clone, Debug, PartialEq)]
pub struct LookSpec {
    /// The run.
    pub drawing: DrawingSpec,
    /// Its call, from 0.
    pub index: usize,
}

/// A step of a run once more. Pairs are of the text that guidance leads away from, and of the prompt.
#[derive(Clone, Debug)]
pub struct Look {
    /// The timestep, counted from 1.
    pub t: f64,
    /// `ᾱ_t`.
    pub alpha_bar: f64,
    /// The prompt as the network reads it.
    pub text: Arc<TokenizedText>,
    /// The state that the network saw, as a picture: of a latent, its colours `[3, height, width]`.
    pub x_t: Arc<[f16]>,
    /// `ε̂_u` and `ε̂_c`, as values.
    pub eps: [Arc<[f32]>; 2],
    /// The same as pictures.
    pub eps_shown: [Arc<[f16]>; 2],
    /// The estimates of the end that follow from each, as pictures.
    pub x0: [Arc<[f16]>; 2],
    /// How far `ε̂_c` is from `ε̂_u` at each place: the root of the mean square over the channels.
    pub difference: Arc<[f32]>,
    /// Where pixels look, in each layer that attends to the text.
    pub layers: Vec<LayerAttention>,
    /// The state, as values.
    pub(super) state: Arc<[f32]>,
}

/// Repeats a step of a run, with and without the text.
///
/// # Errors
/// If the pipeline cannot be opened or fails, the run has no such step, or there is too little memory.
pub fn look(spec: &LookSpec, drawing: &Drawing, pipelines: &TextPipelines) -> Result<Look, AnalysisError> {
    let open = pipelines.open(&spec.drawing.model)?;
    pipelines.run(|| looked(&open, drawing, spec.index))
}

fn looked(open: &Open, drawing: &Drawing, index: usize) -> Result<Look, AnalysisError> {
    let nothing = SamplerError::Complete { calls: drawing.calls };
    let step = drawing.steps.get(index).ok_or(nothing)?;
    let [channels, height, width] = open.facts.state;
    let places = (height * width) as u64;
    memory::enough_for(KEPT * places * places)?;
    let [text, other] = &drawing.texts;
    let states = open.text.forward(&[other.ids(), text.ids()])?.states;
    let sample = Tensor::from_slice(&step.x_t, (1, channels, height, width), &Device::Cpu)?;
    // The network's timestep, which counts from 0.
    let timestep = step.t - 1.0;
    let both = sample.repeat((2, 1, 1, 1))?;
    let (output, maps) = open.unet.forward_with_attention(&both, &[timestep], &states, None)?;
    let output = numbers(&output)?;
    let weights = open.facts.sampler.prediction_type.weights(step.alpha_bar);
    let of = |weights: [f64; 2], output: &[f32]| -> Arc<[f32]> {
        let each = |(x, y): (&f32, &f32)| (weights[0] * f64::from(*x) + weights[1] * f64::from(*y)) as f32;
        step.x_t.iter().zip(output).map(each).collect()
    };
    let (plain, told) = output.split_at(output.len() / 2);
    let eps = [plain, told].map(|output| of(weights.eps, output));
    let ends = [plain, told].map(|output| of(weights.x0, output));
    let last = drawing.steps.last().map(|step| &step.x0_hat);
    let colours = open.facts.in_latents.then(|| Colours::of(last.unwrap_or(&ends[1]), open.facts.state));
    let shown = |values: &[f32]| shown(colours.as_ref(), values);
    let [without, with] = &ends;
    Ok(Look {
        t: step.t,
        alpha_bar: step.alpha_bar,
        text: Arc::clone(text),
        x_t: shown(&step.x_t),
        eps_shown: [shown(&eps[0]), shown(&eps[1])],
        x0: [halves(&open.pictures(without)?), halves(&open.pictures(with)?)],
        difference: difference(&eps, channels),
        layers: LayerAttention::all(maps, text)?,
        eps,
        state: Arc::clone(&step.x_t),
    })
}

/// Values of a state as a picture: those of a latent as colours.
fn shown(colours: Option<&Colours>, values: &[f32]) -> Arc<[f16]> {
    colours.map_or_else(|| halves(values), |colours| colours.picture(values))
}

/// The root of the mean square over the channels of a difference.
fn difference([a, b]: &[Arc<[f32]>; 2], channels: usize) -> Arc<[f32]> {
    let places = a.len() / channels.max(1);
    let at = |i: usize| {
        let squares = (0..channels).map(|channel| {
            let place = channel * places + i;
            (f64::from(a[place]) - f64::from(b[place])).powi(2)
        });
        (squares.sum::<f64>() / channels as f64).sqrt() as f32
    };
    (0..places).map(at).collect()
}
