//! The diffuscope program.

use std::process::ExitCode;

/// Frames of the window and network calls both create and drop thousands of small objects; this allocator is faster at
/// that than the systems' own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if before_main::stdout_was_closed() {
        diffuscope::cli::without_stdout();
    } else {
        quieten_device_selection();
    }
    diffuscope::cli::main()
}

/// What can only be seen before the runtime starts, since it opens `/dev/null` in place of a closed standard output, and
/// all results would vanish there.
#[cfg(target_os = "linux")]
mod before_main {
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};

    static CLOSED: AtomicBool = AtomicBool::new(false);

    /// The C library calls the functions in this section when it has initialised itself.
    #[used]
    #[allow(unsafe_code, reason = "the section holds pointers to functions, and this is one")]
    #[unsafe(link_section = ".init_array")]
    static LOOK: extern "C" fn() = look;

    extern "C" fn look() {
        let descriptors = Path::new("/proc/self/fd");
        let is_closed = descriptors.is_dir() && descriptors.join("1").symlink_metadata().is_err();
        CLOSED.store(is_closed, Ordering::Relaxed);
    }

    /// Whether the program was started without a standard output.
    pub fn stdout_was_closed() -> bool {
        CLOSED.load(Ordering::Relaxed)
    }
}

/// Restarts the program with Mesa's device selection layer switched off if there is no session folder. This Vulkan
/// layer asks the Wayland server which device the desktop uses. Without a session folder there can be no server, and
/// libwayland would complain on standard error, in the middle of what a script reads there. An environment variable,
/// which has to be set before the program starts, switches the layer off; it would have nothing to choose anyway.
#[cfg(target_os = "linux")]
fn quieten_device_selection() {
    use std::os::unix::process::CommandExt as _;
    const SWITCH: &str = "NODEVICE_SELECT";
    let set = |name| std::env::var_os(name).is_some();
    if set("XDG_RUNTIME_DIR") || set(SWITCH) {
        return;
    }
    let mut arguments = std::env::args_os();
    if let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next()) {
        // Returns only if it fails; then there is one more complaint on standard error, but nothing worse.
        let _ = std::process::Command::new(program).arg0(name).args(arguments).env(SWITCH, "1").exec();
    }
}
