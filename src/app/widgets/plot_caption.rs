//! What stands above a plot of quantities: its title at the left, and at the right which curve is which.

use egui::{Align2, Color32, Rect, Sense, Ui, pos2, vec2};

use super::{fitted_sentence, fitting};
use crate::app::formula::{sentence_width, symbol, symbol_width};
use crate::app::glossary::define;
use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::quantity::Quantity;
use crate::scene::Side;

/// The part of a plot's width in which a shortened title is still understandable.
const TITLE_MIN: f32 = 0.4;
/// The height of a caption of one line, and of each further line, in points.
const HEIGHT: f32 = 20.0;
const LINE: f32 = 16.0;

/// Size of a legend's symbols: points per em.
const LEGEND_EM: f32 = 13.0;

/// The title of a plot, with a legend of quantities.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlotCaption<'a> {
    /// The title, whose symbols are typeset.
    pub title: &'a str,
    /// A shorter title, for where there is no room for the whole one.
    pub short: Option<&'a str>,
    /// The quantities of the legend, each in its colour.
    pub legend: &'a [Quantity],
    /// Those among them that are drawn with a thin line.
    pub thin: &'a [Quantity],
    /// The active side, if curves of both schedules are drawn, whose lines the legend then tells apart.
    pub sides: Option<Side>,
}

impl PlotCaption<'_> {
    /// Draws the legend at the right, and at the left as much of the title as there is room for; where that would be
    /// little, the legend stands below the title. Returns the height.
    pub fn show(&self, ui: &Ui, view: &mut View<'_>) -> f32 {
        let rect = ui.max_rect();
        let beside = self.sides.map_or(0.0, |active| legend_of_sides(ui, active, view.theme.weak));
        let legend = rect.with_max_x(rect.right() - beside);
        let room = legend.width() - legend_width(self.legend, legend.width());
        let short = self.short.unwrap_or(self.title);
        let needed = sentence_width(ui, short).min(TITLE_MIN * rect.width());
        let below = room < needed && !self.legend.is_empty();
        let row = if below { LINE } else { 0.0 };
        legend_in(ui, view, legend.translate(vec2(0.0, row)), self.legend, self.thin);
        let room = if below { legend.width() } else { room };
        let title = fitting(ui, room, self.title, short);
        fitted_sentence(ui, rect.left_top(), room, title, view.theme.weak);
        HEIGHT + row
    }
}

/// Draws the letters of both schedules with their lines, solid for the active one, at the right of the caption's line.
/// Returns their width.
fn legend_of_sides(ui: &Ui, active: Side, color: Color32) -> f32 {
    let right = ui.max_rect().right();
    let y = ui.max_rect().top() + 7.0;
    let mut x = right;
    for side in [Side::B, Side::A] {
        let place = pos2(x, y);
        let letter = ui.painter().text(place, Align2::RIGHT_CENTER, side.letter(), caption_font(), color);
        x = letter.left() - 4.0;
        let line = [pos2(x - 16.0, y), pos2(x, y)];
        let stroke = egui::Stroke::new(1.8, color);
        if side == active {
            ui.painter().line_segment(line, stroke);
        } else {
            ui.painter().extend(egui::Shape::dashed_line(&line, stroke, 3.5, 2.75));
        }
        x -= 26.0;
    }
    right - x
}

/// The dash of a legend's entry and the gap before the next one, in points, in a place of this width.
fn legend_spacing(quantities: &[Quantity], width: f32) -> [f32; 2] {
    let symbols: f32 = quantities.iter().map(|&quantity| symbol_width(quantity, LEGEND_EM)).sum();
    if symbols + 32.0 * quantities.len() as f32 <= width { [13.0, 14.0] } else { [9.0, 8.0] }
}

/// The width of a legend in a place of this width, in points.
fn legend_width(quantities: &[Quantity], width: f32) -> f32 {
    let [dash, gap] = legend_spacing(quantities, width);
    quantities.iter().map(|&quantity| symbol_width(quantity, LEGEND_EM) + 5.0 + dash + gap).sum()
}

/// Draws the quantities' symbols, each with a dash in front, in the first line of `rect` from its right edge leftwards;
/// those in `thin` have a thin one.
fn legend_in(ui: &Ui, view: &mut View<'_>, rect: Rect, quantities: &[Quantity], thin: &[Quantity]) {
    let em = LEGEND_EM;
    let mut x = rect.right();
    let baseline = rect.top() + 11.0;
    let [dash, gap] = legend_spacing(quantities, rect.width());
    for &quantity in quantities.iter().rev() {
        let color = view.theme.color(quantity);
        x -= symbol_width(quantity, em);
        symbol(ui, quantity, pos2(x, baseline), em, color);
        let line = [pos2(x - 5.0 - dash, baseline - 4.0), pos2(x - 5.0, baseline - 4.0)];
        ui.painter()
            .line_segment(line, egui::Stroke::new(if thin.contains(&quantity) { 1.0 } else { 2.0 }, color));
        let place = Rect::from_min_max(
            pos2(x - 5.0 - dash, baseline - 13.0),
            pos2(x + symbol_width(quantity, em), baseline + 5.0),
        );
        let response = ui.interact(place, ui.scope_id().with(("legend", quantity)), Sense::hover());
        define(view, &response, quantity);
        x -= 5.0 + dash + gap;
    }
}
