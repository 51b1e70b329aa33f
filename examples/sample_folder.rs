//! Draws samples from a network in a folder of diffusers' format, or from one that comes with the program.
//!
//! ```sh
//! cargo run --release --example sample_folder -- ddpm-cifar10-32 samples
//! ```

use std::error::Error;
use std::path::Path;

use diffuscope::diffusion::Raster;
use diffuscope::diffusion::sampler::{Call, NoiseSource, SamplerKind, SchedulerFile, Trajectory};
use diffuscope::imaging::save_raster_png;
use diffuscope::model::{Conditioning, Denoiser, ModelRef};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().unwrap_or_else(|| "fashion".to_owned());
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    run(Path::new(&model), Path::new(&folder), 4, 20)
}

/// Draws this number of samples with DDIM in this number of steps, and writes `sample0.png` and so on into `folder`.
///
/// # Errors
/// If the network cannot be opened or computed, its samples are not pictures of one or three channels, or a file cannot
/// be written.
pub fn run(model: &Path, folder: &Path, samples: usize, steps: usize) -> Result<(), Box<dyn Error>> {
    let pipeline = ModelRef::from_argument(model).open()?;
    let scheduler = SchedulerFile::parse(&pipeline.scheduler.ok_or("the folder has no scheduler")?)?;
    let mut spec = scheduler.sampler(SamplerKind::default_of("ddim"))?.spec;
    spec.num_inference_steps = steps;
    let sampler = spec.build(&scheduler.schedule)?;

    let config = pipeline.parts.unet.network.config();
    let [height, width] = config.sample_size.ok_or("config.json says no sample_size")?;
    let shape = [samples, config.in_channels, height, width];
    let classes = match config.conditioning() {
        Conditioning::Classes { classes } => Some((0..samples).map(|i| (i % classes) as u32).collect()),
        _ => None,
    };
    let denoiser = Denoiser::new(pipeline.parts.unet.network, classes, 1.0)?;

    let network = |call: Call<'_>| -> Result<Vec<f32>, Box<dyn Error>> {
        Ok(denoiser.predict(call.input, call.shape, call.timestep)?)
    };
    let trajectory = Trajectory::new(&sampler, NoiseSource::seed(0), shape)?;
    // The run is an iterator over its steps; it ends after the first error.
    let last = trajectory.run(network).last().ok_or("a run has at least one step")??;
    for (i, sample) in last.x_prev.chunks(shape[1] * height * width).enumerate() {
        let raster = Raster::new(shape[1], height, width, sample);
        save_raster_png(&folder.join(format!("sample{i}.png")), &raster)?;
    }
    Ok(())
}
