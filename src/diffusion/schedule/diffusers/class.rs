//! The scheduler classes of diffusers, and the fields that each of them reads.
//!
//! Names, fields and defaults are those of the releases from 0.0.2 to 0.40. A field counts as a field of the
//! class if any release had it.

use super::DiffusersError;
use super::config::{Config, shown};

/// The fields that give the number of timesteps and the β's.
const BETAS: &str = "num_train_timesteps beta_start beta_end beta_schedule trained_betas";
const SPACING: &str = "timestep_spacing steps_offset";
const CLIP: &str = "clip_sample clip_sample_range";
const DYNAMIC: &str = "thresholding dynamic_thresholding_ratio sample_max_value";
/// Switches that replace the schedule's σ's.
const SIGMAS: &str = "use_karras_sigmas use_exponential_sigmas use_beta_sigmas";
const FLOW: &str = "use_flow_sigmas flow_shift";
const SHIFT: &str = "use_dynamic_shifting time_shift_type";
const SOLVER: &str =
    "solver_order algorithm_type solver_type lower_order_final lambda_min_clipped variance_type";
/// The fields of flow matching.
const FLOW_MATCH: &str = "num_train_timesteps shift use_dynamic_shifting base_shift max_shift \
     base_image_seq_len max_image_seq_len invert_sigmas shift_terminal use_karras_sigmas \
     use_exponential_sigmas use_beta_sigmas time_shift_type stochastic_sampling";
const EDM: &str = "sigma_min sigma_max sigma_data sigma_schedule num_train_timesteps prediction_type rho";
const EDM_SOLVER: &str = "solver_order solver_type algorithm_type lower_order_final euler_at_final \
     final_sigmas_type";

/// Fields that never changed a result: kinds of arrays, and other data that old releases stored.
const WITHOUT_EFFECT: [&str; 3] = ["tensor_format", "dtype", "quantization_config"];

/// Private fields that diffusers writes into every file.
const PRIVATE: [&str; 6] = [
    "_class_name",
    "_diffusers_version",
    "_use_default_values",
    "_name_or_path",
    "_commit_hash",
    "_ignore_files",
];

/// Other names of classes: those of the first release, and those of the same schedulers in JAX.
const ALIASES: [(&str, &str); 9] = [
    ("GaussianDDPMScheduler", "DDPMScheduler"),
    ("FlaxDDPMScheduler", "DDPMScheduler"),
    ("FlaxDDIMScheduler", "DDIMScheduler"),
    ("FlaxPNDMScheduler", "PNDMScheduler"),
    ("FlaxLMSDiscreteScheduler", "LMSDiscreteScheduler"),
    ("FlaxEulerDiscreteScheduler", "EulerDiscreteScheduler"),
    ("FlaxDPMSolverMultistepScheduler", "DPMSolverMultistepScheduler"),
    ("FlaxKarrasVeScheduler", "KarrasVeScheduler"),
    ("FlaxScoreSdeVeScheduler", "ScoreSdeVeScheduler"),
];

/// The defaults of a class for `beta_schedule`, `beta_start` and `beta_end`.
#[derive(Debug, PartialEq)]
pub(super) struct Betas {
    pub schedule: &'static str,
    pub start: f64,
    pub end: f64,
}

const LINEAR: Option<Betas> = Some(Betas { schedule: "linear", start: 1e-4, end: 0.02 });
/// The defaults of the solvers that came from k-diffusion.
const LINEAR_SD: Option<Betas> = Some(Betas { schedule: "linear", start: 0.00085, end: 0.012 });
const SCALED: Option<Betas> = Some(Betas { schedule: "scaled_linear", start: 0.00085, end: 0.012 });
const COSINE: Option<Betas> = Some(Betas { schedule: "squaredcos_cap_v2", start: 1e-4, end: 0.02 });

/// A scheduler class of diffusers.
#[derive(Debug, PartialEq)]
pub(in crate::diffusion) struct Class {
    pub name: &'static str,
    /// `None` if the class's noise levels are not given by β's.
    pub(super) betas: Option<Betas>,
    /// Names of its fields, in strings that are separated by spaces.
    fields: &'static [&'static str],
}

const fn class(name: &'static str, betas: Option<Betas>, fields: &'static [&'static str]) -> Class {
    Class { name, betas, fields }
}

/// All classes, the best known first.
const CLASSES: &[Class] = &[
    class(
        "DDPMScheduler",
        LINEAR,
        &[
            BETAS,
            SPACING,
            CLIP,
            DYNAMIC,
            "prediction_type variance_type rescale_betas_zero_snr timestep_values",
        ],
    ),
    class(
        "DDIMScheduler",
        LINEAR,
        &[
            BETAS,
            SPACING,
            CLIP,
            DYNAMIC,
            "prediction_type set_alpha_to_one rescale_betas_zero_snr timestep_values",
        ],
    ),
    class(
        "DPMSolverMultistepScheduler",
        LINEAR,
        &[
            BETAS,
            SPACING,
            DYNAMIC,
            SIGMAS,
            SOLVER,
            FLOW,
            SHIFT,
            "prediction_type euler_at_final use_lu_lambdas final_sigmas_type rescale_betas_zero_snr",
        ],
    ),
    class(
        "EulerDiscreteScheduler",
        LINEAR,
        &[
            BETAS,
            SPACING,
            SIGMAS,
            "prediction_type interpolation_type sigma_min sigma_max timestep_type final_sigmas_type \
             rescale_betas_zero_snr",
        ],
    ),
    class(
        "EulerAncestralDiscreteScheduler",
        LINEAR,
        &[BETAS, SPACING, "prediction_type rescale_betas_zero_snr"],
    ),
    class("HeunDiscreteScheduler", LINEAR_SD, &[BETAS, SPACING, CLIP, SIGMAS, "prediction_type"]),
    // Takes the same steps, for many timesteps at once.
    class(
        "DDPMParallelScheduler",
        LINEAR,
        &[BETAS, SPACING, CLIP, DYNAMIC, "prediction_type variance_type rescale_betas_zero_snr"],
    ),
    class(
        "DDIMParallelScheduler",
        LINEAR,
        &[BETAS, SPACING, CLIP, DYNAMIC, "prediction_type set_alpha_to_one rescale_betas_zero_snr"],
    ),
    class(
        "DDIMInverseScheduler",
        LINEAR,
        &[BETAS, SPACING, CLIP, "prediction_type set_alpha_to_one set_alpha_to_zero rescale_betas_zero_snr"],
    ),
    class("PNDMScheduler", LINEAR, &[BETAS, SPACING, "prediction_type skip_prk_steps set_alpha_to_one"]),
    class("LMSDiscreteScheduler", LINEAR, &[BETAS, SPACING, SIGMAS, "prediction_type timestep_values"]),
    class("KDPM2DiscreteScheduler", LINEAR_SD, &[BETAS, SPACING, SIGMAS, "prediction_type"]),
    class("KDPM2AncestralDiscreteScheduler", LINEAR_SD, &[BETAS, SPACING, SIGMAS, "prediction_type"]),
    class(
        "DPMSolverMultistepInverseScheduler",
        LINEAR,
        &[BETAS, SPACING, DYNAMIC, SIGMAS, SOLVER, FLOW, "prediction_type euler_at_final"],
    ),
    class(
        "DPMSolverSinglestepScheduler",
        LINEAR,
        &[BETAS, DYNAMIC, SIGMAS, SOLVER, FLOW, SHIFT, "prediction_type final_sigmas_type"],
    ),
    class(
        "DPMSolverSDEScheduler",
        LINEAR_SD,
        &[BETAS, SPACING, SIGMAS, "prediction_type noise_sampler_seed"],
    ),
    class(
        "DEISMultistepScheduler",
        LINEAR,
        &[
            BETAS,
            SPACING,
            DYNAMIC,
            SIGMAS,
            FLOW,
            SHIFT,
            "prediction_type solver_order algorithm_type solver_type lower_order_final",
        ],
    ),
    class(
        "UniPCMultistepScheduler",
        LINEAR,
        &[
            BETAS,
            SPACING,
            DYNAMIC,
            SIGMAS,
            FLOW,
            SHIFT,
            "prediction_type solver_order predict_x0 solver_type lower_order_final disable_corrector solver_p \
             final_sigmas_type rescale_betas_zero_snr sigma_min sigma_max shift_terminal",
        ],
    ),
    class(
        "SASolverScheduler",
        LINEAR,
        &[
            BETAS,
            SPACING,
            DYNAMIC,
            SIGMAS,
            FLOW,
            "prediction_type predictor_order corrector_order tau_func algorithm_type lower_order_final \
             lambda_min_clipped variance_type",
        ],
    ),
    class("LCMScheduler", SCALED, CONSISTENCY),
    class("TCDScheduler", SCALED, CONSISTENCY),
    class("CogVideoXDDIMScheduler", SCALED, COG_VIDEO),
    class("CogVideoXDPMScheduler", SCALED, COG_VIDEO),
    class(
        "UnCLIPScheduler",
        COSINE,
        &[CLIP, "num_train_timesteps beta_schedule variance_type prediction_type"],
    ),
    class("RePaintScheduler", LINEAR, &[BETAS, "eta clip_sample"]),
    // None of the classes from here on has β's.
    class("AmusedScheduler", None, &["mask_token_id masking_schedule"]),
    class(
        "BlockRefinementScheduler",
        None,
        &["block_length num_inference_steps threshold editing_threshold minimal_topk"],
    ),
    class(
        "CMStochasticIterativeScheduler",
        None,
        &["num_train_timesteps sigma_min sigma_max sigma_data s_noise rho clip_denoised"],
    ),
    class("ConsistencyDecoderScheduler", None, &["num_train_timesteps sigma_data"]),
    class("CosineDPMSolverMultistepScheduler", None, &[EDM, EDM_SOLVER]),
    class("DDPMWuerstchenScheduler", None, &["scaler s"]),
    class(
        "DiscreteDDIMScheduler",
        None,
        &["num_inference_steps corrector_steps corrector_k corrector_selection corrector_selection_tau"],
    ),
    class("EDMDPMSolverMultistepScheduler", None, &[EDM, EDM_SOLVER, DYNAMIC]),
    class("EDMEulerScheduler", None, &[EDM, "final_sigmas_type"]),
    class("EntropyBoundScheduler", None, &["entropy_bound t_max t_min num_inference_steps"]),
    class("FlowMapEulerDiscreteScheduler", None, &[FLOW_MATCH]),
    class("FlowMatchEulerDiscreteScheduler", None, &[FLOW_MATCH]),
    class("FlowMatchHeunDiscreteScheduler", None, &[FLOW_MATCH]),
    class("FlowMatchLCMScheduler", None, &[FLOW_MATCH, "scale_factors upscale_mode"]),
    class("HeliosScheduler", None, &[FLOW_MATCH, HELIOS]),
    class("HeliosDMDScheduler", None, &[FLOW_MATCH, HELIOS]),
    class("IPNDMScheduler", None, &["num_train_timesteps trained_betas"]),
    class("KarrasVeScheduler", None, &["sigma_min sigma_max s_noise s_churn s_min s_max"]),
    class("LTXEulerAncestralRFScheduler", None, &["num_train_timesteps eta s_noise"]),
    class("MiniMaxH3Scheduler", None, &["shift"]),
    class("SCMScheduler", None, &["num_train_timesteps prediction_type sigma_data"]),
    class("ScoreSdeVeScheduler", None, &[SCORE_SDE, "snr sigma_min sigma_max correct_steps"]),
    class("ScoreSdeVpScheduler", None, &[SCORE_SDE, "beta_min beta_max"]),
    class(
        "VQDiffusionScheduler",
        None,
        &["num_vec_classes num_train_timesteps alpha_cum_start alpha_cum_end gamma_cum_start gamma_cum_end"],
    ),
];

const CONSISTENCY: &[&str] = &[
    BETAS,
    SPACING,
    CLIP,
    DYNAMIC,
    "prediction_type original_inference_steps set_alpha_to_one rescale_betas_zero_snr timestep_scaling",
];
const COG_VIDEO: &[&str] = &[
    BETAS,
    SPACING,
    CLIP,
    "prediction_type set_alpha_to_one sample_max_value rescale_betas_zero_snr snr_shift_scale",
];
const HELIOS: &str = "stages stage_range gamma thresholding prediction_type solver_order predict_x0 \
     solver_type lower_order_final disable_corrector solver_p use_flow_sigmas scheduler_type";
const SCORE_SDE: &str = "num_train_timesteps sampling_eps";

/// Names of the best known classes that have β's.
pub(super) fn examples() -> impl Iterator<Item = &'static str> {
    CLASSES.iter().filter(|class| class.betas.is_some()).map(|class| class.name).take(6)
}

impl Class {
    /// The class with this name or former name.
    ///
    /// # Errors
    /// [`DiffusersError::UnknownClass`] if there is none.
    pub fn find(name: &str) -> Result<&'static Self, DiffusersError> {
        let now = ALIASES.iter().find(|(old, _)| *old == name).map_or(name, |(_, now)| now);
        let found = CLASSES.iter().find(|class| class.name == now);
        found.ok_or_else(|| DiffusersError::UnknownClass { class: shown(name) })
    }

    /// Whether its noise levels are given by β's.
    pub fn has_betas(&self) -> bool {
        self.betas.is_some()
    }

    /// Whether the class reads this field.
    pub fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|group| group.split_ascii_whitespace().any(|own| own == field))
    }

    /// The fields of a file that are set but have no effect in this class: private fields, and fields of
    /// other classes, which stay in the file when a pipeline's scheduler is replaced.
    ///
    /// # Errors
    /// [`DiffusersError::UnknownField`] for a field that no class has.
    pub fn without_effect(&'static self, config: &Config) -> Result<Vec<String>, DiffusersError> {
        let mut found = Vec::new();
        for field in config.names().filter(|field| !self.has(field) && !PRIVATE.contains(field)) {
            let known = field.starts_with('_')
                || WITHOUT_EFFECT.contains(&field)
                || CLASSES.iter().any(|class| class.has(field));
            if !known {
                return Err(DiffusersError::UnknownField { class: self.name, field: shown(field) });
            }
            // A class without a field works as if the field were off.
            if field.starts_with('_') || !config.is_off(field) {
                found.push(shown(field));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_there_once() {
        for (i, class) in CLASSES.iter().enumerate() {
            assert!(CLASSES[..i].iter().all(|other| other.name != class.name), "{}", class.name);
            assert_eq!(Class::find(class.name).unwrap(), class);
            let fields: Vec<&str> = class.fields.iter().flat_map(|group| group.split(' ')).collect();
            for (i, field) in fields.iter().enumerate() {
                assert!(!field.is_empty() && !fields[..i].contains(field), "{}: {field:?}", class.name);
            }
        }
        for (old, now) in ALIASES {
            assert_eq!(Class::find(old).unwrap().name, now);
        }
    }

    #[test]
    fn a_name_is_the_whole_name() {
        for name in ["", "DDPM", "ddpmscheduler", "DDPMScheduler2", "FlaxHeunDiscreteScheduler"] {
            assert!(matches!(Class::find(name), Err(DiffusersError::UnknownClass { .. })), "{name}");
        }
    }
}
