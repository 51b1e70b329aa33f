//! Draws samples during a training.

use std::path::Path;

use crate::cli::error::CliError;
use crate::cli::grid::grid;
use crate::cli::stop;
use crate::diffusion::sampler::{Call, Ddim, NoiseSource, SamplerSpec, Trajectory};
use crate::imaging::{make_folder, save_raster_png};
use crate::model::{Denoise, Denoiser};
use crate::train::Trainer;

/// The number of samples for networks without classes, and the most for those with classes.
const SAMPLES: usize = 16;
/// The number of steps of the sampler.
const STEPS: usize = 50;

/// Draws samples with the averaged weights into `samples/NNNNNN.png`. The noise is always the same, so that the
/// pictures show what has been learned in between.
///
/// # Errors
/// If the network fails or the file cannot be written. If a signal comes, no file is written.
pub fn draw(trainer: &Trainer, folder: &Path) -> Result<(), CliError> {
    let settings = trainer.settings();
    let [channels, height, width] = trainer.data().shape();
    if !matches!(channels, 1 | 3) {
        return Ok(());
    }
    let schedule = settings.schedule.build()?;
    let kind = Ddim { eta: 0.0, set_alpha_to_one: true }.into();
    let mut spec = SamplerSpec::new(kind, STEPS.min(schedule.steps()));
    spec.prediction_type = settings.prediction;
    spec.timestep_spacing = settings.sampler().timestep_spacing;
    let sampler = spec.build(&schedule)?;
    let known = trainer.data().classes().len();
    let classes = (known > 0).then(|| (0..SAMPLES).map(|i| (i % known) as u32).collect());
    let denoiser = Denoiser::new(trainer.average()?, classes, 1.0)?;
    let shape = [SAMPLES, channels, height, width];
    let mut run = Trajectory::new(&sampler, NoiseSource::seed(settings.seed), shape)?
        .run(|call: Call<'_>| denoiser.denoise(&call).map_err(CliError::from));
    let mut last = None;
    while let Some(record) = run.next().transpose()? {
        if stop::wanted() {
            return Ok(());
        }
        last = Some(record);
    }
    // A sampler has at least one step.
    let Some(last) = last else { return Ok(()) };
    let samples = folder.join("samples");
    make_folder(&samples)?;
    let path = samples.join(format!("{:06}.png", trainer.iteration()));
    Ok(save_raster_png(&path, &grid(&last.x_prev, shape))?)
}
