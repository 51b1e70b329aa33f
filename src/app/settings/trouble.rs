//! What is said of settings that were lost, or that will be.

use std::io;
use std::path::{Path, PathBuf};

use i18n_embed_fl::fl;

use crate::app::words::Words;
use crate::files::{plain, shortened};

/// Something went wrong with settings.
#[derive(Debug)]
pub enum Trouble {
    /// They cannot be written; why.
    Unwritable(String),
    /// They could not be read; why, and what became of the file.
    Anew(String, Kept),
    /// The file is damaged: which, and what became of it.
    Damaged(PathBuf, Option<String>, Kept),
    /// These could not be used.
    SetBack(Vec<String>, Kept),
}

/// Where an old file is kept, or why it could not be.
pub type Kept = io::Result<PathBuf>;

impl Trouble {
    /// In words.
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

/// That settings cannot be written, and why.
pub fn unwritable(words: &Words, reason: &str) -> String {
    fl!(words, "settings-unwritable", reason = reason)
}

fn shown(path: &Path) -> String {
    plain(&path.display().to_string())
}
