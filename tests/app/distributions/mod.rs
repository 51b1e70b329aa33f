//! The Distributions chapter.

mod line;
mod plane;

use diffuscope::scene::{Chapter, Scene};

use super::support::scene as small_scene;

/// The chapter as it opens, on the line.
fn line() -> Scene {
    Scene { chapter: Chapter::Distributions, ..small_scene() }
}
