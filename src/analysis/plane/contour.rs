//! Lines of equal height over an even grid, found by marching squares (the method of Lorensen & Cline 1987 in the
//! plane).

/// A piece of a contour, in units of the grid's cells.
pub type Piece = [[f64; 2]; 2];

/// All pieces of the contour at one height, over a square grid with `side` values in a row.
pub fn contour(values: &[f64], side: usize, height: f64) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for y in 0..side.saturating_sub(1) {
        for x in 0..side - 1 {
            let corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]];
            let of = |[x, y]: [usize; 2]| values[y * side + x] - height;
            // The places at which the contour crosses the cell's edges, in order around the cell.
            let crossings: Vec<[f64; 2]> = (0..4)
                .filter_map(|i| {
                    let (a, b) = (corners[i], corners[(i + 1) % 4]);
                    let (start, end) = (of(a), of(b));
                    ((start < 0.0) != (end < 0.0)).then(|| {
                        let u = start / (start - end);
                        [0, 1].map(|d| a[d] as f64 + u * (b[d] as f64 - a[d] as f64))
                    })
                })
                .collect();
            pieces.extend(crossings.as_chunks::<2>().0);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cone_has_circles() {
        let side = 41;
        let values: Vec<f64> =
            (0..side * side).map(|k| ((k % side) as f64 - 20.0).hypot((k / side) as f64 - 20.0)).collect();
        let pieces = contour(&values, side, 11.3);
        assert!(pieces.len() > 60);
        for [x, y] in pieces.as_flattened() {
            assert!(((x - 20.0).hypot(y - 20.0) - 11.3).abs() < 0.05, "{x} {y}");
        }
        let length: f64 = pieces.iter().map(|[a, b]| (a[0] - b[0]).hypot(a[1] - b[1])).sum();
        assert!((length / (std::f64::consts::TAU * 11.3) - 1.0).abs() < 0.01, "{length}");
    }
}
