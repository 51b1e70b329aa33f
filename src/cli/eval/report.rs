//! The results of an evaluation, as a table or as JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Args;
use super::judge::{Floor, Judge, Reference};
use super::score::{Score, percent};
use crate::classifier::FEATURES;
use crate::eval::Neighbours;
use crate::files::plain;

/// The results of all samplers.
pub struct Report {
    model: String,
    data: String,
    samples: u32,
    guidance_scale: f64,
    seed: u64,
    pictures: [usize; 2],
    floor: Option<Floor>,
    classifier_accuracy: f64,
    scores: Vec<Score>,
}

impl Report {
    /// A report without any results yet.
    pub fn new(args: &Args, judge: &Judge, reference: &Reference) -> Self {
        Self {
            model: args.model.display().to_string(),
            data: args.data.display().to_string(),
            samples: args.samples,
            guidance_scale: args.guidance_scale,
            seed: args.seed,
            pictures: [judge.train().len(), judge.test().len()],
            floor: reference.floor,
            classifier_accuracy: reference.accuracy,
            scores: Vec::new(),
        }
    }

    /// Adds the results of a sampler.
    pub fn add(&mut self, score: Score) {
        self.scores.push(score);
    }

    /// Writes the latest results as a row of a table for people, after the table's head if they are the first.
    ///
    /// # Errors
    /// If writing fails.
    pub fn write_last(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.scores.as_slice() {
            [] => Ok(()),
            [score] => {
                self.write_head(out, &score.neighbours)?;
                score.write_row(out)
            }
            [.., score] => score.write_row(out),
        }
    }

    fn write_head(&self, out: &mut dyn Write, neighbours: &Neighbours) -> io::Result<()> {
        let [train, test] = self.pictures;
        let (model, data) = (plain(&self.model), plain(&self.data));
        writeln!(out, "model       {model}")?;
        writeln!(out, "data        {data}, {train} pictures to learn from, {test} to test with")?;
        writeln!(out, "samples     {}, guidance {}, seed {}", self.samples, self.guidance_scale, self.seed)?;
        writeln!(out, "classifier  {} of the test pictures right", percent(self.classifier_accuracy))?;
        let floor = match self.floor {
            Some(Floor { mean, standard_deviation, sets }) => {
                let deviation = standard_deviation.map_or(String::new(), |it| format!(" ± {it:.3}"));
                let times =
                    if sets > 1 { format!(", {sets} times as many as samples") } else { String::new() };
                format!("{mean:.3}{deviation} between training and test pictures{times}")
            }
            None => format!("-; a Fréchet distance needs {} pictures of each", FEATURES + 1),
        };
        writeln!(out, "floor       {floor}")?;
        let median = neighbours.baseline_median;
        writeln!(out, "nearest     {median:.4} from a test picture to a training picture, in the median")?;
        let names = ["sampler", "steps", "NFE", "frechet", "class", "nearest", "< 1 %", "< 50 %", "time"];
        let [sampler, steps, nfe, frechet, class, nearest, below_1, below_50, time] = names;
        writeln!(
            out,
            "\n{sampler:<15} {steps:>5} {nfe:>5} {frechet:>9} {class:>8} {nearest:>8} {below_1:>8} {below_50:>8} {time:>8}"
        )
    }

    /// The report as JSON, for programs.
    pub fn json(&self) -> Value {
        let [train, test] = self.pictures;
        let baseline = self.scores.first().map(|score| score.neighbours.baseline_median);
        json!({
            "model": self.model,
            "data": self.data,
            "training_pictures": train,
            "test_pictures": test,
            "samples": self.samples,
            "guidance_scale": self.guidance_scale,
            "seed": self.seed,
            "classifier_accuracy": self.classifier_accuracy,
            "floor": self.floor.map(|floor| floor.mean),
            "floor_standard_deviation": self.floor.and_then(|floor| floor.standard_deviation),
            "neighbour_baseline_median": baseline,
            "runs": self.scores.iter().map(Score::json).collect::<Vec<_>>(),
        })
    }
}
