//! Pictures in blocks of sixteen channels.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use pulp::Simd;

/// Channels of one block: a vector of AVX-512, two of AVX2.
pub(super) const LANES: usize = 16;

/// Sixteen channels of one pixel, as long as one line of the cache.
///
/// A picture is `⌈channels / 16⌉` blocks one after another. Each block is a sequence of rows, one `Lanes` for
/// every pixel of every image; lanes beyond the last channel are zero. So every operation works on sixteen
/// channels of a pixel at once, and two pictures side by side in memory are their concatenation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub(super) struct Lanes(pub(super) [f32; LANES]);

impl Lanes {
    pub(super) const ZERO: Self = Self([0.0; LANES]);

    /// How many vectors of a SIMD level make sixteen lanes.
    pub(super) const fn vectors<S: Simd>() -> usize {
        LANES / S::F32_LANES
    }

    #[inline(always)]
    pub(super) fn vector<S: Simd>(&self, i: usize) -> S::f32s {
        S::as_simd_f32s(&self.0).0[i]
    }

    #[inline(always)]
    pub(super) fn set<S: Simd>(&mut self, i: usize, vector: S::f32s) {
        S::as_mut_simd_f32s(&mut self.0).0[i] = vector;
    }
}

/// The channels of a picture, or of several concatenated pictures, each of which begins with a block of its
/// own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Channels(Vec<usize>);

impl Channels {
    pub(super) fn new(parts: &[usize]) -> Self {
        Self(parts.to_vec())
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().sum()
    }

    pub(super) fn blocks(&self) -> usize {
        self.0.iter().map(|part| part.div_ceil(LANES)).sum()
    }

    /// The numbers of each block that a product has to read.
    pub(super) fn depth(&self) -> usize {
        // If there is a single block, its lanes beyond the last channel need not be read; of several blocks,
        // all lanes are read.
        match self.0[..] {
            [only] if only < LANES => only,
            _ => LANES,
        }
    }

    /// For every block, which channels its lanes hold; a block may have fewer than sixteen.
    pub(super) fn of_blocks(&self) -> Vec<std::ops::Range<usize>> {
        let mut ranges = Vec::with_capacity(self.blocks());
        let mut first = 0;
        for part in &self.0 {
            let end = first + part;
            while first < end {
                ranges.push(first..(first + LANES).min(end));
                first = (first + LANES).min(end);
            }
        }
        ranges
    }

    /// Puts one number for each channel in the channel's lane; the other lanes are zero.
    pub(super) fn spread(&self, numbers: &[f32]) -> Vec<Lanes> {
        let lanes = |channels: std::ops::Range<usize>| {
            let mut lanes = Lanes::ZERO;
            lanes.0[..channels.len()].copy_from_slice(&numbers[channels]);
            lanes
        };
        self.of_blocks().into_iter().map(lanes).collect()
    }

    /// The inverse of [`spread`](Self::spread): the numbers of all channels, without the lanes that are zero.
    pub(super) fn dense(&self, blocks: &[Lanes]) -> Vec<f32> {
        let blocks = self.of_blocks().into_iter().zip(blocks);
        blocks.flat_map(|(range, lanes)| lanes.0[..range.len()].to_vec()).collect()
    }
}
