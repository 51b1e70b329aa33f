//! Everything the program can be told to do besides changing the scene, and the one list from
//! which menus, palette and key help are made.

use std::path::PathBuf;

use egui::{Key, KeyboardShortcut, Modifiers};

use super::distributions::DistributionsCommand;
use super::reverse::ReverseCommand;
use super::view::Intent;
use super::widgets::Pixels;
use crate::diffusion::noise::NoiseMode;
use crate::export::TableFormat;
use crate::imaging::FilmFormat;
use crate::quantity::Quantity;
use crate::scene::{Action, Chapter, DistributionsOptions, Scene, Side, Space};

/// An order to the program.
#[derive(Clone, Debug)]
pub enum Command {
    /// Ask for a picture file.
    OpenImage,
    /// Open a file without asking: a picture or a scene.
    OpenPath(PathBuf),
    /// Open a built-in sample.
    OpenSample(&'static str),
    /// Ask for a scene file.
    OpenScene,
    /// Ask for a `scheduler_config.json`.
    ImportSchedule(Side),
    /// Take the picture on the clipboard.
    Paste,
    /// Save the scene.
    SaveScene,
    /// Save one picture as PNG.
    SavePicture(Pixels, Quantity),
    /// Copy one picture to the clipboard.
    CopyPicture(Pixels),
    /// Export the forward process as a film.
    ExportFilm(FilmFormat),
    /// Export the active schedule.
    ExportCurves(TableFormat),
    /// Save the chapter as a figure.
    ExportFigure,
    /// Something of the Reverse chapter.
    Reverse(ReverseCommand),
    /// Something of the Distributions chapter.
    Distributions(DistributionsCommand),
    /// Take back the scene of a run that ended unexpectedly, or let it go.
    Recovered(bool),
    /// Start over with the default scene.
    ResetScene,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Play or pause, towards noise (`true`) or towards the picture.
    Play(bool),
    /// Move t by so many steps.
    StepBy(i64),
    /// A new random seed.
    NewSeed,
    /// Dark or light.
    ToggleTheme,
    /// Show or hide the inspector.
    ToggleInspector,
    /// The command palette.
    Palette,
    /// The list of keys.
    Keys,
    /// Leave.
    Quit,
}

/// One entry of menus, palette and key help.
pub struct Entry {
    /// Menu that holds it.
    pub menu: Menu,
    /// What it says.
    pub label: String,
    /// Its key.
    pub shortcut: Option<KeyboardShortcut>,
    /// What it does.
    pub intent: Intent,
}

/// The menus of the top bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Files.
    File,
    /// Undo and noise.
    Edit,
    /// What is on show.
    View,
    /// Time.
    Time,
}

impl Menu {
    /// All menus in order.
    pub const ALL: [Self; 4] = [Self::File, Self::Edit, Self::View, Self::Time];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::View => "View",
            Self::Time => "Time",
        }
    }
}

const DIGITS: [Key; 6] = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6];
const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const COMMAND: Modifiers = Modifiers::COMMAND;

#[expect(clippy::unnecessary_wraps, reason = "keeps the table of entries narrow")]
const fn key(modifiers: Modifiers, key: Key) -> Option<KeyboardShortcut> {
    Some(KeyboardShortcut::new(modifiers, key))
}

/// Every entry, for the scene as it is.
#[rustfmt::skip]
pub fn entries(scene: &Scene) -> Vec<Entry> {
    use Command as C;
    use DistributionsCommand as D;
    use ReverseCommand as R;
    use Menu::{Edit, File, Time, View};
    let command_shift = COMMAND | SHIFT;
    let act = Intent::Act;
    let run = Intent::Do;
    let reverse = |command| Intent::Do(C::Reverse(command));
    let plane = |command| Intent::Do(C::Distributions(command));
    let other_space = other_space(scene);
    // Keys that mean something in one chapter alone.
    let denoises = scene.chapter == Chapter::Reverse;
    let exact = scene.chapter == Chapter::Distributions;
    let here = |yes: bool, modifiers, code| if yes { key(modifiers, code) } else { None };
    let last = scene.steps();
    let walk = if scene.noise == NoiseMode::Jump { NoiseMode::Walk } else { NoiseMode::Jump };
    let mut list: Vec<(Menu, &str, Option<KeyboardShortcut>, Intent)> = vec![
        (File, "Open image…", key(COMMAND, Key::O), run(C::OpenImage)),
        (File, "Paste image", key(COMMAND, Key::V), run(C::Paste)),
        (File, "Open scene…", key(command_shift, Key::O), run(C::OpenScene)),
        (File, "Save scene…", key(COMMAND, Key::S), run(C::SaveScene)),
        (File, "Import schedule A…", None, run(C::ImportSchedule(Side::A))),
        (File, "Import schedule B…", None, run(C::ImportSchedule(Side::B))),
        (File, "Export chapter as figure…", key(COMMAND, Key::E), run(C::ExportFigure)),
        (File, "Export film as GIF…", None, run(C::ExportFilm(FilmFormat::Gif))),
        (File, "Export film as APNG…", None, run(C::ExportFilm(FilmFormat::Apng))),
        (File, "Export curves as CSV…", None, run(C::ExportCurves(TableFormat::Csv))),
        (File, "Export curves as JSON…", None, run(C::ExportCurves(TableFormat::Json))),
        (File, "Export schedule for diffusers…", None, run(C::ExportCurves(TableFormat::Diffusers))),
        (File, "Open model…", key(COMMAND, Key::M), reverse(R::AskModel)),
        (File, "Export run as GIF…", None, reverse(R::ExportFilm(FilmFormat::Gif))),
        (File, "Export run as APNG…", None, reverse(R::ExportFilm(FilmFormat::Apng))),
        (File, "Export run's states…", None, reverse(R::ExportTrajectory)),
        (File, "Quit", key(COMMAND, Key::Q), run(C::Quit)),
        (Edit, "Undo", key(COMMAND, Key::Z), run(C::Undo)),
        (Edit, "Redo", key(command_shift, Key::Z), run(C::Redo)),
        (Edit, "New seed", key(NONE, Key::N), run(C::NewSeed)),
        (Edit, if walk == NoiseMode::Walk { "Walk instead of jump" } else { "Jump instead of walk" },
            key(NONE, Key::W), act(Action::Noise(walk))),
        (Edit, "Start over", None, run(C::ResetScene)),
        (View, if scene.compare { "Hide the other schedule" } else { "Compare with the other schedule" },
            key(NONE, Key::C), act(Action::Compare(!scene.compare))),
        (View, "Schedule A drives", key(NONE, Key::A), act(Action::Active(Side::A))),
        (View, "Schedule B drives", key(NONE, Key::B), act(Action::Active(Side::B))),
        (View, "Dark or light", key(NONE, Key::D), run(C::ToggleTheme)),
        (View, "Inspector", key(NONE, Key::I), run(C::ToggleInspector)),
        (View, "Commands…", key(COMMAND, Key::K), run(C::Palette)),
        (View, "Keys…", key(SHIFT, Key::Questionmark), run(C::Keys)),
        (Time, "Play or pause", here(!denoises, NONE, Key::Space), run(C::Play(true))),
        (Time, "Play backwards or pause", key(SHIFT, Key::Space), run(C::Play(false))),
        (Time, "One step on", key(NONE, Key::ArrowRight), run(C::StepBy(1))),
        (Time, "One step back", key(NONE, Key::ArrowLeft), run(C::StepBy(-1))),
        (Time, "Ten steps on", key(SHIFT, Key::ArrowRight), run(C::StepBy(10))),
        (Time, "Ten steps back", key(SHIFT, Key::ArrowLeft), run(C::StepBy(-10))),
        (Time, "To t = 1", key(NONE, Key::Home), act(Action::Timestep(1))),
        (Time, "To t = T", key(NONE, Key::End), act(Action::Timestep(last))),
        (Time, "Denoise, pause, or play the run", here(denoises, NONE, Key::Space), reverse(R::Go)),
        (Time, "Denoise anew", here(denoises, NONE, Key::R), reverse(R::Run)),
        (Time, "One network call", here(denoises, NONE, Key::Period), reverse(R::Step)),
        (Time, "Denoise other noise", here(denoises, SHIFT, Key::N), reverse(R::NewNoise)),
        (Time, "Stop denoising or training", here(denoises, NONE, Key::X), reverse(R::Stop)),
        (Time, "Train on this picture", None, reverse(R::Train)),
        (Time, "Train on the data of the plane", None, plane(D::Train)),
        (Time, "Stop sampling or training in the plane", here(exact, NONE, Key::X), plane(D::Stop)),
        (Time, "Sample the plane anew", here(exact, NONE, Key::R), plane(D::Again)),
        (View, other_space.0, here(exact, NONE, Key::L), act(Action::Distributions(Box::new(other_space.1)))),
    ];
    for (chapter, digit) in Chapter::ALL.into_iter().zip(DIGITS) {
        list.push((View, chapter.title(), key(NONE, digit), act(Action::Chapter(chapter))));
    }
    list.into_iter()
        .map(|(menu, label, shortcut, intent)| Entry { menu, label: label.to_owned(), shortcut, intent })
        .collect()
}

/// The line where the plane is on show, and the other way round.
fn other_space(scene: &Scene) -> (&'static str, DistributionsOptions) {
    let mut options = scene.distributions.clone();
    let (label, space) = match options.space {
        Space::Line => ("Plane instead of line", Space::Plane),
        Space::Plane => ("Line instead of plane", Space::Line),
    };
    options.space = space;
    (label, options)
}

/// The intents of the keys pressed in this frame. Keys without a modifier are left to a text
/// field while one is being edited.
pub fn pressed(ctx: &egui::Context, scene: &Scene) -> Vec<Intent> {
    let typing = ctx.text_edit_focused();
    keep_focus(ctx);
    let mut intents = Vec::new();
    for entry in entries(scene) {
        let Some(shortcut) = entry.shortcut else { continue };
        let plain = !shortcut.modifiers.command;
        // A focused control is pressed with the space bar.
        let focused = ctx.memory(|memory| memory.focused().is_some());
        if focused && plain && shortcut.logical_key == Key::Space {
            continue;
        }
        if plain && typing {
            continue;
        }
        if ctx.input_mut(|input| consume(input, shortcut)) {
            intents.push(entry.intent);
        }
    }
    intents
}

/// ← and → move t, so they do not also move the focus; Tab, ↑ and ↓ do that. A control that wants
/// other keys for itself says so later in the frame.
fn keep_focus(ctx: &egui::Context) {
    let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
    ctx.memory_mut(|memory| {
        if let Some(focused) = memory.focused() {
            memory.set_focus_lock_filter(focused, filter);
        }
    });
}

/// Consumes exactly this combination: `Ctrl+Shift+Z` is not also `Ctrl+Z`, `Shift+→` not `→`.
fn consume(input: &mut egui::InputState, shortcut: KeyboardShortcut) -> bool {
    let mut found = false;
    input.events.retain(|event| {
        let egui::Event::Key { key, physical_key, pressed: true, modifiers, .. } = event else { return true };
        let exact = modifiers.matches_exact(shortcut.modifiers);
        let question = *key == Key::Questionmark && shortcut.logical_key == Key::Questionmark;
        let placed = digit_by_place(*key, *physical_key) == Some(shortcut.logical_key);
        let hit = (*key == shortcut.logical_key || placed) && exact || question;
        found |= hit;
        !hit
    });
    found
}

/// The digit on the place of a key that types something else: French, Belgian and Czech keyboards have
/// digits with Shift alone. Keys of the number pad that move are in the same places without Num Lock.
fn digit_by_place(key: Key, place: Option<Key>) -> Option<Key> {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Delete, End, Home, Insert, PageDown, PageUp};
    let moves = [ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Delete, End, Home, Insert, PageDown, PageUp];
    let digit = (Key::Num0..=Key::Num9).contains(&key);
    place.filter(|place| DIGITS.contains(place) && !digit && !moves.contains(&key))
}

/// The window system's keys to cut, copy and paste arrive as other keys do. Text fields know the first two
/// as events of their own, and get text by asking for it; elsewhere the key to paste is a shortcut like
/// others.
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

    #[test]
    fn no_key_does_two_things() {
        let entries = entries(&Scene::default());
        let mut keys: Vec<_> = entries.iter().filter_map(|e| e.shortcut).map(|s| format!("{s:?}")).collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
