//! Attention.

use candle_core::{CpuStorage, CustomOp3, D, Layout, Shape, Tensor, bail};
use pulp::Arch;

use super::numbers;
use crate::model::Result;
use crate::model::kernels::attention::Heads;

/// `softmax(q kᵀ / √width) v` of every head, with channels before pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attend {
    pub(crate) heads: usize,
}

impl Attend {
    /// All three `[n, heads · width, length]`, and so is the result.
    ///
    /// # Errors
    /// If shapes do not agree, or a tensor is not what the kernels take.
    pub(crate) fn forward(self, query: &Tensor, key: &Tensor, value: &Tensor) -> Result<Tensor> {
        query.contiguous()?.apply_op3(&key.contiguous()?, &value.contiguous()?, self)
    }
}

impl CustomOp3 for Attend {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(
        &self,
        query: &CpuStorage,
        query_layout: &Layout,
        key: &CpuStorage,
        key_layout: &Layout,
        value: &CpuStorage,
        value_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (n, inner, length) = query_layout.shape().dims3()?;
        let same = [key_layout, value_layout].iter().all(|layout| layout.shape() == query_layout.shape());
        let split = self.heads > 0 && inner.is_multiple_of(self.heads);
        if !same || !split || n * inner * length == 0 {
            bail!("{} heads cannot attend in {:?}", self.heads, query_layout.dims());
        }
        let all = [numbers(query, query_layout)?, numbers(key, key_layout)?, numbers(value, value_layout)?];
        let out = Heads { width: inner / self.heads, length }.attend(Arch::new(), all);
        Ok((CpuStorage::F32(out), query_layout.shape().clone()))
    }

    fn bwd(
        &self,
        query: &Tensor,
        key: &Tensor,
        value: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (n, inner, length) = query.dims3()?;
        let scale = 1.0 / ((inner / self.heads) as f64).sqrt();
        // [n · heads, width, length], and weights [n · heads, queries, keys].
        let split = |x: &Tensor| x.reshape((n * self.heads, inner / self.heads, length));
        let (query, key, value) = (split(&(query * scale)?)?, split(key)?, split(value)?);
        let gradient = split(&gradient.contiguous()?)?;
        let scores = query.t()?.matmul(&key)?;
        let weights = scores.broadcast_sub(&scores.max_keepdim(D::Minus1)?)?.exp()?;
        let weights = weights.broadcast_div(&weights.sum_keepdim(D::Minus1)?)?;
        let of_value = gradient.matmul(&weights)?;
        let of_weights = gradient.t()?.matmul(&value)?;
        let mean = (&of_weights * &weights)?.sum_keepdim(D::Minus1)?;
        let of_scores = (of_weights.broadcast_sub(&mean)? * weights)?;
        let of_query = (key.matmul(&of_scores.t()?)? * scale)?;
        let of_key = query.matmul(&of_scores)?;
        let joined = |x: &Tensor| x.reshape((n, inner, length)).map(Some);
        Ok((joined(&of_query)?, joined(&of_key)?, joined(&of_value)?))
    }
}
