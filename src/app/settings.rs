//! What is remembered from run to run.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::scene::{ImageRef, Scene};

const KEY: &str = "settings";
const RECENT: usize = 10;

/// Settings that are no part of a scene, and the last scene.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Dark, light, or as the system is.
    pub theme: egui::ThemePreference,
    /// Whether the inspector is shown.
    pub inspector: bool,
    /// Files opened lately, the newest first.
    pub recent: Vec<PathBuf>,
    /// Folders of networks opened lately, the newest first.
    pub models: Vec<PathBuf>,
    /// Threads for networks; when `None` one less than there are cores, and all for training.
    pub threads: Option<usize>,
    /// The scene at the end of the last run.
    pub scene: Option<Scene>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: egui::ThemePreference::Dark,
            inspector: true,
            recent: Vec::new(),
            models: Vec::new(),
            threads: None,
            scene: None,
        }
    }
}

impl Settings {
    /// Reads the settings; what cannot be read is as if it had never been set.
    pub fn load(storage: Option<&dyn eframe::Storage>) -> Self {
        let text = storage.and_then(|storage| storage.get_string(KEY));
        let mut settings: Self = text
            .and_then(|text| {
                serde_json::from_str(&text).inspect_err(|error| log::warn!("settings: {error}")).ok()
            })
            .unwrap_or_default();
        settings.scene = settings.scene.filter(|scene| scene.check().is_ok());
        settings
    }

    /// Stores the settings.
    pub fn save(&self, storage: &mut dyn eframe::Storage) {
        let mut settings = self.clone();
        if let Some(scene) = &mut settings.scene
            && matches!(scene.image, ImageRef::Pasted(_))
        {
            // A pasted picture does not outlive the program.
            scene.image = Scene::default().image;
        }
        match serde_json::to_string(&settings) {
            Ok(text) => storage.set_string(KEY, text),
            Err(error) => log::error!("settings: {error}"),
        }
    }

    /// Puts a file at the head of the recent ones.
    pub fn remember_file(&mut self, path: PathBuf) {
        remember(&mut self.recent, path);
    }

    /// Puts a network's folder at the head of the recent ones.
    pub fn remember_model(&mut self, path: PathBuf) {
        remember(&mut self.models, path);
    }
}

fn remember(recent: &mut Vec<PathBuf>, path: PathBuf) {
    recent.retain(|other| *other != path);
    recent.insert(0, path);
    recent.truncate(RECENT);
}
