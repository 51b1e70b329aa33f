//! The file `loss.csv`, with a row for each iteration.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::cli::error::CliError;
use crate::cli::output::remark;
use crate::files::{self, FileError};
use crate::imaging::{ImagingError, write_atomically};
use crate::train::{BINS, TrainStep};

/// How often rows are written to the file, so that others can watch it grow.
const EVERY: Duration = Duration::from_secs(1);
/// The largest file, in bytes. The file of any run is smaller, as 2³² iterations would take years.
const MAX_BYTES: u64 = 1 << 30;
/// The most files of earlier runs that are kept under other names.
const MOST_ASIDE: u32 = 1000;

/// The file, open at its end; or `None` if there cannot be one.
pub struct Log {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    flushed: Instant,
}

impl Log {
    /// Opens the file of a run that has made this number of iterations. Rows of later iterations, which a killed run
    /// wrote after its last checkpoint, are removed, since these iterations are made again.
    ///
    /// A problem with this file never stops a run. A file that is not as this program left it is renamed, and a new one
    /// is begun; if that is not possible either, there is no file.
    ///
    /// Where the noise schedule is learned, rows end with its ends.
    pub fn open(path: &Path, iterations: u64, with_ends: bool) -> Self {
        let header = header(with_ends);
        let begun = match read(path, &header, iterations) {
            Ok(rows) => begin(path, &header, &rows),
            Err(reason) => set_aside(path, &reason).and_then(|()| begin(path, &header, "")),
        };
        let begun = begun.or_else(|reason| set_aside(path, &reason).and_then(|()| begin(path, &header, "")));
        let file = begun.map_err(|reason| {
            remark(&format!(
                "{}: {reason}; the run goes on, but its losses are not written down",
                path.display()
            ));
        });
        Self { path: path.to_owned(), file: file.ok().map(BufWriter::new), flushed: Instant::now() }
    }

    /// Adds the row of an iteration.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, step: &TrainStep) -> Result<(), CliError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        row(file, step).map_err(|error| ImagingError::writing(&self.path, error))?;
        if self.flushed.elapsed() >= EVERY { self.flush() } else { Ok(()) }
    }

    /// Hands all rows to the operating system.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn flush(&mut self) -> Result<(), CliError> {
        self.flushed = Instant::now();
        let flushed = self.file.as_mut().map_or(Ok(()), BufWriter::flush);
        Ok(flushed.map_err(|error| ImagingError::writing(&self.path, error))?)
    }
}

/// The rows of the iterations up to `iterations`. They may begin with a later iteration than the first, since a file
/// may have been begun in the middle of a run.
fn read(path: &Path, header: &str, iterations: u64) -> Result<String, String> {
    let text = match files::read_text(path, MAX_BYTES) {
        Ok(text) => text,
        Err(FileError::NotFound { .. }) if iterations == 0 => return Ok(String::new()),
        // The error's advice is left out, as it is meant for files that a person names.
        Err(error) => return Err(error.to_string().split(';').next().unwrap_or_default().to_owned()),
    };
    let broken = |what: &str| Err(format!("{}: {what}", path.display()));
    let mut lines = text.split_inclusive('\n').peekable();
    if lines.next().is_none_or(|line| line.trim_end() != header) {
        return broken("these are not a training's losses");
    }
    let columns = header.split(',').count();
    let number = |line: &&str| -> Option<u64> {
        let whole = line.ends_with('\n') && line.split(',').count() == columns;
        line.split(',').next().filter(|_| whole)?.parse().ok().filter(|&number| number > 0)
    };
    let first = lines.peek().and_then(number).unwrap_or(1);
    let mut rows = String::with_capacity(text.len());
    for iteration in first..=iterations {
        match lines.next().filter(|line| number(line) == Some(iteration)) {
            Some(line) => rows.push_str(line),
            None => return broken(&format!("the row of iteration {iteration} is missing or damaged")),
        }
    }
    Ok(rows)
}

/// Begins the file with these rows.
fn begin(path: &Path, header: &str, rows: &str) -> Result<File, String> {
    files::inputs::release(path);
    let written = write_atomically(path, |writer| {
        writeln!(writer, "{header}")?;
        writer.write_all(rows.as_bytes())
    });
    written.map_err(|error| error.to_string())?;
    File::options().append(true).open(path).map_err(|error| error.to_string())
}

/// Renames what is at `path`, and reports why.
fn set_aside(path: &Path, reason: &str) -> Result<(), String> {
    if path.symlink_metadata().is_err() {
        remark(&format!("{reason}; a new file is begun"));
        return Ok(());
    }
    let free = |number: u32| {
        let place = path.with_file_name(format!("loss-{number}.csv"));
        place.symlink_metadata().is_err().then_some(place)
    };
    let Some(place) = (1..=MOST_ASIDE).find_map(free) else { return Err(reason.to_owned()) };
    fs::rename(path, &place).map_err(|error| format!("{reason}; it cannot be set aside ({error})"))?;
    remark(&format!("{reason}; it is {} now, and a new file is begun", place.display()));
    Ok(())
}

/// The names of the columns. Ten are the losses of the ten parts of `1..=T`, and two more the ends of a schedule that is
/// learned, as log-SNR.
fn header(with_ends: bool) -> String {
    let tenths = (1..=BINS).map(|tenth| format!(",loss_tenth_{tenth}"));
    let names = "iteration,loss,ema_loss,gradient_norm,learning_rate".to_owned();
    let ends = if with_ends { ",logsnr_max,logsnr_min" } else { "" };
    tenths.fold(names, |names, tenth| names + &tenth) + ends
}

fn row(file: &mut impl io::Write, step: &TrainStep) -> io::Result<()> {
    let TrainStep { iteration, loss, ema_loss, gradient_norm, learning_rate, bins, gamma } = step;
    write!(file, "{iteration}")?;
    for value in [loss, ema_loss, gradient_norm, learning_rate] {
        write!(file, ",{value:.6e}")?;
    }
    for bin in bins {
        match bin {
            Some(loss) => write!(file, ",{loss:.6e}")?,
            None => write!(file, ",")?,
        }
    }
    for end in gamma.iter().flat_map(|gamma| gamma.ends) {
        write!(file, ",{:.6}", -end)?;
    }
    writeln!(file)
}
