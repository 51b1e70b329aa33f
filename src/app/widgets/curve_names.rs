//! Names beside curves: each where it covers no other name and, if there is such a place, no curve, least of all one
//! that matters.

use egui::{Align2, Pos2, Rect, Stroke, Vec2, pos2, vec2};
use egui_plot::{PlotPoint, PlotPoints, PlotUi, Polygon, Text};

use super::plot::Horizontal;
use crate::app::theme::caption_font;
use crate::app::view::View;

/// Distance of a name from the point of the curve that it stands beside, in points.
const GAP: f32 = 3.0;
/// The number of points of a curve that a name is tried at.
const PLACES: usize = 24;
/// How far from a name other curves are to be, in points, and how many curves within that distance are as bad as one
/// that is covered.
const APART: f32 = 10.0;
const COVERED: usize = 8;
/// A curve without a name beside it matters as much as so many of the others.
const WEIGHT: usize = 10;

/// Writes labels beside the first of these curves of a plot over time; the others, if any, are what the plot is about, as
/// the line at the timeline's t is.
pub fn label_curves(
    plot: &mut PlotUi<'_>,
    view: &View<'_>,
    axis: Horizontal,
    (labels, curves): (&[String], &[Vec<[f64; 2]>]),
) {
    let transform = *plot.transform();
    let on_screen = |points: &Vec<[f64; 2]>| {
        // A third of the points is enough to see what a name would cover.
        let thinned = points.iter().step_by(3);
        thinned.map(|&[x, y]| transform.position_from_point(&PlotPoint::new(x, y))).collect()
    };
    let x = axis.x(&view.derived.side(view.scene.active).schedule, view.scene.t);
    let now = transform.position_from_point(&PlotPoint::new(x, 0.0)).x;
    let frame = transform.frame();
    let line = vec![pos2(now, frame.top()), pos2(now, frame.bottom())];
    let curves: Vec<Vec<Pos2>> = curves.iter().map(on_screen).chain([line]).collect();
    let sizes: Vec<Vec2> = labels.iter().map(|label| label_size(plot, label)).collect();
    for (label, place) in labels.iter().zip(beside(&curves, &sizes, *transform.frame())) {
        let Some(place) = place else { continue };
        let corners = [place.left_top(), place.right_top(), place.right_bottom(), place.left_bottom()];
        let corners = corners.map(|corner| transform.value_from_position(corner));
        // A faint curve for which there was no other place makes way for the label.
        let ground = Polygon::new("", PlotPoints::Owned(corners.to_vec())).stroke(Stroke::NONE);
        plot.polygon(ground.fill_color(view.theme.canvas.gamma_multiply(0.8)).allow_hover(false));
        let [.., at] = corners;
        let text = egui::RichText::new(label).font(caption_font());
        plot.text(Text::new("", at, text).color(view.theme.weak).anchor(Align2::LEFT_BOTTOM));
    }
}

/// The size of a label on the screen.
fn label_size(plot: &PlotUi<'_>, label: &str) -> Vec2 {
    let layout = |fonts: &mut epaint::text::FontsView<'_>| {
        fonts.layout_no_wrap(label.to_owned(), caption_font(), egui::Color32::WHITE).size()
    };
    plot.ctx().fonts_mut(layout)
}

/// The rectangles of names of these sizes, one for each of the first curves; `None` for a name that has no room in
/// `frame`. All curves are polylines on the screen; those after the named ones are what the plot is about.
fn beside(curves: &[Vec<Pos2>], names: &[Vec2], frame: Rect) -> Vec<Option<Rect>> {
    let mut taken: Vec<Rect> = Vec::new();
    let named = curves.iter().zip(names).enumerate().map(|(i, (curve, &size))| {
        // The names begin at different places along their curves.
        let first = (i + 1) * PLACES / (names.len() + 1);
        let rects = (0..PLACES).flat_map(|k| around(curve, (first + k) % PLACES, size));
        let free =
            |rect: &Rect| frame.contains_rect(*rect) && !taken.iter().any(|other| other.intersects(*rect));
        let found = least_covering(rects.filter(free), curves.split_at(names.len().min(curves.len())));
        taken.extend(found);
        found
    });
    named.collect()
}

/// The rectangles of a name at the four corners of a point of its curve.
fn around(curve: &[Pos2], place: usize, size: Vec2) -> impl Iterator<Item = Rect> {
    let at = curve.get(place * curve.len().saturating_sub(1) / (PLACES - 1)).copied();
    let rect = move |[x, y]: [f32; 2]| {
        let middle = at? + vec2(x * (GAP + size.x / 2.0), y * (GAP + size.y / 2.0));
        Some(Rect::from_center_size(middle, size))
    };
    [[1.0, -1.0], [-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]].into_iter().filter_map(rect)
}

/// The first of the rectangles that covers the fewest curves, of the named ones and of the others.
fn least_covering(
    rects: impl Iterator<Item = Rect>,
    (named, others): (&[Vec<Pos2>], &[Vec<Pos2>]),
) -> Option<Rect> {
    let mut best: Option<(usize, Rect)> = None;
    for rect in rects {
        let within =
            |rect: Rect, curves: &[Vec<Pos2>]| curves.iter().filter(|curve| covers(rect, curve)).count();
        let covered = within(rect, named) + WEIGHT * within(rect, others);
        // Where other curves are as near as its own, a name could be that of any of them.
        let around = rect.expand(APART);
        let near = (within(around, named) + within(around, others)).saturating_sub(1);
        let covered = COVERED * covered + near;
        if best.is_none_or(|(least, _)| covered < least) {
            best = Some((covered, rect));
        }
        if covered == 0 {
            break;
        }
    }
    best.map(|(_, rect)| rect)
}

/// Whether a part of the polyline lies in the rectangle.
fn covers(rect: Rect, curve: &[Pos2]) -> bool {
    curve.windows(2).any(|ends| {
        let (from, along) = (ends[0], ends[1] - ends[0]);
        let side = |corner: Pos2| along.x * (corner.y - from.y) - along.y * (corner.x - from.x);
        let corners = [rect.min, pos2(rect.right(), rect.top()), rect.max, pos2(rect.left(), rect.bottom())];
        let sides = corners.map(side);
        Rect::from_two_pos(ends[0], ends[1]).intersects(rect)
            && sides.iter().any(|side| *side >= 0.0)
            && sides.iter().any(|side| *side <= 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A curve from the left to the right edge of a frame that is 300 points wide and 100 high.
    fn curve(height: impl Fn(f32) -> f32) -> Vec<Pos2> {
        (0..=60).map(|i| pos2(5.0 * i as f32, 100.0 * height(i as f32 / 60.0))).collect()
    }

    #[test]
    fn names_cover_neither_each_other_nor_curves() {
        let frame = Rect::from_min_max(pos2(0.0, 0.0), pos2(300.0, 100.0));
        // The last one has no name.
        let curves = [curve(|x| x), curve(|x| 1.0 - x), curve(|_| 0.5), curve(|x| x.powi(3))];
        let placed = beside(&curves, &[vec2(40.0, 12.0); 3], frame);
        let rects: Vec<Rect> = placed.into_iter().map(Option::unwrap).collect();
        for (i, rect) in rects.iter().enumerate() {
            assert!(frame.contains_rect(*rect), "{rect}");
            assert!(curves.iter().all(|curve| !covers(*rect, curve)), "{rect} covers a curve");
            assert!(rects[i + 1..].iter().all(|other| !other.intersects(*rect)), "{rect} covers a name");
        }
        // A name without room is left out.
        assert_eq!(beside(&curves[..1], &[vec2(400.0, 12.0)], frame), [None]);
    }

    #[test]
    fn a_line_through_a_rectangle_covers_it_and_one_past_a_corner_does_not() {
        let rect = Rect::from_min_max(pos2(10.0, 10.0), pos2(50.0, 20.0));
        assert!(covers(rect, &[pos2(0.0, 0.0), pos2(60.0, 30.0)]));
        assert!(!covers(rect, &[pos2(0.0, 12.0), pos2(12.0, 0.0)]));
        assert!(!covers(rect, &[pos2(0.0, 12.0), pos2(9.0, 15.0)]));
    }
}
