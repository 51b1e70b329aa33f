//! The likelihood along the probability-flow ODE, beside the bound.

use super::args::{Args, Ode};
use super::pictures::Pictures;
use crate::cli::error::CliError;
use crate::cli::output::{remark, steps_bar};
use crate::cli::stop;
use crate::diffusion::nll::OdeSettings;
use crate::eval::nll::{BoundSpec, Flow, MOST_EXACT, Paths, path_seed};
use crate::model::{Denoiser, UNet2DModel};

/// Hundredths of a path, which the progress bar counts.
const PARTS: u64 = 100;

/// What was found along the ODE.
pub struct Found {
    /// Bits per dimension of each picture: the mean over all paths.
    pub bits: Vec<f64>,
    /// The standard error of each mean; `None` if there is one path alone.
    pub standard_error: Vec<Option<f64>>,
    /// How often the network was asked on all paths, each time with its gradient.
    pub calls: usize,
    /// `exact`, or `estimated` with random signs.
    pub divergence: &'static str,
}

/// Whether the divergence can be found as it is asked for.
///
/// # Errors
/// If it should be exact and the pictures are too large for it.
pub fn check(ode: Ode, pictures: &Pictures) -> Result<(), CliError> {
    let [_, channels, height, width] = pictures.shape;
    let values = channels * height * width;
    if ode == Ode::Exact && values > MOST_EXACT {
        return Err(CliError::Usage(format!(
            "--ode exact is for pictures of up to {MOST_EXACT} values, and these have {channels} × {height} × {width}; take --ode N"
        )));
    }
    Ok(())
}

/// Follows the ODE of every picture, one after another, as often as is asked for.
///
/// # Errors
/// If the network fails, or after Ctrl-C.
pub fn computed(
    args: &Args,
    ode: Ode,
    spec: &BoundSpec,
    pictures: &Pictures,
    unet: &UNet2DModel,
    classes: Option<&[u32]>,
) -> Result<Found, CliError> {
    if spec.clip {
        remark("the ODE is that of the network's own x̂₀, which --clip does not change");
    }
    let [samples, channels, height, width] = pictures.shape;
    let (paths, values) = (ode.paths(), channels * height * width);
    let bar = steps_bar((samples * paths) as u64 * PARTS, "along the ODE");
    let (mut bits, mut calls) = (Vec::with_capacity(samples), 0);
    for picture in 0..samples {
        let x0 = &pictures.values[picture * values..][..values];
        let of_picture = classes.map(|classes| vec![classes[picture]]);
        let denoiser = Denoiser::new(unet.clone(), of_picture, 1.0)?;
        let mut found = Paths::default();
        for path in 0..paths {
            let seed = path_seed(args.seed, picture, path);
            let (schedule, shape) = (&spec.schedule, [1, channels, height, width]);
            let flow = Flow::new(schedule, spec.prediction, x0, shape, seed, OdeSettings::default())?;
            let mut flow = if ode == Ode::Exact { flow.exactly() } else { flow };
            while !flow.path().is_complete() {
                flow.step(&denoiser)?;
                let done = (picture * paths + path) as f64 + flow.path().progress();
                bar.set_position((done * PARTS as f64) as u64);
                if stop::wanted() {
                    return Err(CliError::Stopped);
                }
            }
            calls += flow.path().calls() * if ode == Ode::Exact { values } else { 1 };
            flow.bits_per_dim().into_iter().flatten().for_each(|bits| found.push(bits));
        }
        bits.push(found);
    }
    bar.finish_and_clear();
    Ok(Found {
        standard_error: bits.iter().map(Paths::standard_error).collect(),
        bits: bits.iter().map(Paths::mean).collect(),
        calls,
        divergence: if ode == Ode::Exact { "exact" } else { "estimated" },
    })
}
