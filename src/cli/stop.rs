//! Ctrl-C.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

static STOPPED: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// From here on Ctrl-C ends the work at the next step, so that unfinished files are cleared away; a
/// second one ends the program at once.
pub fn listen() {
    LISTENING.call_once(|| {
        let listening = ctrlc::set_handler(|| {
            if STOPPED.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        if let Err(error) = listening {
            // Ctrl-C then ends the program in the middle of things, as it does anywhere else.
            log::warn!("{error}");
        }
    });
}

/// Whether there was one.
pub fn wanted() -> bool {
    STOPPED.load(Ordering::Relaxed)
}
