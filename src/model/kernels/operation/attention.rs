//! Attention as an operation of candle.

use candle_core::{CpuStorage, CustomOp3, Layout, Shape, Tensor, bail};

use super::{numbers, with_numbers};
use crate::model::kernels::attention::Heads;
use crate::model::{Result, simd, tape};

/// `softmax(q kᵀ / √width) v` of every head (Vaswani et al. 2017, eq. 1), with channels before pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attend {
    pub(crate) heads: usize,
}

impl Attend {
    /// `query`, `key`, `value` and the result are `[n, heads · width, …]`.
    ///
    /// # Errors
    /// If shapes do not agree, or a tensor is not f32 in memory of the CPU.
    pub(crate) fn forward(self, query: &Tensor, key: &Tensor, value: &Tensor) -> Result<Tensor> {
        tape::apply_3(self, &query.contiguous()?, &key.contiguous()?, &value.contiguous()?)
    }

    fn heads(self, dims: &[usize]) -> Result<Heads> {
        let [images, inner, ref sides @ ..] = *dims else { bail!("attention takes sequences, not {dims:?}") };
        let length: usize = sides.iter().product();
        if self.heads == 0 || !inner.is_multiple_of(self.heads) || images * inner * length == 0 {
            bail!("{} heads cannot attend in {dims:?}", self.heads);
        }
        Ok(Heads { width: inner / self.heads, length })
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
        if [key_layout, value_layout].iter().any(|layout| layout.shape() != query_layout.shape()) {
            bail!("queries {:?} cannot attend to keys {:?}", query_layout.dims(), key_layout.dims());
        }
        let heads = self.heads(query_layout.dims())?;
        let all = [numbers(query, query_layout)?, numbers(key, key_layout)?, numbers(value, value_layout)?];
        let out = heads.attend(simd::arch(), all);
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
        let heads = self.heads(query.dims())?;
        let gradients = with_numbers([query, key, value, &gradient.contiguous()?], |all| {
            heads.backward(simd::arch(), all)
        })?;
        let [of_query, of_key, of_value] =
            gradients.map(|x| Tensor::from_vec(x, query.shape(), query.device()).map(Some));
        Ok((of_query?, of_key?, of_value?))
    }
}
