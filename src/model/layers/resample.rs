//! Halving and doubling pictures without weights.

use candle_core::Tensor;

use crate::model::Result;

/// Repeats every pixel in both directions: `[n, c, h, w]` → `[n, c, 2h, 2w]` (nearest neighbour).
///
/// # Errors
/// If candle fails, out of memory for instance.
pub fn doubled(x: &Tensor) -> Result<Tensor> {
    // candle's own operation is not used: its backward pass overwrites gradients that come from other uses of
    // the input.
    let (n, c, h, w) = x.dims4()?;
    let spread = x.reshape((n, c, h, 1, w, 1))?.broadcast_as((n, c, h, 2, w, 2))?;
    spread.contiguous()?.reshape((n, c, 2 * h, 2 * w))
}

/// The rows and columns of `x` that lie within the size of `like`, from the top left corner.
///
/// # Errors
/// If candle fails, out of memory for instance.
pub fn cut(x: &Tensor, like: &Tensor) -> Result<Tensor> {
    let (height, width) = (x.dim(2)?.min(like.dim(2)?), x.dim(3)?.min(like.dim(3)?));
    x.narrow(2, 0, height)?.narrow(3, 0, width)?.contiguous()
}

/// Takes the mean of every 2×2 block: `[n, c, h, w]` → `[n, c, h/2, w/2]`, for even sizes.
///
/// # Errors
/// If candle fails, out of memory for instance.
pub fn average_halved(x: &Tensor) -> Result<Tensor> {
    x.avg_pool2d(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    #[test]
    fn doubling_adds_to_a_gradient() {
        let x = Var::new(&[[[[1f64, 2.0], [3.0, 4.0]]]], &Device::Cpu).unwrap();
        let y = doubled(&x).unwrap();
        let expected =
            [[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0], [3.0, 3.0, 4.0, 4.0], [3.0, 3.0, 4.0, 4.0]];
        assert_eq!(y.squeeze(0).unwrap().squeeze(0).unwrap().to_vec2::<f64>().unwrap(), expected);
        assert_eq!(average_halved(&y).unwrap().to_vec_flat(), x.to_vec_flat());
        let both = (y.sum_all().unwrap() + (x.as_tensor() * 10.0).unwrap().sum_all().unwrap()).unwrap();
        assert_eq!(both.backward().unwrap().get(&x).unwrap().to_vec_flat(), [14.0; 4]);
    }

    trait Flat {
        fn to_vec_flat(&self) -> Vec<f64>;
    }

    impl Flat for Tensor {
        fn to_vec_flat(&self) -> Vec<f64> {
            self.flatten_all().unwrap().to_vec1().unwrap()
        }
    }
}
