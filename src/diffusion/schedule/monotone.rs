//! The monotone cubic through falling points, which drawn curves and tables share.
//!
//! Fritsch & Carlson 1980, with the harmonic-mean tangents of Fritsch & Butland 1984. Tangents lie within `[½, 2]` times
//! the secant at the ends and reach at most twice the flatter secant elsewhere, so that the curve never rises, and falls
//! strictly wherever its points do. Points are `[u, y]` with rising u; between two points of the same y it is flat.

/// Slope of the segment between points `i` and `i + 1`; never positive.
pub(in crate::diffusion) fn secant(points: &[[f64; 2]], i: usize) -> f64 {
    let ([u0, y0], [u1, y1]) = (points[i], points[i + 1]);
    (y1 - y0) / (u1 - u0)
}

/// Slope of the curve at point `i` of at least two; never positive.
pub(in crate::diffusion) fn tangent(points: &[[f64; 2]], i: usize) -> f64 {
    let last = points.len() - 1;
    if last == 1 {
        return secant(points, 0);
    }
    let width = |i: usize| points[i + 1][0] - points[i][0];
    if i == 0 || i == last {
        let (near, next) = if i == 0 { (0, 1) } else { (last - 1, last - 2) };
        return end_tangent(width(near), width(next), secant(points, near), secant(points, next));
    }
    let (h0, h1) = (width(i - 1), width(i));
    let (s0, s1) = (secant(points, i - 1), secant(points, i));
    if s0 == 0.0 || s1 == 0.0 {
        return 0.0;
    }
    let (w0, w1) = (h0 + 2.0 * h1, 2.0 * h0 + h1);
    let harmonic = (w0 + w1) / (w0 / s0 + w1 / s1);
    // Slopes are negative, so the larger one is the flatter one.
    harmonic.max(2.0 * s0.max(s1))
}

/// The slope at an end: the slope of the parabola through the three nearest points, limited to `[½, 2]` times
/// the secant of the segment at that end.
fn end_tangent(near_width: f64, next_width: f64, near: f64, next: f64) -> f64 {
    let parabola = ((2.0 * near_width + next_width) * near - near_width * next) / (near_width + next_width);
    parabola.clamp(2.0 * near, 0.5 * near)
}

/// The index of the right one of the two points around `u`.
pub(in crate::diffusion) fn right_of(points: &[[f64; 2]], u: f64) -> usize {
    points.partition_point(|p| p[0] <= u).clamp(1, points.len() - 1)
}

/// Value and slope at `u` of the cubic between two points with these slopes; beyond the points, the values at them.
pub(in crate::diffusion) fn hermite([left, right]: [[f64; 2]; 2], slopes: [f64; 2], u: f64) -> [f64; 2] {
    let ([u0, y0], [u1, y1]) = (left, right);
    let width = u1 - u0;
    let h = ((u - u0) / width).clamp(0.0, 1.0);
    let [d0, d1] = slopes.map(|slope| slope * width);
    // Cubic Hermite, as the left value plus a correction: exact at h = 0, and no cancellation.
    let fall = y1 - y0;
    let (square, cube) = (3.0 * fall - 2.0 * d0 - d1, d0 + d1 - 2.0 * fall);
    let value = if h == 1.0 { y1 } else { y0 + h * (d0 + h * (square + h * cube)) };
    [value, (d0 + h * (2.0 * square + 3.0 * h * cube)) / width]
}
