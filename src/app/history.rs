//! Going back and forth through the changes of the scene, and what is said of them.

use i18n_embed_fl::fl;

use super::lessons::LessonOrder;
use super::shell::Shell;
use super::words::Words;
use crate::scene::{Action, ChapterId};

/// The most options of a chapter that are named one by one.
const MOST_NAMES: usize = 3;

impl Shell {
    /// Undoes the last change, or does it again; says what it was, and goes to the chapter that it concerns.
    pub(super) fn go_through_history(&mut self, ctx: &egui::Context, again: bool) {
        if !again && self.is_at_step() {
            // What would be undone is that the lesson went on.
            return self.lesson(ctx, LessonOrder::Back);
        }
        let before = self.scene().clone();
        let moved = if again { self.history.redo() } else { self.history.undo() };
        if !moved {
            let message = if again { "redone" } else { "undone" };
            self.notices.replace_last_told(ctx, self.words.get_attr(message, "none"));
            return;
        }
        let after = self.scene().clone();
        // Options of chapters follow what all chapters share; alone, they are what was changed.
        let (own, shared): (Vec<_>, Vec<_>) =
            before.changed_parts(&after).into_iter().partition(|part| chapter_of(part).is_some());
        let changed = if shared.is_empty() { own } else { shared };
        let chapter = changed.first().and_then(|part| chapter_of(part));
        if let Some(chapter) = chapter.filter(|chapter| *chapter != after.chapter) {
            self.apply(ctx, Action::Chapter(chapter));
        }
        self.stage.update(self.history.scene());
        let what = what(&self.words, chapter, &changed);
        let text = if again {
            fl!(self.words, "redone", what = what)
        } else {
            fl!(self.words, "undone", what = what)
        };
        self.notices.replace_last_told(ctx, text);
    }
}

/// The chapter whose option a part of the scene is; `None` for what all chapters share.
fn chapter_of(part: &str) -> Option<ChapterId> {
    let first = part.split('.').next()?;
    ChapterId::ALL.into_iter().find(|id| id.name() == first)
}

/// What these parts are, in words.
fn what(words: &Words, chapter: Option<ChapterId>, changed: &[String]) -> String {
    let mut names: Vec<String> = changed.iter().filter_map(|part| part_name(words, part)).collect();
    names.dedup();
    let Some(chapter) = chapter else {
        return if names.is_empty() { fl!(words, "part-chapter") } else { names.join(", ") };
    };
    let chapter = words.get(&format!("chapter-{}", chapter.name()));
    if names.is_empty() || names.len() > MOST_NAMES {
        return chapter;
    }
    fl!(words, "part-of-chapter", chapter = chapter, parts = names.join(", "))
}

/// The name of a part of the scene, as it stands in a list: that of the longest beginning of its path that has one.
fn part_name(words: &Words, part: &str) -> Option<String> {
    let ends = part.match_indices('.').map(|(at, _)| at).chain([part.len()]);
    let messages = ends.map(|end| format!("part-{}", part[..end].replace(['.', '_'], "-")));
    let longest = messages.filter(|message| words.has(message)).last()?;
    Some(words.get(&longest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::words::{Language, words};
    use crate::scene::Scene;

    #[test]
    fn every_option_has_a_name_in_every_language() {
        let scene = serde_json::to_value(Scene::default()).unwrap();
        for language in Language::ALL {
            let words = words(language);
            let mut named = 0;
            for id in ChapterId::ALL {
                let Some(options) = scene[id.name()].as_object() else { continue };
                for (option, value) in options {
                    let below = value.as_object().into_iter().flat_map(|fields| fields.keys());
                    let paths = below.map(|below| format!("{}.{option}.{below}", id.name()));
                    let own = format!("{}.{option}", id.name());
                    // An option has a name itself, or each of its parts has.
                    let has = |path: &String| part_name(&words, path).is_some();
                    let parts: Vec<String> = paths.collect();
                    let all = has(&own) || !parts.is_empty() && parts.iter().all(has);
                    assert!(all, "{language:?}: {own} {parts:?}");
                    named += 1;
                }
            }
            assert!(named > 40, "{named}");
        }
    }

    #[test]
    fn what_is_undone_is_named_by_its_option() {
        let words = words(Language::English);
        let of = |parts: &[&str]| {
            let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            what(&words, parts.first().and_then(|part| chapter_of(part)), &parts)
        };
        assert_eq!(of(&["reverse.lane.sampler.eta", "reverse.lane.sampler.sampler"]), "Reverse: sampler");
        assert_eq!(of(&["t", "seed"]), "timestep t, seed");
        assert_eq!(of(&["ledger.amplify"]), "Noise ledger: amplification of the new noise");
        let many = ["training.data", "training.size", "training.batch", "training.ema"];
        assert_eq!(of(&many), "Training");
        assert_eq!(of(&[]), "chapter");
    }
}
