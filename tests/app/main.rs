//! The window as users see it, drawn on a graphics adapter, and driven by the accessible names of its
//! controls.
//!
//! Without an adapter every test here fails. The pictures in `tests/snapshots` were drawn by lavapipe of
//! Mesa, which draws on the processor; `UPDATE_SNAPSHOTS=1` draws them anew.
#![allow(clippy::unwrap_used, reason = "what cannot be had fails the test")]

mod commands;
mod distributions;
mod figures;
mod files;
mod gallery;
mod keyboard;
mod latent;
mod layout;
mod learned;
mod likelihood;
mod monkey;
mod pixels;
mod recovery;
mod reverse;
mod saving;
mod schedules;
mod snapshots;
mod support;
mod teaching;
mod text;
mod time;
mod training;
mod typing;
