//! Whether a run was made with the picture of the scene.

use super::plan::picture;
use crate::diffusion::Raster;

/// The last comparison of a run's picture with the scene's. Fitting the picture and comparing all pixels takes longer
/// than a frame should, and is asked in every frame; both pictures are kept, so that others are never taken for them.
#[derive(Default)]
pub struct Compared(Option<Comparison>);

struct Comparison {
    of_run: Option<Raster>,
    of_scene: Raster,
    shape: [usize; 3],
    agree: bool,
}

impl Compared {
    /// Whether the picture of a run in this shape is `image`, fitted to the shape. `None` is the picture of a run whose
    /// shape the picture cannot have.
    pub fn agree(&mut self, of_run: Option<&Raster>, shape: [usize; 3], image: &Raster) -> bool {
        let is_of_run = |have: Option<&Raster>| match (have, of_run) {
            (Some(have), Some(of_run)) => have.is_clone_of(of_run),
            (have, of_run) => have.is_none() && of_run.is_none(),
        };
        let is_known = |last: &&Comparison| {
            last.shape == shape && last.of_scene.is_clone_of(image) && is_of_run(last.of_run.as_ref())
        };
        if let Some(last) = self.0.as_ref().filter(is_known) {
            return last.agree;
        }
        let agree = picture(image, shape).as_ref() == of_run;
        self.0 = Some(Comparison { of_run: of_run.cloned(), of_scene: image.clone(), shape, agree });
        agree
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_compared_is_known_until_a_picture_changes() {
        let grey = |value: f32| Raster::new(1, 4, 4, vec![value; 16]);
        let (image, shape) = (grey(0.5), [1, 2, 2]);
        let run = picture(&image, shape).unwrap();
        let mut compared = Compared::default();
        assert!(compared.agree(Some(&run), shape, &image));
        assert!(compared.0.as_ref().unwrap().of_scene.is_clone_of(&image));
        assert!(compared.agree(Some(&run), shape, &image.clone()));
        // Another picture with the same pixels is compared anew, and agrees; others do not.
        let again = grey(0.5);
        assert!(compared.agree(Some(&run), shape, &again));
        assert!(compared.0.as_ref().unwrap().of_scene.is_clone_of(&again));
        assert!(!compared.agree(Some(&run), shape, &grey(0.25)));
        assert!(!compared.agree(Some(&run), [1, 4, 4], &image));
        assert!(!compared.agree(None, shape, &image));
        assert!(compared.agree(Some(&run), shape, &image));
        // Two channels are no picture.
        assert!(compared.agree(None, [2, 2, 2], &image));
    }
}
