//! What the program does besides its main work: it remembers settings, ends when it is asked to, and pastes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diffuscope::model::{DownBlockType, UNet2DConfig, UNet2DModel, UpBlockType, WeightType, save_pipeline};
use serde_json::Value;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use super::picture;
use super::support::{ASIDE, CANVAS, CHAPTERS, Program, Screen, tools, wait_for};

/// A scheduler's file as diffusers writes it, in which everything else has its default.
const SCHEDULER: &str = r#"{"_class_name": "DDPMScheduler", "num_train_timesteps": 1000}"#;

/// The settings in a home folder, as the program left them.
fn settings(home: &Path) -> Value {
    let text = fs::read_to_string(home.join("XDG_DATA_HOME/diffuscope/settings.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn signals_close_the_window_as_its_user_does() {
    if !tools() {
        return;
    }
    let screen = Screen::open();
    for (name, code, key, chapter) in
        [("TERM", 143, "2", "schedules"), ("HUP", 129, "3", "ledger"), ("INT", 130, "4", "posterior")]
    {
        let home = tempfile::tempdir().unwrap();
        let program = Program::start(&screen, home.path(), &[]);
        let before = screen.still();
        screen.xdotool(&["key", key]);
        screen.changed(CHAPTERS, &before);
        let (status, complaints) = program.signal(name);
        assert_eq!(status.code(), Some(code), "{name}: {complaints}");
        assert_eq!(complaints, "diffuscope: the window was closed. What it remembers is kept\n");
        assert_eq!(settings(home.path())["scene"]["chapter"], chapter);
    }
}

/// Creates a folder with a program of this name, and returns the folder's path.
fn program(home: &Path, name: &str, script: &str) -> PathBuf {
    let folder = home.join("bin");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// The search path, with this folder before all others.
fn path_with(folder: &Path) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap().into()
}

#[test]
fn a_dialog_of_another_program_ends_with_the_window() {
    if !tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let at = home.path().join("dialog");
    let script = format!("echo $$ \"$@\" > {0}.part; mv {0}.part {0}; exec sleep 600", at.display());
    let path = path_with(&program(home.path(), "zenity", &script));
    let screen = Screen::open();
    let program = Program::start_with(&screen, home.path(), &[], &[("PATH", &path)]);
    // In the middle of the screen the pointer would light up a picture as soon as the window knows of it.
    screen.point_at(ASIDE);
    screen.xdotool(&["key", "ctrl+s"]);
    let said = wait_for("the dialog", 20, || fs::read_to_string(&at).ok());
    let (id, arguments) = said.split_once(' ').unwrap();
    assert!(arguments.contains("--save") && arguments.contains("scene.diffuscope"), "{arguments}");
    let alive = || Path::new("/proc").join(id).exists();
    assert!(alive());
    let (status, complaints) = program.signal("TERM");
    assert_eq!(status.code(), Some(143), "{complaints}");
    assert!(!alive(), "the dialog lives on");
}

#[test]
fn what_a_dialog_answers_is_done_and_cancelling_is_silent() {
    if !tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let typed = home.path().join("my lecture v1.2");
    let script = format!(
        "[ -e {0}/no ] && exit 1; [ -e {0}/bad ] && exit 255; echo '{0}/my lecture v1.2'",
        home.path().display()
    );
    let path = path_with(&program(home.path(), "zenity", &script));
    let screen = Screen::open();
    let program = Program::start_with(&screen, home.path(), &[], &[("PATH", &path)]);
    screen.xdotool(&["key", "ctrl+s"]);
    let file = PathBuf::from(format!("{}.diffuscope", typed.display()));
    wait_for("the file", 20, || file.is_file().then_some(()));
    // The notice that the file was saved disappears by itself.
    std::thread::sleep(Duration::from_secs(7));
    let calm = screen.still();
    fs::write(home.path().join("no"), "").unwrap();
    screen.xdotool(&["key", "ctrl+o"]);
    std::thread::sleep(Duration::from_secs(1));
    assert!(screen.still().part(CANVAS) == calm.part(CANVAS), "cancelling was spoken of");
    fs::remove_file(home.path().join("no")).unwrap();
    fs::write(home.path().join("bad"), "").unwrap();
    screen.xdotool(&["key", "ctrl+o"]);
    // The window asks for the path, in a field whose cursor blinks.
    screen.redrawn(CANVAS, &calm).save("window-dialog-failed.png");
    screen.xdotool(&["key", "Escape"]);
    screen.still();
    fs::remove_file(home.path().join("bad")).unwrap();
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
}

#[test]
fn a_dialog_that_cannot_open_is_spoken_of() {
    if !tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let screen = Screen::open();
    let program = Program::start_with(&screen, home.path(), &[], &[("PATH", home.path())]);
    let calm = screen.still();
    screen.xdotool(&["key", "ctrl+s"]);
    screen.redrawn(CANVAS, &calm).save("window-no-dialog.png");
    let typed = home.path().join("typed");
    screen.xdotool(&["key", "ctrl+a"]);
    screen.xdotool(&["type", &typed.display().to_string()]);
    screen.xdotool(&["key", "Return"]);
    let file = typed.with_extension("diffuscope");
    wait_for("the file", 20, || file.is_file().then_some(()));
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
}

/// Offers contents on the clipboard until the test ends.
fn copy(screen: &Screen, offers: Vec<(&'static str, Vec<u8>)>) {
    let (connection, number) = x11rb::connect(Some(&screen.display)).unwrap();
    let root = connection.setup().roots[number].root;
    let window = connection.generate_id().unwrap();
    let nothing = CreateWindowAux::new().event_mask(EventMask::NO_EVENT);
    let class = WindowClass::INPUT_OUTPUT;
    connection
        .create_window(COPY_DEPTH_FROM_PARENT, window, root, 0, 0, 1, 1, 0, class, 0, &nothing)
        .unwrap();
    let atom = move |connection: &x11rb::rust_connection::RustConnection, name: &str| -> Atom {
        connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    };
    let clipboard = atom(&connection, "CLIPBOARD");
    connection.set_selection_owner(window, clipboard, 0_u32).unwrap().check().unwrap();
    std::thread::spawn(move || {
        let targets = atom(&connection, "TARGETS");
        let offers: Vec<_> =
            offers.into_iter().map(|(name, bytes)| (atom(&connection, name), bytes)).collect();
        // The loop ends when the screen is closed.
        while let Ok(event) = connection.wait_for_event() {
            let Event::SelectionRequest(asked) = event else { continue };
            let mut property = asked.property;
            if asked.target == targets {
                let names: Vec<Atom> = offers.iter().map(|(name, _)| *name).chain([targets]).collect();
                let kind = AtomEnum::ATOM;
                connection
                    .change_property32(PropMode::REPLACE, asked.requestor, property, kind, &names)
                    .unwrap();
            } else if let Some((kind, bytes)) = offers.iter().find(|(name, _)| *name == asked.target) {
                connection
                    .change_property8(PropMode::REPLACE, asked.requestor, property, *kind, bytes)
                    .unwrap();
            } else {
                property = 0;
            }
            let answer = SelectionNotifyEvent {
                response_type: SELECTION_NOTIFY_EVENT,
                sequence: 0,
                time: asked.time,
                requestor: asked.requestor,
                selection: asked.selection,
                target: asked.target,
                property,
            };
            connection.send_event(false, asked.requestor, EventMask::NO_EVENT, answer).unwrap();
            connection.flush().unwrap();
        }
    });
}

#[test]
fn everything_that_can_be_pasted_is_pasted_by_key() {
    if !tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let (one, two) = (picture(&home, "my waves.png"), picture(&home, "two.png"));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::open(&two).unwrap().to_rgb8().write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let screen = Screen::open();
    let program = Program::start(&screen, home.path(), &[]);
    let list = format!("file://{}\r\nfile://{}\r\n", one.display(), two.display()).replace(' ', "%20");
    // These are offered without text and without PNG.
    copy(&screen, vec![("text/uri-list", list.into_bytes())]);
    screen.xdotool(&["key", "ctrl+v"]);
    program.wait_for_title("my waves.png – diffuscope");
    copy(&screen, vec![("image/jpeg", jpeg.into_inner())]);
    screen.xdotool(&["key", "ctrl+v"]);
    program.wait_for_title("clipboard – diffuscope");
    copy(&screen, vec![("UTF8_STRING", two.display().to_string().into_bytes())]);
    screen.xdotool(&["key", "ctrl+v"]);
    program.wait_for_title("two.png – diffuscope");
    // If the contents cannot be pasted, a message says so and stays until it is closed.
    let calm = screen.still();
    copy(&screen, vec![("UTF8_STRING", b"some words".to_vec())]);
    screen.xdotool(&["key", "ctrl+v"]);
    let told = screen.changed(CANVAS, &calm);
    told.save("window-not-pasted.png");
    // A text field accepts the same contents: the palette, which finds no command of that name.
    screen.xdotool(&["key", "ctrl+k"]);
    let palette = screen.redrawn(CANVAS, &told);
    screen.xdotool(&["key", "ctrl+v"]);
    screen.redrawn(CANVAS, &palette).save("window-pasted-text.png");
    screen.xdotool(&["key", "Escape"]);
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
}

#[test]
fn settings_of_earlier_versions_open_and_damaged_ones_are_kept() {
    if !tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("XDG_DATA_HOME/diffuscope");
    fs::create_dir_all(&folder).unwrap();
    let old = include_str!("../data/app-0.1.0.ron");
    fs::write(folder.join("app.ron"), old).unwrap();
    let screen = Screen::open();
    let (status, complaints) = Program::start(&screen, home.path(), &[]).quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
    let now = settings(home.path());
    assert_eq!(
        (&now["scene"]["chapter"], &now["scene"]["t"]),
        (&Value::from("schedules"), &Value::from(603))
    );
    assert_eq!(now["inspector"], false);

    fs::write(folder.join("settings.json"), "{\"theme\": \"Li").unwrap();
    let program = Program::start(&screen, home.path(), &[]);
    screen.still().save("window-settings-damaged.png");
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
    assert_eq!(fs::read_to_string(folder.join("settings.json.old")).unwrap(), "{\"theme\": \"Li");
    assert_eq!(settings(home.path())["theme"], "Dark");
}

#[test]
fn a_networks_folder_opens_as_from_the_dialog() {
    if !tools() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("network");
    let config = UNet2DConfig {
        sample_size: Some([16; 2]),
        block_out_channels: vec![8, 8],
        down_block_types: vec![DownBlockType::DownBlock2D; 2],
        up_block_types: vec![UpBlockType::UpBlock2D; 2],
        layers_per_block: 1,
        norm_num_groups: 4,
        ..UNet2DConfig::default()
    };
    let network = UNet2DModel::init(&config, 3).unwrap();
    save_pipeline(&folder, &network, SCHEDULER, WeightType::F32).unwrap();
    let screen = Screen::open();
    let program = Program::start(&screen, home.path(), &[&folder]);
    screen.still().save("window-network.png");
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
    let settings = settings(home.path());
    assert_eq!(settings["scene"]["chapter"], "reverse");
    // It is among the recent networks only because it was opened.
    assert_eq!(settings["models"][0], folder.to_str().unwrap());
}
