//! `diffuscope bench forward`.

use serde::Serialize;

use super::median;
use crate::cli::error::CliError;
use crate::cli::output::{print_json, progress, to_stdout};
use crate::gpu::{Bench, Device, Engine, GpuError, NoiseMode, bench_copy, bench_forward};

/// The number of pictures in one turn; every kernel gets several turns.
const PER_TURN: usize = 2;

/// Options of the command.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Write JSON: a list of {kernel, device, threads, mpix_per_s, copy_ratio}
    #[arg(long)]
    json: bool,
    /// Sides of the square picture
    #[arg(long, value_name = "N", default_value_t = 1024)]
    #[arg(value_parser = clap::value_parser!(u32).range(16..=8192))]
    size: u32,
    /// Turns of each kernel
    #[arg(long, value_name = "N", default_value_t = 5)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=1000))]
    turns: u32,
}

#[derive(Serialize)]
struct ForwardRow {
    kernel: &'static str,
    device: String,
    threads: usize,
    mpix_per_s: f64,
    copy_ratio: f64,
}

/// Runs the command.
///
/// # Errors
/// If the threads cannot be started, or the adapter fails.
pub fn run(args: &Args) -> Result<(), CliError> {
    let (size, turns) = (args.size as usize, args.turns as usize);
    let shape = (3, size, size);
    let threads = Engine::cpu(0)?.info().threads;
    let mut devices = vec![(Bench::Cpu(1), "CPU".to_owned(), 1)];
    if threads > 1 {
        devices.push((Bench::Cpu(threads), "CPU".to_owned(), threads));
    }
    match Engine::headless(Device::Gpu) {
        Ok(engine) => devices.push((Bench::Adapter, engine.info().to_string(), 0)),
        Err(GpuError::NoAdapter(_) | GpuError::NoDevice(_) | GpuError::Unsupported { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let kernels: Vec<_> = devices
        .into_iter()
        .flat_map(|device| {
            [("jump", NoiseMode::Jump), ("walk", NoiseMode::Walk)].map(|k| (k, device.clone()))
        })
        .collect();
    let mut copy = Vec::new();
    let mut seconds = vec![Vec::new(); kernels.len()];
    let bar = progress((turns * kernels.len()) as u64);
    for _ in 0..turns {
        for (((name, mode), (bench, device, _)), seconds) in kernels.iter().zip(&mut seconds) {
            bar.set_message(format!("{name}, {device}"));
            // The first copy also takes memory from the system, so it does not count.
            copy.extend(bench_copy(shape.0 * size * size, PER_TURN + 1).split_off(1));
            seconds.extend(bench_forward(*bench, *mode, shape, PER_TURN)?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let megapixels = (size * size) as f64 / 1e6;
    let copying = median(&copy);
    let row = |kernel, device, threads, seconds: f64| ForwardRow {
        kernel,
        device,
        threads,
        mpix_per_s: megapixels / seconds,
        copy_ratio: copying / seconds,
    };
    let mut rows: Vec<ForwardRow> = kernels
        .into_iter()
        .zip(&seconds)
        .map(|(((name, _), (_, device, threads)), seconds)| row(name, device, threads, median(seconds)))
        .collect();
    rows.push(row("copy", "CPU".to_owned(), 1, copying));
    if args.json {
        return print_json(&rows);
    }
    to_stdout(|w| {
        writeln!(w, "{:<7} {:>7} {:>10} {:>11}  device", "kernel", "threads", "Mpix/s", "copy ratio")?;
        for row in &rows {
            let threads = if row.threads == 0 { "–".to_owned() } else { row.threads.to_string() };
            let ForwardRow { kernel, device, mpix_per_s, copy_ratio, .. } = row;
            writeln!(w, "{kernel:<7} {threads:>7} {mpix_per_s:>10.1} {copy_ratio:>11.3}  {device}")?;
        }
        Ok(())
    })
}
