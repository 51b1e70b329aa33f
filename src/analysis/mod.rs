//! Distributions of which everything is known, under noise: plain functions from data and levels of noise to
//! curves, maps and clouds, for a thread of their own.

pub mod line;
pub mod plane;
