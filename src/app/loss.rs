//! The loss of a training as a curve.

/// Points of the curve; then pairs become one.
const POINTS: usize = 400;

/// Losses of all iterations in a bounded number of points, each the mean of equally many.
#[derive(Clone, Debug)]
pub struct LossCurve {
    points: Vec<[f64; 2]>,
    /// Iterations of a point.
    stride: u64,
    sum: f64,
}

impl Default for LossCurve {
    fn default() -> Self {
        Self { points: Vec::new(), stride: 1, sum: 0.0 }
    }
}

impl LossCurve {
    /// Takes in an iteration; they count from 1.
    pub fn push(&mut self, iteration: u64, loss: f64) {
        self.sum += loss;
        if iteration.is_multiple_of(self.stride) {
            self.points.push([iteration as f64, self.sum / self.stride as f64]);
            self.sum = 0.0;
        }
        if self.points.len() >= POINTS {
            let pairs = self.points.as_chunks::<2>().0.iter();
            self.points = pairs.map(|[a, b]| [b[0], f64::midpoint(a[1], b[1])]).collect();
            self.stride *= 2;
        }
    }

    /// `[iteration, loss]` so far.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_is_means_of_equally_many_iterations() {
        let mut curve = LossCurve::default();
        for iteration in 1..=10_000 {
            curve.push(iteration, iteration as f64);
        }
        let points = curve.points();
        assert!((POINTS / 2..POINTS).contains(&points.len()), "{}", points.len());
        let stride = points[0][0];
        for (i, [iteration, loss]) in points.iter().enumerate() {
            assert_eq!(*iteration, stride * (i + 1) as f64);
            // The mean of the numbers up to this one.
            assert_eq!(*loss, iteration - (stride - 1.0) / 2.0);
        }
    }
}
