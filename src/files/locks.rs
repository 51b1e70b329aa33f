//! Folders into which a training writes: nothing else writes there meanwhile.
//!
//! Every file and folder of this program begins as something [unfinished](super::Unfinished), and what is unfinished
//! asks here first. A new command is therefore safe without a check of its own.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::inputs::{Identity, identity};

/// The file that a training locks in its folder. It is left there when the training ends: only the lock on it counts.
pub const LOCK: &str = "training.lock";
/// The most digits of a process's number.
pub const MAX_DIGITS: u64 = 20;

/// The locked files that this process holds.
static OWN: Mutex<BTreeSet<Identity>> = Mutex::new(BTreeSet::new());

fn own() -> MutexGuard<'static, BTreeSet<Identity>> {
    OWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As long as this value lives, this process may write into a folder although its [`LOCK`] is locked.
#[derive(Debug)]
pub struct Own(Option<Identity>);

impl Own {
    /// Says that the file at `path` was locked by this process.
    pub fn new(path: &Path) -> Self {
        let find = || path.metadata().ok().and_then(|metadata| identity(path, &metadata));
        own().extend(find());
        Self(find())
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(found) = &self.0 {
            own().remove(found);
        }
    }
}

/// Checks that no other process trains into a folder, or into one above it.
///
/// # Errors
/// Says that one does.
pub(super) fn check(folder: &Path) -> io::Result<()> {
    // Whoever writes into a folder that cannot be found gets an error that says so.
    let Ok(real) = folder.canonicalize() else { return Ok(()) };
    for above in real.ancestors() {
        let path = above.join(LOCK);
        let Ok(found) = path.metadata() else { continue };
        if !found.is_file() || identity(&path, &found).is_some_and(|found| own().contains(&found)) {
            continue;
        }
        // A shared lock, so that two processes that only check do not block each other.
        if let Ok(mut file) = File::open(&path)
            && matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
        {
            let reason = format!("a training{} writes into {}", process(&mut file), above.display());
            return Err(io::Error::other(reason));
        }
    }
    Ok(())
}

/// The number of the process that has locked a file, in brackets; empty if it is not known.
pub fn process(file: &mut File) -> String {
    let mut text = String::new();
    // On some systems the file cannot be read while it is locked.
    drop(file.take(MAX_DIGITS).read_to_string(&mut text));
    text.trim().parse::<u32>().map_or_else(|_| String::new(), |id| format!(" (process {id})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Unfinished;

    #[test]
    fn only_the_owner_writes_into_a_locked_folder() {
        let place = tempfile::tempdir().unwrap();
        let inner = place.path().join("raw/unet");
        std::fs::create_dir_all(&inner).unwrap();
        let path = place.path().join(LOCK);
        std::fs::write(&path, "17\n").unwrap();
        let writes = || {
            let file = Unfinished::file(&inner, "x".as_ref()).map(drop);
            file.and(Unfinished::folder(place.path(), "x".as_ref()).map(drop)).map_err(|e| e.to_string())
        };
        assert_eq!(writes(), Ok(()), "a file that is not locked");
        let file = File::open(&path).unwrap();
        if file.try_lock().is_err() {
            eprintln!("skipped: no locks here");
            return;
        }
        // A lock on another handle counts as that of another process.
        assert!(writes().unwrap_err().starts_with("a training (process 17) writes into "));
        let own = Own::new(&path);
        assert_eq!(writes(), Ok(()));
        drop(own);
        assert!(writes().is_err());
        drop(file);
        assert_eq!(writes(), Ok(()));
    }
}
