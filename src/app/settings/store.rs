//! The file of the settings, in the program's own folder.
//!
//! The windowing library (eframe) keeps the place of the window in `app.ron` beside it. Earlier versions of the program
//! kept the settings there too.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Settings;
use super::trouble::{Kept, Trouble};
use crate::files::{self, FileError};
use crate::imaging::{ImagingError, check_writable, write_atomically};

const FILE: &str = "settings.json";
/// The library's file, and the key under which earlier versions kept their settings in it.
pub(super) const OLD_FILE: &str = "app.ron";
const OLD_KEY: &str = "settings";
/// The key under which the library keeps the window's place in its file.
pub(super) const WINDOW_KEY: &str = "window";
/// The largest file of settings that is read, in bytes. Two tables of 10,000 betas take 1 MB.
const MAX_BYTES: u64 = 16 << 20;
/// The number of damaged files that are kept side by side.
const MOST_KEPT: usize = 20;

/// The place where settings are kept.
#[derive(Debug)]
pub struct Store {
    folder: Option<PathBuf>,
    /// The text that the file holds.
    written: String,
    /// Whether the user has been told that settings cannot be written.
    told: bool,
}

impl Store {
    /// Reads the settings in a folder, or those that earlier versions left in `storage`. Also returns the problems that
    /// the user should be told.
    pub fn open(
        folder: Option<PathBuf>,
        storage: Option<&dyn eframe::Storage>,
    ) -> (Self, Settings, Vec<Trouble>) {
        let mut store = Self { folder, written: String::new(), told: false };
        let mut told = Vec::new();
        let settings = store.read(storage, &mut told);
        if let Err(reason) = store.check() {
            store.told = true;
            told.push(Trouble::Unwritable(reason));
        }
        (store, settings, told)
    }

    /// Writes the settings if they have changed.
    ///
    /// # Errors
    /// The reason why they could not be written, in words.
    pub fn save(&mut self, settings: &Settings) -> Result<(), String> {
        self.write(settings)
    }

    /// Whether the user has not been told yet that settings cannot be written. The next call returns false.
    pub fn is_untold(&mut self) -> bool {
        !std::mem::replace(&mut self.told, true)
    }

    fn write(&mut self, settings: &Settings) -> Result<(), String> {
        let text = settings.text().map_err(|error| error.to_string())?;
        if text == self.written {
            return Ok(());
        }
        self.made()?;
        let written = write_atomically(&self.path(FILE)?, |writer| writeln!(writer, "{text}"));
        written.map_err(|error| error.to_string())?;
        self.written = text;
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        self.made()?;
        check_writable(&self.path(FILE)?).map_err(|error| error.to_string())
    }

    /// Creates the folder.
    fn made(&self) -> Result<(), String> {
        let folder = self.place()?;
        fs::create_dir_all(folder).map_err(|error| ImagingError::making(folder, &error).to_string())
    }

    fn place(&self) -> Result<&Path, String> {
        Ok(self.folder.as_deref().ok_or("the system names no folder for them; set HOME")?)
    }

    fn path(&self, name: &str) -> Result<PathBuf, String> {
        Ok(self.place()?.join(name))
    }

    fn read(&self, storage: Option<&dyn eframe::Storage>, told: &mut Vec<Trouble>) -> Settings {
        let Ok(path) = self.path(FILE) else { return Settings::default() };
        match files::read_text(&path, MAX_BYTES) {
            Ok(text) => read(&text, &path, told),
            Err(FileError::NotFound { .. }) => self.read_old(storage, told),
            Err(error) => {
                // Nothing of the file was read, and it may be of any size, so it is renamed instead of copied.
                told.push(Trouble::Anew(error.to_string(), put_aside(&path)));
                Settings::default()
            }
        }
    }

    fn read_old(&self, storage: Option<&dyn eframe::Storage>, told: &mut Vec<Trouble>) -> Settings {
        let (Ok(path), Some(storage)) = (self.path(OLD_FILE), storage) else { return Settings::default() };
        if let Some(text) = storage.get_string(OLD_KEY) {
            return read(&text, &path, told);
        }
        // The library ignores a file that it cannot read, and writes over it.
        let damaged = storage.get_string(WINDOW_KEY).is_none();
        if damaged && files::start(&path, 1 << 10).is_ok_and(|bytes| !bytes.trim_ascii().is_empty()) {
            told.push(Trouble::Damaged(path.clone(), None, keep(&path)));
        }
        Settings::default()
    }
}

fn read(text: &str, path: &Path, told: &mut Vec<Trouble>) -> Settings {
    let mut left_out = Vec::new();
    match Settings::read(text, &mut left_out) {
        Ok(settings) => {
            if !left_out.is_empty() {
                told.push(Trouble::SetBack(left_out, keep(path)));
            }
            settings
        }
        Err(error) => {
            told.push(Trouble::Damaged(path.to_owned(), Some(error.to_string()), keep(path)));
            Settings::default()
        }
    }
}

/// Keeps a copy of a file that is about to be replaced, and returns its path.
fn keep(path: &Path) -> Kept {
    let old = free_name(path);
    // Something that cannot be read, or is not a file, can still be renamed.
    let copied =
        if path.is_file() { fs::copy(path, &old).map(drop) } else { Err(io::ErrorKind::Other.into()) };
    copied.or_else(|_| fs::rename(path, &old))?;
    Ok(old)
}

/// Renames a file, and returns its new path.
pub(super) fn put_aside(path: &Path) -> Kept {
    let old = free_name(path);
    fs::rename(path, &old)?;
    Ok(old)
}

fn free_name(path: &Path) -> PathBuf {
    let name = |n: usize| {
        let mut name = path.as_os_str().to_owned();
        name.push(if n == 1 { ".old".to_owned() } else { format!(".old{n}") });
        PathBuf::from(name)
    };
    let free = |old: &PathBuf| old.symlink_metadata().is_err();
    (1..=MOST_KEPT).map(name).find(free).unwrap_or_else(|| name(MOST_KEPT))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::app::words::{Language, words};
    use crate::scene::{ChapterId, Scene};

    /// The library's store.
    struct Old(HashMap<&'static str, String>);

    impl eframe::Storage for Old {
        fn get_string(&self, key: &str) -> Option<String> {
            self.0.get(key).cloned()
        }

        fn set_string(&mut self, _key: &str, _value: String) {}

        fn remove_string(&mut self, _key: &str) {}

        fn flush(&mut self) {}
    }

    type Opened = (Store, Settings, Vec<String>);

    fn opened(folder: Option<&Path>, old: Option<&dyn eframe::Storage>) -> Opened {
        let (store, settings, told) = Store::open(folder.map(Path::to_owned), old);
        let words = words(Language::English);
        (store, settings, told.iter().map(|trouble| trouble.text(&words)).collect())
    }

    fn open(folder: &Path) -> Opened {
        opened(Some(folder), None)
    }

    #[test]
    fn settings_come_back_from_their_file() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, mut settings, told) = open(&folder.path().join("new"));
        assert_eq!((&settings, told.len()), (&Settings::default(), 0));
        settings.scene = Some(Scene { t: 5, ..Scene::default() });
        store.save(&settings).unwrap();
        let (_, back, told) = open(&folder.path().join("new"));
        assert_eq!((back, told.len()), (settings, 0));
    }

    #[test]
    fn damaged_files_are_kept_and_spoken_of_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let kept = |n: &str| fs::read_to_string(folder.path().join(format!("{FILE}.old{n}"))).unwrap();
        for (n, text) in [("", "{\"theme\": \"Da"), ("2", ""), ("3", r#"{"threads": 0, "inspector": false}"#)]
        {
            fs::write(&path, text).unwrap();
            let (mut store, settings, told) = open(folder.path());
            assert!(told.len() == 1 && told[0].contains(&format!("{FILE}.old{n}")), "{told:?}");
            assert_eq!(kept(n), text);
            assert_eq!(settings.inspector, n != "3");
            store.save(&settings).unwrap();
            assert!(open(folder.path()).2.is_empty(), "{text}");
        }
        fs::write(&path, [0xff; 10]).unwrap();
        assert!(open(folder.path()).2[0].contains("not UTF-8"));
    }

    #[test]
    fn settings_of_earlier_versions_are_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let text = include_str!("../../../tests/data/settings-0.1.0.json");
        let old = Old(HashMap::from([(OLD_KEY, text.to_owned())]));
        let open = |old: &Old| opened(Some(folder.path()), Some(old));
        let (mut store, mut settings, told) = open(&old);
        assert!(told.is_empty(), "{told:?}");
        let scene = settings.scene.clone().unwrap();
        assert_eq!((scene.chapter, scene.t, settings.recent.len()), (ChapterId::Schedules, 603, 1));
        settings.inspector = false;
        store.save(&settings).unwrap();
        assert_eq!(open(&old).1, settings);
    }

    #[test]
    fn what_the_library_cannot_read_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(OLD_FILE), "{ \"settings\": \"{").unwrap();
        let open = |old: &Old| opened(Some(folder.path()), Some(old)).2;
        assert!(open(&Old(HashMap::from([(WINDOW_KEY, "()".to_owned())]))).is_empty());
        let told = open(&Old(HashMap::new()));
        assert!(told.len() == 1 && told[0].contains("app.ron.old"), "{told:?}");
    }

    #[test]
    fn what_cannot_be_written_is_said_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let (mut store, settings, told) = open(&file.join("diffuscope"));
        assert!(told.len() == 1 && told[0].contains("cannot be remembered"), "{told:?}");
        assert!(store.save(&settings).unwrap_err().contains("a file stands where the folder would be"));
        assert!(!store.is_untold());
        // One that can be written at first may be full later.
        let later = folder.path().join("later");
        let (mut store, settings, told) = open(&later);
        assert!(told.is_empty());
        fs::remove_dir(&later).unwrap();
        fs::write(&later, "").unwrap();
        assert!(store.save(&settings).is_err() && store.is_untold());
        assert!(store.save(&settings).is_err() && !store.is_untold());
        let (_, _, told) = opened(None, None);
        assert!(told[0].contains("HOME"), "{told:?}");
    }
}
