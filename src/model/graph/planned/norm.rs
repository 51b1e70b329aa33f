//! Group normalisation (Wu & He 2018) as one linear map for each channel of each image.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::ops::Range;

use pulp::Simd;

use super::lanes::{Channels, LANES, Lanes};

/// The map `(x − mean) · factor + shift`, with a mean, a factor and a shift for every lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine {
    pub(super) mean: Lanes,
    pub(super) factor: Lanes,
    shift: Lanes,
}

impl Affine {
    /// The identity.
    pub(super) const NONE: Self = Self { mean: Lanes::ZERO, factor: Lanes([1.0; LANES]), shift: Lanes::ZERO };

    #[inline(always)]
    pub(super) fn apply<S: Simd>(&self, simd: S, v: usize, x: S::f32s) -> S::f32s {
        let centred = simd.sub_f32s(x, self.mean.vector::<S>(v));
        simd.mul_add_e_f32s(centred, self.factor.vector::<S>(v), self.shift.vector::<S>(v))
    }
}

/// A modulation after the normalisation, `x · (1 + scale) + shift`, with two numbers for each channel of each image.
#[derive(Clone, Copy, Debug)]
pub(super) struct Modulation<'a> {
    /// `[blocks, images]`.
    pub(super) scale: &'a [Lanes],
    /// `[blocks, images]`.
    pub(super) shift: &'a [Lanes],
}

impl Modulation<'_> {
    #[inline(always)]
    pub(super) fn apply(self, block: usize, image: usize, images: usize, affine: &mut Affine) {
        let (scale, shift) = (self.scale[block * images + image], self.shift[block * images + image]);
        for lane in 0..LANES {
            let factor = 1.0 + scale.0[lane];
            affine.factor.0[lane] *= factor;
            affine.shift.0[lane] = affine.shift.0[lane] * factor + shift.0[lane];
        }
    }
}

/// A group normalisation of pictures with these channels.
#[derive(Clone, Debug)]
pub(super) struct GroupNorm {
    pub(super) channels: Channels,
    pub(super) units: Vec<Unit>,
    eps: f32,
}

/// A range of blocks that contains every group either completely or not at all, so that it can be normalised
/// by itself.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) blocks: Range<usize>,
    /// The group of every lane; `None` for lanes without a channel.
    groups: Vec<[Option<u16>; LANES]>,
    count: usize,
    pub(super) weight: Vec<Lanes>,
    bias: Vec<Lanes>,
}

impl GroupNorm {
    /// A normalisation of `groups` of equally many channels. `weight` and `bias` have one number for each channel.
    pub(super) fn new(channels: &Channels, groups: usize, eps: f64, weight: &[f32], bias: &[f32]) -> Self {
        let size = channels.count() / groups;
        let (weight, bias) = (channels.spread(weight), channels.spread(bias));
        let ranges = channels.of_blocks();
        let mut units = Vec::new();
        let mut first = 0;
        for (block, range) in ranges.iter().enumerate() {
            if !range.end.is_multiple_of(size) {
                continue;
            }
            let blocks = first..block + 1;
            let before = ranges[first].start / size;
            let of_lanes = |range: &Range<usize>| {
                std::array::from_fn(|lane| {
                    let channel = range.start + lane;
                    (channel < range.end).then(|| (channel / size - before) as u16)
                })
            };
            units.push(Unit {
                groups: ranges[blocks.clone()].iter().map(of_lanes).collect(),
                count: range.end / size - before,
                weight: weight[blocks.clone()].to_vec(),
                bias: bias[blocks.clone()].to_vec(),
                blocks,
            });
            first = block + 1;
        }
        Self { channels: channels.clone(), units, eps: eps as f32 }
    }

    /// Replaces the scales and shifts.
    pub(super) fn set(&mut self, weight: &[f32], bias: &[f32]) {
        let (weight, bias) = (self.channels.spread(weight), self.channels.spread(bias));
        for unit in &mut self.units {
            unit.weight.copy_from_slice(&weight[unit.blocks.clone()]);
            unit.bias.copy_from_slice(&bias[unit.blocks.clone()]);
        }
    }

    /// The mean and the inverse standard deviation of every group in one unit of an image.
    #[inline(always)]
    pub(super) fn moments<S: Simd>(&self, simd: S, unit: &Unit, x: Image<'_>) -> Moments {
        let Moments { mut mean, mut factor } = Moments::NONE;
        let mut sizes = [0.0; MOST_GROUPS];
        for block in 0..unit.groups.len() {
            unit.gather(block, &sum(simd, x.block(block)), &mut mean);
            unit.gather(block, &Lanes([x.pixels as f32; LANES]), &mut sizes);
        }
        for (mean, size) in mean[..unit.count].iter_mut().zip(&sizes) {
            *mean /= size;
        }
        for block in 0..unit.groups.len() {
            let centre = unit.spread(block, &mean);
            unit.gather(block, &sum_of_squares(simd, x.block(block), &centre), &mut factor);
        }
        for (factor, size) in factor[..unit.count].iter_mut().zip(&sizes) {
            *factor = 1.0 / (*factor / size + self.eps).sqrt();
        }
        Moments { mean, factor }
    }
}

/// Some blocks of channels of one image.
#[derive(Clone, Copy, Debug)]
pub(super) struct Image<'a> {
    /// The blocks of all images.
    pub(super) from: &'a [Lanes],
    pub(super) images: usize,
    pub(super) index: usize,
    pub(super) pixels: usize,
}

impl<'a> Image<'a> {
    #[inline(always)]
    pub(super) fn block(self, block: usize) -> &'a [Lanes] {
        &self.from[(block * self.images + self.index) * self.pixels..][..self.pixels]
    }
}

/// The mean of every group, and the inverse of its standard deviation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    mean: [f32; MOST_GROUPS],
    factor: [f32; MOST_GROUPS],
}

impl Moments {
    pub(super) const NONE: Self = Self { mean: [0.0; MOST_GROUPS], factor: [0.0; MOST_GROUPS] };

    /// For each lane of one of the unit's blocks, the inverse of its group's standard deviation.
    #[inline(always)]
    pub(super) fn scale(&self, unit: &Unit, block: usize) -> Lanes {
        unit.spread(block, &self.factor)
    }

    /// The affine map that normalises one of the unit's blocks.
    #[inline(always)]
    pub(super) fn affine(&self, unit: &Unit, block: usize) -> Affine {
        let (mean, mut factor) = (unit.spread(block, &self.mean), unit.spread(block, &self.factor));
        for (factor, weight) in factor.0.iter_mut().zip(&unit.weight[block].0) {
            *factor *= weight;
        }
        Affine { mean, factor, shift: unit.bias[block] }
    }
}

/// The most groups in one unit; networks with more groups use the reference instead.
pub(super) const MOST_GROUPS: usize = 64;

impl Unit {
    /// One block, for pictures that are not normalised.
    pub(super) fn block(block: usize) -> Self {
        let blocks = block..block + 1;
        Self { blocks, groups: Vec::new(), count: 0, weight: Vec::new(), bias: Vec::new() }
    }

    /// Adds every lane's number to the sum of its group.
    #[inline(always)]
    pub(super) fn gather(&self, block: usize, lanes: &Lanes, of_groups: &mut [f32; MOST_GROUPS]) {
        for (group, x) in self.groups[block].iter().zip(lanes.0) {
            if let Some(group) = group {
                of_groups[*group as usize] += x;
            }
        }
    }

    /// For every lane, the number of its group.
    #[inline(always)]
    pub(super) fn spread(&self, block: usize, of_groups: &[f32; MOST_GROUPS]) -> Lanes {
        let mut lanes = Lanes::ZERO;
        for (lane, group) in lanes.0.iter_mut().zip(&self.groups[block]) {
            if let Some(group) = group {
                *lane = of_groups[*group as usize];
            }
        }
        lanes
    }
}

/// The sum over pixels, lane by lane.
#[inline(always)]
fn sum<S: Simd>(simd: S, x: &[Lanes]) -> Lanes {
    let mut total = Lanes::ZERO;
    let (fours, rest) = x.as_chunks::<4>();
    for v in 0..Lanes::vectors::<S>() {
        let mut sums = [simd.splat_f32s(0.0); 4];
        for four in fours {
            for i in 0..4 {
                sums[i] = simd.add_f32s(sums[i], four[i].vector::<S>(v));
            }
        }
        for x in rest {
            sums[0] = simd.add_f32s(sums[0], x.vector::<S>(v));
        }
        total.set::<S>(v, simd.add_f32s(simd.add_f32s(sums[0], sums[1]), simd.add_f32s(sums[2], sums[3])));
    }
    total
}

/// The sum over pixels of squared differences from the mean, lane by lane.
#[inline(always)]
fn sum_of_squares<S: Simd>(simd: S, x: &[Lanes], mean: &Lanes) -> Lanes {
    let mut total = Lanes::ZERO;
    let (fours, rest) = x.as_chunks::<4>();
    for v in 0..Lanes::vectors::<S>() {
        let mean = mean.vector::<S>(v);
        let mut sums = [simd.splat_f32s(0.0); 4];
        for four in fours {
            for i in 0..4 {
                let centred = simd.sub_f32s(four[i].vector::<S>(v), mean);
                sums[i] = simd.mul_add_e_f32s(centred, centred, sums[i]);
            }
        }
        for x in rest {
            let centred = simd.sub_f32s(x.vector::<S>(v), mean);
            sums[0] = simd.mul_add_e_f32s(centred, centred, sums[0]);
        }
        total.set::<S>(v, simd.add_f32s(simd.add_f32s(sums[0], sums[1]), simd.add_f32s(sums[2], sums[3])));
    }
    total
}
