//! The samplers of points on data for which everything is known: Gaussians, and mixtures.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use diffuscope::diffusion::data::{LineData, PlaneData, energy_distance, mean_and_covariance};
use diffuscope::diffusion::exact::{Component, Density, Mixture};
use diffuscope::diffusion::process::{Level, Process, Spacing};
use diffuscope::diffusion::solvers::{
    Classifier, Exact, Guided, LIKELIHOOD_CUT_OFF, Score, Solver, SolverError, SolverRun, SolverSettings,
    log_likelihood,
};

const MEAN: [f64; 2] = [0.4, -0.7];
const VARIANCE: f64 = 0.09;

fn gaussian() -> Mixture<2> {
    Mixture::new(vec![Component { weight: 1.0, mean: MEAN, variance: VARIANCE, class: 0 }]).unwrap()
}

fn settings(solver: Solver, calls: usize) -> SolverSettings {
    SolverSettings { solver, spacing: None, calls, seed: 7 }
}

fn sample<const D: usize>(solver: Solver, calls: usize, score: &dyn Score<D>, count: usize) -> Vec<[f64; D]> {
    let mut run = SolverRun::new(&settings(solver, calls), score, count).unwrap();
    run.finish().unwrap();
    run.points().to_vec()
}

/// The point at the time `end` to which the ODE leads from a point at t = 1. For Gaussian data the ODE keeps
/// `(x − m μ)/√(m² v + σ²)`.
fn exact_flow(process: Process, x: [f64; 2], end: f64) -> [f64; 2] {
    // The end at 0 stands for clean data, even for VE, which has some noise at time 0.
    let to = if end == 0.0 { Level::CLEAN } else { process.level(end) };
    let from = process.level(1.0);
    let deviation = |level: Level| (level.scale.powi(2) * VARIANCE + level.variance).sqrt();
    std::array::from_fn(|d| {
        to.scale * MEAN[d] + (x[d] - from.scale * MEAN[d]) * deviation(to) / deviation(from)
    })
}

/// The largest error of a deterministic sampler against the exact flow.
fn flow_error(process: Process, solver: Solver, spacing: Spacing, calls: usize) -> f64 {
    let data = gaussian();
    let score = Exact { data: &data, process };
    let scale = process.prior_variance().sqrt();
    let start = [[-1.2, 0.4], [0.1, 2.0], [0.9, -0.8]].map(|x| x.map(|x| x * scale));
    let settings = SolverSettings { spacing: Some(spacing), ..settings(solver, calls) };
    let mut run = SolverRun::from_points(&settings, &score, start.to_vec()).unwrap();
    let last = run.by_ref().last().unwrap().unwrap();
    assert_eq!(last.calls, run.calls());
    let error = |(x, start): (&[f64; 2], [f64; 2])| {
        let exact = exact_flow(process, start, last.t);
        (x[0] - exact[0]).abs().max((x[1] - exact[1]).abs())
    };
    run.points().iter().zip(start).map(error).fold(0.0, f64::max)
}

#[test]
fn deterministic_samplers_follow_the_flow_at_their_order() {
    for process in Process::ALL {
        for (solver, spacing, order) in [
            (Solver::Ddim { eta: 0.0 }, Spacing::Quadratic, 1.0),
            (Solver::OdeEuler, Spacing::LogSnr, 1.0),
            (Solver::OdeHeun, Spacing::LogSnr, 2.0),
            (Solver::DpmPlusPlus, Spacing::LogSnr, 2.0),
        ] {
            let errors = [200, 400, 800].map(|calls| flow_error(process, solver, spacing, calls));
            let orders = [errors[0] / errors[1], errors[1] / errors[2]].map(f64::log2);
            eprintln!("{} {}: errors {errors:?}, orders {orders:.2?}", process.name(), solver.name());
            assert!(
                orders.iter().all(|found| (found - order).abs() < 0.3),
                "{process:?} {solver:?}: {errors:?}"
            );
            assert!(errors[2] < 0.02, "{process:?} {solver:?}: {errors:?}");
        }
        let error = flow_error(process, Solver::OdeRk45 { tolerance: 1e-8 }, Spacing::Uniform, 10_000);
        assert!(error < 1e-6, "{process:?} {error}");
    }
}

#[test]
fn network_calls_are_what_was_asked_for() {
    let data = gaussian();
    for process in Process::ALL {
        let score = Exact { data: &data, process };
        for solver in Solver::ALL {
            for calls in [1, 2, 7, 20, 33] {
                let run = SolverRun::<2>::new(&settings(solver, calls), &score, 3);
                if matches!(solver, Solver::OdeRk45 { .. }) && calls < 7 {
                    let error = run.err().unwrap();
                    assert_eq!(error, SolverError::Calls { solver: "ode-rk45", least: 7, got: calls });
                    continue;
                }
                let mut run = run.unwrap();
                let mut last = 1.0;
                for step in run.by_ref() {
                    let step = step.unwrap();
                    assert!(step.t <= last, "{solver:?}");
                    last = step.t;
                }
                assert!(last <= process.cut_off(), "{process:?} {solver:?} {last}");
                assert!(run.calls() <= calls, "{solver:?}");
                if !matches!(solver, Solver::OdeRk45 { .. }) {
                    assert_eq!(run.calls(), calls, "{solver:?}");
                }
            }
            assert!(SolverRun::<2>::new(&settings(solver, 0), &score, 3).is_err());
        }
    }
}

#[test]
fn every_sampler_finds_gaussian_data() {
    let data = gaussian();
    let count = 1000;
    for process in Process::ALL {
        let score = Exact { data: &data, process };
        for solver in Solver::ALL {
            // Langevin dynamics lags behind its levels, and its steps of finite length make the points spread
            // too far. Both effects only disappear with shorter steps and more of them.
            let (solver, calls) = match solver {
                Solver::Langevin { .. } => (Solver::Langevin { step: 0.1 }, 4000),
                solver => (solver, 400),
            };
            let found = sample(solver, calls, &score, count);
            let (mean, covariance) = mean_and_covariance(&found);
            eprintln!("{} {}: {mean:.3?} {covariance:.4?}", process.name(), solver.name());
            for d in 0..2 {
                let standard_error = (VARIANCE / count as f64).sqrt();
                let error = (mean[d] - MEAN[d]).abs();
                assert!(error < 5.0 * standard_error + 0.003, "{process:?} {solver:?} {mean:?}");
                let error = covariance[d][d] / VARIANCE - 1.0;
                // The tolerance is five standard errors, plus the error of Euler's method with geometric σ's
                // at 400 steps.
                assert!(
                    error.abs() < 5.0 * (2.0 / count as f64).sqrt(),
                    "{process:?} {solver:?} {covariance:?}"
                );
            }
            let correlation = covariance[0][1] / VARIANCE;
            assert!(correlation.abs() < 5.0 / (count as f64).sqrt(), "{solver:?} {covariance:?}");
        }
    }
}

#[test]
fn every_sampler_finds_mixtures() {
    let data = PlaneData::EightGaussians.mixture();
    let count = 1200;
    let fresh = data.sample(1, count);
    let other = energy_distance(&data.sample(2, count), &fresh);
    for process in Process::ALL {
        let score = Exact { data: &data, process };
        for solver in Solver::ALL {
            let calls = if matches!(solver, Solver::Langevin { .. }) { 800 } else { 200 };
            let found = sample(solver, calls, &score, count);
            let distance = energy_distance(&found, &fresh);
            eprintln!("{} {}: {distance:.5}, fresh {other:.5}", process.name(), solver.name());
            assert!(distance < 0.012, "{process:?} {solver:?}: {distance}");
        }
    }
}

#[test]
fn noise_belongs_to_point_and_step() {
    let data = PlaneData::Moons.mixture();
    let score = Exact { data: &data, process: Process::VP };
    for solver in Solver::ALL {
        if matches!(solver, Solver::OdeRk45 { .. } | Solver::PredictorCorrector { .. }) {
            // The steps of these two depend on all points together.
            continue;
        }
        let few = sample(solver, 12, &score, 20);
        assert_eq!(few, sample(solver, 12, &score, 50)[..20], "{solver:?}");
        let other = SolverSettings { seed: 8, ..settings(solver, 12) };
        let mut run = SolverRun::new(&other, &score, 20).unwrap();
        run.finish().unwrap();
        assert_ne!(few, run.points(), "{solver:?}");
    }
}

#[test]
fn annealed_langevin_reaches_the_weights() {
    let component = |weight, x| Component { weight, mean: [x, 0.0], variance: 0.01, class: 0 };
    let data = Mixture::new(vec![component(0.8, -1.0), component(0.2, 1.0)]).unwrap();
    let score = Exact { data: &data, process: Process::VE };
    let count = 4000;
    let found = sample(Solver::Langevin { step: 0.2 }, 900, &score, count);
    let left = found.iter().filter(|x| x[0] < 0.0).count() as f64 / count as f64;
    assert!((left - 0.8).abs() < 5.0 * (0.16 / count as f64).sqrt(), "{left}");
    // Without annealing, at the last level alone, half of the points end on each side.
    let settings = SolverSettings { spacing: None, ..settings(Solver::Langevin { step: 0.2 }, 1) };
    let process = Process::Ve { sigma_min: 0.01, sigma_max: 0.0101 };
    let score = Exact { data: &data, process };
    let start: Vec<[f64; 2]> = (0..200).map(|i| [f64::from(i) * 0.01 - 0.995, 0.0]).collect();
    let mut points = start;
    for _ in 0..300 {
        let mut run = SolverRun::from_points(&settings, &score, points).unwrap();
        run.finish().unwrap();
        points = run.points().to_vec();
    }
    let left = points.iter().filter(|x| x[0] < 0.0).count() as f64 / 200.0;
    assert!((left - 0.5).abs() < 0.1, "{left}");
}

#[test]
fn sde_and_ode_share_their_marginals_all_the_way() {
    let density = LineData::Mixture.density();
    let mixture = Mixture::new(density.gaussians().to_vec()).unwrap();
    let count = 1500;
    for process in Process::ALL {
        let score = Exact { data: &mixture, process };
        for solver in [Solver::ReverseSde, Solver::OdeHeun] {
            let calls = if solver == Solver::OdeHeun { 200 } else { 400 };
            let settings = SolverSettings { spacing: Some(Spacing::Uniform), ..settings(solver, calls) };
            let mut run = SolverRun::<1>::new(&settings, &score, count).unwrap();
            let mut checked = 0;
            while let Some(step) = run.next().transpose().unwrap() {
                if run.calls() % 80 == 0 {
                    let exact = mixture.at(process.level(step.t)).sample(3, count);
                    let scale = process.level(step.t).variance.max(1.0).sqrt();
                    let distance = energy_distance(run.points(), &exact) / scale;
                    assert!(distance < 0.012, "{process:?} {solver:?} {} {distance}", step.t);
                    checked += 1;
                }
            }
            assert!(checked >= 2);
        }
    }
}

#[test]
fn likelihoods_of_gaussian_data_are_exact() {
    let data = gaussian();
    let points = [[0.4, -0.7], [0.0, 0.0], [1.0, -1.4], [-0.3, -0.2]];
    // These processes go on longer than those of the paper, which leave 0.7 % of the mean: an error of 0.014
    // nats here.
    let (beta_min, beta_max) = (0.1, 40.0);
    let long = [
        Process::Vp { beta_min, beta_max },
        Process::SubVp { beta_min, beta_max },
        Process::Ve { sigma_min: 0.01, sigma_max: 5000.0 },
    ];
    for process in long {
        let score = Exact { data: &data, process };
        let found = log_likelihood(&score, &points, LIKELIHOOD_CUT_OFF, 1e-6).unwrap();
        let level = process.level(LIKELIHOOD_CUT_OFF);
        for (x, log_density) in points.iter().zip(&found.log_densities) {
            let at_cut_off = data.at(level).local(x).log_density;
            assert!((log_density - at_cut_off).abs() < 1e-3, "{process:?} {x:?} {log_density} {at_cut_off}");
            // VE has the noise σ_min at time 0, so it cannot give the density of clean data.
            if !matches!(process, Process::Ve { .. }) {
                let exact = data.local(x).log_density;
                assert!((log_density - exact).abs() < 1e-3, "{process:?} {x:?} {log_density} {exact}");
            }
        }
    }
    // Standardised data leave so little of themselves at t = 1 that the processes of the paper are long
    // enough.
    let standard = Mixture::of_points(&[[0.0; 2]], 1.0).unwrap();
    for process in Process::ALL {
        let score = Exact { data: &standard, process };
        let found = log_likelihood(&score, &points, LIKELIHOOD_CUT_OFF, 1e-6).unwrap();
        let noise = process.level(LIKELIHOOD_CUT_OFF);
        for (x, log_density) in points.iter().zip(&found.log_densities) {
            let exact = standard.at(noise).local(x).log_density;
            assert!((log_density - exact).abs() < 1e-3, "{process:?} {x:?} {log_density} {exact}");
        }
    }
}

#[test]
fn likelihoods_of_mixtures_are_exact_and_differences_do_as_well() {
    struct Plain<'a>(Exact<'a, Mixture<2>>);
    impl Score<2> for Plain<'_> {
        fn process(&self) -> Process {
            self.0.process
        }
        fn scores(&self, t: f64, points: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, SolverError> {
            self.0.scores(t, points)
        }
    }
    let data = PlaneData::Moons.mixture();
    let points = data.sample(4, 20);
    let score = Exact { data: &data, process: Process::VP };
    let found = log_likelihood(&score, &points, LIKELIHOOD_CUT_OFF, 1e-6).unwrap();
    let by_differences = log_likelihood(&Plain(score), &points, LIKELIHOOD_CUT_OFF, 1e-6).unwrap();
    for (i, x) in points.iter().enumerate() {
        let exact = data.local(x).log_density;
        assert!((found.log_densities[i] - exact).abs() < 2e-3, "{x:?} {} {exact}", found.log_densities[i]);
        let difference = found.log_densities[i] - by_differences.log_densities[i];
        assert!(difference.abs() < 1e-3, "{x:?} {difference}");
    }
}

#[test]
fn densities_on_the_line_are_sampled_too() {
    for data in [LineData::Uniform, LineData::Spikes, LineData::Curve] {
        let density: Density = data.density();
        let score = Exact { data: &density, process: Process::VP };
        let found = sample::<1>(Solver::Ddim { eta: 0.0 }, 60, &score, 400);
        let fresh: Vec<[f64; 1]> = density.sample(9, 400).into_iter().map(|x| [x]).collect();
        let distance = energy_distance(&found, &fresh);
        assert!(distance < 0.02, "{data:?} {distance}");
    }
}

/// Two overlapping classes, so that `p(y | x)` varies within each class.
fn overlapping() -> Mixture<2> {
    let component = |class, x| Component { weight: 1.0, mean: [x, 0.0], variance: 0.5, class };
    Mixture::new(vec![component(0, -0.6), component(1, 0.6)]).unwrap()
}

/// The mean and the variance of the first coordinate under `p(x) p(y = 1 | x)ʷ`, by importance weights.
fn tilted(data: &Mixture<2>, w: f64) -> [f64; 2] {
    let points = data.sample(12, 40_000);
    let weights: Vec<f64> = points.iter().map(|x| data.class_probabilities(x)[1].powf(w)).collect();
    let total: f64 = weights.iter().sum();
    let average = |term: &dyn Fn(f64) -> f64| {
        points.iter().zip(&weights).map(|(x, weight)| weight * term(x[0])).sum::<f64>() / total
    };
    let mean = average(&|x| x);
    [mean, average(&|x| (x - mean).powi(2))]
}

#[test]
fn guided_langevin_reaches_the_tilted_density() {
    let data = overlapping();
    let class = data.of_class(1).unwrap();
    // The last level matters: its noise is 0.2 standard deviations of the data, and 300 more steps are made
    // there.
    let process = Process::Ve { sigma_min: 0.14, sigma_max: 10.0 };
    for w in [0.0, 1.0, 4.0] {
        let classifier = Classifier { data: &data, class: &class, process };
        let score = Guided { score: Exact { data: &data, process }, classifier, scale: w };
        let count = 1500;
        let mut points = sample(Solver::Langevin { step: 0.2 }, 600, &score, count);
        let last = SolverSettings { ..settings(Solver::Langevin { step: 0.2 }, 1) };
        for seed in 0..300 {
            let mut run = SolverRun::from_points(&SolverSettings { seed, ..last }, &score, points).unwrap();
            run.finish().unwrap();
            points = run.points().to_vec();
        }
        let (mean, covariance) = mean_and_covariance(&points);
        let blurred = data.at(process.level(process.cut_off()));
        let [expected, variance] = tilted(&blurred, w);
        eprintln!("w = {w}: {:.4} {:.4}, expected {expected:.4} {variance:.4}", mean[0], covariance[0][0]);
        // The tolerance is five standard errors of the mean, and a tenth of the variance, as steps have a
        // finite length.
        assert!(
            (mean[0] - expected).abs() < 5.0 * (variance / count as f64).sqrt(),
            "{w}: {mean:?} {expected}"
        );
        assert!(
            (covariance[0][0] / variance - 1.0).abs() < 5.0 * (2.0 / count as f64).sqrt() + 0.1,
            "{w}: {covariance:?} {variance}"
        );
    }
}

#[test]
fn reverse_processes_reach_the_tilted_density_for_plain_conditions_only() {
    let data = overlapping();
    let class = data.of_class(1).unwrap();
    let process = Process::VP;
    let found = [0.0, 1.0, 4.0].map(|w| {
        let classifier = Classifier { data: &data, class: &class, process };
        let score = Guided { score: Exact { data: &data, process }, classifier, scale: w };
        let points = sample(Solver::ReverseSde, 200, &score, 3000);
        let [expected, _] = tilted(&data, w);
        let mean = mean_and_covariance(&points).0[0];
        eprintln!("w = {w}: {mean:.4}, expected {expected:.4}");
        mean - expected
    });
    // For w = 0 and 1 the difference is within five standard errors; for w = 4 it is far more than ten.
    assert!(found[0].abs() < 0.09 && found[1].abs() < 0.07, "{found:?}");
    assert!(found[2] > 0.15, "{found:?}");
}
