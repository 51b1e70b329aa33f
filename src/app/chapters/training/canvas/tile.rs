//! A sheet of pictures with its caption.

use egui::{Align2, Color32, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2};
use i18n_embed_fl::fl;

use crate::app::command::Command;
use crate::app::pictures::Pixels;
use crate::app::theme::{DIMMED, caption_font, heading_font};
use crate::app::view::View;
use crate::app::widgets::fitted_line;
use crate::quantity::Quantity;
use crate::train::live::Sheet;

/// Height of the caption above a sheet, in points.
pub const CAPTION: f32 = 20.0;

/// Space between pictures of a row, in points.
const ROW_GAP: f32 = 6.0;

/// Where a sheet is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Samples of the network with this index.
    Samples(usize),
    /// The held-out picture with noise, as this network sees it.
    Noised(usize),
    /// What this network makes of it.
    Estimates(usize),
    /// A frame of the film of this network.
    Film(usize, usize),
    /// The picture of this number in the step of this number.
    Step(usize, usize),
    /// The data.
    Data,
}

impl Place {
    /// The key under which the sheet at this place is stored.
    pub fn key(self) -> Id {
        Id::unique(("training", self))
    }
}

/// What is said of a sheet.
pub struct Caption<'a> {
    /// What it is, above it at the left.
    pub title: &'a str,
    /// More about it, at the right.
    pub detail: &'a str,
    /// The quantity that it is about, from which it has its colour.
    pub quantity: Quantity,
    /// The role for those who hear the window: a picture, or a label where it is one of many.
    pub role: Role,
    /// Whether it is dimmed because something else is explained.
    pub dimmed: bool,
}

/// The least space between a title and what stands beside it, in points.
const BESIDE: f32 = 6.0;

/// Draws a sheet below its caption, as large as fits into `area` without the caption; nothing but a frame of the shape
/// `aspect` (width over height) where there is no sheet yet.
pub fn show(
    ui: &mut Ui,
    view: &mut View<'_>,
    area: Rect,
    (place, sheet, aspect): (Place, Option<&Sheet>, f32),
    caption: &Caption<'_>,
) -> Rect {
    let Caption { title, detail, quantity, role, dimmed } = *caption;
    let color = view.theme.color(quantity).gamma_multiply(if dimmed { DIMMED } else { 1.0 });
    let mut room = area;
    if !title.is_empty() {
        let line = Rect::from_min_max(area.min, pos2(area.right(), area.top() + CAPTION - 4.0));
        let width = |text: &str, font| ui.painter().layout_no_wrap(text.to_owned(), font, color).size().x;
        let both = width(title, heading_font()) + width(detail, caption_font()) + BESIDE;
        // Without room for both, the title comes first.
        let end = if detail.is_empty() || both > line.width() {
            line.right()
        } else {
            let (font, weak) = (caption_font(), view.theme.weak);
            fitted_line(ui, line, Align2::RIGHT_CENTER, detail, font, weak).left() - BESIDE
        };
        fitted_line(ui, line.with_max_x(end), Align2::LEFT_CENTER, title, heading_font(), color);
        room.min.y += CAPTION;
    }
    let aspect = sheet.map_or(aspect, |sheet| sheet.shape[2] as f32 / sheet.shape[1].max(1) as f32);
    let height = room.height().min(room.width() / aspect).max(4.0);
    let frame = snapped(ui, Rect::from_min_size(room.min, egui::vec2(height * aspect, height)));
    let response = ui.interact(frame, ui.scope_id().with(place), Sense::click());
    let name = if title.is_empty() { detail } else { title };
    response.widget_info(|| WidgetInfo::labeled(role, true, name));
    let scene = view.scene;
    let texture = sheet.and_then(|sheet| {
        view.stored.put(place.key(), &sheet.values, sheet.shape);
        view.stored.texture(ui, place.key(), scene)
    });
    let tint = if dimmed { Color32::WHITE.gamma_multiply(DIMMED) } else { Color32::WHITE };
    match texture {
        Some(texture) => {
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(texture, frame, whole, tint);
            response.context_menu(|ui| menu(ui, view, place, quantity));
        }
        None => drop(ui.painter().rect_filled(frame, 2.0, view.theme.panel)),
    }
    let line = if sheet.is_some() { Stroke::new(2.0, color) } else { Stroke::new(1.0, view.theme.line) };
    ui.painter().rect_stroke(frame, 2.0, line, StrokeKind::Outside);
    frame
}

fn menu(ui: &mut Ui, view: &mut View<'_>, place: Place, quantity: Quantity) {
    let pixels = Pixels::Stored(place.key());
    for (label, command) in [
        (fl!(view.words, "picture-save"), Command::SavePicture(pixels.clone(), quantity)),
        (fl!(view.words, "picture-copy"), Command::CopyPicture(pixels)),
    ] {
        if ui.button(label).clicked() {
            view.command(command);
        }
    }
}

/// Draws the pictures of a sheet with one row side by side, as large as fits into `area`, as one thing to point at;
/// empty frames where there is no sheet yet. Returns the frames.
pub fn row(
    ui: &mut Ui,
    view: &mut View<'_>,
    area: Rect,
    (place, sheet, count): (Place, Option<&Sheet>, usize),
    (name, quantity): (&str, Quantity),
) -> Vec<Rect> {
    let gaps = ROW_GAP * (count.max(1) - 1) as f32;
    let side = ((area.width() - gaps) / count.max(1) as f32).min(area.height()).max(4.0);
    let step = (area.width() - side) / (count.max(2) - 1) as f32;
    let whole = area.with_max_y(area.top() + side);
    let response = ui.interact(whole, ui.scope_id().with(place), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    let scene = view.scene;
    let texture = sheet.and_then(|sheet| {
        view.stored.put(place.key(), &sheet.values, sheet.shape);
        view.stored.texture(ui, place.key(), scene)
    });
    let color = view.theme.color(quantity);
    let mut frames = Vec::new();
    for i in 0..count {
        let left = area.left() + i as f32 * step;
        let frame = snapped(ui, Rect::from_min_size(pos2(left, area.top()), egui::vec2(side, side)));
        if let (Some(texture), Some(sheet)) = (texture, sheet) {
            // Between neighbours there are a few pixels that belong to none.
            let [own, pitch] = sheet.pitch.map(|pixels| pixels as f32 / sheet.shape[2].max(1) as f32);
            let from = i as f32 * pitch;
            let part = Rect::from_min_max(pos2(from, 0.0), pos2(from + own, 1.0));
            ui.painter().image(texture, frame, part, Color32::WHITE);
            ui.painter().rect_stroke(frame, 2.0, Stroke::new(1.5, color), StrokeKind::Outside);
        } else {
            ui.painter().rect_filled(frame, 2.0, view.theme.panel);
            ui.painter().rect_stroke(frame, 2.0, Stroke::new(1.0, view.theme.line), StrokeKind::Outside);
        }
        frames.push(frame);
    }
    if texture.is_some() {
        response.context_menu(|ui| menu(ui, view, place, quantity));
    }
    frames
}

/// The rectangle with its edges moved to physical pixels, so that sharp pictures stay sharp.
fn snapped(ui: &Ui, rect: Rect) -> Rect {
    let ppp = ui.pixels_per_point();
    let round = |v: f32| (v * ppp).round() / ppp;
    Rect::from_min_max(
        pos2(round(rect.left()), round(rect.top())),
        pos2(round(rect.right()), round(rect.bottom())),
    )
}
