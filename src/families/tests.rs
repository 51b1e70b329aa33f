use super::*;
use crate::diffusion::data::PlaneData;
use crate::diffusion::exact::{Component, Mixture};

/// A training of so many iterations.
fn trained(family: Family, data: &Mixture<2>, iterations: u64, seed: u64) -> FamilyModel {
    let settings = FamilySettings::new(family, Some(iterations), seed);
    let mut trainer = FamilyTrainer::new(settings, data.clone()).unwrap();
    for step in trainer.by_ref() {
        step.unwrap();
    }
    assert_eq!(trainer.iteration(), iterations);
    trainer.model().unwrap()
}

fn gaussian(mean: [f64; 2], variance: f64) -> Mixture<2> {
    Mixture::new(vec![Component { weight: 1.0, mean, variance, class: 0 }]).unwrap()
}

#[test]
fn all_have_about_as_many_parameters() {
    let data = PlaneData::EightGaussians.mixture();
    let counts = Family::ALL.map(|family| {
        let model =
            FamilyTrainer::new(FamilySettings::new(family, Some(1), 1), data.clone()).unwrap().model();
        let model = model.unwrap();
        assert_eq!(model.family(), family);
        assert_eq!(Family::from_name(family.name()), Some(family));
        model.parameters()
    });
    let diffusion = counts[5] as f64;
    for (family, count) in Family::ALL.into_iter().zip(counts) {
        assert!((count as f64 / diffusion - 1.0).abs() < 0.1, "{family:?}: {counts:?}");
    }
}

#[test]
fn one_seed_gives_the_same_and_another_does_not() {
    let data = PlaneData::Moons.mixture();
    for family in Family::ALL {
        let [a, b, c] = [4, 4, 5].map(|seed| trained(family, &data, 3, seed).sample(seed, 20).unwrap());
        assert_eq!(a, b, "{family:?}");
        assert_ne!(a, c, "{family:?}");
        assert!(a.as_flattened().iter().all(|x| x.is_finite()), "{family:?}");
    }
}

#[test]
fn a_flow_leads_back_and_knows_its_determinant() {
    let data = PlaneData::Pinwheel.mixture();
    let FamilyModel::Flow(flow) = trained(Family::Flow, &data, 60, 2) else { panic!("no flow") };
    let x = data.sample(9, 200);
    let (z, log_determinants) = flow.encode(&x).unwrap();
    for (there, back) in x.iter().zip(flow.decode(&z).unwrap()) {
        assert!((there[0] - back[0]).hypot(there[1] - back[1]) < 1e-5, "{there:?} {back:?}");
    }
    // The determinant of the derivatives that candle finds by itself.
    let place = candle_core::Var::from_tensor(&tensor(&x[..8]).unwrap()).unwrap();
    let [z, _] = flow.forward(place.as_tensor()).unwrap();
    let rows = [0, 1].map(|d| {
        let sum = z.narrow(1, d, 1).unwrap().sum_all().unwrap();
        points(sum.backward().unwrap().get(place.as_tensor()).unwrap()).unwrap()
    });
    for (i, own) in log_determinants[..8].iter().enumerate() {
        let [[a, b], [c, d]] = [rows[0][i], rows[1][i]];
        assert!(((a * d - b * c).abs().ln() - own).abs() < 1e-4, "{i}: {own}");
    }
}

/// The sum of a density over a grid that reaches far beyond the data.
fn integral(log_density: impl Fn(&[[f64; 2]]) -> Vec<f64>) -> f64 {
    const SIDE: usize = 300;
    const REACH: f64 = 6.0;
    let cell = 2.0 * REACH / SIDE as f64;
    let place = |i: usize| cell * (i as f64 + 0.5) - REACH;
    let grid: Vec<[f64; 2]> = (0..SIDE * SIDE).map(|k| [place(k % SIDE), place(k / SIDE)]).collect();
    log_density(&grid).iter().map(|log| log.exp()).sum::<f64>() * cell * cell
}

#[test]
fn densities_integrate_to_one() {
    let data = PlaneData::Moons.mixture();
    for family in [Family::Flow, Family::Autoregressive] {
        let model = trained(family, &data, 150, 1);
        let whole = integral(|grid| model.log_likelihoods(grid, 0).unwrap().unwrap().1);
        assert!((whole - 1.0).abs() < 0.01, "{family:?} {whole}");
    }
}

#[test]
fn gaussian_data_are_learned_to_a_hundredth_of_a_nat() {
    let data = gaussian([0.4, -0.3], 0.25);
    let fresh = data.sample(77, 4000);
    let exact = fresh.iter().map(|x| data.local(x).log_density).sum::<f64>() / fresh.len() as f64;
    for family in [Family::Flow, Family::Autoregressive] {
        let (_, all) = trained(family, &data, 1000, 3).log_likelihoods(&fresh, 0).unwrap().unwrap();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        assert!((mean - exact).abs() < 0.01, "{family:?} {mean} {exact}");
    }
}

#[test]
fn the_bound_is_below_what_importance_sampling_finds() {
    let data = gaussian([0.0, 0.0], 1.0);
    let FamilyModel::Vae(vae) = trained(Family::Vae, &data, 400, 1) else { panic!("no VAE") };
    let fresh = data.sample(5, 1000);
    let mean = |all: Vec<f64>| all.iter().sum::<f64>() / all.len() as f64;
    let exact = mean(fresh.iter().map(|x| data.local(x).log_density).collect());
    let bound = mean(vae.bounds(&fresh, 1).unwrap());
    let nearer = mean(vae.importance_weighted(&fresh, 64, 1).unwrap());
    // Gaussian data can be learned exactly: by a decoder that does not look at its latent.
    assert!(bound <= nearer + 1e-3 && nearer <= exact + 0.01, "{bound} {nearer} {exact}");
    assert!(exact - bound < 0.05, "{bound} {exact}");
    // The divergence is that of Gaussians in closed form.
    let x = tensor(&fresh[..50]).unwrap();
    let Elbo { kl, .. } = vae.elbo(&x, &x.zeros_like().unwrap()).unwrap();
    for ([mean, deviation], kl) in vae.encode(&fresh[..50]).unwrap().into_iter().zip(numbers(&kl).unwrap()) {
        let of = |d: usize| {
            let variance = deviation[d] * deviation[d];
            0.5 * (mean[d] * mean[d] + variance - 1.0 - variance.ln())
        };
        assert!((of(0) + of(1) - kl).abs() < 1e-4);
    }
}

#[test]
fn a_discriminator_of_equals_says_one_half() {
    // A generator that is never trained, and a discriminator that is, on data like the generator's own points.
    let gan = Gan::fresh(Objective::NonSaturating, 6).unwrap();
    let [_, variables] = gan.variables().unwrap();
    let rate = candle_nn::ParamsAdamW { lr: 1e-3, weight_decay: 0.0, ..Default::default() };
    let mut optimiser = <candle_nn::AdamW as candle_nn::Optimizer>::new(variables, rate).unwrap();
    for step in 0..300 {
        let x = tensor(&gan.sample(step, 256).unwrap()).unwrap();
        let z = normals(step, Stream::Step, 0, 256).unwrap();
        let loss = gan.discriminator_loss(&x, &z, &x.narrow(1, 0, 1).unwrap()).unwrap();
        candle_nn::Optimizer::backward_step(&mut optimiser, &loss).unwrap();
    }
    let judged = gan.judge(&gan.sample(1 << 40, 500).unwrap()).unwrap();
    let error = judged.iter().map(|d| (d - 0.5).abs()).sum::<f64>() / judged.len() as f64;
    assert!(error < 0.05, "{error}");
}

#[test]
fn the_penalty_is_of_the_slope_between_data_and_samples() {
    let gan = Gan::fresh(Objective::Wasserstein, 8).unwrap();
    let data = PlaneData::Rings.mixture();
    let x = tensor(&data.sample(1, 64)).unwrap();
    let z = normals(2, Stream::Step, 0, 64).unwrap();
    let between = z.narrow(1, 0, 1).unwrap().sqr().unwrap().clamp(0.0, 1.0).unwrap();
    let loss = f64::from(gan.discriminator_loss(&x, &z, &between).unwrap().to_scalar::<f32>().unwrap());
    let fake = gan.generate(&points(&z).unwrap()).unwrap();
    let real = points(&x).unwrap();
    let mean = |all: Vec<f64>| all.iter().sum::<f64>() / all.len() as f64;
    let apart = mean(gan.judge(&fake).unwrap()) - mean(gan.judge(&real).unwrap());
    let between = numbers(&between).unwrap();
    let penalty = between.iter().enumerate().map(|(i, u)| {
        let place = [0, 1].map(|d| real[i][d] + u * (fake[i][d] - real[i][d]));
        let at = |d: usize, by: f64| std::array::from_fn(|e| if e == d { place[e] + by } else { place[e] });
        let slope = |d: usize| {
            let values = gan.judge(&[at(d, 1e-3), at(d, -1e-3)]).unwrap();
            (values[0] - values[1]) / 2e-3
        };
        (slope(0).hypot(slope(1)) - 1.0).powi(2)
    });
    let expected = apart + 0.1 * mean(penalty.collect());
    assert!((loss - expected).abs() < 2e-3 * (1.0 + expected.abs()), "{loss} {expected}");
    assert_eq!(gan.discriminator().variables().unwrap().len(), 6);
}

#[test]
fn modes_are_counted_and_a_lost_one_is_seen() {
    let data = PlaneData::EightGaussians.mixture();
    let all = Coverage::of(&data.sample(1, 4000), &data);
    assert_eq!((all.modes_covered(), all.counts.iter().sum::<usize>() + all.stray), (8, 4000));
    assert!(all.stray < 10 && all.counts.iter().all(|count| (400..600).contains(count)), "{all:?}");
    let mut some: Vec<[f64; 2]> = (0..7).flat_map(|k| data.of_class(k).unwrap().sample(1, 500)).collect();
    some.push([0.0, 0.0]);
    let lost = Coverage::of(&some, &data);
    assert_eq!((lost.modes_covered(), lost.counts[7], lost.stray), (7, 0, 1));
    assert_eq!(Coverage::of(&[], &data).modes_covered(), 0);
}

#[test]
fn a_loss_that_is_not_finite_is_told() {
    let settings = FamilySettings { learning_rate: 1.0, ..FamilySettings::new(Family::Flow, Some(400), 1) };
    let data = gaussian([0.0, 0.0], 1e6);
    let mut trainer = FamilyTrainer::new(settings, data).unwrap();
    let failed = trainer.find_map(Result::err);
    assert!(matches!(failed, Some(FamilyError::Diverged { family: "flow", .. })), "{failed:?}");
    assert!(trainer.next().is_none());
    for wrong in [0.0, 2.0, f64::NAN] {
        let settings = FamilySettings { learning_rate: wrong, ..settings };
        assert!(FamilyTrainer::new(settings, gaussian([0.0; 2], 1.0)).is_err());
    }
}
