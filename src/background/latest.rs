//! The newest wanted value, computed anew when what it depends on changes.

use std::sync::Arc;

use super::{Computed, Missing, Task, Wake, Work};

/// What can be asked of a [`Latest`] without knowing the type of its value.
pub trait Pending {
    /// Takes the result of a computation that has ended, whether or not it is still wanted.
    fn poll(&mut self);
    /// The fraction of the current computation that is done, `0..=1`; `None` when nothing is being computed.
    fn fraction(&self) -> Option<f32>;
    /// Why the wanted value is missing; `None` when it is there or being computed.
    fn missing(&self) -> Option<&Missing>;
    /// Stops the current computation. It is not started again until [`again`](Self::again) is called; the value that it
    /// has shown so far stays.
    fn stop(&mut self);
    /// Allows a value whose computation was stopped or failed to be computed again when it is wanted next.
    fn again(&mut self);
    /// Takes the message of a panic that has ended a computation since the last call, or of a thread that could not be
    /// started; `None` if there was none.
    fn take_panic(&mut self) -> Option<String>;
}

/// The latest value, and the computation of the wanted one.
///
/// Only one value is computed at a time. When another is wanted meanwhile, the current work is asked to stop. Work that
/// reports its progress notices this and stops; short work that does not is completed, and its value is shown until the
/// wanted one is there or shows a first intermediate value.
pub struct Latest<K, V> {
    name: &'static str,
    have: Option<Had<K, V>>,
    /// The key of the computation that failed or was stopped, and why.
    missing: Option<(K, Missing)>,
    running: Option<Task<K, V, V>>,
    panic: Option<String>,
}

struct Had<K, V> {
    computed: Arc<Computed<K, V>>,
    whole: bool,
}

impl<K, V> Had<K, V> {
    fn new(key: K, value: V, whole: bool) -> Self {
        Self { computed: Arc::new(Computed { key, value }), whole }
    }
}

impl<K: Clone + PartialEq + Send + 'static, V: Send + Sync + 'static> Latest<K, V> {
    /// A `Latest` without a value yet; the threads of its computations are called `name`.
    pub fn new(name: &'static str) -> Self {
        Self { name, have: None, missing: None, running: None, panic: None }
    }

    /// A `Latest` that has the same value, and computes nothing.
    #[must_use]
    pub fn still(&self) -> Self {
        let copy = |have: &Had<K, V>| Had { computed: Arc::clone(&have.computed), whole: have.whole };
        Self { have: self.have.as_ref().map(copy), ..Self::new(self.name) }
    }

    /// Whether the latest value is the whole one of this key.
    pub fn has(&self, key: &K) -> bool {
        self.have.as_ref().is_some_and(|have| have.whole && have.computed.key == *key)
    }

    /// Says for which key a value is wanted, and starts `compute` if it is neither there nor being computed. Without a
    /// wake the value is computed on the calling thread.
    pub fn want(
        &mut self,
        wake: Option<&Wake>,
        key: &K,
        compute: impl FnOnce(&K, &Work<V>) -> Result<V, Missing> + Send + 'static,
    ) {
        if self.running.as_ref().is_some_and(|running| running.key() == key) {
            self.show();
        }
        self.poll();
        // Why the value of another key is missing no longer matters.
        self.missing.take_if(|(missing, _)| missing != key);
        let known = self.has(key) || self.missing.is_some();
        match &self.running {
            Some(running) if running.key() == key => {}
            Some(running) => running.cancel(),
            None if known => {}
            None => self.start(wake, key.clone(), compute),
        }
    }

    fn start(
        &mut self,
        wake: Option<&Wake>,
        key: K,
        compute: impl FnOnce(&K, &Work<V>) -> Result<V, Missing> + Send + 'static,
    ) {
        let Some(wake) = wake else {
            let value = compute(&key, &Work::new(None));
            return self.keep(Computed { key, value });
        };
        match Task::start(wake, self.name, key.clone(), compute) {
            Ok(task) => self.running = Some(task),
            Err(error) => {
                let value = Err(Missing::Panicked(error.to_string()));
                self.keep(Computed { key, value });
            }
        }
    }
}

impl<K: Clone, V> Latest<K, V> {
    fn keep(&mut self, Computed { key, value }: Computed<K, Result<V, Missing>>) {
        self.missing = None;
        match value {
            Ok(value) => self.have = Some(Had::new(key, value, true)),
            Err(Missing::Panicked(text)) => {
                let text = format!("{}: {text}", self.name);
                self.panic = Some(text.clone());
                self.missing = Some((key, Missing::Panicked(text)));
            }
            Err(missing) => self.missing = Some((key, missing)),
        }
    }

    /// Takes the newest intermediate value that the work has shown, if any.
    fn show(&mut self) {
        let Some(running) = &self.running else { return };
        if let Some(value) = running.parts().pop() {
            self.have = Some(Had::new(running.key().clone(), value, false));
        }
    }

    /// The latest value with its key. It may be the value of an earlier key, or an intermediate one.
    pub fn get(&self) -> Option<&Arc<Computed<K, V>>> {
        self.have.as_ref().map(|have| &have.computed)
    }
}

impl<K: Clone + PartialEq, V> Pending for Latest<K, V> {
    fn poll(&mut self) {
        let Some(ended) = self.running.as_ref().and_then(Task::ended) else { return };
        let stopped = self.missing.as_ref().is_some_and(|(missing, _)| *missing == ended.key);
        if matches!(ended.value, Err(Missing::Cancelled)) && !stopped {
            // It was cancelled because another value is wanted, so it is not missing.
            self.running = None;
            return;
        }
        // Work that was stopped shows its last intermediate value.
        if stopped {
            self.show();
        }
        self.running = None;
        self.keep(ended);
    }

    fn fraction(&self) -> Option<f32> {
        self.running.as_ref().map(Task::fraction)
    }

    fn missing(&self) -> Option<&Missing> {
        self.missing.as_ref().filter(|_| self.running.is_none()).map(|(_, missing)| missing)
    }

    fn stop(&mut self) {
        if let Some(running) = &self.running {
            running.cancel();
            self.missing = Some((running.key().clone(), Missing::Cancelled));
        }
    }

    fn again(&mut self) {
        self.missing = None;
    }

    fn take_panic(&mut self) -> Option<String> {
        self.panic.take()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::task::PACE;
    use super::*;

    fn wake() -> Wake {
        Arc::new(|| ())
    }

    fn wait(latest: &mut Latest<u32, u32>, wake: &Wake, key: u32) {
        while latest.have.as_ref().is_none_or(|have| !have.whole || have.computed.key != key) {
            latest.want(Some(wake), &key, |key, _| Ok(10 * key));
            std::thread::yield_now();
        }
    }

    fn value(latest: &Latest<u32, u32>) -> Option<u32> {
        latest.get().map(|computed| computed.value)
    }

    #[test]
    fn the_wanted_value_comes_and_the_earlier_one_stays_until_then() {
        let wake = wake();
        let mut latest = Latest::new("test");
        wait(&mut latest, &wake, 1);
        assert_eq!(value(&latest), Some(10));
        latest.want(Some(&wake), &2, |_, work| {
            while work.report(0.0) {
                std::thread::yield_now();
            }
            Err(Missing::Cancelled)
        });
        assert!(latest.fraction().is_some());
        // The earlier value still comes with the key that it was computed from.
        assert_eq!(latest.get().map(|computed| (**computed).clone()), Some(Computed { key: 1, value: 10 }));
        // When another value is wanted, the computation under way is given up.
        wait(&mut latest, &wake, 3);
        assert_eq!(value(&latest), Some(30));
    }

    #[test]
    fn what_was_stopped_waits_to_be_asked_for_again() {
        let wake = wake();
        let mut latest: Latest<u32, u32> = Latest::new("test");
        let long = |_: &u32, work: &Work<u32>| {
            while work.report(0.0) {
                std::thread::yield_now();
            }
            Err(Missing::Cancelled)
        };
        latest.want(Some(&wake), &1, long);
        latest.stop();
        while latest.fraction().is_some() {
            latest.want(Some(&wake), &1, long);
        }
        assert!(latest.missing().is_some_and(Missing::is_cancelled));
        latest.again();
        wait(&mut latest, &wake, 1);
        assert!(latest.missing().is_none() && value(&latest) == Some(10));
    }

    #[test]
    fn values_are_shown_on_the_way_and_stay_when_the_work_is_stopped() {
        let wake = wake();
        let mut latest: Latest<u32, u32> = Latest::new("test");
        wait(&mut latest, &wake, 1);
        let count = |_: &u32, work: &Work<u32>| {
            let mut so_far = 1000;
            while work.show(0.5, || so_far) {
                so_far += 1;
                std::thread::yield_now();
            }
            Err(Missing::Cancelled)
        };
        let shown = |latest: &Latest<u32, u32>| value(latest).unwrap_or(0);
        while shown(&latest) < 1000 {
            latest.want(Some(&wake), &2, count);
        }
        let (first, began) = (shown(&latest), Instant::now());
        while shown(&latest) == first {
            latest.want(Some(&wake), &2, count);
        }
        assert!(began.elapsed() >= PACE / 2, "values follow each other at once");
        latest.stop();
        while latest.fraction().is_some() {
            latest.want(Some(&wake), &2, count);
        }
        assert!(latest.missing().is_some_and(Missing::is_cancelled));
        assert!(shown(&latest) > first, "the last value is shown too");
        // An intermediate value is not the result: when asked for again, the value is computed to the end.
        latest.again();
        wait(&mut latest, &wake, 2);
        assert_eq!(shown(&latest), 20);
    }

    #[test]
    fn without_a_window_values_are_there_at_once_and_panics_are_failures() {
        let mut latest: Latest<u32, u32> = Latest::new("test");
        latest.want(None, &4, |key, _| Ok(key + 1));
        assert_eq!(value(&latest), Some(5));
        let wake = wake();
        let broken = |_: &u32, _: &Work<u32>| panic!("meant by the test");
        latest.want(Some(&wake), &5, broken);
        while latest.missing().is_none() {
            latest.want(Some(&wake), &5, broken);
        }
        assert!(matches!(latest.missing(), Some(Missing::Panicked(text)) if text.contains("internal")));
        let panic = latest.take_panic().unwrap();
        assert!(panic.contains("test: stopped by an internal error (meant by the test)"), "{panic}");
        assert_eq!(latest.take_panic(), None);
        // The earlier value stays, and the value of another key can still be computed.
        assert_eq!(value(&latest), Some(5));
        wait(&mut latest, &wake, 6);
    }
}
