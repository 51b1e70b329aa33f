//! The files that a text names.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

/// Lines that file managers write before the files in a list.
const HEADS: [&str; 3] = ["x-special/nautilus-clipboard", "copy", "cut"];

/// The files and folders that a text names, one in each line: by absolute paths, which may be in quotes, begin with
/// `~`, or have spaces escaped as in a shell; or by `file://` addresses, in which bytes are escaped with `%`. Whether
/// they exist is not checked. Empty if any line names no file.
pub fn paths(text: &str) -> Vec<PathBuf> {
    let lines = text.split(['\n', '\r', '\0']).map(str::trim).filter(|line| !line.is_empty());
    // In lists of addresses, lines that begin with # are comments.
    let lines = lines.filter(|line| !line.starts_with('#') && !HEADS.contains(line));
    lines.map(path).collect::<Option<_>>().unwrap_or_default()
}

fn path(line: &str) -> Option<PathBuf> {
    if line.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file://")) {
        return address(&line[7..]);
    }
    let quoted = |quote: char| line.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inner) = quoted('"').or_else(|| quoted('\'')) {
        return whole(inner);
    }
    let path = whole(line)?;
    if cfg!(unix) && line.contains('\\') && !path.exists() {
        return whole(&unescaped(line));
    }
    Some(path)
}

/// An absolute path, which does not depend on the folder that the program was started in.
fn whole(text: &str) -> Option<PathBuf> {
    let path = match text.strip_prefix("~/") {
        Some(rest) => std::env::home_dir()?.join(rest),
        None => PathBuf::from(text),
    };
    path.is_absolute().then_some(path)
}

/// The path of an address `[HOST]/PATH`, percent-encoded; the host can only be this machine.
fn address(rest: &str) -> Option<PathBuf> {
    let start = rest.find('/')?;
    let bytes: Vec<u8> = percent_decode_str(&rest[start..]).collect();
    let path = PathBuf::from(os_string(bytes)?);
    // On Windows, the path of an address is /C:/….
    let drive = path.to_str().and_then(|text| text.strip_prefix('/')).map(Path::new);
    match drive {
        Some(drive) if cfg!(windows) && drive.is_absolute() => Some(drive.to_owned()),
        _ => Some(path),
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere names are text")]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

/// Removes the escapes of a shell, as in `a\ b`.
fn unescaped(line: &str) -> String {
    let mut characters = line.chars();
    let mut text = String::new();
    while let Some(c) = characters.next() {
        text.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_are_read_as_programs_copy_them() {
        let home = std::env::home_dir().unwrap();
        for (text, file) in [
            ("/tmp/cat.png", PathBuf::from("/tmp/cat.png")),
            ("  /tmp/my cat.png\n", PathBuf::from("/tmp/my cat.png")),
            ("\"/tmp/my cat.png\"", PathBuf::from("/tmp/my cat.png")),
            ("'/tmp/my cat.png'", PathBuf::from("/tmp/my cat.png")),
            ("/tmp/no\\ such\\ cat.png", PathBuf::from("/tmp/no such cat.png")),
            ("file:///tmp/my%20cat%25.png", PathBuf::from("/tmp/my cat%.png")),
            ("file://localhost/tmp/%EA%B3%A0.png", PathBuf::from("/tmp/고.png")),
            ("FILE:///tmp/cat.png\r\n", PathBuf::from("/tmp/cat.png")),
            ("~/cat.png", home.join("cat.png")),
            ("x-special/nautilus-clipboard\ncopy\nfile:///tmp/a.png\n", PathBuf::from("/tmp/a.png")),
            ("# a comment\r\nfile:///tmp/a.png\r\n", PathBuf::from("/tmp/a.png")),
            // Text that is not an escape is kept.
            ("/tmp/100%.png", PathBuf::from("/tmp/100%.png")),
            ("file:///tmp/100%.png", PathBuf::from("/tmp/100%.png")),
        ] {
            assert_eq!(paths(text), [file], "{text:?}");
        }
        assert_eq!(paths("/tmp/a.png\n/tmp/b.png"), ["/tmp/a.png", "/tmp/b.png"].map(PathBuf::from));
    }

    #[test]
    fn other_text_names_no_file() {
        for text in
            ["", "\n", "some words", "cat.png", "https://example.org/cat.png", "file://", "/tmp/a\nwords"]
        {
            assert!(paths(text).is_empty(), "{text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_may_be_any_bytes_and_hold_a_backslash() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(paths("file:///tmp/%FF")[0].as_os_str().as_bytes(), b"/tmp/\xff");
        let folder = tempfile::tempdir().unwrap();
        let odd = folder.path().join("a\\b.png");
        std::fs::write(&odd, "").unwrap();
        assert_eq!(paths(odd.to_str().unwrap()), [odd]);
    }
}
