//! The built-in schedules compared with tables that numpy has computed in float64.

use diffuscope::diffusion::schedule::Linear;
use diffuscope::diffusion::{Curves, ScheduleKind, ScheduleSpec, curves::Column};
use serde::Deserialize;

/// The table of one schedule: its parameters, and its columns by name.
#[derive(Deserialize)]
struct Record {
    kind: String,
    steps: usize,
    beta: Vec<f64>,
    alpha: Vec<f64>,
    alpha_bar: Vec<f64>,
    snr: Vec<f64>,
    log_snr: Vec<f64>,
    posterior_variance: Vec<f64>,
    posterior_mean_x0: Vec<f64>,
    posterior_mean_xt: Vec<f64>,
    convex_x0: Vec<f64>,
    convex_xt: Vec<f64>,
    inherited_variance: Vec<f64>,
    new_variance: Vec<f64>,
    vlb_weight_beta: Vec<f64>,
}

impl Record {
    fn columns(&self) -> [(Column, &[f64]); 13] {
        [
            (Column::Beta, &self.beta),
            (Column::Alpha, &self.alpha),
            (Column::AlphaBar, &self.alpha_bar),
            (Column::Snr, &self.snr),
            (Column::LogSnr, &self.log_snr),
            (Column::PosteriorVariance, &self.posterior_variance),
            (Column::PosteriorMeanX0, &self.posterior_mean_x0),
            (Column::PosteriorMeanXt, &self.posterior_mean_xt),
            (Column::ConvexX0, &self.convex_x0),
            (Column::ConvexXt, &self.convex_xt),
            (Column::InheritedVariance, &self.inherited_variance),
            (Column::NewVariance, &self.new_variance),
            (Column::VlbWeightBeta, &self.vlb_weight_beta),
        ]
    }
}

/// The formulas, their order and the precision are the same as in the reference. At most the last bits of a
/// cosine or an exponential differ, which differences such as `1 − ᾱ_1` magnify.
#[test]
fn curves_equal_the_reference_to_1e_12() {
    let records: Vec<Record> = serde_json::from_str(include_str!("reference/schedules.json")).unwrap();
    assert_eq!(records.len(), 12);
    for record in &records {
        let spec = ScheduleSpec {
            kind: record.kind.parse().unwrap(),
            steps: record.steps,
            zero_terminal_snr: false,
        };
        let curves = Curves::of(&spec.build().unwrap());
        for (column, expected) in record.columns() {
            let computed = curves.column(column);
            assert_eq!(computed.len(), expected.len());
            for (i, (&a, &b)) in computed.iter().zip(expected).enumerate() {
                assert!(
                    (a - b).abs() <= 1e-12 * b.abs(),
                    "{} T = {}: {} at t = {}: {a:e} instead of {b:e}",
                    record.kind,
                    record.steps,
                    column.name(),
                    i + 1
                );
            }
        }
    }
}

#[test]
fn linear_schedule_ends_where_ddpm_ends() {
    let schedule = ScheduleSpec::default().build().unwrap();
    let expected = 4.035829765375676e-05;
    assert!((schedule.alpha_bar(1000) - expected).abs() <= 1e-12 * expected);
}

/// `√ᾱ` after the rescaling to zero terminal SNR, computed by hand for a linear schedule of three steps.
#[test]
fn zero_terminal_rescale_follows_lin_et_al() {
    let kind = ScheduleKind::Linear(Linear { beta_start: 0.19, beta_end: 0.75 });
    let schedule = ScheduleSpec { kind, steps: 3, zero_terminal_snr: true }.build().unwrap();
    // β = 0.19, 0.47, 0.75; √ᾱ = 0.9, 0.9 √0.53, 0.45 √0.53.
    let root = 0.53_f64.sqrt();
    let middle = (0.9 * root - 0.45 * root) * 0.9 / (0.9 - 0.45 * root);
    for (t, expected) in [(1, 0.81), (2, middle * middle), (3, 0.0)] {
        // There are a few roundings of numbers up to 1.
        assert!((schedule.alpha_bar(t) - expected).abs() < 1e-15, "t = {t}");
    }
}
