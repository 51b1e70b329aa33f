//! Commands of chapters, in a form that the rest of the program can carry without knowing the chapter.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::scene::ChapterId;

/// A command of one chapter.
#[derive(Clone)]
pub struct Order {
    /// The chapter to which the command is addressed.
    pub chapter: ChapterId,
    command: Arc<dyn Any + Send + Sync>,
    text: String,
}

impl Order {
    /// Addresses a command to a chapter.
    pub fn new<C: fmt::Debug + Send + Sync + 'static>(chapter: ChapterId, command: C) -> Self {
        let text = format!("{command:?}");
        Self { chapter, command: Arc::new(command), text }
    }

    /// The command, if it is of type `C`, the type of commands of the chapter that it is addressed to.
    pub fn command<C: Clone + 'static>(&self) -> Option<C> {
        self.command.downcast_ref().cloned()
    }
}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.chapter, self.text)
    }
}
