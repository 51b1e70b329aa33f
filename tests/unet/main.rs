//! The U-Net compared with PyTorch, and checkpoints with all kinds of errors.
//!
//! `reference/unet-*` and `reference/unets/*` were made with diffusers (`reference/unets.py`). So were
//! `reference/condition/*`, with diffusers 0.42.1 and PyTorch 2.15 on a CPU, from random weights (those of norms too):
//! `linear` has linear projections, two transformer layers a block and a list of heads; `sd-tiny` is built as Stable
//! Diffusion 1.x, and called with pictures of 16 × 16 (`unet.*`) and of 7 × 5 (`unet_odd.*`). `*_f64` was computed in
//! f64 with the same weights.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]
#![allow(clippy::print_stdout, reason = "measured errors are worth reading")]

mod broken;
mod condition;
mod config;
mod pytorch;
mod running;
mod saving;
mod shards;
mod support;
