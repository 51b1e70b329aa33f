//! Scenes as small, readable files.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{ImageRef, Scene, SceneError};
use crate::diffusion::sampler::SchedulerFile;
use crate::files::{self, FileError};
use crate::imaging::{ImagingError, write_atomically};

const FORMAT: &str = "diffuscope scene";
/// Version of the scene files that this program writes, and the latest that it reads.
pub const SCENE_VERSION: u32 = 1;

/// Why a scene file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SceneFileError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] FileError),
    /// The file is not a scene.
    #[error("{path} is not a diffuscope scene: {reason}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file was saved by a newer version of the program.
    #[error(
        "{path} was saved by a newer diffuscope (scene version {version}, this program reads {SCENE_VERSION})"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of the scene format.
        version: u32,
    },
    /// The file describes an impossible scene.
    #[error("{path}: {source}")]
    Impossible {
        /// The file.
        path: PathBuf,
        /// What is impossible.
        source: SceneError,
    },
}

#[derive(Serialize, Deserialize)]
struct SceneFile {
    format: String,
    version: u32,
    scene: serde_json::Value,
}

/// Whether a file is a scheduler of diffusers, by its name, or by the class that it names, whatever it is called.
pub fn looks_like_scheduler(path: &Path) -> bool {
    if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("scheduler_config.json")) {
        return true;
    }
    let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let text = is_json.then(|| files::read_text(path, files::MAX_CONFIG_BYTES).ok()).flatten();
    let class = text.and_then(|text| SchedulerFile::class_of(&text).ok().flatten());
    class.is_some_and(|class| class.ends_with("Scheduler"))
}

/// Whether the file looks like a scene rather than a picture, by its name or by its first bytes.
pub fn looks_like_scene(path: &Path) -> bool {
    let named = path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("diffuscope") || e.eq_ignore_ascii_case("json"));
    named || files::start(path, 256).is_ok_and(|bytes| begins_object(&bytes))
}

/// Whether text begins like a JSON object, perhaps after a byte order mark and white space.
fn begins_object(bytes: &[u8]) -> bool {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start().starts_with(b"{")
}

/// Reads a scene. A relative path of a picture is relative to the scene's folder.
///
/// # Errors
/// Names the file, and says what is wrong with it.
pub fn load(path: &Path) -> Result<Scene, SceneFileError> {
    let invalid = |reason: String| SceneFileError::Invalid { path: path.to_owned(), reason };
    let text = files::read_text(path, files::MAX_CONFIG_BYTES)?;
    let file: SceneFile = serde_json::from_str(&text).map_err(|e| invalid(e.to_string()))?;
    if file.format != FORMAT {
        return Err(invalid(format!("its format is {:?}", file.format)));
    }
    if file.version > SCENE_VERSION {
        return Err(SceneFileError::Newer { path: path.to_owned(), version: file.version });
    }
    let mut scene: Scene = serde_json::from_value(file.scene).map_err(|e| invalid(e.to_string()))?;
    scene.check().map_err(|source| SceneFileError::Impossible { path: path.to_owned(), source })?;
    if let (ImageRef::File(image), Some(folder)) = (&mut scene.image, path.parent())
        && image.is_relative()
    {
        *image = folder.join(&*image);
    }
    Ok(scene)
}

/// Writes a scene. A picture in the scene's own folder is stored by its name alone, so that both files can be moved
/// together.
///
/// # Errors
/// Names the file; nothing is left behind then.
pub fn save(path: &Path, scene: &Scene) -> Result<(), ImagingError> {
    let mut scene = scene.clone();
    if let (ImageRef::File(image), Some(folder)) = (&mut scene.image, path.parent())
        && let Ok(bare) = image.strip_prefix(folder)
    {
        *image = bare.to_owned();
    }
    write_atomically(path, |writer| {
        let scene = serde_json::to_value(&scene)?;
        let file = SceneFile { format: FORMAT.to_owned(), version: SCENE_VERSION, scene };
        serde_json::to_writer_pretty(&mut *writer, &file)?;
        writeln!(writer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Action, ChapterId};

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn round_trip_keeps_everything_and_pictures_travel() {
        let folder = folder();
        let path = folder.path().join("a.diffuscope");
        let mut scene = Scene { chapter: ChapterId::Ledger, seed: u64::MAX, ..Scene::default() };
        scene.apply(Action::Image(ImageRef::File(folder.path().join("cat.png")))).unwrap();
        save(&path, &scene).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("\"cat.png\""));
        assert_eq!(load(&path).unwrap(), scene);
        assert!(looks_like_scene(&path));
    }

    #[test]
    fn broken_files_say_what_is_wrong() {
        let folder = folder();
        let path = folder.path().join("b.diffuscope");
        let message = |text: &str| {
            std::fs::write(&path, text).unwrap();
            load(&path).unwrap_err().to_string()
        };
        assert!(message("").contains("not a diffuscope scene"));
        assert!(message(r#"{"format":"x","version":1,"scene":{}}"#).contains("format is \"x\""));
        assert!(message(r#"{"format":"diffuscope scene","version":9,"scene":{}}"#).contains("newer"));
        let wrong_t = message(r#"{"format":"diffuscope scene","version":1,"scene":{"t":0}}"#);
        assert!(wrong_t.contains("t must be from 1 to 1000, got 0"), "{wrong_t}");
        let unknown = message(r#"{"format":"diffuscope scene","version":1,"scene":{"tee":3}}"#);
        assert!(unknown.contains("tee"), "{unknown}");
        assert!(!unknown.contains('\n'));
    }
}
