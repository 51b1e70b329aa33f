//! What probes look at: the same noise, pictures and noise levels every time, so that only the network changes.

use std::sync::Arc;

use super::sheet::{Layout, Sheet};
use crate::dataset::Dataset;
use crate::diffusion::noise::{Key, Stream, plane};

/// The number of noise levels at which a held-out picture is shown.
pub const LEVELS: usize = 8;
/// The number of timesteps at which errors are measured: in the middle of equal parts of `1..=T`.
pub const STRATA: usize = 16;
/// The number of network calls for a sample.
pub(super) const CALLS: usize = 12;
/// Number of samples, where iterations are not short.
const MAX_SAMPLES: usize = 16;

/// What probes of a training look at.
#[derive(Clone, Debug)]
pub struct Watch {
    pub(super) data: Arc<Dataset>,
    pub(super) held_out: Arc<Dataset>,
    /// Side of the blocks of pixels that the data have for pixels; 1 for none.
    pub(super) block: usize,
    /// Number of samples.
    pub(super) samples: usize,
    /// Number of pictures of each part on which errors are measured.
    pub(super) pictures: usize,
    pub(super) seed: u64,
    /// The held-out picture that is shown at all levels.
    pub(super) shown: usize,
}

impl Watch {
    /// Looks at pictures of `data`, which is learned, and of `held_out`, which is not. `quick` says that iterations are
    /// short, so that probes should be too.
    pub fn new(data: Arc<Dataset>, held_out: Arc<Dataset>, block: usize, quick: bool, seed: u64) -> Self {
        let (samples, pictures) = if quick { (4, 2) } else { (MAX_SAMPLES, 8) };
        // The first picture of a held-out part is as good as any; its class is among those that are learned.
        Self { data, held_out, block: block.max(1), samples, pictures, seed, shown: 0 }
    }

    /// Channels, height and width of the pictures in pixels.
    pub fn picture(&self) -> [usize; 3] {
        let [channels, height, width] = self.data.shape();
        [channels / (self.block * self.block), height * self.block, width * self.block]
    }

    /// The data that are learned.
    pub fn data(&self) -> &Arc<Dataset> {
        &self.data
    }

    /// How many learned and held-out pictures are asked about when errors are measured.
    pub fn measured(&self) -> usize {
        self.pictures
    }

    /// The pictures that are not learned.
    pub fn held_out(&self) -> &Arc<Dataset> {
        &self.held_out
    }

    /// Side of the blocks of pixels that the network sees as pixels.
    pub fn block(&self) -> usize {
        self.block
    }

    /// The name of the class of the held-out picture; `None` if there are no classes.
    pub fn class(&self) -> Option<&str> {
        let label = self.held_out.label(self.shown)?;
        self.held_out.classes().get(label as usize).map(String::as_str)
    }

    /// The classes of the samples, in turn; `None` if there are no classes.
    pub(super) fn classes(&self) -> Option<Vec<u32>> {
        let known = self.data.classes().len();
        (known > 0).then(|| (0..self.samples).map(|i| (i % known) as u32).collect())
    }

    /// The values and the class of a picture.
    pub(super) fn take(data: &Dataset, index: usize) -> (Vec<f32>, Option<u32>) {
        let mut values = Vec::new();
        data.extend_with(&mut values, index % data.len(), false);
        (values, data.label(index % data.len()))
    }

    /// The noise of a place that is looked at.
    pub(super) fn noise(&self, node: u32, cell: u32) -> Vec<f32> {
        let [channels, height, width] = self.data.shape();
        let key = Key::from_seed(self.seed);
        let planes = (0..channels as u32).map(|c| plane(key, c, Stream::Epsilon, node, cell, height * width));
        planes.flatten().collect()
    }

    /// Samples in a row of their sheet, which is square.
    pub(super) fn columns(&self) -> usize {
        self.samples.isqrt().max(1)
    }

    /// Lays out pictures in rows.
    pub(super) fn sheet(&self, values: &[f32], columns: usize) -> Sheet {
        let picture = self.picture();
        let gap = if picture[2] > 16 { 2 } else { 1 };
        Sheet::of(values, Layout { picture, columns, gap, block: self.block })
    }
}

/// The timesteps at which a picture is shown, rising to T.
pub fn levels(steps: usize) -> [usize; LEVELS] {
    std::array::from_fn(|i| ((i + 1) * steps / LEVELS).max(1))
}

/// The timesteps at which errors are measured: the middle of each of [`STRATA`] equal parts.
pub fn strata(steps: usize) -> [usize; STRATA] {
    std::array::from_fn(|i| ((2 * i + 1) * steps).div_ceil(2 * STRATA).clamp(1, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_strata_are_spread_over_all_timesteps() {
        assert_eq!(levels(1000), [125, 250, 375, 500, 625, 750, 875, 1000]);
        assert_eq!(strata(1000)[0], 32);
        assert_eq!(strata(1600)[15], 1550);
        for steps in [1, 2, 5, 16, 999] {
            for t in levels(steps).into_iter().chain(strata(steps)) {
                assert!((1..=steps).contains(&t), "{t} of {steps}");
            }
            assert!(levels(steps).is_sorted() && strata(steps).is_sorted());
        }
    }
}
