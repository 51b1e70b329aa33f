//! Names, in the window's language, of things of this chapter that the layers below know by identifiers.

use crate::app::formula::Symbol;
use crate::app::words::Words;
use crate::diffusion::sampler::{Ddim, SamplerKind, TimestepSpacing};
use crate::worker::PredictorKind;

/// The state to which a step over several timesteps leads: its level s need not be t − 1.
pub const LATER_STATE: Symbol = Symbol { glyph: "x-s", text: "xₛ" };

/// The text of a timestep, which need not be a whole number.
pub fn timestep(t: f64) -> String {
    if (t - t.round()).abs() < 1e-6 { format!("{t:.0}") } else { format!("{t:.1}") }
}

/// The name of a predictor.
pub fn predictor_label(words: &Words, predictor: PredictorKind) -> String {
    words.get(predictor_message(predictor))
}

/// A sentence that explains a predictor.
pub fn predictor_about(words: &Words, predictor: PredictorKind) -> String {
    words.get_attr(predictor_message(predictor), "about")
}

fn predictor_message(predictor: PredictorKind) -> &'static str {
    match predictor {
        PredictorKind::Network => "reverse-predictor-network",
        PredictorKind::Oracle => "reverse-predictor-oracle",
        PredictorKind::Ideal => "reverse-predictor-ideal",
        PredictorKind::Own => "reverse-predictor-own",
    }
}

/// The name of a sampler.
pub fn sampler_label(words: &Words, sampler: SamplerKind) -> String {
    words.get(&sampler_message(sampler.name()))
}

/// The short name of a sampler, for the inspector.
pub fn sampler_short_label(words: &Words, sampler: SamplerKind) -> String {
    sampler_attribute(words, sampler, "short")
}

/// The name of a sampler with its noise, for the caption of its lane.
pub fn sampler_caption(words: &Words, sampler: SamplerKind) -> String {
    let caption = sampler_attribute(words, sampler, "caption");
    match sampler {
        SamplerKind::Ddim(Ddim { eta, .. }) if eta > 0.0 => format!("{caption} η {eta:.2}"),
        _ => caption,
    }
}

/// The name of a sampler at a place (an attribute of its message); its usual name if it has no other there.
fn sampler_attribute(words: &Words, sampler: SamplerKind, place: &str) -> String {
    let message = sampler_message(sampler.name());
    if words.has_attr(&message, place) { words.get_attr(&message, place) } else { words.get(&message) }
}

/// The id of a sampler's message. Ids cannot contain a plus: `dpm-solver++2m` becomes `dpm-solverpp2m`.
fn sampler_message(name: &str) -> String {
    format!("reverse-sampler-{}", name.replace('+', "p"))
}

/// The name of a spacing of timesteps.
pub fn spacing_label(words: &Words, spacing: TimestepSpacing) -> String {
    words.get(&format!("reverse-spacing-{}", spacing.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};

    #[test]
    fn everything_has_its_name() {
        let words = words(Language::English);
        for predictor in PredictorKind::ALL {
            let message = predictor_message(predictor);
            assert!(words.has(message) && words.has_attr(message, "about"), "{message}");
        }
        for name in SamplerKind::names() {
            assert!(words.has(&sampler_message(name)), "{name}");
        }
        for spacing in TimestepSpacing::ALL {
            assert_eq!(spacing_label(&words, spacing), spacing.name());
        }
    }
}
