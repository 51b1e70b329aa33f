//! Matches the names of tensors in files with the names of tensors in the network.

use std::collections::{BTreeMap, HashMap};

use super::origin::origin;
use crate::model::ModelError;
use crate::model::error::shown;

/// The names of attention weights before diffusers 0.15, and their names since.
const OLD_NAMES: [(&str, &str); 4] =
    [(".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0.")];
/// Parts that PyTorch's wrappers put into names, for compiled, parallel and checkpointed modules.
const WRAPPERS: [&str; 4] = ["_orig_mod", "module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"];
/// How many of a file's own names an error shows.
const SHOWN: usize = 3;

/// The shapes of a network's tensors, by name.
pub(super) type Layout = BTreeMap<String, Vec<usize>>;

/// Name in a file → name in the network.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) names: HashMap<String, String>,
    /// A remark about the parts that were left out of the names in the file, if any, for people to read.
    pub(super) remark: Option<String>,
}

/// The names of tensors without a prefix, where they have it.
pub(super) fn without_prefix<'a>(stored: &[&'a str], prefix: &str) -> Vec<&'a str> {
    stored.iter().map(|name| name.strip_prefix(prefix).unwrap_or(name)).collect()
}

/// Finds the place in the network of every tensor of the files. `plain` holds the names of `stored` without the prefix
/// that networks of the class have in some files. `file` stands for all files in errors, and `place`
/// gives the file that a tensor is in.
pub(super) fn matched(
    (stored, plain): (&[&str], &[&str]),
    layout: &Layout,
    file: &str,
    place: impl Fn(&str) -> String,
) -> Result<Names, ModelError> {
    let bare = without_wrappers(plain);
    let fitting = |names: &[&str]| names.iter().filter(|name| network_name(name, layout).is_some()).count();
    let bare_names: Vec<&str> = bare.iter().map(String::as_str).collect();
    let is_wrapped = fitting(&bare_names) > fitting(plain);
    let read_as = if is_wrapped { bare_names.as_slice() } else { plain };
    let (names, extra) = placed(stored, read_as, layout);
    let found: std::collections::HashSet<&String> = names.values().collect();
    let missing: Vec<&str> = layout.keys().filter(|name| !found.contains(name)).map(String::as_str).collect();
    if let Some((tensor, more)) = first(missing) {
        return Err(ModelError::MissingTensor {
            name: file.to_owned(),
            tensor,
            more,
            own: described(stored),
        });
    }
    if let Some((tensor, more)) = first(extra) {
        return Err(ModelError::ExtraTensor { name: place(&tensor), tensor: shown(&tensor), more });
    }
    let pair = stored.iter().zip(read_as).find(|(stored, read)| is_wrapped && stored != read);
    let remark = pair.map(|(stored, read)| {
        format!("names such as {} are read as {read}, without what a wrapper has put there", shown(stored))
    });
    Ok(Names { names, remark })
}

/// Divides the names in the file into names with a place in the network and names without.
fn placed<'a>(
    stored: &[&'a str],
    read_as: &[&str],
    layout: &Layout,
) -> (HashMap<String, String>, Vec<&'a str>) {
    let (mut names, mut extra) = (HashMap::with_capacity(stored.len()), Vec::new());
    let mut taken = std::collections::HashSet::new();
    let mut pairs: Vec<_> = stored.iter().zip(read_as).collect();
    // A tensor under an old name has no place if the file also has it under its new name.
    pairs.sort_by_key(|(_, read)| !layout.contains_key(**read));
    for (&stored, read) in pairs {
        match network_name(read, layout).filter(|name| taken.insert(name.clone())) {
            Some(name) => drop(names.insert(stored.to_owned(), name)),
            None => extra.push(stored),
        }
    }
    (names, extra)
}

/// The name in the network of a tensor in a file, if it has one.
fn network_name(stored: &str, layout: &Layout) -> Option<String> {
    if layout.contains_key(stored) {
        return Some(stored.to_owned());
    }
    let renamed = OLD_NAMES.iter().filter(|(old, _)| stored.contains(old));
    renamed.map(|(old, new)| stored.replace(old, new)).find(|name| layout.contains_key(name))
}

/// Names without wrappers' parts, and without leading parts that all names share. A network has several top-level
/// parts, so a shared leading part can only stand for the whole network.
fn without_wrappers(stored: &[&str]) -> Vec<String> {
    let parts =
        |name: &&str| name.split('.').filter(|part| !WRAPPERS.contains(part)).map(str::to_owned).collect();
    let mut names: Vec<Vec<String>> = stored.iter().map(parts).collect();
    let shared = |names: &[Vec<String>]| {
        let first = names.first().filter(|parts| parts.len() > 1)?.first()?;
        names.iter().all(|parts| parts.len() > 1 && parts.first() == Some(first)).then_some(())
    };
    while shared(&names).is_some() {
        for parts in &mut names {
            parts.remove(0);
        }
    }
    names.into_iter().map(|parts| parts.join(".")).collect()
}

/// The names in a file that does not fit, as an error shows them.
fn described(stored: &[&str]) -> String {
    let mut sorted = stored.to_vec();
    sorted.sort_unstable();
    let names: Vec<String> = sorted.iter().take(SHOWN).map(|name| shown(name)).collect();
    let more = if sorted.len() > SHOWN { ", …" } else { "" };
    let origin = origin(&sorted).map_or(String::new(), |origin| format!(", names of {}", origin.who));
    if names.is_empty() { "nothing".to_owned() } else { format!("{}{more}{origin}", names.join(", ")) }
}

/// The first name in alphabetical order, and as text how many more there are.
fn first(mut names: Vec<&str>) -> Option<(String, String)> {
    names.sort_unstable();
    let more = if names.len() > 1 { format!(" (and {} more)", names.len() - 1) } else { String::new() };
    names.first().map(|name| ((*name).to_owned(), more))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        ["conv_in.bias", "conv_in.weight", "mid_block.attentions.0.to_q.weight"]
            .map(|name| (name.to_owned(), vec![1]))
            .into()
    }

    fn read(stored: &[&str]) -> Result<Names, ModelError> {
        matched((stored, stored), &layout(), "file", |_| "file".to_owned())
    }

    #[test]
    fn wrappers_carry_no_meaning() {
        let plain = ["conv_in.bias", "conv_in.weight", "mid_block.attentions.0.query.weight"];
        assert!(read(&plain).unwrap().remark.is_none());
        for wrapper in
            ["module", "_orig_mod", "module._orig_mod", "_orig_mod.module", "model", "ema_model.unet", "x"]
        {
            let names = plain.map(|name| format!("{wrapper}.{name}"));
            let names = names.each_ref().map(String::as_str);
            let read = read(&names).unwrap();
            let remark = read.remark.unwrap();
            assert!(remark.contains(names[0]) && remark.contains("read as conv_in.bias"), "{remark}");
            assert_eq!(read.names[names[2]], "mid_block.attentions.0.to_q.weight");
        }
        let inside = ["conv_in.bias", "conv_in.weight", "mid_block._orig_mod.attentions.0.to_q.weight"];
        assert!(read(&inside).unwrap().remark.is_some());
    }

    #[test]
    fn what_is_not_clear_is_refused() {
        let two = ["a.conv_in.bias", "a.conv_in.weight", "b.mid_block.attentions.0.to_q.weight"];
        let error = read(&two).unwrap_err().to_string();
        assert!(
            error.contains("conv_in.bias is missing (and 2 more)") && error.contains("a.conv_in.bias, a."),
            "{error}"
        );
        let twice =
            ["conv_in.bias", "conv_in.weight", "module.conv_in.weight", "mid_block.attentions.0.to_q.weight"];
        let error = read(&twice).unwrap_err().to_string();
        assert!(error.contains("module.conv_in.weight has no place"), "{error}");
        let other = read(&["time_embed.0.weight", "input_blocks.0.0.weight"]).unwrap_err().to_string();
        assert!(other.contains("guided-diffusion") && other.contains("input_blocks.0.0.weight"), "{other}");
        assert!(read(&[]).unwrap_err().to_string().contains("nothing"));
    }
}
