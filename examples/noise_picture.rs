//! Adds more and more noise to a picture, and writes a PNG for each of a few timesteps.
//!
//! ```sh
//! cargo run --release --example noise_picture -- photo.jpg noised
//! ```

use std::error::Error;
use std::path::Path;

use diffuscope::diffusion::ScheduleSpec;
use diffuscope::gpu::{Coefficients, Engine, Field, Job, JobKind, NoiseMode, Slot, Source};
use diffuscope::imaging::{FitOptions, fit, open_argument, save_raster_png};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let picture = arguments.next().unwrap_or_else(|| "chelsea".to_owned());
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    run(Path::new(&picture), Path::new(&folder))
}

/// Adds noise to a picture (a file, or a sample's name) by the linear schedule, and writes `t0001.png` and so on into a
/// folder. The noise of every pixel is one Brownian path, so that each picture is the one before with more noise added.
///
/// # Errors
/// If the picture cannot be opened, or a file cannot be written.
pub fn run(picture: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let schedule = ScheduleSpec::default().build()?;
    let x0 = fit(&open_argument(picture)?.pixels, &FitOptions::default());
    let source = Source::new(x0);
    let mut engine = Engine::cpu(1)?;
    for t in [1, 50, 200, 500, 1000] {
        let job = Job {
            kind: JobKind::Forward,
            source: source.clone(),
            seed: 7,
            mode: NoiseMode::Walk,
            coefficients: Coefficients::of(&schedule.step(t)),
        };
        engine.compute(Slot(0), &job)?;
        let xt = engine.read(Slot(0), Field::Xt)?;
        save_raster_png(&folder.join(format!("t{t:04}.png")), &xt)?;
    }
    Ok(())
}
