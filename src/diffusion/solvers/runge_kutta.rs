//! The adaptive Runge–Kutta method of order 5(4) of Dormand & Prince 1980, "A family of embedded Runge–Kutta formulae",
//! as in `scipy.integrate.RK45`, with a limit on the number of evaluations of the slope.

use super::SolverError;

/// The nodes c.
const NODES: [f64; 6] = [0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0];
/// The weights a of each stage. The last row is the step of order 5; the slope at its end is the next step's first
/// slope.
const STAGES: [&[f64]; 6] = [
    &[1.0 / 5.0],
    &[3.0 / 40.0, 9.0 / 40.0],
    &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
    &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
];
/// The weights of order 5 minus those of order 4, which estimate the error.
const ERROR: [f64; 7] =
    [71.0 / 57600.0, 0.0, -71.0 / 16695.0, 71.0 / 1920.0, -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0];
/// The number of new slopes that a step needs; its first slope is the last slope of the previous step.
const CALLS: usize = 6;
/// A step has this fraction of the length that the error suggests; below are the factors by which a step can
/// shrink and grow (Hairer, Nørsett & Wanner 1993, section II.4).
const SAFETY: f64 = 0.9;
const SHRINK: f64 = 0.2;
const GROW: f64 = 10.0;
/// The length of the first step, as a fraction of the whole range.
const FIRST: f64 = 0.01;

/// The error that one step may have: `absolute + relative · |x|`, in the root mean square over all coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// The part that does not depend on the state.
    pub absolute: f64,
    /// The part in proportion to the state.
    pub relative: f64,
}

/// An integration of `dx/dt = slope(t, x)` in progress, in either direction of time.
#[derive(Clone, Debug)]
pub struct DormandPrince {
    t: f64,
    end: f64,
    state: Vec<f64>,
    tolerance: Tolerance,
    /// Length of the next step, with its sign.
    step: f64,
    /// The slope at the current state, once it is known.
    first: Option<Vec<f64>>,
    calls: usize,
    largest_error: f64,
}

impl DormandPrince {
    /// Starts from a state at the time `start`, going to the time `end`.
    pub fn new(start: f64, end: f64, state: Vec<f64>, tolerance: Tolerance) -> Self {
        let step = FIRST * (end - start);
        Self { t: start, end, state, tolerance, step, first: None, calls: 0, largest_error: 0.0 }
    }

    /// The time that has been reached.
    pub fn t(&self) -> f64 {
        self.t
    }

    /// The state at that time.
    pub fn state(&self) -> &[f64] {
        &self.state
    }

    /// The largest error of an accepted step, in units of the tolerance.
    pub fn largest_error(&self) -> f64 {
        self.largest_error
    }

    /// Tries steps until one is accurate enough. Returns the times at which it began and ended. `limit` is
    /// the number of evaluations of the slope in all: if it does not suffice for steps as short as the error
    /// demands, steps are made long enough to arrive, and accepted whatever their error is.
    ///
    /// # Errors
    /// If `slope` fails.
    pub fn step<E: From<SolverError>>(
        &mut self,
        limit: usize,
        mut slope: impl FnMut(f64, &[f64], &mut [f64]) -> Result<(), E>,
    ) -> Result<[f64; 2], E> {
        let first = if let Some(first) = self.first.take() {
            first
        } else {
            let mut first = vec![0.0; self.state.len()];
            slope(self.t, &self.state, &mut first)?;
            self.calls += 1;
            first
        };
        let mut slopes = vec![first];
        slopes.resize(CALLS + 1, vec![0.0; self.state.len()]);
        loop {
            let left = self.end - self.t;
            let affordable = (limit.saturating_sub(self.calls) / CALLS).max(1);
            let shortest = left / affordable as f64;
            let forced = self.step.abs() <= shortest.abs();
            let mut h = if forced { shortest } else { self.step };
            // A step that nearly arrives is lengthened to arrive, so that no tiny step is left over.
            if h.abs() > 0.999 * left.abs() {
                h = left;
            }
            let next = self.stages(h, &mut slopes, &mut slope)?;
            let error = self.error(h, &next, &slopes);
            let factor = SAFETY * error.powf(-0.2);
            if error <= 1.0 || forced {
                let from = self.t;
                self.t = if h == left { self.end } else { self.t + h };
                self.state = next;
                self.step = h * if factor.is_finite() { factor.clamp(SHRINK, GROW) } else { GROW };
                self.largest_error = self.largest_error.max(error);
                self.first = slopes.pop();
                return Ok([from, self.t]);
            }
            self.step = h * factor.clamp(SHRINK, 1.0);
        }
    }

    /// Computes all stages of a step of length h. Returns the state at its end, whose slope is the last one.
    fn stages<E>(
        &mut self,
        h: f64,
        slopes: &mut [Vec<f64>],
        slope: &mut impl FnMut(f64, &[f64], &mut [f64]) -> Result<(), E>,
    ) -> Result<Vec<f64>, E> {
        let mut stage = self.state.clone();
        for (i, weights) in STAGES.iter().enumerate() {
            for (k, value) in stage.iter_mut().enumerate() {
                let sum: f64 = weights.iter().zip(slopes.iter()).map(|(a, slope)| a * slope[k]).sum();
                *value = self.state[k] + h * sum;
            }
            let node = NODES.get(i + 1).copied().unwrap_or(1.0);
            slope(self.t + node * h, &stage, &mut slopes[i + 1])?;
            self.calls += 1;
        }
        Ok(stage)
    }

    fn error(&self, h: f64, next: &[f64], slopes: &[Vec<f64>]) -> f64 {
        let square = |k: usize| {
            let error: f64 = ERROR.iter().zip(slopes).map(|(e, slope)| e * slope[k]).sum();
            let largest = self.state[k].abs().max(next[k].abs());
            (h * error / (self.tolerance.absolute + self.tolerance.relative * largest)).powi(2)
        };
        let total: f64 = (0..next.len()).map(square).sum();
        (total / next.len() as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oscillate(x: &[f64], slope: &mut [f64]) {
        (slope[0], slope[1]) = (x[1], -x[0]);
    }

    fn turn(tolerance: f64, limit: usize) -> (DormandPrince, usize) {
        let tolerance = Tolerance { absolute: tolerance, relative: tolerance };
        let mut method = DormandPrince::new(0.0, 10.0, vec![0.0, 1.0], tolerance);
        let mut calls = 0;
        while method.t() < 10.0 {
            method
                .step(limit, |_, x, slope| {
                    calls += 1;
                    oscillate(x, slope);
                    Ok::<_, SolverError>(())
                })
                .unwrap();
        }
        (method, calls)
    }

    #[test]
    fn tolerance_decides_the_error() {
        for tolerance in [1e-4, 1e-7, 1e-10] {
            let (method, calls) = turn(tolerance, usize::MAX);
            let error = (method.state()[0] - 10f64.sin()).abs().max((method.state()[1] - 10f64.cos()).abs());
            assert!(error < 30.0 * tolerance, "{tolerance} {error} {calls}");
            assert!(method.largest_error() <= 1.0);
        }
        // With order 5, a hundred times the accuracy takes 10^(2/5) = 2.5 times the calls.
        let growth = turn(1e-10, usize::MAX).1 as f64 / turn(1e-8, usize::MAX).1 as f64;
        assert!((2.0..3.2).contains(&growth), "{growth}");
    }

    #[test]
    fn it_arrives_within_its_limit() {
        for limit in [7, 20, 61, 100] {
            let (method, calls) = turn(1e-12, limit);
            assert!(calls <= limit, "{calls} of {limit}");
            assert_eq!(method.t(), 10.0);
            assert!(method.largest_error() > 1.0);
        }
    }
}
