//! What things that layers below know by their identifiers are called.

use super::Words;
use crate::diffusion::ScheduleKind;
use crate::diffusion::noise::NoiseMode;

/// A kind of schedule.
pub fn schedule_label(words: &Words, kind: &ScheduleKind) -> String {
    words.get(&format!("schedule-{}", kind.name()))
}

/// A kind of noise, within a line.
pub fn noise_label(words: &Words, mode: NoiseMode) -> String {
    words.get(&format!("noise-kind-{}", mode.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};

    #[test]
    fn everything_has_its_name() {
        let words = words(Language::English);
        for name in ScheduleKind::ALL_NAMED.into_iter().chain(["trained"]) {
            assert!(words.has(&format!("schedule-{name}")), "{name}");
        }
        for mode in [NoiseMode::Jump, NoiseMode::Walk] {
            assert_eq!(noise_label(&words, mode), mode.name());
        }
    }
}
