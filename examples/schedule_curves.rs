//! Writes the curves of two schedules side by side as a table.
//!
//! ```sh
//! cargo run --release --example schedule_curves -- curves.csv
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use diffuscope::diffusion::{Column, Curves, ScheduleKind, ScheduleSpec};

fn main() -> Result<(), Box<dyn Error>> {
    let output = std::env::args().nth(1).unwrap_or_else(|| "curves.csv".to_owned());
    run(Path::new(&output))
}

/// Writes `t` and, for the linear and the cosine schedule of 1000 timesteps, `√ᾱ_t` (the factor on the picture in
/// `x_t`), the logarithm of the signal-to-noise ratio, and the posterior's variance `β̃_t`.
///
/// # Errors
/// If the file cannot be written.
pub fn run(output: &Path) -> Result<(), Box<dyn Error>> {
    let columns = [Column::SqrtAlphaBar, Column::LogSnr, Column::PosteriorVariance];
    let mut curves = Vec::new();
    for name in ["linear", "cosine"] {
        let kind = ScheduleKind::default_of(name).ok_or("no such family of schedules")?;
        let schedule = ScheduleSpec { kind, ..ScheduleSpec::default() }.build()?;
        curves.push((name, Curves::of(&schedule)));
    }

    let mut file = BufWriter::new(File::create(output)?);
    write!(file, "t")?;
    for (name, _) in &curves {
        for column in columns {
            write!(file, ",{name}_{}", column.name())?;
        }
    }
    writeln!(file)?;
    for t in 1..=1000 {
        write!(file, "{t}")?;
        for (_, curves) in &curves {
            for column in columns {
                write!(file, ",{:e}", curves.column(column)[t - 1])?;
            }
        }
        writeln!(file)?;
    }
    Ok(file.flush()?)
}
