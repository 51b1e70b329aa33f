//! The timeline: the main control of t, drawn over the curve of ᾱ.

use egui::{
    Align2, CursorIcon, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use i18n_embed_fl::fl;

use crate::app::command::Command;
use crate::app::playback::Playback;
use crate::app::theme::{big_font, caption_font, title_font};
use crate::app::view::View;
use crate::app::widgets::{Horizontal, held_at, keep_arrow_keys, segmented};
use crate::quantity::Quantity;
use crate::scene::{Action, TimeAxis};

const BUTTON: Vec2 = vec2(26.0, 24.0);

/// Draws the timeline.
pub fn show(ui: &mut Ui, view: &mut View<'_>, playback: &Playback) {
    let rect = ui.max_rect();
    let left = Rect::from_min_max(rect.min, pos2(rect.left() + 176.0, rect.bottom()));
    let right = Rect::from_min_max(pos2(rect.right() - 176.0, rect.top()), rect.max);
    let middle =
        Rect::from_min_max(pos2(left.right() + 16.0, rect.top()), pos2(right.left() - 20.0, rect.bottom()));
    ui.scope_builder(egui::UiBuilder::new().max_rect(left), |ui| transport(ui, view, playback));
    slider(ui, view, middle);
    ui.scope_builder(egui::UiBuilder::new().max_rect(right), |ui| readout(ui, view));
}

/// Draws the timeline of a presentation: the slider, and t in large letters.
pub fn present(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let text = format!("t = {}", view.scene.t);
    let longest = format!("t = {}", view.scene.steps());
    let font = big_font();
    let width = ui.painter().layout_no_wrap(longest, font.clone(), view.theme.ink).size().x;
    slider(ui, view, rect.with_max_x(rect.right() - width - 20.0));
    let left = pos2(rect.right() - width, rect.center().y);
    ui.painter().text(left, Align2::LEFT_CENTER, text, font, view.theme.ink);
}

fn transport(ui: &mut Ui, view: &mut View<'_>, playback: &Playback) {
    ui.spacing_mut().item_spacing = vec2(2.0, 0.0);
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        let (last, words) = (view.scene.steps(), view.words);
        if icon(ui, &fl!(words, "time-first"), &fl!(words, "time-first-keys"), Icon::First).clicked() {
            view.act(Action::Timestep(1));
        }
        if icon(ui, &fl!(words, "time-back"), &fl!(words, "time-back-keys"), Icon::Back).clicked() {
            view.command(Command::StepBy(-1));
        }
        let (back, on) = (playback.is_playing(false), playback.is_playing(true));
        let pause = || (fl!(words, "time-pause"), Icon::Pause);
        let backwards = if back { pause() } else { (fl!(words, "time-play-backwards"), Icon::PlayBack) };
        if icon(ui, &backwards.0, &fl!(words, "time-play-backwards-keys"), backwards.1).clicked() {
            view.command(Command::Play(false));
        }
        let forwards = if on { pause() } else { (fl!(words, "time-play"), Icon::Play) };
        if icon(ui, &forwards.0, &fl!(words, "time-play-keys"), forwards.1).clicked() {
            view.command(Command::Play(true));
        }
        if icon(ui, &fl!(words, "time-on"), &fl!(words, "time-on-keys"), Icon::On).clicked() {
            view.command(Command::StepBy(1));
        }
        if icon(ui, &fl!(words, "time-last"), &fl!(words, "time-last-keys"), Icon::Last).clicked() {
            view.act(Action::Timestep(last));
        }
    });
    ui.horizontal(|ui| {
        let mut speed = view.scene.speed;
        ui.add_space(4.0);
        let label = ui.label(
            egui::RichText::new(fl!(view.words, "time-speed")).font(caption_font()).color(view.theme.weak),
        );
        ui.add_space(6.0);
        let rate = speed * 0.01;
        let drag = egui::DragValue::new(&mut speed).range(1.0..=5000.0).speed(rate).max_decimals(0);
        if ui
            .add(drag.suffix(format!(" {}", fl!(view.words, "time-speed-unit"))))
            .labelled_by(label.id)
            .changed()
        {
            view.act(Action::Speed(speed));
        }
    });
}

fn readout(ui: &mut Ui, view: &mut View<'_>) {
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.add_space(1.0);
    let theme = view.theme;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let (t, steps) = (view.scene.t, view.scene.steps());
    let text = ui.painter().text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        format!("t = {t}"),
        title_font(),
        theme.ink,
    );
    let of = fl!(view.words, "time-of", steps = steps);
    let at = pos2(text.right() + 6.0, rect.center().y + 2.0);
    ui.painter().text(at, Align2::LEFT_CENTER, of, caption_font(), theme.weak);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("t = {t}")));
    let options = [
        (TimeAxis::Timestep, "t".to_owned(), fl!(view.words, "axis-timestep")),
        (TimeAxis::LogSnr, "log SNR".to_owned(), fl!(view.words, "axis-log-snr")),
    ];
    if let Some(axis) = segmented(ui, &fl!(view.words, "axis"), view.scene.axis, &options) {
        view.act(Action::Axis(axis));
    }
}

fn slider(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let theme = view.theme;
    let schedule = view.active().schedule.clone();
    let axis = view.scene.axis;
    let scale = Horizontal::from(axis);
    let (low, high) = scale.range(&schedule);
    let track =
        Rect::from_min_max(pos2(rect.left(), rect.top() + 7.0), pos2(rect.right(), rect.bottom() - 18.0));
    let place = |t: usize| {
        let share = ((scale.x(&schedule, t) - low) / (high - low)) as f32;
        let share = if axis == TimeAxis::LogSnr { 1.0 - share } else { share };
        track.left() + track.width() * share.clamp(0.0, 1.0)
    };
    let id = ui.scope_id().with("timestep");
    let response = ui.interact(rect.expand2(vec2(8.0, 0.0)), id, Sense::click_and_drag());
    let (t, steps) = (view.scene.t, schedule.steps());
    response.widget_info(|| WidgetInfo::slider(true, t as f64, fl!(view.words, "timestep")));
    curve_area(ui, view, track, &place);
    ticks(ui, view, track, &place);
    let x = place(t);
    let painter = ui.painter();
    painter.line_segment([pos2(x, track.top() - 4.0), pos2(x, track.bottom())], Stroke::new(2.0, theme.ink));
    painter.circle(pos2(x, track.bottom()), 7.0, theme.ink, Stroke::new(2.0, theme.panel));
    if response.has_focus() {
        keep_arrow_keys(ui, &response);
    }
    if response.hovered() {
        ui.set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let mut wished = None;
    if let Some(pointer) = held_at(ui, &response) {
        let share = f64::from((pointer.x - track.left()) / track.width()).clamp(0.0, 1.0);
        let share = if axis == TimeAxis::LogSnr { 1.0 - share } else { share };
        wished = Some(scale.timestep(&schedule, low + share * (high - low)));
    }
    if let Some(wish) = accessible(ui, &response, t, steps) {
        wished = Some(wish);
    }
    if let Some(t) = wished {
        view.act(Action::Timestep(t));
    }
}

/// The timestep to which assistive technology asks the slider to move; `None` if it asks for nothing.
fn accessible(ui: &Ui, response: &Response, t: usize, steps: usize) -> Option<usize> {
    use egui::accesskit::{Action as Request, ActionData};
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(1.0);
        node.set_max_numeric_value(steps as f64);
        node.set_numeric_value_step(1.0);
        node.add_action(Request::SetValue);
        node.add_action(Request::Increment);
        node.add_action(Request::Decrement);
    });
    ui.input(|input| {
        let set = input.accesskit_action_requests(response.id, Request::SetValue).last();
        if let Some(ActionData::NumericValue(value)) = set.and_then(|request| request.data.clone()) {
            return Some(value.round().clamp(1.0, steps as f64) as usize);
        }
        let count = |action| input.num_accesskit_action_requests(response.id, action);
        let (up, down) = (count(Request::Increment), count(Request::Decrement));
        (up != down).then(|| (t + up).saturating_sub(down).max(1))
    })
}

fn curve_area(ui: &Ui, view: &View<'_>, track: Rect, place: &dyn Fn(usize) -> f32) {
    let theme = view.theme;
    let signal = theme.color(Quantity::AlphaBar);
    let painter = ui.painter();
    let schedule = &view.active().schedule;
    let mut mesh = egui::Mesh::default();
    let mut line = Vec::new();
    for i in Horizontal::from(view.scene.axis).decimate(schedule.steps()) {
        let height = schedule.alpha_bar(i + 1) as f32 * (track.height() - 2.0);
        let x = place(i + 1);
        let n = mesh.vertices.len() as u32;
        mesh.colored_vertex(pos2(x, track.bottom()), signal.gamma_multiply(0.16));
        mesh.colored_vertex(pos2(x, track.bottom() - height), signal.gamma_multiply(0.30));
        if n >= 2 {
            mesh.add_triangle(n - 2, n - 1, n);
            mesh.add_triangle(n - 1, n, n + 1);
        }
        line.push(pos2(x, track.bottom() - height));
    }
    painter.add(Shape::mesh(mesh));
    painter.add(Shape::line(line, Stroke::new(1.5, signal)));
    // Over log SNR all schedules have the same curve.
    if view.scene.compare && view.scene.axis == TimeAxis::Timestep {
        let other = &view.derived.side(view.scene.active.other()).schedule;
        let line: Vec<_> = Horizontal::from(view.scene.axis)
            .decimate(other.steps())
            .map(|i| {
                let height = other.alpha_bar(i + 1) as f32 * (track.height() - 2.0);
                pos2(place(i + 1), track.bottom() - height)
            })
            .collect();
        painter.extend(Shape::dashed_line(&line, Stroke::new(1.2, signal), 4.0, 4.0));
    }
    painter.line_segment([track.left_bottom(), track.right_bottom()], Stroke::new(1.0, theme.line));
}

fn ticks(ui: &Ui, view: &View<'_>, track: Rect, place: &dyn Fn(usize) -> f32) {
    let theme = view.theme;
    let label = |x: f32, text: String| {
        let down = pos2(x, track.bottom() + 3.0);
        ui.painter().line_segment([pos2(x, track.bottom()), down], Stroke::new(1.0, theme.line));
        ui.painter().text(
            pos2(x, track.bottom() + 6.0),
            Align2::CENTER_TOP,
            text,
            caption_font(),
            theme.weak,
        );
    };
    let steps = view.scene.steps();
    match view.scene.axis {
        TimeAxis::Timestep => {
            let n = if track.width() > 600.0 { 10 } else { 5 };
            let n = n.min(steps);
            for i in 0..=n {
                let t = (steps * i / n).max(1);
                label(place(t), t.to_string());
            }
        }
        TimeAxis::LogSnr => {
            let schedule = &view.active().schedule;
            let (low, high) = Horizontal::from(TimeAxis::LogSnr).range(schedule);
            let step = ((high - low) / 8.0).ceil().max(1.0);
            let mut value = (low / step).ceil() * step;
            while value <= high {
                let share = 1.0 - ((value - low) / (high - low)) as f32;
                label(track.left() + track.width() * share, format!("{value:.0}").replace('-', "−"));
                value += step;
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Icon {
    First,
    Back,
    PlayBack,
    Play,
    Pause,
    On,
    Last,
}

fn icon(ui: &mut Ui, name: &str, keys: &str, icon: Icon) -> Response {
    let (rect, response) = ui.allocate_exact_size(BUTTON, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let theme = crate::app::theme::Theme::of(ui.ctx());
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, theme.raised);
    }
    let (center, ink) = (rect.center(), theme.ink);
    let triangle = |x: f32, direction: f32| {
        let (back, tip) = (center.x + x - 4.0 * direction, center.x + x + 4.5 * direction);
        let points = vec![pos2(back, center.y - 5.5), pos2(back, center.y + 5.5), pos2(tip, center.y)];
        ui.painter().add(Shape::convex_polygon(points, ink, Stroke::NONE));
    };
    let bar = |x: f32, width: f32| {
        let bar = Rect::from_center_size(pos2(center.x + x, center.y), vec2(width, 11.0));
        ui.painter().rect_filled(bar, 0.5, ink);
    };
    match icon {
        Icon::First => {
            bar(-5.0, 2.0);
            triangle(1.0, -1.0);
        }
        Icon::Back => {
            triangle(-1.5, -1.0);
            bar(4.5, 1.5);
        }
        Icon::PlayBack => triangle(0.0, -1.0),
        Icon::Play => triangle(0.0, 1.0),
        Icon::Pause => {
            bar(-2.8, 3.2);
            bar(2.8, 3.2);
        }
        Icon::On => {
            triangle(1.5, 1.0);
            bar(-4.5, 1.5);
        }
        Icon::Last => {
            bar(5.0, 2.0);
            triangle(-1.0, 1.0);
        }
    }
    response.on_hover_text(format!("{name} ({keys})"))
}
