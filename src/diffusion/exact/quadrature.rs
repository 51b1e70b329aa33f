//! Gauss–Legendre quadrature over panels.

use std::ops::Range;

/// Positive nodes of the 16-point rule on [−1, 1] and their weights (Abramowitz & Stegun 1964, table
/// 25.4): exact for polynomials of degree 31.
const RULE: [[f64; 2]; 8] = [
    [0.09501250983763744019, 0.18945061045506849629],
    [0.28160355077925891323, 0.18260341504492358887],
    [0.45801677765722738634, 0.16915651939500253819],
    [0.61787624440264374845, 0.14959598881657673208],
    [0.75540440835500303390, 0.12462897125553387205],
    [0.86563120238783174388, 0.09515851168249278481],
    [0.94457502307323257608, 0.06225352393864789286],
    [0.98940093499164993260, 0.02715245941175409485],
];

/// Positive nodes of the 4-point rule and their weights (same table).
const SHORT_RULE: [[f64; 2]; 2] =
    [[0.33998104358485626480, 0.65214515486254614263], [0.86113631159405257522, 0.34785484513745385737]];

/// Places and weights of the 4-point rule on a range, exact for polynomials of degree 7.
pub fn short_nodes(range: Range<f64>) -> [[f64; 2]; 4] {
    let (half, middle) = (0.5 * (range.end - range.start), 0.5 * (range.start + range.end));
    let [[near, inner], [far, outer]] = SHORT_RULE;
    [[-far, outer], [-near, inner], [near, inner], [far, outer]].map(|[x, w]| [middle + half * x, half * w])
}

/// Places and weights of the 16-point rule on each of `panels` equal parts of a range.
pub fn nodes(range: Range<f64>, panels: usize) -> impl Iterator<Item = [f64; 2]> {
    let half = 0.5 * (range.end - range.start) / panels as f64;
    (0..panels).flat_map(move |panel| {
        let middle = range.start + half * (2 * panel + 1) as f64;
        RULE.into_iter()
            .flat_map(move |[x, w]| [[middle - half * x, half * w], [middle + half * x, half * w]])
    })
}

/// `∫ f(x) dx` over a range cut into equal panels of 16 nodes each. For a Gaussian factor and panels
/// no longer than four of its standard deviations the error is below 1e-14 of the largest value.
pub fn integrate(range: Range<f64>, panels: usize, mut f: impl FnMut(f64) -> f64) -> f64 {
    nodes(range, panels).map(|[x, weight]| weight * f(x)).sum()
}

/// The number of nodes on a panel.
pub const NODES: usize = 2 * RULE.len();

/// For the negative node of each pair of [`RULE`] with weight w, `±√((1 − x²) w)`, the barycentric weight (Wang & Xiang
/// 2012, eq. 1.4); the positive one has the other sign, since signs alternate along the panel.
const BARYCENTRIC: [f64; 8] = [
    0.4332901664782523,
    -0.4100278795501251,
    0.3656104095333195,
    -0.30411275965024737,
    0.23132491441080127,
    -0.15444929641178312,
    0.08191191554555138,
    -0.02392762112562671,
];

/// The value at x of the polynomials of degree 15 through `values` at the [`nodes`] of one panel, in their order
/// (Berrut & Trefethen 2004, eq. 4.2).
pub fn interpolate<const N: usize>(range: Range<f64>, values: &[[f64; N]; NODES], x: f64) -> [f64; N] {
    let (half, middle) = (0.5 * (range.end - range.start), 0.5 * (range.start + range.end));
    let place = (x - middle) / half;
    let (mut total, mut sums) = (0.0, [0.0; N]);
    for (([node, _], weight), pair) in RULE.into_iter().zip(BARYCENTRIC).zip(values.as_chunks::<2>().0) {
        for ((node, weight), value) in [(-node, weight), (node, -weight)].into_iter().zip(pair) {
            if place == node {
                return *value;
            }
            let share = weight / (place - node);
            total += share;
            (0..N).for_each(|n| sums[n] += share * value[n]);
        }
    }
    sums.map(|sum| sum / total)
}

#[cfg(test)]
mod tests {
    use super::{NODES, integrate, interpolate, nodes, short_nodes};

    #[test]
    fn polynomials_go_through_their_values() {
        let f = |x: f64| [x.powi(15) - x, 1.0];
        let mut values = [[0.0; 2]; NODES];
        for (value, [x, _]) in values.iter_mut().zip(nodes(-0.5..1.5, 1)) {
            *value = f(x);
        }
        for x in [-0.5, 0.1, 0.5, 1.499, 1.5] {
            let [found, one] = interpolate(-0.5..1.5, &values, x);
            // The largest value is 437.
            assert!((found - f(x)[0]).abs() < 1e-11 && (one - 1.0).abs() < 1e-14, "{x}: {found} {one}");
        }
    }

    #[test]
    fn polynomials_and_gaussians_are_exact() {
        let power = integrate(-1.0..2.0, 1, |x| x.powi(31));
        assert!((power / (2f64.powi(32) / 32.0 - 1.0 / 32.0) - 1.0).abs() < 1e-14);
        let power: f64 = short_nodes(-1.0..2.0).map(|[x, weight]| weight * x.powi(7)).iter().sum();
        assert!((power - 255.0 / 8.0).abs() < 1e-13);
        let area = integrate(-10.0..10.0, 5, |x| (-0.5 * x * x).exp());
        assert!((area - std::f64::consts::TAU.sqrt()).abs() < 1e-13);
    }
}
