//! Separable resampling in `f32`, straight from any source of rows.
//!
//! The result is computed in bands of rows, in parallel; a band keeps only the source rows that
//! it needs, so a 16,384-pixel picture is scaled down without a second copy of it in `f32`.

use rayon::prelude::*;

use crate::diffusion::Raster;

/// Rows of the result computed together.
const BAND: usize = 32;

/// How source pixels are weighted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kernel {
    /// Windowed sinc of three lobes, widened when scaling down. Sharp; overshoots are clipped.
    Lanczos3,
    /// Each result pixel is the mean of the area it covers. For scaling down only.
    Area,
}

/// The source pixels that one result pixel is made of.
struct Taps {
    /// First source index.
    start: usize,
    /// One weight per source pixel from `start` on; they sum to 1.
    weights: Vec<f32>,
}

impl Taps {
    fn end(&self) -> usize {
        self.start + self.weights.len()
    }

    fn apply(&self, source: &[f32]) -> f32 {
        self.weights.iter().zip(&source[self.start..]).map(|(w, v)| w * v).sum()
    }
}

/// Weights of every result pixel along one axis.
fn taps(kernel: Kernel, source: usize, result: usize) -> Vec<Taps> {
    let scale = source as f64 / result as f64;
    (0..result)
        .map(|i| {
            let (from, to, weight): (f64, f64, Box<dyn Fn(usize) -> f64>) = match kernel {
                Kernel::Lanczos3 => {
                    let stretch = scale.max(1.0);
                    let centre = (i as f64 + 0.5) * scale;
                    let weight = move |j: usize| lanczos3((j as f64 + 0.5 - centre) / stretch);
                    (centre - 3.0 * stretch, centre + 3.0 * stretch, Box::new(weight))
                }
                Kernel::Area => {
                    let (from, to) = (i as f64 * scale, (i + 1) as f64 * scale);
                    let covered = move |j: usize| (to.min((j + 1) as f64) - from.max(j as f64)).max(0.0);
                    (from, to, Box::new(covered))
                }
            };
            let start = (from.floor().max(0.0) as usize).min(source - 1);
            let end = (to.ceil() as usize).clamp(start + 1, source);
            let weights: Vec<f64> = (start..end).map(weight).collect();
            let total: f64 = weights.iter().sum();
            Taps { start, weights: weights.iter().map(|w| (w / total) as f32).collect() }
        })
        .collect()
}

fn lanczos3(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    if x.abs() >= 3.0 {
        return 0.0;
    }
    let a = std::f64::consts::PI * x;
    let b = a / 3.0;
    (a.sin() / a) * (b.sin() / b)
}

/// Scales a source of `channels` planes, `source` = (rows, columns), to `result` = (rows, columns);
/// no side may be 0.
///
/// `row(channel, y, out)` fills `out` with row `y` of a plane. The result is clipped to `[-1, 1]`.
pub(super) fn resample(
    channels: usize,
    source: (usize, usize),
    result: (usize, usize),
    kernel: Kernel,
    row: &(dyn Fn(usize, usize, &mut [f32]) + Sync),
) -> Raster {
    let (height, width) = result;
    let down = taps(kernel, source.0, height);
    let across = taps(kernel, source.1, width);
    let mut data = vec![0.0; channels * height * width];
    data.par_chunks_mut(height * width).enumerate().for_each(|(channel, plane)| {
        plane.par_chunks_mut(BAND * width).enumerate().for_each(|(band, out)| {
            let down = &down[band * BAND..][..out.len() / width];
            let first = down.iter().map(|t| t.start).min().unwrap_or(0);
            let last = down.iter().map(Taps::end).max().unwrap_or(first);
            let mut full = vec![0.0; source.1];
            let mut narrow = vec![0.0; (last - first) * width];
            for (y, line) in (first..last).zip(narrow.chunks_exact_mut(width)) {
                row(channel, y, &mut full);
                for (value, taps) in line.iter_mut().zip(&across) {
                    *value = taps.apply(&full);
                }
            }
            for (taps, line) in down.iter().zip(out.chunks_exact_mut(width)) {
                let rows = narrow[(taps.start - first) * width..].chunks_exact(width);
                for (weight, source) in taps.weights.iter().zip(rows) {
                    for (value, v) in line.iter_mut().zip(source) {
                        *value += weight * v;
                    }
                }
                for value in line {
                    *value = value.clamp(-1.0, 1.0);
                }
            }
        });
    });
    Raster::new(channels, height, width, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_stay_inside() {
        for kernel in [Kernel::Lanczos3, Kernel::Area] {
            for (source, result) in [(1, 1), (4000, 7), (10, 9), (512, 511), (3, 2)] {
                for t in taps(kernel, source, result) {
                    assert!(t.end() <= source && !t.weights.is_empty());
                    assert!((t.weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                }
            }
        }
        for t in taps(Kernel::Lanczos3, 1, 300) {
            assert_eq!((t.start, t.weights), (0, vec![1.0]));
        }
    }
}
