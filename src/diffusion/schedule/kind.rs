//! The kinds of schedules and their parameters.

use std::{str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    BETA, LOG_SNR, LOG_SNR_GAP,
    drawn::DrawnCurve,
    error::{ScheduleError, check},
};

/// Range of the offset `s` of the cosine schedule.
const COSINE_OFFSET: std::ops::RangeInclusive<f64> = 0.0..=1.0;

/// A kind of noise schedule with its parameters: plain data, checked when the schedule is built.
///
/// As JSON it is an object with the field `kind` (the [name](Self::name)) and one field per
/// parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ScheduleKind {
    /// `β_t` evenly spaced from `beta_start` to `beta_end` (Ho et al. 2020, section 4).
    Linear {
        /// `β_1`, in [`BETA`].
        beta_start: f64,
        /// `β_T`, in [`BETA`]; it may be smaller than `beta_start`.
        beta_end: f64,
    },
    /// `√β_t` is evenly spaced (latent diffusion, Rombach et al. 2022).
    ScaledLinear {
        /// `β_1`, in [`BETA`].
        beta_start: f64,
        /// `β_T`, in [`BETA`]; it may be smaller than `beta_start`.
        beta_end: f64,
    },
    /// `ᾱ` follows a squared cosine; β is clipped at 0.999 (Nichol & Dhariwal 2021, eq. 17).
    Cosine {
        /// Offset that keeps `β_1` from vanishing, from 0 to 1; 0.008 in the paper.
        s: f64,
    },
    /// `β_t` follows the logistic function over [−6, 6] from `beta_start` to `beta_end`
    /// (`GeoDiff`, Xu et al. 2022; diffusers' `sigmoid`).
    Sigmoid {
        /// Limit of β at the left, in [`BETA`].
        beta_start: f64,
        /// Limit of β at the right, in [`BETA`]; it may be smaller than `beta_start`.
        beta_end: f64,
    },
    /// `ln SNR_t` falls evenly from `logsnr_max` at `t = 1` to `logsnr_min` at `t = T`
    /// (variational diffusion models, Kingma et al. 2021, with a linear γ).
    #[serde(rename = "logsnr")]
    LogSnr {
        /// `ln SNR_1`, in [`LOG_SNR`].
        logsnr_max: f64,
        /// `ln SNR_T`, in [`LOG_SNR`], at least [`LOG_SNR_GAP`] below `logsnr_max`.
        logsnr_min: f64,
    },
    /// The same β at every timestep.
    Constant {
        /// `β_t`, in [`BETA`].
        beta: f64,
    },
    /// `ln SNR` follows a curve drawn by hand.
    Drawn(DrawnCurve),
    /// A table of β's, as read from a file.
    Trained {
        /// `β_1, …, β_T`, one per timestep, each in `[1e-12, 1)`; the last one may be 1.
        betas: Arc<[f64]>,
    },
}

impl ScheduleKind {
    /// The names that [`default_of`](Self::default_of) accepts; `trained` is not among them, as it needs a table.
    pub const ALL_NAMED: [&str; 7] =
        ["linear", "scaled-linear", "cosine", "sigmoid", "logsnr", "constant", "drawn"];

    /// Identifier for the command line and files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear { .. } => "linear",
            Self::ScaledLinear { .. } => "scaled-linear",
            Self::Cosine { .. } => "cosine",
            Self::Sigmoid { .. } => "sigmoid",
            Self::LogSnr { .. } => "logsnr",
            Self::Constant { .. } => "constant",
            Self::Drawn(_) => "drawn",
            Self::Trained { .. } => "trained",
        }
    }

    /// Name that people read.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Linear { .. } => "Linear",
            Self::ScaledLinear { .. } => "Scaled linear",
            Self::Cosine { .. } => "Cosine",
            Self::Sigmoid { .. } => "Sigmoid",
            Self::LogSnr { .. } => "Linear log-SNR",
            Self::Constant { .. } => "Constant",
            Self::Drawn(_) => "Drawn",
            Self::Trained { .. } => "From a file",
        }
    }

    /// The kind called `name` with its customary parameters, if there is one.
    ///
    /// The constant's β = 0.01 leaves as little signal at `T = 1000` as the linear default does.
    pub fn default_of(name: &str) -> Option<Self> {
        Some(match name {
            "linear" => Self::Linear { beta_start: 1e-4, beta_end: 0.02 },
            "scaled-linear" => Self::ScaledLinear { beta_start: 0.00085, beta_end: 0.012 },
            "cosine" => Self::Cosine { s: 0.008 },
            "sigmoid" => Self::Sigmoid { beta_start: 1e-4, beta_end: 0.02 },
            "logsnr" => Self::LogSnr { logsnr_max: 9.2, logsnr_min: -10.0 },
            "constant" => Self::Constant { beta: 0.01 },
            "drawn" => Self::Drawn(DrawnCurve::default()),
            _ => return None,
        })
    }

    /// Checks every parameter against its range, and `T` against a table's length.
    pub(super) fn validate(&self, steps: usize) -> Result<(), ScheduleError> {
        match self {
            Self::Linear { beta_start, beta_end }
            | Self::ScaledLinear { beta_start, beta_end }
            | Self::Sigmoid { beta_start, beta_end } => {
                check("beta_start", *beta_start, BETA)?;
                check("beta_end", *beta_end, BETA)
            }
            Self::Cosine { s } => check("s", *s, COSINE_OFFSET),
            Self::LogSnr { logsnr_max, logsnr_min } => {
                check("logsnr_max", *logsnr_max, LOG_SNR)?;
                check("logsnr_min", *logsnr_min, LOG_SNR)?;
                if logsnr_max - logsnr_min < LOG_SNR_GAP {
                    return Err(ScheduleError::LogSnrEnds {
                        max: *logsnr_max,
                        min: *logsnr_min,
                        gap: LOG_SNR_GAP,
                    });
                }
                Ok(())
            }
            Self::Constant { beta } => check("beta", *beta, BETA),
            // The constructor of the curve has checked it.
            Self::Drawn(_) => Ok(()),
            Self::Trained { betas } => validate_table(betas, steps),
        }
    }

    /// Name and value of the parameter that sets the largest β.
    pub(super) fn noisiest_parameter(&self) -> (&'static str, f64) {
        match self {
            Self::Linear { beta_start, beta_end }
            | Self::ScaledLinear { beta_start, beta_end }
            | Self::Sigmoid { beta_start, beta_end } => {
                if beta_start > beta_end {
                    ("beta_start", *beta_start)
                } else {
                    ("beta_end", *beta_end)
                }
            }
            Self::Cosine { s } => ("s", *s),
            Self::LogSnr { logsnr_min, .. } => ("logsnr_min", *logsnr_min),
            Self::Constant { beta } => ("beta", *beta),
            Self::Drawn(curve) => ("log_snr", curve.log_snr(1.0)),
            Self::Trained { betas } => {
                ("the table's largest beta", betas.iter().copied().fold(0.0, f64::max))
            }
        }
    }
}

/// Checks that a table has one β for each timestep, in `[BETA.start, 1)`; the last may be 1.
fn validate_table(betas: &[f64], steps: usize) -> Result<(), ScheduleError> {
    if betas.len() != steps {
        return Err(ScheduleError::TableLength { steps, length: betas.len() });
    }
    let low = *BETA.start();
    for (index, &value) in betas.iter().enumerate() {
        let t = index + 1;
        let allowed = (low..1.0).contains(&value) || (t == steps && value == 1.0);
        if !allowed {
            return Err(ScheduleError::TableValue { t, value, low });
        }
    }
    Ok(())
}

impl Default for ScheduleKind {
    /// Linear from 1e-4 to 0.02 (Ho et al. 2020).
    fn default() -> Self {
        Self::Linear { beta_start: 1e-4, beta_end: 0.02 }
    }
}

impl FromStr for ScheduleKind {
    type Err = ScheduleError;

    /// The kind called `name` with its customary parameters.
    fn from_str(name: &str) -> Result<Self, ScheduleError> {
        Self::default_of(name).ok_or_else(|| ScheduleError::UnknownKind { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_to_their_kinds() {
        for name in ScheduleKind::ALL_NAMED {
            let kind: ScheduleKind = name.parse().unwrap();
            assert_eq!(kind.name(), name);
        }
        let error = "quadratic".parse::<ScheduleKind>().unwrap_err().to_string();
        assert_eq!(
            error,
            "unknown schedule \"quadratic\"; known: \
             linear, scaled-linear, cosine, sigmoid, logsnr, constant, drawn"
        );
    }

    #[test]
    fn a_kinds_tag_in_json_is_its_name() {
        let trained = ScheduleKind::Trained { betas: Arc::from([0.1, 0.2]) };
        let named = ScheduleKind::ALL_NAMED.iter().map(|name| ScheduleKind::default_of(name).unwrap());
        for kind in named.chain([trained]) {
            let json = serde_json::to_value(&kind).unwrap();
            assert_eq!(json["kind"], kind.name());
            assert_eq!(serde_json::from_value::<ScheduleKind>(json).unwrap(), kind);
        }
    }
}
