//! The place of the window, which the windowing library (eframe) keeps in `app.ron` and uses without checking it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::RangeInclusive;
use std::path::Path;

use serde::Deserialize;

use super::store::{OLD_FILE, WINDOW_KEY, put_aside};
use crate::files::{self, FileError};
use crate::imaging::write_atomically;

/// The largest file that is read, in bytes. The library's file is a few hundred bytes long; earlier versions of the
/// program kept their settings in it too.
const MAX_BYTES: u64 = 16 << 20;
/// The possible coordinates of a window in pixels, lengths of its sides in points, and numbers of pixels per point.
const PLACES: RangeInclusive<f32> = -32768.0..=32768.0;
const SIDES: RangeInclusive<f32> = 200.0..=16384.0;
const SCALES: RangeInclusive<f32> = 0.1..=20.0;

#[derive(Deserialize)]
struct Window {
    normal_geometry: Geometry,
}

#[derive(Deserialize)]
struct Geometry {
    outer_position_pixels: Option<Pair>,
    scale_factor: f32,
    inner_size_points: Pair,
}

#[derive(Deserialize)]
struct Pair {
    x: f32,
    y: f32,
}

impl Pair {
    fn lies_in(&self, range: &RangeInclusive<f32>) -> bool {
        range.contains(&self.x) && range.contains(&self.y)
    }
}

impl Geometry {
    /// Whether a window could have this place and size. NaN lies in no range.
    fn is_possible(&self) -> bool {
        self.outer_position_pixels.as_ref().is_none_or(|place| place.lies_in(&PLACES))
            && self.inner_size_points.lies_in(&SIDES)
            && SCALES.contains(&self.scale_factor)
    }
}

/// Checks the library's file before the library reads it. A place where no window can be is removed from it; a file
/// that cannot be read, or would never end, is renamed.
pub fn check(folder: &Path) {
    let path = folder.join(OLD_FILE);
    let text = match files::read_text(&path, MAX_BYTES) {
        Ok(text) => text,
        Err(FileError::NotFound { .. }) => return,
        Err(error) => {
            let kept = put_aside(&path);
            return log::warn!("{error}; it was put aside ({kept:?})");
        }
    };
    // A damaged file is dealt with when the settings are opened.
    let Ok(mut all) = ron::from_str::<BTreeMap<String, String>>(&text) else { return };
    let Some(window) = all.get(WINDOW_KEY) else { return };
    if ron::from_str::<Window>(window).is_ok_and(|window| window.normal_geometry.is_possible()) {
        return;
    }
    all.remove(WINDOW_KEY);
    let written = ron::to_string(&all).map_err(|error| error.to_string()).and_then(|text| {
        write_atomically(&path, |file| file.write_all(text.as_bytes())).map_err(|error| error.to_string())
    });
    if let Err(error) = written {
        log::warn!("the place of the window is not usable, and stays: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a file with this geometry.
    fn left(geometry: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(OLD_FILE);
        let window = format!("(normal_geometry:({geometry}),fullscreen:false,maximized:true)");
        let all = BTreeMap::from([("egui", "kept".to_owned()), (WINDOW_KEY, window)]);
        std::fs::write(&path, ron::to_string(&all).unwrap()).unwrap();
        check(folder.path());
        std::fs::read_to_string(&path).unwrap()
    }

    #[test]
    fn places_where_no_window_can_be_are_forgotten() {
        let size = "inner_size_points:(x:1280.0,y:800.0)";
        for sound in [
            format!("outer_position_pixels:Some((x:-1500.0,y:40.0)),scale_factor:2.0,{size}"),
            format!("outer_position_pixels:None,scale_factor:1.0,{size}"),
        ] {
            assert!(left(&sound).contains("1280.0"), "{sound}");
        }
        for absurd in [
            format!("outer_position_pixels:Some((x:1e9,y:-1e9)),scale_factor:1.0,{size}"),
            format!("outer_position_pixels:None,scale_factor:0.0,{size}"),
            "outer_position_pixels:None,scale_factor:1.0,inner_size_points:(x:0.0,y:-5.0)".to_owned(),
            "outer_position_pixels:None,scale_factor:1.0,inner_size_points:(x:NaN,y:inf)".to_owned(),
            "scale_factor:1.0".to_owned(),
        ] {
            let left = left(&absurd);
            assert!(left.contains("kept") && !left.contains(WINDOW_KEY), "{absurd}: {left}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_never_ends_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(OLD_FILE);
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        check(folder.path());
        assert!(path.symlink_metadata().is_err(), "the library would read it without end");
    }
}
