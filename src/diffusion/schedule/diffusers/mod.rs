//! Schedules as `scheduler_config.json` files of Hugging Face diffusers.
//!
//! diffusers counts timesteps from 0 and keeps β in f32; the files themselves hold plain decimal
//! numbers, so nothing is lost in them.

mod class;
mod config;
mod error;

use serde_json::json;

pub(in crate::diffusion) use self::class::Class;
pub(in crate::diffusion) use self::config::Config;
pub use self::error::DiffusersError;
use super::kinds::{BetaSchedule, CUSTOMARY_OFFSET};
use super::{
    Cosine, Linear, STEPS, ScaledLinear, ScheduleError, ScheduleKind, ScheduleSpec, Sigmoid, Trained, table,
};

/// diffusers' names of kinds of β's. `laplace` and `exp`, which this program does not have, become tables.
const FAMILIES: [&str; 6] = ["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace", "exp"];

impl ScheduleSpec {
    /// Reads the schedule from a scheduler's config.
    ///
    /// Missing fields get the defaults of the class. `trained_betas`, if given, take precedence over `beta_schedule`,
    /// as in diffusers. The returned schedule is known to build.
    ///
    /// # Errors
    /// If the class has no β's, a field asks for noise levels of another kind or has the wrong type, or the schedule
    /// cannot be built.
    pub(in crate::diffusion) fn from_config(
        config: &Config,
        class: &'static Class,
    ) -> Result<Self, DiffusersError> {
        check_levels(config, class)?;
        let has = |field: &str| class.has(field);
        let steps = config.steps()?;
        let zero_terminal_snr =
            has("rescale_betas_zero_snr") && config.boolean("rescale_betas_zero_snr", false)?;
        let table = if has("trained_betas") { config.table("trained_betas")? } else { None };
        let kind = match table {
            Some(betas) => Trained { betas: betas.into() }.into(),
            None => family(config, class, steps)?,
        };
        let mut spec = Self { kind, steps, zero_terminal_snr };
        if has("snr_shift_scale") {
            spec.kind = shifted(&spec, config.number("snr_shift_scale", 3.0)?)?;
        }
        spec.build()?;
        Ok(spec)
    }

    /// Writes a diffusers `scheduler_config.json` for a `DDPMScheduler` with this schedule.
    ///
    /// Kinds that diffusers has are named; all others become `trained_betas`, in decimal digits that give back the same
    /// f64. A zero terminal SNR becomes `rescale_betas_zero_snr` on the schedule before rescaling, with trailing
    /// timesteps, since the last timestep would otherwise never be visited (Lin et al. 2023).
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

    /// The fields that describe the schedule, for any class. With `has_sigmoid` the class has the kind `sigmoid`;
    /// otherwise it becomes a table.
    ///
    /// # Errors
    /// If the schedule cannot be built.
    pub(in crate::diffusion) fn diffusers_fields(&self, has_sigmoid: bool) -> Result<Config, ScheduleError> {
        let plain = Self { zero_terminal_snr: false, ..self.clone() }.build()?;
        let named = self.kind.kind().diffusers().filter(|named| has_sigmoid || named.name != "sigmoid");
        let trained_betas = named.is_none().then(|| plain.betas());
        let BetaSchedule { name, start, end } =
            named.unwrap_or(BetaSchedule { name: "linear", start: 1e-4, end: 0.02 });
        let fields = json!({
            "_diffusers_version": "0.31.0",
            "beta_end": end,
            "beta_schedule": name,
            "beta_start": start,
            "num_train_timesteps": self.steps,
            "rescale_betas_zero_snr": self.zero_terminal_snr,
            "trained_betas": trained_betas,
        });
        Ok(Config { fields: fields.as_object().cloned().unwrap_or_default(), ..Config::default() })
    }
}

/// Refuses a config whose noise levels are not given by β's.
fn check_levels(config: &Config, class: &'static Class) -> Result<(), DiffusersError> {
    if class.betas.is_none() {
        return Err(DiffusersError::NoBetas { class: class.name.to_owned() });
    }
    let field = if class.has("use_flow_sigmas") && config.boolean("use_flow_sigmas", false)? {
        "use_flow_sigmas"
    } else if class.has("prediction_type") && config.string("prediction_type", "")? == "flow_prediction" {
        "prediction_type"
    } else {
        return Ok(());
    };
    Err(DiffusersError::Flow { class: class.name, field, found: config.value(field) })
}

/// The kind of schedule that `beta_schedule` names, with the defaults of the class.
fn family(config: &Config, class: &'static Class, steps: usize) -> Result<ScheduleKind, DiffusersError> {
    let Some(default) = &class.betas else {
        return Err(DiffusersError::NoBetas { class: class.name.to_owned() });
    };
    let ends = || -> Result<(f64, f64), DiffusersError> {
        Ok((config.number("beta_start", default.start)?, config.number("beta_end", default.end)?))
    };
    let name = config.string("beta_schedule", default.schedule)?;
    let unknown = || DiffusersError::UnknownBetaSchedule { found: config.value("beta_schedule") };
    // UnCLIP always uses the β's of the cosine schedule; the class refuses other names.
    if !class.has("beta_start") && name != default.schedule {
        return Err(unknown());
    }
    Ok(match name {
        "linear" => ends().map(|(beta_start, beta_end)| Linear { beta_start, beta_end }.into())?,
        "scaled_linear" => {
            ends().map(|(beta_start, beta_end)| ScaledLinear { beta_start, beta_end }.into())?
        }
        "sigmoid" => ends().map(|(beta_start, beta_end)| Sigmoid { beta_start, beta_end }.into())?,
        "squaredcos_cap_v2" => Cosine { s: CUSTOMARY_OFFSET }.into(),
        "laplace" => tabulated(laplace, steps)?,
        "exp" => tabulated(|u| (-12.0 * u).exp(), steps)?,
        _ => return Err(unknown()),
    })
}

fn tabulated(alpha_bar: impl Fn(f64) -> f64, steps: usize) -> Result<ScheduleKind, ScheduleError> {
    if !STEPS.contains(&steps) {
        return Err(ScheduleError::Steps { got: steps });
    }
    Ok(Trained { betas: table::betas_of(alpha_bar, steps).into() }.into())
}

/// `ᾱ(u)` of diffusers' `laplace`: the root of `SNR/(1 + SNR)`, where `ln SNR` is the quantile function of a Laplace
/// distribution.
fn laplace(u: f64) -> f64 {
    let from_middle = 0.5 - u;
    let log_snr = -0.5 * 1_f64.copysign(from_middle) * (1.0 - 2.0 * from_middle.abs() + 1e-6).ln();
    table::logistic(log_snr).sqrt()
}

/// The schedule whose SNR is k times smaller at every timestep, as in `CogVideoX`: `ᾱ′ = ᾱ/(k + (1−k) ᾱ)`.
fn shifted(spec: &ScheduleSpec, k: f64) -> Result<ScheduleKind, DiffusersError> {
    if k == 1.0 {
        return Ok(spec.kind.clone());
    }
    if !(k > 0.0 && k.is_finite()) {
        return Err(ScheduleError::Parameter {
            parameter: "snr_shift_scale",
            value: k,
            low: f64::MIN_POSITIVE,
            high: f64::MAX,
        }
        .into());
    }
    let plain = ScheduleSpec { zero_terminal_snr: false, ..spec.clone() }.build()?;
    // The value of 1 − α′, computed without the cancellation in 1 − ᾱ′_t/ᾱ′_{t−1}.
    let betas = plain.iter().map(|step| k * step.beta / (k + (1.0 - k) * step.alpha_bar));
    Ok(Trained { betas: betas.collect() }.into())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::diffusion::schedule::{Drawn, DrawnCurve};

    fn read(text: &str) -> Result<ScheduleSpec, DiffusersError> {
        let config = Config::parse(text)?;
        let class = Class::find(config.class()?.unwrap_or("DDPMScheduler"))?;
        ScheduleSpec::from_config(&config, class)
    }

    fn reason(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn every_kind_survives_the_round_trip() {
        let steps = 1000;
        let steep = DrawnCurve::new(vec![[0.0, 14.0], [0.5, 2.0], [1.0, -30.0]]).unwrap();
        let kinds = ScheduleKind::named().map(|name| ScheduleKind::default_of(name).unwrap());
        let more = [
            Cosine { s: 0.05 }.into(),
            Drawn(steep).into(),
            Trained { betas: (0..steps).map(|i| 1e-3 / (i + 1) as f64).collect() }.into(),
        ];
        for kind in kinds.chain(more) {
            for zero_terminal_snr in [false, true] {
                let spec = ScheduleSpec { kind: kind.clone(), steps, zero_terminal_snr };
                let back = read(&spec.to_diffusers().unwrap()).unwrap();
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
            assert_eq!(read(&text).unwrap(), spec);
        }
    }

    #[test]
    fn missing_fields_are_those_of_ddpm() {
        assert_eq!(read("{}").unwrap(), ScheduleSpec::default());
        let pndm = r#"{"_class_name": "PNDMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085,
            "beta_end": 0.012, "num_train_timesteps": 500, "trained_betas": null, "skip_prk_steps": true}"#;
        let kind = ScheduleKind::default_of("scaled-linear").unwrap();
        assert_eq!(read(pndm).unwrap(), ScheduleSpec { kind, steps: 500, zero_terminal_snr: false });
    }

    #[test]
    fn each_class_has_its_own_default_betas() {
        let kind = |class: &str| read(&format!(r#"{{"_class_name": "{class}"}}"#)).unwrap().kind;
        assert_eq!(kind("EulerDiscreteScheduler"), ScheduleKind::default());
        assert_eq!(kind("HeunDiscreteScheduler"), Linear { beta_start: 0.00085, beta_end: 0.012 }.into());
        assert_eq!(kind("LCMScheduler"), ScheduleKind::default_of("scaled-linear").unwrap());
        assert_eq!(kind("UnCLIPScheduler"), ScheduleKind::default_of("cosine").unwrap());
    }

    #[test]
    fn what_cannot_be_read_is_said_in_one_line() {
        assert_eq!(reason("[1]"), "scheduler config must be a JSON object, got a list");
        assert!(reason(r#"{"beta_end": NaN}"#).starts_with("scheduler config is not valid JSON: "));
        assert_eq!(
            reason(r#"{"beta_schedule": "quadratic"}"#),
            "beta_schedule \"quadratic\" is not known; known: \
             linear, scaled_linear, squaredcos_cap_v2, sigmoid, laplace, exp"
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

    #[test]
    fn only_known_classes_with_betas_give_a_schedule() {
        for class in [
            "CMStochasticIterativeScheduler",
            "ConsistencyDecoderScheduler",
            "DDPMWuerstchenScheduler",
            "AmusedScheduler",
            "EDMEulerScheduler",
            "IPNDMScheduler",
            "KarrasVeScheduler",
            "ScoreSdeVpScheduler",
            "VQDiffusionScheduler",
            "FlowMatchEulerDiscreteScheduler",
        ] {
            let error = reason(&format!(r#"{{"_class_name": "{class}"}}"#));
            assert_eq!(error, format!("{class} has no betas, so it gives no schedule of this kind"));
        }
        let error = reason(r#"{"_class_name": "BestEverScheduler", "beta_start": 0.001}"#);
        assert!(error.starts_with("BestEverScheduler is not a scheduler that this program knows"), "{error}");
        assert!(error.contains("DDPMScheduler, DDIMScheduler") && !error.contains("EDMEuler"), "{error}");
        let long = reason(&format!(r#"{{"_class_name": "{}"}}"#, "X".repeat(5000)));
        assert!(long.contains(&format!("{}…", "X".repeat(100))) && !long.contains(&"X".repeat(101)));
    }

    #[test]
    fn flows_are_no_chains_of_betas_though_the_class_has_them() {
        let error = reason(
            r#"{"_class_name": "UniPCMultistepScheduler", "beta_schedule": "linear", "use_flow_sigmas": true,
               "prediction_type": "flow_prediction"}"#,
        );
        assert!(error.starts_with("use_flow_sigmas = true of UniPCMultistepScheduler: the noise"), "{error}");
        let error =
            reason(r#"{"_class_name": "DPMSolverMultistepScheduler", "prediction_type": "flow_prediction"}"#);
        assert!(error.starts_with("prediction_type = \"flow_prediction\" of DPMSolver"), "{error}");
    }

    #[test]
    fn a_field_counts_in_the_classes_that_have_it() {
        let zero = |class: &str| {
            read(&format!(r#"{{"_class_name": "{class}", "rescale_betas_zero_snr": true}}"#))
                .unwrap()
                .zero_terminal_snr
        };
        assert!(zero("DDIMScheduler") && zero("EulerDiscreteScheduler"));
        assert!(!zero("HeunDiscreteScheduler") && !zero("PNDMScheduler"));
        let unclip = r#"{"_class_name": "UnCLIPScheduler", "beta_start": 0.5, "trained_betas": [0.1]}"#;
        assert_eq!(read(unclip).unwrap().kind, ScheduleKind::default_of("cosine").unwrap());
        let error = reason(r#"{"_class_name": "UnCLIPScheduler", "beta_schedule": "linear"}"#);
        assert!(error.starts_with("beta_schedule \"linear\" is not known"), "{error}");
    }

    #[test]
    fn cog_video_shifts_the_snr_by_a_factor() {
        let plain = r#"{"_class_name": "CogVideoXDDIMScheduler", "snr_shift_scale": 1}"#;
        let plain = read(plain).unwrap().build().unwrap();
        assert_eq!(plain.spec().kind, ScheduleKind::default_of("scaled-linear").unwrap());
        let shifted = read(r#"{"_class_name": "CogVideoXDDIMScheduler"}"#).unwrap().build().unwrap();
        for t in [1, 10, 500, 1000] {
            let factor = (plain.log_snr(t) - shifted.log_snr(t)).exp();
            // Where ᾱ is near 1, 1 − ᾱ keeps 12 digits.
            assert!((factor - 3.0).abs() < 1e-9, "t = {t}: {factor}");
        }
        // ᾱ′ = ᾱ/(k + (1−k) ᾱ), as it is written in diffusers.
        let formula = |a: f64| a / (3.0 - 2.0 * a);
        for t in [500, 1000] {
            assert!((shifted.alpha_bar(t) / formula(plain.alpha_bar(t)) - 1.0).abs() < 1e-12);
        }
        assert!(
            reason(r#"{"_class_name": "CogVideoXDPMScheduler", "snr_shift_scale": 0}"#).contains("snr_shift")
        );
    }

    #[test]
    fn families_that_the_program_does_not_have_become_tables() {
        let betas = |name: &str, steps: usize| {
            let text = format!(r#"{{"beta_schedule": "{name}", "num_train_timesteps": {steps}}}"#);
            read(&text).unwrap().build().unwrap().betas().to_vec()
        };
        // e^{−12 u} falls by the same factor in each step.
        let exp = betas("exp", 1000);
        assert!(exp.iter().all(|beta| (beta / -(-0.012_f64).exp_m1() - 1.0).abs() < 1e-10));
        // Computed by diffusers' own function in Python.
        let expected = [0.2342507060522837, 0.07612039163202744, 0.08981989851789696, 0.9508899160272165];
        for (found, expected) in betas("laplace", 4).iter().zip(expected) {
            assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
        }
        let error = reason(r#"{"beta_schedule": "exp", "num_train_timesteps": 99999999999}"#);
        assert_eq!(error, "T must be from 2 to 10000, got 99999999999");
    }
}
