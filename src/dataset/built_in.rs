//! The data sets that come with the program: small, so that they are learned in minutes. Sources and licences:
//! `assets/LICENSES.md`.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Dataset, DatasetError, DatasetOptions};
use crate::imaging::load::from_bytes;
use crate::imaging::raster_to_rgb8;

/// Pictures in a row of a sheet.
const COLUMNS: usize = 40;

/// A data set that comes with the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuiltIn {
    /// 1,797 handwritten digits of 8 × 8, grey, ten classes.
    #[default]
    Digits,
    /// 1,200 garments of 28 × 28, grey, ten classes.
    Fashion,
    /// 263 emoji of 32 × 32, in colour, three classes.
    Emoji,
}

/// A sheet of pictures, and what is on it.
struct Sheet {
    png: &'static [u8],
    /// The class of each picture, a digit.
    labels: &'static str,
    side: usize,
    channels: usize,
    classes: &'static [&'static str],
}

impl BuiltIn {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Digits, Self::Fashion, Self::Emoji];

    /// Identifier in files and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Fashion => "fashion",
            Self::Emoji => "emoji",
        }
    }

    /// Height and width of the pictures as they are stored.
    pub fn side(self) -> usize {
        self.sheet().side
    }

    /// Channels of the pictures: 1 or 3.
    pub fn channels(self) -> usize {
        self.sheet().channels
    }

    const fn sheet(self) -> Sheet {
        match self {
            Self::Digits => Sheet {
                png: include_bytes!("../../assets/data/digits.png"),
                labels: include_str!("../../assets/data/digits.txt"),
                side: 8,
                channels: 1,
                classes: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
            },
            Self::Fashion => Sheet {
                png: include_bytes!("../../assets/data/fashion.png"),
                labels: include_str!("../../assets/data/fashion.txt"),
                side: 28,
                channels: 1,
                classes: &[
                    "T-shirt",
                    "trousers",
                    "pullover",
                    "dress",
                    "coat",
                    "sandal",
                    "shirt",
                    "sneaker",
                    "bag",
                    "ankle boot",
                ],
            },
            Self::Emoji => Sheet {
                png: include_bytes!("../../assets/data/emoji.png"),
                labels: include_str!("../../assets/data/emoji.txt"),
                side: 32,
                channels: 3,
                classes: &["animals", "food", "faces"],
            },
        }
    }

    /// Opens the set as [`Dataset::open`] opens one from a file; every [`HELD_OUT`](super::HELD_OUT)th picture is for
    /// testing.
    ///
    /// # Errors
    /// If the options ask for what the set does not have, or a size that is not possible.
    pub fn open(self, options: &DatasetOptions) -> Result<Dataset, DatasetError> {
        let Sheet { png, labels, side, channels, classes } = self.sheet();
        let damaged = |reason: String| DatasetError::Damaged { name: self.name().to_owned(), reason };
        let sheet = from_bytes(self.name(), png).map_err(|error| damaged(error.to_string()))?.pixels;
        let labels: Vec<u32> = labels.trim().chars().filter_map(|digit| digit.to_digit(10)).collect();
        let rgb = raster_to_rgb8(&sheet);
        let mut bytes = Vec::with_capacity(labels.len() * channels * side * side);
        for picture in 0..labels.len() {
            let (row, column) = (picture / COLUMNS * side, picture % COLUMNS * side);
            for channel in 0..channels {
                for y in row..row + side {
                    let places = (column..column + side).map(|x| 3 * (y * sheet.width + x) + channel);
                    bytes.extend(places.filter_map(|place| rgb.get(place)));
                }
            }
        }
        let classes = classes.iter().map(ToString::to_string).collect();
        let shape = [labels.len(), channels, side, side];
        let whole = Dataset::from_bytes(self.name(), shape, bytes, Some(labels), classes)?;
        whole.fitted(Path::new(self.name()), options, options.part != super::Part::All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::Part;

    #[test]
    fn every_set_is_whole_and_is_divided() {
        for (set, n) in BuiltIn::ALL.into_iter().zip([1797, 1200, 263]) {
            let of = |part| set.open(&DatasetOptions { part, ..DatasetOptions::default() }).unwrap();
            let [all, train, test] = [Part::All, Part::Train, Part::Test].map(of);
            assert_eq!((all.len(), train.len() + test.len()), (n, n), "{set:?}");
            assert_eq!(test.len(), n / 10, "{set:?}");
            assert_eq!(all.shape(), [set.channels(), set.side(), set.side()]);
            // Every class is among the pictures of each part.
            for data in [&train, &test] {
                let seen = |class: usize| (0..data.len()).any(|i| data.label(i) == Some(class as u32));
                assert!((0..data.classes().len()).all(seen), "{set:?}");
            }
        }
    }

    #[test]
    fn pictures_are_cut_from_their_places() {
        // The mean of all digits: dark at the left and right edges, bright in the middle.
        let data = BuiltIn::Digits.open(&DatasetOptions::default()).unwrap();
        let mut sum = vec![0.0; 64];
        for i in 0..data.len() {
            let mut values = Vec::new();
            data.extend_with(&mut values, i, false);
            sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += f64::from(value));
        }
        let mean: Vec<f64> = sum.iter().map(|sum| sum / data.len() as f64).collect();
        for row in mean.as_chunks::<8>().0 {
            assert!(row[0] < -0.98 && row[7] < -0.9 && row[3] > -0.4, "{row:?}");
        }
    }
}
