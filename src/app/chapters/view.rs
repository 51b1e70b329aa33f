//! The data that the views of a room are given.

use std::ops::{Deref, DerefMut};

use crate::app::view::View;

/// The data that all views are given, together with the state of the room.
pub struct RoomView<'a, 'b, S> {
    /// The data that all views are given.
    pub shared: &'a mut View<'b>,
    /// The room's state.
    pub room: &'a mut S,
}

impl<'a, 'b, S> RoomView<'a, 'b, S> {
    /// Combines the shared data and the room's state.
    pub fn new(shared: &'a mut View<'b>, room: &'a mut S) -> Self {
        Self { shared, room }
    }
}

impl<'b, S> Deref for RoomView<'_, 'b, S> {
    type Target = View<'b>;

    fn deref(&self) -> &View<'b> {
        self.shared
    }
}

impl<S> DerefMut for RoomView<'_, '_, S> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.shared
    }
}
