//! A lock so that only one training at a time uses a run's folder.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::TrainError;
use super::checkpoint::{FILE, RAW};
use crate::files::is_leftover;
use crate::files::locks::{self, LOCK, MAX_DIGITS, Own};
use crate::imaging::{ImagingError, make_folder};
use crate::model::folder;

/// As long as this value lives, no other process trains into the folder. The system releases the lock when the process
/// ends, however it ends.
#[derive(Debug)]
pub struct RunLock {
    folder: PathBuf,
    /// The file, which stays open while it is locked; `None` if the file system does not support locks.
    file: Option<File>,
    doubt: Option<String>,
    /// Lets this process write into the folder.
    _own: Own,
}

impl RunLock {
    /// Checks that no process trains into a folder now; nothing is created or changed.
    ///
    /// # Errors
    /// [`TrainError::Locked`] if one does.
    pub fn check(folder: &Path) -> Result<(), TrainError> {
        let path = folder.join(LOCK);
        if !path.is_file() {
            return Ok(());
        }
        // A shared lock, so that two processes that only check do not block each other.
        match File::open(path) {
            Ok(mut file) => match file.try_lock_shared() {
                Err(TryLockError::WouldBlock) => Err(locked(folder, &mut file)),
                // Other errors are reported when the lock is taken.
                Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
            },
            Err(_) => Ok(()),
        }
    }

    /// Takes the lock of a folder, which is created if necessary.
    ///
    /// Some file systems, such as some that are reached over a network, do not support locks. The training goes on all
    /// the same, and [`doubt`](Self::doubt) says so.
    ///
    /// # Errors
    /// [`TrainError::Locked`] if another process trains into it; [`TrainError::File`] if it cannot be written to.
    pub fn take(folder: &Path) -> Result<Self, TrainError> {
        let failed = |error: io::Error| TrainError::File(ImagingError::making(folder, &error));
        make_folder(folder).map_err(TrainError::File)?;
        let path = folder.join(LOCK);
        check_own(folder, &path)?;
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(failed)?;
        let (file, doubt) = match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(locked(folder, &mut file)),
            Err(TryLockError::Error(error)) => (None, Some(error.to_string())),
            Ok(()) => {
                // The process's number, for the message that others get. The lock itself does not need it.
                drop(file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())));
                (Some(file), None)
            }
        };
        Ok(Self { folder: folder.to_owned(), file, doubt, _own: Own::new(&path) })
    }

    /// Why it is not certain that no other process trains into the folder, for people to read.
    pub fn doubt(&self) -> Option<&str> {
        self.doubt.as_deref()
    }

    /// Removes unfinished files that a killed run has left in the folder.
    pub fn clear(&self) {
        let of_run: &[&str] = &[FILE, RAW, folder::STAGE, "loss.csv", "skipped.txt"];
        remove(&self.folder, |name| of_run.iter().any(|of| is_leftover(name, of)));
        remove(&self.folder.join(RAW), |name| is_leftover(name, folder::STAGE));
        remove(&self.folder.join("samples"), |name| {
            let of = name.to_str().and_then(|name| name.strip_prefix('.')?.split_once('-'));
            of.is_some_and(|(of, _)| of.strip_suffix(".png").is_some() && is_leftover(name, of))
        });
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // The number of an ended process is of no use; and without it, equal runs leave equal folders.
        if let Some(file) = &self.file {
            drop(file.set_len(0));
        }
    }
}

/// Checks that a file with the lock's name is a training's lock: a regular file that holds nothing but a
/// process's number.
fn check_own(folder: &Path, path: &Path) -> Result<(), TrainError> {
    let Ok(found) = path.symlink_metadata() else { return Ok(()) };
    let number = |text: &str| text.trim().is_empty() || text.trim().parse::<u32>().is_ok();
    let own = found.is_file()
        && found.len() <= MAX_DIGITS
        && fs::read_to_string(path).map_or(true, |text| number(&text));
    if own {
        return Ok(());
    }
    let reason = format!("{LOCK} in it is no training's lock");
    let advice = "remove it or choose another folder";
    Err(TrainError::Checkpoint { name: folder.display().to_string(), reason, advice })
}

fn remove(place: &Path, is_left: impl Fn(&std::ffi::OsStr) -> bool) {
    for entry in place.read_dir().into_iter().flatten().flatten() {
        if is_left(&entry.file_name()) {
            let path = entry.path();
            // A leftover that cannot be removed does no harm.
            drop(if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) });
        }
    }
}

fn locked(folder: &Path, file: &mut File) -> TrainError {
    TrainError::Locked { name: folder.display().to_string(), process: locks::process(file) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let run = place.path().join("run");
        RunLock::check(&run).unwrap();
        assert!(!run.exists(), "looking makes nothing");
        let lock = RunLock::take(&run).unwrap();
        if let Some(doubt) = lock.doubt() {
            eprintln!("skipped: no locks here ({doubt})");
            return;
        }
        for refused in [RunLock::check(&run), RunLock::take(&run).map(drop)] {
            let text = refused.unwrap_err().to_string();
            assert!(text.contains(&run.display().to_string()), "{text}");
            if cfg!(unix) {
                assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
            }
        }
        drop(lock);
        assert_eq!(fs::read(run.join(LOCK)).unwrap(), b"");
        RunLock::check(&run).unwrap();
        RunLock::take(&run).unwrap();
    }

    #[test]
    fn only_what_is_unfinished_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let run = place.path().join("run");
        let lock = RunLock::take(&run).unwrap();
        let left = [
            ".training.safetensors-aB3x9Q.part",
            ".raw-aB3x9Q.part/unet/config.json",
            ".pipeline-aB3x9Q.part/unet/config.json",
            "raw/.pipeline-aB3x9Q.part/unet/config.json",
            ".loss.csv-aB3x9Q.part",
            "samples/.000500.png-aB3x9Q.part",
        ];
        let kept =
            [".mine.part", "raw/model_index.json", "samples/000500.png", ".raw-2-aB3x9Q.part", "loss.csv"];
        for file in left.into_iter().chain(kept) {
            let path = run.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        lock.clear();
        for file in left {
            assert!(!run.join(file).exists(), "{file}");
        }
        for file in kept {
            assert!(run.join(file).exists(), "{file}");
        }
        let count = run.read_dir().unwrap().count();
        assert_eq!(count, 6, "nothing but those, their folders and the lock");
    }
}
