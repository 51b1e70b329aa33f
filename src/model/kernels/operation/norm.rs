//! Group normalisation.

use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Shape, Tensor, bail};
use pulp::Arch;

use super::numbers;
use crate::model::Result;
use crate::model::kernels::norm::{Grouped, Norm};

/// Group normalisation, with silu after it where `activate` is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Normalisation {
    pub(crate) groups: usize,
    pub(crate) eps: f64,
    pub(crate) activate: bool,
}

impl Normalisation {
    /// `x`: `[n, channels, …]`; `weight` and `bias`: one number for each channel. Same shape out.
    ///
    /// # Errors
    /// If shapes do not agree, or a tensor is not what the kernels take.
    pub(crate) fn forward(self, x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
        let affine = Tensor::stack(&[weight.flatten_all()?, bias.flatten_all()?], 0)?;
        x.contiguous()?.apply_op2(&affine, self)
    }

    fn kernel(self) -> Norm {
        Norm { eps: self.eps as f32, activate: self.activate }
    }

    fn shape(self, x: &[usize], affine: &[usize]) -> Result<Grouped> {
        let [images, channels, ref sides @ ..] = *x else {
            bail!("normalisation takes pictures, not {x:?}");
        };
        let pixels: usize = sides.iter().product();
        let grouped = self.groups > 0 && channels.is_multiple_of(self.groups);
        if affine != [2, channels] || !grouped || images * channels * pixels == 0 {
            bail!("{x:?} cannot be normalised in {} groups with numbers {affine:?}", self.groups);
        }
        Ok(Grouped { images, groups: self.groups, channels: channels / self.groups, pixels })
    }
}

impl CustomOp2 for Normalisation {
    fn name(&self) -> &'static str {
        "group normalisation"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        affine: &CpuStorage,
        affine_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let shape = self.shape(x_layout.dims(), affine_layout.dims())?;
        let (x, affine) = (numbers(x, x_layout)?, numbers(affine, affine_layout)?);
        let out = self.kernel().forward(Arch::new(), &shape, x, affine);
        Ok((CpuStorage::F32(out), x_layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        affine: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        // Both gradients come from the same sums, so they come in one tensor.
        let both = x.apply_op3_no_bwd(affine, &gradient.contiguous()?, &Backward(*self))?;
        let (images, channels) = (x.dim(0)?, x.dim(1)?);
        let of_x = both.narrow(0, 0, x.elem_count())?.reshape(x.shape())?;
        let of_affine = both.narrow(0, x.elem_count(), 2 * images * channels)?;
        Ok((Some(of_x), Some(of_affine.reshape((images, 2, channels))?.sum(0)?)))
    }
}

/// The gradients of x and of every image's `[2, channels]`, one after the other.
struct Backward(Normalisation);

impl CustomOp3 for Backward {
    fn name(&self) -> &'static str {
        "gradient of group normalisation"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        affine: &CpuStorage,
        affine_layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let shape = self.0.shape(x_layout.dims(), affine_layout.dims())?;
        if gradient_layout.dims() != x_layout.dims() {
            bail!("a gradient {:?} for a result {:?}", gradient_layout.dims(), x_layout.dims());
        }
        let (x, affine) = (numbers(x, x_layout)?, numbers(affine, affine_layout)?);
        let gradient = numbers(gradient, gradient_layout)?;
        let (mut both, of_affine) = self.0.kernel().backward(Arch::new(), &shape, [x, affine, gradient]);
        both.extend(of_affine);
        let length = both.len();
        Ok((CpuStorage::F32(both), length.into()))
    }
}
