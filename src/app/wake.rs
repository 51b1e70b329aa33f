//! How work in the background wakes the window.

use std::sync::Arc;

use crate::background::Wake;

/// Has the window drawn anew, whichever thread calls it.
pub fn wake(ctx: &egui::Context) -> Wake {
    let ctx = ctx.clone();
    Arc::new(move || ctx.request_repaint())
}
