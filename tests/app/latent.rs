//! The chapter Latent: a picture in the latent of an autoencoder.

use diffuscope::model::ModelRef;
use diffuscope::scene::{ChapterId, EqualNoise, LatentPart, Scene};
use egui::vec2;
use egui_kittest::kittest::Queryable as _;

use super::support::{Window, name_of, scene};

fn latent(part: LatentPart) -> Scene {
    let mut scene = Scene { chapter: ChapterId::Latent, ..scene() };
    scene.chapters.latent.part = part;
    scene.chapters.latent.side = 64;
    scene
}

/// The number of a fact in the inspector.
fn fact(window: &Window, name: &str) -> f64 {
    let text = name_of(&window.starting(&format!("{}: ", window.say(name))));
    let (_, number) = text.split_once(": ").unwrap();
    number.trim_end_matches(" dB").trim().replace('−', "-").parse().unwrap()
}

#[test]
fn a_picture_is_shown_with_its_latent_and_what_is_decoded() {
    let mut window = Window::of(latent(LatentPart::Noise));
    for picture in [
        "picture x₀ · clean picture",
        "picture xₜ · noised picture",
        "picture z₀ · latent",
        "picture zₜ · latent with noise",
        "picture D(zₜ) · decoded picture",
    ] {
        assert!(window.has(picture), "{picture}");
    }
    assert!((fact(&window, "latent-fewer") - 12.0).abs() < 1e-9);
    assert!(fact(&window, "latent-psnr") > 15.0);
    // Larger pictures are as much smaller.
    let side = format!("{}: 128", window.say("latent-side"));
    window.get_by_label(&side).click_accesskit();
    window.settle();
    assert_eq!(window.scene().chapters.latent.side, 128);
    assert!((fact(&window, "latent-fewer") - 12.0).abs() < 1e-9);
}

#[test]
fn equal_ratios_are_at_another_t_and_t_is_dragged_in_the_plot() {
    let mut window = Window::of(latent(LatentPart::Noise));
    let text = window.text_in(window.ctx.content_rect());
    assert!(!text.contains("t ≈"), "{text}");
    let equal = format!("{}: {}", window.say("latent-equal"), window.say("latent-equal-snr"));
    window.get_by_label(&equal).click_accesskit();
    window.settle();
    assert_eq!(window.scene().chapters.latent.equal, EqualNoise::Snr);
    let text = window.text_in(window.ctx.content_rect());
    assert!(text.contains("t ≈"), "{text}");
    let before = window.scene().t;
    let plot = window.rect(&window.attribute("latent-snr.name"));
    window.drag(plot.center(), plot.center() + vec2(0.3 * plot.width(), 0.0));
    assert_ne!(window.scene().t, before);
}

#[test]
fn the_way_to_another_picture_has_both_at_its_ends() {
    let window = Window::of(latent(LatentPart::Between));
    let text = window.text_in(window.ctx.content_rect());
    for label in ["w = 0.00", "w = 0.50", "w = 1.00"] {
        assert!(text.contains(label), "{text}");
    }
}

#[test]
fn a_run_is_decoded_step_by_step() {
    let mut scene = latent(LatentPart::Run);
    scene.chapters.text.num_inference_steps = 6;
    scene.t = 400;
    let mut window = Window::of(scene);
    for picture in ["picture zₜ · latent with noise", "picture D(ẑ₀) · decoded picture"] {
        assert!(window.has(picture), "{picture}");
    }
    // The films lead through the run.
    let last = window.query_all_by(|node| node.label().is_some_and(|label| label.starts_with("t = "))).last();
    let name = name_of(&last.unwrap());
    window.query_all_by_label(&name).last().unwrap().click_accesskit();
    window.settle();
    assert!(window.scene().t < 100, "{}", window.scene().t);
}

#[test]
fn what_is_no_autoencoder_is_said_and_changes_nothing() {
    let mut scene = latent(LatentPart::Noise);
    scene.chapters.latent.autoencoder = ModelRef::Folder("/nowhere/at/all".into());
    let window = Window::of(scene);
    let text = window.text_in(window.ctx.content_rect()).replace('\n', " ");
    assert!(text.contains("/nowhere/at/all"), "{text}");
}
