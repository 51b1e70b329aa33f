//! Names, in the window's language, of things that the layers below know by identifiers.

use std::borrow::Cow;
use std::collections::HashMap;

use i18n_embed_fl::fl;

use super::Words;
use crate::diffusion::ScheduleKind;
use crate::diffusion::data::LineShape;
use crate::diffusion::noise::NoiseMode;
use crate::gpu::EngineInfo;
use crate::model::ModelRef;
use crate::scene::ImageRef;

/// The name of a kind of schedule.
pub fn schedule_label(words: &Words, kind: &ScheduleKind) -> String {
    words.get(&format!("schedule-kind-{}", kind.name()))
}

/// The number of points or β's of a kind of schedule that consists of them, in words.
pub fn schedule_count(words: &Words, kind: &ScheduleKind, count: usize) -> String {
    words.get_attr_args(&format!("schedule-kind-{}", kind.name()), "count", HashMap::from([("count", count)]))
}

/// The title of a picture that comes with the program.
pub fn sample_label(words: &Words, name: &str) -> String {
    words.get(&format!("sample-{name}"))
}

/// The name of a network: in the window's language if it comes with the program, else that of its folder.
pub fn model_label(words: &Words, model: &ModelRef) -> String {
    match model {
        ModelRef::Shipped(name) if words.has(&format!("model-{name}")) => words.get(&format!("model-{name}")),
        _ => model.title(),
    }
}

/// What a picture is called beside its pixels: a short name for one that comes with the program, else its own.
pub fn picture_label<'a>(words: &Words, picture: &ImageRef, own: &'a str) -> Cow<'a, str> {
    match picture {
        ImageRef::Sample(name) if words.has(&format!("sample-{name}")) => {
            words.get_attr(&format!("sample-{name}"), "short").into()
        }
        _ => own.into(),
    }
}

/// The name of a class of pictures: in the window's language where it is a class of data that come with the program, else
/// as the data call it.
pub fn class_label(words: &Words, name: &str) -> String {
    let message = format!("class-{}", name.to_lowercase().replace(' ', "-"));
    if words.has(&message) { words.get(&message) } else { name.to_owned() }
}

/// What pictures are computed on.
pub fn device_label(words: &Words, device: Option<&EngineInfo>) -> String {
    match device {
        None => fl!(words, "device-none"),
        Some(device) if device.threads > 0 => {
            fl!(words, "device-processor", threads = device.threads, simd = device.simd)
        }
        Some(device) if device.is_software => {
            fl!(words, "device-software", name = device.name.as_str(), backend = device.backend.as_str())
        }
        Some(device) => format!("{} · {}", device.name, device.backend),
    }
}

/// The name of a parameter of a schedule.
pub fn parameter_label(words: &Words, name: &str) -> String {
    words.get(&format!("schedule-parameter-{}", name.replace('_', "-")))
}

/// The name of a kind of noise, as it stands within a sentence.
pub fn noise_label(words: &Words, mode: NoiseMode) -> String {
    words.get(&format!("noise-kind-{}", mode.name()))
}

/// The name of a kind of density of the line, and how to change it by hand.
pub fn shape_label(words: &Words, shape: &LineShape) -> (String, String) {
    let message = match shape {
        LineShape::Mixture(_) => "line-shape-mixture",
        LineShape::Uniform(_) => "line-shape-uniform",
        LineShape::Spikes(_) => "line-shape-spikes",
        LineShape::Drawn(_) => "line-shape-drawn",
    };
    (words.get(message), words.get_attr(message, "about"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};

    #[test]
    fn samples_have_titles_and_short_names_in_every_language() {
        for language in Language::ALL {
            let words = words(language);
            for sample in crate::imaging::samples() {
                assert!(words.has(&format!("sample-{}", sample.name)), "{language:?}: {}", sample.name);
                let picture = ImageRef::Sample(sample.name.to_owned());
                let short = picture_label(&words, &picture, "own");
                assert!(short != "own" && short.chars().count() < 12, "{language:?}: {short}");
            }
            let file = ImageRef::File("a.png".into());
            assert_eq!(picture_label(&words, &file, "a"), "a");
            assert_eq!(picture_label(&words, &ImageRef::Sample("none".to_owned()), "none"), "none");
        }
    }

    #[test]
    fn classes_of_shipped_data_have_names_in_every_language() {
        use crate::dataset::{BuiltIn, DatasetOptions};
        for set in BuiltIn::ALL {
            let data = set.open(&DatasetOptions::default()).unwrap();
            for class in data.classes() {
                let [english, korean] = [Language::English, Language::Korean]
                    .map(|language| class_label(&words(language), class));
                assert_eq!(english, *class);
                assert!(korean != english || class.parse::<u32>().is_ok(), "{class}");
            }
        }
        assert_eq!(class_label(&words(Language::Korean), "고양이"), "고양이");
    }

    #[test]
    fn everything_has_its_name() {
        let words = words(Language::English);
        for name in ScheduleKind::NAMES {
            assert!(words.has(&format!("schedule-kind-{name}")), "{name}");
            let Some(mut kind) = ScheduleKind::default_of(name) else { continue };
            for parameter in kind.kind_mut().parameters() {
                let label = parameter_label(&words, parameter.name);
                assert!(!label.contains("schedule-parameter"), "{label}");
            }
            if let Some(count) = kind.kind().count() {
                assert!(schedule_count(&words, &kind, count).starts_with(&count.to_string()));
            }
        }
        for kind in LineShape::all() {
            let (title, about) = shape_label(&words, &kind);
            assert_eq!(title, kind.name());
            assert!(!about.is_empty() && about != title, "{title}: {about}");
        }
        for mode in [NoiseMode::Jump, NoiseMode::Walk] {
            assert_eq!(noise_label(&words, mode), mode.name());
        }
    }
}
