//! Unfinished files and folders, which are removed when a signal ends the program.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tempfile::{Builder, NamedTempFile, TempDir};

use super::{inputs, locks};
use crate::signals;

/// The ending of the names of unfinished files and folders.
const SUFFIX: &str = ".part";
/// The number of random characters in such a name.
const DRAWN: usize = 6;
/// The largest number of characters of the finished file's name in it, so that there is room for the rest
/// even if that name is long.
const MOST: usize = 40;

/// A file or folder named `.name-XXXXXX.part`, which is removed when this is dropped or a signal ends the program.
#[derive(Debug)]
pub struct Unfinished<T> {
    made: T,
    // Declared last, so that it is dropped after `made`.
    place: Place,
}

/// An entry in the list of unfinished files and folders.
#[derive(Debug)]
struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        places().remove(&self.0);
    }
}

/// The paths of all unfinished files and folders. Whoever creates or moves one holds this lock.
static PLACES: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
static CLEARING: Once = Once::new();

fn places() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    PLACES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Unfinished<NamedTempFile> {
    /// Creates a file in `folder` that is to become `name`, open for writing, with the usual permissions of files.
    ///
    /// # Errors
    /// If it cannot be created, or another process [trains](locks) into the folder; the error does not mention the
    /// temporary name.
    pub fn file(folder: &Path, name: &OsStr) -> io::Result<Self> {
        locks::check(folder)?;
        Self::new(name, 0o666, |builder| builder.tempfile_in(folder), NamedTempFile::path)
    }

    /// Moves the file to `path`, replacing what is there, but not a protected [input](inputs).
    ///
    /// # Errors
    /// If it cannot be moved; then it has been removed.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        inputs::check(path)?;
        self.finish(|file| file.persist(path).map(drop).map_err(|error| error.error))?;
        // The system may have given it the number of an input that somebody has removed.
        inputs::release(path);
        Ok(())
    }
}

impl Unfinished<TempDir> {
    /// Creates a folder in `folder` that is to become `name`, with the usual permissions of folders.
    ///
    /// # Errors
    /// If it cannot be created, or another process [trains](locks) into the folder; the error does not mention the
    /// temporary name.
    pub fn folder(folder: &Path, name: &OsStr) -> io::Result<Self> {
        locks::check(folder)?;
        Self::new(name, 0o777, |builder| builder.tempdir_in(folder), TempDir::path)
    }

    /// Moves the folder to `path`, where there must be nothing, or an empty folder.
    ///
    /// # Errors
    /// If it cannot be moved; then it has been removed.
    pub fn persist(self, path: &Path) -> io::Result<()> {
        self.finish(|folder| {
            match fs::remove_dir(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            fs::rename(folder.path(), path)?;
            // It has been moved, so it must not be removed any more.
            let _ = folder.keep();
            Ok(())
        })
    }
}

impl<T> Unfinished<T> {
    fn new(
        name: &OsStr,
        mode: u32,
        make: impl FnOnce(&Builder<'_, '_>) -> io::Result<T>,
        path: impl FnOnce(&T) -> &Path,
    ) -> io::Result<Self> {
        CLEARING.call_once(|| signals::before_end(clear));
        let prefix = prefix(name);
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(SUFFIX).rand_bytes(DRAWN);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // The system still subtracts the umask, as for any new file.
            builder.permissions(fs::Permissions::from_mode(mode));
        }
        #[cfg(not(unix))]
        let _ = mode;
        let mut places = places();
        let made = make(&builder).map_err(|error| of_system(&error))?;
        let path = path(&made).to_owned();
        places.insert(path.clone());
        Ok(Self { made, place: Place(path) })
    }

    /// Moves it to its place with `finish`. No signal ends the program meanwhile.
    ///
    /// # Errors
    /// The errors of `finish`.
    pub fn finish(self, finish: impl FnOnce(T) -> io::Result<()>) -> io::Result<()> {
        let Self { made, place } = self;
        let places = places();
        let finished = finish(made);
        drop(places);
        drop(place);
        finished
    }
}

impl<T> Deref for Unfinished<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.made
    }
}

impl<T> DerefMut for Unfinished<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.made
    }
}

/// Whether `found` is the name of something unfinished that was to become `name`, left behind by a killed program.
pub fn is_leftover(found: &OsStr, name: &str) -> bool {
    let prefix = prefix(OsStr::new(name));
    let rest = found.to_str().and_then(|found| found.strip_prefix(prefix.to_str()?)?.strip_suffix(SUFFIX));
    rest.is_some_and(|drawn| drawn.len() == DRAWN && drawn.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The name that something unfinished was to have, left behind by a killed program; `None` for any other name.
pub fn leftover_of(found: &OsStr) -> Option<&str> {
    let (name, _) = found.to_str()?.strip_prefix('.')?.rsplit_once('-')?;
    is_leftover(found, name).then_some(name)
}

fn prefix(name: &OsStr) -> OsString {
    let name: String = name.to_string_lossy().chars().take(MOST).collect();
    format!(".{name}-").into()
}

/// The error without the temporary name that the library adds to it, which would mean nothing to the user.
fn of_system(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

/// Removes everything unfinished. The program is about to end, so nothing can be created or moved from then on.
fn clear() {
    let places = places();
    for path in places.iter() {
        // What cannot be removed stays, as nobody could be told.
        drop(if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) });
    }
    mem::forget(places);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finished_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let names = || folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name());
        let (file, made) = (
            Unfinished::file(folder.path(), OsStr::new("a.png")).unwrap(),
            Unfinished::folder(folder.path(), OsStr::new("steps")).unwrap(),
        );
        let found: Vec<OsString> = names().collect();
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|name| is_leftover(name, "a.png") || is_leftover(name, "steps")));
        let all = places().clone();
        assert!(all.contains(file.path()) && all.contains(made.path()));
        file.persist(&folder.path().join("a.png")).unwrap();
        drop(made);
        assert_eq!(names().collect::<Vec<_>>(), ["a.png"]);
        assert!(
            all.iter().filter(|path| path.starts_with(folder.path())).all(|path| !places().contains(path))
        );
    }

    #[test]
    fn leftovers_are_known_by_their_whole_name() {
        let is = |found: &str| is_leftover(OsStr::new(found), "run");
        assert!(is(".run-a1B2c3.part"));
        // Names of a run named run-2, and names that are not quite of the right form.
        for other in
            [".run-2-a1B2c3.part", ".run-a1B2c3", "run-a1B2c3.part", ".run-a1B2c.part", ".run-a-B2c3.part"]
        {
            assert!(!is(other), "{other}");
        }
        assert_eq!(leftover_of(OsStr::new(".run-2-a1B2c3.part")), Some("run-2"));
        assert_eq!(leftover_of(OsStr::new(".mine.part")), None);
        let long = "x".repeat(250);
        let name: String = prefix(OsStr::new(&long)).into_string().unwrap() + "a1B2c3.part";
        assert!(name.len() < 100 && is_leftover(OsStr::new(&name), &long));
    }
}
