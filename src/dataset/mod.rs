//! Data sets: pictures to learn from, all of the same size, with or without classes.
//!
//! | source | what it is |
//! | --- | --- |
//! | a folder of pictures | any format that [`imaging`](crate::imaging) reads; sub-folders are classes |
//! | IDX (`.gz`) | MNIST's own format; pictures in one file, classes in another |
//! | `.npz`, `.npy` | NumPy's arrays, one of pictures and perhaps one of classes |
//! | `.csv` (`.gz`) | each row holds a picture's pixels, and a column holds its class |
//! | CIFAR's binary batches | each picture is its label followed by its bytes |
//! | a folder with one of these | in the layouts in which well-known data sets are published |
//! | [`BuiltIn`] | the small sets that come with the program |
//! | [`Crops`] | squares of a few pictures |
//!
//! Names of files and arrays are used where they say what a source holds. Everything else that was assumed is
//! listed by [`Dataset::remarks`].
//!
//! A `.json` file of the same name beside any of them can add fields to every picture: [`records`].
//!
//! Every failure is a [`DatasetError`], whose text is one line: which file it is about, what is wrong, and
//! what to do.

mod arrays;
pub(crate) mod blocks;
mod built_in;
mod cifar;
mod colours;
mod crops;
mod error;
mod folder;
mod idx;
mod labels;
mod layout;
mod names;
mod npy;
mod npz;
mod options;
mod parts;
mod pixels;
mod place;
mod planes;
pub mod records;
mod scale;
mod sets;
mod source;
mod table;
mod tree;
mod unpack;

use std::hash::Hasher as _;
use std::path::Path;

use fnv::FnvHasher;

use crate::{files, memory};

pub use built_in::BuiltIn;
pub use crops::Crops;
pub use error::DatasetError;
pub use options::{ClassChoice, DatasetOptions, LabelColumn, Part};

use pixels::Pixels;
use records::Records;

/// The most bytes of pixels that are held in memory.
const MAX_BYTES: u64 = 8 << 30;
/// The most bytes of text that are read from one file.
const MAX_TEXT: u64 = 4 << 30;
/// Longest side of a picture that can be learned from, in pixels.
pub const MAX_SIZE: usize = 1024;
/// The largest number of classes.
pub const MAX_CLASSES: usize = 10_000;
/// The most characters of a name that are shown.
const MAX_SHOWN: usize = 100;
/// If a source has no test part of its own, every picture whose number is a multiple of this is for testing.
pub const HELD_OUT: usize = 10;

/// A picture that could not be used, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    /// One line that names the file.
    pub reason: String,
}

/// A data set: pictures to learn from, held as bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pixels: Pixels,
    labels: Option<Vec<u32>>,
    classes: Vec<String>,
    skipped: Vec<Skipped>,
    remarks: Vec<String>,
    options: DatasetOptions,
    /// Where some of the source's pictures were taken: how many it has, and the numbers of those that were taken.
    taken: Option<(usize, Vec<usize>)>,
}

impl Dataset {
    /// Opens a source of any of the known kinds.
    ///
    /// # Errors
    /// A [`DatasetError`] that names the file. It is no error if single pictures of a folder cannot be read: they are
    /// [`skipped`](Self::skipped).
    pub fn open(path: &Path, options: &DatasetOptions) -> Result<Self, DatasetError> {
        if let Some(size) = options.size
            && !(1..=MAX_SIZE).contains(&size)
        {
            return Err(DatasetError::Size { size });
        }
        let (data, has_parts, file) = source::open(path, options)?;
        data.fitted(&file, options, options.part != Part::All && !has_parts)
    }

    /// A data set from bytes. `pixels` has the shape `[n, channels, height, width]` with 1 or 3 channels, where a byte
    /// v stands for `v / 127.5 − 1`; `labels` are indices of `classes`, one for each picture.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] if the lengths or indices do not fit together.
    pub fn from_bytes(
        name: &str,
        shape: [usize; 4],
        pixels: Vec<u8>,
        labels: Option<Vec<u32>>,
        classes: Vec<String>,
    ) -> Result<Self, DatasetError> {
        if !matches!(shape[1], 1 | 3) {
            let reason = format!("{} channels; 1 and 3 are possible", shape[1]);
            return Err(DatasetError::Damaged { name: name.to_owned(), reason });
        }
        Self::from_planes(name, shape, pixels, labels, classes)
    }

    /// Like [`from_bytes`](Self::from_bytes), with any number of channels.
    pub(crate) fn from_planes(
        name: &str,
        shape: [usize; 4],
        pixels: Vec<u8>,
        labels: Option<Vec<u32>>,
        classes: Vec<String>,
    ) -> Result<Self, DatasetError> {
        let damaged = |reason: String| DatasetError::Damaged { name: name.to_owned(), reason };
        let [n, channels, height, width] = shape;
        let wanted = [n, channels, height, width].iter().try_fold(1_usize, |all, &d| all.checked_mul(d));
        if wanted != Some(pixels.len()) {
            return Err(damaged(format!("{} bytes do not fill the shape {shape:?}", pixels.len())));
        }
        if n == 0 || height == 0 || width == 0 {
            return Err(DatasetError::Empty { name: name.to_owned(), reason: "it holds no pictures".into() });
        }
        if let Some(labels) = &labels {
            if labels.len() != n {
                return Err(damaged(format!("{} classes for {n} pictures", labels.len())));
            }
            if let Some(wrong) = labels.iter().find(|&&label| label as usize >= classes.len()) {
                return Err(damaged(format!("class {wrong} of {}", classes.len())));
            }
        }
        let pixels = Pixels { shape: [channels, height, width], bytes: pixels };
        let (skipped, remarks) = (Vec::new(), Vec::new());
        Ok(Self {
            pixels,
            labels,
            classes,
            skipped,
            remarks,
            options: DatasetOptions::default(),
            taken: None,
        })
    }

    /// The pictures of this data set, then those of another, without classes.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] if their pictures differ in size or channels.
    pub fn joined(mut self, other: &Self) -> Result<Self, DatasetError> {
        if self.shape() != other.shape() {
            let [[c, h, w], [channels, height, width]] = [self.shape(), other.shape()];
            let reason = format!("{channels} × {height} × {width} numbers a picture, beside {c} × {h} × {w}");
            return Err(DatasetError::Damaged { name: "pictures that join others".to_owned(), reason });
        }
        self.pixels.bytes.extend_from_slice(&other.pixels.bytes);
        (self.labels, self.classes, self.taken) = (None, Vec::new(), None);
        Ok(self)
    }

    /// Channels, height and width of every picture.
    pub fn shape(&self) -> [usize; 3] {
        self.pixels.shape
    }

    /// Number of pictures, which is at least 1.
    pub fn len(&self) -> usize {
        self.pixels.len()
    }

    /// Always false: there is no data set without pictures.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names of the classes; empty if the data has no classes.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The index of a picture's class; `None` if the data has no classes.
    pub fn label(&self, index: usize) -> Option<u32> {
        self.labels.as_ref().and_then(|labels| labels.get(index).copied())
    }

    /// The pictures that could not be read.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Remarks, one line each: what was assumed where the source does not say it, and which parts of the
    /// source were not read.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The options that the data set was opened with.
    pub fn options(&self) -> &DatasetOptions {
        &self.options
    }

    /// Appends a picture `[channels, height, width]` with values in `[-1, 1]`; with `flip` it is mirrored left to
    /// right.
    ///
    /// # Panics
    /// If there is no picture with this index.
    pub fn extend_with(&self, values: &mut Vec<f32>, index: usize, flip: bool) {
        let value = |&byte: &u8| byte as f32 / 127.5 - 1.0;
        let picture = self.pixels.picture(index);
        if flip {
            let [.., width] = self.pixels.shape;
            values.extend(picture.chunks_exact(width).flat_map(|row| row.iter().rev().map(value)));
        } else {
            values.extend(picture.iter().map(value));
        }
    }

    /// What the records beside the source at `path` say of each picture.
    ///
    /// # Errors
    /// If there are no records, or not as many as the source has pictures.
    pub fn records(&self, path: &Path) -> Result<Vec<records::Record>, DatasetError> {
        let (all, numbers) = match &self.taken {
            Some((all, numbers)) => (*all, numbers.clone()),
            None => (self.len(), (0..self.len()).collect()),
        };
        let records = Records::beside(path, all)?;
        Ok(numbers.into_iter().filter_map(|number| records.of(number)).collect())
    }

    /// A hash (64-bit FNV-1a) of shape, pixels and classes, with which a resumed run checks that the data are
    /// the same.
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = FnvHasher::default();
        self.pixels.shape.iter().for_each(|side| hasher.write(&(*side as u64).to_le_bytes()));
        self.labels.iter().flatten().for_each(|label| hasher.write(&label.to_le_bytes()));
        for name in &self.classes {
            hasher.write(name.as_bytes());
            hasher.write(&[0]);
        }
        hasher.write(&self.pixels.bytes);
        hasher.finish()
    }

    /// Applies the options: classes, part, channels and size. `divided` says whether the part is still to be chosen.
    fn fitted(mut self, path: &Path, options: &DatasetOptions, divided: bool) -> Result<Self, DatasetError> {
        let name = || path.display().to_string();
        if options.class_key.is_some() || !options.filters.is_empty() {
            Records::beside(path, self.len())?.apply(&mut self, options)?;
        }
        match &options.classes {
            ClassChoice::All => {}
            ClassChoice::None => (self.labels, self.classes) = (None, Vec::new()),
            ClassChoice::Some(wanted) => self.choose(&name(), wanted)?,
        }
        if divided {
            let tested = |index: usize| index % HELD_OUT == HELD_OUT - 1;
            let kept: Vec<usize> =
                (0..self.len()).filter(|&index| tested(index) == (options.part == Part::Test)).collect();
            self.keep(&name(), &kept, || format!("every {HELD_OUT}th is for testing, and there are fewer"))?;
        }
        if options.grey {
            self.pixels = self.pixels.grey();
        }
        let [_, height, width] = self.shape();
        match options.size {
            Some(size) if [height, width] != [size; 2] => {
                let needed = self.pixels.fitted_len(size);
                if needed > MAX_BYTES {
                    let what = format!("{} pictures of {size} × {size}; give a smaller size", self.len());
                    return Err(DatasetError::TooLarge { name: name(), what });
                }
                room_for(path, "pictures", needed)?;
                self.pixels = self.pixels.fitted(size, options.pad);
            }
            None if height.max(width) > MAX_SIZE => {
                let what = format!("{width} × {height} pixels, at most {MAX_SIZE} a side; give a size");
                return Err(DatasetError::TooLarge { name: name(), what });
            }
            _ => {}
        }
        self.options = options.clone();
        Ok(self)
    }

    /// Keeps only the pictures of these classes.
    fn choose(&mut self, name: &str, wanted: &[String]) -> Result<(), DatasetError> {
        let mut new_labels = vec![None; self.classes.len()];
        for (new, class) in wanted.iter().enumerate() {
            let old = self.classes.iter().position(|name| name == class);
            let unknown = || DatasetError::Class {
                name: name.to_owned(),
                class: files::shortened(class, MAX_SHOWN),
                known: shortened(&self.classes),
            };
            new_labels[old.ok_or_else(unknown)?] = Some(new as u32);
        }
        let labels = self.labels.take().unwrap_or_default();
        let new_label = |index: &usize| new_labels[labels[*index] as usize];
        let kept: Vec<usize> = (0..labels.len()).filter(|index| new_label(index).is_some()).collect();
        self.keep(name, &kept, || "no picture is of these classes".to_owned())?;
        self.labels = Some(kept.iter().filter_map(new_label).collect());
        self.classes = wanted.to_vec();
        Ok(())
    }

    /// Keeps only the pictures with these `indices`, which must rise. `why` explains an empty result.
    fn keep(&mut self, name: &str, indices: &[usize], why: impl Fn() -> String) -> Result<(), DatasetError> {
        if indices.is_empty() {
            return Err(DatasetError::Empty { name: name.to_owned(), reason: why() });
        }
        let (all, numbers) = self.taken.take().unwrap_or_else(|| (self.len(), (0..self.len()).collect()));
        self.taken = Some((all, indices.iter().map(|&index| numbers[index]).collect()));
        self.pixels.keep(indices.iter().copied());
        if let Some(labels) = &mut self.labels {
            *labels = indices.iter().map(|&index| labels[index]).collect();
        }
        Ok(())
    }
}

/// The first few names, shortened and made safe for messages.
fn shortened(names: &[String]) -> String {
    let shown: Vec<String> =
        names.iter().take(12).map(|name| files::shortened(&files::plain(name), MAX_SHOWN)).collect();
    match names.len() {
        0 => "none".to_owned(),
        n if n <= 12 => shown.join(", "),
        n => format!("{}, … ({n} in all)", shown.join(", ")),
    }
}

/// Checks that there is enough free memory before it is reserved; `what` says in errors what it is for.
fn room_for(path: &Path, what: &str, bytes: u64) -> Result<(), DatasetError> {
    let name = || path.display().to_string();
    if bytes > MAX_BYTES {
        let what = format!("{what} of {}, at most {} are held", files::bytes(bytes), files::bytes(MAX_BYTES));
        return Err(DatasetError::TooLarge { name: name(), what });
    }
    memory::enough_for(bytes).map_err(|shortage| DatasetError::Memory { name: name(), shortage })
}
