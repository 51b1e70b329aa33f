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
    masked(query, key, value, heads, None)
}

/// Like [`attend`], where each place of a sequence attends only to itself and to those before it (Vaswani et al. 2017,
/// section 3.2.3). All three have the same shape, `[n, heads · d, length, 1]`.
///
/// # Errors
/// If shapes do not agree, or candle fails.
pub fn attend_back(query: &Tensor, key: &Tensor, value: &Tensor, heads: usize) -> Result<Tensor> {
    let length = query.dim(2)?;
    let later = (0..length * length).map(|i| if i % length > i / length { f64::NEG_INFINITY } else { 0.0 });
    let mask = Tensor::from_iter(later, query.device())?.reshape((length, length))?;
    masked(query, key, value, heads, Some(&mask.to_dtype(query.dtype())?))
}

/// How much each query attends to each key, `softmax(q kᵀ / √d)` of every head, `[n, heads, queries, keys]`: the weights of
/// values in [`attend`], which sum to 1 over the keys.
///
/// # Errors
/// If shapes do not agree, or candle fails.
pub fn attention_weights(query: &Tensor, key: &Tensor, heads: usize) -> Result<Tensor> {
    weights(query, key, heads, None)
}

fn weights(query: &Tensor, key: &Tensor, heads: usize, mask: Option<&Tensor>) -> Result<Tensor> {
    let (n, inner) = (query.dim(0)?, query.dim(1)?);
    let scale = 1.0 / ((inner / heads) as f64).sqrt();
    let split = |x: &Tensor| x.reshape((n, heads, inner / heads, ()));
    let scores = split(&(query * scale)?)?.transpose(2, 3)?.matmul(&split(key)?)?;
    let scores = match mask {
        Some(mask) => scores.broadcast_add(mask)?,
        None => scores,
    };
    softmax(&scores, D::Minus1)
}

/// Attention with `mask`, `[queries, keys]`, added to the scores.
fn masked(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    heads: usize,
    mask: Option<&Tensor>,
) -> Result<Tensor> {
    let value = value.reshape((query.dim(0)?, heads, query.dim(1)? / heads, ()))?;
    value.matmul(&weights(query, key, heads, mask)?.transpose(2, 3)?)?.reshape(query.shape())
}
