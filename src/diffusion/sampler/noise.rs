//! Where the normals of a sampler's run come from.

use std::sync::Arc;

use super::SamplerError;
use crate::diffusion::Raster;
use crate::diffusion::noise::{Key, Stream, plane};

/// A source of standard normals.
#[derive(Clone, Debug, PartialEq)]
pub enum NoiseSource {
    /// The counter-based generator: a normal depends on the seed, the sample's number, the timestep, the channel and
    /// the pixel, and on nothing else, so that batches may be cut anywhere.
    Counter {
        /// The seed.
        seed: u64,
        /// Number of the batch's first sample; the others follow.
        first_sample: u32,
    },
    /// Normals that the caller gives, each array of shape `[samples, channels, height, width]`.
    Given {
        /// Normals for the first state; may be empty if the first state is given.
        initial: Arc<[f32]>,
        /// Normals for each network call, in order. Calls that draw none have an array too, which may be empty.
        calls: Vec<Arc<[f32]>>,
    },
}

impl NoiseSource {
    /// The counter-based generator, from sample 0 on.
    pub fn seed(seed: u64) -> Self {
        Self::Counter { seed, first_sample: 0 }
    }

    /// Normals for the first state.
    ///
    /// # Errors
    /// If given noise does not fill the shape.
    pub fn initial(&self, shape: [usize; 4]) -> Result<Arc<[f32]>, SamplerError> {
        match self {
            Self::Counter { seed, first_sample } => {
                Ok(counter(*seed, *first_sample, Stream::Initial, 0, shape))
            }
            Self::Given { initial, .. } => checked("the initial noise", initial, shape),
        }
    }

    /// Normals for the call with this index at timestep `t`.
    ///
    /// # Errors
    /// If given noise has run out or does not fill the shape.
    pub(super) fn step(&self, index: usize, t: f64, shape: [usize; 4]) -> Result<Arc<[f32]>, SamplerError> {
        match self {
            // Timesteps are at least 1 apart, so they stay different when rounded.
            Self::Counter { seed, first_sample } => {
                Ok(counter(*seed, *first_sample, Stream::Step, (t + 0.5) as u32, shape))
            }
            Self::Given { calls, .. } => match calls.get(index) {
                Some(noise) => checked("a call's noise", noise, shape),
                None => Err(SamplerError::NoNoise { given: calls.len(), call: index + 1 }),
            },
        }
    }
}

/// A batch of states to start from, `x_t = √ᾱ x_0 + √(1−ᾱ) ε` with a different ε for every sample: the forward process
/// with the same seed. `[samples, channels, height, width]`.
pub fn noised(x0: &Raster, alpha_bar: f64, seed: u64, samples: usize) -> Arc<[f32]> {
    let (signal, noise) = (alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32);
    let key = Key::from_seed(seed);
    let mut state = Vec::with_capacity(samples * x0.data.len());
    for sample in 0..samples {
        for channel in 0..x0.channels {
            let eps = plane(key, channel as u32, Stream::Epsilon, 0, sample as u32, x0.plane_len());
            state.extend(x0.plane(channel).iter().zip(eps).map(|(x, eps)| signal * x + noise * eps));
        }
    }
    state.into()
}

fn checked(what: &'static str, noise: &Arc<[f32]>, shape: [usize; 4]) -> Result<Arc<[f32]>, SamplerError> {
    let (expected, got) = (shape.iter().product(), noise.len());
    if got == expected { Ok(noise.clone()) } else { Err(SamplerError::Length { what, expected, got }) }
}

/// The counter-based generator's normals for a whole batch (see the noise module for the layout).
fn counter(seed: u64, first_sample: u32, stream: Stream, timestep: u32, shape: [usize; 4]) -> Arc<[f32]> {
    let [samples, channels, height, width] = shape;
    let key = Key::from_seed(seed);
    let planes = (0..samples * channels).flat_map(|i| {
        let (sample, channel) = ((i / channels) as u32, (i % channels) as u32);
        plane(key, channel, stream, timestep, first_sample.wrapping_add(sample), height * width)
    });
    planes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::noise::{Blocks, normals};

    #[test]
    fn a_sample_does_not_know_its_batch() {
        let batch = NoiseSource::seed(7).initial([3, 2, 5, 13]).unwrap();
        for n in 0..3 {
            let alone = NoiseSource::Counter { seed: 7, first_sample: n as u32 };
            assert_eq!(alone.initial([1, 2, 5, 13]).unwrap()[..], batch[n * 130..][..130]);
        }
    }

    #[test]
    fn the_layout_is_the_documented_one() {
        let noise = NoiseSource::Counter { seed: 0xDEAD_BEEF_0123, first_sample: 4 };
        let shape = [2, 3, 9, 11];
        for (stream, timestep, values) in [
            (Stream::Initial, 0, noise.initial(shape).unwrap()),
            (Stream::Step, 981, noise.step(0, 981.3, shape).unwrap()),
        ] {
            for (n, channel, pixel) in [(0, 0, 0), (0, 2, 97), (1, 1, 70), (1, 2, 98)] {
                let block = Blocks::<1>::consecutive(pixel as u32 / 4);
                let key = Key::from_seed(0xDEAD_BEEF_0123);
                let z = normals(key, &block, channel as u32, stream, timestep, 4 + n as u32);
                assert_eq!(values[(n * 3 + channel) * 99 + pixel], z[pixel % 4][0]);
            }
        }
    }

    /// The same seed gives the same bytes in every version.
    #[test]
    fn bytes_are_fixed() {
        let source = NoiseSource::Counter { seed: 42, first_sample: 1 };
        let bits = |noise: Arc<[f32]>| [0, 5, 11].map(|i| noise[i].to_bits());
        let shape = [1, 2, 2, 3];
        assert_eq!(bits(source.initial(shape).unwrap()), [0x3f77_0206, 0x3ed5_4417, 0xbee7_6c7b]);
        assert_eq!(bits(source.step(0, 981.0, shape).unwrap()), [0xbe8d_bf56, 0xbf17_186c, 0x3fff_86da]);
    }

    #[test]
    fn streams_and_timesteps_are_independent() {
        let source = NoiseSource::seed(1);
        let shape = [4, 3, 64, 64];
        let all = [
            source.initial(shape).unwrap(),
            source.step(0, 1000.0, shape).unwrap(),
            source.step(1, 999.0, shape).unwrap(),
        ];
        let count = all[0].len() as f64;
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate() {
                let product: f64 = a.iter().zip(b.iter()).map(|(&a, &b)| f64::from(a * b)).sum();
                let expected = f64::from(u8::from(i == j));
                // Five standard deviations of a mean of products of normals, √2 of them of squares.
                assert!((product / count - expected).abs() < 7.1 / count.sqrt(), "{i} {j}");
            }
        }
    }

    #[test]
    fn given_noise_is_checked() {
        let given = NoiseSource::Given { initial: [1.0, 2.0].into(), calls: vec![[0.5].into()] };
        let reason = |noise: Result<_, SamplerError>| noise.unwrap_err().to_string();
        assert_eq!(given.initial([1, 1, 1, 2]).unwrap()[..], [1.0, 2.0]);
        assert_eq!(reason(given.initial([1, 1, 1, 3])), "the initial noise must hold 3 values, got 2");
        assert_eq!(reason(given.step(0, 5.0, [1, 1, 1, 2])), "a call's noise must hold 2 values, got 1");
        assert_eq!(
            reason(given.step(1, 5.0, [1, 1, 1, 1])),
            "noise was given for 1 network calls, but call 2 needs some too"
        );
    }
}
