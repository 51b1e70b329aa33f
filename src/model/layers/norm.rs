//! Group and layer normalisation.

use candle_core::Tensor;

use super::Activation;
use crate::model::Result;
use crate::model::kernels::{self, Normalisation};

/// Normalises groups of channels to mean 0 and variance 1, then scales and shifts each channel
/// (Wu & He 2018).
#[derive(Clone, Debug)]
pub struct GroupNorm {
    /// `[channels]`.
    weight: Tensor,
    /// `[channels]`.
    bias: Tensor,
    groups: usize,
    eps: f64,
}

impl GroupNorm {
    /// `weight` and `bias`: `[channels]`.
    pub(crate) fn new(weight: Tensor, bias: Tensor, groups: usize, eps: f64) -> Self {
        Self { weight, bias, groups, eps }
    }

    /// Normalises `[n, channels, h, w]`; the result has the same shape.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        if kernels::applies(x) {
            return self.kernel(false).forward(x, &self.weight, &self.bias);
        }
        let (n, channels, h, w) = x.dims4()?;
        let grouped = x.reshape((n, self.groups, channels / self.groups * h * w))?;
        let centred = grouped.broadcast_sub(&grouped.mean_keepdim(2)?)?;
        let variance = centred.sqr()?.mean_keepdim(2)?;
        let normal = centred.broadcast_div(&(variance + self.eps)?.sqrt()?)?;
        let [weight, bias] = [&self.weight, &self.bias].map(|x| x.reshape((1, channels, 1, 1)));
        normal.reshape((n, channels, h, w))?.broadcast_mul(&weight?)?.broadcast_add(&bias?)
    }

    /// The normalisation followed by a non-linearity; in networks the two nearly always go together.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn activated(&self, x: &Tensor, activation: Activation) -> Result<Tensor> {
        if kernels::applies(x) && activation == Activation::Silu {
            return self.kernel(true).forward(x, &self.weight, &self.bias);
        }
        activation.forward(&self.forward(x)?)
    }

    fn kernel(&self, activate: bool) -> Normalisation {
        Normalisation { groups: self.groups, eps: self.eps, activate }
    }
}

/// Normalises the channels of every pixel to mean 0 and variance 1, then scales and shifts each channel
/// (Ba et al. 2016).
#[derive(Clone, Debug)]
pub struct LayerNorm {
    /// `[channels]`.
    weight: Tensor,
    /// `[channels]`.
    bias: Tensor,
    eps: f64,
}

impl LayerNorm {
    /// `weight` and `bias`: `[channels]`.
    pub(crate) fn new(weight: Tensor, bias: Tensor, eps: f64) -> Self {
        Self { weight, bias, eps }
    }

    /// Normalises `[n, channels, h, w]`; the result has the same shape.
    ///
    /// # Errors
    /// If shapes do not agree, or candle fails.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let centred = x.broadcast_sub(&x.mean_keepdim(1)?)?;
        let variance = centred.sqr()?.mean_keepdim(1)?;
        let normal = centred.broadcast_div(&(variance + self.eps)?.sqrt()?)?;
        let [weight, bias] = [&self.weight, &self.bias].map(|x| x.reshape((1, (), 1, 1)));
        normal.broadcast_mul(&weight?)?.broadcast_add(&bias?)
    }
}
