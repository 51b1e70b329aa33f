//! The kept pictures of runs, and the places where they are shown.

use std::sync::Arc;

use egui::Id;
use half::f16;

use super::Reverse;
use crate::app::pictures::Pixels;
use crate::app::pictures::Stored;
use crate::app::view::View;
use crate::quantity::Quantity;
use crate::worker::KeptPictures;

/// A place on the canvas where a picture of a run is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The large picture of this quantity, in the lane of this index.
    Large(usize, Quantity),
    /// A frame of a film strip: the indices of the lane and of the frame.
    Film(usize, usize),
    /// What the call of that frame predicts as the clean picture.
    Estimate(usize, usize),
    /// The state that the next run will start from.
    Start,
}

impl Place {
    /// The key under which the picture at this place is stored.
    pub fn key(self) -> Id {
        Id::unique(("run", self))
    }
}

impl Reverse {
    /// Puts a picture of a network call into the window's store, if the call's pictures are kept.
    pub fn store(
        &self,
        stored: &mut Stored,
        place: Place,
        (lane, index, quantity): (usize, usize, Quantity),
    ) -> Option<Id> {
        let run = self.run.as_ref()?;
        let pictures = run.step(lane, index)?.pictures.as_ref()?;
        let key = place.key();
        stored.put(key, part(pictures, quantity), run.spec.shape);
        Some(key)
    }

    /// Stores a picture in the same way and returns it as the pixels of a large picture. Without a network call to
    /// show, `x_t` is the state from which the next run starts.
    pub fn pixels(
        &mut self,
        view: &mut View<'_>,
        lane: usize,
        call: Option<usize>,
        quantity: Quantity,
    ) -> Pixels {
        let found = match call {
            Some(index) => self.store(view.stored, Place::Large(lane, quantity), (lane, index, quantity)),
            None if quantity == Quantity::Xt => {
                self.start_values(view.scene, view.image).map(|(values, shape)| {
                    let key = Place::Start.key();
                    view.stored.put(key, &values, shape);
                    key
                })
            }
            None => None,
        };
        found.map_or_else(|| Pixels::None(self.run_size(view.scene, view.image)), Pixels::Stored)
    }
}

/// The picture of a quantity among the pictures of a step.
pub fn part(pictures: &KeptPictures, quantity: Quantity) -> &Arc<[f16]> {
    match quantity {
        Quantity::EpsHat => &pictures.eps_hat,
        Quantity::X0Hat => &pictures.x0_hat,
        Quantity::MuTheta => &pictures.mean,
        Quantity::XPrev => &pictures.x_prev,
        _ => &pictures.x_t,
    }
}
