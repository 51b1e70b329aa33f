//! The chapters: each in a room of its own, and the one list of all rooms.
//!
//! A room is a folder here. It holds all that the window knows of one chapter: its state, its canvas, its part of
//! the inspector, its formula and its commands. What chapters choose from is data of the scene
//! ([`scene::chapters`](crate::scene::chapters)). The rest of the window knows rooms by the trait [`Chapter`]
//! alone.

mod distributions;
mod forward;
mod host;
mod input;
mod layout;
mod ledger;
mod order;
mod posterior;
mod reverse;
mod schedules;
mod view;

use std::path::Path;

use egui::{Rect, Ui};

pub use self::host::Host;
pub use self::input::Input;
pub use self::layout::canvas;
pub use self::order::Order;
pub use self::view::RoomView;
use super::entry::Entry;
use super::formula::Part;
use super::particles::Canvas;
use super::view::View;
use super::words::{Language, Words, words};
use crate::scene::{ChapterId, Scene};
use crate::worker::Opener;

/// Every room, in the order of [`ChapterId::ALL`].
fn all(setup: &Setup) -> Vec<Box<dyn Chapter>> {
    vec![
        Box::new(forward::Forward),
        Box::new(schedules::Schedules),
        Box::new(ledger::Ledger),
        Box::new(posterior::Posterior),
        Box::new(reverse::Reverse::new(setup)),
        Box::new(distributions::Distributions::new(setup)),
    ]
}

/// What the window asks of a chapter.
pub trait Chapter {
    /// Which chapter it is.
    fn id(&self) -> ChapterId;

    /// What it is about, with others.
    fn group(&self) -> Group;

    /// Its title: the message `chapter-NAME`.
    fn title(&self, words: &Words) -> String {
        words.get(&message(self.id()))
    }

    /// What it shows, in one sentence: the attribute `about` of that message.
    fn about(&self, words: &Words) -> String {
        words.get_attr(&message(self.id()), "about")
    }

    /// Which of the shared panels it wants.
    fn panels(&self, _scene: &Scene) -> Panels {
        Panels::default()
    }

    /// Takes in what was computed, and wants what the scene shows: in every frame, also while another chapter is
    /// on show. For a figure everything is there afterwards.
    ///
    /// # Errors
    /// For a figure, when something cannot be had. A window is told in [`poll`](Self::poll).
    fn prepare(&mut self, _input: &Input<'_>) -> Result<(), ChapterError> {
        Ok(())
    }

    /// Draws the canvas into `rect`.
    fn canvas(&mut self, ui: &mut Ui, view: &mut View<'_>, rect: Rect);

    /// Adds its own controls, above those that all chapters share.
    fn inspector(&mut self, _ui: &mut Ui, _view: &mut View<'_>) {}

    /// Adds what it measures, below what all chapters share.
    fn measurements(&mut self, _ui: &mut Ui, _view: &mut View<'_>) {}

    /// Its formula with the numbers of this moment.
    fn formula(&self, view: &View<'_>) -> Formula;

    /// What it can be told to do, for menus, palette and keys.
    fn commands(&self, _scene: &Scene, _words: &Words) -> Vec<Entry> {
        Vec::new()
    }

    /// Does what it was told to.
    fn execute(&mut self, _order: &Order, _host: &mut Host<'_>) {}

    /// The order that opens a file or folder, where it is of this chapter's kind.
    fn opens(&self, _path: &Path) -> Option<Order> {
        None
    }

    /// Tells the window what has happened since the last frame.
    fn poll(&mut self, _host: &mut Host<'_>) {}

    /// Whether anything is under way that comes to its end by itself.
    fn is_busy(&self) -> bool {
        false
    }

    /// Whether the timestep follows something that is under way.
    fn leads_time(&self) -> bool {
        false
    }

    /// The user took hold of the timestep: it follows nothing any more.
    fn let_time_go(&mut self) {}

    /// Brings a scene to where the chapter shows best what it is about, for a tour of all chapters.
    fn tour(&self, _scene: &mut Scene) {}

    /// Brings a scene to where drawing the chapter takes longest, to measure that.
    fn strain(&self, _scene: &mut Scene) {}

    /// What is to be done before each frame of that measurement.
    fn strain_order(&self) -> Option<Order> {
        None
    }
}

/// What chapters are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The forward process.
    Noise,
    /// Networks that take noise away.
    Network,
    /// What can be known exactly.
    Theory,
}

/// Which of the panels that chapters share a chapter wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panels {
    /// The choice between jump and walk.
    pub noise_mode: bool,
    /// Controls of both schedules, whether or not they are compared.
    pub both_schedules: bool,
    /// How pictures are shown.
    pub pictures: bool,
}

impl Default for Panels {
    fn default() -> Self {
        Self { noise_mode: true, both_schedules: false, pictures: true }
    }
}

/// What rooms are made with.
#[derive(Clone, Default)]
pub struct Setup {
    /// What particles are drawn with.
    pub canvas: Canvas,
    /// Another way to open networks than from their files.
    pub opener: Option<Opener>,
    /// Threads for networks; the usual number where there is none.
    pub threads: Option<usize>,
}

/// Why a chapter's figure cannot be drawn.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ChapterError(#[from] pub(crate) Box<dyn std::error::Error + Send + Sync>);

/// A formula as it is typeset.
#[derive(Default)]
pub struct Formula {
    /// Terms and operators, from left to right.
    pub parts: Vec<Part>,
    /// What stands under it at the left.
    pub footnote: String,
    /// Where its numbers come from.
    pub pixel: Pixel,
}

/// The pixel whose numbers a formula shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pixel {
    /// Its numbers are those of no pixel.
    #[default]
    Never,
    /// They would be those of the pixel under the pointer.
    Wanted,
    /// They are those of this one, `[x, y]`.
    At([usize; 2]),
}

impl From<Option<[usize; 2]>> for Pixel {
    fn from(pixel: Option<[usize; 2]>) -> Self {
        pixel.map_or(Self::Wanted, Self::At)
    }
}

/// All rooms.
pub struct Rooms(Vec<Box<dyn Chapter>>);

impl Rooms {
    /// Opens all rooms.
    pub fn new(setup: &Setup) -> Self {
        Self(all(setup))
    }

    /// All of them in order.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Chapter> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// The same, to be told something.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Box<dyn Chapter>> {
        self.0.iter_mut()
    }

    /// That of a chapter.
    pub fn get(&self, id: ChapterId) -> &dyn Chapter {
        self.0[Self::place(id)].as_ref()
    }

    /// The same, to be told something.
    pub fn get_mut(&mut self, id: ChapterId) -> &mut dyn Chapter {
        self.0[Self::place(id)].as_mut()
    }

    /// The rooms stand in the order of the chapters.
    fn place(id: ChapterId) -> usize {
        ChapterId::ALL.iter().position(|other| *other == id).unwrap_or(0)
    }
}

/// Name of the message that is a chapter's title.
fn message(id: ChapterId) -> String {
    format!("chapter-{}", id.name())
}

/// A chapter's title and what it shows, in a sentence, in English.
pub fn about(id: ChapterId) -> (String, String) {
    let words = words(Language::English);
    (words.get(&message(id)), words.get_attr(&message(id), "about"))
}

/// The scene that a tour shows a chapter in.
pub fn tour(scene: &Scene, id: ChapterId) -> Scene {
    let mut scene = Scene { chapter: id, ..scene.clone() };
    Rooms::new(&Setup::default()).get(id).tour(&mut scene);
    scene
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chapter_has_its_room() {
        let rooms = Rooms::new(&Setup::default());
        assert!(rooms.iter().map(Chapter::id).eq(ChapterId::ALL));
        let words = words(Language::English);
        for room in rooms.iter() {
            assert_eq!(rooms.get(room.id()).id(), room.id());
            let [title, about] = [room.title(&words), room.about(&words)];
            assert!(words.has(&message(room.id())) && about.ends_with('.'), "{title}: {about}");
        }
    }
}
