//! Letters as paths, so that a figure looks alike where its fonts are missing.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use egui::epaint::TextShape;
use egui::epaint::text::{Glyph, PlacedRow};
use egui::{Color32, FontData, FontDefinitions, FontFamily, Pos2, Rect, Vec2, pos2};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, MetadataProvider as _};

use super::paint::{colored, number};

/// The size at which outlines are written, per em; they are scaled where they stand.
const EM: f32 = 1000.0;

/// The outlines of letters, each written once.
pub struct Letters {
    fonts: FontDefinitions,
    /// Fonts of the system, which egui has asked for characters that no other font has.
    found: Vec<Arc<FontData>>,
    /// The number of each letter's outline; `None` for letters without one.
    numbers: HashMap<(FontFamily, char), Option<usize>>,
    outlines: Vec<Outline>,
}

impl Letters {
    /// Letters of the fonts with which `ctx` has drawn.
    pub fn of(ctx: &egui::Context) -> Self {
        let (fonts, found) = ctx.fonts(|fonts| {
            let found = fonts.discovered_fonts().iter().map(|insert| Arc::new(insert.data.clone())).collect();
            (fonts.definitions().clone(), found)
        });
        Self { fonts, found, numbers: HashMap::new(), outlines: Vec::new() }
    }

    /// Writes a text. Characters for which there is no outline, such as coloured emoji, are left to the viewer's fonts.
    pub fn write(&mut self, to: &mut String, text: &TextShape) {
        let (pos, galley) = (text.pos, &text.galley);
        let mut inner = String::new();
        // A glyph knows only the first character of its cluster: of x̂, both glyphs know the x.
        let mut characters = characters(galley);
        for row in &galley.rows {
            for glyph in &row.glyphs {
                let Some((letter, family, size)) = characters.next() else { break };
                // A line that is cut off ends in a letter that is not in the text.
                let letter = if glyph.advance_width > 0.0 { glyph.chr } else { letter };
                if letter.is_whitespace() {
                    continue;
                }
                let color = color(text, row, glyph);
                let origin = pos + row.pos.to_vec2();
                let at = if glyph.advance_width == 0.0 && !glyph.uv_rect.is_nothing() {
                    self.mark_place(glyph, (letter, &family, size))
                } else {
                    glyph.pos
                };
                let at = origin + at.to_vec2();
                self.letter(&mut inner, (letter, &family, size), [at.x, at.y], color);
            }
            if row.ends_with_newline {
                characters.next();
            }
        }
        if inner.is_empty() {
            return;
        }
        let turn = if text.angle == 0.0 {
            String::new()
        } else {
            let [x, y] = [pos.x, pos.y].map(number);
            format!(" transform=\"rotate({:.3} {x} {y})\"", text.angle.to_degrees())
        };
        // Writing to a string cannot fail.
        let _ = writeln!(to, "<g aria-label=\"{}\"{turn}>{inner}</g>", escaped(galley.text()));
    }

    fn letter(
        &mut self,
        to: &mut String,
        (letter, family, size): (char, &FontFamily, f32),
        at: [f32; 2],
        color: Color32,
    ) {
        let ([x, y], fill) = (at.map(number), colored("fill", color));
        if let Some(outline) = self.outline(family, letter) {
            let scale = size / EM;
            let _ = write!(
                to,
                "<use xlink:href=\"#g{outline}\" transform=\"translate({x} {y}) scale({scale:.5})\"{fill}/>"
            );
        } else {
            let (size, letter) = (number(size), escaped(&letter.to_string()));
            let font = format!("font-family=\"sans-serif\" font-size=\"{size}\"");
            let _ = write!(to, "<text x=\"{x}\" y=\"{y}\" {font}{fill}>{letter}</text>");
        }
    }

    /// The number of a letter's outline, which is written if it is new; `None` if no font has the letter.
    fn outline(&mut self, family: &FontFamily, letter: char) -> Option<usize> {
        if let Some(number) = self.numbers.get(&(family.clone(), letter)) {
            return *number;
        }
        let names = self.fonts.families.get(family).into_iter().flatten();
        let built_in = names.filter_map(|name| self.fonts.font_data.get(name));
        let drawn = built_in.chain(&self.found).find_map(|data| drawn(data, letter));
        let number = drawn.map(|outline| {
            self.outlines.push(outline);
            self.outlines.len() - 1
        });
        self.numbers.insert((family.clone(), letter), number);
        number
    }

    /// Where the outline of a mark starts, such as the hat of x̂: where its middle is that of the mark in the window.
    fn mark_place(&mut self, glyph: &Glyph, (mark, family, size): (char, &FontFamily, f32)) -> Pos2 {
        let Some(number) = self.outline(family, mark) else { return glyph.pos };
        let ink = glyph.pos + glyph.uv_rect.offset + 0.5 * glyph.uv_rect.size;
        ink - size / EM * self.outlines[number].middle()
    }

    /// The definitions of all outlines that have been used.
    pub fn definitions(&self) -> String {
        let mut text = String::new();
        for (number, outline) in self.outlines.iter().enumerate() {
            let _ = write!(text, "<path id=\"g{number}\" d=\"{}\"/>", outline.path);
        }
        text
    }
}

/// Each character of a text with its font family and size.
fn characters(galley: &egui::Galley) -> impl Iterator<Item = (char, FontFamily, f32)> {
    let job = &galley.job;
    job.text.char_indices().map(|(at, letter)| {
        let section = job.sections.iter().find(|section| section.byte_range.contains(&at.into()));
        let font = section.or(job.sections.last()).map(|section| &section.format.font_id);
        let (family, size) = font.map_or_else(Default::default, |font| (font.family.clone(), font.size));
        (letter, family, size)
    })
}

/// The colour of a letter.
fn color(text: &TextShape, row: &PlacedRow, glyph: &Glyph) -> Color32 {
    let vertex = row.visuals.mesh.vertices.get(glyph.first_vertex as usize);
    let own = vertex.map_or(Color32::PLACEHOLDER, |vertex| vertex.color);
    let color = text.override_text_color.unwrap_or(own);
    let color = if color == Color32::PLACEHOLDER { text.fallback_color } else { color };
    if text.opacity_factor < 1.0 { color.gamma_multiply(text.opacity_factor) } else { color }
}

/// The outline of a letter in a font, as path data; `None` if the font does not have it.
fn drawn(data: &FontData, letter: char) -> Option<Outline> {
    let font = FontRef::from_index(data.font.as_ref().as_ref(), data.index).ok()?;
    let glyph = font.charmap().map(letter)?;
    let outline = font.outline_glyphs().get(glyph)?;
    let mut pen = Outline::default();
    outline.draw(DrawSettings::unhinted(Size::new(EM), LocationRef::default()), &mut pen).ok()?;
    (!pen.path.is_empty()).then_some(pen)
}

/// An outline as path data, in which y grows downwards.
struct Outline {
    path: String,
    /// The rectangle around all of its points.
    bounds: Rect,
}

impl Default for Outline {
    fn default() -> Self {
        Self { path: String::new(), bounds: Rect::NOTHING }
    }
}

impl Outline {
    fn add(&mut self, letter: char, points: &[[f32; 2]]) {
        self.path.push(letter);
        for (i, [x, y]) in points.iter().enumerate() {
            let space = if i > 0 { " " } else { "" };
            let _ = write!(self.path, "{space}{:.0} {:.0}", x, -y);
            self.bounds.extend_with(pos2(*x, -y));
        }
    }

    /// The middle of the outline, from its origin.
    fn middle(&self) -> Vec2 {
        self.bounds.center().to_vec2()
    }
}

impl OutlinePen for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.add('M', &[[x, y]]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add('L', &[[x, y]]);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.add('Q', &[[cx, cy], [x, y]]);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.add('C', &[[ax, ay], [bx, by], [x, y]]);
    }

    fn close(&mut self) {
        self.path.push('Z');
    }
}

/// Text as it may stand in an element or an attribute; characters that XML does not allow are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(' '),
            _ if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fonts::install;

    #[test]
    fn marks_stand_above_their_letters() {
        let ctx = egui::Context::default();
        install(&ctx);
        let mut written = String::new();
        let mut definitions = String::new();
        let mut drawn = ctx.run_ui(egui::RawInput::default(), |ui| {
            let font = egui::FontId::proportional(20.0);
            let galley = ui.painter().layout_no_wrap("x\u{302}₀ = ε\u{302}".to_owned(), font, Color32::WHITE);
            let mut letters = Letters::of(ui.ctx());
            written.clear();
            letters.write(&mut written, &TextShape::new(Pos2::ZERO, galley, Color32::WHITE));
            definitions = letters.definitions();
        });
        drawn.textures_delta.clear();
        // x, its hat, the index, the sign, ε and its hat: the hats are one outline.
        assert_eq!(written.matches("<use ").count(), 6, "{written}");
        assert_eq!(definitions.matches("<path ").count(), 5);
        let places: Vec<[f32; 2]> = written
            .split("translate(")
            .skip(1)
            .map(|rest| {
                let numbers = rest.split(')').next().unwrap_or_default();
                let mut numbers = numbers.split(' ').map(|number| number.parse().unwrap());
                [numbers.next().unwrap(), numbers.next().unwrap()]
            })
            .collect();
        for [letter, hat] in [[places[0], places[1]], [places[4], places[5]]] {
            // The hat belongs to the letter before it: its origin is near, and not at the end of the word.
            assert!((hat[0] - letter[0]).abs() < 14.0, "{letter:?} {hat:?}");
        }
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a<b & \"c\">\u{1}고양이\n"), "a&lt;b &amp; &quot;c&quot;&gt;고양이 ");
    }
}
