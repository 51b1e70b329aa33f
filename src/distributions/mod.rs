//! What the Distributions chapter computes: plain functions from data and levels of noise to curves, maps
//! and clouds, for a thread of their own.

pub mod line;
pub mod plane;
