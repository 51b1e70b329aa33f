//! Multilayer perceptrons for data in the plane, whose weights are drawn from a seed.

use candle_core::{DType, Device, Error, Tensor, Var};

use crate::diffusion::noise::{Key, philox4x32};
use crate::model::kernels::{Convolution, Silu};

/// Word 1 of the random generator's counter for fresh weights. Fresh weights of U-Nets use another value.
const WEIGHTS: u32 = 0xFFFF_FFFE;
/// The slope of a leaky rectifier below 0.
const LEAK: f64 = 0.2;

/// A layer, as the kernels of networks compute it: a convolution of a picture with n pixels, whose channels are the layer's
/// numbers.
const LINEAR: Convolution = Convolution::new(1, 1, [0, 0]);

/// Rows `[n, width]` as such a picture, `[1, width, n]`.
fn pixels(rows: &Tensor) -> Result<Tensor, Error> {
    rows.t()?.contiguous()?.unsqueeze(0)
}

/// A picture `[1, width, n]` as rows `[n, width]`.
fn rows(pixels: &Tensor) -> Result<Tensor, Error> {
    pixels.squeeze(0)?.t()?.contiguous()
}

/// What is done to the numbers between two layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activation {
    /// `x · sigmoid(x)`.
    Silu,
    /// x where it is positive, 0.2 x elsewhere.
    Leaky,
}

/// What a perceptron is, before it has weights.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// The numbers of inputs, of each hidden layer, and of outputs.
    pub widths: Vec<usize>,
    pub activation: Activation,
    /// The size of fresh weights of the last layer, as a fraction of the usual size. With 0 every output is 0 at first.
    pub last: f64,
}

impl Shape {
    /// Two hidden layers of one width.
    pub fn two_layers([inputs, hidden, outputs]: [usize; 3], activation: Activation, last: f64) -> Self {
        Self { widths: vec![inputs, hidden, hidden, outputs], activation, last }
    }

    /// The numbers of inputs and outputs of each layer.
    pub fn layers(&self) -> Vec<[usize; 2]> {
        self.widths.windows(2).map(|pair| [pair[0], pair[1]]).collect()
    }

    /// The number of parameters.
    pub fn parameters(&self) -> usize {
        self.layers().iter().map(|[inputs, outputs]| (inputs + 1) * outputs).sum()
    }
}

/// Layers of weights `[outputs, inputs]` and biases `[outputs]`, with an activation between them.
#[derive(Clone, Debug)]
pub(crate) struct Perceptron {
    layers: Vec<[Tensor; 2]>,
    activation: Activation,
}

impl Perceptron {
    /// Fresh weights as variables: uniform in ±√(6/inputs), which keeps the signal's size from layer to layer (He et al.
    /// 2015), and smaller ones in the last layer if the shape says so. Biases are 0.
    pub fn fresh(shape: &Shape, seed: u64) -> Result<Self, Error> {
        let Key(key) = Key::from_seed(seed);
        let shapes = shape.layers();
        let last = shapes.len() - 1;
        let layer = |(number, &[inputs, outputs]): (usize, &[usize; 2])| {
            let share = if number == last { shape.last } else { 1.0 };
            let bound = share * (6.0 / inputs as f64).sqrt();
            let uniform = |word: u32| bound * ((f64::from(word) + 0.5) / 2_147_483_648.0 - 1.0);
            let count = inputs * outputs;
            let words = (0..count.div_ceil(4))
                .flat_map(|block| philox4x32([block as u32, WEIGHTS, number as u32, 0], key));
            let weights: Vec<f32> = words.take(count).map(|word| uniform(word) as f32).collect();
            let weight = Tensor::from_vec(weights, (outputs, inputs), &Device::Cpu)?;
            let bias = Tensor::zeros(outputs, DType::F32, &Device::Cpu)?;
            Ok([weight, bias].map(|tensor| Var::from_tensor(&tensor).map(Var::into_inner)))
        };
        let layers = shapes.iter().enumerate().map(layer).collect::<Result<Vec<_>, Error>>()?;
        let layers = layers.into_iter().map(|[weight, bias]| Ok([weight?, bias?]));
        Ok(Self { layers: layers.collect::<Result<_, Error>>()?, activation: shape.activation })
    }

    /// A perceptron with these weights and biases, layer by layer.
    pub fn of(layers: Vec<[Tensor; 2]>, activation: Activation) -> Self {
        Self { layers, activation }
    }

    /// Weights and biases, layer by layer.
    pub fn layers(&self) -> &[[Tensor; 2]] {
        &self.layers
    }

    /// The same perceptron with these biases of the last layer, as variables.
    pub fn with_last_biases(mut self, biases: Vec<f32>) -> Result<Self, Error> {
        if let Some([_, bias]) = self.layers.last_mut() {
            *bias = Var::from_vec(biases, bias.shape(), &Device::Cpu)?.into_inner();
        }
        Ok(self)
    }

    /// Weights and biases that training changes; none of a copy.
    pub fn variables(&self) -> Result<Vec<Var>, Error> {
        let variables = self.layers.iter().flatten().filter(|tensor| tensor.is_variable());
        variables.map(Var::from_tensor).collect()
    }

    /// A copy without variables, which training does not change.
    pub fn copy(&self) -> Result<Self, Error> {
        let copy = |[weight, bias]: &[Tensor; 2]| Ok([weight.copy()?.detach(), bias.copy()?.detach()]);
        let layers = self.layers.iter().map(copy).collect::<Result<_, Error>>()?;
        Ok(Self { layers, activation: self.activation })
    }

    /// Maps inputs `[n, inputs]` to outputs `[n, outputs]`.
    pub fn forward(&self, inputs: &Tensor) -> Result<Tensor, Error> {
        let mut x = pixels(inputs)?;
        for (number, [weight, bias]) in self.layers.iter().enumerate() {
            x = LINEAR.forward(&x, weight, bias)?;
            if number + 1 < self.layers.len() {
                x = self.activation.of(&x)?;
            }
        }
        rows(&x)
    }

    /// The gradient `[n, inputs]` of the sum of all outputs with respect to the inputs, as an expression that can be
    /// differentiated once more with respect to the weights. The activation must be [`Activation::Leaky`], whose slope
    /// depends on the weights nowhere but at 0.
    pub fn input_gradient(&self, inputs: &Tensor) -> Result<Tensor, Error> {
        let (mut x, mut slopes) = (pixels(inputs)?, Vec::new());
        for (number, [weight, bias]) in self.layers.iter().enumerate() {
            x = LINEAR.forward(&x, weight, bias)?;
            if number + 1 < self.layers.len() {
                slopes.push(Activation::slope(&x)?);
                x = self.activation.of(&x)?;
            }
        }
        let mut gradient = x.ones_like()?;
        for (number, [weight, _]) in self.layers.iter().enumerate().rev() {
            if let Some(slope) = slopes.get(number) {
                gradient = (gradient * slope)?;
            }
            let none = Tensor::zeros(weight.dim(1)?, DType::F32, &Device::Cpu)?;
            gradient = LINEAR.forward(&gradient, &weight.t()?, &none)?;
        }
        rows(&gradient)
    }
}

impl Activation {
    fn of(self, x: &Tensor) -> Result<Tensor, Error> {
        match self {
            Self::Silu => Silu.forward(x),
            Self::Leaky => x.maximum(&(x * LEAK)?),
        }
    }

    /// The slope of a leaky rectifier at x.
    fn slope(x: &Tensor) -> Result<Tensor, Error> {
        x.detach().gt(0.0)?.to_dtype(DType::F32)?.affine(1.0 - LEAK, LEAK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_that_of_differences() {
        let shape = Shape::two_layers([2, 16, 1], Activation::Leaky, 1.0);
        let net = Perceptron::fresh(&shape, 3).unwrap();
        let count: usize = net.layers().iter().flatten().map(Tensor::elem_count).sum();
        assert_eq!((count, net.variables().unwrap().len()), (shape.parameters(), 6));
        assert!(net.copy().unwrap().variables().unwrap().is_empty());
        let at = |x: [f32; 2]| Tensor::from_slice(&x, (1, 2), &Device::Cpu).unwrap();
        let value = |x| f64::from(net.forward(&at(x)).unwrap().to_vec2::<f32>().unwrap()[0][0]);
        for x in [[0.3, -1.2], [2.0, 0.7], [-0.4, 0.1]] {
            let gradient = net.input_gradient(&at(x)).unwrap().to_vec2::<f32>().unwrap()[0].clone();
            for d in 0..2 {
                let moved = |by: f32| value(std::array::from_fn(|e| if e == d { x[e] + by } else { x[e] }));
                let slope = (moved(1e-3) - moved(-1e-3)) / 2e-3;
                assert!((slope - f64::from(gradient[d])).abs() < 2e-3, "{x:?} {slope} {gradient:?}");
            }
        }
    }
}
