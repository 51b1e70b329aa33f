//! Ctrl-C and its like, for commands.

use std::process::ExitCode;

use super::output::say;
use crate::signals;

/// From the program's start on: a signal ends it at once, and what is unfinished is cleared away.
pub fn watch() {
    signals::before_end(|| say("stopped; no unfinished file was left behind"));
    signals::watch();
}

/// From here on a signal ends the work at the next step, in good order; a second one, two seconds later or more,
/// ends the program at once.
pub fn listen() {
    signals::heed();
}

/// Whether there was one.
pub fn wanted() -> bool {
    signals::received().is_some()
}

/// The exit code of what was stopped.
pub fn code() -> ExitCode {
    ExitCode::from(signals::received().unwrap_or(signals::Signal::Interrupt).exit_code())
}
