//! Two-dimensional convolution.

use candle_core::Tensor;

use super::{TimeAdd, doubled};
use crate::model::Result;
use crate::model::kernels::{self, Convolution};

/// The zeros that are put around a picture before it is convolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// This many rows and columns of zeros on all four sides.
    Even(usize),
    /// One column at the right and one row at the bottom: `downsample_padding` 0 of diffusers, which is what
    /// TensorFlow's "SAME" did in the original DDPM.
    RightBottom,
}

/// A convolution with square kernels and a bias.
#[derive(Clone, Debug)]
pub struct Conv2d {
    /// `[out_channels, in_channels, k, k]`.
    weight: Tensor,
    /// `[out_channels]`.
    bias: Tensor,
    kernel: usize,
    stride: usize,
    padding: Padding,
}

impl Conv2d {
    /// `weight`: `[out_channels, in_channels, kernel, kernel]`; `bias`: `[out_channels]`.
    pub(crate) fn new(weight: Tensor, bias: Tensor, kernel: usize, stride: usize, padding: Padding) -> Self {
        Self { weight, bias, kernel, stride, padding }
    }

    /// Convolves `[n, in_channels, h, w]` to `[n, out_channels, h/stride, w/stride]`.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        if kernels::applies(x) {
            return self.kernel().forward(x, &self.weight, &self.bias);
        }
        self.convolved(x)?.broadcast_add(&self.bias.reshape((1, (), 1, 1))?)
    }

    /// The convolution, with one number added to each channel of each sample; `shift`: `[n, out_channels]`.
    ///
    /// # Errors
    /// The errors of [`forward`](Self::forward).
    pub fn shifted(&self, x: &Tensor, shift: &Tensor) -> Result<Tensor> {
        if kernels::applies(x) {
            let shift = shift.broadcast_add(&self.bias)?;
            return self.kernel().forward(x, &self.weight, &shift);
        }
        TimeAdd::shift(&self.forward(x)?, shift)
    }

    /// The convolution of the [`doubled`] picture.
    ///
    /// # Errors
    /// The errors of [`forward`](Self::forward).
    pub fn doubling(&self, x: &Tensor) -> Result<Tensor> {
        if kernels::applies(x) {
            return self.kernel().doubled().forward(x, &self.weight, &self.bias);
        }
        self.forward(&doubled(x)?)
    }

    fn kernel(&self) -> Convolution {
        let around = match self.padding {
            Padding::Even(zeros) => [zeros; 2],
            Padding::RightBottom => [0, 1],
        };
        Convolution::new(self.kernel, self.stride, around)
    }

    /// The convolution by candle's own operation, without the bias.
    fn convolved(&self, x: &Tensor) -> Result<Tensor> {
        match self.padding {
            Padding::Even(padding) => x.conv2d(&self.weight, padding, self.stride, 1, 1),
            Padding::RightBottom => {
                let padded = x.pad_with_zeros(3, 0, 1)?.pad_with_zeros(2, 0, 1)?;
                padded.conv2d(&self.weight, 0, self.stride, 1, 1)
            }
        }
    }
}
