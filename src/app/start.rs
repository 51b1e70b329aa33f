//! How the window starts.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::dialogs::Chooser;
use super::images::Prepared;
use super::words::Language;
use crate::gpu::Device;
use crate::lesson::Lesson;
use crate::scene::Scene;
use crate::worker::Opener;

/// How the window starts.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The scene; the remembered or the default one when `None`.
    pub scene: Option<Scene>,
    /// The lesson that the window begins with.
    pub lesson: Option<Lesson>,
    /// The language of the window; that of the settings or of the system when `None`.
    pub language: Option<Language>,
    /// Whether settings and the last scene are remembered from run to run.
    pub remember: bool,
    /// The folder of the settings, in which the scene of an open window is also kept, to be restored after an
    /// unexpected end. `None` where there is no such folder.
    pub folder: Option<PathBuf>,
    /// The scene's picture, if the caller has prepared it already.
    pub picture: Option<Prepared>,
    /// The device that computes the pictures.
    pub device: Device,
    /// Leave pictures empty, to measure the window's own work.
    pub without_pictures: bool,
    /// A function that opens networks instead of reading their files.
    pub opener: Option<OpenModel>,
    /// A function that answers questions for files instead of the system's dialogs.
    pub chooser: Option<Chooser>,
    /// Receives a message that could not be shown because the window was closed.
    pub parting: Parting,
}

/// A message that is left when the window has been closed, for the caller to show.
#[derive(Clone, Debug, Default)]
pub struct Parting(Arc<Mutex<Option<String>>>);

impl Parting {
    pub(super) fn say(&self, text: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }

    /// Takes the message, if there is one.
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A function that opens networks.
#[derive(Clone)]
pub struct OpenModel(pub Opener);

impl std::fmt::Debug for OpenModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenModel")
    }
}
