//! The distribution of a picture's values, compared with `N(0, 1)`.

use super::gaussian::{Gaussian, standard_normal_cdf};

/// Count, sum and sum of squares of some values, which is all that a Gaussian fit needs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// The number of values.
    pub count: u64,
    /// `Σ x`.
    pub sum: f64,
    /// `Σ x²`.
    pub sum_of_squares: f64,
}

impl Moments {
    /// Mean of the values; NaN if there are none.
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// Variance of the values about their own mean (divided by the count); NaN if there are none.
    ///
    /// It is a difference of two sums: its absolute error is about 1e-16 of the mean square, which for pixels in
    /// `[-1, 1]` is far below what 8 bits, or f32, can resolve.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let variance = self.sum_of_squares / self.count as f64 - mean * mean;
        // Rounding may bring equal values below 0. Unlike `max`, this keeps NaN.
        if variance < 0.0 { 0.0 } else { variance }
    }

    /// The normal distribution with this mean and variance.
    pub fn gaussian(&self) -> Gaussian {
        Gaussian { mean: self.mean(), variance: self.variance() }
    }

    /// Moments of both sets of values together.
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            sum: self.sum + other.sum,
            sum_of_squares: self.sum_of_squares + other.sum_of_squares,
        }
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        values.into_iter().fold(Self::default(), |moments, x| {
            moments.merged(Self { count: 1, sum: x, sum_of_squares: x * x })
        })
    }
}

/// Counts in bins of equal width from `low` to `high`. The lower edge of a bin belongs to it; values out of
/// range are counted in the first or the last bin.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Lower edge of the first bin.
    pub low: f64,
    /// Upper edge of the last bin.
    pub high: f64,
    /// One count per bin.
    pub counts: Vec<u32>,
}

impl Histogram {
    /// An empty histogram.
    ///
    /// # Panics
    /// If there are no bins or `low < high` does not hold.
    pub fn new(low: f64, high: f64, bins: usize) -> Self {
        assert!(bins > 0 && low < high, "a histogram needs bins and a range");
        Self { low, high, counts: vec![0; bins] }
    }

    /// Counts a value; NaN goes to the first bin.
    pub fn add(&mut self, value: f64) {
        let bins = self.counts.len();
        let position = (value - self.low) / (self.high - self.low) * bins as f64;
        // The cast saturates: below the range 0, above it the last bin, NaN 0.
        self.counts[(position as usize).min(bins - 1)] += 1;
    }

    /// The lower edge of bin `i`; if `i` is the number of bins, `high`.
    pub fn edge(&self, i: usize) -> f64 {
        let bins = self.counts.len() as f64;
        self.low + (self.high - self.low) * (i as f64 / bins)
    }

    /// The number of values that were counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|&count| u64::from(count)).sum()
    }

    /// The counts as densities (they integrate to 1), to lay over a pdf; all 0 if nothing was counted.
    pub fn densities(&self) -> impl Iterator<Item = f64> + '_ {
        let area = self.total().max(1) as f64 * (self.high - self.low) / self.counts.len() as f64;
        self.counts.iter().map(move |&count| f64::from(count) / area)
    }

    /// The largest distance `|F(x) − Φ(x)|` between the counted values' distribution function and that
    /// of `N(0, 1)` over the edges between bins; NaN if nothing was counted.
    ///
    /// This is a lower bound of the Kolmogorov–Smirnov statistic, which is larger by at most the probability that
    /// `N(0, 1)` gives to one bin (the end bins reach to `±∞`).
    pub fn ks_from_standard_normal(&self) -> f64 {
        let total = self.total();
        if total == 0 {
            return f64::NAN;
        }
        let inner = &self.counts[..self.counts.len() - 1];
        let mut below = 0_u64;
        inner.iter().enumerate().fold(0.0, |largest: f64, (i, &count)| {
            below += u64::from(count);
            let distance = below as f64 / total as f64 - standard_normal_cdf(self.edge(i + 1));
            largest.max(distance.abs())
        })
    }
}

/// The distribution of the values of one channel, or of all channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Exact sums over the values.
    pub moments: Moments,
    /// Counts of the values.
    pub histogram: Histogram,
}

impl Distribution {
    /// Mean of the values.
    pub fn mean(&self) -> f64 {
        self.moments.mean()
    }

    /// Variance of the values about their own mean.
    pub fn variance(&self) -> f64 {
        self.moments.variance()
    }

    /// `KL(N(μ, σ²) ‖ N(0, 1)) = ½ (σ² + μ² − 1 − ln σ²)` in nats of the Gaussian fit; `+∞` if all
    /// values are equal.
    pub fn kl_from_standard_normal(&self) -> f64 {
        self.moments.gaussian().kl(Gaussian::STANDARD)
    }

    /// A lower bound of the Kolmogorov–Smirnov distance from `N(0, 1)`, accurate to one bin: see
    /// [`Histogram::ks_from_standard_normal`].
    pub fn ks_from_standard_normal(&self) -> f64 {
        self.histogram.ks_from_standard_normal()
    }
}

/// The distributions of a picture's channels, and of all its values pooled.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// The distribution of each channel.
    pub channels: Vec<Distribution>,
    /// The distribution of the values of all channels together.
    pub pooled: Distribution,
}

impl Statistics {
    /// Statistics from one set of moments and one histogram per channel.
    ///
    /// # Panics
    /// If there is no channel, if `moments` and `histograms` differ in length, or if the histograms
    /// differ in their bins.
    pub fn new(moments: Vec<Moments>, histograms: Vec<Histogram>) -> Self {
        assert_eq!(moments.len(), histograms.len(), "one histogram per channel");
        let first = histograms.first().expect("a picture has a channel");
        let mut pooled = Histogram { counts: vec![0; first.counts.len()], ..*first };
        for histogram in &histograms {
            assert_eq!(
                (histogram.low, histogram.high, histogram.counts.len()),
                (pooled.low, pooled.high, pooled.counts.len()),
                "all channels share their bins"
            );
            for (sum, count) in pooled.counts.iter_mut().zip(&histogram.counts) {
                *sum += count;
            }
        }
        let pooled = Distribution {
            moments: moments.iter().copied().fold(Moments::default(), Moments::merged),
            histogram: pooled,
        };
        let channels = moments
            .into_iter()
            .zip(histograms)
            .map(|(moments, histogram)| Distribution { moments, histogram })
            .collect();
        Self { channels, pooled }
    }
}

/// The Kolmogorov–Smirnov statistic `sup |F_n − F|` of a sample against a continuous distribution function, computed
/// exactly. The sample is sorted in place, in time `O(n log n)`. NaN if it is empty.
pub fn ks_one_sample(sample: &mut [f64], cdf: impl Fn(f64) -> f64) -> f64 {
    if sample.is_empty() {
        return f64::NAN;
    }
    sample.sort_unstable_by(f64::total_cmp);
    let n = sample.len() as f64;
    sample.iter().enumerate().fold(0.0, |largest: f64, (i, &x)| {
        let expected = cdf(x);
        // F_n jumps from i/n to (i + 1)/n at x.
        largest.max(expected - i as f64 / n).max((i + 1) as f64 / n - expected)
    })
}

/// The two-sample Kolmogorov–Smirnov statistic `sup |F_n − G_m|`, computed exactly. The samples are sorted in place.
/// NaN if one is empty.
pub fn ks_two_sample(a: &mut [f64], b: &mut [f64]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return f64::NAN;
    }
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let (mut i, mut j, mut largest) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let x = a[i].min(b[j]);
        // Skips every value equal to x in both samples, so that ties do not count as a distance.
        i += a[i..].iter().take_while(|&&value| value <= x).count();
        j += b[j..].iter().take_while(|&&value| value <= x).count();
        largest = largest.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    largest
}

/// The probability that samples of the same distribution show a Kolmogorov–Smirnov statistic of
/// at least `d`. `n` is the sample's size, or `n m/(n + m)` for two samples.
///
/// Kolmogorov's limit with Stephens's correction for finite `n` (Stephens 1970), good to about 1 %
/// from `n = 5` on.
pub fn ks_p_value(d: f64, n: f64) -> f64 {
    let lambda = (n.sqrt() + 0.12 + 0.11 / n.sqrt()) * d;
    let p = if lambda < 1.18 {
        // Jacobi's theta transform: the series below converges slowly here.
        let q = (-std::f64::consts::PI.powi(2) / (8.0 * lambda * lambda)).exp();
        let series = q + q.powi(9) + q.powi(25) + q.powi(49);
        if lambda > 0.0 { 1.0 - std::f64::consts::TAU.sqrt() / lambda * series } else { 1.0 }
    } else {
        let q = (-2.0 * lambda * lambda).exp();
        2.0 * (q - q.powi(4) + q.powi(9) - q.powi(16))
    };
    p.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of N(0, 1) (or of a shifted one) at evenly spread probabilities, by bisection of Φ.
    fn quantiles(n: usize, shift: f64) -> Vec<f64> {
        let quantile = |p: f64| {
            let (mut low, mut high) = (-10.0, 10.0);
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if standard_normal_cdf(middle) < p { low = middle } else { high = middle }
            }
            low
        };
        (0..n).map(|i| quantile((i as f64 + 0.5) / n as f64) + shift).collect()
    }

    fn distribution(values: &[f64], bins: usize) -> Distribution {
        let mut histogram = Histogram::new(-4.0, 4.0, bins);
        for &value in values {
            histogram.add(value);
        }
        Distribution { moments: values.iter().copied().collect(), histogram }
    }

    #[test]
    fn moments_and_kl() {
        let values = [1.0, 2.0, 4.0, 5.0];
        let moments: Moments = values.into_iter().collect();
        assert_eq!((moments.mean(), moments.variance()), (3.0, 2.5));
        let kl = distribution(&values, 8).kl_from_standard_normal();
        assert!((kl - 0.5 * (2.5 + 9.0 - 1.0 - 2.5_f64.ln())).abs() < 1e-14);
        assert_eq!(distribution(&[0.5; 7], 8).variance(), 0.0);
        assert_eq!(distribution(&[0.5; 7], 8).kl_from_standard_normal(), f64::INFINITY);
        assert!(Moments::default().mean().is_nan() && Moments::default().variance().is_nan());
    }

    #[test]
    fn values_out_of_range_are_in_the_end_bins() {
        let mut histogram = Histogram::new(-1.0, 1.0, 4);
        for value in [-9.0, -1.0, -0.5, 0.49, 0.5, 1.0, 9.0, f64::INFINITY, f64::NEG_INFINITY] {
            histogram.add(value);
        }
        assert_eq!(histogram.counts, [3, 1, 1, 4]);
        assert_eq!((histogram.edge(0), histogram.edge(1), histogram.edge(4)), (-1.0, -0.5, 1.0));
        assert!((histogram.densities().sum::<f64>() * 0.5 - 1.0).abs() < 1e-15);
    }

    #[test]
    fn histogram_ks_is_within_a_bin_below_the_exact_one() {
        for shift in [0.0, 0.01, 0.5, 6.0] {
            let mut values = quantiles(2000, shift);
            let exact = ks_one_sample(&mut values, standard_normal_cdf);
            for bins in [7, 64, 501] {
                let bound = distribution(&values, bins).ks_from_standard_normal();
                let width = 8.0 / bins as f64;
                let mass = 2.0 * standard_normal_cdf(width / 2.0) - 1.0;
                let mass = mass.max(standard_normal_cdf(-4.0 + width));
                assert!(
                    bound <= exact + 1e-12 && exact <= bound + mass + 1e-12,
                    "{shift} {bins}: {bound} {exact}"
                );
            }
        }
        assert!(distribution(&[], 8).ks_from_standard_normal().is_nan());
    }

    #[test]
    fn exact_ks() {
        // The midpoints of n equal probabilities are 1/(2n) away, which is the least possible distance.
        let mut even = quantiles(500, 0.0);
        assert!((ks_one_sample(&mut even, standard_normal_cdf) - 0.001).abs() < 1e-9);
        // For a shift by s, the distance is that of the two normal distributions at s/2, 2 Φ(s/2) − 1, up to one jump.
        let mut shifted = quantiles(500, 1.0);
        let expected = 2.0 * standard_normal_cdf(0.5) - 1.0;
        assert!((ks_one_sample(&mut shifted, standard_normal_cdf) - expected).abs() < 0.002);
        assert_eq!(ks_two_sample(&mut [1.0, 2.0, 3.0, 4.0], &mut [3.0, 4.0, 5.0, 6.0]), 0.5);
        assert_eq!(ks_two_sample(&mut [1.0, 1.0, 2.0], &mut [2.0, 1.0, 1.0]), 0.0);
        assert_eq!(ks_two_sample(&mut [1.0], &mut [2.0, 3.0]), 1.0);
    }

    #[test]
    fn p_values_of_the_kolmogorov_distribution() {
        // Tabulated critical values of the limit: 1.3581 at 5 %, 1.6276 at 1 %, 0.8276 at 50 %.
        for (lambda, p) in [(1.3581, 0.05), (1.6276, 0.01), (0.8276, 0.5), (1.0, 0.269_999_67)] {
            let n: f64 = 1e14;
            assert!((ks_p_value(lambda / n.sqrt(), n) - p).abs() < 1e-4, "{lambda}");
        }
        // The two series agree where they meet.
        let n: f64 = 1e14;
        let (below, above) = (ks_p_value(1.18 * (1.0 - 1e-7) / n.sqrt(), n), ks_p_value(1.18 / n.sqrt(), n));
        assert!((below - above).abs() < 1e-6);
        assert_eq!((ks_p_value(0.0, 100.0), ks_p_value(1.0, 1e6)), (1.0, 0.0));
    }

    #[test]
    fn pooled_statistics_are_of_all_channels() {
        let (a, b) = ([0.1, 0.9, -3.0], [0.5, 0.5, 7.0]);
        let (da, db) = (distribution(&a, 16), distribution(&b, 16));
        let statistics =
            Statistics::new(vec![da.moments, db.moments], vec![da.histogram.clone(), db.histogram.clone()]);
        let all = distribution(&[a, b].concat(), 16);
        assert_eq!(statistics.channels, [da, db]);
        assert_eq!(statistics.pooled.histogram, all.histogram);
        assert!((statistics.pooled.variance() - all.variance()).abs() < 1e-14);
    }
}
