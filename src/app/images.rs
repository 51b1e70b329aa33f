//! The scene's picture, which is found, decoded and brought to its working size on a thread in the background.

use std::sync::Arc;

use crate::diffusion::Raster;
use crate::imaging::{self, FitOptions, ImagingError, LoadedImage, sample};
use crate::scene::{ImageRef, Scene};

/// The number of decoded pictures that are kept, so that undo and a change of size need not read a file.
const KEPT: usize = 6;

/// A picture at its working size.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Where the picture comes from.
    pub reference: ImageRef,
    /// How the picture was fitted to its working size.
    pub fit: FitOptions,
    /// The picture as it was decoded.
    pub loaded: Arc<LoadedImage>,
    /// The pixels at the working size.
    pub raster: Raster,
}

impl Prepared {
    /// Fits a decoded picture.
    pub fn of(reference: ImageRef, loaded: Arc<LoadedImage>, fit: FitOptions) -> Self {
        let raster = imaging::fit(&loaded.pixels, &fit);
        Self { reference, fit, loaded, raster }
    }

    /// Finds, decodes and fits a scene's picture on the calling thread.
    ///
    /// # Errors
    /// When the picture cannot be found or decoded.
    pub fn of_scene(scene: &Scene) -> Result<Self, ImagingError> {
        let loaded = Arc::new(load(&scene.image)?);
        Ok(Self::of(scene.image.clone(), loaded, scene.fit))
    }

    /// Whether it is the scene's picture, fitted as the scene asks.
    pub fn serves(&self, scene: &Scene) -> bool {
        self.reference == scene.image && self.fit == scene.fit
    }
}

/// Decodes a picture.
///
/// # Errors
/// When the picture cannot be found or decoded, or was pasted: a pasted picture exists in memory only.
pub fn load(reference: &ImageRef) -> Result<LoadedImage, ImagingError> {
    match reference {
        ImageRef::Sample(name) => match sample(name) {
            Some(sample) => sample.load(),
            None => Err(ImagingError::Gone { name: format!("sample {name:?}") }),
        },
        ImageRef::File(path) => imaging::load::open(path),
        ImageRef::Pasted(_) => {
            Err(ImagingError::Gone { name: "a pasted picture of an earlier run".to_owned() })
        }
    }
}

/// The picture on show, and decoded pictures that were shown before.
pub struct Images {
    shown: Prepared,
    kept: Vec<(ImageRef, Arc<LoadedImage>)>,
    /// The picture that is being prepared, or whose preparation has failed, so that it is not tried again.
    asked: Option<(ImageRef, FitOptions)>,
    pasted: u32,
}

impl Images {
    /// Starts with this picture on show.
    pub fn new(shown: Prepared) -> Self {
        let kept = vec![(shown.reference.clone(), Arc::clone(&shown.loaded))];
        Self { shown, kept, asked: None, pasted: 0 }
    }

    /// The picture on show.
    pub fn shown(&self) -> &Prepared {
        &self.shown
    }

    /// Keeps a decoded picture. When there are too many, the one that was kept longest ago is dropped.
    pub fn keep(&mut self, reference: ImageRef, loaded: Arc<LoadedImage>) {
        self.kept.retain(|(other, _)| *other != reference);
        self.kept.push((reference, loaded));
        if self.kept.len() > KEPT {
            self.kept.remove(0);
        }
    }

    /// A new reference for a pasted picture, which has no file.
    pub fn next_pasted(&mut self) -> ImageRef {
        self.pasted += 1;
        ImageRef::Pasted(self.pasted)
    }

    /// Puts a picture on show.
    pub fn show(&mut self, prepared: Prepared) {
        self.keep(prepared.reference.clone(), Arc::clone(&prepared.loaded));
        self.shown = prepared;
        self.asked = None;
    }

    /// The work that prepares the scene's picture; `None` when it is on show, being prepared, or has failed.
    pub fn wanted(
        &mut self,
        scene: &Scene,
    ) -> Option<impl FnOnce() -> Result<Prepared, ImagingError> + Send + use<>> {
        if self.shown.serves(scene) {
            self.asked = None;
            return None;
        }
        let wish = (scene.image.clone(), scene.fit);
        if self.asked.as_ref() == Some(&wish) {
            return None;
        }
        self.asked = Some(wish.clone());
        let (reference, fit) = wish;
        let kept =
            self.kept.iter().find(|(other, _)| *other == reference).map(|(_, loaded)| Arc::clone(loaded));
        Some(move || {
            let loaded = match kept {
                Some(loaded) => Ok(loaded),
                None => load(&reference).map(Arc::new),
            };
            Ok(Prepared::of(reference, loaded?, fit))
        })
    }
}
