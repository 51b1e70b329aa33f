//! The report about samples of points.

use serde_json::json;

use crate::cli::error::CliError;
use crate::cli::output::{print_json, to_stdout};
use crate::diffusion::data::{energy_distance_while, mean_and_covariance, sliced_wasserstein};
use crate::diffusion::exact::{Density, Mixture};
use crate::diffusion::noise::{Key, philox4x32};
use crate::diffusion::solvers::{SolverRun, SolverSettings};
use crate::files::fixed;

/// The number of directions of the sliced Wasserstein distance.
const DIRECTIONS: usize = 100;
/// Fresh data are drawn with the complement of the seed, so that they are independent of a run's noise.
const FRESH: u64 = u64::MAX;
/// The most rounds of drawing; each round draws as many points as are wanted.
const PATIENCE: usize = 10_000;

/// What samples are compared with: fresh points, and moments.
pub struct Reference<const D: usize> {
    points: Vec<[f64; D]>,
    mean: [f64; D],
    covariance: [[f64; D]; D],
}

impl<const D: usize> Reference<D> {
    /// Fresh points of a mixture, and its exact moments.
    pub fn of_mixture(data: &Mixture<D>, seed: u64, count: u32) -> Self {
        let (mean, covariance) = data.moments();
        Self { points: data.sample(seed ^ FRESH, count as usize), mean, covariance }
    }

    /// Fresh points of `p(x) p(y | x)ʷ`, and their own moments. They are drawn by rejection: for w ≥ 1 out of the class
    /// itself, kept with probability `p(y | x)^(w − 1)`; for smaller w out of all data, kept with `p(y | x)ʷ`.
    ///
    /// # Errors
    /// If hardly any points are kept.
    pub fn of_tilted(
        data: &Mixture<D>,
        class: usize,
        w: f64,
        seed: u64,
        count: u32,
    ) -> Result<Self, CliError> {
        let of_class = data.of_class(class).filter(|_| w >= 1.0);
        let (proposal, power) = of_class.as_ref().map_or((data, w), |class| (class, w - 1.0));
        if power == 0.0 {
            return Ok(Self::of_mixture(proposal, seed, count));
        }
        let count = count as usize;
        let mut points = Vec::with_capacity(count);
        for round in 0.. {
            if points.len() >= count || round > PATIENCE {
                break;
            }
            // Every round has a seed of its own.
            let Key(key) = Key::from_seed(seed ^ FRESH);
            let words = philox4x32([round as u32, 0, 0, 0], key);
            let seed = u64::from(words[0]) << 32 | u64::from(words[1]);
            for (i, x) in proposal.sample(seed, count).into_iter().enumerate() {
                let word = philox4x32([i as u32, u32::MAX, round as u32, 0], key)[0];
                let keep = data.class_probabilities(&x)[class].powf(power);
                if (f64::from(word) + 0.5) / 4_294_967_296.0 < keep {
                    points.push(x);
                }
            }
        }
        if points.len() < count {
            let reason = "so little is left of the class that it cannot be sampled; guide less";
            return Err(CliError::Usage(reason.to_owned()));
        }
        points.truncate(count);
        let (mean, covariance) = mean_and_covariance(&points);
        Ok(Self { points, mean, covariance })
    }
}

impl Reference<1> {
    /// Fresh points of a density on the line, and its exact moments.
    pub fn of_density(data: &Density, seed: u64, count: u32) -> Self {
        let [mean, variance] = data.moments();
        let points = data.sample(seed ^ FRESH, count as usize).into_iter().map(|x| [x]).collect();
        Self { points, mean: [mean], covariance: [[variance]] }
    }
}

/// How near samples are to their reference.
pub struct Report<const D: usize> {
    /// The samples.
    pub samples: Vec<[f64; D]>,
    process: &'static str,
    sampler: &'static str,
    energy_distance: f64,
    sliced_wasserstein: f64,
    nfe: usize,
    mean_error: f64,
    covariance_error: f64,
    /// Whether an adaptive solver has kept its tolerance; `None` for other solvers.
    tolerance_met: Option<bool>,
}

impl<const D: usize> Report<D> {
    /// Compares the end of a run with the reference; `None` if `go_on` returns false meanwhile.
    pub fn new(
        run: &SolverRun<'_, D>,
        settings: &SolverSettings,
        reference: &Reference<D>,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Option<Self> {
        let samples = run.points().to_vec();
        let (mean, covariance) = mean_and_covariance(&samples);
        let norm = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        Some(Self {
            process: run.process().name(),
            sampler: settings.solver.name(),
            energy_distance: energy_distance_while(&samples, &reference.points, go_on)?,
            sliced_wasserstein: sliced_wasserstein(&samples, &reference.points, DIRECTIONS, 0),
            nfe: run.calls(),
            mean_error: norm(&mean, &reference.mean),
            covariance_error: norm(covariance.as_flattened(), reference.covariance.as_flattened()),
            tolerance_met: run.largest_error().map(|error| error <= 1.0),
            samples,
        })
    }

    /// The numbers as a JSON object.
    pub fn json(&self, data: &str) -> serde_json::Value {
        let mut object = json!({
            "data": data,
            "process": self.process,
            "sampler": self.sampler,
            "n": self.samples.len(),
            "energy_distance": self.energy_distance,
            "sliced_wasserstein": self.sliced_wasserstein,
            "nfe": self.nfe,
            "mean_error": self.mean_error,
            "covariance_error": self.covariance_error,
        });
        if let Some(met) = self.tolerance_met {
            object["tolerance_met"] = met.into();
        }
        object
    }

    /// Prints the numbers, in words or as JSON.
    ///
    /// # Errors
    /// If standard output cannot be written to.
    pub fn print(&self, data: &str, json: bool) -> Result<(), CliError> {
        if json {
            return print_json(&self.json(data));
        }
        to_stdout(|out| {
            writeln!(out, "{data}, {}, {}, {} samples", self.process, self.sampler, self.samples.len())?;
            writeln!(out, "energy distance     {}", fixed(self.energy_distance, 6))?;
            writeln!(out, "sliced Wasserstein  {}", fixed(self.sliced_wasserstein, 6))?;
            writeln!(out, "network calls       {}", self.nfe)?;
            writeln!(out, "mean error          {}", fixed(self.mean_error, 6))?;
            writeln!(out, "covariance error    {}", fixed(self.covariance_error, 6))?;
            match self.tolerance_met {
                Some(false) => writeln!(out, "the calls did not suffice for the tolerance"),
                _ => Ok(()),
            }
        })
    }
}
