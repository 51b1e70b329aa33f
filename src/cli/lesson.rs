//! `diffuscope lesson`: lists lessons, plays one in the window, or writes one down.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::args;
use super::error::CliError;
use super::figure::{Look, prepare};
use super::output::{aside, check_apart, print_json, progress, to_stdout};
use super::{stop, window};
use crate::app::figure::Studio;
use crate::app::{
    LessonExportError, export_lesson, exported_files, is_page, lesson_text, lesson_title, load_lesson,
};
use crate::gpu::Device;
use crate::imaging::{check_folder, check_writable};
use crate::lesson::{self, Lesson};
use crate::scene::Scene;

const EXAMPLES: &str = "\
Examples:
  diffuscope lesson --list --lang ko
  diffuscope lesson why-cosine
  diffuscope lesson why-cosine --export slides
  diffuscope lesson mine.toml --picture cat.jpg --export handout.html";

/// Lead through the window step by step: list the lessons, play one, or write one down.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The name of a lesson that comes with the program, or the file of one
    #[arg(required_unless_present = "list")]
    lesson: Option<String>,
    /// List the lessons that come with the program
    #[arg(long, conflicts_with_all = ["lesson", "export"])]
    list: bool,
    /// List them as a JSON array of {"name", "title", "steps"}
    #[arg(long, requires = "list")]
    json: bool,
    /// Write the lesson: as numbered pictures into a folder, two of a step with a question, or as one page
    /// if this ends in .html
    #[arg(long, value_name = "DIR|FILE.html")]
    export: Option<PathBuf>,
    /// The picture that it is shown with, or the name of a built-in one [default: chelsea]
    #[arg(long, value_name = "FILE", requires = "export")]
    picture: Option<PathBuf>,
    #[command(flatten)]
    look: Look,
}

/// Runs the command.
///
/// # Errors
/// If there is no such lesson, or it cannot be played or written.
pub fn run(args: &Args) -> Result<(), CliError> {
    if args.json && !args.list {
        return Err(CliError::Usage("--json is for --list".to_owned()));
    }
    let Some(name) = &args.lesson else { return list(args) };
    let lesson = open(name)?;
    match &args.export {
        Some(path) => export(args, lesson, path),
        None => window::play(lesson, args.look.lang()),
    }
}

fn list(args: &Args) -> Result<(), CliError> {
    let language = args.look.lang().language();
    let lessons = lesson::shipped();
    if args.json {
        let all: Vec<_> = lessons
            .iter()
            .map(|lesson| {
                json!({
                    "name": lesson.name,
                    "title": lesson_title(lesson, language),
                    "steps": lesson.steps.len(),
                })
            })
            .collect();
        return print_json(&all);
    }
    let width = lessons.iter().map(|lesson| lesson.name.len()).max().unwrap_or(0);
    let line = |lesson: &Lesson| {
        format!("{:width$}  {:2}  {}\n", lesson.name, lesson.steps.len(), lesson_title(lesson, language))
    };
    let text: String = lessons.iter().map(line).collect();
    to_stdout(|out| out.write_all(text.as_bytes()))
}

/// The lesson of a name or a file.
fn open(name: &str) -> Result<Lesson, CliError> {
    if let Some(lesson) = lesson::shipped_named(name) {
        return Ok(lesson.clone());
    }
    let path = Path::new(name);
    if !path.exists() && !lesson::looks_like_lesson(path) {
        let text = format!("{name} is neither a lesson nor a file; see lesson --list");
        return Err(CliError::Usage(text));
    }
    Ok(load_lesson(path)?)
}

fn export(args: &Args, lesson: Lesson, path: &Path) -> Result<(), CliError> {
    let page = is_page(path);
    if !page && path.extension().is_some() && !path.is_dir() {
        let text = format!("{}: a lesson is written as a page (.html) or into a folder", path.display());
        return Err(CliError::Usage(text));
    }
    if !page {
        check_folder(path)?;
    }
    let mut scene = Scene::default();
    if let Some(picture) = &args.picture {
        scene.image = args::picture(picture);
    }
    let picture = prepare(&scene)?;
    check_apart(exported_files(&lesson, path))?;
    if page {
        check_writable(path)?;
    }
    let mut studio = Studio::open(Device::Auto)?;
    stop::listen();
    let bar = progress(lesson.steps.len() as u64);
    let report = |done: usize| {
        bar.set_position(done as u64);
        !stop::wanted()
    };
    match export_lesson(&mut studio, lesson, (&scene, picture), (path, args.look.slides()), report) {
        Err(LessonExportError::Stopped) => Err(CliError::Stopped),
        written => {
            written?;
            bar.finish_and_clear();
            aside(&format!("the lesson is in {}", path.display()));
            Ok(())
        }
    }
}

/// The words of a lesson, for where there is no window to play it in.
pub fn text(lesson: &Lesson, lang: args::Lang) -> String {
    let language = lang.language();
    let steps = lesson_text(lesson, language);
    let numbered = steps.iter().zip(1..).map(|(lines, step)| format!("{step}. {}\n", lines.join("\n   ")));
    format!("{}\n\n{}", lesson_title(lesson, language), numbered.collect::<String>())
}
