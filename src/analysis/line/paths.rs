//! Paths on the line from one state: forward into noise, and back by the SDE and the ODE.

use rayon::prelude::*;

use crate::diffusion::exact::Density;
use crate::diffusion::noise::{Key, Stream, plane};
use crate::diffusion::process::Level;

/// A path: points `[t, x]`.
pub type Path = Vec<[f64; 2]>;

/// The specification of paths.
#[derive(Clone, Debug, PartialEq)]
pub struct PathSpec {
    /// The data.
    pub data: Density,
    /// Timesteps from the state's to T, with their levels.
    pub onwards: Vec<(f64, Level)>,
    /// Timesteps from the state's back to 0, with their levels; the first level has some noise.
    pub backwards: Vec<(f64, Level)>,
    /// The state.
    pub x: f64,
    /// Number of paths of each stochastic process.
    pub count: usize,
    /// Seed of the noise of these paths.
    pub seed: u64,
}

/// Paths from one state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paths {
    /// Paths of the forward process, by its exact transitions.
    pub forward: Vec<Path>,
    /// Paths of the reverse SDE: ancestral sampling.
    pub sde: Vec<Path>,
    /// The path of the probability-flow ODE, which is determined by the state.
    pub ode: Path,
}

impl Paths {
    /// All paths of a specification.
    pub fn of(spec: &PathSpec) -> Self {
        let numbers = |stream, node: usize| -> Vec<f64> {
            let key = Key::from_seed(spec.seed);
            plane(key, 0, stream, node as u32, 0, spec.count).into_iter().map(f64::from).collect()
        };
        let on: Vec<Vec<f64>> = (0..spec.onwards.len()).map(|node| numbers(Stream::Walk, node)).collect();
        let back: Vec<Vec<f64>> = (0..spec.backwards.len()).map(|node| numbers(Stream::Step, node)).collect();
        Self {
            forward: (0..spec.count).map(|k| spec.forward(|node| on[node][k])).collect(),
            sde: (0..spec.count).into_par_iter().map(|k| spec.back(1.0, |node| back[node][k])).collect(),
            ode: spec.back(0.0, |_| 0.0),
        }
    }
}

impl PathSpec {
    fn forward(&self, z: impl Fn(usize) -> f64) -> Path {
        let Some((first, _)) = self.onwards.first() else { return Vec::new() };
        let mut path = vec![[*first, self.x]];
        let mut x = self.x;
        for (node, pair) in self.onwards.windows(2).enumerate() {
            let step = pair[0].1.to(pair[1].1);
            x = step.ratio * x + step.variance.sqrt() * z(node);
            path.push([pair[1].0, x]);
        }
        path
    }

    /// A path back by way of `E[x_0 | x_t]`, with the fraction η of the reverse SDE's noise: 1 gives
    /// ancestral sampling, 0 the ODE in the steps of DDIM.
    fn back(&self, eta: f64, z: impl Fn(usize) -> f64) -> Path {
        let Some((first, _)) = self.backwards.first() else { return Vec::new() };
        let mut path = vec![[*first, self.x]];
        let mut x = self.x;
        for (node, pair) in self.backwards.windows(2).enumerate() {
            let (level, next) = (pair[0].1, pair[1].1);
            let clean = self.data.given(x, level).mean;
            let eps = (x - level.scale * clean) / level.sigma();
            let (_, variance) = next.to(level).posterior(next);
            let fresh = eta * variance.sqrt();
            let kept = (next.variance - fresh * fresh).max(0.0).sqrt();
            x = next.scale * clean + kept * eps + fresh * z(node);
            path.push([pair[1].0, x]);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ScheduleSpec;
    use crate::diffusion::data::LineShape;

    /// From t = 1000 the ODE carries quantiles to quantiles, and the SDE samples the data.
    #[test]
    fn paths_back_end_in_the_data() {
        let schedule = ScheduleSpec::default().build().unwrap();
        let level = |t: usize| (t as f64, Level::of_alpha_bar(schedule.alpha_bar(t)));
        let mut backwards: Vec<_> = (1..=1000).rev().step_by(2).map(level).collect();
        backwards.push((0.0, Level::CLEAN));
        let [mixture, ..] = LineShape::all();
        let data = mixture.density().unwrap();
        let spec = PathSpec { data, onwards: vec![level(1000)], backwards, x: 0.0, count: 64, seed: 3 };
        let paths = Paths::of(&spec);
        // Half of the mass is in the left bump, so the median of x_T flows into the gap beside it.
        let end = paths.ode.last().unwrap();
        assert!(end[0] == 0.0 && (-0.9..0.4).contains(&end[1]), "{end:?}");
        let left = paths.sde.iter().filter(|path| path.last().unwrap()[1] < -0.4).count();
        assert!((18..46).contains(&left), "{left} of 64 in the half to the left");
    }

    #[test]
    fn forward_paths_have_the_marginal_variance() {
        let levels = [0.9, 0.5, 0.1].map(Level::of_alpha_bar);
        let onwards = levels.into_iter().enumerate().map(|(t, level)| (t as f64, level)).collect();
        let data = LineShape::default().density().unwrap();
        let spec = PathSpec { data, onwards, backwards: Vec::new(), x: 1.0, count: 64, seed: 5 };
        let paths = Paths::of(&spec);
        let step = levels[0].to(levels[2]);
        let ends: Vec<f64> = paths.forward.iter().map(|path| path[2][1] - step.ratio).collect();
        let variance = ends.iter().map(|x| x * x).sum::<f64>() / 64.0;
        assert!((variance / step.variance - 1.0).abs() < 0.6, "{variance} {}", step.variance);
    }
}
