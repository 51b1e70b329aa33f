//! Plots over time. All show the same cursor at t, and dragging in any of them moves t.

use egui::{Color32, Rect, Response, Sense, Ui, Vec2b, pos2, vec2};
use egui_plot::{
    AxisHints, GridInput, GridMark, Line, LineStyle, Plot, PlotPoints, PlotResponse, PlotUi, VLine,
};
use i18n_embed_fl::fl;

use super::{PlotCaption, held_at, plate};
use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::diffusion::Schedule;
use crate::diffusion::process::Level;
use crate::quantity::Quantity;
use crate::scene::{Action, Side, TimeAxis};

/// Points per curve: more than enough for a plot of any width on screen, few enough that a
/// curve of 10,000 steps costs no more than one of 1000.
const POINTS: usize = 240;

/// The least distance between grid lines, in points, which each axis multiplies by a factor of its own. egui fades
/// lines that come near this distance; thanks to the factors none does.
const GRID_MIN: f32 = 16.0;

/// How far the name of the horizontal axis may reach to the left of the curves, in points.
const NAME_ROOM: f32 = 38.0;

/// A plot whose horizontal axis is time.
pub struct TimePlot<'a> {
    id: &'a str,
    caption: PlotCaption<'a>,
    y_range: Option<(f64, f64)>,
    log_y: bool,
    log_t: bool,
    sides: bool,
}

impl<'a> TimePlot<'a> {
    /// A plot with a caption, which is also its accessible name.
    pub fn new(id: &'a str, title: &'a str) -> Self {
        let caption = PlotCaption { title, ..PlotCaption::default() };
        Self { id, caption, y_range: None, log_y: false, log_t: false, sides: false }
    }

    /// A shorter caption, for where there is no room for the whole one.
    #[must_use]
    pub fn short(mut self, title: &'a str) -> Self {
        self.caption.short = Some(title);
        self
    }

    /// Fixes the vertical range.
    #[must_use]
    pub fn y_range(mut self, low: f64, high: f64) -> Self {
        self.y_range = Some((low, high));
        self
    }

    /// Says that the values are log₁₀, so that the vertical axis shows powers of ten.
    #[must_use]
    pub fn log_y(mut self, log: bool) -> Self {
        self.log_y = log;
        self
    }

    /// Spreads out the first timesteps: an axis of timesteps shows log₁₀ t.
    #[must_use]
    pub fn log_t(mut self) -> Self {
        self.log_t = true;
        self
    }

    /// Names these quantities, in their colours, at the right of the caption.
    #[must_use]
    pub fn legend(mut self, quantities: &'a [Quantity]) -> Self {
        self.caption.legend = quantities;
        self
    }

    /// Says which of the quantities in the legend are drawn with a thin line.
    #[must_use]
    pub fn thin(mut self, quantities: &'a [Quantity]) -> Self {
        self.caption.thin = quantities;
        self
    }

    /// Says that curves of both schedules are drawn while they are compared; the legend then tells their lines apart.
    #[must_use]
    pub fn sides(mut self) -> Self {
        self.sides = true;
        self
    }

    /// Draws the plot into what is left of `ui`.
    pub fn show(
        self,
        ui: &mut Ui,
        view: &mut View<'_>,
        draw: impl FnOnce(&mut PlotUi<'_>, &mut View<'_>, Horizontal),
    ) -> Response {
        let theme = view.theme;
        let whole = ui.max_rect();
        let sides = (self.sides && view.scene.compare).then_some(view.scene.active);
        let caption = PlotCaption { sides, ..self.caption };
        let height = caption.show(ui, view);
        ui.add_space(height);
        let axis = Horizontal { axis: view.scene.axis, log_t: self.log_t };
        let schedule = view.active().schedule.clone();
        let (low, high) = axis.range(&schedule);
        let cursor = axis.x(&schedule, view.scene.t);
        // A plot remembers its range, which must not be that of another kind of values.
        let mut plot = styled(Plot::new((self.id, self.log_y, self.y_range.is_some())), theme.grid)
            .allow_drag(false)
            .default_x_bounds(low, high)
            .invert_x(axis.axis == TimeAxis::LogSnr)
            .custom_x_axes(vec![axis.hints(theme.weak)])
            .custom_y_axes(vec![y_axis(self.log_y, theme.weak)]);
        if let Some((low, high)) = self.y_range {
            plot = plot.default_y_bounds(low, high);
        }
        let PlotResponse { response, transform, .. } = plot.show(ui, |plot| {
            plot.set_plot_bounds_x(low..=high);
            if let Some((y_low, y_high)) = self.y_range {
                plot.set_plot_bounds_y(y_low..=y_high);
            }
            draw(plot, view, axis);
            plot.vline(VLine::new("t", cursor).color(theme.ink).width(1.0).allow_hover(false));
        });
        if let Some(pointer) = held_at(ui, &response) {
            let t = axis.timestep(&schedule, transform.value_from_position(pointer).x);
            view.act(Action::Timestep(t));
        }
        let name = fl!(view.words, "plot-at", title = caption.title, t = view.scene.t);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
        let name = match view.scene.axis {
            TimeAxis::Timestep if self.log_t => fl!(view.words, "axis-name-t", "log"),
            _ => time_axis_name(view),
        };
        name_axis(ui, *transform.frame(), &name, theme.weak);
        plate(view, &response, (self.id, caption.title), whole);
        response
    }
}

/// The name of the axis over time.
pub fn time_axis_name(view: &View<'_>) -> String {
    match view.scene.axis {
        TimeAxis::Timestep => fl!(view.words, "axis-name-t"),
        TimeAxis::LogSnr => fl!(view.words, "axis-name-log-snr"),
    }
}

/// Writes what the horizontal axis shows into the free corner below the vertical axis' numbers; `frame` is that of the
/// curves.
pub fn name_axis(ui: &Ui, frame: Rect, name: &str, color: Color32) {
    let galley = ui.painter().layout_no_wrap(name.to_owned(), caption_font(), color);
    let left = (frame.left() - 6.0 - galley.size().x).max(frame.left() - NAME_ROOM);
    ui.painter().galley(pos2(left, frame.bottom() + 5.0), galley, color);
}

/// A curve of one side: solid for the active schedule, dashed for the other one.
pub fn curve<'a>(
    view: &View<'_>,
    axis: Horizontal,
    side: Side,
    name: &str,
    color: Color32,
    value: impl Fn(usize) -> f64,
) -> Line<'a> {
    let points = points(axis, &view.derived.side(side).schedule, value);
    let style = if side == view.scene.active { LineStyle::Solid } else { LineStyle::dashed_dense() };
    Line::new(name, PlotPoints::new(points)).color(color).width(1.8).style(style).allow_hover(false)
}

/// The points of a curve over a schedule's timesteps: `value(i)` at `t = i + 1`, where it is finite.
pub fn points(axis: Horizontal, schedule: &Schedule, value: impl Fn(usize) -> f64) -> Vec<[f64; 2]> {
    axis.decimate(schedule.steps())
        .map(|i| [axis.x(schedule, i + 1), value(i)])
        .filter(|p| p[0].is_finite() && p[1].is_finite())
        .collect()
}

/// The horizontal axis of a plot over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Horizontal {
    /// The quantity on the axis.
    pub axis: TimeAxis,
    /// Whether timesteps are spread logarithmically.
    pub log_t: bool,
}

impl From<TimeAxis> for Horizontal {
    fn from(axis: TimeAxis) -> Self {
        Self { axis, log_t: false }
    }
}

impl Horizontal {
    /// The place of a timestep on the axis.
    pub fn x(self, schedule: &Schedule, t: usize) -> f64 {
        match self.axis {
            TimeAxis::Timestep if self.log_t => (t as f64).log10(),
            TimeAxis::Timestep => t as f64,
            TimeAxis::LogSnr => schedule.log_snr(t).clamp(-40.0, 40.0),
        }
    }

    /// The place on the axis of a timestep whose noise level is known. It may be of any schedule and need not be whole.
    pub fn place(self, t: f64, level: Level) -> f64 {
        match self.axis {
            TimeAxis::Timestep if self.log_t => t.max(1.0).log10(),
            TimeAxis::Timestep => t,
            TimeAxis::LogSnr => level.log_snr().clamp(-40.0, 40.0),
        }
    }

    /// The range of the axis, low to high.
    pub fn range(self, schedule: &Schedule) -> (f64, f64) {
        let (first, last) = (self.x(schedule, 1), self.x(schedule, schedule.steps()));
        (first.min(last), first.max(last))
    }

    /// The timestep at a place on the axis.
    pub fn timestep(self, schedule: &Schedule, x: f64) -> usize {
        let last = schedule.steps() as f64;
        match self.axis {
            TimeAxis::Timestep if self.log_t => 10_f64.powf(x).round().clamp(1.0, last) as usize,
            TimeAxis::Timestep => x.round().clamp(1.0, last) as usize,
            TimeAxis::LogSnr => schedule.nearest_timestep_at_log_snr(x),
        }
    }

    /// Indices of the timesteps that a curve is drawn through.
    pub fn decimate(self, steps: usize) -> impl Iterator<Item = usize> {
        let (log, n) = (self.log_t && self.axis == TimeAxis::Timestep, steps.min(POINTS));
        let mut last = None;
        (0..n).filter_map(move |i| {
            let share = i as f64 / (n - 1).max(1) as f64;
            let index = if log {
                (steps as f64).powf(share).round() as usize - 1
            } else {
                i * (steps - 1) / (n - 1).max(1)
            };
            (last.replace(index) != Some(index)).then_some(index)
        })
    }

    fn hints<'a>(self, color: Color32) -> AxisHints<'a> {
        let hints = x_hints(color);
        if !(self.log_t && self.axis == TimeAxis::Timestep) {
            return hints;
        }
        hints.formatter(|mark, _| {
            // Not at t = 1: the vertical axis' lowest number stands there.
            if mark.value.fract() == 0.0 && mark.value > 0.0 {
                format!("{}", 10_f64.powf(mark.value))
            } else {
                String::new()
            }
        })
    }
}

/// The look that all plots share.
pub fn styled(plot: Plot<'_>, grid: Color32) -> Plot<'_> {
    plot.allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .show_background(false)
        .show_crosshair(false)
        .set_margin_fraction(vec2(0.0, 0.04))
        .grid_color(grid)
        .grid_fade(0.0)
        .show_x(false)
        .show_y(false)
        .grid_spacing(egui::Rangef::new(GRID_MIN, GRID_MIN + 4.0))
        .x_grid_spacer(|input| marks(&input, 4.25))
        .y_grid_spacer(|input| marks(&input, 2.0))
        .sense(Sense::click_and_drag())
        .show_axes(Vec2b::TRUE)
        // The smallest window leaves some plots less than the usual least height.
        .min_size(egui::Vec2::splat(24.0))
}

/// Grid marks at multiples of 1, 2 or 5 times a power of ten, at least `spacing · GRID_MIN` points apart, so that each
/// has room for its number.
fn marks(input: &GridInput, spacing: f64) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let step = nice_step(input.base_step_size * spacing);
    let count = (high - low) / step;
    if !(count.is_finite() && count < 1000.0) {
        return Vec::new();
    }
    let first = (low / step).ceil() as i64;
    (0..=count.ceil() as i64)
        .map(|i| GridMark { value: (first + i) as f64 * step, step_size: step })
        .filter(|mark| mark.value <= high)
        .collect()
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
pub(super) fn nice_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0].map(|m| m * power).into_iter().find(|&step| step >= least * 0.999).unwrap_or(10.0 * power)
}

/// Axis numbers in the caption font, one at every grid line.
fn axis_hints(hints: AxisHints<'_>, color: Color32) -> AxisHints<'_> {
    hints
        .tick_label_color(color)
        .tick_label_font(caption_font())
        .label_spacing(egui::Rangef::new(1.0, 2.0))
        .formatter(|mark, _| tick(mark))
}

fn tick(mark: GridMark) -> String {
    let decimals = (-mark.step_size.log10()).ceil().clamp(0.0, 9.0) as usize;
    format!("{:.decimals$}", mark.value + 0.0).replace('-', "−")
}

/// The horizontal axis, with plain numbers. The number at the very left is left out, because the lowest number of the
/// vertical axis stands there.
pub fn x_hints<'a>(color: Color32) -> AxisHints<'a> {
    axis_hints(AxisHints::new_x(), color).formatter(|mark, range| {
        let from_left = (mark.value - range.start()) / (range.end() - range.start());
        if from_left.abs() < 1e-3 { String::new() } else { tick(mark) }
    })
}

/// The vertical axis, with plain numbers. Its width is fixed so that plots align.
pub fn y_hints<'a>(color: Color32) -> AxisHints<'a> {
    axis_hints(AxisHints::new_y(), color).min_thickness(40.0)
}

/// The vertical axis, with plain numbers or, if `log`, powers of ten. Its width is fixed so that plots align.
fn y_axis<'a>(log: bool, color: Color32) -> AxisHints<'a> {
    let hints = y_hints(color);
    if !log {
        return hints;
    }
    hints.formatter(|mark, _| {
        if mark.value.fract() == 0.0 {
            format!("1e{}", mark.value).replace('-', "−")
        } else {
            String::new()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_hold_their_ends_whatever_the_axis() {
        for log_t in [false, true] {
            let axis = Horizontal { axis: TimeAxis::Timestep, log_t };
            for steps in [2, 3, 239, 240, 241, 1000, 10_000] {
                let indices: Vec<usize> = axis.decimate(steps).collect();
                assert_eq!((indices[0], indices[indices.len() - 1]), (0, steps - 1), "{steps}");
                assert!(indices.len() <= POINTS && indices.windows(2).all(|w| w[0] < w[1]));
            }
        }
    }

    #[test]
    fn grid_steps_are_round() {
        for (least, step) in [(0.013, 0.02), (0.2, 0.2), (3.0, 5.0), (70.0, 100.0)] {
            assert!((nice_step(least) - step).abs() < 1e-12 * step, "{least}");
        }
    }
}
