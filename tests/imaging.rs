//! Reading pictures: sound and broken files, and bringing them to a size. (Writing is tested in
//! `imaging_out.rs`.)

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests too")]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use diffuscope::diffusion::Raster;
use diffuscope::imaging::load::{from_bytes, from_rgba8, open};
use diffuscope::imaging::{
    DEFAULT_SAMPLE, FitMode, FitOptions, ImagingError, LoadedImage, MAX_SIDE, fit, raster_to_rgb8, sample,
    samples, thumbnail,
};
use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba};

fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.into().write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn load(bytes: &[u8]) -> LoadedImage {
    from_bytes("it", bytes).unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/images").join(name)
}

/// A picture of seven columns and five rows in which every pixel is different.
fn colours() -> RgbImage {
    RgbImage::from_fn(7, 5, |x, y| Rgb([(x * 40) as u8, (y * 60) as u8, (x * 5 + y * 31) as u8]))
}

/// Checks that the message is one line, starts with the name, contains `part`, and ends with advice after a
/// semicolon.
#[track_caller]
fn assert_message(error: &ImagingError, name: &str, part: &str) {
    let text = error.to_string();
    assert!(text.starts_with(&format!("{name}: ")), "{text}");
    assert!(text.contains(part), "{text:?} lacks {part:?}");
    assert!(!text.contains('\n') && text.contains("; "), "{text}");
}

/// The colours in the middle of the four quarters of the picture, row by row.
fn quarters(loaded: &LoadedImage) -> Vec<[u8; 3]> {
    let p = &loaded.pixels;
    assert_eq!((p.channels, p.height, p.width), (3, 16, 24));
    let rgb = raster_to_rgb8(p);
    let at = |y: usize, x: usize| rgb[(y * 24 + x) * 3..][..3].try_into().unwrap();
    vec![at(3, 4), at(3, 19), at(12, 4), at(12, 19)]
}

#[track_caller]
fn assert_corners(name: &str) {
    let loaded = open(&fixture(name)).unwrap();
    let wanted = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]];
    for (got, wanted) in quarters(&loaded).iter().zip(wanted) {
        let far = got.iter().zip(wanted).any(|(&a, b)| a.abs_diff(b) > 8);
        assert!(!far, "{name}: {got:?} is not {wanted:?}");
    }
    assert_eq!(loaded.original_size, (24, 16));
    assert_eq!((loaded.name.as_str(), loaded.notices.len()), (name, 0), "{:?}", loaded.notices);
}

#[test]
fn every_lossless_format_gives_the_stored_values() {
    let folder = tempfile::tempdir().unwrap();
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP, ImageFormat::Gif]
    {
        // The extension names another format: the content decides.
        let path = folder.path().join(format!("{format:?}.jpeg"));
        let picture = DynamicImage::from(colours());
        // The encoder for GIF needs RGBA.
        let picture = if format == ImageFormat::Gif { picture.to_rgba8().into() } else { picture };
        fs::write(&path, encode(picture, format)).unwrap();
        let loaded = open(&path).unwrap();
        assert_eq!(loaded.path.as_deref(), Some(path.as_path()));
        assert_eq!(loaded.original_size, (7, 5));
        assert_eq!(raster_to_rgb8(&loaded.pixels), colours().into_raw(), "{format:?}");
        assert!(loaded.notices.is_empty(), "{format:?}: {:?}", loaded.notices);
    }
}

#[test]
fn jpeg_is_close_in_colour_and_grey() {
    let smooth = RgbImage::from_fn(64, 48, |x, y| Rgb([100 + x as u8, 80 + y as u8, 150]));
    let colour = load(&encode(smooth.clone(), ImageFormat::Jpeg));
    let far = raster_to_rgb8(&colour.pixels).iter().zip(smooth.as_raw()).any(|(a, &b)| a.abs_diff(b) > 12);
    assert!(!far && colour.notices.is_empty());
    let grey = load(&encode(DynamicImage::from(smooth).to_luma8(), ImageFormat::Jpeg));
    assert_eq!((grey.pixels.channels, grey.pixels.height, grey.pixels.width), (1, 48, 64));
    assert_corners("progressive.jpg");
}

#[test]
fn eight_bit_values_follow_the_formula_and_come_back() {
    let grey = ImageBuffer::from_fn(256, 1, |x, _| Luma([x as u8]));
    let loaded = load(&encode(grey, ImageFormat::Png));
    assert_eq!(loaded.pixels.channels, 1);
    for v in 0..256 {
        assert_eq!(loaded.pixels.at(0, 0, v), v as f32 / 127.5 - 1.0);
    }
    let back: Vec<u8> = (0..=255).flat_map(|v| [v; 3]).collect();
    assert_eq!(raster_to_rgb8(&loaded.pixels), back);
}

#[test]
fn sixteen_bits_survive_loading_and_fitting() {
    let grey = ImageBuffer::from_fn(64, 64, |x, y| Luma([30_000 + (x + 64 * y) as u16]));
    for format in [ImageFormat::Png, ImageFormat::Tiff] {
        let loaded = load(&encode(DynamicImage::ImageLuma16(grey.clone()), format));
        assert_eq!(loaded.pixels.channels, 1);
        for (&v, p) in loaded.pixels.data.iter().zip(grey.pixels()) {
            assert!((f64::from(v) - (f64::from(p.0[0]) / 32_767.5 - 1.0)).abs() < 1.2e-7);
        }
        // A ramp stays a ramp: at half the size its step is twice as large, and still far below one level of
        // 8 bits.
        let half = fit(&loaded.pixels, &FitOptions { size: 32, mode: FitMode::Crop });
        for x in 8..23 {
            let step = half.at(0, 16, x + 1) - half.at(0, 16, x);
            assert!((f64::from(step) * 32_767.5 - 2.0).abs() < 0.02, "{step}");
        }
    }
}

#[test]
fn transparency_is_shown_on_white() {
    let on_white = |v: f64, a: f64| (v * a + 1.0 - a) * 2.0 - 1.0;
    let rgba = ImageBuffer::from_fn(256, 1, |x, _| Rgba([10, 200, 77, x as u8]));
    let loaded = load(&encode(rgba, ImageFormat::Png));
    assert_eq!(loaded.notices, ["transparent parts are shown on white"]);
    for x in 0..256 {
        for (channel, v) in [10.0, 200.0, 77.0].into_iter().enumerate() {
            let wanted = on_white(v / 255.0, x as f64 / 255.0);
            assert!((f64::from(loaded.pixels.at(channel, 0, x)) - wanted).abs() < 1e-6);
        }
    }
    assert_eq!([loaded.pixels.at(0, 0, 0), loaded.pixels.at(0, 0, 255)], [1.0, 10.0 / 127.5 - 1.0]);

    let grey = ImageBuffer::from_pixel(2, 2, LumaA([100_u8, 51]));
    let grey = load(&encode(DynamicImage::ImageLumaA8(grey), ImageFormat::Png)).pixels;
    assert_eq!(grey.channels, 1);
    assert!((f64::from(grey.at(0, 1, 1)) - on_white(100.0 / 255.0, 0.2)).abs() < 1e-6);

    let deep = ImageBuffer::from_pixel(2, 2, Rgba([1000_u16, 30_000, 65_535, 13_107]));
    let deep = load(&encode(DynamicImage::ImageRgba16(deep), ImageFormat::Png)).pixels;
    assert!((f64::from(deep.at(1, 0, 0)) - on_white(30_000.0 / 65_535.0, 0.2)).abs() < 1e-6);

    // A palette with one transparent entry, and an opaque picture with an alpha channel.
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 3, 1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(vec![9, 8, 7, 255, 0, 0, 0, 0, 255]);
    encoder.set_trns(vec![0, 255, 255]);
    encoder.write_header().unwrap().write_image_data(&[0, 1, 2]).unwrap();
    assert_eq!(raster_to_rgb8(&load(&bytes).pixels), [255, 255, 255, 255, 0, 0, 0, 0, 255]);
    let opaque = load(&encode(ImageBuffer::from_pixel(2, 2, Rgba([1_u8, 2, 3, 255])), ImageFormat::WebP));
    assert!(opaque.notices.is_empty());
}

/// Programs that do not know about alpha leave it 0, as in bitmaps with masks.
#[test]
fn an_alpha_of_nothing_is_no_transparency_in_any_format() {
    let opaque = "its alpha channel is 0 everywhere: the picture is shown opaque";
    let picture = ImageBuffer::from_fn(3, 2, |x, y| Rgba([x as u8 * 100, y as u8 * 200, 7, 0]));
    let colours: Vec<u8> = picture.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2]]).collect();
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::WebP] {
        let loaded = load(&encode(picture.clone(), format));
        // WebP may lose the colours of transparent pixels.
        if format != ImageFormat::WebP {
            assert_eq!(raster_to_rgb8(&loaded.pixels), colours, "{format:?}");
        }
        assert_eq!(loaded.notices, [opaque], "{format:?}");
    }
    let pasted = from_rgba8("clipboard", 3, 2, picture.into_raw()).unwrap();
    assert_eq!((raster_to_rgb8(&pasted.pixels), pasted.notices), (colours, vec![opaque.to_owned()]));
}

#[test]
fn exif_orientation_is_applied() {
    for orientation in 1..=8 {
        assert_corners(&format!("exif-{orientation}.jpg"));
    }
}

#[test]
fn cmyk_jpegs_have_the_right_colours() {
    assert_corners("cmyk-adobe.jpg");
    assert_corners("ycck-adobe.jpg");
}

#[test]
fn floating_point_tiff_is_clipped_with_a_notice() {
    let float = ImageBuffer::from_fn(3, 1, |x, _| Rgb([0.25, x as f32 - 0.5, f32::NAN]));
    let loaded = load(&encode(DynamicImage::ImageRgb32F(float), ImageFormat::Tiff));
    let p = &loaded.pixels;
    assert_eq!([p.at(0, 0, 0), p.at(1, 0, 0), p.at(1, 0, 1), p.at(1, 0, 2)], [-0.5, -1.0, 0.0, 1.0]);
    assert_eq!(p.at(2, 0, 0), -1.0);
    assert!(loaded.notices[0].contains("floating-point"));
}

#[test]
fn too_large_is_scaled_down_with_a_notice() {
    let wide = RgbImage::from_fn(5000, 20, |x, _| if x < 2500 { Rgb([0, 51, 255]) } else { Rgb([255; 3]) });
    let loaded = load(&encode(wide, ImageFormat::Png));
    let p = &loaded.pixels;
    assert_eq!((p.height, p.width, loaded.original_size), (8, MAX_SIDE, (5000, 20)));
    assert_eq!(loaded.notices, ["scaled down from 5000 × 20 to 2048 × 8 pixels"]);
    assert!((p.at(1, 4, 500) + 0.6).abs() < 1e-5 && (p.at(1, 4, 1500) - 1.0).abs() < 1e-5);
    assert!(p.data.iter().all(|v| (-1.0..=1.0).contains(v)));
}

/// A PNG whose header announces a large picture of 8-bit RGBA pixels, but which holds hardly any data.
fn png_bomb(side: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_chunk(png::chunk::IDAT, &[0x78, 0x9C, 0, 0]).unwrap();
    drop(writer);
    bytes
}

#[test]
fn bombs_are_refused_before_they_are_decoded() {
    let start = Instant::now();
    let mut bmp = encode(colours(), ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&40_000_i32.to_le_bytes());
    bmp[22..26].copy_from_slice(&40_000_i32.to_le_bytes());
    let mut wide = bmp.clone();
    wide[18..22].copy_from_slice(&i32::MAX.to_le_bytes());
    wide[22..26].copy_from_slice(&i32::MAX.to_le_bytes());
    let mut downwards = bmp.clone();
    downwards[22..26].copy_from_slice(&(-70_000_i32).to_le_bytes());
    let mut gif = encode(DynamicImage::from(colours()).to_rgba8(), ImageFormat::Gif);
    gif[6..10].fill(0xFF);
    let mut jpeg = encode(colours(), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xF0);
    for (name, bytes) in [
        ("side", png_bomb(40_000)),
        ("bytes", png_bomb(16_000)),
        ("bmp", bmp),
        ("wide", wide),
        ("downwards", downwards),
        ("gif", gif),
        ("jpeg", jpeg),
    ] {
        let error = from_bytes(name, &bytes).unwrap_err();
        assert!(matches!(error, ImagingError::TooLarge { .. }), "{error}");
        assert_message(&error, name, " × ");
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn what_is_not_a_picture_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let good = encode(colours(), ImageFormat::Png);
    let mut empty_sides = good.clone();
    empty_sides[16..20].fill(0);
    let mut flat = encode(DynamicImage::from(colours()).to_rgba8(), ImageFormat::Gif);
    flat[8..10].fill(0);
    let cases = [
        (write("empty.png", b""), "the file is empty"),
        (write("text.png", b"just some text\n"), "not a picture"),
        (write("cut.png", &good[..good.len() * 2 / 3]), "PNG data is damaged or cut short"),
        (write("head.png", &good[..20]), "PNG data is damaged or cut short"),
        (write("sides.png", &empty_sides), "damaged"),
        (write("flat.gif", &flat), "no pixels (7 × 0)"),
        (write("phone.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "HEIF"),
        (write("icon.ico", b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\0\0"), "ICO"),
        (folder.path().to_owned(), "folder"),
        (folder.path().join("none.png"), "no such file"),
        (folder.path().join("text.png/none.png"), "no such file"),
    ];
    for (path, part) in cases {
        assert_message(&open(&path).unwrap_err(), &path.display().to_string(), part);
    }
    assert!(matches!(from_rgba8("clipboard", 0, 4, vec![]), Err(ImagingError::NoPixels { .. })));
    assert_message(&from_rgba8("clipboard", 2, 2, vec![0; 15]).unwrap_err(), "clipboard", "15 bytes");
    assert_eq!(from_rgba8("clipboard", 1, 1, vec![0, 255, 0, 255]).unwrap().pixels.data[..], [-1., 1., -1.]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read any file, so there may be no error.
    if fs::File::open(file.path()).is_err() {
        let error = open(file.path()).unwrap_err();
        assert_message(&error, &file.path().display().to_string(), "permission");
    }
}

#[test]
fn cut_files_are_errors_or_carry_a_notice() {
    let picture = RgbImage::from_fn(40, 40, |x, y| Rgb([(x * y) as u8, (x * 6) as u8, (y * 6) as u8]));
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ] {
        // The encoder for GIF needs RGBA, the other encoders RGB.
        let picture = DynamicImage::from(picture.clone());
        let picture = if format == ImageFormat::Gif { picture.to_rgba8().into() } else { picture };
        let bytes = encode(picture, format);
        // The last bytes may be padding or an end mark, so that all pixels are there without them.
        for length in (0..bytes.len() * 9 / 10).step_by(7) {
            if let Ok(loaded) = from_bytes("cut", &bytes[..length]) {
                assert!(loaded.notices.iter().any(|n| n.contains("cut short")), "{format:?} at {length}");
            }
        }
    }
    let jpeg = fs::read(fixture("progressive.jpg")).unwrap();
    let cut = from_bytes("cut", &jpeg[..jpeg.len() - 20]);
    assert!(cut.is_err() || cut.unwrap().notices.len() == 1);
}

#[test]
fn damaged_files_never_bring_the_program_down() {
    let mut files: Vec<Vec<u8>> = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Bmp,
        ImageFormat::Tiff,
        ImageFormat::WebP,
        ImageFormat::Gif,
    ]
    .into_iter()
    .map(|format| encode(DynamicImage::from(colours()).to_rgb8(), format))
    .collect();
    files.push(fs::read(fixture("cmyk-adobe.jpg")).unwrap());
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize
    };
    for bytes in &files {
        for _ in 0..60 {
            let mut bytes = bytes.clone();
            for _ in 0..=random() % 3 {
                let at = 8 + random() % (bytes.len() - 8);
                bytes[at] = random() as u8;
            }
            if let Err(error) = from_bytes("it", &bytes) {
                assert_message(&error, "it", "");
            }
        }
    }
}

fn constant(height: usize, width: usize, value: f32) -> Raster {
    Raster::new(1, height, width, vec![value; height * width])
}

#[test]
fn fitting_gives_the_sizes_asked_for() {
    let options = |size, mode| FitOptions { size, mode };
    let shape = |r: &Raster| (r.height, r.width);
    assert_eq!(FitOptions::default(), options(256, FitMode::Crop));
    for (height, width) in [(1, 1), (1, 4000), (4000, 1), (300, 451), (33, 32), (1000, 999)] {
        let source = constant(height, width, 0.3);
        for size in [32, 100, 512] {
            let crop = fit(&source, &options(size, FitMode::Crop));
            assert_eq!(shape(&crop), (size as usize, size as usize));
            let whole = fit(&source, &options(size, FitMode::Fit));
            assert_eq!(whole.height.max(whole.width), size as usize);
            let exact = height.min(width) as f64 * f64::from(size) / height.max(width) as f64;
            assert!((whole.height.min(whole.width) as f64 - exact.max(1.0)).abs() <= 0.5);
            for v in crop.data.iter().chain(whole.data.iter()) {
                assert!((v - 0.3).abs() < 1e-5);
            }
        }
        let small = thumbnail(&source, 24);
        assert!(small.height.max(small.width) <= 24 && small.data.iter().all(|v| (v - 0.3).abs() < 1e-5));
    }
    assert_eq!(shape(&fit(&constant(8, 8, 0.0), &options(1, FitMode::Crop))), (32, 32));
    assert_eq!(serde_json::to_string(&FitOptions::default()).unwrap(), r#"{"size":256,"mode":"crop"}"#);
}

#[test]
fn fitting_keeps_what_it_need_not_change() {
    let ramp = Raster::new(1, 40, 64, (0..40 * 64).map(|i| i as f32 / 2560.0).collect::<Vec<_>>());
    assert_eq!(fit(&ramp, &FitOptions { size: 64, mode: FitMode::Fit }), ramp);
    let crop = fit(&ramp, &FitOptions { size: 40, mode: FitMode::Crop });
    assert_eq!((crop.at(0, 0, 0), crop.at(0, 39, 39)), (ramp.at(0, 0, 12), ramp.at(0, 39, 51)));
    // Each pixel of a thumbnail is the mean of an area.
    let small = thumbnail(&Raster::new(1, 1, 6, vec![0.0, 0.5, 1.0, -1.0, -0.5, 0.0]), 2);
    for (v, wanted) in small.data.iter().zip([0.5, -0.5]) {
        assert!((v - wanted).abs() < 1e-6);
    }
    // Scaling keeps the mean of the picture; an edge stays where it is and does not overshoot.
    let edge =
        Raster::new(1, 64, 64, (0..4096).map(|i| if i % 64 < 32 { -1.0 } else { 1.0 }).collect::<Vec<_>>());
    for size in [48, 200] {
        let scaled = fit(&edge, &FitOptions { size, mode: FitMode::Crop });
        assert!(scaled.data.iter().sum::<f32>().abs() < 1e-2 * size as f32);
        assert!(scaled.data.iter().all(|v| (-1.0..=1.0).contains(v)));
        let half = size as usize / 2;
        assert!(scaled.at(0, 5, half - 1) < -0.1 && scaled.at(0, 5, half) > 0.1);
    }
}

#[test]
fn the_gallery_is_complete_small_and_credited() {
    let licences = include_str!("../assets/LICENSES.md");
    assert_eq!(samples()[0].name, DEFAULT_SAMPLE);
    for one in samples() {
        let loaded = one.load().unwrap();
        assert_eq!(loaded.name, one.name);
        assert!(loaded.notices.is_empty(), "{}: {:?}", one.name, loaded.notices);
        assert!(loaded.pixels.height >= 256 && loaded.pixels.width >= 256);
        assert!(loaded.pixels.channels == if ["camera", "coins"].contains(&one.name) { 1 } else { 3 });
        assert!(licences.contains(&format!("gallery/{}.", one.name)) && !one.credit.is_empty());
        assert_eq!(sample(one.name), Some(one));
    }
    assert!(samples().iter().map(|s| s.bytes.len()).sum::<usize>() < 1_400_000);
    assert_eq!(sample("none"), None);
}
