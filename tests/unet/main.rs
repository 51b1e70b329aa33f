//! The U-Net against PyTorch, and against everything that can be wrong with a checkpoint.
//!
//! `reference/unet-*` and `reference/unets/*` were made with diffusers (`reference/unets.py`).

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]
#![allow(clippy::print_stdout, reason = "measured errors are worth reading")]

mod broken;
mod config;
mod pytorch;
mod running;
mod saving;
mod shards;
mod support;
