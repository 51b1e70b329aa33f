//! One computation on a thread of its own.

use std::error::Error;
use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Progress, Thread, Wake};

/// Work that takes less time than this shows only its final value, so that a picture does not flicker while a control
/// is dragged.
const PATIENCE: Duration = Duration::from_millis(150);
/// The least time between two intermediate values.
pub(super) const PACE: Duration = Duration::from_millis(33);

/// A value with the inputs from which it was computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed<K, V> {
    /// The inputs.
    pub key: K,
    /// The value that was computed from them.
    pub value: V,
}

/// Why there is no value.
#[derive(Clone, Debug)]
pub enum Missing {
    /// The computation was stopped.
    Cancelled,
    /// The computation failed with this error.
    Failed(Arc<dyn Error + Send + Sync>),
    /// The computation panicked, which is a mistake in the program; holds the message, in English.
    Panicked(String),
}

impl Missing {
    /// The computation failed with `error`.
    pub fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(error.into().into())
    }

    /// Whether the computation was stopped.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled)
    }

    /// What went wrong, in English; `None` when the computation was stopped.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Cancelled => None,
            Self::Failed(error) => Some(error.to_string()),
            Self::Panicked(text) => Some(text.clone()),
        }
    }
}

/// The side of a task that its computation sees: it reports progress and partial results, and learns when to stop.
pub struct Work<P> {
    progress: Progress,
    /// Parts that have not been taken yet, and the time when the last intermediate value was shown.
    told: Mutex<(Vec<P>, Instant)>,
    wake: Option<Wake>,
}

impl<P> Work<P> {
    /// Work that calls `wake` when it has a part to take. Without a wake nobody takes parts, and none are kept.
    pub(super) fn new(wake: Option<&Wake>) -> Self {
        // So that the first value is shown `PATIENCE` after the start, and the others at intervals of `PACE`.
        let began = Instant::now() + PATIENCE.saturating_sub(PACE);
        Self { progress: Progress::default(), told: Mutex::new((Vec::new(), began)), wake: wake.cloned() }
    }

    /// The progress alone, for code that does not know tasks.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Reports the fraction of the work that is done, `0..=1`. Returns whether to go on.
    pub fn report(&self, done: f64) -> bool {
        self.progress.report((1000.0 * done) as usize, 1000)
    }

    /// Hands out a part of the result. All parts are kept until they are taken. Returns whether to go on.
    pub fn tell(&self, part: P) -> bool {
        if let Some(wake) = &self.wake {
            self.lock().0.push(part);
            wake();
        }
        !self.progress.is_cancelled()
    }

    /// Reports the fraction of the work that is done, `0..=1`, and from time to time, and when the work is to stop,
    /// hands out an intermediate value, which is then made with `value`. Only the newest is kept. Returns whether to go
    /// on.
    pub fn show(&self, done: f64, value: impl FnOnce() -> P) -> bool {
        let go_on = self.report(done);
        if let Some(wake) = &self.wake
            && (!go_on || self.lock().1.elapsed() >= PACE)
        {
            // The value is made before the lock is taken, so that the other side does not wait for it.
            let value = value();
            *self.lock() = (vec![value], Instant::now());
            wake();
        }
        go_on
    }

    fn lock(&self) -> MutexGuard<'_, (Vec<P>, Instant)> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A computation on a thread of its own, with inputs `K`, partial results `P` and the final value `V`. Dropping it asks
/// the computation to stop, and waits until it has.
pub struct Task<K, P, V> {
    key: K,
    work: Arc<Work<P>>,
    thread: Thread<Result<V, Missing>>,
}

impl<K: Clone + Send + 'static, P: Send + 'static, V: Send + 'static> Task<K, P, V> {
    /// Starts a computation from a key on a thread called `name`; `wake` is called for each part and at the end.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(
        wake: &Wake,
        name: &str,
        key: K,
        compute: impl FnOnce(&K, &Work<P>) -> Result<V, Missing> + Send + 'static,
    ) -> io::Result<Self> {
        let work = Arc::new(Work::new(Some(wake)));
        let (shared, own) = (Arc::clone(&work), key.clone());
        let thread = Thread::start(wake, name, move || compute(&own, &shared))?;
        Ok(Self { key, work, thread })
    }
}

impl<K, P, V> Task<K, P, V> {
    /// The inputs of the computation.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The fraction of the work that is done, `0..=1`.
    pub fn fraction(&self) -> f32 {
        self.work.progress.fraction()
    }

    /// Asks the computation to stop.
    pub fn cancel(&self) {
        self.work.progress.cancel();
    }

    /// Takes the parts that the computation has handed out since the last call, in their order.
    pub fn parts(&self) -> Vec<P> {
        mem::take(&mut self.work.lock().0)
    }
}

impl<K: Clone, P, V> Task<K, P, V> {
    /// The result of the computation, with its key: `None` until it has ended. It can be taken once. All parts can be
    /// taken by then.
    pub fn ended(&self) -> Option<Computed<K, Result<V, Missing>>> {
        let result = self.thread.ended()?;
        let value = result.unwrap_or_else(|panic| Err(Missing::Panicked(panic.to_string())));
        Some(Computed { key: self.key.clone(), value })
    }
}

impl<K, P, V> Drop for Task<K, P, V> {
    fn drop(&mut self) {
        // Dropping the field `thread` afterwards waits for its end.
        self.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end<K: Clone, P, V>(task: &Task<K, P, V>) -> Computed<K, Result<V, Missing>> {
        loop {
            if let Some(ended) = task.ended() {
                return ended;
            }
            std::thread::yield_now();
        }
    }

    fn wake() -> Wake {
        Arc::new(|| ())
    }

    #[test]
    fn a_task_tells_all_its_parts_and_ends_with_its_key() {
        let count = |key: &u32, work: &Work<u32>| {
            assert!((0..*key).all(|i| work.tell(i)));
            Ok(*key)
        };
        let task = Task::start(&wake(), "test", 1000, count).unwrap();
        let ended = end(&task);
        assert_eq!((ended.key, ended.value.ok()), (1000, Some(1000)));
        assert_eq!(task.parts(), (0..1000).collect::<Vec<_>>());
        assert!(task.parts().is_empty());
    }

    #[test]
    fn a_task_hears_that_it_is_to_stop_and_a_panic_is_its_end() {
        let waiting = |(): &(), work: &Work<()>| {
            while work.report(0.25) {
                std::thread::yield_now();
            }
            Err::<(), _>(Missing::Cancelled)
        };
        let task = Task::start(&wake(), "test", (), waiting).unwrap();
        while task.fraction() != 0.25 {
            std::thread::yield_now();
        }
        task.cancel();
        assert!(matches!(end(&task).value, Err(Missing::Cancelled)));
        let broken = |_: &u32, _: &Work<()>| -> Result<(), Missing> { panic!("meant by the test") };
        let ended = end(&Task::start(&wake(), "test", 5, broken).unwrap());
        assert_eq!(ended.key, 5);
        let reason = ended.value.unwrap_err();
        assert_eq!(reason.reason().unwrap(), "stopped by an internal error (meant by the test)");
    }
}
