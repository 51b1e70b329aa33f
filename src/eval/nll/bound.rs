//! The variational bound of a network, one timestep at a time.

use std::f64::consts::LN_2;
use std::sync::Arc;

use super::LikelihoodError;
use crate::diffusion::Schedule;
use crate::diffusion::nll::{Term, bits_per_dim, prior};
use crate::diffusion::noise::{Key, Stream, plane};
use crate::diffusion::sampler::{Call, PredictionType, VarianceType};
use crate::model::Denoise;

/// Values of pictures may be beyond ±1 by this much, from rounding.
const SLACK: f32 = 1e-5;

/// The chain whose bound is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundSpec {
    /// The schedule that the network was trained with.
    pub schedule: Schedule,
    /// What the network predicts.
    pub prediction: PredictionType,
    /// The variance of the reverse steps.
    pub variance: VarianceType,
    /// Whether `x̂_0` is clipped to `[-1, 1]`, as samplers may do.
    pub clip: bool,
}

/// The noise ε of the states `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε` at which the network is asked; another one for each t.
#[derive(Clone, Debug, PartialEq)]
pub enum BoundNoise {
    /// The counter-based generator: a normal depends on the seed, the picture's number, t, the channel and the pixel, and
    /// on nothing else.
    Seed {
        /// The seed.
        seed: u64,
        /// Number of the first picture; the others follow.
        first: u32,
    },
    /// Normals that the caller gives.
    Given {
        /// `[T, all pictures, channels, height, width]`; index t − 1.
        values: Arc<[f32]>,
        /// The number of all pictures.
        all: usize,
        /// Which of them is the first one of the bound.
        first: usize,
    },
}

/// The bound of some pictures, whose terms can be computed in any order.
///
/// ```
/// use diffuscope::diffusion::nll::Strata;
/// use diffuscope::diffusion::sampler::{Call, PredictionType, VarianceType};
/// use diffuscope::diffusion::ScheduleSpec;
/// use diffuscope::eval::nll::{Bound, BoundNoise, BoundSpec};
/// use diffuscope::model::{Denoise, ModelError};
///
/// /// Knows that all pictures are grey.
/// struct Grey;
/// impl Denoise for Grey {
///     fn denoise(&self, call: &Call<'_>) -> Result<Vec<f32>, ModelError> {
///         Ok(vec![0.0; call.input.len()])
///     }
/// }
///
/// let spec = BoundSpec {
///     schedule: ScheduleSpec::default().build()?,
///     prediction: PredictionType::Sample,
///     variance: VarianceType::FixedSmall,
///     clip: false,
/// };
/// // One picture of 2 × 2 pixels, nearly grey.
/// let x0 = [0.5 / 127.5; 4];
/// let bound = Bound::new(&spec, x0.into(), [1, 1, 2, 2], BoundNoise::Seed { seed: 7, first: 0 })?;
/// let mut total = bound.prior().bits[0];
/// for term in bound.run(1..=1000, &Grey) {
///     total += term?.bits[0];
/// }
/// // Without the network it would cost 8 bits for each value.
/// assert!(total > 1.0 && total < 2.0, "{total}");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Bound {
    spec: BoundSpec,
    x0: Arc<[f32]>,
    shape: [usize; 4],
    noise: BoundNoise,
}

/// `L_T`, which the network has no part in.
#[derive(Clone, Debug, PartialEq)]
pub struct PriorTerm {
    /// Bits per dimension of each picture.
    pub bits: Vec<f64>,
    /// Bits of each value, `[samples, channels, height, width]`; their mean over a picture is `bits`.
    pub map: Vec<f32>,
}

/// `L_{t−1}`, and what the network said at t.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundTerm {
    /// The timestep, from 1 to T; 1 is `L_0`.
    pub t: usize,
    /// Bits per dimension of each picture.
    pub bits: Vec<f64>,
    /// Mean square of `ε − ε̂` of each picture.
    pub eps_mse: Vec<f64>,
    /// Mean square of `x_0 − x̂_0` of each picture, after clipping; see
    /// [`distortion`](crate::diffusion::nll::rate::distortion).
    pub x0_mse: Vec<f64>,
    /// Bits of each value, `[samples, channels, height, width]`; their mean over a picture is `bits`.
    pub map: Vec<f32>,
    /// The noise ε, with the same shape.
    pub eps: Vec<f32>,
    /// The state `x_t`, with the same shape.
    pub x_t: Vec<f32>,
    /// ε̂, with the same shape.
    pub eps_hat: Vec<f32>,
    /// `x̂_0` as the term uses it, with the same shape.
    pub x0_hat: Vec<f32>,
    /// `σ_t²` of each value if the network gives it, with the same shape; else one number.
    pub sigma2: Vec<f32>,
}

impl Bound {
    /// The bound of the pictures `x0`, `[samples, channels, height, width]` with values in `[-1, 1]`.
    ///
    /// # Errors
    /// If the pictures or the noise do not have the right number of values; if a value is out of range; if the network
    /// predicts ε and no signal is left at T.
    pub fn new(
        spec: &BoundSpec,
        x0: Arc<[f32]>,
        shape: [usize; 4],
        noise: BoundNoise,
    ) -> Result<Self, LikelihoodError> {
        let steps = spec.schedule.steps();
        if spec.prediction == PredictionType::Epsilon && spec.schedule.alpha_bar(steps) == 0.0 {
            return Err(LikelihoodError::NoSignal { t: steps });
        }
        let len = shape.iter().try_fold(1_usize, |product, &side| product.checked_mul(side));
        if len != Some(x0.len()) || x0.is_empty() || shape[1] > 255 {
            return Err(LikelihoodError::Pictures { shape, got: x0.len() });
        }
        if let Some(&found) = x0.iter().find(|value| value.is_nan() || value.abs() > 1.0 + SLACK) {
            return Err(LikelihoodError::Value { found });
        }
        if let BoundNoise::Given { values, all, first } = &noise {
            let expected = (x0.len() / shape[0]).saturating_mul(*all).saturating_mul(steps);
            if values.len() != expected || first.saturating_add(shape[0]) > *all {
                return Err(LikelihoodError::Noise { steps, expected, got: values.len() });
            }
        }
        Ok(Self { spec: spec.clone(), x0, shape, noise })
    }

    /// What the bound is of.
    pub fn spec(&self) -> &BoundSpec {
        &self.spec
    }

    /// Samples, channels, height and width.
    pub fn shape(&self) -> [usize; 4] {
        self.shape
    }

    /// `L_T`.
    pub fn prior(&self) -> PriorTerm {
        let alpha_bar = self.spec.schedule.alpha_bar(self.spec.schedule.steps());
        let nats: Vec<f64> = self.x0.iter().map(|&x0| prior(alpha_bar, x0.into())).collect();
        PriorTerm { bits: self.by_picture(&nats), map: bits_of_values(&nats) }
    }

    /// The noise ε of timestep t, which is from 1 to T.
    fn eps(&self, t: usize) -> Vec<f32> {
        let [samples, channels, height, width] = self.shape;
        match &self.noise {
            BoundNoise::Seed { seed, first } => (0..samples * channels)
                .flat_map(|i| {
                    let (sample, channel) = ((i / channels) as u32, (i % channels) as u32);
                    let number = first.wrapping_add(sample);
                    plane(Key::from_seed(*seed), channel, Stream::Bound, t as u32, number, height * width)
                })
                .collect(),
            BoundNoise::Given { values, all, first } => {
                let sample = self.x0.len() / samples;
                values[((t - 1) * all + first) * sample..][..self.x0.len()].to_vec()
            }
        }
    }

    /// The term `L_{t−1}`, for which the network is asked once. t is from 1 to T.
    ///
    /// # Errors
    /// If there is no such timestep, the network fails, or its output has another size, is not finite, or gives a
    /// variance that is none.
    pub fn term(&self, t: usize, network: &dyn Denoise) -> Result<BoundTerm, LikelihoodError> {
        let steps = self.spec.schedule.steps();
        if !(1..=steps).contains(&t) {
            return Err(LikelihoodError::Timestep { steps, got: t });
        }
        let term = Term::new(&self.spec.schedule, t, self.spec.variance);
        let (signal, noise) = (term.step().sqrt_alpha_bar(), term.step().sqrt_one_minus_alpha_bar());
        let eps = self.eps(t);
        // The network sees the state in f32; the terms have it exactly.
        let state = |(&x0, &eps): (&f32, &f32)| signal * f64::from(x0) + noise * f64::from(eps);
        let x_t: Vec<f32> = self.x0.iter().zip(&eps).map(|pair| state(pair) as f32).collect();
        let call = Call {
            index: t - 1,
            timestep: (t - 1) as f64,
            t: t as f64,
            alpha_bar: term.step().alpha_bar,
            input: &x_t,
            shape: self.shape,
        };
        let output = Output::new(network.denoise(&call)?, self, t)?;
        self.computed(&term, eps, x_t, &output)
    }

    fn computed(
        &self,
        term: &Term,
        eps: Vec<f32>,
        x_t: Vec<f32>,
        output: &Output,
    ) -> Result<BoundTerm, LikelihoodError> {
        let step = term.step();
        let weights = self.spec.prediction.weights(step.alpha_bar);
        let (signal, noise) = (step.sqrt_alpha_bar(), step.sqrt_one_minus_alpha_bar());
        let learned = self.spec.variance.is_learned();
        let count = self.x0.len();
        let (mut nats, mut eps_squares, mut x0_squares) =
            (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
        let (mut eps_hats, mut x0_hats) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let mut sigma2s = Vec::with_capacity(if learned { count } else { 1 });
        for i in 0..count {
            let (x0, eps) = (f64::from(self.x0[i]), f64::from(eps[i]));
            let (state, (predicted, v)) = (signal * x0 + noise * eps, output.at(i));
            let eps_hat = weights.eps[0] * state + weights.eps[1] * predicted;
            let mut x0_hat = weights.x0[0] * state + weights.x0[1] * predicted;
            if self.spec.clip {
                x0_hat = x0_hat.clamp(-1.0, 1.0);
            }
            let sigma2 = term.sigma2(v);
            if !(sigma2.is_finite() && sigma2 > 0.0) {
                return Err(LikelihoodError::Variance { t: step.t, found: sigma2 });
            }
            nats[i] = term.nats(x0, x0_hat, sigma2);
            (eps_squares[i], x0_squares[i]) = ((eps - eps_hat).powi(2), (x0 - x0_hat).powi(2));
            eps_hats.push(eps_hat as f32);
            x0_hats.push(x0_hat as f32);
            if learned || i == 0 {
                sigma2s.push(sigma2 as f32);
            }
        }
        if !nats.iter().all(|nats| nats.is_finite()) {
            return Err(LikelihoodError::NotFinite { t: step.t as f64 });
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let by_picture = |values: &[f64]| values.chunks_exact(count / self.shape[0]).map(mean).collect();
        Ok(BoundTerm {
            t: step.t,
            bits: self.by_picture(&nats),
            eps_mse: by_picture(&eps_squares),
            x0_mse: by_picture(&x0_squares),
            map: bits_of_values(&nats),
            eps,
            x_t,
            eps_hat: eps_hats,
            x0_hat: x0_hats,
            sigma2: sigma2s,
        })
    }

    /// The terms of these timesteps, one after another as they are asked for.
    pub fn run(
        &self,
        timesteps: impl IntoIterator<Item = usize>,
        network: &dyn Denoise,
    ) -> impl Iterator<Item = Result<BoundTerm, LikelihoodError>> {
        timesteps.into_iter().map(move |t| self.term(t, network))
    }

    fn by_picture(&self, nats: &[f64]) -> Vec<f64> {
        nats.chunks_exact(nats.len() / self.shape[0]).map(bits_per_dim).collect()
    }
}

fn bits_of_values(nats: &[f64]) -> Vec<f32> {
    nats.iter().map(|nats| (nats / LN_2) as f32).collect()
}

/// A network's output: predictions, each perhaps followed by values for its variance.
struct Output {
    values: Vec<f32>,
    /// The number of values of one picture.
    sample: usize,
    /// 2 if there are values for the variance, else 1.
    halves: usize,
}

impl Output {
    fn new(values: Vec<f32>, bound: &Bound, t: usize) -> Result<Self, LikelihoodError> {
        let (expected, got) = (bound.x0.len(), values.len());
        let halves = if got == 2 * expected { 2 } else { 1 };
        if got != halves * expected {
            return Err(LikelihoodError::Output { expected, got });
        }
        if halves == 1 && bound.spec.variance.is_learned() {
            return Err(LikelihoodError::NoVariance);
        }
        if !values.iter().all(|value| value.is_finite()) {
            return Err(LikelihoodError::NotFinite { t: t as f64 });
        }
        Ok(Self { values, sample: expected / bound.shape[0], halves })
    }

    /// The prediction of value i, and what is said of its variance; 0 if nothing is.
    fn at(&self, i: usize) -> (f64, f64) {
        let (picture, place) = (i / self.sample, i % self.sample);
        let start = picture * self.halves * self.sample + place;
        let v = if self.halves == 2 { self.values[start + self.sample] } else { 0.0 };
        (self.values[start].into(), v.into())
    }
}
