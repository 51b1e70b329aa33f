//! The numbers of a schedule, β, α and ᾱ, computed as in the papers (and as by numpy).

use super::ALPHA_BAR_MIN;

/// Largest β of the cosine schedule (Nichol & Dhariwal 2021, section 3.2).
const COSINE_BETA_MAX: f64 = 0.999;

/// The numbers β, α and ᾱ of a schedule.
pub struct Table {
    /// `β_1, …, β_T`.
    pub beta: Vec<f64>,
    /// `α_1, …, α_T`.
    pub alpha: Vec<f64>,
    /// `ᾱ_0 = 1, ᾱ_1, …, ᾱ_T`: one value more than the other two have.
    pub alpha_bar: Vec<f64>,
}

impl Table {
    /// Computes `α = 1 − β`, and `ᾱ` as the product of α, in order.
    pub fn from_betas(beta: Vec<f64>) -> Self {
        let alpha: Vec<f64> = beta.iter().map(|beta| 1.0 - beta).collect();
        let alpha_bar = std::iter::once(1.0)
            .chain(alpha.iter().scan(1.0, |product, alpha| {
                *product *= alpha;
                Some(*product)
            }))
            .collect();
        Self { beta, alpha, alpha_bar }
    }

    /// The numbers for `ᾱ_t = σ(l_t)`, where `l_t` is a falling log-SNR and σ the logistic function.
    ///
    /// `β_t = 1 − ᾱ_t/ᾱ_{t−1}` would lose all its digits where ᾱ is near 1; the same number without
    /// the cancellation is `β_t = σ(−l_t) · (1 − e^{l_t − l_{t−1}})`, with `l_0 = ∞` for the clean image.
    pub fn from_log_snr(log_snr: impl Iterator<Item = f64>) -> Self {
        let mut table = Self { beta: Vec::new(), alpha: Vec::new(), alpha_bar: vec![1.0] };
        let (mut previous, mut alpha_bar_prev) = (f64::INFINITY, 1.0);
        for current in log_snr {
            let alpha_bar = logistic(current);
            table.beta.push(-logistic(-current) * (current - previous).exp_m1());
            table.alpha.push(alpha_bar / alpha_bar_prev);
            table.alpha_bar.push(alpha_bar);
            (previous, alpha_bar_prev) = (current, alpha_bar);
        }
        table
    }

    /// Shifts and scales `√ᾱ` so that `√ᾱ_T` becomes 0 and `√ᾱ_1` stays as it is (Lin et al. 2023, algorithm
    /// 1).
    pub fn rescale_to_zero_terminal_snr(&mut self) {
        let steps = self.beta.len();
        let (first, last) = (self.alpha_bar[1].sqrt(), self.alpha_bar[steps].sqrt());
        let scale = first / (first - last);
        for alpha_bar in &mut self.alpha_bar[2..] {
            let root = (alpha_bar.sqrt() - last) * scale;
            *alpha_bar = root * root;
        }
        for t in 2..=steps {
            self.alpha[t - 1] = self.alpha_bar[t] / self.alpha_bar[t - 1];
            self.beta[t - 1] = 1.0 - self.alpha[t - 1];
        }
    }

    /// The first timestep whose `ᾱ_t` is below [`ALPHA_BAR_MIN`]; a last step that removes the
    /// signal altogether (`β_T = 1`) does not count.
    pub fn signal_gone_at(&self) -> Option<usize> {
        let steps = self.beta.len();
        let t = self.alpha_bar.iter().position(|&alpha_bar| alpha_bar < ALPHA_BAR_MIN)?;
        (t < steps || self.beta[t - 1] < 1.0).then_some(t)
    }
}

/// `n ≥ 2` values from `start` to `stop` inclusive, rounded as `numpy.linspace` rounds them.
pub(super) fn linspace(start: f64, stop: f64, n: usize) -> impl Iterator<Item = f64> {
    let step = (stop - start) / (n - 1) as f64;
    (0..n).map(move |i| if i + 1 == n { stop } else { i as f64 * step + start })
}

/// `σ(x) = 1 / (1 + e^{−x})`, correct to a few units in the last place for both signs of x.
pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// `β_t = min(1 − f(t/T)/f((t−1)/T), 0.999)` for a falling `ᾱ = f(u)` (Nichol & Dhariwal 2021, eq. 17).
pub(super) fn betas_of(f: impl Fn(f64) -> f64, steps: usize) -> Vec<f64> {
    let f = |t: usize| f(t as f64 / steps as f64);
    (1..=steps).map(|t| (1.0 - f(t) / f(t - 1)).min(COSINE_BETA_MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_snr_betas_keep_their_digits_where_alpha_bar_is_near_one() {
        // ln SNR falls by 1e-6 at 14: β ≈ σ(−14) · 1e-6 ≈ 8.3e-13, of which 1 − ᾱ_2/ᾱ_1 in f64 would
        // keep only a few digits. The value is from 50-digit arithmetic
        // on the f64 nearest to 14 − 1e-6.
        let table = Table::from_log_snr([14.0, 14.0 - 1e-6].into_iter());
        let exact = 8.315_284_428_052_765e-13;
        // There are only a few roundings: the difference of the two near numbers is exact.
        assert!((table.beta[1] / exact - 1.0).abs() < 1e-14, "{:e}", table.beta[1]);
        let naive = 1.0 - table.alpha_bar[2] / table.alpha_bar[1];
        assert!((naive / exact - 1.0).abs() > 1e-9, "the naive form should be worse: {naive:e}");
    }

    #[test]
    fn linspace_hits_both_ends() {
        let values: Vec<f64> = linspace(0.02, 1e-4, 7).collect();
        assert_eq!((values.len(), values[0], values[6]), (7, 0.02, 1e-4));
    }
}
