//! Pictures: the numbers of a pixel, zoom, noise, colours, and equal pictures from the adapter and from the
//! processor.

use diffuscope::diffusion::noise::{Coefficients, NoiseMode, PixelParts};
use diffuscope::gpu::Device;
use diffuscope::scene::{ChapterId, Interpolation, Scene, ShowAs};
use egui::{Event, Key, Modifiers, Pos2, Rect, pos2, vec2};
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Window, scene};

const X0: &str = "picture x₀ · clean picture";
const EPS: &str = "picture ε · noise";
const XT: &str = "picture xₜ · noised picture";
const LEVER: &str = "lever: weight of the estimate from x₀";

/// The middle of a pixel of a 64 × 64 picture.
fn pixel(area: Rect, x: usize, y: usize) -> Pos2 {
    area.lerp_inside(vec2((x as f32 + 0.5) / 64.0, (y as f32 + 0.5) / 64.0))
}

/// The text of the formula strip.
fn strip(window: &Window) -> String {
    let bottom = window.rect("Timestep").top();
    let width = window.ctx.content_rect().width();
    window.text_in(Rect::from_min_max(pos2(0.0, bottom - 100.0), pos2(width, bottom)))
}

#[test]
fn the_formula_unfolds_over_the_plots_and_nothing_moves() {
    let mut window = Window::new();
    assert!(!window.shows("pixel ("));
    let before = window.pictures();
    let picture = window.rect(XT);
    window.hover_at(pixel(picture, 3, 4));
    window.settle();
    assert!(strip(&window).contains("pixel (3, 4)"));
    assert_eq!(window.pictures(), before);
    window.remove_cursor();
    window.settle();
    assert!(!window.shows("pixel ("));
    // It can be kept open.
    window.press(Key::F);
    assert!(strip(&window).contains("hover a picture"));
}

#[test]
fn hovering_a_picture_tells_the_numbers_of_its_pixel() {
    let mut window = Window::new();
    window.press(Key::F);
    assert!(strip(&window).contains("hover a picture"));
    let image = diffuscope::imaging::sample("chelsea").unwrap().load().unwrap();
    let image = diffuscope::imaging::fit(&image.pixels, &scene().fit);
    let step = scene().schedule_a.build().unwrap().step(300);
    for (name, x, y) in [(X0, 10, 20), (EPS, 63, 0), (XT, 0, 63)] {
        window.hover_at(pixel(window.rect(name), x, y));
        window.settle();
        let shown = strip(&window);
        assert!(shown.contains(&format!("pixel ({x}, {y})")), "{name}: {shown}");
        for channel in 0..3 {
            let parts = PixelParts::at(
                7,
                NoiseMode::Jump,
                (y * 64 + x) as u32,
                channel,
                &Coefficients::of(&step),
                image.at(channel as usize, y, x),
            );
            for value in [parts.xt, parts.x0, parts.eps] {
                let value = format!("{value:.3}").replace('-', "−");
                assert!(shown.contains(&value), "{name}, channel {channel}: {value} is not in\n{shown}");
            }
        }
    }
    window.remove_cursor();
    window.settle();
    assert!(strip(&window).contains("hover a picture"));
}

#[test]
fn every_chapter_with_pictures_tells_of_pixels() {
    for (chapter, name) in [(ChapterId::Ledger, XT), (ChapterId::Posterior, X0)] {
        let mut window = Window::of(Scene { chapter, ..scene() });
        let before = strip(&window);
        window.hover_at(pixel(window.rect(name), 31, 33));
        window.settle();
        let shown = strip(&window);
        assert!(shown.contains("pixel (31, 33)"), "{chapter:?}: {shown}");
        assert!(shown.lines().count() > before.lines().count());
    }
}

#[test]
fn zoom_and_pan_are_linked_and_a_double_click_ends_them() {
    let mut window = Window::new();
    let whole = [X0, EPS, XT].map(|name| window.picture(name));
    let at = window.rect(X0).center();
    window.hover_at(at);
    window.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, 200.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    window.settle();
    window.remove_cursor();
    window.settle();
    let zoomed = [X0, EPS, XT].map(|name| window.picture(name));
    assert!((0..3).all(|i| zoomed[i] != whole[i]));
    window.drag(at, at + vec2(40.0, 25.0));
    let panned = [X0, EPS, XT].map(|name| window.picture(name));
    assert!((0..3).all(|i| panned[i] != zoomed[i] && panned[i] != whole[i]));
    // Zooming and moving the view changes nothing in the scene, so there is nothing to undo.
    assert_eq!(window.scene(), &scene());
    window.double_click_at(at);
    let again = [X0, EPS, XT].map(|name| window.picture(name));
    assert!(again == whole);
}

#[test]
fn seed_and_mode_choose_the_noise() {
    let mut window = Window::new();
    let [clean, noise] = [X0, EPS].map(|name| window.picture(name));
    window.click("New");
    let seed = window.scene().seed;
    assert_ne!(seed, 7);
    assert!(window.shows(&format!("seed {seed}")));
    let other = window.picture(EPS);
    assert_ne!(other, noise);
    window.press(Key::N);
    assert_ne!(window.scene().seed, seed);
    window.press_with(Modifiers::COMMAND, Key::Z);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.picture(EPS) == noise && window.picture(X0) == clean);
    window.click("Noise: Walk");
    assert_eq!(window.scene().noise, NoiseMode::Walk);
    let walk = window.picture(EPS);
    assert_ne!(walk, noise);
    window.press(Key::W);
    assert_eq!(window.scene().noise, NoiseMode::Jump);
    assert!(window.picture(EPS) == noise);
    // A jump has the same ε at all t; a walk has a different one at each t.
    window.press(Key::End);
    assert!(window.picture(EPS) == noise);
    window.press(Key::W);
    assert_ne!(window.picture(EPS), walk);
}

#[test]
fn colours_and_enlargement_can_be_chosen() {
    let mut window = Window::new();
    let mut seen = vec![window.picture(XT)];
    for (choice, show_as) in [
        ("Show as: Rescale", ShowAs::Rescale),
        ("Show as: Signed", ShowAs::Signed),
        ("Show as: Clip", ShowAs::Clip),
    ] {
        window.click(choice);
        assert_eq!(window.scene().show_as, show_as);
        let picture = window.picture(XT);
        assert_eq!(seen.contains(&picture), show_as == ShowAs::Clip, "{choice}");
        seen.push(picture);
    }
    window.click("Pixels: Smooth");
    assert_eq!(window.scene().zoom, Interpolation::Smooth);
    assert!(!seen.contains(&window.picture(XT)));
}

#[test]
fn adapter_and_processor_draw_the_same() {
    for chapter in ChapterId::ALL {
        let [a, b] = [Device::Gpu, Device::Cpu].map(|device| {
            let scene = Scene { chapter, compare: true, ..scene() };
            let mut window = Window::with(scene, &Options { device, ..Options::default() });
            let screen = window.ctx.content_rect();
            assert_eq!(window.shows("CPU ·"), device == Device::Cpu);
            // The bar at the bottom is left out, as it names the device.
            window.crop(screen.with_max_y(screen.bottom() - 27.0))
        });
        let far = a.pixels().zip(b.pixels()).filter(|(a, b)| (0..3).any(|i| a[i].abs_diff(b[i]) > 2)).count();
        assert!(far < 40, "{chapter:?}: {far} pixels differ");
    }
}

#[test]
fn a_click_chooses_the_pixel_whose_gaussians_are_drawn() {
    let mut window = Window::of(Scene { chapter: ChapterId::Posterior, ..scene() });
    assert!(window.shows("pixel (32, 32)"));
    window.click_at(pixel(window.rect(X0), 11, 52));
    assert_eq!(window.scene().chapters.posterior.pixel, Some([11, 52]));
    assert!(window.shows("pixel (11, 52)"));
    let red = window.text_in(window.ctx.content_rect());
    window.click("Channel: Blue");
    assert_eq!(window.scene().chapters.posterior.channel, 2);
    assert!(window.shows("(11, 52), blue"));
    assert_ne!(window.text_in(window.ctx.content_rect()), red);
}

#[test]
fn the_lever_tries_another_beta_and_reset_takes_it_back() {
    let mut window = Window::of(Scene { chapter: ChapterId::Posterior, ..scene() });
    let start = window.scene().clone();
    let mean = window.picture("picture μ̃ₜ · posterior mean");
    let bar = window.rect(LEVER).shrink2(vec2(10.0, 14.0));
    let lambda = start.schedule_a.build().unwrap().step(300).convex_x0() as f32;
    let knob = pos2(bar.right() - bar.width() * lambda, bar.center().y);
    window.drag(knob, bar.center());
    let beta = window.scene().chapters.posterior.beta.unwrap();
    // In the middle of the lever, both estimates have the same weight: λ = β / (1 − ᾱₜ₋₁(1 − β)) = 1/2.
    let before = start.schedule_a.build().unwrap().step(300).alpha_bar_prev;
    let half = 0.5 * (1.0 - before) / (1.0 - 0.5 * before);
    assert!((beta - half).abs() < 0.01, "{beta} instead of {half}");
    assert!(window.shows("what if"));
    assert_ne!(window.picture("picture μ̃ₜ · posterior mean"), mean);
    window.click("Reset");
    assert_eq!(window.scene(), &start);
    assert!(window.picture("picture μ̃ₜ · posterior mean") == mean);
    window.drag(knob, bar.center());
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &start);
    window.get_by_label(LEVER).focus();
    window.settle();
    for _ in 0..2 {
        let before = window.scene().chapters.posterior.beta.unwrap_or(0.0);
        window.press(Key::ArrowDown);
        assert!(window.scene().chapters.posterior.beta.unwrap_or(0.0) > before);
        assert!(window.get_by_label(LEVER).is_focused());
    }
}

#[test]
fn the_new_noise_can_be_amplified() {
    let mut window = Window::of(Scene { chapter: ChapterId::Ledger, ..scene() });
    let faint = window.picture("picture √βₜ ε″ · new noise");
    window.click("Amplify the new noise");
    assert_ne!(window.picture("picture √βₜ ε″ · new noise"), faint);
    // The caption states the factor.
    assert!(window.shows("shown ×"));
    window.click("Steps looked at: 10");
    assert_eq!(window.scene().chapters.ledger.few_steps, Some(10));
    assert!(window.shows("of 10"));
}
