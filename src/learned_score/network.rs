//! A multilayer perceptron that computes the score.

use candle_core::{D, DType, Device, Tensor, Var};

use crate::diffusion::process::{Level, Process};
use crate::diffusion::sampler::PredictionType;
use crate::diffusion::solvers::{Score, SolverError};
use crate::perceptron::{Activation, Perceptron, Shape};

/// The number of frequencies of the time's features.
const FREQUENCIES: usize = 4;
/// The number of inputs: the two coordinates, then sines and cosines of the time.
pub(super) const INPUTS: usize = 2 + 2 * FREQUENCIES;
/// The number of hidden layers.
const HIDDEN_LAYERS: usize = 3;
/// The most points that go through the network at a time.
const BATCH: usize = 8192;
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
    /// What the network is: its first prediction is 0.
    pub(super) fn shape(&self) -> Shape {
        let mut widths = vec![INPUTS];
        widths.resize(HIDDEN_LAYERS + 1, self.hidden);
        widths.push(2);
        Shape { widths, activation: Activation::Silu, last: 0.0 }
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
    net: Perceptron,
}

impl ScoreNet {
    /// A network with these tensors, which must have the shapes of the configuration's layers.
    pub(super) fn from_tensors(config: NetConfig, layers: Vec<[Tensor; 2]>) -> Self {
        Self { config, net: Perceptron::of(layers, Activation::Silu) }
    }

    /// A network with fresh weights as variables, whose first predictions are 0.
    pub(super) fn fresh(config: NetConfig, seed: u64) -> Result<Self, candle_core::Error> {
        Ok(Self { config, net: Perceptron::fresh(&config.shape(), seed)? })
    }

    /// The variables that training changes.
    pub(super) fn variables(&self) -> Result<Vec<Var>, candle_core::Error> {
        self.net.variables()
    }

    /// A copy that training does not change.
    pub(super) fn copy(&self) -> Result<Self, candle_core::Error> {
        Ok(Self { config: self.config, net: self.net.copy()? })
    }

    /// The number of parameters.
    pub fn parameters(&self) -> usize {
        self.config.shape().parameters()
    }

    /// The network's configuration.
    pub fn config(&self) -> &NetConfig {
        &self.config
    }

    /// Weights and biases, layer by layer.
    pub(super) fn layers(&self) -> &[[Tensor; 2]] {
        self.net.layers()
    }

    /// Maps inputs `[n, inputs]` to outputs `[n, 2]`.
    pub(super) fn forward(&self, inputs: &Tensor) -> Result<Tensor, candle_core::Error> {
        self.net.forward(inputs)
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
