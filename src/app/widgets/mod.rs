//! Building blocks of panels and chapters.

mod chart;
mod controls;
pub mod film;
mod numbers;
mod picture;
mod pixel;
mod plot;

pub use chart::{Axis, Chart, captioned, captioned_in};
pub use controls::{caption, choose, keep_arrow_keys, section, segmented, switch, value_row};
pub use numbers::{fixed, number, percent};
pub use picture::{Frame, Item, picture_row, picture_row_height, show as show_picture};
pub use pixel::{lines, pixel_parts};
pub use plot::{Horizontal, TimePlot, curve, held_at, points, styled, x_hints, y_hints};
