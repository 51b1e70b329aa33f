//! Several small pictures side by side as one.

use std::sync::Arc;

use half::f16;

use crate::dataset::blocks::to_pixels;

/// Predictions can be far outside of the range of pictures where the noise is strong; they are kept up to here.
const LIMIT: f32 = 16.0;
/// The value between pictures, from −1, black, to 1, white.
const BETWEEN: f32 = -0.55;

/// Pictures in rows, as one picture. 16-bit floating point has 11 bits of mantissa, finer than the 8 bits of a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// The values `[channels, height, width]` of the whole sheet.
    pub values: Arc<[f16]>,
    /// Channels, height and width of the whole sheet.
    pub shape: [usize; 3],
    /// Width of one picture, and how far its right neighbour is from it, in pixels.
    pub pitch: [usize; 2],
}

/// How pictures lie on a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Channels, height and width of one picture in pixels.
    pub picture: [usize; 3],
    /// Pictures in a row.
    pub columns: usize,
    /// Pixels between neighbours.
    pub gap: usize,
    /// Side of the blocks in which the values come; 1 for plain pixels.
    pub block: usize,
}

impl Sheet {
    /// Lays out pictures whose values follow each other; each has as many values as `layout.picture`. The last row may
    /// be incomplete.
    pub fn of(values: &[f32], layout: Layout) -> Self {
        let Layout { picture, columns, gap, block } = layout;
        let [channels, height, width] = picture;
        let len = (channels * height * width).max(1);
        let count = values.len() / len;
        let columns = columns.clamp(1, count.max(1));
        let rows = count.div_ceil(columns).max(1);
        let shape = [channels, rows * (height + gap) - gap, columns * (width + gap) - gap];
        let [_, whole_height, whole_width] = shape;
        let mut sheet = vec![f16::from_f32(BETWEEN); channels * whole_height * whole_width];
        for (i, values) in values.chunks_exact(len).enumerate() {
            let (top, left) = (i / columns * (height + gap), i % columns * (width + gap));
            let pixels = to_pixels(values, picture, block);
            for (row, values) in pixels.chunks_exact(width.max(1)).enumerate() {
                let (channel, y) = (row / height, row % height);
                let start = (channel * whole_height + top + y) * whole_width + left;
                let places = sheet[start..start + width].iter_mut();
                places
                    .zip(values)
                    .for_each(|(place, value)| *place = f16::from_f32(value.clamp(-LIMIT, LIMIT)));
            }
        }
        Self { values: sheet.into(), shape, pitch: [width, width + gap] }
    }

    /// One picture alone.
    pub fn single(values: &[f32], picture: [usize; 3], block: usize) -> Self {
        Self::of(values, Layout { picture, columns: 1, gap: 0, block })
    }

    /// The number of bytes that the values take.
    pub fn bytes(&self) -> usize {
        2 * self.values.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_lie_in_rows() {
        let layout = Layout { picture: [1, 2, 2], columns: 2, gap: 1, block: 1 };
        let values: Vec<f32> = (0..12).map(|i| i as f32).collect();
        let sheet = Sheet::of(&values, layout);
        assert_eq!((sheet.shape, sheet.pitch), ([1, 5, 5], [2, 3]));
        let at = |y: usize, x: usize| sheet.values[5 * y + x].to_f32();
        assert_eq!([at(0, 0), at(0, 1), at(1, 0), at(1, 1)], [0.0, 1.0, 2.0, 3.0]);
        assert_eq!([at(0, 3), at(1, 4)], [4.0, 7.0]);
        assert_eq!([at(3, 0), at(4, 1)], [8.0, 11.0]);
        let between = f16::from_f32(BETWEEN).to_f32();
        assert_eq!([at(2, 0), at(0, 2), at(4, 4)], [between; 3]);
        assert_eq!(Sheet::single(&values[..4], [1, 2, 2], 1).shape, [1, 2, 2]);
    }
}
