//! Operations of candle that move whole pictures and compute little: sums, joins, and silu.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Shape, Tensor, bail};

use super::{numbers, with_numbers};
use crate::model::kernels::pointwise;
use crate::model::{Result, simd, tape};

/// `(x + y) · factor` for two tensors of the same shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    pub(crate) factor: f32,
}

impl Sum {
    /// # Errors
    /// If shapes do not agree, or a tensor is not f32 in memory of the CPU.
    pub(crate) fn forward(self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        tape::apply_2(self, &x.contiguous()?, &y.contiguous()?)
    }
}

impl CustomOp2 for Sum {
    fn name(&self) -> &'static str {
        "sum"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        y: &CpuStorage,
        y_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        if x_layout.dims() != y_layout.dims() {
            bail!("a sum of {:?} and {:?}", x_layout.dims(), y_layout.dims());
        }
        let out = pointwise::sum(simd::arch(), numbers(x, x_layout)?, numbers(y, y_layout)?, self.factor);
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        _x: &Tensor,
        _y: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let gradient = if self.factor == 1.0 { gradient.clone() } else { (gradient * self.factor as f64)? };
        Ok((Some(gradient.clone()), Some(gradient)))
    }
}

/// Joins `[n, a, …]` and `[n, b, …]` to `[n, a + b, …]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Join;

impl Join {
    /// # Errors
    /// If shapes do not agree, or a tensor is not f32 in memory of the CPU.
    pub(crate) fn forward(self, x: &Tensor, y: &Tensor) -> Result<Tensor> {
        tape::apply_2(self, &x.contiguous()?, &y.contiguous()?)
    }
}

impl CustomOp2 for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        y: &CpuStorage,
        y_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (of_x, of_y) = (x_layout.dims(), y_layout.dims());
        let agree = of_x.len() == of_y.len() && of_x.len() >= 2;
        if !agree || of_x[0] != of_y[0] || of_x[2..] != of_y[2..] || x_layout.shape().elem_count() == 0 {
            bail!("{of_x:?} and {of_y:?} cannot be joined");
        }
        let mut dims = of_x.to_vec();
        dims[1] += of_y[1];
        let out = pointwise::join(of_x[0], numbers(x, x_layout)?, numbers(y, y_layout)?);
        Ok((CpuStorage::F32(out), dims.into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        y: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let images = x.dim(0)?;
        let [of_x, of_y] = with_numbers([&gradient.contiguous()?], |[gradient]| {
            pointwise::divide(images, gradient, x.elem_count() / images)
        })?;
        let tensor =
            |numbers, like: &Tensor| Tensor::from_vec(numbers, like.shape(), like.device()).map(Some);
        Ok((tensor(of_x, x)?, tensor(of_y, y)?))
    }
}

/// `x · sigmoid(x)`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Silu;

impl Silu {
    /// # Errors
    /// If the tensor is not f32 in memory of the CPU.
    pub(crate) fn forward(self, x: &Tensor) -> Result<Tensor> {
        tape::apply_1(self, &x.contiguous()?)
    }
}

impl CustomOp1 for Silu {
    fn name(&self) -> &'static str {
        "silu"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let out = pointwise::silu(simd::arch(), numbers(x, layout)?);
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let out = with_numbers([x, &gradient.contiguous()?], |[x, gradient]| {
            pointwise::silu_backward(simd::arch(), x, gradient)
        })?;
        Tensor::from_vec(out, x.shape(), x.device()).map(Some)
    }
}
