//! Chips: dark grounds on pictures, on which text can be read whatever the picture shows.

use std::sync::Arc;

use egui::{Align2, Color32, Galley, Rect, Ui, Vec2, vec2};

/// The size of a chip around its text.
#[derive(Clone, Copy, Debug)]
pub struct Chip {
    /// Distance of the text from the edges of the chip, in points.
    inside: Vec2,
    /// Distance of the chip from the edges of its picture, in points.
    outside: f32,
}

impl Chip {
    /// A chip on a large picture.
    pub const LARGE: Self = Self { inside: vec2(6.0, 4.0), outside: 6.0 };
    /// A chip on a small picture, or in a corner that others leave free.
    pub const SMALL: Self = Self { inside: vec2(5.0, 2.0), outside: 3.0 };

    /// The width that a text takes with its chip and the space around it, in points.
    pub fn width(self, text: &Galley) -> f32 {
        text.size().x + 2.0 * (self.inside.x + self.outside)
    }

    /// Writes a text into a `corner` of a picture.
    pub fn text(self, ui: &Ui, area: Rect, corner: Align2, text: Arc<Galley>, ink: Color32) {
        let chip = self.place(area, corner, text.size());
        ground(ui, chip);
        ui.painter().galley(chip.min + self.inside, text, ink);
    }

    /// The rectangle of a chip around something of this size.
    pub fn place(self, area: Rect, corner: Align2, size: Vec2) -> Rect {
        corner.align_size_within_rect(size + 2.0 * self.inside, area.shrink(self.outside))
    }
}

/// The colour of the ground of letters on a picture.
pub const GROUND: Color32 = Color32::from_black_alpha(190);

/// Draws the ground of a chip.
pub fn ground(ui: &Ui, chip: Rect) {
    ui.painter().rect_filled(chip, 5.0, GROUND);
}
