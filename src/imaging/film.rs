//! Writes frames as a film: GIF (plays everywhere, 256 colours in a frame) or animated PNG (exact).

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, RgbaImage};

use super::error::ImagingError;
use super::save::{FileWriter, check_length, write_atomically};

/// How finely the pixels of a frame are sampled for its GIF palette: 1 uses every pixel, 30 few of them.
const PALETTE_SPEED: i32 = 10;
/// The shortest delay that players respect, in hundredths of a second.
const MIN_GIF_DELAY: u64 = 2;

/// File format of a film.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FilmFormat {
    /// A palette of up to 256 colours, chosen for each frame; exact for grey pictures. Delays are multiples of 10 ms,
    /// and at least 20 ms.
    Gif,
    /// Animated PNG: every pixel is exact, and files are larger.
    Apng,
}

impl FilmFormat {
    /// The format for a file name's extension, which is `gif`, `png` or `apng`; `None` for others.
    pub fn from_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "gif" => Some(Self::Gif),
            "png" | "apng" => Some(Self::Apng),
            _ => None,
        }
    }
}

/// One picture of a film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilmFrame {
    /// Red, green, blue and alpha of `width * height` pixels. GIF shows half-transparent pixels on white.
    pub rgba: Vec<u8>,
    /// How long it is shown, in milliseconds.
    pub delay_ms: u16,
}

/// Format and size of a film, which repeats endlessly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmSpec {
    /// File format.
    pub format: FilmFormat,
    /// Columns of every frame.
    pub width: u32,
    /// Rows of every frame.
    pub height: u32,
    /// Number of frames, at least 1.
    pub frames: u32,
}

/// Writes a film atomically, reading one frame at a time.
///
/// `progress(done, total)` is called after every frame; if it returns `Break`, writing stops and no file is left.
///
/// # Errors
/// [`ImagingError::Cancelled`] after a `Break`; [`ImagingError::Write`] if the disk fails, if `frames` does not yield
/// exactly `spec.frames` frames, or if one does not have the film's size.
pub fn save_film(
    path: &Path,
    spec: FilmSpec,
    frames: impl IntoIterator<Item = FilmFrame>,
    progress: impl FnMut(u32, u32) -> ControlFlow<()>,
) -> Result<(), ImagingError> {
    let name = path.display().to_string();
    write_atomically(path, |writer| {
        let checked = Checked { spec, done: 0, frames: frames.into_iter(), progress, name };
        match spec.format {
            FilmFormat::Gif => write_gif(writer, spec, checked),
            FilmFormat::Apng => write_apng(writer, spec, checked),
        }
    })
}

/// Yields the film's frames, each after the previous one has been written, and checks their number and sizes.
struct Checked<I, P> {
    spec: FilmSpec,
    done: u32,
    frames: I,
    progress: P,
    name: String,
}

impl<I, P> Iterator for Checked<I, P>
where
    I: Iterator<Item = FilmFrame>,
    P: FnMut(u32, u32) -> ControlFlow<()>,
{
    type Item = io::Result<FilmFrame>;

    fn next(&mut self) -> Option<Self::Item> {
        let total = self.spec.frames;
        if self.done > 0 && (self.progress)(self.done, total).is_break() {
            let stopped = ImagingError::Cancelled { name: self.name.clone() };
            return Some(Err(io::Error::other(stopped)));
        }
        let frame = match self.frames.next() {
            None if self.done == total && total > 0 => return None,
            Some(frame) if self.done < total => frame,
            _ => return Some(Err(self.wrong("the number of frames is not the one announced"))),
        };
        self.done += 1;
        let (width, height) = (self.spec.width, self.spec.height);
        Some(check_length(frame.rgba.len(), width, height, 4).map(|()| frame))
    }
}

impl<I, P> Checked<I, P> {
    fn wrong(&self, what: &str) -> io::Error {
        let text = format!("{what}: {} of {}", self.done, self.spec.frames);
        io::Error::new(io::ErrorKind::InvalidInput, text)
    }
}

fn write_gif(
    writer: &mut FileWriter<'_>,
    spec: FilmSpec,
    frames: impl Iterator<Item = io::Result<FilmFrame>>,
) -> io::Result<()> {
    let mut encoder = GifEncoder::new_with_speed(writer, PALETTE_SPEED);
    encoder.set_repeat(Repeat::Infinite).map_err(io::Error::other)?;
    // The clock carries over what is lost by rounding to 10 ms, so that long films keep their length.
    let (mut clock_ms, mut shown_cs) = (0_u64, 0_u64);
    for frame in frames {
        let mut frame = frame?;
        on_white(&mut frame.rgba);
        clock_ms += u64::from(frame.delay_ms);
        let delay = ((clock_ms + 5) / 10).saturating_sub(shown_cs).max(MIN_GIF_DELAY);
        shown_cs += delay;
        let delay = Delay::from_numer_denom_ms(delay as u32 * 10, 1);
        let Some(picture) = RgbaImage::from_raw(spec.width, spec.height, frame.rgba) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        encoder.encode_frame(Frame::from_parts(picture, 0, 0, delay)).map_err(io::Error::other)?;
    }
    Ok(())
}

/// GIF pixels are either transparent or opaque, so half-transparent pixels are blended with white.
fn on_white(rgba: &mut [u8]) {
    for pixel in rgba.chunks_exact_mut(4).filter(|pixel| !matches!(pixel[3], 0 | 255)) {
        let alpha = u32::from(pixel[3]);
        for value in &mut pixel[..3] {
            *value = ((u32::from(*value) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        }
        pixel[3] = 255;
    }
}

fn write_apng(
    writer: &mut FileWriter<'_>,
    spec: FilmSpec,
    frames: impl Iterator<Item = io::Result<FilmFrame>>,
) -> io::Result<()> {
    let mut encoder = png::Encoder::new(writer, spec.width, spec.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    encoder.set_animated(spec.frames, 0)?;
    encoder.validate_sequence(true);
    let mut png = encoder.write_header()?;
    for frame in frames {
        let frame = frame?;
        png.set_frame_delay(frame.delay_ms, 1000)?;
        png.write_image_data(&frame.rgba)?;
    }
    png.finish()?;
    Ok(())
}
