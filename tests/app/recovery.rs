//! What can be recovered after the program has ended unexpectedly, and what keeps working after a panic
//! elsewhere.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use diffuscope::scene::{self, Scene};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use super::support::{Options, Window, scene as small_scene};

const OFFER: &str = "The last run ended unexpectedly; its scene is here";

fn open(folder: &Path) -> Window {
    let options = Options { folder: Some(folder.to_owned()), ..Options::default() };
    Window::with(small_scene(), &options)
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join("windows")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "diffuscope")).collect()
}

/// A dropped file that makes the frame panic.
#[derive(Debug)]
struct Broken;

impl egui::DroppedFile for Broken {
    fn path(&self) -> &Path {
        panic!("meant by the test")
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("no bytes".to_owned())
    }
}

#[test]
fn a_scene_is_taken_back_after_a_panic_in_a_frame() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = open(folder.path());
    window.press(Key::Num4);
    window.get_by_label("Timestep").set_value_accesskit(77.0);
    // The frame panics before the change would have been written in the usual way.
    window.input_mut().dropped_files.push(Arc::new(Broken));
    assert!(catch_unwind(AssertUnwindSafe(|| (0..3).for_each(|_| window.step()))).is_err());
    let scene = window.scene().clone();
    assert_eq!(scene::load(&kept(folder.path())[0]).unwrap(), scene);
    drop(window);

    let mut window = open(folder.path());
    assert!(window.shows(OFFER));
    assert_eq!(window.scene(), &small_scene());
    // The offer stays until it is answered.
    for _ in 0..200 {
        window.step();
    }
    assert!(window.shows(OFFER));
    window.click("Take it back");
    assert_eq!(window.scene(), &scene);
    assert!(!window.shows(OFFER));
    window.close();
    assert_eq!(kept(folder.path()), Vec::<PathBuf>::new());
    open(folder.path()).close();
}

#[test]
fn two_windows_do_not_take_each_other_for_ended_and_a_scene_can_be_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = open(folder.path());
    first.press(Key::Num3);
    first.wait("to keep the scene", |_| !kept(folder.path()).is_empty());
    let second = open(folder.path());
    assert!(!second.shows(OFFER));
    second.close();
    // A dropped window is like a program that was killed.
    drop(first);
    let undecided = open(folder.path());
    assert!(undecided.shows(OFFER));
    undecided.close();
    let mut window = open(folder.path());
    window.click("Dismiss");
    assert!(!window.shows(OFFER) && kept(folder.path()).is_empty());
    window.close();
    assert!(!open(folder.path()).shows(OFFER));
}

#[test]
fn a_window_that_remembers_nothing_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::new();
    window.press(Key::Num3);
    std::thread::sleep(Duration::from_millis(1100));
    window.settle();
    drop(window);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    // For comparison: with a folder, a changed scene is written about once a second, and can be read like any
    // other scene.
    let mut window = open(folder.path());
    for t in [10.0, 20.0, 30.0] {
        window.get_by_label("Timestep").set_value_accesskit(t);
        window.step();
    }
    let read = |path: &Path| scene::load(path).ok().map(|scene: Scene| scene.t);
    window.wait("to keep the last scene", |_| {
        kept(folder.path()).first().is_some_and(|path| read(path) == Some(30))
    });
    window.close();
}

#[test]
fn what_cannot_be_remembered_is_kept_for_the_next_window() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = open(folder.path());
    std::fs::create_dir(folder.path().join("settings.json")).unwrap();
    // The message appears when the settings are to be written, and only once.
    window.input_mut().time = Some(60.0);
    window.step();
    window.settle();
    assert!(window.shows("cannot be remembered"));
    window.press(Key::Num4);
    let scene = window.scene().clone();
    window.close();
    assert_eq!(scene::load(&kept(folder.path())[0]).unwrap(), scene);
}
