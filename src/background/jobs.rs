//! Background work such as exports, of which every piece is completed, unlike that of [`Latest`](super::Latest).

use super::{Computed, Missing, Progress, Task, Wake};

/// A piece of work under way. Its key is its title: what it does, in words.
pub type Job<T> = Task<String, (), T>;

/// The pieces of work under way, side by side. Each has a result of type `T`.
pub struct Jobs<T> {
    list: Vec<Job<T>>,
    /// Failures of work for which no thread could be started.
    unstarted: Vec<Computed<String, Result<T, Missing>>>,
}

impl<T> Default for Jobs<T> {
    fn default() -> Self {
        Self { list: Vec::new(), unstarted: Vec::new() }
    }
}

impl<T: Send + 'static> Jobs<T> {
    /// Starts work on a thread of its own, called `name`; `title` says what the work does, in words. A failure to start
    /// the thread is among the next [`ended`](Self::ended).
    pub fn start(
        &mut self,
        wake: &Wake,
        name: &str,
        title: String,
        work: impl FnOnce(&Progress) -> T + Send + 'static,
    ) {
        match Task::start(wake, name, title.clone(), |_, task| Ok(work(task.progress()))) {
            Ok(job) => self.list.push(job),
            Err(error) => {
                let value = Err(Missing::failed(error));
                self.unstarted.push(Computed { key: title, value });
            }
        }
    }
}

impl<T> Jobs<T> {
    /// The work under way.
    pub fn running(&self) -> &[Job<T>] {
        &self.list
    }

    /// Takes the results of the work that has ended since the last call, each with its title. A panic ends only the
    /// work in which it happened.
    pub fn ended(&mut self) -> Vec<Computed<String, Result<T, Missing>>> {
        let mut ended = std::mem::take(&mut self.unstarted);
        self.list.retain(|job| match job.ended() {
            Some(end) => {
                ended.push(end);
                false
            }
            None => true,
        });
        ended
    }
}

impl<T> Drop for Jobs<T> {
    fn drop(&mut self) {
        // All jobs are told to stop before the first of them is waited for.
        self.list.iter().for_each(Task::cancel);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn wait(jobs: &mut Jobs<u32>) -> Vec<Computed<String, Result<u32, Missing>>> {
        loop {
            let ended = jobs.ended();
            if !ended.is_empty() {
                return ended;
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn each_job_comes_to_its_end_with_its_title() {
        let (mut jobs, wake): (_, Wake) = (Jobs::default(), Arc::new(|| ()));
        jobs.start(&wake, "test", "long".to_owned(), |progress| {
            while progress.report(1, 2) {
                std::thread::yield_now();
            }
            7
        });
        jobs.start(&wake, "test", "broken".to_owned(), |_| panic!("meant by the test"));
        let [broken] = &wait(&mut jobs)[..] else { panic!("one has ended") };
        assert_eq!(broken.key, "broken");
        assert!(matches!(&broken.value, Err(Missing::Panicked(text)) if text.contains("meant by")));
        jobs.running()[0].cancel();
        let [long] = &wait(&mut jobs)[..] else { panic!("the other has ended") };
        assert!(long.key == "long" && matches!(long.value, Ok(7)));
    }
}
