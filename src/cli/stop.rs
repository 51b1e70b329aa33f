//! How commands react to Ctrl-C and other signals.

use std::process::ExitCode;

use super::output::say;
use crate::signals;

/// From now on, a signal ends the program at once, after unfinished files have been removed.
pub fn watch() {
    signals::before_end(|| say("stopped; no unfinished file was left behind"));
    signals::watch();
}

/// From now on a signal ends the work in good order at the next step; a second one, at least two seconds later, ends
/// the program at once.
pub fn listen() {
    signals::heed();
}

/// Whether a signal has come.
pub fn wanted() -> bool {
    signals::received().is_some()
}

/// The exit code of a command that was stopped by a signal.
pub fn code() -> ExitCode {
    ExitCode::from(signals::received().unwrap_or(signals::Signal::Interrupt).exit_code())
}
