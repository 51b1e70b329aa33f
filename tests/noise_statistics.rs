//! The noise has the distribution that is claimed: it is normal, independent where it should be, and Markov
//! along a walk.

use std::collections::HashMap;
use std::sync::Arc;

use diffuscope::diffusion::noise::{LEVELS, WalkPosition, bridges};
use diffuscope::diffusion::{Raster, Step};
use diffuscope::gpu::{Coefficients, Engine, Field, Job, JobKind, NoiseMode, Slot, Source};

const SIDE: usize = 320;
const PLANE: usize = SIDE * SIDE;

/// The number of standard errors by which a statistic may be off. The seeds are fixed, so the results never
/// change by themselves.
const SIGMAS: f64 = 4.5;

fn compute(kind: JobKind, field: Field, seed: u64, mode: NoiseMode, step: &Step) -> Raster {
    let source = Source::new(Raster::new(3, SIDE, SIDE, vec![0.0; 3 * PLANE]));
    let mut engine = Engine::cpu(0).expect("threads");
    let job = Job { kind, source, seed, mode, coefficients: Coefficients::of(step) };
    engine.compute(Slot(0), &job).expect("the CPU computes anything");
    engine.read(Slot(0), field).expect("a field of the job")
}

fn middle() -> Step {
    Step::new(500, 0.5, 0.01)
}

fn jump(seed: u64) -> Raster {
    compute(JobKind::Forward, Field::Eps, seed, NoiseMode::Jump, &middle())
}

fn walk(seed: u64, step: &Step) -> Arc<[f32]> {
    compute(JobKind::Forward, Field::Eps, seed, NoiseMode::Walk, step).data
}

/// A step whose state at t has the log-SNR −s.
fn at(s: f64) -> Step {
    let alpha_bar = 1.0 / (1.0 + s.exp());
    Step { t: 1, beta: 1.0 - alpha_bar, alpha: alpha_bar, alpha_bar, alpha_bar_prev: 1.0 }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

fn correlation(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    mean(a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)))
}

/// Checks that `a` and `b`, which have unit variance, are uncorrelated, and that their squares are.
fn assert_independent(a: &[f32], b: &[f32], what: &str) {
    let bound = SIGMAS / (a.len() as f64).sqrt();
    let linear = correlation(a, b);
    assert!(linear.abs() < bound, "{what}: correlation {linear}");
    // (z² − 1)/√2 has unit variance.
    let square = |v: &f32| (f64::from(*v).powi(2) - 1.0) / 2f64.sqrt();
    let squares = mean(a.iter().zip(b).map(|(a, b)| square(a) * square(b)));
    assert!(squares.abs() < bound, "{what}: correlation of squares {squares}");
}

fn assert_normal(values: &[f32], what: &str) {
    let n = values.len() as f64;
    let moment = |k| mean(values.iter().map(|v| f64::from(*v).powi(k)));
    let bound = |variance: f64| SIGMAS * (variance / n).sqrt();
    let (m1, m2, m3, m4) = (moment(1), moment(2), moment(3), moment(4));
    assert!(m1.abs() < bound(1.0), "{what}: mean {m1}");
    assert!((m2 - 1.0).abs() < bound(2.0), "{what}: variance {m2}");
    assert!((m3 - 3.0 * m1).abs() < bound(6.0), "{what}: skewness {m3}");
    assert!((m4 - 6.0 * m2 + 3.0).abs() < bound(24.0), "{what}: kurtosis {m4}");
}

/// Standard normal distribution function (Abramowitz & Stegun 26.2.17, error below 7.5e-8).
fn distribution(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let p = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let sum = p.iter().rev().fold(0.0, |sum, p| (sum + p) * t);
    let tail = (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt() * sum;
    if x < 0.0 { tail } else { 1.0 - tail }
}

/// Kolmogorov–Smirnov test: `√n D` exceeds 1.95 with a probability of one in a thousand.
fn assert_kolmogorov(values: &[f32], what: &str) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let n = sorted.len() as f64;
    let distance = (0u32..)
        .zip(&sorted)
        .map(|(i, v)| {
            let p = distribution(f64::from(*v));
            (p - f64::from(i) / n).abs().max((f64::from(i + 1) / n - p).abs())
        })
        .fold(0.0, f64::max);
    assert!(n.sqrt() * distance < 1.95, "{what}: √n D = {}", n.sqrt() * distance);
}

#[test]
fn jumps_are_normal() {
    for seed in [0, 1, 0xFFFF_FFFF_0000_0000] {
        let eps = jump(seed);
        assert_normal(&eps.data, "jump");
        assert_kolmogorov(eps.plane(1), "jump");
    }
    let large = jump(3).data.iter().filter(|z| z.abs() > 3.0).count() as f64 / (3 * PLANE) as f64;
    assert!((large - 0.0027).abs() < 4e-4, "beyond 3σ: {large}");
}

#[test]
fn seeds_channels_and_streams_are_independent() {
    let eps = jump(1);
    for other in [0, 2, 1 << 32, (1 << 32) + 1, u64::MAX] {
        assert_independent(&eps.data, &jump(other).data, &format!("seeds 1 and {other}"));
    }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        assert_independent(eps.plane(a), eps.plane(b), &format!("channels {a} and {b}"));
    }
    // z is obtained from the posterior's sample and its mean, and η from the split of the noise.
    let step = middle();
    let (sample, posterior_mean) = (
        compute(JobKind::Posterior, Field::Sample, 1, NoiseMode::Jump, &step).data,
        compute(JobKind::Posterior, Field::PosteriorMean, 1, NoiseMode::Jump, &step).data,
    );
    let deviation = step.posterior_variance().sqrt() as f32;
    let z: Vec<f32> = sample.iter().zip(posterior_mean.iter()).map(|(s, m)| (s - m) / deviation).collect();
    assert_normal(&z, "posterior");
    let part = |field, variance: f64| -> Vec<f32> {
        let data = compute(JobKind::Ledger, field, 1, NoiseMode::Jump, &step).data;
        data.iter().map(|v| v / variance.sqrt() as f32).collect()
    };
    let inherited = part(Field::Inherited, step.inherited_variance());
    let new = part(Field::New, step.new_variance());
    assert_normal(&inherited, "inherited");
    assert_normal(&new, "new");
    assert_independent(&inherited, &new, "inherited and new noise of a jump");
    // This solves the split for η: η = √λ ε′ − √(1−λ) ε″.
    let (share, rest) = (step.new_share().sqrt() as f32, step.inherited_share().sqrt() as f32);
    let eta: Vec<f32> = inherited.iter().zip(&new).map(|(i, n)| share * i - rest * n).collect();
    let path = walk(1, &step);
    let streams: [(&str, &[f32]); 4] = [("ε", &eps.data), ("η", &eta), ("z", &z), ("U", &path)];
    for (i, (a, first)) in streams.iter().enumerate() {
        for (b, second) in &streams[i + 1..] {
            assert_independent(first, second, &format!("{a} and {b}"));
        }
    }
}

#[test]
fn neighbours_are_independent() {
    let eps = jump(12);
    let plane = eps.plane(0);
    // Pixels within a block: pairs from one Box–Muller transform (01, 23) and from two (02, 13, 03, 12).
    let lane = |i| plane.iter().skip(i).step_by(4).copied().collect::<Vec<f32>>();
    let lanes: Vec<Vec<f32>> = (0..4).map(lane).collect();
    for (a, b) in [(0, 1), (2, 3), (0, 2), (1, 3), (0, 3), (1, 2)] {
        assert_independent(&lanes[a], &lanes[b], &format!("pixels {a} and {b} of a block"));
    }
    for distance in [1, 2, 3, 4, 8, SIDE - 1, SIDE, SIDE + 1] {
        let count = PLANE - distance;
        assert_independent(&plane[..count], &plane[distance..], &format!("pixels {distance} apart"));
    }
}

#[test]
fn walks_are_stationary_with_the_right_covariance() {
    let places = [-30.0, -9.2, -1.0, -1e-3, 0.0, 1e-4, 0.5, 9.9, 31.9, 32.1, 64.2];
    let paths: Vec<Arc<[f32]>> = places.iter().map(|s| walk(8, &at(*s))).collect();
    let n = (3 * PLANE) as f64;
    for (s, path) in places.iter().zip(&paths) {
        assert_normal(path, &format!("U({s})"));
    }
    assert_kolmogorov(&paths[6][..PLANE], "walk");
    for (i, (s, a)) in places.iter().zip(&paths).enumerate() {
        for (r, b) in places.iter().zip(&paths).skip(i + 1) {
            let rho = (-(s - r).abs() / 2.0).exp();
            let found = correlation(a, b);
            // The variance of a product of normals with correlation ρ is 1 + ρ².
            let bound = SIGMAS * ((1.0 + rho * rho) / n).sqrt();
            assert!((found - rho).abs() < bound, "U({s}), U({r}): {found}, not {rho}");
        }
    }
    let pure = walk(8, &Step::new(9, 0.3, 1.0));
    assert_normal(&pure, "zero terminal SNR");
    for path in &paths {
        assert_independent(&pure, path, "zero terminal SNR and the path");
    }
}

/// `U` at a position as a linear combination of normals: the factor of each normal, by the normal's key
/// (cell, node).
fn linear_form(place: WalkPosition) -> HashMap<(i32, u32), f64> {
    type Form = Vec<((i32, u32), f64)>;
    let scaled = |form: &Form, k: f64| form.iter().map(|(key, v)| (*key, k * v)).collect::<Form>();
    // The two ends may contain the same normals of deeper levels, so factors with the same key are added.
    let join = |parts: [Form; 3]| {
        let mut sum: HashMap<(i32, u32), f64> = HashMap::new();
        for (key, v) in parts.concat() {
            *sum.entry(key).or_default() += v;
        }
        sum.into_iter().collect::<Form>()
    };
    let mut a: Form = vec![((place.cell, 0), 1.0)];
    let mut b: Form = vec![((place.cell + 1, 0), 1.0)];
    for (level, bridge) in bridges().iter().enumerate() {
        let node = (1 << level) + (place.position >> (LEVELS - level));
        let mean = f64::from(bridge.mean);
        let z = vec![((place.cell, node), f64::from(bridge.deviation))];
        let middle = join([scaled(&a, mean), scaled(&b, mean), z]);
        if (place.position >> (LEVELS - 1 - level)) & 1 == 1 {
            a = middle;
        } else {
            b = middle;
        }
    }
    let [left, right, free] = place.leaf_weights().map(f64::from);
    let z = vec![((place.cell, (1 << LEVELS) + place.position), free)];
    join([scaled(&a, left), scaled(&b, right), z]).into_iter().collect()
}

fn product(a: &HashMap<(i32, u32), f64>, b: &HashMap<(i32, u32), f64>) -> f64 {
    a.iter().filter_map(|(key, v)| b.get(key).map(|w| v * w)).sum()
}

/// The steps of a schedule, from its β's.
fn chain(betas: impl Iterator<Item = f64>) -> Vec<Step> {
    let mut alpha_bar = 1.0;
    (1..)
        .zip(betas)
        .map(|(t, beta)| {
            let step = Step::new(t, alpha_bar, beta);
            alpha_bar = step.alpha_bar;
            step
        })
        .collect()
}

fn linear(count: usize) -> Vec<Step> {
    chain((0..count).map(move |i| 1e-4 + (0.02 - 1e-4) * i as f64 / (count - 1) as f64))
}

fn cosine(count: usize) -> Vec<Step> {
    let f = move |t: usize| {
        let u = (t as f64 / count as f64 + 0.008) / 1.008;
        (u * std::f64::consts::FRAC_PI_2).cos().powi(2)
    };
    chain((1..=count).map(move |t| (1.0 - f(t) / f(t - 1)).min(0.999)))
}

/// The factors themselves by which the kernels multiply normals give every transition the variance β.
#[test]
fn every_transition_has_its_variance() {
    let schedules = [
        ("linear", linear(1000), 1),
        ("linear, T = 10 000", linear(10_000), 7),
        ("cosine", cosine(1000), 1),
        ("constant 1e-3", chain(std::iter::repeat_n(1e-3, 4000)), 7),
        ("constant 1e-5", chain(std::iter::repeat_n(1e-5, 5000)), 11),
    ];
    for (name, steps, stride) in schedules {
        for step in steps.iter().skip(1).step_by(stride) {
            let c = Coefficients::of(step);
            let (now, before) = (linear_form(c.now), linear_form(c.before));
            let (a, b) = (f64::from(c.sqrt_noise), f64::from(c.sqrt_inherited));
            // The variance of a·now − b·before, computed term by term without cancellation.
            let variance: f64 = now
                .iter()
                .map(|(key, v)| (a * v - b * before.get(key).unwrap_or(&0.0)).powi(2))
                .chain(before.iter().filter(|(key, _)| !now.contains_key(key)).map(|(_, v)| (b * v).powi(2)))
                .sum();
            assert!((variance / step.beta - 1.0).abs() < 1e-3, "{name}, t = {}: {variance}", step.t);
            // New noise is uncorrelated with the past.
            let with_past = (a * product(&now, &before) - b * product(&before, &before)) / step.beta.sqrt();
            assert!(with_past.abs() < 1e-4, "{name}, t = {}: correlation {with_past} with the past", step.t);
            assert!((product(&now, &now) - 1.0).abs() < 1e-5, "{name}, t = {}", step.t);
        }
    }
}

#[test]
fn transitions_are_markov() {
    let n = (3 * PLANE) as f64;
    for (name, steps, times) in [
        ("linear", linear(1000), [3, 100, 700, 999]),
        ("linear, T = 10 000", linear(10_000), [3, 500, 2000, 9000]),
        ("cosine", cosine(1000), [3, 400, 900, 1000]),
    ] {
        for t in times {
            let [past, before, now] = [&steps[t - 3], &steps[t - 2], &steps[t - 1]];
            let (u2, u1, u0) = (walk(21, past), walk(21, before), walk(21, now));
            let (a, b) = (now.noise_variance().sqrt() as f32, now.inherited_variance().sqrt() as f32);
            let deviation = now.beta.sqrt() as f32;
            let fresh: Vec<f32> =
                u0.iter().zip(u1.iter()).map(|(x, y)| (a * x - b * y) / deviation).collect();
            let variance = correlation(&fresh, &fresh);
            assert!((variance - 1.0).abs() < SIGMAS * (2.0 / n).sqrt(), "{name}, t = {t}: {variance} of β");
            assert_independent(&fresh, &u1, &format!("{name}, t = {t}: new noise and x_t−1"));
            assert_independent(&fresh, &u2, &format!("{name}, t = {t}: new noise and x_t−2"));
            // The parts that the ledger computes are these.
            let new = compute(JobKind::Ledger, Field::New, 21, NoiseMode::Walk, now).data;
            let same = new.iter().zip(&fresh).all(|(n, f)| (n - deviation * f).abs() < 1e-6);
            assert!(same, "{name}, t = {t}: the ledger's new noise is the path's last step");
        }
    }
}

#[test]
fn equal_snr_is_the_same_picture() {
    let one = Step::new(500, 0.4, 0.01);
    let other = Step { t: 7, beta: 0.3, alpha: 0.7, alpha_bar_prev: one.alpha_bar / 0.7, ..one };
    for field in [Field::Eps, Field::Xt] {
        let pictures = [one, other].map(|step| compute(JobKind::Forward, field, 5, NoiseMode::Walk, &step));
        assert_eq!(pictures[0], pictures[1]);
    }
    // The position that one step has at t is the position that the next step has at t − 1.
    let steps = cosine(100);
    for pair in steps.windows(2) {
        assert_eq!(Coefficients::of(&pair[0]).now, Coefficients::of(&pair[1]).before);
    }
}
