//! The outcomes of the window's own work in the background.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use egui::ColorImage;

use super::images::Prepared;
use crate::background;
use crate::imaging::{ImagingError, LoadedImage};
use crate::scene::ImageRef;

/// The window's work that is under way.
pub type Jobs = background::Jobs<Outcome>;

/// The outcome of a job.
pub enum Outcome {
    /// A file was written.
    Saved(PathBuf),
    /// A picture was decoded, to become the scene's picture.
    Opened(ImageRef, Arc<LoadedImage>),
    /// These files were on the clipboard.
    Pasted(Vec<PathBuf>),
    /// The scene's picture is ready at its working size.
    Prepared(Box<Prepared>),
    /// A figure was drawn, to be copied to the clipboard.
    Drawn(ColorImage),
    /// The scene's picture cannot be found or decoded.
    Unprepared(ImagingError),
    /// The job failed.
    Failed(Box<dyn Error + Send + Sync>),
    /// The user stopped the job.
    Cancelled,
}
