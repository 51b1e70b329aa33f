//! What a command has read, so that it never writes over it.
//!
//! Every file that [`open`](super::open) opens is remembered, and whatever replaces files asks here first. A new
//! command, or a new option that reads a file, is therefore safe without a list of its own.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a file is known by, whatever path leads to it: its device and number.
#[cfg(unix)]
pub(super) type Identity = (u64, u64);
/// What a file is known by, whatever path leads to it: its path without links.
#[cfg(not(unix))]
pub(super) type Identity = std::path::PathBuf;

/// The files that were read; `None` if they are not protected.
static READ: Mutex<Option<HashSet<Identity>>> = Mutex::new(None);

fn all() -> MutexGuard<'static, Option<HashSet<Identity>>> {
    READ.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether files that are read from now on are protected. A command of the command line protects them; the window does
/// not, since in it a person saves over what was opened.
pub fn protect(wanted: bool) {
    *all() = wanted.then(HashSet::new);
}

/// Whether a file was read, and is protected.
pub fn contains(path: &Path) -> bool {
    let found = path.metadata().ok().and_then(|metadata| identity(path, &metadata));
    found.is_some_and(|found| all().as_ref().is_some_and(|read| read.contains(&found)))
}

/// Fails if a file was read, and is protected.
///
/// # Errors
/// Says that the file is an input.
pub fn check(path: &Path) -> io::Result<()> {
    if contains(path) { Err(io::Error::other("this is what is read, and would be replaced")) } else { Ok(()) }
}

/// Lets a file be replaced although it was read, such as the checkpoint of a run that goes on.
pub fn release(path: &Path) {
    let found = path.metadata().ok().and_then(|metadata| identity(path, &metadata));
    if let (Some(found), Some(read)) = (found, &mut *all()) {
        read.remove(&found);
    }
}

/// Remembers a file that is being read.
pub(super) fn remember(path: &Path, metadata: &Metadata) {
    if let Some(read) = &mut *all() {
        read.extend(identity(path, metadata));
    }
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems may not find the file")]
pub(super) fn identity(_: &Path, metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
pub(super) fn identity(path: &Path, _: &Metadata) -> Option<Identity> {
    path.canonicalize().ok()
}
