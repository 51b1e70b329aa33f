//! The likelihood along the probability-flow ODE of a network, one step at a time.

use super::LikelihoodError;
use crate::diffusion::Schedule;
use crate::diffusion::nll::ode::{Answer, OdePath, OdeSettings, Question};
use crate::diffusion::noise::{Key, Stream, philox4x32};
use crate::diffusion::sampler::{Call, PredictionType};
use crate::model::{Denoiser, ModelError};

/// What answers a network call together with the product of a vector and the output's Jacobian.
pub trait VectorJacobian {
    /// The output y for the state `call.input`, in the prediction type, and `vᵀ ∂y/∂x`, where v has the size of the
    /// state, as both results have.
    ///
    /// # Errors
    /// If the state's shape does not fit the network, or the computation fails.
    fn vector_jacobian(&self, call: &Call<'_>, v: &[f32]) -> Result<[Vec<f32>; 2], ModelError>;
}

impl VectorJacobian for Denoiser {
    fn vector_jacobian(&self, call: &Call<'_>, v: &[f32]) -> Result<[Vec<f32>; 2], ModelError> {
        self.predict_with_gradient(call.input, call.shape, self.timestep_of(call), v)
    }
}

/// The seed of one of several paths of one of several pictures. That of the first picture's first path is the one that is
/// given; the others are apart from all that a person would give.
pub fn path_seed(seed: u64, picture: usize, path: usize) -> u64 {
    let picture = (picture as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let path = (path as u64).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    seed ^ picture ^ path
}

/// The likelihoods of one picture along several paths, in bits per dimension.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paths(Vec<f64>);

impl Paths {
    /// Adds a path.
    pub fn push(&mut self, bits: f64) {
        self.0.push(bits);
    }

    /// The number of paths.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Their mean; not a number if there are none.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    /// The standard error of the mean; `None` with less than two paths.
    pub fn standard_error(&self) -> Option<f64> {
        let (n, mean) = (self.0.len() as f64, self.mean());
        let squares: f64 = self.0.iter().map(|value| (value - mean).powi(2)).sum();
        (self.0.len() > 1).then(|| (squares / (n - 1.0) / n).sqrt())
    }
}

/// The largest number of values of a picture whose divergence is worth being exact: the network is asked once for each of
/// them at every point of the path.
pub const MOST_EXACT: usize = 256;

/// The likelihood of some pictures, under way along the ODE. The divergence of the network is estimated by Hutchinson's
/// estimator `vᵀ (∂y/∂x) v` with random signs v, the same ones along the whole path (Song et al. 2021, eq. 40; Grathwohl
/// et al. 2019). It is unbiased: means over several seeds come closer to the likelihood. For small pictures it can be
/// [exact](Self::exactly).
#[derive(Clone, Debug)]
pub struct Flow {
    path: OdePath,
    shape: [usize; 4],
    /// The random signs of the estimator; `None` where the divergence is exact.
    signs: Option<Vec<f32>>,
}

impl Flow {
    /// Begins at the pictures `x0`, `[samples, channels, height, width]` with values in `[-1, 1]`, of 8 bits each. A
    /// uniform noise as wide as a level, from the seed, makes their values continuous. The results are bits per
    /// dimension of such pictures, and in expectation an upper bound on those of the pictures of 8 bits.
    ///
    /// # Errors
    /// If the pictures do not fill their shape; if the network predicts ε and no signal is left at T.
    pub fn new(
        schedule: &Schedule,
        prediction: PredictionType,
        x0: &[f32],
        shape: [usize; 4],
        seed: u64,
        settings: OdeSettings,
    ) -> Result<Self, LikelihoodError> {
        let wrong = || LikelihoodError::Pictures { shape, got: x0.len() };
        let len = shape.iter().try_fold(1_usize, |product, &side| product.checked_mul(side));
        if len != Some(x0.len()) || x0.is_empty() {
            return Err(wrong());
        }
        let words =
            |i: usize| philox4x32([i as u32, (Stream::Probe as u32) << 8, 0, 0], Key::from_seed(seed).0);
        let signs = (0..x0.len()).map(|i| if words(i)[0] & 1 == 0 { 1.0 } else { -1.0 }).collect();
        // From half a level below to half a level above.
        let uniform = |i: usize| (f64::from(words(i)[1]) + 0.5) / 2.0_f64.powi(32) - 0.5;
        let x: Vec<f64> = x0.iter().enumerate().map(|(i, &x)| f64::from(x) + uniform(i) / 127.5).collect();
        let steps = schedule.steps();
        let path = OdePath::new(schedule, prediction, &x, shape[0], settings)
            .ok_or(LikelihoodError::NoSignal { t: steps })?;
        Ok(Self { path, shape, signs: Some(signs) })
    }

    /// The same path with the exact divergence: the sum over all values of a picture of `∂y_i/∂x_i`, for which the
    /// network is asked once for each of them at every evaluation.
    #[must_use]
    pub fn exactly(self) -> Self {
        Self { signs: None, ..self }
    }

    /// The path so far.
    pub fn path(&self) -> &OdePath {
        &self.path
    }

    /// Makes one step; at the end of the path nothing is done.
    ///
    /// # Errors
    /// If the network fails, or the path leaves the finite numbers.
    pub fn step(&mut self, network: &dyn VectorJacobian) -> Result<(), LikelihoodError> {
        let Self { path, shape, signs } = self;
        let mut index = path.calls();
        path.step(|Question { t, alpha_bar, x }| {
            let input: Vec<f32> = x.iter().map(|&x| x as f32).collect();
            let call = Call { index, timestep: t - 1.0, t, alpha_bar, input: &input, shape: *shape };
            index += 1;
            let [output, divergence] = match signs {
                Some(signs) => probed(network, &call, signs)?,
                None => exact(network, &call)?,
            };
            Ok(Answer { output, divergence })
        })
    }

    /// Bits per dimension of each picture; `None` before the path is complete.
    pub fn bits_per_dim(&self) -> Option<Vec<f64>> {
        self.path.bits_per_dim()
    }
}

/// The output for a state, and Hutchinson's estimate of the divergence of each sample.
fn probed(
    network: &dyn VectorJacobian,
    call: &Call<'_>,
    signs: &[f32],
) -> Result<[Vec<f64>; 2], LikelihoodError> {
    let (output, product) = asked(network, call, signs)?;
    let sample = signs.len() / call.shape[0];
    let sum = |(product, signs): (&[f32], &[f32])| {
        product.iter().zip(signs).map(|(&product, &sign)| f64::from(product) * f64::from(sign)).sum()
    };
    let divergence = product.chunks_exact(sample).zip(signs.chunks_exact(sample)).map(sum).collect();
    Ok([output, divergence])
}

/// The output for a state, and the exact divergence of each sample, for which the network is asked about one value of all
/// samples after another.
fn exact(network: &dyn VectorJacobian, call: &Call<'_>) -> Result<[Vec<f64>; 2], LikelihoodError> {
    let sample = call.input.len() / call.shape[0];
    let mut divergence = vec![0.0; call.shape[0]];
    let mut found = Vec::new();
    for value in 0..sample {
        let v: Vec<f32> =
            (0..call.input.len()).map(|i| if i % sample == value { 1.0 } else { 0.0 }).collect();
        let (output, product) = asked(network, call, &v)?;
        for (sum, product) in divergence.iter_mut().zip(product.chunks_exact(sample)) {
            *sum += f64::from(product[value]);
        }
        found = output;
    }
    Ok([found, divergence])
}

/// The network's output and `vᵀ ∂y/∂x`, both with the size of the state.
fn asked(
    network: &dyn VectorJacobian,
    call: &Call<'_>,
    v: &[f32],
) -> Result<(Vec<f64>, Vec<f32>), LikelihoodError> {
    let [output, product] = network.vector_jacobian(call, v)?;
    if output.len() != v.len() || product.len() != v.len() {
        return Err(LikelihoodError::Output { expected: v.len(), got: output.len() });
    }
    Ok((output.into_iter().map(f64::from).collect(), product))
}
