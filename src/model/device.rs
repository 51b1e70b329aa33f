//! Where networks compute.

use candle_core::Device;

use super::ModelError;

/// A kind of device. Other than the CPU they are there in builds with the feature of their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compute {
    /// The processor, with the project's own kernels.
    Cpu,
    /// The first card of NVIDIA, with the tensor library's operations (feature `cuda`).
    Cuda,
    /// Apple's, with the tensor library's operations (feature `metal`).
    Metal,
}

impl Compute {
    /// The fastest device that this build and this machine have; and, where a card that the build is made
    /// for cannot be used, why.
    pub fn best() -> (Device, Option<ModelError>) {
        let built = [(Self::Cuda, cfg!(feature = "cuda")), (Self::Metal, cfg!(feature = "metal"))];
        let mut failed = None;
        for (compute, _) in built.into_iter().filter(|(_, built)| *built) {
            match compute.open() {
                Ok(device) => return (device, failed),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        (Device::Cpu, failed)
    }

    /// This device.
    ///
    /// # Errors
    /// [`ModelError::Device`] when this build or this machine does not have it.
    pub fn open(self) -> Result<Device, ModelError> {
        let (name, device) = match self {
            Self::Cpu => return Ok(Device::Cpu),
            Self::Cuda => ("cuda", Device::new_cuda(0)),
            Self::Metal => ("metal", Device::new_metal(0)),
        };
        device.map_err(|error| {
            let reason = error.to_string().lines().next().unwrap_or_default().to_owned();
            ModelError::Device { name, reason }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_an_error() {
        assert!(matches!(Compute::Cpu.open(), Ok(Device::Cpu)));
        // What the build is not made for has not failed.
        let cards = cfg!(any(feature = "cuda", feature = "metal"));
        assert!(cards || matches!(Compute::best(), (Device::Cpu, None)));
        let built = [(Compute::Cuda, cfg!(feature = "cuda")), (Compute::Metal, cfg!(feature = "metal"))];
        for (compute, _) in built.into_iter().filter(|(_, built)| !built) {
            let text = compute.open().map(drop).unwrap_err().to_string();
            assert!(text.contains("--features") && !text.contains('\n'), "{text}");
        }
    }
}
