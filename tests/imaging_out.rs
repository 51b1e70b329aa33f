//! Writing pictures: complete files or none, PNG, films, tensors, the clipboard.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::fs::{self, File};
use std::io::{self, BufReader, Write as _};
use std::ops::ControlFlow;
use std::path::Path;

use diffuscope::diffusion::Raster;
use diffuscope::imaging::load::open;
use diffuscope::imaging::{
    FilmFormat, FilmFrame, FilmSpec, ImagingError, PixelBytes, check_folder, check_writable,
    load_safetensors, raster_to_rgb8, raster_to_rgba8, save_film, save_png, save_raster_png,
    save_safetensors, write_atomically,
};
use image::AnimationDecoder as _;
use image::codecs::{gif::GifDecoder, png::PngDecoder};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    let value = write_atomically(&path, |w| {
        w.write_all(b"new")?;
        Ok(7)
    });
    assert_eq!((value.unwrap(), fs::read(&path).unwrap()), (7, b"new".to_vec()));

    let error = write_atomically(&path, |w| {
        w.write_all(&vec![0; 100_000])?;
        Err::<(), _>(io::Error::other("out of\nideas"))
    })
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{}: could not be written (out of ideas); choose another place and try again",
            path.display()
        )
    );
    assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"new".to_vec(), vec!["a.txt".to_owned()]));

    let nowhere = folder.path().join("none").join("b.txt");
    let error = write_atomically(&nowhere, |w| w.write_all(b"x")).unwrap_err().to_string();
    assert!(
        error.starts_with(&nowhere.display().to_string()) && error.contains("make the folder"),
        "{error}"
    );
    let error = write_atomically(folder.path(), |w| w.write_all(b"x")).unwrap_err().to_string();
    assert!(error.contains("this is a folder"), "{error}");
    assert_eq!(names(folder.path()), ["a.txt"]);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_those_of_an_ordinary_file() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
    File::create(at("plain")).unwrap();
    write_atomically(&at("ours"), |w| w.write_all(b"1")).unwrap();
    assert_eq!(mode("ours"), mode("plain"));
    fs::set_permissions(at("plain"), fs::Permissions::from_mode(0o640)).unwrap();
    write_atomically(&at("plain"), |w| w.write_all(b"2")).unwrap();
    assert_eq!(mode("plain"), 0o640);
    symlink("plain", at("link")).unwrap();
    write_atomically(&at("link"), |w| w.write_all(b"3")).unwrap();
    assert!(fs::symlink_metadata(at("link")).unwrap().is_symlink());
    assert_eq!(fs::read(at("plain")).unwrap(), b"3");
    fs::set_permissions(at("plain"), fs::Permissions::from_mode(0o444)).unwrap();
    assert!(write_atomically(&at("plain"), |w| w.write_all(b"4")).is_err());
    write_atomically(Path::new("/dev/null"), |w| w.write_all(b"5")).unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

/// A check has the same result as writing would have.
#[cfg(unix)]
#[test]
fn a_check_proves_what_writing_does() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("sub")).unwrap();
    File::create(at("plain")).unwrap();
    File::create(at("read-only")).unwrap();
    fs::set_permissions(at("read-only"), fs::Permissions::from_mode(0o444)).unwrap();
    for (to, link) in [
        ("sub/new", "dangling"),
        ("dangling-2", "chain"),
        ("sub/newer", "dangling-2"),
        ("no/new", "lost"),
        ("round", "circle"),
        ("circle", "round"),
        ("read-only", "to-read-only"),
        ("sub", "to-folder"),
    ] {
        symlink(to, at(link)).unwrap();
    }
    let long = "x".repeat(250);
    for (name, works) in [
        ("new", true),
        ("plain", true),
        ("dangling", true),
        ("chain", true),
        (long.as_str(), true),
        ("lost", false),
        ("circle", false),
        ("read-only", false),
        ("to-read-only", false),
        ("sub", false),
        ("to-folder", false),
        ("ending/", false),
        ("no/new", false),
        ("plain/new", false),
    ] {
        let path = at(name);
        let before = names(folder.path()).len();
        let checked = check_writable(&path);
        assert_eq!(names(folder.path()).len(), before, "{name}: the check leaves something");
        let written = write_atomically(&path, |w| w.write_all(b"it"));
        assert_eq!((checked.is_ok(), written.is_ok()), (works, works), "{name}: {checked:?} {written:?}");
        if works {
            assert_eq!(fs::read(&path).unwrap(), b"it", "{name}");
        } else {
            let (checked, written) = (checked.unwrap_err().to_string(), written.unwrap_err().to_string());
            assert_eq!(checked, written);
            assert!(
                checked.starts_with(&path.display().to_string()) && !checked.contains(".part"),
                "{checked}"
            );
        }
    }
    assert_eq!(fs::read(at("sub/new")).unwrap(), b"it");
    assert_eq!(fs::read(at("sub/newer")).unwrap(), b"it");
    assert!(["dangling", "chain"].iter().all(|link| fs::symlink_metadata(at(link)).unwrap().is_symlink()));
    for (name, works) in
        [("sub", true), ("deep/er", true), ("to-folder/x", true), ("plain", false), ("plain/x", false)]
    {
        assert_eq!(check_folder(&at(name)).is_ok(), works, "{name}");
    }
    assert!(!at("deep").exists());
}

/// Encoders turn a failure to write into errors of their own; the message must still name the full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_called_a_full_disk() {
    let full = Path::new("/dev/full");
    let raster = Raster::new(3, 64, 64, vec![0.25; 3 * 64 * 64]);
    let frames = |n: u32| (0..n).map(|i| frame(i % 10));
    let film = |format| {
        save_film(full, FilmSpec { frames: 40, ..spec(format) }, frames(40), |_, _| ControlFlow::Continue(()))
    };
    let failures = [
        save_raster_png(full, &raster),
        film(FilmFormat::Gif),
        film(FilmFormat::Apng),
        save_safetensors(full, &[("x", &raster)]),
        write_atomically(full, |w| Ok(serde_json::to_writer(w, &vec![1; 1 << 18])?)),
        write_atomically(full, |w| serde_json::to_writer(w, &vec![1; 1 << 18]).map_err(io::Error::other)),
        write_atomically(full, |w| {
            w.write_all(&vec![0; 1 << 20]).map_err(|error| io::Error::other(error.to_string()))
        }),
    ];
    for failure in failures {
        let text = failure.unwrap_err().to_string();
        assert_eq!(
            text,
            "/dev/full: could not be written (the disk is full); free some space or choose another disk"
        );
    }
}

/// This uses a disk that is really full, if the test is allowed to mount one.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_keeps_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let mount = |arguments: &[&str]| {
        std::process::Command::new(arguments[0]).args(&arguments[1..]).arg(folder.path()).status()
    };
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs"]).is_ok_and(|status| status.success()) {
        eprintln!("skipped: nothing may be mounted here");
        return;
    }
    let path = folder.path().join("it.bin");
    write_atomically(&path, |w| w.write_all(b"old")).unwrap();
    let error = write_atomically(&path, |w| w.write_all(&vec![1; 1 << 20])).unwrap_err().to_string();
    let found = (fs::read(&path).unwrap(), names(folder.path()));
    drop(mount(&["umount"]));
    assert!(
        error.starts_with(&path.display().to_string()) && error.contains("(the disk is full)"),
        "{error}"
    );
    assert_eq!(found, (b"old".to_vec(), vec!["it.bin".to_owned()]));
}

#[test]
fn png_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.png");
    let rgb: Vec<u8> = (0..36).map(|v| v * 7).collect();
    save_png(&path, PixelBytes::Rgb(&rgb), 4, 3).unwrap();
    let loaded = open(&path).unwrap();
    assert_eq!((raster_to_rgb8(&loaded.pixels), loaded.original_size), (rgb, (4, 3)));
    let rgba: Vec<u8> = (0..16).collect();
    save_png(&path, PixelBytes::Rgba(&rgba), 2, 2).unwrap();
    assert_eq!(image::open(&path).unwrap().into_rgba8().into_raw(), rgba);
    let error = save_png(&path, PixelBytes::Grey(&rgba), 5, 5).unwrap_err().to_string();
    assert!(error.contains("16 bytes for 5 × 5"), "{error}");

    let raster = Raster::new(1, 1, 6, vec![-3.0, -1.0, 0.0, 0.999, 1.5, f32::NAN]);
    save_raster_png(&path, &raster).unwrap();
    let grey = image::open(&path).unwrap();
    assert_eq!((grey.color(), grey.as_bytes()), (image::ColorType::L8, &[0, 0, 128, 255, 255, 0][..]));
    assert_eq!(raster_to_rgba8(&raster)[..8], [0, 0, 0, 255, 0, 0, 0, 255]);
}

/// Frame `i` of a film of 6 × 4 pixels: plain grey, with one coloured pixel that moves.
fn frame(i: u32) -> FilmFrame {
    let mut rgba: Vec<u8> = (0..24).flat_map(|_| [20 * i as u8, 20 * i as u8, 20 * i as u8, 255]).collect();
    rgba[i as usize * 4..][..3].copy_from_slice(&[255, 3, 200]);
    FilmFrame { rgba, delay_ms: 33 }
}

fn spec(format: FilmFormat) -> FilmSpec {
    FilmSpec { format, width: 6, height: 4, frames: 10 }
}

#[test]
fn films_decode_to_their_frames() {
    let folder = tempfile::tempdir().unwrap();
    for (format, name) in [(FilmFormat::Gif, "f.gif"), (FilmFormat::Apng, "f.png")] {
        let path = folder.path().join(name);
        assert_eq!(FilmFormat::from_path(&path), Some(format));
        let mut seen = Vec::new();
        let progress = |done, total| {
            seen.push((done, total));
            ControlFlow::Continue(())
        };
        save_film(&path, spec(format), (0..10).map(frame), progress).unwrap();
        assert_eq!(seen, (1..=10).map(|i| (i, 10)).collect::<Vec<_>>());

        let file = BufReader::new(File::open(&path).unwrap());
        let frames = if format == FilmFormat::Gif {
            assert!(fs::read(&path).unwrap().windows(11).any(|w| w == b"NETSCAPE2.0"));
            GifDecoder::new(file).unwrap().into_frames().collect_frames().unwrap()
        } else {
            PngDecoder::new(file).unwrap().apng().unwrap().into_frames().collect_frames().unwrap()
        };
        assert_eq!(frames.len(), 10);
        let mut length = 0.0;
        for (i, decoded) in frames.into_iter().enumerate() {
            let (numerator, denominator) = decoded.delay().numer_denom_ms();
            length += f64::from(numerator) / f64::from(denominator);
            let buffer = decoded.into_buffer();
            assert_eq!(
                (buffer.dimensions(), buffer.into_raw()),
                ((6, 4), frame(i as u32).rgba),
                "{name} {i}"
            );
        }
        assert!((length - 330.0).abs() <= 10.0, "{name}: {length} ms");

        let first = open(&path).unwrap();
        assert_eq!(raster_to_rgba8(&first.pixels), frame(0).rgba);
        assert_eq!(first.notices, ["an animation: its first picture is shown"]);
    }
}

#[test]
fn many_colours_fit_a_gif_closely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smooth.gif");
    let rgba: Vec<u8> =
        (0..64 * 64).flat_map(|i| [(i % 64 * 4) as u8, (i / 64 * 4) as u8, 90, 255]).collect();
    let one = FilmFrame { rgba: rgba.clone(), delay_ms: 0 };
    let spec = FilmSpec { format: FilmFormat::Gif, width: 64, height: 64, frames: 1 };
    save_film(&path, spec, [one], |_, _| ControlFlow::Continue(())).unwrap();
    let back = raster_to_rgba8(&open(&path).unwrap().pixels);
    let mean: f64 = back.iter().zip(&rgba).map(|(a, &b)| f64::from(a.abs_diff(b))).sum::<f64>() / 16384.0;
    assert!(mean < 6.0, "{mean}");
}

#[test]
fn a_film_that_does_not_work_out_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let go = |_, _| ControlFlow::Continue(());
    for format in [FilmFormat::Gif, FilmFormat::Apng] {
        let path = folder.path().join("f");
        let stop = |done, _| if done == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let mut made = 0;
        let frames = (0..10).map(|i| {
            made += 1;
            frame(i)
        });
        let error = save_film(&path, spec(format), frames, stop).unwrap_err();
        assert!(matches!(error, ImagingError::Cancelled { .. }), "{error}");
        assert_eq!(made, 3);
        let few = save_film(&path, spec(format), (0..9).map(frame), go).unwrap_err().to_string();
        assert!(few.contains("9 of 10"), "{few}");
        assert!(save_film(&path, spec(format), (0..11).map(frame), go).is_err());
        let none = FilmSpec { frames: 0, ..spec(format) };
        assert!(save_film(&path, none, [], go).is_err());
        let narrow = FilmSpec { width: 5, ..spec(format) };
        assert!(save_film(&path, narrow, (0..10).map(frame), go).is_err());
        assert!(names(folder.path()).is_empty());
    }
}

#[test]
fn tensors_come_back_equal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.safetensors");
    let a = Raster::new(3, 2, 5, (0..30).map(|i| (i as f32).sin() * 1e3).collect::<Vec<_>>());
    let b = Raster::new(1, 1, 2, vec![f32::MIN_POSITIVE, -0.0]);
    save_safetensors(&path, &[("x_t", &a), ("eps", &b)]).unwrap();
    let back = load_safetensors(&path).unwrap();
    assert_eq!(back, [("eps".to_owned(), b.clone()), ("x_t".to_owned(), a.clone())]);
    assert!(back[0].1.data[1].is_sign_negative());

    let error = save_safetensors(&path, &[("x", &a), ("x", &b)]).unwrap_err().to_string();
    assert!(error.contains("two tensors are called x"), "{error}");
    assert_eq!((load_safetensors(&path).unwrap().len(), names(folder.path()).len()), (2, 1));
    fs::write(&path, b"nothing of the kind").unwrap();
    assert!(matches!(load_safetensors(&path), Err(ImagingError::Damaged { .. })));
}

#[cfg(unix)]
#[test]
fn a_folder_is_made_where_a_link_leads() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("there/deep", &link).unwrap();
    diffuscope::imaging::make_folder(&link).unwrap();
    assert!(folder.path().join("there/deep").is_dir());
}
