//! Typeset mathematics: terms set once by Typst, stored as SVG, tinted in their quantity's colour.

use std::collections::HashMap;
use std::sync::LazyLock;

use egui::{Color32, Image, Pos2, Rect, Ui, Vec2, pos2, vec2};

use crate::quantity::Quantity;

/// `(id, set, width, height, baseline, ascent, descent, svg)`; lengths in em, the baseline counted
/// from the top, ascent and descent the extent of the ink above and below it.
type Row = (&'static str, &'static str, f32, f32, f32, f32, f32, &'static [u8]);

const TABLE: &[Row] = &include!("../../assets/formulas/table.rs");

/// Which of the two sets of glyphs.
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
    /// The term of that name; `None` if the assets have none.
    pub fn find(set: Set, id: &str) -> Option<Self> {
        TERMS[set as usize].get(id).copied()
    }

    /// Size in points when set at `em` points.
    pub fn size(&self, em: f32) -> Vec2 {
        self.size * em
    }

    /// Distance of the baseline from the top when set at `em` points.
    pub fn baseline(&self, em: f32) -> f32 {
        self.baseline * em
    }

    /// Extent of the ink above and below the baseline when set at `em` points.
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
        Image::from_bytes(self.uri, self.svg).tint(color).fit_to_exact_size(rect.size()).paint_at(ui, rect);
        rect
    }
}

/// Width of a quantity's inline symbol.
pub fn symbol_width(quantity: Quantity, em: f32) -> f32 {
    Term::find(Set::Inline, quantity.glyph()).map_or(em, |term| term.size(em).x)
}

/// Paints a quantity's inline symbol with its left end at `origin` on the baseline; falls back to
/// its Unicode symbol. Returns the width.
pub fn symbol(ui: &Ui, quantity: Quantity, origin: Pos2, em: f32, color: Color32) -> f32 {
    if let Some(term) = Term::find(Set::Inline, quantity.glyph()) {
        return term.paint(ui, origin, em, color).width();
    }
    let font = egui::FontId::proportional(em);
    let rect = ui.painter().text(origin, egui::Align2::LEFT_BOTTOM, quantity.symbol(), font, color);
    rect.width()
}

#[cfg(test)]
mod tests {
    use super::*;

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
