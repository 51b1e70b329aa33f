//! Plans: lists of steps on buffers, which compute a network for one size of pictures.

use std::ops::Range;

use pulp::Arch;

use super::arrange::{Arrangement, Size};
use super::attention::Attention;
use super::conv::{Convolution, Operands, Side};
use super::geglu;
use super::lanes::{Channels, LANES, Lanes};
use super::layer_norm::LayerNorm;
use super::norm::Modulation;
use super::weights::Method;

/// A range within a buffer.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) buffer: usize,
    pub(super) range: Range<usize>,
}

/// The inputs that a plan is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// Number and size of the pictures.
    pub(super) size: Size,
    /// Places of the sequences; 0 for networks that take none.
    pub(super) length: usize,
}

/// One computation. A step never writes to a buffer that it reads.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Arrange {
        arrangement: Arrangement,
        /// Name of the normalisation layer, if there is one.
        norm: Option<String>,
        from: Place,
        modulation: Option<[Place; 2]>,
        to: Place,
    },
    Convolve {
        convolution: Convolution,
        layer: Layer,
        from: Place,
        added: Added,
        to: Place,
    },
    LayerNorm {
        norm: LayerNorm,
        /// Name of the layer.
        layer: String,
        from: Place,
        to: Place,
    },
    /// The first half of `from` is multiplied by gelu of the second half.
    Geglu {
        from: Place,
        to: Place,
    },
    Attend {
        attention: Attention,
        /// The queries, and the keys and values.
        from: [Place; 2],
        to: Place,
    },
}

/// The network's tensors that a convolution's weights come from.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// The names of the layers that are computed together: their outputs are concatenated.
    pub(super) names: Vec<String>,
    pub(super) kernel: usize,
    pub(super) inputs: Channels,
    pub(super) outputs: Channels,
    pub(super) method: Method,
    /// A pointwise convolution whose result is added: its layer, and the channels it reads.
    pub(super) side: Option<(String, Channels)>,
}

/// The values that are added to a convolution's result, besides its bias.
#[derive(Clone, Debug, Default)]
pub(super) struct Added {
    pub(super) shift: Option<Place>,
    pub(super) residual: Option<Place>,
    pub(super) side: Option<(Side, Place)>,
}

/// A network's steps for one size of pictures, with the memory that they need.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) size: Size,
    /// Places of the input sequences.
    pub(super) length: usize,
    pub(super) steps: Vec<Step>,
    pub(super) buffers: Vec<Vec<Lanes>>,
    /// For every buffer, the shared buffer that would be used if no values were kept for gradients.
    pub(super) shared: Vec<usize>,
    /// Where the input picture is written; likewise `vector` and `context` for networks that take them, and
    /// `output` for the result.
    pub(super) picture: Place,
    pub(super) vector: Option<Place>,
    pub(super) context: Option<Place>,
    pub(super) output: Place,
    /// Height and width of the resulting picture.
    pub(super) output_size: [usize; 2],
}

impl Plan {
    /// Runs all steps. `picture`: `[images, channels, height, width]`; `vector`: `[images, width]`; `context`: `[images,
    /// width, length]`; the last two are empty for networks that take none. The result, which has this many `channels`,
    /// is appended to `out`.
    pub(super) fn run(
        &mut self,
        arch: Arch,
        [picture, vector, context]: [&[f32]; 3],
        channels: usize,
        out: &mut Vec<f32>,
    ) {
        let Size { images, height, width } = self.size;
        let buffers = &mut self.buffers;
        let own = &self.picture;
        gather(picture, images, height * width, &mut buffers[own.buffer][own.range.clone()]);
        if let Some(own) = &self.vector {
            gather(vector, images, 1, &mut buffers[own.buffer][own.range.clone()]);
        }
        if let Some(own) = &self.context {
            gather(context, images, self.length, &mut buffers[own.buffer][own.range.clone()]);
        }
        for step in &self.steps {
            step.run(arch, buffers);
        }
        let [height, width] = self.output_size;
        spread(read(buffers, &self.output), [images, channels, height * width], out);
    }
}

/// Appends blocks to `out`, in the order `[images, channels, pixels]`.
pub(super) fn spread(blocks: &[Lanes], [images, channels, pixels]: [usize; 3], out: &mut Vec<f32>) {
    for image in 0..images {
        for channel in 0..channels {
            let block = &blocks[(channel / LANES * images + image) * pixels..][..pixels];
            out.extend(block.iter().map(|pixel| pixel.0[channel % LANES]));
        }
    }
}

pub(super) fn read<'a>(buffers: &'a [Vec<Lanes>], place: &Place) -> &'a [Lanes] {
    &buffers[place.buffer][place.range.clone()]
}

/// Writes numbers in the order `[images, channels, pixels]` to blocks.
pub(super) fn gather(numbers: &[f32], images: usize, pixels: usize, to: &mut [Lanes]) {
    let channels = numbers.len() / (images * pixels);
    for (i, plane) in numbers.chunks_exact(pixels).enumerate() {
        let (image, channel) = (i / channels, i % channels);
        let to = &mut to[(channel / LANES * images + image) * pixels..][..pixels];
        to.iter_mut().zip(plane).for_each(|(to, &x)| to.0[channel % LANES] = x);
    }
}

impl Step {
    fn run(&self, arch: Arch, buffers: &mut [Vec<Lanes>]) {
        let to = self.to();
        // The buffer is taken out of the list meanwhile, so that the other buffers can be borrowed.
        let mut own = std::mem::take(&mut buffers[to.buffer]);
        let out = &mut own[to.range.clone()];
        match self {
            Self::Arrange { arrangement, from, modulation, .. } => {
                let modulation = modulation.as_ref().map(|[scale, shift]| Modulation {
                    scale: read(buffers, scale),
                    shift: read(buffers, shift),
                });
                arrangement.run(arch, read(buffers, from), modulation, out);
            }
            Self::Convolve { convolution, from, added, .. } => {
                let operands = Operands {
                    arranged: read(buffers, from),
                    shift: added.shift.as_ref().map(|place| read(buffers, place)),
                    residual: added.residual.as_ref().map(|place| read(buffers, place)),
                    side: added.side.as_ref().map(|(side, place)| (side, read(buffers, place))),
                };
                convolution.run(arch, operands, out);
            }
            Self::LayerNorm { norm, from, .. } => norm.run(arch, read(buffers, from), out),
            Self::Geglu { from, .. } => geglu::run(arch, read(buffers, from), out),
            Self::Attend { attention, from, .. } => {
                attention.run(arch, from.each_ref().map(|place| read(buffers, place)), out);
            }
        }
        buffers[to.buffer] = own;
    }

    pub(super) fn to(&self) -> &Place {
        let (Self::Arrange { to, .. }
        | Self::Convolve { to, .. }
        | Self::LayerNorm { to, .. }
        | Self::Geglu { to, .. }
        | Self::Attend { to, .. }) = self;
        to
    }
}
