//! Small pictures as the second stage of a cascade is given them (Ho et al. 2022, "Cascaded diffusion models", section 4.2;
//! Nichol et al. 2022, section 4.2).

use crate::diffusion::Schedule;
use crate::diffusion::noise::{Key, Stream, plane};

/// Pictures `[n, channels, height, width]` with noise of their own: `√ᾱ_s x + √(1−ᾱ_s) ε`, where s, the level, is a timestep
/// of the second stage's schedule; 0 is none. Values are brought to [−1, 1] first, since samplers may leave it a little.
///
/// The network is told s, and so does not trust details that the first stage may have got wrong.
///
/// # Panics
/// If the schedule has fewer timesteps than `level`.
pub fn augmented(
    pictures: &[f32],
    [_, channels, height, width]: [usize; 4],
    (schedule, level): (&Schedule, usize),
    seed: u64,
) -> Vec<f32> {
    let alpha_bar = schedule.alpha_bar(level);
    let [signal, spread] = [alpha_bar.sqrt() as f32, (1.0 - alpha_bar).sqrt() as f32];
    let key = Key::from_seed(seed);
    let mut noised = Vec::with_capacity(pictures.len());
    for (i, picture) in pictures.chunks_exact(channels * height * width).enumerate() {
        let noise = (0..channels as u32)
            .flat_map(|channel| plane(key, channel, Stream::Posterior, 0, i as u32, height * width));
        noised.extend(picture.iter().zip(noise).map(|(x, z)| signal * x.clamp(-1.0, 1.0) + spread * z));
    }
    noised
}

/// The seed of the noise from which the second stage of a run with this seed begins.
pub fn second_seed(seed: u64) -> u64 {
    seed.wrapping_add(1)
}

/// How many times as high and as wide the second of two sizes is; `None` if it is no whole number of times.
pub fn enlargement(small: [usize; 2], large: [usize; 2]) -> Option<usize> {
    let factor = large[0].checked_div(small[0])?;
    (factor > 0 && small.map(|side| side * factor) == large).then_some(factor)
}

/// A picture `[channels, height, width]` whose sides are multiplied: bilinear, with the centres of pixels at halves
/// (`align_corners=False` of PyTorch's `interpolate`).
pub fn enlarged(picture: &[f32], [channels, height, width]: [usize; 3], factor: usize) -> Vec<f32> {
    // The two nearest places along a side, and how much of the second.
    let places = |side: usize| -> Vec<(usize, usize, f32)> {
        let place = |i: usize| {
            let at = ((i as f32 + 0.5) / factor as f32 - 0.5).max(0.0);
            let below = (at as usize).min(side - 1);
            (below, (below + 1).min(side - 1), at - below as f32)
        };
        (0..side * factor).map(place).collect()
    };
    let (rows, columns) = (places(height), places(width));
    let mut large = Vec::with_capacity(picture.len() * factor * factor);
    for plane in picture.chunks_exact(height * width).take(channels) {
        for &(above, below, down) in &rows {
            for &(left, right, along) in &columns {
                let on = |row: usize| {
                    let [a, b] = [left, right].map(|column| plane[row * width + column]);
                    a + along * (b - a)
                };
                let [a, b] = [above, below].map(on);
                large.push(a + down * (b - a));
            }
        }
    }
    large
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ScheduleSpec;

    #[test]
    fn pictures_are_enlarged_between_the_centres_of_pixels() {
        // PyTorch's interpolate([[0, 1], [2, 4]], scale_factor=2, mode="bilinear").
        let expected = [
            [0.0, 0.25, 0.75, 1.0],
            [0.5, 0.8125, 1.4375, 1.75],
            [1.5, 1.9375, 2.8125, 3.25],
            [2.0, 2.5, 3.5, 4.0],
        ];
        assert_eq!(enlarged(&[0.0, 1.0, 2.0, 4.0], [1, 2, 2], 2), expected.concat());
        let flat = enlarged(&[0.3; 12], [3, 2, 2], 3);
        assert!(flat.len() == 108 && flat.iter().all(|x| (x - 0.3).abs() < 1e-6));
    }

    #[test]
    fn the_noise_of_small_pictures_is_that_of_their_level() {
        let schedule = ScheduleSpec::default().build().unwrap();
        let shape = [2, 3, 16, 16];
        let pictures: Vec<f32> = (0..2 * 3 * 256).map(|i| if i % 2 == 0 { 0.5 } else { -1.2 }).collect();
        // Pictures may leave [-1, 1], and what is given to the network does not.
        let clean = augmented(&pictures, shape, (&schedule, 0), 7);
        assert!(clean.iter().zip(&pictures).all(|(a, b)| *a == b.max(-1.0)));
        let noised = augmented(&pictures, shape, (&schedule, 300), 7);
        let alpha_bar = schedule.alpha_bar(300);
        let noise: Vec<f64> = noised
            .iter()
            .zip(&clean)
            .map(|(x, clean)| f64::from(*x) - alpha_bar.sqrt() * f64::from(*clean))
            .collect();
        let variance = noise.iter().map(|z| z * z).sum::<f64>() / noise.len() as f64;
        assert!((variance / (1.0 - alpha_bar) - 1.0).abs() < 0.1, "{variance}");
        // Each picture has noise of its own, the same again for the same seed.
        assert_ne!(noise[..768], noise[768..]);
        assert_eq!(noised, augmented(&pictures, shape, (&schedule, 300), 7));
        assert_ne!(noised, augmented(&pictures, shape, (&schedule, 300), 8));
    }

    #[test]
    fn sizes_are_enlarged_by_whole_numbers() {
        assert_eq!(enlargement([32, 16], [64, 32]), Some(2));
        assert_eq!(enlargement([32, 32], [32, 32]), Some(1));
        for (small, large) in [([32, 32], [64, 32]), ([32, 32], [48, 48]), ([0, 4], [8, 8]), ([8, 8], [4, 4])]
        {
            assert_eq!(enlargement(small, large), None, "{small:?} {large:?}");
        }
    }
}
