//! The threads on which networks compute for what is on show.

use std::sync::{Arc, OnceLock};

/// A pool of threads, which is started when it is first needed. Clones share it.
#[derive(Clone)]
pub struct NetworkThreads {
    /// The name of its threads, without their numbers.
    name: &'static str,
    count: Option<usize>,
    pool: Arc<OnceLock<rayon::ThreadPool>>,
}

impl NetworkThreads {
    /// So many threads; with `None`, one less than there are cores, so that one is left for the window.
    pub fn new(name: &'static str, count: Option<usize>) -> Self {
        Self { name, count, pool: Arc::default() }
    }

    /// Runs `body` on the threads.
    ///
    /// # Errors
    /// Says why they cannot be started.
    pub fn run<T: Send>(&self, body: impl FnOnce() -> T + Send) -> Result<T, String> {
        let pool = if let Some(pool) = self.pool.get() {
            pool
        } else {
            let built = self.start()?;
            self.pool.get_or_init(|| built)
        };
        Ok(pool.install(body))
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
