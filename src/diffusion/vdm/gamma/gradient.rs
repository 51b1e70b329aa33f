//! The gradient of the variance of the loss by the parameters of γ.

use rayon::prelude::*;

use super::{BEFORE, Gamma, OF_UNIT, Point, Unit, sigmoid};

/// A draw of the loss, as a training makes many in each iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// t, from 0 to 1.
    pub t: f64,
    /// γ there.
    pub point: Point,
    /// `L = ½ γ′(t) ‖ε − ε̂‖²`.
    pub loss: f64,
}

/// A time, and how much γ̃ and γ̃′ there count in a sum.
#[derive(Clone, Copy, Debug)]
struct Functional {
    /// `l_1(t)` and t.
    place: f64,
    t: f64,
    value: f64,
    slope: f64,
}

impl Gamma {
    /// The gradient of `E[L²]` by all parameters, estimated without bias from independent or evenly spread draws: the
    /// mean of `L² (∂γ′/γ′ − γ″ ∂γ/γ′²)`. By the ends it is 0, since they follow the loss itself. The result does not
    /// depend on the number of threads.
    pub fn variance_gradient(&self, draws: &[Draw]) -> Vec<f64> {
        let functionals = self.functionals(draws);
        let mut gradient = vec![0.0; BEFORE + OF_UNIT * self.units.len()];
        let (before, units) = gradient.split_at_mut(BEFORE);
        // By bias and slope of the first layer: the sums over units that both need.
        let [line, _] = self.line;
        for f in &functionals {
            let (mut first, mut second) = (1.0, 0.0);
            for Unit { slope, bias, height } in &self.units {
                let [_, once, twice] = sigmoid(slope * f.place + bias);
                first += height * slope * once;
                second += height * slope * slope * twice;
            }
            // A shift of l_1 moves γ̃ by the sum of slopes, and γ̃′ by that of curvatures.
            let shift = f.value * first + f.slope * line * second;
            before[3] += shift;
            // By the logarithm of the slope of l_1.
            before[2] += line * (f.t * shift + f.slope * first);
        }
        units.par_chunks_mut(OF_UNIT).zip(&self.units).for_each(|(sums, unit)| {
            let Unit { slope, bias, height } = *unit;
            for f in &functionals {
                let [value, first, second] = sigmoid(slope * f.place + bias);
                let by_bias = height * (f.value * first + f.slope * line * slope * second);
                sums[0] += slope * (f.place * by_bias + f.slope * line * height * first);
                sums[1] += by_bias;
                sums[2] += height * (f.value * value + f.slope * line * slope * first);
            }
        });
        gradient
    }

    /// What the estimate is as a sum over values of γ̃ and γ̃′.
    ///
    /// With `s = (γ̃ − γ̃(0))/N` and `N = γ̃(1) − γ̃(0)`, a draw adds `L² (∂s′/s′ − s″ ∂s/s′²)`, where
    /// `N ∂s = ∂γ̃ − ∂γ̃(0) − s ∂N` and `N ∂s′ = ∂γ̃′ − s′ ∂N`.
    fn functionals(&self, draws: &[Draw]) -> Vec<Functional> {
        let [line, bias] = self.line;
        let fall = self.ends[1] - self.ends[0];
        let mut ends = [0.0; 2];
        let mut functionals = Vec::with_capacity(draws.len() + 2);
        for Draw { t, point, loss } in draws {
            let weight = loss * loss / (draws.len() as f64 * self.rise);
            let [s, first, second] =
                [(point.value - self.ends[0]) / fall, point.slope / fall, point.curvature / fall];
            let (slope, value) = (weight / first, -weight * second / (first * first));
            ends[0] += slope * first - value * (1.0 - s);
            ends[1] -= slope * first + value * s;
            functionals.push(Functional { place: line * t + bias, t: *t, value, slope });
        }
        for (t, value) in [0.0, 1.0].into_iter().zip(ends) {
            functionals.push(Functional { place: line * t + bias, t, value, slope: 0.0 });
        }
        functionals
    }
}
