//! The Fréchet distance between two sets of features.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::EvalError;

/// Mean and covariance of features.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    mean: DVector<f64>,
    covariance: DMatrix<f64>,
}

impl Moments {
    /// The mean and covariance of features `[n, width]`, in f64. The covariance is the unbiased estimate,
    /// divided by n − 1. `what` names the pictures in errors.
    ///
    /// # Errors
    /// [`EvalError::NotFinite`] if a feature is not finite, and the errors of [`check_count`].
    pub fn of(features: &[f32], width: usize, what: &'static str) -> Result<Self, EvalError> {
        let n = features.len() / width;
        check_count(n, width, what)?;
        if !features.iter().all(|value| value.is_finite()) {
            return Err(EvalError::NotFinite { what });
        }
        let mut mean = DVector::zeros(width);
        for row in features.chunks_exact(width) {
            mean.iter_mut().zip(row).for_each(|(sum, &value)| *sum += f64::from(value) / n as f64);
        }
        let mut products = DMatrix::zeros(width, width);
        for row in features.chunks_exact(width) {
            let centred = DVector::from_fn(width, |i, _| f64::from(row[i]) - mean[i]);
            products.ger(1.0, &centred, &centred, 1.0);
        }
        let covariance = products / (n - 1) as f64;
        Ok(Self { mean, covariance })
    }
}

/// Checks that there are more pictures than features: otherwise the covariance cannot have full rank.
///
/// # Errors
/// [`EvalError::TooFew`] if there are not.
pub fn check_count(found: usize, width: usize, what: &'static str) -> Result<(), EvalError> {
    if found > width {
        return Ok(());
    }
    Err(EvalError::TooFew { what, found, width, least: width + 1 })
}

/// The squared Fréchet distance between normal distributions with these moments, `‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½)`
/// (Dowson & Landau 1982; for features of pictures: Heusel et al. 2017, eq. 6, where it is called the Fréchet Inception
/// distance). It is 0 for equal moments, up to rounding.
///
/// The trace of `(Σ₁Σ₂)^½` is computed as that of `(Σ₁^½ Σ₂ Σ₁^½)^½`, the root of a symmetric matrix.
///
/// # Panics
/// If the numbers of features differ.
pub fn frechet_distance(one: &Moments, two: &Moments) -> f64 {
    assert_eq!(one.mean.len(), two.mean.len(), "features of the same classifier");
    let between = (&one.mean - &two.mean).norm_squared();
    let root = root(&one.covariance);
    let product = &root * &two.covariance * &root;
    // Rounding leaves the product slightly unsymmetric.
    let symmetric = (&product + product.transpose()) / 2.0;
    let common: f64 = symmetric.symmetric_eigenvalues().iter().map(|value| value.max(0.0).sqrt()).sum();
    (between + one.covariance.trace() + two.covariance.trace() - 2.0 * common).max(0.0)
}

/// The root of a symmetric matrix without negative eigenvalues, `V diag(√λ) Vᵀ`. Eigenvalues that rounding has made
/// negative are treated as 0.
fn root(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let mut eigen = SymmetricEigen::new(matrix.clone());
    eigen.eigenvalues.apply(|value| *value = value.max(0.0).sqrt());
    eigen.recompose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::noise::{Key, Stream, plane};

    const WIDTH: usize = 6;

    /// `n` rows of independent standard normals.
    fn normals(n: usize, seed: u64) -> Vec<f32> {
        plane(Key::from_seed(seed), 0, Stream::Initial, 0, 0, n * WIDTH)
    }

    fn moments(features: &[f32]) -> Moments {
        Moments::of(features, WIDTH, "samples").unwrap()
    }

    #[test]
    fn normals_of_known_distance() {
        let diagonal = |mean: f64, scales: [f64; WIDTH]| Moments {
            mean: DVector::from_element(WIDTH, mean),
            covariance: DMatrix::from_fn(WIDTH, WIDTH, |i, j| if i == j { scales[i].powi(2) } else { 0.0 }),
        };
        let (a, b) = ([1.0_f64, 2.0, 3.0, 0.5, 0.0, 1.0], [2.0, 2.0, 1.0, 0.0, 0.0, 4.0]);
        // For independent components the distance is the sum of (μ₁ − μ₂)² + (σ₁ − σ₂)².
        let scales: f64 = a.iter().zip(&b).map(|(a, b)| (a - b).powi(2)).sum();
        let expected = 6.0 * 0.25 + scales;
        assert!((frechet_distance(&diagonal(1.0, a), &diagonal(1.5, b)) - expected).abs() < 1e-12);
        // A rotation of both does not change their distance; here two components are rotated by 30°.
        let turned = |m: &Moments| {
            let (sin, cos) = std::f64::consts::FRAC_PI_6.sin_cos();
            let turn = DMatrix::from_fn(WIDTH, WIDTH, |i, j| match (i, j) {
                (0, 0) | (5, 5) => cos,
                (0, 5) => -sin,
                (5, 0) => sin,
                _ => f64::from(u8::from(i == j)),
            });
            Moments { mean: &turn * &m.mean, covariance: &turn * &m.covariance * turn.transpose() }
        };
        let distance = frechet_distance(&turned(&diagonal(1.0, a)), &turned(&diagonal(1.5, b)));
        assert!((distance - expected).abs() < 1e-7, "{distance} {expected}");
    }

    #[test]
    fn moments_are_those_of_the_rows() {
        // Two features, one twice the other plus one.
        let m = Moments::of(&[0.0, 1.0, 2.0, 5.0, 4.0, 9.0], 2, "samples").unwrap();
        assert_eq!(m.mean.as_slice(), [2.0, 5.0]);
        assert_eq!(m.covariance.as_slice(), [4.0, 8.0, 8.0, 16.0]);
    }

    /// A matrix `B Bᵀ` of this rank, with normal numbers in B.
    fn random(side: usize, rank: usize, seed: u64) -> DMatrix<f64> {
        let b = plane(Key::from_seed(seed), 0, Stream::Initial, 0, 0, side * rank);
        let b = DMatrix::from_row_iterator(side, rank, b.into_iter().map(f64::from));
        &b * b.transpose()
    }

    #[test]
    fn values_and_vectors_make_up_the_matrix() {
        for (side, rank) in [(1, 1), (2, 2), (7, 7), (40, 40), (40, 5), (128, 128), (128, 0)] {
            let a = random(side, rank, side as u64);
            let eigen = SymmetricEigen::new(a.clone());
            let largest = eigen.eigenvalues.amax();
            assert!((eigen.recompose() - &a).amax() <= 1e-13 * largest, "{side}");
            let square = &eigen.eigenvectors * eigen.eigenvectors.transpose();
            assert!((square - DMatrix::identity(side, side)).amax() < 1e-12, "{side}");
        }
    }

    #[test]
    fn known_eigenvalues() {
        // The eigenvalues of the second difference, 2 − 2 cos(kπ/(n+1)) (Golub & Van Loan 2013, section 4.8.6).
        let n = 12;
        let a = DMatrix::from_fn(n, n, |i, j| [2.0, -1.0, 0.0][i.abs_diff(j).min(2)]);
        let mut values: Vec<f64> = a.symmetric_eigenvalues().iter().copied().collect();
        values.sort_by(f64::total_cmp);
        for (k, value) in values.into_iter().enumerate() {
            let angle = std::f64::consts::PI * (k + 1) as f64 / (n + 1) as f64;
            assert!((value - (2.0 - 2.0 * angle.cos())).abs() < 1e-14, "{k}");
        }
    }

    #[test]
    fn a_root_times_itself_is_the_matrix() {
        for rank in [30, 9, 0] {
            let a = random(30, rank, 3);
            let root = root(&a);
            assert!((&root * &root - &a).amax() < 1e-11, "{rank}");
        }
    }

    #[test]
    fn equal_sets_in_any_order_have_no_distance() {
        let features = normals(500, 1);
        let mut reversed = features.clone();
        reversed.as_chunks_mut::<WIDTH>().0.reverse();
        let (one, two) = (moments(&features), moments(&reversed));
        assert!(frechet_distance(&one, &one) < 1e-12);
        assert!(frechet_distance(&one, &two) < 1e-12);
        let other = moments(&normals(400, 2));
        let (there, back) = (frechet_distance(&one, &other), frechet_distance(&other, &one));
        assert!((there - back).abs() < 1e-12, "symmetric");
        assert!((frechet_distance(&two, &other) - there).abs() < 1e-12, "whatever the order");
    }

    #[test]
    fn a_shift_is_its_length() {
        let features = normals(300, 1);
        let shifted: Vec<f32> =
            features.iter().enumerate().map(|(i, v)| v + if i % WIDTH < 2 { 0.75 } else { 0.0 }).collect();
        let distance = frechet_distance(&moments(&features), &moments(&shifted));
        assert!((distance - 2.0 * 0.75_f64.powi(2)).abs() < 1e-5, "{distance}");
    }

    #[test]
    fn larger_sets_of_the_same_kind_come_closer() {
        let truth = moments(&normals(50_000, 1));
        let distance = |n, seed| frechet_distance(&moments(&normals(n, seed)), &truth);
        assert!(distance(100, 2) > 3.0 * distance(2000, 3));
        assert!(distance(20_000, 4) < 0.01);
    }

    #[test]
    fn what_gives_no_covariance_is_refused() {
        let reason = |features: &[f32]| Moments::of(features, WIDTH, "samples").unwrap_err().to_string();
        assert_eq!(
            reason(&normals(6, 1)),
            "6 samples are too few for a Fréchet distance of 6 features; 7 are needed"
        );
        assert!(Moments::of(&normals(7, 1), WIDTH, "samples").is_ok());
        let mut broken = normals(9, 1);
        broken[5] = f32::NAN;
        assert!(reason(&broken).contains("not a finite number"));
    }
}
