//! The panels of the window. First each takes its place, from the window's edges inwards; then each is filled, in the
//! order of reading, which is also the order in which the Tab key goes through them.

use egui::{
    CentralPanel, Color32, Context, Frame, Id, Margin, Panel, Rect, ScrollArea, Stroke, Ui, UiBuilder, Vec2,
};

use super::chapters::Chapter;
use super::command::Intent;
use super::entry::Entry;
use super::highlight::Lit;
use super::lessons::{Audience, Playing, Recording};
use super::shell::Shell;
use super::theme::Theme;
use super::view::{Teaching, View};
use super::{App, chapters, lessons, panels};
use crate::scene::Scene;

/// Heights of the top bar, the status bar and the timeline, in points.
const TOP: f32 = 37.0;
const STATUS: f32 = 25.0;
const TIMELINE: f32 = 54.0;
/// The width of the window, in points, below which the right column is narrow, and the column's two widths.
const NARROW: f32 = 1400.0;
const COLUMN: [f32; 2] = [220.0, 272.0];
/// The largest parts of the column's height that the numbers at t and the explanation take.
const VALUES: f32 = 0.45;
const EXPLANATION: f32 = 0.65;
/// The height of the column, in points, from which on it has room for both.
const TALL: f32 = 700.0;
/// Space at the left and the right of what is in the column, in points.
const BESIDE: i8 = 14;

impl App {
    /// Draws all panels. Returns the distance of the canvas's lower right corner from that of the window, in points.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        scene: &Scene,
        entries: &[Entry],
        intents: &mut Vec<Intent>,
    ) -> Vec2 {
        let Self { rooms, shell, .. } = self;
        if let Some(playing) = &mut shell.playing {
            playing.audience = Audience::Learner;
        }
        let wanted = Wanted::of(ui.ctx(), shell, rooms.get(scene.chapter));
        let Shell { stage, settings, words, playing, .. } = shell;
        let lit = match (stage.pointed.now(), playing.as_ref()) {
            (Some(quantity), _) => Lit::of(&[quantity]),
            (None, Some(playing)) => playing.lit(scene),
            (None, None) => {
                // Whoever writes a lesson sees what the step will light.
                let written = || settings.recording.as_ref().map(Recording::lit);
                stage.pointed.shown(ui.input(|input| input.time)).or_else(written).unwrap_or(Lit::ALL)
            }
        };
        let theme = Theme { lit, ..Theme::of(ui.ctx()) };
        let status =
            panels::Status { device: shell.device.as_ref(), frame_ms: shell.frame_ms, jobs: &shell.jobs };
        let view = &mut stage.view(scene, (theme, words), intents);
        view.models = &settings.models;
        view.teaching = playing.as_ref().map_or(Teaching::Nothing, Playing::teaching);
        view.sections = settings.sections;
        let whole = ui.max_rect();
        let places = Places::of(ui, theme, wanted);
        places.top.fill(ui, "top", |ui| panels::top_bar(ui, view, entries, &settings.recent));
        places.rail.fill(ui, "chapters", |ui| panels::chapters(ui, view, rooms));
        let room = rooms.get_mut(scene.chapter);
        // In a lesson, nothing covers what it speaks of.
        let folded = places.formula.is_none() && places.strip.is_none();
        places.canvas.fill(ui, "canvas", |ui| canvas(ui, view, room, folded));
        if let Some(place) = places.column {
            place.fill(ui, "inspector", |ui| column(ui, view, room, wanted));
        }
        if let Some(place) = places.formula {
            let formula = room.formula(view);
            place.fill(ui, "formula", |ui| panels::formula_strip(ui, view, &formula, place.rect));
        }
        if let Some(place) = places.strip {
            place.fill(ui, "strip", |ui| match (playing, &mut settings.recording) {
                (Some(playing), _) => lessons::show(ui, view, playing, place.rect),
                (None, Some(recording)) => lessons::show_recording(ui, view, recording, place.rect),
                (None, None) => {}
            });
        }
        places.timeline.fill(ui, "timeline", |ui| panels::timeline(ui, view, &shell.playback));
        places.status.fill(ui, "status", |ui| panels::status(ui, view, &status));
        whole.max - places.canvas.rect.max
    }
}

/// Which of the panels are wanted that are not always there.
#[derive(Clone, Copy)]
struct Wanted {
    /// The controls and the numbers at t.
    inspector: bool,
    /// The explanation of the chapter.
    explanation: bool,
    /// The formula, in a place of its own.
    formula: bool,
    /// The height of the strip of a lesson that is played or written.
    strip: Option<f32>,
}

impl Wanted {
    fn of(ctx: &Context, shell: &Shell, room: &dyn Chapter) -> Self {
        let (playing, settings) = (&shell.playing, &shell.settings);
        let screen = ctx.content_rect().size();
        let strip = |playing| lessons::height(ctx, &shell.words, playing, screen);
        let recording = settings.recording.as_ref().map(|_| lessons::RECORDING_HEIGHT);
        Self {
            inspector: settings.inspector,
            // A lesson explains by itself, and has a formula of its own.
            explanation: settings.explain && playing.is_none(),
            formula: settings.formula || !(room.folds_formula() || playing.is_some()),
            strip: playing.as_ref().map(strip).or(recording),
        }
    }
}

/// The place of a panel.
#[derive(Clone, Copy)]
struct Place {
    rect: Rect,
    clip: Rect,
}

impl Place {
    /// Takes the place of a panel.
    fn take(ui: &mut Ui, panel: Panel, frame: Frame) -> Self {
        panel.resizable(false).frame(frame).show(ui, |ui| Self::rest(ui)).inner
    }

    /// All that is left.
    fn rest(ui: &Ui) -> Self {
        Self { rect: ui.max_rect(), clip: ui.clip_rect() }
    }

    /// Draws what is in the panel.
    fn fill<R>(self, ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
        let mut child = ui.new_child(UiBuilder::new().id_salt(name).max_rect(self.rect));
        child.set_clip_rect(self.clip);
        contents(&mut child)
    }
}

/// The places of all panels.
struct Places {
    top: Place,
    rail: Place,
    canvas: Place,
    column: Option<Place>,
    formula: Option<Place>,
    strip: Option<Place>,
    timeline: Place,
    status: Place,
}

impl Places {
    fn of(ui: &mut Ui, theme: Theme, wanted: Wanted) -> Self {
        let width = COLUMN[usize::from(ui.available_width() >= NARROW)];
        let fill = |margin: i8| Frame::NONE.fill(theme.panel).inner_margin(Margin::symmetric(margin, 0));
        let raised = Frame::NONE.fill(theme.raised);
        let top = Place::take(ui, Panel::top("top").exact_size(TOP), fill(12));
        let status = Place::take(ui, Panel::bottom("status").exact_size(STATUS), fill(12));
        let timeline = Place::take(ui, Panel::bottom("timeline").exact_size(TIMELINE), fill(12));
        let strip =
            wanted.strip.map(|height| Place::take(ui, Panel::bottom("strip").exact_size(height), raised));
        let formula = wanted
            .formula
            .then(|| Place::take(ui, Panel::bottom("formula").exact_size(panels::FORMULA_HEIGHT), fill(0)));
        let rail = Place::take(ui, Panel::left("chapters").exact_size(panels::RAIL_WIDTH), fill(2));
        let column = (wanted.inspector || wanted.explanation)
            .then(|| Place::take(ui, Panel::right("inspector").exact_size(width), fill(0)));
        let central = CentralPanel::default().frame(Frame::NONE.fill(theme.canvas));
        let canvas = central.show(ui, |ui| Place::rest(ui)).inner;
        Self { top, rail, canvas, column, formula, strip, timeline, status }
    }
}

/// Draws the chapter, and the formula over its plots while a pixel is pointed at, if the formula has no place of its
/// own: so nothing moves.
fn canvas(ui: &mut Ui, view: &mut View<'_>, room: &mut dyn Chapter, folded: bool) {
    let rect = ui.max_rect();
    view.plots.canvas = rect.size();
    room.canvas(ui, view, chapters::canvas(rect));
    if folded && view.probed().is_some() {
        let strip = rect.with_min_y(rect.bottom() - panels::FORMULA_HEIGHT);
        ui.painter().rect_filled(strip, 0.0, view.theme.panel);
        ui.painter().hline(strip.x_range(), strip.top(), Stroke::new(1.0, view.theme.line));
        let formula = room.formula(view);
        panels::formula_strip(ui, view, &formula, strip);
    }
}

/// Draws the right column: the controls, and pinned below them the explanation and the numbers at t. While something is
/// explained, a column that has no room for all of this leaves the numbers out.
fn column(ui: &mut Ui, view: &mut View<'_>, room: &mut dyn Chapter, wanted: Wanted) {
    let height = ui.available_height();
    let fit = !wanted.explanation || height >= TALL;
    let numbers = wanted.inspector && fit && room.panels(view.scene).numbers;
    let values = numbers.then(|| Pinned::take(ui, "values", height * VALUES, view.theme.panel));
    let most = if wanted.inspector { height * EXPLANATION } else { height };
    let explanation = wanted.explanation.then(|| Pinned::take(ui, "explanation", most, view.theme.raised));
    if wanted.inspector {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            let frame = Frame::NONE.inner_margin(Margin::symmetric(BESIDE, 0));
            frame.show(ui, |ui| panels::inspector(ui, view, room));
        });
    }
    if let Some(explanation) = explanation {
        explanation.fill(ui, |ui| panels::explain(ui, view, room));
    }
    if let Some(values) = values {
        values.fill(ui, |ui| panels::measurements(ui, view, room));
    }
}

/// A part of the column that is pinned at the lower end: as high as what was in it in the last pass, up to a limit.
struct Pinned {
    name: &'static str,
    place: Place,
    id: Id,
    height: f32,
    most: f32,
}

impl Pinned {
    fn take(ui: &mut Ui, name: &'static str, most: f32, fill: Color32) -> Self {
        let id = ui.scope_id().with((name, "height"));
        let height = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(most).min(most);
        let frame = Frame::NONE.fill(fill).inner_margin(Margin::symmetric(BESIDE, 0));
        let place = Place::take(ui, Panel::bottom(name).exact_size(height), frame);
        Self { name, place, id, height, most }
    }

    fn fill(self, ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
        let Self { name, place, id, height, most } = self;
        place.fill(ui, name, |ui| {
            let scroll = ScrollArea::vertical().id_salt(name).auto_shrink([false, false]);
            let wanted = scroll.show(ui, contents).content_size.y.ceil();
            if (wanted.min(most) - height).abs() > 0.5 {
                ui.ctx().request_discard("what is pinned takes more or less room");
            }
            ui.data_mut(|data| data.insert_temp(id, wanted));
        });
    }
}
