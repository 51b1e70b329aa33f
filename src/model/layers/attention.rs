//! Scaled dot-product attention.

use candle_core::{D, Tensor};
use candle_nn::ops::softmax;

use crate::model::Result;
use crate::model::kernels::{self, Attend};

/// `softmax(q kᵀ / √d) v` for every head (Vaswani et al. 2017, eq. 1).
///
/// `query`, `key` and `value` are `[n, heads · d, …]` with the heads one after another; the result has the shape of
/// `query`. Keys and values have the same shape, and may have other pixels than queries.
///
/// # Errors
/// If shapes do not agree, or candle fails.
pub fn attend(query: &Tensor, key: &Tensor, value: &Tensor, heads: usize) -> Result<Tensor> {
    if kernels::applies(query) && key.dims() == query.dims() {
        return Attend { heads }.forward(query, key, value);
    }
    let (n, inner) = (query.dim(0)?, query.dim(1)?);
    let scale = 1.0 / ((inner / heads) as f64).sqrt();
    let split = |x: &Tensor| x.reshape((n, heads, inner / heads, ()));
    let scores = split(&(query * scale)?)?.transpose(2, 3)?.matmul(&split(key)?)?;
    split(value)?.matmul(&softmax(&scores, D::Minus1)?.transpose(2, 3)?)?.reshape(query.shape())
}
