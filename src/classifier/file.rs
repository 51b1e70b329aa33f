//! A classifier in a file: safetensors with weights in f16, whose header says what the classifier is for.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write as _};
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize};

use super::structure::Structure;
use super::{Classifier, ClassifierError, MIN_SIZE, Purpose};
use crate::dataset::{MAX_CLASSES, MAX_SIZE};
use crate::files;
use crate::imaging::write_atomically;
use crate::model::ModelError;

/// The entry of the file's header that holds everything but tensors.
const HEADER: &str = "diffuscope.classifier";
/// The version of the header's format.
const VERSION: u32 = 1;
/// The largest file in bytes; no classifier is larger.
const MAX_BYTES: u64 = 16 << 20;

/// Everything in the file that is not a tensor.
#[derive(Serialize, Deserialize)]
struct Header {
    version: u32,
    purpose: Purpose,
    accuracy: Option<f64>,
}

impl Classifier {
    /// Opens the file of a classifier.
    ///
    /// # Errors
    /// Names the file, and says what is wrong with it.
    pub fn open(path: &Path) -> Result<Self, ClassifierError> {
        let bytes = files::read(path, MAX_BYTES)?;
        Self::from_bytes(&path.display().to_string(), &bytes)
    }

    /// Reads the contents of a file; `name` stands for the file in errors.
    ///
    /// # Errors
    /// [`ClassifierError::Damaged`] if the contents are not a classifier.
    pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Self, ClassifierError> {
        let damaged = |reason: &dyn std::fmt::Display| ClassifierError::Damaged {
            name: name.to_owned(),
            reason: reason.to_string().lines().next().unwrap_or_default().to_owned(),
        };
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(&error))?;
        let text = metadata.metadata().as_ref().and_then(|notes| notes.get(HEADER));
        let text = text.ok_or_else(|| damaged(&"its header says nothing of one"))?;
        let Header { version, purpose, accuracy } =
            serde_json::from_str(text).map_err(|error| damaged(&error))?;
        let [channels, height, width] = purpose.shape;
        let sides = MIN_SIZE..=MAX_SIZE;
        let possible = version == VERSION
            && matches!(channels, 1 | 3)
            && (sides.contains(&height) && sides.contains(&width))
            && (2..=MAX_CLASSES).contains(&purpose.classes.len())
            && accuracy.is_none_or(|share| (0.0..=1.0).contains(&share));
        if !possible {
            let share =
                accuracy.map_or(String::new(), |share| format!(", accuracy {}", files::number(share)));
            return Err(damaged(&format!("version {version}, shape {:?}{share}", purpose.shape)));
        }
        let file = SafeTensors::deserialize(bytes).map_err(|error| damaged(&error))?;
        let mut tensors = BTreeMap::new();
        let structure = Structure::of(&purpose);
        for (name, spec) in structure.graph.parameters() {
            let shape = spec.shape.as_slice();
            let view = file.tensor(name).map_err(|error| damaged(&error))?;
            if view.dtype() != Dtype::F16 || view.shape() != shape {
                return Err(damaged(&format!("{name} is {:?} of shape {:?}", view.dtype(), view.shape())));
            }
            let values: Vec<f32> =
                view.data().as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect();
            if let Some(found) = values.iter().find(|value| !value.is_finite()) {
                return Err(damaged(&format!("{name} holds {found}")));
            }
            let tensor = Tensor::from_vec(values, shape, &Device::Cpu).map_err(ModelError::from)?;
            tensors.insert(name.clone(), tensor);
        }
        Ok(Self { accuracy, ..Self::from_tensors(purpose, tensors)? })
    }

    /// Writes a file, atomically. The weights must be numbers that f16 can represent, see [`rounded`](Self::rounded).
    ///
    /// # Errors
    /// If the file cannot be written; [`ModelError::NotFinite`] if a weight is not finite in f16, before anything is
    /// written.
    pub fn save(&self, path: &Path) -> Result<(), ClassifierError> {
        let header = Header { version: VERSION, purpose: self.purpose.clone(), accuracy: self.accuracy };
        let mut tensors = Vec::new();
        for (name, tensor) in self.tensors() {
            let values = tensor.flatten_all().and_then(|flat| flat.to_vec1::<f32>());
            let values = values.map_err(ModelError::from)?;
            // A file that could not be opened again must not replace another one.
            if let Some(index) = values.iter().position(|&value| !f16::from_f32(value).is_finite()) {
                let (tensor, found) = (name.to_owned(), values[index].into());
                let name = path.display().to_string();
                return Err(ModelError::NotFinite { name, tensor, found, index }.into());
            }
            let bytes: Vec<u8> = values.iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect();
            tensors.push((name, tensor.dims().to_vec(), bytes));
        }
        Ok(write_atomically(path, |writer| {
            let views = tensors.iter().map(|(name, shape, bytes)| {
                Ok((*name, TensorView::new(Dtype::F16, shape.clone(), bytes).map_err(io::Error::other)?))
            });
            let views = views.collect::<io::Result<Vec<_>>>()?;
            // A single entry, because safetensors writes several in any order.
            let notes = HashMap::from([(HEADER.to_owned(), serde_json::to_string(&header)?)]);
            writer.write_all(&serialize(views, Some(notes)).map_err(io::Error::other)?)
        })?)
    }

    /// A copy without variables, whose weights are rounded to f16 as in a file.
    ///
    /// # Errors
    /// If candle fails, out of memory for instance.
    pub fn rounded(&self) -> Result<Self, ClassifierError> {
        let mut tensors = BTreeMap::new();
        for (name, tensor) in self.tensors() {
            let rounded = tensor.detach().to_dtype(DType::F16).and_then(|t| t.to_dtype(DType::F32));
            tensors.insert(name.to_owned(), rounded.map_err(ModelError::from)?);
        }
        Ok(Self { accuracy: self.accuracy, ..Self::from_tensors(self.purpose.clone(), tensors)? })
    }
}
