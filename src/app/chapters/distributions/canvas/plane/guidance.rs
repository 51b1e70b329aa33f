//! Guidance under the microscope: what pulls at one state, in both constructions, and where samples end.

use std::sync::Arc;

use egui::{Align2, Color32, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::act;
use super::square::Square;
use crate::app::chapters::distributions::DistributionsView;
use crate::app::chapters::layout::columns;
use crate::app::theme::figures;
use crate::app::widgets::{captioned, percent};
use crate::background::Computed;
use crate::quantity::Quantity;

/// The length of the longest arrow, in units of the plane.
const LONGEST: f64 = 1.5;
/// Height, in points, of a class's row in the plot of the classes' shares.
const ROW: f32 = 18.0;

pub fn show(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let [left, middle, right] = columns(rect, [1.0, 1.0, 0.82]);
    microscope(ui, view, left, false);
    microscope(ui, view, middle, true);
    samples(ui, view, right);
}

/// Draws arrows at the clicked state: the score, the guided score, and what guidance makes it from: the
/// gradient of a classifier or, with `free`, the conditional score.
fn microscope(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect, free: bool) {
    let theme = view.theme;
    let color = |q: Quantity| theme.color(q);
    let (score, guided) = (color(Quantity::Score), color(Quantity::GuidedScore));
    let (gradient, conditional) = (color(Quantity::ClassifierGradient), color(Quantity::ClassScore));
    let words = view.words;
    let (id, title, name) = if free {
        (
            "classifier-free",
            fl!(words, "distributions-classifier-free"),
            fl!(words, "distributions-classifier-free", "name"),
        )
    } else {
        ("classifier", fl!(words, "distributions-classifier"), fl!(words, "distributions-classifier", "name"))
    };
    let pull = if free {
        (conditional, fl!(words, "distributions-class-legend"))
    } else {
        (gradient, fl!(words, "distributions-gradient-legend"))
    };
    let legend: [(Color32, &str); 3] = [
        (score, &fl!(words, "distributions-score-legend")),
        (pull.0, &pull.1),
        (guided, &fl!(words, "distributions-sum-legend")),
    ];
    let square = Square::new(ui, rect, &title, &legend);
    let response = square.respond(ui, view, id, &name);
    square.field(ui, view, 0.35);
    let options = &view.scene.chapters.distributions.plane;
    let (point, class, w) = (options.point, options.class, options.scale);
    if let Some(arrows) = view.room.plane.arrows(class, point) {
        let sum = if free { arrows.classifier_free(w) } else { arrows.by_classifier(w) };
        let other = if free { arrows.conditional } else { arrows.classifier };
        let longest = [arrows.score, other, sum].map(|v| v[0].hypot(v[1])).into_iter().fold(0.2, f64::max);
        let scaled = |v: [f64; 2]| v.map(|v| v * LONGEST / longest);
        let tip = [point[0] + scaled(arrows.score)[0], point[1] + scaled(arrows.score)[1]];
        // A thin line from the tip of the score to the tip of the sum: the vector that guidance adds.
        let added = scaled([0, 1].map(|d| sum[d] - arrows.score[d]));
        square.path(ui, &[tip, [tip[0] + added[0], tip[1] + added[1]]], Stroke::new(1.0, theme.weak));
        square.arrow(ui, point, scaled(arrows.score), 2.0, score);
        square.arrow(ui, point, scaled(other), 2.0, if free { conditional } else { gradient });
        square.arrow(ui, point, scaled(sum), 3.0, guided);
    }
    square.dot(ui, theme, point, 5.0, theme.color(Quantity::Xt));
    square.take(ui, view, &response, false);
}

/// Where guided samples end, and which classes they cover.
fn samples(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect) {
    let theme = view.theme;
    let ink = theme.color(Quantity::GuidedScore);
    let classes = view.room.plane.score_model().map_or(1, |score_model| score_model.data.classes()).min(16);
    let meter = ROW * classes as f32 + 24.0;
    let room = (rect.height() - meter - 12.0).max(0.35 * rect.height());
    let above = Square::outline(rect.with_max_y(rect.top() + room));
    let run = view.room.plane.guided();
    let class = run.and_then(|run| run.key.guidance).map(|(class, _)| class);
    let class = class.unwrap_or(view.scene.chapters.distributions.plane.class);
    let title = fl!(view.words, "distributions-guided", class = class);
    let square = Square::new(ui, above, &title, &[]);
    let name = fl!(view.words, "distributions-guided", "name");
    square.respond(ui, view, "guided", &name);
    square.field(ui, view, 0.0);
    let plane = &view.room.plane;
    if let Some(Computed { value: (run, _), .. }) = plane.guided() {
        let swarm = run.nearest(plane.t()).swarm();
        square.cloud(ui, view, "guided-cloud", swarm, ink.gamma_multiply(0.8));
    }
    coverage(ui, view, rect.with_min_y(above.bottom() + 12.0), classes);
}

/// The share of the samples that each class holds. A click chooses the class.
fn coverage(ui: &mut Ui, view: &mut DistributionsView<'_, '_>, rect: Rect, classes: usize) {
    let theme = view.theme;
    // Shares are shown only if they were measured on the data on show, whose classes they are listed beside.
    let plane = &view.room.plane;
    let here = plane.score_model().map(|score_model| &score_model.data);
    let guided =
        plane.guided().filter(|run| here.is_some_and(|data| Arc::ptr_eq(data, &run.key.score_model.data)));
    let spread = guided.and_then(|run| run.value.1.spread);
    let shares = guided.map(|run| run.value.1.shares.clone()).unwrap_or_default();
    let title = spread.map_or_else(
        || fl!(view.words, "distributions-coverage"),
        |spread| fl!(view.words, "distributions-coverage-spread", spread = format!("{spread:.2}")),
    );
    let below = captioned(ui, rect, &title, &[]);
    let row = ROW.min(below.height() / classes as f32);
    for class in 0..classes {
        let share = shares.get(class).copied().unwrap_or(0.0);
        let chosen = class == view.scene.chapters.distributions.plane.class;
        let line = Rect::from_min_size(
            pos2(below.left(), below.top() + row * class as f32),
            vec2(below.width(), row),
        );
        let response = ui.interact(line, ui.scope_id().with(("class", class)), Sense::click());
        let name = fl!(view.words, "distributions-class-share", class = class, share = percent(share));
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &name));
        let color = if chosen { theme.color(Quantity::GuidedScore) } else { theme.weak };
        bar(ui, line, class, share, color);
        if response.clicked() {
            act(view, |plane| plane.class = class);
        }
    }
}

fn bar(ui: &Ui, line: Rect, class: usize, share: f64, color: Color32) {
    let painter = ui.painter();
    let small = figures(11.0_f32.min(line.height() - 2.0).max(6.0));
    painter.text(line.left_center(), Align2::LEFT_CENTER, class, small.clone(), color);
    let track = Rect::from_min_max(
        pos2(line.left() + 22.0, line.center().y - 4.0),
        pos2(line.right() - 56.0, line.center().y + 4.0),
    );
    painter.rect_filled(track, 2.0, color.gamma_multiply(0.15));
    let filled = track.with_max_x(track.left() + track.width() * share.clamp(0.0, 1.0) as f32);
    painter.rect_filled(filled, 2.0, color);
    painter.text(line.right_center(), Align2::RIGHT_CENTER, percent(share), small, color);
}
