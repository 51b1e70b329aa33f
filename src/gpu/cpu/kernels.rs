//! The kernels of pictures on the CPU: loops over lanes that the compiler vectorises, compiled for every SIMD level.
//! They are twins of the shaders, and give the same bits at every level and with any number of threads.

#![expect(clippy::inline_always, reason = "only what is inlined vectorises, and once per SIMD level")]

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

use crate::diffusion::noise::{
    Blocks, Bridge, Coefficients, Key, LEVELS, NoiseMode, Stream, WalkPosition, bridges, jump_split, noised,
    normals, posterior_mean, posterior_sample, residual, signal, walk, walk_split,
};

/// Compiles functions once for every SIMD level; which version runs is decided at run time.
macro_rules! at_every_simd_level {
    ($($function:item)*) => {$(
        #[multiversion(targets(
            "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+avx2+bmi1+bmi2+fma",
            "x86_64+avx2+bmi1+bmi2+fma",
            "aarch64+neon",
        ))]
        $function
    )*};
}

/// The number of blocks of four pixels that are computed together: two AVX-512 vectors, few enough to stay in the
/// nearest cache and enough for loops over them to be vectorised rather than unrolled.
const LANES: usize = 32;
/// The number of pixels in a tile.
const TILE: usize = 4 * LANES;

/// What all pixels of one channel's plane share.
#[derive(Clone, Copy, Debug)]
pub struct Plane {
    pub key: Key,
    pub mode: NoiseMode,
    pub channel: u32,
    pub coefficients: Coefficients,
    pub bridges: &'static [Bridge; LEVELS],
    /// If the noise belongs to another picture: (width, height) of this picture and of the other picture.
    pub keyed: Option<[(usize, usize); 2]>,
}

impl Plane {
    pub fn new(job: &super::super::Job, channel: usize) -> Self {
        let source = &job.source;
        let own = (source.raster().width, source.raster().height);
        Self {
            key: Key::from_seed(job.seed),
            mode: job.mode,
            channel: channel as u32,
            coefficients: job.coefficients,
            bridges: bridges(),
            keyed: (!source.is_direct()).then_some([own, source.key_size()]),
        }
    }
}

#[derive(Clone, Copy)]
enum Purpose {
    Now,
    /// η of a jump, or the path at t − 1 of a walk.
    Other,
    Posterior,
}

/// A tile's normals: `[p][i]` is pixel p of block i.
type Lanes = [[f32; LANES]; 4];

/// A source of normals. They are most of the work and most of the code, so they are compiled once for every SIMD level
/// and called for one tile at a time, rather than inlined into every kernel.
trait Normals {
    fn jump(p: &Plane, stream: Stream, blocks: &Blocks<LANES>, z: &mut Lanes);
    fn walk(p: &Plane, place: WalkPosition, blocks: &Blocks<LANES>, z: &mut Lanes);
}

/// Normals computed at the best SIMD level of this processor.
struct Best;

impl Normals for Best {
    #[inline(always)]
    fn jump(p: &Plane, stream: Stream, blocks: &Blocks<LANES>, z: &mut Lanes) {
        best_jump(p, stream, blocks, z);
    }

    #[inline(always)]
    fn walk(p: &Plane, place: WalkPosition, blocks: &Blocks<LANES>, z: &mut Lanes) {
        best_walk(p, place, blocks, z);
    }
}

at_every_simd_level! {
    fn best_jump(p: &Plane, stream: Stream, blocks: &Blocks<LANES>, z: &mut Lanes) {
        *z = normals(p.key, blocks, p.channel, stream, 0, 0);
    }

    fn best_walk(p: &Plane, place: WalkPosition, blocks: &Blocks<LANES>, z: &mut Lanes) {
        *z = walk(p.key, blocks, p.channel, place, p.bridges);
    }
}

/// Normals computed without SIMD extensions.
struct Portable;

impl Normals for Portable {
    #[inline(never)]
    fn jump(p: &Plane, stream: Stream, blocks: &Blocks<LANES>, z: &mut Lanes) {
        *z = normals(p.key, blocks, p.channel, stream, 0, 0);
    }

    #[inline(never)]
    fn walk(p: &Plane, place: WalkPosition, blocks: &Blocks<LANES>, z: &mut Lanes) {
        *z = walk(p.key, blocks, p.channel, place, p.bridges);
    }
}

#[inline(always)]
fn lanes<N: Normals>(p: &Plane, purpose: Purpose, blocks: &Blocks<LANES>) -> Lanes {
    let c = &p.coefficients;
    let mut z = [[0.0; LANES]; 4];
    match (purpose, p.mode) {
        (Purpose::Posterior, _) => N::jump(p, Stream::Posterior, blocks, &mut z),
        (Purpose::Now, NoiseMode::Jump) => N::jump(p, Stream::Epsilon, blocks, &mut z),
        (Purpose::Other, NoiseMode::Jump) => N::jump(p, Stream::Eta, blocks, &mut z),
        (Purpose::Now, NoiseMode::Walk) => N::walk(p, c.now, blocks, &mut z),
        (Purpose::Other, NoiseMode::Walk) => N::walk(p, c.before, blocks, &mut z),
    }
    z
}

/// The noise of the tile that starts at pixel `first`.
#[inline(always)]
fn noise<N: Normals>(p: &Plane, purpose: Purpose, first: usize) -> [f32; TILE] {
    let Some(keyed) = p.keyed else {
        return interleave(&lanes::<N>(p, purpose, &Blocks::consecutive((first / 4) as u32)));
    };
    scattered::<N>(p, keyed, purpose, first)
}

/// Like `noise`, where the noise belongs to another picture: each pixel's normal comes from a block of its
/// own.
#[inline(never)]
fn scattered<N: Normals>(
    p: &Plane,
    [(width, height), (key_width, key_height)]: [(usize, usize); 2],
    purpose: Purpose,
    first: usize,
) -> [f32; TILE] {
    let mut tile = [0.0; TILE];
    for (part, out) in tile.chunks_exact_mut(LANES).enumerate() {
        let mut blocks = [0; LANES];
        let mut offsets = [0; LANES];
        for i in 0..LANES {
            let pixel = first + part * LANES + i;
            let (x, y) = (pixel % width, pixel / width);
            let key_pixel = (y * key_height / height) * key_width + x * key_width / width;
            blocks[i] = (key_pixel / 4) as u32;
            offsets[i] = key_pixel % 4;
        }
        let z = lanes::<N>(p, purpose, &Blocks::scattered(blocks));
        for i in 0..LANES {
            out[i] = z[offsets[i]][i];
        }
    }
    tile
}

/// Interleaves four arrays to `[a0, b0, c0, d0, a1, …]`, in two steps, which the compiler turns into shuffles rather
/// than scatters.
#[inline(always)]
fn interleave([a, b, c, d]: &[[f32; LANES]; 4]) -> [f32; TILE] {
    let mut even = [0.0; 2 * LANES];
    let mut odd = [0.0; 2 * LANES];
    for i in 0..LANES {
        even[2 * i] = a[i];
        even[2 * i + 1] = c[i];
    }
    for i in 0..LANES {
        odd[2 * i] = b[i];
        odd[2 * i + 1] = d[i];
    }
    let mut all = [0.0; TILE];
    for i in 0..2 * LANES {
        all[2 * i] = even[i];
        all[2 * i + 1] = odd[i];
    }
    all
}

/// A kernel: computes a tile's fields from its `x_0`.
///
/// This is a trait because closures would not be inlined into the SIMD versions.
trait Kernel<const FIELDS: usize> {
    fn tile<S: Normals>(p: &Plane, first: usize, x0: &[f32; TILE], fields: &mut [[f32; TILE]; FIELDS]);
}

/// Runs a kernel over a range of a plane, tile by tile; the last tile may be incomplete.
#[inline(always)]
fn tiles<K: Kernel<N>, S: Normals, const N: usize>(
    p: &Plane,
    first: usize,
    x0: &[f32],
    out: [&mut [f32]; N],
) {
    let (whole, rest) = x0.as_chunks::<TILE>();
    let out = out.map(|field| field.as_chunks_mut::<TILE>());
    let mut last = [[0.0; TILE]];
    last[0][..rest.len()].copy_from_slice(rest);
    let mut last_out = [[[0.0; TILE]]; N];
    // One pass over the whole tiles and one over the padded last tile, with the same inlined code.
    for pass in 0..2 {
        let input = if pass == 0 { whole } else { &last };
        for (i, x0) in input.iter().enumerate() {
            let mut fields = [[0.0; TILE]; N];
            K::tile::<S>(p, first + (pass * whole.len() + i) * TILE, x0, &mut fields);
            for k in 0..N {
                let tiles = if pass == 0 { &mut *out[k].0 } else { &mut last_out[k] };
                tiles[i] = fields[k];
            }
        }
    }
    for k in 0..N {
        out[k].1.copy_from_slice(&last_out[k][0][..rest.len()]);
    }
}

struct Forward;

impl Kernel<2> for Forward {
    #[inline(always)]
    fn tile<S: Normals>(p: &Plane, first: usize, x0: &[f32; TILE], [eps, xt]: &mut [[f32; TILE]; 2]) {
        let c = &p.coefficients;
        *eps = noise::<S>(p, Purpose::Now, first);
        for i in 0..TILE {
            xt[i] = noised(c, signal(c, x0[i]), eps[i]);
        }
    }
}

struct Ledger;

impl Kernel<5> for Ledger {
    #[inline(always)]
    fn tile<S: Normals>(p: &Plane, first: usize, x0: &[f32; TILE], fields: &mut [[f32; TILE]; 5]) {
        let c = &p.coefficients;
        let [left, inherited, new, xt, rest] = fields;
        let now = noise::<S>(p, Purpose::Now, first);
        let other = noise::<S>(p, Purpose::Other, first);
        let is_walk = p.mode == NoiseMode::Walk;
        for i in 0..TILE {
            let walk = walk_split(c, now[i], other[i]);
            let jump = jump_split(c, now[i], other[i]);
            let parts = if is_walk { walk } else { jump };
            left[i] = signal(c, x0[i]);
            inherited[i] = parts[0];
            new[i] = parts[1];
            xt[i] = noised(c, left[i], now[i]);
            rest[i] = residual(xt[i], left[i], parts);
        }
    }
}

struct Posterior;

impl Kernel<3> for Posterior {
    #[inline(always)]
    fn tile<S: Normals>(
        p: &Plane,
        first: usize,
        x0: &[f32; TILE],
        [xt, mean, sample]: &mut [[f32; TILE]; 3],
    ) {
        let c = &p.coefficients;
        let eps = noise::<S>(p, Purpose::Now, first);
        let z = noise::<S>(p, Purpose::Posterior, first);
        for i in 0..TILE {
            xt[i] = noised(c, signal(c, x0[i]), eps[i]);
            mean[i] = posterior_mean(c, x0[i], xt[i]);
            sample[i] = posterior_sample(c, mean[i], z[i]);
        }
    }
}

at_every_simd_level! {
    /// ε and `x_t` of the pixels from `first` (a multiple of 4) on.
    pub fn forward(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 2]) {
        tiles::<Forward, Best, 2>(p, first, x0, out);
    }

    /// Signal, inherited, new, `x_t` and residual.
    pub fn ledger(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 5]) {
        tiles::<Ledger, Best, 5>(p, first, x0, out);
    }

    /// `x_t`, posterior mean and sample.
    pub fn posterior(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 3]) {
        tiles::<Posterior, Best, 3>(p, first, x0, out);
    }
}

/// The same kernels without SIMD extensions, for comparisons.
pub mod portable {
    use super::{Forward, Ledger, Plane, Portable, Posterior, tiles};

    pub fn forward(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 2]) {
        tiles::<Forward, Portable, _>(p, first, x0, out);
    }

    pub fn ledger(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 5]) {
        tiles::<Ledger, Portable, _>(p, first, x0, out);
    }

    pub fn posterior(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 3]) {
        tiles::<Posterior, Portable, _>(p, first, x0, out);
    }
}

at_every_simd_level! {
    /// The SIMD level that is used on this processor.
    pub fn simd_level() -> &'static str {
        let levels = [
            (target_cfg_f!(target_feature = "avx512f"), "AVX-512"),
            (target_cfg_f!(target_feature = "avx2"), "AVX2"),
            (target_cfg_f!(target_feature = "neon"), "NEON"),
            (cfg!(target_arch = "x86_64"), "SSE2"),
        ];
        levels.iter().find(|(has, _)| *has).map_or("portable", |(_, name)| name)
    }
}
