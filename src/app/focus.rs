//! The control with the keyboard's focus: a ring around it, and the way there.

use egui::accesskit::{Action, ActionRequest, TreeId};
use egui::{Context, Event, Id, Memory, Stroke, StrokeKind};

use super::theme::Theme;

/// The width of the ring, and its distance from the control, in points.
const RING: f32 = 2.0;
const GAP: f32 = 1.0;

/// What is kept of the focus from one frame to the next.
#[derive(Clone, Copy, Default)]
struct Kept {
    /// The control that had it when the frame began.
    now: Option<Id>,
    /// Whether something is open above the window.
    covered: bool,
    /// The control that had the focus before it was opened.
    below: Option<Id>,
}

/// Where it is kept.
fn place() -> Id {
    Id::unique("focused")
}

/// Draws the ring around the control with the focus, whatever it is, over all that lies beside it.
pub fn ring(ctx: &Context, theme: Theme) {
    let now = ctx.memory(Memory::focused);
    if ctx.data(|data| data.get_temp::<Kept>(place())).unwrap_or_default().now != now {
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

/// To be called when a frame begins. Has the control that gained the focus in the last frame scrolled into view, if it
/// is not wholly there; and gives the focus back to the control that had it when what was open above the window is
/// closed.
pub fn follow(ctx: &Context) {
    let before = ctx.data(|data| data.get_temp::<Kept>(place())).unwrap_or_default();
    let covered = ctx.memory(Memory::top_modal_layer).is_some();
    if let (false, Some(control)) = (covered, before.below) {
        ctx.memory_mut(|memory| memory.request_focus(control));
    }
    let below = if before.covered { before.below } else { before.now };
    let below = below.filter(|_| covered);
    let now = ctx.memory(Memory::focused);
    ctx.data_mut(|data| data.insert_temp(place(), Kept { now, covered, below }));
    let Some(control) = now.filter(|_| now != before.now).and_then(|id| ctx.read_response(id)) else {
        return;
    };
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
