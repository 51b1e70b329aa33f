//! Options of the Schedules chapter.

use serde::{Deserialize, Serialize};

use super::Options;

/// At which point of schedule B its pictures are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairBy {
    /// The same t.
    #[default]
    EqualTimestep,
    /// The t of nearest signal-to-noise ratio.
    EqualSnr,
}

/// The curve that the Schedules chapter draws large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CurveChoice {
    /// `β_t`.
    Beta,
    /// `ᾱ_t`.
    #[default]
    AlphaBar,
    /// `√ᾱ_t`.
    SqrtAlphaBar,
    /// `SNR_t`.
    Snr,
    /// `ln SNR_t`.
    LogSnr,
    /// `λ_t`.
    NewShare,
    /// Weight of the simple loss in the variational bound.
    VlbWeight,
}

/// Options of the Schedules chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SchedulesOptions {
    /// The curve drawn large.
    pub curve: CurveChoice,
    /// Whether that curve has a logarithmic axis where its values allow one.
    pub log_axis: bool,
    /// Which steps of A and B are compared.
    pub pace: PairBy,
    /// Whether every other kind of schedule is drawn too, faintly.
    pub all_kinds: bool,
}

impl Options for SchedulesOptions {}
