//! Which timesteps a sampler visits.

use serde::{Deserialize, Serialize};

use super::SamplerSpec;
use super::kinds::{About, Form};

/// How n timesteps are spread over `T` (Lin et al. 2023, table 2). The names are diffusers'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimestepSpacing {
    /// Multiples of `⌊T/n⌋`, counted from the clean end; `T` itself is not visited unless `n = T`.
    #[default]
    Leading,
    /// Multiples of `T/n`, counted down from the noisy end: the first timestep is `T`.
    Trailing,
    /// Evenly spaced from `t = 1` to `T`, both included.
    Linspace,
}

impl TimestepSpacing {
    /// All spacings.
    pub const ALL: [Self; 3] = [Self::Leading, Self::Trailing, Self::Linspace];

    /// Identifier for files and the command line: diffusers' `timestep_spacing`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Leading => "leading",
            Self::Trailing => "trailing",
            Self::Linspace => "linspace",
        }
    }
}

/// The timesteps of the network, counted from 0 and strictly descending, all in `0..total`.
///
/// `1 ≤ num_inference_steps ≤ total`. With `from_end` the first one is always `total − 1`.
pub(super) fn timesteps(spec: &SamplerSpec, total: usize, from_end: bool) -> Vec<f64> {
    let n = spec.num_inference_steps;
    let about = spec.kind.about();
    let ends = about.counts_the_end;
    let mut timesteps = match spec.timestep_spacing {
        // The n + 1 ends of steps, of DPM-Solver for one, do not fit into n timesteps; diffusers then repeats one of them
        // and divides by zero. Here every timestep is visited once, as nothing else is possible.
        TimestepSpacing::Leading | TimestepSpacing::Linspace if ends && n == total => {
            (0..total).rev().map(|t| t as f64).collect()
        }
        TimestepSpacing::Leading => leading(n, total, spec.steps_offset, ends),
        TimestepSpacing::Trailing => trailing(n, total),
        TimestepSpacing::Linspace => linspace(n, total, about),
    };
    if from_end && let Some(first) = timesteps.first_mut() {
        *first = (total - 1) as f64;
    }
    timesteps
}

/// If the clean end counts as a point too, there are n + 1 points, of which the last is left out.
fn leading(n: usize, total: usize, offset: usize, counts_the_end: bool) -> Vec<f64> {
    let extra = usize::from(counts_the_end);
    let ratio = total / (n + extra);
    let last = (n - 1 + extra) * ratio;
    // An offset may lead beyond the last timestep, where diffusers would read beyond its tables. Here it is
    // reduced to what fits.
    let offset = offset.min(total - 1 - last);
    (extra..n + extra).rev().map(|i| (i * ratio + offset) as f64).collect()
}

/// numpy's `arange(T, 0, −T/n)`, rounded half to even, minus one. Rounding may make numpy give one number more, which
/// diffusers uses as the timestep −1; here there are always n.
fn trailing(n: usize, total: usize) -> Vec<f64> {
    let total = total as f64;
    let ratio = total / n as f64;
    // numpy takes the difference of the first two numbers, after rounding, as its step.
    let step = (total - ratio) - total;
    (0..n).map(|i| (total + i as f64 * step).round_ties_even() - 1.0).collect()
}

/// numpy's `linspace(0, T − 1, n)`, reversed: real numbers in f32 for the samplers in σ, rounded half to even for the
/// others. With n = 1 the only timestep is the first, `t = 1`, as in diffusers.
fn linspace(n: usize, total: usize, about: About) -> Vec<f64> {
    let extra = usize::from(about.counts_the_end);
    let end = (total - 1) as f64;
    let intervals = n - 1 + extra;
    let step = if intervals == 0 { 0.0 } else { end / intervals as f64 };
    (extra..n + extra)
        .rev()
        .map(|i| {
            let t = if i == intervals && i > 0 { end } else { i as f64 * step };
            if about.form == Form::Sigma { f64::from(t as f32) } else { t.round_ties_even() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, spacing: TimestepSpacing, n: usize, total: usize) -> Vec<f64> {
        let mut spec = SamplerSpec::new(name.parse().unwrap(), n);
        spec.timestep_spacing = spacing;
        timesteps(&spec, total, false)
    }

    #[test]
    fn timesteps_are_those_of_the_definitions() {
        use TimestepSpacing::{Leading, Linspace, Trailing};
        assert_eq!(of("ddim", Leading, 4, 1000), [750.0, 500.0, 250.0, 0.0]);
        assert_eq!(of("ddim", Trailing, 4, 1000), [999.0, 749.0, 499.0, 249.0]);
        assert_eq!(of("ddim", Linspace, 4, 1000), [999.0, 666.0, 333.0, 0.0]);
        assert_eq!(of("dpm-solver++2m", Linspace, 3, 1000), [999.0, 666.0, 333.0]);
        assert_eq!(of("dpm-solver++2m", Leading, 3, 1000), [750.0, 500.0, 250.0]);
        assert_eq!(of("euler", Linspace, 3, 1000), [999.0, 499.5, 0.0]);
        assert_eq!(of("heun", Linspace, 1, 1000), [0.0]);
        // Halves are rounded to even numbers: 1000 − 3 · 2.5 = 992.5 to 992.
        assert_eq!(of("ddim", Trailing, 400, 1000)[..4], [999.0, 997.0, 994.0, 991.0]);
        assert_eq!(of("ddim", Linspace, 3, 6), [5.0, 2.0, 0.0]);
        // Here numpy's arange has 62 numbers, the last of which would be 0 − 1.
        assert_eq!(of("ddim", Trailing, 61, 1000).last(), Some(&15.0));
    }

    #[test]
    fn every_number_of_steps_descends_within_the_schedule() {
        for total in [1, 2, 3, 7, 10, 61, 400, 1000] {
            for n in (1..=total).filter(|n| total < 100 || n % 7 == 0 || n * 3 > 2 * total) {
                for name in crate::diffusion::sampler::SamplerKind::names() {
                    for (spacing, offset) in TimestepSpacing::ALL.into_iter().zip([1, 0, 0]) {
                        let mut spec = SamplerSpec::new(name.parse().unwrap(), n);
                        spec.timestep_spacing = spacing;
                        spec.steps_offset = offset;
                        for from_end in [false, true] {
                            let t = timesteps(&spec, total, from_end);
                            assert_eq!(t.len(), n);
                            assert!(t.is_sorted_by(|a, b| a > b), "{name} {spacing:?} {n} of {total}: {t:?}");
                            assert!(t[n - 1] >= 0.0 && t[0] <= (total - 1) as f64);
                            assert!(!from_end || t[0] == (total - 1) as f64);
                        }
                    }
                }
            }
        }
    }
}
