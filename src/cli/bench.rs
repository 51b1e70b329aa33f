//! `diffuscope bench`: how fast this machine is.

use clap::Subcommand;
use serde::Serialize;

use super::error::CliError;
use super::output::{progress, to_stdout};
use crate::app::bench::frame_times;
use crate::gpu::{Bench, Device, Engine, GpuError, NoiseMode, bench_copy, bench_forward};
use crate::scene::Chapter;

/// Size of the window that `bench frame` draws, in points.
const WINDOW: [f32; 2] = [1440.0, 900.0];
/// Pictures in one turn of `bench forward`; every kernel gets several turns.
const PER_TURN: usize = 2;

/// Measure how fast this machine is.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Noised pictures: megapixels per second, on one thread, all threads and the adapter
    ///
    /// Kernels: jump and walk (ε and x_t of an RGB picture each), and copy, which plainly copies the
    /// same bytes on one thread. The copy ratio is a kernel's speed over the copy's, measured in the
    /// same run; medians of turns taken in alternation.
    Forward {
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
    },
    /// One frame of the window: layout, curves and tessellation, without rasterising
    ///
    /// Every chapter at T = 1000 with two schedules compared, in a window of 1440 × 900 points with
    /// all its panels, while t moves in every frame. Pictures, which the engine computes, stay empty.
    Frame {
        /// Write JSON: a list of {chapter, median_ms}
        #[arg(long)]
        json: bool,
        /// Frames measured per chapter, after warming up
        #[arg(long, value_name = "N", default_value_t = 200)]
        #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
        frames: u32,
    },
}

/// Runs the command.
///
/// # Errors
/// When the threads or the adapter fail.
pub fn run(args: &Args) -> Result<(), CliError> {
    match args.what {
        What::Forward { json, size, turns } => forward(json, size as usize, turns as usize),
        What::Frame { json, frames } => frame(json, frames as usize),
    }
}

#[derive(Serialize)]
struct ForwardRow {
    kernel: &'static str,
    device: String,
    threads: usize,
    mpix_per_s: f64,
    copy_ratio: f64,
}

fn forward(json: bool, size: usize, turns: usize) -> Result<(), CliError> {
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
            // The first copy meets memory that the system has yet to provide.
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
    if json {
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

#[derive(Serialize)]
struct FrameRow {
    chapter: &'static str,
    median_ms: f64,
    #[serde(skip)]
    slow_ms: f64,
    #[serde(skip)]
    layout_ms: f64,
    #[serde(skip)]
    tessellation_ms: f64,
}

fn frame(json: bool, frames: usize) -> Result<(), CliError> {
    let bar = progress(Chapter::ALL.len() as u64);
    let mut rows = Vec::new();
    for chapter in Chapter::ALL {
        bar.set_message(chapter.title());
        let times = frame_times(chapter, WINDOW, frames)?;
        let whole = times.whole();
        rows.push(FrameRow {
            chapter: chapter.name(),
            median_ms: median(&whole),
            slow_ms: quantile(&whole, 0.95),
            layout_ms: median(&times.layout),
            tessellation_ms: median(&times.tessellation),
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    if json {
        return print_json(&rows);
    }
    to_stdout(|w| {
        let head = ["median ms", "95 % ms", "layout ms", "tessellation ms"];
        writeln!(w, "{:<10} {:>9} {:>9} {:>9} {:>15}", "chapter", head[0], head[1], head[2], head[3])?;
        for FrameRow { chapter, median_ms, slow_ms, layout_ms, tessellation_ms } in &rows {
            write!(w, "{chapter:<10} {median_ms:>9.3} {slow_ms:>9.3} ")?;
            writeln!(w, "{layout_ms:>9.3} {tessellation_ms:>15.3}")?;
        }
        Ok(())
    })
}

fn print_json(rows: &impl Serialize) -> Result<(), CliError> {
    to_stdout(|w| {
        serde_json::to_writer_pretty(&mut *w, rows)?;
        writeln!(w)
    })
}

fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value below which a share of the values lies, interpolated; NaN of nothing.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = share * last as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    below + (above - below) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0]), 2.5);
        assert_eq!(quantile(&[0.0, 10.0], 0.95), 9.5);
        assert!(median(&[]).is_nan());
    }
}
