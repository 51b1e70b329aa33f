//! The thread below every task. It wakes whoever waits for it when it ends, also when it ends in a panic.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread::JoinHandle;

use super::Wake;

/// A panic, which is a mistake in the program; holds its message.
#[derive(Debug, thiserror::Error)]
#[error("stopped by an internal error ({0})")]
pub struct Panicked(String);

/// Work on a thread of its own. Dropping it waits for its end.
pub struct Thread<T> {
    result: Receiver<Result<T, Panicked>>,
    handle: Option<JoinHandle<()>>,
}

impl<T: Send + 'static> Thread<T> {
    /// Starts work on a thread called `name`; `wake` is called, on that thread, when the work has ended.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(wake: &Wake, name: &str, work: impl FnOnce() -> T + Send + 'static) -> io::Result<Self> {
        let (sender, result) = channel();
        let wake = Wake::clone(wake);
        let handle = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(work));
            // The wake comes after the result, so that the result can be taken at once. Sending fails only
            // when nobody waits any more.
            let _ = sender.send(ended.map_err(|panic| Panicked(panic_text(panic.as_ref()))));
            wake();
        })?;
        Ok(Self { result, handle: Some(handle) })
    }
}

impl<T> Thread<T> {
    /// The result of the work: `None` until it has ended, then the result or the panic. It can be taken once.
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
            // Panics were caught on the thread itself.
            let _ = handle.join();
        }
    }
}

/// The message of a panic; "unknown" if it is not a text.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use super::*;

    /// Runs `work` on a [`Thread`], checks that the wake is called, and returns the result that is there
    /// then.
    fn woken<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Panicked> {
        let asked = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&asked);
        let wake: Wake = Arc::new(move || shared.store(true, Ordering::SeqCst));
        let thread = Thread::start(&wake, "test", work).unwrap();
        let began = Instant::now();
        while !asked.load(Ordering::SeqCst) {
            assert!(began.elapsed() < Duration::from_secs(10), "nobody is woken");
            std::thread::yield_now();
        }
        thread.ended().unwrap()
    }

    #[test]
    fn the_other_side_is_woken_by_a_result_and_by_a_panic() {
        assert_eq!(woken(|| 3).unwrap(), 3);
        let error = woken(|| panic!("meant by the test")).unwrap_err();
        assert_eq!(error.to_string(), "stopped by an internal error (meant by the test)");
    }
}
