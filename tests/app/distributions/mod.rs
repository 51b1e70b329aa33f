//! The Distributions chapter.

mod line;
mod plane;

use diffuscope::scene::{ChapterId, Scene};

use super::support::scene as small_scene;

/// A scene with the chapter as it opens, on the line.
fn line() -> Scene {
    Scene { chapter: ChapterId::Distributions, ..small_scene() }
}
