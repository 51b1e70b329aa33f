//! Weights on disk: safetensors, read one tensor after another and checked against the tensors that a network has.

mod files;
mod header;
mod names;
mod origin;
pub(crate) mod pickle;
mod values;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::io::{BufReader, Read};
use std::path::Path;

use candle_core::Tensor;
use safetensors::tensor::{Dtype, TensorInfo};

use self::files::STEM;
use self::header::Part;
use self::names::{Layout, Names, matched, without_prefix};
use super::ModelError;
use super::error::shown;
use super::parameters::{ParameterSpec, Precision};

pub(crate) use self::files::{Files, is_index};
pub use self::write::WeightType;
pub(crate) use self::write::{check, write};

/// The tensors of a network, by their names in the network.
pub(crate) type Tensors = BTreeMap<String, Tensor>;

/// The specifications of the tensors that a network has, by name.
type Specs = BTreeMap<String, ParameterSpec>;

/// How a network's weights are stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Storage {
    /// The name of a weights file, without its endings.
    pub(crate) stem: &'static str,
    /// The beginning that some files give to all names, and the network does not; often empty.
    pub(crate) prefix: &'static str,
    /// Tensors that are no weights and are left aside.
    pub(crate) ignored: &'static [&'static str],
}

impl Storage {
    /// As diffusers stores networks.
    pub(crate) const DIFFUSERS: Self = Self { stem: STEM, prefix: "", ignored: &[] };

    /// Whether a tensor in a file is left aside.
    fn ignores(&self, name: &str) -> bool {
        // Wrappers may have put more before the name.
        let is = |ignored: &&str| {
            name.strip_suffix(ignored).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.ignored.iter().any(is)
    }
}

/// A network's weights as they were read.
pub(crate) struct Weights {
    pub(crate) tensors: Tensors,
    /// Size of all files in bytes.
    pub(crate) bytes: u64,
    /// The assumptions that were made in reading them, for people to read.
    pub(crate) remarks: Vec<String>,
}

/// What is read, and what its reading needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The tensors that the network has.
    pub(crate) specs: &'a Specs,
    /// The precision that the network computes with.
    pub(crate) precision: Precision,
    /// The bytes that the network takes if its weights are stored in a type, which are checked before they are read.
    pub(crate) need: &'a dyn Fn(WeightType) -> Result<u64, ModelError>,
    /// Is told the share of the bytes that have been read, from 0 to 1, after every tensor.
    pub(crate) told: &'a dyn Fn(f64),
}

/// Reads the weights of a network.
pub(crate) fn read(files: &Files, stored: Storage, wanted: Wanted<'_>) -> Result<Weights, ModelError> {
    let mut parts = Vec::new();
    for path in files.paths() {
        let (file, len) = files::open(path)?;
        parts.push(Part::begin(path, BufReader::new(file), len)?);
    }
    let mut weights = read_parts(files.name(), parts, files.index(), stored, wanted)?;
    weights.remarks.extend(files.remark().cloned());
    Ok(weights)
}

/// Like [`read`], from the bytes of a file; `name` stands for the file in errors.
pub(crate) fn from_bytes(bytes: &[u8], name: &str, wanted: Wanted<'_>) -> Result<Tensors, ModelError> {
    let path = Path::new(name);
    let part = Part::begin(path, bytes, bytes.len() as u64)?;
    Ok(read_parts(path, vec![part], None, Storage::DIFFUSERS, wanted)?.tensors)
}

/// Reads all tensors. `name` stands for all parts in errors; `index`, if there is one, says which part each tensor is
/// in.
fn read_parts<R: Read>(
    name: &Path,
    mut parts: Vec<Part<'_, R>>,
    index: Option<&BTreeMap<String, usize>>,
    storage: Storage,
    Wanted { specs, precision, need, told }: Wanted<'_>,
) -> Result<Weights, ModelError> {
    let layout: Layout = specs.iter().map(|(name, spec)| (name.clone(), spec.shape.clone())).collect();
    let stored = Stored::of(name, &parts, index)?;
    let Names { names, remark } = stored.names(name, &parts, storage, &layout)?;
    drop(stored);
    let infos = || parts.iter().flat_map(|part| part.metadata.tensors().into_values());
    let is_half = infos().all(|info| info.dtype == Dtype::F16 || values::is_few(info));
    crate::memory::enough_for(need(if is_half { WeightType::F16 } else { WeightType::F32 })?)?;
    let (mut tensors, mut bytes) = (BTreeMap::new(), 0);
    let (all, mut done) = (parts.iter().map(|part| part.metadata.data_len()).sum::<usize>().max(1), 0);
    for part in &mut parts {
        let path = part.path;
        bytes += part.len;
        // The format allows no gaps between offsets, so this is the order in the file.
        for tensor in part.metadata.offset_keys() {
            let Some(info) = part.metadata.info(&tensor) else { continue };
            let mut buffer = vec![0; info.data_offsets.1 - info.data_offsets.0];
            // Tensors that are left aside are read too, to come to the next one.
            part.stream.read_exact(&mut buffer).map_err(|error| ModelError::reading(path, &error))?;
            if let Some(name) = names.get(&tensor) {
                tensors.insert(name.clone(), values::convert(path, &tensor, info, &buffer, precision)?);
            }
            done += buffer.len();
            told(done as f64 / all as f64);
        }
    }
    Ok(Weights { tensors, bytes, remarks: remark.into_iter().collect() })
}

/// The tensors of all parts, each with the number of its part.
struct Stored<'a> {
    tensors: HashMap<String, (usize, &'a TensorInfo)>,
}

impl<'a> Stored<'a> {
    /// Collects the tensors. Each must be in one part only, and in the part that the index names.
    fn of<R>(
        name: &Path,
        parts: &'a [Part<'_, R>],
        index: Option<&BTreeMap<String, usize>>,
    ) -> Result<Self, ModelError> {
        let wrong = |reason| Err(ModelError::Shards { name: name.display().to_string(), reason });
        let mut tensors = HashMap::new();
        for (place, part) in parts.iter().enumerate() {
            for (tensor, info) in part.metadata.tensors() {
                if let Some((other, _)) = tensors.insert(tensor.clone(), (place, info)) {
                    let [first, second] = [other, place].map(|place| file_name(&parts[place]));
                    return wrong(format!("{} is in {first} and in {second}", shown(&tensor)));
                }
            }
        }
        let Some(index) = index else { return Ok(Self { tensors }) };
        for (tensor, &place) in index {
            if tensors.get(tensor).is_none_or(|(found, _)| *found != place) {
                let (tensor, file) = (shown(tensor), file_name(&parts[place]));
                return wrong(format!("by the index, {tensor} is in {file}, which does not have it"));
            }
        }
        let unlisted =
            tensors.iter().filter(|(tensor, _)| !index.contains_key(*tensor)).min_by_key(|it| it.0);
        if let Some((tensor, (place, _))) = unlisted {
            let (tensor, file) = (shown(tensor), file_name(&parts[*place]));
            return wrong(format!("{tensor} in {file} is not in the index"));
        }
        Ok(Self { tensors })
    }

    /// Maps names in the files to names in the network, once all names, types and shapes agree.
    fn names<R>(
        &self,
        name: &Path,
        parts: &[Part<'_, R>],
        storage: Storage,
        layout: &Layout,
    ) -> Result<Names, ModelError> {
        let names = self.tensors.keys().map(String::as_str);
        let mut stored: Vec<&str> = names.filter(|name| !storage.ignores(name)).collect();
        stored.sort_unstable();
        let file = |tensor: &str| parts[self.tensors[tensor].0].path.display().to_string();
        let read_as = without_prefix(&stored, storage.prefix);
        let names = matched((&stored, &read_as), layout, &name.display().to_string(), file)?;
        for tensor in stored {
            let (info, expected) = (self.tensors[tensor].1, &layout[&names.names[tensor]]);
            if info.shape != *expected {
                let (expected, found) = (expected.clone(), info.shape.clone());
                return Err(ModelError::TensorShape {
                    name: file(tensor),
                    tensor: shown(tensor),
                    expected,
                    found,
                });
            }
            if !matches!(info.dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16) {
                let found = format!("{:?}", info.dtype);
                return Err(ModelError::TensorType { name: file(tensor), tensor: shown(tensor), found });
            }
        }
        Ok(names)
    }
}

fn file_name<R>(part: &Part<'_, R>) -> String {
    part.path.file_name().unwrap_or(part.path.as_os_str()).to_string_lossy().into_owned()
}
