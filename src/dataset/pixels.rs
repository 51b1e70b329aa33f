//! Many pictures of the same shape, as bytes.

use crate::diffusion::Raster;
use crate::imaging::fill;

/// Pictures as bytes `[n, channels, height, width]`, where a byte v stands for `v / 127.5 − 1`.
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

    /// Keeps only the pictures with these `indices`, which must rise.
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

    /// Reduces pictures to one channel, the luma of ITU-R BT.601 as in most libraries; in place, since there may be
    /// many.
    pub(super) fn grey(self) -> Self {
        let plane = self.shape[1] * self.shape[2];
        self.one_channel(|picture, i| {
            grey_of([picture[i], picture[plane + i], picture[2 * plane + i]].map(f32::from)).round() as u8
        })
    }

    /// Keeps only the first channel, for pictures whose channels are equal.
    pub(super) fn first_channel(self) -> Self {
        self.one_channel(|picture, i| picture[i])
    }

    /// Reduces pictures to one channel: `value` gets a picture and the index of a pixel.
    fn one_channel(mut self, value: impl Fn(&[u8], usize) -> u8) -> Self {
        let [channels, height, width] = self.shape;
        if channels == 1 {
            return self;
        }
        let plane = height * width;
        let (n, len) = (self.len(), self.picture_len());
        for picture in 0..n {
            for i in 0..plane {
                // The byte that is written lies before all bytes that are still to be read.
                self.bytes[picture * plane + i] = value(&self.bytes[picture * len..][..len], i);
            }
        }
        self.bytes.truncate(n * plane);
        self.bytes.shrink_to_fit();
        self.shape[0] = 1;
        self
    }

    /// The number of bytes that [`fitted`](Self::fitted) gives.
    pub(super) fn fitted_len(&self, size: usize) -> u64 {
        (self.len() as u64).saturating_mul((self.shape[0] * size * size) as u64)
    }

    /// Applies [`fitted`] to each picture.
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

/// A picture of `size × size` pixels: the largest centred square, scaled. With `pad`, a picture that is no larger gets
/// a black border instead.
///
/// Pictures are scaled with a Lanczos kernel, on their encoded values (not in linear light), after alpha has been
/// blended with white.
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

/// The luma of a red, a green and a blue value (ITU-R BT.601).
pub(super) fn grey_of([r, g, b]: [f32; 3]) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

/// A value in `[-1, 1]` as a byte. Values outside are clipped, since the cast saturates.
pub(super) fn to_byte(value: f32) -> u8 {
    ((value + 1.0) * 127.5).round() as u8
}
