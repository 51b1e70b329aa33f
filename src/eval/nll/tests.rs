//! The bound and the ODE with denoisers that are known.

use super::*;
use crate::diffusion::ideal::IdealDenoiser;
use crate::diffusion::nll::{OdeSettings, bits_per_dim};
use crate::diffusion::sampler::{Call, PredictionType, VarianceType};
use crate::diffusion::schedule::LogSnr;
use crate::diffusion::{Schedule, ScheduleKind, ScheduleSpec};
use crate::model::{Denoise, Denoiser, DownBlockType, ModelError, UNet2DConfig, UNet2DModel, UpBlockType};

struct Ideal(IdealDenoiser);

impl Denoise for Ideal {
    fn denoise(&self, call: &Call<'_>) -> Result<Vec<f32>, ModelError> {
        Ok(self.0.posterior_mean(call.input, call.alpha_bar))
    }
}

/// Answers the same numbers always.
struct Fixed(Vec<f32>);

impl Denoise for Fixed {
    fn denoise(&self, _: &Call<'_>) -> Result<Vec<f32>, ModelError> {
        Ok(self.0.clone())
    }
}

/// Knows ε, and says what it implies in a prediction type.
struct Oracle {
    prediction: PredictionType,
    x0: Vec<f32>,
    /// How far its `x̂_0` is off.
    off: f32,
}

impl Denoise for Oracle {
    fn denoise(&self, call: &Call<'_>) -> Result<Vec<f32>, ModelError> {
        let (signal, noise) = (call.alpha_bar.sqrt(), (1.0 - call.alpha_bar).sqrt());
        let output = call.input.iter().zip(&self.x0).map(|(&x_t, &x0)| {
            let x0_hat = f64::from(x0 + self.off);
            let eps_hat = (f64::from(x_t) - signal * x0_hat) / noise;
            self.prediction.target(call.alpha_bar, x0_hat, eps_hat) as f32
        });
        Ok(output.collect())
    }
}

fn schedule(steps: usize) -> Schedule {
    let kind = ScheduleKind::LogSnr(LogSnr { logsnr_max: 14.0, logsnr_min: -14.0 });
    ScheduleSpec { kind, steps, zero_terminal_snr: false }.build().unwrap()
}

fn spec(steps: usize, prediction: PredictionType, variance: VarianceType) -> BoundSpec {
    BoundSpec { schedule: schedule(steps), prediction, variance, clip: false }
}

fn level(level: usize) -> f32 {
    (level as f64 / 127.5 - 1.0) as f32
}

fn pictures(n: usize) -> Vec<f32> {
    (0..n * 16).map(|i| level(i * i * 31 % 251)).collect()
}

const SEED: BoundNoise = BoundNoise::Seed { seed: 7, first: 0 };

/// The bound of n pictures under a denoiser that knows them is the choice among them, ln n, as far as chance lets us see.
#[test]
fn pictures_known_by_heart_cost_the_choice_among_them() {
    let n = 5;
    let points = pictures(n);
    let ideal = Ideal(IdealDenoiser::new(points.clone().into(), 16).unwrap());
    // Each picture with many noises.
    let copies = 60;
    let x0: Vec<f32> = (0..copies).flat_map(|_| points.clone()).collect();
    let spec = spec(400, PredictionType::Sample, VarianceType::FixedSmall);
    let bound = Bound::new(&spec, x0.into(), [copies * n, 1, 4, 4], SEED).unwrap();
    let mut totals = bound.prior().bits;
    for term in bound.run(1..=400, &ideal) {
        totals.iter_mut().zip(term.unwrap().bits).for_each(|(total, bits)| *total += bits);
    }
    let nats: Vec<f64> = totals.iter().map(|bits| bits * 16.0 * std::f64::consts::LN_2).collect();
    let count = nats.len() as f64;
    let mean = nats.iter().sum::<f64>() / count;
    let error = (nats.iter().map(|nats| (nats - mean).powi(2)).sum::<f64>() / count / count).sqrt();
    let truth = (n as f64).ln();
    assert!((mean - truth).abs() < 4.0 * error + 0.05 && error < 0.1, "{mean} ± {error}, {truth}");
}

#[test]
fn every_prediction_has_the_same_terms() {
    let x0 = pictures(2);
    for variance in [VarianceType::FixedSmall, VarianceType::FixedLarge] {
        let terms = PredictionType::ALL.map(|prediction| {
            let bound =
                Bound::new(&spec(30, prediction, variance), x0.clone().into(), [2, 1, 4, 4], SEED).unwrap();
            let oracle = Oracle { prediction, x0: x0.clone(), off: 0.01 };
            [1, 2, 15, 25].map(|t| bound.term(t, &oracle).unwrap())
        });
        for other in &terms[1..] {
            for (a, b) in terms[0].iter().zip(other) {
                for i in 0..2 {
                    assert!(
                        (a.bits[i] / b.bits[i] - 1.0).abs() < 1e-2,
                        "{} {}: {} {}",
                        a.t,
                        i,
                        a.bits[i],
                        b.bits[i]
                    );
                    assert!((a.x0_mse[i] - 1e-4).abs() < 2e-6 || a.t == 25, "{}: {}", a.t, a.x0_mse[i]);
                }
            }
        }
    }
}

#[test]
fn maps_add_up_and_states_are_as_said() {
    let x0 = pictures(3);
    let spec = spec(20, PredictionType::Epsilon, VarianceType::FixedLarge);
    let bound = Bound::new(&spec, x0.clone().into(), [3, 1, 4, 4], SEED).unwrap();
    let mean = |map: &[f32]| map.iter().map(|&bits| f64::from(bits)).sum::<f64>() / 16.0;
    let prior = bound.prior();
    assert!(prior.map.chunks(16).zip(&prior.bits).all(|(map, bits)| (mean(map) - bits).abs() < 1e-6));
    for t in [1, 2, 20] {
        let term = bound.term(t, &Fixed(vec![0.25; 48])).unwrap();
        assert!(term.map.chunks(16).zip(&term.bits).all(|(map, bits)| (mean(map) / bits - 1.0).abs() < 1e-5));
        let alpha_bar = spec.schedule.alpha_bar(t);
        for i in 0..48 {
            let state = |x0: f32, eps: f32| {
                alpha_bar.sqrt() * f64::from(x0) + (1.0 - alpha_bar).sqrt() * f64::from(eps)
            };
            let x_t = f64::from(term.x_t[i]);
            assert!((state(x0[i], term.eps[i]) - x_t).abs() < 1e-6);
            let scale = 1.0 + f64::from(term.x0_hat[i].abs());
            assert!((state(term.x0_hat[i], term.eps_hat[i]) - x_t).abs() < 1e-6 * scale);
            assert_eq!(term.eps_hat[i], 0.25);
        }
        let eps_mse = term.eps[..16].iter().map(|eps| f64::from(eps - 0.25).powi(2)).sum::<f64>() / 16.0;
        assert!((term.eps_mse[0] - eps_mse).abs() < 1e-6);
    }
}

#[test]
fn a_picture_does_not_know_its_batch() {
    let x0 = pictures(4);
    let spec = spec(10, PredictionType::Epsilon, VarianceType::FixedSmall);
    let all = Bound::new(&spec, x0.clone().into(), [4, 1, 4, 4], SEED).unwrap();
    let together = all.term(4, &Fixed(vec![0.5; 64])).unwrap();
    let given: Vec<f32> = (1..=10).flat_map(|t| all.term(t, &Fixed(vec![0.0; 64])).unwrap().eps).collect();
    for first in 0..4 {
        let one: std::sync::Arc<[f32]> = x0[first * 16..][..16].into();
        let own = BoundNoise::Seed { seed: 7, first: first as u32 };
        let given = BoundNoise::Given { values: given.clone().into(), all: 4, first };
        for noise in [own, given] {
            let alone = Bound::new(&spec, one.clone(), [1, 1, 4, 4], noise).unwrap();
            let alone = alone.term(4, &Fixed(vec![0.5; 16])).unwrap();
            assert_eq!(alone.bits[0], together.bits[first]);
        }
    }
}

#[test]
fn clipping_acts_on_the_picture() {
    let x0 = vec![1.0; 16];
    let mut spec = spec(10, PredictionType::Sample, VarianceType::FixedSmall);
    let term = |spec: &BoundSpec| {
        let bound = Bound::new(spec, x0.clone().into(), [1, 1, 4, 4], SEED).unwrap();
        bound.term(5, &Fixed(vec![3.0; 16])).unwrap()
    };
    assert!(term(&spec).bits[0] > 0.1 && (term(&spec).x0_mse[0] - 4.0).abs() < 1e-6);
    spec.clip = true;
    assert_eq!((term(&spec).bits[0], term(&spec).x0_mse[0]), (0.0, 0.0));
}

/// A learned range at its lower end is the small variance, and at its upper end the large one.
#[test]
fn a_learned_variance_is_between_both() {
    let x0 = pictures(2);
    let bits = |variance, v: Option<f32>| {
        let output = [0.3_f32, -0.2].into_iter().flat_map(|eps| {
            let mut values = vec![eps; 16];
            values.extend(v.iter().flat_map(|&v| [v; 16]));
            values
        });
        let spec = spec(10, PredictionType::Epsilon, variance);
        let bound = Bound::new(&spec, x0.clone().into(), [2, 1, 4, 4], SEED).unwrap();
        bound.term(6, &Fixed(output.collect())).map(|term| term.bits)
    };
    for (v, fixed) in [(-1.0, VarianceType::FixedSmall), (1.0, VarianceType::FixedLarge)] {
        let (learned, fixed) =
            (bits(VarianceType::LearnedRange, Some(v)).unwrap(), bits(fixed, None).unwrap());
        assert!(learned.iter().zip(&fixed).all(|(a, b)| (a / b - 1.0).abs() < 1e-9), "{learned:?} {fixed:?}");
    }
    // A second half that is not asked for changes nothing.
    assert_eq!(
        bits(VarianceType::FixedSmall, Some(9.0)).unwrap(),
        bits(VarianceType::FixedSmall, None).unwrap()
    );
    let reason = |variance, v| bits(variance, v).unwrap_err().to_string();
    assert!(reason(VarianceType::LearnedRange, None).contains("gives no variance"));
    assert!(
        reason(VarianceType::Learned, Some(0.0)).contains("at t = 6 is 0, which must be finite and above 0")
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let x0 = pictures(1);
    let spec = spec(10, PredictionType::Epsilon, VarianceType::FixedSmall);
    let make = |x0: Vec<f32>, shape, noise| {
        Bound::new(&spec, x0.into(), shape, noise).map(|_| ()).unwrap_err().to_string()
    };
    assert!(make(x0.clone(), [1, 1, 4, 5], SEED).contains("must hold 20 values"));
    assert!(make(Vec::new(), [0, 1, 4, 4], SEED).contains("at least one"));
    assert!(make(vec![1.5; 16], [1, 1, 4, 4], SEED).contains("1.5"));
    assert!(make(vec![f32::NAN; 16], [1, 1, 4, 4], SEED).contains("NaN"));
    let given = BoundNoise::Given { values: vec![0.0; 80].into(), all: 1, first: 0 };
    assert!(make(x0.clone(), [1, 1, 4, 4], given).contains("must hold 160 values"));
    let kind = ScheduleKind::default_of("linear").unwrap();
    let lost = ScheduleSpec { kind, steps: 10, zero_terminal_snr: true }.build().unwrap();
    let lost = BoundSpec { schedule: lost, ..spec.clone() };
    let reason = Bound::new(&lost, x0.clone().into(), [1, 1, 4, 4], SEED).unwrap_err().to_string();
    assert!(reason.contains("no signal is left at t = 10"), "{reason}");
    let bound = Bound::new(&spec, x0.into(), [1, 1, 4, 4], SEED).unwrap();
    let term = |t, output: Vec<f32>| bound.term(t, &Fixed(output)).unwrap_err().to_string();
    assert!(term(0, vec![0.0; 16]).contains("from 1 to T = 10, got 0"));
    assert!(term(11, vec![0.0; 16]).contains("got 11"));
    assert!(term(3, vec![0.0; 15]).contains("got 15"));
    assert!(term(3, vec![f32::NAN; 16]).contains("at t = 3 is not finite"));
}

/// Normal data, whose denoiser is linear: the estimator's Jacobian is exact then.
struct Normal(f64);

impl VectorJacobian for Normal {
    fn vector_jacobian(&self, call: &Call<'_>, v: &[f32]) -> Result<[Vec<f32>; 2], ModelError> {
        let factor = call.alpha_bar.sqrt() * self.0 / (call.alpha_bar * self.0 + 1.0 - call.alpha_bar);
        Ok([call.input, v].map(|values| values.iter().map(|x| factor as f32 * x).collect()))
    }
}

#[test]
fn the_ode_finds_the_likelihood_of_normal_data() {
    let (x0, variance) = (pictures(2), 0.2);
    let settings = OdeSettings { tolerance: 1e-6, calls: 10_000 };
    let mut flow = Flow::new(&schedule(100), PredictionType::Sample, &x0, [2, 1, 4, 4], 3, settings).unwrap();
    assert_eq!(flow.bits_per_dim(), None);
    while !flow.path().is_complete() {
        flow.step(&Normal(variance)).unwrap();
    }
    let found = flow.bits_per_dim().unwrap();
    for (x0, found) in x0.chunks(16).zip(found) {
        let nats: Vec<f64> = x0
            .iter()
            .map(|&x| 0.5 * (f64::from(x).powi(2) / variance + (std::f64::consts::TAU * variance).ln()))
            .collect();
        // The uniform noise of a level moves the density by at most some thousandths.
        let expected = bits_per_dim(&nats) + 127.5_f64.log2();
        assert!((found - expected).abs() < 0.02, "{found} {expected}");
    }
}

fn network() -> Denoiser {
    let config = UNet2DConfig {
        sample_size: Some([4, 4]),
        in_channels: 1,
        out_channels: 1,
        block_out_channels: vec![8, 8],
        down_block_types: vec![DownBlockType::DownBlock2D, DownBlockType::AttnDownBlock2D],
        up_block_types: vec![UpBlockType::AttnUpBlock2D, UpBlockType::UpBlock2D],
        layers_per_block: 1,
        norm_num_groups: 4,
        ..UNet2DConfig::default()
    };
    Denoiser::new(UNet2DModel::init(&config, 5).unwrap().frozen().unwrap(), None, 1.0).unwrap()
}

/// The product with the Jacobian is the slope along every direction, by differences.
#[test]
fn a_network_knows_its_gradient() {
    let network = network();
    let x = pictures(9);
    let v: Vec<f32> = (0..x.len()).map(|i| ((i * 7 % 13) as f32 - 6.0) / 6.0).collect();
    let shape = [9, 1, 4, 4];
    let [output, product] = network.predict_with_gradient(&x, shape, 300.0, &v).unwrap();
    let plain = network.predict(&x, shape, 300.0).unwrap();
    assert!(output.iter().zip(&plain).all(|(a, b)| (a - b).abs() < 1e-5));
    let along = |h: f32, direction: &[f32]| -> f64 {
        let moved: Vec<f32> = x.iter().zip(direction).map(|(x, d)| x + h * d).collect();
        let output = network.predict(&moved, shape, 300.0).unwrap();
        output.iter().zip(&v).map(|(output, v)| f64::from(*output) * f64::from(*v)).sum()
    };
    for direction in 0..4 {
        let direction: Vec<f32> =
            (0..x.len()).map(|i| (((i * (direction + 3) + direction) * 5 % 17) as f32 - 8.0) / 8.0).collect();
        // Central differences, with the first error taken out.
        let difference = |h: f32| (along(h, &direction) - along(-h, &direction)) / f64::from(2.0 * h);
        let slope = (4.0 * difference(0.01) - difference(0.02)) / 3.0;
        let expected: f64 = product.iter().zip(&direction).map(|(p, d)| f64::from(p * d)).sum();
        assert!((slope - expected).abs() < 2e-3 * expected.abs().max(1.0), "{slope} {expected}");
    }
}

/// A whole network, end to end: its estimate is finite, and the mean over seeds is steadier than one.
#[test]
fn the_ode_runs_with_a_network() {
    let x0 = pictures(2);
    let spec = ScheduleSpec { steps: 50, ..ScheduleSpec::default() };
    let settings = OdeSettings { tolerance: 1e-2, calls: 60 };
    let network = network();
    let mut flow =
        Flow::new(&spec.build().unwrap(), PredictionType::VPrediction, &x0, [2, 1, 4, 4], 1, settings)
            .unwrap();
    while !flow.path().is_complete() {
        let before = flow.path().progress();
        flow.step(&network).unwrap();
        assert!(flow.path().progress() > before);
    }
    let bits = flow.bits_per_dim().unwrap();
    assert!(bits.len() == 2 && bits.iter().all(|bits| bits.is_finite()), "{bits:?}");
}

/// The exact divergence is the mean of Hutchinson's estimates over all signs that are orthogonal to each other: the rows
/// of a Hadamard matrix. Here it is compared with the slopes along each value, by differences.
#[test]
fn the_exact_divergence_is_the_sum_of_slopes() {
    let spec = ScheduleSpec { steps: 100, ..ScheduleSpec::default() };
    let (x0, shape, schedule) = (pictures(2), [2, 1, 4, 4], spec.build().unwrap());
    let settings = OdeSettings { tolerance: 1e-2, calls: 60 };
    let flow = |seed: u64| {
        Flow::new(&schedule, PredictionType::Sample, &x0, shape, seed, settings).unwrap().exactly()
    };
    let network = network();
    let follow = |mut flow: Flow, network: &dyn VectorJacobian| {
        while !flow.path().is_complete() {
            flow.step(network).unwrap();
        }
        flow.bits_per_dim().unwrap()
    };
    let exact = follow(flow(1), &network);
    let slopes = follow(flow(1), &BySlopes(network));
    for (exact, slopes) in exact.iter().zip(&slopes) {
        assert!((exact - slopes).abs() < 1e-3, "{exact} {slopes}");
    }
}

/// Finds the product with the Jacobian of a network by differences.
struct BySlopes(Denoiser);

impl VectorJacobian for BySlopes {
    fn vector_jacobian(&self, call: &Call<'_>, v: &[f32]) -> Result<[Vec<f32>; 2], ModelError> {
        let h = 1e-2_f32;
        let moved = |by: f32| {
            let x: Vec<f32> = call.input.iter().zip(v).map(|(x, v)| x + by * v).collect();
            self.0.predict(&x, call.shape, call.timestep)
        };
        let (output, up, down) =
            (self.0.predict(call.input, call.shape, call.timestep)?, moved(h)?, moved(-h)?);
        // Only the slope along v itself is known so, which is what the exact divergence asks for.
        let slope = up.iter().zip(&down).zip(v).map(|((up, down), v)| v * (up - down) / (2.0 * h)).collect();
        Ok([output, slope])
    }
}
