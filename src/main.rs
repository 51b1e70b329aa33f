//! The diffuscope program.

use std::process::ExitCode;

fn main() -> ExitCode {
    quieten_device_selection();
    diffuscope::cli::main()
}

/// Mesa's Vulkan layer for choosing a device asks the Wayland server which one the desktop is on.
/// Without a session folder there can be no server, and libwayland complains on standard error, in
/// the midst of what a script reads there. The layer has nothing to choose by then: switch it off.
#[expect(unsafe_code, reason = "the layer can only be switched off by the environment")]
fn quieten_device_selection() {
    const SWITCH: &str = "NODEVICE_SELECT";
    let unset = |name| std::env::var_os(name).is_none();
    if cfg!(target_os = "linux") && unset("XDG_RUNTIME_DIR") && unset(SWITCH) {
        // SAFETY: this is the first thing the program does, so no other thread exists that could be
        // reading the environment.
        unsafe { std::env::set_var(SWITCH, "1") };
    }
}
