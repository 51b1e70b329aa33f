//! Convolutions.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Shape, Tensor, bail};
use pulp::Arch;

use super::numbers;
use crate::model::Result;
use crate::model::kernels::conv::{self, Geometry};

/// A convolution with square kernels, whose result is shifted: `x * weight + shift`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Convolution(Geometry);

impl Convolution {
    /// With `before` zeros left and above, `after` zeros right and below, both less than `kernel`.
    pub(crate) const fn new(kernel: usize, stride: usize, [before, after]: [usize; 2]) -> Self {
        Self(Geometry { kernel, stride, before, after, repeat: 1 })
    }

    /// This convolution of a picture of twice the size, every pixel of which is there four times.
    pub(crate) const fn doubled(mut self) -> Self {
        self.0.repeat = 2;
        self
    }

    /// `x`: `[n, inputs, h, w]`; `weight`: `[outputs, inputs, kernel, kernel]`; `shift`:
    /// `[1 or n, outputs]`. The result is `[n, outputs, …]`.
    ///
    /// # Errors
    /// If shapes do not agree, the kernel does not fit into the padded picture, or a tensor is not
    /// what the kernels take.
    pub(crate) fn forward(self, x: &Tensor, weight: &Tensor, shift: &Tensor) -> Result<Tensor> {
        x.contiguous()?.apply_op3(&weight.contiguous()?, &shift.contiguous()?, self)
    }

    fn shape(&self, x: &[usize], weight: &[usize]) -> Result<conv::Shape> {
        let Geometry { kernel, before, after, .. } = self.0;
        let (&[images, inputs, height, width], &[outputs, depth, rows, columns]) = (x, weight) else {
            bail!("a convolution takes pictures and kernels, not {x:?} and {weight:?}");
        };
        let empty = images * inputs * height * width * outputs == 0;
        if inputs != depth || [rows, columns] != [kernel; 2] || empty || before.max(after) >= kernel {
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
            [n, outputs] if outputs == shape.outputs && (n == 1 || n == shape.images) => {}
            ref other => bail!("a shift {other:?} for {} images of {} channels", shape.images, shape.outputs),
        }
        let x = numbers(x, x_layout)?;
        let (weight, shift) = (numbers(weight, weight_layout)?, numbers(shift, shift_layout)?);
        let out = conv::forward(Arch::new(), &self.0, &shape, x, weight, Some(shift));
        Ok((CpuStorage::F32(out), (shape.images, shape.outputs, height, width).into()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        shift: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let gradient = gradient.contiguous()?;
        let of = |tensor: &Tensor, compute: &dyn Fn() -> Result<Tensor>| {
            tensor.track_op().then(compute).transpose()
        };
        let (_, _, height, width) = x.dims4()?;
        let input =
            of(x, &|| gradient.apply_op2_no_bwd(weight, &OfInput { convolution: *self, height, width }))?;
        let weight = of(weight, &|| x.apply_op2_no_bwd(&gradient, &OfWeight(*self)))?;
        let shift = of(shift, &|| {
            let (n, outputs, height, width) = gradient.dims4()?;
            let planes = gradient.reshape((n, outputs, height * width))?;
            let sums = planes.apply_op1_no_bwd(&OfShift)?;
            if shift.dim(0)? == n { Ok(sums) } else { sums.sum_keepdim(0) }
        })?;
        Ok((input, weight, shift))
    }
}

/// The gradient of a convolution's input, from the result's gradient and the weights.
struct OfInput {
    convolution: Convolution,
    height: usize,
    width: usize,
}

impl CustomOp2 for OfInput {
    fn name(&self) -> &'static str {
        "gradient of a convolution's input"
    }

    fn cpu_fwd(
        &self,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (images, ..) = gradient_layout.shape().dims4()?;
        let (_, inputs, ..) = weight_layout.shape().dims4()?;
        let dims = [images, inputs, self.height, self.width];
        let shape = self.convolution.shape(&dims, weight_layout.dims())?;
        agree(&self.convolution, &shape, gradient_layout)?;
        let (gradient, weight) = (numbers(gradient, gradient_layout)?, numbers(weight, weight_layout)?);
        let out = conv::backward_input(Arch::new(), &self.convolution.0, &shape, gradient, weight);
        Ok((CpuStorage::F32(out), dims.as_slice().into()))
    }
}

/// The gradient of a convolution's weights, from its input and the result's gradient.
struct OfWeight(Convolution);

impl CustomOp2 for OfWeight {
    fn name(&self) -> &'static str {
        "gradient of a convolution's weights"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (_, inputs, ..) = x_layout.shape().dims4()?;
        let (_, outputs, ..) = gradient_layout.shape().dims4()?;
        let kernel = self.0.0.kernel;
        let dims = [outputs, inputs, kernel, kernel];
        let shape = self.0.shape(x_layout.dims(), &dims)?;
        agree(&self.0, &shape, gradient_layout)?;
        let (x, gradient) = (numbers(x, x_layout)?, numbers(gradient, gradient_layout)?);
        let out = conv::backward_weight(Arch::new(), &self.0.0, &shape, x, gradient);
        Ok((CpuStorage::F32(out), dims.as_slice().into()))
    }
}

/// The gradient of a shift: `[n, channels, pixels]` → `[n, channels]`.
struct OfShift;

impl CustomOp1 for OfShift {
    fn name(&self) -> &'static str {
        "gradient of a shift"
    }

    fn cpu_fwd(&self, gradient: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (n, channels, pixels) = layout.shape().dims3()?;
        let sums = conv::backward_shift(numbers(gradient, layout)?, pixels);
        Ok((CpuStorage::F32(sums), (n, channels).into()))
    }
}

/// That a gradient has the shape of the result.
fn agree(convolution: &Convolution, shape: &conv::Shape, gradient: &Layout) -> Result<()> {
    let [height, width] = convolution.output(shape)?;
    let expected = [shape.images, shape.outputs, height, width];
    if gradient.dims() != expected {
        bail!("a gradient {:?} for a result {expected:?}", gradient.dims());
    }
    Ok(())
}
