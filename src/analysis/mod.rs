//! What is looked at in theory: distributions for which everything is known exactly, at any level of noise, and the
//! bound of networks. These are plain functions from data and levels to curves, maps and clouds, to be called on
//! background threads.

pub mod bound;
pub mod line;
pub mod plane;
pub mod vdm;
