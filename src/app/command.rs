//! What the program can be told to do, and what views ask for.

use std::path::PathBuf;

use super::chapters::Order;
use super::pictures::Pixels;
use crate::export::TableFormat;
use crate::imaging::FilmFormat;
use crate::quantity::Quantity;
use crate::scene::{Action, Side};

/// An order to the program.
#[derive(Clone, Debug)]
pub enum Command {
    /// Ask for a picture file.
    OpenImage,
    /// Open a file without asking: a picture or a scene.
    OpenPath(PathBuf),
    /// Open a built-in sample.
    OpenSample(&'static str),
    /// Ask for a scene file.
    OpenScene,
    /// Ask for a `scheduler_config.json`.
    ImportSchedule(Side),
    /// Take the picture on the clipboard.
    Paste,
    /// Save the scene.
    SaveScene,
    /// Save one picture as PNG.
    SavePicture(Pixels, Quantity),
    /// Copy one picture to the clipboard.
    CopyPicture(Pixels),
    /// Export the forward process as a film.
    ExportFilm(FilmFormat),
    /// Export the active schedule.
    ExportCurves(TableFormat),
    /// Save the chapter as a figure.
    ExportFigure,
    /// Something that a chapter does.
    Order(Order),
    /// Take back the scene of a run that ended unexpectedly, or let it go.
    Recovered(bool),
    /// Start over with the default scene.
    ResetScene,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Play or pause, towards noise (`true`) or towards the picture.
    Play(bool),
    /// Move t by so many steps.
    StepBy(i64),
    /// A new random seed.
    NewSeed,
    /// Dark or light.
    ToggleTheme,
    /// Show or hide the inspector.
    ToggleInspector,
    /// The command palette.
    Palette,
    /// The list of keys.
    Keys,
    /// Leave.
    Quit,
}

/// What a view asks for. Views only read; one place carries intents out after the frame.
#[derive(Clone, Debug)]
pub enum Intent {
    /// Change the scene.
    Act(Action),
    /// Do something with the program.
    Do(Command),
}
