//! Names, in the window's language, of things of this chapter that the layers below know by identifiers.

use i18n_embed_fl::fl;

use crate::app::formula::Symbol;
use crate::app::words::Words;
use crate::diffusion::sampler::{
    Ddim, PredictionType, SamplerKind, SamplerSpec, Thresholding, TimestepSpacing,
};
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

/// The name of a sampler's spacing, with the offset of its timesteps.
pub fn timesteps_label(words: &Words, sampler: &SamplerSpec) -> String {
    let spacing = spacing_label(words, sampler.timestep_spacing);
    match sampler.steps_offset {
        // Only leading timesteps have an offset.
        offset if offset > 0 && sampler.timestep_spacing == TimestepSpacing::Leading => {
            format!("{spacing} + {offset}")
        }
        _ => spacing,
    }
}

/// The symbol of what a network predicts.
pub fn target_symbol(prediction: PredictionType) -> &'static str {
    match prediction {
        PredictionType::Epsilon => "ε",
        PredictionType::Sample => "x₀",
        PredictionType::VPrediction => "v",
    }
}

/// What is done to `x̂_0` before a step uses it, in a few words.
pub fn clipping_label(words: &Words, thresholding: Thresholding) -> String {
    match thresholding {
        Thresholding::None => fl!(words, "reverse-clipping-none"),
        Thresholding::Clip { range } => format!("[−{range}, {range}]"),
        Thresholding::Dynamic { ratio, max } => {
            let (percent, most) = (format!("{:.1}", 100.0 * ratio), max.to_string());
            fl!(words, "reverse-clipping-dynamic", percent = percent, most = most)
        }
    }
}

/// In what a sampler differs from the usual, in a few words each. It is usual that the network predicts ε, that `x̂_0`
/// is clipped to `[−1, 1]`, and that timesteps are spread as in the sampler's class of diffusers.
pub fn unusual(words: &Words, sampler: &SamplerSpec) -> Vec<String> {
    let usual = SamplerSpec::new(sampler.kind, sampler.num_inference_steps);
    let mut found = Vec::new();
    if sampler.prediction_type != usual.prediction_type {
        let target = target_symbol(sampler.prediction_type);
        found.push(fl!(words, "reverse-made-prediction", target = target));
    }
    if sampler.thresholding != (Thresholding::Clip { range: 1.0 }) {
        let clipping = clipping_label(words, sampler.thresholding);
        found.push(fl!(words, "reverse-made-clipping", clipping = clipping));
    }
    let spread = |sampler: &SamplerSpec| (sampler.timestep_spacing, sampler.steps_offset);
    if spread(sampler) != spread(&usual) {
        found.push(fl!(words, "reverse-made-timesteps", spacing = timesteps_label(words, sampler)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};

    #[test]
    fn only_what_is_unusual_is_said() {
        let words = words(Language::English);
        let usual = SamplerSpec::new(SamplerKind::default_of("ddim").unwrap(), 50);
        assert_eq!(unusual(&words, &usual), [""; 0]);
        let other = SamplerSpec {
            prediction_type: PredictionType::VPrediction,
            thresholding: Thresholding::None,
            steps_offset: 1,
            ..usual.clone()
        };
        assert_eq!(unusual(&words, &other), ["predicts v", "clipping of x̂₀: none", "leading + 1 timesteps"]);
        let spread = SamplerSpec { timestep_spacing: TimestepSpacing::Trailing, ..usual };
        assert_eq!(unusual(&words, &spread), ["trailing timesteps"]);
        let dynamic = Thresholding::Dynamic { ratio: 0.995, max: 1.5 };
        assert_eq!(clipping_label(&words, dynamic), "dynamic, 99.5 %, at most 1.5");
    }

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
