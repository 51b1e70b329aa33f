//! Distributions for which everything is known: closed forms against quadrature and finite differences.

use diffuscope::diffusion::data::{LineData, PlaneData};
use diffuscope::diffusion::exact::{
    Component, Density, Mixture, ReverseKernel, integrate, reverse_step, total_variation,
};
use diffuscope::diffusion::process::{Level, Process, Transition};
use diffuscope::diffusion::solvers::forward_path;

const LEVEL: Level = Level { scale: 0.6, variance: 0.2 };

#[test]
fn scores_in_the_plane_are_the_gradients_of_the_log_density() {
    for data in PlaneData::ALL {
        for level in [Level::of_alpha_bar(0.99), Level::of_alpha_bar(0.3), Process::VE.level(0.6)] {
            let marginal = data.mixture().at(level);
            for point in [[0.3, -0.2], [-1.1, 0.8], [2.5, 1.5]] {
                let local = marginal.local(&point);
                let h = 1e-3 * level.sigma();
                let at = |d: usize, sign: f64| {
                    let mut moved = point;
                    moved[d] += sign * h;
                    marginal.local(&moved).log_density
                };
                let scale = 1.0 / level.variance;
                let mut laplacian = 0.0;
                for d in 0..2 {
                    let slope = (at(d, 1.0) - at(d, -1.0)) / (2.0 * h);
                    let error = (slope - local.score[d]).abs();
                    assert!(error < 1e-4 * (scale + slope.abs()), "{data:?} {point:?} {slope} {local:?}");
                    laplacian += (at(d, 1.0) - 2.0 * local.log_density + at(d, -1.0)) / (h * h);
                }
                let error = (laplacian - local.divergence).abs();
                assert!(error < 1e-3 * (scale + laplacian.abs()), "{data:?} {point:?} {laplacian} {local:?}");
            }
        }
    }
}

#[test]
fn a_mixture_on_the_line_is_the_same_as_a_density() {
    let density = LineData::Mixture.density();
    let mixture = Mixture::new(density.gaussians().to_vec()).unwrap();
    let marginal = mixture.at(LEVEL);
    for x in [-2.0, -0.4, 0.3, 1.0, 6.0] {
        let local = marginal.local(&[x]);
        let [score, slope] = density.score(LEVEL, x);
        assert!((density.log_pdf(LEVEL, x) - local.log_density).abs() < 1e-13);
        assert!((score - local.score[0]).abs() < 1e-12 && (slope - local.divergence).abs() < 1e-11);
        let (mean, covariance) = mixture.given(&[x], LEVEL).moments();
        let posterior = density.given(x, LEVEL);
        assert!(
            (mean[0] - posterior.mean).abs() < 1e-13 && (covariance[0][0] - posterior.variance).abs() < 1e-13
        );
    }
}

/// The marginal by direct integration: `∫ p(x_0) N(x; m x_0, σ²) dx_0`, piece by piece.
fn brute_marginal(density: &Density, x: f64) -> f64 {
    let normal = |x0: f64| {
        (-0.5 * (x - LEVEL.scale * x0).powi(2) / LEVEL.variance).exp()
            / (std::f64::consts::TAU * LEVEL.variance).sqrt()
    };
    let segments = density.segments();
    let pieces: f64 =
        segments.iter().map(|s| integrate(s.start..s.end, 200, |x0| s.pdf(x0) * normal(x0))).sum();
    let points: f64 = density.gaussians().iter().map(|c| c.weight * normal(c.mean[0])).sum();
    pieces + points
}

#[test]
fn marginals_of_pieces_and_points_are_their_integrals() {
    for data in [LineData::Uniform, LineData::Spikes, LineData::Curve] {
        let density = data.density();
        for x in [-3.0, -0.7, 0.0, 0.4, 2.0] {
            let exact = brute_marginal(&density, x);
            let found = density.log_pdf(LEVEL, x).exp();
            assert!((found / exact - 1.0).abs() < 1e-11, "{data:?} {x}: {found} {exact}");
            let h = 1e-4;
            let [score, slope] = density.score(LEVEL, x);
            let [before, after] = [x - h, x + h].map(|x| density.log_pdf(LEVEL, x));
            assert!(((after - before) / (2.0 * h) - score).abs() < 1e-5, "{data:?} {x}");
            let curvature = (after - 2.0 * exact.ln() + before) / (h * h);
            assert!((curvature - slope).abs() < 1e-4, "{data:?} {x}: {curvature} {slope}");
        }
    }
}

#[test]
fn what_x_t_says_about_x_0_is_a_distribution() {
    for data in LineData::ALL {
        let density = data.density();
        for x in [-1.0, 0.2, 1.5] {
            let ends = density.extent(Level::CLEAN);
            let points = density.given_points(x, LEVEL);
            let moment = |power: i32| {
                let smooth = integrate(ends.start..ends.end, 400, |x0| {
                    x0.powi(power) * density.given_pdf(x0, x, LEVEL)
                });
                smooth + points.iter().map(|[x0, share]| share * x0.powi(power)).sum::<f64>()
            };
            let (mass, mean) = (moment(0), moment(1));
            let posterior = density.given(x, LEVEL);
            // The ends of the pieces lie inside panels, which causes an error of first order.
            assert!((mass - 1.0).abs() < 2e-3, "{data:?} {x} {mass}");
            assert!((mean - posterior.mean).abs() < 2e-3, "{data:?} {x} {mean} {posterior:?}");
            let variance = moment(2) - mean * mean;
            assert!((variance - posterior.variance).abs() < 5e-3, "{data:?} {x} {variance} {posterior:?}");
        }
    }
}

#[test]
fn reverse_kernels_are_distributions_with_their_moments() {
    let from = Level::of_alpha_bar(0.8);
    for data in LineData::ALL {
        let density = data.density();
        for beta in [0.01, 0.3, 0.9] {
            let kernel = ReverseKernel::new(&density, from, Transition::of_beta(beta), 0.4);
            let moment = |power: i32| integrate(-8.0..8.0, 60, |x| x.powi(power) * kernel.log_pdf(x).exp());
            let (mass, mean) = (moment(0), moment(1));
            let gaussian = kernel.gaussian();
            assert!((mass - 1.0).abs() < 1e-10, "{data:?} {beta}: {mass}");
            assert!((mean - gaussian.mean).abs() < 1e-10, "{data:?} {beta}: {mean} {gaussian:?}");
            assert!((moment(2) - mean * mean - gaussian.variance).abs() < 1e-10, "{data:?} {beta}");
            let direct = integrate(-8.0..8.0, 60, |x| {
                let log_pdf = kernel.log_pdf(x);
                if log_pdf < -700.0 {
                    0.0
                } else {
                    log_pdf.exp() * (log_pdf - gaussian.pdf(x).max(1e-300).ln())
                }
            });
            assert!((kernel.kl(gaussian) - direct).abs() < 1e-9, "{data:?} {beta}: {direct}");
        }
    }
}

#[test]
fn kernels_of_gaussian_data_are_gaussian() {
    let density = LineData::Gaussian.density();
    for beta in [0.01, 0.5, 0.99] {
        let step = Transition::of_beta(beta);
        let kernel = ReverseKernel::new(&density, Level::of_alpha_bar(0.4), step, 1.3);
        // With N(0, 1) as data the chain is reversible: the kernel has the mean √α x_t and the variance β.
        let gaussian = kernel.gaussian();
        assert!((gaussian.mean - step.ratio * 1.3).abs() < 1e-14 && (gaussian.variance - beta).abs() < 1e-14);
        assert!(kernel.kl(gaussian) < 1e-14);
    }
}

#[test]
fn kernels_become_gaussian_at_the_right_rate() {
    let from = Level::of_alpha_bar(0.7);
    for data in [LineData::Mixture, LineData::Uniform, LineData::Spikes, LineData::Curve] {
        let density = data.density();
        let kls: Vec<[f64; 2]> = [0.004, 0.002, 0.001]
            .into_iter()
            .map(|beta| ReverseKernel::mean_kl(&density, from, Transition::of_beta(beta)))
            .collect();
        eprintln!("{}: {kls:?}", data.name());
        for pair in kls.windows(2) {
            // The divergence, skewness²/12, is proportional to β³. With the fixed variance β, the relative
            // error of the variance is proportional to β, and so the divergence to β².
            let [own, fixed] = [0, 1].map(|i| (pair[0][i] / pair[1][i]).log2());
            assert!((own - 3.0).abs() < 0.1, "{data:?}: {own}");
            assert!((fixed - 2.0).abs() < 0.1, "{data:?}: {fixed}");
        }
        // At a single place, the third cumulant is κ₃ = v³ (ln q)‴, so the divergence is v³ ((ln q)‴)²/12.
        let (x, beta, h) = (0.3, 0.0005, 1e-3);
        let kernel = ReverseKernel::new(&density, from, Transition::of_beta(beta), x);
        let curvature = |x| density.score(from, x)[1];
        let third = (curvature(x + h) - curvature(x - h)) / (2.0 * h);
        let expected = beta.powi(3) * third * third / 12.0;
        let found = kernel.kl(kernel.gaussian());
        assert!((found / expected - 1.0).abs() < 0.05, "{data:?}: {found} {expected}");
    }
}

#[test]
fn reverse_kernels_lead_marginals_back_and_forget_everything_else() {
    let density = LineData::Mixture.density();
    let grid: Vec<f64> = (0..400).map(|i| f64::from(i) * 0.04 - 8.0).collect();
    let mut level = Level::of_alpha_bar(0.9);
    let mut levels = vec![level];
    for _ in 0..20 {
        level = Transition::of_beta(0.3).after(level);
        levels.push(level);
    }
    let marginal = |level: Level| grid.iter().map(|&x| density.log_pdf(level, x).exp()).collect::<Vec<_>>();
    let mut right = marginal(level);
    // The start is as wrong as it can be: all mass is on one side.
    let mut wrong: Vec<f64> =
        grid.iter().map(|x| 0.5 * f64::from(u8::from((2.0..4.0).contains(x)))).collect();
    let mut distance = total_variation(&grid, &wrong, &right);
    assert!(distance > 0.9);
    for pair in levels.windows(2).rev() {
        let step = pair[0].to(pair[1]);
        right = reverse_step(&density, pair[0], step, &grid, &right);
        wrong = reverse_step(&density, pair[0], step, &grid, &wrong);
        assert!(total_variation(&grid, &right, &marginal(pair[0])) < 1e-9);
        let nearer = total_variation(&grid, &wrong, &right);
        assert!(nearer < distance, "{nearer} {distance}");
        distance = nearer;
    }
    eprintln!("left of the start: {distance}");
    assert!(distance < 0.05, "{distance}");
}

#[test]
fn points_are_a_mixture_and_its_posterior_picks_among_them() {
    let points = [[0.0, 1.0], [2.0, -1.0], [-1.5, 0.5]];
    let data = Mixture::of_points(&points, 0.0).unwrap();
    let noise = Level { scale: 1.0, variance: 0.5 };
    let given = data.given(&[0.5, 0.5], noise);
    let weights: Vec<f64> =
        points.map(|[x, y]| (-((x - 0.5f64).powi(2) + (y - 0.5f64).powi(2))).exp()).into_iter().collect();
    let total: f64 = weights.iter().sum();
    for (component, weight) in given.components().iter().zip(weights) {
        assert!((component.weight - weight / total).abs() < 1e-15 && component.variance == 0.0);
    }
    // By Tweedie's formula, the score points to the mean of the posterior.
    let (mean, _) = given.moments();
    let score = data.at(noise).local(&[0.5, 0.5]).score;
    for d in 0..2 {
        assert!((score[d] - (mean[d] - 0.5) / 0.5).abs() < 1e-14);
    }
    assert_eq!(Mixture::<2>::of_points(&[], 1.0), None);
    let bad = Component { weight: 1.0, mean: [f64::NAN, 0.0], variance: 1.0, class: 0 };
    assert_eq!(Mixture::new(vec![bad]), None);
}

#[test]
fn forward_paths_have_the_exact_marginals() {
    let data = PlaneData::EightGaussians.mixture();
    let start = data.sample(5, 20_000);
    assert_eq!(data.sample(5, 100), start[..100]);
    for process in Process::ALL {
        let path = forward_path(&process, &[0.0, 0.1, 0.3, 0.6], &start, 1);
        let level = Level {
            variance: process.level(0.6).variance
                - match process {
                    Process::Ve { sigma_min, .. } => sigma_min * sigma_min,
                    _ => 0.0,
                },
            ..process.level(0.6)
        };
        let (_, covariance) = data.at(level).moments();
        let (mean, found) = diffuscope::diffusion::data::mean_and_covariance(&path[3]);
        for d in 0..2 {
            // The tolerance is five standard errors.
            assert!(mean[d].abs() < 5.0 * (covariance[d][d] / 2e4).sqrt(), "{process:?} {mean:?}");
            let error = found[d][d] / covariance[d][d] - 1.0;
            assert!(error.abs() < 5.0 * (2.0 / 2e4f64).sqrt(), "{process:?} {error}");
        }
    }
}
