//! A multilayer perceptron that computes the score.

use candle_core::{D, DType, Device, Tensor, Var};

use crate::diffusion::noise::{Key, philox4x32};
use crate::diffusion::process::{Level, Process};
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::solvers::{Score, SolverError};

/// The number of frequencies of the time's features.
const FREQUENCIES: usize = 4;
/// The number of inputs: the two coordinates, then sines and cosines of the time.
pub(super) const INPUTS: usize = 2 + 2 * FREQUENCIES;
/// The number of hidden layers.
const HIDDEN_LAYERS: usize = 3;
/// The most points that go through the network at a time.
const BATCH: usize = 8192;
/// Word 1 of the random generator's counter for fresh weights. Fresh weights of U-Nets use another value.
const WEIGHTS: u32 = 0xFFFF_FFFE;

/// The configuration of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetConfig {
    /// The process that adds noise to the data.
    pub process: Process,
    /// What the network's output means, for states scaled as by [`unit`].
    pub target: PredictionType,
    /// Width of the hidden layers, 1 to 1024.
    pub hidden: usize,
}

impl NetConfig {
    /// The numbers of inputs and outputs of each layer.
    pub(super) fn layers(&self) -> Vec<[usize; 2]> {
        let mut widths = vec![INPUTS];
        widths.resize(HIDDEN_LAYERS + 1, self.hidden);
        widths.push(2);
        widths.windows(2).map(|pair| [pair[0], pair[1]]).collect()
    }
}

/// Scales a level of any process to `m² + σ² = 1`. With `x̂ = x/√(m² + σ²)` every process is variance preserving, ε,
/// `x_0` and v mean the same in all of them, and standardised data keep their size (Karras et al. 2022, table 1, has
/// the same scaling). Returns `ᾱ = m²/(m² + σ²)` and the factor on x.
pub(super) fn unit(level: Level) -> (f64, f64) {
    let total = level.scale * level.scale + level.variance;
    (level.scale * level.scale / total, total.sqrt().recip())
}

/// The features of time: sines and cosines of a quarter of the log-SNR (as in Karras et al. 2022), at octaves
/// from ½ to 4. (The learned function changes smoothly with the log-SNR; higher frequencies only slow the
/// learning down.)
pub(super) fn time_features(level: Level) -> [f32; 2 * FREQUENCIES] {
    let noise = level.log_snr() / 4.0;
    std::array::from_fn(|i| {
        let angle = noise * 2f64.powi((i / 2) as i32 - 1);
        (if i % 2 == 0 { angle.sin() } else { angle.cos() }) as f32
    })
}

/// The network: three hidden layers with `SiLU`.
#[derive(Clone, Debug)]
pub struct ScoreNet {
    config: NetConfig,
    /// The weights `[outputs, inputs]` and biases `[outputs]` of each layer.
    layers: Vec<[Tensor; 2]>,
}

impl ScoreNet {
    /// A network with these tensors, which must have the shapes of the configuration's layers.
    pub(super) fn from_tensors(config: NetConfig, layers: Vec<[Tensor; 2]>) -> Self {
        Self { config, layers }
    }

    /// Fresh weights as variables: uniform in ±√(6/inputs), which keeps the signal's size from layer to
    /// layer (He et al. 2015), and 0 in the last layer, so that the first prediction is 0. Biases are 0.
    pub(super) fn fresh(config: &NetConfig, seed: u64) -> Result<Vec<[Var; 2]>, candle_core::Error> {
        let Key(key) = Key::from_seed(seed);
        let shapes = config.layers();
        let last = shapes.len() - 1;
        let layer = |(number, &[inputs, outputs]): (usize, &[usize; 2])| {
            let bound = if number == last { 0.0 } else { (6.0 / inputs as f64).sqrt() };
            let uniform = |word: u32| bound * ((f64::from(word) + 0.5) / 2_147_483_648.0 - 1.0);
            let count = inputs * outputs;
            let words = (0..count.div_ceil(4))
                .flat_map(|block| philox4x32([block as u32, WEIGHTS, number as u32, 0], key));
            let weights: Vec<f32> = words.take(count).map(|word| uniform(word) as f32).collect();
            let weight = Tensor::from_vec(weights, (outputs, inputs), &Device::Cpu)?;
            let bias = Tensor::zeros(outputs, DType::F32, &Device::Cpu)?;
            Ok([Var::from_tensor(&weight)?, Var::from_tensor(&bias)?])
        };
        shapes.iter().enumerate().map(layer).collect()
    }

    /// The network's configuration.
    pub fn config(&self) -> &NetConfig {
        &self.config
    }

    /// Weights and biases, layer by layer.
    pub(super) fn layers(&self) -> &[[Tensor; 2]] {
        &self.layers
    }

    /// Maps inputs `[n, inputs]` to outputs `[n, 2]`.
    pub(super) fn forward(&self, inputs: &Tensor) -> Result<Tensor, candle_core::Error> {
        let mut x = inputs.clone();
        for (number, [weight, bias]) in self.layers.iter().enumerate() {
            x = x.matmul(&weight.t()?)?.broadcast_add(bias)?;
            if number + 1 < self.layers.len() {
                x = x.silu()?;
            }
        }
        Ok(x)
    }

    /// The network's outputs at the points multiplied by `factor`; with `divergence`, also the divergence of
    /// the output with respect to each multiplied point (otherwise 0).
    fn outputs(
        &self,
        level: Level,
        points: &[[f64; 2]],
        factor: f64,
        divergence: bool,
    ) -> Result<(Vec<Vec<f32>>, Vec<f64>), candle_core::Error> {
        let count = points.len();
        let scaled: Vec<f32> = points.iter().flatten().map(|x| (factor * x) as f32).collect();
        let place = Var::from_vec(scaled, (count, 2), &Device::Cpu)?;
        let place_tensor = if divergence { place.as_tensor().clone() } else { place.as_detached_tensor() };
        let time =
            Tensor::new(&time_features(level), &Device::Cpu)?.broadcast_as((count, 2 * FREQUENCIES))?;
        let output = self.forward(&Tensor::cat(&[&place_tensor, &time.contiguous()?], D::Minus1)?)?;
        let mut sums = vec![0.0; count];
        if divergence {
            // A point's output depends on that point alone, so the gradient of the sum contains each point's own
            // gradient.
            for d in 0..2 {
                let gradients = output.narrow(1, d, 1)?.sum_all()?.backward()?;
                let Some(gradient) = gradients.get(place.as_tensor()) else { continue };
                let own = gradient.narrow(1, d, 1)?.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>()?;
                sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            }
        }
        Ok((output.to_vec2()?, sums))
    }

    fn evaluate(
        &self,
        t: f64,
        points: &[[f64; 2]],
        divergence: bool,
    ) -> Result<Vec<([f64; 2], f64)>, SolverError> {
        let level = self.config.process.level(t);
        let (alpha_bar, factor) = unit(level);
        let [state, predicted] = self.config.target.weights(alpha_bar).eps;
        let to_score = -level.sigma().recip();
        let mut values = Vec::with_capacity(points.len());
        for batch in points.chunks(BATCH) {
            let (outputs, divergences) = self.outputs(level, batch, factor, divergence).map_err(|error| {
                SolverError::Score(error.to_string().lines().next().unwrap_or_default().to_owned())
            })?;
            for ((x, output), divergence) in batch.iter().zip(outputs).zip(divergences) {
                let eps = |d: usize| state * factor * x[d] + predicted * f64::from(output[d]);
                let slope = factor * (2.0 * state + predicted * divergence);
                values.push(([0, 1].map(|d| to_score * eps(d)), to_score * slope));
            }
        }
        Ok(values)
    }
}

impl Score<2> for ScoreNet {
    fn process(&self) -> Process {
        self.config.process
    }

    fn scores(&self, t: f64, points: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, SolverError> {
        Ok(self.evaluate(t, points, false)?.into_iter().map(|(score, _)| score).collect())
    }

    fn divergences(&self, t: f64, points: &[[f64; 2]]) -> Result<Vec<([f64; 2], f64)>, SolverError> {
        self.evaluate(t, points, true)
    }
}
