//! File dialogs that never block the window, polled once per frame.

mod error;
mod typed;
mod zenity;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use rfd::{AsyncFileDialog, FileDialog, FileHandle};

pub use self::error::DialogError;
pub use self::typed::Typed;
use self::zenity::Running;
use crate::system::{self, FileDialogs, Package};

/// Nobody closes a dialog faster than this: one that ends sooner was never shown.
const BLINK: Duration = Duration::from_millis(150);

/// A kind of file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The name of the kind, as the dialog shows it.
    pub name: String,
    /// The file name extensions of the kind, the usual one first.
    pub endings: &'static [&'static str],
}

impl Filter {
    /// A kind with this name and these extensions.
    pub fn of(name: impl Into<String>, endings: &'static [&'static str]) -> Self {
        Self { name: name.into(), endings }
    }
}

/// A question for a path, which the user is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The dialog's title.
    pub title: String,
    /// What the path is for.
    pub purpose: Purpose,
    /// The kind of file; `None` for folders.
    pub filter: Option<Filter>,
    /// The name of the choice that shows files of any kind.
    pub all_files: String,
}

/// What a chosen path is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A file to read.
    Open,
    /// A folder to read.
    Folder,
    /// A file to write; holds the proposed name.
    Save(String),
}

/// The chosen path, or `None` when the user cancelled; as an error, why there was no dialog.
pub type Answer = Result<Option<PathBuf>, DialogError>;

/// A function that answers questions instead of the system's dialogs.
#[derive(Clone)]
pub struct Chooser(pub Arc<dyn Fn(&Question) -> Answer + Send + Sync>);

impl std::fmt::Debug for Chooser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chooser")
    }
}

/// A question that has been asked.
enum Asked {
    /// The dialog is a future that the window's own thread polls, as macOS requires.
    Future(Pin<Box<dyn Future<Output = Option<FileHandle>>>>),
    /// A thread waits for the dialog, which is closed with the window.
    Thread(Receiver<Answer>, Arc<Running>),
    /// The question has been answered at once.
    Answered(Answer),
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Self::Thread(_, running) = self {
            running.end();
        }
    }
}

struct Repaint(egui::Context);

impl Wake for Repaint {
    fn wake(self: Arc<Self>) {
        self.0.request_repaint();
    }
}

/// A question whose dialog has ended.
pub struct Ended<T> {
    /// The question.
    pub question: Question,
    /// The answer.
    pub answer: Answer,
    /// What is to be done with the answer.
    pub then: T,
}

/// At most one open dialog, with a value that says what to do with its answer.
pub struct Dialogs<T> {
    chooser: Option<Chooser>,
    /// The name of the choice that shows files of any kind.
    pub all_files: String,
    open: Option<(Asked, Question, T)>,
}

impl<T> Dialogs<T> {
    /// Dialogs of the system, or the given function in their place.
    pub fn new(chooser: Option<Chooser>, all_files: String) -> Self {
        Self { chooser, all_files, open: None }
    }

    /// Asks for a file to read.
    pub fn ask_open(&mut self, ctx: &egui::Context, title: String, filter: Filter, then: T) {
        self.ask(ctx, (title, Purpose::Open, Some(filter)), then);
    }

    /// Asks for a folder to read.
    pub fn ask_folder(&mut self, ctx: &egui::Context, title: String, then: T) {
        self.ask(ctx, (title, Purpose::Folder, None), then);
    }

    /// Asks for a file to write. A name that the user types need not have an extension of the filter.
    pub fn ask_save(&mut self, ctx: &egui::Context, title: String, name: String, filter: Filter, then: T) {
        self.ask(ctx, (title, Purpose::Save(name), Some(filter)), then);
    }

    fn ask(
        &mut self,
        ctx: &egui::Context,
        (title, purpose, filter): (String, Purpose, Option<Filter>),
        then: T,
    ) {
        // A second dialog would hide the first, so it is not opened.
        if self.open.is_some() {
            return;
        }
        let question = Question { title, purpose, filter, all_files: self.all_files.clone() };
        let asked = match &self.chooser {
            Some(Chooser(choose)) => Asked::Answered(choose(&question)),
            None if system::SERVED => on_thread(ctx, question.clone()),
            None => Asked::Future(future(&question)),
        };
        self.open = Some((asked, question, then));
    }

    /// Whether a dialog is open.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Closes an open dialog without an answer.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Takes the answer with its question and its value; `None` while there is none.
    pub fn poll(&mut self, ctx: &egui::Context) -> Option<Ended<T>> {
        let (asked, ..) = self.open.as_mut()?;
        let answer = match asked {
            Asked::Future(future) => {
                let waker = Waker::from(Arc::new(Repaint(ctx.clone())));
                match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    Poll::Ready(file) => Ok(file.map(|file| file.path().to_owned())),
                    Poll::Pending => return None,
                }
            }
            Asked::Thread(answers, _) => match answers.try_recv() {
                Ok(answer) => answer,
                Err(TryRecvError::Empty) => return None,
                Err(TryRecvError::Disconnected) => Err(DialogError::Ended),
            },
            Asked::Answered(answer) => std::mem::replace(answer, Ok(None)),
        };
        let (_, question, then) = self.open.take()?;
        Some(Ended { question, answer, then })
    }
}

fn on_thread(ctx: &egui::Context, question: Question) -> Asked {
    let (sender, receiver) = channel();
    let running = Arc::new(Running::default());
    let (ctx, shared) = (ctx.clone(), Arc::clone(&running));
    let spawned = std::thread::Builder::new().name("file dialog".to_owned()).spawn(move || {
        // Sending fails only when the window has been closed.
        drop(sender.send(ask(&question, &shared)));
        ctx.request_repaint();
    });
    match spawned {
        Ok(_) => Asked::Thread(receiver, running),
        Err(error) => Asked::Answered(Err(DialogError::Thread(error.to_string()))),
    }
}

/// Asks with the kind of dialog that this system has, and waits for the answer.
fn ask(question: &Question, running: &Running) -> Answer {
    match system::file_dialogs() {
        Ok(FileDialogs::Zenity) => zenity::ask(question, running),
        Ok(_) => portal(question),
        Err(reason) => Err(DialogError::Missing { reason, command: Package::DIALOGS.command() }),
    }
}

fn portal(question: &Question) -> Answer {
    let mut dialog = FileDialog::new().set_title(&question.title);
    for (name, endings) in filters(question) {
        dialog = dialog.add_filter(name, &endings);
    }
    let began = Instant::now();
    let path = match &question.purpose {
        Purpose::Open => dialog.pick_file(),
        Purpose::Folder => dialog.pick_folder(),
        Purpose::Save(name) => dialog.set_file_name(name).save_file(),
    };
    if path.is_none() && began.elapsed() < BLINK {
        return Err(DialogError::NotShown);
    }
    Ok(path)
}

fn future(question: &Question) -> Pin<Box<dyn Future<Output = Option<FileHandle>>>> {
    let mut dialog = AsyncFileDialog::new().set_title(&question.title);
    for (name, endings) in filters(question) {
        dialog = dialog.add_filter(name, &endings);
    }
    match &question.purpose {
        Purpose::Open => Box::pin(dialog.pick_file()),
        Purpose::Folder => Box::pin(dialog.pick_folder()),
        Purpose::Save(name) => Box::pin(dialog.set_file_name(name).save_file()),
    }
}

/// The kinds of file that a dialog offers, with their extensions in lower and upper case. A file to be read may have
/// any name.
fn filters(question: &Question) -> Vec<(&str, Vec<String>)> {
    let Some(Filter { name, endings }) = &question.filter else { return Vec::new() };
    let capitals = endings.iter().map(|ending| ending.to_uppercase());
    let both = endings.iter().map(|&ending| ending.to_owned()).chain(capitals).collect();
    let mut filters = vec![(name.as_str(), both)];
    if question.purpose == Purpose::Open {
        filters.push((question.all_files.as_str(), vec!["*".to_owned()]));
    }
    filters
}

/// The path with the kind's usual extension added, unless it has one of the kind's extensions. What follows another dot
/// is not taken for an extension: "scene v1.2" is a name without one.
pub fn with_ending(path: &Path, filter: &Filter) -> PathBuf {
    let endings = filter.endings;
    let has = |ending: &&str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
    let Some(usual) = endings.first().filter(|_| !endings.iter().any(has)) else { return path.to_owned() };
    let mut name = path.as_os_str().to_owned();
    if !name.as_encoded_bytes().ends_with(b".") {
        name.push(".");
    }
    name.push(usual);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenes() -> Filter {
        Filter::of("Scenes", &["diffuscope"])
    }

    #[test]
    fn only_the_endings_of_the_kind_are_endings() {
        let ending = |name: &str, filter: &Filter| with_ending(Path::new(name), filter);
        for (typed, written) in [
            ("scene", "scene.diffuscope"),
            ("my.scene v1.2", "my.scene v1.2.diffuscope"),
            ("scene.json", "scene.json.diffuscope"),
            ("scene.", "scene.diffuscope"),
            ("scene.diffuscope", "scene.diffuscope"),
            ("scene.DiffuScope", "scene.DiffuScope"),
            ("/a.b/고양이", "/a.b/고양이.diffuscope"),
            (".diffuscope", ".diffuscope.diffuscope"),
        ] {
            assert_eq!(ending(typed, &scenes()), PathBuf::from(written), "{typed}");
        }
        let films = Filter::of("APNG", &["png", "apng"]);
        assert_eq!(ending("film.apng", &films), PathBuf::from("film.apng"));
        assert_eq!(ending("film.gif", &films), PathBuf::from("film.gif.png"));
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_stay_as_they_are() {
        use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
        let path = PathBuf::from(std::ffi::OsString::from_vec(b"/tmp/\xff".to_vec()));
        assert_eq!(with_ending(&path, &scenes()).as_os_str().as_bytes(), b"/tmp/\xff.diffuscope");
    }
}
