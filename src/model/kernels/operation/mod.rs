//! The kernels as operations of candle, with gradients.

mod attention;
mod conv;
mod norm;
mod pointwise;

use candle_core::{CpuStorage, DType, Layout, Storage, Tensor, bail};

pub(crate) use attention::Attend;
pub(crate) use conv::Convolution;
pub(crate) use norm::Normalisation;
pub(crate) use pointwise::{Join, Silu, Sum};

use crate::model::Result;

/// Whether the kernels can take this tensor: it must be f32 in memory of the CPU.
pub(crate) fn applies(x: &Tensor) -> bool {
    x.dtype() == DType::F32 && x.device().is_cpu()
}

/// The numbers of a contiguous f32 tensor.
fn numbers<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(numbers), Some((start, end))) => Ok(&numbers[start..end]),
        _ => bail!("a kernel takes contiguous tensors in f32"),
    }
}

/// Calls `work` with the numbers of contiguous f32 tensors.
fn with_numbers<const N: usize, T>(tensors: [&Tensor; N], work: impl FnOnce([&[f32]; N]) -> T) -> Result<T> {
    let held = tensors.map(Tensor::storage_and_layout);
    let mut all = [[].as_slice(); N];
    for (all, (storage, layout)) in all.iter_mut().zip(&held) {
        let Storage::Cpu(storage) = &**storage else { bail!("a kernel takes tensors of the CPU") };
        *all = numbers(storage, layout)?;
    }
    Ok(work(all))
}
