//! The canvas: curves of two schedules, and the same picture and noise under each.

use egui::{Align2, Rect, Ui, pos2, vec2};
use egui_plot::{Line, MarkerShape, PlotPoint, PlotPoints, PlotUi, Points};
use i18n_embed_fl::fl;

use super::quantity_of_curve;
use crate::app::chapters::layout::{alone, columns, inside, rows};
use crate::app::pictures::Slot;
use crate::app::theme::{caption_font, heading_font};
use crate::app::view::View;
use crate::app::widgets::film::{self as strip, StripFrame};
use crate::app::widgets::{
    Horizontal, TimePlot, curve, fitted_line, fitted_sentence, label_curves, name_axis, number, percent,
    points, x_hints, y_hints,
};
use crate::app::words::schedule_label;
use crate::diffusion::schedule::Drawn;
use crate::diffusion::{ScheduleKind, ScheduleSpec, Step};
use crate::quantity::Quantity;
use crate::scene::{Action, CurveChoice, PairBy, Side, TimeAxis};

/// If x₀ is multiplied by more than this in x_T, the picture's overall brightness can be seen in x_T, and a
/// sampler that starts from pure noise starts from the wrong distribution (Lin et al. 2023, section 3.1).
const VISIBLE_SIGNAL: f64 = 0.01;

/// The shares of the curve and the pictures in the height of a presentation.
const PRESENTED: [f32; 2] = [1.0, 1.0];

/// The largest number of pictures in a row of it, so that the name of a schedule has room on the first one.
const FRAMES: usize = 12;

pub fn show(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    if view.presenting {
        return presented(ui, view, rect);
    }
    let [plots, pictures] = rows(rect, [1.0, 1.0]);
    let [left, right] = columns(plots, [1.0, 1.0]);
    inside(ui, left, |ui| chosen_curve(ui, view));
    inside(ui, right, |ui| log_snr(ui, view));
    let [a, b] = rows(pictures, [1.0, 1.0]);
    for (side, row) in Side::BOTH.into_iter().zip([a, b]) {
        side_row(ui, view, row, side);
    }
}

/// In a presentation, the plots that a step is about, or else the curve with the pictures, whose tags name their rows.
fn presented(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    if let Some([curve, snr]) = alone(view, rect, ["schedules/curve", "schedules/logsnr"]) {
        if let Some(rect) = curve {
            inside(ui, rect, |ui| chosen_curve(ui, view));
        }
        if let Some(rect) = snr {
            inside(ui, rect, |ui| log_snr(ui, view));
        }
        return;
    }
    let [curve, pictures] = rows(rect, PRESENTED);
    inside(ui, curve, |ui| chosen_curve(ui, view));
    films(ui, view, pictures);
}

/// The pictures under each schedule, as many as fill the rows.
fn films(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    for (side, row) in Side::BOTH.into_iter().zip(rows(rect, [1.0, 1.0])) {
        let n = strip::fullest(view, row, FRAMES);
        film(ui, view, row, side, n);
    }
}

fn value_of(choice: CurveChoice, step: &Step) -> f64 {
    match choice {
        CurveChoice::Beta => step.beta,
        CurveChoice::AlphaBar => step.alpha_bar,
        CurveChoice::SqrtAlphaBar => step.sqrt_alpha_bar(),
        CurveChoice::Snr => step.snr(),
        CurveChoice::LogSnr => step.log_snr(),
        CurveChoice::NewShare => step.new_share(),
        CurveChoice::VlbWeight => step.vlb_weight_beta(),
    }
}

fn chosen_curve(ui: &mut Ui, view: &mut View<'_>) {
    let options = &view.scene.chapters.schedules;
    let (choice, log) = (options.curve, options.log_axis && options.curve != CurveChoice::LogSnr);
    let quantity = quantity_of_curve(choice);
    let [solid, dashed] = [view.scene.active, view.scene.active.other()].map(|side| side_name(view, side));
    let (symbol, name) = (quantity.symbol(), quantity.name(view.words));
    let title = if log {
        fl!(
            view.words,
            "schedules-curve-logarithmic",
            symbol = symbol,
            name = name,
            solid = solid,
            dashed = dashed
        )
    } else {
        fl!(view.words, "schedules-curve", symbol = symbol, name = name, solid = solid, dashed = dashed)
    };
    let plot = TimePlot::new("schedules/curve", &title).log_y(log);
    let bounded = matches!(choice, CurveChoice::AlphaBar | CurveChoice::SqrtAlphaBar | CurveChoice::NewShare);
    let plot = if bounded && !log { plot.y_range(0.0, 1.02) } else { plot };
    plot.show(ui, view, |plot, view, axis| {
        others(plot, view, axis, &|step| {
            let value = value_of(choice, step);
            if log { value.log10() } else { value }
        });
        for side in [view.scene.active.other(), view.scene.active] {
            let schedule = view.derived.side(side).schedule.clone();
            let value = |i: usize| {
                let value = value_of(choice, &schedule.step(i + 1));
                if log { value.log10() } else { value }
            };
            let color = view.theme.color(quantity);
            plot.line(curve(view, axis, side, side.letter(), color, value));
            let t = view.derived.timestep(view.scene, side);
            let at = [axis.x(&schedule, t), value(t - 1)];
            if at[1].is_finite() {
                plot.points(
                    Points::new(side.letter(), PlotPoints::new(vec![at]))
                        .radius(4.0)
                        .filled(side == view.scene.active)
                        .color(color)
                        .allow_hover(false),
                );
            }
        }
    });
}

/// The curves of the other kinds of schedule, each with its name beside it.
fn others(plot: &mut PlotUi<'_>, view: &View<'_>, axis: Horizontal, value: &dyn Fn(&Step) -> f64) {
    // From afar faint lines are not seen.
    let color = view.theme.weak.gamma_multiply(if view.presenting { 1.0 } else { 0.7 });
    let others = view.derived.others();
    if others.is_empty() {
        return;
    }
    let sides = Side::BOTH.map(|side| &view.derived.side(side).schedule);
    let curves: Vec<Vec<[f64; 2]>> = others
        .iter()
        .chain(sides)
        .map(|schedule| points(axis, schedule, |i| value(&schedule.step(i + 1))))
        .collect();
    let labels: Vec<String> =
        others.iter().map(|schedule| schedule_label(view.words, &schedule.spec().kind)).collect();
    for (label, points) in labels.iter().zip(&curves) {
        let line = Line::new(label.as_str(), PlotPoints::new(points.clone()));
        plot.line(line.color(color).width(if view.presenting { 1.5 } else { 1.0 }).allow_hover(false));
    }
    label_curves(plot, view, axis, (&labels, &curves));
}

fn side_name(view: &View<'_>, side: Side) -> String {
    format!("{} {}", side.letter(), schedule_label(view.words, &view.scene.schedule(side).kind))
}

/// log SNR of both sides. Where the active schedule is drawn, its control points are handles.
fn log_snr(ui: &mut Ui, view: &mut View<'_>) {
    let drawn = matches!(view.scene.schedule(view.scene.active).kind, ScheduleKind::Drawn(_));
    if drawn && view.scene.axis == TimeAxis::Timestep {
        return draw_curve(ui, view);
    }
    let title = fl!(view.words, "schedules-log-snr");
    TimePlot::new("schedules/logsnr", &title).show(ui, view, |plot, view, axis| {
        others(plot, view, axis, &Step::log_snr);
        for side in [view.scene.active.other(), view.scene.active] {
            let schedule = view.derived.side(side).schedule.clone();
            let color = view.theme.color(Quantity::LogSnr);
            plot.line(curve(view, axis, side, side.letter(), color, |i| schedule.log_snr(i + 1)));
        }
        let zero = egui_plot::HLine::new("0", 0.0).color(view.theme.line).allow_hover(false);
        plot.hline(zero);
    });
}

/// The editor of a drawn schedule: drag a point, double-click to add one, right-click to remove.
fn draw_curve(ui: &mut Ui, view: &mut View<'_>) {
    let active = view.scene.active;
    let spec = view.scene.schedule(active).clone();
    let ScheduleKind::Drawn(Drawn(drawn)) = &spec.kind else { return };
    let theme = view.theme;
    let axis = Horizontal::from(TimeAxis::Timestep);
    let whole = ui.max_rect();
    let [title, hint] = [fl!(view.words, "schedules-draw"), fl!(view.words, "schedules-draw", "hint")];
    let title = view.with_hint(ui, whole.width(), &title, &hint);
    fitted_sentence(ui, whole.left_top(), whole.width(), &title, theme.weak);
    ui.add_space(20.0);
    let steps = spec.steps;
    let to_t = |u: f64| 1.0 + u * (steps - 1) as f64;
    let schedule = view.derived.side(active).schedule.clone();
    let other = view.derived.side(active.other()).schedule.clone();
    let points: Vec<[f64; 2]> = drawn.points().iter().map(|p| [to_t(p[0]), p[1]]).collect();
    let color = theme.color(Quantity::AlphaBar);
    let plot = crate::app::widgets::styled(egui_plot::Plot::new("schedules/draw"), theme.grid)
        .allow_drag(false)
        .custom_x_axes(vec![timestep_hints(theme.weak)])
        .custom_y_axes(vec![y_hints(theme.weak)])
        .show(ui, |plot| {
            // Room for the control points at both ends.
            let margin = 0.02 * steps as f64;
            plot.set_plot_bounds_x(1.0 - margin..=steps as f64 + margin);
            let range = crate::diffusion::schedule::LOG_SNR;
            plot.set_plot_bounds_y(range.start().max(-16.0)..=range.end().min(14.0));
            let ink = theme.color(Quantity::LogSnr);
            plot.line(curve(view, axis, active.other(), "other", ink, |i| other.log_snr(i + 1)));
            plot.line(curve(view, axis, active, "drawn", color, |i| schedule.log_snr(i + 1)));
            plot.points(
                Points::new("control-points", PlotPoints::new(points.clone()))
                    .radius(6.0)
                    .shape(MarkerShape::Circle)
                    .color(color)
                    .allow_hover(false),
            );
            plot.vline(egui_plot::VLine::new("t", view.scene.t as f64).color(theme.ink).allow_hover(false));
        });
    plot.response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, fl!(view.words, "schedules-drawn"))
    });
    name_axis(ui, *plot.transform.frame(), &fl!(view.words, "axis-name-t"), theme.weak);
    view.plots.note("schedules/draw", &title, whole);
    edit_points(ui, view, &spec, &plot.response, &plot.transform, &points);
}

/// Labels of an axis that extends a little beyond 1 and T, where there are no timesteps to label.
fn timestep_hints<'a>(color: egui::Color32) -> egui_plot::AxisHints<'a> {
    x_hints(color).formatter(|mark, _| {
        if mark.value >= 1.0 && mark.value.fract() == 0.0 { mark.value.to_string() } else { String::new() }
    })
}

fn edit_points(
    ui: &Ui,
    view: &mut View<'_>,
    spec: &ScheduleSpec,
    response: &egui::Response,
    transform: &egui_plot::PlotTransform,
    points: &[[f64; 2]],
) {
    let ScheduleKind::Drawn(Drawn(drawn)) = &spec.kind else { return };
    let Some(pointer) = response.interact_pointer_pos().or(response.hover_pos()) else { return };
    let nearest = points
        .iter()
        .enumerate()
        .map(|(i, p)| (i, transform.position_from_point(&PlotPoint::new(p[0], p[1])).distance(pointer)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, distance)| *distance < 24.0)
        .map(|(i, _)| i);
    let grabbed_id = response.id.with("grabbed");
    if response.drag_started() {
        ui.data_mut(|data| data.insert_temp(grabbed_id, nearest));
    }
    let value = transform.value_from_position(pointer);
    let u = ((value.x - 1.0) / (spec.steps - 1) as f64).clamp(0.0, 1.0);
    let mut edited = drawn.clone();
    let mut changed = false;
    if response.dragged() {
        if let Some(i) = ui.data(|data| data.get_temp::<Option<usize>>(grabbed_id)).flatten() {
            edited.move_point(i, u, value.y);
            changed = true;
        } else {
            view.act(Action::Timestep(value.x.round().max(1.0) as usize));
        }
    } else if response.double_clicked() {
        changed = edited.insert(u).is_some();
    } else if response.secondary_clicked() {
        changed = nearest.is_some_and(|i| edited.remove(i));
    }
    if nearest.is_some() {
        ui.set_cursor_icon(egui::CursorIcon::Grab);
    }
    if changed {
        let kind = Drawn(edited).into();
        view.act(Action::Schedule(view.scene.active, ScheduleSpec { kind, ..spec.clone() }));
    }
}

fn side_row(ui: &mut Ui, view: &mut View<'_>, rect: Rect, side: Side) {
    let heading = Rect::from_min_size(rect.min, vec2(rect.width(), 20.0));
    row_heading(ui, view, heading, side);
    let strip_rect = Rect::from_min_max(pos2(rect.left(), rect.top() + 24.0), rect.max);
    film(ui, view, strip_rect, side, if rect.width() < 700.0 { 8 } else { 10 });
}

/// The pictures under one schedule, `n` of them.
fn film(ui: &mut Ui, view: &mut View<'_>, rect: Rect, side: Side, n: usize) {
    let frames = side_frames(view, side, n);
    let slot = if side == view.scene.active { Slot::FILM } else { Slot::OTHER_FILM };
    let row = strip::Row { side, tagged: true, large: view.presenting };
    strip::show(ui, view, rect, row, slot, &frames);
}

/// The frames of a row. At equal SNR the inactive schedule shows, under each frame of the active one, its own
/// timestep with the nearest signal-to-noise ratio.
fn side_frames(view: &View<'_>, side: Side, n: usize) -> Vec<StripFrame> {
    let active = &view.derived.side(view.scene.active).schedule;
    let own = &view.derived.side(side).schedule;
    let equal_snr = view.scene.chapters.schedules.pace == PairBy::EqualSnr;
    strip::frames(view.scene.steps(), n)
        .into_iter()
        .map(|target| {
            let t = if side == view.scene.active || !equal_snr {
                target
            } else {
                own.nearest_timestep_at_log_snr(active.log_snr(target))
            };
            let detail = if equal_snr {
                fl!(view.words, "schedules-snr", snr = short(own.step(t).snr()))
            } else {
                String::new()
            };
            StripFrame { t, target, label: format!("t = {t}"), detail }
        })
        .collect()
}

/// The number with three significant digits, or with two in scientific notation.
fn short(value: f64) -> String {
    if (0.01..1e4).contains(&value) {
        let decimals = (2 - value.log10().floor() as i32).clamp(0, 4) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.1e}").replace('-', "−")
    }
}

fn row_heading(ui: &Ui, view: &View<'_>, rect: Rect, side: Side) {
    let theme = view.theme;
    let schedule = &view.derived.side(side).schedule;
    let left = schedule.step(schedule.steps()).sqrt_alpha_bar();
    let title = fitted_line(ui, rect, Align2::LEFT_CENTER, &side_name(view, side), heading_font(), theme.ink);
    if view.asking() {
        return;
    }
    let (amplitude, share) = (number(left).trim().to_owned(), percent(left * left));
    let (text, color) = if left > VISIBLE_SIGNAL {
        (fl!(view.words, "schedules-signal-shows", amplitude = amplitude, share = share), theme.warn)
    } else {
        (fl!(view.words, "schedules-signal", amplitude = amplitude, share = share), theme.weak)
    };
    let rest = rect.with_min_x(title.right() + 16.0);
    fitted_line(ui, rest, Align2::LEFT_CENTER, &text, caption_font(), color);
}
