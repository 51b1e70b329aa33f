//! Small pictures in rows, which can be chosen.

use std::hash::Hash;

use egui::{Color32, Id, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2};

use crate::app::view::View;
use crate::quantity::Quantity;

/// A small picture that can be chosen.
pub struct Thumbnail<'a> {
    /// The key of the stored picture.
    pub key: Id,
    /// Its accessible name.
    pub name: &'a str,
    /// The quantity in whose colour it is framed while it is chosen.
    pub quantity: Quantity,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Thumbnail<'_> {
    /// Draws the picture as large as `area`. `salt` tells it from others of its kind.
    pub fn show(
        &self,
        ui: &mut Ui,
        view: &mut View<'_>,
        area: Rect,
        salt: impl Hash + std::fmt::Debug,
    ) -> Response {
        let response = ui.interact(area, ui.scope_id().with(salt), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, self.chosen, self.name));
        let theme = view.theme;
        match view.stored.texture(ui, self.key, view.scene) {
            Some(texture) => {
                let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                ui.painter().image(texture, area, whole, Color32::WHITE);
            }
            None => drop(ui.painter().rect_filled(area, 2.0, theme.panel)),
        }
        let line = match (self.chosen, response.hovered()) {
            (true, _) => Stroke::new(2.0, theme.color(self.quantity)),
            (false, true) => Stroke::new(2.0, theme.line),
            (false, false) => Stroke::new(1.0, theme.line),
        };
        ui.painter().rect_stroke(area, 2.0, line, StrokeKind::Outside);
        response
    }
}
