//! `diffuscope tour`: draws every chapter as a figure, and the forward process as a film.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::args::SceneArgs;
use super::error::CliError;
use super::figure::{Look, prepare};
use super::output::{aside, check_apart, progress};
use super::stop;
use crate::app::figure::{FigureOptions, Studio, Subject};
use crate::app::{about, tour as chapter_tour};
use crate::export::film;
use crate::gpu::{Device, Engine};
use crate::imaging::{FilmFormat, check_folder, check_writable, make_folder};
use crate::scene::{ChapterId, Scene};

const EXAMPLES: &str = "\
Writes CHAPTER.png for every chapter and forward.gif into DIR, which is made if need be.
Figures that compare show the cosine schedule as B, or what --compare says.

Examples:
  diffuscope tour -o slides
  diffuscope tour cat.jpg --theme light --size 1920x1080 -o slides";

/// File name of the film.
const FILM: &str = "forward.gif";

/// Draw all chapters and a film into a folder; no display is needed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    scene: SceneArgs,
    #[command(flatten)]
    look: Look,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, an option is out of range, or there is nothing to draw with. Files that have
/// appeared by then are complete.
pub fn run(args: &Args) -> Result<(), CliError> {
    write(&args.scene.scene()?, args.look.options(), &args.output)
}

/// Writes the tour of a scene.
///
/// # Errors
/// The errors of [`run`].
pub fn write(scene: &Scene, look: FigureOptions, folder: &Path) -> Result<(), CliError> {
    check_folder(folder)?;
    let figure = |chapter: ChapterId| folder.join(format!("{}.png", chapter.name()));
    let files: Vec<PathBuf> = ChapterId::ALL.map(figure).into_iter().chain([folder.join(FILM)]).collect();
    let picture = prepare(scene)?;
    check_apart(&files)?;
    for file in files.iter().filter(|file| file.exists()) {
        check_writable(file)?;
    }
    let schedule = scene.schedule(scene.active).build()?;
    let mut studio = Studio::open(Device::Auto)?;
    make_folder(folder)?;
    stop::listen();
    let bar = progress(ChapterId::ALL.len() as u64);
    for chapter in ChapterId::ALL {
        bar.set_message(about(chapter).0);
        let scene = chapter_tour(scene, chapter);
        studio.save(&figure(chapter), Subject::chapter(&scene, picture.clone()), look)?;
        bar.inc(1);
        if stop::wanted() {
            return Err(CliError::Stopped);
        }
    }
    bar.set_position(0);
    bar.set_message("Film");
    let mut engine = Engine::headless(Device::Auto)?;
    film(
        &folder.join(FILM),
        FilmFormat::Gif,
        scene,
        &schedule,
        &picture.raster,
        &mut engine,
        |done, total| {
            bar.set_length(total.into());
            bar.set_position(done.into());
            if stop::wanted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        },
    )?;
    bar.finish_and_clear();
    aside(&format!("the tour is in {}", folder.display()));
    Ok(())
}
