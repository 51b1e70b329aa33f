//! Many samples arranged in one picture.

use crate::diffusion::Raster;

/// White pixels between samples.
const GAP: usize = 2;

/// Samples `[n, channels, height, width]` side by side in rows, as close to a square as possible. A single sample stays
/// as it is.
pub fn grid(samples: &[f32], shape: [usize; 4]) -> Raster {
    let [n, _, height, width] = shape;
    rows(samples, shape, columns(n, height, width))
}

/// Like [`grid`], with a given number of samples in a row.
pub fn rows(samples: &[f32], [n, channels, height, width]: [usize; 4], columns: usize) -> Raster {
    let rows = n.div_ceil(columns);
    let (total_height, total_width) = (rows * (height + GAP) - GAP, columns * (width + GAP) - GAP);
    let mut data = vec![1.0; channels * total_height * total_width];
    for (i, line) in samples.chunks_exact(width).enumerate() {
        let (sample, channel, y) = (i / (channels * height), i / height % channels, i % height);
        let top = sample / columns * (height + GAP) + y;
        let left = sample % columns * (width + GAP);
        data[(channel * total_height + top) * total_width + left..][..width].copy_from_slice(line);
    }
    Raster::new(channels, total_height, total_width, data)
}

/// The number of columns that makes the picture most nearly square; it is rather wider than higher.
fn columns(n: usize, height: usize, width: usize) -> usize {
    let ideal = (n as f64 * height as f64 / width as f64).sqrt();
    (ideal.ceil() as usize).clamp(1, n.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_has_its_place() {
        // 5 samples of 2 × 3 pixels stand in 3 columns, in rows of 3 and 2.
        let samples: Vec<f32> = (0..5 * 6).map(|v| v as f32 / 100.0).collect();
        let grid = grid(&samples, [5, 1, 2, 3]);
        assert_eq!(columns(5, 2, 3), 2);
        assert_eq!((grid.height, grid.width), (3 * 4 - 2, 2 * 5 - 2));
        for sample in 0..5 {
            for y in 0..2 {
                for x in 0..3 {
                    let at = grid.at(0, sample / 2 * 4 + y, sample % 2 * 5 + x);
                    assert_eq!(at, samples[sample * 6 + y * 3 + x]);
                }
            }
        }
        assert_eq!(grid.at(0, 0, 3), 1.0, "gaps are white");
        assert_eq!(grid.at(0, 9, 7), 1.0, "so is an empty place");
    }

    #[test]
    fn a_single_sample_is_itself() {
        let sample = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
        let grid = grid(&sample, [1, 3, 1, 2]);
        assert_eq!((grid.channels, grid.height, grid.width, &grid.data[..]), (3, 1, 2, &sample[..]));
    }

    #[test]
    fn grids_are_nearly_square() {
        for (n, expected) in [(1, 1), (2, 2), (4, 2), (10, 4), (16, 4), (17, 5), (64, 8)] {
            assert_eq!(columns(n, 32, 32), expected);
        }
        assert_eq!(columns(4, 8, 32), 1);
    }
}
