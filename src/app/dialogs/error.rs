//! Why the system's file dialog did not open.

use crate::system::{NoDialogs, Package};

/// Why the system's file dialog did not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialogError {
    /// Nothing here shows file dialogs.
    #[error("{reason}; {}", Package::DIALOGS.advice_with(command.as_deref()))]
    Missing {
        /// What is missing.
        reason: NoDialogs,
        /// The command that installs what shows dialogs; `None` if it is not known.
        command: Option<String>,
    },
    /// The desktop's portal took the question, and showed nothing.
    #[error("xdg-desktop-portal did not show it")]
    NotShown,
    /// The program `zenity` failed.
    #[error("zenity failed ({0})")]
    Zenity(String),
    /// No thread can wait for the dialog.
    #[error("nothing can wait for its answer ({0})")]
    Thread(String),
    /// The thread that waited for the dialog ended without an answer.
    #[error("it ended without an answer")]
    Ended,
}
