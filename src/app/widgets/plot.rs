//! Plots over time: one cursor in all of them, and dragging in any drags t.

use egui::{Align2, Color32, Response, Sense, Ui, Vec2b};
use egui_plot::{AxisHints, Line, LineStyle, Plot, PlotPoints, PlotResponse, PlotUi, VLine};

use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::diffusion::Schedule;
use crate::scene::{Action, Side, TimeAxis};

/// Points per curve: more than enough for a plot of any width on screen, few enough that a
/// curve of 10,000 steps costs no more than one of 1000.
const POINTS: usize = 240;

/// Indices of at most `POINTS` timesteps, ends included.
pub fn decimate(steps: usize) -> impl Iterator<Item = usize> {
    let n = steps.min(POINTS);
    (0..n).map(move |i| if n < 2 { 0 } else { i * (steps - 1) / (n - 1) })
}

/// A plot whose horizontal axis is time.
pub struct TimePlot<'a> {
    id: &'a str,
    title: &'a str,
    y_range: Option<(f64, f64)>,
    log_y: bool,
}

impl<'a> TimePlot<'a> {
    /// A plot with a caption, which is also its accessible name.
    pub fn new(id: &'a str, title: &'a str) -> Self {
        Self { id, title, y_range: None, log_y: false }
    }

    /// Fixes the vertical range.
    #[must_use]
    pub fn y_range(mut self, low: f64, high: f64) -> Self {
        self.y_range = Some((low, high));
        self
    }

    /// The values given are log₁₀; the axis shows powers of ten.
    #[must_use]
    pub fn log_y(mut self, log: bool) -> Self {
        self.log_y = log;
        self
    }

    /// Draws the plot into what is left of `ui`.
    pub fn show(
        self,
        ui: &mut Ui,
        view: &mut View<'_>,
        draw: impl FnOnce(&mut PlotUi<'_>, &mut View<'_>),
    ) -> Response {
        let theme = view.theme;
        ui.painter().text(ui.max_rect().left_top(), Align2::LEFT_TOP, self.title, caption_font(), theme.weak);
        ui.add_space(18.0);
        let axis = view.scene.axis;
        let schedule = view.active().schedule.clone();
        let (low, high) = x_range(&schedule, axis);
        let cursor = time_x(&schedule, axis, view.scene.t);
        let mut plot = styled(Plot::new(self.id), theme.grid)
            .allow_drag(false)
            .default_x_bounds(low, high)
            .invert_x(axis == TimeAxis::LogSnr)
            .custom_x_axes(vec![axis_hints(AxisHints::new_x(), theme.weak)])
            .custom_y_axes(vec![y_axis(self.log_y, theme.weak)]);
        if let Some((low, high)) = self.y_range {
            plot = plot.default_y_bounds(low, high);
        }
        let PlotResponse { response, transform, .. } = plot.show(ui, |plot| {
            plot.set_plot_bounds_x(low..=high);
            if let Some((y_low, y_high)) = self.y_range {
                plot.set_plot_bounds_y(y_low..=y_high);
            }
            draw(plot, view);
            plot.vline(VLine::new("t", cursor).color(theme.ink).width(1.0).allow_hover(false));
        });
        if response.is_pointer_button_down_on()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let t = timestep_at(&schedule, axis, transform.value_from_position(pointer).x);
            view.act(Action::Timestep(t));
        }
        let t = view.scene.t;
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Label, true, format!("plot: {}, t = {t}", self.title))
        });
        response
    }
}

/// A curve of one side: solid for the active schedule, dashed for the other one.
pub fn curve<'a>(
    view: &View<'_>,
    side: Side,
    name: &str,
    color: Color32,
    value: impl Fn(usize) -> f64,
) -> Line<'a> {
    let schedule = &view.derived.side(side).schedule;
    let axis = view.scene.axis;
    let points: Vec<[f64; 2]> = decimate(schedule.steps())
        .map(|i| [time_x(schedule, axis, i + 1), value(i)])
        .filter(|p| p[0].is_finite() && p[1].is_finite())
        .collect();
    let style = if side == view.scene.active { LineStyle::Solid } else { LineStyle::dashed_dense() };
    Line::new(name, PlotPoints::new(points)).color(color).width(1.8).style(style).allow_hover(false)
}

/// Where a timestep stands on the time axis.
pub fn time_x(schedule: &Schedule, axis: TimeAxis, t: usize) -> f64 {
    match axis {
        TimeAxis::Timestep => t as f64,
        TimeAxis::LogSnr => schedule.log_snr(t).clamp(-40.0, 40.0),
    }
}

/// The range of the time axis, low to high.
pub fn x_range(schedule: &Schedule, axis: TimeAxis) -> (f64, f64) {
    let steps = schedule.steps();
    match axis {
        TimeAxis::Timestep => (1.0, steps as f64),
        TimeAxis::LogSnr => (time_x(schedule, axis, steps), time_x(schedule, axis, 1)),
    }
}

/// The timestep at a place on the time axis.
pub fn timestep_at(schedule: &Schedule, axis: TimeAxis, x: f64) -> usize {
    match axis {
        TimeAxis::Timestep => x.round().clamp(1.0, schedule.steps() as f64) as usize,
        TimeAxis::LogSnr => schedule.nearest_timestep_at_log_snr(x),
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
        .set_margin_fraction(egui::vec2(0.0, 0.04))
        .grid_color(grid)
        .grid_fade(0.0)
        .show_x(false)
        .show_y(false)
        .sense(Sense::click_and_drag())
        .show_axes(Vec2b::TRUE)
}

/// Axis numbers in the caption font.
pub fn axis_hints(hints: AxisHints<'_>, color: Color32) -> AxisHints<'_> {
    hints.tick_label_color(color).tick_label_font(caption_font())
}

/// The vertical axis: plain numbers, or powers of ten. Its width is fixed so that plots align.
fn y_axis<'a>(log: bool, color: Color32) -> AxisHints<'a> {
    let hints = axis_hints(AxisHints::new_y(), color).min_thickness(40.0);
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
