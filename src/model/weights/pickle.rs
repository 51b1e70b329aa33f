//! PyTorch's pickles: searched for names of tensors, but never unpickled, since a pickle can run any code.

use std::io::{BufReader, Read};
use std::path::Path;

use super::files::STEM;
use super::origin::{DIFFUSERS, origin};
use crate::files;
use crate::model::ModelError;
use crate::model::folder::CONFIG;

/// The extensions of files that PyTorch pickles into.
const EXTENSIONS: [&str; 6] = ["bin", "ckpt", "pt", "pth", "pkl", "pickle"];
/// How many bytes of a pickle are searched. The names come before the numbers.
const MOST: u64 = 8 << 20;
/// The most names that are collected.
const NAMES: usize = 10_000;

/// Whether a file has one of PyTorch's extensions.
pub(crate) fn is_called(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    EXTENSIONS.contains(&extension.to_lowercase().as_str())
}

/// What makes safetensors of a pickle in a folder of diffusers or transformers.
fn conversion(class: &str) -> String {
    format!("{class}.from_pretrained(folder).save_pretrained(folder, safe_serialization=True)")
}

/// The class of the network in a file's folder, as its config names it.
fn class_beside(path: &Path) -> Option<String> {
    let text = files::read_text(&path.with_file_name(CONFIG), files::MAX_CONFIG_BYTES).ok()?;
    let config: serde_json::Value = serde_json::from_str(&text).ok()?;
    let class = config.get("_class_name").or_else(|| config.get("architectures")?.get(0))?.as_str()?;
    let is_name = class.len() < 60 && class.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| class.to_owned())
}

/// The error that refuses a pickle, with advice that suits its contents.
pub(crate) fn refused(path: &Path) -> ModelError {
    let name = path.display().to_string();
    let in_folder = path.with_file_name(CONFIG).is_file();
    let class = class_beside(path).unwrap_or_else(|| "UNet2DModel".to_owned());
    let conversion = conversion(&class);
    // `from_pretrained` finds only files of these names.
    let of_transformers = class.starts_with("CLIP");
    let stem = if of_transformers { "pytorch_model" } else { STEM };
    let named = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(stem));
    let advice = match origin(&names(path)) {
        Some(origin) if !(in_folder && origin.who == DIFFUSERS) => {
            format!("its tensors have names of {}: {}", origin.who, origin.advice)
        }
        _ if in_folder && named => format!("convert it in Python: {conversion}"),
        _ if in_folder => format!("name it {stem}.bin, and convert it in Python: {conversion}"),
        _ => "weights of another code base are to be loaded with that code, given the names that diffusers' \
              UNet2DModel has (its scripts/convert_… do so for several), and saved with \
              save_pretrained(folder)"
            .to_owned(),
    };
    ModelError::Pickle { name, advice }
}

/// The names of tensors in a pickle; empty if the file cannot be read.
fn names(path: &Path) -> Vec<String> {
    strings(&content(path).unwrap_or_default())
}

/// The bytes of the pickle itself, which since PyTorch 1.6 is an entry of a zip archive.
fn content(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if !files::start(path, 2).ok()?.starts_with(b"PK") {
        return files::start(path, MOST).ok();
    }
    let mut archive = zip::ZipArchive::new(BufReader::new(files::open(path, u64::MAX).ok()?)).ok()?;
    let entry = archive.file_names().flatten().find(|name| name.ends_with("data.pkl"))?.into_owned();
    archive.by_name(&entry).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Strings that look like names of tensors. They are found by the opcodes before them: `BINUNICODE`, with four bytes of
/// length, and `SHORT_BINUNICODE`, with one.
fn strings(pickle: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for at in 0..pickle.len() {
        let (begin, len) = match pickle[at..] {
            [b'X', a, b, c, d, ..] => (at + 5, u32::from_le_bytes([a, b, c, d]) as usize),
            [0x8c, len, ..] => (at + 2, usize::from(len)),
            _ => continue,
        };
        let text =
            pickle.get(begin..begin.saturating_add(len)).and_then(|text| std::str::from_utf8(text).ok());
        let is_name = |text: &&str| {
            text.len() < 200
                && text.contains('.')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        names.extend(text.filter(is_name).map(str::to_owned));
        if names.len() >= NAMES {
            break;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_without_unpickling() {
        // {'time_embed.0.weight': 1, 'step': 2} in protocols 2 and 4.
        let two =
            b"\x80\x02}q\x00(X\x13\x00\x00\x00time_embed.0.weightq\x01K\x01X\x04\x00\x00\x00stepq\x02K\x02u.";
        let four = b"\x80\x04\x95\x25\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x13time_embed.0.weight\x94K\x01\x8c\x04step\x94K\x02u.";
        assert_eq!(strings(two), ["time_embed.0.weight"]);
        assert_eq!(strings(four), ["time_embed.0.weight"]);
        assert_eq!(strings(b"X\xff\xff\xff\xffabc"), Vec::<String>::new());
    }
}
