//! How the window starts.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::dialogs::Chooser;
use super::images::Prepared;
use super::words::Language;
use crate::gpu::Device;
use crate::scene::Scene;
use crate::worker::Opener;

/// How the window starts.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The scene; the remembered or the default one when `None`.
    pub scene: Option<Scene>,
    /// The language of the window.
    pub language: Language,
    /// Whether settings and the last scene are remembered from run to run.
    pub remember: bool,
    /// The folder where that is kept, and in which the scene of an open window is kept for an unexpected end.
    pub folder: Option<PathBuf>,
    /// The scene's picture, where it is at hand already.
    pub picture: Option<Prepared>,
    /// What computes the pictures.
    pub device: Device,
    /// Leave pictures empty, to measure the window's own work.
    pub without_pictures: bool,
    /// Another way to open networks than from their files.
    pub opener: Option<OpenModel>,
    /// Another way to ask for files than the system's dialogs.
    pub chooser: Option<Chooser>,
    /// Takes what the window has to say when it is closed already.
    pub parting: Parting,
}

/// What is left to say when there is no window any more to say it in.
#[derive(Clone, Debug, Default)]
pub struct Parting(Arc<Mutex<Option<String>>>);

impl Parting {
    pub(super) fn say(&self, text: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }

    /// The words, if there are any.
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A way to open networks.
#[derive(Clone)]
pub struct OpenModel(pub Opener);

impl std::fmt::Debug for OpenModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenModel")
    }
}
