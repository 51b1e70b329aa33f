//! Decoded samples of any depth, and how they become values in `[-1, 1]` on white.

use image::DynamicImage;

use super::fit::scaled_to;
use super::load::MAX_SIDE;
use super::resample::{Kernel, resample};
use crate::diffusion::Raster;

/// The stored samples, one for each pixel and channel, in the file's depth.
pub(super) enum Samples {
    U8(Vec<u8>),
    U16(Vec<u16>),
    F32(Vec<f32>),
}

impl Samples {
    /// The number of samples.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::U8(samples) => samples.len(),
            Self::U16(samples) => samples.len(),
            Self::F32(samples) => samples.len(),
        }
    }
}

/// How colours are stored beside their alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alpha {
    /// Colours are stored as they are.
    Straight,
    /// Colours are stored multiplied by their alpha.
    Premultiplied,
}

/// Rows of pixels. The samples of a pixel lie side by side: colours, then alpha if there is one.
pub(super) struct Pixels {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Number of colours: 1 for grey, 3 for red, green and blue.
    pub(super) channels: usize,
    pub(super) alpha: Option<Alpha>,
    pub(super) samples: Samples,
}

impl From<DynamicImage> for Pixels {
    fn from(image: DynamicImage) -> Self {
        use DynamicImage as D;
        let (width, height) = (image.width(), image.height());
        let (channels, alpha, samples) = match image {
            D::ImageLuma8(i) => (1, false, Samples::U8(i.into_raw())),
            D::ImageLumaA8(i) => (1, true, Samples::U8(i.into_raw())),
            D::ImageRgb8(i) => (3, false, Samples::U8(i.into_raw())),
            D::ImageRgba8(i) => (3, true, Samples::U8(i.into_raw())),
            D::ImageLuma16(i) => (1, false, Samples::U16(i.into_raw())),
            D::ImageLumaA16(i) => (1, true, Samples::U16(i.into_raw())),
            D::ImageRgb16(i) => (3, false, Samples::U16(i.into_raw())),
            D::ImageRgba16(i) => (3, true, Samples::U16(i.into_raw())),
            other => (3, true, Samples::F32(other.into_rgba32f().into_raw())),
        };
        Self { width, height, channels, alpha: alpha.then_some(Alpha::Straight), samples }
    }
}

impl Pixels {
    /// The pixels in `[-1, 1]` on white, with shape `[channels, height, width]`, scaled down if a side is above
    /// [`MAX_SIDE`]. What the user should know about it is added to `notices`.
    pub(super) fn to_raster(&self, notices: &mut Vec<String>) -> Raster {
        match &self.samples {
            Samples::U8(samples) => self.raster_of(samples, notices),
            Samples::U16(samples) => self.raster_of(samples, notices),
            Samples::F32(samples) => self.raster_of(samples, notices),
        }
    }

    fn raster_of<S: Stored>(&self, samples: &[S], notices: &mut Vec<String>) -> Raster {
        let (width, height, channels) = (self.width as usize, self.height as usize, self.channels);
        let stride = channels + usize::from(self.alpha.is_some());
        let alpha = self.alpha.filter(|_| shows_through(samples, channels, stride, notices));
        let row = |channel: usize, y: usize, out: &mut [f32]| {
            let line = samples[y * width * stride..][..width * stride].chunks_exact(stride);
            for (value, pixel) in out.iter_mut().zip(line) {
                let v = pixel[channel].value();
                let on_white = match alpha {
                    None => v,
                    // This is exact both for opaque pixels, which become v, and for clear ones, which become
                    // white.
                    Some(Alpha::Straight) => v + (S::FULL - v) * (1.0 - pixel[channels].value() / S::FULL),
                    // In a correct file, no colour is larger than its alpha.
                    Some(Alpha::Premultiplied) => (v + (S::FULL - pixel[channels].value())).min(S::FULL),
                };
                *value = on_white / (S::FULL / 2.0) - 1.0;
            }
        };
        if width.max(height) > MAX_SIDE {
            let shape = scaled_to(height, width, MAX_SIDE);
            let small = resample(channels, (height, width), shape, Kernel::Lanczos3, &row);
            let (w, h) = (small.width, small.height);
            notices.push(format!("scaled down from {width} × {height} to {w} × {h} pixels"));
            return small;
        }
        let mut data = vec![0.0; channels * height * width];
        for (i, line) in data.chunks_exact_mut(width).enumerate() {
            row(i / height, i % height, line);
        }
        Raster::new(channels, height, width, data)
    }
}

/// Whether any pixel is transparent to some degree.
///
/// If alpha is 0 everywhere, no pixel counts as transparent: programs that do not use alpha leave it so, and
/// nobody opens a picture in which nothing can be seen.
fn shows_through<S: Stored>(
    samples: &[S],
    channels: usize,
    stride: usize,
    notices: &mut Vec<String>,
) -> bool {
    let alphas = || samples.iter().skip(channels).step_by(stride).map(|alpha| alpha.value());
    if channels == stride || alphas().all(|alpha| alpha >= S::FULL) {
        return false;
    }
    if alphas().all(|alpha| alpha == 0.0) {
        notices.push("its alpha channel is 0 everywhere: the picture is shown opaque".to_owned());
        return false;
    }
    notices.push("transparent parts are shown on white".to_owned());
    true
}

/// A stored sample.
pub(super) trait Stored: Copy + Sync {
    /// The value of full intensity.
    const FULL: f32;
    /// The sample as a value in `0..=FULL`; NaN counts as 0.
    fn value(self) -> f32;
    /// The largest sample that is not above a value in `0..=FULL`.
    fn of(value: f32) -> Self;
}

impl Stored for u8 {
    const FULL: f32 = 255.0;
    fn value(self) -> f32 {
        f32::from(self)
    }
    fn of(value: f32) -> Self {
        value as Self
    }
}

impl Stored for u16 {
    const FULL: f32 = 65_535.0;
    fn value(self) -> f32 {
        f32::from(self)
    }
    fn of(value: f32) -> Self {
        value as Self
    }
}

impl Stored for f32 {
    const FULL: f32 = 1.0;
    fn value(self) -> f32 {
        if self.is_nan() { 0.0 } else { self.clamp(0.0, 1.0) }
    }
    fn of(value: f32) -> Self {
        value
    }
}
