//! A network that learns the score, and its error.

use super::{RADIUS, ScoreModel, unit};
use crate::diffusion::solvers::{Score as _, SolverError};
use crate::learned_score::{ScoreError, ScoreNet, ScoreSettings, ScoreStep, ScoreTrainer};

/// The number of the error map's cells along a side.
const SIDE: usize = 48;
/// The number of times at which the mean error is measured, and of points at each.
const TIMES: usize = 24;
const POINTS: usize = 256;

/// A report of a training in progress.
#[derive(Clone, Debug)]
pub enum Lesson {
    /// One iteration has been made.
    Step(ScoreStep),
    /// The current network.
    Network(ScoreNet),
}

/// Trains on the data. `tell` is called after every step, and with the network after every `every` iterations
/// and at the end. It returns whether to go on; when it returns false, it is called once more with what was
/// learned until then.
///
/// # Errors
/// If the training fails.
pub fn learn(
    settings: ScoreSettings,
    score_model: &ScoreModel,
    every: u64,
    mut tell: impl FnMut(Lesson) -> bool,
) -> Result<(), ScoreError> {
    let mut trainer = ScoreTrainer::new(settings, (*score_model.data).clone())?;
    while let Some(step) = trainer.next().transpose()? {
        let go_on = tell(Lesson::Step(step));
        let last = settings.iterations == Some(step.iteration) || !go_on;
        if last || step.iteration.is_multiple_of(every) {
            tell(Lesson::Network(trainer.network()?));
        }
        if last {
            break;
        }
    }
    Ok(())
}

/// How far a learned score is from the exact one, measured as the error of ε̂.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorMap {
    /// The error `‖ε̂ − ε*‖` at one time, in 255ths of 1, row by row from the top.
    pub shades: Vec<u8>,
    /// Times, each with the root mean square error over `q(x_t)`.
    pub over_time: Vec<[f64; 2]>,
    /// The root mean square error at the time of the map.
    pub here: f64,
}

impl ErrorMap {
    /// The number of the map's cells along a side.
    pub const SIDE: usize = SIDE;

    /// The errors of a learned score, with a map at the time t.
    ///
    /// # Errors
    /// If a network of the score cannot be computed.
    pub fn of(score_model: &ScoreModel, t: f64) -> Result<Self, SolverError> {
        let factor = unit(score_model.process.level(t));
        let cell = 2.0 * RADIUS / SIDE as f64;
        let place = |i: usize| (cell * (i as f64 + 0.5) - RADIUS) / factor;
        let points: Vec<[f64; 2]> =
            (0..SIDE * SIDE).map(|k| [place(k % SIDE), place(SIDE - 1 - k / SIDE)]).collect();
        let errors = errors(score_model, t, &points)?;
        let shades = errors.iter().map(|error| (255.0 * error.min(1.0)).round() as u8).collect();
        let process = &score_model.process;
        let [low, high] = [1.0, process.cut_off()].map(|t| process.level(t).log_snr());
        let mut over_time = Vec::new();
        for i in 0..=TIMES {
            let at = process.time_of_log_snr(low + (high - low) * i as f64 / TIMES as f64).min(1.0);
            over_time.push([at, root_mean_square(score_model, at)?]);
        }
        Ok(Self { shades, over_time, here: root_mean_square(score_model, t)? })
    }
}

fn root_mean_square(score_model: &ScoreModel, t: f64) -> Result<f64, SolverError> {
    let points = score_model.data.at(score_model.process.level(t)).sample(1, POINTS);
    let squares: f64 = errors(score_model, t, &points)?.iter().map(|error| error * error).sum();
    Ok((squares / POINTS as f64).sqrt())
}

fn errors(score_model: &ScoreModel, t: f64, points: &[[f64; 2]]) -> Result<Vec<f64>, SolverError> {
    let sigma = score_model.process.level(t).sigma();
    let [learned, exact] = [score_model.scores(t, points)?, score_model.exact().scores(t, points)?];
    let pairs = learned.iter().zip(&exact);
    Ok(pairs.map(|(a, b)| sigma * (a[0] - b[0]).hypot(a[1] - b[1])).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diffusion::data::PlaneData;
    use crate::diffusion::process::Process;
    use crate::diffusion::sampler::PredictionType;
    use crate::learned_score::NetConfig;

    #[test]
    fn the_error_falls_while_it_learns_and_a_stop_is_heard() {
        let (data, process) = (PlaneData::EightGaussians, Process::VP);
        let config = NetConfig { process, target: PredictionType::Epsilon, hidden: 32 };
        let mut score_model = ScoreModel { data: Arc::new(data.mixture()), process, network: None };
        let mut networks = Vec::new();
        let settings = ScoreSettings::new(config, Some(400), 1);
        let mut steps = 0;
        learn(settings, &score_model.clone(), 100, |lesson| {
            match lesson {
                Lesson::Step(step) => steps = step.iteration,
                Lesson::Network(network) => networks.push(network),
            }
            steps < 300
        })
        .unwrap();
        assert_eq!((steps, networks.len()), (300, 3));
        let mut error = |network: ScoreNet| {
            score_model.network = Some((1, network));
            ErrorMap::of(&score_model, 0.3).unwrap().here
        };
        let [first, last] = [networks[0].clone(), networks[2].clone()].map(&mut error);
        assert!(last < 0.8 * first, "{first} {last}");
        assert_eq!(ErrorMap::of(&score_model.exact(), 0.3).unwrap().here, 0.0);
    }
}
