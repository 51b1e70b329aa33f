//! The array that every picture is: planar `f32`, shape `[channels, height, width]`.

use std::sync::Arc;

/// A picture-shaped array of `f32` in the model's range (an image lives in `[-1, 1]`),
/// planar, shape `[channels, height, width]`, with 1 (grey) or 3 (RGB) channels.
///
/// Cloning is cheap: the pixels are shared. So is comparing clones.
#[derive(Clone, Debug)]
pub struct Raster {
    /// The number of channels: 1 (grey) or 3 (red, green, blue).
    pub channels: usize,
    /// The number of rows.
    pub height: usize,
    /// The number of columns.
    pub width: usize,
    /// `channels * height * width` values, plane after plane, row after row.
    pub data: Arc<[f32]>,
}

impl PartialEq for Raster {
    fn eq(&self, other: &Self) -> bool {
        let shape = |raster: &Self| [raster.channels, raster.height, raster.width];
        shape(self) == shape(other) && (Arc::ptr_eq(&self.data, &other.data) || self.data == other.data)
    }
}

impl Raster {
    /// Wraps planar data of shape `[channels, height, width]`.
    ///
    /// # Panics
    /// If `data` does not hold exactly `channels * height * width` values.
    pub fn new(channels: usize, height: usize, width: usize, data: impl Into<Arc<[f32]>>) -> Self {
        let data = data.into();
        assert_eq!(data.len(), channels * height * width, "a raster's data must fill its shape");
        Self { channels, height, width, data }
    }

    /// Whether the other one is a clone of this one: the same pixels in memory, which need not be looked at.
    pub fn is_clone_of(&self, other: &Self) -> bool {
        let shape = |raster: &Self| [raster.channels, raster.height, raster.width];
        Arc::ptr_eq(&self.data, &other.data) && shape(self) == shape(other)
    }

    /// The number of pixels of one channel.
    pub fn plane_len(&self) -> usize {
        self.height * self.width
    }

    /// The plane of one channel, row after row.
    pub fn plane(&self, channel: usize) -> &[f32] {
        &self.data[channel * self.plane_len()..][..self.plane_len()]
    }

    /// The value of one channel of the pixel in row `y` and column `x`.
    pub fn at(&self, channel: usize, y: usize, x: usize) -> f32 {
        self.data[(channel * self.height + y) * self.width + x]
    }
}
