//! Brings pictures to the size that is worked with.

use serde::{Deserialize, Serialize};

use super::resample::{Kernel, resample};
use crate::diffusion::Raster;

/// How a picture that is not square is brought to the working size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FitMode {
    /// The largest centred square, scaled to `size × size`.
    #[default]
    Crop,
    /// The whole picture; its longest side becomes `size`.
    Fit,
}

/// The working size of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct FitOptions {
    /// Pixels of the longest side, `32..=2048`; other values are clamped to this range.
    pub size: u32,
    /// Whether the centred square or the whole picture is used.
    pub mode: FitMode,
}

impl FitOptions {
    /// Smallest `size`.
    pub const MIN_SIZE: u32 = 32;
    /// Largest `size`.
    pub const MAX_SIZE: u32 = 2048;

    /// Shape (rows, columns) of the result for a picture of `height × width`.
    pub fn shape(&self, height: usize, width: usize) -> (usize, usize) {
        let size = self.size.clamp(Self::MIN_SIZE, Self::MAX_SIZE) as usize;
        match self.mode {
            FitMode::Crop => (size, size),
            FitMode::Fit => scaled_to(height, width, size),
        }
    }
}

impl Default for FitOptions {
    fn default() -> Self {
        Self { size: 256, mode: FitMode::Crop }
    }
}

/// Shape (rows, columns) with longest side `side` and the same aspect ratio; no side is below 1.
pub(super) fn scaled_to(height: usize, width: usize, side: usize) -> (usize, usize) {
    let longest = height.max(width).max(1);
    let scale = |length: usize| {
        let exact = length as f64 * side as f64 / longest as f64;
        (exact.round() as usize).clamp(1, side)
    };
    (scale(height), scale(width))
}

/// Crops or fits a picture to the working size, larger or smaller, with a Lanczos kernel in `f32` (so 16-bit precision
/// is kept); values stay in `[-1, 1]`.
///
/// A picture that already has the right shape is returned unchanged.
pub fn fit(raster: &Raster, options: &FitOptions) -> Raster {
    let (height, width) = match options.mode {
        FitMode::Crop => {
            let side = raster.height.min(raster.width);
            (side, side)
        }
        FitMode::Fit => (raster.height, raster.width),
    };
    crop_and_scale(raster, (height, width), options.shape(height, width))
}

/// A picture of exactly `height × width` pixels: the largest centred part with this aspect ratio, scaled in `f32`. No
/// side may be 0.
pub fn fill(raster: &Raster, height: usize, width: usize) -> Raster {
    // The sides of the part that is cut out, each as long as the picture's other side allows.
    let rows = (raster.width * height / width).clamp(1, raster.height);
    let columns = (raster.height * width / height).clamp(1, raster.width);
    crop_and_scale(raster, (rows, columns), (height, width))
}

/// The centred part of a picture with the shape (rows, columns), scaled to another shape.
fn crop_and_scale(raster: &Raster, (height, width): (usize, usize), shape: (usize, usize)) -> Raster {
    let top = (raster.height - height) / 2;
    let left = (raster.width - width) / 2;
    if shape == (raster.height, raster.width) {
        return raster.clone();
    }
    let row = |channel: usize, y: usize, out: &mut [f32]| {
        let line = &raster.plane(channel)[(top + y) * raster.width..][..raster.width];
        out.copy_from_slice(&line[left..][..width]);
    };
    if shape == (height, width) {
        let mut data = vec![0.0; raster.channels * height * width];
        for (i, line) in data.chunks_exact_mut(width).enumerate() {
            row(i / height, i % height, line);
        }
        return Raster::new(raster.channels, height, width, data);
    }
    resample(raster.channels, (height, width), shape, Kernel::Lanczos3, &row)
}

/// A picture whose sides are multiplied, by cubic interpolation between the centres of its pixels. `factor` is at least 1.
pub fn bicubic(raster: &Raster, factor: usize) -> Raster {
    let source = (raster.height, raster.width);
    let shape = (factor * source.0, factor * source.1);
    resample(raster.channels, source, shape, Kernel::Cubic, &|channel, y, out| {
        out.copy_from_slice(&raster.plane(channel)[y * raster.width..][..raster.width]);
    })
}

/// A small version of a picture, with no side above `max_side` (at least 1): each pixel is the mean of the area that it
/// covers.
///
/// A picture that is small enough is returned unchanged.
pub fn thumbnail(raster: &Raster, max_side: usize) -> Raster {
    let source = (raster.height, raster.width);
    if source.0.max(source.1) <= max_side.max(1) {
        return raster.clone();
    }
    let shape = scaled_to(source.0, source.1, max_side.max(1));
    resample(raster.channels, source, shape, Kernel::Area, &|channel, y, out| {
        out.copy_from_slice(&raster.plane(channel)[y * raster.width..][..raster.width]);
    })
}

/// The picture with 1 or 3 channels. Grey is the luma of Rec. 601, as in image editors; a grey picture in colour has
/// three equal channels. `None` for other numbers of channels.
pub fn with_channels(raster: &Raster, channels: usize) -> Option<Raster> {
    let (height, width) = (raster.height, raster.width);
    match (raster.channels, channels) {
        (have, want) if have == want => Some(raster.clone()),
        (3, 1) => {
            let [red, green, blue] = [0, 1, 2].map(|channel| raster.plane(channel));
            let pixels = red.iter().zip(green).zip(blue);
            let luma = pixels.map(|((r, g), b)| 0.299 * r + 0.587 * g + 0.114 * b);
            Some(Raster::new(1, height, width, luma.collect::<Vec<f32>>()))
        }
        (1, 3) => Some(Raster::new(3, height, width, [&raster.data[..]; 3].concat())),
        _ => None,
    }
}
