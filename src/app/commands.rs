//! The one list of commands from which menus, palette and key help are made, and the keys pressed in a frame.

use egui::{Key, KeyboardShortcut};
use i18n_embed_fl::fl;

use super::chapters::Rooms;
use super::command::{Command, Intent};
use super::entry::{COMMAND, Entry, Menu, NONE, SHIFT, key};
use super::figure;
use super::lessons::{self, LessonOrder};
use super::words::{Language, Words};
use crate::diffusion::noise::NoiseMode;
use crate::export::TableFormat;
use crate::imaging::FilmFormat;
use crate::lesson::{self, Lesson};
use crate::scene::{Action, Scene, Side};

/// Keys that show the chapters, in the chapters' order; an eleventh chapter would have no key.
const DIGITS: [Key; 10] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
    Key::Num0,
];

/// Every entry for this scene: the entries that all chapters share, then those of each chapter.
pub fn entries(scene: &Scene, rooms: &Rooms, words: &Words) -> Vec<Entry> {
    let mut list = files(words);
    list.extend(changes(scene, words));
    list.extend(views(scene, words));
    list.extend(times(scene, words));
    list.extend(help(words));
    list.extend(rooms.iter().flat_map(|room| room.commands(scene, words)));
    for (i, room) in rooms.iter().enumerate() {
        let shortcut = DIGITS.get(i).and_then(|digit| key(NONE, *digit));
        let show = Intent::Act(Action::Chapter(room.id()));
        list.push(Entry::new(Menu::View, room.title(words), shortcut, show));
    }
    let quit = Intent::Do(Command::Quit);
    let quit = Entry::new(Menu::File, fl!(words, "command-quit"), key(COMMAND, Key::Q), quit);
    list.push(quit.in_new_section());
    without_taken(&mut list);
    list
}

type Row = (String, Option<KeyboardShortcut>, Intent);

fn list<const N: usize>(menu: Menu, rows: [Row; N]) -> [Entry; N] {
    rows.map(|(label, shortcut, intent)| Entry::new(menu, label, shortcut, intent))
}

#[rustfmt::skip]
fn files(words: &Words) -> Vec<Entry> {
    use Command as C;
    let run = Intent::Do;
    list(Menu::File, [
        (fl!(words, "command-open-image"), key(COMMAND, Key::O), run(C::OpenImage)),
        (fl!(words, "command-paste-image"), key(COMMAND, Key::V), run(C::Paste)),
        (fl!(words, "command-open-scene"), key(COMMAND | SHIFT, Key::O), run(C::OpenScene)),
        (fl!(words, "command-save-scene"), key(COMMAND, Key::S), run(C::SaveScene)),
        (fl!(words, "command-import-schedule-a"), None, run(C::ImportSchedule(Side::A))),
        (fl!(words, "command-import-schedule-b"), None, run(C::ImportSchedule(Side::B))),
        (fl!(words, "command-export-chapter-as-figure"), key(COMMAND, Key::E), run(C::Figure(figure::Order::Ask(None)))),
        (fl!(words, "command-export-film-as-gif"), None, run(C::ExportFilm(FilmFormat::Gif))),
        (fl!(words, "command-export-film-as-apng"), None, run(C::ExportFilm(FilmFormat::Apng))),
        (fl!(words, "command-export-curves-as-csv"), None, run(C::ExportCurves(TableFormat::Csv))),
        (fl!(words, "command-export-curves-as-json"), None, run(C::ExportCurves(TableFormat::Json))),
        (fl!(words, "command-export-schedule-for-diffusers"), None, run(C::ExportCurves(TableFormat::Diffusers))),
    ]).map(|entry| {
        let first = matches!(entry.intent, Intent::Do(C::OpenScene | C::ImportSchedule(Side::A) | C::Figure(_)));
        if first { entry.in_new_section() } else { entry }
    }).into()
}

#[rustfmt::skip]
fn changes(scene: &Scene, words: &Words) -> Vec<Entry> {
    use Command as C;
    let run = Intent::Do;
    let walk = if scene.noise == NoiseMode::Jump { NoiseMode::Walk } else { NoiseMode::Jump };
    list(Menu::Edit, [
        (fl!(words, "command-undo"), key(COMMAND, Key::Z), run(C::Undo)),
        (fl!(words, "command-redo"), key(COMMAND | SHIFT, Key::Z), run(C::Redo)),
        (fl!(words, "command-new-seed"), key(NONE, Key::N), run(C::NewSeed)),
        (if walk == NoiseMode::Walk { fl!(words, "command-walk-instead-of-jump") } else { fl!(words, "command-jump-instead-of-walk") },
            key(NONE, Key::W), Intent::Act(Action::Noise(walk))),
        (fl!(words, "command-start-over"), None, run(C::ResetScene)),
    ]).into()
}

#[rustfmt::skip]
fn views(scene: &Scene, words: &Words) -> Vec<Entry> {
    use Command as C;
    let (act, run) = (Intent::Act, Intent::Do);
    list(Menu::View, [
        (if scene.compare { fl!(words, "command-hide-the-other-schedule") } else { fl!(words, "command-compare-with-the-other-schedule") },
            key(NONE, Key::C), act(Action::Compare(!scene.compare))),
        (fl!(words, "command-schedule-a-drives"), key(NONE, Key::A), act(Action::Active(Side::A))),
        (fl!(words, "command-schedule-b-drives"), key(NONE, Key::B), act(Action::Active(Side::B))),
        (fl!(words, "command-dark-theme"), key(NONE, Key::D), run(C::ToggleTheme)),
        (fl!(words, "command-present"), key(NONE, Key::P), run(C::Present)),
        (fl!(words, "command-formula"), key(NONE, Key::F), run(C::ToggleFormula)),
        (fl!(words, "command-inspector"), key(NONE, Key::I), run(C::ToggleInspector)),
        (fl!(words, "command-language", name = Language::English.name()), None, run(C::Speak(Language::English))),
        (fl!(words, "command-language", name = Language::Korean.name()), None, run(C::Speak(Language::Korean))),
        (fl!(words, "command-commands"), key(COMMAND, Key::K), run(C::Palette)),
    ]).into()
}

/// The lessons, and what is worth knowing about the window.
fn help(words: &Words) -> Vec<Entry> {
    use Command as C;
    let lessons = lesson::shipped();
    let start = |lesson: &Lesson| {
        let order = LessonOrder::Start(lesson.name.clone());
        Entry::new(Menu::Help, lessons::title(lesson, words), None, Intent::Do(C::Lesson(order)))
    };
    let mut entries: Vec<Entry> = lessons.iter().map(start).collect();
    if let Some(first) = entries.first_mut() {
        first.heading = Some(fl!(words, "menu-lessons"));
    }
    let explain = (fl!(words, "command-explain"), key(NONE, Key::E), Intent::Do(C::Explain));
    let record = (fl!(words, "command-record"), None, Intent::Do(C::Lesson(LessonOrder::Record)));
    let keys = (fl!(words, "command-keys"), key(SHIFT, Key::Questionmark), Intent::Do(C::Keys));
    let welcome = (fl!(words, "command-welcome"), None, Intent::Do(C::Welcome));
    let glossary = (fl!(words, "command-glossary"), key(NONE, Key::G), Intent::Do(C::Glossary));
    let rest = list(Menu::Help, [explain, glossary, record, welcome, keys]);
    entries.extend(rest.into_iter().zip(0..).map(
        |(entry, i)| {
            if i == 0 { entry.in_new_section() } else { entry }
        },
    ));
    entries
}

#[rustfmt::skip]
fn times(scene: &Scene, words: &Words) -> Vec<Entry> {
    use Command as C;
    let (act, run) = (Intent::Act, Intent::Do);
    list(Menu::Time, [
        (fl!(words, "command-play-or-pause"), key(NONE, Key::Space), run(C::Play(true))),
        (fl!(words, "command-play-backwards-or-pause"), key(SHIFT, Key::Space), run(C::Play(false))),
        (fl!(words, "command-one-step-on"), key(NONE, Key::ArrowRight), run(C::StepBy(1))),
        (fl!(words, "command-one-step-back"), key(NONE, Key::ArrowLeft), run(C::StepBy(-1))),
        (fl!(words, "command-ten-steps-on"), key(SHIFT, Key::ArrowRight), run(C::StepBy(10))),
        (fl!(words, "command-ten-steps-back"), key(SHIFT, Key::ArrowLeft), run(C::StepBy(-10))),
        (fl!(words, "command-turn-on"), key(NONE, Key::PageDown), run(C::Turn(true))),
        (fl!(words, "command-turn-back"), key(NONE, Key::PageUp), run(C::Turn(false))),
        (fl!(words, "command-to-t-1"), key(NONE, Key::Home), act(Action::Timestep(1))),
        (fl!(words, "command-to-t-t"), key(NONE, Key::End), act(Action::Timestep(scene.steps()))),
    ]).into()
}

/// Where two entries have the same key, takes it away from the earlier one: a chapter's keys come later and win.
fn without_taken(entries: &mut [Entry]) {
    for i in 0..entries.len() {
        let Some(shortcut) = entries[i].shortcut else { continue };
        if entries[i + 1..].iter().any(|later| later.shortcut == Some(shortcut)) {
            entries[i].shortcut = None;
        }
    }
}

/// The intents of the keys pressed in this frame. Keys without a modifier are left to a text
/// field while one is being edited.
pub fn pressed(ctx: &egui::Context, entries: &[Entry]) -> Vec<Intent> {
    let typing = ctx.text_edit_focused();
    keep_focus(ctx);
    let mut intents = Vec::new();
    for entry in entries {
        let Some(shortcut) = entry.shortcut else { continue };
        let plain = !shortcut.modifiers.command;
        // The space bar presses the control that has the focus.
        let focused = ctx.memory(|memory| memory.focused().is_some());
        if focused && plain && shortcut.logical_key == Key::Space {
            continue;
        }
        if plain && typing {
            continue;
        }
        if ctx.input_mut(|input| consume(input, shortcut)) {
            intents.push(entry.intent.clone());
        }
    }
    intents
}

/// Keeps ← and →, which move t, from also moving the focus; Tab, ↑ and ↓ still move it. A control that needs other
/// keys sets its own filter later in the frame.
fn keep_focus(ctx: &egui::Context) {
    let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
    ctx.memory_mut(|memory| {
        if let Some(focused) = memory.focused() {
            memory.set_focus_lock_filter(focused, filter);
        }
    });
}

/// Consumes exactly this combination and returns whether it was pressed: `Ctrl+Shift+Z` is not also `Ctrl+Z`, and
/// `Shift+→` is not `→`.
fn consume(input: &mut egui::InputState, shortcut: KeyboardShortcut) -> bool {
    let mut found = false;
    input.events.retain(|event| {
        let egui::Event::Key { key, physical_key, pressed: true, modifiers, .. } = event else { return true };
        let exact = modifiers.matches_exact(shortcut.modifiers);
        let question = *key == Key::Questionmark && shortcut.logical_key == Key::Questionmark;
        let placed = digit_by_place(*key, *physical_key) == Some(shortcut.logical_key);
        // F11 is the usual key for a full screen.
        let full = *key == Key::F11 && shortcut.logical_key == Key::P && shortcut.modifiers.is_none();
        let hit = (*key == shortcut.logical_key || placed || full) && exact || question;
        found |= hit;
        !hit
    });
    found
}

/// The digit key at the physical place of a key that types something else. French, Belgian and Czech keyboards type
/// digits only with Shift. Without Num Lock, the keys of the number pad move the cursor and are not digits.
fn digit_by_place(key: Key, place: Option<Key>) -> Option<Key> {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Delete, End, Home, Insert, PageDown, PageUp};
    let moves = [ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Delete, End, Home, Insert, PageDown, PageUp];
    let digit = (Key::Num0..=Key::Num9).contains(&key);
    place.filter(|place| DIGITS.contains(place) && !digit && !moves.contains(&key))
}

/// Translates the keys to cut, copy and paste, which arrive here as ordinary keys. For text fields, cut and copy become
/// egui's events, and paste asks the window system for text. Elsewhere the key to paste remains an ordinary shortcut.
pub fn clipboard_keys(ctx: &egui::Context, input: &mut egui::RawInput) {
    let typing = ctx.text_edit_focused();
    input.events.retain_mut(|event| {
        let egui::Event::Key { key, pressed: true, modifiers, .. } = event else { return true };
        let command = |letter| modifiers.command_only() && *key == letter;
        let windows = |modifier: bool, other| cfg!(windows) && modifier && *key == other;
        if *key == Key::Cut || command(Key::X) || windows(modifiers.shift, Key::Delete) {
            *event = egui::Event::Cut;
        } else if *key == Key::Copy || command(Key::C) || windows(modifiers.ctrl, Key::Insert) {
            *event = egui::Event::Copy;
        } else if *key == Key::Paste || command(Key::V) || windows(modifiers.shift, Key::Insert) {
            if typing {
                ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaste);
                return false;
            }
            (*key, *modifiers) = (Key::V, COMMAND);
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::chapters::Setup;
    use crate::app::words::words;
    use crate::scene::ChapterId;

    #[test]
    fn every_key_does_one_thing_in_every_chapter() {
        let (rooms, words) = (Rooms::new(&Setup::default()), words(Language::English));
        for &chapter in &ChapterId::ALL {
            let entries = entries(&Scene { chapter, ..Scene::default() }, &rooms, &words);
            let mut keys: Vec<_> =
                entries.iter().filter_map(|e| e.shortcut).map(|s| format!("{s:?}")).collect();
            let all = keys.len();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), all, "{chapter:?}");
        }
        // A chapter takes a key from what all share, and from nothing else.
        let playing = |chapter| {
            let entries = entries(&Scene { chapter, ..Scene::default() }, &rooms, &words);
            let space = entries.into_iter().find(|e| e.shortcut == key(NONE, Key::Space));
            space.map(|entry| entry.label)
        };
        assert_eq!(playing(ChapterId::Forward).as_deref(), Some("Play or pause"));
        assert_eq!(playing(ChapterId::Reverse).as_deref(), Some("Denoise, pause, or play the run"));
    }
}
