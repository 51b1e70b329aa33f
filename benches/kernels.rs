//! Values per second of the forward pictures (ε and `x_t`), compared with a plain copy of the same bytes.

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use diffuscope::gpu::{Bench, NoiseMode, bench_copy, bench_forward};

const SHAPE: (usize, usize, usize) = (3, 1024, 1024);
const VALUES: usize = SHAPE.0 * SHAPE.1 * SHAPE.2;

fn total(seconds: &[f64]) -> Duration {
    Duration::from_secs_f64(seconds.iter().sum())
}

fn forward(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("forward");
    group.throughput(Throughput::Elements(VALUES as u64)).sample_size(10);
    group.bench_function("copy", |b| b.iter_custom(|n| total(&bench_copy(VALUES, n as usize))));
    for mode in [NoiseMode::Jump, NoiseMode::Walk] {
        for (name, bench) in
            [("1 thread", Bench::Cpu(1)), ("all threads", Bench::Cpu(0)), ("adapter", Bench::Adapter)]
        {
            if let Err(error) = bench_forward(bench, mode, (1, 8, 8), 1) {
                eprintln!("{mode:?} on {name}: {error}");
                continue;
            }
            group.bench_function(format!("{mode:?} {name}"), |b| {
                b.iter_custom(|n| {
                    total(&bench_forward(bench, mode, SHAPE, n as usize).expect("it ran before"))
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, forward);
criterion_main!(benches);
