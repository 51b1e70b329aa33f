//! `diffuscope likelihood`: the variational bound of pictures under a network, and the likelihood along its ODE, in bits per
//! dimension.

mod args;
mod ode;
mod pictures;
mod report;

use std::sync::Arc;

pub use self::args::Args;
use self::args::Times;
use self::pictures::Pictures;
use self::report::Report;
use super::error::CliError;
use super::generate::{on_threads, scheduler};
use super::network;
use super::output::{check_apart, check_outside, check_tensors, remark, steps_bar};
use super::stop;
use crate::diffusion::Schedule;
use crate::diffusion::nll::{Strata, narrow_decoder};
use crate::diffusion::sampler::{PredictionType, SamplerKind, SamplerSpec, Thresholding, VarianceType};
use crate::eval::nll::{Bound, BoundNoise, BoundSpec, LikelihoodError};
use crate::imaging::check_writable;
use crate::model::{Denoiser, ModelError, UNet2DConfig, UNet2DModel};

/// Pictures that are asked for together; the results do not depend on it.
const BATCH: usize = 16;

/// Runs the command.
///
/// # Errors
/// If the network or the pictures cannot be read or do not fit each other, an option is not possible, the network fails,
/// or a file cannot be written; also after Ctrl-C. No file is left then.
pub fn run(args: &Args) -> Result<(), CliError> {
    if let Some(path) = &args.raw {
        check_tensors(path)?;
        check_writable(path)?;
        check_outside(path, &args.model)?;
    }
    let pipeline = args.stated.open(&args.model)?.pipeline;
    let unet = pipeline.parts.unet.network.on(&network::device(args.device)?)?;
    let (schedule, sampler) = scheduler(&args.model, pipeline.scheduler.as_deref(), None)?;
    let spec = chain(args, schedule, &sampler, unet.config())?;
    let strata = strata(args, &spec.schedule)?;
    let pictures = Pictures::read(args, unet.config(), spec.schedule.steps())?;
    check_apart(&args.raw)?;
    let ([.., height, width], factor) = (pictures.shape, unet.config().size_factor());
    if !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
        return Err(ModelError::SampleSize { width, height, factor }.into());
    }
    if let Some(asked) = args.ode {
        ode::check(asked, &pictures)?;
    }
    let classes = pictures.classes(args, unet.config());
    // Whether the classes are possible, before long work.
    Denoiser::new(unet.clone(), classes.clone(), 1.0)?;
    on_threads(args.threads, || {
        stop::listen();
        let mut report = computed(args, &spec, &strata, &pictures, &unet, classes.as_deref())?;
        if let Some(asked) = args.ode {
            report.ode = Some(ode::computed(args, asked, &spec, &pictures, &unet, classes.as_deref())?);
        }
        report.write(args)
    })
}

/// The chain whose bound is computed.
fn chain(
    args: &Args,
    schedule: Schedule,
    sampler: &SamplerSpec,
    config: &UNet2DConfig,
) -> Result<BoundSpec, CliError> {
    let steps = schedule.steps();
    if sampler.prediction_type == PredictionType::Epsilon && schedule.alpha_bar(steps) == 0.0 {
        return Err(LikelihoodError::NoSignal { t: steps }.into());
    }
    let gives_variance = config.out_channels == 2 * config.in_channels;
    let own = match &sampler.kind {
        SamplerKind::Ddpm(ddpm) => Some(ddpm.variance_type),
        _ => None,
    };
    let variance = match (args.variance, own) {
        (Some(asked), own) => asked.kind(own),
        (None, Some(own)) => own,
        (None, None) if gives_variance => {
            remark(
                "the network gives a variance, which is taken for a range between both fixed ones (Nichol & Dhariwal 2021)",
            );
            VarianceType::LearnedRange
        }
        (None, None) => {
            let sampler = sampler.kind.name();
            remark(&format!(
                "the folder's sampler, {sampler}, has no variance: fixed-small is taken; --variance says another"
            ));
            VarianceType::FixedSmall
        }
    };
    let (from, to) = (config.in_channels, config.out_channels);
    if variance.is_learned() && !gives_variance {
        let reason = format!("the network gives no variance, with {from} channel(s) in and {to} out");
        return Err(CliError::Usage(format!("{reason}; take --variance fixed-small or fixed-large")));
    }
    if from != to && !gives_variance {
        return Err(CliError::Usage(format!(
            "the network has {from} channel(s) in and {to} out: it predicts no such picture"
        )));
    }
    if gives_variance && !variance.is_learned() {
        remark("the network gives a variance, which is not used");
    }
    if sampler.thresholding != Thresholding::None && !args.clip {
        remark("the folder's sampler clips x̂₀, and the bound is without that; --clip clips");
    }
    if let (false, Some([decoder, noise])) = (variance.is_learned(), narrow_decoder(&schedule)) {
        remark(&format!(
            "L_0 has the variance of the second step, {decoder:.1e}, as is usual; the noise in x_1 has {noise:.1e}, so that L_0 \
             counts errors of x̂₀ too much: compare with --ode"
        ));
    }
    Ok(BoundSpec { schedule, prediction: sampler.prediction_type, variance, clip: args.clip })
}

/// The timesteps, in the order of a choice.
fn strata(args: &Args, schedule: &Schedule) -> Result<Strata, CliError> {
    let steps = schedule.steps();
    let count = match args.times {
        Times::All => steps,
        Times::Some(count) if count <= steps => count,
        Times::Some(count) => {
            return Err(CliError::Usage(format!(
                "--times must be all, or from 1 to T = {steps}, got {count}"
            )));
        }
    };
    if count < steps {
        let error = if count > 2 { "total has a standard error" } else { "too few for a standard error" };
        let seed = args.seed;
        remark(&format!(
            "total is estimated from {count} of T = {steps} timesteps, chosen with seed {seed}: {error}"
        ));
    }
    Ok(Strata::for_count(schedule, count, args.seed))
}

/// Asks the network at all chosen timesteps, for some pictures at a time.
fn computed<'a>(
    args: &Args,
    spec: &'a BoundSpec,
    strata: &'a Strata,
    pictures: &'a Pictures,
    unet: &UNet2DModel,
    classes: Option<&[u32]>,
) -> Result<Report<'a>, CliError> {
    let count = match args.times {
        Times::All => spec.schedule.steps(),
        Times::Some(count) => count,
    };
    let mut timesteps = strata.order()[..count].to_vec();
    timesteps.sort_unstable();
    let mut report = Report::new(spec, strata, timesteps, pictures, args.raw.is_some())?;
    let [samples, channels, height, width] = pictures.shape;
    let values = channels * height * width;
    let bar = steps_bar((samples.div_ceil(BATCH) * count) as u64, "asking");
    for first in (0..samples).step_by(BATCH) {
        let n = BATCH.min(samples - first);
        let x0: Arc<[f32]> = pictures.values[first * values..][..n * values].into();
        let noise = match &pictures.noise {
            Some(noise) => BoundNoise::Given { values: noise.clone(), all: samples, first },
            None => BoundNoise::Seed { seed: args.seed, first: first as u32 },
        };
        let bound = Bound::new(spec, x0, [n, channels, height, width], noise)?;
        report.add_prior(first, &bound.prior());
        let of_batch = classes.map(|classes| classes[first..][..n].to_vec());
        let denoiser = Denoiser::new(unet.clone(), of_batch, 1.0)?;
        for (index, term) in bound.run(report.timesteps().to_vec(), &denoiser).enumerate() {
            report.add(first, index, &term?);
            bar.inc(1);
            if stop::wanted() {
                return Err(CliError::Stopped);
            }
        }
    }
    bar.finish_and_clear();
    Ok(report)
}
