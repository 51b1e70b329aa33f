//! Tests of data sets and training.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod arrays;
mod autoencoder;
mod batches;
mod classifier;
mod datasets;
mod digits;
mod files;
mod gradients;
mod layouts;
mod learning;
mod live;
mod losses;
mod resuming;
mod shipped;
mod support;
mod tables;
mod text;
