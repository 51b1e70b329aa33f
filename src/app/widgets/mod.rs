//! Building blocks of panels and chapters.

mod chart;
pub mod chip;
mod controls;
mod curve_names;
pub mod film;
mod lane;
mod model_choice;
mod numbers;
mod picture;
mod pixel;
mod plate;
mod plot;
mod plot_caption;
mod pointer;
mod rich;
mod rows;
mod segmented;
mod shapes;
mod tag;
mod text;
mod thumbnail;

pub use chart::{Axis, Chart, captioned, captioned_in};
pub use controls::{
    caption, choose, choose_term, combo, combo_width, keep_arrow_keys, primary, section, switch,
    value_column, value_row,
};
pub use curve_names::label_curves;
pub use lane::{lane_line, lane_sample, lane_style};
pub use model_choice::{ModelChoice, ModelRow};
pub use numbers::{fixed, number, percent};
pub use picture::{
    Coefficient, Frame, Item, picture_row, picture_row_height, show as show_picture,
    show_bare as show_bare_picture,
};
pub use pixel::{lines, pixel_parts};
pub use plate::plate;
pub use plot::{Horizontal, TimePlot, curve, name_axis, points, styled, time_axis_name, x_hints, y_hints};
pub use plot_caption::PlotCaption;
pub use pointer::{held_at, taken};
pub use rich::{append, append_rich, pieces, rich, unbroken, unmarked};
pub use rows::{
    COMBO, NUMBER, button_width, count_row, fact, labelled, number_row, number_width, room_beside_combo,
    side_by_side, text_width,
};
pub use segmented::{segmented, segmented_width};
pub use shapes::choose_shape;
pub use tag::{tag, tag_of};
pub use text::{cut_line, fitted_line, fitted_sentence, fitting, paragraph};
pub use thumbnail::Thumbnail;
