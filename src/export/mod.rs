//! Exports of the scene as files: films, curves, schedules and runs. Used by the window and the command line.

mod run;

use std::ops::ControlFlow;
use std::path::Path;

pub use run::{run_film, trajectory};

use crate::diffusion::noise::Coefficients;
use crate::diffusion::{Curves, Raster, Schedule, ScheduleError};
use crate::gpu::{Display, Engine, Field, Filter, GpuError, Job, JobKind, Mapping, Slot, Source, ViewRect};
use crate::imaging::{FilmFormat, FilmFrame, FilmSpec, ImagingError, save_film, write_atomically};
use crate::scene::Scene;

/// The number of frames of a film. If a schedule has fewer steps, each of its states is shown once.
const FRAMES: usize = 100;
/// The duration of a frame, in milliseconds.
const DELAY: u16 = 50;
/// How much longer the first and the last frame are shown, in milliseconds.
const PAUSE: u16 = 800;

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file could not be written, or the user stopped the export.
    #[error(transparent)]
    Imaging(#[from] ImagingError),
    /// The pictures could not be computed.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// The schedule cannot be written in this format.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
}

/// The timesteps of a film, from `0` (the clean picture) to T.
fn timesteps(steps: usize) -> Vec<usize> {
    let n = FRAMES.min(steps + 1);
    (0..n).map(|i| i * steps / (n - 1)).collect()
}

/// Writes the forward process of the scene's active schedule as a film of `x_t`, from the clean picture to T, at the
/// resolution of the scene's picture.
///
/// # Errors
/// If `progress` returns `Break`, the file cannot be written, or the engine fails; no file is left then.
pub fn film(
    path: &Path,
    format: FilmFormat,
    scene: &Scene,
    schedule: &Schedule,
    image: &Raster,
    engine: &mut Engine,
    progress: impl FnMut(u32, u32) -> ControlFlow<()>,
) -> Result<(), ExportError> {
    let (width, height) = (image.width, image.height);
    let source = Source::new(image.clone());
    let display = Display {
        mapping: Mapping::Clip { gain: 1.0 },
        filter: Filter::Nearest,
        view: ViewRect::whole(width, height),
        size: (width, height),
    };
    let times = timesteps(schedule.steps());
    let last = times.len() - 1;
    let spec = FilmSpec { format, width: width as u32, height: height as u32, frames: times.len() as u32 };
    let mut failure = None;
    let frames = times.into_iter().enumerate().map_while(|(i, t)| {
        let job = Job {
            kind: JobKind::Forward,
            source: std::sync::Arc::clone(&source),
            seed: scene.seed,
            mode: scene.noise,
            coefficients: Coefficients::of(&schedule.step(t.max(1))),
        };
        let field = if t == 0 { Field::X0 } else { Field::Xt };
        let rgba = engine.compute(Slot(0), &job).and_then(|_| engine.read_display(Slot(0), field, &display));
        match rgba {
            Ok(rgba) => Some(FilmFrame { rgba, delay_ms: if i == 0 || i == last { PAUSE } else { DELAY } }),
            Err(error) => {
                failure = Some(error);
                None
            }
        }
    });
    let written = save_film(path, spec, frames, progress);
    // A frame that could not be computed ends the film early; report the reason rather than the missing frames.
    match failure {
        Some(error) => Err(error.into()),
        None => Ok(written?),
    }
}

/// Format of exported curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated values with one row for each timestep.
    Csv,
    /// One JSON object with one field for each column.
    Json,
    /// A `scheduler_config.json` of diffusers.
    Diffusers,
}

/// Writes a schedule with all its curves as text; JSON also gets what was assumed about the schedule.
///
/// # Errors
/// If writing fails.
pub fn table(
    format: TableFormat,
    schedule: &Schedule,
    assumptions: &[String],
    writer: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    match format {
        TableFormat::Csv => Curves::of(schedule).to_csv(writer),
        TableFormat::Json => Curves::of(schedule).to_json(writer, assumptions),
        TableFormat::Diffusers => {
            let text = schedule.spec().to_diffusers().map_err(std::io::Error::other)?;
            writeln!(writer, "{}", text.trim_end())
        }
    }
}

/// Writes [`table`] to a file, atomically.
///
/// # Errors
/// If the file cannot be written; no file is left then.
pub fn save_table(
    path: &Path,
    format: TableFormat,
    schedule: &Schedule,
    assumptions: &[String],
) -> Result<(), ExportError> {
    Ok(write_atomically(path, |writer| table(format, schedule, assumptions, writer))?)
}

#[cfg(test)]
mod tests {
    use super::timesteps;

    #[test]
    fn films_run_from_the_clean_picture_to_the_end() {
        assert_eq!(timesteps(2), [0, 1, 2]);
        let times = timesteps(1000);
        assert_eq!((times.len(), times[0], times[99]), (100, 0, 1000));
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
