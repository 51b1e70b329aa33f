//! What the system offers to a window: a display server, libraries and file dialogs.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
#[cfg(all(unix, not(target_os = "macos")))]
use std::time::Duration;

/// How long a portal may take to start.
#[cfg(all(unix, not(target_os = "macos")))]
const PATIENCE: Duration = Duration::from_secs(5);

/// A package's names in Debian and Ubuntu, Fedora, and Arch.
#[derive(Clone, Copy, Debug)]
pub struct Package(pub [&'static str; 3]);

impl Package {
    /// Any Vulkan driver; this one can also draw without graphics hardware.
    pub const DRIVER: Self = Self(["mesa-vulkan-drivers", "mesa-vulkan-drivers", "vulkan-swrast"]);
    /// The Vulkan loader.
    pub const LOADER: Self = Self(["libvulkan1", "vulkan-loader", "vulkan-icd-loader"]);
    /// A file dialog for desktops without one of their own.
    pub const DIALOGS: Self = Self(["zenity", "zenity", "zenity"]);

    /// The command that installs the package here; `None` if the package manager is not known.
    pub fn command(self) -> Option<String> {
        let Self([apt, dnf, pacman]) = self;
        let commands = [
            ("apt-get", format!("sudo apt install {apt}")),
            ("dnf", format!("sudo dnf install {dnf}")),
            ("pacman", format!("sudo pacman -S {pacman}")),
        ];
        commands.into_iter().find_map(|(manager, command)| in_path(manager).then_some(command))
    }

    /// The command that installs the package here, or its names on all systems if the package manager is not known.
    pub fn advice(self) -> String {
        self.advice_with(self.command().as_deref())
    }

    /// This command, or the package's names on all systems if there is none.
    pub fn advice_with(self, command: Option<&str>) -> String {
        let Self([apt, dnf, pacman]) = self;
        match command {
            Some(command) => command.to_owned(),
            None if apt == dnf && dnf == pacman => format!("install {apt}"),
            None => format!("install {apt} (Debian, Ubuntu), {dnf} (Fedora), {pacman} (Arch)"),
        }
    }
}

/// Libraries that the window loads at run time, with the packages that they are in.
const COMMON: [(&str, Package); 1] =
    [("libxkbcommon.so.0", Package(["libxkbcommon0", "libxkbcommon", "libxkbcommon"]))];
const X11: [(&str, Package); 6] = [
    ("libX11.so.6", Package(["libx11-6", "libX11", "libx11"])),
    ("libX11-xcb.so.1", Package(["libx11-xcb1", "libX11-xcb", "libx11"])),
    ("libXcursor.so.1", Package(["libxcursor1", "libXcursor", "libxcursor"])),
    ("libXi.so.6", Package(["libxi6", "libXi", "libxi"])),
    ("libXrandr.so.2", Package(["libxrandr2", "libXrandr", "libxrandr"])),
    ("libxkbcommon-x11.so.0", Package(["libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"])),
];
const WAYLAND: [(&str, Package); 1] =
    [("libwayland-client.so.0", Package(["libwayland-client0", "libwayland-client", "wayland"]))];

/// Whether windows are shown by a server that environment variables name: on Linux and similar systems.
pub const SERVED: bool =
    cfg!(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))));

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether the environment names a display that a window can open on.
pub fn has_display() -> bool {
    !SERVED || ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"].iter().any(|name| variable(name).is_some())
}

/// The display server on which a window would open.
///
/// # Errors
/// Says why there is none.
pub fn display_server() -> Result<String, String> {
    if !SERVED {
        return Ok("the system's own".to_owned());
    }
    let mut failures = Vec::new();
    if variable("WAYLAND_SOCKET").is_some() {
        return Ok("Wayland, by an open socket".to_owned());
    }
    if let Some(name) = variable("WAYLAND_DISPLAY") {
        let path = wayland_socket(&name);
        match connect(&path) {
            Ok(()) => return Ok(format!("Wayland at {}", path.display())),
            Err(error) => failures.push(format!("no Wayland server at {} ({error})", path.display())),
        }
    }
    if let Some(name) = variable("DISPLAY") {
        match connect_x11(&name) {
            Ok(()) => return Ok(format!("X11 at {name}")),
            Err(error) => failures.push(format!("no X server at {name} ({error})")),
        }
    }
    if failures.is_empty() {
        return Err("no display server: neither WAYLAND_DISPLAY nor DISPLAY is set".to_owned());
    }
    Err(failures.join("; "))
}

/// Whether the environment names a Wayland server that does not exist and an X server that does. (Windowing libraries
/// only try the first.)
pub fn needs_x11() -> bool {
    let path = variable("WAYLAND_DISPLAY").map(|name| wayland_socket(&name));
    SERVED
        && variable("WAYLAND_SOCKET").is_none()
        && path.is_some_and(|path| connect(&path).is_err())
        && variable("DISPLAY").is_some_and(|name| connect_x11(&name).is_ok())
}

fn wayland_socket(name: &str) -> PathBuf {
    PathBuf::from(variable("XDG_RUNTIME_DIR").unwrap_or_default()).join(name)
}

#[cfg(unix)]
fn connect(path: &Path) -> std::io::Result<()> {
    std::os::unix::net::UnixStream::connect(path).map(drop)
}

#[cfg(not(unix))]
fn connect(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Connects to the X server `[HOST]:NUMBER[.SCREEN]`.
fn connect_x11(name: &str) -> std::io::Result<()> {
    let bad = || std::io::Error::new(std::io::ErrorKind::InvalidInput, "not a display's name");
    let (host, number) = name.rsplit_once(':').ok_or_else(bad)?;
    let number: u16 = number.split('.').next().unwrap_or_default().parse().map_err(|_| bad())?;
    if host.is_empty() || host == "unix" {
        return connect(Path::new(&format!("/tmp/.X11-unix/X{number}")));
    }
    let port = 6000_u16.checked_add(number).ok_or_else(bad)?;
    std::net::TcpStream::connect((host, port)).map(drop)
}

/// The run-time libraries that are missing for the display servers in use. Empty if this cannot be found out.
pub fn missing_libraries() -> Vec<(&'static str, Package)> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    let Some(known) = known_libraries() else { return Vec::new() };
    let mut wanted: Vec<_> = COMMON.to_vec();
    wanted.push(("libvulkan.so.1", Package::LOADER));
    if variable("DISPLAY").is_some() {
        wanted.extend(X11);
    }
    if variable("WAYLAND_DISPLAY").is_some() {
        wanted.extend(WAYLAND);
    }
    let present = |name: &str| known.lines().any(|line| line.trim_start().split(' ').next() == Some(name));
    wanted.retain(|(name, _)| !present(name));
    wanted
}

/// The linker's list of libraries, each on a line that begins with its name.
fn known_libraries() -> Option<String> {
    ["ldconfig", "/sbin/ldconfig", "/usr/sbin/ldconfig"].iter().find_map(|program| {
        let output = Command::new(program).arg("-p").output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    })
}

/// What shows file dialogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileDialogs {
    /// The dialog of the system itself, which has only one.
    System,
    /// The dialog of the desktop, called over the session bus.
    Portal,
    /// The program `zenity`.
    Zenity,
}

impl fmt::Display for FileDialogs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "the system's own",
            Self::Portal => "xdg-desktop-portal",
            Self::Zenity => "zenity",
        })
    }
}

/// Why nothing shows file dialogs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDialogs {
    /// The desktop's portal cannot be called.
    #[error("there is no session bus, and so no xdg-desktop-portal, and there is no zenity")]
    NoBus,
    /// The desktop's portal has no dialogs; holds what it answered.
    #[error("xdg-desktop-portal has no file dialogs ({0}), and there is no zenity")]
    NoPortal(String),
}

/// What shows file dialogs here. This may take a moment, since the desktop's portal is asked whether it works.
///
/// # Errors
/// Says what is missing.
pub fn file_dialogs() -> Result<FileDialogs, NoDialogs> {
    if !SERVED {
        return Ok(FileDialogs::System);
    }
    match portal() {
        Ok(()) => Ok(FileDialogs::Portal),
        Err(_) if in_path("zenity") => Ok(FileDialogs::Zenity),
        Err(reason) => Err(reason),
    }
}

/// Whether the desktop's portal has file dialogs.
fn portal() -> Result<(), NoDialogs> {
    let runtime = variable("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    if !runtime && variable("DBUS_SESSION_BUS_ADDRESS").is_none() {
        return Err(NoDialogs::NoBus);
    }
    ask_portal().map_err(|reason| NoDialogs::NoPortal(crate::files::plain(&reason)))
}

/// Asks the portal for the version of its file dialogs. That it is installed says nothing: a portal needs a part of the
/// desktop that draws its dialogs, and only then has a version of them.
#[cfg(all(unix, not(target_os = "macos")))]
fn ask_portal() -> Result<(), String> {
    let version = async {
        let connection = zbus::connection::Builder::session()?.method_timeout(PATIENCE).build().await?;
        let place = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop");
        let dialogs = "org.freedesktop.portal.FileChooser";
        zbus::Proxy::new(&connection, place.0, place.1, dialogs).await?.get_property::<u32>("version").await
    };
    pollster::block_on(version).map(drop).map_err(|error: zbus::Error| error.to_string())
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn ask_portal() -> Result<(), String> {
    Err("not on this system".to_owned())
}

fn in_path(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}
