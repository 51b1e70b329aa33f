//! Pointwise non-linearities.

use candle_core::Tensor;

use crate::model::Result;
use crate::model::kernels::{self, Silu};

/// A pointwise non-linearity, `act_fn` in a config (`diffusers.models.activations`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x · sigmoid(x)`, also called swish (Ramachandran et al. 2017).
    #[default]
    Silu,
    /// `x · tanh(ln(1 + eˣ))` (Misra 2019).
    Mish,
    /// `x · Φ(x)` with the exact normal distribution function (Hendrycks & Gimpel 2016).
    Gelu,
    /// `x · sigmoid(1.702 x)`, an approximation of gelu, in networks of the CLIP family (Hendrycks & Gimpel 2016,
    /// section 2). It is no `act_fn` of diffusers, but `hidden_act` "`quick_gelu`" of transformers.
    QuickGelu,
    /// `max(x, 0)`.
    Relu,
}

/// The factor in [`Activation::QuickGelu`].
const QUICK: f64 = 1.702;

impl Activation {
    /// diffusers' names, in lower case. "swish" is another name of silu.
    pub const NAMES: &[&str] = &["silu", "swish", "mish", "gelu", "relu"];

    /// The activation with that name, if there is one. Upper and lower case do not matter, as in diffusers.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "silu" | "swish" => Some(Self::Silu),
            "mish" => Some(Self::Mish),
            "gelu" => Some(Self::Gelu),
            "relu" => Some(Self::Relu),
            _ => None,
        }
    }

    /// The activation's name in a config.
    pub fn name(self) -> &'static str {
        match self {
            Self::Silu => "silu",
            Self::Mish => "mish",
            Self::Gelu => "gelu",
            Self::QuickGelu => "quick_gelu",
            Self::Relu => "relu",
        }
    }

    /// Applies the activation to every element of a tensor of any shape.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn forward(self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Silu if kernels::applies(x) => Silu.forward(x),
            Self::Silu => x.silu(),
            Self::Mish => mish(x),
            // Spelt out, because the gradient of candle's own operation has only six digits.
            Self::Gelu => {
                let twice = ((x * std::f64::consts::FRAC_1_SQRT_2)?.erf()? + 1.0)?;
                (x * 0.5)? * twice
            }
            Self::QuickGelu => {
                // The exponential must not overflow, since gradients divide by its square.
                let power = (x * -QUICK)?.minimum(40.0)?.exp()?;
                x / (power + 1.0)?
            }
            Self::Relu => x.relu(),
        }
    }
}

/// `tanh(ln(1 + e)) = n/(n + 2)` with `n = e(e + 2)`, `e = eˣ`: no cancellation for negative x.
fn mish(x: &Tensor) -> Result<Tensor> {
    // From x = 20 on the factor is 1 in f64 too, and the exponential must not overflow.
    let e = x.minimum(20.0)?.exp()?;
    let n = (&e * (&e + 2.0)?)?;
    x * (&n / (&n + 2.0)?)?
}

/// `value · gelu(gate)`, of the first and the second half of the channels of `[n, 2c, …]` (Shazeer 2020).
///
/// # Errors
/// If candle fails, out of memory for instance.
pub fn geglu(x: &Tensor) -> Result<Tensor> {
    let channels = x.dim(1)? / 2;
    let [value, gate] = [0, channels].map(|first| x.narrow(1, first, channels));
    value? * Activation::Gelu.forward(&gate?)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    const XS: [f64; 9] = [-90.0, -12.0, -2.5, -0.3, 0.1, 1.0, 4.0, 25.0, 300.0];

    fn expected(activation: Activation, x: f64) -> f64 {
        match activation {
            Activation::Silu => x / (1.0 + libm::exp(-x)),
            Activation::Mish => x * libm::tanh(libm::log1p(libm::exp(x))),
            Activation::Gelu => 0.5 * x * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2),
            Activation::QuickGelu => x / (1.0 + libm::exp(-QUICK * x)),
            Activation::Relu => x.max(0.0),
        }
    }

    #[test]
    fn values_and_slopes_are_those_of_the_definitions() {
        use Activation::{Gelu, Mish, QuickGelu, Relu, Silu};
        for activation in [Silu, Mish, Gelu, QuickGelu, Relu] {
            let x = Var::new(&XS, &Device::Cpu).unwrap();
            let y = activation.forward(&x).unwrap();
            let slopes = y.sum_all().unwrap().backward().unwrap();
            let slopes = slopes.get(&x).unwrap().to_vec1::<f64>().unwrap();
            for ((&x, y), slope) in XS.iter().zip(y.to_vec1::<f64>().unwrap()).zip(slopes) {
                let exact = expected(activation, x);
                assert!(
                    (y - exact).abs() <= 1e-12 * x.abs().max(1.0),
                    "{activation:?}({x}) = {y}, not {exact}"
                );
                let h = 1e-5;
                let numeric = (expected(activation, x + h) - expected(activation, x - h)) / (2.0 * h);
                assert!((slope - numeric).abs() < 1e-8, "{activation:?}'({x}) = {slope}, not {numeric}");
            }
        }
    }

    #[test]
    fn names_are_understood_in_any_case() {
        for &name in Activation::NAMES {
            let activation = Activation::from_name(name).unwrap();
            assert_eq!(Activation::from_name(&name.to_uppercase()), Some(activation));
            assert_eq!(Activation::from_name(activation.name()), Some(activation));
        }
        assert_eq!(Activation::from_name("tanh"), None);
    }
}
