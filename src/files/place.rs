//! Where a path leads.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The largest number of links that are followed one after another; Linux follows as many.
const MOST_LINKS: usize = 40;

/// The folder that contains the last part of a path.
pub fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        Some(_) => PathBuf::from("."),
        None => path.to_owned(),
    }
}

/// Where a path leads once all links at its end have been followed; nothing needs to exist there.
///
/// # Errors
/// If the links form a circle, or the system reports an error; also for a bare dash, which in other programs
/// stands for their standard output.
pub fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    if path == Path::new("-") {
        let reason = "a dash is no file here: leave the option out where the command prints its result, or else \
                      write to /dev/stdout for a pipe, or to ./- for a file of this name";
        return Err(io::Error::other(reason));
    }
    let mut place = path.to_owned();
    for _ in 0..=MOST_LINKS {
        match place.symlink_metadata() {
            Ok(found) if found.is_symlink() => {
                let next = fs::read_link(&place)?;
                place.pop();
                place.push(next);
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => return Ok(place),
        }
    }
    Err(io::Error::other("the link leads round in a circle"))
}

/// Whether two paths lead to the same place; nothing needs to exist there yet.
pub fn same_place(one: &Path, two: &Path) -> bool {
    let place = |path: &Path| {
        let end = end_of_links(path).ok()?;
        fs::canonicalize(&end)
            .ok()
            .or_else(|| Some(fs::canonicalize(folder_of(&end)).ok()?.join(end.file_name()?)))
    };
    one == two || place(one).is_some_and(|one| place(two).is_some_and(|two| one == two))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_their_end() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("sub")).unwrap();
        symlink("sub/two", at("one")).unwrap();
        symlink("../end", at("sub/two")).unwrap();
        assert_eq!(end_of_links(&at("one")).unwrap(), at("sub/../end"));
        assert!(same_place(&at("one"), &at("end")) && !same_place(&at("one"), &at("two")));
        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        assert!(end_of_links(&at("a")).is_err());
        assert_eq!(end_of_links(Path::new("no")).unwrap(), Path::new("no"));
    }
}
