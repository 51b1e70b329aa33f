//! A virtual X screen, and the program on it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};
use x11rb::rust_connection::RustConnection;

/// The size of the screen, and of the window when it opens.
pub const SIZE: [u16; 2] = [1440, 900];
/// The places of parts of a window of that size.
pub const TOP_BAR: Area = Area { left: 0, top: 0, right: 1440, bottom: 36 };
pub const CHAPTERS: Area = Area { left: 0, top: 45, right: 58, bottom: 680 };
pub const CANVAS: Area = Area { left: 62, top: 45, right: 1160, bottom: 680 };
/// Everything above the status bar, which tells how fast this machine is.
pub const ALL: Area = Area { left: 0, top: 0, right: 1440, bottom: 877 };
pub const TIMELINE: [f32; 3] = [204.0, 1232.0, 846.0];
/// A place where the pointer changes nothing.
pub const ASIDE: (f32, f32) = (30.0, 600.0);

/// A process that is ended when the test ends.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Polls until `poll` returns a value. Fails after this many seconds.
#[track_caller]
pub fn wait_for<V>(what: &str, seconds: u64, mut poll: impl FnMut() -> Option<V>) -> V {
    let began = Instant::now();
    loop {
        if let Some(value) = poll() {
            return value;
        }
        assert!(began.elapsed() < Duration::from_secs(seconds), "waited {seconds} s in vain for {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}

/// A part of the screen, in pixels.
#[derive(Clone, Copy)]
pub struct Area {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

/// A picture of the screen: four bytes for each pixel.
pub struct Shot(Vec<u8>);

impl Shot {
    /// The bytes of a part, four for each pixel, row by row.
    pub fn part(&self, area: Area) -> Vec<&[u8]> {
        let row = |y: usize| {
            let start = 4 * y * usize::from(SIZE[0]);
            &self.0[start + 4 * area.left..start + 4 * area.right]
        };
        (area.top..area.bottom).map(row).collect()
    }

    /// The number of different colours in a part.
    pub fn colours(&self, area: Area) -> usize {
        let rows = self.part(area);
        let pixels = rows.iter().flat_map(|row| row.as_chunks::<4>().0);
        pixels.collect::<std::collections::HashSet<_>>().len()
    }
}

impl Shot {
    /// Saves the picture among the temporary files of the build, so that failures can be examined.
    pub fn save(&self, name: &str) {
        let rgb = self.0.as_chunks::<4>().0.iter().flat_map(|[b, g, r, _]| [*r, *g, *b]).collect();
        let [width, height] = SIZE.map(u32::from);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        image::RgbImage::from_raw(width, height, rgb).unwrap().save(&path).unwrap();
        eprintln!("see {}", path.display());
    }
}

/// A virtual screen.
pub struct Screen {
    pub connection: RustConnection,
    pub root: u32,
    pub display: String,
    pub server: Running,
}

impl Screen {
    pub fn open() -> Self {
        let [width, height] = SIZE;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(["-screen", "0", &format!("{width}x{height}x24")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map(Running)
            .unwrap();
        // The server chooses a free display, and writes its number when it is ready.
        let mut number = String::new();
        BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let (connection, screen) = x11rb::connect(Some(&display)).unwrap();
        let root = connection.setup().roots[screen].root;
        Self { connection, root, display, server }
    }

    pub fn shot(&self) -> Shot {
        let [width, height] = SIZE;
        let image =
            self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, !0).unwrap();
        Shot(image.reply().unwrap().data)
    }

    /// Waits until the screen has stopped changing, and returns a picture of it.
    pub fn still(&self) -> Shot {
        let mut before = self.shot();
        let mut alike = 0;
        wait_for("the window to come to rest", 30, || {
            std::thread::sleep(Duration::from_millis(150));
            let now = self.shot();
            // The picture must be the same several times, as a frame may take longer than one interval on a
            // busy machine.
            alike = if now.part(ALL) == before.part(ALL) { alike + 1 } else { 0 };
            before = now;
            (alike == 3).then_some(())
        });
        before
    }

    /// Waits until a part of the screen differs from what it was before, and returns a picture of the screen.
    #[track_caller]
    pub fn changed(&self, area: Area, before: &Shot) -> Shot {
        wait_for("a change", 30, || {
            let now = self.shot();
            (now.part(area) != before.part(area)).then_some(())
        });
        self.still()
    }

    /// Like [`changed`](Self::changed), for windows in which a cursor blinks, so that the screen never comes
    /// to rest: more rows must differ than a cursor is high.
    #[track_caller]
    pub fn redrawn(&self, area: Area, before: &Shot) -> Shot {
        wait_for("another picture", 30, || {
            let now = self.shot();
            let rows = now.part(area).into_iter().zip(before.part(area));
            (rows.filter(|(now, before)| now != before).count() > 40).then_some(now)
        })
    }

    pub fn xdotool(&self, args: &[&str]) -> String {
        let output = Command::new("xdotool").args(args).env("DISPLAY", &self.display).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn point_at(&self, (x, y): (f32, f32)) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
    }
}

/// The running program, with a home folder of its own.
pub struct Program<'a> {
    screen: &'a Screen,
    pub child: Running,
    stderr: PathBuf,
    /// The window's title when it opened.
    pub title: String,
}

impl<'a> Program<'a> {
    pub fn start(screen: &'a Screen, home: &Path, arguments: &[&Path]) -> Self {
        Self::start_with(screen, home, arguments, &[])
    }

    /// Starts the program with additional environment variables.
    pub fn start_with(
        screen: &'a Screen,
        home: &Path,
        arguments: &[&Path],
        environment: &[(&str, &Path)],
    ) -> Self {
        let stderr = home.join("stderr");
        let mut command = Command::new(env!("CARGO_BIN_EXE_diffuscope"));
        command.args(arguments).env("DISPLAY", &screen.display).env("HOME", home);
        command.env("LC_ALL", "C").env_remove("LANGUAGE").env_remove("DIFFUSCOPE_LANG");
        for name in ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DBUS_SESSION_BUS_ADDRESS", "RUST_LOG"] {
            command.env_remove(name);
        }
        for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
            let folder = home.join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
            command.env(name, folder);
        }
        command.envs(environment.iter().copied());
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
        // There is no window manager that would give the window the focus.
        self.screen.point_at(ASIDE);
        self.screen.xdotool(&["windowfocus", "--sync", &window]);
        wait_for("the window's contents", 60, || (self.screen.shot().colours(CANVAS) > 100).then_some(()));
    }

    pub fn complaints(&self) -> String {
        fs::read_to_string(&self.stderr).unwrap()
    }

    /// Quits by the key, as a user does, and returns the exit status and what was written to standard error.
    pub fn quit(self) -> (ExitStatus, String) {
        self.screen.xdotool(&["key", "ctrl+q"]);
        self.end()
    }

    /// Sends a signal, given by its name, and waits for the end.
    pub fn signal(self, name: &str) -> (ExitStatus, String) {
        let id = self.child.0.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
        self.end()
    }

    /// Waits until the window has this title.
    #[track_caller]
    pub fn wait_for_title(&self, title: &str) {
        wait_for(title, 30, || {
            // The search itself only understands ASCII.
            let found = self.screen.xdotool(&["search", "--onlyvisible", "--name", "diffuscope$"]);
            let window = found.lines().next()?;
            (self.screen.xdotool(&["getwindowname", window]).trim() == title).then_some(())
        });
    }

    /// Waits for the end of the program.
    fn end(mut self) -> (ExitStatus, String) {
        let status = wait_for("the program's end", 20, || self.child.0.try_wait().unwrap());
        (status, self.complaints())
    }
}

/// Whether the tools that the tests need are installed.
pub fn tools() -> bool {
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
