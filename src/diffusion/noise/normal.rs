//! Turns uniform words into standard normals (Box & Muller 1958), with additions, multiplications and square roots
//! alone: no `cos` of a C library or a graphics driver, whose last bits differ between machines. Its twin is
//! `shaders/normal.wgsl`.
//!
//! `a * b + c` is never fused here (Rust does not contract), so every CPU gives the same bits.
//! The polynomials are those of Moshier's Cephes library (`logf.c`, `sinf.c`, single precision;
//! relative errors below 1e-7).

/// Two independent standard normals from two random words. `|z| ≤ √(2 ln 2²⁴) < 5.77`.
#[inline(always)]
pub fn box_muller(radius: u32, angle: u32) -> [f32; 2] {
    // 23.5 bits: exact in f32, never 0 and never 1. The conversion goes through i32, which CPUs convert
    // faster than u32.
    let u = ((radius >> 9) as i32 as f32 + 0.5) * (1.0 / 8_388_608.0);
    let r = (-2.0 * ln(u)).sqrt();
    let [cos, sin] = cos_sin(angle);
    [r * cos, r * sin]
}

/// Natural logarithm of a positive normal number.
#[inline(always)]
fn ln(u: f32) -> f32 {
    const SQRT_HALF: i32 = 0x3F35_04F3;
    let bits = u.to_bits() as i32;
    // Wrapping arithmetic, here and below: nothing can overflow, and checks would prevent vectorisation.
    let exponent = bits.wrapping_sub(SQRT_HALF) >> 23;
    // u = m·2^exponent with m in [√½, √2).
    let m = f32::from_bits(bits.wrapping_sub(exponent << 23) as u32);
    let e = exponent as f32;
    let x = m - 1.0;
    let z = x * x;
    let mut p = 7.037_683_629_2e-2;
    p = p * x - 1.151_461_031_0e-1;
    p = p * x + 1.167_699_874_0e-1;
    p = p * x - 1.242_014_084_6e-1;
    p = p * x + 1.424_932_278_7e-1;
    p = p * x - 1.666_805_766_5e-1;
    p = p * x + 2.000_071_476_5e-1;
    p = p * x - 2.499_999_399_3e-1;
    p = p * x + 3.333_333_117_4e-1;
    // ln 2 in two parts; the first has few digits, so that its multiples are exact.
    let y = x * z * p - 2.121_944_4e-4 * e - 0.5 * z;
    x + y + 0.693_359_375 * e
}

/// Cosine and sine of `2π·angle/2³²`, from the upper 24 bits of `angle`.
#[inline(always)]
fn cos_sin(angle: u32) -> [f32; 2] {
    const TURN: f32 = std::f32::consts::TAU / 16_777_216.0;
    let a = angle >> 8;
    let quadrant = a.wrapping_add(1 << 21) >> 22;
    let x = (a as i32).wrapping_sub((quadrant << 22) as i32) as f32 * TURN;
    // x in [−π/4, π/4].
    let z = x * x;
    let mut p = -1.951_529_589_1e-4;
    p = p * z + 8.332_160_873_6e-3;
    p = p * z - 1.666_665_461_1e-1;
    let sin = p * z * x + x;
    let mut q = 2.443_315_711_809_948e-5;
    q = q * z - 1.388_731_625_493_765e-3;
    q = q * z + 4.166_664_568_298_827e-2;
    let cos = q * z * z - 0.5 * z + 1.0;
    let odd = quadrant & 1 == 1;
    let c = if odd { sin } else { cos };
    let s = if odd { cos } else { sin };
    [with_sign(c, quadrant.wrapping_add(1) >> 1), with_sign(s, quadrant >> 1)]
}

/// `−v` when the last bit of `negative` is set, without a branch.
#[inline(always)]
fn with_sign(v: f32, negative: u32) -> f32 {
    f32::from_bits(v.to_bits() ^ (negative << 31))
}

#[cfg(test)]
mod tests {
    use super::{box_muller, cos_sin, ln};

    #[test]
    fn logarithm_is_that_of_f64() {
        for word in (0..1u32 << 23).step_by(997).chain([(1 << 23) - 1]) {
            let u = (word as f32 + 0.5) / 8_388_608.0;
            let exact = f64::from(u).ln();
            let error = (f64::from(ln(u)) - exact).abs();
            assert!(error <= 2e-7 * exact.abs(), "ln({u}): {error}");
        }
    }

    #[test]
    fn circle_is_that_of_f64() {
        for angle in (0..u32::MAX).step_by(1_000_003).chain([u32::MAX, 1 << 29, 1 << 30, 3 << 29]) {
            let exact = std::f64::consts::TAU * f64::from(angle >> 8) / f64::from(1 << 24);
            let [c, s] = cos_sin(angle);
            assert!((f64::from(c) - exact.cos()).abs() < 1.5e-7, "cos of {angle}");
            assert!((f64::from(s) - exact.sin()).abs() < 1.5e-7, "sin of {angle}");
        }
    }

    #[test]
    fn extreme_words_stay_finite() {
        for radius in [0, u32::MAX] {
            for angle in [0, 1 << 29, 1 << 30, 1 << 31, u32::MAX] {
                let z = box_muller(radius, angle);
                assert!(z.iter().all(|z| z.abs() < 5.77), "{radius} {angle}: {z:?}");
            }
        }
    }
}
