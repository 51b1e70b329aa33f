//! The program in a window on a virtual X screen: it is opened, used, closed and opened again.
//!
//! If `Xvfb` or `xdotool` is missing, the tests pass and print one line about it, unless
//! `DIFFUSCOPE_REQUIRE_WINDOW` is set: then they fail.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what cannot be had fails the test")]

mod manners;
mod support;
mod unexpected;

use std::path::PathBuf;

use tempfile::TempDir;

use self::support::{ALL, ASIDE, CANVAS, CHAPTERS, Program, Screen, TIMELINE, TOP_BAR, tools};

/// A picture in colour.
fn picture(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    let wave = |x: u32, y: u32| image::Rgb([(x / 2) as u8, (y / 2) as u8, ((x + y) / 4) as u8]);
    image::RgbImage::from_fn(500, 500, wave).save(&path).unwrap();
    path
}

#[test]
fn opens_follows_the_mouse_and_the_keys_and_remembers() {
    if !tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let screen = Screen::open();
    let program = Program::start(&screen, home.path(), &[&picture(&home, "waves.png")]);
    assert_eq!(program.title.trim(), "waves.png – diffuscope");
    let opened = screen.still();
    let top_bar = opened.part(TOP_BAR).concat();
    let chapters = opened.part(CHAPTERS).concat();

    let [left, right, y] = TIMELINE;
    let on_timeline = |share: f32| (left + (right - left) * share, y);
    screen.point_at(on_timeline(0.3));
    screen.xdotool(&["mousedown", "1"]);
    let mut shown = opened;
    for share in [0.5, 0.6] {
        // The pictures follow while the button is held down.
        screen.point_at(on_timeline(share));
        shown = screen.changed(CANVAS, &shown);
    }
    screen.xdotool(&["mouseup", "1"]);
    screen.point_at(ASIDE);
    let dragged = screen.still();
    assert!(dragged.part(TOP_BAR).concat() == top_bar, "dragging t changed the top bar");
    assert!(dragged.part(CHAPTERS).concat() == chapters, "dragging t changed the list of chapters");

    screen.xdotool(&["key", "2"]);
    let schedules = screen.changed(CHAPTERS, &dragged);
    assert!(schedules.part(CANVAS) != dragged.part(CANVAS));
    assert!(schedules.part(TOP_BAR) == dragged.part(TOP_BAR), "another chapter changed the top bar");
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");

    // Without an argument, the program opens as it was left, with the same picture, chapter and t.
    let program = Program::start(&screen, home.path(), &[]);
    let restored = screen.still();
    if restored.part(ALL) != schedules.part(ALL) {
        restored.save("window-restored.png");
        schedules.save("window-left.png");
        let rows = restored.part(ALL).into_iter().zip(schedules.part(ALL));
        let differ: Vec<usize> = (0..).zip(rows).filter(|(_, (a, b))| a != b).map(|(y, _)| y).collect();
        panic!("the window came back other than it was left; rows {differ:?} differ");
    }
    screen.xdotool(&["key", "1"]);
    let forward = screen.changed(CHAPTERS, &schedules);
    assert!(forward.part(CANVAS) == dragged.part(CANVAS));
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
}
