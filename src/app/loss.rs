//! The loss of a training as a curve.

/// The largest number of points of the curve; when it is reached, neighbouring points are merged in pairs.
const POINTS: usize = 400;

/// The losses of all iterations, in a bounded number of points that are each the mean of equally many losses.
#[derive(Clone, Debug)]
pub struct LossCurve {
    points: Vec<[f64; 2]>,
    /// The number of iterations in a point.
    stride: u64,
    /// The sum of the losses of the next point so far, and their number: the first point after a curve's beginning may
    /// have fewer.
    sum: f64,
    count: u64,
}

impl Default for LossCurve {
    fn default() -> Self {
        Self { points: Vec::new(), stride: 1, sum: 0.0, count: 0 }
    }
}

impl LossCurve {
    /// Begins with the points of an earlier curve.
    pub fn begin_with(&mut self, points: &[[f64; 2]]) {
        let every = points.len().div_ceil(POINTS / 2).max(1);
        self.points = points.iter().skip(every - 1).step_by(every).copied().collect();
        if let [.., before, last] = self.points[..] {
            // Later points have about as many iterations each.
            self.stride = ((last[0] - before[0]).round().max(1.0) as u64).next_power_of_two();
        }
    }

    /// Adds the loss of an iteration; iterations are counted from 1.
    pub fn push(&mut self, iteration: u64, loss: f64) {
        (self.sum, self.count) = (self.sum + loss, self.count + 1);
        if iteration.is_multiple_of(self.stride) {
            self.points.push([iteration as f64, self.sum / self.count as f64]);
            (self.sum, self.count) = (0.0, 0);
        }
        if self.points.len() >= POINTS {
            let pairs = self.points.as_chunks::<2>().0.iter();
            self.points = pairs.map(|[a, b]| [b[0], f64::midpoint(a[1], b[1])]).collect();
            self.stride *= 2;
        }
    }

    /// The points so far: `[last iteration, mean loss]`.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A training that goes on begins anywhere between two points.
    #[test]
    fn a_curve_goes_on_at_its_level() {
        for last in [1000.0, 1111.0, 1303.0] {
            let mut curve = LossCurve::default();
            let earlier: Vec<[f64; 2]> = (1..=300).map(|i| [last * f64::from(i) / 300.0, 0.5]).collect();
            curve.begin_with(&earlier);
            (last as u64 + 1..last as u64 + 2000).for_each(|iteration| curve.push(iteration, 0.5));
            assert!(curve.points().iter().all(|point| (point[1] - 0.5).abs() < 1e-12), "{last}");
        }
    }

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
