//! The data sets in a folder, in the layouts in which well-known ones are published.
//!
//! | files | set |
//! | --- | --- |
//! | `train-images-idx3-ubyte`, `train-labels.idx1-ubyte.gz`, `t10k-…` | MNIST, Fashion-MNIST, KMNIST |
//! | `emnist-letters-train-…`, `qmnist-test-labels-idx2-int` | the set named before the part |
//! | `k49-train-imgs.npz` and `k49-train-labels.npz`, `X_train.npy` and `y_train.npy` | pairs of pictures and labels |
//! | `pathmnist.npz` | archives with pictures and labels |
//! | `mnist_train.csv`, `fashion-mnist_test.csv`, `train.csv` | tables |
//! | `data_batch_1.bin`, `test_batch.bin`; `train.bin`, `test.bin` | CIFAR-10, CIFAR-100 |
//!
//! The files may be in folders below (`MNIST/raw`), or each in a folder with the name of the file (as Kaggle
//! packs them). If a file is there both unpacked and gzipped, one of the two is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::names::{Fold, Name, Role};
use super::tree::Tree;
use super::{DatasetError, cifar, npz, shortened, table};
use crate::files;

/// Names of folders that say nothing about what is in them.
const UNTOLD: [&str; 4] = ["raw", "processed", "gzip", "data"];

/// How a set is stored. If the same set is stored in several formats, the first in this list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Format {
    Idx,
    Cifar,
    Numpy,
    Table,
}

/// One data set, with its parts.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) name: String,
    place: String,
    pub(super) format: Format,
    /// The files of each part.
    pub(super) parts: BTreeMap<Option<Fold>, Files>,
}

/// The files of one part of a set.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    pub(super) pictures: Vec<PathBuf>,
    pub(super) labels: Option<PathBuf>,
}

/// A file that may belong to a data set.
#[derive(Clone, Debug)]
struct Piece {
    path: PathBuf,
    format: Format,
    /// The folders that it is in, without those whose names say nothing.
    place: String,
    /// The words of its name, without the words for the part and the role.
    set: String,
    /// The words of its name, without the word for the part.
    words: String,
    fold: Option<Fold>,
    labels: bool,
}

/// Finds all data sets in a folder, sorted by name.
pub(super) fn find(root: &Path, tree: &Tree) -> Vec<Set> {
    let mut pieces: Vec<Piece> = tree.files.iter().filter_map(|path| piece(root, path)).collect();
    // Unpacked files, and files in folders higher up, come first: they are preferred to duplicates.
    pieces.sort_by_key(|piece| (is_gzipped(&piece.path), piece.path.components().count()));
    let (labels, pictures): (Vec<Piece>, Vec<Piece>) = pieces.into_iter().partition(|piece| piece.labels);
    let mut sets: BTreeMap<_, BTreeMap<Option<Fold>, Files>> = BTreeMap::new();
    for piece in pictures {
        let beside = labels.iter().find(|labels| labels.belongs_to(&piece)).map(|labels| labels.path.clone());
        if beside.is_none() && !holds_pictures(&piece) {
            continue;
        }
        // If there is no file of labels, a word such as "images" belongs to the set's name.
        let set = if beside.is_none() && piece.format == Format::Numpy { piece.words } else { piece.set };
        let files = sets.entry((piece.place, piece.format, set)).or_default().entry(piece.fold).or_default();
        if files.pictures.is_empty() || is_batch(&piece.path) {
            files.pictures.push(piece.path);
        }
        files.labels = files.labels.take().or(beside);
    }
    let mut sets: Vec<Set> = sets.into_iter().map(|(key, parts)| Set::new(key, parts)).collect();
    sets.sort_by(|a, b| a.name.cmp(&b.name));
    sets
}

/// The set that was asked for by name, or the only one there is. If it is stored in several formats, the first of them
/// is taken, and the remark that is returned names the others.
///
/// # Errors
/// If there are several sets and none was asked for, or none has that name.
pub(super) fn choose<'a>(
    root: &Path,
    sets: &'a [Set],
    wanted: Option<&str>,
) -> Result<Option<(&'a Set, Option<String>)>, DatasetError> {
    let name = || root.display().to_string();
    let listed = || shortened(&sets.iter().map(|set| set.name.clone()).collect::<Vec<_>>());
    if let Some(wanted) = wanted {
        let words = words(wanted);
        let named = |set: &&Set| self::words(&set.name) == words;
        let part: Vec<&Set> = sets.iter().filter(|set| self::words(&set.name).contains(&words)).collect();
        let found = sets.iter().find(named).or(if let [only] = part[..] { Some(only) } else { None });
        let unknown =
            || DatasetError::Set { name: name(), set: files::shortened(wanted, 100), sets: listed() };
        return Ok(Some((found.ok_or_else(unknown)?, None)));
    }
    let mut formats: Vec<Format> = sets.iter().map(|set| set.format).collect();
    formats.sort();
    formats.dedup();
    let same_place = sets.windows(2).all(|sets| sets[0].place == sets[1].place);
    match sets {
        [] => Ok(None),
        [only] => Ok(Some((only, None))),
        _ if formats.len() == sets.len() && same_place => {
            let first = sets.iter().min_by_key(|set| set.format);
            let others = sets.iter().filter(|set| set.format != formats[0]).map(|set| set.name.clone());
            let remark =
                format!("not read: {}; --set NAME chooses it", shortened(&others.collect::<Vec<_>>()));
            Ok(first.map(|set| (set, Some(remark))))
        }
        _ => Err(DatasetError::Several { name: name(), sets: listed() }),
    }
}

/// The file of labels for a file of pictures: in the same folder or, as Kaggle packs them, in a folder beside it.
pub(super) fn labels_of(pictures: &Path) -> Option<PathBuf> {
    let parent = |path: &Path| match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Some(PathBuf::from(".")),
        parent => parent.map(Path::to_owned),
    };
    let folder = parent(pictures)?;
    let packed =
        folder.file_name().is_some_and(|name| words(&name.to_string_lossy()) == file_words(pictures));
    let root = if packed { parent(&folder)? } else { folder };
    let wanted = piece(&root, &root.join(pictures.file_name()?))?;
    let mut files = entries(&root);
    let folders: Vec<PathBuf> = files.extract_if(.., |path| path.is_dir()).collect();
    files.extend(
        folders.iter().filter(|folder| packed && is_packed(folder)).flat_map(|folder| entries(folder)),
    );
    files.sort_by_key(|path| (is_gzipped(path), path.components().count()));
    files.into_iter().find(|path| piece(&root, path).is_some_and(|labels| labels.belongs_to(&wanted)))
}

impl Set {
    fn new((place, format, set): (String, Format, String), parts: BTreeMap<Option<Fold>, Files>) -> Self {
        let words: Vec<&str> = [place.as_str(), &set].into_iter().filter(|word| !word.is_empty()).collect();
        let first = parts.values().find_map(|files| files.pictures.first()).and_then(|path| path.file_name());
        let name = if words.is_empty() {
            first.unwrap_or_default().to_string_lossy().into_owned()
        } else {
            words.join("/")
        };
        Self { name, place, format, parts }
    }

    /// The files for learning, or those for testing; and whether there are both.
    pub(super) fn part(&self, test: bool) -> (Option<&Files>, bool) {
        let get = |folds: &[Option<Fold>]| folds.iter().find_map(|fold| self.parts.get(fold));
        let learned = get(&[Some(Fold::Train), None]);
        let tested = get(&[Some(Fold::Test), Some(Fold::Validation)]);
        (if test { tested } else { learned }, learned.is_some() && tested.is_some())
    }
}

impl Piece {
    fn belongs_to(&self, pictures: &Self) -> bool {
        let key = |piece: &Self| (piece.format, piece.fold, piece.set.clone(), piece.place.clone());
        self.labels && !pictures.labels && key(self) == key(pictures)
    }
}

/// What the name of a file says about it; `None` if it cannot belong to a data set.
fn piece(root: &Path, path: &Path) -> Option<Piece> {
    let file = path.file_name()?.to_string_lossy().to_lowercase();
    let plain = file.strip_suffix(".gz").unwrap_or(&file);
    let (stem, extension) = plain.rsplit_once('.').unwrap_or((plain, ""));
    let is_idx = |word: &str| word.strip_prefix("idx").is_some_and(|n| n.starts_with(['1', '2', '3', '4']));
    let (format, stem) = match extension {
        "xz" | "bz2" | "zst" | "zip" | "tar" | "tgz" | "7z" => return None,
        _ if words(plain).split('-').any(is_idx) => (Format::Idx, plain),
        "npz" | "npy" => (Format::Numpy, stem),
        "csv" | "tsv" => (Format::Table, stem),
        "bin" if is_cifar(path) => (Format::Cifar, stem),
        _ => return None,
    };
    let name = Name::of(stem);
    let all: Vec<&str> = name.base.split('_').collect();
    let dimensions = all.iter().find(|word| is_idx(word));
    let role = |word: &str| Name::of(word).role();
    let says_labels = all.iter().any(|word| role(word) == Some(Role::Labels));
    let labels = match format {
        Format::Idx => says_labels || dimensions.is_some_and(|word| !word.contains(['3', '4'])),
        Format::Numpy => says_labels,
        Format::Cifar | Format::Table => false,
    };
    let untold =
        |word: &&&str| is_idx(word) || ["ubyte", "int", "byte"].contains(word) || role(word).is_some();
    let set: Vec<&str> = match format {
        Format::Idx | Format::Numpy => all.iter().filter(|word| !untold(word)).copied().collect(),
        Format::Cifar => Vec::new(),
        Format::Table => all.clone(),
    };
    let fold = if is_batch(path) { Some(Fold::Train) } else { name.fold };
    let (set, words) = (set.join("-"), all.join("-"));
    Some(Piece { path: path.to_owned(), format, place: place(root, path), set, words, fold, labels })
}

/// The folders that lead to a file, without those whose names say nothing.
fn place(root: &Path, path: &Path) -> String {
    let folders = path.strip_prefix(root).unwrap_or(path).parent().unwrap_or(Path::new(""));
    let names = folders.components().map(|folder| folder.as_os_str().to_string_lossy().into_owned());
    let told =
        |name: &String| !UNTOLD.contains(&name.to_lowercase().as_str()) && words(name) != file_words(path);
    names.filter(told).collect::<Vec<_>>().join("/")
}

/// Whether a file holds pictures, read from its content if the format does not tell.
fn holds_pictures(piece: &Piece) -> bool {
    match piece.format {
        Format::Idx | Format::Cifar => true,
        Format::Numpy => npz::holds_pictures(&piece.path),
        Format::Table => table::holds_pictures(&piece.path),
    }
}

/// The words of a text in lower case, joined by `-`.
fn words(text: &str) -> String {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// The words of a file's name, without `.gz`.
fn file_words(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    words(name.strip_suffix(".gz").unwrap_or(&name))
}

fn is_gzipped(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"))
}

/// Whether a folder holds a file with the folder's own name, as Kaggle packs them.
fn is_packed(folder: &Path) -> bool {
    let name = words(&folder.file_name().unwrap_or_default().to_string_lossy());
    entries(folder).iter().any(|path| file_words(path) == name)
}

/// Whether a file is one of CIFAR-10's batches of training pictures.
fn is_batch(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.strip_suffix(".bin").is_some_and(|name| name.starts_with("data_batch_"))
}

/// Whether a file has a name of CIFAR's binary version.
pub(super) fn is_cifar(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    is_batch(path) || name == "test_batch.bin" || is_cifar_100(path)
}

/// Whether a file is one of CIFAR-100's binary version: the names of its classes lie beside it, or it has the length of
/// pictures with two labels each.
pub(super) fn is_cifar_100(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let whole = |len: u64| len > 0 && len.is_multiple_of(2 + cifar::PICTURE as u64);
    ["train.bin", "test.bin"].contains(&name.as_str())
        && (path.with_file_name("fine_label_names.txt").is_file()
            || path.metadata().is_ok_and(|file| file.is_file() && whole(file.len())))
}

/// Whether a file has a name of STL-10's binary version (Coates et al. 2011).
pub(super) fn is_stl(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    ["train_x.bin", "train_y.bin", "test_x.bin", "test_y.bin", "unlabeled_x.bin"].contains(&name.as_str())
}

/// Whether a file has an extension of NumPy's arrays.
pub(super) fn is_numpy(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    [".npz", ".npy", ".npy.gz"].iter().any(|ending| name.ends_with(ending))
}

/// The paths in a folder, sorted; empty if it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
