//! The arithmetic of one pixel. The CPU kernels call these functions in loops; the shaders are their twins.

use super::{Blocks, Coefficients, Key, NoiseMode, Stream, bridges, normals, walk};

/// `√ᾱ_t x_0`, what is left of the picture.
#[inline(always)]
pub fn signal(c: &Coefficients, x0: f32) -> f32 {
    c.sqrt_alpha_bar * x0
}

/// `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε`, where `signal` is the first term.
#[inline(always)]
pub fn noised(c: &Coefficients, signal: f32, eps: f32) -> f32 {
    signal + c.sqrt_noise * eps
}

/// Inherited and new noise of a jump: `[√(α_t(1−ᾱ_{t−1})) ε′, √β_t ε″]` with the independent
/// `ε′ = √(1−λ_t) ε + √λ_t η` and `ε″ = √λ_t ε − √(1−λ_t) η`. They sum to `√(1−ᾱ_t) ε`.
#[inline(always)]
pub fn jump_split(c: &Coefficients, eps: f32, eta: f32) -> [f32; 2] {
    let past = c.sqrt_inherited_share * eps + c.sqrt_new_share * eta;
    let last = c.sqrt_new_share * eps - c.sqrt_inherited_share * eta;
    [c.sqrt_inherited * past, c.sqrt_new * last]
}

/// Inherited and new noise of a walk, from its ε at t and at t − 1: the path so far, scaled by
/// `√α_t`, and what the last step added.
#[inline(always)]
pub fn walk_split(c: &Coefficients, now: f32, before: f32) -> [f32; 2] {
    let inherited = c.sqrt_inherited * before;
    [inherited, c.sqrt_noise * now - inherited]
}

/// `x_t − ((signal + inherited) + new)`, which is nothing but rounding.
#[inline(always)]
pub fn residual(xt: f32, signal: f32, [inherited, new]: [f32; 2]) -> f32 {
    xt - ((signal + inherited) + new)
}

/// `μ̃_t = w_0 x_0 + w_t x_t`.
#[inline(always)]
pub fn posterior_mean(c: &Coefficients, x0: f32, xt: f32) -> f32 {
    c.mean_x0 * x0 + c.mean_xt * xt
}

/// `μ̃_t + √β̃_t z`.
#[inline(always)]
pub fn posterior_sample(c: &Coefficients, mean: f32, z: f32) -> f32 {
    mean + c.sqrt_posterior * z
}

/// Everything that is computed for one value of one pixel at one step, bit for bit equal to the pictures computed on
/// the CPU.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelParts {
    /// `x_0`.
    pub x0: f32,
    /// ε, the noise at unit variance.
    pub eps: f32,
    /// `x_t`.
    pub xt: f32,
    /// `√ᾱ_t x_0`, what is left of the picture.
    pub signal: f32,
    /// Noise from before this step.
    pub inherited: f32,
    /// Noise of this step.
    pub new: f32,
    /// `x_t − (signal + inherited + new)`, which is nothing but rounding.
    pub residual: f32,
    /// `μ̃_t`.
    pub posterior_mean: f32,
    /// The standard normal z of the posterior's sample.
    pub z: f32,
    /// `μ̃_t + √β̃_t z`.
    pub sample: f32,
}

impl PixelParts {
    /// The parts of one value. `pixel` is row · width + column in the picture that the noise is drawn for (see `Source`
    /// of the gpu module); `x0` is in `[-1, 1]`.
    pub fn at(seed: u64, mode: NoiseMode, pixel: u32, channel: u32, c: &Coefficients, x0: f32) -> Self {
        let key = Key::from_seed(seed);
        let block = Blocks::consecutive(pixel / 4);
        let pick = |z: [[f32; 1]; 4]| z[(pixel % 4) as usize][0];
        let normal = |stream| pick(normals(key, &block, channel, stream, 0, 0));
        let signal = signal(c, x0);
        let (eps, split) = match mode {
            NoiseMode::Jump => {
                let eps = normal(Stream::Epsilon);
                (eps, jump_split(c, eps, normal(Stream::Eta)))
            }
            NoiseMode::Walk => {
                let eps = pick(walk(key, &block, channel, c.now, bridges()));
                (eps, walk_split(c, eps, pick(walk(key, &block, channel, c.before, bridges()))))
            }
        };
        let xt = noised(c, signal, eps);
        let z = normal(Stream::Posterior);
        let posterior_mean = posterior_mean(c, x0, xt);
        Self {
            x0,
            eps,
            xt,
            signal,
            inherited: split[0],
            new: split[1],
            residual: residual(xt, signal, split),
            posterior_mean,
            z,
            sample: posterior_sample(c, posterior_mean, z),
        }
    }
}
