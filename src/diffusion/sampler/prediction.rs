//! What a network predicts, and how one kind of prediction is converted to another.

use serde::{Deserialize, Serialize};

use super::SamplerError;

/// What the network's output means. The names are diffusers'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PredictionType {
    /// ε, the noise in `x_t` (Ho et al. 2020).
    #[default]
    Epsilon,
    /// `x_0`, the clean picture.
    Sample,
    /// `v = √ᾱ_t ε − √(1−ᾱ_t) x_0` (Salimans & Ho 2022, section 4).
    VPrediction,
}

/// `x̂_0` and ε̂ as sums of the state `x_t` and the network's output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictionWeights {
    /// `x̂_0 = x0[0] · x_t + x0[1] · output`.
    pub x0: [f64; 2],
    /// `ε̂ = eps[0] · x_t + eps[1] · output`.
    pub eps: [f64; 2],
}

impl PredictionType {
    /// All prediction types.
    pub const ALL: [Self; 3] = [Self::Epsilon, Self::Sample, Self::VPrediction];

    /// Identifier for files and the command line: diffusers' `prediction_type`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Epsilon => "epsilon",
            Self::Sample => "sample",
            Self::VPrediction => "v_prediction",
        }
    }

    /// The weights that give `x̂_0` and ε̂ at the level `alpha_bar`, in `[0, 1]`.
    ///
    /// At `ᾱ = 0`, ε says nothing about `x_0`, and at `ᾱ = 1`, `x_0` says nothing about ε: there the weights
    /// are infinite.
    pub fn weights(self, alpha_bar: f64) -> PredictionWeights {
        let (signal, noise) = (alpha_bar.sqrt(), (1.0 - alpha_bar).sqrt());
        match self {
            Self::Epsilon => PredictionWeights { x0: [1.0 / signal, -noise / signal], eps: [0.0, 1.0] },
            Self::Sample => PredictionWeights { x0: [0.0, 1.0], eps: [1.0 / noise, -signal / noise] },
            Self::VPrediction => PredictionWeights { x0: [signal, -noise], eps: [noise, signal] },
        }
    }

    /// `x̂_0` from the state and the network's output.
    pub fn to_x0(self, alpha_bar: f64, x_t: f64, output: f64) -> f64 {
        let [state, predicted] = self.weights(alpha_bar).x0;
        state * x_t + predicted * output
    }

    /// ε̂ from the state and the network's output.
    pub fn to_eps(self, alpha_bar: f64, x_t: f64, output: f64) -> f64 {
        let [state, predicted] = self.weights(alpha_bar).eps;
        state * x_t + predicted * output
    }

    /// The output of a perfect network where the picture is `x0` and the noise `eps`: the target in training.
    pub fn target(self, alpha_bar: f64, x0: f64, eps: f64) -> f64 {
        match self {
            Self::Epsilon => eps,
            Self::Sample => x0,
            Self::VPrediction => alpha_bar.sqrt() * eps - (1.0 - alpha_bar).sqrt() * x0,
        }
    }
}

/// Classifier-free guidance of one value, `ε̂_u + w (ε̂_c − ε̂_u)` with the scale w: 1 is the plain conditional
/// prediction, 0 the unconditional one (Ho & Salimans 2022, whose w is smaller by 1). The formula is the same for v and
/// `x_0`, which are affine in ε̂.
#[inline]
pub fn guided(unconditional: f32, conditional: f32, scale: f32) -> f32 {
    unconditional + scale * (conditional - unconditional)
}

/// [`guided`] for whole outputs of the network.
///
/// # Errors
/// If the two differ in length.
pub fn classifier_free_guidance(
    unconditional: &[f32],
    conditional: &[f32],
    scale: f32,
) -> Result<Vec<f32>, SamplerError> {
    let (expected, got) = (unconditional.len(), conditional.len());
    if got != expected {
        return Err(SamplerError::Length { what: "the conditional prediction", expected, got });
    }
    Ok(unconditional.iter().zip(conditional).map(|(&u, &c)| guided(u, c, scale)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prediction_finds_the_same_picture_and_noise() {
        let (x0, eps) = (0.3_f64, -1.7_f64);
        for alpha_bar in [1e-6_f64, 0.01, 0.5, 0.99, 0.9999] {
            let x_t = alpha_bar.sqrt() * x0 + (1.0 - alpha_bar).sqrt() * eps;
            for prediction in PredictionType::ALL {
                let output = prediction.target(alpha_bar, x0, eps);
                // ε̂ gives x_0 through a difference that is magnified by 1/√ᾱ, and the other way round.
                let tolerance = 1e-15 / (alpha_bar * (1.0 - alpha_bar)).sqrt();
                assert!((prediction.to_x0(alpha_bar, x_t, output) - x0).abs() < 4.0 * tolerance);
                assert!((prediction.to_eps(alpha_bar, x_t, output) - eps).abs() < 4.0 * tolerance);
            }
        }
    }

    #[test]
    fn v_prediction_works_without_any_signal() {
        let v = PredictionType::VPrediction;
        assert_eq!(v.to_x0(0.0, 0.4, -0.9), 0.9);
        assert_eq!(v.to_eps(0.0, 0.4, -0.9), 0.4);
    }

    #[test]
    fn guidance_extrapolates() {
        let (u, c) = ([1.0, -1.0], [2.0, -1.0]);
        assert_eq!(classifier_free_guidance(&u, &c, 1.0).unwrap(), c);
        assert_eq!(classifier_free_guidance(&u, &c, 0.0).unwrap(), u);
        assert_eq!(classifier_free_guidance(&u, &c, 3.0).unwrap(), [4.0, -1.0]);
        assert_eq!(
            classifier_free_guidance(&u, &c[..1], 1.0).unwrap_err().to_string(),
            "the conditional prediction must hold 2 values, got 1"
        );
    }

    #[test]
    fn names_are_those_of_the_files() {
        for prediction in PredictionType::ALL {
            assert_eq!(serde_json::to_string(&prediction).unwrap(), format!("{:?}", prediction.name()));
        }
    }
}
