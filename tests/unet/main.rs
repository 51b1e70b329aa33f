//! The U-Net compared with PyTorch, and checkpoints with all kinds of errors.
//!
//! `reference/unet-*` and `reference/unets/*` were made with diffusers (`reference/unets.py`). So were
//! `reference/parts/*`, which `reference/parts/README.md` describes.

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
