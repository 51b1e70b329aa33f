//! The fields for texts, and the button that draws.

use egui::{Align2, Button, Key, Rect, TextEdit, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::super::TextView;
use super::super::commands::TextCommand;
use super::{FIELD, GAP, draw};
use crate::app::chapters::layout::inside;
use crate::app::theme::{body_font, title_font};
use crate::app::widgets::{button_width, fitted_line, primary};
use crate::scene::{Action, TextOptions};

/// Draws one field, or two below each other, with the button beside the first.
pub fn show(ui: &mut Ui, view: &mut TextView<'_, '_>, rect: Rect, fields: usize) {
    let options = view.scene.chapters.text.clone();
    let texts = [options.prompt.clone(), options.other_prompt.clone()];
    let names = [fl!(view.words, "text-prompt"), fl!(view.words, "text-other-prompt")];
    if !view.hints {
        // Figures and presentations have the texts alone.
        for (i, text) in texts.iter().take(fields).enumerate() {
            let line = Rect::from_min_size(row(rect, i), vec2(rect.width(), FIELD));
            let quoted = fl!(view.words, "text-quoted", text = text.as_str());
            fitted_line(ui, line, Align2::LEFT_CENTER, &quoted, title_font(), view.theme.ink);
        }
        return;
    }
    let busy = view.room.share().is_some();
    let label = if busy { fl!(view.words, "text-stop") } else { fl!(view.words, "text-draw") };
    let widths = ["text-draw", "text-stop"].map(|message| button_width(ui, &view.words.get(message)) + 12.0);
    let beside = widths[0].max(widths[1]);
    let mut wanted = texts.clone();
    let mut committed = false;
    for (i, text) in texts.iter().take(fields).enumerate() {
        let place = Rect::from_min_size(row(rect, i), vec2(rect.width() - beside - GAP, FIELD));
        let draft = &mut view.room.drafts[i];
        draft.follow(text);
        let write = i == 0 && std::mem::take(&mut view.room.writing);
        let draft = &mut view.room.drafts[i];
        let entered = inside(ui, place, |ui| {
            let field = TextEdit::singleline(&mut draft.text)
                .id(ui.scope_id().with(("text-field", i)))
                .hint_text(names[i].as_str())
                .font(body_font(15.0))
                .char_limit(TextOptions::LONGEST / 4)
                .margin(vec2(8.0, 5.0))
                .desired_width(place.width());
            let response = ui.add_sized(place.size(), field);
            if write {
                response.request_focus();
            }
            response.widget_info(|| {
                let mut info = egui::WidgetInfo::text_edit(true, &draft.text, &draft.text, names[i].as_str());
                info.label = Some(names[i].clone());
                info
            });
            response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
        });
        if entered {
            committed = true;
        }
        wanted[i].clone_from(&view.room.drafts[i].text);
    }
    let button = Rect::from_min_size(pos2(rect.right() - beside, rect.top()), vec2(beside, FIELD));
    let theme = view.theme;
    let pressed = inside(ui, button, |ui| {
        let button = if busy {
            Button::new(label.as_str())
        } else {
            Button::new(primary(theme, label.as_str())).fill(theme.accent)
        };
        ui.add_sized(button_size(beside), button).clicked()
    });
    if pressed && busy {
        return view.order(TextCommand::Stop.order());
    }
    if pressed || committed {
        let [prompt, other_prompt] = wanted;
        let next = TextOptions { prompt, other_prompt, word: 0, ..options.clone() };
        let next = TextOptions { word: if next.prompt == options.prompt { options.word } else { 0 }, ..next };
        if next != options {
            view.act(Action::options(next));
        }
        view.order(draw());
    }
}

fn button_size(width: f32) -> egui::Vec2 {
    vec2(width, FIELD)
}

/// The upper left corner of a field.
fn row(rect: Rect, i: usize) -> egui::Pos2 {
    pos2(rect.left(), rect.top() + i as f32 * (FIELD + GAP))
}
