//! The arithmetic of one step on whole pictures.

use super::{MeanWeights, Record, SamplerSpec, SamplerStep, StepVariance};

/// The network's output and its layout.
pub(super) struct Output<'a> {
    pub values: &'a [f32],
    /// The number of values of one sample's prediction.
    pub sample: usize,
    /// 2 if each sample's prediction is followed by its variance, else 1.
    pub halves: usize,
}

impl Output<'_> {
    fn prediction(&self, n: usize) -> &[f32] {
        &self.values[n * self.halves * self.sample..][..self.sample]
    }

    /// The values for the variance of sample n; only for outputs with two halves.
    fn variance(&self, n: usize) -> &[f32] {
        &self.values[(2 * n + 1) * self.sample..][..self.sample]
    }

    /// `σ²` of one value. If it is learned, the output has two halves.
    fn variance_of(&self, variance: StepVariance, n: usize, i: usize) -> f64 {
        match variance {
            StepVariance::Fixed(variance) => variance,
            learned => learned.value(f64::from(self.variance(n)[i])),
        }
    }
}

/// A step's arrays, as in a record.
pub(super) struct Update {
    pub eps_hat: Vec<f32>,
    pub x0_hat: Vec<f32>,
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
    pub x_prev: Vec<f32>,
}

impl Update {
    /// Computes one step in f64, rounding each result once to f32. `before` holds the records before this one, the last
    /// one first.
    pub fn of(
        spec: &SamplerSpec,
        step: &SamplerStep,
        state: &[f32],
        before: &[&Record],
        output: &Output<'_>,
        noise: Option<&[f32]>,
    ) -> Self {
        let (predicted, mean) = (spec.prediction_type.weights(step.alpha_bar), step.mean);
        let mut update = Self::with_capacity(state.len());
        let before = weighted(&mean, before);
        for (n, x_t) in state.chunks_exact(output.sample).enumerate() {
            let prediction = output.prediction(n);
            let combine = |weights: [f64; 2], i: usize| {
                weights[0] * f64::from(x_t[i]) + weights[1] * f64::from(prediction[i])
            };
            let mut x0: Vec<f64> = (0..x_t.len()).map(|i| combine(predicted.x0, i)).collect();
            spec.thresholding.apply(&mut x0);
            for (i, &x0) in x0.iter().enumerate() {
                let place = n * output.sample + i;
                let eps = combine(predicted.eps, i);
                let mut next = mean.x_t * f64::from(x_t[i]) + mean.x0 * x0 + mean.eps * eps;
                for (weight, values) in &before {
                    next += weight * f64::from(values[place]);
                }
                let variance = output.variance_of(step.variance, n, i);
                let x_prev = noise.map_or(next, |noise| next + variance.sqrt() * f64::from(noise[place]));
                update.push([eps, x0, next, variance, x_prev]);
            }
        }
        update
    }

    fn with_capacity(len: usize) -> Self {
        let empty = || Vec::with_capacity(len);
        Self { eps_hat: empty(), x0_hat: empty(), mean: empty(), variance: empty(), x_prev: empty() }
    }

    fn push(&mut self, [eps_hat, x0_hat, mean, variance, x_prev]: [f64; 5]) {
        self.eps_hat.push(eps_hat as f32);
        self.x0_hat.push(x0_hat as f32);
        self.mean.push(mean as f32);
        self.variance.push(variance as f32);
        self.x_prev.push(x_prev as f32);
    }

    /// Whether all numbers are finite.
    pub fn is_finite(&self) -> bool {
        [&self.eps_hat, &self.x0_hat, &self.mean, &self.variance, &self.x_prev]
            .iter()
            .all(|values| values.iter().all(|value| value.is_finite()))
    }
}

/// What a step takes of earlier records, with its weights.
fn weighted<'a>(mean: &MeanWeights, before: &[&'a Record]) -> Vec<(f64, &'a [f32])> {
    let parts = before.iter().zip(mean.before).flat_map(|(record, weights)| {
        [(weights.x_t, &record.x_t[..]), (weights.x0, &record.x0_hat[..]), (weights.eps, &record.eps_hat[..])]
    });
    parts.filter(|(weight, _)| *weight != 0.0).collect()
}
