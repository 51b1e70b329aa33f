//! The plots on show, by which they can be copied and saved.

use egui::{Rect, Vec2};

/// The plots of the frame that is being drawn, and the canvas that they stand on.
#[derive(Debug, Default)]
pub struct Plots {
    list: Vec<Plot>,
    /// The size of the canvas, in points.
    pub canvas: Vec2,
}

/// A plot on show.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The identifier, unique among all plots.
    pub id: String,
    /// The title, in the window's language.
    pub title: String,
    /// Where it stands with its title, in points.
    pub rect: Rect,
}

impl Plots {
    /// Forgets the plots of the frame before.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Notes a plot that has been drawn.
    pub fn note(&mut self, id: &str, title: &str, rect: Rect) {
        self.list.push(Plot { id: id.to_owned(), title: title.to_owned(), rect });
    }

    /// The plot with this identifier, if it is on show.
    pub fn find(&self, id: &str) -> Option<&Plot> {
        self.list.iter().find(|plot| plot.id == id)
    }

    /// All plots on show, in the order in which they were drawn.
    pub fn list(&self) -> &[Plot] {
        &self.list
    }
}
