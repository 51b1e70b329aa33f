//! Scales pictures in `f32`, plane by plane, with the `fast_image_resize` library.

use bytemuck::{cast_slice, cast_slice_mut};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::F32;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::diffusion::Raster;

/// How source pixels are weighted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kernel {
    /// A windowed sinc with three lobes, widened when scaling down. It is sharp; overshoots are clipped.
    Lanczos3,
    /// Cubic interpolation through the pixels (Catmull-Rom), as image editors call bicubic; overshoots are clipped.
    Cubic,
    /// The mean of the pixels that each result pixel covers. Only for scaling down.
    Area,
}

impl Kernel {
    fn algorithm(self) -> ResizeAlg {
        ResizeAlg::Convolution(match self {
            Self::Lanczos3 => FilterType::Lanczos3,
            Self::Cubic => FilterType::CatmullRom,
            Self::Area => FilterType::Box,
        })
    }
}

/// Scales `channels` planes of `source` = (rows, columns) pixels to `result` = (rows, columns) pixels; no side may be
/// 0.
///
/// `row(channel, y, out)` fills `out` with row `y` of a plane. Only one plane of the source is held in `f32` at a time.
/// The result is clipped to `[-1, 1]`.
pub(super) fn resample(
    channels: usize,
    source: (usize, usize),
    result: (usize, usize),
    kernel: Kernel,
    row: &dyn Fn(usize, usize, &mut [f32]),
) -> Raster {
    let options = ResizeOptions::new().resize_alg(kernel.algorithm()).use_alpha(false);
    let mut resizer = Resizer::new();
    let mut plane = vec![0.0_f32; source.0 * source.1];
    let mut data = vec![0.0_f32; channels * result.0 * result.1];
    for (channel, out) in data.chunks_exact_mut(result.0 * result.1).enumerate() {
        for (y, line) in plane.chunks_exact_mut(source.1).enumerate() {
            row(channel, y, line);
        }
        // Typed images, since `Resizer::resize` would compile the filters for every pixel type into this crate.
        let from = TypedImageRef::<F32>::from_buffer(source.1 as u32, source.0 as u32, cast_slice(&plane));
        let to = TypedImage::<F32>::from_buffer(result.1 as u32, result.0 as u32, cast_slice_mut(out));
        let (from, mut to) =
            (from.expect("the plane fills its shape"), to.expect("the plane fills its shape"));
        resizer.resize_typed(&from, &mut to, &options).expect("the whole plane is used");
        for value in out {
            *value = value.clamp(-1.0, 1.0);
        }
    }
    Raster::new(channels, result.0, result.1, data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_picture_stays_flat_at_any_size() {
        for kernel in [Kernel::Lanczos3, Kernel::Cubic, Kernel::Area] {
            for (source, result) in [((1, 1), (300, 7)), ((4000, 1), (7, 1)), ((10, 512), (9, 511))] {
                let flat = resample(1, source, result, kernel, &|_, _, out| out.fill(0.3));
                assert!(flat.data.iter().all(|v| (v - 0.3).abs() < 1e-6), "{kernel:?} {source:?} {result:?}");
            }
        }
    }
}
