//! Shapes without text as elements of SVG.

use std::fmt::Write as _;

use egui::epaint::{ColorMode, PathStroke, RectShape};
use egui::{Color32, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, pos2};

/// The most triangles of a mesh that are written as paths; more are better told by pixels.
const TRIANGLES: usize = 4000;

/// Whether a mesh consists of triangles of one colour each, so that it can be written as paths.
pub fn is_flat(mesh: &Mesh) -> bool {
    mesh.indices.len() / 3 <= TRIANGLES
        && mesh.indices.as_chunks::<3>().0.iter().all(|t| color_of(mesh, t).is_some())
}

/// The colour of a triangle, if it has only one.
fn color_of(mesh: &Mesh, triangle: &[u32; 3]) -> Option<Color32> {
    let [a, b, c] = triangle.map(|i| mesh.vertices.get(i as usize).map(|vertex| vertex.color));
    (a == b && b == c).then_some(a).flatten()
}

/// Writes a shape; those that paths cannot tell are left out.
pub fn write(text: &mut String, shape: &Shape) {
    match shape {
        Shape::Circle(circle) => {
            let [x, y, r] = [circle.center.x, circle.center.y, circle.radius].map(number);
            element(text, &format!("circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\""), circle.fill, circle.stroke);
        }
        Shape::Ellipse(ellipse) => {
            let [x, y, a, b] =
                [ellipse.center.x, ellipse.center.y, ellipse.radius.x, ellipse.radius.y].map(number);
            let tag = format!("ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{a}\" ry=\"{b}\"");
            element(text, &tag, ellipse.fill, ellipse.stroke);
        }
        Shape::LineSegment { points, stroke } => {
            element(text, &path(points, false), Color32::TRANSPARENT, *stroke);
        }
        Shape::Path(shape) => {
            let stroke = solid(&shape.stroke, &shape.points);
            element(text, &path(&shape.points, shape.closed), shape.fill, stroke);
        }
        Shape::Rect(shape) => write_rect(text, shape),
        Shape::Mesh(mesh) => write_mesh(text, mesh),
        Shape::QuadraticBezier(curve) => {
            let points = curve.flatten(None);
            element(text, &path(&points, curve.closed), curve.fill, solid(&curve.stroke, &points));
        }
        Shape::CubicBezier(curve) => {
            let points = curve.flatten(None);
            element(text, &path(&points, curve.closed), curve.fill, solid(&curve.stroke, &points));
        }
        Shape::Band(band) => {
            let points = band.points.iter();
            let above = points.clone().map(|point| pos2(point.x, point.y.min));
            let below = points.rev().map(|point| pos2(point.x, point.y.max));
            let outline: Vec<Pos2> = above.chain(below).collect();
            element(text, &path(&outline, true), band.fill, band.stroke);
        }
        // Callbacks, text and nested shapes are told elsewhere.
        Shape::Noop | Shape::Vec(_) | Shape::Text(_) | Shape::Callback(_) => {}
    }
}

fn write_rect(text: &mut String, shape: &RectShape) {
    // The middle of the outline is where SVG draws it.
    let out = match shape.stroke_kind {
        StrokeKind::Inside => -0.5,
        StrokeKind::Middle => 0.0,
        StrokeKind::Outside => 0.5,
    } * if shape.stroke.is_empty() { 0.0 } else { shape.stroke.width };
    let rect = shape.rect.expand(out);
    let [x, y, w, h] = [rect.left(), rect.top(), rect.width().max(0.0), rect.height().max(0.0)].map(number);
    let radius = f32::from(shape.corner_radius.average().round() as u8) + out;
    let round = if radius > 0.0 { format!(" rx=\"{}\"", number(radius)) } else { String::new() };
    let tag = format!("rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{round}");
    element(text, &tag, shape.fill, shape.stroke);
}

/// Writes the triangles of a mesh, those of one colour that follow each other as one path, so that no seams show.
fn write_mesh(text: &mut String, mesh: &Mesh) {
    let mut of: Option<(Color32, String)> = None;
    let flush = |text: &mut String, of: &mut Option<(Color32, String)>| {
        if let Some((color, data)) = of.take() {
            element(text, &format!("path d=\"{data}\""), color, Stroke::NONE);
        }
    };
    for triangle in mesh.indices.as_chunks::<3>().0 {
        let Some(color) = color_of(mesh, triangle) else { continue };
        let mut corners = triangle.map(|i| mesh.vertices[i as usize].pos);
        // All triangles turn the same way, as what two with different ways share would be left out.
        let [a, b, c] = corners;
        if (b.x - a.x) * (c.y - a.y) < (b.y - a.y) * (c.x - a.x) {
            corners.swap(1, 2);
        }
        if of.as_ref().is_some_and(|(other, _)| *other != color) {
            flush(text, &mut of);
        }
        let (_, data) = of.get_or_insert_with(|| (color, String::new()));
        data.push_str(&data_of(&corners, true));
    }
    flush(text, &mut of);
}

/// Writes an element, given its name and attributes of form, with its colours.
fn element(text: &mut String, tag: &str, fill: Color32, stroke: Stroke) {
    if fill == Color32::TRANSPARENT && stroke.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = write!(text, "<{tag}{}", colored("fill", fill));
    if !stroke.is_empty() {
        let _ = write!(
            text,
            "{} stroke-width=\"{}\" stroke-linejoin=\"round\"",
            colored("stroke", stroke.color),
            number(stroke.width)
        );
    }
    text.push_str("/>\n");
}

/// The attributes of a colour.
pub fn colored(attribute: &str, color: Color32) -> String {
    if color == Color32::TRANSPARENT {
        return format!(" {attribute}=\"none\"");
    }
    let (hex, opacity) = hex(color);
    if opacity < 1.0 {
        format!(" {attribute}=\"{hex}\" {attribute}-opacity=\"{opacity:.3}\"")
    } else {
        format!(" {attribute}=\"{hex}\"")
    }
}

/// A colour as `#rrggbb`, and its opacity from 0 to 1.
pub fn hex(color: Color32) -> (String, f32) {
    let [r, g, b, a] = color.to_srgba_unmultiplied();
    (format!("#{r:02x}{g:02x}{b:02x}"), f32::from(a) / 255.0)
}

/// A stroke whose colour may change along a path, in the colour of its beginning.
fn solid(stroke: &PathStroke, points: &[Pos2]) -> Stroke {
    let color = match (&stroke.color, points.first()) {
        (ColorMode::Solid(color), _) => *color,
        (ColorMode::UV(color), Some(first)) => color(Rect::from_points(points), *first),
        (ColorMode::UV(_), None) => Color32::TRANSPARENT,
    };
    Stroke::new(stroke.width, color)
}

fn path(points: &[Pos2], closed: bool) -> String {
    format!("path d=\"{}\"", data_of(points, closed))
}

fn data_of(points: &[Pos2], closed: bool) -> String {
    let mut data = String::new();
    // Curves may have gaps, where a value is not finite.
    let mut begins = true;
    for &point in points {
        if !point.is_finite() {
            begins = true;
            continue;
        }
        let Pos2 { x, y } = point;
        let _ = write!(data, "{}{} {}", if begins { 'M' } else { 'L' }, number(x), number(y));
        begins = false;
    }
    if closed && !data.is_empty() {
        data.push('Z');
    }
    data
}

/// A number with as many decimals as can be seen: a hundredth of a point.
pub fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use egui::epaint::{BandPoint, BandShape};

    use super::*;

    #[test]
    fn numbers_are_short() {
        let texts = [1.0, 0.5, -0.001, 12.3456, 100.0].map(number);
        assert_eq!(texts, ["1", "0.5", "0", "12.35", "100"]);
    }

    #[test]
    fn shapes_are_elements_with_their_colours() {
        let of = |shape: Shape| {
            let mut text = String::new();
            write(&mut text, &shape);
            text
        };
        let line = Shape::line_segment([pos2(0.0, 1.0), pos2(2.5, 3.0)], Stroke::new(2.0, Color32::RED));
        let path = "<path d=\"M0 1L2.5 3\" fill=\"none\" stroke=\"#ff0000\" stroke-width=\"2\"";
        assert!(of(line).starts_with(path));
        let half = Color32::from_rgba_unmultiplied(0, 0, 255, 51);
        let rect = Shape::rect_filled(Rect::from_min_max(pos2(1.0, 2.0), pos2(4.0, 8.0)), 0.0, half);
        let element =
            "<rect x=\"1\" y=\"2\" width=\"3\" height=\"6\" fill=\"#0000ff\" fill-opacity=\"0.200\"/>\n";
        assert_eq!(of(rect), element);
        assert_eq!(of(Shape::circle_filled(pos2(0.0, 0.0), 1.0, Color32::TRANSPARENT)), "");
    }

    #[test]
    fn a_band_is_its_outline() {
        let points = [(0.0, -1.0..=1.0), (2.0, 3.0..=4.0)].map(|(x, y)| BandPoint::new(x, y)).to_vec();
        let mut text = String::new();
        write(&mut text, &BandShape::filled(points, Color32::BLACK).into());
        assert_eq!(text, "<path d=\"M0 -1L2 3L2 4L0 1Z\" fill=\"#000000\"/>\n");
    }

    #[test]
    fn triangles_of_a_colour_are_one_path_and_turn_alike() {
        let mut mesh = Mesh::default();
        for (x, y) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)] {
            mesh.colored_vertex(pos2(x, y), Color32::BLACK);
        }
        mesh.add_triangle(0, 1, 2);
        mesh.add_triangle(0, 3, 2);
        assert!(is_flat(&mesh));
        let mut text = String::new();
        write_mesh(&mut text, &mesh);
        assert_eq!(text, "<path d=\"M0 0L1 0L1 1ZM0 0L1 1L0 1Z\" fill=\"#000000\"/>\n");
        mesh.vertices[1].color = Color32::WHITE;
        assert!(!is_flat(&mesh));
    }
}
