//! A schedule's derived quantities over t as columns, for plots and files.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::{Schedule, Step};

/// One quantity over `t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// `t`, `1..=T`.
    T,
    /// `β_t`.
    Beta,
    /// `α_t`.
    Alpha,
    /// `ᾱ_t`.
    AlphaBar,
    /// `√ᾱ_t`.
    SqrtAlphaBar,
    /// `√(1 − ᾱ_t)`.
    SqrtOneMinusAlphaBar,
    /// `SNR_t`.
    Snr,
    /// `ln SNR_t`; `−∞` where no signal is left.
    LogSnr,
    /// `λ_t`, the new share of the noise.
    NewShare,
    /// `α_t (1 − ᾱ_{t−1})`.
    InheritedVariance,
    /// `β_t` again, under the name that it has in the ledger beside the inherited variance.
    NewVariance,
    /// `β̃_t`.
    PosteriorVariance,
    /// Raw weight of `x_0` in `μ̃_t`.
    PosteriorMeanX0,
    /// Raw weight of `x_t` in `μ̃_t`.
    PosteriorMeanXt,
    /// Convex weight of `√ᾱ_{t−1} x_0` in `μ̃_t`.
    ConvexX0,
    /// Convex weight of `x_t / √α_t` in `μ̃_t`.
    ConvexXt,
    /// Factor on `‖ε − ε̂‖²` in the variational bound with `σ_t² = β_t`; `+∞` where `α_t = 0`.
    VlbWeightBeta,
}

impl Column {
    /// All columns, in the order of the files.
    pub const ALL: [Self; 17] = [
        Self::T,
        Self::Beta,
        Self::Alpha,
        Self::AlphaBar,
        Self::SqrtAlphaBar,
        Self::SqrtOneMinusAlphaBar,
        Self::Snr,
        Self::LogSnr,
        Self::NewShare,
        Self::InheritedVariance,
        Self::NewVariance,
        Self::PosteriorVariance,
        Self::PosteriorMeanX0,
        Self::PosteriorMeanXt,
        Self::ConvexX0,
        Self::ConvexXt,
        Self::VlbWeightBeta,
    ];

    /// Name in file headers and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::T => "t",
            Self::Beta => "beta",
            Self::Alpha => "alpha",
            Self::AlphaBar => "alpha_bar",
            Self::SqrtAlphaBar => "sqrt_alpha_bar",
            Self::SqrtOneMinusAlphaBar => "sqrt_one_minus_alpha_bar",
            Self::Snr => "snr",
            Self::LogSnr => "log_snr",
            Self::NewShare => "new_share",
            Self::InheritedVariance => "inherited_variance",
            Self::NewVariance => "new_variance",
            Self::PosteriorVariance => "posterior_variance",
            Self::PosteriorMeanX0 => "posterior_mean_x0",
            Self::PosteriorMeanXt => "posterior_mean_xt",
            Self::ConvexX0 => "convex_x0",
            Self::ConvexXt => "convex_xt",
            Self::VlbWeightBeta => "vlb_weight_beta",
        }
    }

    /// The column's value at one step.
    pub fn of(self, step: &Step) -> f64 {
        match self {
            Self::T => step.t as f64,
            Self::Beta => step.beta,
            Self::Alpha => step.alpha,
            Self::AlphaBar => step.alpha_bar,
            Self::SqrtAlphaBar => step.sqrt_alpha_bar(),
            Self::SqrtOneMinusAlphaBar => step.sqrt_one_minus_alpha_bar(),
            Self::Snr => step.snr(),
            Self::LogSnr => step.log_snr(),
            Self::NewShare => step.new_share(),
            Self::InheritedVariance => step.inherited_variance(),
            Self::NewVariance => step.new_variance(),
            Self::PosteriorVariance => step.posterior_variance(),
            Self::PosteriorMeanX0 => step.posterior_mean_x0(),
            Self::PosteriorMeanXt => step.posterior_mean_xt(),
            Self::ConvexX0 => step.convex_x0(),
            Self::ConvexXt => step.convex_xt(),
            Self::VlbWeightBeta => step.vlb_weight_beta(),
        }
    }
}

/// Every [`Column`] of a schedule for `t = 1..=T`.
#[derive(Clone, Debug)]
pub struct Curves {
    schedule: Schedule,
    columns: [Vec<f64>; Column::ALL.len()],
}

impl Curves {
    /// Computes all columns.
    pub fn of(schedule: &Schedule) -> Self {
        let columns = Column::ALL.map(|column| schedule.iter().map(|step| column.of(&step)).collect());
        Self { schedule: schedule.clone(), columns }
    }

    /// The schedule whose quantities these are.
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The values of one column: `T` of them, index `t − 1`.
    pub fn column(&self, column: Column) -> &[f64] {
        &self.columns[column as usize]
    }

    /// Writes comma-separated values: a header line, then one line for each timestep. Numbers have 17
    /// significant digits; infinities are `inf` and `-inf`.
    ///
    /// # Errors
    /// If `w` cannot be written to.
    pub fn to_csv(&self, mut w: impl Write) -> io::Result<()> {
        writeln!(w, "{}", Column::ALL.map(Column::name).join(","))?;
        for step in self.schedule.iter() {
            write!(w, "{}", step.t)?;
            for column in &Column::ALL[1..] {
                write!(w, ",{:.16e}", self.column(*column)[step.t - 1])?;
            }
            writeln!(w)?;
        }
        Ok(())
    }

    /// Writes one JSON object: `kind`, `steps`, `zero_terminal_snr`, `params` (the parameters of the kind),
    /// each column as an array of `T` numbers with 17 significant digits, and `assumptions`. Infinities are written
    /// as `null`, since JSON has none.
    ///
    /// # Errors
    /// If `w` cannot be written to.
    pub fn to_json(&self, mut w: impl Write, assumptions: &[String]) -> io::Result<()> {
        let spec = self.schedule.spec();
        let mut params: Map<String, Value> = serde_json::from_value(serde_json::to_value(&spec.kind)?)?;
        params.remove("kind");
        writeln!(w, "{{")?;
        writeln!(w, "  \"kind\": \"{}\",", spec.kind.name())?;
        writeln!(w, "  \"steps\": {},", spec.steps)?;
        writeln!(w, "  \"zero_terminal_snr\": {},", spec.zero_terminal_snr)?;
        write!(w, "  \"params\": {}", serde_json::to_string(&params)?)?;
        for column in Column::ALL {
            write!(w, ",\n  \"{}\": [", column.name())?;
            for (i, &value) in self.column(column).iter().enumerate() {
                let separator = if i == 0 { "" } else { ", " };
                if column == Column::T {
                    write!(w, "{separator}{value}")?;
                } else if value.is_finite() {
                    write!(w, "{separator}{value:.16e}")?;
                } else {
                    write!(w, "{separator}null")?;
                }
            }
            write!(w, "]")?;
        }
        writeln!(w, ",\n  \"assumptions\": {}\n}}", serde_json::to_string(assumptions)?)
    }
}

/// How much of the noise in `x_t` each past step brought: `β_s ᾱ_t / ᾱ_s` for `s = 1..=t`, index
/// `s − 1`. The shares are variances and sum to `1 − ᾱ_t`.
///
/// They are computed from the product `α_{s+1} ⋯ α_t`, so a last step that leaves no signal
/// (`ᾱ_t = 0`) needs no division: all the noise is that step's own.
///
/// # Panics
/// If `t > T`.
pub fn past_step_shares(schedule: &Schedule, t: usize) -> Vec<f64> {
    let mut shares: Vec<f64> = (1..=t)
        .rev()
        .scan(1.0, |kept, s| {
            let step = schedule.step(s);
            let share = step.beta * *kept;
            *kept *= step.alpha;
            Some(share)
        })
        .collect();
    shares.reverse();
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::{ScheduleKind, ScheduleSpec};

    fn zero_terminal() -> Schedule {
        let kind = ScheduleKind::default_of("cosine").unwrap();
        ScheduleSpec { kind, steps: 20, zero_terminal_snr: true }.build().unwrap()
    }

    #[test]
    fn columns_stand_at_their_own_index() {
        let curves = Curves::of(&zero_terminal());
        for (i, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, i);
            assert_eq!(curves.column(column).len(), 20);
            assert_eq!(curves.column(column)[6], column.of(&curves.schedule().step(7)));
        }
    }

    #[test]
    fn csv_gives_back_every_bit() {
        let curves = Curves::of(&zero_terminal());
        let mut csv = Vec::new();
        curves.to_csv(&mut csv).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        let mut lines = csv.lines();
        assert_eq!(
            lines.next().unwrap(),
            "t,beta,alpha,alpha_bar,sqrt_alpha_bar,sqrt_one_minus_alpha_bar,snr,log_snr,new_share,\
             inherited_variance,new_variance,posterior_variance,posterior_mean_x0,posterior_mean_xt,\
             convex_x0,convex_xt,vlb_weight_beta"
        );
        for (i, line) in lines.clone().enumerate() {
            let values: Vec<f64> = line.split(',').map(|field| field.parse().unwrap()).collect();
            for (column, value) in Column::ALL.into_iter().zip(values) {
                assert_eq!(value.to_bits(), curves.column(column)[i].to_bits(), "{} {i}", column.name());
            }
        }
        let last = lines.next_back().unwrap();
        assert!(last.starts_with("20,1.0000000000000000e0,") && last.contains(",-inf,"), "{last}");
        assert_eq!(lines.count(), 19);
    }

    #[test]
    fn json_gives_back_every_bit_and_null_for_infinities() {
        let curves = Curves::of(&zero_terminal());
        let mut json = Vec::new();
        curves.to_json(&mut json, &["a \"b\"".to_owned()]).unwrap();
        let json: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!((&json["kind"], &json["steps"]), (&"cosine".into(), &20.into()));
        assert_eq!(json["params"], serde_json::json!({"s": 0.008}));
        for column in Column::ALL {
            for (i, &value) in curves.column(column).iter().enumerate() {
                let written = json[column.name()][i].as_f64();
                assert_eq!(written, value.is_finite().then_some(value), "{} {i}", column.name());
            }
        }
        assert!(json["log_snr"][19].is_null() && json["vlb_weight_beta"][19].is_null());
    }

    #[test]
    fn shares_of_past_steps_are_what_is_left_of_each() {
        let schedule = ScheduleSpec::default().build().unwrap();
        let shares = past_step_shares(&schedule, 300);
        for s in [1, 150, 300] {
            let direct = schedule.step(s).beta * schedule.alpha_bar(300) / schedule.alpha_bar(s);
            // The product has 300 roundings.
            assert!((shares[s - 1] / direct - 1.0).abs() < 1e-13);
        }
        let emptied = zero_terminal();
        let mut only_the_last = vec![0.0; 20];
        only_the_last[19] = 1.0;
        assert_eq!(past_step_shares(&emptied, 20), only_the_last);
    }
}
