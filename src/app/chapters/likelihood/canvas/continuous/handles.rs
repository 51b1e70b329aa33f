//! The handles on the curves of log-SNR: both ends, and the points of the curve that is drawn by hand.

use egui::{CursorIcon, Pos2, Response, Ui};

use super::super::super::LikelihoodView;
use super::{act, set_time};
use crate::app::widgets::{Chart, taken};
use crate::quantity::Quantity;
use crate::scene::{ContinuousSchedule, LikelihoodOptions};

/// Radius of a handle, and the largest distance from which the pointer takes it, in points.
const RADIUS: f32 = 5.0;
const NEAR: f32 = 18.0;
/// The range of the ends that can be dragged, and the least fall between them.
const RANGE: [f64; 2] = [-20.0, 20.0];
const FALL: f64 = 1.0;

/// What can be dragged.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Handle {
    /// One of the ends: 0 for t = 0, 1 for t = T.
    End(usize),
    /// A point of the drawn curve between its ends.
    Point(usize),
}

/// Draws the handles, and moves what is dragged; elsewhere t is dragged.
pub fn show(ui: &Ui, view: &mut LikelihoodView<'_, '_>, chart: &Chart, response: &Response) {
    let theme = view.theme;
    let options = view.scene.chapters.likelihood.clone();
    let handles = handles(&options);
    for (handle, place) in &handles {
        let color = match handle {
            Handle::End(_) => theme.accent,
            Handle::Point(_) => theme.color(Quantity::LogSnr),
        };
        // An end lies on the edge of the frame, beyond which a chart draws nothing.
        ui.painter().circle(chart.at(*place), RADIUS, color, egui::Stroke::new(1.5, theme.canvas));
    }
    let Some(pointer) = response.interact_pointer_pos().or(response.hover_pos()) else { return };
    let nearest = |to: Pos2| {
        let far = |place: [f64; 2]| chart.at(place).distance(to);
        let near = handles.iter().map(|(handle, place)| (*handle, far(*place)));
        near.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|near| near.1 < NEAR).map(|near| near.0)
    };
    let taken = taken(ui, response, pointer, CursorIcon::Grab, nearest);
    let at = chart.value(pointer);
    let drawn = options.schedule == ContinuousSchedule::Drawn;
    if response.dragged() {
        match taken {
            Some(handle) => act(view, |options| move_to(options, handle, at)),
            None => set_time(view, at[0]),
        }
    } else if response.double_clicked() && drawn {
        act(view, |options| match nearest(pointer) {
            Some(Handle::Point(i)) => drop(options.drawn.remove(i)),
            Some(Handle::End(_)) => {}
            None => drop(options.drawn.insert(at[0])),
        });
    } else if response.clicked() && nearest(pointer).is_none() {
        set_time(view, at[0]);
    }
}

/// All handles with their places `[t/T, log SNR]`.
fn handles(options: &LikelihoodOptions) -> Vec<(Handle, [f64; 2])> {
    let [max, min] = options.log_snr;
    let mut handles = vec![(Handle::End(0), [0.0, max]), (Handle::End(1), [1.0, min])];
    if options.schedule == ContinuousSchedule::Drawn {
        let points = options.drawn.points();
        let inner = points.iter().enumerate().take(points.len() - 1).skip(1);
        handles.extend(inner.map(|(i, [u, y])| (Handle::Point(i), [*u, options.shown(*y)])));
    }
    handles
}

fn move_to(options: &mut LikelihoodOptions, handle: Handle, [u, y]: [f64; 2]) {
    match handle {
        Handle::End(end) => move_end(&mut options.log_snr, end, y),
        Handle::Point(i) => {
            let y = options.kept(y);
            options.drawn.move_point(i, u, y);
        }
    }
}

/// Moves one of the ends, 0 for t = 0 and 1 for t = T, as near to a log-SNR as the other one allows.
pub fn move_end([max, min]: &mut [f64; 2], end: usize, log_snr: f64) {
    let [low, high] = RANGE;
    if end == 0 {
        *max = log_snr.clamp(*min + FALL, high.max(*min + FALL));
    } else {
        *min = log_snr.clamp(low.min(*max - FALL), *max - FALL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_go_where_they_are_dragged() {
        let mut options =
            LikelihoodOptions { schedule: ContinuousSchedule::Drawn, ..LikelihoodOptions::default() };
        options.log_snr = [10.0, -2.0];
        let (handle, [u, y]) = handles(&options)[2];
        move_to(&mut options, handle, [u + 0.01, y - 0.2]);
        let [new_u, new_y] = handles(&options)[2].1;
        assert!((new_u - u - 0.01).abs() < 1e-12 && (new_y - y + 0.2).abs() < 1e-12);
        move_to(&mut options, Handle::End(0), [0.5, -30.0]);
        assert_eq!(options.log_snr, [-1.0, -2.0]);
        move_to(&mut options, Handle::End(1), [0.5, -30.0]);
        assert_eq!(options.log_snr, [-1.0, -20.0]);
        // The drawn curve goes along with its ends.
        let points = handles(&options);
        assert!(points[2..].iter().all(|(_, [_, y])| (-20.0..=-1.0).contains(y)), "{points:?}");
    }
}
