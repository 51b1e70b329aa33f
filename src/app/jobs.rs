//! Work that takes longer than a frame: named threads with progress, cancelled and joined.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;

use super::images::Prepared;
use crate::imaging::LoadedImage;
use crate::scene::ImageRef;

/// What a job ends with.
pub enum Outcome {
    /// Something worth telling.
    Notice(String),
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
    handle: Option<JoinHandle<Outcome>>,
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
}

impl Jobs {
    /// Starts a job on a thread of its own.
    pub fn start(
        &mut self,
        ctx: &egui::Context,
        title: impl Into<String>,
        work: impl FnOnce(&Progress) -> Outcome + Send + 'static,
    ) {
        let title = title.into();
        let progress = Arc::new(Progress::default());
        let (ctx, shared) = (ctx.clone(), Arc::clone(&progress));
        let spawned = std::thread::Builder::new().name(title.clone()).spawn(move || {
            let outcome = work(&shared);
            ctx.request_repaint();
            outcome
        });
        match spawned {
            Ok(handle) => self.list.push(Job { title, progress, handle: Some(handle) }),
            Err(error) => log::error!("no thread for {title:?}: {error}"),
        }
    }

    /// The jobs under way.
    pub fn running(&self) -> &[Job] {
        &self.list
    }

    /// Takes the outcomes of jobs that have ended.
    pub fn ended(&mut self) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        self.list.retain_mut(|job| {
            if !job.handle.as_ref().is_some_and(JoinHandle::is_finished) {
                return true;
            }
            outcomes.extend(job.handle.take().map(|handle| outcome_of(&job.title, handle)));
            false
        });
        outcomes
    }
}

/// A panic in a job is a failure of the job alone.
fn outcome_of(title: &str, handle: JoinHandle<Outcome>) -> Outcome {
    handle.join().unwrap_or_else(|_| Outcome::Failed(format!("{title}: stopped by an internal error")))
}

impl Drop for Jobs {
    fn drop(&mut self) {
        for job in &self.list {
            job.cancel();
        }
        for mut job in self.list.drain(..) {
            if let Some(handle) = job.handle.take() {
                let _ = outcome_of(&job.title, handle);
            }
        }
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
        jobs.start(&egui::Context::default(), "broken", |_| panic!("meant by the test"));
        assert!(matches!(&wait(&mut jobs)[..], [Outcome::Failed(text)] if text.contains("broken")));
    }

    #[test]
    fn a_cancelled_job_hears_of_it() {
        let mut jobs = Jobs::default();
        jobs.start(&egui::Context::default(), "long", |progress| {
            while progress.report(1, 2) {
                std::thread::yield_now();
            }
            Outcome::Cancelled
        });
        jobs.running()[0].cancel();
        assert!(matches!(&wait(&mut jobs)[..], [Outcome::Cancelled]));
    }
}
