//! The film of a training: what was drawn from the same noise after so many iterations. A click or a drag looks at one
//! of them.

use std::sync::Arc;

use egui::{Align2, Color32, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use i18n_embed_fl::fl;

use super::tile::Place;
use crate::app::chapters::training::TrainingView;
use crate::app::theme::caption_font;
use crate::app::widgets::{held_at, keep_arrow_keys};
use crate::app::workshop::Training;
use crate::quantity::Quantity;
use crate::train::live::Probe;

/// Room below the frames for the iterations, in points.
pub const LABEL: f32 = 18.0;
const GAP: f32 = 6.0;
const BETWEEN: f32 = 4.0;

pub fn show(
    ui: &mut Ui,
    view: &mut TrainingView<'_, '_>,
    rect: Rect,
    training: Option<&Training>,
    shown: Option<&Probe>,
) {
    let networks = training.map_or(1, Training::networks);
    let n = networks as f32;
    let side = ((rect.height() - LABEL - (n - 1.0) * BETWEEN) / n).max(8.0).floor();
    let most = ((rect.width() + GAP) / (side + GAP)).floor().max(2.0) as usize;
    let probes = training.map(Training::probes).unwrap_or_default();
    let frames = frames(probes, most);
    let step = (rect.width() - side) / (most - 1) as f32;
    let whole = rect.with_max_y(rect.bottom() - LABEL);
    scrub(ui, view, whole, (&frames, side, step), shown);
    for i in 0..most {
        let left = rect.left() + i as f32 * step;
        let probe = frames.get(i);
        for network in 0..networks {
            let top = rect.top() + network as f32 * (side + BETWEEN);
            let area = Rect::from_min_size(pos2(left, top).round(), vec2(side, side));
            frame(ui, view, area, (network, i), probe.map(AsRef::as_ref), shown);
        }
        if let Some(probe) = probe {
            let here = shown.is_some_and(|shown| shown.iteration == probe.iteration);
            let color = if here { view.theme.ink } else { view.theme.weak };
            let text = ui.painter().layout_no_wrap(probe.iteration.to_string(), caption_font(), color);
            let half = text.size().x / 2.0;
            // In a strip that is narrower than the number, it begins at the left.
            let at = (left + side / 2.0).min(rect.right() - half).max(rect.left() + half);
            ui.painter().galley(pos2(at - half, rect.bottom() - LABEL + 3.0), text, color);
        }
    }
    if probes.is_empty() {
        let hint = fl!(view.words, "training-film-hint");
        let text = ui.painter().layout(hint, caption_font(), view.theme.weak, whole.width());
        let place = Align2::CENTER_CENTER.anchor_size(whole.center(), text.size());
        // The edges of empty frames would run through the words.
        ui.painter().rect_filled(place.expand2(vec2(8.0, 4.0)), 4.0, view.theme.canvas);
        ui.painter().galley(place.min, text, view.theme.weak);
    }
}

/// The probes that are shown: all of them, or as many as there are frames, evenly spread over the iterations.
fn frames(probes: &[Arc<Probe>], most: usize) -> Vec<Arc<Probe>> {
    let (Some(first), Some(last)) = (probes.first(), probes.last()) else { return Vec::new() };
    if probes.len() <= most {
        return probes.to_vec();
    }
    let range = last.iteration - first.iteration;
    let mut frames: Vec<Arc<Probe>> = Vec::new();
    for i in 0..most as u64 {
        let wanted = first.iteration + range * i / (most as u64 - 1);
        let nearest = probes.iter().min_by_key(|probe| probe.iteration.abs_diff(wanted));
        frames.extend(nearest.cloned());
    }
    frames
}

/// Listens to the pointer over all frames: where it is held, that iteration is looked at; the last frame follows the
/// training. With the focus, the arrow keys go from probe to probe.
fn scrub(
    ui: &Ui,
    view: &mut TrainingView<'_, '_>,
    rect: Rect,
    (frames, side, step): (&[Arc<Probe>], f32, f32),
    shown: Option<&Probe>,
) {
    let response = ui.interact(rect, ui.scope_id().with("training-film"), Sense::click_and_drag());
    let iteration = shown.map_or(0, |probe| probe.iteration);
    let name = fl!(view.words, "training-film", iteration = iteration);
    response.widget_info(|| WidgetInfo::slider(true, iteration as f64, &name));
    if frames.is_empty() {
        return;
    }
    let here = frames.iter().position(|frame| frame.iteration >= iteration).unwrap_or(frames.len() - 1);
    let mut wanted = held_at(ui, &response).map(|pointer| {
        let place = (pointer.x - rect.left() - side / 2.0) / step.max(1.0);
        place.round().max(0.0) as usize
    });
    if response.has_focus() {
        keep_arrow_keys(ui, &response);
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        if pressed(egui::Key::ArrowLeft) || pressed(egui::Key::ArrowDown) {
            wanted = Some(here.saturating_sub(1));
        }
        if pressed(egui::Key::ArrowRight) || pressed(egui::Key::ArrowUp) {
            wanted = Some(here + 1);
        }
    }
    if let Some(place) = wanted {
        view.room.shown =
            if place + 1 >= frames.len() { None } else { frames.get(place).map(|frame| frame.iteration) };
        ui.ctx().request_repaint();
    }
}

fn frame(
    ui: &Ui,
    view: &mut TrainingView<'_, '_>,
    area: Rect,
    (network, i): (usize, usize),
    probe: Option<&Probe>,
    shown: Option<&Probe>,
) {
    let averaged = view.scene.chapters.training.averaged;
    let Some(found) = probe.and_then(|probe| probe.networks.get(network)) else {
        let line = Stroke::new(1.0, view.theme.line);
        ui.painter().rect_stroke(area, 2.0, line, StrokeKind::Inside);
        return;
    };
    let sheet = if averaged { &found.averaged.samples } else { &found.raw.samples };
    let key = Place::Film(network, i).key();
    let scene = view.scene;
    view.stored.put(key, &sheet.values, sheet.shape);
    if let Some(texture) = view.stored.texture(ui, key, scene) {
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture, area, whole, Color32::WHITE);
    }
    let here = probe.zip(shown).is_some_and(|(probe, shown)| probe.iteration == shown.iteration);
    let (width, ink) = if here { (2.0, view.theme.color(Quantity::Sample)) } else { (1.0, view.theme.line) };
    ui.painter().rect_stroke(area, 2.0, Stroke::new(width, ink), StrokeKind::Outside);
    let name = fl!(view.words, "training-film-frame", iteration = probe.map_or(0, |probe| probe.iteration));
    let response = ui.interact(area, ui.scope_id().with(("training-frame", network, i)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_spread_over_the_iterations() {
        let probe = |iteration| Arc::new(Probe { iteration, networks: Vec::new() });
        let shown = |probes: &[_], most| -> Vec<u64> {
            frames(probes, most).iter().map(|probe| probe.iteration).collect()
        };
        let all: Vec<_> = (0..100).map(|i| probe(10 * i)).collect();
        assert_eq!(shown(&all[..3], 5), [0, 10, 20]);
        assert_eq!(shown(&all, 4), [0, 330, 660, 990]);
        assert_eq!(shown(&[], 4), [0; 0]);
    }
}
