//! Distributions on the line, by name.

use crate::diffusion::exact::{Component, Density, Segment};

/// A distribution on the line, with mean 0 and variance 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineData {
    /// One Gaussian, so that every distribution of the process is Gaussian.
    Gaussian,
    /// Three Gaussians of different weight and width.
    Mixture,
    /// Two uniform pieces with a gap.
    Uniform,
    /// Four points.
    Spikes,
    /// Piecewise linear, as if drawn by hand.
    Curve,
}

impl LineData {
    /// All named distributions.
    pub const ALL: [Self; 5] = [Self::Gaussian, Self::Mixture, Self::Uniform, Self::Spikes, Self::Curve];

    /// Identifier for the command line and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gaussian => "gaussian",
            Self::Mixture => "mixture",
            Self::Uniform => "uniform",
            Self::Spikes => "spikes",
            Self::Curve => "curve",
        }
    }

    /// The distribution with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|data| data.name() == name)
    }

    /// The exact distribution.
    pub fn density(self) -> Density {
        let gaussian = |(class, &[weight, mean, deviation]): (usize, &[f64; 3])| Component {
            weight,
            mean: [mean],
            variance: deviation * deviation,
            class,
        };
        let gaussians = |parts: &[[f64; 3]]| parts.iter().enumerate().map(gaussian).collect();
        let (gaussians, segments) = match self {
            Self::Gaussian => (gaussians(&[[1.0, 0.0, 1.0]]), Vec::new()),
            Self::Mixture => (gaussians(&[[0.5, -1.2, 0.25], [0.3, 0.6, 0.15], [0.2, 1.8, 0.4]]), Vec::new()),
            Self::Uniform => (Vec::new(), vec![Segment::uniform(-1.5, -0.5), Segment::uniform(0.0, 1.0)]),
            Self::Spikes => (
                gaussians(&[[0.4, -1.5, 0.0], [0.1, -0.3, 0.0], [0.3, 0.4, 0.0], [0.2, 1.6, 0.0]]),
                Vec::new(),
            ),
            Self::Curve => {
                let points =
                    [[-2.0, 0.0], [-1.4, 0.9], [-0.9, 0.2], [0.2, 0.1], [0.9, 0.7], [1.2, 0.6], [1.5, 0.0]];
                (Vec::new(), Segment::curve(&points))
            }
        };
        Density::new(gaussians, segments).map_or_else(
            // The tables above are sound; every name is built in a test.
            || unreachable!("{} has an unsound table", self.name()),
            |density| density.standardised(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_and_data_are_standardised() {
        for data in LineData::ALL {
            assert_eq!(LineData::from_name(data.name()), Some(data));
            let [mean, variance] = data.density().moments();
            assert!(mean.abs() < 1e-14 && (variance - 1.0).abs() < 1e-13, "{data:?}: {mean} {variance}");
            let samples = data.density().sample(1, 20_000);
            let mean = samples.iter().sum::<f64>() / 2e4;
            let variance = samples.iter().map(|x| x * x).sum::<f64>() / 2e4;
            assert!(mean.abs() < 0.036 && (variance - 1.0).abs() < 0.05, "{data:?}: {mean} {variance}");
        }
    }
}
