//! The networks that were opened last, and the threads on which they compute for what is on show.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::AnalysisError;
use crate::model::ModelRef;

/// What was opened last, and threads for it, which are started when they are first needed. Clones share both.
pub(super) struct OpenedLast<O> {
    /// The name of the threads, without their numbers.
    name: &'static str,
    /// The number of threads.
    count: Option<usize>,
    pool: Arc<OnceLock<rayon::ThreadPool>>,
    open: Arc<Mutex<Option<(ModelRef, O)>>>,
}

impl<O> Clone for OpenedLast<O> {
    fn clone(&self) -> Self {
        let Self { name, count, pool, open } = self;
        Self { name, count: *count, pool: pool.clone(), open: open.clone() }
    }
}

impl<O: Clone> OpenedLast<O> {
    /// Nothing yet. `count` is the number of threads; with `None`, one less than there are cores, so that one is left for
    /// the window.
    pub fn new(name: &'static str, count: Option<usize>) -> Self {
        Self { name, count, pool: Arc::default(), open: Arc::default() }
    }

    /// What was opened last, if it is of this model; else what `make` opens.
    pub fn open(
        &self,
        model: &ModelRef,
        make: impl FnOnce() -> Result<O, AnalysisError>,
    ) -> Result<O, AnalysisError> {
        let mut kept = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, open)) = kept.as_ref().filter(|(of, _)| of == model) {
            return Ok(open.clone());
        }
        // The memory of the earlier networks is given back first.
        *kept = None;
        let open = make()?;
        *kept = Some((model.clone(), open.clone()));
        Ok(open)
    }

    /// Runs `body` on the threads.
    pub fn run<T: Send>(
        &self,
        body: impl FnOnce() -> Result<T, AnalysisError> + Send,
    ) -> Result<T, AnalysisError> {
        let pool = if let Some(pool) = self.pool.get() {
            pool
        } else {
            let built = self.start().map_err(AnalysisError::Threads)?;
            self.pool.get_or_init(|| built)
        };
        pool.install(body)
    }

    fn start(&self) -> Result<rayon::ThreadPool, String> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let count = self.count.unwrap_or((cores - 1).max(1));
        let name = self.name;
        let builder = rayon::ThreadPoolBuilder::new().num_threads(count);
        let built = builder.thread_name(move |i| format!("{name}-{i}")).build();
        built.map_err(|error| error.to_string())
    }
}
