//! **diffuscope**: an interactive instrument for looking into diffusion models.
//!
//! Layers, each knowing only those above it in this list:
//!
//! | module | what it is |
//! | --- | --- |
//! | [`signals`] | requests to end: Ctrl-C, `kill`, a terminal that is closed |
//! | [`memory`] | checks that there is enough memory before it is taken |
//! | [`files`] | reading files that a person names: only regular files, and always with a limit |
//! | [`background`] | work on threads of its own: tasks with a key, progress, parts and an end |
//! | [`diffusion`] | pure mathematics: schedules, curves, noise, posterior; no UI, GPU or tensors |
//! | [`quantity`] | the quantities that are computed, and their names in tables |
//! | [`system`] | what the system offers to a window: display server, libraries, file dialogs |
//! | [`imaging`] | pictures in and out: decoding, fitting, PNG, films, tensors on disk |
//! | [`model`] | U-Nets, autoencoders, text encoders and their checkpoints, as diffusers has them, on candle; the tokenizer |
//! | [`dataset`] | pictures to learn from: folders, IDX, NumPy, CSV, CIFAR |
//! | [`classifier`] | a small network that tells classes of pictures apart |
//! | [`train`] | training as an iterator, and checkpoints that resume exactly |
//! | [`eval`] | how good networks are: Fréchet distance, class accuracy, nearest neighbours, likelihood |
//! | [`learned_score`] | a score learned from data in the plane |
//! | [`families`] | diffusion's relatives, learned from data in the plane: VAE, GAN, flow, autoregressive model |
//! | [`analysis`] | maps, paths, clouds and fields of exact distributions, on the line and in the plane |
//! | [`worker`] | the thread that owns the networks: commands, events, and kept runs |
//! | [`gpu`] | the kernels for pictures as WGSL on wgpu, each with a multi-threaded CPU twin |
//! | [`scene`] | the user's choices, as plain data; actions, undo, files |
//! | [`export`] | the scene as films, tables and schedules |
//! | [`lesson`] | lessons that lead through scenes, as data: steps, questions, and what they claim |
//! | [`app`] | the egui window: views of the scene, and figures of them |
//! | [`cli`] | the command line, a second interface to the same layers |
//!
//! # Notation
//! The notation is that of Ho et al. 2020: `x_t = √ᾱ_t x_0 + √(1−ᾱ_t) ε` with `t` from 1 to `T`, where `x_0` is the
//! picture in `[-1, 1]`, ε is standard normal, `β_t` is the variance of the noise that step `t` adds, and
//! `ᾱ_t = Π_{s≤t} (1 − β_s)` is the share of the variance that is left of the picture. A hat marks what a network
//! predicts (ε̂, `x̂_0`).
//!
//! # A first example
//! A picture that comes with the program gets the noise of `t = 300`, and is recovered with the help of the known ε:
//!
//! ```
//! use diffuscope::diffusion::noise::{Key, Stream, plane};
//! use diffuscope::diffusion::{Raster, ScheduleSpec};
//! use diffuscope::imaging::{FitOptions, fit, sample};
//!
//! let schedule = ScheduleSpec::default().build()?;
//! let step = schedule.step(300);
//! let (signal, noise) = (step.sqrt_alpha_bar() as f32, step.sqrt_one_minus_alpha_bar() as f32);
//!
//! let picture = sample("camera").ok_or("no such picture")?.load()?.pixels;
//! let x0 = fit(&picture, &FitOptions { size: 32, ..FitOptions::default() });
//! let eps = plane(Key::from_seed(7), 0, Stream::Epsilon, 0, 0, x0.data.len());
//! let xt: Vec<f32> = x0.data.iter().zip(&eps).map(|(x0, eps)| signal * x0 + noise * eps).collect();
//! let xt = Raster::new(1, 32, 32, xt);
//!
//! let found = (xt.at(0, 5, 6) - noise * eps[5 * 32 + 6]) / signal;
//! assert!((found - x0.at(0, 5, 6)).abs() < 1e-5);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! The folder `examples` has longer examples: curves, pictures with noise, sampling from a folder, and a sampler of
//! one's own.

pub mod analysis;
pub mod app;
pub mod background;
pub mod classifier;
pub mod cli;
pub mod dataset;
pub mod diffusion;
pub mod eval;
pub mod export;
pub mod families;
pub mod files;
pub mod gpu;
pub mod imaging;
pub mod learned_score;
pub mod lesson;
pub mod memory;
pub mod model;
mod perceptron;
pub mod quantity;
pub mod scene;
pub mod signals;
pub mod system;
pub mod train;
pub mod worker;
