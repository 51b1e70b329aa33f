//! Distributions for which everything is known exactly, under noise: plain functions from data and levels of noise to
//! curves, maps and clouds, to be called on background threads.

pub mod line;
pub mod plane;
