//! Undo and redo as snapshots of the scene.

use std::collections::VecDeque;

use super::action::ActionKind;
use super::{Action, Scene, SceneError};

const DEPTH: usize = 500;

/// A scene, with the scenes before and after it.
#[derive(Debug, Default)]
pub struct History {
    scene: Scene,
    past: VecDeque<Scene>,
    future: Vec<Scene>,
    gesture: Option<ActionKind>,
}

impl History {
    /// Starts with a scene and nothing to undo.
    pub fn new(scene: Scene) -> Self {
        Self { scene, ..Self::default() }
    }

    /// The current scene.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Carries out an action. Consecutive actions of the same kind within one gesture are undone together.
    ///
    /// # Errors
    /// If the action is impossible; scene and history are then unchanged.
    pub fn apply(&mut self, action: Action) -> Result<(), SceneError> {
        let (kind, undoable) = (action.kind(), action.is_undoable());
        let before = self.scene.clone();
        self.scene.apply(action)?;
        if !undoable || self.scene == before {
            return Ok(());
        }
        if self.gesture != Some(kind) {
            self.past.push_back(before);
            if self.past.len() > DEPTH {
                self.past.pop_front();
            }
        }
        self.gesture = Some(kind);
        self.future.clear();
        Ok(())
    }

    /// Ends the gesture: the next action is a step of its own.
    pub fn end_gesture(&mut self) {
        self.gesture = None;
    }

    /// Goes one step back, without changing the chapter that is shown. Returns whether there was a step.
    pub fn undo(&mut self) -> bool {
        let Some(scene) = self.past.pop_back() else { return false };
        let now = self.replace(scene);
        self.future.push(now);
        true
    }

    /// Goes one step forward again. Returns whether there was a step.
    pub fn redo(&mut self) -> bool {
        let Some(scene) = self.future.pop() else { return false };
        let now = self.replace(scene);
        self.past.push_back(now);
        true
    }

    /// Whether there is a step for [`Self::undo`].
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step for [`Self::redo`].
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    fn replace(&mut self, scene: Scene) -> Scene {
        self.gesture = None;
        let (chapter, speed) = (self.scene.chapter, self.scene.speed);
        let before = std::mem::replace(&mut self.scene, scene);
        self.scene.chapter = chapter;
        self.scene.speed = speed;
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::ChapterId;

    #[test]
    fn one_gesture_is_one_step() {
        let mut history = History::default();
        for t in 301..=400 {
            history.apply(Action::Timestep(t)).unwrap();
        }
        history.end_gesture();
        history.apply(Action::Timestep(10)).unwrap();
        assert!(history.undo());
        assert_eq!(history.scene().t, 400);
        assert!(history.undo());
        assert_eq!(history.scene().t, 300);
        assert!(!history.undo());
        assert!(history.redo() && history.redo() && !history.redo());
        assert_eq!(history.scene().t, 10);
    }

    #[test]
    fn nothing_changed_is_no_step_and_chapters_are_not_undone() {
        let mut history = History::default();
        history.apply(Action::Timestep(300)).unwrap();
        history.apply(Action::Chapter(ChapterId::Ledger)).unwrap();
        assert!(!history.can_undo());
        history.apply(Action::Seed(1)).unwrap();
        history.apply(Action::Chapter(ChapterId::Posterior)).unwrap();
        assert!(history.undo());
        assert_eq!((history.scene().chapter, history.scene().seed), (ChapterId::Posterior, 7));
    }

    #[test]
    fn a_new_action_forgets_the_future() {
        let mut history = History::default();
        history.apply(Action::Seed(1)).unwrap();
        history.undo();
        history.apply(Action::Seed(2)).unwrap();
        assert!(!history.can_redo());
    }
}
