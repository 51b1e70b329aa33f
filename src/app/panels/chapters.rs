//! The rail at the left: the chapters in their groups, each with an emblem and a short name.

use egui::{Align2, FontId, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::app::chapters::{Chapter, Rooms};
use crate::app::formula::{symbol, symbol_width};
use crate::app::view::View;
use crate::app::widgets::fitted_line;
use crate::scene::Action;

/// The width of the rail, in points.
pub const WIDTH: f32 = 60.0;
/// Space above a group, height of its name and of an entry, in points.
const ABOVE_GROUP: f32 = 8.0;
const GROUP: f32 = 14.0;
const ENTRY: f32 = 44.0;
/// The height of an entry where there is little room, and space between entries, in points.
const LEAST_ENTRY: f32 = 27.0;
const BETWEEN: f32 = 1.0;
/// The height of all bars above and below the rail, that of the formula among them, in points.
const BARS: f32 = 217.0;
/// Room for an entry's name below its emblem, in points.
const NAME: f32 = 16.0;
/// The size of emblems, in points per em, and the room that one has.
const EMBLEM: f32 = 19.0;
const EMBLEM_ROOM: f32 = 44.0;

/// Draws the rail.
pub fn show(ui: &mut Ui, view: &mut View<'_>, rooms: &Rooms) {
    ui.spacing_mut().item_spacing.y = BETWEEN;
    // As if there were a formula in every chapter, so that entries stay where they are when another one is chosen.
    let room = (ui.ctx().content_rect().height() - BARS).min(ui.available_height());
    let height = entry_height(rooms, room);
    let mut group = None;
    for (chapter, number) in rooms.iter().zip(1..) {
        if group != Some(chapter.group()) {
            group = Some(chapter.group());
            ui.add_space(ABOVE_GROUP);
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), GROUP), Sense::hover());
            let name = chapter.group().title(view.words);
            fitted_line(ui, rect, Align2::CENTER_CENTER, &name, FontId::proportional(9.5), view.theme.weak);
        }
        entry(ui, view, chapter, (number, height));
    }
}

/// The height of an entry, with which all of them have their place in a rail of this height.
fn entry_height(rooms: &Rooms, room: f32) -> f32 {
    let (mut entries, mut groups, mut group) = (0.0, 0.0, None);
    for chapter in rooms.iter() {
        entries += 1.0;
        if group != Some(chapter.group()) {
            group = Some(chapter.group());
            groups += 1.0;
        }
    }
    let names = groups * (ABOVE_GROUP + GROUP + 2.0 * BETWEEN);
    ((room - names) / f32::max(entries, 1.0) - BETWEEN).clamp(LEAST_ENTRY, ENTRY).floor()
}

fn entry(ui: &mut Ui, view: &mut View<'_>, chapter: &dyn Chapter, (number, height): (usize, f32)) {
    let theme = view.theme;
    let [title, short, about] =
        [chapter.title(view.words), chapter.short(view.words), chapter.about(view.words)];
    let selected = view.scene.chapter == chapter.id();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &title));
    let fill = if selected {
        theme.raised
    } else if response.hovered() {
        theme.raised.gamma_multiply(0.5)
    } else {
        egui::Color32::TRANSPARENT
    };
    ui.painter().rect_filled(rect, 5.0, fill);
    let ink = if selected { theme.ink } else { theme.weak };
    let emblem = chapter.emblem();
    // Emblems are as much smaller as they have less room above the names.
    let size = EMBLEM * ((height - NAME) / (ENTRY - NAME)).clamp(0.6, 1.0);
    let em = size * (EMBLEM_ROOM / symbol_width(emblem, size)).min(1.0);
    let baseline = rect.top() + (height - NAME) * 20.0 / (ENTRY - NAME);
    let origin = pos2(rect.center().x - symbol_width(emblem, em) / 2.0, baseline);
    symbol(ui, emblem, origin, em, if selected { theme.color(emblem) } else { ink });
    let line = Rect::from_min_max(pos2(rect.left() + 1.0, rect.bottom() - NAME), rect.max);
    fitted_line(ui, line, Align2::CENTER_TOP, &short, FontId::proportional(10.5), ink);
    if response.clicked() {
        view.act(Action::Chapter(chapter.id()));
    }
    response.on_hover_text(format!("{title} ({number})\n{about}"));
}
