//! Dialogs of the separate program `zenity`, which is ended with the window.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Answer, DialogError, Purpose, Question, filters};
use crate::files::{Limited, plain, shortened};

/// The most bytes that are read of the program's output and of its error messages.
const MAX_OUTPUT: u64 = 1 << 16;
/// Exit status of a dialog that was closed without an answer.
const CLOSED: i32 = 1;

/// The dialog's process, shared by the thread that waits for it and the window.
#[derive(Default)]
pub struct Running(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    Idle,
    Shown(Child),
    Ended,
}

impl Running {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the dialog. One that has not begun will not begin.
    pub fn end(&self) {
        if let State::Shown(child) = &mut *self.state() {
            // Both fail if the dialog has ended by itself.
            drop(child.kill());
            drop(child.wait());
        }
        *self.state() = State::Ended;
    }

    /// Starts the program and returns its output; `None` if the window is closed already.
    fn start(&self, command: &mut Command) -> io::Result<Option<impl io::Read + use<>>> {
        let mut state = self.state();
        if matches!(*state, State::Ended) {
            return Ok(None);
        }
        let mut child = command.spawn()?;
        let stdout = child.stdout.take();
        *state = State::Shown(child);
        Ok(stdout)
    }

    /// Waits for the end of the program; `None` when the window ended it.
    fn wait(&self) -> io::Result<Option<ExitStatus>> {
        loop {
            match &mut *self.state() {
                State::Shown(child) => {
                    if let Some(status) = child.try_wait()? {
                        return Ok(Some(status));
                    }
                }
                _ => return Ok(None),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Asks, and waits for the answer.
pub fn ask(question: &Question, running: &Running) -> Answer {
    asked(question, running).unwrap_or_else(|error| Err(DialogError::Zenity(error.to_string())))
}

fn asked(question: &Question, running: &Running) -> io::Result<Answer> {
    let mut complaints = tempfile::tempfile()?;
    let mut command = command(question);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(complaints.try_clone()?);
    let Some(stdout) = running.start(&mut command)? else { return Ok(Ok(None)) };
    let mut output = Vec::new();
    Limited::new(stdout, MAX_OUTPUT).read_to_end(&mut output)?;
    let Some(status) = running.wait()? else { return Ok(Ok(None)) };
    match status.code() {
        Some(0) => Ok(Ok(path(output))),
        Some(CLOSED) if !has_no_display(&mut complaints)? => Ok(Ok(None)),
        _ => {
            let text = last_line(&mut complaints)?.unwrap_or_default();
            let said = shortened(&plain(&text), 200);
            Ok(Err(DialogError::Zenity(format!("{status}: {said}"))))
        }
    }
}

fn command(question: &Question) -> Command {
    let mut command = Command::new("zenity");
    command.args(["--file-selection", "--title", &question.title]);
    match &question.purpose {
        Purpose::Open => {}
        Purpose::Folder => drop(command.arg("--directory")),
        Purpose::Save(name) => drop(command.args(["--save", "--confirm-overwrite", "--filename", name])),
    }
    for (name, endings) in filters(question) {
        let patterns = endings.iter().map(|ending| match ending.as_str() {
            "*" => "*".to_owned(),
            ending => format!("*.{ending}"),
        });
        command.args(["--file-filter", &format!("{name} | {}", patterns.collect::<Vec<_>>().join(" "))]);
    }
    command
}

/// The path that the program printed as one line; `None` if it printed nothing.
fn path(mut output: Vec<u8>) -> Option<PathBuf> {
    if output.last() == Some(&b'\n') {
        output.pop();
    }
    (!output.is_empty()).then(|| PathBuf::from(os_string(output)))
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// Whether the error messages say that there is no display: GTK then ends the program with the same status as when the
/// user closes the dialog.
fn has_no_display(complaints: &mut File) -> io::Result<bool> {
    Ok(read(complaints)?.to_lowercase().contains("open display"))
}

fn last_line(complaints: &mut File) -> io::Result<Option<String>> {
    Ok(read(complaints)?.lines().rfind(|line| !line.trim().is_empty()).map(str::to_owned))
}

fn read(complaints: &mut File) -> io::Result<String> {
    complaints.rewind()?;
    let mut bytes = Vec::new();
    complaints.take(MAX_OUTPUT).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
