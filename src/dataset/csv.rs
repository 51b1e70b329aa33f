//! Comma-separated numbers: a row of pixels each, the last column the class.

use std::io::Read as _;
use std::path::Path;

use super::{Dataset, DatasetError, MAX_TEXT, idx, numbered_classes};

/// What full intensity may be; the smallest that no pixel exceeds.
const FULL: [f64; 3] = [1.0, 16.0, 255.0];

/// Square grey pictures. Full intensity is 1, 16 or 255: the first that no pixel exceeds.
pub(super) fn read(path: &Path) -> Result<Dataset, DatasetError> {
    let name = path.display().to_string();
    let damaged = |reason: String| DatasetError::Damaged { name: name.clone(), reason };
    let mut text = String::new();
    let read = idx::open(path)?.take(MAX_TEXT + 1).read_to_string(&mut text);
    read.map_err(|error| damaged(error.to_string()))?;
    if text.len() as u64 > MAX_TEXT {
        let what = format!("more than {} GiB of text", MAX_TEXT >> 30);
        return Err(DatasetError::TooLarge { name, what });
    }
    let mut columns = None;
    let (mut values, mut numbers) = (Vec::new(), Vec::new());
    for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let Some(row) = row_of(line) else {
            // Names of columns.
            if columns.is_none() && i == 0 {
                continue;
            }
            return Err(damaged(format!("line {}: not a row of numbers", i + 1)));
        };
        let wanted = *columns.get_or_insert(row.len());
        if row.len() != wanted {
            return Err(damaged(format!("line {}: {} columns instead of {wanted}", i + 1, row.len())));
        }
        let [pixels @ .., class] = row.as_slice() else { continue };
        if class.fract() != 0.0 {
            return Err(damaged(format!("line {}: the class {class} is not a whole number", i + 1)));
        }
        values.extend(pixels.iter().map(|&v| v as f32));
        numbers.push(*class as i64);
    }
    let pixels = columns.unwrap_or(1) - 1;
    let side = pixels.isqrt();
    if side == 0 || side * side != pixels {
        return Err(damaged(format!("{pixels} pixels in a row are no square")));
    }
    let bytes = bytes_of(&values).map_err(damaged)?;
    let (labels, classes) = numbered_classes(&name, &numbers)?;
    Dataset::from_bytes(&name, [numbers.len(), 1, side, side], bytes, Some(labels), classes)
}

fn row_of(line: &str) -> Option<Vec<f64>> {
    line.split([',', ';']).map(|field| field.trim().parse().ok().filter(|v: &f64| v.is_finite())).collect()
}

/// Intensities from 0 to full as bytes.
fn bytes_of(values: &[f32]) -> Result<Vec<u8>, String> {
    let most = values.iter().copied().fold(0.0, f32::max) as f64;
    let least = values.iter().copied().fold(0.0, f32::min);
    let full = FULL.into_iter().find(|&full| most <= full);
    match full {
        Some(full) if least >= 0.0 => {
            Ok(values.iter().map(|&v| (v as f64 * 255.0 / full).round() as u8).collect())
        }
        _ => Err(format!("pixels from {least} to {most}, not from 0 to 255")),
    }
}
