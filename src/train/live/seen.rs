//! One step of training, seen: a picture, a timestep and noise, what the network makes of them, and what it would learn.

use std::collections::HashMap;
use std::sync::Arc;

use candle_core::Tensor;

use super::probe::{noised, outputs};
use super::sheet::Sheet;
use super::watch::Watch;
use crate::diffusion::Schedule;
use crate::diffusion::sampler::PredictionType;
use crate::model::{Tape, UNet2DModel};
use crate::train::loss::Weighting;
use crate::train::optimiser::norm;
use crate::train::{Batch, TrainError, TrainSettings};

/// The node of the noise of a step that is looked at.
const LOOKED_AT: u32 = 3000;

/// A step of training with one picture at one timestep.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The timestep, from 1.
    pub t: usize,
    /// ᾱ there.
    pub alpha_bar: f64,
    /// The name of the picture's class, if it has one.
    pub class: Option<String>,
    /// The picture.
    pub x0: Sheet,
    /// The noise.
    pub eps: Sheet,
    /// The state that the network sees.
    pub x_t: Sheet,
    /// What is compared with the truth: noise, picture or v.
    pub target: PredictionType,
    /// The target as it follows from the network's output: ε̂, x̂₀ or v̂.
    pub estimate: Sheet,
    /// The estimate minus the truth.
    pub difference: Sheet,
    /// The mean square of the difference.
    pub error: f64,
    /// What the network itself predicts.
    pub prediction: PredictionType,
    /// The loss of the step: the weighted error of the network's own output.
    pub loss: f64,
    /// Euclidean norm of the gradient of the loss in each block, in the order in which a sample passes through them.
    pub gradient: Vec<(String, f64)>,
}

/// Makes a step with picture number `index` at timestep `t` without changing any weight. The network's output is turned
/// into what `target` says, if the network predicts something else.
///
/// # Errors
/// If the network cannot be computed.
pub fn see(
    model: &UNet2DModel,
    settings: &TrainSettings,
    schedule: &Schedule,
    watch: &Watch,
    (index, t): (usize, usize),
    target: PredictionType,
) -> Result<Seen, TrainError> {
    let t = t.clamp(1, schedule.steps());
    let alpha_bar = schedule.alpha_bar(t);
    let index = index % watch.data.len();
    let (x0, label) = Watch::take(&watch.data, index);
    let eps = watch.noise(LOOKED_AT, index as u32);
    let x_t = noised(&x0, &eps, alpha_bar);
    let labels = label.map(|label| vec![label]);
    let frozen = model.frozen()?;
    let output = outputs(&frozen, watch, std::slice::from_ref(&x_t), &[t], labels.as_deref())?.concat();
    let own = settings.prediction;
    let turned = |(x, o): (&f32, &f32)| {
        let (x, o) = (f64::from(*x), f64::from(*o));
        target.target(alpha_bar, own.to_x0(alpha_bar, x, o), own.to_eps(alpha_bar, x, o)) as f32
    };
    let estimate: Vec<f32> =
        if target == own { output } else { x_t.iter().zip(&output).map(turned).collect() };
    let truth = x0.iter().zip(&eps).map(|(x0, eps)| target.target(alpha_bar, (*x0).into(), (*eps).into()));
    let difference: Vec<f32> =
        estimate.iter().zip(truth).map(|(found, truth)| (f64::from(*found) - truth) as f32).collect();
    let squares = difference.iter().map(|d| f64::from(*d).powi(2));
    let error = squares.sum::<f64>() / difference.len().max(1) as f64;
    let [channels, height, width] = watch.data.shape();
    let batch = Batch {
        shape: [1, channels, height, width],
        x0: x0.clone(),
        eps: eps.clone(),
        timesteps: vec![t],
        labels,
        indices: vec![index],
    };
    let (loss, gradient) = gradient(&model.trainable()?, &Weighting::new(settings, schedule), &batch)?;
    let class = label.and_then(|label| watch.data.classes().get(label as usize).cloned());
    let sheet = |values: &[f32]| Sheet::single(values, watch.picture(), watch.block);
    let [x0, eps, x_t, estimate, difference] =
        [&x0, &eps, &x_t, &estimate, &difference].map(|values| sheet(values));
    let prediction = settings.prediction;
    Ok(Seen {
        t,
        alpha_bar,
        class,
        x0,
        eps,
        x_t,
        target,
        estimate,
        difference,
        error,
        prediction,
        loss,
        gradient,
    })
}

/// The loss of a batch, and the norm of its gradient in each block.
fn gradient(
    model: &UNet2DModel,
    weighting: &Weighting,
    batch: &Batch,
) -> Result<(f64, Vec<(String, f64)>), TrainError> {
    let (losses, tape) = Tape::record(|| weighting.losses(model, batch));
    let number: Tensor = losses?.mean_all()?;
    let loss = f64::from(number.to_scalar::<f32>()?);
    let gradients = tape.gradients(&number)?;
    let mut blocks: HashMap<String, Vec<Vec<f32>>> = HashMap::new();
    for (name, variable) in model.variables()? {
        if let Some(gradient) = gradients.get(&variable) {
            blocks.entry(block_of(name)).or_default().push(gradient.flatten_all()?.to_vec1()?);
        }
    }
    let mut norms: Vec<(String, f64)> =
        blocks.into_iter().map(|(name, parts)| (name, norm(&parts))).collect();
    norms.sort_by_key(|(name, _)| place(name));
    Ok((loss, norms))
}

/// The block of a tensor, by the names of diffusers: `down_blocks.0`, `mid_block`, ….
fn block_of(tensor: &str) -> String {
    let mut parts = tensor.split('.');
    let first = parts.next().unwrap_or_default();
    match first {
        "down_blocks" | "up_blocks" => format!("{first}.{}", parts.next().unwrap_or_default()),
        "conv_norm_out" => "conv_out".to_owned(),
        _ => first.to_owned(),
    }
}

/// The place of a block in the order in which a sample passes through the network.
fn place(block: &str) -> (usize, String) {
    const ORDER: [&str; 7] =
        ["time_embedding", "class_embedding", "conv_in", "down_blocks", "mid_block", "up_blocks", "conv_out"];
    let found = ORDER.iter().position(|name| block.starts_with(name));
    (found.unwrap_or(ORDER.len()), block.to_owned())
}

/// A step that is shared: it is looked at in several places.
pub type SharedSeen = Arc<[Seen]>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_in_the_order_of_the_network() {
        let tensors = [
            "up_blocks.1.resnets.0.conv1.weight",
            "conv_norm_out.weight",
            "down_blocks.0.resnets.0.norm1.bias",
            "conv_in.weight",
            "mid_block.attentions.0.to_q.weight",
            "time_embedding.linear_1.weight",
            "up_blocks.0.resnets.0.conv1.weight",
        ];
        let mut blocks: Vec<String> = tensors.map(block_of).into();
        blocks.sort_by_key(|name| place(name));
        let wanted = [
            "time_embedding",
            "conv_in",
            "down_blocks.0",
            "mid_block",
            "up_blocks.0",
            "up_blocks.1",
            "conv_out",
        ];
        assert_eq!(blocks, wanted);
    }
}
