//! Moments and histogram of a plane. Twin of `shaders/histogram.wgsl`: the same tree of f32 sums.

use rayon::prelude::*;

use crate::diffusion::statistics::{Histogram, Moments};

/// The number of bins of a histogram over [`LOW`, `HIGH`]; the end bins also count values outside.
pub const BINS: usize = 4096;
pub const LOW: f64 = -6.0;
pub const HIGH: f64 = 6.0;
/// The number of lanes in a group.
const THREADS: usize = 256;
/// The number of values in a group: 64 for every lane.
pub const GROUP: usize = 64 * THREADS;

/// The index of a value's bin.
fn bin(v: f32) -> usize {
    ((v + 6.0) * 341.333_34).clamp(0.0, 4095.0) as usize
}

/// Sum and sum of squares of one group's values, in f32.
fn partial(values: &[f32]) -> [f32; 2] {
    let mut sums = [[0.0f32; THREADS]; 2];
    for row in values.chunks(THREADS) {
        for (i, v) in row.iter().enumerate() {
            sums[0][i] += v;
            sums[1][i] += v * v;
        }
    }
    sums.map(|mut lanes| {
        let mut half = THREADS / 2;
        while half > 0 {
            for i in 0..half {
                lanes[i] += lanes[i + half];
            }
            half /= 2;
        }
        lanes[0]
    })
}

/// Adds up the sums of all groups in f64.
pub fn moments(count: usize, partials: impl Iterator<Item = [f32; 2]>) -> Moments {
    let (mut sum, mut sum_of_squares) = (0.0, 0.0);
    for [s, q] in partials {
        sum += f64::from(s);
        sum_of_squares += f64::from(q);
    }
    Moments { count: count as u64, sum, sum_of_squares }
}

/// The statistics of one plane, computed on the current rayon pool.
pub fn plane(values: &[f32]) -> (Moments, Histogram) {
    let groups: Vec<([f32; 2], Vec<u32>)> = values
        .par_chunks(16 * GROUP)
        .flat_map_iter(|chunk| {
            let mut counts = vec![0; BINS];
            for v in chunk {
                counts[bin(*v)] += 1;
            }
            let mut counts = Some(counts);
            chunk.chunks(GROUP).map(move |group| (partial(group), counts.take().unwrap_or_default()))
        })
        .collect();
    let mut counts = vec![0; BINS];
    for (_, part) in &groups {
        for (total, count) in counts.iter_mut().zip(part) {
            *total += count;
        }
    }
    let moments = moments(values.len(), groups.iter().map(|(sums, _)| *sums));
    (moments, Histogram { low: LOW, high: HIGH, counts })
}
