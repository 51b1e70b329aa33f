//! A value that is computed on a thread of its own, anew when what it depends on changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::super::jobs::Progress;

/// Work that is done sooner shows its end alone: what is dragged must not flicker.
const PATIENCE: Duration = Duration::from_millis(150);
/// Between two values that are shown on the way.
const PACE: Duration = Duration::from_millis(33);

/// Why there is no value.
#[derive(Clone, Debug, PartialEq)]
pub enum Missing {
    /// It was not wanted any more.
    Cancelled,
    /// It cannot be had.
    Failed(String),
}

/// What a computation tells while it is at work.
pub struct Work<V> {
    progress: Progress,
    /// The value as far as it has come, and when the last one was told.
    so_far: Mutex<(Option<V>, Instant)>,
    ctx: Option<egui::Context>,
}

impl<V> Work<V> {
    fn new(ctx: Option<&egui::Context>) -> Self {
        // The first value is told after the patience rather than the pace.
        let began = Instant::now() + PATIENCE.saturating_sub(PACE);
        Self { progress: Progress::default(), so_far: Mutex::new((None, began)), ctx: ctx.cloned() }
    }

    /// Tells how far the work is. Returns whether to go on.
    pub fn report(&self, done: f64) -> bool {
        self.progress.report((1000.0 * done) as usize, 1000)
    }

    /// The same, and shows the value as far as it has come: now and then, and when the work is to stop.
    pub fn show(&self, done: f64, value: impl FnOnce() -> V) -> bool {
        let go_on = self.report(done);
        let is_due = || self.lock().1.elapsed() >= PACE;
        if self.ctx.is_some() && (!go_on || is_due()) {
            // Made before the lock is taken, for which the window waits.
            let value = value();
            *self.lock() = (Some(value), Instant::now());
            self.repaint();
        }
        go_on
    }

    fn take(&self) -> Option<V> {
        self.lock().0.take()
    }

    fn lock(&self) -> MutexGuard<'_, (Option<V>, Instant)> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn repaint(&self) {
        if let Some(ctx) = &self.ctx {
            ctx.request_repaint();
        }
    }
}

/// The latest value, and the one that is being computed.
///
/// Only one is computed at a time. When another is wanted meanwhile, work that asks its progress is
/// cancelled; short work that does not ask comes to its end, and its value is shown until the wanted one
/// is there, or shows how far it has come.
pub struct Background<K, V> {
    name: &'static str,
    have: Option<Had<K, V>>,
    /// The key of what has failed or was stopped, and why.
    missing: Option<(K, Missing)>,
    running: Option<Running<K, V>>,
}

struct Had<K, V> {
    key: K,
    value: Arc<V>,
    whole: bool,
}

struct Running<K, V> {
    key: K,
    work: Arc<Work<V>>,
    handle: Option<JoinHandle<Result<V, Missing>>>,
}

impl<K: Clone + PartialEq + Send + 'static, V: Send + Sync + 'static> Background<K, V> {
    /// Nothing yet; threads are called `name`.
    pub fn new(name: &'static str) -> Self {
        Self { name, have: None, missing: None, running: None }
    }

    /// Says which value is wanted. Without a context to repaint it is computed here and now.
    pub fn want(
        &mut self,
        ctx: Option<&egui::Context>,
        key: &K,
        compute: impl FnOnce(&K, &Work<V>) -> Result<V, Missing> + Send + 'static,
    ) {
        self.take_news(key);
        let known = self.have.as_ref().is_some_and(|have| have.whole && have.key == *key)
            || self.missing.as_ref().is_some_and(|(missing, _)| missing == key);
        match &self.running {
            Some(running) if running.key == *key => {}
            Some(running) => running.work.progress.cancel(),
            None if known => {}
            None => self.start(ctx, key.clone(), compute),
        }
    }

    fn start(
        &mut self,
        ctx: Option<&egui::Context>,
        key: K,
        compute: impl FnOnce(&K, &Work<V>) -> Result<V, Missing> + Send + 'static,
    ) {
        let work = Arc::new(Work::new(ctx));
        if ctx.is_none() {
            let result = compute(&key, &work);
            return self.keep(key, result);
        }
        let (shared, own) = (Arc::clone(&work), key.clone());
        let spawned = std::thread::Builder::new().name(self.name.to_owned()).spawn(move || {
            let result = compute(&own, &shared);
            shared.repaint();
            result
        });
        match spawned {
            Ok(handle) => self.running = Some(Running { key, work, handle: Some(handle) }),
            Err(error) => self.missing = Some((key, Missing::Failed(error.to_string()))),
        }
    }

    /// Takes in how far the work has come, if it is still wanted, and what has come to its end.
    fn take_news(&mut self, wanted: &K) {
        let Some(running) = &self.running else { return };
        let ended = running.handle.as_ref().is_none_or(JoinHandle::is_finished);
        if running.key == *wanted
            && let Some(value) = running.work.take()
        {
            self.have = Some(Had { key: running.key.clone(), value: Arc::new(value), whole: false });
        }
        if !ended {
            return;
        }
        let Some(mut running) = self.running.take() else { return };
        let Some(handle) = running.handle.take() else { return };
        let failed = format!("{}: stopped by an internal error", self.name);
        let result = handle.join().unwrap_or(Err(Missing::Failed(failed)));
        // Cancelled work is missed only when nobody asks for it anew.
        if matches!(result, Err(Missing::Cancelled))
            && self.missing.as_ref().is_none_or(|m| m.0 != running.key)
        {
            return;
        }
        self.keep(running.key.clone(), result);
    }

    fn keep(&mut self, key: K, result: Result<V, Missing>) {
        match result {
            Ok(value) => {
                self.missing = None;
                self.have = Some(Had { key, value: Arc::new(value), whole: true });
            }
            Err(missing) => self.missing = Some((key, missing)),
        }
    }

    /// Stops what is being computed; it is not begun again by itself. What it has shown stays.
    pub fn stop(&mut self) {
        if let Some(running) = &self.running {
            running.work.progress.cancel();
            self.missing = Some((running.key.clone(), Missing::Cancelled));
        }
    }

    /// Lets what was stopped or has failed be computed after all.
    pub fn again(&mut self) {
        self.missing = None;
    }

    /// The latest value, which may be of an earlier key, or on its way still.
    pub fn get(&self) -> Option<&Arc<V>> {
        self.have.as_ref().map(|have| &have.value)
    }

    /// Why the wanted value is not there and not on its way.
    pub fn missing(&self) -> Option<&Missing> {
        self.missing.as_ref().filter(|_| self.running.is_none()).map(|(_, missing)| missing)
    }

    /// The part that is done of what is being computed.
    pub fn fraction(&self) -> Option<f32> {
        self.running.as_ref().map(|running| running.work.progress.fraction())
    }
}

impl<K, V> Running<K, V> {
    fn end(&mut self) {
        self.work.progress.cancel();
        if let Some(handle) = self.handle.take() {
            // Nobody is left to hear of a failure.
            let _ = handle.join();
        }
    }
}

impl<K, V> Drop for Running<K, V> {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(background: &mut Background<u32, u32>, ctx: &egui::Context, key: u32) {
        while background.have.as_ref().is_none_or(|have| !have.whole || have.key != key) {
            background.want(Some(ctx), &key, |key, _| Ok(10 * key));
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_wanted_value_comes_and_the_earlier_one_stays_until_then() {
        let ctx = egui::Context::default();
        let mut background = Background::new("test");
        wait(&mut background, &ctx, 1);
        assert_eq!(background.get().map(|value| **value), Some(10));
        background.want(Some(&ctx), &2, |_, work| {
            while work.report(0.0) {
                std::thread::yield_now();
            }
            Err(Missing::Cancelled)
        });
        assert!(background.fraction().is_some());
        assert_eq!(background.get().map(|value| **value), Some(10));
        // Another is wanted: that one is left half-way.
        wait(&mut background, &ctx, 3);
        assert_eq!(background.get().map(|value| **value), Some(30));
    }

    #[test]
    fn what_was_stopped_waits_to_be_asked_for_again() {
        let ctx = egui::Context::default();
        let mut background: Background<u32, u32> = Background::new("test");
        let long = |_: &u32, work: &Work<u32>| {
            while work.report(0.0) {
                std::thread::yield_now();
            }
            Err(Missing::Cancelled)
        };
        background.want(Some(&ctx), &1, long);
        background.stop();
        while background.fraction().is_some() {
            background.want(Some(&ctx), &1, long);
        }
        assert_eq!(background.missing(), Some(&Missing::Cancelled));
        background.again();
        wait(&mut background, &ctx, 1);
        assert_eq!((background.missing(), background.get().map(|v| **v)), (None, Some(10)));
    }

    #[test]
    fn values_are_shown_on_the_way_and_stay_when_the_work_is_stopped() {
        let ctx = egui::Context::default();
        let mut background: Background<u32, u32> = Background::new("test");
        wait(&mut background, &ctx, 1);
        let count = |_: &u32, work: &Work<u32>| {
            let mut so_far = 1000;
            while work.show(0.5, || so_far) {
                so_far += 1;
                std::thread::yield_now();
            }
            Err(Missing::Cancelled)
        };
        let shown = |background: &Background<u32, u32>| background.get().map_or(0, |value| **value);
        while shown(&background) < 1000 {
            background.want(Some(&ctx), &2, count);
        }
        let (first, began) = (shown(&background), Instant::now());
        while shown(&background) == first {
            background.want(Some(&ctx), &2, count);
        }
        assert!(began.elapsed() >= PACE / 2, "values follow each other at once");
        background.stop();
        while background.fraction().is_some() {
            background.want(Some(&ctx), &2, count);
        }
        assert_eq!(background.missing(), Some(&Missing::Cancelled));
        assert!(shown(&background) > first, "the last value is shown too");
        // It is not the whole: asked for again, it is made.
        background.again();
        wait(&mut background, &ctx, 2);
        assert_eq!(shown(&background), 20);
    }

    #[test]
    fn without_a_window_values_are_there_at_once_and_panics_are_failures() {
        let mut background: Background<u32, u32> = Background::new("test");
        background.want(None, &4, |key, _| Ok(key + 1));
        assert_eq!(background.get().map(|value| **value), Some(5));
        let ctx = egui::Context::default();
        let broken = |_: &u32, _: &Work<u32>| panic!("meant by the test");
        background.want(Some(&ctx), &5, broken);
        while background.missing().is_none() {
            background.want(Some(&ctx), &5, broken);
        }
        assert!(matches!(background.missing(), Some(Missing::Failed(text)) if text.contains("internal")));
    }
}
