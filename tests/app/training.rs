//! The Training chapter: it begins, is scrubbed and paused, saved, taken into Reverse, and survives the window.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use diffuscope::app::Chooser;
use diffuscope::dataset::BuiltIn;
use diffuscope::model::ModelRef;
use diffuscope::scene::{ChapterId, LearnRival, Scene, TrainingSubject};
use diffuscope::worker::{LearnData, LearnNetwork, PredictorKind};
use egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::support::{Options, Window, scene};

fn short() -> Scene {
    let mut scene = Scene { chapter: ChapterId::Training, ..scene() };
    scene.chapters.training.iterations = 6;
    scene.chapters.training.batch = 4;
    scene.chapters.training.network = LearnNetwork::Mini;
    scene
}

fn long() -> Scene {
    let mut scene = short();
    scene.chapters.training.iterations = 100_000;
    scene
}

/// Clicks without waiting for what begins to end.
fn press(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run_steps(3);
}

/// The number of iterations made, as it is written.
fn made(window: &Window) -> u64 {
    let words = window.texts().into_iter().map(|text| text.words);
    let numbers = words.filter_map(|words| words.split_once(" of ")?.0.trim().parse().ok());
    numbers.max().unwrap_or(0)
}

#[test]
fn a_network_learns_and_the_film_is_scrubbed() {
    let mut window = Window::of(short());
    assert!(window.shows("Data: Digits") && window.shows("1618 to learn"), "what will be learned is shown");
    assert_eq!(window.training_frames().len(), 2, "no frames yet");
    window.click("Train");
    assert!(window.shows("6 of 6") && window.shows("done"));
    assert!(window.has("plot: loss") && window.has("plot: mean error of ε̂"));
    assert!(window.shows("iteration 6"));
    let frames = window.training_frames();
    assert!(frames.iter().any(|(name, _)| name == "samples after iteration 0"), "{frames:?}");
    let first = frames.iter().find(|(name, _)| name == "samples after iteration 0").unwrap().1;
    window.click_at(first.center());
    assert!(window.shows("iteration 0"));
    // The last frame follows the training again.
    let last = frames.iter().find(|(name, _)| name == "samples after iteration 6").unwrap().1;
    window.click_at(last.center());
    window.click("More");
    assert!(window.shows("12 of 12") && window.shows("iteration 12"));
}

#[test]
fn a_training_waits_and_goes_on_and_is_stopped() {
    let mut window = Window::of(long());
    press(&mut window, "Train");
    window.wait("to learn", |window| made(window) > 3);
    window.key_press(Key::Space);
    window.run_steps(2);
    window.settle();
    assert!(window.shows("paused"));
    let before = made(&window);
    std::thread::sleep(Duration::from_millis(200));
    window.run_steps(3);
    assert_eq!(made(&window), before, "it waits");
    press(&mut window, "Go on");
    window.wait("to go on", |window| made(window) > before + 2);
    window.key_press(Key::X);
    window.settle();
    assert!(window.shows("stopped") && window.has("Train"));
}

#[test]
fn a_network_is_saved_and_taken_into_reverse() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("digits");
    std::fs::create_dir(&path).unwrap();
    let chosen = path.clone();
    let chooser = Chooser(Arc::new(move |_| Ok(Some(chosen.clone()))));
    let options = Options { chooser: Some(chooser), ..Options::default() };
    let mut window = Window::with(short(), &options);
    window.click("Train");
    window.click("Save…");
    assert!(path.join("unet").is_dir() && path.join("training.safetensors").is_file());
    // There is a network in the folder by now: the next is put into a folder within it.
    window.click("Denoise");
    assert_eq!(window.scene().chapter, ChapterId::Reverse);
    let saved = ModelRef::Folder(path.join("digits-6"));
    assert_eq!(window.scene().chapters.reverse.model, saved);
    window.click("Denoise");
    assert!(window.shows("call 50 of 50"));
    // The training goes on from what was saved, on the same data.
    window.press(Key::Num6);
    window.press_with(egui::Modifiers::COMMAND, Key::K);
    window.event(egui::Event::Text("saved training".to_owned()));
    window.settle();
    window.press(Key::Enter);
    assert!(window.shows("6 of 6"), "{:?}", window.texts().iter().map(|t| &t.words).collect::<Vec<_>>());
}

#[test]
fn what_has_learned_the_picture_predicts_as_own() {
    let mut start = short();
    start.chapters.training.data = LearnData::Picture;
    start.chapters.training.size = Some(16);
    start.chapters.training.iterations = 2;
    let mut window = Window::of(start);
    window.click("Train");
    window.click("Denoise");
    let reverse = &window.scene().chapters.reverse;
    assert_eq!((window.scene().chapter, reverse.lane.predictor), (ChapterId::Reverse, PredictorKind::Own));
    // It stands further down in the inspector than what is seen.
    assert!(window.query_by_label_contains("trained for 3×16×16").is_some());
    window.click("Denoise");
    assert!(window.shows("call 50 of 50"));
}

#[test]
fn two_learn_side_by_side() {
    let mut start = short();
    start.chapters.training.rival = Some(LearnRival::Schedule);
    let mut window = Window::of(start);
    window.click("Train");
    assert!(window.shows("Linear") && window.shows("Cosine"));
    assert!(window.has("error of ε̂ by t, Linear") && window.has("error of ε̂ by t, Cosine"));
    assert_eq!(window.pictures().len(), 2, "samples of both");
}

#[test]
fn a_step_is_looked_at_at_both_ends() {
    let mut start = short();
    start.chapters.training.subject = TrainingSubject::Step;
    // The network that the tests have in place of those that come with the program draws in colour.
    start.chapters.training.data = LearnData::BuiltIn(BuiltIn::Emoji);
    start.chapters.training.size = Some(8);
    let mut window = Window::of(start);
    assert!(window.shows("nothing is learned here yet"));
    assert!(window.shows("t = 300") && window.shows("t = 701"));
    assert_eq!(window.pictures().len(), 10);
    window.press(Key::End);
    assert!(window.shows("t = 1000"));
    window.click("Train");
    assert!(window.shows("the network that is learning here, after iteration 6"));
    assert!(window.query_by_label("gradient of the loss: its norm in each block").is_some());
}

#[test]
fn data_that_are_not_there_are_told() {
    let mut start = short();
    start.chapters.training.data = LearnData::Files("nowhere/at/all".into());
    let mut window = Window::of(start);
    assert!(window.shows("nowhere"));
    window.click("Train");
    assert!(window.has("Train"), "it has not begun");
}

#[test]
fn a_training_that_cannot_begin_leaves_the_one_before() {
    let chooser = Chooser(Arc::new(|_| Ok(Some("nowhere/at/all".into()))));
    let mut window = Window::with(short(), &Options { chooser: Some(chooser), ..Options::default() });
    window.click("Train");
    assert!(window.shows("6 of 6"));
    let frames = window.training_frames();
    window.click(&window.say("training-data-open"));
    assert!(matches!(window.scene().chapters.training.data, LearnData::Files(_)));
    window.click("Train");
    assert!(window.shows("nowhere"), "why it cannot begin is told");
    assert!(window.shows("6 of 6") && window.training_frames() == frames, "what was learned is still there");
    press(&mut window, "More");
    window.wait("to go on", |window| made(window) > 6);
    window.key_press(Key::X);
    window.settle();
}

#[test]
fn a_training_goes_on_in_the_next_window() {
    let home = tempfile::tempdir().unwrap();
    let options = Options { folder: Some(home.path().to_owned()), ..Options::default() };
    let kept = |window: &Window| window.shows(&window.say("training-kept"));
    let mut window = Window::with(long(), &options);
    press(&mut window, "Train");
    window.wait("to learn", |window| made(window) > 3);
    let before = made(&window);
    window.close();
    let mut window = Window::with(long(), &options);
    assert!(kept(&window));
    press(&mut window, "Go on");
    window.wait("to go on", |window| made(window) > before);
    assert!(!kept(&window), "it is under way");
    // Its film goes on, too.
    let first = "samples after iteration 0";
    assert!(window.training_frames().iter().any(|(name, _)| name == first), "{:?}", window.training_frames());
    window.key_press(Key::X);
    window.settle();
    // Another one beside it: both can be chosen.
    window.key_press(Key::R);
    window.run_steps(3);
    window.wait("to learn", |window| made(window) > 0);
    window.key_press(Key::X);
    window.settle();
    window.close();
    let mut window = Window::with(long(), &options);
    let folders = |home: &tempfile::TempDir| {
        let entries = home.path().join("trainings").read_dir().unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.join("run.json").exists()).count()
    };
    assert_eq!(folders(&home), 2);
    // It can be thrown away too, and brought back.
    window.click("Discard");
    assert_eq!(folders(&home), 1);
    window.click("Bring back");
    assert_eq!(folders(&home), 2);
    window.click("Discard");
    window.click("Discard");
    assert!(folders(&home) == 0 && kept(&window), "the last one can be brought back");
    window.close();
    let window = Window::with(long(), &options);
    assert!(!kept(&window));
    assert_eq!(home.path().join("trainings").read_dir().unwrap().count(), 0);
    assert!(window.get_by_label("Train").accesskit_node().label().is_some());
}
