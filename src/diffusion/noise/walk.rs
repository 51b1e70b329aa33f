//! The whole Markov chain as one random path per pixel, evaluated anywhere without walking along it.
//!
//! `x_t/√ᾱ_t = x_0 + W(1/SNR_t)` with a Brownian motion W. The noise that this implies,
//! `ε_t = W(v)/√v`, is as a function of `s = ln v = −ln SNR_t` a stationary Ornstein–Uhlenbeck
//! process U with unit variance and covariance `e^{−|Δs|/2}`, well scaled at any SNR:
//! `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) U(s_t)`. Two schedules at the same SNR are at the same point of the
//! same path.
//!
//! U is drawn by bisection (Lévy's construction of the bridge): at multiples of [`CELL`] its values
//! are independent normals (the true correlation there is e^{−32}); inside a cell, [`LEVELS`]
//! bisections lead to a leaf of width 2⁻²⁰, where the exact bridge is sampled once. Times in
//! different leaves thus have their exact joint distribution; so have consecutive steps whose
//! log-SNR differ by more than 2⁻²⁰ ≈ 1e-6. The twin is `shaders/brownian.wgsl`.

use std::sync::LazyLock;

use super::{Blocks, Key, Stream, normals};

/// Distance in s between the path's independent grid points.
pub const CELL: f64 = 64.0;
/// Bisections from a cell down to a leaf of width `CELL / 2^LEVELS` = 2⁻²⁰.
pub const LEVELS: usize = 26;

const LEAVES: f64 = (1u32 << LEVELS) as f64;
const LEAF: f64 = CELL / LEAVES;
/// The cell of s = +∞, where no signal is left: it is far from every finite s, so independent of all others.
const FAR: i32 = i32::MAX - 1;

/// A position on every pixel's path: `s = (cell + (position + fraction)/2²⁶) · 64`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WalkPosition {
    /// The cell between two grid points.
    pub cell: i32,
    /// The leaf within the cell, `0..2²⁶`.
    pub position: u32,
    /// The place within the leaf, in `[0, 1]`.
    pub fraction: f32,
}

impl WalkPosition {
    /// The position for `ln SNR`, which may be infinite: `−∞` is the pure noise of a zero terminal SNR, `+∞` the clean
    /// image (whose noise has the factor 0).
    pub fn from_log_snr(log_snr: f64) -> Self {
        let s = -log_snr;
        let cells = (s / CELL).floor();
        if !s.is_finite() || cells.abs() >= 1e9 {
            let cell = if s < 0.0 { -FAR } else { FAR };
            return Self { cell, position: 0, fraction: 0.0 };
        }
        // Exact but for the last bit: a subtraction of near numbers and a power of two.
        let place = ((s - cells * CELL) / LEAF).clamp(0.0, LEAVES);
        let position = place.floor().min(LEAVES - 1.0);
        Self { cell: cells as i32, position: position as u32, fraction: (place - position) as f32 }
    }

    /// The factors on the values at the leaf's left end and right end and on a normal, in the exact marginal of the
    /// bridge, `(1−f) U_a + f U_b + √(h f (1−f)) Z`.
    pub fn leaf_weights(self) -> [f32; 3] {
        let f = f64::from(self.fraction);
        [(1.0 - f) as f32, f as f32, (LEAF * f * (1.0 - f)).sqrt() as f32]
    }
}

/// The factors of one bisection: the midpoint is `mean · (U_a + U_b) + deviation · Z`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bridge {
    /// `ρ/(1+ρ²)`, with ρ the correlation over half the interval.
    pub mean: f32,
    /// `√((1−ρ²)/(1+ρ²))`.
    pub deviation: f32,
}

/// The factors of every bisection, from the whole cell to the leaves.
pub fn bridges() -> &'static [Bridge; LEVELS] {
    static TABLE: LazyLock<[Bridge; LEVELS]> = LazyLock::new(|| {
        // ρ = e^{−h/4} over half of an interval h = 64. Halving h takes the root of ρ: IEEE's
        // exact operation rather than a libm's exp, so that the table is the same everywhere.
        let mut rho = 1.125_351_747_192_591_2e-7_f64;
        std::array::from_fn(|_| {
            let square = rho * rho;
            let bridge = Bridge {
                mean: (rho / (1.0 + square)) as f32,
                deviation: ((1.0 - square) / (1.0 + square)).sqrt() as f32,
            };
            rho = rho.sqrt();
            bridge
        })
    });
    &TABLE
}

/// `U(s)` of the pixels of `L` blocks (four pixels each, see [`normals`]).
#[inline(always)]
pub fn walk<const L: usize>(
    key: Key,
    blocks: &Blocks<L>,
    channel: u32,
    place: WalkPosition,
    bridges: &[Bridge; LEVELS],
) -> [[f32; L]; 4] {
    let cell = place.cell as u32;
    let [mut a, mut b] = [[[0.0; L]; 4]; 2];
    // One loop over all normals – two grid points, the bisections, the leaf – so that their code
    // is inlined once.
    for draw in 0..LEVELS + 3 {
        let level = draw.saturating_sub(2);
        let (node, cell) = match draw {
            0 => (0, cell),
            1 => (0, cell.wrapping_add(1)),
            _ => ((1 << level) + (place.position >> (LEVELS - level)), cell),
        };
        let z = normals(key, blocks, channel, Stream::Walk, node, cell);
        match draw {
            0 => a = z,
            1 => b = z,
            _ if level < LEVELS => {
                let bridge = bridges[level];
                let middle = combine([&a, &b, &z], [bridge.mean, bridge.mean, bridge.deviation]);
                let right = (place.position >> (LEVELS - 1 - level)) & 1 == 1;
                if right {
                    a = middle;
                } else {
                    b = middle;
                }
            }
            _ => a = combine([&a, &b, &z], place.leaf_weights()),
        }
    }
    a
}

/// The weighted sum of three sets of values. It is written out for each of the four pixels of a block,
/// because a loop over the pixels would be vectorised across them.
#[inline(always)]
fn combine<const L: usize>(v: [&[[f32; L]; 4]; 3], weights: [f32; 3]) -> [[f32; L]; 4] {
    let mut sums = [[0.0; L]; 4];
    let [s0, s1, s2, s3] = &mut sums;
    combine_plane(s0, [&v[0][0], &v[1][0], &v[2][0]], weights);
    combine_plane(s1, [&v[0][1], &v[1][1], &v[2][1]], weights);
    combine_plane(s2, [&v[0][2], &v[1][2], &v[2][2]], weights);
    combine_plane(s3, [&v[0][3], &v[1][3], &v[2][3]], weights);
    sums
}

#[inline(always)]
fn combine_plane<const L: usize>(sum: &mut [f32; L], [a, b, z]: [&[f32; L]; 3], weights: [f32; 3]) {
    for i in 0..L {
        sum[i] = weights[0] * a[i] + weights[1] * b[i] + weights[2] * z[i];
    }
}

#[cfg(test)]
mod tests {
    use super::{CELL, LEVELS, WalkPosition, bridges};

    #[test]
    fn places_split_and_join() {
        for s in [-700.3, -64.0, -1e-9, 0.0, 1e-7, 3.25, 63.999_999_999, 64.0, 92.1] {
            let place = WalkPosition::from_log_snr(-s);
            assert!(place.position < 1 << LEVELS && (0.0..=1.0).contains(&place.fraction));
            let leaves = f64::from(place.position) + f64::from(place.fraction);
            let back = CELL * (f64::from(place.cell) + leaves / f64::from(1 << LEVELS));
            assert!((back - s).abs() < 1e-11, "{s} came back as {back}");
        }
    }

    #[test]
    fn infinite_places_are_apart() {
        let noise = WalkPosition::from_log_snr(f64::NEG_INFINITY);
        let clean = WalkPosition::from_log_snr(f64::INFINITY);
        assert!(noise.cell > 1 << 30 && clean.cell < -(1 << 30));
        assert_eq!(WalkPosition::from_log_snr(f64::NAN), noise);
    }

    #[test]
    fn bridges_keep_unit_variance() {
        for (level, bridge) in bridges().iter().enumerate() {
            // cov(U_a, U_b) over the whole interval is ρ².
            let rho = (-CELL / f64::from(1 << level) / 4.0).exp();
            let mean = f64::from(bridge.mean);
            let deviation = f64::from(bridge.deviation);
            let variance = 2.0 * mean * mean * (1.0 + rho * rho) + deviation * deviation;
            assert!((variance - 1.0).abs() < 2e-7, "level {level}: {variance}");
            assert!((deviation - ((1.0 - rho * rho) / (1.0 + rho * rho)).sqrt()).abs() < 1e-7);
        }
    }
}
