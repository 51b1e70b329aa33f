//! Pictures that are kept of runs, and where they are shown.

use std::sync::Arc;

use egui::Id;
use half::f16;

use super::Reverse;
use crate::app::pictures::Pixels;
use crate::app::pictures::Stored;
use crate::app::view::View;
use crate::quantity::Quantity;
use crate::worker::KeptPictures;

/// Where on the canvas a picture of a run is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Among a lane's large pictures.
    Large(usize, Quantity),
    /// In a lane's film strip.
    Film(usize, usize),
    /// The state that the next run will start from.
    Start,
}

impl Place {
    /// The key under which its picture is stored.
    pub fn key(self) -> Id {
        Id::unique(("run", self))
    }
}

impl Reverse {
    /// Puts a picture of a network call into the window's store, where it is kept.
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

    /// The same as the pixels of a large picture. Without a network call to show, `x_t` is what the next run
    /// starts from.
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

/// One of a step's pictures.
pub fn part(pictures: &KeptPictures, quantity: Quantity) -> &Arc<[f16]> {
    match quantity {
        Quantity::EpsHat => &pictures.eps_hat,
        Quantity::X0Hat => &pictures.x0_hat,
        Quantity::MuTheta => &pictures.mean,
        Quantity::XPrev => &pictures.x_prev,
        _ => &pictures.x_t,
    }
}
