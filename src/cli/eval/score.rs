//! How good the samples of one sampler are.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::eval::Neighbours;
use crate::files::fixed;

/// The results of one sampler.
pub struct Score {
    /// The sampler's short name.
    pub sampler: &'static str,
    /// Number of steps.
    pub steps: usize,
    /// The number of passes through the network for each sample.
    pub passes: usize,
    /// The Fréchet distance from the test pictures, if there are enough of them.
    pub frechet_distance: Option<f64>,
    /// The share of samples that are of the class asked for; `None` if the network is not told the class.
    pub class_accuracy: Option<f64>,
    /// Distances from the training pictures.
    pub neighbours: Neighbours,
    /// How many seconds drawing took.
    pub seconds: f64,
}

impl Score {
    pub fn write_row(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { sampler, steps, passes, frechet_distance, neighbours, seconds, .. } = self;
        let distance = frechet_distance.map_or("-".to_owned(), |distance| fixed(distance, 3));
        let class = self.class_accuracy.map_or("-".to_owned(), percent);
        let (below_1, below_50) = (percent(neighbours.below_1), percent(neighbours.below_50));
        writeln!(
            out,
            "{sampler:<15} {steps:>5} {passes:>5} {distance:>9} {class:>8} {:>8.4} {below_1:>8} {below_50:>8} {seconds:>6.0} s",
            neighbours.median
        )
    }

    pub fn json(&self) -> Value {
        json!({
            "sampler": self.sampler,
            "steps": self.steps,
            "nfe": self.passes,
            "frechet_distance": self.frechet_distance,
            "class_accuracy": self.class_accuracy,
            "neighbour_median": self.neighbours.median,
            "neighbours_below_1_percent": self.neighbours.below_1,
            "neighbours_below_50_percent": self.neighbours.below_50,
            "seconds": self.seconds,
        })
    }
}

pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
