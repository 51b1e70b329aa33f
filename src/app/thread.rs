//! A thread of the window. It wakes the window when it ends, also when it ends in a panic.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread::JoinHandle;

use crate::worker::panic_text;

/// A panic, which is a mistake in the program: what it said.
#[derive(Debug, thiserror::Error)]
#[error("stopped by an internal error ({0})")]
pub struct Panicked(String);

/// Work on a thread of its own. Dropping it waits for its end.
pub struct Thread<T> {
    result: Receiver<Result<T, Panicked>>,
    handle: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Thread<T> {
    /// Starts work; threads are called by their `name`.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(
        ctx: &egui::Context,
        name: &str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, result) = channel();
        let ctx = ctx.clone();
        let handle = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(work));
            // The window is woken when there is something to take. Whoever is gone need not hear of it.
            let _ = sender.send(ended.map_err(|panic| Panicked(panic_text(panic.as_ref()))));
            ctx.request_repaint();
        })?;
        Ok(Self { result, handle: Some(handle) })
    }
}

impl<T> Thread<T> {
    /// What the work came to, once, when it has ended.
    pub fn ended(&self) -> Option<Result<T, Panicked>> {
        match self.result.try_recv() {
            Ok(result) => Some(result),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(Panicked("no result".to_owned()))),
        }
    }
}

impl<T> Drop for Thread<T> {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            // Panics were caught within.
            let _ = handle.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use super::*;

    /// Whether the window is woken, and what it finds then.
    fn woken<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Panicked> {
        let ctx = egui::Context::default();
        let asked = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&asked);
        ctx.set_request_repaint_callback(move |_| shared.store(true, Ordering::SeqCst));
        let thread = Thread::start(&ctx, "test", work).unwrap();
        let began = Instant::now();
        while !asked.load(Ordering::SeqCst) {
            assert!(began.elapsed() < Duration::from_secs(10), "the window is not woken");
            std::thread::yield_now();
        }
        thread.ended().unwrap()
    }

    #[test]
    fn the_window_is_woken_by_a_result_and_by_a_panic() {
        assert_eq!(woken(|| 3).unwrap(), 3);
        let error = woken(|| panic!("meant by the test")).unwrap_err();
        assert_eq!(error.to_string(), "stopped by an internal error (meant by the test)");
    }
}
