//! The file that a run is resumed from: a text that says everything but numbers, and for every learned tensor the state
//! of its optimiser.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write as _};
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, View, serialize};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files;
use crate::imaging::write_atomically;
use crate::model::ModelError;
use crate::train::TrainError;
use crate::train::optimiser::AdamState;

/// The entry of the file's header that holds everything but tensors.
const HEADER: &str = "diffuscope.training";
/// The largest size of a checkpoint in bytes: room for four tensors for every tensor of the largest network.
const MAX_BYTES: u64 = 64 << 30;
/// The names of the four tensors that are saved for every tensor of the network.
const PARTS: [&str; 4] = ["weight", "adam.mean", "adam.square", "ema"];

/// Writes the file in one step: whenever a run is killed, a complete one is there, old or new.
pub(in crate::train) fn write<'a>(
    path: &Path,
    header: &impl Serialize,
    states: impl Iterator<Item = (&'a str, &'a AdamState, &'a [usize])>,
) -> Result<(), TrainError> {
    let parts = states.flat_map(|(name, adam, shape)| {
        let arrays = [&adam.weight, &adam.mean, &adam.square, &adam.ema];
        let named = PARTS.iter().zip(arrays);
        named.map(move |(part, values)| (format!("{part}/{name}"), Numbers { shape, values }))
    });
    write_atomically(path, |writer| {
        // A single entry, because safetensors writes several in any order.
        let notes = HashMap::from([(HEADER.to_owned(), serde_json::to_string(header)?)]);
        writer.write_all(&serialize(parts, Some(notes)).map_err(io::Error::other)?)
    })?;
    Ok(())
}

/// Fails if a number is not finite, so that a usable checkpoint is never replaced by one that cannot be resumed.
pub(in crate::train) fn check_finite<'a>(
    iteration: u64,
    states: impl Iterator<Item = (&'a str, &'a AdamState, &'a [usize])>,
) -> Result<(), TrainError> {
    for (_, adam, _) in states {
        let parts = [
            ("weight", &adam.weight),
            ("gradient's moving mean", &adam.mean),
            ("gradient's mean square", &adam.square),
            ("average of a weight", &adam.ema),
        ];
        for (what, values) in parts {
            if let Some(&found) = values.iter().find(|value| !value.is_finite()) {
                return Err(TrainError::Diverged { iteration, what, found: found.into() });
            }
        }
    }
    Ok(())
}

/// A file that has been read.
#[derive(Debug)]
pub(in crate::train) struct Saved {
    name: String,
    bytes: Vec<u8>,
}

impl Saved {
    /// Reads a file, and what its header says.
    ///
    /// # Errors
    /// If there is none, there is not enough memory for it, or it is damaged; the text names the file.
    pub(in crate::train) fn open<Header: DeserializeOwned>(
        path: &Path,
    ) -> Result<(Self, Header), TrainError> {
        // Memory for the file and for the tensors copied from it. If the size is unknown, reading reports the error.
        let size = path.metadata().map_or(0, |file| file.len());
        crate::memory::enough_for(size.saturating_mul(2)).map_err(ModelError::from)?;
        let bytes = files::read(path, MAX_BYTES)?;
        // A run that goes on replaces it.
        files::inputs::release(path);
        let saved = Self { name: path.display().to_string(), bytes };
        let (_, metadata) =
            SafeTensors::read_metadata(&saved.bytes).map_err(|error| saved.damaged(&error))?;
        let text = metadata.metadata().as_ref().and_then(|notes| notes.get(HEADER));
        let text = text.ok_or_else(|| saved.damaged(&"it is no checkpoint of a training"))?;
        let header = serde_json::from_str(text).map_err(|error| saved.damaged(&error))?;
        Ok((saved, header))
    }

    /// Checks that all tensors have the shapes that the network's have.
    pub(in crate::train) fn check(
        &self,
        shape: impl Fn(&str) -> Option<Vec<usize>>,
    ) -> Result<(), TrainError> {
        let (_, metadata) = SafeTensors::read_metadata(&self.bytes).map_err(|error| self.damaged(&error))?;
        let tensors: BTreeMap<_, _> = metadata.tensors().into_iter().collect();
        for (found, info) in tensors {
            let tensor = found.split_once('/').filter(|(part, _)| PARTS.contains(part));
            let expected = tensor.and_then(|(_, tensor)| shape(tensor));
            if (info.dtype, Some(&info.shape)) != (Dtype::F32, expected.as_ref()) {
                let reason = format!("{found} is {:?} of shape {:?}", info.dtype, info.shape);
                return Err(self.damaged(&reason));
            }
        }
        Ok(())
    }

    /// The states of all tensors, as they are after so many iterations.
    pub(in crate::train) fn into_states(self, iterations: u64) -> Result<States, TrainError> {
        let file = SafeTensors::deserialize(&self.bytes).map_err(|error| self.damaged(&error))?;
        let mut arrays = HashMap::new();
        let [_, mean, square, _] = PARTS.map(|part| format!("{part}/"));
        for (name, view) in file.tensors() {
            let values: Vec<f32> = view.data().as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
            let (is_mean, is_square) = (name.starts_with(&mean), name.starts_with(&square));
            // Before the first iteration the moments are 0.
            let unmoved = iterations == 0 && (is_mean || is_square);
            let possible =
                |&value: &f32| value.is_finite() && !(is_square && value < 0.0) && !(unmoved && value != 0.0);
            if let Some(found) = values.iter().find(|value| !possible(value)) {
                return Err(self.damaged(&format!("{name} holds {found}")));
            }
            arrays.insert(name, values);
        }
        Ok(States { name: self.name, arrays })
    }

    /// Checks that the data is the one that the run was trained on, by their fingerprints.
    pub(in crate::train) fn check_fingerprint(&self, of_run: u64, found: u64) -> Result<(), TrainError> {
        if found == of_run {
            return Ok(());
        }
        Err(TrainError::Checkpoint {
            name: self.name.clone(),
            reason: "the run was begun with other data".to_owned(),
            advice: "give the same data, or begin a new run in another folder",
        })
    }

    /// The file's name.
    pub(in crate::train) fn name(&self) -> &str {
        &self.name
    }

    /// The error of a file that holds what no run can have written.
    pub(in crate::train) fn damaged(&self, reason: &dyn std::fmt::Display) -> TrainError {
        damaged(&self.name, reason)
    }
}

/// The tensors of a checkpoint.
pub(in crate::train) struct States {
    name: String,
    arrays: HashMap<String, Vec<f32>>,
}

impl States {
    /// The state of one tensor, which has `len` numbers.
    pub(in crate::train) fn take(&mut self, tensor: &str, len: usize) -> Result<AdamState, TrainError> {
        let mut part = |part: &str| {
            let values = self.arrays.remove(&format!("{part}/{tensor}")).filter(|v| v.len() == len);
            values.ok_or_else(|| damaged(&self.name, &format!("{part}/{tensor} is missing or too short")))
        };
        let [weight, mean, square, ema] = PARTS;
        Ok(AdamState { weight: part(weight)?, mean: part(mean)?, square: part(square)?, ema: part(ema)? })
    }
}

/// The numbers of a tensor that is being written.
struct Numbers<'a> {
    shape: &'a [usize],
    values: &'a [f32],
}

impl View for Numbers<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>().into()
    }

    fn data_len(&self) -> usize {
        4 * self.values.len()
    }
}

fn damaged(name: &str, reason: &dyn std::fmt::Display) -> TrainError {
    let text = reason.to_string();
    TrainError::Checkpoint {
        name: name.to_owned(),
        reason: format!("damaged ({})", text.lines().next().unwrap_or_default()),
        advice: "begin again in another folder, or copy the file from where it is whole",
    }
}
