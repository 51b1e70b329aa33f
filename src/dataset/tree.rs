//! Lists the files below a folder: each real file once, however many links lead to it.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::{DatasetError, folder, shortened};
use crate::imaging::ImagingError;

/// How many levels of folders are searched.
const MAX_DEPTH: usize = 16;
/// The most files that are listed.
const MAX_FILES: usize = 10_000_000;

/// Names of files that only the folder of a training has.
const RUN: [&str; 2] = ["training.lock", "training.safetensors"];

/// The files below a folder.
#[derive(Default)]
pub(super) struct Tree {
    /// The paths of the files, sorted by name; at each level, files come before folders. Hidden ones are left out.
    pub(super) files: Vec<PathBuf>,
    /// The number of links to files or folders that are listed already.
    pub(super) repeated: usize,
    /// Folders of trainings, which are left out: they hold samples and no data.
    pub(super) runs: Vec<PathBuf>,
    /// Links that lead nowhere, except those with a picture's name, which are in `files`: whoever reads them reports it.
    lost: Vec<PathBuf>,
    /// Folders that lie too deep and were not searched.
    deep: Vec<PathBuf>,
}

impl Tree {
    /// One line each about what may hold data and could not be searched.
    pub(super) fn unsearched(&self) -> Vec<String> {
        let names = |paths: &[PathBuf]| {
            shortened(&paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>())
        };
        let mut lines = Vec::new();
        match &self.lost[..] {
            [] => {}
            [link] => lines.push(format!("a link that leads nowhere is left out: {}", link.display())),
            links => {
                lines.push(format!("{} links that lead nowhere are left out: {}", links.len(), names(links)));
            }
        }
        if let [first, ..] = &self.deep[..] {
            let first = first.display();
            lines
                .push(format!("folders more than {MAX_DEPTH} levels down are not searched, such as {first}"));
        }
        lines
    }
}

/// Lists all files below a folder.
///
/// # Errors
/// If a folder cannot be read, or there are too many files.
pub(super) fn of(folder: &Path) -> Result<Tree, DatasetError> {
    let real_root = folder.canonicalize().map_err(|error| ImagingError::reading(folder, &error))?;
    let mut walk =
        Walk { root: folder, real_root, links: Vec::new(), seen: HashSet::new(), tree: Tree::default() };
    walk.visit(folder, 0)?;
    // Links are followed last, so that files which are really here are listed under their own path.
    while !walk.links.is_empty() {
        let mut links = std::mem::take(&mut walk.links);
        links.sort();
        for link in links {
            walk.follow(link)?;
        }
    }
    let mut tree = walk.tree;
    tree.files.sort_by_cached_key(|path| order(folder, path));
    tree.deep.sort();
    Ok(tree)
}

struct Walk<'a> {
    root: &'a Path,
    real_root: PathBuf,
    links: Vec<PathBuf>,
    /// The real paths of folders and files that have been listed.
    seen: HashSet<PathBuf>,
    tree: Tree,
}

impl Walk<'_> {
    fn visit(&mut self, folder: &Path, depth: usize) -> Result<(), DatasetError> {
        let failed = |error: io::Error| DatasetError::from(ImagingError::reading(folder, &error));
        let real = folder.canonicalize().map_err(failed)?;
        if !self.seen.insert(real.clone()) {
            return Ok(());
        }
        if depth > MAX_DEPTH {
            self.tree.deep.push(folder.to_owned());
            return Ok(());
        }
        if depth > 0 && RUN.iter().any(|name| folder.join(name).is_file()) {
            self.tree.runs.push(folder.to_owned());
            return Ok(());
        }
        for entry in folder.read_dir().map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (name, kind) = (entry.file_name(), entry.file_type().map_err(failed)?);
            if name.to_string_lossy().starts_with('.') || name == "__MACOSX" {
                continue;
            }
            if kind.is_symlink() {
                self.links.push(entry.path());
            } else if kind.is_dir() {
                self.visit(&entry.path(), depth + 1)?;
            } else {
                self.seen.insert(real.join(&name));
                self.add(entry.path())?;
            }
        }
        Ok(())
    }

    fn follow(&mut self, link: PathBuf) -> Result<(), DatasetError> {
        match link.canonicalize() {
            Ok(real) if self.seen.contains(&real) || self.real_root.starts_with(&real) => {
                self.tree.repeated += 1;
            }
            Ok(real) if real.is_dir() => {
                let depth = link.strip_prefix(self.root).map_or(0, |below| below.components().count());
                self.visit(&link, depth)?;
            }
            Ok(real) => {
                self.seen.insert(real);
                self.add(link)?;
            }
            // Whoever reads a picture reports that it cannot be read.
            Err(_) if folder::is_picture(&link) => self.add(link)?,
            Err(_) => self.tree.lost.push(link),
        }
        Ok(())
    }

    fn add(&mut self, path: PathBuf) -> Result<(), DatasetError> {
        if self.tree.files.len() == MAX_FILES {
            let what = format!("more than {MAX_FILES} files");
            return Err(DatasetError::TooLarge { name: self.root.display().to_string(), what });
        }
        self.tree.files.push(path);
        Ok(())
    }
}

/// The key for sorting: the names of the folders on the way and of the file; at each level, files come first.
fn order(root: &Path, path: &Path) -> Vec<(bool, OsString)> {
    let below = path.strip_prefix(root).unwrap_or(path);
    let last = below.components().count().saturating_sub(1);
    below.components().enumerate().map(|(i, name)| (i < last, name.as_os_str().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> (Vec<String>, usize) {
        let tree = of(folder).unwrap();
        let below = |path: &PathBuf| path.strip_prefix(folder).unwrap().display().to_string();
        (tree.files.iter().map(below).collect(), tree.repeated)
    }

    #[test]
    fn files_come_before_folders() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["b/z", "b/deep/a", "c", "a/x", ".hidden", "__MACOSX/y"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        assert_eq!(names(folder.path()).0, ["c", "a/x", "b/z", "b/deep/a"]);
    }

    #[cfg(unix)]
    #[test]
    fn every_real_file_is_found_once() {
        use std::os::unix::fs::symlink;
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = folder.path();
        std::fs::create_dir(path.join("real")).unwrap();
        std::fs::write(path.join("real/x"), "").unwrap();
        std::fs::write(other.path().join("y"), "").unwrap();
        for (to, link) in [
            (".", "a"),
            ("..", "real/b"),
            (".", "c"),
            ("..", "real/d"),
            ("real", "e"),
            ("../..", "real/up"),
            ("real/x", "f"),
            ("../x", "real/nowhere"),
            ("../x", "real/nowhere.png"),
            ("itself", "itself"),
        ] {
            symlink(to, path.join(link)).unwrap();
        }
        for link in ["far", "far again", "real/far"] {
            symlink(other.path(), path.join(link)).unwrap();
        }
        symlink(other.path().join("y"), path.join("y")).unwrap();
        let (found, repeated) = names(path);
        assert_eq!(found, ["far/y", "real/nowhere.png", "real/x"]);
        assert_eq!(repeated, 10);
        let lost = ["itself", "real/nowhere"].map(|name| path.join(name).display().to_string());
        let told = format!("2 links that lead nowhere are left out: {}", lost.join(", "));
        assert_eq!(of(path).unwrap().unsearched(), [told]);
    }

    #[test]
    fn folders_that_lie_too_deep_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |levels: usize| folder.path().join(vec!["q"; levels].join("/"));
        std::fs::create_dir_all(path(MAX_DEPTH + 2)).unwrap();
        std::fs::write(path(MAX_DEPTH).join("x"), "").unwrap();
        std::fs::write(path(MAX_DEPTH + 1).join("y"), "").unwrap();
        let tree = of(folder.path()).unwrap();
        assert_eq!(tree.files, [path(MAX_DEPTH).join("x")]);
        let first = path(MAX_DEPTH + 1);
        let told = format!("folders more than 16 levels down are not searched, such as {}", first.display());
        assert_eq!(tree.unsearched(), [told]);
    }
}
