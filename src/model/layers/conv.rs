//! Two-dimensional convolution.

use candle_core::{Device, Tensor};

use super::{TimeAdd, doubled};
use crate::model::kernels::{self, Convolution};
use crate::model::parameters::{Init, Scope};
use crate::model::{ModelError, Result};

/// What is put around the picture before it is convolved; zeros always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// As many on all four sides.
    Even(usize),
    /// One column at the right and one row at the bottom: diffusers' `downsample_padding` 0, which
    /// is what TensorFlow's "SAME" did in the original DDPM.
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
    /// Where it computes.
    pub fn device(&self) -> &Device {
        self.weight.device()
    }

    /// A 3×3 convolution that keeps the size.
    pub(crate) fn same(scope: &Scope<'_>, inputs: usize, outputs: usize) -> Result<Self, ModelError> {
        Self::load(scope, [inputs, outputs], 3, 1, Padding::Even(1))
    }

    /// A 1×1 convolution: a linear map of the channels.
    pub(crate) fn pointwise(scope: &Scope<'_>, inputs: usize, outputs: usize) -> Result<Self, ModelError> {
        Self::load(scope, [inputs, outputs], 1, 1, Padding::Even(0))
    }

    /// A 3×3 convolution that halves the size.
    pub(crate) fn halving(scope: &Scope<'_>, channels: usize, padding: Padding) -> Result<Self, ModelError> {
        Self::load(scope, [channels, channels], 3, 2, padding)
    }

    fn load(
        scope: &Scope<'_>,
        [inputs, outputs]: [usize; 2],
        kernel: usize,
        stride: usize,
        padding: Padding,
    ) -> Result<Self, ModelError> {
        let init = Init::fan_in(inputs * kernel * kernel);
        let weight = scope.get("weight", &[outputs, inputs, kernel, kernel], init)?;
        let bias = scope.get("bias", &[outputs], init)?;
        Ok(Self { weight, bias, kernel, stride, padding })
    }

    /// `[n, in_channels, h, w]` → `[n, out_channels, h/stride, w/stride]`.
    ///
    /// # Errors
    /// Those of the tensor library, when shapes do not agree.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        if kernels::applies(x) {
            return self.kernel().forward(x, &self.weight, &self.bias);
        }
        self.convolved(x)?.broadcast_add(&self.bias.reshape((1, (), 1, 1))?)
    }

    /// The convolution, and one number for each channel of each sample, `[n, out_channels]`, added.
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
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
    /// As [`forward`](Self::forward).
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

    /// By the tensor library, without bias.
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
