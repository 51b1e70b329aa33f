//! Measures how fast pictures are noised, for the `bench` command.

use std::sync::Arc;
use std::time::Instant;

use super::{Coefficients, Device, Engine, GpuError, Job, JobKind, NoiseMode, Slot, Source};
use crate::diffusion::{Raster, Step};

/// The engine to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bench {
    /// The CPU engine with this many threads (0: one for each core).
    Cpu(usize),
    /// The adapter that [`Device::Gpu`] finds.
    Adapter,
}

/// The seconds that each of `repeats` forward pictures (ε and `x_t`) of `channels × height × width` values takes, after
/// one picture to warm up. Each repetition computes another step of the same chain.
///
/// # Errors
/// If the engine cannot be opened, or the picture does not fit it.
pub fn bench_forward(
    bench: Bench,
    mode: NoiseMode,
    (channels, height, width): (usize, usize, usize),
    repeats: usize,
) -> Result<Vec<f64>, GpuError> {
    let mut engine = match bench {
        Bench::Cpu(threads) => Engine::cpu(threads)?,
        Bench::Adapter => Engine::headless(Device::Gpu)?,
    };
    let source = Source::new(Raster::new(channels, height, width, ramp(channels * height * width)));
    let mut seconds = Vec::with_capacity(repeats);
    for t in 0..=repeats {
        let coefficients = Coefficients::of(&Step::new(t + 1, 0.7 / (1.0 + 0.01 * t as f64), 0.01));
        let job = Job { kind: JobKind::Forward, source: source.clone(), seed: 7, mode, coefficients };
        let start = Instant::now();
        engine.compute(Slot(0), &job)?;
        engine.finish()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.remove(0);
    Ok(seconds)
}

/// The seconds that it takes to copy as much memory as [`bench_forward`] reads and writes, on one thread: `values` f32
/// are read, twice as many written.
pub fn bench_copy(values: usize, repeats: usize) -> Vec<f64> {
    let source = ramp(values);
    let (mut a, mut b) = (vec![0.0f32; values], vec![0.0f32; values]);
    (0..repeats)
        .map(|_| {
            let start = Instant::now();
            a.copy_from_slice(std::hint::black_box(&source));
            b.copy_from_slice(std::hint::black_box(&source));
            std::hint::black_box((&mut a, &mut b));
            start.elapsed().as_secs_f64()
        })
        .collect()
}

fn ramp(values: usize) -> Arc<[f32]> {
    (0..values).map(|i| (i % 256) as f32 / 127.5 - 1.0).collect()
}
