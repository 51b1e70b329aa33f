//! `loss.csv`: a row for each iteration.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::cli::error::CliError;
use crate::cli::output::remark;
use crate::files::{self, FileError};
use crate::imaging::{ImagingError, write_atomically};
use crate::train::{BINS, TrainStep};

/// How often rows reach the file, for those who watch it.
const EVERY: Duration = Duration::from_secs(1);
/// More than any run's: 2³² rows would be longer, and take years.
const MAX_BYTES: u64 = 1 << 30;
/// Files that were set aside before another one is not.
const MOST_ASIDE: u32 = 1000;

/// The file, open at its end; or none, where there cannot be one.
pub struct Log {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    flushed: Instant,
}

impl Log {
    /// Opens the file of a run that has made so many iterations. Rows of later ones, which a run that was
    /// killed made after its last checkpoint, are removed: they are made again.
    ///
    /// Nothing about this file stops a run. One that is not as this program left it is set aside under
    /// another name, and a new one is begun; where that is not possible either there is none.
    pub fn open(path: &Path, iterations: u64) -> Self {
        let begun = match read(path, iterations) {
            Ok(rows) => begin(path, &rows),
            Err(reason) => set_aside(path, &reason).and_then(|()| begin(path, "")),
        };
        let begun = begun.or_else(|reason| set_aside(path, &reason).and_then(|()| begin(path, "")));
        let file = begun.map_err(|reason| {
            remark(&format!(
                "{}: {reason}; the run goes on, but its losses are not written down",
                path.display()
            ));
        });
        Self { path: path.to_owned(), file: file.ok().map(BufWriter::new), flushed: Instant::now() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, step: &TrainStep) -> Result<(), CliError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        row(file, step).map_err(|error| ImagingError::writing(&self.path, error))?;
        if self.flushed.elapsed() >= EVERY { self.flush() } else { Ok(()) }
    }

    /// Hands all rows to the system.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush(&mut self) -> Result<(), CliError> {
        self.flushed = Instant::now();
        let flushed = self.file.as_mut().map_or(Ok(()), BufWriter::flush);
        Ok(flushed.map_err(|error| ImagingError::writing(&self.path, error))?)
    }
}

/// The rows of the iterations up to this one: all from the first that is there, since a file may have been
/// begun on the way.
fn read(path: &Path, iterations: u64) -> Result<String, String> {
    let text = match files::read_text(path, MAX_BYTES) {
        Ok(text) => text,
        Err(FileError::NotFound { .. }) if iterations == 0 => return Ok(String::new()),
        // Without its advice, which is for files that are given.
        Err(error) => return Err(error.to_string().split(';').next().unwrap_or_default().to_owned()),
    };
    let broken = |what: &str| Err(format!("{}: {what}", path.display()));
    let mut lines = text.split_inclusive('\n').peekable();
    if lines.next().is_none_or(|line| line.trim_end() != header()) {
        return broken("these are not a training's losses");
    }
    let columns = header().split(',').count();
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
fn begin(path: &Path, rows: &str) -> Result<File, String> {
    let written = write_atomically(path, |writer| {
        writeln!(writer, "{}", header())?;
        writer.write_all(rows.as_bytes())
    });
    written.map_err(|error| error.to_string())?;
    File::options().append(true).open(path).map_err(|error| error.to_string())
}

/// Gives what is at `path` another name, and says why.
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

/// Names of the columns; the loss of each tenth of the timesteps is the last ten.
fn header() -> String {
    let tenths = (1..=BINS).map(|tenth| format!(",loss_tenth_{tenth}"));
    let names = "iteration,loss,ema_loss,gradient_norm,learning_rate".to_owned();
    tenths.fold(names, |names, tenth| names + &tenth)
}

fn row(file: &mut impl io::Write, step: &TrainStep) -> io::Result<()> {
    let TrainStep { iteration, loss, ema_loss, gradient_norm, learning_rate, bins } = step;
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
    writeln!(file)
}
