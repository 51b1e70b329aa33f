//! Typeset mathematics: terms that were set by Typst and are stored as SVG, tinted in the colour of their quantity.

mod part;
mod terms;

use std::collections::HashMap;
use std::sync::LazyLock;

use egui::load::TexturePoll;
use egui::{Color32, Image, Pos2, Rect, Ui, Vec2, pos2, vec2};

pub use self::part::{Part, operator, part, space};
pub use self::terms::{row, row_width};
use crate::quantity::Quantity;

/// `(id, set, width, height, baseline, ascent, descent, svg)`; lengths in em, the baseline counted
/// from the top, ascent and descent the extent of the ink above and below it.
type Row = (&'static str, &'static str, f32, f32, f32, f32, f32, &'static [u8]);

const TABLE: &[Row] = &include!("../../../assets/formulas/table.rs");

/// One of the two sets of terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Set {
    /// Terms of the formula strip: fractions, roots.
    Tall,
    /// Single symbols for captions, tables and legends.
    Inline,
}

/// One typeset term.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    uri: &'static str,
    svg: &'static [u8],
    size: Vec2,
    baseline: f32,
    ascent: f32,
    descent: f32,
}

static TERMS: LazyLock<[HashMap<&'static str, Term>; 2]> = LazyLock::new(|| {
    let mut terms = [HashMap::new(), HashMap::new()];
    for &(id, set, width, height, baseline, ascent, descent, svg) in TABLE {
        let set = if set == "tall" { Set::Tall } else { Set::Inline };
        // Leaked once per term for the life of the program: loaders key their caches by it.
        let uri: &'static str = format!("bytes://formula/{set:?}/{id}.svg").leak();
        terms[set as usize]
            .insert(id, Term { uri, svg, size: vec2(width, height), baseline, ascent, descent });
    }
    terms
});

impl Term {
    /// The term of this name; `None` if the assets have none.
    pub fn find(set: Set, id: &str) -> Option<Self> {
        TERMS[set as usize].get(id).copied()
    }

    /// The term that is drawn from this address; `None` if it is not that of a term.
    pub fn of_uri(uri: &str) -> Option<Self> {
        let (_, id) = uri.strip_prefix("bytes://formula/")?.split_once('/')?;
        let id = id.strip_suffix(".svg")?;
        [Set::Tall, Set::Inline]
            .into_iter()
            .filter_map(|set| Self::find(set, id))
            .find(|term| term.uri == uri)
    }

    /// The term's picture, in white, as the text of an SVG file.
    pub fn svg(&self) -> &'static [u8] {
        self.svg
    }

    /// The term's size in points at `em` points per em.
    pub fn size(&self, em: f32) -> Vec2 {
        self.size * em
    }

    /// The distance of the baseline from the top, in points, at `em` points per em.
    pub fn baseline(&self, em: f32) -> f32 {
        self.baseline * em
    }

    /// The extent of the ink above and below the baseline, in points, at `em` points per em.
    pub fn ink(&self, em: f32) -> [f32; 2] {
        [self.ascent * em, self.descent * em]
    }

    /// Paints the term with the middle of its ink at `center`.
    pub fn paint_centered(&self, ui: &Ui, center: Pos2, em: f32, color: Color32) -> Rect {
        let [ascent, descent] = self.ink(em);
        let baseline = center.y + (ascent - descent) / 2.0;
        self.paint(ui, pos2(center.x - self.size(em).x / 2.0, baseline), em, color)
    }

    /// Paints the term with its left end at `origin` on the baseline.
    pub fn paint(&self, ui: &Ui, origin: Pos2, em: f32, color: Color32) -> Rect {
        let ppp = ui.pixels_per_point();
        let round = |v: f32| (v * ppp).round() / ppp;
        let top_left = pos2(round(origin.x), round(origin.y - self.baseline(em)));
        let size = self.size(em);
        let rect = Rect::from_min_size(top_left, vec2(round(size.x).max(1.0), round(size.y).max(1.0)));
        let image = Image::from_bytes(self.uri, self.svg).tint(color);
        let most = ui.input(|input| input.max_texture_side) as f32 / ppp;
        if rect.size().max_elem() <= most {
            image.fit_to_exact_size(rect.size()).paint_at(ui, rect);
        } else {
            paint_enlarged(ui, &image, rect, color, most);
        }
        rect
    }
}

/// Paints a term that is larger than a texture can be, of which a side has `most` points: enlarged from one.
fn paint_enlarged(ui: &Ui, image: &Image<'_>, rect: Rect, color: Color32, most: f32) {
    let size = rect.size() * (0.99 * most / rect.size().max_elem());
    if let Ok(TexturePoll::Ready { texture }) = image.load_for_size(ui.ctx(), size) {
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        ui.painter().image(texture.id, rect, whole, color);
    }
}

/// A symbol of mathematics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Name of the typeset symbol among the inline terms.
    pub glyph: &'static str,
    /// The Unicode symbol, for text.
    pub text: &'static str,
}

impl From<Quantity> for Symbol {
    fn from(quantity: Quantity) -> Self {
        Self { glyph: quantity.glyph(), text: quantity.symbol() }
    }
}

/// The width of an inline symbol, in points.
pub fn symbol_width(symbol: impl Into<Symbol>, em: f32) -> f32 {
    Term::find(Set::Inline, symbol.into().glyph).map_or(em, |term| term.size(em).x)
}

/// Paints an inline symbol with its left end at `origin` on the baseline; falls back to its Unicode symbol. Returns
/// the width.
pub fn symbol(ui: &Ui, symbol: impl Into<Symbol>, origin: Pos2, em: f32, color: Color32) -> f32 {
    let symbol = symbol.into();
    if let Some(term) = Term::find(Set::Inline, symbol.glyph) {
        return term.paint(ui, origin, em, color).width();
    }
    let font = egui::FontId::proportional(em);
    let rect = ui.painter().text(origin, egui::Align2::LEFT_BOTTOM, symbol.text, font, color);
    rect.width()
}

/// Paints a sentence in the caption's size with its upper left corner at `left_top`; the symbols in it are typeset.
/// Returns the width.
pub fn sentence(ui: &Ui, left_top: Pos2, text: &str, color: Color32) -> f32 {
    let font = crate::app::theme::caption_font();
    // Symbols are set a little larger than the letters, as their lower case is smaller.
    let (em, ascent) = (font.size + 1.0, font.size * 0.93);
    let mut x = left_top.x;
    for part in parts(text) {
        x += match part {
            Piece::Words(words) => {
                let at = pos2(x, left_top.y);
                ui.painter().text(at, egui::Align2::LEFT_TOP, words, font.clone(), color).width()
            }
            Piece::Symbol(quantity) => symbol(ui, quantity, pos2(x, left_top.y + ascent), em, color),
        };
    }
    x - left_top.x
}

/// The width of a [`sentence`], in points.
pub fn sentence_width(ui: &Ui, text: &str) -> f32 {
    let font = crate::app::theme::caption_font();
    let em = font.size + 1.0;
    let width = |part| match part {
        Piece::Words(words) => {
            ui.painter().layout_no_wrap(words.to_owned(), font.clone(), Color32::WHITE).size().x
        }
        Piece::Symbol(quantity) => symbol_width(quantity, em),
    };
    parts(text).into_iter().map(width).sum()
}

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Words(&'a str),
    Symbol(Quantity),
}

/// Splits a text at the symbols of quantities that have an index. Where several symbols match, the longest is taken,
/// among equals the first.
fn parts(text: &str) -> Vec<Piece<'_>> {
    const INDICES: [char; 2] = ['ₜ', '₀'];
    let mut parts = Vec::new();
    let (mut rest, mut words) = (text, 0);
    if !text.contains(INDICES) {
        return if text.is_empty() { parts } else { vec![Piece::Words(text)] };
    }
    while let Some(letter) = rest[words..].chars().next() {
        let here = &rest[words..];
        let found = Quantity::ALL
            .into_iter()
            .rev()
            .filter(|q| here.starts_with(q.symbol()) && q.symbol().contains(INDICES))
            .max_by_key(|q| q.symbol().len());
        if let Some(quantity) = found {
            if words > 0 {
                parts.push(Piece::Words(&rest[..words]));
            }
            parts.push(Piece::Symbol(quantity));
            (rest, words) = (&here[quantity.symbol().len()..], 0);
        } else {
            words += letter.len_utf8();
        }
    }
    if !rest.is_empty() {
        parts.push(Piece::Words(rest));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_split_at_their_symbols() {
        use Piece::{Symbol, Words};
        assert_eq!(parts("pixels of xₜ"), [Words("pixels of "), Symbol(Quantity::Xt)]);
        let shares = [Symbol(Quantity::InheritedShare), Words(", new "), Symbol(Quantity::NewShare)];
        assert_eq!(parts("1−λₜ, new λₜ"), shares);
        assert_eq!(parts("xₜ₋₁ of"), [Symbol(Quantity::Sample), Words(" of")]);
        assert_eq!(parts("log SNRₜ"), [Symbol(Quantity::LogSnr)]);
        assert_eq!(parts("no symbols: ε"), [Words("no symbols: ε")]);
        assert_eq!(parts(""), []);
    }

    #[test]
    fn terms_that_are_larger_than_a_texture_are_painted() {
        let ctx = egui::Context::default();
        egui_extras::install_image_loaders(&ctx);
        let mut painted = 0;
        // The texture is ready in the second frame at the latest.
        for _ in 0..2 {
            let input = egui::RawInput { max_texture_side: Some(1024), ..egui::RawInput::default() };
            let mut drawn = ctx.run_ui(input, |ui| {
                let term = Term::find(Set::Tall, "def-sigmoid").unwrap();
                assert!(term.size(200.0).x > 1024.0);
                term.paint(ui, pos2(0.0, 500.0), 200.0, Color32::WHITE);
            });
            drawn.textures_delta.clear();
            painted = drawn.shapes.len();
        }
        assert!(painted > 0);
    }

    #[test]
    fn every_term_is_an_svg_of_its_declared_size() {
        assert!(TABLE.len() > 60);
        for (id, set, width, height, baseline, ascent, _, svg) in TABLE {
            let text = std::str::from_utf8(svg).unwrap();
            assert!(text.starts_with("<svg"), "{set}/{id}");
            assert!(
                *width > 0.0 && *height > 0.0 && *baseline > 0.0 && baseline <= height && ascent <= baseline,
                "{set}/{id}"
            );
        }
        let keys: std::collections::HashSet<_> = TABLE.iter().map(|row| (row.1, row.0)).collect();
        assert_eq!(keys.len(), TABLE.len(), "ids are unique within their set");
    }
}
