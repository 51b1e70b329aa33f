//! File dialogs that never block the window: futures polled once per frame.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use rfd::{AsyncFileDialog, FileHandle};

type Choice = Pin<Box<dyn Future<Output = Option<FileHandle>>>>;

struct Repaint(egui::Context);

impl Wake for Repaint {
    fn wake(self: Arc<Self>) {
        self.0.request_repaint();
    }
}

/// One open dialog at most, with what its answer is for.
pub struct Dialogs<T> {
    open: Option<(Choice, T)>,
    barred: bool,
}

impl<T> Default for Dialogs<T> {
    fn default() -> Self {
        Self { open: None, barred: false }
    }
}

/// A file type offered by a dialog: name and extensions.
pub type Filter = (&'static str, &'static [&'static str]);

impl<T> Dialogs<T> {
    /// Opens none: for tests, which must not leave them on somebody's screen.
    pub fn barred() -> Self {
        Self { open: None, barred: true }
    }

    /// Asks for a file to read.
    pub fn ask_open(&mut self, title: &str, filter: Filter, then: T) {
        if self.barred {
            return;
        }
        let dialog = AsyncFileDialog::new().set_title(title).add_filter(filter.0, filter.1);
        self.start(Box::pin(dialog.pick_file()), then);
    }

    /// Asks for a folder to read.
    pub fn ask_folder(&mut self, title: &str, then: T) {
        if self.barred {
            return;
        }
        self.start(Box::pin(AsyncFileDialog::new().set_title(title).pick_folder()), then);
    }

    /// Asks for a file to write.
    pub fn ask_save(&mut self, title: &str, name: &str, filter: Filter, then: T) {
        if self.barred {
            return;
        }
        let dialog =
            AsyncFileDialog::new().set_title(title).set_file_name(name).add_filter(filter.0, filter.1);
        self.start(Box::pin(dialog.save_file()), then);
    }

    fn start(&mut self, choice: Choice, then: T) {
        // A second dialog would hide the first: the first stays.
        if self.open.is_none() {
            self.open = Some((choice, then));
        }
    }

    /// The answer, when there is one: the path, or `None` if the dialog was closed without.
    pub fn poll(&mut self, ctx: &egui::Context) -> Option<(Option<PathBuf>, T)> {
        let (choice, _) = self.open.as_mut()?;
        let waker = Waker::from(Arc::new(Repaint(ctx.clone())));
        let Poll::Ready(answer) = choice.as_mut().poll(&mut Context::from_waker(&waker)) else {
            return None;
        };
        let (_, then) = self.open.take()?;
        Some((answer.map(|file| file.path().to_owned()), then))
    }
}
