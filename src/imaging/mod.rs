//! Reading and writing pictures.
//!
//! | module | what it does |
//! | --- | --- |
//! | [`load`](mod@load) | files, dropped bytes and RGBA buffers → [`LoadedImage`], a [`Raster`](crate::diffusion::Raster) in `[-1, 1]` |
//! | [`fit`](mod@fit) | scaling to the working size (centred square or whole picture); thumbnails |
//! | [`samples`](mod@samples) | the pictures that come with the program |
//! | [`save`](mod@save) | [`write_atomically`], PNG, raster → bytes |
//! | [`film`] | frames → GIF or animated PNG |
//! | [`tensors`] | rasters ↔ safetensors |
//! | [`clipboard`] | what can be pasted: pictures, files, text that names files |
//!
//! A picture is opened, brought to its working size and written:
//!
//! ```
//! use diffuscope::imaging::{FitMode, FitOptions, fit, load, open_argument, save_raster_png};
//!
//! let folder = tempfile::tempdir()?;
//! let loaded = open_argument("coffee".as_ref())?;
//! let small = fit(&loaded.pixels, &FitOptions { size: 64, mode: FitMode::Fit });
//! assert_eq!((small.channels, small.width), (3, 64));
//!
//! let path = folder.path().join("small.png");
//! save_raster_png(&path, &small)?;
//! assert_eq!(load::open(&path)?.original_size, (64, small.height as u32));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! Every failure is an [`ImagingError`], whose text is one line: what it is about, what is wrong, and what to do.

pub mod clipboard;
mod decode;
mod error;
pub mod film;
pub mod fit;
mod jpeg;
pub mod load;
mod pixels;
mod resample;
pub mod samples;
pub mod save;
pub mod tensors;
mod tiff;

pub use clipboard::{Pasted, paths};
pub use error::ImagingError;
pub use film::{FilmFormat, FilmFrame, FilmSpec, save_film};
pub use fit::{FitMode, FitOptions, bicubic, fill, fit, thumbnail, with_channels};
pub use load::{LoadedImage, MAX_SIDE};
pub use samples::{DEFAULT_SAMPLE, Sample, open_argument, sample, sample_meant, samples};
pub use save::{
    FileWriter, PixelBytes, Watched, check_folder, check_writable, encode_png, make_folder, raster_to_rgb8,
    raster_to_rgba8, save_png, save_raster_png, write_atomically,
};
pub use tensors::{NamedTensor, load_safetensors, read_safetensors, save_safetensors, save_tensors};
