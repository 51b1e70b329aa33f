//! What the pointer does to a control: where it holds it, and which handle it has taken.

use egui::{CursorIcon, Event, Pos2, Response, Ui};

/// Where the pointer drags or clicks a control: the pointer's place while the button is down, and the place where it
/// was released. On a slow machine a click may begin and end, and the pointer move on, between two frames.
pub fn held_at(ui: &Ui, response: &Response) -> Option<Pos2> {
    if response.is_pointer_button_down_on() {
        return response.interact_pointer_pos();
    }
    if !(response.clicked() || response.drag_stopped()) {
        return None;
    }
    ui.input(|input| {
        input.events.iter().rev().find_map(|event| match event {
            Event::PointerButton { pos, pressed: false, .. } => Some(*pos),
            _ => None,
        })
    })
}

/// The handle that is dragged: the one that was near the pointer when the drag began, `None` if there was none.
/// `near` tells the handle at a point of the screen, where the pointer has this `look`.
pub fn taken<H: Copy + Send + Sync + 'static>(
    ui: &Ui,
    response: &Response,
    pointer: Pos2,
    look: CursorIcon,
    near: impl Fn(Pos2) -> Option<H>,
) -> Option<H> {
    let id = response.id.with("taken");
    if response.drag_started() {
        let origin = ui.input(|input| input.pointer.press_origin()).unwrap_or(pointer);
        ui.data_mut(|data| data.insert_temp(id, near(origin)));
    }
    if near(pointer).is_some() {
        ui.set_cursor_icon(look);
    }
    if response.dragged() { ui.data(|data| data.get_temp(id)).flatten() } else { None }
}
