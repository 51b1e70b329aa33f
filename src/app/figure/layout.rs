//! What stands in a figure, and where.

use egui::{Align2, CentralPanel, Frame, Rect, Stroke, Ui, pos2, vec2};
use i18n_embed_fl::fl;

use super::Part;
use crate::app::chapters::{Formula, Pixel, Rooms, canvas};
use crate::app::command::Intent;
use crate::app::highlight::Lit;
use crate::app::stage::Stage;
use crate::app::theme::{Theme, caption_font, title_font};
use crate::app::widgets::fitted_line;
use crate::app::words::{Words, schedule_label};
use crate::app::{lessons, panels};
use crate::scene::Scene;

/// Height of a figure's heading, in points.
const HEADING: f32 = 44.0;
/// Space at the left and the right of the canvas, in points, besides its own.
const MARGIN: f32 = 8.0;

/// Draws a figure: the canvas alone for a plot, else also a heading, the formula, and a step's words.
pub fn figure_ui(
    ui: &mut Ui,
    stage: &mut Stage,
    rooms: &mut Rooms,
    (scene, words): (&Scene, &Words),
    part: Part<'_>,
) {
    let step = match part {
        Part::Step(playing, said) => Some((playing, said)),
        Part::Chapter | Part::Plot(_) => None,
    };
    let lit = step.map_or(Lit::ALL, |(playing, _)| playing.lit(scene));
    let theme = Theme { lit, ..Theme::of(ui.ctx()) };
    let mut intents: Vec<Intent> = Vec::new();
    let view = &mut stage.view(scene, (theme, words), &mut intents);
    view.hints = false;
    if let Some((playing, _)) = step {
        // A step is shown as a presentation shows it.
        view.presenting = true;
        view.shown_plots = &playing.step().plots;
        view.spoken = Lit::exactly(&playing.step().light);
        view.teaching = playing.teaching();
    }
    CentralPanel::default().frame(Frame::NONE.fill(theme.canvas)).show(ui, |ui| {
        let rect = ui.max_rect();
        if matches!(part, Part::Plot(_)) {
            return rooms.get_mut(scene.chapter).canvas(ui, view, canvas(rect));
        }
        let heading = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + HEADING));
        let words_height = step
            .filter(|(_, said)| *said)
            .map_or(0.0, |(playing, _)| lessons::height(ui.ctx(), words, playing, rect.size()));
        let said = rect.with_min_y(rect.bottom() - words_height);
        let bottom = said.top();
        // A step's words have its formula beside them.
        let formula_height = if words_height > 0.0 { 0.0 } else { panels::FORMULA_HEIGHT };
        let formula =
            Rect::from_min_max(pos2(rect.left(), bottom - formula_height), pos2(rect.right(), bottom));
        let middle = Rect::from_min_max(heading.left_bottom(), formula.right_top());
        let painter = ui.painter();
        painter.rect_filled(formula, 0.0, theme.panel);
        painter.hline(rect.x_range(), formula.top(), Stroke::new(1.0, theme.line));
        let room = rooms.get(scene.chapter);
        let titles = match step {
            Some((playing, _)) => [playing.title(words), room.title(words)],
            None => [room.title(words), room.about(words)],
        };
        let facts = fl!(
            words,
            "figure-facts",
            schedule = schedule_label(words, &room.schedule(scene)),
            t = room.timestep(scene),
            steps = scene.steps(),
            seed = scene.seed.to_string()
        );
        draw_heading(ui, theme, (titles, &facts), heading);
        let room = rooms.get_mut(scene.chapter);
        room.canvas(ui, view, canvas(middle.shrink2(vec2(MARGIN, 0.0))));
        if formula_height > 0.0 {
            // A figure gives no hints.
            let shown = Formula { pixel: Pixel::Never, ..room.formula(view) };
            panels::formula_strip(ui, view, &shown, formula);
        }
        if let Some((playing, true)) = step {
            ui.painter().rect_filled(said, 0.0, theme.raised);
            lessons::show_plain(ui, view, playing, said);
        }
    });
}

/// Draws the chapter's title, what it shows, and the facts of the scene.
fn draw_heading(ui: &Ui, theme: Theme, ([title, about], facts): ([String; 2], &str), heading: Rect) {
    let painter = ui.painter();
    let at = pos2(heading.left() + 16.0, heading.center().y + 4.0);
    let title = painter.text(at, Align2::LEFT_CENTER, title, title_font(), theme.ink);
    let at = pos2(heading.right() - 16.0, title.center().y + 2.0);
    let facts = painter.text(at, Align2::RIGHT_CENTER, facts, caption_font(), theme.weak);
    let between = facts.with_min_x(title.right() + 12.0).with_max_x(facts.left() - 12.0);
    fitted_line(ui, between, Align2::LEFT_CENTER, &about, caption_font(), theme.weak);
}
