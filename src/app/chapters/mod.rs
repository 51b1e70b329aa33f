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
mod latent;
mod layout;
mod ledger;
mod likelihood;
mod order;
mod posterior;
mod reverse;
mod schedules;
mod text;
mod training;
mod view;

use std::path::Path;

use egui::{Rect, Ui};
use i18n_embed_fl::fl;

pub use self::host::Host;
pub use self::input::Input;
pub use self::layout::canvas;
pub use self::order::Order;
pub use self::view::RoomView;
use super::entry::Entry;
use super::formula::Part;
use super::view::View;
use super::words::{Language, Words, words};
use super::workshop::Workshop;
use crate::analysis::text::TextPipelines;
use crate::diffusion::{Raster, ScheduleKind};
use crate::quantity::Quantity;
use crate::scene::{ChapterId, Scene};

/// Opens every room, in the order of [`ChapterId::ALL`].
fn all(setup: &Setup) -> Vec<Box<dyn Chapter>> {
    vec![
        Box::new(forward::Forward),
        Box::new(schedules::Schedules),
        Box::new(ledger::Ledger),
        Box::new(posterior::Posterior),
        Box::new(reverse::Reverse::new(setup)),
        Box::new(training::Training::new(setup)),
        Box::new(latent::Latent::new(setup)),
        Box::new(text::Text::new(setup)),
        Box::new(distributions::Distributions::default()),
        Box::new(likelihood::Likelihood::new(setup)),
    ]
}

/// A chapter, as the window knows it.
pub trait Chapter {
    /// The chapter's identifier.
    fn id(&self) -> ChapterId;

    /// The group of chapters to which the chapter belongs.
    fn group(&self) -> Group;

    /// The chapter's title: the message `chapter-NAME`.
    fn title(&self, words: &Words) -> String {
        words.get(&message(self.id()))
    }

    /// The chapter's name where there is little room: the attribute `short` of the message of its title.
    fn short(&self, words: &Words) -> String {
        words.get_attr(&message(self.id()), "short")
    }

    /// The quantity whose symbol stands for the chapter.
    fn emblem(&self) -> Quantity;

    /// Whether the chapter's pictures are its formula already, so that the formula itself is folded away until its
    /// numbers are wanted.
    fn folds_formula(&self) -> bool {
        false
    }

    /// What the chapter shows, in one sentence: the attribute `about` of the message of its title.
    fn about(&self, words: &Words) -> String {
        words.get_attr(&message(self.id()), "about")
    }

    /// Name of the message that explains what is on show, with the attributes `see`, `try` and `notice`.
    fn explanation(&self, _scene: &Scene) -> String {
        format!("explain-{}", self.id().name())
    }

    /// Which of the inspector's shared panels the chapter needs.
    fn panels(&self, _scene: &Scene) -> Panels {
        Panels::default()
    }

    /// Takes in results of the background and requests what the scene needs. It is called in every frame, also while
    /// another chapter is on show. For a figure, everything has been computed when it returns.
    ///
    /// # Errors
    /// For a figure, when something cannot be computed. In a window, failures are reported in [`poll`](Self::poll).
    fn prepare(&mut self, _input: &Input<'_>) -> Result<(), ChapterError> {
        Ok(())
    }

    /// A copy of the room for a figure, with what does not follow from the scene: a run, a network that was trained here.
    /// `None` if there is no such thing. The copy is [prepared](Self::prepare) like any room.
    fn still(&self) -> Option<Box<dyn Chapter + Send>> {
        None
    }

    /// The timestep of what is on show, which a figure names.
    fn timestep(&self, scene: &Scene) -> usize {
        scene.t
    }

    /// The kind of schedule of what is on show, which a figure names.
    fn schedule(&self, scene: &Scene) -> ScheduleKind {
        scene.schedule(scene.active).kind.clone()
    }

    /// Draws the canvas into `rect`.
    fn canvas(&mut self, ui: &mut Ui, view: &mut View<'_>, rect: Rect);

    /// Draws the chapter's own controls, above those that all chapters share.
    fn inspector(&mut self, _ui: &mut Ui, _view: &mut View<'_>) {}

    /// Draws the chapter's own measurements, below those that all chapters share.
    fn measurements(&mut self, _ui: &mut Ui, _view: &mut View<'_>) {}

    /// The chapter's formula with its present numbers.
    fn formula(&self, view: &View<'_>) -> Formula;

    /// The chapter's commands, for menus, palette and keys.
    fn commands(&self, _scene: &Scene, _words: &Words) -> Vec<Entry> {
        Vec::new()
    }

    /// Carries out a command of the chapter.
    fn execute(&mut self, _order: &Order, _host: &mut Host<'_>) {}

    /// The order that opens this file or folder; `None` if it is not of a kind that the chapter opens. `here` says whether
    /// the chapter is on show, which then opens what others would open better.
    fn opens(&self, _path: &Path, _here: bool) -> Option<Order> {
        None
    }

    /// Reports to the window what has happened since the last frame.
    fn poll(&mut self, _host: &mut Host<'_>) {}

    /// Whether the chapter has work under way that ends without the user's help.
    fn is_busy(&self) -> bool {
        false
    }

    /// The order that makes what the scene is about, if that has to be asked for and is not on show; `None` if it is.
    fn awaited(&mut self, _scene: &Scene, _image: &Raster) -> Option<Order> {
        None
    }

    /// The order that takes away what was made for another scene than that of a lesson's step, and would contradict its
    /// words; `None` if there is nothing like it. `presented` says whether the step makes what it is about by itself. A
    /// lesson asks in every frame until the step is shown.
    fn outdated(&mut self, _scene: &Scene, _image: &Raster, _presented: bool) -> Option<Order> {
        None
    }

    /// Whether time passes backwards in the chapter: a presentation goes on to smaller t there.
    fn runs_back(&self) -> bool {
        false
    }

    /// Whether t follows something that is under way in the chapter.
    fn leads_time(&self) -> bool {
        false
    }

    /// Tells the chapter that the user has moved t, which then no longer follows anything.
    fn let_time_go(&mut self) {}

    /// Changes a scene so that the chapter shows best what it is about, for a tour of all chapters.
    fn tour(&self, _scene: &mut Scene) {}

    /// Changes a scene so that drawing the chapter takes longest, to measure the time.
    fn strain(&self, _scene: &mut Scene) {}

    /// An order that is carried out before each frame of that measurement, if any.
    fn strain_order(&self) -> Option<Order> {
        None
    }
}

/// A group of chapters with a common subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The forward process.
    Noise,
    /// Networks that take noise away.
    Network,
    /// What can be known exactly.
    Theory,
}

impl Group {
    /// The group's name.
    pub fn title(self, words: &Words) -> String {
        match self {
            Self::Noise => fl!(words, "group-noise"),
            Self::Network => fl!(words, "group-network"),
            Self::Theory => fl!(words, "group-theory"),
        }
    }
}

/// Which of the inspector's shared panels a chapter needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a panel of its own")]
pub struct Panels {
    /// The choice of the noise: one jump from `x_0`, or a walk step by step.
    pub noise_mode: bool,
    /// Controls of the schedules that are on show.
    pub schedules: bool,
    /// Controls of both schedules, whether or not they are compared.
    pub both_schedules: bool,
    /// How pictures are shown.
    pub pictures: bool,
    /// The numbers of the scene's schedules at t.
    pub numbers: bool,
}

impl Default for Panels {
    fn default() -> Self {
        Self { noise_mode: true, schedules: true, both_schedules: false, pictures: true, numbers: true }
    }
}

/// The options with which the rooms are opened.
#[derive(Clone, Default)]
pub struct Setup {
    /// The worker that the chapters of networks share.
    pub workshop: Workshop,
    /// The text-to-image pipeline that chapters draw with.
    pub pipelines: TextPipelines,
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
    /// The text below the formula at the left.
    pub footnote: String,
    /// The pixel whose numbers the formula shows.
    pub pixel: Pixel,
}

/// The pixel whose numbers a formula shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pixel {
    /// The formula never shows the numbers of a pixel.
    #[default]
    Never,
    /// The formula shows the numbers of the pixel under the pointer, but there is none now.
    Wanted,
    /// The formula shows the numbers of the pixel `[x, y]`.
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

    /// All rooms, in the order of the chapters.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Chapter> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// All rooms, mutably, in the order of the chapters.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Box<dyn Chapter>> {
        self.0.iter_mut()
    }

    /// The room of a chapter.
    pub fn get(&self, id: ChapterId) -> &dyn Chapter {
        self.0[Self::place(id)].as_ref()
    }

    /// The room of a chapter, mutably.
    pub fn get_mut(&mut self, id: ChapterId) -> &mut dyn Chapter {
        self.0[Self::place(id)].as_mut()
    }

    /// Puts a room in the place of the one of the same chapter.
    pub fn put(&mut self, room: Box<dyn Chapter>) {
        let place = Self::place(room.id());
        self.0[place] = room;
    }

    /// The index of a chapter's room: rooms are in the order of the chapters.
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
        // A group that came twice in the rail would be two.
        let groups: Vec<Group> = rooms.iter().map(Chapter::group).collect();
        let mut seen: Vec<Group> = Vec::new();
        for run in groups.chunk_by(|a, b| a == b) {
            assert!(!seen.contains(&run[0]), "the chapters of a group follow each other: {groups:?}");
            seen.push(run[0]);
        }
        for room in rooms.iter() {
            assert_eq!(rooms.get(room.id()).id(), room.id());
            for words in Language::ALL.map(words) {
                let (message, about) = (message(room.id()), room.about(&words));
                assert!(words.has(&message) && about.ends_with('.'), "{message}: {about}");
                assert!(words.has_attr(&message, "short"), "{message}");
                let explanation = room.explanation(&Scene::default());
                for part in ["see", "try", "notice"] {
                    assert!(words.has_attr(&explanation, part), "{explanation}: {part}");
                }
            }
        }
    }
}
