//! `diffuscope bench frame`.

use serde::Serialize;

use super::{median, quantile};
use crate::app::about;
use crate::app::bench::frame_times;
use crate::cli::error::CliError;
use crate::cli::output::{print_json, progress, to_stdout};
use crate::scene::ChapterId;

/// The size of the window that is laid out, in points.
pub const WINDOW: [f32; 2] = [1440.0, 900.0];

/// Options of the command.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Write JSON: a list of {chapter, median_ms}
    #[arg(long)]
    json: bool,
    /// Frames measured per chapter, after warming up
    #[arg(long, value_name = "N", default_value_t = 200)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    frames: u32,
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

/// Runs the command.
///
/// # Errors
/// If the window cannot be laid out.
pub fn run(args: &Args) -> Result<(), CliError> {
    let bar = progress(ChapterId::ALL.len() as u64);
    let mut rows = Vec::new();
    for chapter in ChapterId::ALL {
        bar.set_message(about(chapter).0);
        let times = frame_times(chapter, WINDOW, args.frames as usize)?;
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
    if args.json {
        return print_json(&rows);
    }
    to_stdout(|w| {
        let head = ["median ms", "95 % ms", "layout ms", "tessellation ms"];
        writeln!(w, "{:<13} {:>9} {:>9} {:>9} {:>15}", "chapter", head[0], head[1], head[2], head[3])?;
        for FrameRow { chapter, median_ms, slow_ms, layout_ms, tessellation_ms } in &rows {
            write!(w, "{chapter:<13} {median_ms:>9.3} {slow_ms:>9.3} ")?;
            writeln!(w, "{layout_ms:>9.3} {tessellation_ms:>15.3}")?;
        }
        Ok(())
    })
}
