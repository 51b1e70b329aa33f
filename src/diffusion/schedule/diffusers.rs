//! Schedules as the `scheduler_config.json` of Hugging Face diffusers.
//!
//! diffusers counts timesteps from 0 and keeps β in f32; the files themselves hold plain decimal
//! numbers, so nothing is lost in them.

use std::borrow::Cow;

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::{ScheduleError, ScheduleKind, ScheduleSpec};

/// The offset that diffusers' cosine schedule has built in.
const COSINE_S: f64 = 0.008;

/// Schedulers whose noise levels are not given by a table of β's.
const WITHOUT_BETAS: [&str; 4] = ["FlowMatch", "EDM", "KarrasVe", "ScoreSde"];

/// Why a `scheduler_config.json` cannot be read as a schedule. Every message is one line.
#[derive(Debug, Error)]
pub enum DiffusersError {
    /// The text is not JSON. (Python writes NaN and Infinity, which JSON does not have.)
    #[error("scheduler config is not valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The JSON is not an object.
    #[error("scheduler config must be a JSON object, got {found}")]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
    /// A field has a value of the wrong type.
    #[error("{field} in the scheduler config must be {expected}, got {found}")]
    WrongType {
        /// Name of the field.
        field: String,
        /// What it must be.
        expected: &'static str,
        /// The value as JSON, shortened.
        found: String,
    },
    /// A schedule that this program does not have.
    #[error("beta_schedule {found:?} is not known; known: linear, scaled_linear, squaredcos_cap_v2, sigmoid")]
    UnknownBetaSchedule {
        /// The schedule's name in the file.
        found: String,
    },
    /// A scheduler that is not defined by β's.
    #[error("{class} has no betas, so it gives no schedule of this kind")]
    NoBetas {
        /// The scheduler's class name.
        class: String,
    },
    /// The schedule is well described but cannot be built.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

impl ScheduleSpec {
    /// Reads a diffusers `scheduler_config.json`.
    ///
    /// Missing fields have the defaults of the scheduler's class (`DDPMScheduler` if it is not named);
    /// `trained_betas`, where given, win over `beta_schedule`, as they do there. The schedule is known
    /// to build.
    ///
    /// # Errors
    /// If the text is not a JSON object, a field has the wrong type, the scheduler is unknown, or the
    /// schedule cannot be built.
    pub fn from_diffusers(text: &str) -> Result<Self, DiffusersError> {
        let config = Config::parse(text)?;
        let class = config.class()?;
        if WITHOUT_BETAS.iter().any(|prefix| class.starts_with(prefix)) {
            return Err(DiffusersError::NoBetas { class: class.to_owned() });
        }
        let steps = config.steps()?;
        let zero_terminal_snr = config.boolean("rescale_betas_zero_snr", false)?;
        let kind = match config.table("trained_betas")? {
            Some(betas) => ScheduleKind::Trained { betas: betas.into() },
            None => config.family(class)?,
        };
        let spec = Self { kind, steps, zero_terminal_snr };
        spec.build()?;
        Ok(spec)
    }

    /// Writes a diffusers `scheduler_config.json` for a `DDPMScheduler` with this schedule.
    ///
    /// Families that diffusers has are named; all others become `trained_betas`, in decimal digits
    /// that give back the same f64. A zero terminal SNR becomes `rescale_betas_zero_snr` on the
    /// schedule before rescaling, with trailing timesteps, without which the last one would never be
    /// visited (Lin et al. 2023).
    ///
    /// # Errors
    /// If the schedule cannot be built.
    pub fn to_diffusers(&self) -> Result<String, ScheduleError> {
        let own = json!({
            "_class_name": "DDPMScheduler",
            "clip_sample": true,
            "clip_sample_range": 1.0,
            "dynamic_thresholding_ratio": 0.995,
            "prediction_type": "epsilon",
            "sample_max_value": 1.0,
            "steps_offset": 0,
            "thresholding": false,
            "timestep_spacing": if self.zero_terminal_snr { "trailing" } else { "leading" },
            "variance_type": "fixed_small",
        });
        Ok(self.diffusers_fields(true)?.merged(own))
    }

    /// The fields that describe the schedule, the same for every class; `sigmoid` is a family in few
    /// classes and otherwise becomes a table.
    ///
    /// # Errors
    /// If the schedule cannot be built.
    pub(in crate::diffusion) fn diffusers_fields(&self, has_sigmoid: bool) -> Result<Config, ScheduleError> {
        let plain = Self { zero_terminal_snr: false, ..self.clone() }.build()?;
        let (beta_schedule, beta_start, beta_end, trained_betas) = match self.kind {
            ScheduleKind::Linear { beta_start, beta_end } => ("linear", beta_start, beta_end, None),
            ScheduleKind::ScaledLinear { beta_start, beta_end } => {
                ("scaled_linear", beta_start, beta_end, None)
            }
            ScheduleKind::Sigmoid { beta_start, beta_end } if has_sigmoid => {
                ("sigmoid", beta_start, beta_end, None)
            }
            ScheduleKind::Cosine { s } if s == COSINE_S => ("squaredcos_cap_v2", 1e-4, 0.02, None),
            ScheduleKind::Sigmoid { .. }
            | ScheduleKind::Cosine { .. }
            | ScheduleKind::LogSnr { .. }
            | ScheduleKind::Constant { .. }
            | ScheduleKind::Drawn(_)
            | ScheduleKind::Trained { .. } => ("linear", 1e-4, 0.02, Some(plain.betas())),
        };
        let fields = json!({
            "_diffusers_version": "0.31.0",
            "beta_end": beta_end,
            "beta_schedule": beta_schedule,
            "beta_start": beta_start,
            "num_train_timesteps": self.steps,
            "rescale_betas_zero_snr": self.zero_terminal_snr,
            "trained_betas": trained_betas,
        });
        Ok(Config(fields.as_object().cloned().unwrap_or_default()))
    }
}

/// The fields of a scheduler's config.
pub(in crate::diffusion) struct Config(Map<String, Value>);

impl Config {
    /// Reads the text of a config.
    ///
    /// Python writes `-Infinity` for a bound that is off (`lambda_min_clipped`); it is read as the
    /// string of that name.
    pub(in crate::diffusion) fn parse(text: &str) -> Result<Self, DiffusersError> {
        match serde_json::from_str(&quote_negative_infinity(text))? {
            Value::Object(object) => Ok(Self(object)),
            value => Err(DiffusersError::NotAnObject { found: type_name(&value) }),
        }
    }

    /// The config's text, with more fields; they win over those of the same name.
    pub(in crate::diffusion) fn merged(mut self, more: Value) -> String {
        if let Value::Object(more) = more {
            self.0.extend(more);
        }
        // The alternate form of `Display` is indented JSON; unlike a writer it cannot fail.
        format!("{:#}\n", Value::Object(self.0))
    }

    /// Sets one field.
    pub(in crate::diffusion) fn set(&mut self, field: &str, value: Value) {
        self.0.insert(field.to_owned(), value);
    }

    /// Takes one field out.
    pub(in crate::diffusion) fn remove(&mut self, field: &str) {
        self.0.remove(field);
    }

    /// Takes in all fields of another config; they win over those of the same name.
    pub(in crate::diffusion) fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// The scheduler's class, `DDPMScheduler` if it is not named.
    pub(in crate::diffusion) fn class(&self) -> Result<&str, DiffusersError> {
        self.string("_class_name", "DDPMScheduler")
    }

    /// The field, unless it is missing or null.
    pub(in crate::diffusion) fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    pub(in crate::diffusion) fn string<'a>(
        &'a self,
        field: &str,
        default: &'a str,
    ) -> Result<&'a str, DiffusersError> {
        self.get(field)
            .map_or(Ok(default), |value| value.as_str().ok_or_else(|| wrong_type(field, "a string", value)))
    }

    pub(in crate::diffusion) fn number(&self, field: &str, default: f64) -> Result<f64, DiffusersError> {
        self.get(field)
            .map_or(Ok(default), |value| value.as_f64().ok_or_else(|| wrong_type(field, "a number", value)))
    }

    pub(in crate::diffusion) fn boolean(&self, field: &str, default: bool) -> Result<bool, DiffusersError> {
        self.get(field).map_or(Ok(default), |value| {
            value.as_bool().ok_or_else(|| wrong_type(field, "true or false", value))
        })
    }

    pub(in crate::diffusion) fn whole(&self, field: &str, default: usize) -> Result<usize, DiffusersError> {
        let Some(value) = self.get(field) else { return Ok(default) };
        value
            .as_u64()
            .and_then(|number| usize::try_from(number).ok())
            .ok_or_else(|| wrong_type(field, "a whole number", value))
    }

    /// `T`.
    pub(in crate::diffusion) fn steps(&self) -> Result<usize, DiffusersError> {
        self.whole("num_train_timesteps", 1000)
    }

    fn table(&self, field: &str) -> Result<Option<Vec<f64>>, DiffusersError> {
        let Some(value) = self.get(field) else { return Ok(None) };
        let values = value.as_array().ok_or_else(|| wrong_type(field, "a list of numbers", value))?;
        values
            .iter()
            .enumerate()
            .map(|(i, value)| {
                value.as_f64().ok_or_else(|| wrong_type(&format!("{field}[{i}]"), "a number", value))
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// The family named by `beta_schedule`, with the defaults of the class.
    fn family(&self, class: &str) -> Result<ScheduleKind, DiffusersError> {
        let (schedule, start, end) = match class {
            "HeunDiscreteScheduler"
            | "KDPM2DiscreteScheduler"
            | "KDPM2AncestralDiscreteScheduler"
            | "DPMSolverSDEScheduler" => ("linear", 0.00085, 0.012),
            "LCMScheduler" | "TCDScheduler" | "CogVideoXDDIMScheduler" | "CogVideoXDPMScheduler" => {
                ("scaled_linear", 0.00085, 0.012)
            }
            "UnCLIPScheduler" => ("squaredcos_cap_v2", 1e-4, 0.02),
            _ => ("linear", 1e-4, 0.02),
        };
        let beta_start = self.number("beta_start", start)?;
        let beta_end = self.number("beta_end", end)?;
        match self.string("beta_schedule", schedule)? {
            "linear" => Ok(ScheduleKind::Linear { beta_start, beta_end }),
            "scaled_linear" => Ok(ScheduleKind::ScaledLinear { beta_start, beta_end }),
            "squaredcos_cap_v2" => Ok(ScheduleKind::Cosine { s: COSINE_S }),
            "sigmoid" => Ok(ScheduleKind::Sigmoid { beta_start, beta_end }),
            found => Err(DiffusersError::UnknownBetaSchedule { found: found.to_owned() }),
        }
    }
}

/// Puts quotes around every `-Infinity` that is not inside a string.
fn quote_negative_infinity(text: &str) -> Cow<'_, str> {
    const TOKEN: &str = "-Infinity";
    if !text.contains(TOKEN) {
        return Cow::Borrowed(text);
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    let (mut in_string, mut escaped) = (false, false);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if !in_string && let Some(after) = rest.strip_prefix(TOKEN) {
            quoted.extend(["\"", TOKEN, "\""]);
            rest = after;
            continue;
        }
        in_string ^= next == '"' && !escaped;
        escaped = in_string && next == '\\' && !escaped;
        quoted.push(next);
        rest = &rest[next.len_utf8()..];
    }
    Cow::Owned(quoted)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(in crate::diffusion) fn wrong_type(field: &str, expected: &'static str, value: &Value) -> DiffusersError {
    // Scalars are shown as they are; of the rest the type says enough.
    let found = match value {
        Value::Array(_) | Value::Object(_) | Value::Null => type_name(value).to_owned(),
        scalar => scalar.to_string(),
    };
    DiffusersError::WrongType { field: field.to_owned(), expected, found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::schedule::DrawnCurve;

    fn reason(text: &str) -> String {
        ScheduleSpec::from_diffusers(text).unwrap_err().to_string()
    }

    #[test]
    fn every_kind_survives_the_round_trip() {
        let steps = 1000;
        let steep = DrawnCurve::new(vec![[0.0, 14.0], [0.5, 2.0], [1.0, -30.0]]).unwrap();
        let kinds = ScheduleKind::ALL_NAMED.iter().map(|name| ScheduleKind::default_of(name).unwrap());
        let more = [
            ScheduleKind::Cosine { s: 0.05 },
            ScheduleKind::Drawn(steep),
            ScheduleKind::Trained { betas: (0..steps).map(|i| 1e-3 / f64::from(i + 1)).collect() },
        ];
        for kind in kinds.chain(more) {
            for zero_terminal_snr in [false, true] {
                let spec = ScheduleSpec { kind: kind.clone(), steps: steps as usize, zero_terminal_snr };
                let back = ScheduleSpec::from_diffusers(&spec.to_diffusers().unwrap()).unwrap();
                assert_eq!((back.steps, back.zero_terminal_snr), (spec.steps, zero_terminal_snr));
                let (before, after) = (spec.build().unwrap(), back.build().unwrap());
                for (a, b) in before.iter().zip(after.iter()) {
                    let close = |x: f64, y: f64| (x - y).abs() <= 1e-12 * x.abs();
                    assert!(close(a.alpha_bar, b.alpha_bar), "{} {a:?} {b:?}", kind.name());
                    assert!(close(a.alpha, b.alpha), "{} {a:?} {b:?}", kind.name());
                }
                if !zero_terminal_snr {
                    assert_eq!(before.betas(), after.betas(), "{}", kind.name());
                }
            }
        }
    }

    #[test]
    fn families_of_diffusers_keep_their_names() {
        for (name, expected) in [
            ("linear", "linear"),
            ("scaled-linear", "scaled_linear"),
            ("cosine", "squaredcos_cap_v2"),
            ("sigmoid", "sigmoid"),
        ] {
            let kind = ScheduleKind::default_of(name).unwrap();
            let spec = ScheduleSpec { kind, steps: 100, zero_terminal_snr: true };
            let text = spec.to_diffusers().unwrap();
            let config: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(config["beta_schedule"], expected);
            assert_eq!(config["trained_betas"], Value::Null);
            assert_eq!(config["rescale_betas_zero_snr"], true);
            assert_eq!(ScheduleSpec::from_diffusers(&text).unwrap(), spec);
        }
    }

    #[test]
    fn missing_fields_are_those_of_ddpm() {
        assert_eq!(ScheduleSpec::from_diffusers("{}").unwrap(), ScheduleSpec::default());
        let pndm = r#"{"_class_name": "PNDMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085,
            "beta_end": 0.012, "num_train_timesteps": 500, "trained_betas": null, "skip_prk_steps": true}"#;
        let kind = ScheduleKind::default_of("scaled-linear").unwrap();
        assert_eq!(
            ScheduleSpec::from_diffusers(pndm).unwrap(),
            ScheduleSpec { kind, steps: 500, zero_terminal_snr: false }
        );
    }

    #[test]
    fn each_class_has_its_own_default_betas() {
        let kind = |class: &str| {
            ScheduleSpec::from_diffusers(&format!(r#"{{"_class_name": "{class}"}}"#)).unwrap().kind
        };
        assert_eq!(kind("EulerDiscreteScheduler"), ScheduleKind::default());
        assert_eq!(
            kind("HeunDiscreteScheduler"),
            ScheduleKind::Linear { beta_start: 0.00085, beta_end: 0.012 }
        );
        assert_eq!(kind("LCMScheduler"), ScheduleKind::default_of("scaled-linear").unwrap());
        assert_eq!(kind("UnCLIPScheduler"), ScheduleKind::default_of("cosine").unwrap());
    }

    #[test]
    fn negative_infinity_is_read_where_python_wrote_it() {
        let text = r#"{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity,
            "note": "\\\"-Infinity", "solver_order": 2}"#;
        assert_eq!(ScheduleSpec::from_diffusers(text).unwrap(), ScheduleSpec::default());
        let config = Config::parse(text).unwrap();
        assert_eq!(config.get("lambda_min_clipped").unwrap(), "-Infinity");
        assert_eq!(config.get("note").unwrap(), "\\\"-Infinity");
        assert_eq!(
            reason(r#"{"beta_end": -Infinity}"#),
            "beta_end in the scheduler config must be a number, got \"-Infinity\""
        );
    }

    #[test]
    fn what_cannot_be_read_is_said_in_one_line() {
        assert_eq!(reason("[1]"), "scheduler config must be a JSON object, got a list");
        assert!(reason(r#"{"beta_end": NaN}"#).starts_with("scheduler config is not valid JSON: "));
        assert_eq!(
            reason(r#"{"beta_schedule": "laplace"}"#),
            "beta_schedule \"laplace\" is not known; known: \
             linear, scaled_linear, squaredcos_cap_v2, sigmoid"
        );
        assert_eq!(
            reason(r#"{"beta_end": "0.02"}"#),
            "beta_end in the scheduler config must be a number, got \"0.02\""
        );
        assert_eq!(
            reason(r#"{"num_train_timesteps": 1000.5}"#),
            "num_train_timesteps in the scheduler config must be a whole number, got 1000.5"
        );
        assert_eq!(
            reason(r#"{"trained_betas": [0.1, null], "num_train_timesteps": 2}"#),
            "trained_betas[1] in the scheduler config must be a number, got null"
        );
        assert_eq!(
            reason(r#"{"trained_betas": [0.1, 0.2]}"#),
            "T must equal the number of betas in the table, 2, got 1000"
        );
        assert_eq!(reason(r#"{"beta_end": 2}"#), "beta_end must be from 1e-12 to 0.999, got 2.0");
        assert_eq!(
            reason(r#"{"_class_name": "FlowMatchEulerDiscreteScheduler"}"#),
            "FlowMatchEulerDiscreteScheduler has no betas, so it gives no schedule of this kind"
        );
    }
}
