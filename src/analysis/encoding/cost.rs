//! A call of a network in pixels beside one in latents.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::Autoencoders;
use crate::analysis::AnalysisError;
use crate::memory;
use crate::model::{Compute, Denoiser, ModelRef, UNet2DConfig, UNet2DModel, operations};

/// The network that is asked, and at which sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct CostSpec {
    /// The network whose blocks are taken. Its weights do not matter, and are random.
    pub model: ModelRef,
    /// Channels, height and width of the pictures, and of their latents.
    pub shapes: [[usize; 3]; 2],
    /// Whether calls are made and timed, or operations only counted.
    pub timed: bool,
}

/// What a call costs in both spaces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Multiplications and additions of a call.
    pub operations: [u64; 2],
    /// How long it takes, in milliseconds: the fastest of a few; `None` if no call was made.
    pub milliseconds: Option<[f64; 2]>,
}

/// Calls of which the fastest counts.
const CALLS: usize = 3;
/// Bytes that a call takes for each value of its picture, as a generous guess.
const BYTES: u64 = 1024;

/// What has been measured since the program began: it is the same whenever it is asked for.
static MEASURED: Mutex<Vec<(CostSpec, Cost)>> = Mutex::new(Vec::new());

/// What a call of a network with the same blocks costs in pixels and in latents. `show` says whether to go on; when it
/// does not, the result is `None`.
///
/// # Errors
/// If the network cannot be opened, does not take such sizes, or there is too little memory.
pub fn cost(
    spec: &CostSpec,
    autoencoders: &Autoencoders,
    mut show: impl FnMut(f64) -> bool,
) -> Result<Option<Cost>, AnalysisError> {
    let known =
        |all: &Vec<(CostSpec, Cost)>| all.iter().find(|(known, _)| known == spec).map(|(_, cost)| *cost);
    if let Some(cost) = known(&MEASURED.lock().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(Some(cost));
    }
    let config = spec.model.open()?.parts.unet.network.config().clone();
    let mut found = Cost { operations: [0; 2], milliseconds: None };
    let mut milliseconds = [f64::INFINITY; 2];
    for (i, shape) in spec.shapes.into_iter().enumerate() {
        let [channels, height, width] = shape;
        let config = UNet2DConfig {
            in_channels: channels,
            out_channels: channels,
            sample_size: Some([height, width]),
            ..config.clone()
        };
        found.operations[i] = operations(&config, [height, width])?;
        if !spec.timed {
            continue;
        }
        memory::enough_for(BYTES * (channels * height * width) as u64)?;
        let classes = config.guiding_class().map(|class| vec![class as u32]);
        let denoiser = Denoiser::new(UNet2DModel::init(&config, 1)?.on(&Compute::best().0)?, classes, 1.0)?;
        let values = vec![0.5; channels * height * width];
        for call in 0..CALLS {
            let began = Instant::now();
            autoencoders.run(|| Ok(denoiser.predict(&values, [1, channels, height, width], 500.0)?))?;
            milliseconds[i] = milliseconds[i].min(1e3 * began.elapsed().as_secs_f64());
            if !show((i * CALLS + call + 1) as f64 / (2 * CALLS) as f64) {
                return Ok(None);
            }
        }
    }
    if !spec.timed {
        return Ok(Some(found));
    }
    found.milliseconds = Some(milliseconds);
    MEASURED.lock().unwrap_or_else(PoisonError::into_inner).push((spec.clone(), found));
    Ok(Some(found))
}
