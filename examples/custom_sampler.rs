//! How to write a sampler of one's own: DDIM's step along an ε̂ that is extrapolated from two network calls, the
//! second-order pseudo linear multistep method of Liu et al. 2022 ("Pseudo Numerical Methods for Diffusion Models on
//! Manifolds", eq. 12 with two terms).
//!
//! ```sh
//! cargo run --release --example custom_sampler -- trouser.png
//! ```

use std::error::Error;
use std::path::Path;

use diffuscope::diffusion::Raster;
use diffuscope::diffusion::sampler::{NoiseSource, SchedulerFile};
use diffuscope::imaging::save_raster_png;
use diffuscope::model::{Denoiser, ModelRef};

fn main() -> Result<(), Box<dyn Error>> {
    let output = std::env::args().nth(1).unwrap_or_else(|| "sample.png".to_owned());
    run(Path::new(&output), 12)
}

/// Draws one sample of the shipped network "fashion" in this number of steps, and writes it as a PNG.
///
/// # Errors
/// If the network cannot be computed, or the file cannot be written.
pub fn run(output: &Path, steps: usize) -> Result<(), Box<dyn Error>> {
    let pipeline = ModelRef::from_argument(Path::new("fashion")).open()?;
    let scheduler = SchedulerFile::parse(&pipeline.scheduler.ok_or("no scheduler")?)?;
    let prediction = scheduler.sampler(None)?.spec.prediction_type;
    let schedule = scheduler.schedule;
    let [height, width] = pipeline.parts.unet.network.config().sample_size.ok_or("no size")?;
    let shape = [1, pipeline.parts.unet.network.config().in_channels, height, width];
    let trousers = 1;
    let denoiser = Denoiser::new(pipeline.parts.unet.network, Some(vec![trousers]), 1.5)?;

    let mut x: Vec<f32> = NoiseSource::seed(3).initial(shape)?.to_vec();
    let mut last: Option<Vec<f64>> = None;
    for i in (1..=steps).rev() {
        let (t, t_next) = (i * schedule.steps() / steps, (i - 1) * schedule.steps() / steps);
        let (here, next) = (schedule.alpha_bar(t), schedule.alpha_bar(t_next));
        // The network counts its timesteps from 0.
        let output = denoiser.predict(&x, shape, t as f64 - 1.0)?;
        let eps: Vec<f64> =
            x.iter().zip(&output).map(|(&x, &out)| prediction.to_eps(here, x.into(), out.into())).collect();
        let before = last.as_ref().unwrap_or(&eps);
        for ((x, eps), before) in x.iter_mut().zip(&eps).zip(before) {
            let eps = 1.5 * eps - 0.5 * before;
            let x0 = (f64::from(*x) - (1.0 - here).sqrt() * eps) / here.sqrt();
            *x = (next.sqrt() * x0 + (1.0 - next).sqrt() * eps) as f32;
        }
        last = Some(eps);
    }
    Ok(save_raster_png(output, &Raster::new(shape[1], height, width, x))?)
}
