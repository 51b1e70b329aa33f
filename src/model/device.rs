//! Where networks are computed: on the processor or on a card.

use candle_core::Device;

use super::ModelError;

/// A kind of device. Every build has the CPU; the others need the Cargo feature of their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compute {
    /// The processor, with the project's own kernels.
    Cpu,
    /// The first NVIDIA card, with candle's operations (feature `cuda`).
    Cuda,
    /// Apple's graphics processor, with candle's operations (feature `metal`).
    Metal,
}

impl Compute {
    /// The fastest device that this build and this machine have. If the build supports a card that cannot be used, the
    /// error says why.
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

    /// Opens this device.
    ///
    /// # Errors
    /// [`ModelError::Device`] if this build or this machine does not have it.
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
        // A device that the build does not support is not reported as a failure.
        let cards = cfg!(any(feature = "cuda", feature = "metal"));
        assert!(cards || matches!(Compute::best(), (Device::Cpu, None)));
        let built = [(Compute::Cuda, cfg!(feature = "cuda")), (Compute::Metal, cfg!(feature = "metal"))];
        for (compute, _) in built.into_iter().filter(|(_, built)| !built) {
            let text = compute.open().map(drop).unwrap_err().to_string();
            assert!(text.contains("--features") && !text.contains('\n'), "{text}");
        }
    }
}
