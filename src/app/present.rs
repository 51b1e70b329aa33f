//! The presentation: pictures, one formula and the timeline on a black or white screen, in letters that can be read from
//! the back row.

use egui::{
    CentralPanel, Color32, Event, Frame, Id, Key, KeyboardShortcut, LayerId, Modifiers, Order, Rect, Ui,
    ViewportCommand, pos2, vec2,
};

use super::chapters::{Formula, Pixel, canvas};
use super::command::Intent;
use super::highlight::Lit;
use super::lessons::{Audience, Playing};
use super::shell::{Shell, StepStart};
use super::theme::Theme;
use super::view::Teaching;
use super::{App, lessons, panels};
use crate::lesson::StepPlots;
use crate::scene::Scene;

/// The height of the screen in points. The smallest letters have 11 points, a fortieth of it.
const HEIGHT: f32 = 440.0;
/// Height of the timeline, in points.
const TIMELINE: f32 = 46.0;
/// Height of the formula with one line of numbers, in points.
const FORMULA: f32 = 66.0;
/// Space at the left and at the right of the canvas, in points.
const EDGE: f32 = 8.0;
/// How long the spot stays when the pointer does not move, in seconds.
const SPOT_SECONDS: f32 = 3.0;
/// Radius of the spot that follows the pointer, in points, and how much of what is below it is hidden.
const SPOT: f32 = 11.0;
const SPOT_OPACITY: f32 = 0.35;

/// What a presentation has changed, to be restored when it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Presenting {
    zoom: f32,
    /// Whether the screen is black, so that all look at the lecturer.
    blank: bool,
}

impl Shell {
    /// Begins or ends the presentation.
    pub fn present(&mut self, ctx: &egui::Context, on: bool) {
        match (self.presenting, on) {
            (None, true) => {
                // A scale that was asked for and has not been reached yet is the window's own.
                let zoom = self.zoom_due.take().unwrap_or_else(|| ctx.zoom_factor());
                self.presenting = Some(Presenting { zoom, blank: false });
                // What a step is about is made now, if it has not been asked for before.
                self.step = StepStart::Due;
            }
            (Some(before), false) => {
                ctx.set_zoom_factor(before.zoom);
                self.zoom_due = Some(before.zoom);
                self.presenting = None;
            }
            _ => return,
        }
        ctx.send_viewport_cmd(ViewportCommand::Fullscreen(on));
        // In points of the other scale, the pointer would be elsewhere.
        self.pointer_lost = true;
        self.show_anew(ctx);
    }
}

/// The keys by which remotes make the screen black.
const BLANK: [Key; 2] = [Key::B, Key::Period];

/// Whether a shortcut makes the screen of a presentation black, whatever it does elsewhere.
pub fn blanks(shortcut: KeyboardShortcut) -> bool {
    shortcut.modifiers == Modifiers::NONE && BLANK.contains(&shortcut.logical_key)
}

impl Shell {
    /// In a presentation, makes the screen black by a remote's key, and by any key what it was before.
    pub fn blank(&mut self, ctx: &egui::Context) {
        let Some(presenting) = &mut self.presenting else { return };
        if presenting.blank {
            let wakes = |event: &Event| {
                matches!(event, Event::Key { pressed: true, .. } | Event::PointerButton { pressed: true, .. })
            };
            // What wakes the screen does nothing else.
            let woken = ctx.input_mut(|input| {
                let woken = input.events.iter().any(wakes);
                input.events.clear();
                woken
            });
            presenting.blank = !woken;
        } else {
            let blanks = |key: Key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            presenting.blank = BLANK.into_iter().any(blanks);
        }
    }
}

impl App {
    /// Draws the presentation.
    pub(super) fn show_presentation(&mut self, ui: &mut Ui, scene: &Scene, intents: &mut Vec<Intent>) {
        let ctx = ui.ctx().clone();
        fit_screen(&ctx);
        // What lies over the presentation is closed first.
        if !self.is_covered() && ctx.input(|input| input.key_pressed(Key::Escape)) {
            self.shell.present(&ctx, false);
        }
        let Self { rooms, shell, .. } = self;
        if shell.presenting.is_some_and(|presenting| presenting.blank) {
            CentralPanel::default().frame(Frame::NONE.fill(Color32::BLACK)).show(ui, |_| {});
            return;
        }
        if let Some(playing) = &mut shell.playing {
            playing.audience = Audience::Listeners;
        }
        let lit = shell.playing.as_ref().map_or(Lit::ALL, |playing| playing.lit(scene));
        let theme = Theme::of(&ctx);
        let screen = if theme.dark { Color32::BLACK } else { Color32::WHITE };
        let theme = Theme { canvas: screen, panel: screen, lit, ..theme };
        let view = &mut shell.stage.view(scene, (theme, &shell.words), intents);
        view.presenting = true;
        view.shown_plots =
            shell.playing.as_ref().map_or(&StepPlots::All(false), |playing| &playing.step().plots);
        view.spoken = shell.playing.as_ref().map_or(Lit::ALL, |playing| Lit::exactly(&playing.step().light));
        view.teaching = shell.playing.as_ref().map_or(Teaching::Nothing, Playing::teaching);
        // A presentation gives no hints.
        view.hints = false;
        CentralPanel::default().frame(Frame::NONE.fill(screen)).show(ui, |ui| {
            let whole = ui.max_rect();
            let time = whole.with_min_y(whole.bottom() - TIMELINE);
            panels::present_timeline(ui, view, time.shrink2(vec2(12.0, 2.0)));
            let below = match &shell.playing {
                Some(playing) => lessons::height(&ctx, view.words, playing, whole.size()),
                None => FORMULA,
            };
            let middle = Rect::from_min_max(pos2(whole.left(), time.top() - below), time.right_top());
            let room = rooms.get_mut(scene.chapter);
            // Projectors cut off what is at the very edge.
            let place = whole.with_max_y(middle.top()).shrink2(vec2(EDGE, 0.0));
            view.plots.canvas = place.size();
            room.canvas(ui, view, canvas(place));
            if let Some(playing) = &shell.playing {
                lessons::show(ui, view, playing, middle);
            } else {
                let shown = Formula { pixel: Pixel::Never, ..room.formula(view) };
                panels::formula_strip(ui, view, &shown, middle);
            }
        });
        spot(&ctx, theme);
    }
}

/// Makes the screen as high as the presentation is laid out for.
fn fit_screen(ctx: &egui::Context) {
    let height = ctx.content_rect().height() * ctx.zoom_factor();
    let wanted = (height / HEIGHT).clamp(0.2, 20.0);
    if (ctx.zoom_factor() - wanted).abs() > 1e-3 {
        ctx.set_zoom_factor(wanted);
        ctx.request_repaint();
    }
}

/// A spot that follows the pointer, to be seen from afar.
fn spot(ctx: &egui::Context, theme: Theme) {
    let Some(pointer) = ctx.pointer_latest_pos() else { return };
    let rested = ctx.input(|input| input.pointer.time_since_last_movement());
    if rested > SPOT_SECONDS {
        return;
    }
    ctx.request_repaint_after_secs(SPOT_SECONDS - rested + 0.05);
    let painter = ctx.layer_painter(LayerId::new(Order::Tooltip, Id::unique("spot")));
    painter.circle_filled(pointer, SPOT, theme.accent.gamma_multiply(SPOT_OPACITY));
    painter.circle_stroke(pointer, SPOT, egui::Stroke::new(1.5, theme.accent));
}
