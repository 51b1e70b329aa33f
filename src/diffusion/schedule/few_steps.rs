//! Schedules with few timesteps: β's made for 1000 timesteps leave much of the picture at T.

use std::fmt;

use super::{BETA, Scale, Schedule, ScheduleSpec};

/// The number of timesteps that customary β's are made for (Ho et al. 2020).
const MADE_FOR: f64 = 1000.0;

/// If the amplitude of the picture at T is larger than this, a network was not trained on pure noise there.
const MOST_LEFT: f64 = 0.05;

/// How much of the picture is left at T, where it is too much for a run that starts from pure noise.
///
/// `Display` is a clause that says how much is left, and why that matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalLeft {
    /// `T`.
    pub steps: usize,
    /// `√ᾱ_T`, the factor on the picture at T.
    pub amplitude: f64,
}

impl fmt::Display for SignalLeft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { steps, amplitude } = self;
        let percent = 100.0 * amplitude;
        let digits = usize::from(percent < 10.0);
        write!(
            f,
            "{percent:.digits$} % of the picture's amplitude is left at T = {steps} (√ᾱ_T = {amplitude:.3}), \
             where a run starts from pure noise"
        )
    }
}

impl Schedule {
    /// How much of the picture is left at T, if it is more than a twentieth of its amplitude.
    pub fn signal_left(&self) -> Option<SignalLeft> {
        let steps = self.steps();
        let amplitude = self.alpha_bar(steps).sqrt();
        (amplitude > MOST_LEFT).then_some(SignalLeft { steps, amplitude })
    }
}

impl ScheduleSpec {
    /// The same kind with its β's multiplied by `1000/T`, at most 0.999, so that T steps take away as much as 1000
    /// steps did before (as `improved-diffusion` of Nichol & Dhariwal does for linear ones).
    ///
    /// `None` for kinds that are not given by β's, or that adapt to T by themselves.
    pub fn with_scaled_betas(&self) -> Option<Self> {
        let scaled = |beta: f64| (beta * MADE_FOR / self.steps as f64).min(*BETA.end());
        let mut kind = self.kind.clone();
        let parameters = kind.kind_mut().parameters();
        let betas = parameters.into_iter().filter(|parameter| parameter.scale == Scale::Beta);
        if betas.map(|parameter| *parameter.value = scaled(*parameter.value)).count() == 0 {
            return None;
        }
        Some(Self { kind, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::schedule::{Linear, ScheduleKind};

    #[test]
    fn betas_for_a_thousand_steps_leave_most_of_the_picture_at_fifty() {
        let few = ScheduleSpec { steps: 50, ..ScheduleSpec::default() };
        let left = few.build().unwrap().signal_left().unwrap();
        // ᾱ_50 = 0.603.
        assert!((left.amplitude * left.amplitude - 0.603).abs() < 5e-4, "{left:?}");
        assert_eq!(
            left.to_string(),
            "78 % of the picture's amplitude is left at T = 50 (√ᾱ_T = 0.776), where a run starts from \
             pure noise"
        );
        assert_eq!(ScheduleSpec::default().build().unwrap().signal_left(), None);
        let cosine = ScheduleSpec { kind: ScheduleKind::default_of("cosine").unwrap(), ..few };
        assert_eq!(cosine.build().unwrap().signal_left(), None);
    }

    #[test]
    fn scaled_betas_take_the_picture_away_in_any_number_of_steps() {
        for name in ["linear", "sigmoid", "constant"] {
            for steps in [10, 50, 100, 400, 1000, 4000] {
                let kind = ScheduleKind::default_of(name).unwrap();
                let spec = ScheduleSpec { kind, steps, zero_terminal_snr: false };
                let scaled = spec.with_scaled_betas().unwrap();
                assert_eq!(scaled == spec, steps == 1000);
                assert_eq!(scaled.build().unwrap().signal_left(), None, "{name} at T = {steps}");
            }
        }
        let linear = ScheduleSpec { steps: 50, ..ScheduleSpec::default() }.with_scaled_betas().unwrap();
        assert_eq!(linear.kind, Linear { beta_start: 0.002, beta_end: 0.4 }.into());
        let shortest = ScheduleSpec { steps: 2, ..ScheduleSpec::default() }.with_scaled_betas().unwrap();
        assert_eq!(shortest.kind, Linear { beta_start: 0.05, beta_end: 0.999 }.into());
        let cosine = ScheduleSpec { kind: ScheduleKind::default_of("cosine").unwrap(), ..linear };
        assert_eq!(cosine.with_scaled_betas(), None);
    }
}
