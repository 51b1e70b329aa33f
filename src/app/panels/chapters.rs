//! The list of chapters.

use egui::{Align2, Role, Sense, Ui, WidgetInfo, vec2};

use crate::app::chapters::{Chapter, Rooms};
use crate::app::theme::{caption_font, heading_font};
use crate::app::view::View;
use crate::app::widgets::fitted_line;
use crate::scene::Action;

/// Space between two groups of chapters, in points.
const BETWEEN_GROUPS: f32 = 10.0;

/// Draws the list of chapters; if `narrow`, only their numbers.
pub fn show(ui: &mut Ui, view: &mut View<'_>, rooms: &Rooms, narrow: bool) {
    ui.add_space(8.0);
    ui.spacing_mut().item_spacing.y = 2.0;
    let mut group = None;
    for (i, chapter) in rooms.iter().enumerate() {
        if group.replace(chapter.group()).is_some_and(|before| before != chapter.group()) {
            ui.add_space(BETWEEN_GROUPS);
        }
        entry(ui, view, chapter, i + 1, narrow);
    }
}

fn entry(ui: &mut Ui, view: &mut View<'_>, chapter: &dyn Chapter, number: usize, narrow: bool) {
    let theme = view.theme;
    let [title, about] = [chapter.title(view.words), chapter.about(view.words)];
    let selected = view.scene.chapter == chapter.id();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &title));
    let fill = if selected {
        theme.raised
    } else if response.hovered() {
        theme.raised.gamma_multiply(0.5)
    } else {
        egui::Color32::TRANSPARENT
    };
    ui.painter().rect_filled(rect, 5.0, fill);
    if response.has_focus() {
        let stroke = egui::Stroke::new(1.5, theme.accent);
        ui.painter().rect_stroke(rect, 5.0, stroke, egui::StrokeKind::Inside);
    }
    let ink = if selected { theme.ink } else { theme.weak };
    if narrow {
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, number, heading_font(), ink);
    } else {
        let font = if selected { heading_font() } else { egui::FontId::proportional(13.0) };
        let inner = rect.shrink2(vec2(10.0, 0.0));
        let at = inner.right_center();
        let number = ui.painter().text(at, Align2::RIGHT_CENTER, number, caption_font(), theme.weak);
        fitted_line(ui, inner.with_max_x(number.left() - 4.0), Align2::LEFT_CENTER, &title, font, ink);
    }
    if response.clicked() {
        view.act(Action::Chapter(chapter.id()));
    }
    response.on_hover_text(format!("{title} ({number})\n{about}"));
}
