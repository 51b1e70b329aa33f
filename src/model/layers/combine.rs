//! Operations that make one picture of two.

use candle_core::Tensor;

use crate::model::Result;
use crate::model::kernels::{self, Join, Sum};

/// `(x + y) / divisor`, for pictures of the same shape: the sum at the end of a residual block.
///
/// # Errors
/// If shapes do not agree, or candle fails.
pub fn mean(x: &Tensor, y: &Tensor, divisor: f64) -> Result<Tensor> {
    if kernels::applies(x) {
        return Sum { factor: (1.0 / divisor) as f32 }.forward(x, y);
    }
    let sum = (x + y)?;
    if divisor == 1.0 { Ok(sum) } else { sum / divisor }
}

/// Concatenates the channels of two pictures: `[n, a, h, w]` and `[n, b, h, w]` → `[n, a + b, h, w]`.
///
/// # Errors
/// If shapes do not agree, or candle fails.
pub fn joined(x: &Tensor, y: &Tensor) -> Result<Tensor> {
    if kernels::applies(x) { Join.forward(x, y) } else { Tensor::cat(&[x, y], 1) }
}
