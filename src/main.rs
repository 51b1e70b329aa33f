//! The diffuscope program.

use std::process::ExitCode;

/// A frame of the window and a network call both make thousands of small things and drop them again;
/// this allocator is faster at it than the systems' own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    quieten_device_selection();
    diffuscope::cli::main()
}

/// Mesa's Vulkan layer for choosing a device asks the Wayland server which one the desktop is on.
/// Without a session folder there can be no server, and libwayland complains on standard error, in
/// the midst of what a script reads there. The layer has nothing to choose by then, and is switched
/// off by its environment variable, with which the program starts itself anew.
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
        // Returns only when it fails; then there is a complaint more, and nothing worse.
        let _ = std::process::Command::new(program).arg0(name).args(arguments).env(SWITCH, "1").exec();
    }
}
