//! A noise schedule that is learned in the window: from Likelihood, as a switch in Training, and as schedule A.

use diffuscope::diffusion::ScheduleKind;
use diffuscope::scene::{ChapterId, LikelihoodPart, Scene};
use diffuscope::worker::LearnNetwork;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::support::{Window, scene};

/// The name of the plot of variances.
const VARIANCE: &str = "plot: variance of the loss over iterations, for the learned and two other schedules";

fn learned() -> Scene {
    let mut scene = Scene { chapter: ChapterId::Likelihood, ..scene() };
    scene.chapters.likelihood.part = LikelihoodPart::Learned;
    scene
}

#[test]
fn a_schedule_is_learned_and_becomes_schedule_a() {
    let mut scene = learned();
    scene.chapters.training.gamma = true;
    scene.chapters.training.iterations = 8;
    scene.chapters.training.batch = 4;
    scene.chapters.training.network = LearnNetwork::Mini;
    let mut window = Window::of(scene);
    // Until then there are the scene's own.
    assert!(window.shows("The schedules of the scene.") && window.has("plot: log SNR over t"));
    window.click("Learn a schedule");
    assert!(window.shows("8 of 8"), "{:?}", window.texts().iter().map(|t| &t.words).collect::<Vec<_>>());
    assert!(window.has("plot: log SNR over t") && window.has(VARIANCE));
    let before = window.scene().clone();
    window.click("Use as schedule A");
    assert!(window.shows("The learned schedule is schedule A now."));
    let schedule = window.scene().schedule_a.clone();
    assert!(matches!(schedule.kind, ScheduleKind::Trained(_)));
    assert_eq!(schedule.steps, before.steps());
    let built = schedule.build().unwrap();
    // It has moved from where it began, by a few steps of learning.
    let [first, last] = [1, built.steps()].map(|t| built.log_snr(t));
    assert!((first - 13.3).abs() < 0.2 && (last + 5.0).abs() < 0.2 && first != 13.3, "{first} {last}");
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene().schedule_a, before.schedule_a);
}

#[test]
fn without_any_choice_digits_are_learned() {
    let mut window = Window::of(learned());
    window.get_by_label("Learn a schedule").click();
    window.wait("a schedule", |window| window.has(VARIANCE) && window.has("Pause"));
    let training = &window.scene().chapters.training;
    assert!(training.gamma && training.network == LearnNetwork::Mini);
    window.get_by_label("Stop").click();
    window.settle();
    assert!(window.has("Learn a schedule"));
    // What was learned until then can be used.
    window.click("Use as schedule A");
    assert!(matches!(window.scene().schedule_a.kind, ScheduleKind::Trained(_)));
}

#[test]
fn training_has_the_choice() {
    let mut window = Window::of(Scene { chapter: ChapterId::Training, ..scene() });
    assert!(window.shows("Schedule A:"));
    window.click("Learn the noise schedule");
    assert!(window.scene().chapters.training.gamma);
    assert!(window.shows("The schedule is learned") && !window.shows("Schedule A:"));
}
