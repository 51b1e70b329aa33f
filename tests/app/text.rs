//! The chapter Text: pictures of texts, and where words are looked at.

use std::path::Path;

use diffuscope::model::ModelRef;
use diffuscope::scene::{ChapterId, Scene, TextPart};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::support::{Window, name_of, scene};

fn text(part: TextPart) -> Scene {
    let mut scene = Scene { chapter: ChapterId::Text, t: 400, ..scene() };
    scene.chapters.text.part = part;
    scene.chapters.text.num_inference_steps = 8;
    scene
}

/// The names of all tiles, in their order.
fn tiles(window: &Window) -> Vec<String> {
    let all =
        window.query_all_by(|node| node.label().is_some_and(|label| label.starts_with("attention to ")));
    all.map(|node| name_of(&node)).collect()
}

#[test]
fn a_picture_is_drawn_with_where_each_word_is_looked_at() {
    let mut window = Window::of(text(TextPart::Words));
    for picture in ["picture zₜ · latent with noise", "picture A · attention"] {
        assert!(window.has(picture), "{picture}");
    }
    let found = tiles(&window);
    for word in ["begin", "red", "apple", "end", "pad"] {
        assert!(found.iter().any(|tile| tile.contains(word)), "{word}: {found:?}");
    }
    // A click chooses a word, and the picture of attention is of it.
    let apple = found.iter().find(|tile| tile.contains("apple")).unwrap().clone();
    window.get_by_label(&apple).click_accesskit();
    window.settle();
    assert_eq!(window.scene().chapters.text.word, 1);
    // The film leads to other steps.
    let before = window.scene().t;
    let first = window.starting("t = 8");
    let name = name_of(&first);
    window.get_by_label(&name).click_accesskit();
    window.settle();
    assert!(window.scene().t > before, "{} and {before}", window.scene().t);
}

#[test]
fn a_prompt_is_typed_and_drawn() {
    let mut window = Window::of(text(TextPart::Words));
    let field = window.say("text-prompt");
    window.get_by_label(&field).focus();
    window.settle();
    window.press_with(Modifiers::COMMAND, Key::A);
    window.event(Event::Text("blue car 8".to_owned()));
    window.press(Key::Enter);
    window.settle();
    assert_eq!(window.scene().chapters.text.prompt, "blue car 8");
    assert!(tiles(&window).iter().any(|tile| tile.contains("car")), "{:?}", tiles(&window));
    // Digits that are typed are no keys.
    assert_eq!(window.scene().chapter, ChapterId::Text);
}

#[test]
fn guidance_and_two_texts_have_their_pictures() {
    let window = Window::of(text(TextPart::Guidance));
    let shown = window.text_in(window.ctx.content_rect());
    for word in ["without the text", "with the text", "w = 4.0"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    let window = Window::of(text(TextPart::Swap));
    let shown = window.text_in(window.ctx.content_rect());
    for word in ["red apple", "green apple"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
}

#[test]
fn a_cascade_has_both_stages_side_by_side() {
    let mut scene = text(TextPart::Cascade);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/cascade-tiny");
    scene.chapters.text.pipeline = ModelRef::Folder(folder);
    let mut window = Window::of(scene);
    let all = |window: &Window| window.text_in(window.ctx.content_rect());
    for words in ["8 × 8 · t = ", "s = 50", "16 × 16 · t = ", "bicubic", "first stage", "second stage"] {
        assert!(all(&window).contains(words), "{words}: {}", all(&window));
    }
    assert!(window.has("picture x_s · noised picture"));
    // Both films lead to steps.
    let films = window.query_all_by(|node| node.label().is_some_and(|label| label.starts_with("t = ")));
    assert_eq!(films.count(), 16);
    // The small picture is enlarged again with other noise.
    let slider = window.get_by_role_and_label(Role::Slider, "Noise on the small picture").rect();
    window.click_at(slider.left_center() + 0.6 * slider.width() * egui::Vec2::X);
    window.settle();
    let level = window.scene().chapters.text.noise_level.unwrap();
    assert!(level > 50 && all(&window).contains(&format!("s = {level}")), "{level}: {}", all(&window));
    // A pipeline with one stage says so.
    let window = Window::of(text(TextPart::Cascade));
    assert!(all(&window).contains("in one stage"), "{}", all(&window));
}

#[test]
fn a_pipeline_from_disk_is_drawn_and_one_that_is_none_is_said() {
    let mut scene = text(TextPart::Words);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/sd-tiny");
    scene.chapters.text.pipeline = ModelRef::Folder(folder);
    scene.chapters.text.prompt = "사과 ".repeat(40);
    let window = Window::of(scene.clone());
    assert!(window.has("picture A · attention"));
    scene.chapters.text.pipeline = ModelRef::Folder("/nowhere/at/all".into());
    let window = Window::of(scene);
    let shown = window.text_in(window.ctx.content_rect()).replace('\n', " ");
    assert!(shown.contains("/nowhere/at/all"), "{shown}");
}

#[test]
fn a_dropped_pipeline_is_shown_where_it_is_most_at_home() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/parts/sd-tiny");
    let mut window = Window::of(scene());
    window.drop_file(&folder);
    assert_eq!(window.scene().chapter, ChapterId::Text);
    assert_eq!(window.scene().chapters.text.pipeline, ModelRef::Folder(folder.clone()));
    // Latent, on show, takes it for itself; a bare autoencoder is Latent's wherever it is dropped.
    let mut window = Window::of(Scene { chapter: ChapterId::Latent, ..scene() });
    window.drop_file(&folder);
    assert_eq!(window.scene().chapter, ChapterId::Latent);
    assert_eq!(window.scene().chapters.latent.autoencoder, ModelRef::Folder(folder.clone()));
    let mut window = Window::of(scene());
    window.drop_file(&folder.join("vae"));
    assert_eq!(window.scene().chapter, ChapterId::Latent);
}
