//! Group normalisation as an operation of candle.

use candle_core::{CpuStorage, CustomOp3, Layout, Shape, Tensor, bail};

use super::{numbers, with_numbers};
use crate::model::kernels::norm::{Grouped, Norm};
use crate::model::{Result, simd, tape};

/// Group normalisation, with silu after it where `activate` is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Normalisation {
    pub(crate) groups: usize,
    pub(crate) eps: f64,
    pub(crate) activate: bool,
}

impl Normalisation {
    /// `x`: `[n, channels, …]`; `weight` and `bias`: one number for each channel. The result has the shape of `x`.
    ///
    /// # Errors
    /// If shapes do not agree, or a tensor is not f32 in memory of the CPU.
    pub(crate) fn forward(self, x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
        tape::apply_3(self, &x.contiguous()?, &weight.contiguous()?, &bias.contiguous()?)
    }

    fn kernel(self) -> Norm {
        Norm { eps: self.eps as f32, activate: self.activate }
    }

    fn shape(self, x: &[usize], weight: &Shape, bias: &Shape) -> Result<Grouped> {
        let [images, channels, ref sides @ ..] = *x else {
            bail!("normalisation takes pictures, not {x:?}");
        };
        let pixels: usize = sides.iter().product();
        let grouped = self.groups > 0 && channels.is_multiple_of(self.groups);
        let affine = [weight, bias].iter().all(|numbers| numbers.elem_count() == channels);
        if !affine || !grouped || images * channels * pixels == 0 {
            bail!("{x:?} cannot be normalised in {} groups with {weight:?} and {bias:?}", self.groups);
        }
        Ok(Grouped { groups: self.groups, channels: channels / self.groups, pixels })
    }
}

impl CustomOp3 for Normalisation {
    fn name(&self) -> &'static str {
        "group normalisation"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let shape = self.shape(x_layout.dims(), weight_layout.shape(), bias_layout.shape())?;
        let affine = [numbers(weight, weight_layout)?, numbers(bias, bias_layout)?];
        let out = self.kernel().forward(simd::arch(), &shape, numbers(x, x_layout)?, affine);
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let shape = self.shape(x.dims(), weight.shape(), bias.shape())?;
        if gradient.dims() != x.dims() {
            bail!("a gradient {:?} for a result {:?}", gradient.dims(), x.dims());
        }
        let (of_x, [of_weight, of_bias]) =
            with_numbers([x, weight, bias, &gradient.contiguous()?], |[x, weight, bias, gradient]| {
                self.kernel().backward(simd::arch(), &shape, [x, gradient], [weight, bias])
            })?;
        let tensor =
            |numbers, like: &Tensor| Tensor::from_vec(numbers, like.shape(), like.device()).map(Some);
        Ok((tensor(of_x, x)?, tensor(of_weight, weight)?, tensor(of_bias, bias)?))
    }
}
