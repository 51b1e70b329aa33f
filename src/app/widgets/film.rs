//! Film strips: the same picture and noise at several timesteps. A click on a frame moves t there.

use egui::{Align2, Color32, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use crate::app::pictures::{PictureRequest, Slot};
use crate::app::theme::caption_font;
use crate::app::view::View;
use crate::app::viewport::Viewport;
use crate::app::widgets::chip::Chip;
use crate::app::widgets::tag;
use crate::gpu::{Field, JobKind};
use crate::quantity::Quantity;
use crate::scene::{Action, Side};

/// Room below the frames for the caret and a label, what a second line adds to it, and the space between two frames, in
/// points.
const LABEL: f32 = 24.0;
const LINE: f32 = 14.0;
const GAP: f32 = 10.0;
/// The same room and the same space where frames are so large that labels stand on them.
const CARET: f32 = 9.0;
const NARROW_GAP: f32 = 4.0;
/// The least height of a frame with a tag and a label on it, in points.
const TWO_LABELS: f32 = 50.0;

/// `n` timesteps spread evenly over `1..=steps`, ends included.
pub fn frames(steps: usize, n: usize) -> Vec<usize> {
    let n = n.min(steps).max(2);
    (0..n).map(|i| 1 + i * (steps - 1) / (n - 1)).collect()
}

/// One frame of a strip.
pub struct StripFrame {
    /// The timestep in the side's schedule that the frame shows.
    pub t: usize,
    /// The timestep of the timeline to which a click on the frame moves t.
    pub target: usize,
    /// The text under the frame.
    pub label: String,
    /// A second line of text under the frame.
    pub detail: String,
}

/// The number of frames of a strip over all timesteps, and the largest number of large frames in a presentation.
const OVER_TIME: usize = 10;
const MOST: usize = 16;

/// The largest height that a strip over all timesteps makes use of. In a presentation a higher one has fewer frames.
pub fn height_over_time(view: &View<'_>, width: f32) -> f32 {
    if view.presenting {
        CARET + frame_height(view, width, 2, NARROW_GAP)
    } else {
        height(view, width, OVER_TIME)
    }
}

/// Draws strips of `x_t` over all timesteps, one for each schedule that is on show, A above B, in equal parts of `rect`.
pub fn over_time_of_sides(ui: &mut Ui, view: &mut View<'_>, rect: Rect) {
    let sides: Vec<Side> = view.scene.sides().collect();
    let height = rect.height() / sides.len() as f32;
    for (side, i) in sides.iter().zip(0_u8..) {
        let at = pos2(rect.left(), rect.top() + height * f32::from(i));
        over_time(ui, view, Rect::from_min_size(at, vec2(rect.width(), height)), *side);
    }
}

/// Draws a strip of `x_t` over all timesteps of one side's schedule, as large as fits into `rect`; nothing if `rect` is
/// empty.
fn over_time(ui: &mut Ui, view: &mut View<'_>, rect: Rect, side: Side) {
    if rect.height() <= LABEL {
        return;
    }
    let (large, tagged) = (view.presenting, view.scene.compare);
    let count = if large { fullest(view, rect, MOST) } else { OVER_TIME };
    let frames: Vec<StripFrame> = frames(view.scene.steps(), count)
        .into_iter()
        .map(|t| {
            // Where both are at equal SNR, a click on one's frame leads to the other's timestep of the same SNR.
            let target = view.derived.scene_timestep(view.scene, side, t);
            StripFrame { t, target, label: format!("t = {t}"), detail: String::new() }
        })
        .collect();
    let slot = if side == view.scene.active { Slot::FILM } else { Slot::OTHER_FILM };
    show(ui, view, rect, Row { side, tagged, large }, slot, &frames);
}

/// Height of a strip whose `n` frames fill the width.
pub fn height(view: &View<'_>, width: f32, n: usize) -> f32 {
    LABEL + frame_height(view, width, n, GAP)
}

/// The height at which `n` frames fill the width.
fn frame_height(view: &View<'_>, width: f32, n: usize, gap: f32) -> f32 {
    let aspect = view.image.width as f32 / view.image.height as f32;
    (width - gap * (n as f32 - 1.0)) / n as f32 / aspect
}

/// The number of large frames, at most `most`, with which the pictures of a strip in `rect` take the most room together.
pub fn fullest(view: &View<'_>, rect: Rect, most: usize) -> usize {
    let height = |n: usize| frame_height(view, rect.width(), n, NARROW_GAP).min(rect.height() - CARET);
    let area = |n: &usize| *n as f32 * height(*n).powi(2);
    (2..=most).max_by(|a, b| area(a).total_cmp(&area(b))).unwrap_or(OVER_TIME)
}

/// What a strip shows, and how.
#[derive(Clone, Copy)]
pub struct Row {
    /// The side whose schedule it is.
    pub side: Side,
    /// Whether the first frame bears the letter and the name of the schedule.
    pub tagged: bool,
    /// Whether the frames are large, and bear their labels.
    pub large: bool,
}

/// Draws the frames of a row, as large as fits into `rect`. A caret below them follows t.
pub fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    rect: Rect,
    Row { side, tagged, large }: Row,
    first_slot: Slot,
    frames: &[StripFrame],
) {
    let n = frames.len() as f32;
    let aspect = view.image.width as f32 / view.image.height as f32;
    let details = frames.iter().any(|frame| !frame.detail.is_empty());
    let labels = if large { CARET } else { LABEL + if details { LINE } else { 0.0 } };
    let gap = if large { NARROW_GAP } else { GAP };
    let room = rect.height() - labels;
    let height = room.min(frame_height(view, rect.width(), frames.len(), gap)).max(8.0);
    let size = vec2((height * aspect).max(2.0), height);
    let spacing = ((rect.width() - n * size.x) / (n - 1.0)).max(2.0);
    let labels = if large { labels_on(ui, size, frames) } else { Vec::new() };
    let mut x = rect.center().x - (n * size.x + (n - 1.0) * spacing) / 2.0;
    let now = view.scene.t;
    for (i, frame) in frames.iter().enumerate() {
        let area = Rect::from_min_size(pos2(x, rect.top()), size);
        let request = PictureRequest {
            slot: first_slot.nth(i),
            kind: JobKind::Forward,
            field: Field::Xt,
            step: view.derived.side(side).schedule.step(frame.t),
            gain: 1.0,
            thumbnail: true,
        };
        let id = ui.scope_id().with(("film", side, i));
        let response = ui.interact(area, id, Sense::click());
        response.widget_info(|| {
            WidgetInfo::labeled(
                Role::Button,
                true,
                fl!(view.words, "film-frame", side = side.letter(), t = frame.t),
            )
        });
        if let Some(texture) = view.pictures.texture(ui, area, Viewport::default(), view.scene, &request) {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture, area, uv, Color32::WHITE);
        }
        let here = frame.target == now;
        let ink = if here { view.theme.color(Quantity::Xt) } else { view.theme.line };
        let width = if here || response.hovered() { 2.0 } else { 1.0 };
        ui.painter().rect_stroke(area, 2.0, Stroke::new(width, ink), StrokeKind::Outside);
        if tagged && i == 0 {
            // The name may reach into the space after the first frame.
            tag(ui, view, area, side, size.x + spacing);
        }
        if let Some(label) = labels.get(i) {
            let covered = tagged && i == 0 && area.height() < TWO_LABELS;
            if !covered {
                label_on(ui, area, label);
            }
        } else if !large {
            label_below(ui, view, (area, rect), frame);
        }
        if response.clicked() {
            view.act(Action::Timestep(frame.target));
        }
        x += size.x + spacing;
    }
    let start = rect.center().x - (n * size.x + (n - 1.0) * spacing) / 2.0 + size.x / 2.0;
    let place = place_between(frames, now);
    caret(ui, view, pos2(start + place * (size.x + spacing), rect.top() + size.y));
}

/// Writes what a frame shows below it.
fn label_below(ui: &Ui, view: &View<'_>, (area, strip): (Rect, Rect), frame: &StripFrame) {
    let ink = if frame.target == view.scene.t { view.theme.ink } else { view.theme.weak };
    let below = pos2(area.center().x, area.bottom() + 10.0);
    let label = ui.painter().layout_no_wrap(frame.label.clone(), caption_font(), ink);
    // Labels are wider than small frames, and stay within the strip.
    let half = label.size().x / 2.0;
    let at = below.x.max(strip.left() + half).min(strip.right() - half);
    ui.painter().galley(pos2(at - half, below.y), label, ink);
    let below = below + vec2(0.0, LINE);
    ui.painter().text(below, Align2::CENTER_TOP, &frame.detail, caption_font(), view.theme.weak);
}

/// The labels of large frames: as much of them as has room on every frame, so that they are alike; at least nothing.
fn labels_on(ui: &Ui, size: Vec2, frames: &[StripFrame]) -> Vec<String> {
    let whole = |frame: &StripFrame| [frame.label.as_str(), &frame.detail].join("\n").trim_end().to_owned();
    let forms: [&dyn Fn(&StripFrame) -> String; 3] =
        [&whole, &|frame| frame.label.clone(), &|frame| frame.t.to_string()];
    let area = Rect::from_min_size(pos2(0.0, 0.0), size);
    let fits = |label: &String| {
        let label = ui.painter().layout_no_wrap(label.clone(), caption_font(), Color32::WHITE);
        area.contains_rect(Chip::SMALL.place(area, Align2::LEFT_BOTTOM, label.size()))
    };
    let all = forms.iter().map(|form| frames.iter().map(form).collect::<Vec<String>>());
    all.into_iter().find(|labels| labels.iter().all(fits)).unwrap_or_default()
}

/// Writes a label in the lower left corner of a frame.
fn label_on(ui: &Ui, area: Rect, label: &str) {
    let label = ui.painter().layout_no_wrap(label.to_owned(), caption_font(), Color32::WHITE);
    Chip::SMALL.text(ui, area, Align2::LEFT_BOTTOM, label, Color32::WHITE);
}

/// The place of t among the frames: 0 is the first frame, 1 the second, 1.5 half-way to the third.
fn place_between(frames: &[StripFrame], t: usize) -> f32 {
    let after = frames.iter().position(|frame| frame.target >= t).unwrap_or(frames.len() - 1);
    let Some(before) = after.checked_sub(1) else { return 0.0 };
    let (low, high) = (frames[before].target as f32, frames[after].target as f32);
    before as f32 + ((t as f32 - low) / (high - low).max(1.0)).clamp(0.0, 1.0)
}

/// A small mark under the strip that follows t.
fn caret(ui: &Ui, view: &View<'_>, tip: egui::Pos2) {
    let points = vec![tip + vec2(0.0, 1.0), tip + vec2(4.5, 7.0), tip + vec2(-4.5, 7.0)];
    ui.painter().add(egui::Shape::convex_polygon(points, view.theme.ink, Stroke::NONE));
}

#[cfg(test)]
mod tests {
    use super::{StripFrame, frames, place_between};

    #[test]
    fn the_caret_stands_between_frames() {
        let frames: Vec<StripFrame> = frames(11, 3)
            .into_iter()
            .map(|t| StripFrame { t, target: t, label: String::new(), detail: String::new() })
            .collect();
        assert_eq!(place_between(&frames, 1), 0.0);
        assert_eq!(place_between(&frames, 6), 1.0);
        assert_eq!(place_between(&frames, 11), 2.0);
        assert!((place_between(&frames, 3) - 0.4).abs() < 1e-6);
    }

    #[test]
    fn strips_hold_both_ends() {
        assert_eq!(frames(1000, 10), [1, 112, 223, 334, 445, 556, 667, 778, 889, 1000]);
        assert_eq!(frames(2, 10), [1, 2]);
        assert_eq!(frames(10_000, 2), [1, 10_000]);
    }
}
