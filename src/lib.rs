//! **diffuscope**: an interactive instrument for looking into diffusion models.
//!
//! Layers, each knowing only those above it in this list:
//!
//! | module | what it is |
//! | --- | --- |
//! | [`signals`] | requests to end: Ctrl-C, `kill`, a terminal that is closed |
//! | [`memory`] | asked for before it is taken |
//! | [`files`] | files that a person names: regular files alone, never read without a limit |
//! | [`diffusion`] | pure mathematics: schedules, curves, noise, posterior; no UI, GPU or tensors |
//! | [`system`] | what the system offers to a window: display server, libraries, file dialogs |
//! | [`imaging`] | pictures in and out: decoding, fitting, PNG, films, tensors on disk |
//! | [`model`] | the U-Net and its checkpoints: diffusers' `UNet2DModel` on candle |
//! | [`dataset`] | pictures to learn from: folders, IDX, NumPy, CSV |
//! | [`classifier`] | a small network that tells classes of pictures apart |
//! | [`train`] | training as an iterator, checkpoints that go on exactly |
//! | [`eval`] | how good samples are: Fréchet distance, class accuracy, nearest neighbours |
//! | [`toy`] | a score learned from data in the plane |
//! | [`distributions`] | what the chapter of that name computes on the line and in the plane |
//! | [`worker`] | the thread that owns the networks: commands, events, runs that are kept |
//! | [`gpu`] | the pictures' kernels as WGSL on wgpu, each with a multi-threaded CPU twin |
//! | [`scene`] | what the user chose, as plain data; actions, undo, files |
//! | [`export`] | the scene as films, tables and schedules |
//! | [`app`] | the egui window: views of the scene, and figures of them |
//! | [`cli`] | the command line, a second face over the same layers |

pub mod app;
pub mod classifier;
pub mod cli;
pub mod dataset;
pub mod diffusion;
pub mod distributions;
pub mod eval;
pub mod export;
pub mod files;
pub mod gpu;
pub mod imaging;
pub mod memory;
pub mod model;
pub mod quantity;
pub mod scene;
pub mod signals;
pub mod system;
pub mod toy;
pub mod train;
pub mod worker;
