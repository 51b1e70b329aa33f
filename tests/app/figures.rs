//! The dialog for figures, and plots that are copied and saved.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use diffuscope::app::{Chooser, Purpose, Question};
use diffuscope::model::ModelRef;
use diffuscope::scene::{ChapterId, PlaneSubject, Scene, Space};
use egui::accesskit::{Role, Toggled};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::support::{Options, Window, scene};

/// A window whose questions for a path are answered with a file of the proposed name in a folder, and these questions.
fn window(scene: Scene, folder: PathBuf) -> (Window, Arc<Mutex<Vec<Question>>>) {
    let asked: Arc<Mutex<Vec<Question>>> = Arc::default();
    let kept = Arc::clone(&asked);
    let chooser = Chooser(Arc::new(move |question: &Question| {
        kept.lock().unwrap().push(question.clone());
        let Purpose::Save(name) = &question.purpose else { return Ok(None) };
        Ok(Some(folder.join(name)))
    }));
    (Window::with(scene, &Options { chooser: Some(chooser), ..Options::default() }), asked)
}

/// A scene of the plane.
fn plane(subject: PlaneSubject) -> Scene {
    let mut scene = Scene { chapter: ChapterId::Distributions, ..scene() };
    scene.chapters.distributions.space = Space::Plane;
    scene.chapters.distributions.plane.subject = subject;
    scene.chapters.distributions.plane.particles = Some(500);
    scene
}

#[test]
fn a_figure_is_written_as_it_was_chosen_and_the_choice_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, _) = window(scene(), folder.path().to_owned());
    window.press_with(Modifiers::COMMAND, Key::E);
    window.click("Kind of file: SVG");
    window.click("Theme of the figure: Light");
    window.click("Size of letters and lines: 2×");
    window.click("Save…");
    assert!(!window.has("Save…"), "the dialog is closed");
    let svg = std::fs::read_to_string(folder.path().join("forward.svg")).unwrap();
    assert!(
        svg.starts_with("<svg ") && svg.contains("width=\"1600\" height=\"1000\" viewBox=\"0 0 800 500\"")
    );
    assert!(svg.contains("aria-label=\"Forward\""), "titles can be read by machines");
    // Hints at what the pointer does are no part of a figure.
    assert!(!svg.contains("hover"));
    window.press_with(Modifiers::COMMAND, Key::E);
    let svg = window.get_by_label("Kind of file: SVG");
    assert_eq!(svg.accesskit_node().toggled(), Some(Toggled::True));
    window.press(Key::Escape);
    assert!(!window.has("Save…"));
}

#[test]
fn a_plot_is_saved_and_copied_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, asked) = window(scene(), folder.path().to_owned());
    let plot = "plot: signal and noise";
    let place = window.starting(plot).rect().center();
    window.right_click_at(place);
    window.click("Save this plot…");
    window.click("Pixels for each point of the window: 3×");
    window.click("Save…");
    let name = Purpose::Save("forward-shares.png".to_owned());
    assert_eq!(asked.lock().unwrap().pop().unwrap().purpose, name);
    let picture = image::open(folder.path().join("forward-shares.png")).unwrap().into_rgb8();
    let (width, height) = picture.dimensions();
    // The plot fills about half of the canvas' width, and has its curves, letters and grid.
    assert!((900..2400).contains(&width) && (240..1500).contains(&height), "{width} × {height}");
    let colours: std::collections::HashSet<_> = picture.pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 100, "{} colours", colours.len());
    let place = window.starting(plot).rect().center();
    window.right_click_at(place);
    window.click("Copy this plot");
    assert!(window.shows("Figure copied"));
}

#[test]
fn all_plots_are_in_the_dialog_so_that_keys_reach_them() {
    let of = |chapter| Scene { chapter, ..scene() };
    for (scene, plots) in [
        (of(ChapterId::Forward), 2),
        (Scene { compare: true, ..of(ChapterId::Forward) }, 3),
        (of(ChapterId::Schedules), 2),
        (of(ChapterId::Ledger), 2),
        (of(ChapterId::Posterior), 3),
        (of(ChapterId::Reverse), 3),
        (of(ChapterId::Distributions), 6),
        (plane(PlaneSubject::Particles), 2),
        (plane(PlaneSubject::Race), 5),
        (plane(PlaneSubject::Guidance), 3),
        (plane(PlaneSubject::Learning), 3),
        (plane(PlaneSubject::Likelihood), 2),
        (of(ChapterId::Likelihood), 3),
    ] {
        let shown = format!("{:?}", (scene.chapter, scene.chapters.distributions.plane.subject));
        let mut window = Window::of(scene);
        window.press_with(Modifiers::COMMAND, Key::E);
        let combo = window.get_by_role_and_label(Role::ComboBox, "What is exported").rect().center();
        let buttons = |window: &Window| window.query_all_by(|node| node.role() == Role::Button).count();
        let before = buttons(&window);
        window.click_at(combo);
        // The first entry is the whole chapter.
        assert_eq!(buttons(&window) - before, plots + 1, "{shown}");
    }
}

#[test]
fn a_figure_shows_what_was_learned_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let (mut window, _) = window(plane(PlaneSubject::Learning), folder.path().to_owned());
    let figure = |window: &mut Window| {
        window.press_with(Modifiers::COMMAND, Key::E);
        window.click("Save…");
        let path = folder.path().join("distributions.png");
        let picture = image::open(&path).unwrap().into_rgb8();
        std::fs::remove_file(&path).unwrap();
        picture
    };
    let before = figure(&mut window);
    assert!(before == figure(&mut window), "the same scene gives the same figure");
    window.click(&window.say("distributions-train-here"));
    window.wait("a network", |window| !window.has("plot: loss, iteration 0"));
    window.press(Key::X);
    let after = figure(&mut window);
    let changed = before.pixels().zip(after.pixels()).filter(|(a, b)| a != b).count();
    assert!(changed > 10_000, "{changed} pixels of the figure changed");
}

#[test]
fn a_figure_shows_the_run_of_the_window() {
    let mut base = Scene { chapter: ChapterId::Reverse, ..scene() };
    // The tests' own function opens this network; there is no such folder, so nothing else could.
    base.chapters.reverse.model = ModelRef::Folder("small".into());
    base.chapters.reverse.lane.steps = 4;
    let folder = tempfile::tempdir().unwrap();
    let (mut window, _) = window(base, folder.path().to_owned());
    window.press(Key::Space);
    window.press_with(Modifiers::COMMAND, Key::E);
    window.click("Save…");
    let picture = image::open(folder.path().join("reverse.png")).unwrap().into_rgb8();
    assert_eq!(picture.dimensions(), (1600, 1000));
}
