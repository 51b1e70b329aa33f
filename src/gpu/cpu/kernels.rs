//! The pictures' kernels on the CPU: loops over lanes that the compiler vectorises, once for every
//! SIMD level. Twins of the shaders; bit for bit the same at every level and with any number of threads.

use multiversion::multiversion;

use crate::diffusion::noise::{
    Bridge, Coefficients, Key, LEVELS, NoiseMode, Stream, bridges, jump_split, noised, normals,
    posterior_mean, posterior_sample, residual, signal, walk, walk_split,
};

/// Blocks of four pixels that are computed together.
const LANES: usize = 16;
/// Pixels of a tile.
const TILE: usize = 4 * LANES;

/// What every pixel of one channel's plane shares.
#[derive(Clone, Copy, Debug)]
pub struct Plane {
    pub key: Key,
    pub mode: NoiseMode,
    pub channel: u32,
    pub coefficients: Coefficients,
    pub bridges: &'static [Bridge; LEVELS],
    /// Where another picture keys the noise: (width, height) of this one and of that one.
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
    /// η of a jump, the path at t − 1 of a walk.
    Other,
    Posterior,
}

#[inline(always)]
fn lanes(p: &Plane, purpose: Purpose, blocks: &[u32; LANES]) -> [[f32; LANES]; 4] {
    let c = &p.coefficients;
    let stream = match (purpose, p.mode) {
        (Purpose::Posterior, _) => Stream::Posterior,
        (Purpose::Now, NoiseMode::Jump) => Stream::Epsilon,
        (Purpose::Other, NoiseMode::Jump) => Stream::Eta,
        (_, NoiseMode::Walk) => Stream::Walk,
    };
    match (stream, purpose) {
        (Stream::Walk, Purpose::Now) => walk(p.key, blocks, p.channel, c.now, p.bridges),
        (Stream::Walk, _) => walk(p.key, blocks, p.channel, c.before, p.bridges),
        _ => normals(p.key, blocks, p.channel, stream, 0, 0),
    }
}

/// Noise of the tile that starts at pixel `first`.
#[inline(always)]
fn noise(p: &Plane, purpose: Purpose, first: usize) -> [f32; TILE] {
    let mut tile = [0.0; TILE];
    let Some([(width, height), (key_width, key_height)]) = p.keyed else {
        let blocks = std::array::from_fn(|i| (first / 4 + i) as u32);
        let z = lanes(p, purpose, &blocks);
        for i in 0..LANES {
            tile[4 * i] = z[0][i];
            tile[4 * i + 1] = z[1][i];
            tile[4 * i + 2] = z[2][i];
            tile[4 * i + 3] = z[3][i];
        }
        return tile;
    };
    for (part, values) in tile.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let pixels: [usize; LANES] = std::array::from_fn(|i| {
            let pixel = first + part * LANES + i;
            let (x, y) = (pixel % width, pixel / width);
            (y * key_height / height) * key_width + x * key_width / width
        });
        let z = lanes(p, purpose, &pixels.map(|pixel| (pixel / 4) as u32));
        for i in 0..LANES {
            values[i] = z[pixels[i] % 4][i];
        }
    }
    tile
}

/// Runs `kernel(first pixel, x_0) → N fields` over tiles; the last one is padded.
#[inline(always)]
fn tiles<const N: usize>(
    first: usize,
    x0: &[f32],
    out: [&mut [f32]; N],
    kernel: impl Fn(usize, &[f32; TILE]) -> [[f32; TILE]; N],
) {
    let (whole, rest) = x0.as_chunks::<TILE>();
    let mut out = out.map(|field| field.as_chunks_mut::<TILE>());
    for (i, x0) in whole.iter().enumerate() {
        let values = kernel(first + i * TILE, x0);
        for (field, values) in out.iter_mut().zip(values) {
            if let Some(tile) = field.0.get_mut(i) {
                *tile = values;
            }
        }
    }
    if !rest.is_empty() {
        let mut padded = [0.0; TILE];
        padded[..rest.len()].copy_from_slice(rest);
        let values = kernel(first + whole.len() * TILE, &padded);
        for (field, values) in out.iter_mut().zip(values) {
            field.1.copy_from_slice(&values[..rest.len()]);
        }
    }
}

#[inline(always)]
fn forward_tiles(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 2]) {
    let c = &p.coefficients;
    tiles(first, x0, out, |first, x0| {
        let eps = noise(p, Purpose::Now, first);
        let mut xt = [0.0; TILE];
        for i in 0..TILE {
            xt[i] = noised(c, signal(c, x0[i]), eps[i]);
        }
        [eps, xt]
    });
}

#[inline(always)]
fn ledger_tiles(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 5]) {
    let c = &p.coefficients;
    tiles(first, x0, out, |first, x0| {
        let now = noise(p, Purpose::Now, first);
        let other = noise(p, Purpose::Other, first);
        let mut fields = [[0.0; TILE]; 5];
        for i in 0..TILE {
            let parts = match p.mode {
                NoiseMode::Jump => jump_split(c, now[i], other[i]),
                NoiseMode::Walk => walk_split(c, now[i], other[i]),
            };
            let signal = signal(c, x0[i]);
            let xt = noised(c, signal, now[i]);
            fields[0][i] = signal;
            fields[1][i] = parts[0];
            fields[2][i] = parts[1];
            fields[3][i] = xt;
            fields[4][i] = residual(xt, signal, parts);
        }
        fields
    });
}

#[inline(always)]
fn posterior_tiles(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 3]) {
    let c = &p.coefficients;
    tiles(first, x0, out, |first, x0| {
        let eps = noise(p, Purpose::Now, first);
        let z = noise(p, Purpose::Posterior, first);
        let mut fields = [[0.0; TILE]; 3];
        for i in 0..TILE {
            let xt = noised(c, signal(c, x0[i]), eps[i]);
            let mean = posterior_mean(c, x0[i], xt);
            fields[0][i] = xt;
            fields[1][i] = mean;
            fields[2][i] = posterior_sample(c, mean, z[i]);
        }
        fields
    });
}

macro_rules! at_every_simd_level {
    ($($(#[$doc:meta])* $name:ident, $tiles:ident, $fields:literal;)*) => {$(
        $(#[$doc])*
        #[multiversion(targets(
            "x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+avx2+bmi1+bmi2+fma",
            "x86_64+avx2+bmi1+bmi2+fma",
            "aarch64+neon",
        ))]
        pub fn $name(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; $fields]) {
            $tiles(p, first, x0, out);
        }
    )*};
}

at_every_simd_level! {
    /// ε and `x_t` of the pixels from `first` (a multiple of 4) on.
    forward, forward_tiles, 2;
    /// Signal, inherited, new, `x_t` and residual.
    ledger, ledger_tiles, 5;
    /// `x_t`, posterior mean and sample.
    posterior, posterior_tiles, 3;
}

/// The same kernels without any SIMD extension, to compare with.
pub mod portable {
    use super::{Plane, forward_tiles, ledger_tiles, posterior_tiles};

    pub fn forward(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 2]) {
        forward_tiles(p, first, x0, out);
    }

    pub fn ledger(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 5]) {
        ledger_tiles(p, first, x0, out);
    }

    pub fn posterior(p: &Plane, first: usize, x0: &[f32], out: [&mut [f32]; 3]) {
        posterior_tiles(p, first, x0, out);
    }
}

/// The SIMD level that runs here.
pub fn simd_level() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    {
        let wide = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        let avx2 = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("fma");
        match (wide, avx2) {
            (true, true) => "AVX-512",
            (_, true) => "AVX2",
            _ => "SSE2",
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        "NEON"
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        "portable"
    }
}
