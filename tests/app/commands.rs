//! The command palette, the list of keys, menus, themes and panels.

use diffuscope::diffusion::noise::NoiseMode;
use diffuscope::scene::ChapterId;
use egui::accesskit::Toggled;
use egui::{Event, Key, Modifiers, ViewportCommand};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::support::{Window, scene};

/// Types as a keyboard does: every letter is a key event and a text event.
fn type_text(window: &mut Window, text: &str) {
    for letter in text.chars() {
        window.event(Event::Text(letter.to_string()));
        let key = Key::from_name(&letter.to_uppercase().to_string()).unwrap();
        window.key_press(key);
    }
    window.settle();
}

#[test]
fn the_palette_finds_a_command_and_does_it() {
    let mut window = Window::new();
    window.press_with(Modifiers::COMMAND, Key::K);
    assert!(window.shows("Search commands"));
    type_text(&mut window, "walk instead");
    // The keys w, a and k have meanings in the window too, but nothing has happened while the palette was
    // open.
    assert_eq!(window.scene(), &scene());
    assert!(window.shows("Walk instead of jump") && !window.shows("Start over"));
    window.press(Key::Enter);
    assert_eq!(window.scene().noise, NoiseMode::Walk);
    assert!(!window.shows("Walk instead of jump"));
    // Once the palette is closed, keys have their meanings in the window again.
    window.press(Key::Num2);
    assert_eq!(window.scene().chapter, ChapterId::Schedules);
}

#[test]
fn the_palette_can_be_walked_clicked_and_closed() {
    let mut window = Window::new();
    window.click("Search");
    type_text(&mut window, "ten steps");
    window.press(Key::ArrowDown);
    window.press(Key::Enter);
    // The palette lists "Ten steps on" and "Ten steps back"; the second one was chosen.
    assert_eq!(window.scene().t, 290);
    window.press_with(Modifiers::COMMAND, Key::K);
    type_text(&mut window, "ledger");
    window.get_all_by_label_contains("Noise ledger").last().unwrap().click();
    window.settle();
    assert_eq!(window.scene().chapter, ChapterId::Ledger);
    window.press_with(Modifiers::COMMAND, Key::K);
    window.press(Key::Escape);
    assert!(!window.shows("Search commands"));
}

#[test]
fn the_list_of_keys_names_every_shortcut_and_closes() {
    let mut window = Window::new();
    window.press_with(Modifiers::SHIFT, Key::Questionmark);
    for text in ["Keys", "Play or pause", "Space", "Ctrl+Shift+Z", "Ten steps on", "Home", "Ctrl+K"] {
        assert!(window.shows(text), "{text}");
    }
    // While the list is open, keys have no other effect.
    window.press(Key::Num3);
    assert_eq!(window.scene().chapter, ChapterId::Forward);
    window.press(Key::Escape);
    assert!(!window.shows("Play or pause"));
    window.click("? keys");
    assert!(window.shows("Play or pause"));
    window.click("Close");
    assert!(!window.shows("Play or pause"));
}

#[test]
fn theme_and_inspector_have_keys() {
    let mut window = Window::new();
    assert!(window.ctx.global_style().visuals.dark_mode);
    window.press(Key::D);
    assert!(!window.ctx.global_style().visuals.dark_mode);
    window.press(Key::D);
    assert!(window.ctx.global_style().visuals.dark_mode);
    let before = window.rect("picture x₀ · clean picture");
    window.press(Key::I);
    assert!(!window.has("Noise: Walk"));
    assert!(window.rect("picture x₀ · clean picture").width() > before.width());
    window.press(Key::I);
    assert!(window.has("Noise: Walk"));
}

#[test]
fn menus_do_what_they_say() {
    let mut window = Window::new();
    window.click("Time");
    window.starting("To t = T").click();
    window.settle();
    assert_eq!(window.scene().t, 1000);
    window.click("Edit");
    window.starting("Start over").click();
    window.settle();
    assert_eq!(window.scene(), &diffuscope::scene::Scene::default());
}

#[test]
fn the_view_menu_ticks_language_and_theme() {
    let mut window = Window::new();
    let ticked = |window: &mut Window, entry: &str| {
        window.click(&window.say("menu-view"));
        let ticked = window.starting(entry).accesskit_node().toggled();
        window.press(Key::Escape);
        ticked.expect("an entry that can be ticked")
    };
    assert_eq!(ticked(&mut window, "Language: English"), Toggled::True);
    assert_eq!(ticked(&mut window, "Language: 한국어"), Toggled::False);
    assert_eq!(ticked(&mut window, "Dark theme"), Toggled::True);
    window.press(Key::D);
    assert_eq!(ticked(&mut window, "Dark theme"), Toggled::False);
    window.click("View");
    let language = window.rect("Language: English");
    assert!(window.text_in(language).contains('✓'));
    window.click("Language: 한국어");
    window.click("보기");
    assert_eq!(window.starting("언어: 한국어").accesskit_node().toggled(), Some(Toggled::True));
    assert_eq!(window.starting("언어: English").accesskit_node().toggled(), Some(Toggled::False));
}

#[test]
fn nothing_under_a_modal_reacts() {
    let mut window = Window::new();
    let hint = window.attribute("command-present.about");
    let seconds = |window: &mut Window| window.run_steps(20);
    for (modifiers, key) in [(Modifiers::COMMAND, Key::K), (Modifiers::SHIFT, Key::Questionmark)] {
        window.hover_at(window.rect("Present").center());
        seconds(&mut window);
        assert!(window.shows(&hint));
        window.press_with(modifiers, key);
        seconds(&mut window);
        assert!(!window.shows(&hint), "the hint from before stays over {key:?}");
        window.hover_at(window.pictures()[0].1.left_center() + egui::vec2(4.0, 0.0));
        seconds(&mut window);
        assert!(!window.shows("pixel ("), "a picture reacts under {key:?}");
        window.press(Key::Escape);
        seconds(&mut window);
        assert!(window.shows("pixel ("), "the window reacts again after {key:?}");
    }
    // A menu does not stay open under the search.
    window.click("File");
    assert!(window.shows("Recent files"));
    window.press_with(Modifiers::COMMAND, Key::K);
    assert!(!window.shows("Recent files"));
}

#[test]
fn quitting_closes_the_window() {
    let mut window = Window::new();
    window.event(Event::Key {
        key: Key::Q,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::COMMAND,
    });
    window.step();
    let close = |command: &ViewportCommand| matches!(command, ViewportCommand::Close);
    assert!(window.output().viewport_output.values().any(|viewport| viewport.commands.iter().any(close)));
}

#[test]
fn digits_are_keys_by_their_place_where_they_need_shift() {
    let mut window = Window::new();
    let press = |window: &mut Window, key, place, modifiers| {
        for pressed in [true, false] {
            let physical_key = Some(place);
            window.event(Event::Key { key, physical_key, pressed, repeat: false, modifiers });
        }
        window.settle();
        window.scene().chapter
    };
    // The unshifted digit rows of French (' and -), Czech (+) and Belgian keyboards.
    for (key, place, chapter) in [
        (Key::Quote, Key::Num4, ChapterId::Posterior),
        (Key::Minus, Key::Num6, ChapterId::Training),
        (Key::Plus, Key::Num1, ChapterId::Forward),
        (Key::Num2, Key::Num2, ChapterId::Schedules),
        // On some Dvorak keyboards the digits are in another order: the digit that is typed counts.
        (Key::Num5, Key::Num2, ChapterId::Reverse),
    ] {
        assert_eq!(press(&mut window, key, place, Modifiers::NONE), chapter, "{key:?}");
    }
    // The number pad without Num Lock sends keys that move, and shortcuts with modifiers mean something else:
    // none of these changes the chapter.
    for key in [Key::PageDown, Key::ArrowDown, Key::Insert] {
        assert_eq!(press(&mut window, key, Key::Num3, Modifiers::NONE), ChapterId::Reverse, "{key:?}");
    }
    for modifiers in [Modifiers::SHIFT, Modifiers::CTRL, Modifiers::ALT, Modifiers::COMMAND] {
        assert_eq!(press(&mut window, Key::Quote, Key::Num3, modifiers), ChapterId::Reverse, "{modifiers:?}");
    }
    // In a text field they are text and change nothing else.
    window.press_with(Modifiers::COMMAND, Key::K);
    assert_eq!(press(&mut window, Key::Quote, Key::Num3, Modifiers::NONE), ChapterId::Reverse);
}
