//! Networks that are told the level of noise.

/// How a network is told the level of noise: its timestep is a place on a line on which `ln SNR` falls evenly, whatever
/// schedule a sampler follows. Variational diffusion models (Kingma et al. 2021) are trained in this way, since the schedule
/// itself changes while they learn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogSnrTimesteps {
    /// `ln SNR` at the network's timestep 0.
    pub logsnr_max: f64,
    /// `ln SNR` at its last timestep, below `logsnr_max`.
    pub logsnr_min: f64,
    /// The number of timesteps T, at least 2; the last one is T − 1.
    pub steps: usize,
}

/// How near to a whole timestep a level of noise is taken for that of the timestep, so that rounding leaves no trace.
const ROUNDING: f64 = 1e-6;

impl LogSnrTimesteps {
    /// The network's timestep at the level of noise `ᾱ` in `[0, 1]`, from 0 to T − 1; levels beyond the ends give the
    /// ends.
    pub fn at(&self, alpha_bar: f64) -> f64 {
        let log_snr = (alpha_bar / (1.0 - alpha_bar)).ln();
        let share = (self.logsnr_max - log_snr) / (self.logsnr_max - self.logsnr_min);
        let timestep = share.clamp(0.0, 1.0) * (self.steps - 1) as f64;
        if (timestep - timestep.round()).abs() < ROUNDING { timestep.round() } else { timestep }
    }

    /// Whether the numbers are possible.
    pub(super) fn is_valid(&self) -> bool {
        let Self { logsnr_max, logsnr_min, steps } = *self;
        logsnr_max.is_finite() && logsnr_min.is_finite() && logsnr_max > logsnr_min && steps >= 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::ScheduleSpec;
    use crate::diffusion::schedule::LogSnr;

    #[test]
    fn timesteps_are_those_of_an_even_schedule() {
        let line = LogSnrTimesteps { logsnr_max: 9.25, logsnr_min: -7.5, steps: 400 };
        let kind = LogSnr { logsnr_max: 9.25, logsnr_min: -7.5 }.into();
        let even = ScheduleSpec { kind, steps: 400, zero_terminal_snr: false }.build().unwrap();
        for t in 1..=400 {
            assert_eq!(line.at(even.alpha_bar(t)), (t - 1) as f64);
        }
        let cosine = ScheduleSpec {
            kind: crate::diffusion::schedule::Cosine { s: 0.008 }.into(),
            ..even.spec().clone()
        };
        let cosine = cosine.build().unwrap();
        for t in 1..=400 {
            let expected = even.timestep_at_log_snr(cosine.log_snr(t)) - 1.0;
            assert!((line.at(cosine.alpha_bar(t)) - expected).abs() < 2e-6, "{t}");
        }
        assert_eq!([line.at(1.0), line.at(0.0)], [0.0, 399.0]);
    }
}
