//! Data sets: pictures to learn from, all of one size, with or without classes.
//!
//! | source | what it is |
//! | --- | --- |
//! | a folder of pictures | any format that [`imaging`](crate::imaging) reads; sub-folders are classes |
//! | IDX (`.gz`) | MNIST's own format; a folder with `train-images-idx3-ubyte`, or one such file |
//! | `.npz` | NumPy's archives, one array of pictures and perhaps one of classes |
//! | `.csv` (`.gz`) | a row of pixels each, square, the last column the class |
//!
//! A `.json` file of the same name beside any of them may say more of each picture: [`records`].
//!
//! Every failure is a [`DatasetError`], whose text is one line: what it is about, what is wrong, what
//! to do.

mod csv;
mod error;
mod folder;
mod idx;
mod npy;
mod npz;
mod parts;
mod pixels;
pub mod records;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::imaging::ImagingError;

pub use error::DatasetError;

use pixels::Pixels;
use records::{Filter, Records};

/// Most bytes of pixels that are held.
const MAX_BYTES: u64 = 8 << 30;
/// Most bytes of text or labels that are read from one file.
const MAX_TEXT: u64 = 1 << 30;
/// Longest side of a picture to be learned from.
pub const MAX_SIZE: usize = 1024;
/// Most classes.
pub const MAX_CLASSES: usize = 10_000;
/// Where a source has no test part of its own, every so-many-th picture is for testing.
pub const HELD_OUT: usize = 10;

/// What is made of a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DatasetOptions {
    /// Height and width, `1..=`[`MAX_SIZE`]: the largest centred square, scaled with a Lanczos kernel.
    /// When not given, arrays keep their own size and folders are scaled to 32.
    pub size: Option<usize>,
    /// Pictures that are no larger than `size` keep their pixels, in the middle of black.
    #[serde(default)]
    pub pad: bool,
    /// One channel (luma of Rec. 601) instead of three.
    pub grey: bool,
    /// Which classes there are.
    pub classes: ClassChoice,
    /// The field of the [`records`] that is the class, in place of the source's own classes.
    #[serde(default)]
    pub class_key: Option<String>,
    /// Only pictures whose records pass all of these.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// For learning, for testing, or both.
    #[serde(default)]
    pub part: Part,
}

/// Which of a source's pictures are taken.
///
/// A folder of IDX files has parts of its own, `train-…` and others (`t10k-…` as MNIST calls them). Of
/// any other source, what remains after the choice of classes and the filters is told apart by its
/// order: number 10, 20, … are for testing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// All; of a folder of IDX files those for learning.
    #[default]
    All,
    /// Those for learning.
    Train,
    /// Those for testing.
    Test,
}

impl Part {
    /// What begins the names of its IDX files.
    fn name(self) -> &'static str {
        if self == Self::Test { "t10k" } else { "train" }
    }
}

/// Which classes of a source are taken.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassChoice {
    /// All that there are.
    #[default]
    All,
    /// All pictures, without their classes.
    None,
    /// Only pictures of these classes, numbered in this order.
    Some(Vec<String>),
}

/// A picture that could not be used, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    /// One line that names the file.
    pub reason: String,
}

/// Pictures to learn from, held as bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    pixels: Pixels,
    labels: Option<Vec<u32>>,
    classes: Vec<String>,
    skipped: Vec<Skipped>,
    options: DatasetOptions,
}

impl Dataset {
    /// Opens a source of any kind.
    ///
    /// # Errors
    /// A [`DatasetError`] that names the file. Single pictures of a folder that cannot be read are no
    /// error, but are [`skipped`](Self::skipped).
    pub fn open(path: &Path, options: &DatasetOptions) -> Result<Self, DatasetError> {
        if let Some(size) = options.size
            && !(1..=MAX_SIZE).contains(&size)
        {
            return Err(DatasetError::Size { size });
        }
        let metadata = path.metadata().map_err(|error| ImagingError::reading(path, &error))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let data = if metadata.is_dir() {
            match idx::find(path, options.part)? {
                Some(images) => return idx::read(&images)?.fitted(path, options, false),
                None => folder::read(path, options)?,
            }
        } else if ends(&[".npz"]) {
            npz::read(path)?
        } else if ends(&[".csv", ".csv.gz"]) {
            csv::read(path)?
        } else if name.contains("idx") {
            idx::read(path)?
        } else {
            return Err(DatasetError::Unknown { name: path.display().to_string() });
        };
        data.fitted(path, options, options.part != Part::All)
    }

    /// A data set from bytes: `pixels` of shape `[n, channels, height, width]` with 1 or 3 channels,
    /// where v stands for `v / 127.5 − 1`; `labels` are indices of `classes`, one for each picture.
    ///
    /// # Errors
    /// [`DatasetError::Damaged`] when something does not fit.
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

    /// As [`from_bytes`](Self::from_bytes), with any number of channels.
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
        Ok(Self { pixels, labels, classes, skipped: Vec::new(), options: DatasetOptions::default() })
    }

    /// Channels, height and width of every picture.
    pub fn shape(&self) -> [usize; 3] {
        self.pixels.shape
    }

    /// Number of pictures; at least 1.
    pub fn len(&self) -> usize {
        self.pixels.len()
    }

    /// Never: there is no data set without pictures.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Names of the classes; none when the data has no classes.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The class of a picture, where the data has classes.
    pub fn label(&self, index: usize) -> Option<u32> {
        self.labels.as_ref().and_then(|labels| labels.get(index).copied())
    }

    /// What could not be read.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// What was asked for when it was opened.
    pub fn options(&self) -> &DatasetOptions {
        &self.options
    }

    /// Appends a picture as `[channels, height, width]` in `[-1, 1]`, mirrored left to right with
    /// `flip`.
    ///
    /// # Panics
    /// If there is no such picture.
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

    /// A hash (64-bit FNV-1a) of shape, pixels and classes: whether a run goes on with its own data.
    pub fn fingerprint(&self) -> u64 {
        let mix = |hash: u64, byte: u8| (hash ^ byte as u64).wrapping_mul(0x0100_0000_01B3);
        let shape = self.pixels.shape.iter().flat_map(|side| (*side as u64).to_le_bytes());
        let labels = self.labels.iter().flatten().flat_map(|label| label.to_le_bytes());
        let names = self.classes.iter().flat_map(|name| name.bytes().chain([0]));
        let all = shape.chain(labels).chain(names).fold(0xCBF2_9CE4_8422_2325, mix);
        self.pixels.bytes.iter().fold(all, |hash, &byte| mix(hash, byte))
    }

    /// As the options ask: classes, part, channels, size. `divided`: whether the part is still to be
    /// taken.
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
            Some(size) => self.pixels = self.pixels.fitted(size, options.pad),
            None if height.max(width) > MAX_SIZE => {
                let what = format!("{width} × {height} pixels, at most {MAX_SIZE} a side; give a size");
                return Err(DatasetError::TooLarge { name: name(), what });
            }
            None => {}
        }
        self.options = options.clone();
        Ok(self)
    }

    /// Keeps pictures of these classes alone.
    fn choose(&mut self, name: &str, wanted: &[String]) -> Result<(), DatasetError> {
        let mut new_labels = vec![None; self.classes.len()];
        for (new, class) in wanted.iter().enumerate() {
            let old = self.classes.iter().position(|name| name == class);
            let unknown = || DatasetError::Class {
                name: name.to_owned(),
                class: class.clone(),
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

    /// Keeps these pictures alone; `indices` rise.
    fn keep(&mut self, name: &str, indices: &[usize], why: impl Fn() -> String) -> Result<(), DatasetError> {
        if indices.is_empty() {
            return Err(DatasetError::Empty { name: name.to_owned(), reason: why() });
        }
        self.pixels.keep(indices.iter().copied());
        if let Some(labels) = &mut self.labels {
            *labels = indices.iter().map(|&index| labels[index]).collect();
        }
        Ok(())
    }
}

/// The first few names.
fn shortened(names: &[String]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        n if n <= 12 => names.join(", "),
        n => format!("{}, … ({n} in all)", names[..12].join(", ")),
    }
}

/// Numbers of classes as they are in the file → indices and names, where no number is left out.
fn numbered_classes(name: &str, numbers: &[i64]) -> Result<(Vec<u32>, Vec<String>), DatasetError> {
    let damaged = |reason| DatasetError::Damaged { name: name.to_owned(), reason };
    let last = numbers.iter().copied().max().unwrap_or(0);
    if let Some(wrong) = numbers.iter().find(|&&n| n < 0 || n >= MAX_CLASSES as i64) {
        return Err(damaged(format!("the class {wrong} is not from 0 to {}", MAX_CLASSES - 1)));
    }
    let labels = numbers.iter().map(|&n| n as u32).collect();
    Ok((labels, (0..=last).map(|n| n.to_string()).collect()))
}
