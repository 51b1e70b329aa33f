//! The tokens of a text, each with a small map of where it is looked at.

use egui::{Align2, Id, Rect, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::TextView;
use super::super::state::{Looked, choice};
use crate::analysis::text::{Guided, TokenKind, TokenizedText};
use crate::app::pictures::Pixels;
use crate::app::theme::{body_font, caption_font};
use crate::app::widgets::{Thumbnail, fitted_line};
use crate::quantity::Quantity;
use crate::scene::{Action, TextOptions};

/// Height of the two lines below a map, and the space between tiles, in points.
const LINES: f32 = 32.0;
const GAP: f32 = 6.0;
/// The widest and the narrowest map, in points.
const SIDE: [f32; 2] = [96.0, 40.0];

/// A tile: a word, or what stands around words.
struct Tile {
    /// The place of the word among the words; `None` for begin, end and pads.
    word: Option<usize>,
    /// What it is, and the numbers of its tokens.
    name: String,
    ids: String,
    /// The places of its tokens.
    tokens: [usize; 2],
}

/// Draws the tiles in `rect`. A word is chosen by a click, and looked at for as long as the pointer is on it or it has the
/// focus.
pub fn show(
    ui: &mut Ui,
    view: &mut TextView<'_, '_>,
    rect: Rect,
    text: &TokenizedText,
    step: Option<(&Looked, &Guided, [usize; 3])>,
) {
    let tiles = tiles(view, text);
    let n = tiles.len().max(1) as f32;
    let side = ((rect.width() - GAP * (n - 1.0)) / n).min(rect.height() - LINES).clamp(SIDE[1], SIDE[0]);
    // Of a long text as many tiles as fit: words come first, and the others are looked at with the keys.
    let fitting = (((rect.width() + GAP) / (side + GAP)) as usize).max(1);
    let options = view.scene.chapters.text.clone();
    let chosen = view.room.word(&options, &text.words);
    let first = first_shown(&tiles, chosen, fitting);
    let shown = &tiles[first..(first + fitting).min(tiles.len())];
    let wide = shown.len() as f32 * (side + GAP) - GAP;
    let left = rect.center().x - wide / 2.0;
    let mut pointed = None;
    for (i, tile) in shown.iter().enumerate() {
        let at = pos2(left + i as f32 * (side + GAP), rect.top());
        let area = Rect::from_min_size(at, vec2(side, side));
        let key = Id::unique(("attention", tile.tokens));
        if let Some((looked, guided, shape)) = step {
            let theme = view.theme;
            let of = (tile.tokens, choice(&options));
            let overlay = view.room.overlays.store(view.shared.stored, theme, (looked, guided), of, shape);
            debug_assert!(overlay.is_none_or(|overlay| overlay.pixels == Pixels::Stored(key)));
        }
        let is_chosen = tile.word == Some(chosen);
        let name = fl!(view.words, "text-tile", word = tile.name.as_str(), ids = tile.ids.as_str());
        let thumbnail = Thumbnail { key, name: &name, quantity: Quantity::Attention, chosen: is_chosen };
        let response = thumbnail.show(ui, view, area, ("text-tile", first + i));
        let (ink, font) =
            if is_chosen { (view.theme.ink, body_font(13.0)) } else { (view.theme.weak, caption_font()) };
        let line =
            |row: f32| Rect::from_min_size(pos2(at.x, area.bottom() + 3.0 + 15.0 * row), vec2(side, 14.0));
        fitted_line(ui, line(0.0), Align2::CENTER_CENTER, &tile.name, font, ink);
        fitted_line(ui, line(1.0), Align2::CENTER_CENTER, &tile.ids, caption_font(), view.theme.weak);
        if let Some(word) = tile.word {
            if response.hovered() || response.has_focus() {
                pointed = Some(word);
            }
            if response.clicked() {
                view.act(Action::options(TextOptions { word, ..options.clone() }));
            }
        }
    }
    if view.room.pointed != pointed {
        view.room.pointed = pointed;
        ui.ctx().request_repaint();
    }
}

/// The first tile that is shown, so that the chosen word is among them.
fn first_shown(tiles: &[Tile], chosen: usize, fitting: usize) -> usize {
    let place = tiles.iter().position(|tile| tile.word == Some(chosen)).unwrap_or(0);
    let last = tiles.len().saturating_sub(fitting);
    if place < fitting { 0 } else { (place + 1).saturating_sub(fitting).min(last) }
}

fn tiles(view: &TextView<'_, '_>, text: &TokenizedText) -> Vec<Tile> {
    let words = view.words;
    let ids = |from: usize, to: usize| {
        let ids: Vec<String> = text.tokens[from..to].iter().map(|token| token.id.to_string()).collect();
        ids.join(" ")
    };
    let begin = text.tokens.first().filter(|token| token.kind == TokenKind::Begin);
    let begin =
        begin.map(|_| Tile { word: None, name: fl!(words, "text-begin"), ids: ids(0, 1), tokens: [0, 1] });
    let word = |(i, word): (usize, &crate::analysis::text::Word)| Tile {
        word: Some(i),
        name: word.text.clone(),
        ids: ids(word.tokens.start, word.tokens.end),
        tokens: [word.tokens.start, word.tokens.end],
    };
    let (end, pads) = (text.end(), text.pads());
    let last =
        Tile { word: None, name: fl!(words, "text-end"), ids: ids(end, end + 1), tokens: [end, end + 1] };
    let filled = (pads > 0).then(|| Tile {
        word: None,
        name: fl!(words, "text-pads", count = pads),
        ids: ids(end + 1, end + 2),
        tokens: [end + 1, end + 2],
    });
    begin.into_iter().chain(text.words.iter().enumerate().map(word)).chain([last]).chain(filled).collect()
}
