//! The window around the canvas: one file per panel.

mod chapters;
mod explain;
mod formula_strip;
mod inspector;
mod schedule_editor;
mod status;
mod timeline;
mod top_bar;

pub use chapters::{WIDTH as RAIL_WIDTH, show as chapters};
pub use explain::show as explain;
pub use formula_strip::{HEIGHT as FORMULA_HEIGHT, show as formula_strip};
pub use inspector::{measurements, show as inspector};
pub use status::{Status, show as status};
pub use timeline::{present as present_timeline, show as timeline};
pub use top_bar::show as top_bar;
