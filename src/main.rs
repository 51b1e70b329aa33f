//! The diffuscope program.

use std::process::ExitCode;

/// Frames of the window and network calls both create and drop thousands of small objects; this allocator is faster at
/// that than the systems' own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    quieten_device_selection();
    diffuscope::cli::main()
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
