//! Many pictures of one shape as bytes.

use crate::diffusion::Raster;
use crate::imaging::fill;

/// `[n, channels, height, width]` bytes, where v stands for `v / 127.5 − 1`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pixels {
    /// Channels (1 or 3), height, width.
    pub(super) shape: [usize; 3],
    pub(super) bytes: Vec<u8>,
}

impl Pixels {
    fn picture_len(&self) -> usize {
        self.shape.iter().product()
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len() / self.picture_len()
    }

    pub(super) fn picture(&self, index: usize) -> &[u8] {
        let len = self.picture_len();
        &self.bytes[index * len..][..len]
    }

    /// Keeps these pictures alone; `indices` rise.
    pub(super) fn keep(&mut self, indices: impl Iterator<Item = usize>) {
        let len = self.picture_len();
        let mut end = 0;
        for index in indices {
            self.bytes.copy_within(index * len..(index + 1) * len, end);
            end += len;
        }
        self.bytes.truncate(end);
        self.bytes.shrink_to_fit();
    }

    /// One channel: the luma of ITU-R BT.601, as in most libraries.
    pub(super) fn grey(self) -> Self {
        let [channels, height, width] = self.shape;
        if channels == 1 {
            return self;
        }
        let plane = height * width;
        let luma = |picture: &[u8]| -> Vec<u8> {
            (0..plane)
                .map(|i| grey_of([picture[i], picture[plane + i], picture[2 * plane + i]].map(f32::from)))
                .map(|value| value.round() as u8)
                .collect()
        };
        let bytes = self.bytes.chunks_exact(3 * plane).flat_map(luma).collect();
        Self { shape: [1, height, width], bytes }
    }

    /// Each picture as [`fitted`] says.
    pub(super) fn fitted(self, size: usize, pad: bool) -> Self {
        let [channels, height, width] = self.shape;
        if [height, width] == [size; 2] {
            return self;
        }
        let mut bytes = Vec::with_capacity(self.len() * channels * size * size);
        for picture in self.bytes.chunks_exact(self.picture_len()) {
            let values: Vec<f32> = picture.iter().map(|&v| f32::from(v) / 127.5 - 1.0).collect();
            let raster = Raster::new(channels, height, width, values);
            bytes.extend(fitted(&raster, size, pad).data.iter().map(|&v| to_byte(v)));
        }
        Self { shape: [channels, size, size], bytes }
    }
}

/// A picture of `size × size`: the centred square, scaled. With `pad`, one that is no larger than that
/// is put in the middle of black instead.
///
/// Scaling is by a Lanczos kernel, on the values as they are coded (not in linear light), and after
/// alpha was put on white.
pub(super) fn fitted(picture: &Raster, size: usize, pad: bool) -> Raster {
    let Raster { channels, height, width, .. } = *picture;
    if !pad || height.max(width) > size {
        return fill(picture, size, size);
    }
    let (top, left) = ((size - height) / 2, (size - width) / 2);
    let mut data = vec![-1.0; channels * size * size];
    for (i, row) in picture.data.chunks_exact(width).enumerate() {
        let (channel, y) = (i / height, i % height);
        data[(channel * size + top + y) * size + left..][..width].copy_from_slice(row);
    }
    Raster::new(channels, size, size, data)
}

/// Luma of red, green and blue.
pub(super) fn grey_of([r, g, b]: [f32; 3]) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

/// A value of `[-1, 1]` as a byte; the cast saturates.
pub(super) fn to_byte(value: f32) -> u8 {
    ((value + 1.0) * 127.5).round() as u8
}
