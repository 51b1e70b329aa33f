//! Opening pictures, scenes and schedules.

use std::path::{Path, PathBuf};

use diffuscope::imaging::FitMode;
use diffuscope::scene::{self, ChapterId, ImageRef, Scene};
use egui::{Key, Modifiers};
use tempfile::TempDir;

use super::support::{Window, scene as small_scene};

const X0: &str = "picture x₀ · clean picture";

/// Writes a picture whose left half is red and whose right half is blue.
fn picture_file(folder: &TempDir, name: &str, width: u32, height: u32) -> PathBuf {
    let path = folder.path().join(name);
    let halves = |x: u32| if x < width / 2 { [220, 30, 30] } else { [30, 30, 220] };
    image::RgbImage::from_fn(width, height, |x, _| image::Rgb(halves(x))).save(&path).unwrap();
    path
}

/// The colours of the left and the right half of the clean picture.
fn halves(window: &mut Window) -> [[u8; 3]; 2] {
    let picture = window.picture(X0);
    let (width, height) = picture.dimensions();
    [width / 4, width * 3 / 4].map(|x| {
        let [r, g, b, _] = picture.get_pixel(x, height / 2).0;
        [r, g, b]
    })
}

fn shows_halves(window: &mut Window) -> bool {
    let [left, right] = halves(window);
    left[0] > 200 && left[2] < 60 && right[2] > 200 && right[0] < 60
}

fn write(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn open(window: &mut Window, path: &Path) {
    let ctx = window.ctx.clone();
    window.state_mut().open(&ctx, path.to_owned());
    window.settle();
}

#[test]
fn a_picture_opens_and_undo_brings_the_old_one_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = picture_file(&folder, "halves.png", 200, 120);
    let mut window = Window::new();
    let cat = window.picture(X0);
    open(&mut window, &path);
    assert_eq!(window.scene().image, ImageRef::File(path.clone()));
    assert!(shows_halves(&mut window));
    assert!(window.shows("halves"));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &small_scene());
    assert!(window.picture(X0) == cat);
    window.press_with(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!(shows_halves(&mut window));
    // It can be opened again from the list of recent files.
    window.press_with(Modifiers::COMMAND, Key::Z);
    window.click("File");
    window.starting("Recent files").click();
    window.settle();
    window.starting("halves.png").click();
    window.settle();
    assert_eq!(window.scene().image, ImageRef::File(path));
}

#[test]
fn a_dropped_picture_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = picture_file(&folder, "dropped.png", 90, 90);
    let mut window = Window::new();
    window.drop_file(&path);
    assert_eq!(window.scene().image, ImageRef::File(path));
    assert!(shows_halves(&mut window));
}

#[test]
fn broken_and_missing_files_are_told_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let broken = write(&folder, "broken.png", "\u{89}PNG\r\n and nothing more");
    let missing = folder.path().join("missing.png");
    let mut window = Window::new();
    let cat = window.picture(X0);
    for (path, name) in [(broken, "broken.png"), (missing, "missing.png")] {
        window.drop_file(&path);
        assert!(window.shows(name), "{name}");
        assert_eq!(window.scene(), &small_scene());
        assert!(window.picture(X0) == cat);
        // Error messages stay until they are closed.
        window.run_steps(200);
        assert!(window.shows(name));
        window.click("Close");
        assert!(!window.shows(name));
    }
}

#[test]
fn a_dropped_scene_replaces_the_scene() {
    let folder = tempfile::tempdir().unwrap();
    let image = picture_file(&folder, "halves.png", 64, 64);
    let mut wanted = Scene { chapter: ChapterId::Ledger, t: 77, seed: 5, ..small_scene() };
    wanted.image = ImageRef::File(image);
    let path = folder.path().join("lecture.diffuscope");
    scene::save(&path, &wanted).unwrap();
    let mut window = Window::new();
    window.drop_file(&path);
    assert_eq!(window.scene(), &wanted);
    window.press(Key::Num1);
    assert!(shows_halves(&mut window));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &small_scene());
}

#[test]
fn impossible_scenes_are_told_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"format":"diffuscope scene","version":1,"scene":{"t":0}}"#;
    let path = write(&folder, "impossible.diffuscope", text);
    let mut window = Window::new();
    window.drop_file(&path);
    assert!(window.shows("impossible.diffuscope") && window.shows("t must be from 1 to 1000"));
    assert_eq!(window.scene(), &small_scene());
}

#[test]
fn a_scene_whose_picture_is_gone_keeps_the_picture_on_show() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = Scene { image: ImageRef::File(folder.path().join("gone.png")), t: 40, ..small_scene() };
    let path = folder.path().join("lecture.diffuscope");
    scene::save(&path, &wanted).unwrap();
    let mut window = Window::of(Scene { t: 1, ..small_scene() });
    let cat = window.picture(X0);
    window.input_mut().dropped_files.push(std::sync::Arc::new(super::support::Dropped(path)));
    window.wait("to tell that the picture is gone", |window| window.shows("gone.png"));
    assert_eq!(window.scene().t, 40);
    assert!(window.picture(X0) == cat);
}

#[test]
fn a_dropped_scheduler_config_becomes_the_schedule() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{
        "_class_name": "DDPMScheduler", "num_train_timesteps": 400, "beta_schedule": "scaled_linear",
        "beta_start": 0.001, "beta_end": 0.015
    }"#;
    let path = write(&folder, "scheduler_config.json", text);
    let mut window = Window::new();
    window.drop_file(&path);
    let spec = &window.scene().schedule_a;
    assert_eq!((spec.kind.name(), spec.steps, window.scene().t), ("scaled-linear", 400, 120));
    assert!(window.shows("Schedule A: Scaled linear"));
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &small_scene());
    let leftover = r#"{"_class_name": "PNDMScheduler", "clip_sample": true, "num_train_timesteps": 500}"#;
    window.drop_file(&write(&folder, "scheduler_config.json", leftover));
    assert_eq!(window.scene().steps(), 500);
    assert!(window.shows("clip_sample has no effect in PNDMScheduler"));
    window.press_with(Modifiers::COMMAND, Key::Z);
    let path = write(&folder, "scheduler_config.json", r#"{"beta_schedule": "surprising"}"#);
    window.drop_file(&path);
    assert!(window.shows("surprising"));
    assert_eq!(window.scene(), &small_scene());
}

#[test]
fn samples_and_working_sizes_can_be_chosen() {
    let mut window = Window::new();
    let cat = window.picture(X0);
    window.click("File");
    window.starting("Samples").click();
    window.settle();
    window.click("Launch of DSCOVR on Falcon 9");
    assert_eq!(window.scene().image, ImageRef::Sample("rocket".to_owned()));
    let square = window.picture(X0);
    assert_ne!(square, cat);
    window.choose("Picture size", "32 px");
    assert_eq!(window.scene().fit.size, 32);
    assert!(window.shows("32×32"));
    assert_ne!(window.picture(X0), square);
    window.click("Fit: Fit");
    assert_eq!(window.scene().fit.mode, FitMode::Fit);
    let area = window.rect(X0);
    assert!((area.width() / area.height() - 1.0).abs() > 0.2, "{}", area.size());
    window.press_with(Modifiers::COMMAND, Key::Z);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert!(window.picture(X0) == square);
    window.press_with(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.scene(), &small_scene());
    assert!(window.picture(X0) == cat);
}

#[test]
fn pasted_text_opens_the_file_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = picture_file(&folder, "my halves 50%.png", 90, 90);
    let other = picture_file(&folder, "other.png", 30, 30);
    let address = format!("file://{}", path.display()).replace('%', "%25").replace(' ', "%20");
    let mut window = Window::new();
    let paste = |window: &mut Window, text: String| {
        window.event(egui::Event::Paste(text));
        window.settle();
    };
    for text in [
        format!("{}\n", path.display()),
        format!("\"{}\"", path.display()),
        address.clone(),
        format!("x-special/nautilus-clipboard\ncopy\n{address}\n"),
    ] {
        paste(&mut window, text.clone());
        assert_eq!(window.scene().image, ImageRef::File(path.clone()), "{text}");
        assert!(shows_halves(&mut window));
        window.press_with(Modifiers::COMMAND, Key::Z);
        assert_eq!(window.scene(), &small_scene());
    }
    // If several files were copied, the first one is opened, and a message says so.
    paste(&mut window, format!("{}\n{address}", other.display()));
    assert_eq!(window.scene().image, ImageRef::File(other));
    assert!(window.shows("2 files were copied; opening the first"));
    // If the file does not exist, the message says this, rather than that the clipboard is at fault.
    paste(&mut window, folder.path().join("gone.png").display().to_string());
    assert!(window.shows("gone.png: there is no such file"));
}

#[test]
fn a_folder_that_is_no_network_leaves_the_window_where_it_is_and_escape_closes_the_failure() {
    let mut window = Window::of(small_scene());
    let before = window.scene().clone();
    let folder = tempfile::tempdir().unwrap();
    window.drop_file(folder.path());
    let name = folder.path().display().to_string();
    assert!(window.text_in(window.ctx.content_rect()).replace('\n', "").contains(&name), "{name}");
    assert_eq!(window.scene(), &before);
    window.press(Key::Escape);
    assert!(!window.text_in(window.ctx.content_rect()).replace('\n', "").contains(&name));
    assert_eq!(window.scene(), &before);
}

#[test]
fn a_scheduler_is_known_by_what_it_holds() {
    let mut window = Window::of(small_scene());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.json");
    let text =
        r#"{"_class_name": "DDPMScheduler", "num_train_timesteps": 400, "beta_schedule": "scaled_linear"}"#;
    std::fs::write(&path, text).unwrap();
    window.drop_file(&path);
    assert_eq!(window.scene().schedule_a.steps, 400);
}
