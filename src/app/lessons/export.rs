//! Lessons on paper: a numbered picture for each step, or one page with pictures and words.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Answer, Audience, Playing, StepWords, title};
use crate::app::figure::{FigureError, FigureOptions, Studio, Subject};
use crate::app::images::Prepared;
use crate::app::theme::Theme;
use crate::app::widgets::{pieces, unmarked};
use crate::app::words::{Language, Words, words};
use crate::imaging::{ImagingError, PixelBytes, encode_png, make_folder, save_png, write_atomically};
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
    (0..lesson.steps.len())
        .map(|step| StepWords::of(lesson, step, &words, Audience::Readers).lines())
        .collect()
}

impl StepWords {
    /// All words, without marks.
    pub(super) fn lines(&self) -> Vec<String> {
        let all = [&self.text, &self.ask].into_iter().chain(&self.options).chain([&self.reveal]);
        all.filter(|text| !text.is_empty()).map(|text| unmarked(text)).collect()
    }
}

/// Writes a lesson: as one page if the path ends in `.html`, else as numbered pictures into a folder, which is made if
/// need be. `report` is told the number of steps that are done, and returns whether to go on. The lesson is shown with
/// the scene's picture, which is given beside it.
///
/// # Errors
/// If a step cannot be drawn, or a file cannot be written; files that are there by then are complete.
pub fn export_lesson(
    studio: &mut Studio,
    lesson: Lesson,
    (scene, picture): (&Scene, Prepared),
    (path, options): (&Path, FigureOptions),
    mut report: impl FnMut(usize) -> bool,
) -> Result<(), LessonExportError> {
    let mut playing = Playing::new(lesson, scene)?;
    playing.audience = Audience::Readers;
    let page = is_page(path);
    if !page {
        make_folder(path)?;
    }
    let mut pictures = Vec::new();
    for step in 0..playing.lesson.steps.len() {
        playing.at = step;
        playing.answer = None;
        let subject = Subject::step(&playing, !page, picture.clone());
        let (rgba, [width, height]) = studio.draw(subject, options)?;
        let files = numbered(path, &playing.lesson, step);
        if let Some(file) = files.get(1).filter(|_| !page) {
            // On a page the answer stands folded below its question; pictures have one for it.
            playing.answer = Some(Answer::Seen);
            let subject = Subject::step(&playing, true, picture.clone());
            let (rgba, [width, height]) = studio.draw(subject, options)?;
            save_png(file, PixelBytes::Rgba(&rgba), width, height)?;
        }
        if page {
            let mut png = Vec::new();
            encode_png(&mut png, PixelBytes::Rgba(&rgba), width, height)
                .map_err(|error| ImagingError::writing(path, error))?;
            pictures.push(png);
        } else if let Some(file) = files.first() {
            save_png(file, PixelBytes::Rgba(&rgba), width, height)?;
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
    let steps = 0..lesson.steps.len();
    steps.flat_map(|step| numbered(path, lesson, step)).collect()
}

/// The pictures of a step: one, or that of its question and that of its answer, whose names follow each other however
/// names are sorted.
fn numbered(folder: &Path, lesson: &Lesson, step: usize) -> Vec<PathBuf> {
    let asks = lesson.steps.get(step).is_some_and(|step| step.question.is_some());
    let letters: &[&str] = if asks { &["a", "b"] } else { &[""] };
    letters.iter().map(|letter| folder.join(format!("{:02}{letter}.png", step + 1))).collect()
}

/// The page of a lesson, a step on it, and a question, each with places between `@` that are filled in.
const PAGE: &str = include_str!("../../../assets/handout/page.html");
const STEP: &str = include_str!("../../../assets/handout/step.html");
const QUESTION: &str = include_str!("../../../assets/handout/question.html");

/// The page of a lesson: self-contained, with its pictures and words; answers are folded away until they are wanted.
fn html(lesson: &Lesson, pictures: &[Vec<u8>], options: FigureOptions) -> String {
    let words = words(options.language);
    let theme = if options.dark { Theme::DARK } else { Theme::LIGHT };
    let steps = pictures.iter().enumerate();
    let steps: String = steps.map(|(step, png)| section((lesson, step), png, &words, theme)).collect();
    filled(
        PAGE,
        &[
            ("language", options.language.tag().to_owned()),
            ("title", escaped(&title(lesson, &words))),
            ("ink", hex(theme.ink)),
            ("paper", hex(theme.canvas)),
            ("steps", steps),
        ],
    )
}

fn section((lesson, step): (&Lesson, usize), png: &[u8], words: &Words, theme: Theme) -> String {
    let said = StepWords::of(lesson, step, words, Audience::Readers);
    let option = |option: &String| format!("<li>{}</li>", coloured(option, theme));
    let options: String = said.options.iter().map(option).collect();
    let options = if options.is_empty() { options } else { format!("<ol>{options}</ol>") };
    let question = [
        ("ask", coloured(&said.ask, theme)),
        ("options", options),
        ("reveal", coloured(&said.reveal, theme)),
    ];
    let question = if said.ask.is_empty() { String::new() } else { filled(QUESTION, &question) };
    filled(
        STEP,
        &[
            ("alt", escaped(&unmarked(&said.text))),
            ("number", (step + 1).to_string()),
            ("text", coloured(&said.text, theme)),
            ("question", question),
            ("png", STANDARD.encode(png)),
        ],
    )
}

/// A template with its places filled in. What is filled in is not searched for places.
fn filled(template: &str, places: &[(&str, String)]) -> String {
    let mut filled = String::new();
    for (part, i) in template.split('@').zip(0..) {
        let place = places.iter().find(|(name, _)| i % 2 == 1 && *name == part);
        filled.push_str(place.map_or(part, |(_, text)| text));
    }
    filled
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_holds_its_words_and_pictures_and_nothing_else_is_needed() {
        let text = r#"
            name = "a"
            title = "A <b> & @title@"
            [[step]]
            text = "Look at [the noise](epsilon)."
            [step.question]
            kind = "choose"
            ask = "Which?"
            options = ["one", "two"]
            answer = 1
            reveal = "One."
        "#;
        let lesson = Lesson::parse(text).unwrap();
        let page = html(&lesson, &[vec![1, 2, 3]], FigureOptions::default());
        assert!(page.contains("<h1>A &lt;b&gt; &amp; @title@</h1>"), "{page}");
        assert!(page.contains("base64,AQID") && page.contains("Look at <b style=\"color:#"), "{page}");
        assert!(page.contains("<li>one</li><li>two</li>") && page.contains("<p>One.</p>"), "{page}");
        assert!(!page.contains("http") && !page.contains("@steps@"), "{page}");
    }

    #[test]
    fn names_of_pictures_sort_as_the_lesson_goes() {
        for lesson in crate::lesson::shipped() {
            let files = exported_files(lesson, Path::new("out"));
            let mut sorted = files.clone();
            // As file managers and shells sort, with and without a look at what is neither letter nor digit.
            let plain = |path: &PathBuf| path.to_string_lossy().replace(|c: char| !c.is_alphanumeric(), "");
            sorted.sort();
            assert_eq!(files, sorted, "{}", lesson.name);
            sorted.sort_by_key(plain);
            assert_eq!(files, sorted, "{}", lesson.name);
            let answers = lesson.steps.iter().filter(|step| step.question.is_some()).count();
            assert_eq!(files.len(), lesson.steps.len() + answers, "{}", lesson.name);
        }
    }
}
