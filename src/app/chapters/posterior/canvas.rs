//! The canvas: `q(x_{t−1} | x_t, x_0)`, the product of what x_0 and x_t each say about `x_{t−1}`.

use egui::{Align2, CursorIcon, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::gaussians;
use crate::app::chapters::layout::{alone, columns, inside, pictures_film_plots};
use crate::app::formula::{Set, Term, symbol, symbol_width};
use crate::app::pictures::{PictureRequest, Pixels, Slot};
use crate::app::theme::{caption_font, figures};
use crate::app::view::View;
use crate::app::widgets::film as strip;
use crate::app::widgets::{
    Frame, Item, TimePlot, curve, fitted_line, keep_arrow_keys, picture_row, picture_row_height,
};
use crate::diffusion::Step;
use crate::gpu::{Field, JobKind};
use crate::quantity::Quantity;
use crate::scene::{Action, PosteriorOptions};

const LEVER: f32 = 66.0;
/// The plots that can be shown alone.
const PLOTS: [&str; 3] = ["posterior/weights", "posterior/variance", "posterior/gaussians"];
/// The lever among them, which stands above the others.
const LEVER_ID: &str = "posterior/lever";
const WEIGHTS: [Quantity; 5] = [
    Quantity::WeightX0,
    Quantity::WeightXt,
    Quantity::WeightSum,
    Quantity::NewShare,
    Quantity::InheritedShare,
];
/// The two exact convex weights, which are drawn thin beside the raw weights.
const EXACT: [Quantity; 2] = [Quantity::NewShare, Quantity::InheritedShare];
const VARIANCES: [Quantity; 2] = [Quantity::Beta, Quantity::PosteriorVariance];

pub fn show(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let leads = view.plots_alone().iter().any(|id| id == LEVER_ID);
    if leads {
        lever(ui, view, rect.with_max_y(rect.top() + LEVER));
    }
    let rest = if leads { rect.with_min_y(rect.top() + LEVER) } else { rect };
    if let Some([weights, variances, pixel]) = alone(view, rest, PLOTS) {
        if let Some(rect) = weights {
            inside(ui, rect, |ui| weight_curves(ui, view));
        }
        if let Some(rect) = variances {
            inside(ui, rect, |ui| variance_curves(ui, view));
        }
        if let Some(rect) = pixel {
            inside(ui, rect, |ui| gaussians::show(ui, view, &step(view)));
        }
    }
    if !view.plots_alone().is_empty() {
        return;
    }
    let items = picture_items(view);
    // A presentation shows how the pictures change with t in the lever's place.
    let lever_height = if view.with_plots() { LEVER } else { 0.0 };
    let natural = picture_row_height(view, rect.width(), &items) + lever_height;
    let sides = view.scene.sides().count();
    let [upper, film, plots] = pictures_film_plots(
        rect,
        (natural, strip::height_over_time(view, rect.width()) * sides as f32, sides),
        view.with_plots(),
    );
    let pictures = Rect::from_min_max(upper.min, pos2(upper.right(), upper.bottom() - lever_height));
    let lever_rect = Rect::from_min_max(pictures.left_bottom(), upper.max);
    let clicked = picture_row(ui, view, pictures, &items).into_iter().find_map(|response| response.clicked);
    if let Some(pixel) = clicked {
        let options = PosteriorOptions { pixel: Some(pixel), ..view.scene.chapters.posterior.clone() };
        view.act(Action::options(options));
    }
    if view.with_plots() {
        lever(ui, view, lever_rect);
    }
    strip::over_time_of_sides(ui, view, film);
    if !view.with_plots() {
        return;
    }
    let [weights, variances, pixel] = columns(plots, [1.0, 0.8, 1.1]);
    inside(ui, weights, |ui| weight_curves(ui, view));
    inside(ui, variances, |ui| variance_curves(ui, view));
    inside(ui, pixel, |ui| gaussians::show(ui, view, &step(view)));
}

/// The transition on show: that of the schedule, or one with the β that the user tries out.
pub fn step(view: &View<'_>) -> Step {
    let step = view.active_step();
    match view.scene.chapters.posterior.beta {
        Some(beta) => Step::new(step.t, step.alpha_bar_prev, beta),
        None => step,
    }
}

fn picture_items(view: &View<'_>) -> Vec<Item> {
    let step = step(view);
    let request = |field| PictureRequest {
        slot: Slot::POSTERIOR,
        kind: JobKind::Posterior,
        field,
        step,
        gain: 1.0,
        thumbnail: false,
    };
    let words = view.words;
    let at = match view.scene.chapters.posterior.beta {
        Some(_) => fl!(words, "posterior-what-if-at", t = step.t),
        None => format!("t = {}", step.t),
    };
    let sigma = format!("{:.4}", step.posterior_variance().sqrt());
    let frames = [
        (Quantity::X0, Field::X0, fl!(words, "posterior-known")),
        (Quantity::Xt, Field::Xt, at),
        (Quantity::PosteriorMean, Field::PosteriorMean, fl!(words, "posterior-mean")),
        (Quantity::Sample, Field::Sample, fl!(words, "posterior-drawn", sigma = sigma)),
    ];
    let mut items = Vec::new();
    for (quantity, field, detail) in frames {
        let mut frame = Frame::new(quantity, detail, Pixels::Computed(request(field)));
        // x_0 is the same under every schedule.
        frame.side = view.told_apart(view.scene.active).filter(|_| quantity != Quantity::X0);
        items.push(Item::from(frame));
    }
    items
}

/// The lever between the two estimates of `x_{t−1}`. Dragging it changes the β of this one step.
fn lever(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let theme = view.theme;
    let step = step(view);
    let lambda = step.convex_x0();
    let [x0, xt] = [theme.color(Quantity::X0), theme.color(Quantity::Xt)];
    let bar = Rect::from_center_size(rect.center(), vec2((rect.width() - 260.0).max(160.0), 8.0));
    // The knob is nearer to the estimate with the larger weight: x_0 at the left, x_t at the right.
    let knob = pos2(bar.right() - bar.width() * lambda as f32, bar.center().y);
    let grab = bar.expand2(vec2(10.0, 14.0));
    let response = ui.interact(grab, ui.scope_id().with("lever"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::slider(true, lambda, fl!(view.words, "posterior-lever")));
    let painter = ui.painter();
    let split = |from: f32, to: f32| Rect::from_min_max(pos2(from, bar.top()), pos2(to, bar.bottom()));
    painter.rect_filled(split(bar.left(), knob.x), 4.0, x0.gamma_multiply(0.35));
    painter.rect_filled(split(knob.x, bar.right()), 4.0, xt.gamma_multiply(0.35));
    let own = view.active_step();
    let own_x = bar.right() - bar.width() * own.convex_x0() as f32;
    let tick = Rect::from_center_size(pos2(own_x, bar.center().y), vec2(2.0, 16.0));
    painter.rect_filled(tick, 0.0, theme.weak);
    let mean = theme.color(Quantity::PosteriorMean);
    painter.circle(knob, 9.0, mean, Stroke::new(2.0, theme.canvas));
    if response.hovered() {
        painter.circle_stroke(knob, 12.0, Stroke::new(1.5, theme.accent));
    }
    ends(ui, view, bar, lambda);
    let note = match view.scene.chapters.posterior.beta {
        Some(beta) => {
            let [beta, own] = [beta, own.beta].map(|beta| format!("{beta:.5}"));
            fl!(view.words, "posterior-what-if", beta = beta, own = own)
        }
        None if view.hints => fl!(view.words, "posterior-drag"),
        None => String::new(),
    };
    let below = rect.with_min_y(bar.bottom() + 8.0);
    fitted_line(ui, below, Align2::CENTER_TOP, &note, caption_font(), theme.weak);
    pull(ui, view, &response, bar);
}

/// What stands at the ends of the lever: the two estimates, and above them their weights.
fn ends(ui: &Ui, view: &View<'_>, bar: Rect, lambda: f64) {
    let (theme, painter) = (view.theme, ui.painter());
    let [x0, xt] = [theme.color(Quantity::X0), theme.color(Quantity::Xt)];
    for (id, color, x, align) in
        [("estimate-x0", x0, bar.left() - 12.0, 1.0), ("estimate-xt", xt, bar.right() + 12.0, 0.0)]
    {
        if let Some(term) = Term::find(Set::Tall, id) {
            let em = 17.0;
            let middle = x + term.size(em).x * (0.5 - align);
            term.paint_centered(ui, pos2(middle, bar.center().y), em, color);
        }
    }
    let weights = [
        (bar.left(), 0.0, Quantity::NewShare, lambda),
        // Rounding may leave λ above 1.
        (bar.right(), 1.0, Quantity::InheritedShare, (1.0 - lambda).max(0.0)),
    ];
    for (x, align, quantity, value) in weights {
        let color = theme.color(quantity);
        let text = format!(" = {value:.5}");
        let number = painter.layout_no_wrap(text, figures(12.0), color);
        let width = symbol_width(quantity, 15.0);
        let left = x - align * (width + number.size().x);
        let baseline = bar.top() - 9.0;
        symbol(ui, quantity, pos2(left, baseline), 15.0, color);
        let ascent = number.rows.first().map_or(0.0, |row| row.glyphs.first().map_or(0.0, |g| g.pos.y));
        painter.galley(pos2(left + width, baseline - ascent), number, color);
    }
}

/// Moves the lever as it is dragged, or by the arrow keys; a double click lets it go.
fn pull(ui: &Ui, view: &mut View<'_>, response: &Response, bar: Rect) {
    let step = step(view);
    let lambda = step.convex_x0();
    if response.hovered() {
        ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let keys = if response.has_focus() {
        keep_arrow_keys(ui, response);
        lever_keys(ui)
    } else {
        0.0
    };
    let wished = if response.dragged()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        Some(f64::from((bar.right() - pointer.x) / bar.width()))
    } else if keys != 0.0 {
        Some(lambda + keys)
    } else {
        None
    };
    if let Some(lambda) = wished.filter(|_| step.alpha_bar_prev < 1.0) {
        let beta = Some(beta_of_lambda(lambda.clamp(1e-6, 1.0 - 1e-6), step.alpha_bar_prev));
        view.act(Action::options(PosteriorOptions { beta, ..view.scene.chapters.posterior.clone() }));
    }
    if response.double_clicked() {
        view.act(Action::options(PosteriorOptions { beta: None, ..view.scene.chapters.posterior.clone() }));
    }
}

fn lever_keys(ui: &Ui) -> f64 {
    ui.input(|i| {
        let key = |key| f64::from(u8::from(i.key_pressed(key)));
        0.02 * (key(egui::Key::ArrowDown) - key(egui::Key::ArrowUp))
    })
}

/// The β with which a step from `ᾱ_{t−1}` has the new share λ: `λ = β / (1 − ᾱ_{t−1}(1 − β))`, solved for β.
fn beta_of_lambda(lambda: f64, alpha_bar_prev: f64) -> f64 {
    (lambda * (1.0 - alpha_bar_prev) / (1.0 - lambda * alpha_bar_prev)).clamp(1e-9, 1.0 - 1e-9)
}

fn weight_curves(ui: &mut Ui, view: &mut View<'_>) {
    let title = fl!(view.words, "posterior-weights");
    TimePlot::new("posterior/weights", &title).legend(&WEIGHTS).thin(&EXACT).y_range(0.0, 1.04).log_t().show(
        ui,
        view,
        |plot, view, axis| {
            let side = view.scene.active;
            let schedule = view.active().schedule.clone();
            let mut line = |quantity: Quantity, width: f32, value: &dyn Fn(&Step) -> f64| {
                let color = view.theme.color(quantity);
                let value = |i: usize| value(&schedule.step(i + 1));
                plot.line(curve(view, axis, side, quantity.symbol(), color, value).width(width));
            };
            line(Quantity::NewShare, 1.0, &Step::convex_x0);
            line(Quantity::InheritedShare, 1.0, &Step::convex_xt);
            line(Quantity::WeightX0, 2.0, &Step::posterior_mean_x0);
            line(Quantity::WeightXt, 2.0, &Step::posterior_mean_xt);
            line(Quantity::WeightSum, 2.0, &|s| s.posterior_mean_x0() + s.posterior_mean_xt());
        },
    );
}

fn variance_curves(ui: &mut Ui, view: &mut View<'_>) {
    let title = fl!(view.words, "posterior-variances");
    TimePlot::new("posterior/variance", &title).legend(&VARIANCES).log_y(true).log_t().show(
        ui,
        view,
        |plot, view, axis| {
            let side = view.scene.active;
            let schedule = view.active().schedule.clone();
            for quantity in VARIANCES {
                let value = |i: usize| {
                    let step = schedule.step(i + 1);
                    let variance =
                        if quantity == Quantity::Beta { step.beta } else { step.posterior_variance() };
                    variance.log10()
                };
                let color = view.theme.color(quantity);
                plot.line(curve(view, axis, side, quantity.symbol(), color, value));
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lever_sets_the_share_it_shows() {
        for lambda in [0.001, 0.3, 0.99] {
            for alpha_bar_prev in [0.999, 0.5, 1e-4] {
                let step = Step::new(10, alpha_bar_prev, beta_of_lambda(lambda, alpha_bar_prev));
                assert!((step.convex_x0() - lambda).abs() < 1e-9, "{lambda} {alpha_bar_prev}");
            }
        }
    }
}
