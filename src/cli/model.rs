//! `diffuscope model`: what a network is.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::error::CliError;
use super::output::{aside, to_stdout};
use crate::diffusion::ScheduleSpec;
use crate::diffusion::sampler::SamplerSpec;
use crate::model::{Conditioning, ModelRef, Pipeline, UNet2DConfig, WeightType, save_pipeline, summary};

/// Say what a network is: size, parts, schedule.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A diffusers folder, its unet folder, a .safetensors file beside its config.json, or the name of a
    /// model that comes with the program
    #[arg(value_name = "FOLDER|NAME")]
    model: PathBuf,
    /// Write it again as a diffusers folder, with weights in 16 bits
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
}

/// Runs the command. All weights are read and checked.
///
/// # Errors
/// When the network cannot be opened.
pub fn run(args: &Args) -> Result<(), CliError> {
    let pipeline = ModelRef::from_argument(&args.model).open()?;
    if let Some(folder) = &args.save {
        return save(&pipeline, folder);
    }
    let config = pipeline.unet.config();
    let mut text = String::new();
    let mut row = |name: &str, value: String| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name:<14} {value}");
    };
    row("model", args.model.display().to_string());
    row("weights", format!("{}, {}", pipeline.weights.display(), bytes(&pipeline.weights)));
    row("class", "UNet2DModel".to_owned());
    row("parameters", grouped(pipeline.unet.parameter_count()));
    let size = config.sample_size;
    let shape = size.map_or("any size".to_owned(), |[height, width]| format!("{width} × {height}"));
    row("sample", format!("{}, {} channel(s) in, {} out", shape, config.in_channels, config.out_channels));
    row("classes", classes(config));
    match &pipeline.scheduler {
        None => row("scheduler", "none in this folder".to_owned()),
        Some(text) => {
            row("schedule", schedule(text));
            row("sampler", sampler(text));
        }
    }
    text.push('\n');
    // Without a size of its own, one that the network can halve as often as it does.
    let factor = config.size_factor();
    text.push_str(&blocks(config, size.unwrap_or([8 * factor; 2]))?);
    to_stdout(|out| out.write_all(text.as_bytes()))
}

/// Writes the network with its scheduler, or with DDPM's usual one.
fn save(pipeline: &Pipeline, folder: &std::path::Path) -> Result<(), CliError> {
    let usual = || ScheduleSpec::default().to_diffusers();
    let scheduler = pipeline.scheduler.clone().map_or_else(usual, Ok)?;
    save_pipeline(folder, &pipeline.unet, &scheduler, WeightType::F16)?;
    aside(&format!("saved {}", folder.display()));
    Ok(())
}

fn bytes(path: &std::path::Path) -> String {
    path.metadata()
        .map_or_else(|_| "in the program".to_owned(), |file| format!("{:.2} MB", file.len() as f64 / 1e6))
}

/// `35 746 307`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn classes(config: &UNet2DConfig) -> String {
    match config.conditioning() {
        Conditioning::None => "none".to_owned(),
        Conditioning::Classes { classes } => format!("0 to {}", classes - 1),
        Conditioning::Values => "any number, embedded as timesteps are".to_owned(),
        Conditioning::Embeddings { width } => format!("vectors of {width} numbers"),
    }
}

fn schedule(text: &str) -> String {
    let built = ScheduleSpec::from_diffusers(text).map_err(|error| error.to_string()).and_then(|spec| {
        let schedule = spec.build().map_err(|error| error.to_string())?;
        Ok((spec, schedule))
    });
    match built {
        Ok((spec, schedule)) => {
            let steps = schedule.steps();
            let betas = schedule.betas();
            let zero = if spec.zero_terminal_snr { ", zero terminal SNR" } else { "" };
            let alpha_bar = schedule.alpha_bar(steps);
            let range = format!("β from {} to {}", betas[0], betas[steps - 1]);
            format!("{}, T = {steps}, {range}, ᾱ_T = {alpha_bar:.4e}{zero}", spec.kind.label())
        }
        Err(reason) => format!("cannot be used: {reason}"),
    }
}

fn sampler(text: &str) -> String {
    match SamplerSpec::from_diffusers(text) {
        Ok(spec) => format!(
            "{}, predicts {}, {} timesteps",
            spec.kind.label(),
            spec.prediction_type.name(),
            spec.timestep_spacing.name()
        ),
        Err(reason) => format!("cannot be used: {reason}"),
    }
}

/// The table of blocks.
fn blocks(config: &UNet2DConfig, size: [usize; 2]) -> Result<String, CliError> {
    let head = ["block", "kind", "channels", "size", "attention", "parameters"].map(str::to_owned);
    let mut rows = vec![head];
    for block in summary(config, size)? {
        let pair = |[from, to]: [String; 2]| if from == to { from } else { format!("{from} → {to}") };
        let side = |[height, width]: [usize; 2]| format!("{width}×{height}");
        let has_picture = block.channels[0] > 0;
        let only = |text: String| if has_picture { text } else { String::new() };
        rows.push([
            block.name,
            block.kind.to_owned(),
            only(pair(block.channels.map(|channels| channels.to_string()))),
            only(pair([side(block.input), side(block.output)])),
            if block.attention { "yes".to_owned() } else { String::new() },
            grouped(block.parameters),
        ]);
    }
    let widths: [usize; 6] =
        std::array::from_fn(|i| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        let [name, kind, channels, size, attention, parameters] = row;
        let [a, b, c, d, e, f] = widths;
        let line =
            format!("{name:<a$}  {kind:<b$}  {channels:<c$}  {size:<d$}  {attention:<e$}  {parameters:>f$}");
        let _ = writeln!(text, "{}", line.trim_end());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1 000"), (35_746_307, "35 746 307")] {
            assert_eq!(super::grouped(number), text);
        }
    }
}
