//! Philox 4×32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy
//! as 1, 2, 3" (SC 2011). Its twin is `shaders/philox.wgsl`.

const MULTIPLIER_0: u64 = 0xD251_1F53;
const MULTIPLIER_1: u64 = 0xCD9E_8D57;
const WEYL_0: u32 = 0x9E37_79B9;
const WEYL_1: u32 = 0xBB67_AE85;
const ROUNDS: usize = 10;

/// Four random words: a pure function of the counter and the key. There is no state, so the noise of any
/// pixel is found directly, in any order, on any device.
///
/// The words are kept in 64-bit numbers whose upper halves may hold anything: a multiplication uses only the
/// lower halves, as the widening multiplication of SIMD does, so that nothing has to be moved between lanes.
#[inline(always)]
pub fn philox4x32(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    const LOW: u64 = 0xFFFF_FFFF;
    let [mut a, mut b, mut c, mut d] =
        [counter[0] as u64, counter[1] as u64, counter[2] as u64, counter[3] as u64];
    let [mut k0, mut k1] = key;
    for _ in 0..ROUNDS {
        let p0 = MULTIPLIER_0.wrapping_mul(a & LOW);
        let p1 = MULTIPLIER_1.wrapping_mul(c & LOW);
        a = (p1 >> 32) ^ b ^ k0 as u64;
        c = (p0 >> 32) ^ d ^ k1 as u64;
        b = p1;
        d = p0;
        k0 = k0.wrapping_add(WEYL_0);
        k1 = k1.wrapping_add(WEYL_1);
    }
    [a as u32, b as u32, c as u32, d as u32]
}

#[cfg(test)]
mod tests {
    use super::philox4x32;

    /// The test vectors `kat_vectors` of Random123, the implementation by the authors of Philox.
    #[test]
    fn known_answers_of_random123() {
        let zero = philox4x32([0; 4], [0; 2]);
        assert_eq!(zero, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let ones = philox4x32([u32::MAX; 4], [u32::MAX; 2]);
        assert_eq!(ones, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let pi = philox4x32([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]);
        assert_eq!(pi, [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }
}
