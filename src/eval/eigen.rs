//! Eigenvalues and eigenvectors of symmetric matrices, by Jacobi's rotations.

/// Sweeps after which it is over in any case; six to ten are enough.
const MAX_SWEEPS: usize = 60;

/// A square matrix, row after row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    pub(super) side: usize,
    pub(super) values: Vec<f64>,
}

impl Matrix {
    pub(super) fn from_fn(side: usize, value: impl Fn(usize, usize) -> f64) -> Self {
        let values = (0..side * side).map(|i| value(i / side, i % side)).collect();
        Self { side, values }
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.side + column]
    }

    pub(super) fn product(&self, other: &Self) -> Self {
        let mut values = vec![0.0; self.values.len()];
        for (row, out) in values.chunks_exact_mut(self.side).enumerate() {
            for (k, line) in other.values.chunks_exact(self.side).enumerate() {
                let factor = self.at(row, k);
                out.iter_mut().zip(line).for_each(|(out, value)| *out += factor * value);
            }
        }
        Self { side: self.side, values }
    }

    pub(super) fn trace(&self) -> f64 {
        (0..self.side).map(|i| self.at(i, i)).sum()
    }

    /// The root of a symmetric matrix without negative eigenvalues; those that rounding has made are
    /// taken as 0.
    pub(super) fn root(&self) -> Self {
        let Eigen { values, vectors } = eigen(self);
        let roots: Vec<f64> = values.iter().map(|value| value.max(0.0).sqrt()).collect();
        let scaled = Self::from_fn(self.side, |row, column| vectors.at(row, column) * roots[column]);
        let transposed = Self::from_fn(self.side, |row, column| vectors.at(column, row));
        scaled.product(&transposed)
    }
}

/// `A = V diag(values) Vᵀ`.
pub(super) struct Eigen {
    pub(super) values: Vec<f64>,
    /// Its columns, in the order of the values.
    pub(super) vectors: Matrix,
}

/// The cyclic Jacobi method (Golub & Van Loan 2013, section 8.5): rotations that make one off-diagonal
/// element after another 0, until all are at the limit of f64.
pub(super) fn eigen(matrix: &Matrix) -> Eigen {
    let side = matrix.side;
    let mut a = matrix.clone();
    // Rows, so that a rotation runs along memory; they become columns in the end.
    let mut vectors = Matrix::from_fn(side, |row, column| f64::from(u8::from(row == column)));
    let norm = a.values.iter().map(|v| v * v).sum::<f64>().sqrt();
    for _ in 0..MAX_SWEEPS {
        let off: f64 =
            (0..side).flat_map(|p| (0..p).map(move |q| (p, q))).map(|(p, q)| a.at(p, q).powi(2)).sum();
        if off.sqrt() <= 1e-15 * norm {
            break;
        }
        for p in 0..side {
            for q in p + 1..side {
                if a.at(p, q) != 0.0 {
                    let [cos, sin] = rotation(&a, p, q);
                    rotate_columns(&mut a, p, q, cos, sin);
                    rotate_rows(&mut a, p, q, cos, sin);
                    rotate_rows(&mut vectors, p, q, cos, sin);
                }
            }
        }
    }
    let values = (0..side).map(|i| a.at(i, i)).collect();
    Eigen { values, vectors: Matrix::from_fn(side, |row, column| vectors.at(column, row)) }
}

/// Cosine and sine of the smaller angle that makes the element (p, q) 0.
fn rotation(a: &Matrix, p: usize, q: usize) -> [f64; 2] {
    let tau = (a.at(q, q) - a.at(p, p)) / (2.0 * a.at(p, q));
    let tan = if tau >= 0.0 { 1.0 / (tau + tau.hypot(1.0)) } else { 1.0 / (tau - tau.hypot(1.0)) };
    let cos = 1.0 / tan.hypot(1.0);
    [cos, tan * cos]
}

fn rotate_rows(a: &mut Matrix, p: usize, q: usize, cos: f64, sin: f64) {
    let (above, below) = a.values.split_at_mut(q * a.side);
    let (one, two) = (&mut above[p * a.side..][..a.side], &mut below[..a.side]);
    for (x, y) in one.iter_mut().zip(two) {
        (*x, *y) = (cos * *x - sin * *y, sin * *x + cos * *y);
    }
}

fn rotate_columns(a: &mut Matrix, p: usize, q: usize, cos: f64, sin: f64) {
    for row in a.values.chunks_exact_mut(a.side) {
        (row[p], row[q]) = (cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::noise::{Key, Stream, plane};

    /// `B Bᵀ` of normal numbers, of this rank.
    fn random(side: usize, rank: usize, seed: u64) -> Matrix {
        let b = plane(Key::from_seed(seed), 0, Stream::Initial, 0, 0, side * rank);
        let at = |i: usize, k: usize| f64::from(b[i * rank + k]);
        Matrix::from_fn(side, |i, j| (0..rank).map(|k| at(i, k) * at(j, k)).sum())
    }

    fn difference(a: &Matrix, b: &Matrix) -> f64 {
        a.values.iter().zip(&b.values).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn values_and_vectors_make_up_the_matrix() {
        for (side, rank) in [(1, 1), (2, 2), (7, 7), (40, 40), (40, 5), (128, 128)] {
            let a = random(side, rank, side as u64);
            let Eigen { values, vectors } = eigen(&a);
            let scaled = Matrix::from_fn(side, |i, j| vectors.at(i, j) * values[j]);
            let transposed = Matrix::from_fn(side, |i, j| vectors.at(j, i));
            let largest = values.iter().copied().fold(0.0, f64::max);
            assert!(difference(&scaled.product(&transposed), &a) < 1e-13 * largest, "{side}");
            let identity = Matrix::from_fn(side, |i, j| f64::from(u8::from(i == j)));
            assert!(difference(&vectors.product(&transposed), &identity) < 1e-12, "{side}");
        }
    }

    #[test]
    fn known_values() {
        // 2 − 2 cos(kπ/(n+1)), of the second difference (Golub & Van Loan 2013, section 4.8.6).
        let n = 12;
        let a = Matrix::from_fn(n, |i, j| [2.0, -1.0, 0.0][i.abs_diff(j).min(2)]);
        let mut values = eigen(&a).values;
        values.sort_by(f64::total_cmp);
        for (k, value) in values.into_iter().enumerate() {
            let angle = std::f64::consts::PI * (k + 1) as f64 / (n + 1) as f64;
            assert!((value - (2.0 - 2.0 * angle.cos())).abs() < 1e-14, "{k}");
        }
    }

    #[test]
    fn a_root_times_itself_is_the_matrix() {
        for rank in [30, 9] {
            let a = random(30, rank, 3);
            let root = a.root();
            assert!(difference(&root.product(&root), &a) < 1e-11);
        }
    }
}
