//! Which files hold a network's weights: one file, or several that belong together by an index or by their names.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::files::{self, Limited};
use crate::model::ModelError;
use crate::model::config::object;
use crate::model::error::shown;

/// The name that diffusers gives weights files.
pub(super) const STEM: &str = "diffusion_pytorch_model";
/// The names of 16-bit variants (`variant="fp16"`).
const VARIANTS: [&str; 2] = ["fp16", "bf16"];
/// The largest size of a weights file in bytes; it is larger than the file of any network that can be built,
/// in 64 bits.
const MAX_BYTES: u64 = 40 << 30;
/// The largest size of an index in bytes; it has a line for each tensor.
const MAX_INDEX: u64 = 16 << 20;
/// The most files that weights may be split over. All are open at the same time.
const MAX_SHARDS: usize = 256;

/// The files of a network's weights.
#[derive(Debug)]
pub(crate) struct Files {
    /// The path that stands for all of them in messages: the only file, the index, or the first file.
    name: PathBuf,
    paths: Vec<PathBuf>,
    /// For every tensor, the number of the path that has it, according to the index.
    index: Option<BTreeMap<String, usize>>,
    remark: Option<String>,
}

impl Files {
    /// All files of the weights that this file belongs to; it may be the only file, one of several, or their index.
    pub(crate) fn of(path: &Path) -> Result<Self, ModelError> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if is_index(name) {
            Self::of_index(path)
        } else if let Some(shard) = Shard::of(name) {
            Self::of_set(path, &shard)
        } else {
            Ok(Self { name: path.to_owned(), paths: vec![path.to_owned()], index: None, remark: None })
        }
    }

    /// The weights in a folder, if there are files whose names begin with `stem` and end as diffusers' and transformers'
    /// do. A single file is preferred to an index, which may be older, and full precision to 16 bits.
    pub(crate) fn in_folder(folder: &Path, stem: &str) -> Result<Option<Self>, ModelError> {
        let variants = || [None].into_iter().chain(VARIANTS.map(Some));
        for variant in variants() {
            let named = names(stem, variant).map(|name| folder.join(name));
            // A link that leads nowhere counts too, so that opening it gives an error which names it.
            if let Some(file) = named.into_iter().find(|file| file.symlink_metadata().is_ok()) {
                return Self::of(&file).map(Some);
            }
        }
        let entries = fs::read_dir(folder).map_err(|error| ModelError::reading(folder, &error))?;
        let mut inside: Vec<_> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        inside.sort();
        let stems = variants().map(|variant| with_variant(stem, variant)).collect::<Vec<_>>();
        for stem in stems {
            let first = |name: &&String| Shard::of(name).is_some_and(|shard| shard.is_of(&stem));
            if let Some(name) = inside.iter().find(first) {
                return Self::of(&folder.join(name)).map(Some);
            }
        }
        Ok(None)
    }

    fn of_index(path: &Path) -> Result<Self, ModelError> {
        let name = path.display().to_string();
        let text = files::read_text(path, MAX_INDEX)?;
        let wrong = |reason: String| ModelError::Shards { name: name.clone(), reason };
        let fields = object(&text, &name)?;
        let map = fields.get("weight_map").and_then(Value::as_object).filter(|map| !map.is_empty());
        let map =
            map.ok_or_else(|| wrong("there is no weight_map that says where tensors are".to_owned()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let (mut files, mut index) = (Vec::<&str>::new(), BTreeMap::new());
        for (tensor, file) in map {
            let file =
                file.as_str().ok_or_else(|| wrong(format!("no file is named for {}", shown(tensor))))?;
            let known = files.iter().rposition(|known| *known == file);
            let place = known.unwrap_or(files.len());
            if known.is_none() {
                check_name(file).map_err(wrong)?;
                if !folder.join(file).exists() {
                    return Err(wrong(format!("it names {}, which is not there", shown(file))));
                }
                files.push(file);
            }
            if files.len() > MAX_SHARDS {
                return Err(wrong(format!("it names more than {MAX_SHARDS} files")));
            }
            index.insert(tensor.clone(), place);
        }
        let paths = files.into_iter().map(|file| folder.join(file)).collect();
        Ok(Self { name: path.to_owned(), paths, index: Some(index), remark: None })
    }

    /// All files of split weights without an index.
    fn of_set(path: &Path, shard: &Shard<'_>) -> Result<Self, ModelError> {
        let name = path.display().to_string();
        let wrong = |reason| ModelError::Shards { name: name.clone(), reason };
        if shard.count == 0 || shard.count > MAX_SHARDS {
            return Err(wrong(format!("by its name it is one of {} files", shard.count)));
        }
        let paths: Vec<PathBuf> = (1..=shard.count).map(|i| path.with_file_name(shard.name(i))).collect();
        if let Some(missing) = paths.iter().position(|path| !path.exists()) {
            return Err(wrong(format!("{} is not there", shard.name(missing + 1))));
        }
        let remark = format!("the {} files of weights are put together by their names", shard.count);
        Ok(Self { name: path.to_owned(), paths, index: None, remark: Some(remark) })
    }

    /// The path that stands for all files in messages.
    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    pub(super) fn index(&self) -> Option<&BTreeMap<String, usize>> {
        self.index.as_ref()
    }

    /// The assumption that was made in finding the files, if any, for people to read.
    pub(super) fn remark(&self) -> Option<&String> {
        self.remark.as_ref()
    }
}

/// Opens one of the files; also returns its size in bytes.
pub(super) fn open(path: &Path) -> Result<(Limited<File>, u64), ModelError> {
    let file = files::open(path, MAX_BYTES)?;
    let len = path.metadata().map_err(|error| ModelError::reading(path, &error))?.len();
    Ok((file, len))
}

/// Whether a file has the name of an index of split safetensors.
pub(crate) fn is_index(name: &str) -> bool {
    let is_json = Path::new(name).extension().is_some_and(|extension| extension == "json");
    is_json && name.contains(".index.") && name.contains(".safetensors.")
}

fn with_variant(stem: &str, variant: Option<&str>) -> String {
    variant.map_or_else(|| stem.to_owned(), |variant| format!("{stem}.{variant}"))
}

/// The names of a single file and of an index, in the spellings that diffusers has used over time.
fn names(stem: &str, variant: Option<&str>) -> [String; 4] {
    let middle = variant.map_or_else(String::new, |variant| format!(".{variant}"));
    [
        format!("{stem}{middle}.safetensors"),
        format!("{stem}.safetensors.index{middle}.json"),
        format!("{stem}{middle}.safetensors.index.json"),
        format!("{stem}.safetensors{middle}.index.json"),
    ]
}

/// Checks that an index names a file beside it and nothing else, such as `../x` or `/x`.
fn check_name(file: &str) -> Result<(), String> {
    let mut parts = Path::new(file).components();
    let is_name =
        matches!((parts.next(), parts.next()), (Some(Component::Normal(name)), None) if name == file);
    if !is_name || file.contains(['/', '\\', ':']) {
        return Err(format!("it names {}, which is no file of this folder", shown(file)));
    }
    if Path::new(file).extension().is_none_or(|extension| extension != "safetensors") {
        return Err(format!("it names {}, which is no .safetensors file", shown(file)));
    }
    Ok(())
}

/// A part of split weights, with a name such as `diffusion_pytorch_model-00001-of-00002.safetensors`.
struct Shard<'a> {
    before: &'a str,
    count: usize,
    after: &'a str,
}

impl<'a> Shard<'a> {
    fn of(name: &'a str) -> Option<Self> {
        let at = name.rfind("-of-")?;
        let digits =
            |text: Option<&'a str>| text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let number = digits(name.get(at.checked_sub(5)?..at))?;
        let count = digits(name.get(at + 4..at + 9))?.parse().ok()?;
        let (before, after) = (name.get(..at - 5)?.strip_suffix('-')?, name.get(at + 9..)?);
        let one = number.parse::<usize>().is_ok_and(|number| (1..=count).contains(&number));
        (one && after.ends_with(".safetensors")).then_some(Self { before, count, after })
    }

    fn name(&self, number: usize) -> String {
        format!("{}-{number:05}-of-{:05}{}", self.before, self.count, self.after)
    }

    /// Whether this is a part of the weights with the given stem. Older versions of diffusers wrote the
    /// variant after the number.
    fn is_of(&self, stem: &str) -> bool {
        format!("{}{}", self.before, self.after).strip_suffix(".safetensors") == Some(stem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_known_by_their_names() {
        for (name, stem) in [
            ("diffusion_pytorch_model-00001-of-00002.safetensors", "diffusion_pytorch_model"),
            ("diffusion_pytorch_model.fp16-00002-of-00002.safetensors", "diffusion_pytorch_model.fp16"),
            ("diffusion_pytorch_model-00002-of-00002.fp16.safetensors", "diffusion_pytorch_model.fp16"),
        ] {
            let shard = Shard::of(name).unwrap();
            assert!(shard.is_of(stem) && shard.count == 2, "{name}");
            assert!([shard.name(1), shard.name(2)].contains(&name.to_owned()));
        }
        for other in
            ["a.safetensors", "a-1-of-2.safetensors", "-of-", "a-00003-of-00002.safetensors", "a-of-00002"]
        {
            assert!(Shard::of(other).is_none(), "{other}");
        }
    }

    #[test]
    fn an_index_names_files_beside_it_only() {
        assert!(check_name("a-00001-of-00002.safetensors").is_ok());
        for wrong in [
            "../a.safetensors",
            "/a.safetensors",
            "b/a.safetensors",
            "C:\\a.safetensors",
            "..",
            "",
            "./a.safetensors",
            "a.bin",
        ] {
            assert!(check_name(wrong).is_err(), "{wrong}");
        }
        for name in names(STEM, Some("fp16")).iter().skip(1) {
            assert!(is_index(name), "{name}");
        }
        assert!(!is_index("diffusion_pytorch_model.bin.index.json") && !is_index("config.json"));
    }
}
