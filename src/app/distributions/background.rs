//! A value that is computed on a thread of its own, anew when what it depends on changes.

use std::sync::Arc;
use std::thread::JoinHandle;

use super::super::jobs::Progress;

/// Why there is no value.
#[derive(Clone, Debug, PartialEq)]
pub enum Missing {
    /// It was not wanted any more.
    Cancelled,
    /// It cannot be had.
    Failed(String),
}

/// The latest value, and the one that is being computed.
///
/// Only one is computed at a time. When another is wanted meanwhile, work that asks its progress is
/// cancelled; short work that does not ask comes to its end, and its value is shown until the wanted one
/// is there.
pub struct Background<K, V> {
    name: &'static str,
    /// The key of the value, and the value.
    have: Option<(K, Arc<V>)>,
    /// The key of what has failed or was stopped, and why.
    missing: Option<(K, Missing)>,
    running: Option<Running<K, V>>,
}

struct Running<K, V> {
    key: K,
    progress: Arc<Progress>,
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
        compute: impl FnOnce(&K, &Progress) -> Result<V, Missing> + Send + 'static,
    ) {
        self.take_ended();
        let known = self.have.as_ref().is_some_and(|(have, _)| have == key)
            || self.missing.as_ref().is_some_and(|(missing, _)| missing == key);
        match &self.running {
            Some(running) if running.key == *key => {}
            Some(running) => running.progress.cancel(),
            None if known => {}
            None => self.start(ctx, key.clone(), compute),
        }
    }

    fn start(
        &mut self,
        ctx: Option<&egui::Context>,
        key: K,
        compute: impl FnOnce(&K, &Progress) -> Result<V, Missing> + Send + 'static,
    ) {
        let progress = Arc::new(Progress::default());
        let Some(ctx) = ctx.cloned() else {
            let result = compute(&key, &progress);
            return self.keep(key, result);
        };
        let (shared, own) = (Arc::clone(&progress), key.clone());
        let spawned = std::thread::Builder::new().name(self.name.to_owned()).spawn(move || {
            let result = compute(&own, &shared);
            ctx.request_repaint();
            result
        });
        match spawned {
            Ok(handle) => self.running = Some(Running { key, progress, handle: Some(handle) }),
            Err(error) => self.missing = Some((key, Missing::Failed(error.to_string()))),
        }
    }

    /// Takes in what has come to its end.
    fn take_ended(&mut self) {
        let ended = |running: &mut Running<K, V>| running.handle.as_ref().is_none_or(JoinHandle::is_finished);
        let Some(mut running) = self.running.take_if(ended) else { return };
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
                self.have = Some((key, Arc::new(value)));
            }
            Err(missing) => self.missing = Some((key, missing)),
        }
    }

    /// Stops what is being computed; it is not begun again by itself.
    pub fn stop(&mut self) {
        if let Some(running) = &self.running {
            running.progress.cancel();
            self.missing = Some((running.key.clone(), Missing::Cancelled));
        }
    }

    /// Lets what was stopped or has failed be computed after all.
    pub fn again(&mut self) {
        self.missing = None;
    }

    /// The latest value, which may be of an earlier key.
    pub fn get(&self) -> Option<&Arc<V>> {
        self.have.as_ref().map(|(_, value)| value)
    }

    /// Why the wanted value is not there and not on its way.
    pub fn missing(&self) -> Option<&Missing> {
        self.missing.as_ref().filter(|_| self.running.is_none()).map(|(_, missing)| missing)
    }

    /// The part that is done of what is being computed.
    pub fn fraction(&self) -> Option<f32> {
        self.running.as_ref().map(|running| running.progress.fraction())
    }
}

impl<K, V> Running<K, V> {
    fn end(&mut self) {
        self.progress.cancel();
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
        while background.have.as_ref().is_none_or(|have| have.0 != key) {
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
        background.want(Some(&ctx), &2, |_, progress| {
            while progress.report(0, 1) {
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
        let long = |_: &u32, progress: &Progress| {
            while progress.report(0, 1) {
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
    fn without_a_window_values_are_there_at_once_and_panics_are_failures() {
        let mut background: Background<u32, u32> = Background::new("test");
        background.want(None, &4, |key, _| Ok(key + 1));
        assert_eq!(background.get().map(|value| **value), Some(5));
        let ctx = egui::Context::default();
        let broken = |_: &u32, _: &Progress| panic!("meant by the test");
        background.want(Some(&ctx), &5, broken);
        while background.missing().is_none() {
            background.want(Some(&ctx), &5, broken);
        }
        assert!(matches!(background.missing(), Some(Missing::Failed(text)) if text.contains("internal")));
    }
}
