//! A value that is computed on a thread of its own, anew when what it depends on changes.
//!
//! The inputs of a computation are its key. A value is never handed out without the key that it was
//! computed from ([`Computed`]): what is on show may lag behind the scene, and is drawn with its own
//! levels, data and times, never with those of the scene as it has become.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::jobs::Progress;
use super::thread::Thread;

/// Work that is done sooner shows its end alone: what is dragged must not flicker.
const PATIENCE: Duration = Duration::from_millis(150);
/// Between two values that are shown on the way.
const PACE: Duration = Duration::from_millis(33);

/// A value with what it was computed from.
#[derive(Clone, Debug, PartialEq)]
pub struct Computed<K, V> {
    /// The inputs.
    pub key: K,
    /// What follows from them.
    pub value: V,
}

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

/// What all computations can be asked, whatever they compute.
pub trait Task {
    /// Takes in what has come to its end, whether or not it is still wanted.
    fn poll(&mut self);
    /// The part that is done of what is being computed.
    fn fraction(&self) -> Option<f32>;
    /// Why the wanted value is not there and not on its way.
    fn missing(&self) -> Option<&Missing>;
    /// Stops what is being computed; it is not begun again by itself. What it has shown stays.
    fn stop(&mut self);
    /// Lets what was stopped or has failed be computed after all.
    fn again(&mut self);
    /// The panic that has ended a computation since the last call, or what else should never happen.
    fn take_panic(&mut self) -> Option<String>;
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

struct Running<K, V> {
    key: K,
    work: Arc<Work<V>>,
    thread: Thread<Result<V, Missing>>,
}

impl<K: Clone, V> Running<K, V> {
    /// Takes in how far the work has come, where it has shown that.
    fn show(&self, have: &mut Option<Had<K, V>>) {
        if let Some(value) = self.work.take() {
            *have = Some(Had::new(self.key.clone(), value, false));
        }
    }
}

impl<K, V> Drop for Running<K, V> {
    fn drop(&mut self) {
        // The thread is waited for.
        self.work.progress.cancel();
    }
}

impl<K: Clone + PartialEq + Send + 'static, V: Send + Sync + 'static> Background<K, V> {
    /// Nothing yet; threads are called `name`.
    pub fn new(name: &'static str) -> Self {
        Self { name, have: None, missing: None, running: None, panic: None }
    }

    /// Says which value is wanted. Without a context to repaint it is computed here and now.
    pub fn want(
        &mut self,
        ctx: Option<&egui::Context>,
        key: &K,
        compute: impl FnOnce(&K, &Work<V>) -> Result<V, Missing> + Send + 'static,
    ) {
        if let Some(running) = self.running.as_ref().filter(|running| running.key == *key) {
            running.show(&mut self.have);
        }
        self.poll();
        // Why another one could not be had matters no more.
        self.missing.take_if(|(missing, _)| missing != key);
        let whole = self.have.as_ref().is_some_and(|have| have.whole && have.computed.key == *key);
        let known = whole || self.missing.is_some();
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
        let Some(ctx) = ctx else {
            let result = compute(&key, &work);
            return self.keep(key, result);
        };
        let (shared, own) = (Arc::clone(&work), key.clone());
        match Thread::start(ctx, self.name, move || compute(&own, &shared)) {
            Ok(thread) => self.running = Some(Running { key, work, thread }),
            Err(error) => {
                let text = format!("{}: {error}", self.name);
                self.panic = Some(text.clone());
                self.missing = Some((key, Missing::Failed(text)));
            }
        }
    }
}

impl<K: Clone, V> Background<K, V> {
    fn keep(&mut self, key: K, result: Result<V, Missing>) {
        match result {
            Ok(value) => {
                self.missing = None;
                self.have = Some(Had::new(key, value, true));
            }
            Err(missing) => self.missing = Some((key, missing)),
        }
    }

    /// The latest value, which may be of an earlier key, or on its way still; with its key.
    pub fn get(&self) -> Option<&Arc<Computed<K, V>>> {
        self.have.as_ref().map(|have| &have.computed)
    }
}

impl<K: Clone + PartialEq, V> Task for Background<K, V> {
    fn poll(&mut self) {
        let Some(result) = self.running.as_ref().and_then(|running| running.thread.ended()) else { return };
        let Some(running) = self.running.take() else { return };
        let result = result.unwrap_or_else(|panic| {
            let text = format!("{}: {panic}", self.name);
            self.panic = Some(text.clone());
            Err(Missing::Failed(text))
        });
        let stopped = self.missing.as_ref().is_some_and(|(missing, _)| *missing == running.key);
        if matches!(result, Err(Missing::Cancelled)) && !stopped {
            // Another is wanted meanwhile: this one is not missed.
            return;
        }
        // Work that was stopped has shown how far it came.
        if stopped {
            running.show(&mut self.have);
        }
        self.keep(running.key.clone(), result);
    }

    fn fraction(&self) -> Option<f32> {
        self.running.as_ref().map(|running| running.work.progress.fraction())
    }

    fn missing(&self) -> Option<&Missing> {
        self.missing.as_ref().filter(|_| self.running.is_none()).map(|(_, missing)| missing)
    }

    fn stop(&mut self) {
        if let Some(running) = &self.running {
            running.work.progress.cancel();
            self.missing = Some((running.key.clone(), Missing::Cancelled));
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
    use super::*;

    fn wait(background: &mut Background<u32, u32>, ctx: &egui::Context, key: u32) {
        while background.have.as_ref().is_none_or(|have| !have.whole || have.computed.key != key) {
            background.want(Some(ctx), &key, |key, _| Ok(10 * key));
            std::thread::yield_now();
        }
    }

    fn value(background: &Background<u32, u32>) -> Option<u32> {
        background.get().map(|computed| computed.value)
    }

    #[test]
    fn the_wanted_value_comes_and_the_earlier_one_stays_until_then() {
        let ctx = egui::Context::default();
        let mut background = Background::new("test");
        wait(&mut background, &ctx, 1);
        assert_eq!(value(&background), Some(10));
        background.want(Some(&ctx), &2, |_, work| {
            while work.report(0.0) {
                std::thread::yield_now();
            }
            Err(Missing::Cancelled)
        });
        assert!(background.fraction().is_some());
        // What is there still says what it was computed from.
        assert_eq!(
            background.get().map(|computed| (**computed).clone()),
            Some(Computed { key: 1, value: 10 })
        );
        // Another is wanted: that one is left half-way.
        wait(&mut background, &ctx, 3);
        assert_eq!(value(&background), Some(30));
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
        assert_eq!((background.missing(), value(&background)), (None, Some(10)));
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
        let shown = |background: &Background<u32, u32>| value(background).unwrap_or(0);
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
        assert_eq!(value(&background), Some(5));
        let ctx = egui::Context::default();
        let broken = |_: &u32, _: &Work<u32>| panic!("meant by the test");
        background.want(Some(&ctx), &5, broken);
        while background.missing().is_none() {
            background.want(Some(&ctx), &5, broken);
        }
        assert!(matches!(background.missing(), Some(Missing::Failed(text)) if text.contains("internal")));
        let panic = background.take_panic().unwrap();
        assert!(panic.contains("test: stopped by an internal error (meant by the test)"), "{panic}");
        assert_eq!(background.take_panic(), None);
        // The value of before stays, and another is computed as ever.
        assert_eq!(value(&background), Some(5));
        wait(&mut background, &ctx, 6);
    }
}
