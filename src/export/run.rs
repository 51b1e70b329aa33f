//! Exports a run of the reverse process as a film or as tensors.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use half::f16;

use super::ExportError;
use crate::gpu::{Display, Filter, Mapping, ViewRect, render};
use crate::imaging::{FilmFormat, FilmFrame, FilmSpec, NamedTensor, save_film, save_tensors};
use crate::worker::{KeptPictures, KeptStep};

/// The shortest side of the film's pictures in pixels; smaller pictures are enlarged by a whole factor.
const SIDE: usize = 192;
/// The number of frames of the film of a long run.
const FRAMES: usize = 150;
/// Duration of a frame in milliseconds.
const DELAY: u16 = 60;
/// How long the last frame is shown, in milliseconds.
const PAUSE: u16 = 2000;
/// The number of pixels between neighbouring pictures.
const GAP: usize = 8;

/// Writes a run as a film. Each lane has a column, with `x_t` above `x̂_0`, from the first network call to the last;
/// the last frame shows the resulting picture.
///
/// # Errors
/// If `progress` returns `Break`, or the file cannot be written; no file is left then.
pub fn run_film(
    path: &Path,
    format: FilmFormat,
    lanes: &[Vec<Arc<KeptStep>>],
    shape: [usize; 3],
    progress: impl FnMut(u32, u32) -> ControlFlow<()>,
) -> Result<(), ExportError> {
    let [_, height, width] = shape;
    let factor = SIDE.div_ceil(height.min(width));
    let tile = (width * factor, height * factor);
    let size = (lanes.len() * (tile.0 + GAP) - GAP, 2 * tile.1 + GAP);
    let longest = lanes.iter().map(|lane| lane.iter().filter(|step| step.pictures.is_some()).count()).max();
    let frames = longest.unwrap_or(0).clamp(1, FRAMES);
    let spec = FilmSpec { format, width: size.0 as u32, height: size.1 as u32, frames: frames as u32 + 1 };
    let film = (0..=frames).map(|i| {
        let mut rgba = [32, 36, 42, 255].repeat(size.0 * size.1);
        for (lane, steps) in lanes.iter().enumerate() {
            let kept: Vec<&KeptPictures> = steps.iter().filter_map(|step| step.pictures.as_deref()).collect();
            // The last frame shows the result of the run.
            let at = (i.min(frames - 1) * kept.len().saturating_sub(1)) / (frames - 1).max(1);
            let Some(pictures) = kept.get(at) else { continue };
            let above = if i == frames { &pictures.x_prev } else { &pictures.x_t };
            for (row, values) in [above, &pictures.x0_hat].into_iter().enumerate() {
                let corner = (lane * (tile.0 + GAP), row * (tile.1 + GAP));
                place(&mut rgba, size.0, corner, tile, &enlarged(values, shape, tile));
            }
        }
        FilmFrame { rgba, delay_ms: if i == frames { PAUSE } else { DELAY } }
    });
    Ok(save_film(path, spec, film, progress)?)
}

fn enlarged(values: &[f16], [channels, height, width]: [usize; 3], size: (usize, usize)) -> Vec<u8> {
    let values: Vec<f32> = values.iter().map(|value| value.to_f32()).collect();
    let planes: Vec<&[f32]> = values.chunks(height * width).take(if channels < 3 { 1 } else { 3 }).collect();
    let display = Display {
        mapping: Mapping::Clip { gain: 1.0 },
        filter: Filter::Nearest,
        view: ViewRect::whole(width, height),
        size,
    };
    render(&planes, width, height, &display)
}

fn place(rgba: &mut [u8], width: usize, (left, top): (usize, usize), size: (usize, usize), tile: &[u8]) {
    for (y, line) in tile.chunks_exact(4 * size.0).enumerate() {
        rgba[4 * ((top + y) * width + left)..][..line.len()].copy_from_slice(line);
    }
}

/// Writes every kept step of a run as safetensors. Lane k (from 1) has `lane_k.t`, `lane_k.t_prev`, `lane_k.alpha_bar`
/// and `lane_k.sigma` of shape `[steps]`, and `lane_k.x_t`, `lane_k.eps_hat`, `lane_k.x0_hat`, `lane_k.mean` and
/// `lane_k.x_prev` of shape `[steps, channels, height, width]`, all as `f32`. The window keeps pictures in 16 bits, so
/// the values have 11 significant bits.
///
/// # Errors
/// If the file cannot be written; no file is left then.
pub fn trajectory(path: &Path, lanes: &[Vec<Arc<KeptStep>>], shape: [usize; 3]) -> Result<(), ExportError> {
    let mut tensors: Vec<(String, Vec<usize>, Vec<f32>)> = Vec::new();
    for (lane, steps) in lanes.iter().enumerate() {
        let kept: Vec<(&KeptStep, &KeptPictures)> =
            steps.iter().filter_map(|step| Some((&**step, step.pictures.as_deref()?))).collect();
        let mut numbers = |name: &str, of: fn(&KeptStep) -> f64| {
            let values = kept.iter().map(|(step, _)| of(step) as f32).collect();
            tensors.push((format!("lane_{}.{name}", lane + 1), vec![kept.len()], values));
        };
        numbers("t", |step| step.t);
        numbers("t_prev", |step| step.t_prev);
        numbers("alpha_bar", |step| step.alpha_bar);
        numbers("sigma", |step| step.sigma);
        let mut states = |name: &str, of: fn(&KeptPictures) -> &[f16]| {
            let values =
                kept.iter().flat_map(|(_, pictures)| of(pictures).iter().map(|v| v.to_f32())).collect();
            let shape = [kept.len()].into_iter().chain(shape).collect();
            tensors.push((format!("lane_{}.{name}", lane + 1), shape, values));
        };
        states("x_t", |pictures| &pictures.x_t);
        states("eps_hat", |pictures| &pictures.eps_hat);
        states("x0_hat", |pictures| &pictures.x0_hat);
        states("mean", |pictures| &pictures.mean);
        states("x_prev", |pictures| &pictures.x_prev);
    }
    let named: Vec<NamedTensor<'_>> =
        tensors.iter().map(|(name, shape, data)| NamedTensor { name, shape, data }).collect();
    Ok(save_tensors(path, &named)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: [usize; 3] = [3, 4, 6];

    /// A lane of steps, each of whose pictures has the same value everywhere; every second step has no pictures.
    fn lane(steps: usize) -> Vec<Arc<KeptStep>> {
        let step = |index: usize| {
            let of = |value: f32| vec![f16::from_f32(value + index as f32 / 100.0); 72].into();
            let pictures = KeptPictures {
                x_t: of(0.0),
                eps_hat: of(1.0),
                x0_hat: of(-1.0),
                mean: of(0.5),
                x_prev: of(0.25),
            };
            KeptStep {
                index,
                t: (steps - index) as f64,
                t_prev: (steps - index - 1) as f64,
                alpha_bar: 0.5,
                alpha_bar_prev: 0.6,
                sigma: 0.0,
                std_x: 1.0,
                rms_eps: 1.0,
                change: None,
                error: None,
                pictures: index.is_multiple_of(2).then(|| Box::new(pictures)),
            }
        };
        (0..steps).map(|index| Arc::new(step(index))).collect()
    }

    #[test]
    fn films_show_all_lanes_to_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.gif");
        let mut last = 0;
        run_film(&path, FilmFormat::Gif, &[lane(9), lane(4)], SHAPE, |done, total| {
            last = total - done;
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(last, 0);
        let file = std::io::BufReader::new(std::fs::File::open(&path).unwrap());
        let frames = image::codecs::gif::GifDecoder::new(file).unwrap();
        let frames = image::AnimationDecoder::into_frames(frames).collect_frames().unwrap();
        // Five kept steps of the longer lane, followed by its result.
        assert_eq!(frames.len(), 6);
        assert_eq!(frames[0].buffer().dimensions(), (2 * 6 * 48 + 8, 2 * 4 * 48 + 8));
        let stopped = folder.path().join("stopped.gif");
        let result = run_film(&stopped, FilmFormat::Gif, &[lane(9)], SHAPE, |_, _| ControlFlow::Break(()));
        assert!(result.is_err() && !stopped.exists());
    }

    #[test]
    fn trajectories_hold_every_kept_state() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.safetensors");
        trajectory(&path, &[lane(5)], SHAPE).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.names().len(), 9);
        let tensor = |name: &str| {
            let view = file.tensor(&format!("lane_1.{name}")).unwrap();
            let values: Vec<f32> =
                view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            (view.shape().to_vec(), values)
        };
        assert_eq!(tensor("t"), (vec![3], vec![5.0, 3.0, 1.0]));
        let (shape, values) = tensor("x0_hat");
        assert_eq!(shape, [3, 3, 4, 6]);
        assert!((values[0] + 1.0).abs() < 1e-3 && (values[2 * 72] + 0.96).abs() < 1e-3);
    }
}
