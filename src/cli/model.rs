//! `diffuscope model`: describes a network.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::error::CliError;
use super::network::{Opened, Stated};
use super::output::{aside, check_apart, check_unused, print_json, remark, to_stdout};
use crate::diffusion::sampler::{Chosen, SchedulerFile};
use crate::diffusion::schedule::diffusers::DiffusersError;
use crate::files::{plain, same_place};
use crate::imaging::check_folder;
use crate::model::{
    BlockSummary, Conditioning, Pipeline, UNet2DConfig, WeightType, pipeline_files, save_pipeline, summary,
};
use crate::train::{Checkpoint, RunLock};

/// Say what a network is: size, parts, schedule.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A diffusers folder, its unet folder, a .safetensors file beside its config.json, or the name of a
    /// model that comes with the program
    #[arg(value_name = "FOLDER|NAME")]
    model: PathBuf,
    #[command(flatten)]
    stated: Stated,
    /// Write it again as a diffusers folder, with weights in 16 bits; a schedule or prediction that is not
    /// known is not written
    #[arg(long, value_name = "FOLDER")]
    save: Option<PathBuf>,
    /// Write JSON: {model, weights, weights_bytes, class, parameters, sample_size, in_channels, out_channels,
    /// conditioning, classes, null_class, schedule, sampler, blocks, saved, assumptions}
    #[arg(long)]
    json: bool,
}

/// Runs the command. All weights are read and checked.
///
/// # Errors
/// If the network cannot be opened or written, or a training is running in the folder.
pub fn run(args: &Args) -> Result<(), CliError> {
    if let Some(folder) = &args.save {
        RunLock::check(folder)?;
        if Checkpoint::exists(folder) || same_place(folder, &args.model) {
            let reason = if Checkpoint::exists(folder) {
                "there is a training in it, whose network would be replaced"
            } else {
                "this is the network that is read, and its weights would lose half their digits"
            };
            return Err(CliError::Usage(format!("{}: {reason}; choose another folder", folder.display())));
        }
        check_unused(folder)?;
        check_folder(folder)?;
    }
    let Opened { pipeline, is_known } = args.stated.open(&args.model)?;
    if let Some(folder) = &args.save {
        check_apart(pipeline_files(folder))?;
    }
    if pipeline.scheduler.is_none() && args.save.is_none() {
        let reason = "schedule and prediction are not known";
        remark(&format!(
            "the model comes without a scheduler: {reason}; say them with --schedule and --prediction"
        ));
    }
    if let Some(folder) = &args.save {
        save(&pipeline, is_known, folder)?;
    }
    let config = pipeline.parts.unet.network.config();
    // If the network has no size of its own, one that it can halve as often as it does.
    let blocks = summary(config, config.sample_size.unwrap_or([8 * config.size_factor(); 2]))?;
    let scheduler = pipeline.scheduler.as_deref().map(SchedulerFile::parse);
    if let Some(Ok(file)) = &scheduler {
        file.remarks.iter().for_each(|line| remark(&format!("{}: {line}", args.model.display())));
    }
    if args.json {
        return print_json(&facts(args, &pipeline, scheduler.as_ref(), &blocks));
    }
    if args.save.is_some() {
        return Ok(());
    }
    let mut text = String::new();
    let mut row = |name: &str, value: String| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name:<14} {}", plain(&value));
    };
    row("model", args.model.display().to_string());
    row("weights", format!("{}, {}", pipeline.parts.unet.file.display(), bytes(&pipeline)));
    row("class", "UNet2DModel".to_owned());
    row("parameters", grouped(pipeline.parts.unet.network.parameter_count()));
    let size = config.sample_size;
    let shape = size.map_or("any size".to_owned(), |[height, width]| format!("{width} × {height}"));
    row("sample", format!("{}, {} channel(s) in, {} out", shape, config.in_channels, config.out_channels));
    row("classes", classes(config));
    match &scheduler {
        None => row("scheduler", "none in this folder".to_owned()),
        Some(Err(reason)) => row("scheduler", format!("cannot be used: {reason}")),
        Some(Ok(file)) => {
            row("schedule", schedule(file));
            row("sampler", sampler(file));
        }
    }
    text.push('\n');
    text.push_str(&table(&blocks));
    to_stdout(|out| out.write_all(text.as_bytes()))
}

/// Writes the network; and its scheduler, unless a part of it was assumed.
fn save(pipeline: &Pipeline, is_known: bool, folder: &Path) -> Result<(), CliError> {
    let scheduler = pipeline.scheduler.as_deref().filter(|_| is_known);
    save_pipeline(folder, &pipeline.parts.unet.network, scheduler, WeightType::F16)?;
    if scheduler.is_none() {
        let reason = "its schedule and prediction are not both known";
        let advice = "say them with --schedule and --prediction to have one written";
        remark(&format!("{}: saved without a scheduler, since {reason}; {advice}", folder.display()));
    }
    aside(&format!("saved {}", folder.display()));
    Ok(())
}

/// All facts about the network, as JSON.
fn facts(
    args: &Args,
    pipeline: &Pipeline,
    scheduler: Option<&Result<SchedulerFile, DiffusersError>>,
    blocks: &[BlockSummary],
) -> Value {
    let config = pipeline.parts.unet.network.config();
    let conditioning = match config.conditioning() {
        Conditioning::None => "none",
        Conditioning::Classes { .. } => "classes",
        Conditioning::Values => "timestep",
        Conditioning::Embeddings { .. } => "identity",
    };
    let block = |block: &BlockSummary| {
        json!({
            "name": block.name,
            "kind": block.kind,
            "channels": block.channels,
            "input": block.input,
            "output": block.output,
            "attention": block.attention,
            "parameters": block.parameters,
        })
    };
    let described = |describe: fn(&SchedulerFile) -> Value| {
        scheduler.map(|read| match read {
            Ok(file) => describe(file),
            Err(reason) => json!({ "error": reason.to_string() }),
        })
    };
    json!({
        "model": args.model.display().to_string(),
        "weights": pipeline.parts.unet.file.display().to_string(),
        "weights_bytes": pipeline.parts.unet.bytes,
        "class": "UNet2DModel",
        "parameters": pipeline.parts.unet.network.parameter_count(),
        "sample_size": config.sample_size,
        "in_channels": config.in_channels,
        "out_channels": config.out_channels,
        "conditioning": conditioning,
        "classes": config.num_class_embeds.filter(|_| conditioning == "classes"),
        "null_class": config.null_class,
        "schedule": described(schedule_json),
        "sampler": described(sampler_json),
        "blocks": blocks.iter().map(block).collect::<Vec<_>>(),
        "saved": args.save.as_ref().map(|folder| folder.display().to_string()),
    })
}

fn schedule_json(file: &SchedulerFile) -> Value {
    let schedule = &file.schedule;
    json!({
        "kind": schedule.spec().kind.name(),
        "steps": schedule.steps(),
        "zero_terminal_snr": schedule.spec().zero_terminal_snr,
        "alpha_bar": schedule.alpha_bar(schedule.steps()),
    })
}

fn sampler_json(file: &SchedulerFile) -> Value {
    match file.sampler(None) {
        Ok(Chosen { spec, .. }) => json!({
            "kind": spec.kind.name(),
            "prediction_type": spec.prediction_type.name(),
            "timestep_spacing": spec.timestep_spacing.name(),
        }),
        Err(reason) => json!({ "error": reason.to_string() }),
    }
}

fn bytes(pipeline: &Pipeline) -> String {
    if pipeline.parts.unet.file.exists() {
        format!("{:.2} MB", pipeline.parts.unet.bytes as f64 / 1e6)
    } else {
        "in the program".to_owned()
    }
}

/// A number with spaces between groups of digits, such as `35 746 307`.
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
        Conditioning::Classes { classes } => {
            let none = config.null_class.map_or(String::new(), |class| format!(", {class} stands for none"));
            format!("0 to {}{none}", classes - 1)
        }
        Conditioning::Values => "any number, embedded as timesteps are".to_owned(),
        Conditioning::Embeddings { width } => format!("vectors of {width} numbers"),
    }
}

fn schedule(file: &SchedulerFile) -> String {
    let (schedule, spec) = (&file.schedule, file.schedule.spec());
    let (steps, betas) = (schedule.steps(), schedule.betas());
    let zero = if spec.zero_terminal_snr { ", zero terminal SNR" } else { "" };
    let alpha_bar = schedule.alpha_bar(steps);
    let range = format!("β from {} to {}", betas[0], betas[steps - 1]);
    format!("{}, T = {steps}, {range}, ᾱ_T = {alpha_bar:.4e}{zero}", spec.kind.label())
}

fn sampler(file: &SchedulerFile) -> String {
    match file.sampler(None) {
        Ok(Chosen { spec, .. }) => format!(
            "{}, predicts {}, {} timesteps",
            spec.kind.label(),
            spec.prediction_type.name(),
            spec.timestep_spacing.name()
        ),
        Err(reason) => format!("cannot be used: {reason}"),
    }
}

/// The table of blocks.
fn table(blocks: &[BlockSummary]) -> String {
    let head = ["block", "kind", "channels", "size", "attention", "parameters"].map(str::to_owned);
    let mut rows = vec![head];
    for block in blocks {
        let pair = |[from, to]: [String; 2]| if from == to { from } else { format!("{from} → {to}") };
        let side = |[height, width]: [usize; 2]| format!("{width}×{height}");
        let has_picture = block.channels[0] > 0;
        let only = |text: String| if has_picture { text } else { String::new() };
        rows.push([
            block.name.clone(),
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
    text
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
