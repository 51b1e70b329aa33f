//! The canvas: signal + inherited + new = x_t, as pictures, areas, bars and a triangle.

use egui::{Align2, Color32, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};
use egui_plot::{FilledArea, Plot, VLine};
use i18n_embed_fl::fl;

use super::chain::Chain;
use crate::app::chapters::layout::{alone, columns, inside, pictures_film_plots};
use crate::app::formula::{Set, Term};
use crate::app::pictures::{PictureRequest, Pixels, Slot};
use crate::app::theme::figures;
use crate::app::view::View;
use crate::app::widgets::film as strip;
use crate::app::widgets::{
    Frame, Item, PlotCaption, TimePlot, fitted_sentence, fitting, name_axis, number, percent, picture_row,
    picture_row_height, plate, styled, x_hints, y_hints,
};
use crate::diffusion::Step;
use crate::diffusion::statistics::Moments;
use crate::gpu::{Field, JobKind};
use crate::quantity::Quantity;

/// The largest number of bars. If there are more past steps, they are combined in groups.
const BARS: usize = 160;
/// The height, in points, below which the triangle has little room.
const LOW: f32 = 190.0;
/// The plots that can be shown alone.
const PLOTS: [&str; 3] = ["ledger/areas", "ledger/past", "ledger/triangle"];

pub fn show(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let chain = Chain::of(view);
    if let Some([areas, bars, triangle]) = alone(view, rect, PLOTS) {
        if let Some(rect) = areas {
            inside(ui, rect, |ui| stacked_areas(ui, view, &chain));
        }
        if let Some(rect) = bars {
            inside(ui, rect, |ui| past_bars(ui, view, &chain));
        }
        if let Some(rect) = triangle {
            inside(ui, rect, |ui| right_triangle(ui, view, &chain));
        }
        return;
    }
    let items = sum_items(ui, view, &chain);
    let natural = picture_row_height(view, rect.width(), &items);
    let sides = view.scene.sides().count();
    let [pictures, film, plots] = pictures_film_plots(
        rect,
        (natural, strip::height_over_time(view, rect.width()) * sides as f32, sides),
        view.with_plots(),
    );
    picture_row(ui, view, pictures, &items);
    strip::over_time_of_sides(ui, view, film);
    if !view.with_plots() {
        return;
    }
    let [areas, bars, triangle] = columns(plots, [1.0, 1.0, 0.72]);
    inside(ui, areas, |ui| stacked_areas(ui, view, &chain));
    inside(ui, bars, |ui| past_bars(ui, view, &chain));
    inside(ui, triangle, |ui| right_triangle(ui, view, &chain));
}

/// The factor by which the picture of the new noise is amplified, so that it is as strong as all the noise in
/// `x_t`.
pub fn amplification(step: &Step) -> f64 {
    1.0 / step.new_share().sqrt()
}

fn sum_items(ui: &Ui, view: &mut View<'_>, chain: &Chain) -> [Item; 7] {
    let step = chain.step();
    let request = |field, gain: f64| PictureRequest {
        slot: Slot::LEDGER,
        kind: JobKind::Ledger,
        field,
        step,
        gain: gain as f32,
        thumbnail: false,
    };
    let gain = if view.scene.chapters.ledger.amplify { amplification(&step) } else { 1.0 };
    let (words, inherited) = (view.words, step.inherited_variance());
    let share = |v: f64| fl!(words, "ledger-variance", share = percent(v));
    let new_detail = if view.scene.chapters.ledger.amplify {
        // The formula below states the share already, so there is room here to say that the picture is
        // amplified.
        fl!(words, "ledger-amplified", factor = format!("{gain:.1}"))
    } else {
        share(step.new_variance())
    };
    let residual =
        view.pictures.statistics(ui.ctx(), Slot::LEDGER, Field::Residual).map_or_else(String::new, |s| {
            let rms = format!("{:.0e}", root_mean_square(&s.pooled.moments)).replace('-', "−");
            fl!(words, "ledger-residual", rms = rms)
        });
    let side = view.told_apart(view.scene.active);
    let picture =
        |quantity, detail, (field, gain, share): (Field, f64, Option<f64>), name: Option<String>| {
            let mut frame = Frame::new(quantity, detail, Pixels::Computed(request(field, gain)));
            frame.brief = share.map(percent);
            frame.name_on_it = name;
            frame.side = side;
            Item::from(frame)
        };
    [
        picture(Quantity::Signal, share(step.alpha_bar), (Field::Signal, 1.0, Some(step.alpha_bar)), None),
        Item::Operator("plus"),
        picture(
            Quantity::Inherited,
            share(inherited),
            (Field::Inherited, 1.0, Some(inherited)),
            Some(fl!(words, "ledger-inherited")),
        ),
        Item::Operator("plus"),
        picture(
            Quantity::New,
            new_detail,
            (Field::New, gain, Some(step.new_variance())),
            Some(fl!(words, "ledger-new")),
        ),
        Item::Operator("equals"),
        picture(Quantity::Xt, residual, (Field::Xt, 1.0, None), None),
    ]
}

fn root_mean_square(moments: &Moments) -> f64 {
    (moments.sum_of_squares / (moments.count.max(1) as f64)).sqrt()
}

/// The parts of `x_t`, from below to above.
const PARTS: [Quantity; 3] = [Quantity::Signal, Quantity::Inherited, Quantity::New];

fn stacked_areas(ui: &mut Ui, view: &mut View<'_>, chain: &Chain) {
    let shares = view.scene.chapters.ledger.shares;
    let message = if shares { "ledger-shares" } else { "ledger-variances" };
    let [title, short] = [view.words.get(message), view.words.get_attr(message, "short")];
    let parts = if shares { &PARTS[1..] } else { &PARTS[..] };
    let plot = TimePlot::new("ledger/areas", &title).short(&short).legend(parts).y_range(0.0, 1.0);
    // Nearly all of the change of the shares is in the first timesteps.
    let plot = if shares { plot.log_t() } else { plot };
    plot.show(ui, view, |plot, view, axis| {
        let schedule = &view.active().schedule;
        // A chain of few steps is drawn as stairs, with a level part for each step.
        let mut xs = Vec::new();
        let mut steps = Vec::new();
        for i in axis.decimate(chain.len()) {
            let step = chain.at(i);
            if chain.is_few() {
                xs.push(axis.x(schedule, i.checked_sub(1).map_or(1, |i| chain.at(i).t)));
                steps.push(step);
            }
            xs.push(axis.x(schedule, step.t));
            steps.push(step);
        }
        let level = |f: &dyn Fn(&Step) -> f64| steps.iter().map(f).collect::<Vec<f64>>();
        let zero = level(&|_| 0.0);
        let one = level(&|_| 1.0);
        let (signal, inherited) = if shares {
            (zero.clone(), level(&Step::inherited_share))
        } else {
            (level(&|s| s.alpha_bar), level(&|s| 1.0 - s.beta))
        };
        let areas = [
            (Quantity::Signal, &zero, &signal),
            (Quantity::Inherited, &signal, &inherited),
            (Quantity::New, &inherited, &one),
        ];
        for (quantity, low, high) in areas {
            if shares && quantity == Quantity::Signal {
                continue;
            }
            let fill = view.theme.color(quantity).gamma_multiply(0.85);
            let area = FilledArea::new(quantity.column(), &xs, low, high);
            plot.add(area.fill_color(fill).stroke(Stroke::NONE).allow_hover(false));
        }
    });
}

fn past_bars(ui: &mut Ui, view: &mut View<'_>, chain: &Chain) {
    let theme = view.theme;
    let shares = chain.past_shares(BARS);
    let whole = ui.max_rect();
    let title = fl!(view.words, "ledger-past");
    let short = fl!(view.words, "ledger-past", "short");
    let legend = &PARTS[1..];
    let caption = PlotCaption { title: &title, short: Some(&short), legend, ..PlotCaption::default() };
    let height = caption.show(ui, view);
    ui.add_space(height);
    let last = chain.step().t as f64;
    let top = shares.iter().fold(0.0_f64, |top, share| top.max(share.1)) * 1.06;
    let shown = styled(Plot::new("ledger/past"), theme.grid)
        .allow_drag(false)
        .sense(egui::Sense::hover())
        .custom_x_axes(vec![x_hints(theme.weak)])
        .custom_y_axes(vec![y_hints(theme.weak)])
        .show(ui, |plot| {
            plot.set_plot_bounds_x(0.0..=last);
            plot.set_plot_bounds_y(0.0..=top.max(1e-12));
            // Where a lesson asks which of them is the largest, they are its answer.
            if !view.asking() {
                stairs(plot, theme, &shares, chain.is_few());
            }
            plot.vline(VLine::new("t", last).color(theme.ink).width(1.0).allow_hover(false));
        });
    name_axis(ui, *shown.transform.frame(), &fl!(view.words, "axis-name-step"), theme.weak);
    plate(view, &shown.response, ("ledger/past", &title), whole);
    shown
        .response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, fl!(view.words, "ledger-bars")));
}

/// Many bars are drawn without gaps, as two areas, since hundreds of thin bars would shimmer. With `apart`
/// there are gaps between the bars.
fn stairs(
    plot: &mut egui_plot::PlotUi<'_>,
    theme: crate::app::theme::Theme,
    shares: &[(f64, f64)],
    apart: bool,
) {
    let [mut xs, mut ys] = [Vec::new(), Vec::new()];
    let mut before = 0.0;
    for (i, &(end, share)) in shares.iter().enumerate() {
        let gap = if apart { 0.08 * (end - before) } else { 0.0 };
        let last = i + 1 == shares.len();
        let bar_x = [before + gap, before + gap, end - gap, end - gap];
        if last {
            let low = [0.0; 2];
            let area = FilledArea::new("new", &bar_x[1..3], &low, &[share; 2]);
            let red = theme.color(Quantity::New);
            plot.add(area.fill_color(red).stroke(Stroke::new(1.0, red)).allow_hover(false));
        } else {
            xs.extend(bar_x);
            ys.extend([0.0, share, share, 0.0]);
        }
        before = end;
    }
    if !xs.is_empty() {
        let area = FilledArea::new("past", &xs, &vec![0.0; xs.len()], &ys);
        let fill = theme.color(Quantity::Inherited);
        plot.add(area.fill_color(fill).stroke(Stroke::NONE).allow_hover(false));
    }
}

/// The standard deviations of inherited, new and total noise as sides of a right triangle: their squares add
/// up, the deviations themselves do not.
fn right_triangle(ui: &mut Ui, view: &View<'_>, chain: &Chain) {
    let theme = view.theme;
    let step = chain.step();
    let [inherited, new, total] =
        [step.inherited_variance().sqrt(), step.new_variance().sqrt(), step.sqrt_one_minus_alpha_bar()];
    let rect = ui.max_rect();
    let painter = ui.painter();
    let title = if view.asking() {
        fl!(view.words, "ledger-triangle", "asked")
    } else {
        fl!(view.words, "ledger-triangle")
    };
    let short = fl!(view.words, "ledger-triangle", "short");
    let shown = fitting(ui, rect.width(), &title, &short);
    fitted_sentence(ui, rect.left_top(), rect.width(), shown, theme.weak);
    // Where there is little room, the triangle comes before the numbers of the variances, which other plots show.
    let low = rect.height() < LOW;
    let [above, below] = if low { [24.0, 46.0] } else { [44.0, 78.0] };
    let room = Rect::from_min_max(rect.min + vec2(8.0, above), rect.max - vec2(62.0, below));
    // The hypotenuse is drawn with the same length at every t, so that only the shape of the triangle
    // changes.
    let scale = (room.width() / inherited.max(1e-9) as f32)
        .min(room.height() / new.max(1e-9) as f32)
        .min(room.width() / total.max(1e-9) as f32);
    let middle = room.center() + vec2(inherited as f32, new as f32) * scale / 2.0;
    let corner = pos2(middle.x, middle.y);
    let left = pos2(corner.x - inherited as f32 * scale, corner.y);
    let top = pos2(corner.x, corner.y - new as f32 * scale);
    let fill = theme.color(Quantity::NoiseVariance).gamma_multiply(0.12);
    painter.add(Shape::convex_polygon(vec![left, corner, top], fill, Stroke::NONE));
    let square = 8.0_f32.min(new as f32 * scale / 2.0);
    let mark = Rect::from_min_max(corner - vec2(square, square), corner);
    painter.rect_stroke(mark, 0.0, Stroke::new(1.0, theme.weak), egui::StrokeKind::Inside);
    let side = |a: Pos2, b: Pos2, q: Quantity| painter.line_segment([a, b], Stroke::new(3.0, theme.color(q)));
    side(left, top, Quantity::NoiseVariance);
    side(left, corner, Quantity::Inherited);
    side(corner, top, Quantity::New);
    let label = |at: Pos2, id: &str, q: Quantity| term(ui, at, id, theme.color(q));
    label(pos2(left.lerp(corner, 0.5).x, corner.y + 16.0), "sqrt-inherited-variance", Quantity::Inherited);
    label(pos2(corner.x + 34.0, corner.y.midpoint(top.y)), "sqrt-beta", Quantity::New);
    let middle = left.lerp(top, 0.42);
    label(middle + vec2(-34.0, -18.0), "sqrt-one-minus-alpha-bar", Quantity::NoiseVariance);
    triangle_numbers(ui, view, rect, [inherited, new, total], if low { 1 } else { 2 });
}

/// Writes the deviations, and above them the variances if there is room for two `rows`.
fn triangle_numbers(ui: &Ui, view: &View<'_>, rect: Rect, [inherited, new, total]: [f64; 3], rows: usize) {
    let (painter, theme) = (ui.painter(), view.theme);
    let lines: [(&str, f64, &str, f64, f64); 2] = [
        ("σ² ", inherited * inherited, "+", new * new, total * total),
        ("σ  ", inherited, "+", new, inherited + new),
    ];
    // Where a lesson asks for the deviation of both, it is not written.
    let asked = view.asking();
    for (i, (name, a, plus, b, sum)) in lines.into_iter().enumerate().skip(2 - rows) {
        let y = rect.bottom() - 40.0 + 18.0 * i as f32;
        // If the deviation of one of the two is 0, as it is at t = 1, the deviations add up too.
        let adds = i == 0 || inherited == 0.0 || new == 0.0;
        let equal = if adds || asked { "=" } else { "≠" };
        let right = if i == 0 { sum } else { total };
        let parts: [(String, Color32); 6] = [
            (name.to_owned(), theme.weak),
            (short(a), theme.color(Quantity::Inherited)),
            (format!(" {plus} "), theme.weak),
            (short(b), theme.color(Quantity::New)),
            (format!(" {equal} "), if adds || asked { theme.weak } else { theme.warn }),
            (if asked { "?".to_owned() } else { short(right) }, theme.color(Quantity::NoiseVariance)),
        ];
        let mut x = rect.left();
        for (text, color) in parts {
            x = painter.text(pos2(x, y), Align2::LEFT_CENTER, text, figures(11.0), color).right();
        }
    }
}

fn short(value: f64) -> String {
    if value >= 1e-3 { format!("{value:.4}") } else { number(value).trim().to_owned() }
}

fn term(ui: &Ui, center: Pos2, id: &str, color: Color32) {
    if let Some(term) = Term::find(Set::Tall, id) {
        term.paint_centered(ui, center, 15.0, color);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amplified_new_noise_is_as_strong_as_all_noise() {
        let step = Step::new(500, 0.3, 0.01);
        let amplified = step.new_variance().sqrt() * amplification(&step);
        assert!((amplified - step.sqrt_one_minus_alpha_bar()).abs() < 1e-12);
    }
}
