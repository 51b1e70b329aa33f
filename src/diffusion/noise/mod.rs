//! Counter-based noise: a normal's value is a pure function of seed, pixel and purpose.
//!
//! # Layout
//! The same seed gives the same bytes, on every machine and in every version; so this layout is as
//! fixed as a file format. One [`philox4x32`] call serves four neighbouring pixels of one plane:
//!
//! | word | value |
//! | --- | --- |
//! | key | `seed` (low word), `seed >> 32` |
//! | counter 0 | block = pixel / 4, with pixel = row · width + column |
//! | counter 1 | channel + 256 · [`Stream`] |
//! | counter 2 | node of the walk's bisection tree; timestep of a sampler's step or of a term of the bound; training's iteration; 0 elsewhere |
//! | counter 3 | cell of the walk; number of a sample, from 0; 0 elsewhere |
//!
//! A sampler's timestep is t, counted from 1 and rounded half up where it is fractional: the noise of a timestep is the
//! same whatever the number of steps.
//!
//! The result's words (0, 1) and (2, 3) are radius and angle of two Box–Muller pairs ([`box_muller`]):
//! cosine and sine of the first pair are pixels 4k and 4k+1, those of the second 4k+2 and 4k+3.

#![expect(clippy::inline_always, reason = "only what is inlined vectorises, and once per SIMD level")]
#![expect(clippy::needless_range_loop, reason = "lanes index many arrays alike")]

mod coefficients;
mod normal;
mod philox;
mod pixel;
mod walk;

use serde::{Deserialize, Serialize};

pub use coefficients::Coefficients;
pub use normal::box_muller;
pub use philox::philox4x32;
pub use pixel::{
    PixelParts, jump_split, noised, posterior_mean, posterior_sample, residual, signal, walk_split,
};
pub use walk::{Bridge, CELL, LEVELS, WalkPosition, bridges, walk};

/// The purpose of a normal: the normals of different streams are independent under one seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Stream {
    /// ε of a jump.
    Epsilon = 0,
    /// η, which splits a jump's ε into inherited and new noise.
    Eta = 1,
    /// z of the posterior's sample.
    Posterior = 2,
    /// The path of a walk.
    Walk = 3,
    /// The first state of a sampler's run.
    Initial = 4,
    /// The noise of a sampler's steps.
    Step = 5,
    /// ε of training.
    Training = 6,
    /// Points drawn from a known distribution.
    Data = 7,
    /// ε of a term of the variational bound.
    Bound = 8,
    /// The choice of timesteps from which the bound is estimated.
    Timesteps = 9,
    /// The vectors with which the divergence of a network is estimated.
    Probe = 10,
    /// Times, data and noise of an estimate of the continuous-time loss.
    Estimate = 11,
}

/// How a noised picture's ε is drawn. Every `x_t` alone has the same distribution either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoiseMode {
    /// One ε for all t: `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε`.
    #[default]
    Jump,
    /// A Markov chain: every step keeps the past noise and adds its own.
    Walk,
}

impl NoiseMode {
    /// Its name in captions and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jump => "jump",
            Self::Walk => "walk",
        }
    }
}

/// Philox's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub [u32; 2]);

impl Key {
    /// The two halves of the seed, low word first.
    pub fn from_seed(seed: u64) -> Self {
        Self([seed as u32, (seed >> 32) as u32])
    }
}

/// The numbers of `L` blocks of four pixels each. They are stored as a first block and offsets, because an
/// array that was just written piece by piece is slow to load as a vector.
#[derive(Clone, Copy, Debug)]
pub struct Blocks<const L: usize> {
    first: u32,
    offsets: [u32; L],
}

impl<const L: usize> Blocks<L> {
    const CONSECUTIVE: [u32; L] = {
        let mut offsets = [0; L];
        let mut i = 0;
        while i < L {
            offsets[i] = i as u32;
            i += 1;
        }
        offsets
    };

    /// The consecutive blocks `first`, `first + 1`, ….
    #[inline(always)]
    pub fn consecutive(first: u32) -> Self {
        Self { first, offsets: Self::CONSECUTIVE }
    }

    /// Any blocks, given by their numbers.
    #[inline(always)]
    pub fn scattered(blocks: [u32; L]) -> Self {
        Self { first: 0, offsets: blocks }
    }
}

/// Standard normals of the first `len` pixels of a plane, in order; `node` and `cell` are the counter's words 2 and 3.
pub fn plane(key: Key, channel: u32, stream: Stream, node: u32, cell: u32, len: usize) -> Vec<f32> {
    const LANES: usize = 32;
    let mut values = vec![0.0; len];
    for (group, pixels) in values.chunks_mut(4 * LANES).enumerate() {
        let blocks = Blocks::<LANES>::consecutive((group * LANES) as u32);
        let z = normals(key, &blocks, channel, stream, node, cell);
        for (pixel, value) in pixels.iter_mut().enumerate() {
            *value = z[pixel % 4][pixel / 4];
        }
    }
    values
}

/// Standard normals of the pixels of `L` blocks: `[p][i]` is the value of pixel p of block i.
///
/// The loops are free of branches and run over the blocks on the inside, so that they vectorise.
#[inline(always)]
pub fn normals<const L: usize>(
    Key(key): Key,
    blocks: &Blocks<L>,
    channel: u32,
    stream: Stream,
    node: u32,
    cell: u32,
) -> [[f32; L]; 4] {
    // There are two loops, because the numbers in the first are 64 bits wide and those in the second 32.
    let mut words = [[0; L]; 4];
    for i in 0..L {
        let block = blocks.first.wrapping_add(blocks.offsets[i]);
        let w = philox4x32([block, channel | (stream as u32) << 8, node, cell], key);
        words[0][i] = w[0];
        words[1][i] = w[1];
        words[2][i] = w[2];
        words[3][i] = w[3];
    }
    let mut z = [[0.0; L]; 4];
    for i in 0..L {
        let [z0, z1] = box_muller(words[0][i], words[1][i]);
        let [z2, z3] = box_muller(words[2][i], words[3][i]);
        z[0][i] = z0;
        z[1][i] = z1;
        z[2][i] = z2;
        z[3][i] = z3;
    }
    z
}
