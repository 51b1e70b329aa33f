//! The program itself in a window on a virtual X screen: opened, used, closed, opened again.
//!
//! Where `Xvfb` or `xdotool` is missing the test passes without a word but one, unless
//! `DIFFUSCOPE_REQUIRE_WINDOW` is set: then it fails.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "what cannot be had fails the test")]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};
use x11rb::rust_connection::RustConnection;

/// The size at which the window opens, and of the screen.
const SIZE: [u16; 2] = [1440, 900];
/// Where things are in a window of that size.
const TOP_BAR: Area = Area { left: 0, top: 0, right: 1440, bottom: 43 };
const CHAPTERS: Area = Area { left: 0, top: 45, right: 146, bottom: 680 };
const CANVAS: Area = Area { left: 150, top: 45, right: 1160, bottom: 680 };
/// Everything above the status bar, which tells how fast this machine is.
const ALL: Area = Area { left: 0, top: 0, right: 1440, bottom: 873 };
const TIMELINE: [f32; 3] = [204.0, 1232.0, 830.0];
/// A place where the pointer changes nothing.
const ASIDE: (f32, f32) = (70.0, 500.0);

/// A process that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Polls until there is something.
#[track_caller]
fn wait_for<V>(what: &str, seconds: u64, mut poll: impl FnMut() -> Option<V>) -> V {
    let began = Instant::now();
    loop {
        if let Some(value) = poll() {
            return value;
        }
        assert!(began.elapsed() < Duration::from_secs(seconds), "waited {seconds} s in vain for {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

/// Part of the screen.
#[derive(Clone, Copy)]
struct Area {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

/// What the screen showed.
struct Shot(Vec<u8>);

impl Shot {
    /// The bytes of a part, four for each pixel, row by row.
    fn part(&self, area: Area) -> Vec<&[u8]> {
        let row = |y: usize| {
            let start = 4 * y * usize::from(SIZE[0]);
            &self.0[start + 4 * area.left..start + 4 * area.right]
        };
        (area.top..area.bottom).map(row).collect()
    }

    /// The number of different colours in a part.
    fn colours(&self, area: Area) -> usize {
        let rows = self.part(area);
        let pixels = rows.iter().flat_map(|row| row.as_chunks::<4>().0);
        pixels.collect::<std::collections::HashSet<_>>().len()
    }
}

impl Shot {
    /// Keeps it among the build's temporary files, for whoever looks into a failure.
    fn save(&self, name: &str) {
        let rgb = self.0.as_chunks::<4>().0.iter().flat_map(|[b, g, r, _]| [*r, *g, *b]).collect();
        let [width, height] = SIZE.map(u32::from);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        image::RgbImage::from_raw(width, height, rgb).unwrap().save(&path).unwrap();
        eprintln!("see {}", path.display());
    }
}

/// A virtual screen.
struct Screen {
    connection: RustConnection,
    root: u32,
    display: String,
    server: Running,
}

impl Screen {
    fn open() -> Self {
        let [width, height] = SIZE;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(["-screen", "0", &format!("{width}x{height}x24")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map(Running)
            .unwrap();
        // It writes the number of the display it has found free as soon as it serves it.
        let mut number = String::new();
        BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let (connection, screen) = x11rb::connect(Some(&display)).unwrap();
        let root = connection.setup().roots[screen].root;
        Self { connection, root, display, server }
    }

    fn shot(&self) -> Shot {
        let [width, height] = SIZE;
        let image =
            self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, !0).unwrap();
        Shot(image.reply().unwrap().data)
    }

    /// A picture of the screen when it has stopped changing.
    fn still(&self) -> Shot {
        let mut before = self.shot();
        let mut alike = 0;
        wait_for("the window to come to rest", 30, || {
            std::thread::sleep(Duration::from_millis(150));
            let now = self.shot();
            // More than once, as a frame may take longer than that on a busy machine.
            alike = if now.part(ALL) == before.part(ALL) { alike + 1 } else { 0 };
            before = now;
            (alike == 3).then_some(())
        });
        before
    }

    /// A picture of the screen in which a part is no longer what it was.
    #[track_caller]
    fn changed(&self, area: Area, before: &Shot) -> Shot {
        wait_for("a change", 30, || {
            let now = self.shot();
            (now.part(area) != before.part(area)).then_some(())
        });
        self.still()
    }

    fn xdotool(&self, args: &[&str]) -> String {
        let output = Command::new("xdotool").args(args).env("DISPLAY", &self.display).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    fn point_at(&self, (x, y): (f32, f32)) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
    }
}

/// The program, with a home of its own.
struct Program<'a> {
    screen: &'a Screen,
    child: Running,
    stderr: PathBuf,
    title: String,
}

impl<'a> Program<'a> {
    fn start(screen: &'a Screen, home: &Path, arguments: &[&Path]) -> Self {
        let stderr = home.join("stderr");
        let mut command = Command::new(env!("CARGO_BIN_EXE_diffuscope"));
        command.args(arguments).env("DISPLAY", &screen.display).env("HOME", home);
        for name in ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DBUS_SESSION_BUS_ADDRESS", "RUST_LOG"] {
            command.env_remove(name);
        }
        for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
            let folder = home.join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
            command.env(name, folder);
        }
        let child = command.stdout(Stdio::null()).stderr(File::create(&stderr).unwrap()).spawn().unwrap();
        let mut program = Self { screen, child: Running(child), stderr, title: String::new() };
        program.wait_for_window();
        program
    }

    fn wait_for_window(&mut self) {
        let window = wait_for("the window", 60, || {
            if let Some(status) = self.child.0.try_wait().unwrap() {
                panic!("{status}: {}", self.complaints());
            }
            let found = self.screen.xdotool(&["search", "--onlyvisible", "--name", "diffuscope$"]);
            found.lines().next().map(str::to_owned)
        });
        self.title = self.screen.xdotool(&["getwindowname", &window]);
        // No window manager gives it the focus.
        self.screen.point_at(ASIDE);
        self.screen.xdotool(&["windowfocus", "--sync", &window]);
        wait_for("the window's contents", 60, || (self.screen.shot().colours(CANVAS) > 100).then_some(()));
    }

    fn complaints(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap()
    }

    /// Quits by key, as a user does.
    fn quit(mut self) -> (ExitStatus, String) {
        self.screen.xdotool(&["key", "ctrl+q"]);
        let status = wait_for("the program's end", 20, || self.child.0.try_wait().unwrap());
        (status, self.complaints())
    }
}

/// Whether the tools are there that the test needs.
fn tools() -> bool {
    let missing = ["Xvfb", "xdotool"].into_iter().find(|tool| {
        let found = std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()));
        !found
    });
    let Some(missing) = missing else { return true };
    assert!(std::env::var_os("DIFFUSCOPE_REQUIRE_WINDOW").is_none(), "{missing} is missing");
    eprintln!("skipped: {missing} is missing");
    false
}

fn picture(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("waves.png");
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
    let program = Program::start(&screen, home.path(), &[&picture(&home)]);
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
        // Pictures follow while the button is down.
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

    // Without an argument it comes back as it was left: picture, chapter and t.
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

/// The scenes that windows keep for an unexpected end.
fn kept(home: &Path) -> Vec<String> {
    let folder = home.join("XDG_DATA_HOME/diffuscope/windows");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let scenes = paths.filter(|path| path.extension().is_some_and(|extension| extension == "diffuscope"));
    scenes.map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// A program whose scene has been changed, and that has kept it.
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
    // The next window offers it; closed without an answer, it leaves it for another time.
    let program = Program::start(&screen, home.path(), &[]);
    let (status, complaints) = program.quit();
    assert!(status.success() && complaints.is_empty(), "{status}: {complaints}");
    assert_eq!(kept(home.path()).len(), 1, "nobody has answered");

    // The display server is gone.
    let home = tempfile::tempdir().unwrap();
    let mut screen = Screen::open();
    let mut child = changed(&screen, home.path()).child;
    screen.server.0.kill().unwrap();
    wait_for("the program's end", 30, || child.0.try_wait().unwrap());
    let settings = fs::read_to_string(home.path().join("XDG_DATA_HOME/diffuscope/app.ron"));
    let remembered = settings.is_ok_and(|settings| settings.contains("posterior"));
    assert!(remembered || kept(home.path()).len() == 1, "without a display server");
}
