//! Work that takes longer than a frame: named threads with progress, cancelled and joined.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::images::Prepared;
use super::thread::Thread;
use crate::imaging::LoadedImage;
use crate::scene::ImageRef;

/// What a job ends with.
pub enum Outcome {
    /// A file was written.
    Saved(PathBuf),
    /// A picture was decoded; it becomes the scene's.
    Opened(ImageRef, Arc<LoadedImage>),
    /// Files were on the clipboard.
    Pasted(Vec<PathBuf>),
    /// The scene's picture is ready at its working size.
    Prepared(Box<Prepared>),
    /// A picture that the scene wants cannot be had.
    Unprepared(String),
    /// It failed.
    Failed(String),
    /// The user stopped it.
    Cancelled,
}

/// Progress of a job, seen from both sides.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU32,
    total: AtomicU32,
    cancelled: AtomicBool,
}

impl Progress {
    /// Tells how far the work is. Returns false when it should stop.
    pub fn report(&self, done: usize, total: usize) -> bool {
        self.done.store(done as u32, Ordering::Relaxed);
        self.total.store(total as u32, Ordering::Relaxed);
        !self.is_cancelled()
    }

    /// The part that is done, `0..=1`.
    pub fn fraction(&self) -> f32 {
        let total = self.total.load(Ordering::Relaxed).max(1);
        self.done.load(Ordering::Relaxed) as f32 / total as f32
    }

    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the user wants it to stop.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// A job under way.
pub struct Job {
    /// What it does, for the status bar.
    pub title: String,
    progress: Arc<Progress>,
    thread: Thread<Outcome>,
}

impl Job {
    /// The part that is done, `0..=1`.
    pub fn fraction(&self) -> f32 {
        self.progress.fraction()
    }

    /// Asks it to stop.
    pub fn cancel(&self) {
        self.progress.cancel();
    }
}

/// All jobs.
#[derive(Default)]
pub struct Jobs {
    list: Vec<Job>,
    /// Those that could not be started.
    unstarted: Vec<Outcome>,
}

impl Jobs {
    /// Starts a job on a thread of its own, called `name`; `title` is what it does, in words.
    pub fn start(
        &mut self,
        ctx: &egui::Context,
        name: &str,
        title: String,
        work: impl FnOnce(&Progress) -> Outcome + Send + 'static,
    ) {
        let progress = Arc::new(Progress::default());
        let shared = Arc::clone(&progress);
        match Thread::start(ctx, name, move || work(&shared)) {
            Ok(thread) => self.list.push(Job { title, progress, thread }),
            Err(error) => self.unstarted.push(Outcome::Failed(format!("{title}: {error}"))),
        }
    }

    /// The jobs under way.
    pub fn running(&self) -> &[Job] {
        &self.list
    }

    /// Takes the outcomes of jobs that have ended. A panic in a job is a failure of the job alone.
    pub fn ended(&mut self) -> Vec<Outcome> {
        let mut outcomes = std::mem::take(&mut self.unstarted);
        self.list.retain(|job| {
            let Some(result) = job.thread.ended() else { return true };
            outcomes.push(result.unwrap_or_else(|panic| Outcome::Failed(format!("{}: {panic}", job.title))));
            false
        });
        outcomes
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        // All are told before the first is waited for.
        self.list.iter().for_each(Job::cancel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(jobs: &mut Jobs) -> Vec<Outcome> {
        loop {
            let ended = jobs.ended();
            if !ended.is_empty() {
                return ended;
            }
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_panic_is_a_failure_of_the_job_alone() {
        let mut jobs = Jobs::default();
        jobs.start(&egui::Context::default(), "test", "broken".to_owned(), |_| panic!("meant by the test"));
        assert!(matches!(&wait(&mut jobs)[..], [Outcome::Failed(text)] if text.contains("broken")));
    }

    #[test]
    fn a_cancelled_job_hears_of_it() {
        let mut jobs = Jobs::default();
        jobs.start(&egui::Context::default(), "test", "long".to_owned(), |progress| {
            while progress.report(1, 2) {
                std::thread::yield_now();
            }
            Outcome::Cancelled
        });
        jobs.running()[0].cancel();
        assert!(matches!(&wait(&mut jobs)[..], [Outcome::Cancelled]));
    }
}
