//! Convolutions as an operation of candle.

use candle_core::{CpuStorage, CustomOp3, Layout, Shape, Tensor, bail};

use super::{numbers, with_numbers};
use crate::model::kernels::conv::{self, Geometry};
use crate::model::{Result, simd, tape};

/// A convolution with square kernels, whose result is shifted: `x * weight + shift`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Convolution(Geometry);

impl Convolution {
    /// A convolution with `before` zeros at the left and above, and `after` zeros at the right and below, both less
    /// than `kernel`.
    pub(crate) const fn new(kernel: usize, stride: usize, [before, after]: [usize; 2]) -> Self {
        Self(Geometry { kernel, stride, before, after, repeat: 1 })
    }

    /// This convolution applied to a picture of twice the size, in which every pixel is repeated in both directions.
    pub(crate) const fn doubled(mut self) -> Self {
        self.0.repeat = 2;
        self
    }

    /// `x`: `[n, inputs, h, w]`; `weight`: `[outputs, inputs, kernel, kernel]`; `shift`: `[outputs]` or
    /// `[n, outputs]`. The result is `[n, outputs, …]`.
    ///
    /// With a 1×1 kernel the convolution is a linear map of the channels: `x` may then have any number of dimensions
    /// after the channels, and `weight` may be `[outputs, inputs]`.
    ///
    /// # Errors
    /// If shapes do not agree, the kernel does not fit into the padded picture, or a tensor is not f32 in memory of the
    /// CPU.
    pub(crate) fn forward(self, x: &Tensor, weight: &Tensor, shift: &Tensor) -> Result<Tensor> {
        tape::apply_3(self, &x.contiguous()?, &weight.contiguous()?, &shift.contiguous()?)
    }

    fn shape(&self, x: &[usize], weight: &[usize]) -> Result<conv::Shape> {
        let Geometry { kernel, before, after, .. } = self.0;
        let (&[images, inputs, ref sides @ ..], &[outputs, depth, ref taps @ ..]) = (x, weight) else {
            bail!("a convolution takes pictures and kernels, not {x:?} and {weight:?}");
        };
        let (height, width) = match *sides {
            [height, width] => (height, width),
            _ if kernel == 1 => (1, sides.iter().product()),
            _ => bail!("a convolution takes pictures, not {x:?}"),
        };
        let fits = *taps == [kernel; 2] || (taps.is_empty() && kernel == 1);
        let empty = images * inputs * height * width * outputs == 0;
        if inputs != depth || !fits || empty || before.max(after) >= kernel {
            bail!("a convolution with {kernel}×{kernel} kernels {weight:?} cannot take {x:?}");
        }
        Ok(conv::Shape { images, inputs, outputs, height, width })
    }

    /// Height and width of the result.
    fn output(&self, shape: &conv::Shape) -> Result<[usize; 2]> {
        match self.0.output(shape.height, shape.width) {
            Some((height, width)) => Ok([height, width]),
            None => bail!("a kernel of {0}×{0} is larger than the picture", self.0.kernel),
        }
    }
}

impl CustomOp3 for Convolution {
    fn name(&self) -> &'static str {
        "convolution"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        shift: &CpuStorage,
        shift_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let shape = self.shape(x_layout.dims(), weight_layout.dims())?;
        let [height, width] = self.output(&shape)?;
        match *shift_layout.dims() {
            [outputs] if outputs == shape.outputs => {}
            [n, outputs] if outputs == shape.outputs && n == shape.images => {}
            ref other => bail!("a shift {other:?} for {} images of {} channels", shape.images, shape.outputs),
        }
        let x = numbers(x, x_layout)?;
        let (weight, shift) = (numbers(weight, weight_layout)?, numbers(shift, shift_layout)?);
        let out = conv::forward(simd::arch(), &self.0, &shape, x, weight, Some(shift));
        let mut dims = x_layout.dims().to_vec();
        dims[1] = shape.outputs;
        if let [_, _, rows, columns] = dims.as_mut_slice() {
            (*rows, *columns) = (height, width);
        }
        Ok((CpuStorage::F32(out), dims.into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        shift: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let shape = self.shape(x.dims(), weight.dims())?;
        let [height, width] = self.output(&shape)?;
        if gradient.elem_count() != shape.images * shape.outputs * height * width {
            bail!("a gradient {:?} for the convolution of {:?}", gradient.dims(), x.dims());
        }
        let gradient = gradient.contiguous()?;
        let arch = simd::arch();
        let input = of(x, [&gradient, weight], |[gradient, weight]| {
            conv::backward_input(arch, &self.0, &shape, gradient, weight)
        })?;
        let kernel = of(weight, [x, &gradient], |[x, gradient]| {
            conv::backward_weight(arch, &self.0, &shape, x, gradient)
        })?;
        let shift = of(shift, [&gradient], |[gradient]| {
            conv::backward_shift(gradient, height * width, shift.elem_count())
        })?;
        Ok((input, kernel, shift))
    }
}

/// Computes the gradient of a tensor, if the tensor needs one.
fn of<const N: usize>(
    tensor: &Tensor,
    from: [&Tensor; N],
    compute: impl FnOnce([&[f32]; N]) -> Vec<f32>,
) -> Result<Option<Tensor>> {
    if !tensor.track_op() {
        return Ok(None);
    }
    Tensor::from_vec(with_numbers(from, compute)?, tensor.shape(), tensor.device()).map(Some)
}
