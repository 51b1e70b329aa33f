//! Pictures framed in the colour of their quantity, and rows of pictures laid out as a formula.

use std::sync::Arc;

use egui::{
    Align2, Color32, Galley, Id, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};
use i18n_embed_fl::fl;

use crate::app::command::Command;
use crate::app::formula::{Set, Symbol, Term, symbol, symbol_width};
use crate::app::glossary::define_here;
use crate::app::pictures::Pixels;
use crate::app::theme::{DIMMED, Theme, caption_font, figures};
use crate::app::view::View;
use crate::app::viewport::Viewport;
use crate::app::widgets::chip::{Chip, GROUND};
use crate::app::widgets::{cut_line, tag};
use crate::app::words::Words;
use crate::quantity::Quantity;
use crate::scene::Side;

/// Height of the caption above a picture, in points.
pub const CAPTION: f32 = 24.0;
/// Space between two pictures, in points; operators lie over it.
const GAP: f32 = 6.0;
/// Diameter of the disc that an operator stands on, in points.
const OPERATOR: f32 = 26.0;
/// Size of an operator: points per em.
const OPERATOR_EM: f32 = 18.0;
/// The distance of a coefficient from the edges of its picture, in points.
const CHIP_APART: f32 = 6.0;
/// Size of a coefficient on a picture: points per em.
const CHIP_EM: f32 = 15.0;
/// The opacity of a picture that no longer agrees with the settings on show.
const STALE: f32 = 0.55;
/// Size of the symbol in a caption, and the least that it may have: points per em.
const SYMBOL_EM: f32 = 17.0;
const LEAST_SYMBOL_EM: f32 = 12.0;
/// The smallest font in which a caption is written before it is cut off.
const LEAST_FONT: f32 = 9.0;

/// A picture with its caption.
pub struct Frame {
    /// The quantity that the picture shows, which gives colour and name.
    pub quantity: Quantity,
    /// The symbol in the caption; that of the quantity, if nothing else is said.
    pub symbol: Symbol,
    /// The text at the right of the caption.
    pub detail: String,
    /// Where the picture's pixels come from.
    pub pixels: Pixels,
    /// The schedule whose letter the picture bears; `None` where only one is on show, or it belongs to none.
    pub side: Option<Side>,
    /// The lane of a race that the picture belongs to; `None` outside a race.
    pub lane: Option<usize>,
    /// Whether the picture is dimmed, in slow motion, because another part of the step is explained.
    pub dimmed: bool,
    /// Whether the picture no longer agrees with the settings on show, and is drawn a little fainter.
    pub stale: bool,
    /// What is written in place of the detail where there is no room for it.
    pub brief: Option<String>,
    /// The picture's name, written on it.
    pub name_on_it: Option<String>,
    /// The coefficient with which the picture is multiplied, written on it.
    pub coefficient: Option<Coefficient>,
}

/// A coefficient on a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficient {
    /// Name of the typeset term.
    pub term: &'static str,
    /// The value; that of A where two schedules are compared.
    pub value: f64,
    /// The value of B where two schedules are compared.
    pub other: Option<f64>,
}

impl Frame {
    /// A picture that is not dimmed and belongs to no race.
    pub fn new(quantity: Quantity, detail: String, pixels: Pixels) -> Self {
        Self {
            quantity,
            symbol: quantity.into(),
            detail,
            pixels,
            side: None,
            lane: None,
            dimmed: false,
            stale: false,
            brief: None,
            name_on_it: None,
            coefficient: None,
        }
    }

    /// Width and height in pixels.
    fn size(&self, view: &View<'_>) -> [usize; 2] {
        match &self.pixels {
            Pixels::Computed(_) => [view.image.width, view.image.height],
            Pixels::Stored(key) => view.stored.size(*key).unwrap_or([1, 1]),
            Pixels::None(size) => *size,
        }
    }
}

/// A part of a row of pictures.
pub enum Item {
    /// A picture.
    Picture(Box<Frame>),
    /// `+` or `=` between the pictures before and after it.
    Operator(&'static str),
}

impl From<Frame> for Item {
    fn from(frame: Frame) -> Self {
        Self::Picture(Box::new(frame))
    }
}

/// What happened to a picture.
pub struct FrameResponse {
    /// The pixel `[x, y]` that was clicked.
    pub clicked: Option<[usize; 2]>,
}

/// The height, in points, at which a row of pictures fills a given width.
pub fn picture_row_height(view: &View<'_>, width: f32, items: &[Item]) -> f32 {
    let n = count(items);
    CAPTION + (width - GAP * (n - 1.0)) / n / aspect(view, items)
}

fn count(items: &[Item]) -> f32 {
    items.iter().filter(|item| matches!(item, Item::Picture(_))).count().max(1) as f32
}

/// The ratio of width to height of the pictures, which all have the same size.
fn aspect(view: &View<'_>, items: &[Item]) -> f32 {
    let first =
        items.iter().find_map(|item| if let Item::Picture(frame) = item { Some(frame) } else { None });
    let [width, height] = first.map_or([1, 1], |frame| frame.size(view));
    width as f32 / height as f32
}

/// Lays out pictures of equal size side by side, as large as fits, centred; operators lie between them.
pub fn picture_row(ui: &mut Ui, view: &mut View<'_>, rect: Rect, items: &[Item]) -> Vec<FrameResponse> {
    let (n, aspect) = (count(items), aspect(view, items));
    let gaps = GAP * (n - 1.0);
    let height = (rect.height() - CAPTION).min((rect.width() - gaps) / n / aspect).max(16.0);
    let size = vec2((height * aspect).max(4.0), height);
    let mut x = rect.center().x - (n * size.x + gaps) / 2.0;
    let middle = rect.top() + CAPTION + height / 2.0;
    let mut responses = Vec::new();
    let mut operators = Vec::new();
    for item in items {
        match item {
            Item::Picture(frame) => {
                let outer = Rect::from_min_size(pos2(x, rect.top()), vec2(size.x, CAPTION + height));
                responses.push(show(ui, view, outer, frame));
                x += size.x + GAP;
            }
            Item::Operator(id) => operators.push((*id, pos2(x - GAP / 2.0, middle))),
        }
    }
    for (id, center) in operators {
        operator(ui, view, id, center);
    }
    responses
}

/// Draws an operator on a disc that reaches over the edges of the pictures beside it.
fn operator(ui: &Ui, view: &View<'_>, id: &str, center: Pos2) {
    let theme = view.theme;
    let radius = OPERATOR / 2.0;
    ui.painter().circle(center, radius, theme.canvas, Stroke::new(1.0, theme.line));
    if let Some(term) = Term::find(Set::Tall, id) {
        term.paint_centered(ui, center, OPERATOR_EM, theme.ink);
    }
}

/// Draws a name in the lower left corner of a picture.
fn label(ui: &Ui, area: Rect, name: &str, color: Color32) {
    let text = ui.painter().layout_no_wrap(name.to_owned(), caption_font(), color);
    if Chip::LARGE.width(&text) <= area.width() {
        Chip::LARGE.text(ui, area, Align2::LEFT_BOTTOM, text, color);
    }
}

/// Draws a coefficient and its value in the lower left corner of a picture: with four places, or with two where there is
/// little room.
fn chip(ui: &Ui, area: Rect, coefficient: Coefficient, color: Color32) {
    let Some(term) = Term::find(Set::Tall, coefficient.term) else { return };
    let room = area.shrink(CHIP_APART);
    let fits = |(_, size): &(Arc<Galley>, Vec2)| size.x <= room.width() && size.y <= room.height();
    let with_places = |places: usize| {
        let value = match coefficient.other {
            Some(other) => format!(" A = {:.places$}\n B = {other:.places$}", coefficient.value),
            None => format!(" = {:.places$}", coefficient.value),
        };
        let number = ui.painter().layout_no_wrap(value, figures(12.0), color);
        let size = vec2(term.size(CHIP_EM).x + number.size().x + 14.0, number.size().y.max(16.0) + 10.0);
        (number, size)
    };
    let Some((number, size)) = [4, 2].into_iter().map(with_places).find(fits) else { return };
    let chip = Align2::LEFT_BOTTOM.align_size_within_rect(size, room);
    // What is dimmed stands on a ground that is dimmed as much.
    ui.painter().rect_filled(chip, 5.0, GROUND.gamma_multiply_u8(color.a()));
    let center = pos2(chip.left() + 7.0 + term.size(CHIP_EM).x / 2.0, chip.center().y);
    term.paint_centered(ui, center, CHIP_EM, color);
    let at = pos2(chip.right() - 7.0 - number.size().x, chip.center().y - number.size().y / 2.0);
    ui.painter().galley(at, number, color);
}

/// Shows one picture with its caption in `rect`.
pub fn show(ui: &mut Ui, view: &mut View<'_>, rect: Rect, frame: &Frame) -> FrameResponse {
    let color = view.theme.color(frame.quantity).gamma_multiply(if frame.dimmed { DIMMED } else { 1.0 });
    let baseline = pos2(rect.left(), rect.top() + CAPTION - 11.0);
    let symbol_width = symbol(ui, frame.symbol, baseline, symbol_em(ui, rect.width(), frame), color);
    let fits = caption_right(ui, view, rect, symbol_width, frame);
    explain(ui, view, frame, Rect::from_min_size(rect.min, vec2(rect.width(), CAPTION)), fits);
    show_bare(ui, view, Rect::from_min_max(pos2(rect.left(), rect.top() + CAPTION), rect.max), frame)
}

/// The size of the symbol in a caption of this width: smaller where else there would be no room for what matters most
/// beside it.
fn symbol_em(ui: &Ui, width: f32, frame: &Frame) -> f32 {
    let most = frame.brief.as_ref().unwrap_or(&frame.detail).clone();
    let beside = ui.painter().layout_no_wrap(most, caption_font(), Color32::WHITE).size().x;
    let room = width - beside - 18.0;
    (SYMBOL_EM * room / symbol_width(frame.symbol, SYMBOL_EM)).clamp(LEAST_SYMBOL_EM, SYMBOL_EM)
}

/// Shows one picture without a caption, as large as `rect`.
pub fn show_bare(ui: &mut Ui, view: &mut View<'_>, rect: Rect, frame: &Frame) -> FrameResponse {
    let color = view.theme.color(frame.quantity).gamma_multiply(if frame.dimmed { DIMMED } else { 1.0 });
    let area = snapped(ui, rect);
    let response = ui.interact(area, frame.id(ui, "picture"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, frame.name(view.words)));
    let size = frame.size(view);
    navigate(ui, view, &response, area, size);
    paint(ui, view, area, frame);
    let outline = Stroke::new(2.0, color);
    ui.painter().rect_stroke(area, 2.0, outline, StrokeKind::Outside);
    mark_probe(ui, view, area, size);
    // A chip is dark in both themes, so its ink is that of the dark one.
    let ink = Theme { lit: view.theme.lit, ..Theme::DARK }.color(frame.quantity);
    if let Some(coefficient) = frame.coefficient {
        chip(ui, area, coefficient, ink);
    }
    if let Some(name) = &frame.name_on_it {
        label(ui, area, name, ink);
    }
    if let Some(side) = frame.side {
        // The caption names the schedule.
        tag(ui, view, area, side, 0.0);
    }
    let clicked = response.clicked().then(|| pixel_under(ui, view, area, size)).flatten();
    response.context_menu(|ui| menu(ui, view, frame));
    FrameResponse { clicked }
}

impl Frame {
    fn id(&self, ui: &Ui, part: &str) -> Id {
        let (slot, key) = match &self.pixels {
            Pixels::Computed(request) => (Some(request.slot), None),
            Pixels::Stored(key) => (None, Some(*key)),
            // Several of one quantity may be awaited: they are told apart by what is written on them.
            Pixels::None(_) => (None, self.name_on_it.as_deref().map(Id::unique)),
        };
        ui.scope_id().with((part, slot, key, self.quantity, self.lane))
    }

    /// The picture's accessible name.
    fn name(&self, words: &Words) -> String {
        let (symbol, name) = (self.symbol.text, self.quantity.name(words));
        match self.lane {
            Some(lane) => {
                let lane = lane + 1;
                fl!(words, "picture-of-lane", symbol = symbol, name = name, lane = lane)
            }
            None => fl!(words, "picture", symbol = symbol, name = name),
        }
    }
}

/// Paints the pixels, if there are any yet.
fn paint(ui: &Ui, view: &mut View<'_>, area: Rect, frame: &Frame) {
    let (whole, scene) = (Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), view.scene);
    let [x, y, w, h] = view.viewport.region(1, 1);
    let region = Rect::from_min_size(pos2(x, y), vec2(w, h));
    let shown = match &frame.pixels {
        Pixels::Computed(request) => {
            view.pictures.texture(ui, area, *view.viewport, scene, request).map(|texture| (texture, whole))
        }
        Pixels::Stored(key) => view.stored.texture(ui, *key, scene).map(|texture| (texture, region)),
        Pixels::None(_) => None,
    };
    // Transparency dims the picture towards the background, whether that is dark or light.
    let dimmed = frame.dimmed || !view.theme.lit.contains(frame.quantity);
    let tint = match (dimmed, frame.stale) {
        (true, _) => Color32::WHITE.gamma_multiply(DIMMED),
        (false, true) => Color32::WHITE.gamma_multiply(STALE),
        (false, false) => Color32::WHITE,
    };
    match shown {
        Some((texture, uv)) => drop(ui.painter().image(texture, area, uv, tint)),
        None => drop(ui.painter().rect_filled(area, 2.0, view.theme.panel)),
    }
}

fn menu(ui: &mut Ui, view: &mut View<'_>, frame: &Frame) {
    if matches!(frame.pixels, Pixels::Computed(_) | Pixels::Stored(_)) {
        for (label, command) in [
            (fl!(view.words, "picture-save"), Command::SavePicture(frame.pixels.clone(), frame.quantity)),
            (fl!(view.words, "picture-copy"), Command::CopyPicture(frame.pixels.clone())),
        ] {
            if ui.button(label).clicked() {
                view.command(command);
            }
        }
    }
    if ui.button(fl!(view.words, "picture-whole")).clicked() {
        *view.viewport = Viewport::default();
    }
}

/// Writes the detail: in a smaller font where there is little room, and cut off where even that does not help. Returns
/// whether the whole of it is there.
fn caption_right(ui: &Ui, view: &View<'_>, rect: Rect, symbol_width: f32, frame: &Frame) -> bool {
    let detail = &frame.detail;
    let right = rect.right() - 6.0;
    let room = right - rect.left() - symbol_width - 10.0;
    let mut font = caption_font();
    let width = |font: &egui::FontId| {
        ui.painter().layout_no_wrap(detail.clone(), font.clone(), view.theme.weak).size().x
    };
    // From afar smaller letters cannot be read.
    let least = if view.presenting { font.size } else { LEAST_FONT };
    while font.size > least && width(&font) > room {
        font.size -= 0.5;
    }
    let fits = width(&font) <= room;
    // Without room for all of it, what matters most is written.
    let (detail, font) = match &frame.brief {
        Some(brief) if !fits => (brief, caption_font()),
        _ => (detail, font),
    };
    let row =
        Rect::from_min_max(pos2(right - room.max(0.0), rect.top()), pos2(right, rect.top() + CAPTION - 8.0));
    cut_line(ui, row, Align2::RIGHT_BOTTOM, detail, font, view.theme.weak);
    fits
}

/// When the pointer rests on the caption, its quantity is lit, and it is said what its symbol means, and the detail if
/// it was cut off.
fn explain(ui: &Ui, view: &mut View<'_>, frame: &Frame, caption: Rect, fits: bool) {
    let id = frame.id(ui, "caption");
    let response = ui.interact(caption, id, Sense::hover());
    define_here(view, &response, frame.quantity, if fits { "" } else { &frame.detail });
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

fn navigate(ui: &Ui, view: &mut View<'_>, response: &Response, area: Rect, size: [usize; 2]) {
    let relative = |p: Pos2| [(p.x - area.left()) / area.width(), (p.y - area.top()) / area.height()];
    if let Some(pointer) = response.hover_pos() {
        let (scroll, pinch) = ui.input(|i| (i.smooth_scroll_delta().y, i.zoom_delta()));
        let factor = (scroll / 160.0).exp() * pinch;
        if factor != 1.0 {
            view.viewport.zoom_at(factor, relative(pointer));
        }
        if let Some(pixel) = pixel_under(ui, view, area, size) {
            view.probe.find(pixel, size);
        }
    }
    if response.dragged() {
        let delta = response.drag_delta();
        view.viewport.pan([delta.x / area.width(), delta.y / area.height()]);
    }
    if response.double_clicked() {
        *view.viewport = Viewport::default();
    }
    if view.viewport.zoom > 1.0 && response.hovered() {
        ui.set_cursor_icon(egui::CursorIcon::Grab);
    }
}

fn pixel_under(ui: &Ui, view: &View<'_>, area: Rect, [width, height]: [usize; 2]) -> Option<[usize; 2]> {
    let pointer = ui.input(|i| i.pointer.latest_pos())?;
    if !area.contains(pointer) {
        return None;
    }
    let [x, y, w, h] = view.viewport.region(width, height);
    let px = x + (pointer.x - area.left()) / area.width() * w;
    let py = y + (pointer.y - area.top()) / area.height() * h;
    Some([(px as usize).min(width - 1), (py as usize).min(height - 1)])
}

/// Marks the probed pixel, also in pictures that the pointer is not over.
fn mark_probe(ui: &Ui, view: &View<'_>, area: Rect, [width, height]: [usize; 2]) {
    let Some([px, py]) = view.probe.pixel([width, height]) else { return };
    let [x, y, w, h] = view.viewport.region(width, height);
    let (sx, sy) = (area.width() / w, area.height() / h);
    let min = pos2(area.left() + (px as f32 - x) * sx, area.top() + (py as f32 - y) * sy);
    let mut mark = Rect::from_min_size(min, vec2(sx, sy));
    if !area.contains(mark.center()) {
        return;
    }
    if mark.width() < 7.0 {
        mark = Rect::from_center_size(mark.center(), vec2(7.0, 7.0));
    }
    let painter = ui.painter().with_clip_rect(area);
    painter.rect_stroke(mark.expand(1.0), 0.0, Stroke::new(1.0, Color32::BLACK), StrokeKind::Outside);
    painter.rect_stroke(mark, 0.0, Stroke::new(1.0, Color32::WHITE), StrokeKind::Outside);
}
