//! Data sets and training.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod batches;
mod classifier;
mod datasets;
mod digits;
mod gradients;
mod learning;
mod losses;
mod resuming;
mod shipped;
mod support;
