//! Typing with an input method: Hangul is composed in text fields.

use diffuscope::app::Language;
use egui::accesskit::Role;
use egui::{Event, ImeEvent, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Window, scene};

/// Types with an input method, as Hangul is typed: each syllable is composed of its letters, then committed. What is
/// being composed shows at once, and nothing ends the composition before.
fn composes(window: &mut Window, syllables: &[[&str; 2]]) {
    let preedit = |text: &str| ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None };
    #[expect(deprecated, reason = "systems still send it")]
    window.event(Event::Ime(ImeEvent::Enabled));
    let mut written = String::new();
    for [begun, syllable] in syllables {
        for part in [begun, syllable] {
            window.event(Event::Ime(preedit(part)));
            for _ in 0..3 {
                window.step();
                let ime = window.output().platform_output.ime.as_ref().expect("a field with the focus");
                assert!(!ime.should_interrupt_composition, "{written}{part}");
            }
            assert!(window.shows(&format!("{written}{part}")), "{written}{part}");
        }
        written.push_str(syllable);
        window.event(Event::Ime(preedit("")));
        window.event(Event::Ime(ImeEvent::Commit((*syllable).to_owned())));
        window.settle();
        assert!(window.shows(&written), "{written}");
    }
}

/// The express train, by its letters.
const EXPRESS: [[&str; 2]; 4] = [["그", "급"], ["해", "행"], ["여", "열"], ["ㅊ", "차"]];

#[test]
fn hangul_is_composed_in_the_search_and_found() {
    for language in Language::ALL {
        let mut window = Window::with(scene(), &Options { language, ..Options::default() });
        window.press_with(Modifiers::COMMAND, Key::K);
        composes(&mut window, &EXPRESS);
        assert!(window.shows(&window.say("term-jump")) && !window.shows(&window.say("search-near")));
        // None of this has been taken for a key of the window.
        assert_eq!(window.scene(), &scene());
    }
}

#[test]
fn hangul_is_composed_in_the_words_and_the_title_of_a_lesson() {
    let mut window = Window::new();
    window.click(&window.say("menu-help"));
    window.click(&window.say("command-record"));
    for role in [Role::MultilineTextInput, Role::TextInput] {
        let field = window.get_by(|node| node.role() == role).rect();
        window.click_at(field.center());
        composes(&mut window, &EXPRESS);
        let text = window.get_by(|node| node.role() == role).value();
        assert_eq!(text.as_deref(), Some("급행열차"));
    }
}
