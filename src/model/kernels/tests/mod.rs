//! Kernels are compared with their definitions in f64, over random shapes and at every SIMD level of this
//! machine.

mod attention;
mod conv;
mod gradients;
mod norm;

use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;
use pulp::Arch;

/// A test configuration in which every run has the same cases.
pub(in crate::model) fn config(seed: u64, cases: u32) -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(seed), cases, failure_persistence: None, ..<_>::default() }
}

/// All SIMD levels of this machine.
pub(in crate::model) fn levels() -> Vec<Arch> {
    let mut levels = vec![Arch::Scalar];
    #[cfg(target_arch = "x86_64")]
    {
        levels.extend(pulp::x86::V3::try_new().map(Arch::V3));
        levels.extend(pulp::x86::V4::try_new().map(Arch::V4));
    }
    #[cfg(target_arch = "aarch64")]
    levels.push(Arch::new());
    levels
}

/// Numbers in [−1, 1) that depend on the seed alone.
pub(in crate::model) fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e3779b97f4a7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// The results of `compute` with 1, 2 and 3 threads.
pub(in crate::model) fn with_threads<T: Send>(compute: impl Fn() -> T + Sync) -> Vec<T> {
    let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
    [1, 2, 3].map(|n| pool(n).install(&compute)).into()
}

pub(in crate::model) fn bits(x: &[f32]) -> Vec<u32> {
    x.iter().map(|x| x.to_bits()).collect()
}
