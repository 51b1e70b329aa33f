//! The fields for texts, and the button that draws.

use egui::{Align2, Button, Key, Pos2, Rect, TextEdit, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::TextView;
use super::super::commands::TextCommand;
use super::{FIELD, GAP};
use crate::app::chapters::layout::inside;
use crate::app::theme::{body_font, title_font};
use crate::app::widgets::{button_width, fitted_line, primary};
use crate::scene::{Action, TextOptions};

/// Draws one field, or two below each other, with the button beside the first.
pub fn show(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect, fields: usize) {
    let options = view.scene.chapters.text.clone();
    let texts = [options.prompt.as_str(), options.other_prompt.as_str()];
    if !view.hints {
        // Figures and presentations have the texts alone.
        for (i, text) in texts.into_iter().take(fields).enumerate() {
            let line = Rect::from_min_size(row(rect, i), vec2(rect.width(), FIELD));
            let quoted = fl!(view.words, "text-quoted", text = text);
            fitted_line(ui, line, Align2::LEFT_CENTER, &quoted, title_font(), view.theme.ink);
        }
        return;
    }
    let widths = ["text-draw", "text-stop"].map(|message| button_width(ui, &view.words.get(message)) + 12.0);
    let beside = widths[0].max(widths[1]);
    let mut entered = false;
    for (i, text) in texts.iter().take(fields).enumerate() {
        let place = Rect::from_min_size(row(rect, i), vec2((rect.width() - beside - GAP).max(0.0), FIELD));
        view.room.drafts[i].follow(text);
        entered |= inside(ui, place, |ui| field(ui, view, i, place));
    }
    let place = Rect::from_min_size(pos2(rect.right() - beside, rect.top()), vec2(beside, FIELD));
    if inside(ui, place, |ui| button(ui, view, place)) || entered {
        commit(view, &options, fields);
    }
}

/// Draws the field of a text. Returns whether Enter was pressed in it.
fn field(ui: &mut Ui, view: &mut TextView<'_, '_>, i: usize, place: Rect) -> bool {
    let name = match i {
        0 => fl!(view.words, "text-prompt"),
        _ => fl!(view.words, "text-other-prompt"),
    };
    let focus = i == 0 && std::mem::take(&mut view.room.writing);
    let draft = &mut view.room.drafts[i];
    let field = TextEdit::singleline(&mut draft.text)
        .id(ui.scope_id().with(("text-field", i)))
        .hint_text(name.as_str())
        .font(body_font(15.0))
        .char_limit(TextOptions::LONGEST / 4)
        .margin(vec2(8.0, 5.0))
        .desired_width(place.width());
    let response = ui.add_sized(place.size(), field);
    if focus {
        response.request_focus();
    }
    response.widget_info(|| {
        let mut info = WidgetInfo::text_edit(true, &draft.text, &draft.text, name.as_str());
        info.label = Some(name.clone());
        info
    });
    let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if entered {
        // The next text can be written at once, and none of its letters is taken for a key.
        response.request_focus();
    }
    entered
}

/// Draws the button that draws, or stops what is drawn. Returns whether it is to be drawn.
fn button(ui: &mut Ui, view: &mut TextView<'_, '_>, place: Rect) -> bool {
    let busy = view.room.share().is_some();
    let button = if busy {
        Button::new(fl!(view.words, "text-stop"))
    } else {
        Button::new(primary(view.theme, fl!(view.words, "text-draw"))).fill(view.theme.accent)
    };
    let clicked = ui.add_sized(place.size(), button).clicked();
    if clicked && busy {
        view.order(TextCommand::Stop.order());
    }
    clicked && !busy
}

/// Takes what was typed into the scene, and has it drawn.
fn commit(view: &mut TextView<'_, '_>, before: &TextOptions, fields: usize) {
    let mut options = before.clone();
    let texts = [&mut options.prompt, &mut options.other_prompt];
    for (text, draft) in texts.into_iter().zip(&view.room.drafts).take(fields) {
        text.clone_from(&draft.text);
    }
    if options.prompt != before.prompt {
        options.word = 0;
    }
    if options != *before {
        view.act(Action::options(options));
    }
    view.order(TextCommand::Draw.order());
}

/// The upper left corner of a field.
fn row(rect: Rect, i: usize) -> Pos2 {
    pos2(rect.left(), rect.top() + i as f32 * (FIELD + GAP))
}
