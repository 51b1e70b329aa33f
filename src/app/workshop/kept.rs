//! The trainings that are kept in the window's folder: those that can go on, and what was discarded.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::worker::FoundRun;

/// The number of kept trainings that stay when another one begins: a lesson or a try is no reason to lose an evening's.
const STAY: usize = 12;
/// The folder within that of a kept training in which its network is saved for Reverse.
pub const NETWORK: &str = "network";
/// The folder for trainings that were discarded, until the program starts the next time.
const BIN: &str = "discarded";

/// The kept trainings of a window.
#[derive(Debug, Default)]
pub struct KeptTrainings {
    /// The folder in which trainings are kept, each in a folder of its own; `None` if they are not.
    place: Option<PathBuf>,
    /// Those that can go on, the latest first; `None` before they were looked for.
    found: Option<Vec<FoundRun>>,
    /// The one that was chosen.
    chosen: Option<PathBuf>,
    /// What was discarded last: where it was, and where it is.
    discarded: Option<(FoundRun, PathBuf)>,
}

impl KeptTrainings {
    /// The trainings in a folder within `folder`, from which remains of killed windows are removed, and what was
    /// discarded in earlier ones.
    pub fn new(folder: Option<PathBuf>) -> Self {
        let place = folder.map(|folder| folder.join("trainings"));
        if let Some(place) = &place {
            FoundRun::clear(place);
            let bin = place.join(BIN);
            if bin.exists() {
                remove(&bin);
            }
        }
        Self { place, ..Self::default() }
    }

    /// Looks for kept trainings again when they are wanted next.
    pub fn look_anew(&mut self) {
        self.found = None;
    }

    /// Looks for kept trainings, unless that was done.
    pub fn look(&mut self) {
        if self.found.is_none() {
            self.found = Some(self.place.as_deref().map(FoundRun::all).unwrap_or_default());
        }
    }

    /// The trainings that can go on, the latest first.
    pub fn found(&self) -> &[FoundRun] {
        self.found.as_deref().unwrap_or_default()
    }

    /// Chooses the training in this folder.
    pub fn choose(&mut self, folder: PathBuf) {
        self.chosen = Some(folder);
    }

    /// Of these trainings the chosen one, or else the latest.
    pub fn chosen_of<'a>(&self, offered: &[&'a FoundRun]) -> Option<&'a FoundRun> {
        let chosen = offered.iter().find(|run| self.chosen.as_ref() == Some(&run.folder));
        chosen.or(offered.first()).copied()
    }

    /// The training in this folder, if it can go on.
    pub fn of(&self, folder: &Path) -> Option<&FoundRun> {
        self.found().iter().find(|run| run.folder == folder)
    }

    /// What was discarded last, which can be brought back.
    pub fn discarded(&self) -> Option<&FoundRun> {
        self.discarded.as_ref().map(|(run, _)| run)
    }

    /// Discards the training in this folder. It can be brought back until the program starts the next time.
    ///
    /// # Errors
    /// If its folder cannot be moved; then it stays.
    pub fn discard(&mut self, folder: &Path) -> io::Result<()> {
        let (Some(place), Some(run)) = (&self.place, self.of(folder).cloned()) else { return Ok(()) };
        let bin = place.join(BIN);
        fs::create_dir_all(&bin)?;
        let Some(to) = free(&bin) else { return Ok(()) };
        fs::rename(folder, &to)?;
        self.discarded = Some((run, to));
        self.look_anew();
        Ok(())
    }

    /// Brings back what was discarded last.
    ///
    /// # Errors
    /// If its folder cannot be moved.
    pub fn bring_back(&mut self) -> io::Result<()> {
        let Some((run, from)) = self.discarded.take() else { return Ok(()) };
        let free_place = self.place.as_deref().and_then(free).unwrap_or_else(|| run.folder.clone());
        let to = if run.folder.exists() { free_place } else { run.folder };
        self.look_anew();
        fs::rename(from, to)
    }

    /// A new folder for a training; of the trainings that are kept already, only the latest stay, and those whose network
    /// was shown in Reverse, as scenes may name it.
    pub fn free_folder(&self) -> Option<PathBuf> {
        let place = self.place.as_deref()?;
        let named = |run: &FoundRun| run.folder.join(NETWORK).exists();
        FoundRun::all(place).iter().skip(STAY).filter(|run| !named(run)).for_each(|old| remove(&old.folder));
        free(place)
    }
}

/// The first folder `1`, `2`, … that does not exist.
fn free(place: &Path) -> Option<PathBuf> {
    (1..=u32::MAX).map(|number| place.join(number.to_string())).find(|folder| !folder.exists())
}

fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder) {
        log::warn!("{}: {error}", folder.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::{Raster, ScheduleSpec};
    use crate::worker::{KeptRun, LearnSpec};

    #[test]
    fn trainings_that_have_saved_nothing_are_removed_unless_they_are_alive() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("trainings");
        let write = |path: &str| {
            let path = place.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        let lock = crate::files::locks::LOCK;
        for name in ["1", "2", "3", "4"] {
            write(&format!("{name}/{lock}"));
        }
        write("1/first/.training.safetensors-aB3x9Q.part");
        write("3/first/training.safetensors");
        write("5/mine");
        let alive = crate::train::RunLock::take(&place.join("4")).unwrap();
        if alive.doubt().is_some() {
            eprintln!("skipped: no locks here");
            return;
        }
        KeptTrainings::new(Some(home.path().to_owned()));
        let left: Vec<bool> = ["1", "2", "3", "4", "5"].map(|name| place.join(name).exists()).into();
        assert_eq!(left, [false, false, true, true, true]);
    }

    /// Writes this many kept trainings, of which the later ones were saved later.
    fn keep(place: &Path, count: u64) {
        let spec = LearnSpec::of_picture(Raster::new(1, 1, 1, vec![0.0]), 8, ScheduleSpec::default(), 1, 0);
        let run = KeptRun { spec, iteration: 1, losses: Vec::new(), variances: Vec::new() };
        let text = serde_json::to_string(&run).unwrap();
        for number in 1..=count {
            let folder = place.join(number.to_string());
            fs::create_dir_all(&folder).unwrap();
            let file = folder.join("run.json");
            fs::write(&file, &text).unwrap();
            let age = std::time::Duration::from_secs(60 * (100 - number));
            let file = fs::File::options().append(true).open(&file).unwrap();
            file.set_modified(std::time::SystemTime::now() - age).unwrap();
        }
    }

    #[test]
    fn trainings_that_scenes_may_name_stay() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("trainings");
        let count = STAY as u64 + 2;
        keep(&place, count);
        fs::create_dir(place.join("1").join(NETWORK)).unwrap();
        let kept = KeptTrainings::new(Some(home.path().to_owned()));
        assert_eq!(kept.free_folder(), Some(place.join("2")), "the place of one that has gone");
        let gone: Vec<u64> = (1..=count).filter(|number| !place.join(number.to_string()).exists()).collect();
        assert_eq!(gone, [2]);
    }

    #[test]
    fn what_was_discarded_comes_back_until_the_next_start() {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join("trainings");
        keep(&place, 3);
        let mut kept = KeptTrainings::new(Some(home.path().to_owned()));
        kept.look();
        let names = |kept: &KeptTrainings| {
            kept.found().iter().map(|run| run.folder.file_name().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&kept), ["3", "2", "1"]);
        kept.discard(&place.join("2")).unwrap();
        kept.look();
        assert_eq!(names(&kept), ["3", "1"]);
        // Another one may have taken its place.
        fs::create_dir(place.join("2")).unwrap();
        kept.bring_back().unwrap();
        kept.look();
        assert_eq!(names(&kept), ["3", "4", "1"]);
        kept.discard(&place.join("3")).unwrap();
        let mut next = KeptTrainings::new(Some(home.path().to_owned()));
        next.look();
        assert_eq!(names(&next), ["4", "1"]);
        assert!(!place.join(BIN).exists());
    }
}
