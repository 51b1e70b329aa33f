//! Which vector instructions the kernels of networks use.

use std::sync::LazyLock;

use pulp::Arch;

/// The environment variable that limits the vector instructions, for comparisons on one machine: `avx2` or
/// `scalar`.
const VARIABLE: &str = "DIFFUSCOPE_SIMD";

/// The best vector instructions that this processor has, unless the environment variable `DIFFUSCOPE_SIMD`
/// limits them to `avx2` or `scalar`. Other values of the variable have no effect.
pub(crate) fn arch() -> Arch {
    static ARCH: LazyLock<Arch> = LazyLock::new(|| match std::env::var(VARIABLE).as_deref() {
        Ok("scalar") => Arch::Scalar,
        Ok("avx2") => avx2().unwrap_or_default(),
        _ => Arch::new(),
    });
    *ARCH
}

/// AVX2 with fused multiply-add, where the processor has them.
fn avx2() -> Option<Arch> {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return pulp::x86::V3::try_new().map(Arch::V3);
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    None
}

/// The name of the vector instructions of [`arch`], for reports.
pub(crate) fn name() -> &'static str {
    match arch() {
        Arch::Scalar => "none",
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Arch::V3(_) => "AVX2",
        #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
        Arch::V4(_) => "AVX-512",
        _ => "NEON",
    }
}
