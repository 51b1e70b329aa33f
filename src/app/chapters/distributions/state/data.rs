//! The data in the plane.

use std::sync::Arc;

use crate::analysis::plane::{INK_CELLS, ink};
use crate::diffusion::Raster;
use crate::diffusion::data::of_picture;
use crate::diffusion::exact::Mixture;
use crate::scene::PlaneSource;

/// Standard deviation of the Gaussian around a painted point.
const PAINTED: f64 = 0.08;

/// The density of the data, which is made when its source changes.
#[derive(Default)]
pub struct Data(Option<Made>);

struct Made {
    source: PlaneSource,
    /// The picture, if it is the source.
    picture: Option<Raster>,
    density: Arc<Mixture<2>>,
}

impl Data {
    /// The density of the data from a source, where `image` is the scene's picture; `None` for a picture without ink,
    /// and while no point is painted.
    pub fn of(&mut self, source: &PlaneSource, image: &Raster) -> Option<Arc<Mixture<2>>> {
        let is_of = |made: &Made| {
            made.source == *source && made.picture.as_ref().is_none_or(|picture| picture.is_clone_of(image))
        };
        if !self.0.as_ref().is_some_and(is_of) {
            self.0 = mixture(source, image).map(|mixture| Made {
                source: source.clone(),
                picture: (*source == PlaneSource::Picture).then(|| image.clone()),
                density: Arc::new(mixture),
            });
        }
        self.0.as_ref().map(|made| Arc::clone(&made.density))
    }
}

fn mixture(source: &PlaneSource, image: &Raster) -> Option<Mixture<2>> {
    match source {
        PlaneSource::Named(data) => Some(data.mixture()),
        PlaneSource::Painted(points) => Mixture::of_points(points, PAINTED * PAINTED),
        PlaneSource::Picture => of_picture(&ink(image), INK_CELLS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_the_density_of_its_ink() {
        // A bright bar on a dark ground, in the left third.
        let size = 56;
        let value = |k: usize| if (14..20).contains(&(k % size)) { 1.0 } else { -1.0 };
        let data: Vec<f32> = (0..size * size).map(value).collect();
        let image = Raster { channels: 1, width: size, height: size, data: data.into() };
        let mut data = Data::default();
        let mixture = data.of(&PlaneSource::Picture, &image).unwrap();
        let (mean, covariance) = mixture.moments();
        assert!(mean.iter().all(|m| m.abs() < 1e-9) && covariance[1][1] > 20.0 * covariance[0][0]);
        assert!(Arc::ptr_eq(&mixture, &data.of(&PlaneSource::Picture, &image).unwrap()));
        let dark = Raster { data: vec![-1.0; size * size].into(), ..image.clone() };
        assert!(data.of(&PlaneSource::Picture, &dark).is_none());
        assert!(data.of(&PlaneSource::Painted(Vec::new()), &image).is_none());
    }
}
