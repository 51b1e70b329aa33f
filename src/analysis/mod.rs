//! What is looked at in theory: distributions for which everything is known exactly, at any level of noise, the
//! bound of networks, and pictures in the latents of autoencoders. These are plain functions from data and levels to curves, maps and clouds, to be called on
//! background threads.

pub mod bound;
pub mod encoding;
pub mod line;
mod picture;
pub mod plane;
mod threads;
pub mod vdm;

pub use picture::Picture;
pub use threads::NetworkThreads;
