//! Names, in the window's language, of things of this chapter that the layers below know by identifiers.

use std::collections::HashMap;

use i18n_embed_fl::fl;

use crate::app::words::{Words, schedule_label};
use crate::dataset::BuiltIn;
use crate::diffusion::sampler::PredictionType;
use crate::files::plain;
use crate::scene::{LearnRival, LossChoice, Scene};
use crate::train::TrainSettings;
use crate::worker::{LearnData, LearnNetwork};

use super::state::plan::choice_of;

/// The name of a set that comes with the program.
pub fn set_label(words: &Words, set: BuiltIn) -> String {
    words.get(&format!("training-data-{}", set.name()))
}

/// The name of what is learned.
pub fn data_label(words: &Words, data: &LearnData) -> String {
    match data {
        LearnData::BuiltIn(set) => set_label(words, *set),
        LearnData::Gallery => fl!(words, "training-data-gallery"),
        LearnData::Picture => fl!(words, "training-data-picture"),
        LearnData::Files(path) => plain(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()),
    }
}

/// The name of a network, and what it is.
pub fn network_label(words: &Words, network: LearnNetwork) -> [String; 2] {
    let message = format!("training-network-{}", network.name());
    [words.get(&message), words.get_attr(&message, "about")]
}

/// The name of a weighting, and what it does.
pub fn loss_label(words: &Words, loss: LossChoice) -> [String; 2] {
    let message = format!("training-loss-{}", loss.name());
    [words.get(&message), words.get_attr(&message, "about")]
}

/// The short name of a block of a network, which diffusers calls `down_blocks.0`, `mid_block`, ….
pub fn block_label(words: &Words, block: &str) -> String {
    let (kind, number) = block.split_once('.').unwrap_or((block, ""));
    let message = format!("training-block-{}", kind.replace('_', "-"));
    if words.has(&message) {
        words.get_args(&message, HashMap::from([("number", number)]))
    } else {
        block.to_owned()
    }
}

/// The symbol of what a network predicts.
pub fn target_symbol(target: PredictionType) -> &'static str {
    match target {
        PredictionType::Epsilon => "ε",
        PredictionType::Sample => "x₀",
        PredictionType::VPrediction => "v",
    }
}

/// In what a second network differs, in a few words.
pub fn rival_label(words: &Words, scene: &Scene, rival: Option<LearnRival>) -> String {
    match rival {
        None => fl!(words, "training-rival-none"),
        Some(LearnRival::Target(target)) => {
            fl!(words, "training-rival-target", target = target_symbol(target))
        }
        Some(LearnRival::Loss(loss)) => {
            let [loss, _] = loss_label(words, loss);
            fl!(words, "training-rival-loss", loss = loss)
        }
        Some(LearnRival::Schedule) => {
            let kind = schedule_label(words, &scene.schedule_b.kind);
            fl!(words, "training-rival-schedule", schedule = kind)
        }
    }
}

/// Names of networks that learn side by side: in what they differ; for one alone, what it predicts.
pub fn network_names(words: &Words, all: &[TrainSettings]) -> Vec<String> {
    let name = |settings: &TrainSettings| match all {
        [a, b] if a.gamma_rate != b.gamma_rate => match settings.gamma_rate {
            Some(_) => fl!(words, "training-schedule-is-learned"),
            None => schedule_label(words, &settings.schedule.kind),
        },
        // Both learn a schedule of their own, or neither does.
        [a, b] if a.gamma_rate.is_none() && a.schedule != b.schedule => {
            schedule_label(words, &settings.schedule.kind)
        }
        [a, b] if a.loss != b.loss => {
            choice_of(settings.loss).map(|loss| loss_label(words, loss)[0].clone()).unwrap_or_default()
        }
        _ => fl!(words, "training-predicts", target = target_symbol(settings.prediction)),
    };
    all.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};

    #[test]
    fn everything_has_its_name() {
        let words = words(Language::English);
        let has = |message: String| assert!(words.has(&message), "{message}");
        for set in BuiltIn::ALL {
            has(format!("training-data-{}", set.name()));
        }
        for message in LearnNetwork::ALL
            .map(|network| format!("training-network-{}", network.name()))
            .into_iter()
            .chain(LossChoice::ALL.map(|loss| format!("training-loss-{}", loss.name())))
        {
            assert!(words.has_attr(&message, "about"), "{message}");
            has(message);
        }
    }
}
