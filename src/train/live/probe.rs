//! What a network has learned so far: samples, a held-out picture at several noise levels, errors over t.

use candle_core::{Device, Tensor};

use super::sheet::Sheet;
use super::watch::{CALLS, LEVELS, STRATA, Watch, levels, strata};
use crate::diffusion::Schedule;
use crate::diffusion::sampler::{
    Call, Ddim, NoiseSource, PredictionType, SamplerSpec, Thresholding, Trajectory,
};
use crate::model::{ClassLabels, Denoise as _, Denoiser, UNet2DModel};
use crate::train::{TrainError, TrainSettings, Trainer};

/// The nodes of the noise of what is looked at, so that no two places have the same.
const SHOWN: u32 = 1000;
const MEASURED: u32 = 2000;
/// The number of samples that pass through the network at a time.
const TOGETHER: usize = 16;

/// What all networks of a training have learned after an iteration.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Number of iterations made.
    pub iteration: u64,
    /// One for each network.
    pub networks: Vec<NetworkProbe>,
}

impl Probe {
    /// The number of bytes that its pictures take.
    pub fn bytes(&self) -> usize {
        let of = |drawn: &Drawn| drawn.samples.bytes() + drawn.x0_hats.bytes();
        self.networks.iter().map(|network| of(&network.averaged) + of(&network.raw)).sum()
    }
}

/// What one network has learned.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkProbe {
    /// What the moving average of the weights draws.
    pub averaged: Drawn,
    /// What the weights themselves draw.
    pub raw: Drawn,
    /// The errors of the averaged weights, over t.
    pub errors: Vec<LevelError>,
}

/// What weights draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Samples from noise that is always the same: DDIM, few calls; with classes, each in its turn.
    pub samples: Sheet,
    /// `x̂_0` of the held-out picture at each of [`levels`], in a row.
    pub x0_hats: Sheet,
}

/// The mean square error of ε̂ at a timestep: 1 for a network that knows nothing of the noise, and comparable whatever
/// the network predicts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelError {
    /// The timestep, from 1.
    pub t: usize,
    /// On pictures that are learned.
    pub training: f64,
    /// On pictures that are held out.
    pub held_out: f64,
}

impl NetworkProbe {
    /// The mean over t of the errors on learned and on held-out pictures.
    pub fn mean_errors(&self) -> [f64; 2] {
        let n = self.errors.len().max(1) as f64;
        [|e: &LevelError| e.training, |e: &LevelError| e.held_out]
            .map(|of| self.errors.iter().map(of).sum::<f64>() / n)
    }
}

/// The held-out picture with the noise of each level, in a row, as a network with this schedule gets to see it.
pub fn noised_row(watch: &Watch, schedule: &Schedule) -> Sheet {
    watch.sheet(&shown(watch, schedule).concat(), LEVELS)
}

/// Pictures that are learned, as many as there are samples, laid out like them.
pub fn pictures_sheet(watch: &Watch) -> Sheet {
    let pictures = (0..watch.samples).flat_map(|index| Watch::take(&watch.data, index).0);
    watch.sheet(&pictures.collect::<Vec<_>>(), watch.columns())
}

/// Looks at what a trainer has learned. Nothing of it changes: the weights are copied.
///
/// # Errors
/// If a network cannot be computed.
pub(super) fn probe(trainer: &Trainer, watch: &Watch) -> Result<NetworkProbe, TrainError> {
    let settings = trainer.settings();
    let schedule = settings.schedule.build()?;
    let averaged = trainer.average()?.prepared()?;
    let raw = trainer.model().frozen()?.prepared()?;
    Ok(NetworkProbe {
        averaged: drawn(&averaged, settings, &schedule, watch)?,
        raw: drawn(&raw, settings, &schedule, watch)?,
        errors: errors(&averaged, settings.prediction, &schedule, watch)?,
    })
}

fn drawn(
    model: &UNet2DModel,
    settings: &TrainSettings,
    schedule: &Schedule,
    watch: &Watch,
) -> Result<Drawn, TrainError> {
    let samples = samples(model, settings, schedule, watch)?;
    let steps = schedule.steps();
    let states = shown(watch, schedule);
    let (_, class) = Watch::take(&watch.held_out, watch.shown);
    let labels = class.map(|class| vec![class; LEVELS]);
    let outputs = outputs(model, watch, &states, &levels(steps), labels.as_deref())?;
    let x0_hats = states.iter().zip(&outputs).zip(levels(steps)).flat_map(|((x_t, output), t)| {
        let [state, predicted] = settings.prediction.weights(schedule.alpha_bar(t)).x0;
        x_t.iter().zip(output).map(move |(x, o)| (state * f64::from(*x) + predicted * f64::from(*o)) as f32)
    });
    let x0_hats = watch.sheet(&x0_hats.collect::<Vec<_>>(), LEVELS);
    Ok(Drawn { samples: watch.sheet(&samples, watch.columns()), x0_hats })
}

/// Samples of DDIM from fixed noise, `[samples, channels, height, width]`.
fn samples(
    model: &UNet2DModel,
    settings: &TrainSettings,
    schedule: &Schedule,
    watch: &Watch,
) -> Result<Vec<f32>, TrainError> {
    let kind = Ddim { eta: 0.0, set_alpha_to_one: true }.into();
    let mut spec = SamplerSpec::new(kind, CALLS.min(schedule.steps()));
    spec.prediction_type = settings.prediction;
    spec.timestep_spacing = settings.sampler().timestep_spacing;
    spec.thresholding = Thresholding::Clip { range: 1.0 };
    let sampler = spec.build(schedule)?;
    let denoiser = Denoiser::new(model.clone(), watch.classes(), 1.0)?;
    let [channels, height, width] = watch.data.shape();
    let shape = [watch.samples, channels, height, width];
    let noise = NoiseSource::seed(watch.seed);
    let answer = |call: Call<'_>| denoiser.denoise(&call).map_err(TrainError::from);
    let mut last = Vec::new();
    for record in Trajectory::new(&sampler, noise, shape)?.run(answer) {
        last = record?.x_prev.to_vec();
    }
    Ok(last)
}

/// The held-out picture with the noise of each level.
fn shown(watch: &Watch, schedule: &Schedule) -> Vec<Vec<f32>> {
    let (x0, _) = Watch::take(&watch.held_out, watch.shown);
    let eps = watch.noise(SHOWN, 0);
    levels(schedule.steps()).iter().map(|&t| noised(&x0, &eps, schedule.alpha_bar(t))).collect()
}

/// `x_t = √ᾱ x_0 + √(1−ᾱ) ε`.
pub(super) fn noised(x0: &[f32], eps: &[f32], alpha_bar: f64) -> Vec<f32> {
    let (signal, noise) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
    x0.iter().zip(eps).map(|(x0, eps)| signal * x0 + noise * eps).collect()
}

/// The error of ε̂ over t, on learned and on held-out pictures, with the same noise every time.
fn errors(
    model: &UNet2DModel,
    prediction: PredictionType,
    schedule: &Schedule,
    watch: &Watch,
) -> Result<Vec<LevelError>, TrainError> {
    let timesteps = strata(schedule.steps());
    let mut found = [[0.0; STRATA]; 2];
    for (part, data) in [&watch.data, &watch.held_out].into_iter().enumerate() {
        for picture in 0..watch.pictures {
            let (x0, class) = Watch::take(data, picture);
            let noise: Vec<Vec<f32>> =
                (0..STRATA as u32).map(|level| watch.noise(MEASURED + level, picture as u32)).collect();
            let states: Vec<Vec<f32>> =
                noise.iter().zip(timesteps).map(|(eps, t)| noised(&x0, eps, schedule.alpha_bar(t))).collect();
            let labels = class.map(|class| vec![class; STRATA]);
            let outputs = outputs(model, watch, &states, &timesteps, labels.as_deref())?;
            for (i, ((x_t, output), eps)) in states.iter().zip(&outputs).zip(&noise).enumerate() {
                let alpha_bar = schedule.alpha_bar(timesteps[i]);
                found[part][i] +=
                    eps_error(prediction, alpha_bar, (x_t, output), eps) / watch.pictures as f64;
            }
        }
    }
    let of = |(i, &t): (usize, &usize)| LevelError { t, training: found[0][i], held_out: found[1][i] };
    Ok(timesteps.iter().enumerate().map(of).collect())
}

/// `mean((ε̂ − ε)²)` with the ε̂ that follows from a network's output.
pub(super) fn eps_error(
    prediction: PredictionType,
    alpha_bar: f64,
    (x_t, output): (&[f32], &[f32]),
    eps: &[f32],
) -> f64 {
    let squares = x_t.iter().zip(output).zip(eps).map(|((x, output), eps)| {
        (prediction.to_eps(alpha_bar, f64::from(*x), f64::from(*output)) - f64::from(*eps)).powi(2)
    });
    squares.sum::<f64>() / eps.len().max(1) as f64
}

/// The network's outputs for states at timesteps, which count from 1.
pub(super) fn outputs(
    model: &UNet2DModel,
    watch: &Watch,
    states: &[Vec<f32>],
    timesteps: &[usize],
    labels: Option<&[u32]>,
) -> Result<Vec<Vec<f32>>, TrainError> {
    let [channels, height, width] = watch.data.shape();
    let mut found = Vec::with_capacity(states.len());
    for (part, states) in states.chunks(TOGETHER).enumerate() {
        let own = part * TOGETHER..part * TOGETHER + states.len();
        let shape = (states.len(), channels, height, width);
        let input = Tensor::from_vec(states.concat(), shape, &Device::Cpu)?;
        let timesteps: Vec<f64> = timesteps[own.clone()].iter().map(|&t| (t - 1) as f64).collect();
        let labels = labels.map(|labels| ClassLabels::Classes(&labels[own]));
        let output = model.forward(&input, &timesteps, labels)?.flatten_all()?.to_vec1::<f32>()?;
        found.extend(output.chunks(channels * height * width).map(<[f32]>::to_vec));
    }
    Ok(found)
}
