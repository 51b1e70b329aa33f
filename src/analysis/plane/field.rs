//! The marginal in the plane at one time: its brightness and contours, arrows and lines of the score, and the path of
//! the ODE through one state.

use super::contour::{Piece, contour};
use super::{RADIUS, ScoreModel, unit};
use crate::diffusion::solvers::{Score as _, SolverError};

/// The number of the map's cells along a side.
const SIDE: usize = 96;
/// The number of arrows along a side.
const ARROWS: usize = 15;
/// The number of the score's lines along a side, the number of steps of each, and the largest length of a step.
const LINES: usize = 11;
const LINE_STEPS: usize = 40;
const LINE_STEP: f64 = 0.04;
/// The heights of the contours, as shares of the largest density.
const HEIGHTS: [f64; 5] = [0.01, 0.05, 0.2, 0.5, 0.9];
/// The number of steps of the ODE's path, which leads from noise to data.
const PATH_STEPS: usize = 160;

/// The specification of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldSpec {
    /// Computes the score; the density is always exact.
    pub score_model: ScoreModel,
    /// The time, in the units of the process.
    pub t: f64,
    /// A state, in the units that are shown.
    pub point: [f64; 2],
    /// Whether lines of the score are computed.
    pub streamlines: bool,
    /// Whether contours are computed.
    pub contours: bool,
}

/// The marginal at one time, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// `√(q/max q)` in 255ths, row by row from the top.
    pub shades: Vec<u8>,
    /// Pieces of contours.
    pub contours: Vec<Piece>,
    /// The score as arrows: each has a place and a direction, whose length is at most 1.
    pub arrows: Vec<Piece>,
    /// Lines that follow the score.
    pub streamlines: Vec<Vec<[f64; 2]>>,
    /// The ODE's path through the state: to the data, and to the noise.
    pub paths: [Vec<[f64; 2]>; 2],
}

impl Field {
    /// The number of the map's cells along a side.
    pub const SIDE: usize = SIDE;

    /// Computes the field.
    ///
    /// # Errors
    /// If a learned score cannot be computed.
    pub fn of(spec: &FieldSpec) -> Result<Self, SolverError> {
        let (shades, contours) = spec.map();
        Ok(Self {
            shades,
            contours,
            arrows: spec.arrows()?,
            streamlines: if spec.streamlines { spec.streamlines()? } else { Vec::new() },
            paths: [spec.path(spec.score_model.process.cut_off())?, spec.path(1.0)?],
        })
    }
}

impl FieldSpec {
    /// The scores at places in the units that are shown, per such unit of length.
    fn scores(&self, t: f64, places: &[[f64; 2]]) -> Result<Vec<[f64; 2]>, SolverError> {
        let factor = unit(self.score_model.process.level(t));
        let points: Vec<[f64; 2]> = places.iter().map(|x| x.map(|v| v / factor)).collect();
        Ok(self.score_model.scores(t, &points)?.into_iter().map(|s| s.map(|v| v / factor)).collect())
    }

    fn map(&self) -> (Vec<u8>, Vec<Piece>) {
        let level = self.score_model.process.level(self.t);
        let factor = unit(level);
        let cell = 2.0 * RADIUS / SIDE as f64;
        let points: Vec<[f64; 2]> = (0..SIDE * SIDE)
            .map(|k| {
                let place = |i: usize| cell * (i as f64 + 0.5) - RADIUS;
                [place(k % SIDE) / factor, place(SIDE - 1 - k / SIDE) / factor]
            })
            .collect();
        let locals = self.score_model.data.at(level).locals(&points);
        let logs: Vec<f64> = locals.iter().map(|local| local.log_density).collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shades = logs.iter().map(|log| (255.0 * (0.5 * (log - largest)).exp()).round() as u8).collect();
        let shown = |[x, y]: [f64; 2]| [cell * (x + 0.5) - RADIUS, RADIUS - cell * (y + 0.5)];
        let heights = HEIGHTS.iter().filter(|_| self.contours);
        let pieces = heights.flat_map(|share| contour(&logs, SIDE, largest + share.ln()));
        (shades, pieces.map(|piece| piece.map(shown)).collect())
    }

    fn arrows(&self) -> Result<Vec<Piece>, SolverError> {
        let places = lattice(ARROWS);
        let scores = self.scores(self.t, &places)?;
        let arrow = |(place, score): (&[f64; 2], [f64; 2])| {
            let length = score[0].hypot(score[1]);
            // Long arrows are shortened, so that short ones can be seen beside them.
            let factor = length.tanh() / length.max(1e-12);
            [*place, score.map(|v| factor * v)]
        };
        Ok(places.iter().zip(scores).map(arrow).collect())
    }

    /// Lines that start from an even lattice, each with the same number of steps.
    fn streamlines(&self) -> Result<Vec<Vec<[f64; 2]>>, SolverError> {
        let mut heads = lattice(LINES);
        let mut lines: Vec<Vec<[f64; 2]>> = heads.iter().map(|head| vec![*head]).collect();
        for _ in 0..LINE_STEPS {
            let scores = self.scores(self.t, &heads)?;
            for ((head, score), line) in heads.iter_mut().zip(scores).zip(&mut lines) {
                let length = score[0].hypot(score[1]);
                // Steps become shorter near a mode, where the lines end.
                let step = LINE_STEP * (length / (length + 0.3)) / length.max(1e-12);
                *head = [0, 1].map(|d| head[d] + step * score[d]);
                line.push(*head);
            }
        }
        Ok(lines)
    }

    /// The path of the ODE from the state at time t to the time `end`, by the classical Runge–Kutta method.
    fn path(&self, end: f64) -> Result<Vec<[f64; 2]>, SolverError> {
        let process = self.score_model.process;
        let [from, to] = [self.t, end].map(|t| process.level(t).log_snr());
        let [noise, clean] = [1.0, process.cut_off()].map(|t| process.level(t).log_snr());
        let steps = (PATH_STEPS as f64 * ((to - from) / (clean - noise)).abs()).ceil() as usize;
        let mut times: Vec<f64> = (0..=steps)
            .map(|i| process.time_of_log_snr(from + (to - from) * i as f64 / steps.max(1) as f64))
            .collect();
        times[0] = self.t;
        let mut x = self.point.map(|v| v / unit(process.level(self.t)));
        let mut path = vec![self.point];
        let velocity = |t: f64, x: [f64; 2]| -> Result<[f64; 2], SolverError> {
            let factor = unit(process.level(t));
            Ok(self.score_model.velocity_at(t, x.map(|v| factor * v))?.sum())
        };
        let moved = |x: [f64; 2], h: f64, v: [f64; 2]| [x[0] + h * v[0], x[1] + h * v[1]];
        for pair in times.windows(2) {
            let (t, h) = (pair[0], pair[1] - pair[0]);
            let a = velocity(t, x)?;
            let b = velocity(t + 0.5 * h, moved(x, 0.5 * h, a))?;
            let c = velocity(t + 0.5 * h, moved(x, 0.5 * h, b))?;
            let d = velocity(t + h, moved(x, h, c))?;
            x = [0, 1].map(|i| x[i] + h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
            path.push(x.map(|v| v * unit(process.level(pair[1]))));
        }
        Ok(path)
    }
}

/// Evenly spaced places over the square, `side` along each side.
fn lattice(side: usize) -> Vec<[f64; 2]> {
    let place = |i: usize| RADIUS * ((2 * i + 1) as f64 / side as f64 - 1.0);
    (0..side * side).map(|k| [place(k % side), place(k / side)]).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diffusion::data::PlaneData;
    use crate::diffusion::process::Process;

    fn field(process: Process, t: f64) -> Field {
        let data = Arc::new(PlaneData::EightGaussians.mixture());
        let score_model = ScoreModel { data, process, network: None };
        let spec = FieldSpec { score_model, t, point: [1.0, 0.3], streamlines: true, contours: true };
        Field::of(&spec).unwrap()
    }

    #[test]
    fn lines_of_the_score_climb_to_the_data() {
        let field = field(Process::VP, 0.05);
        let radius = 2f64.sqrt() * 0.995;
        let ends: Vec<f64> =
            field.streamlines.iter().map(|l| l[LINE_STEPS][0].hypot(l[LINE_STEPS][1])).collect();
        let near = ends.iter().filter(|r| (*r - radius).abs() < 0.25).count();
        assert!(near > 40, "{near} of {} lines end near the circle", ends.len());
        assert_eq!((field.shades.len(), field.arrows.len()), (SIDE * SIDE, ARROWS * ARROWS));
        assert!(field.shades.contains(&255) && !field.contours.is_empty());
    }

    #[test]
    fn paths_lead_to_the_data_and_agree_in_all_processes() {
        for process in Process::ALL {
            let t = process.time_of_log_snr(0.0);
            let [down, up] = field(process, t).paths;
            let end = down[down.len() - 1];
            let nearest = (0..8)
                .map(|k| std::f64::consts::TAU * f64::from(k) / 8.0)
                .map(|a| (end[0] - 1.407 * a.cos()).hypot(end[1] - 1.407 * a.sin()))
                .fold(f64::INFINITY, f64::min);
            assert!(nearest < 0.5, "{process:?} {end:?}");
            assert!(up.len() > 10 && up[up.len() - 1].iter().all(|x| x.abs() < 4.0), "{process:?}");
        }
    }
}
