//! The control with the keyboard's focus: a ring around it, and the way there.

use egui::accesskit::{Action, ActionRequest, TreeId};
use egui::{Context, Event, Id, Memory, Stroke, StrokeKind};

use super::theme::Theme;

/// The width of the ring, and its distance from the control, in points.
const RING: f32 = 2.0;
const GAP: f32 = 1.0;

/// Where it is kept which control had the focus when the frame began.
fn place() -> Id {
    Id::unique("focused")
}

/// Draws the ring around the control with the focus, whatever it is, over all that lies beside it.
pub fn ring(ctx: &Context, theme: Theme) {
    let now = ctx.memory(Memory::focused);
    if ctx.data(|data| data.get_temp::<Option<Id>>(place())) != Some(now) {
        // Another frame follows, in which the control can come into view.
        ctx.request_repaint();
    }
    let Some(control) = now.and_then(|id| ctx.read_response(id)) else { return };
    // Where the control is cut off by the area in which it scrolls, the ring is cut off too.
    let clip = control.interact_rect.expand(GAP + RING);
    let painter = ctx.layer_painter(control.layer_id).with_clip_rect(clip);
    let stroke = Stroke::new(RING, theme.accent);
    painter.rect_stroke(control.rect.expand(GAP), 4.0, stroke, StrokeKind::Outside);
}

/// Has the control that gained the focus in the last frame scrolled into view, if it is not wholly there.
pub fn reveal(ctx: &Context) {
    let now = ctx.memory(Memory::focused);
    let before = ctx.data_mut(|data| std::mem::replace(data.get_temp_mut_or(place(), None), now));
    let Some(control) = now.filter(|_| now != before).and_then(|id| ctx.read_response(id)) else { return };
    if control.interact_rect.expand(1.0).contains_rect(control.rect) {
        return;
    }
    // Only the areas around a control can scroll to it, and they do when assistive technology asks for it.
    let request = ActionRequest {
        action: Action::ScrollIntoView,
        target_tree: TreeId::ROOT,
        target_node: control.id.accesskit_id(),
        data: None,
    };
    ctx.input_mut(|input| input.events.push(Event::AccessKitActionRequest(request)));
    ctx.request_repaint();
}
