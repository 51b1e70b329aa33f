//! A folder of pictures, whose sub-folders are classes.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::pixels::{Pixels, fitted, grey_of, to_byte};
use super::place::Place;
use super::tree::Tree;
use super::{ClassChoice, Dataset, DatasetError, DatasetOptions, MAX_BYTES, MAX_CLASSES, Skipped, room_for};
use crate::diffusion::Raster;
use crate::imaging::{ImagingError, load};

/// Height and width if no size is asked for, since the pictures may differ in size.
const DEFAULT_SIZE: usize = 32;
/// Files with these extensions are read as pictures; the real format is found from their content.
const EXTENSIONS: [&str; 9] = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "jfif"];

/// A file, with the index of its class.
struct Entry<'a> {
    path: &'a Path,
    class: Option<u32>,
}

/// Whether a file has the extension of a picture.
pub(super) fn is_picture(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    EXTENSIONS.contains(&extension.as_str())
}

/// Reads all pictures in the order of their names; those that cannot be read are skipped.
///
/// The classes are the sub-folders of the folder's [place](Place). The second value that is returned says whether the
/// folder has parts, so that the part that was asked for has been taken.
pub(super) fn read(
    folder: &Path,
    tree: &Tree,
    options: &DatasetOptions,
) -> Result<(Dataset, bool), DatasetError> {
    let pictures: Vec<&Path> =
        tree.files.iter().map(PathBuf::as_path).filter(|path| is_picture(path)).collect();
    let Place { root, has_parts, remarks } = Place::of(folder, &pictures, options.part);
    let (entries, classes, mut skipped) = entries(&root, &pictures, &options.classes)?;
    let size = options.size.unwrap_or(DEFAULT_SIZE);
    let (found, plane) = (entries.len(), size * size);
    let needed = (found * 3 * plane) as u64;
    if needed > MAX_BYTES {
        let what = format!("{found} pictures of {size} × {size}, at most {} GiB are held", MAX_BYTES >> 30);
        return Err(DatasetError::TooLarge { name: folder.display().to_string(), what });
    }
    room_for(folder, &format!("{found} pictures"), needed)?;
    // Three channels each, filled in place; in grey pictures all three are equal.
    let mut bytes = vec![0; found * 3 * plane];
    let channels: Vec<Result<usize, ImagingError>> = entries
        .par_iter()
        .zip(bytes.par_chunks_exact_mut(3 * plane))
        .map(|(entry, bytes)| {
            let picture = fitted(&load::open(entry.path)?.pixels, size, options.pad);
            let picture = if options.grey { grey(&picture) } else { picture };
            for (channel, bytes) in bytes.chunks_exact_mut(plane).enumerate() {
                let values = picture.plane(channel.min(picture.channels - 1));
                bytes.iter_mut().zip(values).for_each(|(byte, &value)| *byte = to_byte(value));
            }
            Ok(picture.channels)
        })
        .collect();
    let colour = channels.iter().flatten().any(|&channels| channels == 3);
    let mut pixels = Pixels { shape: [3, size, size], bytes };
    let kept: Vec<usize> = (0..found).filter(|&index| channels[index].is_ok()).collect();
    let labels = kept.iter().map(|&index| entries[index].class).collect();
    skipped.extend(channels.into_iter().filter_map(Result::err).map(|e| Skipped { reason: e.to_string() }));
    if kept.is_empty() {
        let reason = match skipped.first() {
            Some(first) => format!("{} cannot be used, such as {}", skipped.len(), first.reason),
            None => "the folder holds no pictures".to_owned(),
        };
        return Err(DatasetError::Empty { name: folder.display().to_string(), reason });
    }
    pixels.keep(kept.into_iter());
    let pixels = if colour { pixels } else { pixels.first_channel() };
    let runs = tree.runs.iter().map(|run| format!("{}: a training's folder, left out", run.display()));
    let remarks = repeated(tree.repeated).into_iter().chain(remarks).chain(runs).chain(tree.unsearched());
    let remarks = remarks.collect();
    Ok((
        Dataset { pixels, labels, classes, skipped, remarks, options: options.clone(), taken: None },
        has_parts,
    ))
}

/// A remark about links to files that are counted already.
fn repeated(count: usize) -> Option<String> {
    let links = if count == 1 { "1 link leads" } else { &format!("{count} links lead") };
    (count > 0)
        .then(|| format!("{links} to pictures or folders that are counted already, or to the folder itself"))
}

/// The files, the names of the classes, and files that are in no class.
type Found<'a> = (Vec<Entry<'a>>, Vec<String>, Vec<Skipped>);

/// All pictures below a folder, with the names of the classes; and those that are in no class although there are
/// classes.
fn entries<'a>(
    folder: &Path,
    pictures: &[&'a Path],
    choice: &ClassChoice,
) -> Result<Found<'a>, DatasetError> {
    let (mut loose, mut entries) = (Vec::new(), Vec::new());
    let mut classes: Vec<String> = Vec::new();
    for &path in pictures {
        let Ok(below) = path.strip_prefix(folder) else { continue };
        let mut components = below.components();
        let (Some(first), Some(_)) = (components.next(), components.next()) else {
            loose.push(path);
            continue;
        };
        let class = first.as_os_str().to_string_lossy();
        if classes.last().is_none_or(|last| *last != class) {
            classes.push(class.into_owned());
        }
        entries.push(Entry { path, class: Some(classes.len() as u32 - 1) });
    }
    if classes.len() > MAX_CLASSES {
        let what = format!("{} sub-folders, at most {MAX_CLASSES} are classes", classes.len());
        return Err(DatasetError::TooLarge { name: folder.display().to_string(), what });
    }
    if classes.is_empty() || *choice == ClassChoice::None {
        entries.extend(loose.into_iter().map(|path| Entry { path, class: None }));
        return Ok((entries, classes, Vec::new()));
    }
    let outside = |path: &Path| Skipped {
        reason: format!("{}: in no class; move it into one of the sub-folders", path.display()),
    };
    Ok((entries, classes, loose.into_iter().map(outside).collect()))
}

fn grey(picture: &Raster) -> Raster {
    if picture.channels == 1 {
        return picture.clone();
    }
    let planes = [0, 1, 2].map(|channel| picture.plane(channel));
    let luma: Vec<f32> = (0..picture.plane_len()).map(|i| grey_of(planes.map(|plane| plane[i]))).collect();
    Raster::new(1, picture.height, picture.width, luma)
}
