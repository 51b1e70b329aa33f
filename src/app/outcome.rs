//! What the window's own work comes to.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use super::images::Prepared;
use crate::background;
use crate::imaging::{ImagingError, LoadedImage};
use crate::scene::ImageRef;

/// The window's work that is under way.
pub type Jobs = background::Jobs<Outcome>;

/// What a job comes to.
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
    Unprepared(ImagingError),
    /// It failed.
    Failed(Box<dyn Error + Send + Sync>),
    /// The user stopped it.
    Cancelled,
}
