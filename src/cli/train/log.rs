//! `loss.csv`: a row for each iteration.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::cli::error::CliError;
use crate::imaging::{ImagingError, write_atomically};
use crate::train::{BINS, TrainStep};

/// How often rows reach the file, for those who watch it.
const EVERY: Duration = Duration::from_secs(1);

/// The file, open at its end.
pub struct Log {
    path: PathBuf,
    file: BufWriter<File>,
    flushed: Instant,
}

impl Log {
    /// Opens the file of a run that has made so many iterations. Rows of later ones, which a run that was
    /// killed made after its last checkpoint, are removed: they are made again.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn open(path: &Path, iterations: u64) -> Result<Self, CliError> {
        let old = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(ImagingError::reading(path, &error).into()),
        };
        let made = |line: &&str| {
            let first = line.split(',').next().and_then(|number| number.parse::<u64>().ok());
            line.ends_with('\n') && first.is_some_and(|number| number <= iterations)
        };
        write_atomically(path, |writer| {
            writeln!(writer, "{}", header())?;
            old.split_inclusive('\n').filter(made).try_for_each(|line| writer.write_all(line.as_bytes()))
        })?;
        let file = File::options().append(true).open(path).map_err(|error| writing(path, &error))?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file), flushed: Instant::now() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, step: &TrainStep) -> Result<(), CliError> {
        self.row(step).map_err(|error| writing(&self.path, &error))?;
        if self.flushed.elapsed() >= EVERY { self.flush() } else { Ok(()) }
    }

    fn row(&mut self, step: &TrainStep) -> io::Result<()> {
        let TrainStep { iteration, loss, ema_loss, gradient_norm, learning_rate, bins } = step;
        write!(self.file, "{iteration}")?;
        for value in [loss, ema_loss, gradient_norm, learning_rate] {
            write!(self.file, ",{value:.6e}")?;
        }
        for bin in bins {
            match bin {
                Some(loss) => write!(self.file, ",{loss:.6e}")?,
                None => write!(self.file, ",")?,
            }
        }
        writeln!(self.file)
    }

    /// Hands all rows to the system.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush(&mut self) -> Result<(), CliError> {
        self.flushed = Instant::now();
        self.file.flush().map_err(|error| writing(&self.path, &error))
    }
}

/// Names of the columns; the loss of each tenth of the timesteps is the last ten.
fn header() -> String {
    let tenths = (1..=BINS).map(|tenth| format!(",loss_tenth_{tenth}"));
    let names = "iteration,loss,ema_loss,gradient_norm,learning_rate".to_owned();
    tenths.fold(names, |names, tenth| names + &tenth)
}

fn writing(path: &Path, error: &io::Error) -> CliError {
    let advice = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space, then --resume",
        _ => "see to the disk, then --resume",
    };
    let (name, reason) = (path.display().to_string(), error.to_string());
    ImagingError::Write { name, reason, advice: advice.to_owned() }.into()
}
