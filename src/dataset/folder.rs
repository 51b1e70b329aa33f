//! A folder of pictures, its sub-folders the classes.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::pixels::{Pixels, fitted, grey_of, to_byte};
use super::{ClassChoice, Dataset, DatasetError, DatasetOptions, MAX_BYTES, MAX_CLASSES, Skipped};
use crate::diffusion::Raster;
use crate::imaging::{ImagingError, load};

/// Size where none is asked for: the pictures differ.
const DEFAULT_SIZE: usize = 32;
/// How deep folders are looked into. Links may lead in circles.
const MAX_DEPTH: usize = 16;
/// Files by these names are taken for pictures; what they really are is found by their content.
const EXTENSIONS: [&str; 9] = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "jfif"];

/// A file, and the number of its class.
struct Entry {
    path: PathBuf,
    class: Option<u32>,
}

/// Files, names of classes, and files that are in no class.
type Found = (Vec<Entry>, Vec<String>, Vec<Skipped>);

/// Reads all pictures in the order of their names. Those that cannot be read are skipped.
pub(super) fn read(folder: &Path, options: &DatasetOptions) -> Result<Dataset, DatasetError> {
    let (mut entries, classes, mut skipped) = entries(folder, &options.classes)?;
    let size = options.size.unwrap_or(DEFAULT_SIZE);
    let found = entries.len();
    let needed = (found * 3 * size * size) as u64;
    if needed > MAX_BYTES {
        let what = format!("{found} pictures of {size} × {size}, at most {} GiB are held", MAX_BYTES >> 30);
        return Err(DatasetError::TooLarge { name: folder.display().to_string(), what });
    }
    let pictures: Vec<Result<Raster, ImagingError>> = entries
        .par_iter()
        .map(|entry| {
            let picture = fitted(&load::open(&entry.path)?.pixels, size, options.pad);
            Ok(if options.grey { grey(&picture) } else { picture })
        })
        .collect();
    let colour = pictures.iter().flatten().any(|picture| picture.channels == 3);
    let channels = if colour { 3 } else { 1 };
    let mut bytes = Vec::with_capacity(found * channels * size * size);
    let mut read = pictures.into_iter();
    entries.retain(|_| match read.next() {
        Some(Ok(picture)) => {
            for channel in 0..channels {
                let plane = picture.plane(channel.min(picture.channels - 1));
                bytes.extend(plane.iter().map(|&v| to_byte(v)));
            }
            true
        }
        Some(Err(error)) => {
            skipped.push(Skipped { reason: error.to_string() });
            false
        }
        None => false,
    });
    if entries.is_empty() {
        let reason = match skipped.first() {
            Some(first) => format!("{} cannot be used, such as {}", skipped.len(), first.reason),
            None => "the folder holds no pictures".to_owned(),
        };
        return Err(DatasetError::Empty { name: folder.display().to_string(), reason });
    }
    let labels = entries.iter().map(|entry| entry.class).collect();
    let pixels = Pixels { shape: [channels, size, size], bytes };
    Ok(Dataset { pixels, labels, classes, skipped, options: options.clone() })
}

/// All files that may be pictures, sorted, with the classes' names; and those that are in no class
/// where there are classes.
fn entries(folder: &Path, choice: &ClassChoice) -> Result<Found, DatasetError> {
    let (files, folders) = contents(folder)?;
    let mut entries = Vec::new();
    let mut classes = Vec::new();
    for path in folders {
        let mut inside = Vec::new();
        collect(&path, 1, &mut inside)?;
        if inside.is_empty() {
            continue;
        }
        let class = Some(classes.len() as u32);
        entries.extend(inside.into_iter().map(|path| Entry { path, class }));
        classes.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
    }
    if classes.len() > MAX_CLASSES {
        let what = format!("{} sub-folders, at most {MAX_CLASSES} are classes", classes.len());
        return Err(DatasetError::TooLarge { name: folder.display().to_string(), what });
    }
    if classes.is_empty() || *choice == ClassChoice::None {
        entries.extend(files.into_iter().map(|path| Entry { path, class: None }));
        return Ok((entries, classes, Vec::new()));
    }
    let outside = |path: PathBuf| Skipped {
        reason: format!("{}: in no class; move it into one of the sub-folders", path.display()),
    };
    Ok((entries, classes, files.into_iter().map(outside).collect()))
}

/// Pictures and folders directly in a folder, hidden ones aside, each sorted.
fn contents(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), DatasetError> {
    let failed = |error: io::Error| DatasetError::from(ImagingError::reading(folder, &error));
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in folder.read_dir().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_dir() {
            folders.push(path);
        } else if EXTENSIONS.contains(&extension.as_str()) {
            files.push(path);
        }
    }
    files.sort();
    folders.sort();
    Ok((files, folders))
}

/// Pictures in a folder and all folders below.
fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), DatasetError> {
    let (files, folders) = contents(folder)?;
    found.extend(files);
    if depth < MAX_DEPTH {
        for below in folders {
            collect(&below, depth + 1, found)?;
        }
    }
    Ok(())
}

fn grey(picture: &Raster) -> Raster {
    if picture.channels == 1 {
        return picture.clone();
    }
    let planes = [0, 1, 2].map(|channel| picture.plane(channel));
    let luma: Vec<f32> = (0..picture.plane_len()).map(|i| grey_of(planes.map(|plane| plane[i]))).collect();
    Raster::new(1, picture.height, picture.width, luma)
}
