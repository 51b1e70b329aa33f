//! What things that layers below know by their identifiers are called in this room.

use crate::app::words::Words;
use crate::diffusion::sampler::{Ddim, SamplerKind, TimestepSpacing};
use crate::worker::PredictorKind;

/// Who says what the noise is.
pub fn predictor_label(words: &Words, predictor: PredictorKind) -> String {
    words.get(predictor_message(predictor))
}

/// The same in a sentence.
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

/// A sampler.
pub fn sampler_label(words: &Words, sampler: SamplerKind) -> String {
    words.get(&sampler_message(sampler.name()))
}

/// A sampler where there is less room: in the inspector.
pub fn sampler_short_label(words: &Words, sampler: SamplerKind) -> String {
    sampler_attribute(words, sampler, "short")
}

/// A sampler above the pictures of its lane, with its noise.
pub fn sampler_caption(words: &Words, sampler: SamplerKind) -> String {
    let caption = sampler_attribute(words, sampler, "caption");
    match sampler {
        SamplerKind::Ddim(Ddim { eta, .. }) if eta > 0.0 => format!("{caption} η {eta:.2}"),
        _ => caption,
    }
}

/// What a sampler is called somewhere, if it has another name there.
fn sampler_attribute(words: &Words, sampler: SamplerKind, place: &str) -> String {
    let message = sampler_message(sampler.name());
    if words.has_attr(&message, place) { words.get_attr(&message, place) } else { words.get(&message) }
}

/// The message of the sampler of that name. Names of messages have no plus: `dpm-solver++2m` is `dpm-solverpp2m`.
fn sampler_message(name: &str) -> String {
    format!("reverse-sampler-{}", name.replace('+', "p"))
}

/// How timesteps are spread.
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
