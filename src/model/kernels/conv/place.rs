//! Pictures as a convolution reads them: framed by zeros, and repeated or spread out.

use std::cell::RefCell;

use rayon::prelude::*;

use super::Shape;

/// Where the pixels of a picture are put in a larger picture of zeros.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) before: usize,
    /// Distance from one pixel to the next.
    pub(super) spacing: usize,
    pub(super) repeat: usize,
    pub(super) height: usize,
    pub(super) width: usize,
}

thread_local! {
    /// The framed pictures of the convolution in progress; the memory is kept between calls.
    static PLACED: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// Lends this thread's buffer. It is taken out meanwhile, because a thread that waits for others may begin another
/// convolution.
fn with_buffer<T>(length: usize, work: impl FnOnce(&mut [f32]) -> T) -> T {
    let mut buffer = PLACED.take();
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    let result = work(&mut buffer[..length]);
    PLACED.set(buffer);
    result
}

impl Place {
    /// Calls `work` with the framed pictures, `[images, inputs, height, width]`.
    pub(super) fn with<T>(&self, shape: &Shape, x: &[f32], work: impl FnOnce(&[f32]) -> T) -> T {
        if (self.height, self.width) == (shape.height, shape.width) {
            return work(x);
        }
        let (plane, pixels) = (self.height * self.width, shape.height * shape.width);
        with_buffer(shape.images * shape.inputs * plane, |placed| {
            let planes = placed.par_chunks_mut(plane).zip(x.par_chunks(pixels)).with_min_len(4);
            planes.for_each(|(placed, x)| self.plane(shape.width, x, placed));
            work(placed)
        })
    }

    fn plane(&self, width: usize, x: &[f32], placed: &mut [f32]) {
        placed.fill(0.0);
        for (y, x) in x.chunks_exact(width).enumerate() {
            for y in y * self.repeat..(y + 1) * self.repeat {
                let to = &mut placed[(self.before + y * self.spacing) * self.width + self.before..];
                match (self.repeat, self.spacing) {
                    (1, 1) => to[..width].copy_from_slice(x),
                    (1, _) => to.iter_mut().step_by(self.spacing).zip(x).for_each(|(to, &x)| *to = x),
                    _ => to.chunks_exact_mut(self.repeat).zip(x).for_each(|(to, &x)| to.fill(x)),
                }
            }
        }
    }

    /// Calls `work` with the framed pictures, channels last, `[images, height, width, inputs]`, followed by `after`
    /// more numbers. Pixels are not spread out.
    pub(super) fn with_channels_last<T>(
        &self,
        shape: &Shape,
        x: &[f32],
        after: usize,
        work: impl FnOnce(&[f32]) -> T,
    ) -> T {
        let (row, channels) = (self.width * shape.inputs, shape.inputs);
        let (plane, width) = (shape.height * shape.width, shape.width);
        let length = shape.images * self.height * row;
        with_buffer(length + after, |placed| {
            placed[..length].par_chunks_mut(row).enumerate().with_min_len(4).for_each(|(i, placed)| {
                placed.fill(0.0);
                let (image, y) = (i / self.height, i % self.height);
                let Some(y) = y.checked_sub(self.before).map(|y| y / self.repeat) else { return };
                if y >= shape.height {
                    return;
                }
                for channel in 0..channels {
                    let x = &x[(image * channels + channel) * plane + y * width..][..width];
                    for repetition in 0..self.repeat {
                        let to = placed[(self.before + repetition) * channels + channel..].iter_mut();
                        to.step_by(channels * self.repeat).zip(x).for_each(|(to, &x)| *to = x);
                    }
                }
            });
            work(placed)
        })
    }
}
