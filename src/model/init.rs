//! Fresh weights: a pure function of the seed and the tensor's name.
//!
//! Every tensor has its own stretch of the counter-based generator, found by a hash of its name. So it does not matter
//! in which order a network is built, and two networks that share a layer's name and shape share its first weights.

use std::hash::Hasher as _;

use fnv::FnvHasher;

use super::parameters::Init;
use crate::diffusion::noise::{Key, box_muller, philox4x32};

/// Word 1 of the random generator's counter for weights. For the noise of pictures, this word is
/// `channel + 256 · stream`, which is far smaller.
const WEIGHTS: u32 = 0xFFFF_FFFF;

/// Draws `len` numbers, in row-major order.
pub(crate) fn draw(seed: u64, name: &str, len: usize, init: Init) -> Vec<f32> {
    let blocks = || words(seed, name, len.div_ceil(4));
    let mut values: Vec<f32> = match init {
        Init::Ones => vec![1.0; len],
        Init::Zeros => vec![0.0; len],
        Init::Uniform { bound } => {
            blocks().flatten().map(|word| ((2.0 * unit(word) - 1.0) * bound) as f32).collect()
        }
        Init::Normal { std } => blocks()
            .flat_map(|[a, b, c, d]| [box_muller(a, b), box_muller(c, d)])
            .flatten()
            .map(|z| (z as f64 * std) as f32)
            .collect(),
    };
    values.truncate(len);
    values
}

/// A random word as a number in the open interval from 0 to 1.
fn unit(word: u32) -> f64 {
    (word as f64 + 0.5) / 4_294_967_296.0
}

fn words(seed: u64, name: &str, blocks: usize) -> impl Iterator<Item = [u32; 4]> {
    let Key(key) = Key::from_seed(seed);
    let hash = fnv1a(name);
    (0..blocks).map(move |block| philox4x32([block as u32, WEIGHTS, hash as u32, (hash >> 32) as u32], key))
}

/// The 64-bit FNV-1a hash (Fowler, Noll & Vo).
fn fnv1a(text: &str) -> u64 {
    let mut hasher = FnvHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_has_its_published_values() {
        assert_eq!(fnv1a(""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv1a("a"), 0xAF63_DC4C_8601_EC8C);
        assert_eq!(fnv1a("foobar"), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn uniform_weights_have_the_moments_of_their_distribution() {
        let bound = 0.25;
        let values = draw(7, "conv_in.weight", 100_003, Init::Uniform { bound });
        assert_eq!(values.len(), 100_003);
        assert!(values.iter().all(|&v| (v as f64).abs() <= bound));
        let mean = values.iter().map(|&v| v as f64).sum::<f64>() / values.len() as f64;
        let square = values.iter().map(|&v| (v as f64).powi(2)).sum::<f64>() / values.len() as f64;
        assert!(mean.abs() < 2e-3, "{mean}");
        assert!((square / (bound * bound / 3.0) - 1.0).abs() < 0.01, "{square}");
    }

    #[test]
    fn normal_weights_have_the_moments_of_their_distribution() {
        let values = draw(7, "time_proj.weight", 100_000, Init::Normal { std: 16.0 });
        let mean = values.iter().map(|&v| v as f64).sum::<f64>() / 1e5;
        let square = values.iter().map(|&v| (v as f64).powi(2)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.2, "{mean}");
        assert!((square.sqrt() / 16.0 - 1.0).abs() < 0.01, "{square}");
    }

    #[test]
    fn seed_and_name_decide() {
        let init = Init::Uniform { bound: 1.0 };
        let one = draw(1, "a.weight", 16, init);
        assert_eq!(one, draw(1, "a.weight", 16, init));
        assert_eq!(one[..5], draw(1, "a.weight", 5, init));
        assert_ne!(one, draw(2, "a.weight", 16, init));
        assert_ne!(one, draw(1 << 32, "a.weight", 16, init));
        assert_ne!(one, draw(1, "b.weight", 16, init));
    }
}
