//! What is kept of a window that ended in another way than by being closed.

use std::fs;
use std::path::Path;

use super::support::{Program, Screen, tools, wait_for};

/// The files of scenes that windows keep for an unexpected end.
fn kept(home: &Path) -> Vec<String> {
    let folder = home.join("XDG_DATA_HOME/diffuscope/windows");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let scenes = paths.filter(|path| path.extension().is_some_and(|extension| extension == "diffuscope"));
    scenes.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// Starts a program, changes its scene, and waits until the scene has been kept.
fn changed<'a>(screen: &'a Screen, home: &Path) -> Program<'a> {
    let program = Program::start(screen, home, &[]);
    screen.xdotool(&["key", "4"]);
    wait_for("the scene to be kept", 30, || {
        kept(home).iter().any(|scene| scene.contains("posterior")).then_some(())
    });
    program
}

#[test]
fn what_kills_the_program_leaves_its_scene_behind() {
    if !tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let screen = Screen::open();
    let mut program = changed(&screen, home.path());
    program.child.0.kill().unwrap();
    program.child.0.wait().unwrap();
    assert_eq!(kept(home.path()).len(), 1, "SIGKILL");
    // The next window offers the scene. If it is closed without an answer, the scene is kept for another
    // time.
    let program = Program::start(&screen, home.path(), &[]);
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
    assert_eq!(kept(home.path()).len(), 1, "nobody has answered");

    // The display server ends while the window is open.
    let home = tempfile::tempdir().unwrap();
    let mut screen = Screen::open();
    let mut child = changed(&screen, home.path()).child;
    screen.server.0.kill().unwrap();
    wait_for("the program's end", 30, || child.0.try_wait().unwrap());
    let settings = fs::read_to_string(home.path().join("XDG_DATA_HOME/diffuscope/settings.json"));
    let remembered = settings.is_ok_and(|settings| settings.contains("posterior"));
    assert!(remembered || kept(home.path()).len() == 1, "without a display server");
}
