//! How work in the background wakes the window.

use std::sync::Arc;

use crate::background::Wake;

/// A function that has the window drawn anew; it can be called on any thread.
pub fn wake(ctx: &egui::Context) -> Wake {
    let ctx = ctx.clone();
    Arc::new(move || ctx.request_repaint())
}
