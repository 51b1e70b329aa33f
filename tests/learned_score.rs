//! A learned score in the plane: it learns, its training can be repeated exactly, and its file is checked
//! when it is read.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use diffuscope::diffusion::data::{PlaneData, energy_distance};
use diffuscope::diffusion::process::Process;
use diffuscope::diffusion::sampler::PredictionType;
use diffuscope::diffusion::solvers::{Exact, Score, Solver, SolverRun, SolverSettings};
use diffuscope::learned_score::{NetConfig, SavedNet, ScoreError, ScoreNet, ScoreSettings, ScoreTrainer};

const DATA: PlaneData = PlaneData::EightGaussians;
const SMALL: NetConfig = NetConfig { process: Process::VP, target: PredictionType::Epsilon, hidden: 32 };

fn trained(network: NetConfig, iterations: u64) -> ScoreNet {
    let settings = ScoreSettings { batch: 256, ..ScoreSettings::new(network, Some(iterations), 5) };
    let mut trainer =
        ScoreTrainer::new(ScoreSettings { learning_rate: 5e-3, ..settings }, DATA.mixture()).unwrap();
    let last = trainer.by_ref().map(Result::unwrap).last().unwrap();
    assert_eq!(last.iteration, iterations);
    assert!(trainer.next().is_none());
    trainer.network().unwrap()
}

/// The mean squared error of the network's ε̂ against the exact one, at points of the marginals at a few
/// levels of noise.
fn error(network: &ScoreNet) -> f64 {
    let data = DATA.mixture();
    let exact = Exact { data: &data, process: network.process() };
    let at = |log_snr: f64| {
        let t = network.process().time_of_log_snr(log_snr);
        let level = network.process().level(t);
        let points = data.at(level).sample(2, 500);
        let [found, exact] = [network.scores(t, &points).unwrap(), exact.scores(t, &points).unwrap()];
        let squares = found.as_flattened().iter().zip(exact.as_flattened()).map(|(a, b)| (a - b).powi(2));
        level.variance * squares.sum::<f64>() / 1000.0
    };
    let levels = [4.0, 2.0, 0.0, -2.0];
    levels.map(at).iter().sum::<f64>() / levels.len() as f64
}

#[test]
fn every_target_and_process_is_learned() {
    let others = [Process::VE, Process::SUB_VP].map(|process| (process, PredictionType::VPrediction));
    let targets = PredictionType::ALL.map(|target| (Process::VP, target));
    for (process, target) in targets.into_iter().chain(others) {
        let network = NetConfig { process, target, ..SMALL };
        let [before, after] = [1, 400].map(|iterations| error(&trained(network, iterations)));
        eprintln!("{} {}: {before:.3} → {after:.4}", process.name(), target.name());
        assert!(after < 0.15 && after < 0.6 * before, "{network:?}: {before} {after}");
    }
}

#[test]
fn a_learned_score_samples_the_data() {
    let network = trained(SMALL, 400);
    let settings = SolverSettings { solver: Solver::Ddim { eta: 0.0 }, spacing: None, calls: 30, seed: 1 };
    let mut run = SolverRun::new(&settings, &network, 800).unwrap();
    run.finish().unwrap();
    let distance = energy_distance(run.points(), &DATA.mixture().sample(2, 800));
    assert!(distance < 0.1, "{distance}");
}

#[test]
fn a_training_is_the_same_every_time_and_a_copy_stays() {
    let settings = ScoreSettings::new(SMALL, None, 3);
    let [mut one, mut other] = [0; 2].map(|_| ScoreTrainer::new(settings, DATA.mixture()).unwrap());
    let steps = |trainer: &mut ScoreTrainer| (0..5).map(|_| trainer.step().unwrap()).collect::<Vec<_>>();
    assert_eq!(steps(&mut one), steps(&mut other));
    let points = [[0.3, -0.4], [1.0, 2.0]];
    let copy = one.network().unwrap();
    let before = copy.scores(0.3, &points).unwrap();
    one.step().unwrap();
    assert_eq!(copy.scores(0.3, &points).unwrap(), before);
    assert_ne!(one.network().unwrap().scores(0.3, &points).unwrap(), before);
}

#[test]
fn divergences_are_those_of_finite_differences() {
    for target in PredictionType::ALL {
        let network = trained(NetConfig { target, ..SMALL }, 40);
        let points = [[0.3, -0.4], [-1.0, 0.2], [0.0, 1.5]];
        for t in [0.05, 0.5, 1.0] {
            let h = 0.02 * network.process().level(t).sigma();
            let exact = network.divergences(t, &points).unwrap();
            assert_eq!(
                network.scores(t, &points).unwrap(),
                exact.iter().map(|(s, _)| *s).collect::<Vec<_>>()
            );
            for (i, point) in points.iter().enumerate() {
                let moved =
                    [[h, 0.0], [-h, 0.0], [0.0, h], [0.0, -h]].map(|[a, b]| [point[0] + a, point[1] + b]);
                let s = network.scores(t, &moved).unwrap();
                let numeric = (s[0][0] - s[1][0] + s[2][1] - s[3][1]) / (2.0 * h);
                let scale = network.process().level(t).variance.recip();
                let error = (numeric - exact[i].1).abs();
                assert!(error < 1e-2 * scale, "{target:?} {t}: {numeric} {:?}", exact[i]);
            }
        }
    }
}

#[test]
fn a_file_gives_back_every_bit_and_others_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("score.safetensors");
    let network = trained(NetConfig { process: Process::SUB_VP, ..SMALL }, 3);
    SavedNet { data: PlaneData::Rings, network: network.clone() }.save(&path).unwrap();
    let SavedNet { data, network: opened } = SavedNet::open(&path).unwrap();
    assert_eq!((data, opened.config()), (PlaneData::Rings, network.config()));
    let points = [[0.3, -0.4], [1.0, 2.0]];
    assert_eq!(opened.scores(0.4, &points).unwrap(), network.scores(0.4, &points).unwrap());

    let mut bytes = std::fs::read(&path).unwrap();
    // The names of fields and kinds have been the same since the first version of these files.
    let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let about = |name: &str| header.metadata().as_ref().unwrap()[name].clone();
    let names = ["data", "process", "target", "hidden"].map(about);
    assert_eq!(names, ["rings", "subvp", "epsilon", "32"]);
    let refused = |bytes: &[u8]| {
        let path = folder.path().join("bad.safetensors");
        std::fs::write(&path, bytes).unwrap();
        let error = SavedNet::open(&path).unwrap_err();
        assert!(matches!(error, ScoreError::Model { .. }), "{error}");
        assert_eq!(error.to_string().lines().count(), 1);
    };
    refused(&bytes[..bytes.len() - 4]);
    refused(b"");
    refused(b"no safetensors at all");
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    refused(&bytes);
    assert!(matches!(SavedNet::open(&folder.path().join("none")), Err(ScoreError::File(_))));
}

#[test]
fn settings_out_of_range_are_refused() {
    let settings = ScoreSettings::new(SMALL, Some(1), 0);
    for bad in [
        ScoreSettings { batch: 0, ..settings },
        ScoreSettings { learning_rate: f64::NAN, ..settings },
        ScoreSettings { network: NetConfig { hidden: 0, ..SMALL }, ..settings },
    ] {
        assert!(matches!(ScoreTrainer::new(bad, DATA.mixture()), Err(ScoreError::Setting { .. })));
    }
}
