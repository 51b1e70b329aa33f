//! Which sections of the inspector are open.

use serde::{Deserialize, Serialize};

/// A section of the inspector that can be folded away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// What all chapters share: noise, schedules, pictures.
    Scene,
    /// The numbers at t.
    Values,
}

/// Which sections are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sections {
    /// What all chapters share.
    pub scene: bool,
    /// The numbers at t.
    pub values: bool,
}

impl Default for Sections {
    fn default() -> Self {
        Self { scene: false, values: true }
    }
}

impl Sections {
    /// Whether a section is open.
    pub fn is_open(self, section: Section) -> bool {
        match section {
            Section::Scene => self.scene,
            Section::Values => self.values,
        }
    }

    /// Opens a section, or folds it away.
    pub fn set(&mut self, section: Section, open: bool) {
        match section {
            Section::Scene => self.scene = open,
            Section::Values => self.values = open,
        }
    }
}
