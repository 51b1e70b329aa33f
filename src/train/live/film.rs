//! The film of a training in a file, so that a training that goes on later has it still.
//!
//! ```text
//! film.safetensors      pitch                              [2, 2]: width and pitch of pictures on both kinds of sheets
//!                       ITERATION/NETWORK/averaged.samples [channels, height, width], 16-bit floating point
//!                       ITERATION/NETWORK/averaged.x0_hats
//!                       ITERATION/NETWORK/raw.samples
//!                       ITERATION/NETWORK/raw.x0_hats
//!                       ITERATION/NETWORK/errors           [levels, 3]: t, error on learned and on held-out pictures
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

use half::f16;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors, View, serialize};

use super::sheet::Sheet;
use super::{Drawn, LevelError, NetworkProbe, Probe};
use crate::files::{self, inputs};
use crate::imaging::write_atomically;

/// The number of bytes that the pictures of a film in a file may take.
pub const FILM_BUDGET: usize = 12 << 20;
/// The largest such file, in bytes: errors are small beside pictures, and the first and the last probe always stay.
const MAX_BYTES: u64 = 64 << 20;
/// The name of the tensor that says how pictures lie on sheets.
const PITCH: &str = "pitch";

/// The numbers of a tensor that is being written.
struct Numbers {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for &Numbers {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

impl Numbers {
    fn of_sheet(sheet: &Sheet) -> Self {
        let bytes = sheet.values.iter().flat_map(|value| value.to_le_bytes()).collect();
        Self { dtype: Dtype::F16, shape: sheet.shape.into(), bytes }
    }

    fn of_f64(shape: Vec<usize>, values: impl Iterator<Item = f64>) -> Self {
        Self { dtype: Dtype::F64, shape, bytes: values.flat_map(f64::to_le_bytes).collect() }
    }
}

/// Writes a film. A training of which nothing was seen has none, and no file is written.
///
/// # Errors
/// If the file cannot be written.
pub fn save(path: &Path, probes: &[Probe]) -> Result<(), crate::imaging::ImagingError> {
    let first = probes.first().and_then(|probe| probe.networks.first());
    let Some(NetworkProbe { averaged, .. }) = first else { return Ok(()) };
    let pitches = [averaged.samples.pitch, averaged.x0_hats.pitch].into_iter().flatten();
    let mut tensors = BTreeMap::new();
    tensors.insert(PITCH.to_owned(), Numbers::of_f64(vec![2, 2], pitches.map(|value| value as f64)));
    for probe in probes {
        for (network, number) in probe.networks.iter().zip(0..) {
            let mut insert = |part: &str, numbers| {
                tensors.insert(format!("{}/{number}/{part}", probe.iteration), numbers);
            };
            for (of, drawn) in [("averaged", &network.averaged), ("raw", &network.raw)] {
                insert(&format!("{of}.samples"), Numbers::of_sheet(&drawn.samples));
                insert(&format!("{of}.x0_hats"), Numbers::of_sheet(&drawn.x0_hats));
            }
            let errors = network.errors.iter().flat_map(|e| [e.t as f64, e.training, e.held_out]);
            insert("errors", Numbers::of_f64(vec![network.errors.len(), 3], errors));
        }
    }
    write_atomically(path, |writer| {
        let bytes = serialize(tensors.iter().map(|(name, numbers)| (name.as_str(), numbers)), None);
        writer.write_all(&bytes.map_err(io::Error::other)?)
    })
}

/// Reads a film, in the order of its iterations; an empty one where there is no such file, or it is damaged: a film is no
/// reason not to go on.
pub fn load(path: &Path) -> Vec<Probe> {
    if !path.exists() {
        return Vec::new();
    }
    let bytes = files::read(path, MAX_BYTES);
    // A training that goes on replaces it.
    inputs::release(path);
    let probes = bytes.ok().and_then(|bytes| parsed(&bytes));
    probes.unwrap_or_else(|| {
        log::warn!("{}: no film of a training", path.display());
        Vec::new()
    })
}

fn parsed(bytes: &[u8]) -> Option<Vec<Probe>> {
    let file = SafeTensors::deserialize(bytes).ok()?;
    let pitch = numbers(&file.tensor(PITCH).ok()?)?;
    let [a, b, c, d] = pitch.as_slice() else { return None };
    let pitches = [[*a as usize, *b as usize], [*c as usize, *d as usize]];
    let mut iterations: BTreeMap<u64, usize> = BTreeMap::new();
    for name in file.names().into_iter().filter(|name| *name != PITCH) {
        let mut parts = name.split('/');
        let (iteration, network) = (parts.next()?.parse().ok()?, parts.next()?.parse::<usize>().ok()?);
        let networks = iterations.entry(iteration).or_default();
        *networks = (*networks).max(network + 1);
    }
    let probe = |(iteration, networks): (u64, usize)| {
        let network = |number: usize| {
            let sheet = |part: &str, pitch: [usize; 2]| {
                sheet(&file.tensor(&format!("{iteration}/{number}/{part}")).ok()?, pitch)
            };
            let drawn = |of: &str| {
                Some(Drawn {
                    samples: sheet(&format!("{of}.samples"), pitches[0])?,
                    x0_hats: sheet(&format!("{of}.x0_hats"), pitches[1])?,
                })
            };
            let errors = numbers(&file.tensor(&format!("{iteration}/{number}/errors")).ok()?)?;
            let errors = errors.as_chunks::<3>().0.iter();
            let error =
                |&[t, training, held_out]: &[f64; 3]| LevelError { t: t as usize, training, held_out };
            Some(NetworkProbe {
                averaged: drawn("averaged")?,
                raw: drawn("raw")?,
                errors: errors.map(error).collect(),
            })
        };
        // One or two networks learn side by side.
        let networks = (0..networks.min(2)).map(network).collect::<Option<Vec<_>>>()?;
        Some(Probe { iteration, networks })
    };
    iterations.into_iter().map(probe).collect()
}

fn numbers(view: &TensorView<'_>) -> Option<Vec<f64>> {
    let finite = |bytes: &[u8; 8]| Some(f64::from_le_bytes(*bytes)).filter(|value| value.is_finite());
    (view.dtype() == Dtype::F64).then(|| view.data().as_chunks::<8>().0.iter().map(finite).collect())?
}

fn sheet(view: &TensorView<'_>, pitch: [usize; 2]) -> Option<Sheet> {
    let (Dtype::F16, &[channels @ (1 | 3), height, width]) = (view.dtype(), view.shape()) else {
        return None;
    };
    let [one, next] = pitch;
    if one == 0 || one > width || next < one || height == 0 {
        return None;
    }
    let values = view.data().as_chunks::<2>().0.iter().map(|&bytes| f16::from_le_bytes(bytes));
    let values: Vec<f16> = values.map(|value| if value.is_finite() { value } else { f16::ZERO }).collect();
    Some(Sheet { values: values.into(), shape: [channels, height, width], pitch })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn film(iterations: &[u64]) -> Vec<Probe> {
        let sheet = |seed: u64| {
            let values: Vec<f32> = (0..18).map(|i| (i as f32 + seed as f32) / 20.0).collect();
            Sheet::of(&values, super::super::Layout { picture: [1, 3, 3], columns: 2, gap: 1, block: 1 })
        };
        let network = |seed: u64| {
            let drawn = |seed| Drawn { samples: sheet(seed), x0_hats: sheet(seed + 1) };
            let errors =
                [1, 500].map(|t| LevelError { t, training: 0.25, held_out: 1.0 / (seed + 1) as f64 });
            NetworkProbe { averaged: drawn(seed), raw: drawn(seed + 2), errors: errors.into() }
        };
        let probe = |&iteration: &u64| Probe {
            iteration,
            networks: vec![network(iteration), network(iteration + 7)],
        };
        iterations.iter().map(probe).collect()
    }

    #[test]
    fn films_are_read_back_exactly_and_in_order() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("film.safetensors");
        assert!(load(&path).is_empty());
        let film = film(&[0, 9, 100, 1000]);
        save(&path, &film).unwrap();
        assert_eq!(load(&path), film);
        // What is damaged is no film.
        let bytes = std::fs::read(&path).unwrap();
        for len in [0, 7, 100, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..len]).unwrap();
            assert!(load(&path).is_empty(), "{len}");
        }
    }
}
