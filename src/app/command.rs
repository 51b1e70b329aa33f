//! Commands, which the program carries out, and intents, with which views ask for changes.

use std::path::PathBuf;

use super::chapters::Order;
use super::figure;
use super::lessons::LessonOrder;
use super::pictures::Pixels;
use super::settings::Section;
use super::words::Language;
use crate::export::TableFormat;
use crate::imaging::FilmFormat;
use crate::quantity::Quantity;
use crate::scene::{Action, Side};

/// A command to the program.
#[derive(Clone, Debug)]
pub enum Command {
    /// Ask for a picture file.
    OpenImage,
    /// Open this path without a dialog: a picture, a scene, a schedule, or what a chapter opens.
    OpenPath(PathBuf),
    /// Open a built-in sample.
    OpenSample(&'static str),
    /// Ask for a scene file.
    OpenScene,
    /// Ask for a `scheduler_config.json`, and take its schedule for this side.
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
    /// Export the active schedule, or its curves, as a table.
    ExportCurves(TableFormat),
    /// Save or copy the chapter, or one of its plots, as a figure.
    Figure(figure::Order),
    /// A command of a chapter.
    Order(Order),
    /// Restore (`true`) or discard (`false`) the scene of a window that ended unexpectedly.
    Recovered(bool),
    /// Start over with the default scene.
    ResetScene,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Play or pause; `true` plays towards noise, `false` towards the picture.
    Play(bool),
    /// Move t by this many steps.
    StepBy(i64),
    /// Draw the noise anew, with another seed.
    NewSeed,
    /// Switch between the dark and the light theme.
    ToggleTheme,
    /// Show the window in another language.
    Speak(Language),
    /// Show or hide the inspector.
    ToggleInspector,
    /// Begin the presentation, or end it.
    Present,
    /// Go on (`true`) or back: by a step of the lesson, or by a twentieth of all timesteps.
    Turn(bool),
    /// Open a section of the inspector (`true`), or fold it away.
    Fold(Section, bool),
    /// Keep the formula open where it would fold away, or not.
    ToggleFormula,
    /// Show the invitation of the first start.
    Welcome,
    /// Follow the invitation.
    Begin(First),
    /// Explain each chapter, or stop.
    Explain,
    /// Open the card of a term of the glossary.
    Term(String),
    /// Change the scene to one that shows a term.
    ShowTerm(String),
    /// Open or close the search.
    Palette,
    /// Open the search among the terms of the glossary alone.
    Glossary,
    /// Play a lesson.
    Lesson(LessonOrder),
    /// Show the list of keys.
    Keys,
    /// Close the window.
    Quit,
}

/// What the invitation of the first start offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Start the first lesson.
    Lesson,
    /// Open a picture.
    Picture,
    /// Denoise with the network that comes with the program.
    Denoise,
    /// Write a text, of which a picture is drawn.
    Draw,
    /// Nothing of it.
    Nothing,
}

/// A view's request. Views only read; their intents are carried out in one place, after the frame.
#[derive(Clone, Debug)]
pub enum Intent {
    /// Change the scene.
    Act(Action),
    /// Carry out a command.
    Do(Command),
}
