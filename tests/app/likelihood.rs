//! The chapter Likelihood: the bound of a network for the picture.

use diffuscope::analysis::bound::VarianceChoice;
use diffuscope::model::ModelRef;
use diffuscope::scene::{BoundAspect, ChapterId, LikelihoodPart, Scene};
use egui::{Key, vec2};
use egui_kittest::kittest::Queryable as _;

use super::support::{Window, name_of, scene};

fn bound(aspect: BoundAspect) -> Scene {
    let mut scene = Scene { chapter: ChapterId::Likelihood, ..scene() };
    scene.chapters.likelihood.bound.aspect = aspect;
    scene
}

/// The number of a fact in the inspector.
fn fact(window: &Window, name: &str) -> f64 {
    let text = name_of(&window.starting(&format!("{}: ", window.say(name))));
    let (_, number) = text.split_once(": ").unwrap();
    number.trim_start_matches('±').trim().replace('−', "-").parse().unwrap()
}

#[test]
fn the_three_parts_add_up_and_more_timesteps_err_less() {
    let of = |times| {
        let mut scene = bound(BoundAspect::Terms);
        scene.chapters.likelihood.bound.times = Some(times);
        let window = Window::of(scene);
        let parts = ["likelihood-part-prior", "likelihood-part-denoiser", "likelihood-part-decoder"];
        let sum: f64 = parts.iter().map(|name| fact(&window, name)).sum();
        let [total, error] =
            ["likelihood-total", "likelihood-standard-error"].map(|name| fact(&window, name));
        assert!((sum / total - 1.0).abs() < 1e-4, "{sum} {total}");
        [total, error]
    };
    let ([few, few_error], [many, many_error]) = (of(20), of(160));
    assert!(many_error > 0.0 && many_error < 0.5 * few_error, "{few_error} {many_error}");
    assert!((few - many).abs() < 5.0 * few_error, "{few} ± {few_error}, {many}");
    // All of them can be asked for.
    let mut window = Window::of(bound(BoundAspect::Terms));
    window
        .get_by_label(&format!("{}: {}", window.say("likelihood-times"), window.say("likelihood-times-all")))
        .click_accesskit();
    window.run_steps(2);
    assert_eq!(window.scene().chapters.likelihood.bound.times, None);
}

#[test]
fn a_larger_variance_costs_more_and_one_that_is_not_there_is_said_in_words() {
    let mut scene = bound(BoundAspect::Terms);
    let of = |variance, scene: &mut Scene| {
        scene.chapters.likelihood.bound.variance = variance;
        Window::of(scene.clone())
    };
    let small = fact(&of(VarianceChoice::FixedSmall, &mut scene), "likelihood-part-denoiser");
    let large = fact(&of(VarianceChoice::FixedLarge, &mut scene), "likelihood-part-denoiser");
    assert!(small > 0.0 && large != small, "{small} {large}");
    let window = of(VarianceChoice::Learned, &mut scene);
    let text = window.say("error-likelihood-no-variance");
    let all = window.text_in(window.ctx.content_rect()).replace('\n', " ");
    assert!(all.contains(&text), "{all}");
    // A network that cannot be opened is said in words too.
    scene.chapters.likelihood.bound.variance = VarianceChoice::Own;
    scene.chapters.reverse.model = ModelRef::Folder("nowhere".into());
    let window = Window::of(scene);
    let all = window.text_in(window.ctx.content_rect());
    assert!(all.contains("nowhere"), "{all}");
}

#[test]
fn t_is_dragged_and_pixels_are_clicked() {
    let mut window = Window::of(bound(BoundAspect::Rate));
    let before = window.scene().t;
    let rate = window.rect(&window.attribute("likelihood-rate.name"));
    window.drag(rate.center(), rate.center() + vec2(0.3 * rate.width(), 0.0));
    assert_ne!(window.scene().t, before, "the curve leads along t");
    let picture = window.rect("picture x̂₀ · predicted picture");
    window.click_at(picture.left_top() + picture.size() * 0.3);
    let pixel = window.scene().chapters.likelihood.bound.pixel;
    assert_eq!(pixel, Some([4, 4]), "of 16 × 16");
    assert!(window.starting("plot: levels of pixel 4, 4").rect().height() > 40.0);
    // The pictures at the rates lead along t too.
    let t = window.scene().t;
    let first = window.get_all_by_role(egui::accesskit::Role::Button);
    let decoded: Vec<_> = first.filter(|node| name_of(node).starts_with("picture at ")).collect();
    assert!(decoded.len() > 2, "{}", decoded.len());
    decoded[0].click();
    window.settle();
    assert!(window.scene().t > t, "the first picture has the fewest bits");
}

#[test]
fn the_ode_is_computed_when_asked_for() {
    let mut window = Window::of(bound(BoundAspect::Terms));
    let ask = window.say("likelihood-flow-ask");
    window.get_by_label(&ask).click_accesskit();
    window.settle();
    let found = fact(&window, "likelihood-flow");
    assert!(found.is_finite() && found > 0.0, "{found}");
    // It was asked for this noise.
    window.press(Key::N);
    assert!(window.has(&ask));
}

#[test]
fn networks_rest_where_they_are_not_wanted() {
    let mut scene = Scene { chapter: ChapterId::Forward, ..bound(BoundAspect::Terms) };
    scene.chapters.likelihood.bound.times = None;
    let mut window = Window::of(scene);
    window.key_press(Key::Num0);
    window.wait("to ask the network", |window| window.scene().chapter == ChapterId::Likelihood);
    window.wait("to be at work", |window| window.state().is_busy());
    window.key_press(Key::Num1);
    window.settle();
    assert_eq!(window.scene().chapter, ChapterId::Forward);
    assert!(!window.state().is_busy());
}

#[test]
fn the_other_part_has_nothing_of_a_network() {
    let mut window = Window::of(bound(BoundAspect::Terms));
    assert!(window.has("picture x₀ · clean picture"));
    let part = format!("{}: {}", window.say("likelihood-part"), window.say("likelihood-part-continuous"));
    window.click(&part);
    assert_eq!(window.scene().chapters.likelihood.part, LikelihoodPart::Continuous);
    window.rect("plot: log SNR over t");
    assert!(!window.has("picture x₀ · clean picture"));
}

#[test]
fn other_pictures_have_their_bounds_beside_that_of_the_picture() {
    let mut scene = bound(BoundAspect::Batch);
    scene.chapters.likelihood.bound.times = Some(20);
    let mut window = Window::of(scene);
    // They are asked for in a frame after that in which the picture's own bound is there. The mean of several others has
    // an error.
    window.wait("for the bounds", |window| {
        let mut charts = window.query_all_by_label_contains("plot: bits per dimension of each picture");
        charts.any(|chart| name_of(&chart).contains('±'))
    });
    window.settle();
}

#[test]
fn at_the_end_of_the_chain_the_prior_has_a_map() {
    let mut scene = bound(BoundAspect::Terms);
    scene.t = scene.steps();
    let window = Window::of(scene.clone());
    let pictures = window.pictures().len();
    scene.t = scene.steps() / 2;
    assert_eq!(pictures, 1 + Window::of(scene).pictures().len());
}
