//! γ(t) = −ln SNR(t) as a monotone network that can be learned (Kingma et al. 2021, section 3.2 and appendix H).
//!
//! `γ̃(t) = l_1(t) + l_3(σ(l_2(l_1(t))))` with layers of 1, [`UNITS`] and 1 units, whose weights are positive, so that γ̃
//! rises with t. It is stretched to two learned ends: `γ(t) = γ_0 + (γ_1 − γ_0) (γ̃(t) − γ̃(0))/(γ̃(1) − γ̃(0))`.
//! The bias of the last layer would cancel there and is left out. Values and derivatives, by t and by the parameters, are
//! closed forms in f64.
//!
//! # What is learned from the variance
//!
//! The loss of one draw is `L = ½ γ′(t) g` with `g = ‖ε − ε̂‖²` and t uniform. Its mean over t is `½ ∫ m_1(γ) dγ`, where
//! `m_k(γ) = E[g^k]` at one level of noise: it does not depend on the shape of γ between its ends. The variance does, and
//! as the mean does not, it is least where `E[L²] = ¼ ∫ γ′² m_2(γ) dt` is (appendix I.2). For a parameter η of
//! the shape, with `∂ = ∂/∂η`,
//!
//! `∂E[L²] = ¼ ∫ (2 γ′ ∂γ′ m_2 + γ′² m_2′(γ) ∂γ) dt`.
//!
//! `γ′ m_2′(γ)` is the derivative of `m_2(γ(t))` by t. Integrated by parts, where `∂γ = 0` at both ends, it becomes
//! `−m_2 (γ′ ∂γ)′`, and
//!
//! `∂E[L²] = ¼ ∫ m_2(γ) (γ′ ∂γ′ − γ″ ∂γ) dt = E[L² (∂γ′/γ′ − γ″ ∂γ/γ′²)]`.
//!
//! So the mean of `L² (∂γ′/γ′ − γ″ ∂γ/γ′²)` over draws is an unbiased estimate of the gradient that needs losses alone,
//! and no derivative of the denoiser: [`Gamma::variance_gradient`]. Where it is 0 for all shapes, `γ′ ∝ 1/√m_2(γ)`, and
//! the mean square of the loss is the same at all t.
//!
//! # What is learned from the loss
//!
//! The ends follow the bound itself, per dimension and in nats: `∂L_∞/∂γ_1 = ½ m_1(γ_1)` and
//! `∂L_∞/∂γ_0 = −½ m_1(γ_0)`, and besides `L_T` depends on `γ_1`, and `L_0` on `γ_0`: [`ends`].

pub mod ends;
mod gradient;
#[cfg(test)]
mod tests;

use super::VdmError;

pub use gradient::Draw;

/// The units of the hidden layer (appendix H).
pub const UNITS: usize = 1024;
/// The number of parameters before those of the units: both ends, and slope and bias of the first layer.
const BEFORE: usize = 4;
/// The parameters of a unit: the logarithm of its slope, its bias, and the logarithm of its height.
const OF_UNIT: usize = 3;
/// The number of all parameters of a γ with [`UNITS`].
pub const PARAMETERS: usize = BEFORE + OF_UNIT * UNITS;
/// Range of the logarithms of weights: with it, all numbers are finite.
const LOG_WEIGHT: [f32; 2] = [-20.0, 12.0];

/// The range of `γ_0`, from the least noise to the most. The least is that of the schedules that files hold.
pub const START: [f64; 2] = [-14.0, -2.0];
/// The range of `γ_1`.
pub const END: [f64; 2] = [0.0, 20.0];
/// The ends before anything is learned, in the published code: `γ_0 = −13.3` and `γ_1 = 5`.
pub const USUAL_ENDS: [f64; 2] = [-13.3, 5.0];

/// A γ with fixed parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Gamma {
    /// `γ_0` and `γ_1`.
    ends: [f64; 2],
    /// Slope and bias of the first layer.
    line: [f64; 2],
    units: Vec<Unit>,
    /// `γ̃(0)` and `γ̃(1) − γ̃(0)`.
    start: f64,
    rise: f64,
}

/// A unit of the hidden layer: it adds `height · σ(slope · l_1(t) + bias)`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Unit {
    slope: f64,
    bias: f64,
    height: f64,
}

/// γ at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// γ.
    pub value: f64,
    /// γ′, above 0.
    pub slope: f64,
    /// γ″.
    pub curvature: f64,
}

impl Gamma {
    /// The parameters of a γ with these ends before anything is learned, as a flat row: `γ_0`, `γ_1`, the logarithm of the
    /// first layer's slope and its bias, then for each unit the logarithm of its slope, its bias, and the logarithm of its
    /// height. Weights are learned by their logarithms, which keeps them positive, and makes steps relative.
    ///
    /// γ rises nearly evenly. Units lie all over time, and are from wide to steep, so that every shape has some to grow
    /// from. Nothing is drawn by chance.
    pub fn parameters(ends: [f64; 2], units: usize) -> Vec<f32> {
        let [start, end] = ends.map(|end| end as f32);
        let mut parameters = vec![start, end, 2_f32.ln(), -1.0];
        for k in 0..units {
            // The first layer leads to numbers from −1 to 1; centres are spread there by the golden ratio.
            let centre = 2.0 * (k as f64 * 0.618_033_988_749_894_9).fract() - 1.0;
            let slope = WIDE * (STEEP / WIDE).powf((k as f64 + 0.5) / units as f64);
            let height = (units as f64).recip();
            parameters.extend([slope.ln(), -slope * centre, height.ln()].map(|value| value as f32));
        }
        parameters
    }

    /// The γ with these parameters, as [`parameters`](Self::parameters) lays them out. Their number says how many units
    /// there are.
    ///
    /// # Errors
    /// [`VdmError::Parameters`] if there are too few, a number is not finite, or γ does not rise between its ends.
    pub fn new(parameters: &[f32]) -> Result<Self, VdmError> {
        let wrong = || VdmError::Parameters { got: parameters.len() };
        if !parameters.iter().all(|value| value.is_finite()) {
            return Err(wrong());
        }
        let Some((&[start, end, slope, bias], units)) = parameters.split_first_chunk::<BEFORE>() else {
            return Err(wrong());
        };
        let weight = |log: f32| f64::from(log.clamp(LOG_WEIGHT[0], LOG_WEIGHT[1])).exp();
        let (units, rest) = units.as_chunks::<OF_UNIT>();
        let unit = |[slope, bias, height]: &[f32; OF_UNIT]| Unit {
            slope: weight(*slope),
            bias: f64::from(*bias),
            height: weight(*height),
        };
        if !rest.is_empty() || start >= end {
            return Err(wrong());
        }
        let mut gamma = Self {
            ends: [start, end].map(f64::from),
            line: [weight(slope), f64::from(bias)],
            units: units.iter().map(unit).collect(),
            start: 0.0,
            rise: 1.0,
        };
        let [first, last] = [0.0, 1.0].map(|t| gamma.raw(t).value);
        (gamma.start, gamma.rise) = (first, last - first);
        Ok(gamma)
    }

    /// Moves parameters that a step of learning has led out of their ranges back into them: the ends to [`START`] and
    /// [`END`], so that `γ_0` stays below `γ_1`.
    pub fn keep_in_range(parameters: &mut [f32]) {
        let Some((before, units)) = parameters.split_first_chunk_mut::<BEFORE>() else { return };
        for (end, [low, high]) in before.iter_mut().zip([START, END]) {
            *end = end.clamp(low as f32, high as f32);
        }
        let limit = |log: &mut f32| *log = log.clamp(LOG_WEIGHT[0], LOG_WEIGHT[1]);
        limit(&mut before[2]);
        for [slope, _, height] in units.as_chunks_mut::<OF_UNIT>().0 {
            limit(slope);
            limit(height);
        }
    }

    /// `γ_0` and `γ_1`.
    pub fn ends(&self) -> [f64; 2] {
        self.ends
    }

    /// γ at t from 0 to 1.
    pub fn at(&self, t: f64) -> Point {
        let scale = (self.ends[1] - self.ends[0]) / self.rise;
        let Point { value, slope, curvature } = self.raw(t);
        let value = match t {
            // Rounding must not lead away from an end, nor beyond it.
            t if t <= 0.0 => self.ends[0],
            t if t >= 1.0 => self.ends[1],
            _ => (self.ends[0] + scale * (value - self.start)).clamp(self.ends[0], self.ends[1]),
        };
        Point { value, slope: scale * slope, curvature: scale * curvature }
    }

    /// Log-SNR at so many evenly spread times, from `−γ_0` to `−γ_1`: at least 2.
    pub fn log_snrs(&self, count: usize) -> Vec<f64> {
        let last = count.saturating_sub(1).max(1);
        (0..=last).map(|i| -self.at(i as f64 / last as f64).value).collect()
    }

    /// γ̃ at t.
    fn raw(&self, t: f64) -> Point {
        let [line, bias] = self.line;
        let place = line * t + bias;
        let mut sums = [0.0; 3];
        for Unit { slope, bias, height } in &self.units {
            let [value, first, second] = sigmoid(slope * place + bias);
            sums[0] += height * value;
            sums[1] += height * slope * first;
            sums[2] += height * slope * slope * second;
        }
        let [value, slope, curvature] = sums;
        Point { value: place + value, slope: line * (1.0 + slope), curvature: line * line * curvature }
    }
}

/// The slopes of the widest and the steepest unit at the start.
const WIDE: f64 = 2.0;
const STEEP: f64 = 30.0;

/// The logistic function, and its first two derivatives.
fn sigmoid(x: f64) -> [f64; 3] {
    let value = 1.0 / (1.0 + (-x).exp());
    let first = value * (1.0 - value);
    [value, first, first * (1.0 - 2.0 * value)]
}
