//! The ticks at entries of menus and lists: what is on, what is chosen, and which lessons are done.

use i18n_embed::LanguageLoader as _;

use super::command::{Command, Intent};
use super::entry::Entry;
use super::lessons::LessonOrder;
use super::shell::Shell;
use crate::scene::Action;

impl Shell {
    /// Ticks the entries of what holds now.
    pub(super) fn tick(&self, ctx: &egui::Context, entries: &mut [Entry]) {
        for entry in entries {
            entry.ticked = self.holds(ctx, &entry.intent);
        }
    }

    /// Whether what an intent asks for holds already; `None` for what happens once and is over.
    fn holds(&self, ctx: &egui::Context, intent: &Intent) -> Option<bool> {
        let (scene, settings) = (self.scene(), &self.settings);
        Some(match intent {
            Intent::Act(Action::Chapter(chapter)) => scene.chapter == *chapter,
            Intent::Act(Action::Active(side)) => scene.active == *side,
            Intent::Do(Command::Speak(language)) => {
                self.words.current_language().language.as_str() == language.tag()
            }
            Intent::Do(Command::ToggleTheme) => ctx.theme() == egui::Theme::Dark,
            Intent::Do(Command::ToggleFormula) => settings.formula,
            Intent::Do(Command::ToggleInspector) => settings.inspector,
            Intent::Do(Command::Explain) => settings.explain,
            Intent::Do(Command::Lesson(LessonOrder::Start(name))) => settings.done.contains(name),
            _ => return None,
        })
    }
}
