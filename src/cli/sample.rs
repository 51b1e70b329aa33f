//! `diffuscope sample`: draws pictures from noise.

use super::error::CliError;
use super::generate::{Options, Words};

const EXAMPLES: &str = "\
The folder's scheduler_config.json says which schedule, prediction, spacing, clipping and sampler;
--sampler takes another sampler with the same schedule. The same seed gives the same samples with any
number of threads, and a sample does not depend on how many others there are.

Examples:
  diffuscope sample --model ddpm-cifar10-32 -n 16 --sampler dpm++ --steps 20 -o grid.png
  diffuscope sample --model digits --class 3 --guidance-scale 3 --gif run.gif -o threes.png
  diffuscope sample --model my-unet -n 4 --sampler ddim --eta 0.5 --trace steps --raw samples.safetensors

With --prompt, a StableDiffusionPipeline folder draws pictures of a text. Its raw results are the
latents, and the samples that are decoded from them, not clamped; one sample is drawn if -n says no
more. As in diffusers, guidance up to 1 is none, and needs half the calls.

  diffuscope sample --model sd --prompt 'a photo of a cat' --negative-prompt blurry --steps 20 -o cat.png";

/// The default number of samples.
const SAMPLES: u32 = 16;

/// Draw samples from a network: noise in, pictures out.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    words: Words,
}

/// Runs the command.
///
/// # Errors
/// If the network cannot be opened, an option does not fit it, or a file cannot be written; no file is left then.
pub fn run(args: &Args) -> Result<(), CliError> {
    let options = &args.options;
    if let Some(prompt) = &args.words.prompt {
        return options.run_prompt(&args.words, prompt, None);
    }
    let setup = options.open()?;
    let sampler = setup.spec.build(&setup.schedule)?;
    options.on_threads(|| options.run(setup, options.samples(SAMPLES), &sampler, None))
}
