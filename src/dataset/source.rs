//! Opens the data at a path, whose kind is recognised by names, contents and neighbouring files.

use std::path::{Path, PathBuf};

use super::labels::Labels;
use super::sets::{self, Files, Format, Set};
use super::tree::{self, Tree};
use super::{
    ClassChoice, Dataset, DatasetError, DatasetOptions, LabelColumn, Part, cifar, folder, idx, npz, table,
    unpack,
};
use crate::files;

/// Kinds of files that data comes in but that are not supported: their endings, what they are, and what to do.
const OTHERS: [(&[&str], &str, &str); 7] = [
    (&[".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar"], "an archive", "unpack it and give the folder"),
    (&[".xz", ".bz2", ".zst"], "a packed file", "unpack it first, or pack it with gzip"),
    (&[".pkl", ".pickle", ".pt", ".pth"], "a pickle of Python", "save the arrays with numpy.savez"),
    (
        &[".parquet", ".arrow", ".feather"],
        "a table of Arrow",
        "save the pictures as files, or as arrays with numpy.savez",
    ),
    (&[".mat"], "a file of MATLAB", "read it with scipy.io.loadmat and save the arrays with numpy.savez"),
    (&[".h5", ".hdf5", ".hdf"], "a file of HDF5", "read it with h5py and save the arrays with numpy.savez"),
    (&[".tfrecord", ".tfrecords"], "a file of TensorFlow", "save the arrays with numpy.savez"),
];

/// A remark on EMNIST, about something that its files do not reveal.
const EMNIST: &str =
    "EMNIST keeps its pictures with rows and columns exchanged; they are taken as they are kept";

/// Pictures of the same size, with the labels that their source gives them.
pub(super) struct Pictures {
    /// The file.
    pub(super) name: String,
    /// `[n, channels, height, width]`.
    pub(super) shape: [usize; 4],
    pub(super) bytes: Vec<u8>,
    pub(super) labels: Option<Labels>,
    /// Names of the classes, by their number.
    pub(super) class_names: Option<Vec<String>>,
    pub(super) remarks: Vec<String>,
}

/// A source that has been read.
pub(super) struct Opened {
    pub(super) pictures: Pictures,
    /// Whether the source has parts of its own, so that the part that was asked for has been taken already.
    pub(super) has_parts: bool,
    /// The path of the file, beside which there may be records.
    pub(super) path: PathBuf,
}

/// Opens the source at a path. Returns the data, whether the part that was asked for has been taken already, and the
/// file.
pub(super) fn open(path: &Path, options: &DatasetOptions) -> Result<(Dataset, bool, PathBuf), DatasetError> {
    let mut opened = if files::is_folder(path)? {
        let tree = tree::of(path)?;
        let sets = sets::find(path, &tree);
        let pictures = tree.files.iter().filter(|path| folder::is_picture(path)).count();
        let by_name = |set: &&Set| matches!(set.format, Format::Idx | Format::Cifar);
        if options.set.is_none() && pictures > 0 && !sets.iter().any(|set| by_name(&set)) {
            no_columns(path, options)?;
            let (mut data, has_parts) = folder::read(path, &tree, options)?;
            if !sets.is_empty() {
                let names: Vec<String> = sets.iter().map(|set| set.name.clone()).collect();
                let names = super::shortened(&names);
                data.remarks
                    .push(format!("not read beside the pictures: {names}; --set NAME chooses one of them"));
            }
            return Ok((data, has_parts, path.to_owned()));
        }
        match sets::choose(path, &sets, options.set.as_deref())? {
            Some((set, remark)) => {
                let mut opened = of_set(path, set, options)?;
                opened.pictures.remarks.extend(remark.into_iter().chain(tree.unsearched()));
                if options.set.is_none() && pictures > 0 {
                    let pictures = if pictures == 1 { "1 picture" } else { &format!("{pictures} pictures") };
                    opened.pictures.remarks.push(format!(
                        "not read beside it: {pictures} in files of their own; give the folder that holds \
                         nothing else for them"
                    ));
                }
                opened
            }
            None => return Err(nothing(path, &tree)),
        }
    } else {
        of_file(path, options)?
    };
    if opened.path.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().starts_with("emnist"))
    {
        opened.pictures.remarks.push(EMNIST.to_owned());
    }
    Ok((opened.pictures.dataset(&options.classes)?, opened.has_parts, opened.path))
}

/// Opens the part of a set that was asked for.
fn of_set(root: &Path, set: &Set, options: &DatasetOptions) -> Result<Opened, DatasetError> {
    if set.format != Format::Table {
        no_columns(root, options)?;
    }
    let test = options.part == Part::Test;
    let (wanted, mut both) = set.part(test);
    if set.format == Format::Idx && wanted.is_none() && options.part != Part::All {
        let missing = if test { "t10k-images-idx3-ubyte" } else { "train-images-idx3-ubyte" };
        return Err(DatasetError::Part { name: root.display().to_string(), missing });
    }
    let mut files = wanted.or(set.part(!test).0).ok_or_else(|| nothing(root, &Tree::default()))?;
    let mut remarks = Vec::new();
    if !test && wanted.is_none() {
        remarks.push("there are pictures for testing alone, which are taken".to_owned());
    }
    if test && both && set.format == Format::Table && options.label_column == LabelColumn::Found {
        let learned = set.part(false).0.unwrap_or(files);
        let labelled = |files: &Files| files.pictures.first().is_some_and(|path| table::has_labels(path));
        if labelled(learned) && !labelled(files) {
            remarks
                .push("the table for testing has no classes: a part of the other is for testing".to_owned());
            (files, both) = (learned, false);
        }
    }
    let path = files.pictures.first().cloned().unwrap_or_default();
    let labels = files.labels.as_deref();
    let mut opened = match set.format {
        Format::Numpy => npz::read(&path, labels, options)?,
        Format::Idx => of_idx(&path, labels, options)?,
        Format::Table => whole(&path, table::read(&path, &options.label_column)?),
        Format::Cifar => whole(&path, of_cifar(&files.pictures)?),
    };
    opened.has_parts |= both || set.format == Format::Idx;
    opened.pictures.remarks.extend(remarks);
    Ok(opened)
}

/// Opens a single file; its kind follows from its name, or else from its content.
fn of_file(path: &Path, options: &DatasetOptions) -> Result<Opened, DatasetError> {
    if let Some(set) = &options.set {
        let (name, set) = (path.display().to_string(), files::shortened(set, 100));
        return Err(DatasetError::Set { name, set, sets: "one set alone, since it is a file".to_owned() });
    }
    let start = unpack::start(path, 6)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".csv", ".csv.gz", ".tsv", ".tsv.gz"]) {
        return Ok(whole(path, table::read(path, &options.label_column)?));
    }
    no_columns(path, options)?;
    if start.starts_with(b"\x93NUMPY") || ends(&[".npz", ".npy"]) {
        npz::read(path, sets::labels_of(path).as_deref(), options)
    } else if idx::is_idx(&start) || name.contains("idx") && not_read(path).is_none() {
        of_idx(path, sets::labels_of(path).as_deref(), options)
    } else if sets::is_cifar(path) {
        Ok(whole(path, of_cifar(&[path.to_owned()])?))
    } else {
        Err(not_read(path).unwrap_or_else(|| DatasetError::Unknown { name: path.display().to_string() }))
    }
}

/// Refuses a choice of columns for sources that have none.
fn no_columns(path: &Path, options: &DatasetOptions) -> Result<(), DatasetError> {
    if options.label_column == LabelColumn::Found {
        return Ok(());
    }
    let known = "those of a table, which this is not".to_owned();
    let column = options.label_column.to_string();
    Err(DatasetError::Column { name: path.display().to_string(), column, known })
}

fn whole(path: &Path, pictures: Pictures) -> Opened {
    Opened { pictures, has_parts: false, path: path.to_owned() }
}

/// `None` if classes are not wanted: then it does not matter what is wrong with them.
fn wanted_labels<'a>(labels: Option<&'a Path>, options: &DatasetOptions) -> Option<&'a Path> {
    labels.filter(|_| options.classes != ClassChoice::None)
}

/// Opens an IDX file of pictures, whose classes are in a file of their own.
fn of_idx(path: &Path, labels: Option<&Path>, options: &DatasetOptions) -> Result<Opened, DatasetError> {
    let mut opened = whole(path, idx::read(path, wanted_labels(labels, options))?);
    if labels.is_none() && options.classes != ClassChoice::None {
        let remark = "no file of labels belongs to it: the pictures are without classes";
        opened.pictures.remarks.push(remark.to_owned());
    }
    Ok(opened)
}

fn of_cifar(paths: &[PathBuf]) -> Result<Pictures, DatasetError> {
    let first = paths.first().map_or(Path::new(""), PathBuf::as_path);
    let fine = first.with_file_name("fine_label_names.txt");
    let names = first.with_file_name("batches.meta.txt");
    if sets::is_cifar_100(first) {
        let mut pictures = cifar::read(paths, 2, Some(fine.as_path()).filter(|fine| fine.is_file()))?;
        pictures.remarks.push("of the two labels the fine one is taken for the class".to_owned());
        Ok(pictures)
    } else {
        cifar::read(paths, 1, Some(names.as_path()).filter(|names| names.is_file()))
    }
}

/// The error for a folder without data: it names a file that is not supported, if there is one.
fn nothing(folder: &Path, tree: &Tree) -> DatasetError {
    let refused = |path: &PathBuf| not_read(path);
    let unlike = |path: &PathBuf| sets::is_numpy(path).then(|| npz::why_not(path)).flatten();
    tree.files.iter().find_map(refused).or_else(|| tree.files.iter().find_map(unlike)).unwrap_or_else(|| {
        let reason = "the folder holds no pictures and no data set that is known".to_owned();
        let reason = [vec![reason], tree.unsearched()].concat().join("; ");
        DatasetError::Empty { name: folder.display().to_string(), reason }
    })
}

/// The error for a kind of file that data comes in but that is not supported; `None` for other files.
fn not_read(path: &Path) -> Option<DatasetError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let unsupported = |what: &str, advice| DatasetError::Unsupported {
        name: path.display().to_string(),
        reason: format!("this is {what}, which is not read"),
        advice,
    };
    let is_cifar = ["batches.meta", "test_batch", "meta", "train", "test"].contains(&name.as_str())
        || name.starts_with("data_batch_");
    if is_cifar && files::start(path, 1).is_ok_and(|start| start == [0x80]) {
        return Some(unsupported(
            "CIFAR's Python version, a pickle",
            "take the binary version (…-binary.tar.gz)",
        ));
    }
    if sets::is_stl(path) {
        let advice = "read it with torchvision.datasets.STL10 and save its arrays with numpy.savez";
        return Some(unsupported("STL-10's binary version", advice));
    }
    let known = OTHERS.iter().find(|(endings, ..)| endings.iter().any(|ending| name.ends_with(ending)));
    known.map(|(_, what, advice)| unsupported(what, advice))
}

impl Pictures {
    /// Numbers the classes, and gives them their names.
    pub(super) fn dataset(mut self, choice: &ClassChoice) -> Result<Dataset, DatasetError> {
        let labels = self.labels.take().filter(|_| *choice != ClassChoice::None);
        let (labels, names) = match labels {
            None => (None, Vec::new()),
            Some(labels) => {
                let classes = labels.classes().map_err(|reason| DatasetError::Unsupported {
                    name: self.name.clone(),
                    reason,
                    advice: "label pictures with whole numbers from 0 or texts, or give --classes none",
                })?;
                self.remarks.extend(classes.remark);
                let names = match self.class_names {
                    None => classes.names,
                    Some(given) => named(classes.names, &given).unwrap_or_else(|own| {
                        let (names, classes) = (given.len(), own.len());
                        self.remarks.push(if names == classes {
                            "the names of the classes are not all different; not used".to_owned()
                        } else {
                            format!("{names} names of classes do not fit {classes} classes; not used")
                        });
                        own
                    }),
                };
                (Some(classes.labels), names)
            }
        };
        let mut data = Dataset::from_planes(&self.name, self.shape, self.bytes, labels, names)?;
        data.remarks = self.remarks;
        Ok(data)
    }
}

/// Replaces the numbers of classes by given names: by number, or in order if there are as many names as classes. If
/// neither is possible, the error holds the numbers.
fn named(own: Vec<String>, given: &[String]) -> Result<Vec<String>, Vec<String>> {
    let by_number = |name: &String| name.parse::<usize>().ok().and_then(|number| given.get(number).cloned());
    let names: Option<Vec<String>> = match own.iter().map(by_number).collect::<Option<_>>() {
        Some(names) => Some(names),
        None if own.len() == given.len() && own.iter().all(|name| name.parse::<i64>().is_ok()) => {
            Some(given.to_vec())
        }
        None => None,
    };
    let distinct = |names: &Vec<String>| {
        let mut sorted: Vec<&str> = names.iter().map(|name| name.trim()).collect();
        sorted.sort_unstable();
        sorted.windows(2).all(|pair| pair[0] != pair[1])
            && sorted.first().is_none_or(|first| !first.is_empty())
    };
    names.filter(distinct).ok_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_classes_go_by_number_or_in_order() {
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let given = texts(&["cat", "dog", "owl"]);
        assert_eq!(named(texts(&["0", "1"]), &given), Ok(texts(&["cat", "dog"])));
        assert_eq!(named(texts(&["1", "2", "3"]), &given), Ok(given.clone()));
        assert_eq!(named(texts(&["1", "2"]), &given), Ok(texts(&["dog", "owl"])));
        for (own, given) in
            [(&["1", "3"][..], &["a", "b", "c"][..]), (&["0", "1"], &["a", "a"]), (&["fig"], &["a"])]
        {
            assert_eq!(named(texts(own), &texts(given)), Err(texts(own)));
        }
    }
}
