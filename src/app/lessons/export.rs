//! Lessons on paper: a numbered picture for each step, or one page with pictures and words.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Playing, StepWords, title};
use crate::app::figure::{FigureError, FigureOptions, Studio};
use crate::app::images::Prepared;
use crate::app::theme::Theme;
use crate::app::widgets::{pieces, unmarked};
use crate::app::words::{Language, Words, words};
use crate::imaging::{ImagingError, PixelBytes, encode_png, save_png, write_atomically};
use crate::lesson::{Lesson, LessonError};
use crate::scene::Scene;

/// Why a lesson cannot be written down.
#[derive(Debug, thiserror::Error)]
pub enum LessonExportError {
    /// The lesson cannot be played.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// A picture cannot be drawn or written.
    #[error(transparent)]
    Figure(#[from] FigureError),
    /// A file cannot be written, or a picture cannot be read.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// Nobody wants it any more.
    #[error("stopped")]
    Stopped,
}

/// The title of a lesson in a language.
pub fn lesson_title(lesson: &Lesson, language: Language) -> String {
    title(lesson, &words(language))
}

/// The words of a lesson's steps in a language, without marks: what a step says, what it asks, and what is revealed.
pub fn lesson_text(lesson: &Lesson, language: Language) -> Vec<Vec<String>> {
    let words = words(language);
    (0..lesson.steps.len()).map(|step| StepWords::of(lesson, step, &words).lines()).collect()
}

impl StepWords {
    /// All words, without marks.
    fn lines(&self) -> Vec<String> {
        let all = [&self.text, &self.ask].into_iter().chain(&self.options).chain([&self.reveal]);
        all.filter(|text| !text.is_empty()).map(|text| unmarked(text)).collect()
    }
}

/// Writes a lesson: as one page if the path ends in `.html`, else as numbered pictures into a folder, which is made if
/// need be. `report` is told the number of steps that are done, and returns whether to go on. The lesson is shown with
/// the picture of `scene`.
///
/// # Errors
/// If a step cannot be drawn, or a file cannot be written; files that are there by then are complete.
pub fn export_lesson(
    studio: &mut Studio,
    lesson: Lesson,
    scene: &Scene,
    (path, options): (&Path, FigureOptions),
    mut report: impl FnMut(usize) -> bool,
) -> Result<(), LessonExportError> {
    let mut playing = Playing::new(lesson, scene)?;
    let picture = Prepared::of_scene(scene)?;
    let page = is_page(path);
    if !page {
        std::fs::create_dir_all(path).map_err(|error| ImagingError::making(path, &error))?;
    }
    let mut pictures = Vec::new();
    for step in 0..playing.lesson.steps.len() {
        playing.at = step;
        let rgba = studio.draw_step(&playing, !page, picture.clone(), options)?;
        let [width, height] = options.size;
        if page {
            let mut png = Vec::new();
            encode_png(&mut png, PixelBytes::Rgba(&rgba), width, height)
                .map_err(|error| ImagingError::writing(path, error))?;
            pictures.push(png);
        } else {
            save_png(&numbered(path, step), PixelBytes::Rgba(&rgba), width, height)?;
        }
        if !report(step + 1) {
            return Err(LessonExportError::Stopped);
        }
    }
    if page {
        let html = html(&playing.lesson, &pictures, options);
        write_atomically(path, |writer| std::io::Write::write_all(writer, html.as_bytes()))?;
    }
    Ok(())
}

/// Whether a lesson is written to this path as one page.
pub fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("html") || e.eq_ignore_ascii_case("htm"))
}

/// The files that a lesson's export writes.
pub fn exported_files(lesson: &Lesson, path: &Path) -> Vec<PathBuf> {
    if is_page(path) {
        return vec![path.to_owned()];
    }
    (0..lesson.steps.len()).map(|step| numbered(path, step)).collect()
}

fn numbered(folder: &Path, step: usize) -> PathBuf {
    folder.join(format!("{:02}.png", step + 1))
}

const STYLE: &str = "body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 'Inter','Pretendard','Noto Sans KR',system-ui,sans-serif}\
figure{margin:0 0 2.5rem}img{width:100%;border-radius:6px}figcaption{margin-top:.6rem}ol{margin:.4rem 0}\
details{margin-top:.4rem}summary{cursor:pointer}";

/// The page of a lesson: self-contained, with its pictures and words; answers are folded away until they are wanted.
fn html(lesson: &Lesson, pictures: &[Vec<u8>], options: FigureOptions) -> String {
    let words = words(options.language);
    let theme = if options.dark { Theme::DARK } else { Theme::LIGHT };
    let [ink, paper] = [theme.ink, theme.canvas].map(hex);
    let (title, language) = (escaped(&title(lesson, &words)), options.language.tag());
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}body{{color:{ink};background:{paper}}}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    for (step, png) in pictures.iter().enumerate() {
        section(&mut page, (lesson, step), png, &words, theme);
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn section(page: &mut String, (lesson, step): (&Lesson, usize), png: &[u8], words: &Words, theme: Theme) {
    let said = StepWords::of(lesson, step, words);
    let alt = escaped(&unmarked(&said.text));
    let text = coloured(&said.text, theme);
    let data = STANDARD.encode(png);
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<figure>\n<img alt=\"{alt}\" src=\"data:image/png;base64,{data}\">\n<figcaption>\n<p>{}. {text}</p>\n",
        step + 1
    );
    if !said.ask.is_empty() {
        let _ = write!(page, "<details><summary>{}", coloured(&said.ask, theme));
        if !said.options.is_empty() {
            page.push_str("<ol>");
            for option in &said.options {
                let _ = write!(page, "<li>{}</li>", coloured(option, theme));
            }
            page.push_str("</ol>");
        }
        let _ = writeln!(page, "</summary><p>{}</p></details>", coloured(&said.reveal, theme));
    }
    page.push_str("</figcaption>\n</figure>\n");
}

/// Text with its marked words in the colours of their quantities.
fn coloured(text: &str, theme: Theme) -> String {
    let piece = |(words, quantity): (&str, Option<crate::quantity::Quantity>)| match quantity {
        Some(quantity) => {
            format!("<b style=\"color:{}\">{}</b>", hex(theme.color(quantity)), escaped(words))
        }
        None => escaped(words),
    };
    pieces(text).into_iter().map(piece).collect()
}

fn hex(color: egui::Color32) -> String {
    format!("#{:02x}{:02x}{:02x}", color.r(), color.g(), color.b())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
