//! The film of a run.

use std::ops::ControlFlow;
use std::path::Path;

use crate::cli::grid::grid;
use crate::cli::stop;
use crate::diffusion::Raster;
use crate::diffusion::sampler::Record;
use crate::imaging::{FilmFormat, FilmFrame, FilmSpec, ImagingError, raster_to_rgba8, save_film};

/// How long a frame of a film is shown, and the last frame, in milliseconds.
const FRAME_MS: u16 = 60;
const LAST_FRAME_MS: u16 = 2000;
/// The most frames of the film of a run.
const MAX_FRAMES: usize = 120;

/// The frames of the film of a run.
pub struct Frames {
    calls: usize,
    shape: [usize; 4],
    grids: Vec<Raster>,
    /// The number of calls from one frame to the next.
    every: usize,
}

impl Frames {
    /// Begins with the first state.
    pub fn begin(calls: usize, shape: [usize; 4], state: &[f32]) -> Self {
        let every = calls.div_ceil(MAX_FRAMES);
        Self { calls, shape, grids: vec![grid(state, shape)], every }
    }

    /// Adds the state after a call, if a frame is due.
    pub fn step(&mut self, record: &Record) {
        let done = record.index + 1;
        if done.is_multiple_of(self.every) || done == self.calls {
            self.grids.push(grid(&record.x_prev, self.shape));
        }
    }

    /// Writes the film.
    ///
    /// # Errors
    /// If the file cannot be written, or the user has stopped the command.
    pub fn save(self, path: &Path) -> Result<(), ImagingError> {
        let format = FilmFormat::from_path(path).unwrap_or(FilmFormat::Gif);
        let count = self.grids.len();
        let (width, height) = self.grids.first().map_or((0, 0), |grid| (grid.width, grid.height));
        let spec = FilmSpec { format, width: width as u32, height: height as u32, frames: count as u32 };
        let frames = self.grids.iter().enumerate().map(|(i, grid)| FilmFrame {
            rgba: raster_to_rgba8(grid),
            delay_ms: if i + 1 == count { LAST_FRAME_MS } else { FRAME_MS },
        });
        let go_on = |_, _| if stop::wanted() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        save_film(path, spec, frames, go_on)
    }
}
