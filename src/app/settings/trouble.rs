//! Messages about settings that were lost, or cannot be saved.

use std::io;
use std::path::{Path, PathBuf};

use i18n_embed_fl::fl;

use crate::app::words::Words;
use crate::files::{plain, shortened};

/// A problem with the settings.
#[derive(Debug)]
pub enum Trouble {
    /// The settings cannot be written, for this reason.
    Unwritable(String),
    /// The settings could not be read and start anew: the reason, and where the file was put.
    Anew(String, Kept),
    /// A file is damaged: its path, the reason if it is known, and where a copy is kept.
    Damaged(PathBuf, Option<String>, Kept),
    /// The settings of these names could not be used and have their defaults; and where the old file is kept.
    SetBack(Vec<String>, Kept),
}

/// Where an old file is kept, or why it could not be kept.
pub type Kept = io::Result<PathBuf>;

impl Trouble {
    /// The message to the user.
    pub fn text(&self, words: &Words) -> String {
        match self {
            Self::Unwritable(reason) => unwritable(words, reason),
            Self::Anew(reason, kept) => match kept {
                Ok(old) => fl!(words, "settings-anew", reason = reason.as_str(), old = shown(old)),
                Err(error) => {
                    fl!(words, "settings-anew-lost", reason = reason.as_str(), error = error.to_string())
                }
            },
            Self::Damaged(path, reason, kept) => {
                let what = match reason {
                    Some(reason) => {
                        fl!(words, "settings-damaged-so", path = shown(path), reason = reason.as_str())
                    }
                    None => fl!(words, "settings-damaged", path = shown(path)),
                };
                match kept {
                    Ok(old) => fl!(words, "settings-anew", reason = what, old = shown(old)),
                    Err(error) => fl!(words, "settings-anew-lost", reason = what, error = error.to_string()),
                }
            }
            Self::SetBack(names, kept) => {
                let names = shortened(&plain(&names.join(", ")), 200);
                match kept {
                    Ok(old) => fl!(words, "settings-set-back", names = names, old = shown(old)),
                    Err(error) => {
                        fl!(words, "settings-set-back-lost", names = names, error = error.to_string())
                    }
                }
            }
        }
    }
}

/// The message that settings cannot be written, with the reason.
pub fn unwritable(words: &Words, reason: &str) -> String {
    fl!(words, "settings-unwritable", reason = reason)
}

fn shown(path: &Path) -> String {
    plain(&path.display().to_string())
}
