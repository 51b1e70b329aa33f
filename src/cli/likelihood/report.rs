//! The results of `diffuscope likelihood`: a table, JSON, tensors.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::Args;
use super::ode;
use super::pictures::Pictures;
use crate::cli::error::CliError;
use crate::cli::output::{print_json, to_stdout};
use crate::diffusion::nll::rate::distortion;
use crate::diffusion::nll::{Estimate, Estimator, Strata};
use crate::eval::nll::{BoundSpec, BoundTerm, PriorTerm};
use crate::files::plain;
use crate::imaging::{NamedTensor, save_tensors};
use crate::memory;
use crate::model::ModelError;

/// All terms of all pictures.
pub struct Report<'a> {
    spec: &'a BoundSpec,
    strata: &'a Strata,
    /// The timesteps that are computed, in order.
    timesteps: Vec<usize>,
    names: &'a [String],
    shape: [usize; 4],
    /// `L_T` of each picture, in bits per dimension.
    prior: Vec<f64>,
    /// The terms of each picture, as many as timesteps, in bits per dimension.
    terms: Vec<Vec<f64>>,
    /// The mean square of `x_0 − x̂_0`, in the same order.
    x0_mse: Vec<Vec<f64>>,
    raw: Option<Raw>,
    /// What was found along the ODE, if it was asked for.
    pub ode: Option<ode::Found>,
}

/// Whole arrays: the map of `L_T`, `[n, …]`, and what has the shape `[timesteps, n, …]`.
struct Raw {
    prior: Vec<f32>,
    map: Vec<f32>,
    eps: Vec<f32>,
    eps_hat: Vec<f32>,
    x0_hat: Vec<f32>,
}

impl<'a> Report<'a> {
    /// A report in which nothing is known yet, with whole arrays if they are wanted.
    ///
    /// # Errors
    /// If there is too little memory.
    pub fn new(
        spec: &'a BoundSpec,
        strata: &'a Strata,
        timesteps: Vec<usize>,
        pictures: &'a Pictures,
        with_raw: bool,
    ) -> Result<Self, CliError> {
        let (n, count, shape) = (pictures.shape[0], timesteps.len(), pictures.shape);
        let values = pictures.values.len();
        // Four arrays, and once more as bytes when they are written; the terms and their text.
        let of_raw = if with_raw { 48 * (values as u64) * (count as u64) } else { 0 };
        memory::enough_for(of_raw.saturating_add(100 * (n as u64) * (count as u64)))
            .map_err(ModelError::from)?;
        let whole = || vec![0.0; values * count];
        let raw = with_raw.then(|| Raw {
            prior: vec![0.0; values],
            map: whole(),
            eps: whole(),
            eps_hat: whole(),
            x0_hat: whole(),
        });
        let terms = vec![vec![0.0; count]; n];
        let (prior, x0_mse) = (vec![0.0; n], terms.clone());
        Ok(Self {
            spec,
            strata,
            timesteps,
            names: &pictures.names,
            shape,
            prior,
            terms,
            x0_mse,
            raw,
            ode: None,
        })
    }

    /// The timesteps that are computed, in order.
    pub fn timesteps(&self) -> &[usize] {
        &self.timesteps
    }

    /// Takes `L_T` of the pictures from number `first` on.
    pub fn add_prior(&mut self, first: usize, prior: &PriorTerm) {
        self.prior[first..][..prior.bits.len()].copy_from_slice(&prior.bits);
        if let Some(raw) = &mut self.raw {
            let start = first * (prior.map.len() / prior.bits.len());
            raw.prior[start..][..prior.map.len()].copy_from_slice(&prior.map);
        }
    }

    /// Takes the term of the timestep with this index of the pictures from number `first` on.
    pub fn add(&mut self, first: usize, index: usize, term: &BoundTerm) {
        for (i, (&bits, &mse)) in term.bits.iter().zip(&term.x0_mse).enumerate() {
            self.terms[first + i][index] = bits;
            self.x0_mse[first + i][index] = mse;
        }
        let Some(raw) = &mut self.raw else { return };
        let values: usize = self.shape[1..].iter().product();
        let start = (index * self.shape[0] + first) * values;
        let parts = [
            (&mut raw.map, &term.map),
            (&mut raw.eps, &term.eps),
            (&mut raw.eps_hat, &term.eps_hat),
            (&mut raw.x0_hat, &term.x0_hat),
        ];
        for (to, from) in parts {
            to[start..][..from.len()].copy_from_slice(from);
        }
    }

    /// The sum of terms over all t: exact if all were computed.
    fn sum(&self, terms: &[f64]) -> Estimate {
        if terms.len() == self.spec.schedule.steps() {
            return Estimate { sum: terms.iter().sum(), standard_error: Some(0.0) };
        }
        let mut estimator = Estimator::new(self.strata);
        for &t in &self.strata.order()[..terms.len()] {
            if let Ok(index) = self.timesteps.binary_search(&t) {
                estimator.add(t, terms[index]);
            }
        }
        // The first timesteps of the order reach every group.
        estimator.estimate().unwrap_or(Estimate { sum: f64::NAN, standard_error: None })
    }

    fn total(&self, picture: usize) -> Estimate {
        let Estimate { sum, standard_error } = self.sum(&self.terms[picture]);
        Estimate { sum: self.prior[picture] + sum, standard_error }
    }

    /// The mean over all pictures of `L_T`, and of the whole bound. All pictures share the choice of timesteps, so the
    /// error is that of their mean terms.
    fn mean(&self) -> (f64, Estimate) {
        let n = self.prior.len() as f64;
        let prior = self.prior.iter().sum::<f64>() / n;
        let term = |index: usize| self.terms.iter().map(|terms| terms[index]).sum::<f64>() / n;
        let terms: Vec<f64> = (0..self.timesteps.len()).map(term).collect();
        let Estimate { sum, standard_error } = self.sum(&terms);
        (prior, Estimate { sum: prior + sum, standard_error })
    }

    /// Writes the tensors, if they are wanted, and prints the results.
    ///
    /// # Errors
    /// If something cannot be written.
    pub fn write(&self, args: &Args) -> Result<(), CliError> {
        if let (Some(path), Some(raw)) = (&args.raw, &self.raw) {
            self.save(path, raw)?;
        }
        if args.json { print_json(&self.json()) } else { to_stdout(|out| self.table(out)) }
    }

    fn json(&self) -> Value {
        let steps = self.spec.schedule.steps();
        let totals: Vec<Estimate> = (0..self.prior.len()).map(|picture| self.total(picture)).collect();
        let (prior, mean) = self.mean();
        // What was not computed is null.
        let spread = |values: &[f64], unit: fn(f64) -> f64| {
            let mut all = vec![Value::Null; steps];
            for (&t, &value) in self.timesteps.iter().zip(values) {
                all[t - 1] = json!(unit(value));
            }
            Value::from(all)
        };
        let all =
            |values: &[Vec<f64>], unit| -> Vec<Value> { values.iter().map(|of| spread(of, unit)).collect() };
        let mut value = json!({
            "unit": "bits/dim",
            "L_T": self.prior,
            "L": all(&self.terms, |bits| bits),
            "total": totals.iter().map(|total| total.sum).collect::<Vec<_>>(),
            "standard_error": totals.iter().map(|total| total.standard_error).collect::<Vec<_>>(),
            "distortion": all(&self.x0_mse, distortion),
            "mean": {"L_T": prior, "total": mean.sum, "standard_error": mean.standard_error},
            "T": steps,
            "timesteps": self.timesteps,
            "variance": self.spec.variance.name(),
            "clip": self.spec.clip,
        });
        if let Some(ode) = &self.ode {
            value["ode"] = json!({
                "total": ode.bits,
                "standard_error": ode.standard_error,
                "calls": ode.calls,
                "divergence": ode.divergence,
            });
        }
        value
    }

    /// A row for each picture: `L_T`, the sum of `L_1` to `L_{T−1}`, `L_0` and the total.
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let steps = self.spec.schedule.steps();
        let estimated = self.timesteps.len() < steps;
        let wide = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0).clamp(7, 40);
        writeln!(
            out,
            "{:<wide$}  {:>9}  {:>9}  {:>9}  {:>9}  bits/dim",
            "picture", "L_T", "middle", "L_0", "total"
        )?;
        let mut row = |name: &str, prior: f64, first: Option<f64>, total: Estimate| {
            let [middle, first] = match first {
                Some(first) => [total.sum - prior - first, first].map(|bits| format!("{bits:.5}")),
                None => ["-", "-"].map(str::to_owned),
            };
            let error = match total.standard_error {
                _ if !estimated => String::new(),
                Some(error) => format!("  ± {error:.5}"),
                None => "  ± ?".to_owned(),
            };
            writeln!(out, "{name:<wide$}  {prior:>9.5}  {middle:>9}  {first:>9}  {:>9.5}{error}", total.sum)
        };
        let has_first = self.timesteps.first() == Some(&1);
        let first = |picture: usize| has_first.then(|| self.terms[picture][0]);
        for (picture, name) in self.names.iter().enumerate() {
            row(&plain(name), self.prior[picture], first(picture), self.total(picture))?;
        }
        if self.names.len() > 1 {
            let (prior, total) = self.mean();
            let mean = self.terms.iter().map(|terms| terms[0]).sum::<f64>() / self.terms.len() as f64;
            row("mean", prior, has_first.then_some(mean), total)?;
        }
        if let Some(ode) = &self.ode {
            self.ode_table(out, ode, wide)?;
        }
        Ok(())
    }

    /// A row for each picture: what was found along the ODE.
    fn ode_table(&self, out: &mut dyn Write, ode: &ode::Found, wide: usize) -> io::Result<()> {
        let calls = ode.calls;
        writeln!(out)?;
        writeln!(
            out,
            "{:<wide$}  {:>9}  bits/dim, {} divergence, {calls} calls",
            "picture", "ODE", ode.divergence
        )?;
        for ((name, bits), error) in self.names.iter().zip(&ode.bits).zip(&ode.standard_error) {
            let error = error.map_or_else(String::new, |error| format!("  ± {error:.5}"));
            writeln!(out, "{:<wide$}  {bits:>9.5}{error}", plain(name))?;
        }
        Ok(())
    }

    fn save(&self, path: &Path, raw: &Raw) -> Result<(), CliError> {
        let (n, count) = (self.shape[0], self.timesteps.len());
        let [_, channels, height, width] = self.shape;
        let by_time = [count, n, channels, height, width];
        let t: Vec<f32> = self.timesteps.iter().map(|&t| t as f32).collect();
        let prior: Vec<f32> = self.prior.iter().map(|&bits| bits as f32).collect();
        let terms: Vec<f32> =
            (0..count).flat_map(|i| self.terms.iter().map(move |terms| terms[i] as f32)).collect();
        let total: Vec<f32> = (0..n).map(|picture| self.total(picture).sum as f32).collect();
        let (of_t, of_pictures, of_terms) = ([count], [n], [count, n]);
        let tensor = |name, shape, data| NamedTensor { name, shape, data };
        let tensors = [
            tensor("t", &of_t[..], &t[..]),
            tensor("L_T", &of_pictures, &prior),
            tensor("L", &of_terms, &terms),
            tensor("total", &of_pictures, &total),
            tensor("map_L_T", &self.shape, &raw.prior),
            tensor("map_L", &by_time, &raw.map),
            tensor("eps", &by_time, &raw.eps),
            tensor("eps_hat", &by_time, &raw.eps_hat),
            tensor("x0_hat", &by_time, &raw.x0_hat),
        ];
        Ok(save_tensors(path, &tensors)?)
    }
}
