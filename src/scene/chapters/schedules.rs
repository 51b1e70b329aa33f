//! Options of the Schedules chapter.

use serde::{Deserialize, Serialize};

use super::Options;

/// Which timestep of schedule B is shown beside a timestep of A.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PairBy {
    /// The same timestep.
    #[default]
    EqualTimestep,
    /// The timestep with the nearest signal-to-noise ratio.
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
    /// Weight of the simple loss in the variational bound:
    /// [`Column::VlbWeightBeta`](crate::diffusion::Column::VlbWeightBeta).
    VlbWeight,
}

/// Options of the Schedules chapter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SchedulesOptions {
    /// The curve drawn large.
    pub curve: CurveChoice,
    /// Whether that curve has a logarithmic axis, if its values allow one.
    pub log_axis: bool,
    /// Which steps of A and B are shown together.
    pub pace: PairBy,
    /// Whether all other kinds of schedules are drawn too, faintly.
    pub all_kinds: bool,
}

impl Options for SchedulesOptions {}
