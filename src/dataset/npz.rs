//! NumPy files: which arrays are pictures, and which are their classes.

use std::path::Path;

use super::arrays::{Arrays, Entry};
use super::labels::Labels;
use super::layout::Layout;
use super::names::{Fold, Role};
use super::npy::{Elements, Header};
use super::scale::Numbers;
use super::source::{Opened, Pictures};
use super::{
    ClassChoice, DatasetError, DatasetOptions, MAX_CLASSES, MAX_TEXT, Part, colours, planes, room_for,
    shortened,
};

/// The approximate number of bytes that a text takes in memory besides its characters.
const TEXT_BYTES: u64 = 64;
/// Advice for a file without pictures.
const SHAPES: &str = "call the pictures x, of shape [n, height, width] or [n, height, width, channels] with 1, 3 \
                      or 4 channels";
/// Advice for classes that cannot be read.
const WITHOUT: &str = "save one whole number or text for each picture, or give --classes none";

/// Reads an archive or an array of pictures; `labels` is the file of their classes, if that is another one.
///
/// Pictures are `[n, h, w]`, `[n, h, w, c]` or `[n, c, h, w]` with 1, 3 or (with alpha as the last) 4 channels, or
/// square ones in rows. Alpha is straight, and is blended with white.
pub(super) fn read(
    path: &Path,
    labels: Option<&Path>,
    options: &DatasetOptions,
) -> Result<Opened, DatasetError> {
    let mut arrays = Arrays::open(path)?;
    let (chosen, has_parts) = pictures(path, &arrays.entries, options.part)?;
    let mut used = vec![chosen];
    let mut remarks = Vec::new();
    let Entry { shown, header: Ok(header), .. } = &arrays.entries[chosen] else {
        return Err(unknown(path, &arrays.entries));
    };
    let (shown, header) = (shown.clone(), header.clone());
    let mut layout = Layout::of(&header.shape).ok_or_else(|| unknown(path, &arrays.entries))?;
    if header.is_fortran() {
        layout = layout.fortran();
    }
    // The classes come first, since they are small, and a mistake in them shows at once.
    let n = layout.shape[0];
    // If the file itself holds classes, they belong to its pictures, whatever other files lie beside it.
    let wanted = options.classes != ClassChoice::None;
    let own = if wanted { own_labels(path, &mut arrays, chosen, n, &mut remarks)? } else { None };
    let labels = match (own, labels.filter(|_| wanted)) {
        (Some(entry), beside) => {
            used.push(entry);
            if let Some(file) = beside {
                let file = file.display();
                remarks.push(format!("{file} is not read: the classes are in the file of the pictures"));
            }
            Some(read_labels(path, &mut arrays, entry, n)?)
        }
        (None, Some(file)) => Some(only_labels(file, n)?),
        (None, None) => None,
    };
    let names = arrays.entries.iter().position(|entry| is_names(entry, n));
    let class_names = match names {
        Some(entry) if labels.is_some() => {
            used.push(entry);
            Some(texts(path, &mut arrays, entry)?)
        }
        _ => None,
    };
    let (mut bytes, remark) = planes::read(path, &header, &mut layout, arrays.array(chosen))?;
    let order = layout.in_doubt.then(|| colours::into_planes(&mut bytes, layout.shape[2]));
    remarks.splice(0..0, remark.into_iter().chain(order).map(|remark| format!("{shown}: {remark}")));
    remarks.extend(unread(&arrays.entries, &used, has_parts));
    let name = path.display().to_string();
    let pictures = Pictures { name, shape: layout.shape, bytes, labels, class_names, remarks };
    Ok(Opened { pictures, has_parts, path: path.to_owned() })
}

/// Whether a file holds an array that can be identified as pictures.
pub(super) fn holds_pictures(path: &Path) -> bool {
    Arrays::open(path).is_ok_and(|arrays| pictures(path, &arrays.entries, Part::All).is_ok())
}

/// Why a file holds no array that can be identified as pictures; `None` if it does hold one.
pub(super) fn why_not(path: &Path) -> Option<DatasetError> {
    Arrays::open(path).and_then(|arrays| pictures(path, &arrays.entries, Part::All)).err()
}

/// Whether an array can be pictures. Rows are pictures only if the array's name says so.
fn fits(entry: &Entry) -> bool {
    let Ok(header) = &entry.header else { return false };
    let dimensions = if matches!(entry.name.role(), Some(Role::Pictures(_))) { 2..=4 } else { 3..=4 };
    matches!(header.elements, Elements::Numbers(_))
        && dimensions.contains(&header.shape.len())
        && Layout::of(&header.shape).is_some()
}

/// The index of the array with the pictures of this part, and whether the file has parts.
fn pictures(path: &Path, entries: &[Entry], part: Part) -> Result<(usize, bool), DatasetError> {
    let rank = |entry: &Entry| match entry.name.role() {
        Some(Role::Pictures(rank)) => Some(rank),
        _ => None,
    };
    let fitting: Vec<usize> = (0..entries.len()).filter(|&index| fits(&entries[index])).collect();
    let named: Vec<usize> =
        fitting.iter().copied().filter(|&index| rank(&entries[index]).is_some()).collect();
    let fold = |index: &usize| entries[*index].name.fold;
    let is_there = |folds: &[Option<Fold>]| {
        entries.iter().any(|entry| rank(entry).is_some() && folds.contains(&entry.name.fold))
    };
    let has_parts =
        is_there(&[Some(Fold::Test), Some(Fold::Validation)]) && is_there(&[Some(Fold::Train), None]);
    let wanted: &[Option<Fold>] = match part {
        Part::Test if has_parts => &[Some(Fold::Test), Some(Fold::Validation)],
        _ => &[Some(Fold::Train), None, Some(Fold::Validation), Some(Fold::Test)],
    };
    let of_fold = |wanted: &Option<Fold>| {
        let of_it = named.iter().copied().filter(|index| fold(index) == *wanted);
        of_it.min_by_key(|&index| rank(&entries[index]))
    };
    let found = wanted.iter().find_map(of_fold);
    // If training pictures are there but not supported, test pictures must not be used in their place.
    let unread = |entry: &&Entry| {
        rank(entry).is_some() && matches!(entry.name.fold, None | Some(Fold::Train)) && !fits(entry)
    };
    let tests = found.is_some_and(|index| matches!(fold(&index), Some(Fold::Test | Fold::Validation)));
    if let (Some(entry), true) = (entries.iter().find(unread), tests && part != Part::Test) {
        return Err(unknown(path, std::slice::from_ref(entry)));
    }
    match (found, fitting.as_slice()) {
        (Some(index), _) => Ok((index, has_parts)),
        (None, [only]) => Ok((*only, false)),
        _ => Err(unknown(path, entries)),
    }
}

/// The error for a file without an array that can be identified as the pictures.
fn unknown(path: &Path, entries: &[Entry]) -> DatasetError {
    let name = path.display().to_string();
    let broken = |entry: &Entry| entry.header.as_ref().err().map(|bad| bad.error(path, &entry.shown));
    let is_named = |entry: &&Entry| matches!(entry.name.role(), Some(Role::Pictures(_)));
    if let Some(error) = entries.iter().filter(is_named).find_map(broken) {
        return error;
    }
    let named = entries.iter().find_map(|entry| match (&entry.header, entry.name.role()) {
        (Ok(header), Some(Role::Pictures(_))) => Some((entry.description(), header.elements)),
        _ => None,
    });
    match named {
        Some((pictures, Elements::Numbers(_))) => {
            let reason = format!("{pictures} is no array of pictures");
            return DatasetError::Unsupported { name, reason, advice: SHAPES };
        }
        Some((pictures, Elements::Text | Elements::Other)) => {
            let reason = format!("{pictures} is of a type that is not read as pictures");
            let advice = "save the pixels as bytes or floats, of shape [n, height, width] or [n, height, width, channels]";
            return DatasetError::Unsupported { name, reason, advice };
        }
        None => {}
    }
    // The pictures may be in an array that cannot be read.
    if let (false, Some(error)) = (entries.iter().any(fits), entries.iter().find_map(broken)) {
        return error;
    }
    let known: Vec<String> = entries.iter().map(Entry::description).collect();
    DatasetError::Unsupported {
        name,
        reason: format!("no single array of pictures among its arrays: {}", shortened(&known)),
        advice: SHAPES,
    }
}

/// The labels of the chosen pictures, from an array of the same file.
fn own_labels(
    path: &Path,
    arrays: &mut Arrays,
    chosen: usize,
    n: usize,
    remarks: &mut Vec<String>,
) -> Result<Option<usize>, DatasetError> {
    let entries = &arrays.entries;
    let is_named = |entry: &Entry| entry.name.role() == Some(Role::Labels) && !is_names(entry, n);
    let fold = entries[chosen].name.fold;
    let named = |fold| entries.iter().position(|entry| is_named(entry) && entry.name.fold == fold);
    if let Some(index) = named(fold).or_else(|| named(None).filter(|&index| is_of(&entries[index], n))) {
        return Ok(Some(index));
    }
    // If no array has a telling name: the only array of whole numbers or texts that has one for each picture.
    let whole = |entry: &Entry| match &entry.header {
        Ok(Header {
            elements: Elements::Text | Elements::Numbers(Numbers::Byte | Numbers::Whole),
            shape,
            ..
        }) => shape == &[n] && entry.name.role().is_none() && entry.name.fold.is_none(),
        _ => false,
    };
    let unnamed: Vec<usize> = (0..entries.len()).filter(|&i| i != chosen && whole(&entries[i])).collect();
    let [only] = unnamed[..] else { return Ok(None) };
    let shown = entries[only].shown.clone();
    let classes = read_labels(path, arrays, only, n)?.classes();
    if !classes.is_ok_and(|classes| 2 * classes.names.len() <= n) {
        return Ok(None);
    }
    remarks.push(format!("{shown} is taken for the classes, which no name says"));
    Ok(Some(only))
}

/// Whether the array's first axis is as long as there are pictures.
fn is_of(entry: &Entry, n: usize) -> bool {
    entry.header.as_ref().is_ok_and(|header| header.shape.first() == Some(&n))
}

/// Whether the array is a list of class names. (A list with one text for each picture gives the classes of
/// the pictures instead.)
fn is_names(entry: &Entry, n: usize) -> bool {
    let is_list = |header: &Header| {
        header.elements == Elements::Text && header.shape.len() == 1 && (header.shape[0] != n || n == 1)
    };
    entry.name.is_class_names() && entry.header.as_ref().is_ok_and(is_list)
}

/// The labels from a file that holds only labels.
fn only_labels(path: &Path, n: usize) -> Result<Labels, DatasetError> {
    let mut arrays = Arrays::open(path)?;
    if let Some(entry) = arrays.entries.iter().position(|entry| is_of(entry, n)) {
        return read_labels(path, &mut arrays, entry, n);
    }
    let known: Vec<String> = arrays.entries.iter().map(Entry::description).collect();
    Err(unlike(path, format!("no array of {n} classes among its arrays: {}", shortened(&known))))
}

fn read_labels(path: &Path, arrays: &mut Arrays, entry: usize, n: usize) -> Result<Labels, DatasetError> {
    let Entry { shown, header, .. } = &arrays.entries[entry];
    let header = header.clone().map_err(|bad| bad.error(path, shown))?;
    let described = format!("{shown} {}", header.description());
    let wrong =
        |reason: String| unlike(path, format!("{described} is not the class of each picture: {reason}"));
    // A list may be a column, or have further axes of length 1.
    let is_list = header.len() == n && header.shape.iter().all(|&side| side == n || side == 1);
    if !(is_list || matches!(header.shape[..], [rows, _] if rows == n)) {
        return Err(wrong(format!("its shape is not [{n}], as there are {n} pictures")));
    }
    let columns = header.len() / n.max(1);
    if columns > MAX_CLASSES {
        return Err(wrong(format!(
            "{columns} values for each, at most {MAX_CLASSES} are one of as many classes"
        )));
    }
    match header.elements {
        Elements::Other => Err(wrong("this type is not read".to_owned())),
        Elements::Text if header.len() == n => Ok(Labels::Texts(texts(path, arrays, entry)?)),
        Elements::Text => Err(wrong("several texts for each".to_owned())),
        Elements::Numbers(_) => {
            let is_turned = header.is_fortran() && columns > 1;
            room_for(path, &described, 8 * header.len() as u64 * if is_turned { 2 } else { 1 })?;
            let mut values = Vec::with_capacity(header.len());
            let read = header.each(arrays.elements(entry)?, |value| values.push(value));
            read.map_err(|error| DatasetError::stream(path, &error))?;
            if is_turned {
                values = (0..values.len()).map(|i| values[i % columns * n + i / columns]).collect();
            }
            Labels::of_rows(values, n).map_err(wrong)
        }
    }
}

fn texts(path: &Path, arrays: &mut Arrays, entry: usize) -> Result<Vec<String>, DatasetError> {
    let Ok(header) = arrays.entries[entry].header.clone() else { return Ok(Vec::new()) };
    if header.bytes().is_none_or(|bytes| bytes > MAX_TEXT) {
        let what = format!("{}, at most {} GiB of text are read", header.description(), MAX_TEXT >> 30);
        return Err(DatasetError::TooLarge { name: path.display().to_string(), what });
    }
    room_for(path, &header.description(), header.bytes().unwrap_or(0) + TEXT_BYTES * header.len() as u64)?;
    header.texts(arrays.elements(entry)?).map_err(|error| DatasetError::stream(path, &error))
}

fn unlike(path: &Path, reason: String) -> DatasetError {
    DatasetError::Unsupported { name: path.display().to_string(), reason, advice: WITHOUT }
}

/// A remark about arrays that were not read; arrays of other parts are not mentioned.
fn unread(entries: &[Entry], used: &[usize], has_parts: bool) -> Option<String> {
    let other_part = |entry: &Entry| has_parts && entry.name.role().is_some() && entry.name.fold.is_some();
    let unread = entries.iter().enumerate().filter(|(i, entry)| !used.contains(i) && !other_part(entry));
    let unread: Vec<String> = unread.map(|(_, entry)| entry.description()).collect();
    (!unread.is_empty()).then(|| format!("not read: {}", shortened(&unread)))
}
