//! Maps of vectors: linear layers, tables of embeddings, and how the time embedding enters a picture.

use candle_core::{D, DType, Tensor};

use crate::model::Result;
use crate::model::kernels::{self, Convolution};

/// A linear map, `x Wᵀ + b`.
#[derive(Clone, Debug)]
pub struct Linear {
    /// `[outputs, inputs]`.
    weight: Tensor,
    /// `[outputs]`.
    bias: Tensor,
}

impl Linear {
    /// `weight`: `[outputs, inputs]`; `bias`: `[outputs]`.
    pub(crate) fn new(weight: Tensor, bias: Tensor) -> Self {
        Self { weight, bias }
    }

    /// Maps `[…, inputs]` to `[…, outputs]`.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        if kernels::applies(x) && x.rank() == 2 {
            return self.channels_first(x);
        }
        let mut shape = x.dims().to_vec();
        let inputs = x.dim(D::Minus1)?;
        // All leading dimensions are merged, so that there is one product of two matrices.
        let rows = x.reshape(((), inputs))?;
        let y = rows.matmul(&self.weight.t()?)?.broadcast_add(&self.bias)?;
        let last = shape.len() - 1;
        shape[last] = self.bias.dim(0)?;
        y.reshape(shape)
    }

    /// The same map where the channels come first: `[n, inputs, …]` → `[n, outputs, …]`.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn channels_first(&self, x: &Tensor) -> Result<Tensor> {
        if kernels::applies(x) {
            return Convolution::new(1, 1, [0, 0]).forward(x, &self.weight, &self.bias);
        }
        let mut shape = x.dims().to_vec();
        shape[1] = self.bias.dim(0)?;
        let last = x.flatten_from(2)?.transpose(1, 2)?.contiguous()?;
        self.forward(&last)?.transpose(1, 2)?.contiguous()?.reshape(shape)
    }
}

/// A table of vectors, one for each index.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// `[entries, width]`.
    weight: Tensor,
}

impl Embedding {
    /// `weight`: `[entries, width]`.
    pub(crate) fn new(weight: Tensor) -> Self {
        Self { weight }
    }

    /// The vectors `[n, width]` of n indices, each below the number of entries.
    ///
    /// # Errors
    /// If an index is out of range, or candle fails.
    pub fn forward(&self, indices: &[u32]) -> Result<Tensor> {
        let indices = Tensor::from_slice(indices, indices.len(), self.weight.device())?;
        self.weight.index_select(&indices, 0)
    }

    /// The vectors of a sequence of indices for each of n samples: `[n, length]` → `[n, width, length, 1]`.
    ///
    /// # Errors
    /// If an index is out of range, or candle fails.
    pub fn sequence(&self, indices: &Tensor) -> Result<Tensor> {
        let (n, length) = indices.dims2()?;
        let indices = indices.to_dtype(DType::U32)?.to_device(self.weight.device())?.flatten_all()?;
        let rows = self.weight.index_select(&indices, 0)?;
        rows.reshape((n, length, ()))?.transpose(1, 2)?.contiguous()?.unsqueeze(3)
    }
}

/// How the time embedding enters a residual block, `resnet_time_scale_shift` in a config.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TimeAdd {
    /// The embedding's projection is added before the second normalisation (Ho et al. 2020); named "default".
    #[default]
    Shift,
    /// The embedding scales and shifts after the second normalisation (Dhariwal & Nichol 2021); named "`scale_shift`".
    ScaleShift,
}

impl TimeAdd {
    /// The names in a config.
    pub const NAMES: &[&str] = &["default", "scale_shift"];

    /// The value with that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "default" => Some(Self::Shift),
            "scale_shift" => Some(Self::ScaleShift),
            _ => None,
        }
    }

    /// The value's name in a config.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shift => "default",
            Self::ScaleShift => "scale_shift",
        }
    }

    /// How many numbers of the projected embedding there are for each channel of the block.
    pub fn width(self) -> usize {
        match self {
            Self::Shift => 1,
            Self::ScaleShift => 2,
        }
    }

    /// `x + shift`, where `x` is a picture `[n, c, h, w]` and `shift` has one number for each channel, `[n, c]`.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn shift(x: &Tensor, shift: &Tensor) -> Result<Tensor> {
        x.broadcast_add(&shift.unsqueeze(2)?.unsqueeze(3)?)
    }

    /// `x · (1 + scale) + shift`, where `numbers` are `[n, 2c]`: all scales, then all shifts.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn scale_shift(x: &Tensor, numbers: &Tensor) -> Result<Tensor> {
        let channels = x.dim(1)?;
        let scale = (numbers.narrow(1, 0, channels)? + 1.0)?.unsqueeze(2)?.unsqueeze(3)?;
        Self::shift(&x.broadcast_mul(&scale)?, &numbers.narrow(1, channels, channels)?)
    }
}
