//! All that can be found.

use std::path::PathBuf;

use i18n_embed_fl::fl;

use super::Item;
use crate::app::chapters::Rooms;
use crate::app::command::{Command, Intent};
use crate::app::entry::{Entry, TICK, shortcut_text};
use crate::app::glossary;
use crate::app::lessons::LessonOrder;
use crate::app::words::{Words, sample_label};
use crate::files::plain;
use crate::imaging::samples;
use crate::scene::Action;

/// What the items are made from.
pub struct Sources<'a> {
    /// The commands.
    pub entries: &'a [Entry],
    /// The same commands in another language, for whose names they are found too.
    pub others: &'a [Entry],
    /// The chapters.
    pub rooms: &'a Rooms,
    /// Files opened lately.
    pub recent: &'a [PathBuf],
    /// Folders of networks opened lately.
    pub models: &'a [PathBuf],
}

/// All items: commands first, then what is worth knowing, then files.
pub fn items(ctx: &egui::Context, words: &Words, sources: &Sources<'_>) -> Vec<Item> {
    let mut items: Vec<Item> =
        sources.entries.iter().map(|entry| command(ctx, words, sources.rooms, entry)).collect();
    for (item, other) in items.iter_mut().zip(sources.others) {
        item.words = format!("{}, {}", item.words, other.label);
    }
    items.extend(glossary::terms().iter().map(|term| Item {
        label: term.name(words),
        note: fl!(words, "search-term"),
        words: term.also(words),
        intent: Intent::Do(Command::Term(term.id.clone())),
    }));
    items.extend(samples().iter().map(|sample| Item {
        label: sample_label(words, sample.name),
        note: fl!(words, "search-sample"),
        words: sample.name.to_owned(),
        intent: Intent::Do(Command::OpenSample(sample.name)),
    }));
    for (paths, note) in
        [(sources.recent, fl!(words, "search-recent")), (sources.models, fl!(words, "search-model"))]
    {
        items.extend(paths.iter().map(|path| Item {
            label: plain(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()),
            note: note.clone(),
            words: plain(&path.display().to_string()),
            intent: Intent::Do(Command::OpenPath(path.clone())),
        }));
    }
    items
}

/// The item of a command: a chapter is also found by what it shows.
fn command(ctx: &egui::Context, words: &Words, rooms: &Rooms, entry: &Entry) -> Item {
    let chapter = match entry.intent {
        Intent::Act(Action::Chapter(id)) => Some(rooms.get(id)),
        _ => None,
    };
    let note = match (entry.shortcut, &entry.intent) {
        (Some(shortcut), _) => shortcut_text(ctx, shortcut),
        (None, Intent::Do(Command::Lesson(LessonOrder::Start(_)))) => fl!(words, "search-lesson"),
        (None, _) => String::new(),
    };
    Item {
        label: entry.label.clone(),
        note: if entry.ticked == Some(true) { format!("{TICK}  {note}") } else { note },
        words: chapter
            .map_or_else(String::new, |room| format!("{}, {}", room.id().name(), room.about(words))),
        intent: entry.intent.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::chapters::Setup;
    use crate::app::commands::entries;
    use crate::app::search::rank::{Found, found};
    use crate::app::words::{Language, words};
    use crate::scene::Scene;

    #[test]
    fn terms_and_commands_are_found_by_their_names_in_both_languages() {
        let (ctx, rooms, scene) = (egui::Context::default(), Rooms::new(&Setup::default()), Scene::default());
        for [spoken, other] in [[Language::English, Language::Korean], [Language::Korean, Language::English]]
        {
            let spoken = words(spoken);
            let lists = [&spoken, &words(other)].map(|words| entries(&scene, &rooms, words));
            let [entries, others] = &lists;
            let sources = Sources { entries, others, rooms: &rooms, recent: &[], models: &[] };
            let items = items(&ctx, &spoken, &sources);
            let asks = |query: &str, wanted: &dyn Fn(&Intent) -> bool| {
                let Found::Some(items) = found(items.iter(), query) else { return false };
                items.iter().take(8).any(|item| wanted(&item.intent))
            };
            for (query, id) in [
                ("급행열차", "jump"),
                ("express train", "jump"),
                ("누적 노이즈", "noise-variance"),
                ("ELBO", "elbo"),
                ("SNR", "snr"),
                ("DDIM", "sampler-ddim"),
            ] {
                let is_term =
                    |intent: &Intent| matches!(intent, Intent::Do(Command::Term(term)) if term == id);
                assert!(asks(query, &is_term), "{query}");
            }
            for query in ["Present", "발표"] {
                assert!(asks(query, &|intent| matches!(intent, Intent::Do(Command::Present))), "{query}");
            }
        }
    }
}
