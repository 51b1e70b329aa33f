//! Building blocks of panels and chapters.

mod controls;
mod numbers;
mod picture;
mod plot;

pub use controls::{caption, section, segmented, switch, value_row};
pub use numbers::{fixed, number, percent};
pub use picture::{Frame, Item, picture_row};
pub use plot::{TimePlot, axis_hints, curve, decimate, styled, time_x, timestep_at, x_range};
