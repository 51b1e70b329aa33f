//! Pictures as networks take them.

use std::sync::Arc;

use candle_core::{DType, Device, Tensor};
use half::f16;

use super::AnalysisError;
use crate::diffusion::Raster;
use crate::imaging::{fill, with_channels};

/// A picture as it was decoded. Two are equal if they are the same one, so that comparing them costs nothing.
#[derive(Clone, Debug)]
pub struct Picture(pub Raster);

impl PartialEq for Picture {
    fn eq(&self, other: &Self) -> bool {
        let shape = |Self(raster): &Self| [raster.channels, raster.height, raster.width];
        Arc::ptr_eq(&self.0.data, &other.0.data) && shape(self) == shape(other)
    }
}

impl Picture {
    /// The picture cropped, scaled and converted to channels, height and width, with values of 8 bits; `None` if no
    /// picture has that number of channels.
    pub fn fitted(&self, [channels, height, width]: [usize; 3]) -> Option<Arc<[f32]>> {
        let fitted = with_channels(&fill(&self.0, height, width), channels)?;
        let rounded = |value: &f32| ((value + 1.0) * 127.5).round().clamp(0.0, 255.0) / 127.5 - 1.0;
        Some(fitted.data.iter().map(rounded).collect())
    }
}

/// Values in half precision, as pictures are shown.
pub(super) fn halves(values: &[f32]) -> Arc<[f16]> {
    values.iter().map(|&value| f16::from_f32(value)).collect()
}

/// The numbers of a tensor, all of which must be finite.
pub(super) fn numbers(tensor: &Tensor) -> Result<Vec<f32>, AnalysisError> {
    let numbers: Vec<f32> = tensor.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?;
    if numbers.iter().all(|number| number.is_finite()) { Ok(numbers) } else { Err(AnalysisError::NotFinite) }
}
