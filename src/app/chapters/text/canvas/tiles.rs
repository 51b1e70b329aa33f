//! The tokens of a text, each with a small map of where it is looked at.

use egui::{Align2, Button, Id, Rect, Response, Role, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::TextView;
use super::super::state::{Looked, choice};
use crate::analysis::text::{Guided, TokenKind, TokenizedText, Word};
use crate::app::chapters::layout::inside;
use crate::app::pictures::Pixels;
use crate::app::theme::{body_font, caption_font};
use crate::app::widgets::{Thumbnail, fitted_line};
use crate::quantity::Quantity;
use crate::scene::{Action, TextOptions};

/// Height of a line below a map, the space below the last one, and the space between tiles, in points.
const LINE: f32 = 15.0;
const BELOW: f32 = 5.0;
const GAP: f32 = 6.0;
/// The widest and the narrowest map, in points.
const SIDE: [f32; 2] = [96.0, 40.0];
/// The most pixels of a map along a side.
const PIXELS: usize = 128;
/// Width of the buttons that lead to other tiles, in points.
const TURN: f32 = 24.0;

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

/// Draws the tiles in `rect`, or as many as fit, with buttons that lead to the others. A word is chosen by a click, and looked
/// at for as long as the pointer is on it or it has the focus.
pub fn show(
    ui: &mut Ui,
    view: &mut TextView<'_, '_>,
    rect: Rect,
    text: &TokenizedText,
    step: Option<(&Looked, &Guided, [usize; 3])>,
) {
    let tiles = tiles(view, text);
    let n = tiles.len().max(1) as f32;
    // From afar the numbers of tokens matter least.
    let lines = if view.presenting { 2.0 } else { 3.0 };
    let room = rect.height() - lines * LINE - BELOW;
    let side = ((rect.width() - GAP * (n - 1.0)) / n).min(room).clamp(SIDE[1], SIDE[0]);
    let all = n * (side + GAP) - GAP;
    let rect = if all > rect.width() { turning(ui, view, rect, tiles.len()) } else { rect };
    let fitting = (((rect.width() + GAP) / (side + GAP)) as usize).max(1);
    let last = tiles.len().saturating_sub(fitting);
    view.room.first_tile = view.room.first_tile.min(last);
    let shown = tiles.iter().skip(view.room.first_tile).take(fitting);
    let wide = fitting.min(tiles.len()) as f32 * (side + GAP) - GAP;
    let left = rect.center().x - wide / 2.0;
    let mut pointed = None;
    for (i, tile) in shown.enumerate() {
        let at = pos2(left + i as f32 * (side + GAP), rect.top());
        let response = tile.show(ui, view, Rect::from_min_size(at, vec2(side, side)), text, step);
        let Some(word) = tile.word else { continue };
        if response.hovered() || response.has_focus() {
            pointed = Some(word);
        }
        if response.clicked() {
            let options = view.scene.chapters.text.clone();
            view.act(Action::options(TextOptions { word, ..options }));
        }
    }
    if view.room.pointed != pointed {
        view.room.pointed = pointed;
        ui.ctx().request_repaint();
    }
}

/// Draws the buttons that lead to tiles for which there is no room. Returns what is left between them.
fn turning(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect, count: usize) -> Rect {
    let size = vec2(TURN, SIDE[1]);
    let between = rect.shrink2(vec2(TURN + GAP, 0.0));
    let step = ((between.width() / (SIDE[1] + GAP)) as usize).saturating_sub(1).max(1);
    let buttons = [
        (rect.min, "◂", fl!(view.words, "text-earlier")),
        (pos2(rect.right() - TURN, rect.top()), "▸", fl!(view.words, "text-later")),
    ];
    for (i, (at, sign, name)) in buttons.into_iter().enumerate() {
        let response = inside(ui, Rect::from_min_size(at, size), |ui| ui.add_sized(size, Button::new(sign)));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.on_hover_text(name).clicked() {
            let first = view.room.first_tile;
            let next = if i == 0 { first.saturating_sub(step) } else { first + step };
            view.room.first_tile = next.min(count.saturating_sub(1));
        }
    }
    between
}

impl Tile {
    /// Draws the tile's map as large as `area`, and what it is below.
    fn show(
        &self,
        ui: &mut Ui,
        view: &mut TextView<'_, '_>,
        area: Rect,
        text: &TokenizedText,
        step: Option<(&Looked, &Guided, [usize; 3])>,
    ) -> Response {
        let options = &view.scene.chapters.text;
        let is_chosen = self.word == Some(view.room.word(options, &text.words));
        let overlay = step.and_then(|(looked, guided, shape)| {
            let (theme, of) = (view.theme, (self.tokens, choice(options)));
            view.room.overlays.store(view.shared.stored, theme, (looked, guided), of, (shape, PIXELS))
        });
        let share = overlay.as_ref().filter(|_| !view.asking());
        let share = share.map(|overlay| format!("{:.0} %", 100.0 * overlay.shares[1]));
        let key = match overlay.map(|overlay| overlay.pixels) {
            Some(Pixels::Stored(key)) => key,
            _ => Id::unique(("attention", self.tokens)),
        };
        let name = fl!(view.words, "text-tile", word = self.name.as_str(), ids = self.ids.as_str());
        let thumbnail = Thumbnail { key, name: &name, quantity: Quantity::Attention, chosen: is_chosen };
        let response = thumbnail.show(ui, view, area, ("text-tile", self.tokens));
        let (ink, font) =
            if is_chosen { (view.theme.ink, body_font(13.0)) } else { (view.theme.weak, caption_font()) };
        let line = |row: f32| {
            let at = pos2(area.left() - GAP / 2.0, area.bottom() + 3.0 + LINE * row);
            Rect::from_min_size(at, vec2(area.width() + GAP, LINE - 1.0))
        };
        fitted_line(ui, line(0.0), Align2::CENTER_CENTER, &self.name, font, ink);
        let share = share.map(|share| (share, view.theme.color(Quantity::Attention)));
        let ids = (!view.presenting).then(|| (self.ids.clone(), view.theme.weak));
        for ((text, ink), row) in [ids, share].into_iter().flatten().zip([1.0, 2.0]) {
            fitted_line(ui, line(row), Align2::CENTER_CENTER, &text, caption_font(), ink);
        }
        response
    }
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
    let word = |(i, word): (usize, &Word)| Tile {
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
        tokens: [end + 1, text.tokens.len()],
    });
    begin.into_iter().chain(text.words.iter().enumerate().map(word)).chain([last]).chain(filled).collect()
}
