//! Keeps the scene on disk while the window is open, so that it can be restored when the program does not end by
//! closing the window: after a panic, a signal that cannot be caught, or a failure of the display server or the
//! computer.
//!
//! Each window keeps a file of its own in one folder, and holds a lock beside it. A file whose lock can be taken
//! belongs to a window that no longer exists. It stays until its scene has been restored or discarded.

mod window;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::app::wake::wake;
use crate::background::Thread;
use crate::files::leftover_of;
use crate::imaging::ImagingError;
use crate::scene::{self, Scene, SceneFileError};

/// The least time between two writes while the scene keeps changing.
const PACE: Duration = Duration::from_secs(1);
/// The name of the folder of kept scenes, within the folder of the settings.
const FOLDER: &str = "windows";
const SCENE: &str = "diffuscope";
const LOCK: &str = "lock";

/// Keeps the scene of this window, and knows those of windows that ended unexpectedly.
pub struct Recovery {
    /// The file of this window; `None` when nothing is kept.
    mine: Option<Kept>,
    /// The present scene, and the scene that is on disk or need not be.
    latest: Scene,
    written: Scene,
    at: Option<Instant>,
    writing: Option<Thread<Result<(), ImagingError>>>,
    /// The files of windows that ended unexpectedly, the latest at the end.
    found: Vec<Kept>,
}

/// A kept scene's file, and the lock that its window holds.
struct Kept {
    path: PathBuf,
    /// The system releases the lock, however the process ends.
    _lock: File,
}

impl Kept {
    /// Takes the lock of a file; `None` if another window has it.
    fn take(path: PathBuf) -> io::Result<Option<Self>> {
        let lock = lock_file(&path.with_extension(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { path, _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Creates a file under the first name that is free.
    fn new(folder: &Path) -> io::Result<Self> {
        let process = std::process::id();
        for number in 0_u32.. {
            let path = folder.join(format!("{process}-{number}.{SCENE}"));
            if !path.exists()
                && let Some(kept) = Self::take(path)?
            {
                return Ok(kept);
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn remove(self) {
        let lock = self.path.with_extension(LOCK);
        for path in [&self.path, &lock] {
            if let Err(error) = fs::remove_file(path)
                && error.kind() != io::ErrorKind::NotFound
            {
                log::warn!("{}: {error}", path.display());
            }
        }
    }
}

impl Recovery {
    /// A recovery that keeps nothing.
    pub fn none(scene: &Scene) -> Self {
        Self::of(None, Vec::new(), scene)
    }

    /// As [`Self::open`], but without a folder, or if that fails, a recovery that keeps nothing.
    pub fn or_none(folder: Option<PathBuf>, scene: &Scene) -> Self {
        let Some(folder) = folder else { return Self::none(scene) };
        let folder = folder.join(FOLDER);
        Self::open(&folder, scene).unwrap_or_else(|error| {
            log::warn!("{}: the scene is not kept for an unexpected end: {error}", folder.display());
            Self::none(scene)
        })
    }

    fn of(mine: Option<Kept>, found: Vec<Kept>, scene: &Scene) -> Self {
        let (latest, written) = (scene.clone(), scene.clone());
        Self { mine, latest, written, at: None, writing: None, found }
    }

    /// Keeps the scene, which begins as `scene`, in a folder, and looks there for scenes of windows that ended
    /// unexpectedly.
    ///
    /// # Errors
    /// When the folder cannot be written, or files there cannot be locked.
    pub fn open(folder: &Path, scene: &Scene) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        // The gate is locked while this window looks for files, so that windows which start at once do so in turn.
        let gate = lock_file(&folder.join("gate"))?;
        gate.lock()?;
        let mut found = Vec::new();
        let files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        for path in &files {
            clear(path);
        }
        for path in files {
            if path.extension().is_some_and(|extension| extension == SCENE) {
                found.extend(Kept::take(path)?);
            }
        }
        let changed = |kept: &Kept| kept.path.metadata().and_then(|data| data.modified());
        found.sort_by_cached_key(|kept| changed(kept).unwrap_or(SystemTime::UNIX_EPOCH));
        Ok(Self::of(Some(Kept::new(folder)?), found, scene))
    }

    /// Whether there is a scene that can be restored.
    pub fn has_found(&self) -> bool {
        !self.found.is_empty()
    }

    /// Whether the window that ended unexpectedly last showed this scene.
    pub fn has_ended_with(&self, scene: &Scene) -> bool {
        matches!(self.found(), Some(Ok(found)) if found == *scene)
    }

    /// Changes the scene that the window begins with, which need not be kept.
    pub fn begin_with(&mut self, scene: &Scene) {
        (self.latest, self.written) = (scene.clone(), scene.clone());
    }

    /// Writes the scene if it has changed, on a thread in the background and not too often. Returns why an earlier
    /// write failed, if it did.
    pub fn keep(&mut self, ctx: &egui::Context, scene: &Scene) -> Option<ImagingError> {
        let path = self.mine.as_ref()?.path.clone();
        if self.latest != *scene {
            self.latest = scene.clone();
        }
        if let Some(writing) = &self.writing {
            let ended = writing.ended()?;
            self.writing = None;
            if let Ok(Err(error)) = ended {
                return Some(error);
            }
        }
        if self.written == self.latest {
            return None;
        }
        let since = self.at.map_or(PACE, |at| at.elapsed());
        if since < PACE {
            ctx.request_repaint_after(PACE.saturating_sub(since));
            return None;
        }
        self.at = Some(Instant::now());
        self.written = self.latest.clone();
        let scene = self.latest.clone();
        match Thread::start(&wake(ctx), "keeping the scene", move || scene::save(&path, &scene)) {
            Ok(writing) => self.writing = Some(writing),
            Err(error) => log::warn!("the scene is not kept: {error}"),
        }
        None
    }

    /// Writes the scene on the calling thread.
    pub fn keep_now(&mut self, scene: &Scene) {
        self.latest = scene.clone();
        self.write();
    }

    fn write(&mut self) {
        // Waits for a write under way, so that the earlier scene is not written after this one.
        self.writing = None;
        let Some(mine) = &self.mine else { return };
        if let Err(error) = scene::save(&mine.path, &self.latest) {
            log::error!("the scene is not kept: {error}");
        }
        self.written = self.latest.clone();
    }

    /// The scene of the window that ended unexpectedly last; `None` if there is none. It stays on disk until
    /// [`Self::let_go`].
    ///
    /// # Errors
    /// When its file cannot be read.
    pub fn found(&self) -> Option<Result<Scene, SceneFileError>> {
        self.found.last().map(|kept| scene::load(&kept.path))
    }

    /// Removes that scene from disk.
    pub fn let_go(&mut self) {
        if let Some(kept) = self.found.pop() {
            kept.remove();
        }
    }

    /// Removes this window's file: the window was closed and the scene is in the settings.
    pub fn end(&mut self) {
        self.writing = None;
        if let Some(mine) = self.mine.take() {
            mine.remove();
        }
    }
}

impl Drop for Recovery {
    fn drop(&mut self) {
        // The window was not closed: a panic is passing through.
        if self.written != self.latest {
            self.write();
        }
        self.writing = None;
        // A window that has written no scene leaves no lock either.
        if let Some(mine) = self.mine.take_if(|mine| !mine.path.exists()) {
            mine.remove();
        }
    }
}

/// Removes a file if it is the lock or the unfinished scene of a window that no longer exists: a killed window leaves
/// these behind.
fn clear(path: &Path) {
    let unfinished = unfinished(path);
    let scene = match &unfinished {
        Some(scene) => scene.clone(),
        None if path.extension().is_some_and(|extension| extension == LOCK) => path.with_extension(SCENE),
        None => return,
    };
    // The scene itself is left for its user to decide about.
    if let (None, true) = (&unfinished, scene.exists()) {
        return;
    }
    // Only what no living window holds. What cannot be locked or removed stays.
    if let Ok(Some(kept)) = Kept::take(scene) {
        if unfinished.is_some() {
            drop(fs::remove_file(path));
        }
        if !kept.path.exists() {
            kept.remove();
        }
    }
}

/// The scene that an unfinished file was to become; `None` for other files.
fn unfinished(path: &Path) -> Option<PathBuf> {
    let scene = path.with_file_name(leftover_of(path.file_name()?)?);
    scene.extension().is_some_and(|extension| extension == SCENE).then_some(scene)
}

/// Opens a file that is there to be locked.
fn lock_file(path: &Path) -> io::Result<File> {
    // Opening a pipe would wait for its reader.
    if path.exists() && !path.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    File::options().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed() -> Scene {
        Scene { seed: 1234, ..Scene::default() }
    }

    /// Keeps a scene until it is written.
    fn keep(recovery: &mut Recovery, scene: &Scene) {
        let ctx = egui::Context::default();
        assert!(recovery.keep(&ctx, scene).is_none());
        while recovery.writing.is_some() {
            assert!(recovery.keep(&ctx, scene).is_none());
            std::thread::yield_now();
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_in_the_place_of_a_lock_holds_nothing_up() {
        let folder = tempfile::tempdir().unwrap();
        assert!(
            std::process::Command::new("mkfifo").arg(folder.path().join("gate")).status().unwrap().success()
        );
        assert!(Recovery::open(folder.path(), &Scene::default()).is_err());
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().file_name() != "gate").count()
    }

    #[test]
    fn a_scene_is_had_back_after_an_unexpected_end_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = Recovery::open(folder.path(), &Scene::default()).unwrap();
        keep(&mut first, &changed());
        // While the first window is open, its scene is nobody's else.
        let mut second = Recovery::open(folder.path(), &Scene::default()).unwrap();
        assert!(!second.has_found());
        keep(&mut second, &changed());
        second.end();
        // As when the process is killed: nothing is removed, and the lock is released.
        drop(first);
        let mut third = Recovery::open(folder.path(), &Scene::default()).unwrap();
        assert_eq!(third.found().unwrap().unwrap(), changed());
        // A window beside it does not offer the same scene, and undecided it is offered again.
        assert!(!Recovery::open(folder.path(), &Scene::default()).unwrap().has_found());
        third.end();
        drop(third);
        let mut fourth = Recovery::open(folder.path(), &Scene::default()).unwrap();
        assert!(fourth.has_found());
        fourth.let_go();
        assert!(!fourth.has_found());
        fourth.end();
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn what_has_changed_since_the_last_write_is_kept_when_a_panic_passes() {
        let folder = tempfile::tempdir().unwrap();
        let mut recovery = Recovery::open(folder.path(), &Scene::default()).unwrap();
        keep(&mut recovery, &changed());
        let later = Scene { seed: 5, ..Scene::default() };
        // So soon after the first write the second one waits.
        let ctx = egui::Context::default();
        assert!(recovery.keep(&ctx, &later).is_none() && recovery.writing.is_none());
        drop(recovery);
        let next = Recovery::open(folder.path(), &Scene::default()).unwrap();
        assert_eq!(next.found().unwrap().unwrap(), later);
    }

    #[test]
    fn remains_of_killed_windows_are_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["1-0.lock", "2-0.lock", "2-0.diffuscope", ".2-0.diffuscope-aB3x9Q.part", "mine.txt"] {
            fs::write(at(name), "").unwrap();
        }
        fs::write(at(".3-0.diffuscope-aB3x9Q.part"), "").unwrap();
        let alive = Kept::take(at("4-0.diffuscope")).unwrap().unwrap();
        fs::write(at(".4-0.diffuscope-aB3x9Q.part"), "").unwrap();
        let recovery = Recovery::open(folder.path(), &Scene::default()).unwrap();
        assert!(recovery.has_found());
        drop(recovery);
        let mut left: Vec<String> = folder
            .path()
            .read_dir()
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let expected =
            [".4-0.diffuscope-aB3x9Q.part", "2-0.diffuscope", "2-0.lock", "4-0.lock", "gate", "mine.txt"];
        assert_eq!(left, expected);
        drop(alive);
    }

    #[test]
    fn what_cannot_be_kept_is_told_and_nothing_changed_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(Recovery::open(folder.path(), &Scene::default()).unwrap());
        assert_eq!(files(folder.path()), 0);
        let mut recovery = Recovery::open(folder.path(), &Scene::default()).unwrap();
        let path = recovery.mine.as_ref().unwrap().path.clone();
        fs::create_dir(&path).unwrap();
        let ctx = egui::Context::default();
        let error = loop {
            if let Some(error) = recovery.keep(&ctx, &changed()) {
                break error;
            }
            std::thread::yield_now();
        };
        assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(Recovery::open(&file, &Scene::default()).is_err());
    }
}
