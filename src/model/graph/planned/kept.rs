//! The only copy of the weights of a large layer.
//!
//! Small layers are packed for the way in which a convolution of some size is computed: kernels for tiles take 16 or 36
//! numbers instead of 9. The weights of large layers are most of a network, and reading them from memory takes a good
//! part of a call. So they are kept once, by taps, in 16 bits if they were stored so. Kernels for tiles are transformed
//! while they are read, as many as stay in the nearest caches; the tensors of a checkpoint are not kept beside them, but
//! made again when they are asked for.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for a SIMD level")]

use std::ops::Range;
use std::sync::Arc;

use candle_core::op::BackpropOp;
use candle_core::{CpuStorage, Storage, Tensor};
use half::f16;
use rayon::prelude::*;

use super::half::{HalfLanes, widen};
use super::lanes::{Channels, Lanes};
use super::weights::{Packed, Panel};
use crate::model::parameters::Elsewhere;

/// Layers with more kernels than this (one for each pair of an input and an output) are kept once.
const LARGE: usize = 1 << 17;

/// Whether the weights of a layer are kept once.
pub(super) fn is_large(inputs: &Channels, outputs: &Channels) -> bool {
    inputs.count() * outputs.count() > LARGE
}

/// The weights that a convolution reads.
#[derive(Clone, Debug)]
pub(super) enum Weights {
    /// As the convolution's method reads them.
    Ready(Arc<Packed>),
    /// By taps, for every method.
    Kept(Arc<Kept>),
}

/// Weights by taps, in 32 bits or 16.
#[derive(Debug)]
pub(super) enum Kept {
    Single(Packed),
    Half(Packed<HalfLanes>),
}

/// Some columns of weights that are computed together.
#[derive(Clone, Copy, Debug)]
pub(super) enum Columns<'a> {
    Single(Panel<'a>),
    Half(Panel<'a, HalfLanes>),
}

impl Default for Weights {
    fn default() -> Self {
        Self::Ready(Arc::default())
    }
}

impl Weights {
    /// The number of panels.
    pub(super) fn panels(&self) -> usize {
        match self {
            Self::Ready(packed) => packed.panels(),
            Self::Kept(kept) => match &**kept {
                Kept::Single(packed) => packed.panels(),
                Kept::Half(packed) => packed.panels(),
            },
        }
    }

    /// Numbers of each block of inputs.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::Ready(packed) => packed.depth,
            Self::Kept(kept) => match &**kept {
                Kept::Single(packed) => packed.depth,
                Kept::Half(packed) => packed.depth,
            },
        }
    }

    /// The whole columns of a panel.
    pub(super) fn panel(&self, panel: usize) -> Columns<'_> {
        match self {
            Self::Ready(packed) => Columns::Single(packed.panel(panel, [0, 1])),
            Self::Kept(kept) => match &**kept {
                Kept::Single(packed) => Columns::Single(packed.panel(panel, [0, 1])),
                Kept::Half(packed) => Columns::Half(packed.panel(panel, [0, 1])),
            },
        }
    }
}

impl<'a> Columns<'a> {
    /// A range of all columns in 32 bits: where it lies, or in `widened`, whose old contents are lost.
    #[inline(always)]
    pub(super) fn part(self, range: &Range<usize>, widened: &'a mut Vec<Lanes>) -> Panel<'a> {
        match self {
            Self::Single(panel) => panel.part(range),
            Self::Half(panel) => {
                let columns = panel.part(range);
                let columns = columns.columns();
                let all = columns.len() * range.len();
                widened.resize(widened.len().max(all), Lanes::ZERO);
                for (column, to) in columns.iter().zip(widened.chunks_exact_mut(range.len())) {
                    widen(column, to);
                }
                Panel::of(&widened[..all], columns.len(), range.len())
            }
        }
    }
}

impl Kept {
    /// Keeps packed weights, in 16 bits if they all came from numbers in 16 bits.
    pub(super) fn new(packed: Packed, is_half: bool) -> Self {
        if is_half {
            Self::Half(packed.map(|lanes| HalfLanes(lanes.0.map(f16::from_f32))))
        } else {
            Self::Single(packed)
        }
    }

    /// The weight of tap number `tap` from input number `k` of a block to output number `lane` of a block.
    fn weight(&self, [output, lane]: [usize; 2], row: usize) -> f32 {
        match self {
            Self::Single(packed) => packed.columns()[output][row].0[lane],
            Self::Half(packed) => packed.columns()[output][row].0[lane].to_f32(),
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Single(packed) => packed.depth,
            Self::Half(packed) => packed.depth,
        }
    }
}

/// One tensor of a checkpoint whose numbers are in kept weights.
#[derive(Debug)]
pub(super) struct KeptTensor {
    pub(super) kept: Arc<Kept>,
    pub(super) shape: Vec<usize>,
    pub(super) taps: usize,
    pub(super) inputs: Channels,
    /// The outputs of all layers that are computed together, and which of them are this tensor's.
    pub(super) outputs: Channels,
    pub(super) rows: Range<usize>,
}

impl Elsewhere for KeptTensor {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn tensor(&self) -> Tensor {
        let Self { kept, taps, inputs, outputs, rows, .. } = self;
        let (taps, depth, width) = (*taps, kept.depth(), inputs.count() * taps);
        let (blocks, lanes) = (inputs.of_blocks(), outputs.of_blocks());
        let mut numbers = vec![0.0; rows.len() * width];
        let place = |output: usize| lanes.iter().position(|range| range.contains(&output));
        numbers.par_chunks_mut(width).enumerate().for_each(|(row, numbers)| {
            let output = rows.start + row;
            let Some(column) = place(output) else { return };
            let lane = output - lanes[column].start;
            for (block, channels) in blocks.iter().enumerate() {
                for (k, input) in channels.clone().enumerate() {
                    for (tap, to) in numbers[input * taps..][..taps].iter_mut().enumerate() {
                        *to = kept.weight([column, lane], (block * taps + tap) * depth + k);
                    }
                }
            }
        });
        let storage = Storage::Cpu(CpuStorage::F32(numbers));
        Tensor::from_storage(storage, self.shape.as_slice(), BackpropOp::none(), false)
    }
}
