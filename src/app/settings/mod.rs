//! The settings: what is remembered when the program is started again.

mod geometry;
mod salvage;
mod sections;
mod store;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::geometry::check as check_geometry;
pub use self::sections::{Section, Sections};
pub use self::store::Store;
pub use self::trouble::unwritable;
use super::figure::FigureChoice;
use super::lessons::Recording;
use super::words::Language;
use crate::scene::{ImageRef, Scene, SceneError};

/// The number of recent files that are remembered.
const RECENT: usize = 10;
/// The numbers of threads that can be set.
const THREADS: std::ops::RangeInclusive<usize> = 1..=1024;

/// Settings that are not part of a scene, and the last scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, by its name in the file")]
pub struct Settings {
    /// Dark, light, or as the system prefers.
    pub theme: egui::ThemePreference,
    /// The window's language; the system's when `None`.
    pub language: Option<Language>,
    /// Whether the inspector is shown.
    pub inspector: bool,
    /// Whether the invitation of the first start has been seen.
    pub welcomed: bool,
    /// Whether each chapter is explained.
    pub explain: bool,
    /// Which sections of the inspector are open.
    pub sections: Sections,
    /// Whether the formula stays open in chapters that fold it away.
    pub formula: bool,
    /// What was chosen for figures.
    pub figure: FigureChoice,
    /// Files opened lately, the newest first.
    pub recent: Vec<PathBuf>,
    /// Folders of networks opened lately, the newest first.
    pub models: Vec<PathBuf>,
    /// The number of threads for networks; with `None`, one less than there are cores for runs, and one per core for
    /// training.
    pub threads: Option<usize>,
    /// The names of the lessons that come with the program and have been played to their end.
    pub done: BTreeSet<String>,
    /// For lessons that come with the program and were left before their end, the step to go on at, from 2.
    pub left: BTreeMap<String, usize>,
    /// The lesson that is being written; `None` if there is none.
    pub recording: Option<Recording>,
    /// The scene when the window was last closed; `None` if there is none.
    pub scene: Option<Scene>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: egui::ThemePreference::Dark,
            language: None,
            inspector: true,
            welcomed: false,
            explain: false,
            sections: Sections::default(),
            formula: false,
            figure: FigureChoice::default(),
            recent: Vec::new(),
            models: Vec::new(),
            threads: None,
            done: BTreeSet::new(),
            left: BTreeMap::new(),
            recording: None,
            scene: None,
        }
    }
}

impl Settings {
    /// Reads the settings. Those that do not have the right form or a valid value get their defaults, and their names
    /// are added to `left_out`.
    ///
    /// # Errors
    /// When the text is not JSON.
    fn read(text: &str, left_out: &mut Vec<String>) -> Result<Self, serde_json::Error> {
        let mut given: Value = serde_json::from_str(text)?;
        for list in ["recent", "models"] {
            if let Some(Value::Array(paths)) = given.get_mut(list) {
                let all = paths.len();
                paths.retain(Value::is_string);
                if paths.len() < all {
                    left_out.push(format!("part of {list}"));
                }
            }
        }
        // The missing parts of a damaged scene are taken from the default one.
        let base = given.get("scene").filter(|scene| scene.is_object()).map(|_| Scene::default());
        let mut settings = salvage::onto(Self { scene: base, ..Self::default() }, given, left_out);
        settings.recent.truncate(RECENT);
        settings.models.truncate(RECENT);
        if settings.threads.take_if(|threads| !THREADS.contains(threads)).is_some() {
            left_out.push("threads".to_owned());
        }
        if !settings.figure.is_sound() {
            settings.figure = FigureChoice::default();
            left_out.push("figure".to_owned());
        }
        settings.scene = settings.scene.and_then(|scene| possible(scene, left_out));
        Ok(settings)
    }

    /// The text that [`read`](Self::read) reads. What does not outlive the program, and what cannot be written as text,
    /// is left out.
    fn text(&self) -> Result<String, serde_json::Error> {
        let mut settings = self.clone();
        for list in [&mut settings.recent, &mut settings.models] {
            list.retain(|path| path.to_str().is_some());
        }
        if let Some(scene) = &mut settings.scene
            && (matches!(scene.image, ImageRef::Pasted(_)) || serde_json::to_value(&scene.image).is_err())
        {
            scene.image = Scene::default().image;
        }
        settings.scene.take_if(|scene| serde_json::to_value(scene).is_err());
        serde_json::to_string_pretty(&settings)
    }

    /// Puts a file at the head of the recent files.
    pub fn remember_file(&mut self, path: PathBuf) {
        remember(&mut self.recent, path);
    }

    /// Puts a network's folder at the head of the recent networks.
    pub fn remember_model(&mut self, path: PathBuf) {
        remember(&mut self.models, path);
    }
}

/// The scene, with fields that make it invalid set to their defaults; `None` when that does not help.
fn possible(mut scene: Scene, left_out: &mut Vec<String>) -> Option<Scene> {
    let Ok(Value::Object(defaults)) = serde_json::to_value(Scene::default()) else { return None };
    let reset = |scene: &Scene, field: &str| -> Option<Scene> {
        let mut value = serde_json::to_value(scene).ok()?;
        value.as_object_mut()?.insert(field.to_owned(), defaults.get(field)?.clone());
        serde_json::from_value(value).ok()
    };
    // The default t may lie beyond a T that is sound.
    if !(1..=scene.steps()).contains(&scene.t) {
        scene.t = Scene::default().t.min(scene.steps());
        let name = "scene.t".to_owned();
        if !left_out.contains(&name) {
            left_out.push(name);
        }
    }
    for _ in 0..defaults.len() {
        let Err(error) = scene.check() else { return Some(scene) };
        let named = match &error {
            SceneError::OutOfRange { field, .. } => field.split('.').next(),
            _ => None,
        };
        let mends = |field: &str| reset(&scene, field).is_some_and(|scene| scene.check().is_ok());
        let field = defaults.keys().map(String::as_str).find(|field| mends(field)).or(named);
        let Some((field, mended)) = field.and_then(|field| Some((field, reset(&scene, field)?))) else {
            break;
        };
        left_out.push(format!("scene.{field}"));
        if mended == scene {
            break;
        }
        scene = mended;
    }
    left_out.push("scene".to_owned());
    None
}

fn remember(recent: &mut Vec<PathBuf>, path: PathBuf) {
    recent.retain(|other| *other != path);
    recent.insert(0, path);
    recent.truncate(RECENT);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Action, ChapterId};

    fn read(text: &str) -> (Settings, Vec<String>) {
        let mut left_out = Vec::new();
        (Settings::read(text, &mut left_out).unwrap(), left_out)
    }

    #[test]
    fn settings_come_back() {
        let scene = Scene { t: 77, chapter: ChapterId::Posterior, ..Scene::default() };
        let done = BTreeSet::from(["why-cosine".to_owned()]);
        let settings =
            Settings { threads: Some(3), scene: Some(scene), inspector: false, done, ..Settings::default() };
        assert_eq!(read(&settings.text().unwrap()), (settings, Vec::new()));
    }

    #[test]
    fn a_damaged_t_costs_itself_alone_however_small_the_last_one_is() {
        for steps in [2, 10, 50] {
            let mut scene = Scene { chapter: ChapterId::Posterior, ..Scene::default() };
            scene.apply(Action::Steps(steps)).unwrap();
            let settings = Settings { scene: Some(scene.clone()), ..Settings::default() };
            for damage in [Value::from("x"), Value::from(9999)] {
                let mut value: Value = serde_json::from_str(&settings.text().unwrap()).unwrap();
                value["scene"]["t"] = damage;
                let (back, left_out) = read(&value.to_string());
                let back = back.scene.unwrap();
                assert_eq!((back.steps(), back.chapter), (steps, ChapterId::Posterior));
                assert_eq!(left_out, ["scene.t"]);
            }
        }
    }

    #[test]
    fn values_out_of_range_cost_themselves_alone() {
        let text = r#"{"threads": 100000, "theme": "Purple", "inspector": false, "recent": ["/a", 5, "/b"],
            "colour": 1, "scene": {"t": 0, "seed": 9, "fit": {"size": 3}}}"#;
        let (settings, mut left_out) = read(text);
        left_out.sort();
        assert_eq!(left_out, ["colour", "part of recent", "scene.fit", "scene.t", "theme", "threads"]);
        assert_eq!(settings.recent, ["/a", "/b"].map(PathBuf::from));
        assert_eq!((settings.threads, settings.inspector), (None, false));
        assert_eq!(settings.scene, Some(Scene { seed: 9, ..Scene::default() }));
        for threads in ["0", "1025", "-1", "1e9"] {
            assert_eq!(read(&format!(r#"{{"threads": {threads}}}"#)).1, ["threads"], "{threads}");
        }
        let many: Vec<String> = (0..1000).map(|i| format!("\"/{i}\"")).collect();
        assert_eq!(read(&format!(r#"{{"recent": [{}]}}"#, many.join(","))).0.recent.len(), RECENT);
    }

    #[test]
    fn a_scene_that_cannot_be_mended_costs_the_scene() {
        let (settings, left_out) = read(r#"{"inspector": false, "scene": 5}"#);
        assert_eq!((settings.scene, settings.inspector, left_out), (None, false, vec!["scene".to_owned()]));
    }

    #[cfg(unix)]
    #[test]
    fn paths_that_are_no_text_do_not_keep_the_rest_from_being_remembered() {
        use std::os::unix::ffi::OsStringExt as _;
        let odd = PathBuf::from(std::ffi::OsString::from_vec(b"/\xff".to_vec()));
        let scene = Scene { image: ImageRef::File(odd.clone()), t: 5, ..Scene::default() };
        let mut settings = Settings { scene: Some(scene), ..Settings::default() };
        settings.remember_file("/a".into());
        settings.remember_file(odd);
        let (back, _) = read(&settings.text().unwrap());
        assert_eq!(
            (back.recent, back.scene),
            (vec![PathBuf::from("/a")], Some(Scene { t: 5, ..Scene::default() }))
        );
    }
}
