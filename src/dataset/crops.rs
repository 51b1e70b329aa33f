//! Square crops of a few pictures, as a data set.

use super::blocks::to_blocks;
use super::{Dataset, DatasetError};
use crate::diffusion::Raster;
use crate::diffusion::gaussian::standard_normal_cdf;
use crate::diffusion::noise::{Key, Stream, plane};
use crate::imaging::{FitMode, FitOptions, fill, fit};

/// What crops are made of pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crops {
    /// Height and width of a crop, in pixels: a multiple of `block`.
    pub size: usize,
    /// How much longer a picture's shorter side is than a crop, at least 1.
    pub room: f64,
    /// Number of crops. They are taken from the pictures in turn; every second one of a picture is mirrored.
    pub count: usize,
    /// Side of the blocks of pixels that become one pixel with more channels; 1 for none.
    pub block: usize,
    /// Seed of the places.
    pub seed: u64,
    /// Which crops of this seed: 0 for those that are learned, 1 for those that are held out.
    pub part: u32,
}

impl Crops {
    /// The crops of pictures that all have the same number of channels.
    ///
    /// # Errors
    /// If there are no pictures.
    pub fn of(&self, pictures: &[Raster]) -> Result<Dataset, DatasetError> {
        let name = "crops";
        let fitted: Vec<Raster> = pictures.iter().map(|picture| self.fitted(picture)).collect();
        let Some(first) = fitted.first() else {
            return Err(DatasetError::Empty { name: name.to_owned(), reason: "there is no picture".into() });
        };
        let (size, block, channels) = (self.size, self.block, first.channels);
        let normals =
            plane(Key::from_seed(self.seed), 0, Stream::Training, u32::MAX, self.part, 2 * self.count);
        let mut bytes = Vec::with_capacity(self.count * channels * size * size);
        for ((i, place), picture) in normals.as_chunks::<2>().0.iter().enumerate().zip(fitted.iter().cycle())
        {
            let [top, left] = [(place[0], picture.height), (place[1], picture.width)].map(|(z, side)| {
                // A normal value's cumulative probability is uniformly distributed.
                let uniform = standard_normal_cdf(f64::from(z));
                (((side - size + 1) as f64 * uniform) as usize).min(side - size)
            });
            let mirrored = (i / fitted.len()).is_multiple_of(2);
            bytes.extend(to_blocks(
                &crop(picture, [top, left], size, mirrored),
                [channels, size, size],
                block,
            ));
        }
        let shape = [self.count, channels * block * block, size / block, size / block];
        Dataset::from_planes(name, shape, bytes, None, Vec::new())
    }

    /// The picture with its shorter side `room` times as long as a crop's.
    fn fitted(&self, picture: &Raster) -> Raster {
        let shorter = (self.size as f64 * self.room).round();
        let (h, w) = (picture.height as f64, picture.width as f64);
        let longest = (shorter * h.max(w) / h.min(w)).round().min(8.0 * shorter);
        let scaled = fit(picture, &FitOptions { size: longest as u32, mode: FitMode::Fit });
        if scaled.height < self.size || scaled.width < self.size {
            fill(&scaled, shorter as usize, shorter as usize)
        } else {
            scaled
        }
    }
}

/// A square of a picture as bytes, mirrored left to right if wished.
fn crop(picture: &Raster, [top, left]: [usize; 2], size: usize, mirrored: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(picture.channels * size * size);
    for channel in 0..picture.channels {
        let plane = picture.plane(channel);
        for y in top..top + size {
            let row = plane[y * picture.width + left..][..size].iter();
            let byte = |value: &f32| ((value + 1.0) * 127.5).round() as u8;
            if mirrored {
                bytes.extend(row.rev().map(byte));
            } else {
                bytes.extend(row.map(byte));
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_differ_and_crops_lie_within_their_pictures() {
        let picture =
            Raster::new(1, 20, 31, (0..620).map(|i| (i % 31) as f32 / 15.5 - 1.0).collect::<Vec<_>>());
        let crops = Crops { size: 16, room: 1.1, count: 8, block: 2, seed: 3, part: 0 };
        let data = crops.of(std::slice::from_ref(&picture)).unwrap();
        assert_eq!((data.len(), data.shape()), (8, [4, 8, 8]));
        assert_eq!(crops.of(std::slice::from_ref(&picture)).unwrap(), data);
        let other = Crops { part: 1, ..crops }.of(&[picture]).unwrap();
        assert_ne!(other.fingerprint(), data.fingerprint());
        assert!(crops.of(&[]).is_err());
    }
}
