//! Rate against distortion: what the bound says of lossy compression (Ho et al. 2020, section 4.3 and figure 5).

/// A picture sent up to timestep t, and what it then looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatePoint {
    /// How far it has been sent: the receiver knows `x_t`. 0 is the picture itself.
    pub t: usize,
    /// Bits per dimension so far: `L_T + Σ_{s>t} L_{s−1}`.
    pub rate: f64,
    /// Root mean square of `x_0 − x̂_0(x_t)` in levels from 0 to 255.
    pub distortion: f64,
}

/// The points of a picture (or of the mean over pictures), from T down to 0.
///
/// `prior` is `L_T` and `terms` `L_0, L_1, …, L_{T−1}` in bits per dimension, index t − 1; `x0_mse` the mean square of
/// `x_0 − x̂_0(x_t)` for values in `[-1, 1]`, with the same index. Of lists of different lengths the shorter counts.
///
/// After `L_0` is sent, the picture is exact.
pub fn rate_distortion(prior: f64, terms: &[f64], x0_mse: &[f64]) -> Vec<RatePoint> {
    let mut rate = prior;
    let count = terms.len().min(x0_mse.len());
    let mut points = Vec::with_capacity(count + 1);
    for t in (1..=count).rev() {
        points.push(RatePoint { t, rate, distortion: distortion(x0_mse[t - 1]) });
        rate += terms[t - 1];
    }
    points.push(RatePoint { t: 0, rate, distortion: 0.0 });
    points
}

/// The root of a mean square of values in `[-1, 1]`, in levels from 0 to 255.
pub fn distortion(mse: f64) -> f64 {
    127.5 * mse.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_adds_up() {
        let points = rate_distortion(0.25, &[2.0, 1.0, 0.5], &[0.0001, 0.01, 1.0]);
        let rates: Vec<_> = points.iter().map(|point| (point.t, point.rate)).collect();
        assert_eq!(rates, [(3, 0.25), (2, 0.75), (1, 1.75), (0, 3.75)]);
        let distortions: Vec<_> = points.iter().map(|point| point.distortion).collect();
        assert!(distortions.iter().zip([127.5, 12.75, 1.275, 0.0]).all(|(a, b)| (a - b).abs() < 1e-12));
    }
}
