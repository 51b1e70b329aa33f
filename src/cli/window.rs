//! `diffuscope [FILE]`: opens the window, or makes a tour if there is no display.

use std::path::Path;

use super::args::Lang;
use super::error::CliError;
use super::output::{say, say_remarks, to_stdout};
use super::{args, figure, lesson, stop, tour};
use crate::app::figure::FigureOptions;
use crate::app::{Start, load_lesson, window};
use crate::files::inputs;
use crate::lesson::{Lesson, looks_like_lesson};
use crate::model::ModelRef;
use crate::scene::{ImageRef, Scene};
use crate::system;

/// The folder of the tour that is made if the window cannot open.
const TOUR: &str = "diffuscope-tour";

/// Opens the window.
///
/// # Errors
/// If the file cannot be opened, or the window cannot.
pub fn run(file: Option<&Path>, lang: Lang) -> Result<(), CliError> {
    if let Some(file) = file {
        refuse_mistyped_command(file)?;
    }
    if let Some(file) = file.filter(|file| looks_like_lesson(file)) {
        return play(load_lesson(file)?, lang);
    }
    let mut scene = file.map(args::scene_of).transpose()?;
    // A file that cannot be read is reported here rather than in a window that closes again.
    let picture = scene.as_ref().map(figure::prepare).transpose()?;
    if !system::has_display() {
        let folder = std::path::absolute(TOUR).unwrap_or_else(|_| TOUR.into());
        let missing = "no display (neither WAYLAND_DISPLAY nor DISPLAY is set)";
        say(&format!("{missing}: writing a tour to {} instead", folder.display()));
        return tour::write(
            &scene.unwrap_or_default(),
            FigureOptions { dark: true, language: lang.language(), ..Default::default() },
            &folder,
        );
    }
    if let Some(scene) = &mut scene {
        remember_places(scene);
    }
    let picture = picture.zip(scene.as_ref()).map(|(mut picture, scene)| {
        picture.reference = scene.image.clone();
        picture
    });
    open(Start { scene, language: lang.asked(), picture, ..Start::default() })
}

/// Opens the window with a lesson; where there is no display, its words are printed.
///
/// # Errors
/// If the window cannot be opened.
pub fn play(lesson: Lesson, lang: Lang) -> Result<(), CliError> {
    if !system::has_display() {
        let text = lesson::text(&lesson, lang);
        return to_stdout(|out| out.write_all(text.as_bytes()));
    }
    open(Start { lesson: Some(lesson), language: lang.asked(), ..Start::default() })
}

/// Opens the window, which remembers its settings and its scene.
fn open(start: Start) -> Result<(), CliError> {
    let start = Start { remember: true, folder: window::folder(), ..start };
    let parting = start.parting.clone();
    say_remarks();
    inputs::protect(false);
    window::run(start).map_err(|error| CliError::Window(reason(&error)))?;
    let lost = parting.take();
    if stop::wanted() {
        return Err(CliError::Closed(lost));
    }
    if let Some(text) = lost {
        say(&text);
    }
    Ok(())
}

/// Makes the paths in a scene absolute, since the window remembers its files and may be started from another folder
/// next time.
fn remember_places(scene: &mut Scene) {
    let picture = match &mut scene.image {
        ImageRef::File(path) => Some(path),
        _ => None,
    };
    let networks = scene.chapters.models_mut().into_iter().filter_map(|model| match model {
        ModelRef::Folder(path) => Some(path),
        ModelRef::Shipped(_) => None,
    });
    for path in picture.into_iter().chain(networks) {
        if let Ok(absolute) = std::path::absolute(&*path) {
            *path = absolute;
        }
    }
}

/// Why the window did not open. If the environment names a display server that is not there, the text says
/// so; otherwise it is the window system's message, without places in its source code.
fn reason(error: &eframe::Error) -> String {
    match (error, system::display_server()) {
        (eframe::Error::AppCreation(error), _) => error.to_string(),
        (_, Err(reason)) => reason,
        (error, Ok(_)) => {
            let text = error.to_string();
            match text.split_once(".rs:") {
                Some((_, rest)) => {
                    rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':').trim().to_owned()
                }
                None => text,
            }
        }
    }
}

/// Refuses a mistyped command such as `diffuscope shedule`, which would otherwise be taken for a missing picture.
fn refuse_mistyped_command(file: &Path) -> Result<(), CliError> {
    let text = file.to_string_lossy();
    let word = text.chars().all(|c| c.is_ascii_alphabetic());
    if word && !file.exists() && matches!(args::picture(file), ImageRef::File(_)) {
        return Err(CliError::Usage(format!("{text} is neither a command nor a file; see --help")));
    }
    Ok(())
}
