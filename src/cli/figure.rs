//! `diffuscope figure`: draws a chapter as a picture for slides and papers.

use std::path::PathBuf;

use super::args::{self, Lang, SceneArgs, Theme};
use super::error::CliError;
use super::output::{check_apart, check_figure, remark};
use crate::app::Prepared;
use crate::app::figure::{FigureOptions, LETTERINGS, Studio, Subject};
use crate::gpu::Device;
use crate::imaging::check_writable;
use crate::scene::{Action, ChapterId, Scene};

const EXAMPLES: &str = "\
Examples:
  diffuscope figure forward cat.jpg --t 250 -o forward.png
  diffuscope figure schedules --compare cosine --theme light --size 1920x1080 -o schedules.png
  diffuscope figure ledger scene.diffuscope -o ledger.png
  diffuscope figure posterior --lang ko --lettering 1.5 -o posterior.svg";

/// Draw a chapter of the window as a figure; no display is needed.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The chapter
    #[arg(value_enum)]
    chapter: ChapterId,
    #[command(flatten)]
    scene: SceneArgs,
    #[command(flatten)]
    look: Look,
    /// File to write: PNG, or SVG if it ends in .svg
    #[arg(short, long, value_name = "OUT.png|OUT.svg")]
    output: PathBuf,
}

/// The window that fills a lesson's picture, in points.
const SLIDE: [f32; 2] = [1024.0, 640.0];

/// Look of figures.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Look {
    /// Background
    #[arg(long, value_enum, default_value_t = Theme::Dark)]
    theme: Theme,
    /// Pixels, each side from 320 to 8192
    #[arg(long, value_name = "WxH", default_value = "1600x1000", value_parser = args::size)]
    #[arg(allow_hyphen_values = true)]
    size: [u32; 2],
    /// How much larger letters and lines are than in the window, from 0.5 to 4 [default: 1; for the pictures of a lesson
    /// as large as in a window of 1024x640 that fills them]
    #[arg(long, value_name = "FACTOR", value_parser = args::lettering)]
    #[arg(allow_hyphen_values = true)]
    lettering: Option<f32>,
    #[command(flatten)]
    lang: Lang,
}

impl Look {
    /// The language that was asked for.
    pub fn lang(self) -> Lang {
        self.lang
    }

    /// The options in the form that the drawing of figures needs.
    pub fn options(self) -> FigureOptions {
        let (dark, language) = (self.theme == Theme::Dark, self.lang.language());
        FigureOptions { size: self.size, lettering: self.lettering.unwrap_or(1.0), dark, language }
    }

    /// The options of a lesson's pictures. They are shown on slides, so that letters are large unless it is said how large
    /// they are to be.
    pub fn slides(self) -> FigureOptions {
        let [width, height] = [0, 1].map(|side| self.size[side] as f32 / SLIDE[side]);
        let lettering = width.min(height).clamp(*LETTERINGS.start(), *LETTERINGS.end());
        FigureOptions { lettering: self.lettering.unwrap_or(lettering), ..self.options() }
    }
}

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written, an option is out of range, or there is nothing to draw with; no file is left
/// then.
pub fn run(args: &Args) -> Result<(), CliError> {
    check_figure(&args.output)?;
    check_writable(&args.output)?;
    let mut scene = args.scene.scene()?;
    scene.apply(Action::Chapter(args.chapter))?;
    let picture = prepare(&scene)?;
    check_apart([&args.output])?;
    let mut studio = Studio::open(Device::Auto)?;
    Ok(studio.save(&args.output, Subject::chapter(&scene, picture), args.look.options())?)
}

/// Prepares the scene's picture at its working size.
///
/// # Errors
/// If the picture cannot be found or decoded.
pub fn prepare(scene: &Scene) -> Result<Prepared, CliError> {
    let picture = Prepared::of_scene(scene)?;
    for notice in &picture.loaded.notices {
        remark(&format!("{}: {notice}", picture.loaded.name));
    }
    Ok(picture)
}
