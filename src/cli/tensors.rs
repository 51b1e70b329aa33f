//! Files of tensors that commands read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

use super::error::CliError;
use crate::files::FileError;
use crate::imaging::{ImagingError, read_safetensors};
use crate::memory;
use crate::model::ModelError;

/// The largest file, in bytes; a larger one would not fit into memory beside a network.
const MAX_BYTES: u64 = 4 << 30;

/// The tensors of a safetensors file, in any number types.
pub struct TensorFile {
    path: PathBuf,
    tensors: HashMap<String, Tensor>,
}

impl TensorFile {
    /// Reads a file of at most 4 GiB.
    ///
    /// # Errors
    /// Names the file.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let length = path.metadata().map_or(0, |data| data.len()).min(MAX_BYTES);
        // The bytes, and the tensors made of them.
        memory::enough_for(2 * length)
            .map_err(|shortage| FileError::Memory { path: path.to_owned(), shortage })?;
        let bytes = read_safetensors(path, MAX_BYTES)?;
        let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).map_err(|error| {
            let name = path.display().to_string();
            let reason = error.to_string().lines().next().unwrap_or_default().to_owned();
            ImagingError::Damaged { name, format: "safetensors file".to_owned(), reason }
        })?;
        Ok(Self { path: path.to_owned(), tensors })
    }

    /// The tensor of this name, if there is one.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.tensors.get(name)
    }

    /// The tensor of this name.
    ///
    /// # Errors
    /// Says that there is none.
    pub fn need(&self, name: &str) -> Result<&Tensor, CliError> {
        self.get(name).ok_or_else(|| self.wrong(&format!("there is no tensor called {name}")))
    }

    /// The values of a tensor, all of which must be finite.
    ///
    /// # Errors
    /// Names the tensor, and a value that is not finite.
    pub fn numbers(&self, name: &str, tensor: &Tensor) -> Result<Vec<f64>, CliError> {
        let read = || tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1::<f64>();
        let values = read().map_err(ModelError::from)?;
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(self.wrong(&format!("{name} holds {value}; check the numbers that go in"))),
            None => Ok(values),
        }
    }

    /// The values of `class_labels` as indices of classes.
    ///
    /// # Errors
    /// If one is not a whole number from 0.
    pub fn classes(&self, numbers: &[f64]) -> Result<Vec<u32>, CliError> {
        self.wholes("class_labels", numbers)
    }

    /// The values of the tensor of this name as whole numbers.
    ///
    /// # Errors
    /// If one is not a whole number from 0.
    pub fn wholes(&self, name: &str, numbers: &[f64]) -> Result<Vec<u32>, CliError> {
        let index = |&value: &f64| {
            let whole = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
            whole.then_some(value as u32)
        };
        let wholes = numbers.iter().map(index).collect::<Option<Vec<u32>>>();
        wholes.ok_or_else(|| self.wrong(&format!("{name} must be whole numbers from 0")))
    }

    /// An error that names the file.
    pub fn wrong(&self, reason: &str) -> CliError {
        CliError::Input { path: self.path.clone(), reason: reason.to_owned() }
    }
}
