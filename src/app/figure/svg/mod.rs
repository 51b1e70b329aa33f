//! Figures as SVG: shapes and letters become paths, which stay sharp at any size and can be edited; pictures, and what
//! only the device can draw, become pixels in it.

mod paint;
mod text;

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use egui::epaint::ClippedShape;
use egui::{Color32, Rect, Shape, TextureId, pos2, vec2};

use self::text::Letters;
use super::raster::Pixmap;
use super::{Drawing, FigureError};
use crate::app::formula::Term;
use crate::imaging::{ImagingError, PixelBytes, encode_png};

/// Pixels per point of the pictures in a figure, where it does not have more itself.
const PIXELS: f32 = 2.0;

/// Writes the document. `pixels` draws shapes into pixels, in a size and with a number of pixels per point; the size
/// must not exceed `most`.
///
/// # Errors
/// When pictures cannot be drawn.
pub fn document(
    drawing: &Drawing,
    most: u32,
    pixels: impl FnOnce(Vec<ClippedShape>, [u32; 2], f32) -> Result<Pixmap, FigureError>,
) -> Result<String, FigureError> {
    let whole = drawing.options.points();
    let part = drawing.part;
    let textures = Textures::of(&drawing.ctx);
    let shapes: Vec<(Rect, &Shape)> = drawing
        .shapes
        .iter()
        .flat_map(|clipped| flat(clipped.clip_rect.intersect(part), &clipped.shape))
        .collect();
    let as_pixels: Vec<ClippedShape> = shapes
        .iter()
        .filter(|(_, shape)| textures.needs_pixels(shape))
        .map(|(clip, shape)| ClippedShape::new(*clip, (*shape).clone()))
        .collect();
    let largest = whole.x.max(whole.y).max(1.0);
    let scale = drawing.options.lettering.max(PIXELS).min(most as f32 / largest);
    let size = [whole.x, whole.y].map(|side| ((side * scale).round() as u32).clamp(1, most));
    let raster = if as_pixels.is_empty() { None } else { Some(pixels(as_pixels, size, scale)?) };
    let mut writer = Writer { body: String::new(), clips: Vec::new(), letters: Letters::of(&drawing.ctx) };
    for (clip, shape) in shapes {
        if !is_seen(shape, clip) {
            continue;
        }
        if let Some((term, rect, color)) = textures.term(shape) {
            writer.term(term, rect, color);
        } else if textures.needs_pixels(shape) {
            if let Some(raster) = &raster {
                writer.picture(raster, bounds(shape).intersect(clip), scale)?;
            }
        } else {
            writer.shape(clip, shape);
        }
    }
    Ok(writer.finish(part, drawing.options.lettering))
}

/// The shapes of a shape, without nesting, each with its clipping rectangle.
fn flat(clip: Rect, shape: &Shape) -> Vec<(Rect, &Shape)> {
    match shape {
        Shape::Noop => Vec::new(),
        Shape::Vec(shapes) => shapes.iter().flat_map(|shape| flat(clip, shape)).collect(),
        _ => vec![(clip, shape)],
    }
}

/// The rectangle that a shape covers.
fn bounds(shape: &Shape) -> Rect {
    match shape {
        Shape::Callback(callback) => callback.rect,
        _ => shape.visual_bounding_rect(),
    }
}

/// Whether a shape lies in the clipping rectangle at least in part. It need not have an area: it may be a vertical line.
fn is_seen(shape: &Shape, clip: Rect) -> bool {
    let bounds = bounds(shape);
    bounds.is_finite() && !bounds.is_negative() && clip.intersects(bounds.expand(0.5))
}

/// The textures that shapes may show.
struct Textures {
    /// Typeset terms, which are SVG themselves.
    terms: Vec<(TextureId, Term)>,
}

impl Textures {
    fn of(ctx: &egui::Context) -> Self {
        let manager = ctx.tex_manager();
        let manager = manager.read();
        let terms = manager.allocated().filter_map(|(id, meta)| Some((*id, Term::of_uri(&meta.name)?)));
        Self { terms: terms.collect() }
    }

    /// The term that a shape shows, with its place and colour.
    fn term(&self, shape: &Shape) -> Option<(Term, Rect, Color32)> {
        let id = shape.texture_id();
        let (_, term) = self.terms.iter().find(|(other, _)| *other == id)?;
        match shape {
            Shape::Rect(rect) => Some((*term, rect.rect, rect.fill)),
            Shape::Mesh(mesh) => Some((*term, mesh.calc_bounds(), mesh.vertices.first()?.color)),
            _ => None,
        }
    }

    /// Whether a shape cannot be told by paths.
    fn needs_pixels(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Callback(_) => true,
            Shape::Text(_) => false,
            _ if shape.texture_id() != TextureId::default() => self.term(shape).is_none(),
            Shape::Mesh(mesh) => !paint::is_flat(mesh),
            _ => false,
        }
    }
}

/// Writes the elements of a document.
struct Writer {
    body: String,
    /// Clipping rectangles; each has its number as identifier.
    clips: Vec<Rect>,
    letters: Letters,
}

impl Writer {
    fn shape(&mut self, clip: Rect, shape: &Shape) {
        let inside = clip.contains_rect(bounds(shape).shrink(0.5));
        let mut element = String::new();
        match shape {
            Shape::Text(text) => self.letters.write(&mut element, text),
            _ => paint::write(&mut element, shape),
        }
        if inside || element.is_empty() {
            self.body.push_str(&element);
            return;
        }
        let known = self.clips.iter().position(|other| *other == clip);
        let number = known.unwrap_or_else(|| {
            self.clips.push(clip);
            self.clips.len() - 1
        });
        // Writing to a string cannot fail.
        let _ = write!(self.body, "<g clip-path=\"url(#c{number})\">{element}</g>");
    }

    /// Places a typeset term in its colour.
    fn term(&mut self, term: Term, rect: Rect, color: Color32) {
        let Ok(svg) = std::str::from_utf8(term.svg()) else { return };
        let Some(content) = svg.strip_prefix("<svg ") else { return };
        let [x, y, w, h] = [rect.left(), rect.top(), rect.width(), rect.height()].map(paint::number);
        let (ink, opacity) = paint::hex(color);
        let opacity = if opacity < 1.0 { format!(" opacity=\"{opacity:.3}\"") } else { String::new() };
        // The size in the file is in units of its own; the one here takes its place.
        let content = without_size(content).replace("#fff", &ink);
        let _ =
            writeln!(self.body, "<svg x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{opacity} {content}");
    }

    /// Places the pixels of a rectangle, given in points.
    fn picture(&mut self, raster: &Pixmap, rect: Rect, scale: f32) -> Result<(), FigureError> {
        let low = |point: f32| (point * scale).floor().max(0.0) as u32;
        let high = |point: f32| (point * scale).ceil().max(0.0) as u32;
        let min = [low(rect.left()), low(rect.top())];
        let part = raster.part(min, [high(rect.right()), high(rect.bottom())]);
        let [width, height] = part.size;
        if width == 0 || height == 0 {
            return Ok(());
        }
        let mut png = Vec::new();
        let written = encode_png(&mut png, PixelBytes::Rgba(&part.unmultiplied()), width, height);
        written.map_err(|error| ImagingError::writing(Path::new("SVG"), error))?;
        let place = Rect::from_min_size(
            pos2(min[0] as f32, min[1] as f32) / scale,
            vec2(width as f32, height as f32) / scale,
        );
        let [x, y, w, h] = [place.left(), place.top(), place.width(), place.height()].map(paint::number);
        let data = STANDARD.encode(&png);
        let _ = writeln!(
            self.body,
            "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" \
             xlink:href=\"data:image/png;base64,{data}\"/>"
        );
        Ok(())
    }

    /// The whole document, which shows `part`; `scale` is the number of pixels per point.
    fn finish(self, part: Rect, scale: f32) -> String {
        let [x, y, w, h] = [part.left(), part.top(), part.width(), part.height()].map(paint::number);
        let [width, height] = [part.width() * scale, part.height() * scale].map(paint::number);
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
             width=\"{width}\" height=\"{height}\" viewBox=\"{x} {y} {w} {h}\">\n<defs>"
        );
        for (number, clip) in self.clips.iter().enumerate() {
            let [x, y, w, h] = [clip.left(), clip.top(), clip.width(), clip.height()].map(paint::number);
            let _ = write!(
                text,
                "<clipPath id=\"c{number}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/></clipPath>"
            );
        }
        text.push_str(&self.letters.definitions());
        text.push_str("</defs>\n");
        text.push_str(&self.body);
        text.push_str("</svg>\n");
        text
    }
}

/// The rest of an opening tag and what follows, without its attributes `width` and `height`.
fn without_size(content: &str) -> String {
    let (tag, rest) = content.split_once('>').unwrap_or((content, ""));
    let kept: Vec<&str> = tag
        .split("\" ")
        .filter(|attribute| !attribute.starts_with("width=") && !attribute.starts_with("height="))
        .map(|attribute| attribute.trim_end_matches('"'))
        .collect();
    format!("{}\">{rest}", kept.join("\" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_taken_from_a_tag() {
        let tag = "xmlns=\"x\" width=\"61.8\" height=\"130\" viewBox=\"0 0 61.8 130\"><path/></svg>";
        assert_eq!(without_size(tag), "xmlns=\"x\" viewBox=\"0 0 61.8 130\"><path/></svg>");
    }
}
