//! Distributions in the plane, by name.
//!
//! Every set is a mixture of narrow round Gaussians, and this mixture *is* the distribution: curves are strings of
//! Gaussians one and a half standard deviations apart, where the ripple along the curve is 2e-4. So densities, scores
//! and posteriors are exact, and fresh samples come from exactly the distribution that the scores belong to.

use std::f64::consts::{PI, TAU};

use crate::diffusion::exact::{Component, Mixture};

/// Distance between neighbouring Gaussians of a curve, in standard deviations.
const SPACING: f64 = 1.5;

/// A distribution in the plane, moved and scaled to mean 0 and a mean variance of 1, with labelled
/// classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaneData {
    /// Eight Gaussians on a circle; each is a class.
    EightGaussians,
    /// Two interlocked half circles; each is a class.
    Moons,
    /// A spiral of one and a half turns; its inner and its outer half are classes.
    SwissRoll,
    /// Eight of sixteen squares; each is a class.
    Checkerboard,
    /// Five bent blades (Johnson et al. 2016); each is a class.
    Pinwheel,
    /// Two spiral arms; each is a class.
    Spiral,
    /// Four concentric circles, equally dense along their lines; each is a class.
    Rings,
}

impl PlaneData {
    /// All named distributions.
    pub const ALL: [Self; 7] = [
        Self::EightGaussians,
        Self::Moons,
        Self::SwissRoll,
        Self::Checkerboard,
        Self::Pinwheel,
        Self::Spiral,
        Self::Rings,
    ];

    /// Identifier for the command line and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::EightGaussians => "eight-gaussians",
            Self::Moons => "moons",
            Self::SwissRoll => "swiss-roll",
            Self::Checkerboard => "checkerboard",
            Self::Pinwheel => "pinwheel",
            Self::Spiral => "spiral",
            Self::Rings => "rings",
        }
    }

    /// The distribution with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|data| data.name() == name)
    }

    /// The exact distribution, with about 10 to 600 components.
    pub fn mixture(self) -> Mixture<2> {
        let components = match self {
            Self::EightGaussians => eight_gaussians(),
            Self::Moons => moons(),
            Self::SwissRoll => swiss_roll(),
            Self::Checkerboard => checkerboard(),
            Self::Pinwheel => pinwheel(),
            Self::Spiral => spiral(),
            Self::Rings => rings(),
        };
        Mixture::new(components).map_or_else(
            // The components above are valid; a test builds every name.
            || unreachable!("{} has an unsound component", self.name()),
            |mixture| mixture.standardised(),
        )
    }
}

fn polar(radius: f64, angle: f64) -> [f64; 2] {
    [radius * angle.cos(), radius * angle.sin()]
}

/// Gaussians along the curve `curve(u)`, u in `[0, 1]`, spaced evenly in arc length.
fn string(curve: impl Fn(f64) -> [f64; 2], deviation: f64, class: usize) -> Vec<Component<2>> {
    const PIECES: usize = 2000;
    let places: Vec<[f64; 2]> = (0..=PIECES).map(|i| curve(i as f64 / PIECES as f64)).collect();
    let mut lengths = vec![0.0];
    for pair in places.windows(2) {
        lengths.push(lengths[lengths.len() - 1] + (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]));
    }
    let count = (lengths[PIECES] / (SPACING * deviation)).ceil().max(1.0);
    let bead = |k: usize| {
        let at = (k as f64 + 0.5) / count * lengths[PIECES];
        let i = lengths.partition_point(|length| *length < at);
        Component { weight: 1.0, mean: places[i], variance: deviation * deviation, class }
    };
    (0..count as usize).map(bead).collect()
}

fn eight_gaussians() -> Vec<Component<2>> {
    let bump =
        |class| Component { weight: 1.0, mean: polar(1.0, class as f64 * TAU / 8.0), variance: 0.01, class };
    (0..8).map(bump).collect()
}

/// scikit-learn's `make_moons` with a noise of 0.08.
fn moons() -> Vec<Component<2>> {
    let mut upper = string(|u| polar(1.0, PI * u), 0.08, 0);
    upper.extend(string(|u| [1.0 - (PI * u).cos(), 0.5 - (PI * u).sin()], 0.08, 1));
    upper
}

/// The first and third coordinate of scikit-learn's `make_swiss_roll`, where the radius is the angle. scikit-learn
/// spreads points evenly over the angle; here they are even along the curve.
fn swiss_roll() -> Vec<Component<2>> {
    let mut roll = string(|u| polar(1.5 * PI * (1.0 + 2.0 * u), 1.5 * PI * (1.0 + 2.0 * u)), 0.5, 0);
    let half = roll.len() / 2;
    roll[half..].iter_mut().for_each(|component| component.class = 1);
    roll
}

/// Squares of side 1, each made of Gaussians on a lattice. The edges of the squares are as soft as these
/// Gaussians are wide.
fn checkerboard() -> Vec<Component<2>> {
    const SIDE: usize = 8;
    let deviation = 1.0 / (SPACING * SIDE as f64);
    let dark = (0..16).map(|square| (square % 4, square / 4)).filter(|(x, y)| (x + y) % 2 == 0);
    let cell = |(class, (x, y)): (usize, (usize, usize))| {
        (0..SIDE * SIDE).map(move |k| {
            let inside = |square: usize, k: usize| square as f64 + (k as f64 + 0.5) / SIDE as f64;
            let mean = [inside(x, k % SIDE), inside(y, k / SIDE)];
            Component { weight: 1.0, mean, variance: deviation * deviation, class }
        })
    };
    dark.enumerate().flat_map(cell).collect()
}

/// Five blades (Johnson et al. 2016). Distances from the centre are `N(1, 0.3²)`; a blade turns and widens as
/// the distance grows.
fn pinwheel() -> Vec<Component<2>> {
    let blade = |class: usize| {
        (0..28).map(move |k| {
            let radius = 0.15 + 0.065 * k as f64;
            let weight = (-0.5 * ((radius - 1.0) / 0.3_f64).powi(2)).exp();
            let angle = class as f64 * TAU / 5.0 + 0.25 * radius.exp();
            let deviation: f64 = 0.04 + 0.03 * radius;
            Component { weight, mean: polar(radius, angle), variance: deviation * deviation, class }
        })
    };
    (0..5).flat_map(blade).collect()
}

fn spiral() -> Vec<Component<2>> {
    let arm = |class: usize| {
        let turned = class as f64 * PI;
        string(move |u| polar(0.15 + 0.85 * u, turned + 1.5 * TAU * u), 0.035, class)
    };
    (0..2).flat_map(arm).collect()
}

fn rings() -> Vec<Component<2>> {
    let ring = |class: usize| string(move |u| polar(0.25 * (class + 1) as f64, TAU * u), 0.03, class);
    (0..4).flat_map(ring).collect()
}

/// A picture as a density: each pixel is a Gaussian with the pixel's weight, half a pixel wide. The mean is 0, the mean
/// variance 1, and the picture stands upright with y upwards. `weights` are not negative, row by row; `None` if all are
/// 0.
pub fn of_picture(weights: &[f64], width: usize) -> Option<Mixture<2>> {
    let cell = |(k, &weight): (usize, &f64)| Component {
        weight,
        mean: [(k % width) as f64, -((k / width) as f64)],
        variance: 0.25,
        class: 0,
    };
    let cells = weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0).map(cell);
    Mixture::new(cells.collect()).map(|mixture| mixture.standardised())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_and_data_are_standardised() {
        for (data, classes) in PlaneData::ALL.into_iter().zip([8, 2, 2, 8, 5, 2, 4]) {
            assert_eq!(PlaneData::from_name(data.name()), Some(data));
            let mixture = data.mixture();
            let (mean, covariance) = mixture.moments();
            assert!(mean.iter().all(|mean| mean.abs() < 1e-12), "{data:?} {mean:?}");
            assert!((covariance[0][0] + covariance[1][1] - 2.0).abs() < 1e-12, "{data:?} {covariance:?}");
            assert_eq!(mixture.classes(), classes, "{data:?}");
            let count = mixture.components().len();
            eprintln!("{}: {count} components", data.name());
            assert!((8..=600).contains(&count));
        }
    }

    #[test]
    fn a_picture_stands_upright() {
        let mixture = of_picture(&[0.0, 3.0, 1.0, 0.0], 2).unwrap();
        let [dark, light] = mixture.components() else { panic!("two cells") };
        assert_eq!((dark.weight, light.weight), (0.75, 0.25));
        assert!(dark.mean[0] > light.mean[0] && dark.mean[1] > light.mean[1]);
        assert_eq!(of_picture(&[0.0; 4], 2), None);
    }
}
